"""Values read from published figures: a digitised figure → mean, SD and their reading error.

    from analysis.evidence import digitised
    for series in digitised.load():
        series.mean.value, series.mean.standard_error, series.sd, series.conversion

A figure is digitised with WebPlotDigitizer; its exported project and a table that says what each point is go to
data/figures/ (how: the README there). Nothing is taken from the figure but pixels: values are computed here from the
calibration, with what half a pixel makes of them. Why: docs/decisions/0005-digitised-figures.md.

    project       reading the exported file            axes, calibration   from pixel to value
    points        the table                            meaning             from marks to mean and SD, by whose formula
    clicks        a row of the table with its pixels   reading_error       from pixel error to value error
    series        all of it, for one series            agreement           two readers of the same figures
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from analysis import PROJECT
from analysis.evidence.digitised.agreement import (
    BlandAltman,
    IntraclassCorrelation,
    ReaderComparison,
    bland_altman,
    compare_readers,
    intraclass_correlation,
)
from analysis.evidence.digitised.axes import BAR
from analysis.evidence.digitised.clicks import Located, Repeatability, repeatability
from analysis.evidence.digitised.points import PointRow, read_points
from analysis.evidence.digitised.problems import FigureError, FigureProblem, figure_error
from analysis.evidence.digitised.project import Project, disagreements, read_project
from analysis.evidence.digitised.reading_error import Estimate
from analysis.evidence.digitised.series import DigitisedSeries, digitise
from analysis.evidence.problems import EvidenceWarning, Problem
from analysis.evidence.schema import DESCRIPTOR

__all__ = [
    "BlandAltman",
    "DigitisedSeries",
    "Estimate",
    "FigureError",
    "FigureProblem",
    "IntraclassCorrelation",
    "ReaderComparison",
    "bland_altman",
    "compare_readers",
    "intraclass_correlation",
    "load",
]

FIGURES = PROJECT / "data" / "figures"


def load(folder: Path = FIGURES, trials: Collection[str] | None = None) -> tuple[DigitisedSeries, ...]:
    """All series of the folder, in the order of their first row, one per series and reader; empty if there are none.

    folder: holds points.csv, its datapackage.json and the project files; trials: keys that a row may name (those of
    trials.csv), None to leave them unchecked. Raises DataError, of figures FigureError, listing every fault found.
    """
    if not folder.is_dir():
        return ()
    rows = read_points(folder, trials)
    table = f"{folder.name}/points.csv"
    projects, problems = _projects(folder, table, rows)
    located: list[Located] = []
    recorded: dict[tuple[str, str], list[EvidenceWarning]] = defaultdict(list)
    for number, row in rows:
        if row.project in projects:
            try:
                found = _locate(number, row, projects[row.project])
                recorded[row.series, row.reader] += _check_recorded(found)
                located.append(found)
            except FigureError as error:
                problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise FigureError(problems)
    return _in_order(table, located, recorded)


def _in_order(
    table: str, located: list[Located], recorded: dict[tuple[str, str], list[EvidenceWarning]]
) -> tuple[DigitisedSeries, ...]:
    by_series: dict[tuple[str, str], list[Located]] = defaultdict(list)
    by_figure: dict[tuple[str, str, str], list[Located]] = defaultdict(list)
    for found in located:
        by_series[found.row.series, found.row.reader].append(found)
        by_figure[found.row.reader, found.row.trial, found.row.outcome].append(found)
    repeated: dict[tuple[str, str, str], Repeatability] = {
        key: repeatability(rows) for key, rows in by_figure.items()
    }
    problems: list[Problem] = []
    series = []
    for key, rows in by_series.items():
        first = rows[0].row
        try:
            one = digitise(table, rows, repeated[first.reader, first.trial, first.outcome])
            series.append(replace(one, warnings=(*recorded[key], *one.warnings)))
        except FigureError as error:
            problems += error.problems
    if problems:
        raise FigureError(problems)
    late = dict(_out_of_sequence(series))
    return tuple(
        replace(one, warnings=(*one.warnings, late[one.row_id])) if one.row_id in late else one for one in series
    )


def _projects(
    folder: Path, table: str, rows: tuple[tuple[int, PointRow], ...]
) -> tuple[dict[str, Project], list[Problem]]:
    projects: dict[str, Project] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(row.project for _, row in rows):
        try:
            projects[name] = read_project(folder / name)
        except FigureError as error:
            problems += error.problems
    named = {row.project for _, row in rows}
    for path in sorted(folder.glob("*.json")):
        if path.name != DESCRIPTOR and path.name not in named:
            problems.append(FigureProblem(f"{folder.name}/{path.name}", None, "", None, f"no row of {table} uses it",
                                          "say what its points are, or move it out of the folder"))  # fmt: skip
    return projects, problems


def _locate(number: int, row: PointRow, project: Project) -> Located:
    dataset = project.dataset(row.dataset)
    axes = project.axes(dataset)
    click = project.click(dataset, row.point)
    if axes.kind == BAR and row.value_axis:
        raise figure_error(
            project.file,
            "is a value_axis, but a bar chart has one axis only",
            "leave value_axis empty",
            value=row.value_axis,
            dataset=row.dataset,
            point=row.point,
            series=row.series,
        )
    return Located(number, row, project.file, axes, click, 0 if axes.kind == BAR or row.value_axis == "x" else 1)


def _check_recorded(found: Located) -> Iterator[EvidenceWarning]:
    """The value in the file against ours: an error, but a warning on date axes, which the program may misdate."""
    row = found.row
    for scale, words in disagreements(found.axes, found.click, found.positions()):
        if scale.counts != "date":
            remedy = "calibrate in the program, export again and leave the file as it is"
            raise figure_error(found.file, words, remedy, dataset=row.dataset, point=row.point, series=row.series)
        yield EvidenceWarning(f"digitised-{row.series}-{row.reader}", "recorded value",
                              f"{found.file}, dataset {row.dataset}, point {row.point}: {words}.", "")  # fmt: skip


def _out_of_sequence(series: list[DigitisedSeries]) -> Iterator[tuple[str, EvidenceWarning]]:
    """Series of one arm whose marks do not lie in the order of their days."""
    curves: dict[tuple[str, ...], list[DigitisedSeries]] = defaultdict(list)
    for one in series:
        if one.day is not None and one.across is not None:
            curves[one.trial, one.outcome, one.arm, one.reader, *one.projects].append(one)
    for curve in curves.values():
        curve.sort(key=lambda one: one.day or 0)
        for before, after in pairwise(curve):
            if before.across and after.across and before.day != after.day and before.across.low >= after.across.high:
                yield after.row_id, EvidenceWarning(
                    after.row_id, "day order", f"Day {after.day} ({after.series}) is drawn before day {before.day} "
                    f"({before.series}): check the days.", "")  # fmt: skip
