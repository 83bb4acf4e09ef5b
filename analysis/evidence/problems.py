"""What can be wrong with the data, said so that an author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN_PROBLEMS = 20
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place.

    file: as the author knows it ("data/counts.csv"); row: data row, counted from 1 below the header, 0 for the
    header, None for the whole file; column: "" where no single column is at fault; value: the text found there;
    check: the check that found it.
    """

    file: str
    row: int | None
    column: str
    value: str | None
    problem: str
    remedy: str
    check: str = field(default="", kw_only=True)

    def __str__(self) -> str:
        place = self.file
        if self.row == 0:
            place += ", header (line 1)"
        elif self.row is not None:
            place += f", row {self.row} (line {self.row + 1})"
        if self.column:
            place += f", column {self.column}"
        found = "" if self.value is None else f"{_shown(self.value)} "
        return f"{place}: {found}{self.problem}; {self.remedy}"


class DataError(ValueError):
    """The data folder is not fit for analysis. `problems` holds every fault found; the message lists the first 20."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("a DataError needs at least one problem")
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        hidden = len(self.problems) - SHOWN_PROBLEMS
        if hidden > 0:
            lines.append(f"and {hidden} more")
        super().__init__("\n".join(lines))

    @property
    def file(self) -> str:
        """File of the first problem."""
        return self.problems[0].file

    @property
    def row(self) -> int | None:
        """Row of the first problem."""
        return self.problems[0].row

    @property
    def column(self) -> str:
        """Column of the first problem."""
        return self.problems[0].column

    @property
    def value(self) -> str | None:
        """Text found at the first problem."""
        return self.problems[0].value

    @property
    def problem(self) -> str:
        """What is wrong at the first problem."""
        return self.problems[0].problem

    @property
    def remedy(self) -> str:
        """What to do about the first problem."""
        return self.problems[0].remedy


@dataclass(frozen=True, slots=True)
class EvidenceWarning:
    """Something odd in what was reported that is explained, and so no fault of the file.

    row_id, column: the cell concerned; check: which check found it; sentence: what was found; explained_by: row id of
    the exception that explains it; conflict: row id of the conflict that tells the whole story, "" if there is none.
    """

    row_id: str
    check: str
    sentence: str
    explained_by: str
    column: str = ""
    conflict: str = ""


def _shown(value: str) -> str:
    text = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
    return repr(text)
