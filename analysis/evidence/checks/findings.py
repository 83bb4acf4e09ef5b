"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from analysis.evidence.problems import EvidenceWarning, Problem
from analysis.evidence.rows import Row, Tables

AnyRow = TypeVar("AnyRow", bound=Row)


class Kind(Enum):
    """Whose doing a finding is.

    SLIP: only whoever filled in the tables can have made it; it must be mended. ODDITY: the source itself may print
    it; it must be mended or explained by a row of exceptions.csv.
    """

    SLIP = "slip"
    ODDITY = "oddity"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or odd in one cell of one row, and what to do about it."""

    row: Row
    column: str
    problem: str
    remedy: str

    @property
    def value(self) -> str:
        """The cell as text; "" where it is empty."""
        return text_of(getattr(self.row, self.column))


#: the findings of each row examined, most often none
Examined = Iterable[Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A question asked of all rows that it concerns.

    name: as exceptions.csv and the command line call it; asks: in one line; look: yields, for each row examined,
    what was found there.
    """

    name: str
    kind: Kind
    asks: str
    look: Callable[[Tables], Examined]


@dataclass(frozen=True, slots=True)
class Noticed:
    """Oddities that were found elsewhere than in a table, by a check of that name.

    examined: ids of all that was looked at; odd: id and problem of each oddity.
    """

    check: str
    asks: str
    examined: tuple[str, ...]
    odd: tuple[tuple[str, Problem], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check: rows examined, oddities explained, problems that are open."""

    check: str
    asks: str
    examined: int
    explained: tuple[EvidenceWarning, ...]
    open: tuple[Problem, ...]


class Places:
    """Where each row stands: its file and its number below the header."""

    def __init__(self, folder: str, tables: Tables) -> None:
        self._folder = folder
        self._at = {
            id(row): (table, number)
            for table, rows in tables.tables().items()
            for number, row in enumerate(rows, start=1)
        }

    def file(self, table: str) -> str:
        return f"{self._folder}/{table}.csv"

    def problem(self, check: str, finding: Finding) -> Problem:
        table, number = self._at[id(finding.row)]
        place = (self.file(table), number, finding.column, finding.value)
        return Problem(*place, finding.problem, finding.remedy, check=check)


def text_of(value: object) -> str:
    """A typed cell as the text that stands for it in messages."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def per_row(look: Callable[[AnyRow], Iterator[Finding]], rows: Iterable[AnyRow]) -> Examined:
    """Examine each row by itself."""
    return (tuple(look(row)) for row in rows)
