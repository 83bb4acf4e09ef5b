"""Calibration: from a pixel of the image to the value on the axis.

A calibrated axis has two marks, clicked in the image, whose values are printed in the figure. Between and beyond
them the axis counts linearly in its own unit: the value itself, its decimal logarithm or days. The geometry is the
one by which WebPlotDigitizer computes the values it shows:

* XYAxes: marks 1, 2 on the x axis, 3, 4 on the y axis. A click c is split along both directions u = m₂ − m₁ and
  w = m₄ − m₃ (an affine map, so that a tilted or sheared scan does no harm): the fraction of the way along x is
  ((c − m₁) × w)/(u × w), along y (u × (c − m₃))/(u × w). With `noRotation` each axis is taken for exactly horizontal
  or vertical.
* BarAxes: marks 1, 2 on the axis of values; the click is projected on their line, which is taken for exactly
  horizontal or vertical unless `isRotated`.

Pixels count from the left and from the top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Count = Literal["linear", "log", "date"]

XY, BAR = "XYAxes", "BarAxes"
# A bar axis nearer than this to the horizontal is horizontal, as the digitising program has it.
NEARLY_HORIZONTAL = math.radians(30)


@dataclass(frozen=True, slots=True)
class Scale:
    """How one axis counts: `first` and `second` are its calibration marks in the unit in which it is linear.

    counts: linear (the printed unit), log (decimal logarithm of it) or date (days since 1 January 1970, UTC).
    """

    counts: Count
    first: float
    second: float

    def position(self, fraction: float) -> float:
        """Place on the axis, in the unit in which it is linear, `fraction` of the way from mark 1 to mark 2."""
        return self.first + fraction * (self.second - self.first)

    def value(self, position: float) -> float:
        """The value printed at that place: the power of ten on a log axis (infinite if too large), else the place."""
        if self.counts != "log":
            return position
        try:
            return float(10.0**position)
        except OverflowError:
            return math.inf

    def place_of(self, value: float) -> float:
        """The inverse of `value`; NaN where a log axis has no such place."""
        if self.counts != "log":
            return value
        return math.log10(value) if value > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Axes:
    """Calibrated axes. marks: pixels of the calibration marks (4 of XYAxes, 2 of BarAxes); scales: x and y, or one.

    rotation: whether a tilt of the axes is followed (XYAxes without `noRotation`, BarAxes with `isRotated`).
    """

    name: str
    kind: str
    scales: tuple[Scale, ...]
    marks: tuple[tuple[float, float], ...]
    rotation: bool

    def fractions(self, marks: NDArray[np.float64], click: NDArray[np.float64]) -> tuple[float, ...]:
        """How far a click is along each axis: 0 at its first calibration mark, 1 at its second.

        marks: shape (4, 2) or (2, 2), pixels of the calibration marks (those of the file, or moved by a reading
        error); click: shape (2,).
        """
        if self.kind == BAR:
            return (self._along_bar(marks, click),)
        u, w = marks[1] - marks[0], marks[3] - marks[2]
        from_x, from_y = click - marks[0], click - marks[2]
        if self.rotation:
            area = _cross(u, w)
            return _cross(from_x, w) / area, _cross(u, from_y) / area
        x, y = (0, 1) if abs(u[0] * w[1]) > abs(u[1] * w[0]) else (1, 0)
        return float(from_x[x] / u[x]), float(from_y[y] / w[y])

    def _along_bar(self, marks: NDArray[np.float64], click: NDArray[np.float64]) -> float:
        u, way = marks[1] - marks[0], click - marks[0]
        if self.rotation:
            return float(way @ u / (u @ u))
        along = 0 if self.horizontal_bars else 1
        return float(way[along] / u[along])

    @property
    def horizontal_bars(self) -> bool:
        """Whether the axis of values of a bar chart runs from side to side."""
        (x1, y1), (x2, y2) = self.marks[:2]
        return abs(y2 - y1) < math.tan(NEARLY_HORIZONTAL) * abs(x2 - x1)

    def positions(self, marks: NDArray[np.float64], click: NDArray[np.float64]) -> tuple[float, ...]:
        """Place of a click on each axis, in the unit in which that axis is linear."""
        fractions = self.fractions(marks, click)
        return tuple(scale.position(part) for scale, part in zip(self.scales, fractions, strict=True))

    def marks_array(self) -> NDArray[np.float64]:
        """The calibration marks as an array of shape (marks, 2)."""
        return np.array(self.marks, dtype=float)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(a[0] * b[1] - a[1] * b[0])
