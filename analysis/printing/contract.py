"""What a printed number is to those who read it outside of this package: its names, its log, its catalogue entry.

``publishing/verify/contract.py`` states the same for the reader and ``publishing/filters/keys.lua`` for the outputs,
since neither may import the analysis. ``tests/contract.json`` is an example that all three are held against.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, final

# Names -------------------------------------------------------------------------------------------------------------

#: attributes of a span in a document: the key that a number prints, the claim that guards a phrase
KEY, CLAIM = "data-key", "data-claim"


def place_of_key(key: str) -> str:
    """The identifier under which the supplement's appendix explains ``key``."""
    return "n-" + _name(key)


def place_of_claim(claim: str) -> str:
    """The identifier under which a claim is explained."""
    return "c-" + _name(claim)


def place_of_row(row_id: str) -> str:
    """The identifier under which a row of the evidence is explained."""
    return "row-" + _name(row_id)


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


# Drawings -----------------------------------------------------------------------------------------------------------

#: a drawing for one column is named as that for the page with this behind, and a page's SVG carries it in metadata
#: of the identifier without the dash
COLUMN = "-column"
#: a group of a drawing that is named after a card begins so
ROW_MARK = "row:"

# The log of a document: one line of JSON each ----------------------------------------------------------------------

#: the folder of the logs, below that of the documents; an engine names it by the variable while it has them written
FOLDER, VARIABLE, SUFFIX = "_build/ledger", "LEDGER_DIR", ".printed.jsonl"
#: set by an engine that shows failures in their places in the text instead of stopping at them
KEEP_GOING = "DOCUMENT_KEEPS_GOING"

Value = bool | int | float | str | None
#: (text, key or None): the pieces of a text, each with the key that it prints
Parts = Sequence[tuple[str, str | None]]


@final
class Head(TypedDict):
    """The first line: the document's name and digests of the evidence, the code and its source."""

    document: str
    data: str
    code: str
    source: str


@final
class Number(TypedDict):
    """A printing of a number, word or cell; ``figure`` is the drawing in which it stands, if it stands in one."""

    order: int
    key: str
    value: Value
    text: str
    rule: str
    figure: str | None


@final
class DrawnText(TypedDict):
    """A line of text in a figure, in parts, or the reason why it needs no key."""

    text: str
    parts: Parts
    reason: str | None


@final
class Drawing(TypedDict):
    """All texts of a figure in drawing order."""

    figure: str
    texts: Sequence[DrawnText]


@final
class Alternative(TypedDict):
    """The alternative text of a figure."""

    alternative: str
    parts: Parts


@final
class End(TypedDict):
    """The last line, by the engine: the document ran to its end. A log without it is no whole log."""

    ended: str


Line = Number | Drawing | Alternative

# The catalogue -----------------------------------------------------------------------------------------------------


class Second(TypedDict):
    """A second computation: by what, its value, how far it lies off and how far it may."""

    by: str
    value: Value
    deviation: Value
    tolerance: Value


class Stated(TypedDict):
    """A quantity that can be printed: what it is, the texts that may stand for it, and the rows behind it."""

    value: Value
    kind: str
    meaning: str
    texts: list[str]
    rows: list[str]
    reportable: bool


class Entry(Stated):
    """The same with its proof: by which rule, method and code, and a second computation."""

    rule: str
    method: str
    code: str
    file: str
    second: Second | None
    anchor: str


class RowProof(TypedDict):
    """Where a row of the evidence was read, and in what words; ``name`` is what readers call it."""

    name: str
    source: str
    address: str
    locator: str
    quotation: str
    obtained: str


class Claim(TypedDict):
    """What a claim says, the condition behind it, whether that holds, and the claim that it is another side of."""

    says: str
    predicate: str
    holds: bool
    other_side_of: str


class FigureTable(TypedDict):
    """What a figure draws: names of the columns, and rows of values."""

    columns: list[str]
    rows: list[list[Value]]


class CardLine(TypedDict):
    """A line of a card; ``why`` is the reason that was given for it, "" where none was."""

    term: str
    text: str
    why: str


class CardPart(TypedDict):
    """A part of a card, and the rows of the evidence in which it was read."""

    heading: str
    lines: list[CardLine]
    rows: list[str]


class Card(TypedDict):
    """What a line of a figure opens; ``cited`` is the key of its reference, which is said, with its address."""

    heading: str
    parts: list[CardPart]
    reference: str
    address: str
    cited: str


class Values(TypedDict):
    """What two versions are compared by: quantities without their proof, rows and claims."""

    entries: Mapping[str, Stated]
    rows: Mapping[str, RowProof]
    claims: Mapping[str, Claim]


class Catalogue(TypedDict):
    """The whole file.

    ``panels`` are the tables behind the panels of an HTML page by id, ``figures`` what figures draw by their names,
    ``cards`` what their lines are about by the names of these.
    """

    digest: Mapping[str, str]
    entries: Mapping[str, Entry]
    rows: Mapping[str, RowProof]
    claims: Mapping[str, Claim]
    panels: Mapping[str, Any]
    figures: Mapping[str, FigureTable]
    cards: Mapping[str, Card]
