"""The evidence: data/ read, checked against its descriptor and against itself, typed.

    from analysis.evidence.load import load
    evidence = load()
    evidence.trial("trial2023").randomised_treatment

Nothing is repaired and nothing is skipped: any fault is a DataError that lists all faults found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import PROJECT
from analysis.evidence import checks, from_figures
from analysis.evidence.checks import Result, sealed_descriptor, seals, signatures
from analysis.evidence.checks.seals import Sealable, check_signature
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.from_figures import FromFigures
from analysis.evidence.implied import with_implied
from analysis.evidence.leftovers import files_below, left_behind
from analysis.evidence.optional import REQUIRED_TABLES, absent, fits
from analysis.evidence.problems import DataError, EvidenceWarning, Problem
from analysis.evidence.rows import ROW_TYPES, Row, Tables, Trial, id_column
from analysis.evidence.rows_bookkeeping import Seal
from analysis.evidence.rows_question import AskedOutcome
from analysis.evidence.schema import DESCRIPTOR, TYPES, Field, Table, TypedRow, dangling, read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DataError", "Evidence", "EvidenceWarning", "Problem", "examine", "load", "load_unsealed", "seal"]

DATA = PROJECT / "data"
CONFIRMATIONS = "confirmations"
#: tables without seals: each of their rows holds the fingerprint of another row
UNSEALED = (seals.NAME, CONFIRMATIONS)


@dataclass(frozen=True)
class Evidence(Tables):
    """All tables of data/ with the oddities found in what was reported, each explained.

    digitised: the series read from figures; columns: of each table, in the order of its file; digest: SHA-256 (hex)
    over the bytes of all files of the folder in name order, without those that editors leave there; it
    changes when any fact changes.
    """

    columns: dict[str, tuple[str, ...]]
    warnings: tuple[EvidenceWarning, ...]
    digest: str

    def trial(self, key: str) -> Trial:
        """The trial of that key; KeyError naming the keys there are."""
        for trial in self.trials:
            if trial.row_id == key:
                return trial
        raise KeyError(f"no trial {key!r} in trials.csv; there are: {', '.join(t.row_id for t in self.trials)}")

    def row(self, row_id: str) -> Row | DigitisedSeries:
        """The row of that id, from whichever table, or the series read from a figure; KeyError if there is none."""
        try:
            return self._by_id[row_id]
        except KeyError:
            raise KeyError(f"no row {row_id!r} in any table of the evidence") from None

    def series(self, row_id: str) -> DigitisedSeries:
        """The series read from a figure that has this id; KeyError naming the ids there are."""
        for series in self.digitised:
            if series.row_id == row_id:
                return series
        there = ", ".join(series.row_id for series in self.digitised) or "none"
        raise KeyError(f"no series {row_id!r} was read from a figure; there are: {there}")

    def frame(self, table: str) -> pd.DataFrame:
        """A table of data/ as a data frame (`analysis.evidence.frames`); KeyError naming the tables there are."""
        from analysis.evidence import frames

        return frames.frame(self, table)

    def outcome(self, key: str) -> AskedOutcome:
        """The outcome of that key; KeyError naming the keys there are."""
        for outcome in self.outcomes:
            if outcome.key == key:
                return outcome
        raise KeyError(f"no outcome {key!r} in outcomes.csv; there are: {', '.join(o.key for o in self.outcomes)}")

    @cached_property
    def eligible(self) -> tuple[Trial, ...]:
        """The eligible trials in the order in which they were published (`Trial.published`)."""
        return tuple(sorted((t for t in self.trials if t.eligibility == "eligible"), key=lambda t: t.published))

    @cached_property
    def comparators(self) -> frozenset[str]:
        """The classes of comparators of the eligible trials."""
        return frozenset(trial.comparator_class for trial in self.eligible)

    @property
    def primary(self) -> AskedOutcome:
        """The primary outcome."""
        return next(outcome for outcome in self.outcomes if outcome.role == "primary")

    def called(self, name: str) -> str:
        """What the review calls the ``treatment``, the ``control`` arm or the ``comparator`` in print."""
        return self.called_in_print[name]

    def arm_in_print(self, arm: str) -> str:
        """The name of an arm, or of what is compared, in the review's words."""
        return " ".join(self.called_in_print.get(part, part) for part in arm.split(" "))

    @cached_property
    def called_in_print(self) -> dict[str, str]:
        """What each arm and the product are called in print: by the review's words, else by plain ones."""
        said = {word.name: word.words for word in self.words}
        plain = {"treatment": "treatment", "control": "control", "product": "intervention"}
        return plain | {"comparator": said.get("control", "control")} | said

    @cached_property
    def _by_id(self) -> dict[str, Row | DigitisedSeries]:
        return {row.row_id: row for rows in (*self.tables().values(), self.digitised) for row in rows}


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of reading and checking a folder: `evidence` is None while anything is open."""

    evidence: Evidence | None
    results: tuple[Result, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is open, in the order of the checks."""
        return tuple(problem for result in self.results for problem in result.open)


