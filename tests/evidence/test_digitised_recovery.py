"""Values drawn in a figure come back within the stated reading error: axis types, series types, resolutions."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from drawn_figures import Drawing, FigureFolder, Reader, exact, jittery, whole_pixels
from scipy import stats

from analysis.evidence.digitised import DigitisedSeries
from analysis.methods.conversions import mean_sd_from_five_numbers, mean_sd_from_quartiles, mean_sd_from_range

pytestmark = pytest.mark.campaign

RESOLUTIONS = (100, 200, 300)
READERS = {"whole pixels": whole_pixels, "jitter": jittery(1), "other jitter": jittery(2)}
MEAN, SD, N = 47.3, 12.9, 24

every_resolution = pytest.mark.parametrize("dpi", RESOLUTIONS)
every_reader = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


@pytest.fixture
def folder(tmp_path: Path) -> FigureFolder:
    return FigureFolder(tmp_path / "figures")


def assert_recovered(series: DigitisedSeries, mean: float, sd: float | None) -> None:
    assert mean in series.mean
    assert series.mean.standard_error < series.mean.high - series.mean.low
    if sd is None:
        assert series.sd is None
    else:
        assert series.sd is not None
        assert sd in series.sd
        # An interval that holds everything would pass too: the figure must also be of use.
        assert series.sd.high - series.sd.low < 0.35 * sd


def point_and_whiskers(drawing: Drawing, x: float, mean: float, below: float, above: float) -> dict[str, tuple]:
    """Draw a point with whiskers; the places of its marks as the artists hold them."""
    container = drawing.axes.errorbar([x], [mean], yerr=[[below], [above]], fmt="o", capsize=4)
    centre, caps, _ = container
    lower, upper = sorted((tuple(cap.get_xydata()[0]) for cap in caps), key=lambda place: place[1])
    return {"centre": tuple(centre.get_xydata()[0]), "lower whisker": lower, "upper whisker": upper}


@every_resolution
@every_reader
@pytest.mark.parametrize(
    ("log_y", "tilt", "no_rotation"),
    [(False, 0, False), (False, 0, True), (False, 2.5, False), (True, 0, False), (True, -4, False)],
    ids=["linear", "linear without rotation", "tilted scan", "log", "tilted log"],
)
def test_point_and_whiskers(
    folder: FigureFolder, dpi: int, reader: Reader, log_y: bool, tilt: float, no_rotation: bool
) -> None:
    drawing = Drawing(dpi, (0, 30), (1, 1000) if log_y else (0, 120), log_y=log_y, tilt=tilt)
    marks = point_and_whiskers(drawing, 7, MEAN, SD, SD)
    ends = (1, 1000) if log_y else (0, 120)
    folder.add_axes(drawing.xy_axes(reader, (0, 30), ends, noRotation=no_rotation))
    folder.add(reader, drawing, marks.items(), whisker="SD")
    series = folder.only()
    assert 7 in series.across
    if log_y and dpi == 100:  # half a pixel is 1 % of a value here: the SD is what two such values leave over
        assert MEAN in series.mean and SD in series.sd
    else:
        assert_recovered(series, MEAN, SD)
    assert not series.warnings


@every_resolution
@every_reader
@pytest.mark.parametrize("drawn", ["upper whisker", "lower whisker", "both"])
@pytest.mark.parametrize(
    ("whisker", "length"),
    [("SD", SD), ("SE", SD / math.sqrt(N)), ("95% CI", stats.t.ppf(0.975, N - 1) * SD / math.sqrt(N))],
    ids=["SD", "SE", "CI"],
)
def test_meaning_of_whiskers(
    folder: FigureFolder, dpi: int, reader: Reader, drawn: str, whisker: str, length: float
) -> None:
    drawing = Drawing(dpi, (0, 30), (30, 65))
    marks = point_and_whiskers(drawing, 7, MEAN, length, length)
    kept = {role: place for role, place in marks.items() if drawn == "both" or role in ("centre", drawn)}
    folder.add_axes(drawing.xy_axes(reader, (0, 30), (30, 65)))
    folder.add(reader, drawing, kept.items(), whisker=whisker, n=N)
    series = folder.only()
    assert_recovered(series, MEAN, SD)
    assert whisker in series.conversion.name
    assert ("6.5.2.2" in series.conversion.source) == (whisker != "SD")


@every_resolution
@every_reader
@pytest.mark.parametrize("horizontal", [False, True], ids=["upright", "lying"])
@pytest.mark.parametrize(("log", "tilt"), [(False, 0), (True, 0), (False, 3)], ids=["linear", "log", "tilted"])
def test_bar_chart_with_error_bars(
    folder: FigureFolder, dpi: int, reader: Reader, horizontal: bool, log: bool, tilt: float
) -> None:
    values = (1, 100) if log else (0, 80)
    if horizontal:
        drawing = Drawing(dpi, values, (-1, 2), log_x=log, tilt=tilt)
        (bar,) = drawing.axes.barh([0.5], [MEAN])
        top, tip = (bar.get_width(), 0.5), (MEAN + SD, 0.5)
    else:
        drawing = Drawing(dpi, (-1, 2), values, log_y=log, tilt=tilt)
        (bar,) = drawing.axes.bar([0.5], [MEAN])
        top, tip = (0.5, bar.get_height()), (0.5, MEAN + SD)
    folder.add_axes(drawing.bar_axes(reader, *values, horizontal=horizontal))
    folder.add(reader, drawing, [("centre", top)], whisker="SD", dataset="bars")
    folder.add(reader, drawing, [("upper whisker", tip)], whisker="SD", dataset="error bars")
    series = folder.only()
    assert_recovered(series, MEAN, SD)
    assert series.across is None


BOX = {"minimum": 12.0, "q1": 31.5, "median": 44.0, "q3": 58.2, "maximum": 88.0}


@every_resolution
@every_reader
@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (tuple(BOX), mean_sd_from_five_numbers(*BOX.values(), n=N)),
        (("q1", "median", "q3"), mean_sd_from_quartiles(31.5, 44.0, 58.2, N)),
        (("minimum", "median", "maximum"), mean_sd_from_range(12.0, 44.0, 88.0, N)),
    ],
    ids=["five numbers", "box", "extremes"],
)
def test_box_plot(folder: FigureFolder, dpi: int, reader: Reader, roles: tuple[str, ...], expected) -> None:
    drawing = Drawing(dpi, (0, 2), (0, 100))
    statistics = {"med": BOX["median"], "q1": BOX["q1"], "q3": BOX["q3"], "whislo": BOX["minimum"],
                  "whishi": BOX["maximum"]}  # fmt: skip
    artists = drawing.axes.bxp([statistics], positions=[1], showfliers=False)
    box = artists["boxes"][0].get_ydata()
    low, high = (cap.get_ydata()[0] for cap in artists["caps"])
    drawn = {"minimum": low, "q1": min(box), "median": artists["medians"][0].get_ydata()[0], "q3": max(box),
             "maximum": high}  # fmt: skip
    folder.add_axes(drawing.xy_axes(reader, (0, 2), (0, 100)))
    folder.add(reader, drawing, [(role, (1, drawn[role])) for role in roles], n=N)
    series = folder.only()
    assert_recovered(series, expected.mean, expected.sd)
    assert series.conversion.source == expected.source
    for role in roles:
        assert BOX[role] in series.mark(role)


@every_resolution
@every_reader
@pytest.mark.parametrize(
    ("whisker", "expected"),
    [("IQR", mean_sd_from_quartiles(31.5, 44.0, 58.2, N)), ("range", mean_sd_from_range(31.5, 44.0, 58.2, N))],
    ids=["IQR", "range"],
)
def test_median_with_whiskers_lying_down(
    folder: FigureFolder, dpi: int, reader: Reader, whisker: str, expected
) -> None:
    drawing = Drawing(dpi, (0, 100), (0, 2))
    drawing.axes.errorbar([44.0], [1], xerr=[[44.0 - 31.5], [58.2 - 44.0]], fmt="s")
    folder.add_axes(drawing.xy_axes(reader, (0, 100), (0, 2)))
    marks = {"lower whisker": (31.5, 1), "centre": (44.0, 1), "upper whisker": (58.2, 1)}
    folder.add(reader, drawing, marks.items(), whisker=whisker, value_axis="x", n=N)
    assert_recovered(folder.only(), expected.mean, expected.sd)


@every_resolution
@every_reader
@pytest.mark.parametrize("log_y", [False, True], ids=["linear", "log"])
def test_date_axis(folder: FigureFolder, dpi: int, reader: Reader, log_y: bool) -> None:
    start, end = np.datetime64("2020-03-01"), np.datetime64("2020-04-01")
    drawing = Drawing(dpi, (_days(start), _days(end)), (10, 100), log_y=log_y)
    drawing.axes.errorbar([_days(np.datetime64("2020-03-14T12"))], [MEAN], yerr=[SD], fmt="o")
    ends = ((_days(start), "2020/03/01"), (_days(end), "2020/04/01"))
    folder.add_axes(drawing.xy_axes(reader, ends, (10, 100)))
    at = _days(np.datetime64("2020-03-14T12"))
    folder.add(reader, drawing, [("centre", (at, MEAN)), ("upper whisker", (at, MEAN + SD))], whisker="SD")
    series = folder.only()
    assert_recovered(series, MEAN, SD)
    assert at in series.across
    assert series.date is not None
    assert abs((series.date - datetime(2020, 3, 14, 12, tzinfo=UTC)).total_seconds()) < 0.4 * 86_400
    assert not series.warnings  # nor does the recorded moment, in milliseconds, differ


@every_resolution
def test_log_axis_of_days_and_log_axis_of_values(folder: FigureFolder, dpi: int) -> None:
    drawing = Drawing(dpi, (1, 100), (0.1, 1000), log_x=True, log_y=True, tilt=1)
    drawing.axes.plot([14], [3.7], "o")
    folder.add_axes(drawing.xy_axes(whole_pixels, (1, 100), (0.1, 1000)))
    folder.add(whole_pixels, drawing, [("centre", (14, 3.7))])
    series = folder.only()
    assert_recovered(series, 3.7, None)
    assert 14 in series.across
    # On a log axis the same pixel is worth more above than below.
    assert series.mean.high - series.mean.value > series.mean.value - series.mean.low


def test_without_reading_error_the_values_are_exact(folder: FigureFolder) -> None:
    drawing = Drawing(150, (0, 30), (1, 1000), log_y=True, tilt=12)
    marks = point_and_whiskers(drawing, 7, MEAN, SD, SD)
    folder.add_axes(drawing.xy_axes(exact, (0, 30), (1, 1000)))
    folder.add(exact, drawing, marks.items(), whisker="SD")
    series = folder.only()
    assert series.mean.value == pytest.approx(MEAN, rel=1e-12)
    assert series.sd is not None and series.sd.value == pytest.approx(SD, rel=1e-11)


def test_a_sheared_scan_is_followed_by_hand_computed_marks(folder: FigureFolder) -> None:
    # x runs 200 pixels right and 20 down for 10 days, y 30 right and 300 up for 100 mg/L, from pixel (50, 400).
    points = [(50, 400, "0", "0"), (250, 420, "10", "0"), (50, 400, "0", "0"), (80, 100, "0", "100")]
    folder.add_axes({"name": "XY", "type": "XYAxes", "isLogX": False, "isLogY": False, "noRotation": False,
                     "calibrationPoints": [{"px": px, "py": py, "dx": dx, "dy": dy, "dz": None}
                                           for px, py, dx, dy in points]})  # fmt: skip
    # Day 5, 40 mg/L: half of (200, 20) and 0.4 of (30, −300) from the origin; the whisker is 0.1 of it longer.
    folder.add_pixels([("centre", (162.0, 290.0)), ("upper whisker", (165.0, 260.0))], whisker="SD")
    series = folder.only()
    assert series.mean.value == pytest.approx(40, rel=1e-12)
    assert series.sd is not None and series.sd.value == pytest.approx(10, rel=1e-12)
    assert series.across is not None and series.across.value == pytest.approx(5, rel=1e-12)


def _days(moment: np.datetime64) -> float:
    return float((moment - np.datetime64("1970-01-01")) / np.timedelta64(1, "D"))
