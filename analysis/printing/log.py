"""What a document printed, in order: every number with its key, and every text drawn in a figure.

A ``Printer`` that knows its document's name writes the log to ``$LEDGER_DIR/<document>.printed.jsonl`` while the
document runs. It is a stream of JSON lines, since a kernel has no moment that is surely its last: the inline
expressions of a document come after every hook, and a kernel may be kept or killed. So the engine writes the last
line, when all has run. Each ``Printer`` begins the stream anew: running a document twice leaves the same log.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import PACKAGE
from analysis.printing.contract import COLUMN, FOLDER, SUFFIX, VARIABLE, DrawnText, End, Head, Line, Parts, Value


class NoLog(LookupError):
    """What a document prints is not known, or not of the present inputs; the message says which."""


@dataclass(slots=True)
class Log:
    """The entries so far, and the file that they are streamed to if there is one.

    ``figure`` is the name of the figure that is being drawn, "" outside of any; ``version`` stands behind the names
    of all figures while they are drawn a second time, for a narrow page.
    """

    entries: list[Line] = field(default_factory=list)
    path: Path | None = None
    figure: str = ""
    version: str = ""

    def number(self, key: str, value: Any, text: str, rule: str) -> None:
        """A printing of one number (or word, or cell)."""
        self.add(
            {
                "order": len(self.entries) + 1,
                "key": key,
                "value": plain(value),
                "text": text,
                "rule": rule,
                "figure": self.figure or None,
            }
        )

    def drawn(self, name: str, texts: Sequence[DrawnText]) -> None:
        """All texts of a figure, one entry per line of text in drawing order."""
        self.add({"figure": name, "texts": texts})

    def alternative(self, name: str, parts: Parts) -> None:
        """The alternative text of a figure, in parts with their keys."""
        self.add({"alternative": name, "parts": parts})

    @contextmanager
    def for_column(self) -> Iterator[None]:
        """What is drawn meanwhile is another version of what was drawn: for one column."""
        before, self.version = self.version, COLUMN
        try:
            yield
        finally:
            self.version = before

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """What is printed meanwhile belongs to the figure ``name``."""
        before, self.figure = self.figure, name
        try:
            yield
        finally:
            self.figure = before

    def add(self, entry: Line) -> None:
        self.entries.append(entry)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def printed_keys(self) -> list[str]:
        """Every key printed, once, in the order of its first printing."""
        return list(dict.fromkeys(entry["key"] for entry in self.entries if "key" in entry))


def begin(document: str, data: str) -> Log:
    """A log of ``document``, streamed to the folder named by ``LEDGER_DIR`` when that is set and a name is given.

    ``data`` is the digest of the evidence.
    """
    folder = os.environ.get(VARIABLE, "")
    if not folder or not document:
        return Log()
    path = Path(folder) / f"{document}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(head(document, data)) + "\n", encoding="utf-8")
    return Log(path=path)


def read(document: str, data: str) -> Log:
    """What ``document`` printed when an engine last ran it to its end.

    Raises ``NoLog`` unless it was of this evidence (its digest is ``data``), this code and this source.
    """
    path = Path(os.environ.get(VARIABLE, "") or FOLDER) / f"{document}{SUFFIX}"
    if not path.is_file():
        raise NoLog(f"the document {document!r} has not run, so its numbers are not known")
    first, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if first != json.dumps(head(document, data)):
        raise NoLog(f"the document {document!r} ran with other data, code or text, so its numbers are not known")
    end: End = {"ended": document}
    if not lines or lines.pop() != json.dumps(end):
        raise NoLog(f"the document {document!r} did not run to its end, so its numbers are not all known")
    return Log(list(map(json.loads, lines)))


def head(document: str, data: str) -> Head:
    """The first line of a log. The document's source lies in the folder that the documents run in."""
    source = Path(f"{document}.qmd")
    text = source.read_bytes() if source.is_file() else b""
    return {"document": document, "data": data, "code": code_digest(), "source": hashlib.sha256(text).hexdigest()}


def code_digest() -> str:
    """SHA-256 over the modules of this package, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py"), key=lambda path: path.relative_to(PACKAGE).as_posix()):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def plain(value: Any) -> Value:
    """``value`` as JSON can hold it: numbers and texts as they are, dates and others as their text."""
    if hasattr(value, "item"):
        value = value.item()
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
