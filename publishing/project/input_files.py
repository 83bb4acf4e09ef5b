"""Which files outputs are made of: found with little more than the standard library, because it is asked so often."""

from __future__ import annotations

import platform
import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

#: what editors, spreadsheets and file managers leave beside the data; analysis/evidence/leftovers.py has the same
LEFT_BEHIND = re.compile(
    r".*~|#.*#|\.#.*|\..*\.sw[a-z]"
    r"|\.~lock\..*#|~\$.*"
    r"|\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|__MACOSX"
    r"|Thumbs\.db|ehthumbs\.db|[Dd]esktop\.ini|\.directory"
    r"|\.ipynb_checkpoints|__pycache__|\..*\.part"
)
CODE = (".py", ".lua", ".html", ".css", ".js", ".typ", ".csl", ".yml")

Sort = Literal["data", "code"]


def input_files(root: Path, folders: Iterable[str], sort: Sort) -> Iterator[Path]:
    """The files of that sort in ``folders``, which are named from ``root``; in no order."""
    for folder in folders:
        for path in (root / folder).rglob("*"):
            if path.is_file() and _counts(path.relative_to(root), sort):
                yield path


def _counts(path: Path, sort: Sort) -> bool:
    return path.suffix in CODE if sort == "code" else not any(map(LEFT_BEHIND.fullmatch, path.parts))


def environment() -> list[object]:
    """Python and its packages with their versions."""
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return [platform.python_implementation(), platform.python_version(), packages]
