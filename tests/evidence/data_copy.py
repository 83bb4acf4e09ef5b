"""A copy of the data folder that tests may spoil."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.evidence import load as reading
from analysis.evidence.checks import seals


@dataclass
class Copy:
    """A copy of data/ in a temporary folder, edited cell by cell or byte by byte."""

    folder: Path

    def rows(self, table: str) -> list[list[str]]:
        """Header and rows of a table."""
        return list(csv.reader(io.StringIO((self.folder / f"{table}.csv").read_text(encoding="utf-8"))))

    def write(self, table: str, rows: list[list[str]]) -> None:
        """Replace the table, in the dialect of the folder."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (self.folder / f"{table}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    def number(self, table: str, row_id: str) -> int:
        """Number of the row with that id, 1 below the header."""
        return [row[0] for row in self.rows(table)].index(row_id)

    def put(self, table: str, row_id: str, column: str, value: str) -> int:
        """Write one cell; its row number."""
        rows = self.rows(table)
        number = self.number(table, row_id)
        rows[number][rows[0].index(column)] = value
        self.write(table, rows)
        return number

    def bytes(self, table: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a table's file."""
        path = self.folder / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    def all_problems(self) -> tuple[reading.Problem, ...]:
        """What loading the copy finds wrong; empty if it loads."""
        try:
            reading.load(self.folder)
        except reading.DataError as error:
            return error.problems
        return ()

    def problems(self) -> tuple[reading.Problem, ...]:
        """What it finds wrong besides broken seals, which every change of a cell brings."""
        return tuple(problem for problem in self.all_problems() if problem.check != seals.NAME)

    def seal(self) -> reading.Evidence:
        """Seal the copy as it is, as an author does after a correction, and load it."""
        reading.seal(self.folder, "the project", date(2026, 11, 22))
        return reading.load(self.folder)
