"""What a document printed, in order: every number with its key, and every text drawn in a figure.

A ``Printer`` that knows its document's name writes the log to ``$LEDGER_DIR/<document>.printed.jsonl`` while the
document runs. It is a stream of JSON lines, since a kernel has no moment that is surely its last: the inline
expressions of a document come after every hook, and a kernel may be kept or killed. Each ``Printer`` begins the
stream anew, so an engine that runs a document once per format leaves the same log as one that runs it once.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "LEDGER_DIR"
SUFFIX = ".printed.jsonl"

#: (text, key or None): the pieces of a text, each with the key that it prints
Parts = Sequence[tuple[str, str | None]]


@dataclass(slots=True)
class Log:
    """The entries so far, and the file that they are streamed to if there is one.

    ``figure`` is the name of the figure that is being drawn, "" outside of any.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    path: Path | None = None
    figure: str = ""

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

    def drawn(self, name: str, texts: Sequence[dict[str, Any]]) -> None:
        """All texts of a figure, one entry per line of text in drawing order."""
        self.add({"figure": name, "texts": list(texts)})

    def alternative(self, name: str, parts: Parts) -> None:
        """The alternative text of a figure, in parts with their keys."""
        self.add({"alternative": name, "parts": [list(part) for part in parts]})

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """What is printed meanwhile belongs to the figure ``name``."""
        before, self.figure = self.figure, name
        try:
            yield
        finally:
            self.figure = before

    def add(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def printed_keys(self) -> list[str]:
        """Every key printed, once, in the order of its first printing."""
        return list(dict.fromkeys(entry["key"] for entry in self.entries if "key" in entry))

    def keys_of_text(self) -> list[str]:
        """As ``printed_keys``, without those printed only in figures and alternative texts."""
        times = Counter(entry["key"] for entry in self.entries if "key" in entry and not entry["figure"])
        # an alternative text is put together from printed numbers before it is known to be one
        times.subtract(key for entry in self.entries for _, key in entry.get("parts", ()) if key)
        return [key for key in self.printed_keys() if times[key] > 0]


#: whether documents are only being asked what they would print
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Logs begun meanwhile are kept in memory only."""
    token = _rehearsing.set(True)
    try:
        yield
    finally:
        _rehearsing.reset(token)


def rehearsing() -> bool:
    return _rehearsing.get()


def begin(document: str, digest: str) -> Log:
    """A log of ``document``, streamed to the folder named by ``LEDGER_DIR`` when that is set and a name is given."""
    folder = os.environ.get(VARIABLE, "")
    if not folder or not document or rehearsing():
        return Log()
    path = Path(folder) / f"{document}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"document": document, "data": digest}) + "\n", encoding="utf-8")
    return Log(path=path)


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: numbers and texts as they are, dates and others as their text."""
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
