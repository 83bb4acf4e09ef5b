"""What a printed number is, as the outputs and the analysis have it: its names, its log, its catalogue entry.

``publishing/filters/keys.lua`` writes the same names into the outputs, and ``analysis/printing/contract.py`` states
the same for the analysis, of which nothing is imported here. ``tests/contract.json`` holds all three to one example.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

# Names -------------------------------------------------------------------------------------------------------------

#: Word opens no file in which the tag of a content control is longer
LONGEST_TAG = 64
CLAIM_TAG = "claim:"
KEY_PLACE, CLAIM_PLACE, ROW_PLACE = "n-", "c-", "row-"


def place_of_key(key: str) -> str:
    """Name of the place on the page of origins that shows where a number is from."""
    return _name(KEY_PLACE + key)


def place_of_claim(claim: str) -> str:
    """Name of the place on the page of origins, and in a list of claims."""
    return _name(CLAIM_PLACE + claim)


def place_of_row(row: str) -> str:
    """Name of the place on the page of origins that shows a row of the evidence."""
    return _name(ROW_PLACE + row)


def tag(whole: str) -> str:
    """Tag of the content control for a key, or for ``claim:<name>``."""
    if len(whole) <= LONGEST_TAG:
        return whole
    return f"{whole[: LONGEST_TAG - 13]}~{hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()[:12]}"


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


# The log of a document: one line of JSON each, of which those of figures are read here -----------------------------

#: the folder of logs and catalogue, the variable that tells documents of it, and the end of a log's name
FOLDER, VARIABLE, SUFFIX = "_build/ledger", "LEDGER_DIR", ".printed.jsonl"
#: set while failures are shown in their places in the text instead of ending the run
KEEP_GOING = "DOCUMENT_KEEPS_GOING"


class DrawnText(TypedDict):
    """A line of text in a figure: pieces, each with the key that it prints or none; why it needs no key."""

    parts: Sequence[tuple[str, str | None]]
    reason: str | None


class Line(TypedDict, total=False):
    """``figure`` and ``texts``: all texts of a drawing. ``alternative`` and ``parts``: its alternative text."""

    figure: str
    texts: Sequence[DrawnText]
    alternative: str
    parts: Sequence[tuple[str, str | None]]


class End(TypedDict):
    """The last line, which only an engine can write: the document ran to its end."""

    ended: str


#: why a text of a figure has no key: it belongs to an axis
TICK = "axis tick"

# The catalogue -----------------------------------------------------------------------------------------------------


class Second(TypedDict):
    """A second computation of a quantity."""

    by: str
    value: Any
    deviation: float
    tolerance: float


class Entry(TypedDict):
    """A quantity that can be printed: what it is, the texts that may stand for it, and where it comes from."""

    value: Any
    kind: str
    meaning: str
    texts: list[str]
    rows: list[str]
    reportable: bool
    rule: str
    method: str
    code: str
    file: str
    second: Second | None
    anchor: str


class Row(TypedDict):
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
    other_side_of: NotRequired[str]


class FigureTable(TypedDict):
    """What a figure draws: names of the columns, and rows of values."""

    columns: list[str]
    rows: list[list[Any]]


class CardLine(TypedDict):
    """A line of a card; ``why`` is the reason that was given for it."""

    term: str
    text: str
    why: str


class CardPart(TypedDict):
    """A part of a card, and the rows of the evidence in which it was read."""

    heading: str
    lines: list[CardLine]
    rows: list[str]


class Card(TypedDict):
    """What a line of a figure opens; ``cited`` is the key of its reference."""

    heading: str
    parts: list[CardPart]
    reference: str
    address: str
    cited: str


class Content(TypedDict):
    """The whole file."""

    entries: Mapping[str, Entry]
    rows: Mapping[str, Row]
    claims: Mapping[str, Claim]
    panels: NotRequired[Mapping[str, Mapping[str, Any]]]
    figures: NotRequired[Mapping[str, FigureTable]]
    cards: NotRequired[Mapping[str, Card]]
