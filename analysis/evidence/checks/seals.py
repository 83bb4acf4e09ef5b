"""Seals: a fingerprint of every row as it was last compared with its quotation.

No check can tell that "mixed severity" was "severe" yesterday, or that a row is gone. The seal can: whatever differs
from it stops loading until someone has looked and run `python -m analysis seal`. The fingerprints find slips, of a
finger or of a spreadsheet; they are no protection against malice. What the descriptor says is sealed too
(`sealed_descriptor`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from analysis.evidence.problems import DataError, Problem
from analysis.evidence.rows_bookkeeping import Seal
from analysis.evidence.schema import Field, Table, cell_fault
from analysis.evidence.whole_file import write_whole

NAME = "seals"
FILE = "seals.csv"
MARK = 4
SEPARATOR = "\x1f"
COMPARE = 'compare the row with its quotation, then run: python -m analysis seal --by "your name"'
REORDER = "restore the order, or confirm the new one by running: python -m analysis seal"


@dataclass(frozen=True)
class Sealable:
    """A row to seal: where it stands, its id and the column of it, and its cells as text in the order of columns.

    meaning: what a seal of the descriptor keeps in words, "" for a row of data.
    """

    table: str
    number: int
    row_id: str
    key: str
    columns: Sequence[str]
    texts: Sequence[str]
    meaning: str = ""

    @cached_property
    def digest(self) -> str:
        return blake2b(SEPARATOR.join(self.texts).encode(), digest_size=8).hexdigest()

    @property
    def cells(self) -> str:
        return "".join(blake2b(text.encode(), digest_size=MARK // 2).hexdigest() for text in self.texts)

    def changed(self, seal: Seal) -> list[int]:
        """Positions of the columns that differ from the seal; none where the columns themselves are others."""
        ours = self.cells
        if len(ours) != len(seal.cells):
            return []
        starts = range(0, len(ours), MARK)
        return [at // MARK for at in starts if ours[at : at + MARK] != seal.cells[at : at + MARK]]


def broken(folder: str, rows: Sequence[Sealable], seals: Sequence[Seal]) -> Iterator[Problem]:
    """Rows that are not what was sealed: changed (at the cell), new, lost, or in another place."""
    by_row = {(seal.table, seal.row): seal for seal in seals}
    known = {(row.table, row.row_id) for row in rows}
    # Rows and seals that have each other, in their own order: that of rows may be the order of a printed list.
    sealed_order = iter([place for place in by_row if place in known])
    for row in rows:
        place = (row.table, row.row_id)
        seal = by_row.get(place)
        file = f"{folder}/{row.table}.csv"
        if seal is None:
            yield Problem(file, row.number, row.key, row.row_id, "is new: nobody has sealed it", COMPARE, check=NAME)
            continue
        if seal.digest != row.digest:
            since = f"changed since {seal.sealed_by} sealed it on {seal.sealed_on}"
            places = row.changed(seal)
            for at in places:
                yield Problem(file, row.number, row.columns[at], row.texts[at], since, COMPARE, check=NAME)
            if not places:
                yield Problem(file, row.number, row.key, row.row_id, since, COMPARE, check=NAME)
        if next(sealed_order) != place:
            problem = "stands in another place than when it was sealed"
            yield Problem(file, row.number, row.key, row.row_id, problem, REORDER, check=NAME)
    for (table, row_id), seal in by_row.items():
        if (table, row_id) not in known:
            yield Problem(
                f"{folder}/{table}.csv", None, "row_id", row_id, f"is gone, sealed on {seal.sealed_on}",
                "restore the row, or let it go by running: python -m analysis seal", check=NAME,
            )  # fmt: skip


def check_signature(column: Field, by: str, on: date) -> None:
    """Refuse a name that the column would not hold, or a day to come, with a DataError."""
    fault = cell_fault(column, by)
    if fault is None and not by.isprintable():
        fault = ("holds a sign that cannot be printed", "delete it")
    if fault:
        raise DataError([Problem("the command line", None, column.name, by, fault[0], f"{fault[1]}; give a name")])
    if on > date.today():
        told = "is after today"
        raise DataError([Problem("the command line", None, "on", str(on), told, "give the day of the comparison")])


def renewed(rows: Iterable[Sealable], seals: Sequence[Seal], by: str, on: date) -> list[Seal]:
    """Seals of these rows: those that still hold, and new ones by this person for every other row."""
    known = {(seal.table, seal.row): seal for seal in seals}
    found = []
    for row in rows:
        seal = known.get((row.table, row.row_id))
        if seal is None or seal.digest != row.digest or len(seal.cells) != len(row.texts) * MARK:
            seal = Seal(row.table, row.row_id, row.digest, row.cells, on, by, row.meaning)
        found.append(seal)
    return found


def write(folder: Path, table: Table, seals: Iterable[Seal]) -> None:
    """Write the table of seals, whole or not at all, with the columns that the descriptor declares.

    A meaning that no cell may hold, for its length or signs, is left away: its digest tells that it changed.
    """
    columns = [column.name for column in table.fields]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    meaning = next((column for column in table.fields if column.name == "meaning"), None)
    for seal in seals:
        if meaning is not None and cell_fault(meaning, seal.meaning):
            seal = replace(seal, meaning="")
        writer.writerow([getattr(seal, column) for column in columns])
    write_whole(folder / FILE, text.getvalue())
