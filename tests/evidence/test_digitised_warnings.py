"""What a second look should settle about a digitised figure is a warning of its series, not an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_figures import Drawing, FigureFolder, every_row, exact, sound_figure

from analysis.evidence import digitised

FIGURE = "data/figures/invented2021-fig2.json"


@pytest.fixture
def figure(tmp_path: Path) -> FigureFolder:
    return sound_figure(tmp_path / "data" / "figures")


def points(figure: FigureFolder) -> list[dict]:
    return figure.project["datasetColl"][0]["data"]


def without_recorded_values(figure: FigureFolder) -> None:
    for point in points(figure):
        del point["value"]


def checks(series: digitised.DigitisedSeries) -> list[str]:
    return [warning.check for warning in series.warnings]


def test_point_outside_the_calibrated_region_is_a_warning(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 30), (0, 150))
    figure = FigureFolder(tmp_path / "data" / "figures")
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 100)))
    figure.add(exact, drawing, [("centre", (7, 80)), ("upper whisker", (7, 130))], whisker="SD")
    series = figure.only()
    assert checks(series) == ["outside calibration"]
    (warning,) = series.warnings
    assert "2: 130 lies outside the calibrated stretch of its axis (0 to 100)" in warning.sentence
    assert f"({FIGURE}, dataset values, point 2)" in warning.sentence
    assert series.sd.value == pytest.approx(50)


def test_unequal_whiskers_are_a_warning(figure: FigureFolder) -> None:
    points(figure)[2]["y"] -= 20
    without_recorded_values(figure)
    assert checks(figure.only()) == ["unequal whiskers"]


def test_skewed_quartiles_are_a_warning(figure: FigureFolder) -> None:
    points(figure)[2]["y"] -= 60
    without_recorded_values(figure)
    every_row(whisker="IQR", n=60)(figure)
    series = figure.only()
    assert checks(series) == ["skewed marks"] and series.conversion.skewed


def test_days_out_of_order_are_a_warning(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(tmp_path / "data" / "figures")
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
    for at, day in ((3, 7), (7, 3), (14, 14)):
        figure.add(exact, drawing, [("centre", (at, 50))], day=day, series=f"crp-d{day}")
    assert {series.day: checks(series) for series in figure.load()} == {7: ["day order"], 3: [], 14: []}


def test_date_recorded_otherwise_is_a_warning(tmp_path: Path) -> None:
    # The program can put a date into the next month when it is used on the 31st: our reading of the text stands.
    drawing = Drawing(100, (18322, 18353), (0, 120))
    figure = FigureFolder(tmp_path / "data" / "figures")
    figure.add_axes(drawing.xy_axes(exact, ((18322, "2020/03/01"), (18353, "2020/04/01")), (0, 120)))
    figure.add(exact, drawing, [("centre", (18329, 50))])
    points(figure)[0]["value"][0] += 86_400_000
    series = figure.only()
    assert checks(series) == ["recorded value"] and series.date is not None and series.date.day == 8


def test_a_mark_beside_its_day_is_not_outside_the_calibration(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 40), (0, 120))
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(drawing.xy_axes(exact, (0, 28), (0, 100)))
    figure.add(exact, drawing, [("centre", (31, 80))], day=28)
    assert checks(figure.only()) == []
    every_row(value_axis="x", unit="days")(figure)
    (warning,) = figure.only().warnings
    assert (warning.check, warning.column, warning.value) == ("outside calibration", "point", "1: 31")


def typed_over(**overrides: object) -> Callable[[FigureFolder], None]:
    def change(figure: FigureFolder) -> None:
        figure.project["datasetColl"][0]["metadataKeys"] = ["overrides"]
        points(figure)[0]["metadata"] = {"overrides": overrides}

    return change


def test_a_value_typed_over_that_of_the_pixel_is_reported_and_not_read(figure: FigureFolder) -> None:
    typed_over(y=50)(figure)
    series = figure.only()
    (warning,) = series.warnings
    assert series.mean.value == pytest.approx(47.3)
    assert (warning.row_id, warning.check, warning.value) == (series.row_id, "typed value", "1: y 50")
    assert warning.sentence == (
        f"1: y 50 is typed over the pixel's 47.3 ({FIGURE}, dataset values, point 1); the pixel is read"
    )
    assert (warning.problem.file, warning.problem.row) == ("data/figures/points.csv", 1)


def test_values_typed_over_are_found_however_the_format_notes_them(figure: FigureFolder) -> None:
    typed_over(x="day 7", y=None)(figure)
    assert [warning.value for warning in figure.only().warnings] == ["1: x day 7"]
    points(figure)[0]["metadata"] = [{"y": 50}]  # as format 4.0 lists it
    assert [warning.value for warning in figure.only().warnings] == ["1: y 50"]
    for nothing in ({}, None, {"overrides": None}):
        points(figure)[0]["metadata"] = nothing
        assert not figure.only().warnings
    points(figure)[0]["metadata"] = {"overrides": {"Y": 99, "X": None}}  # by the name of the axis, as it is shown
    assert [warning.value for warning in figure.only().warnings] == ["1: y 99"]
    for other in ({"overrides": {"z": 1}}, {"overrides": 5}, {"overrides": {"y": 1, "Y": 2}}):
        points(figure)[0]["metadata"] = other
        assert "dataset values, point 1:" in str(figure.refused())
        assert "is not how the program notes a value typed over" in str(figure.refused())


def test_a_bar_typed_over(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 2), (0, 120))
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(drawing.bar_axes(exact, 0, 120))
    figure.add(exact, drawing, [("centre", (1, 47))])
    points(figure)[0]["metadata"] = {"label": "Bar0", "overrides": {"y": 50}}
    (warning,) = figure.only().warnings
    assert warning.sentence.startswith("1: value 50 is typed over the pixel's 47 ")
    points(figure)[0]["metadata"]["overrides"] = {"x": 50}
    assert "is typed over an axis that a bar chart has not" in str(figure.refused())
