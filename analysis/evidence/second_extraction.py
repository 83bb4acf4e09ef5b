"""A second reader's copy of tables against ours, cell by cell: what the two have to settle.

The copy has the name of the table (`counts.csv`), our row ids, and as many of the columns as the second reader filled
in; a cell that only one of the two filled is a difference.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.leftovers import left_behind
from analysis.evidence.load import UNSEALED
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.schema import Table, TypedRow, read_table

WHOLE_ROW = "the whole row"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, or one whole row, in which the two readers differ; "" where one has nothing."""

    file: str
    row: str
    column: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table: rows that both have, their ``cells`` that at least one reader filled, and what differs.

    Whole rows that one reader lacks stand among the differences; they have no part in the share of cells.
    """

    file: str
    rows: int
    cells: int
    agreed: int
    differences: tuple[Difference, ...]

    @property
    def agreement(self) -> float | None:
        """Share of the cells that agree, 0 to 1; None where there are none."""
        return self.agreed / self.cells if self.cells else None


def compare(theirs: Path, folder: Path) -> tuple[Comparison, ...]:
    """Compare a file, or every CSV file of a folder, with the table of the same name in the data folder.

    Raises DataError for a file that is no copy of a table, or that cannot be read by the rules of the table, except
    that cells may be empty and columns missing.
    """
    paths = [theirs]
    if theirs.is_dir():
        paths = sorted(path for path in theirs.glob("*.csv") if not left_behind(path.name))
    tables = {table.path: table for table in read_descriptor(folder) if table.name not in UNSEALED}
    for path in paths:
        if path.name not in tables or not path.is_file():
            problem, remedy = "is no copy of a table", f"name it as the table that it copies: {', '.join(tables)}"
            raise DataError([Problem(str(path), None, "", None, problem, remedy)])
    if not paths:
        raise DataError([Problem(str(theirs), None, "", None, "holds no CSV file", "put copies of tables there")])
    return tuple(compared(path, tables[path.name], folder) for path in paths)


def compared(path: Path, table: Table, folder: Path) -> Comparison:
    """One copy against its table."""
    ours, problems = read_table(folder, table)
    copy = as_filled(path, table)
    theirs, faults = read_table(path.parent, copy)
    if problems or faults:
        raise DataError([*problems, *faults])
    mine, other = ({row_id(table, row): row for row in rows} for rows in (ours, theirs))
    columns = [field.name for field in copy.fields if field.name not in table.primary_key]
    both = [name for name in mine if name in other]
    filled = [
        (name, column) for name in both for column in columns if mine[name].texts[column] or other[name].texts[column]
    ]
    differing = [place for place in filled if mine[place[0]].cells[place[1]] != other[place[0]].cells[place[1]]]
    cells = [Difference(table.path, n, c, mine[n].texts[c], other[n].texts[c]) for n, c in differing]
    lacking = [Difference(table.path, name, WHOLE_ROW, "there", "") for name in mine if name not in other]
    lacking += [Difference(table.path, name, WHOLE_ROW, "", "there") for name in other if name not in mine]
    return Comparison(table.path, len(both), len(filled), len(filled) - len(differing), (*cells, *lacking))


def as_filled(path: Path, table: Table) -> Table:
    """The table with the columns of a copy only, in their order there; only the id of a row has to be filled."""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        header = next(csv.reader(stream), [])
    known = {field.name: field for field in table.fields}
    fields = [known[name] for name in header if name in known]
    missing = [name for name in table.primary_key if name not in header]
    if missing:
        fields = list(table.fields)  # the strict reader then says what is missing
    loose = (field if field.name in table.primary_key else replace(field, required=False) for field in fields)
    return replace(table, path=path.name, fields=tuple(loose), foreign_keys=())


def row_id(table: Table, row: TypedRow) -> str:
    return " ".join(row.texts[name] for name in table.primary_key)


def lines(comparisons: tuple[Comparison, ...]) -> Iterator[tuple[str, str, str, str, str]]:
    """The differences of all tables as lines of a list: file, row, column, ours, theirs."""
    for one in comparisons:
        for found in one.differences:
            yield found.file, found.row, found.column, found.ours, found.theirs