def load(folder: Path = DATA) -> Evidence:
    """Read and check the data folder.

    folder: the repository's data/ or a copy of it. Raises DataError listing every fault, first those of files and
    cells, then (only when there are none) those between rows.
    """
    examination = examine(folder)
    if examination.evidence is None:
        raise DataError(examination.problems)
    return examination.evidence


def examine(folder: Path = DATA) -> Examination:
    """Read and check the data folder and say what every check found.

    Raises DataError where the descriptor itself cannot be used.
    """
    results, rows, figures = _read(folder)
    if any(result.open for result in results):
        return Examination(None, (*results, *_weakened(folder, rows)))
    tables = _tables(rows, figures)
    results += checks.run(folder.name, tables, figures.noticed())
    if seals.NAME in rows:
        sealable = _all_sealable(folder, rows, figures)
        asks = "is every row, table and column as it was last compared?"
        results += (Result(seals.NAME, asks, len(sealable), (), _broken(folder, sealable, tables.seals)),)
    if any(result.open for result in results):
        return Examination(None, results)
    columns = {name: tuple(read[0].cells) for name, read in rows.items() if read}
    implied = {name for name, found in tables.tables().items() if found} - columns.keys()
    columns |= {name: tuple(column.name for column in fields(ROW_TYPES[name])) for name in implied}
    warnings = tuple(warning for result in results for warning in result.explained)
    evidence = Evidence(
        **{name: getattr(tables, name) for name in ROW_TYPES},
        digitised=figures.explained(warnings),
        columns=columns,
        warnings=warnings,
        digest=_digest(folder),
    )
    return Examination(evidence, results)


def seal(folder: Path, by: str, on: date) -> tuple[Problem, ...]:
    """Seal rows and descriptor of the folder anew and say what had changed; what is as it was keeps its seal.

    by, on: who compared the rows with their quotations, and when. Raises DataError for a name that the table of
    seals would refuse, that is not one of assessors.csv, for a day to come, and while any other check is open; then
    nothing is written.
    """
    _check_signature(folder, by, on)
    declared = next(table for table in read_descriptor(folder) if table.name == seals.NAME)
    if not (folder / seals.FILE).exists():
        seals.write(folder, declared, ())
    tables, sealable = _checked(folder)
    signatures.check_name(by, tables.assessors)
    changed = _broken(folder, sealable, tables.seals)
    seals.write(folder, declared, seals.renewed(sealable, tables.seals, by, on))
    return changed


def load_unsealed(folder: Path) -> Tables:
    """The tables of a folder in which rows may still wait for their seal. DataError while any other check is open."""
    return _checked(folder)[0]


def _checked(folder: Path) -> tuple[Tables, tuple[Sealable, ...]]:
    """The tables and what can be sealed, if every check but that of the seals passes."""
    results, rows, figures = _read(folder, bare=seals.NAME)
    tables = None if any(result.open for result in results) else _tables(rows, figures)
    if tables is not None:
        results += checks.run(folder.name, tables, figures.noticed())
    problems = [problem for result in results for problem in result.open]
    if problems or tables is None:
        raise DataError(problems)
    return tables, _all_sealable(folder, rows, figures)


def _check_signature(folder: Path, by: str, on: date) -> None:
    """Refuse what may not stand in a seal, before anything is written."""
    column = next(table for table in read_descriptor(folder) if table.name == seals.NAME).field("sealed_by")
    check_signature(column, by, on)


def _read(folder: Path, bare: str = "") -> tuple[tuple[Result, ...], dict[str, tuple[TypedRow, ...]], FromFigures]:
    """Rows of every table and values from figures, with what is wrong in files, cells, foreign keys and figures.

    bare: table that may hold no rows.
    """
    tables = read_descriptor(folder)
    problems = list(_unknown_files(folder, tables))
    read: dict[str, tuple[TypedRow, ...]] = {}
    faulty: set[str] = set()
    # A table that nobody has sealed a row of may still be empty; from any other the rows were lost.
    sealed = {
        str(row.cells["table"])
        for table in tables
        if table.name == seals.NAME
        for row in read_table(folder, table)[0]
    }
    for table in tables:
        may_be_empty = table.name not in sealed and (table.name != seals.NAME or table.name == bare)
        read[table.name], found = read_table(folder, table, may_be_empty=may_be_empty)
        if found:
            faulty.add(table.name)
        problems += found
    references = 0
    keys: list[Problem] = []
    for table in tables:
        if not faulty & {table.name, *(key.target for key in table.foreign_keys)}:
            references += len(table.foreign_keys) * len(read[table.name])
            keys += dangling(folder, table, read[table.name], read)
    trials = None if "trials" in faulty else [row.texts["row_id"] for row in read["trials"]]
    figures = from_figures.read(folder, trials)
    rows = sum(map(len, read.values()))
    return (
        (
            Result(
                "files and cells", "are files, columns and cells as the descriptor says?", rows, (), tuple(problems)
            ),
            Result("foreign keys", "do references lead somewhere?", references, (), tuple(keys)),
            figures.result,
        ),
        read,
        figures,
    )


