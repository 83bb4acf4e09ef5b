"""The typeface of the figures' texts, put where typst finds it: drawings keep their texts as text."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from publishing.project.errors import PublishingError

#: named by ``font-paths`` in ``_quarto.yml``
FONTS_FOLDER = "_build/fonts"
_FILES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


def write_fonts(folder: Path) -> None:
    """Copy matplotlib's own typeface, in which it draws, into ``folder``."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        raise PublishingError(
            "matplotlib is not installed, so the typeface of the figures is missing.", remedy="run 'make env'."
        )
    source = Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(source / name, folder / name)
