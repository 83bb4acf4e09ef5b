"""Files that programs leave beside those that people write, and that are no part of the data.

Editors, spreadsheets and file managers write locks, backups and lists of thumbnails into the folder that they show.
They are passed over by everything that lists a folder of data, and are in no digest of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

#: the name of a file, or of a folder with all that it holds
LEFT_BEHIND = re.compile(
    r".*~|#.*#|\.#.*|\..*\.sw[a-z]"  # Emacs, Vim, and editors that keep the last version so
    r"|\.~lock\..*#|~\$.*"  # LibreOffice, Excel and Word, while a file is open
    r"|\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|__MACOSX"  # macOS
    r"|Thumbs\.db|ehthumbs\.db|[Dd]esktop\.ini|\.directory"  # Windows, KDE
    r"|\.ipynb_checkpoints|__pycache__|\..*\.part"  # Jupyter, Python, and our own drafts while they are written
)


def left_behind(name: str) -> bool:
    """Whether a file or folder of this name is such a thing."""
    return LEFT_BEHIND.fullmatch(name) is not None


def files_below(folder: Path) -> Iterator[Path]:
    """All files of a folder that people wrote, in the order of their paths."""
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and not any(map(left_behind, path.relative_to(folder).parts)):
            yield path