def _tables(rows: dict[str, tuple[TypedRow, ...]], figures: FromFigures) -> Tables:
    """The tables as they stand, with what goes without saying in place of those that are not there."""
    return with_implied(Tables(**_typed(rows), digitised=figures.series), frozenset(rows))


def _typed(rows: dict[str, tuple[TypedRow, ...]]) -> dict[str, Any]:
    return {name: _typed_table(name, rows.get(name, ())) for name in ROW_TYPES}


@lru_cache(maxsize=64)
def _typed_table(name: str, rows: tuple[TypedRow, ...]) -> tuple[Row, ...]:
    kind: Callable[..., Row] = ROW_TYPES[name]
    left_away = absent(name, frozenset(rows[0].cells)) if rows else {}
    return tuple(kind(**row.cells, **left_away) for row in rows)


def _all_sealable(folder: Path, rows: dict[str, tuple[TypedRow, ...]], figures: FromFigures) -> tuple[Sealable, ...]:
    """What the descriptors say, then every row."""
    return sealed_descriptor.declared(read_descriptor(folder)) + figures.declared + _sealable(rows) + figures.sealable


def _weakened(folder: Path, rows: dict[str, tuple[TypedRow, ...]]) -> Iterator[Result]:
    """What the descriptor says otherwise than when it was sealed, beside cells that it now refuses."""
    sealed: tuple[Seal, ...] = Tables(
        **_typed({name: found for name, found in rows.items() if name == seals.NAME})
    ).seals
    said = sealed_descriptor.declared(read_descriptor(folder))
    if sealed:
        found = sealed_descriptor.broken(folder.name, said, [one for one in sealed if one.table == said[0].table])
        yield Result(seals.NAME, "is what the descriptor says what was sealed?", len(said), (), tuple(found))


def _broken(folder: Path, sealable: tuple[Sealable, ...], sealed: tuple[Seal, ...]) -> tuple[Problem, ...]:
    """What is not as it was sealed: of the descriptors, then of rows."""

    def of_rows(one: Sealable | Seal) -> bool:
        return one.table not in sealed_descriptor.DESCRIPTORS

    rows, seals_of_rows = tuple(filter(of_rows, sealable)), tuple(filter(of_rows, sealed))
    return (
        *sealed_descriptor.broken(folder.name, sealable, sealed),
        *seals.broken(folder.name, rows, seals_of_rows),
    )


def _sealable(rows: dict[str, tuple[TypedRow, ...]]) -> tuple[Sealable, ...]:
    return tuple(
        row for name in ROW_TYPES if name not in UNSEALED for row in _sealable_table(name, rows.get(name, ()))
    )


@lru_cache(maxsize=64)
def _sealable_table(name: str, rows: tuple[TypedRow, ...]) -> tuple[Sealable, ...]:
    return tuple(
        Sealable(name, read.number, row.row_id, id_column(row), tuple(read.texts), tuple(read.texts.values()))
        for row, read in zip(_typed_table(name, rows), rows, strict=True)
    )


def _unknown_files(folder: Path, tables: tuple[Table, ...]) -> Iterator[Problem]:
    """Tables without a reader, readers without a table, columns that do not fit, and CSV files nobody declared."""
    descriptor = f"{folder.name}/{DESCRIPTOR}"
    by_name = {table.name: table for table in tables}
    for name in REQUIRED_TABLES:
        if name not in by_name:
            raise DataError([Problem(descriptor, None, "", name, "is not declared, and no review goes without it",
                                     "restore its resource")])  # fmt: skip
    for name, table in by_name.items():
        if name not in ROW_TYPES:
            raise DataError([Problem(descriptor, None, "", name, "is not known to the loader",
                                     "take it out, or add its row type in analysis/evidence/rows.py")])  # fmt: skip
        # The file has its own order of columns; cells find their place by name.
        if not fits({field.name: _annotation(field) for field in table.fields}, name):
            raise DataError([Problem(descriptor, None, "", name, "has other columns or types than its row type",
                                     "make the columns here and in analysis/evidence/rows.py agree; those that may "
                                     "be left away are in analysis/evidence/optional.py")])  # fmt: skip
    paths = {table.path for table in tables}
    # A table under another case of its name is told where the table is missing.
    declared = {path.casefold() for path in paths}
    for path in sorted(folder.glob("*.[cC][sS][vV]")):
        if path.name.casefold() not in declared and not left_behind(path.name):
            yield Problem(f"{folder.name}/{path.name}", None, "", None, "is not declared in datapackage.json",
                          "declare it with its columns, or move it out of the folder")  # fmt: skip


def _annotation(field: Field) -> str:
    """How a row type writes a column of this type; "" stands for an absent text, None for anything else absent."""
    plain = TYPES[field.type].annotation
    return plain if field.required or field.type == "string" else f"{plain} | None"


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in files_below(folder):
        digest.update(path.read_bytes())
    return digest.hexdigest()
