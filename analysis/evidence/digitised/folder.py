"""The folder of digitised figures: its table, the projects that the table names, and all series in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from analysis import PROJECT
from analysis.evidence.digitised import archive
from analysis.evidence.digitised.axes import BAR
from analysis.evidence.digitised.clicks import Located, Repeatability, repeatability
from analysis.evidence.digitised.points import TABLE_FILE, PointRow, named, read_points, table_in
from analysis.evidence.digitised.problems import (
    DAY_ORDER,
    RECORDED,
    TYPED,
    FigureError,
    FigureProblem,
    FigureWarning,
    figure_error,
)
from analysis.evidence.digitised.project import Project, disagreements, read_project
from analysis.evidence.digitised.series import DigitisedSeries, digitise
from analysis.evidence.leftovers import left_behind
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.schema import DESCRIPTOR

FIGURES = PROJECT / "data" / "figures"
HOW_TO = "README.md"
PROJECT_SUFFIXES = (".json", archive.SUFFIX)


def load(folder: Path = FIGURES, trials: Collection[str] | None = None) -> tuple[DigitisedSeries, ...]:
    """All series of the folder, in the order of their first row, one per series and reader; empty if there are none.

    folder: holds points.csv, its datapackage.json and the project files; trials: keys that a row may name (those of
    trials.csv), None to leave them unchecked. Raises DataError, of figures FigureError, listing every fault found.
    """
    if folder.exists() and not folder.is_dir():
        remedy = "move the file elsewhere; the folder may be left away"
        raise DataError(
            [Problem(f"{folder.parent.name}/{folder.name}", None, "", None, "is a file, not a folder", remedy)]
        )
    if not folder.is_dir():
        return ()
    rows = read_points(folder, trials)
    projects, problems = _projects(folder, rows)
    located: list[Located] = []
    noticed: dict[tuple[str, str], list[FigureWarning]] = defaultdict(list)
    for number, row in rows:
        if row.project in projects:
            try:
                found = _locate(number, row, projects[row.project])
                noticed[row.series, row.reader] += [*_check_recorded(folder, found), *_typed_over(folder, found)]
                located.append(found)
            except FigureError as error:
                problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise FigureError(problems)
    return _in_order(folder, located, noticed)


def _in_order(
    folder: Path, located: list[Located], noticed: dict[tuple[str, str], list[FigureWarning]]
) -> tuple[DigitisedSeries, ...]:
    table = table_in(folder)
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
            series.append(replace(one, warnings=(*noticed[key], *one.warnings)))
        except FigureError as error:
            problems += error.problems
    if problems:
        raise FigureError(problems)
    late = dict(_out_of_sequence(folder, series, {key: rows[0] for key, rows in by_series.items()}))
    return tuple(
        replace(one, warnings=(*one.warnings, late[one.row_id])) if one.row_id in late else one for one in series
    )


def _projects(folder: Path, rows: tuple[tuple[int, PointRow], ...]) -> tuple[dict[str, Project], list[Problem]]:
    """The projects that rows name, and what is wrong with them or lies beside them."""
    projects: dict[str, Project] = {}
    problems: list[Problem] = list(_strangers(folder, {row.project for _, row in rows}))
    for name in dict.fromkeys(row.project for _, row in rows):
        try:
            projects[name] = read_project(folder / name, named(folder, name))
        except FigureError as error:
            problems += error.problems
    return projects, problems


def _strangers(folder: Path, used: Collection[str]) -> Iterator[FigureProblem]:
    """Files and folders that no row uses, and projects saved in both ways: which of the two counts?"""
    paths = sorted(path for path in folder.iterdir() if not left_behind(path.name))
    saved = {path.name for path in paths if path.suffix in PROJECT_SUFFIXES}
    for path in paths:
        file = named(folder, path.name)
        other = Path(path.name).with_suffix(archive.SUFFIX).name
        if path.suffix != archive.SUFFIX and path.name in saved and other in saved:
            yield FigureProblem(file, None, "", None, f"and {other} are two projects of one name",
                                "keep the one that was saved last and let all rows name it")  # fmt: skip
        if path.name in used or path.name in (DESCRIPTOR, TABLE_FILE, HOW_TO):
            continue
        remedy = (
            "say what its points are, or move it out of the folder" if path.name in saved else "move it elsewhere"
        )
        yield FigureProblem(file, None, "", None, f"no row of {table_in(folder)} uses it", remedy)


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


def _check_recorded(folder: Path, found: Located) -> Iterator[FigureWarning]:
    """The value in the file against ours: an error, but a warning on date axes, which the program may misdate."""
    row = found.row
    for scale, words in disagreements(found.axes, found.click, found.positions()):
        if scale.counts != "date":
            remedy = "calibrate in the program, export again and leave the file as it is"
            raise figure_error(found.file, words, remedy, dataset=row.dataset, point=row.point, series=row.series)
        yield found.warning(RECORDED, table_in(folder), "point", row.point,
                            f"({found.file}, dataset {row.dataset}): {words}",
                            "check the dates by which the axis was calibrated")  # fmt: skip


def _typed_over(folder: Path, found: Located) -> Iterator[FigureWarning]:
    """Values typed over in the program: the pixel is read, but that somebody knew better has to be settled."""
    row = found.row
    for axis, text in found.click.typed:
        if found.axes.kind == BAR and axis == "x":
            raise figure_error(found.file, "is typed over an axis that a bar chart has not",
                               "revert it in the program", value=text, dataset=row.dataset, point=row.point,
                               series=row.series)  # fmt: skip
        which = 0 if found.axes.kind == BAR else "xy".index(axis)
        read = found.axes.scales[which].value(found.positions()[which])
        name = "value" if found.axes.kind == BAR else axis
        yield found.warning(TYPED, table_in(folder), "point", f"{row.point}: {name} {text}",
                            f"is typed over the pixel's {read:.6g} ({found.file}, dataset {row.dataset}, point "
                            f"{row.point}); the pixel is read",
                            "click the mark where it is and revert the value in the program")  # fmt: skip


def _out_of_sequence(
    folder: Path, series: list[DigitisedSeries], opening: dict[tuple[str, str], Located]
) -> Iterator[tuple[str, FigureWarning]]:
    """Series of one arm whose marks do not lie in the order of their days. opening: first row of each series."""
    curves: dict[tuple[str, ...], list[DigitisedSeries]] = defaultdict(list)
    for one in series:
        if one.day is not None and one.across is not None:
            curves[one.trial, one.outcome, one.arm, one.reader, *one.projects].append(one)
    for curve in curves.values():
        curve.sort(key=lambda one: one.day or 0)
        for before, after in pairwise(curve):
            if before.across and after.across and before.day != after.day and before.across.low >= after.across.high:
                words = f"({after.series}) is drawn before day {before.day} ({before.series})"
                row = opening[after.series, after.reader]
                yield after.row_id, row.warning(DAY_ORDER, table_in(folder), "day", str(after.day), words,
                                                "check the days")  # fmt: skip
