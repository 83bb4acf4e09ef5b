"""The stated reading error is the error that readers make: coverage, size, resolution, repeated readings."""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from drawn_figures import Drawing, FigureFolder, exact, jittery, recorded, whole_pixels
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.digitised.reading_error import propagate

pytestmark = pytest.mark.campaign

MEAN, SD = 47.3, 12.9
MARKS = (("centre", (7, MEAN)), ("upper whisker", (7, MEAN + SD)))


@cache
def drawn(dpi: int, ends: tuple[float, float], log_y: bool, tilt: float) -> Drawing:
    return Drawing(dpi, (0, 30), ends, log_y=log_y, tilt=tilt)


def read_by(folder: Path, reader, dpi: int = 100, log_y: bool = False, tilt: float = 0) -> DigitisedSeries:
    ends = (1, 1000) if log_y else (0, 120)
    drawing = drawn(dpi, ends, log_y, tilt)
    figure = FigureFolder(folder)
    figure.add_axes(drawing.xy_axes(reader, (0, 30), ends))
    figure.add(reader, drawing, MARKS, whisker="SD")
    return figure.only()


@pytest.mark.parametrize(("log_y", "tilt"), [(False, 0), (False, 3), (True, 0)], ids=["linear", "tilted", "log"])
def test_standard_error_is_that_of_many_readers(tmp_path: Path, log_y: bool, tilt: float) -> None:
    off = []
    for seed in range(150):
        series = read_by(tmp_path / "figures", jittery(seed), log_y=log_y, tilt=tilt)
        assert MEAN in series.mean and SD in series.sd
        off.append([(series.mean.value - MEAN) / series.mean.standard_error,
                    (series.sd.value - SD) / series.sd.standard_error])  # fmt: skip
    # Sums of uniform errors have a kurtosis near 2.4, so this root mean square has a standard error of about
    # √(1.4/150)/2 = 0.05; three of them are allowed.
    assert np.sqrt(np.mean(np.square(off), axis=0)) == pytest.approx([1, 1], abs=0.15)


@pytest.mark.parametrize("log_y", [False, True], ids=["linear", "log"])
def test_error_halves_as_the_resolution_doubles(tmp_path: Path, log_y: bool) -> None:
    coarse, fine = (read_by(tmp_path / "figures", exact, dpi, log_y) for dpi in (100, 200))
    assert coarse.mean.standard_error / fine.mean.standard_error == pytest.approx(2, rel=1e-3)
    assert coarse.sd.standard_error / fine.sd.standard_error == pytest.approx(2, rel=1e-3)


def test_error_of_a_linear_axis_by_hand(tmp_path: Path) -> None:
    # A bar axis of 200 pixels for 100 units: 0.5 units a pixel. Click at 150 pixels of 200, i.e. at 75 units. With
    # s = 0.5/√3 pixels: ∂/∂click = 0.5, ∂/∂first mark = −0.5 (1 − 0.75), ∂/∂second = −0.5 · 0.75 units a pixel.
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes({"name": "Bar", "type": "BarAxes", "isLog": False, "isRotated": False,
                     "calibrationPoints": [{"px": 40, "py": 300, "dx": 0, "dy": "0", "dz": None},
                                           {"px": 40, "py": 100, "dx": 0, "dy": "100", "dz": None}]})  # fmt: skip
    figure.add_pixels([("centre", (90.0, 150.0))])
    mean = figure.only().mean
    s = 0.5 / math.sqrt(3)
    assert mean.value == 75
    assert mean.standard_error == pytest.approx(0.5 * s * math.sqrt(1 + 0.25**2 + 0.75**2), rel=1e-4)
    # All three off by half a pixel the worst way: 0.5 · 0.5 · (1 + 0.25 + 0.75).
    assert (mean.low, mean.high) == pytest.approx((74.5, 75.5), abs=2e-3)


def test_whisker_length_does_not_pay_twice_for_the_calibration(tmp_path: Path) -> None:
    # Mean and whisker end share the calibration: shifting both shifts the difference by nothing.
    series = read_by(tmp_path / "figures", exact)
    upper = series.mark("upper whisker")
    assert series.sd.standard_error < math.hypot(series.mean.standard_error, upper.standard_error)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_bounds_hold_for_any_reader_within_half_a_pixel(tmp_path_factory: pytest.TempPathFactory, data) -> None:
    shift = st.sampled_from([-0.5, 0.5, -0.25, 0.0])
    reader = lambda point: (point[0] + data.draw(shift), point[1] + data.draw(shift))  # noqa: E731
    series = read_by(tmp_path_factory.mktemp("worst") / "figures", reader, log_y=data.draw(st.booleans()))
    for estimate, truth in ((series.mean, MEAN), (series.sd, SD)):
        slack = 0.01 * (estimate.high - estimate.low)  # products of two pixel errors
        assert estimate.low - slack <= truth <= estimate.high + slack


