"""The evidence: data/ read, checked against its descriptor and against itself, typed.

    from analysis import data
    evidence = data.load()
    evidence.trial("bowdish2023").randomised_msc

Nothing is repaired and nothing is skipped: any fault is a DataError that lists all faults found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from analysis.data_errors import DataError, EvidenceWarning, Problem
from analysis.evidence_checks import problems_between_rows, warnings_about_reports
from analysis.evidence_types import ROW_TYPES, Row, Tables, Trial
from analysis.table_schema import DESCRIPTOR, Table, TypedRow, dangling, read_descriptor, read_table

__all__ = ["DataError", "Evidence", "EvidenceWarning", "Problem", "load"]

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Evidence(Tables):
    """All tables of data/ with the oddities found in what was reported.

    digest: SHA-256 (hex) over the bytes of all files of the folder in name order: it changes when any fact changes.
    """

    warnings: tuple[EvidenceWarning, ...]
    digest: str

    def trial(self, key: str) -> Trial:
        """The trial of that key; KeyError naming the keys there are."""
        for trial in self.trials:
            if trial.row_id == key:
                return trial
        raise KeyError(f"no trial {key!r} in trials.csv; there are: {', '.join(t.row_id for t in self.trials)}")

    def row(self, row_id: str) -> Row:
        """The row of that id, from whichever table; KeyError if there is none."""
        try:
            return self._by_id[row_id]
        except KeyError:
            raise KeyError(f"no row {row_id!r} in any table of the evidence") from None

    @cached_property
    def _by_id(self) -> dict[str, Row]:
        return {row.row_id: row for rows in self.tables().values() for row in rows}


def load(folder: Path = DATA) -> Evidence:
    """Read and check the data folder.

    folder: the repository's data/ or a copy of it. Raises DataError listing every fault, first those of files and
    cells, then (only when there are none) those between rows.
    """
    tables = read_descriptor(folder)
    problems = list(_unknown_files(folder, tables))
    read: dict[str, list[TypedRow]] = {}
    faulty: set[str] = set()
    for table in tables:
        read[table.name], found = read_table(folder, table)
        if found:
            faulty.add(table.name)
        problems += found
    for table in tables:
        if not faulty & {table.name, *(key.target for key in table.foreign_keys)}:
            problems += dangling(folder, table, read[table.name], read)
    if problems:
        raise DataError(problems)
    typed = {name: tuple(ROW_TYPES[name](**row.cells) for row in rows) for name, rows in read.items()}
    evidence = Tables(**typed)
    problems = list(problems_between_rows(folder.name, evidence))
    if problems:
        raise DataError(problems)
    return Evidence(**typed, warnings=tuple(warnings_about_reports(evidence)), digest=_digest(folder))


def _unknown_files(folder: Path, tables: tuple[Table, ...]) -> Iterator[Problem]:
    """Tables without a reader, readers without a table, columns that do not fit, and CSV files nobody declared."""
    descriptor = f"{folder.name}/{DESCRIPTOR}"
    by_name = {table.name: table for table in tables}
    for name in [*ROW_TYPES, *by_name]:
        if name not in by_name or name not in ROW_TYPES:
            raise DataError([Problem(descriptor, None, "", name, "is not both declared here and known to the loader",
                                     "add it here and in analysis/evidence_types.py")])  # fmt: skip
        declared = [field.name for field in by_name[name].fields]
        if declared != [field.name for field in fields(ROW_TYPES[name])]:
            raise DataError([Problem(descriptor, None, "", name, "has other columns than its row type",
                                     "make the columns here and in analysis/evidence_types.py agree")])  # fmt: skip
    paths = {table.path for table in tables}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in paths:
            yield Problem(f"{folder.name}/{path.name}", None, "", None, "is not declared in datapackage.json",
                          "declare it with its columns, or move it out of the folder")  # fmt: skip


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()
