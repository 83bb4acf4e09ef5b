"""Which keys a document prints, found by evaluating its code and expressions without rendering anything.

The supplement's appendix explains the numbers of both documents, but a document runs in a kernel of its own and
knows nothing of the other. So the appendix evaluates both sources once more, on the tree that is already built, with
printers that only take note. Figures are composed and not drawn; nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.printing import log as printing_log
from analysis.printing.log import Log
from analysis.printing.printer import Printer
from analysis.review import build as builder
from analysis.review.tree import Review

CODE = re.compile(
    r"^```+ *\{python[^}\n]*\}\n(?P<cell>.*?)^```+ *$|`\{python\} +(?P<inline>[^`\n]+)`", re.MULTILINE | re.DOTALL
)
#: both documents and one edit of them
REMEMBERED = 3
_rehearsed: list[tuple[str, Review, list[Log]]] = []
NOT_RUN = re.compile(r"^#\| *eval: *false *$", re.MULTILINE)


class RehearsalFails(ValueError):
    """A cell or expression of a document cannot be evaluated; the message names it."""


def printed(document: Path, tree: Review) -> list[str]:
    """The keys that a document prints, each once, in the order of their first printing. Raises ``RehearsalFails``."""
    return list(dict.fromkeys(key for log in logs(document, tree) for key in log.printed_keys()))


def printed_as_text(document: Path, tree: Review) -> list[str]:
    """The keys that a document prints outside of figures and their alternative texts."""
    return list(dict.fromkeys(key for log in logs(document, tree) for key in log.keys_of_text()))


def logs(document: Path, tree: Review) -> list[Log]:
    """What the document's printers took note of; while document and tree are the same, it is rehearsed once."""
    text = document.read_text(encoding="utf-8")
    for known_text, known_tree, found in _rehearsed:
        if known_text == text and known_tree is tree:
            return found
    found = rehearse(document.name, text, tree)
    _rehearsed.append((text, tree, found))
    del _rehearsed[:-REMEMBERED]
    return found


def rehearse(name: str, text: str, tree: Review) -> list[Log]:
    names: dict[str, Any] = {"__name__": "__rehearsal__"}
    with printing_log.rehearsal(), building(tree):
        for found in CODE.finditer(text):
            cell, inline = found["cell"], found["inline"]
            if cell is not None and NOT_RUN.search(cell):
                continue
            try:
                if cell is not None:
                    exec(cell, names)
                else:
                    eval(inline.strip(), names)
            except Exception as error:
                line = text.count("\n", 0, found.start()) + 1
                raise RehearsalFails(f"{name}, line {line}: {type(error).__name__}: {error}") from error
    return [value.log for value in names.values() if isinstance(value, Printer)]


def printed_together(documents: Sequence[Path], tree: Review) -> list[str]:
    """The keys that any of the documents prints, each once."""
    return list(dict.fromkeys(key for document in documents for key in printed(document, tree)))


@contextmanager
def building(tree: Review) -> Iterator[None]:
    """Let ``builder.build()`` return the tree that there is, without computing it again."""
    build = builder.build
    builder.build = lambda *_: tree
    try:
        yield
    finally:
        builder.build = build