def test_bounds_are_the_extremes_over_all_corners() -> None:
    # (c − a)/(b − a) is monotone in each pixel, so its extremes over the box are at corners.
    def fraction(pixels: np.ndarray) -> list[float]:
        a, b, c = pixels
        return [(c - a) / (b - a)]

    pixels, bounds = np.array([20.0, 180.0, 95.0]), np.array([0.5, 0.5, 1.0])
    (estimate,) = propagate(fraction, pixels, bounds / math.sqrt(3), bounds)
    corners = [fraction(pixels + bounds * np.array(signs))[0] for signs in product((-1, 1), repeat=3)]
    assert (estimate.low, estimate.high) == pytest.approx((min(corners), max(corners)), rel=1e-12)


def repeated(tmp_path: Path, spread: float, readings: int = 4) -> DigitisedSeries:
    """The same figure clicked several times by a reader off by up to `spread` pixels."""
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(drawing.xy_axes(whole_pixels, (0, 30), (0, 120)))
    reader = jittery(5, spread)
    for reading in range(1, readings + 1):
        figure.add(reader, drawing, MARKS, whisker="SD", reading=reading)
    return figure.only()


def test_repeated_readings_are_averaged_and_lower_the_error(tmp_path: Path) -> None:
    once, often = repeated(tmp_path, 0.5, 1), repeated(tmp_path, 0.5, 12)
    assert often.readings == 12 and often.repeatability.freedom == 22
    assert often.mean.standard_error < once.mean.standard_error
    assert MEAN in often.mean and SD in often.sd
    # Calibration was clicked once: its share of the error stays.
    assert often.mean.standard_error > once.mean.standard_error / math.sqrt(12)


def test_an_unsteady_reader_is_found_out(tmp_path: Path) -> None:
    steady, unsteady = repeated(tmp_path, 0.5), repeated(tmp_path, 4.0)
    assert unsteady.repeatability.standard > 1
    assert unsteady.mean.standard_error > 3 * steady.mean.standard_error
    assert [warning.check for warning in unsteady.warnings] == ["repeated readings"]
    assert not steady.warnings
    assert MEAN in unsteady.mean and SD in unsteady.sd


def test_spread_of_repeated_readings_by_hand(tmp_path: Path) -> None:
    # Three clicks of one mark at −1, 0, +1 pixels, two of another at ±1: √((2 + 2)/(2 + 1)) pixels, 1 at most.
    figure = FigureFolder(tmp_path / "figures")
    axes = {"name": "Bar", "type": "BarAxes", "isLog": False, "isRotated": False,
            "calibrationPoints": [{"px": 40, "py": 300, "dx": 0, "dy": "0", "dz": None},
                                  {"px": 40, "py": 100, "dx": 0, "dy": "100", "dz": None}]}  # fmt: skip
    figure.add_axes(axes)
    for reading, off in enumerate((-1, 0, 1), start=1):
        figure.add_pixels([("centre", (90.0, 200.0 + off))], whisker="SD", reading=reading)
    for reading, off in enumerate((-1, 1), start=1):
        figure.add_pixels([("upper whisker", (90.0, 150.0 + off))], whisker="SD", reading=reading)
    series = figure.only()
    assert recorded(axes, 90.0, 200.0) == [50.0]
    assert (series.mean.value, series.sd.value) == pytest.approx((50, 25))
    assert series.repeatability.standard == pytest.approx(math.sqrt(4 / 3))
    assert (series.repeatability.largest, series.repeatability.freedom) == pytest.approx((1, 3))


def test_a_reader_may_state_a_larger_error(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 30), (0, 120))
    errors = []
    for stated in ("", 2):
        figure = FigureFolder(tmp_path / f"figures{stated}")
        figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
        figure.add(exact, drawing, MARKS, whisker="SD", pixel_error=stated)
        errors.append(figure.only().mean.standard_error)
    assert errors[1] / errors[0] == pytest.approx(4, rel=1e-2)
