"""End to end: marks are found in the rendered bitmap by their colour, as an eye finds them.

The renderer moves markers and lines to whole pixels: half a pixel is the least that a reader may claim, and one
pixel where marks of different kinds (edge of a bar, cap of a whisker, tick) are moved each in their own way.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawn_figures import Drawing, FigureFolder
from scipy import ndimage

pytestmark = pytest.mark.campaign

RED, GREEN, BLUE, MAGENTA = (1.0, 0.0, 0.0), (0.0, 0.6, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 1.0)
CURVE = {0: (88.4, 14.2), 3: (71.9, 12.6), 7: (47.3, 9.9), 14: (21.6, 6.3)}


def found(drawing: Drawing, colour: tuple[float, float, float]) -> list[tuple[float, float]]:
    """Centroids of the connected patches of a colour, from left to right and then from top to bottom."""
    drawing.canvas.draw()
    image = np.asarray(drawing.canvas.buffer_rgba())[..., :3].astype(float) / 255
    patches, count = ndimage.label(np.abs(image - colour).max(axis=2) < 0.02, structure=np.ones((3, 3)))
    centres = ndimage.center_of_mass(patches > 0, patches, range(1, count + 1))
    # Pixel i covers i to i + 1: its middle is half a pixel further.
    return sorted((float(column) + 0.5, float(row) + 0.5) for row, column in centres)


def mark_calibration(drawing: Drawing, x: tuple[float, float], y: tuple[float, float]) -> None:
    """A square on each calibrated value, in a colour of its own."""
    drawing.axes.plot(x, [y[0], y[0]], "s", color=BLUE, markersize=5, clip_on=False)
    drawing.axes.plot([x[1], x[1]], y, "s", color=MAGENTA, markersize=5, clip_on=False)


def calibrated(drawing: Drawing, x: tuple[float, float], y: tuple[float, float]) -> dict:
    """XYAxes from squares at (x₀, y₀) and (x₁, y₀) for x, at (x₁, y₀) and (x₁, y₁) for y, found by colour."""
    blue = found(drawing, BLUE)
    magenta = sorted(found(drawing, MAGENTA), key=lambda place: -place[1])
    assert len(magenta) == 2, "the calibration marks were not found"
    pixels = [blue[0], magenta[0], magenta[0], magenta[1]]  # the square at (x₁, y₀) is magenta, drawn over the blue
    ends = [(x[0], y[0]), (x[1], y[0]), (x[1], y[0]), (x[1], y[1])]
    logs = {"isLogX": drawing.axes.get_xscale() == "log", "isLogY": drawing.axes.get_yscale() == "log"}
    return {"name": "XY", "type": "XYAxes", **logs, "noRotation": False,
            "calibrationPoints": [{"px": px, "py": py, "dx": str(at[0]), "dy": str(at[1]), "dz": None}
                                  for (px, py), at in zip(pixels, ends, strict=True)]}  # fmt: skip


@pytest.mark.parametrize("dpi", [100, 200, 300])
@pytest.mark.parametrize("log_y", [False, True], ids=["linear", "log"])
def test_curve_with_error_bars(tmp_path: Path, dpi: int, log_y: bool) -> None:
    x, y = (0, 20), (5, 500) if log_y else (0, 120)
    drawing = Drawing(dpi, (-2, 22), (3, 700) if log_y else (-10, 130), log_y=log_y)
    for day, (mean, sd) in CURVE.items():
        _, (lower, upper), _ = drawing.axes.errorbar(
            [day], [mean], yerr=[sd], fmt="D", color="black", markerfacecolor=RED, markeredgecolor=RED,
            markersize=5, capsize=5, capthick=2,
        )  # fmt: skip
        upper.set_markeredgecolor(GREEN)
        lower.set_markeredgecolor("grey")
    mark_calibration(drawing, x, y)
    centres, caps = found(drawing, RED), found(drawing, GREEN)
    assert len(centres) == len(caps) == len(CURVE)
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(calibrated(drawing, x, y))
    for day, centre, cap in zip(CURVE, centres, caps, strict=True):
        figure.add_pixels(
            [("centre", centre), ("upper whisker", cap)], whisker="SD", day=day, series=f"crp-invented2021-msc-d{day}"
        )
    series = figure.load()
    assert [one.day for one in series] == list(CURVE)
    for one in series:
        mean, sd = CURVE[one.day]
        assert mean in one.mean and sd in one.sd and one.day in one.across
        assert one.mean.high - one.mean.low < mean * 3 / dpi * (2 if not log_y else 5)
        assert not one.warnings


@pytest.mark.parametrize("dpi", [100, 200, 300])
def test_bar_chart(tmp_path: Path, dpi: int) -> None:
    bars = {"treatment": (47.3, 9.9), "control": (83.1, 15.2)}
    drawing = Drawing(dpi, (-1, 2), (0, 120))
    drawing.axes.bar([0, 1], [mean for mean, _ in bars.values()], color=RED, width=0.6, zorder=1)
    for place, (mean, sd) in enumerate(bars.values()):
        _, caps, _ = drawing.axes.errorbar([place], [mean], yerr=[[0], [sd]], fmt="none", capsize=5, capthick=2,
                                           ecolor="grey", zorder=0)  # fmt: skip
        caps[-1].set_markeredgecolor(GREEN)
    drawing.axes.plot([-0.8, -0.8], [20, 100], "s", color=BLUE, markersize=5)
    (x1, low), (_, high) = sorted(found(drawing, BLUE), key=lambda place: -place[1])
    tops, caps = _tops(drawing, RED), found(drawing, GREEN)
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes({"name": "Bar", "type": "BarAxes", "isLog": False, "isRotated": False,
                     "calibrationPoints": [{"px": x1, "py": low, "dx": 0, "dy": "20", "dz": None},
                                           {"px": x1, "py": high, "dx": 0, "dy": "100", "dz": None}]})  # fmt: skip
    for arm, top, cap in zip(bars, tops, caps[-2:], strict=True):
        figure.add_pixels(
            [("centre", top), ("upper whisker", cap)],
            whisker="SD",
            arm=arm,
            series=f"crp-invented2021-{arm.lower()}",
            pixel_error=1,
        )
    for one in figure.load():
        mean, sd = bars[one.arm]
        assert mean in one.mean and sd in one.sd
        assert one.sd.high - one.sd.low < 0.35 * sd * 100 / dpi


def _tops(drawing: Drawing, colour: tuple[float, float, float]) -> list[tuple[float, float]]:
    """Middle of the uppermost row of each patch of a colour, from left to right."""
    drawing.canvas.draw()
    image = np.asarray(drawing.canvas.buffer_rgba())[..., :3].astype(float) / 255
    patches, _ = ndimage.label(np.abs(image - colour).max(axis=2) < 0.02)
    boxes = ndimage.find_objects(patches)
    return sorted(((box[1].start + box[1].stop) / 2, box[0].start + 0.5) for box in boxes)
