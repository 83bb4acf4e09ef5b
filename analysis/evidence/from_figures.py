"""Values read from figures as part of the evidence: their faults, what is odd about them, and their seals.

The folder is read by `analysis.evidence.digitised`; here it is held to the same rules as the tables: faults stop
loading, an oddity stops it until a row of exceptions.csv explains it, and a row of points.csv is sealed together with
the project file that it names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from pathlib import Path

from analysis.evidence import digitised
from analysis.evidence.checks.findings import Noticed, Result, text_of
from analysis.evidence.checks.sealed_descriptor import DESCRIPTORS, declared
from analysis.evidence.checks.seals import Sealable
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.digitised.clicks import series_id
from analysis.evidence.digitised.points import PointRow, read_points
from analysis.evidence.digitised.problems import QUESTIONS
from analysis.evidence.problems import DataError, EvidenceWarning

FOLDER, TABLE = "figures", "figures/points"
NAME = "digitised figures"
PROJECT_FILE = "project file"


@dataclass(frozen=True, slots=True)
class FromFigures:
    """All series of the folder, empty where `result` holds faults.

    sealable: the rows of points.csv; declared: what the folder's descriptor says, empty if there is no folder.
    """

    series: tuple[DigitisedSeries, ...]
    result: Result
    sealable: tuple[Sealable, ...]
    declared: tuple[Sealable, ...] = ()

    def noticed(self) -> tuple[Noticed, ...]:
        """What a second look should settle, by the question that found it."""
        ids = tuple(one.row_id for one in self.series)
        warnings = [warning for one in self.series for warning in one.warnings]
        return tuple(
            Noticed(name, asks, ids, tuple((one.row_id, one.problem) for one in warnings if one.check == name))
            for name, asks in QUESTIONS.items()
        )

    def explained(self, warnings: Iterable[EvidenceWarning]) -> tuple[DigitisedSeries, ...]:
        """The series, each warning with the exception that explains it. warnings: all that are explained."""
        by_place = {(one.check, one.row_id, one.sentence): one for one in warnings}
        found = []
        for one in self.series:
            accepted = [(odd, by_place[odd.check, odd.row_id, odd.sentence]) for odd in one.warnings]
            marked = (replace(odd, explained_by=by.explained_by, conflict=by.conflict) for odd, by in accepted)
            found.append(replace(one, warnings=tuple(marked)))
        return tuple(found)


def read(data: Path, trials: Collection[str] | None) -> FromFigures:
    """Read the folder of figures in the data folder. trials: keys that a row may name; None: not checked."""
    folder = data / FOLDER
    asks = "can every figure be read as its table says?"
    try:
        series = digitised.load(folder, trials)
        rows = read_points(folder, trials) if series else ()
    except DataError as error:
        faults = tuple(replace(problem, check=NAME) for problem in error.problems)
        return FromFigures((), Result(NAME, asks, 0, (), faults), ())
    sealable = tuple(_sealable(folder, number, row) for number, row in rows)
    said = declared(read_descriptor(folder), DESCRIPTORS[1]) if folder.is_dir() else ()
    return FromFigures(series, Result(NAME, asks, len(rows), (), ()), sealable, said)


def _sealable(folder: Path, number: int, row: PointRow) -> Sealable:
    """A row of points.csv and, as one cell more, the contents of the project that it names."""
    cells = {field.name: text_of(getattr(row, field.name)) for field in fields(row)}
    contents = blake2b((folder / row.project).read_bytes(), digest_size=16).hexdigest()
    row_id = f"{series_id(row.series, row.reader)}-{row.reading}-{row.role.replace(' ', '-')}"
    return Sealable(TABLE, number, row_id, "series", (*cells, PROJECT_FILE), (*cells.values(), contents))
