"""The table that says what each digitised point is: `points.csv`, described by the folder's `datapackage.json`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.digitised.problems import FigureError
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.quoted import MOST_QUOTED_WORDS, quoted_words
from analysis.evidence.schema import DESCRIPTOR, Table, TypedRow, read_table

TABLE, TABLE_FILE = "points", "points.csv"
# What describes a series rather than one of its points.
OF_THE_SERIES = (
    "trial", "outcome", "unit", "arm", "day", "n", "whisker", "value_axis", "source", "address", "locator",
    "quotation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointRow:
    """One row of points.csv; what each column means: data/figures/datapackage.json."""

    series: str
    trial: str
    outcome: str
    unit: str
    arm: str
    day: int | None
    n: int | None
    whisker: str
    reader: str
    reading: int
    project: str
    dataset: str
    point: str
    role: str
    value_axis: str
    pixel_error: float | None
    source: str
    address: str
    locator: str
    quotation: str
    note: str


def named(folder: Path, name: str) -> str:
    """A file of the folder as messages name it: data/figures/points.csv."""
    return (Path(folder.absolute().parent.name) / folder.name / name).as_posix()


def table_in(folder: Path) -> str:
    """The table of points as messages name it."""
    return named(folder, TABLE_FILE)


def read_points(folder: Path, trials: Collection[str] | None) -> tuple[tuple[int, PointRow], ...]:
    """Rows of the table with their numbers, empty if it has a header only.

    trials: keys that column trial may hold; None: not checked. FigureError listing every fault.
    """
    table = _table(folder)
    header = ",".join(field.name for field in table.fields) + "\n"
    path = folder / table.path
    if path.is_file() and path.read_bytes() == header.encode():
        return ()
    # Read from one folder above, so that messages name the table as all others.
    rows, problems = read_table(folder.absolute().parent, replace(table, path=f"{folder.name}/{table.path}"))
    if not problems:
        problems = tuple(_faults(table_in(folder), rows, trials))
    if problems:
        raise FigureError(problems)
    return tuple((row.number, PointRow(**row.cells)) for row in rows)  # type: ignore[arg-type]


def _table(folder: Path) -> Table:
    try:
        tables = {table.name: table for table in read_descriptor(folder)}
    except DataError as error:
        problems = [replace(problem, file=named(folder, DESCRIPTOR)) for problem in error.problems]
        raise FigureError(problems) from None
    expected = [field.name for field in fields(PointRow)]
    if list(tables) != [TABLE] or [field.name for field in tables[TABLE].fields] != expected:
        raise FigureError([Problem(named(folder, DESCRIPTOR), None, "", None, f"does not describe table {TABLE} "
                                   f"with the columns {', '.join(expected)}", "restore it")])  # fmt: skip
    return tables[TABLE]


def _faults(file: str, rows: Sequence[TypedRow], trials: Collection[str] | None) -> Iterator[Problem]:
    first: dict[str, TypedRow] = {}
    used: dict[tuple[str, ...], TypedRow] = {}
    for row in rows:
        words = quoted_words(row.texts["quotation"])
        if words > MOST_QUOTED_WORDS:
            yield Problem(file, row.number, "quotation", row.texts["quotation"], f"has {words} words",
                          f"at most {MOST_QUOTED_WORDS}: leave words out with ' … ', never change any")  # fmt: skip
        if trials is not None and row.texts["trial"] not in trials:
            yield Problem(file, row.number, "trial", row.texts["trial"], "is no key of trials.csv",
                          "use one that is listed there or add the trial")  # fmt: skip
        opening = first.setdefault(row.texts["series"], row)
        for column in OF_THE_SERIES:
            if row.cells[column] != opening.cells[column]:
                yield Problem(
                    file, row.number, column, row.texts[column],
                    f"differs from row {opening.number} of the same series ({opening.texts[column]!r})",
                    "rows of one series describe one outcome of one arm on one day: make them agree",
                )  # fmt: skip
        place = tuple(row.texts[column] for column in ("project", "dataset", "point", "value_axis"))
        other = used.setdefault(place, row)
        if other is not row:
            yield Problem(file, row.number, "point", row.texts["point"], f"is used by row {other.number} too",
                          "every mark is clicked anew: give each row its own point")  # fmt: skip
