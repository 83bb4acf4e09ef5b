"""What no render writes into an output, named by what it is: things from elsewhere, code, what is hidden or struck.

Some are looked for in every file. Those that an author may mean (struck text, a comment) are looked for only in a
file that is not the one that was rendered; ``changed`` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from publishing.verify import foreign_docx, foreign_html, foreign_pdf
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import BROKEN

#: where and what
Found = Iterator[tuple[str, str]]
_READERS: dict[str, Callable[[Path, bool], Found]] = {
    ".html": foreign_html.foreign,
    ".docx": foreign_docx.foreign,
    ".pdf": foreign_pdf.foreign,
}


def foreign(path: Path, *, changed: bool) -> list[Problem]:
    """Everything of that kind in the output at ``path``, each once."""
    found: dict[tuple[str, str], None] = {}
    try:
        for one in _READERS[path.suffix](path, changed):
            found[one] = None
    except BROKEN as error:
        found["a part of it", f"it can't be read ({error})."] = None
    return [Problem(path.name, where, message, RENDER) for where, message in found]
