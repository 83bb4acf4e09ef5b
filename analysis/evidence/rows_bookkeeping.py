"""The kinds of row in data/ that keep the evidence in order: references, searches, scales, assessors, seals.

Facts about trials: analysis/evidence/rows.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: the fields that were read, where, and in which words. references.bib is written from these."""

    key: str
    type: str
    authors: str
    title: str
    journal_or_publisher: str
    year: int | None
    volume: str
    issue: str
    pages_or_article: str
    doi: str
    pmid: str
    verified_fields: str
    address: str
    quotation: str
    read_on: date | None

    @property
    def row_id(self) -> str:
        """Unique over all tables (a key alone may also be a trial's)."""
        return f"reference-{self.key}"


@dataclass(frozen=True, slots=True)
class ReferenceCheck:
    """A field of a bibliography entry completed or corrected later from a public source."""

    key: str
    field: str
    value: str
    address: str
    quotation: str
    checked_on: date

    @property
    def row_id(self) -> str:
        """Unique over all tables."""
        return f"reference-check-{self.key}-{self.field}"


@dataclass(frozen=True, slots=True)
class Search:
    """A search of a database or register, whose records are the rows of records.csv that name it.

    found: how many records it brought; files, digest: names and SHA-256 (hex) of the exports, "" for none.
    """

    row_id: str
    database: str
    kind: str
    searched_on: date
    query: str
    found: int
    files: str
    digest: str
    note: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A measured quantity: its unit, and which values are possible.

    measures: name of the measured outcome that it measures, "" if none; factor: from its unit to that of the outcome.
    """

    row_id: str
    quantity: str
    unit: str
    kind: str
    measures: str
    factor: float | None
    whole_numbers: bool
    least: float | None
    greatest: float | None
    note: str


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding of a check that is right as it stands, and why; it ends when the value changes."""

    row_id: str
    check: str
    row: str
    column: str
    value: str
    conflict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The fingerprints of a row when it was last compared with its quotation, or of a table or column declared.

    meaning: what the descriptor said of the table or column, as JSON; "" for a row.
    """

    table: str
    row: str
    digest: str
    cells: str
    sealed_on: date
    sealed_by: str
    meaning: str = ""

    @property
    def row_id(self) -> str:
        """Unique over all tables."""
        return f"seal-{self.row}"


@dataclass(frozen=True, slots=True)
class Assessor:
    """Someone who judges in this review; `basis` is what they read where nothing else is said."""

    row_id: str
    name: str
    role: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A row that a person compared and confirmed; it counts while the row still has this `digest`.

    judgement: what the assessor judged independently, before the consensus that the row holds; "" if only confirmed.
    """

    row: str
    confirmed_by: str
    confirmed_on: date
    basis: str
    judgement: str
    digest: str

    @property
    def row_id(self) -> str:
        """Unique over all tables."""
        return f"confirmation-{self.row}-{self.confirmed_by}"
