"""The one error a reader of the command line sees: document, line, what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

#: with this a message names its own remedy, which is that of its cause
REMEDY = "Remedy:"


class PublishingError(Exception):
    """A document or its configuration can't be rendered.

    ``message`` says what is wrong, ``remedy`` what to do about it; ``source`` is the file it stands in and ``line``
    the 1-based line of that file. All but the message may be missing. A message that holds a remedy of its own gets
    no second: whoever only passes it on knows less of its cause.
    """

    def __init__(
        self,
        message: str,
        *,
        source: Path | str | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = Path(source) if source is not None else None
        self.line = line
        self.remedy = None if REMEDY in message else remedy

    def __str__(self) -> str:
        place = "" if self.source is None else self.source.name
        if self.line is not None:
            place = f"{place}, line {self.line}" if place else f"line {self.line}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {REMEDY} {self.remedy}" if self.remedy else text
