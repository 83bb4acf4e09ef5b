"""What a reader of an output finds, whatever the format: passages of text, each made of runs with their identity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Place(StrEnum):
    """Where in a document a passage stands."""

    PROSE = "prose"
    HEADING = "heading"
    CELL = "table cell"
    CAPTION = "caption"
    FIGURE = "figure text"
    ALTERNATIVE = "alternative text"
    REFERENCES = "reference list"
    AUTHORS = "authors"
    NOTE = "note"
    MARGIN = "header or footer"


class Kind(StrEnum):
    """What a run is when it is not simply text; recognised by the output's structure, never by its wording alone."""

    LABEL = "number of a section, figure, table or equation"
    REFERENCE = "cross-reference"
    CITATION = "citation"
    FORMULA = "formula"
    SCRIPT = "index or exponent in a formula"
    CODE = "code"
    SCALE = "scale of a drawing"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one identity. ``target`` is where a link leads; ``page`` of a PDF counts from 1."""

    text: str
    key: str | None = None
    claim: str | None = None
    kind: Kind | None = None
    target: str | None = None
    page: int | None = None

    def like(self, other: Run) -> bool:
        return (
            self.key == other.key
            and self.claim == other.claim
            and self.kind is other.kind
            and self.target == other.target
        )

    def saying(self, text: str) -> Run:
        """The same run with another text; ``dataclasses.replace`` takes five times as long, and runs are many."""
        return Run(text, self.key, self.claim, self.kind, self.target, self.page)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, heading, cell, caption, alternative text or the text of a figure.

    ``float`` is the label of the float it belongs to ("Table 2"), ``row`` and ``column`` count from 1 within a table,
    the head being row 1; ``level`` is a heading's; ``figure`` the name of the drawing; ``caption`` a cell's table's,
    without its number.
    """

    place: Place
    section: str
    runs: tuple[Run, ...]
    float: str = ""
    row: int = 0
    column: int = 0
    level: int = 0
    figure: str = ""
    caption: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def page(self) -> int | None:
        """The page of a PDF on which it begins."""
        return next((run.page for run in self.runs if run.page is not None), None)

    @property
    def where(self) -> str:
        """The place in words, as an author would look for it."""
        if self.place is Place.CELL:
            return f"{self.float or 'a table'}, row {self.row}, column {self.column}"
        name = f"{self.place.value} of {self.float or self.figure}" if self.float or self.figure else self.place.value
        return f"{name}, section “{self.section}”" if self.section else name


@dataclass(frozen=True, slots=True)
class Output:
    """One file, read.

    ``places`` are the names that links can lead to, ``links`` all addresses with their text, ``drawn`` the pieces of
    text in drawings, each with the place at which it is set.
    """

    document: str
    form: str
    passages: tuple[Passage, ...]
    places: frozenset[str]
    links: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    drawn: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.document}.{self.form}"


_LABEL = re.compile(r"(\D{1,40}?\d+(?:\s[^\W\d]{1,20})?)(?=:|\.(?:\s|$)|$)")
_BLANKS = re.compile(r"\s+")
_SECTION_NUMBER = re.compile(r"\d+(?:\.\d+)*(?=\s)")


@dataclass(slots=True)
class Collector:
    """Puts passages together while a reader walks through a file. White space is folded as a browser folds it."""

    passages: list[Passage] = field(default_factory=list)
    section: str = ""
    float: str = ""
    caption: str = ""
    _open: Passage | None = None
    _runs: list[Run] = field(default_factory=list)

    def open(self, place: Place, **details: object) -> None:
        """Begin a passage; the one before it ends."""
        self.close()
        own = self.float if place in (Place.CELL, Place.FIGURE, Place.ALTERNATIVE) else ""
        named = {"float": own, "caption": self.caption if place is Place.CELL else "", **details}
        self._open = Passage(place, self.section, (), **named)  # type: ignore[arg-type]

    def add(self, run: Run) -> None:
        """Append to the open passage (prose, when none is open)."""
        if self._open is None:
            if not run.text.strip():
                return
            self.open(Place.PROSE)
        self._runs.append(run)

    def word(self) -> str:
        """What the open passage holds behind its last blank: the word that is being read."""
        found = ""
        for run in reversed(self._runs if self._open is not None else ()):
            found = run.text + found
            if re.search(r"\s", run.text):
                break
        return re.split(r"\s", found)[-1]

    def close(self) -> None:
        """End the open passage; an empty one is dropped."""
        if self._open is None:
            return
        runs, opened = tuple(_folded(self._runs)), self._open
        self._open, self._runs = None, []
        if not runs:
            return
        passage = replace(opened, runs=runs)
        if passage.place is Place.HEADING:
            passage = replace(passage, runs=_labelled(passage.runs, _SECTION_NUMBER), section=passage.text)
            self.section = passage.text
        if passage.place is Place.CAPTION:
            runs = _labelled(passage.runs, _LABEL)
            label = runs[0].text.rstrip(":. ") if runs[0].kind is Kind.LABEL else ""
            passage = replace(passage, runs=runs, float=label)
            self.float, self.caption = label, passage.text.removeprefix(runs[0].text).lstrip(":. ")
            self._name_drawing(label)
        if passage.place in (Place.PROSE, Place.HEADING, Place.REFERENCES):
            self.float = self.caption = ""
        self.passages.append(passage)

    def _name_drawing(self, label: str) -> None:
        """The texts of a figure stand above its caption, so they learn its label afterwards."""
        for index in range(len(self.passages) - 1, -1, -1):
            if self.passages[index].place not in (Place.FIGURE, Place.ALTERNATIVE) or self.passages[index].float:
                return
            self.passages[index] = replace(self.passages[index], float=label)


def _folded(runs: list[Run]) -> Iterator[Run]:
    """Runs with white space folded to single blanks, none at the ends, and equal neighbours joined."""
    joined: list[Run] = []
    blank = True
    for run in runs:
        text = _BLANKS.sub(" ", run.text.replace("\u00ad", ""))
        if blank and text.startswith(" "):
            text = text[1:]
        if not text:
            continue
        blank = text.endswith(" ")
        if joined and joined[-1].like(run):
            joined[-1] = joined[-1].saying(joined[-1].text + text)
        else:
            joined.append(run if text == run.text else run.saying(text))
    if joined and joined[-1].text.endswith(" "):
        last = joined.pop()
        if last.text.strip():
            joined.append(last.saying(last.text[:-1]))
    yield from joined


def _labelled(runs: tuple[Run, ...], pattern: re.Pattern[str]) -> tuple[Run, ...]:
    """The number at the start marked as a label, when the format's reader has not marked it; checks recompute it."""
    if any(run.kind is Kind.LABEL for run in runs):
        return runs
    found = pattern.match("".join(run.text for run in runs))
    if found is None or any(run.key for run in runs[: 1 + _index_at(runs, found.end() - 1)]):
        return runs
    return (Run(found[0], kind=Kind.LABEL), *_after(runs, found.end()))


def _index_at(runs: tuple[Run, ...], position: int) -> int:
    for index, run in enumerate(runs):
        position -= len(run.text)
        if position < 0:
            return index
    return len(runs) - 1


def _after(runs: tuple[Run, ...], position: int) -> Iterator[Run]:
    for run in runs:
        if position < len(run.text):
            yield run.saying(run.text[position:]) if position > 0 else run
        position = max(position - len(run.text), 0)
