"""The typeface of the figures' texts, put where typst finds it: drawings keep their texts as text."""

from __future__ import annotations

import importlib.util
import shutil
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from publishing.project.errors import PublishingError

#: named by ``font-paths`` in ``_quarto.yml``
FONTS_FOLDER = "_build/fonts"
_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


def write_fonts(folder: Path) -> None:
    """Copy matplotlib's own typeface, in which it draws, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(_source() / name, folder / name)


def covers(text: str) -> bool:
    """Whether that typeface has every sign of ``text``; typst's own serif has about the same and more."""
    return _signs().issuperset(map(ord, set(text) - set("\t\n\r")))


@cache
def _signs() -> frozenset[int]:
    with TTFont(_source() / _FILES[0], lazy=True) as font:
        return frozenset(font.getBestCmap())


def _source() -> Path:
    found = importlib.util.find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        raise PublishingError(
            "matplotlib is not installed, so the typeface of the figures is missing.", remedy="run 'make env'."
        )
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
