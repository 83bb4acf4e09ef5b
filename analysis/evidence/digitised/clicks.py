"""Clicks on the marks of a series, and all the pixels that their values depend on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.evidence.digitised.axes import Axes, Count
from analysis.evidence.digitised.points import PointRow
from analysis.evidence.digitised.problems import FigureWarning
from analysis.evidence.digitised.project import Click
from analysis.evidence.digitised.reading_error import HALF_PIXEL, Estimate, propagate, standard

Pixels = NDArray[np.float64]


def series_id(series: str, reader: str) -> str:
    """Id of a series as one reader read it, unique over all: no reader's name has a hyphen."""
    return f"digitised-{series}-{reader}"


@dataclass(frozen=True, slots=True)
class Located:
    """A row of the table with the click it names, the axes that click is on, and which of them carries the value."""

    number: int
    row: PointRow
    file: str
    axes: Axes
    click: Click
    value_axis: int

    @property
    def bound(self) -> float:
        """How far the click may be off, in pixels."""
        return self.row.pixel_error or HALF_PIXEL

    @property
    def counts(self) -> Count:
        """How the axis of values counts."""
        return self.axes.scales[self.value_axis].counts

    def position(self) -> float:
        """Place of the click on the axis of values, in the unit in which it is linear."""
        return self.positions()[self.value_axis]

    def positions(self) -> tuple[float, ...]:
        """Place of the click on each axis, in the unit in which that axis is linear."""
        return self.axes.positions(self.axes.marks_array(), self._at(0, 0))

    def fractions(self) -> tuple[float, ...]:
        """How far the click is along each axis: 0 at its first calibration mark, 1 at its second."""
        return self.axes.fractions(self.axes.marks_array(), self._at(0, 0))

    def per_pixel(self) -> float:
        """Change of that place per pixel, in the direction of steepest change."""
        marks, which = self.axes.marks_array(), self.value_axis
        ends = [self.axes.positions(marks, self._at(*step))[which] for step in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        return math.hypot(ends[0] - ends[1], ends[2] - ends[3]) / 2

    def warning(self, check: str, table: str, column: str, value: str, words: str, remedy: str) -> FigureWarning:
        """A warning about the series of this row, at this row of the table; `value` is what was found there."""
        return FigureWarning(series_id(self.row.series, self.row.reader), check, f"{value} {words}", "", column,
                             file=table, row=self.number, value=value, words=words, remedy=remedy)  # fmt: skip

    def _at(self, right: float, down: float) -> Pixels:
        return np.array([self.click.x + right, self.click.y + down])


@dataclass(frozen=True, slots=True)
class Repeatability:
    """Spread of repeated readings of the same marks by one reader, in pixels; zeros if nothing was read twice."""

    standard: float = 0.0
    largest: float = 0.0
    freedom: int = 0


def repeatability(rows: Iterable[Located]) -> Repeatability:
    """Pooled standard deviation and largest deviation, in pixels, of clicks on the same mark about their mean.

    rows: of one reader and one kind of figure; those with the same series and role are readings of one mark.
    """
    by_mark: dict[tuple[str, str], list[Located]] = defaultdict(list)
    for row in rows:
        by_mark[row.row.series, row.row.role].append(row)
    squares, freedom, largest = 0.0, 0, 0.0
    for readings in by_mark.values():
        if len(readings) > 1:
            places = np.array([reading.position() for reading in readings])
            per_pixel = np.array([reading.per_pixel() for reading in readings])
            off = (places - places.mean()) / per_pixel
            squares += float(off @ off)
            freedom += len(readings) - 1
            largest = max(largest, float(np.abs(off).max()))
    return Repeatability(math.sqrt(squares / freedom), largest, freedom) if freedom else Repeatability()


class Clicks:
    """All pixels behind one series, one after the other: calibration marks of its axes, then its own clicks."""

    def __init__(self, rows: Sequence[Located], repeated: Repeatability) -> None:
        self.rows = rows
        pixels: list[float] = []
        bounds: list[float] = []
        self.calibrations: dict[tuple[str, str], slice] = {}
        for row in rows:
            key = (row.file, row.axes.name)
            if key not in self.calibrations:
                values = row.axes.marks_array().ravel()
                self.calibrations[key] = slice(len(pixels), len(pixels) + len(values))
                pixels += values.tolist()
                bounds += [max(other.bound for other in rows if (other.file, other.axes.name) == key)] * len(values)
        self.own = len(pixels)
        for row in rows:
            pixels += [row.click.x, row.click.y]
            bounds += [max(row.bound, repeated.largest)] * 2
        self.pixels, self.bounds = np.array(pixels), np.array(bounds)
        self.standard = np.array([standard(bound) for bound in bounds])
        own_standard = [max(standard(row.bound), repeated.standard) for row in rows for _ in range(2)]
        self.standard[self.own :] = own_standard

    def values(self, pixels: Pixels) -> dict[str, float]:
        """Role → value, the mean of its readings taken where the axis is linear."""
        places: dict[str, list[float]] = defaultdict(list)
        for i, row in enumerate(self.rows):
            places[row.row.role].append(self._places(pixels, i)[row.value_axis])
        scale = self.rows[0].axes.scales[self.rows[0].value_axis]
        return {role: scale.value(sum(found) / len(found)) for role, found in places.items()}

    def across(self, pixels: Pixels) -> list[float]:
        """Value on the other axis of the first mark."""
        row = self.rows[0]
        other = 1 - row.value_axis
        return [row.axes.scales[other].value(self._places(pixels, 0)[other])]

    def propagate(self, function: Callable[[Pixels], Sequence[float]]) -> tuple[Estimate, ...]:
        """Values of a function of all pixels with their reading errors."""
        return propagate(function, self.pixels, self.standard, self.bounds)

    def _places(self, pixels: Pixels, i: int) -> tuple[float, ...]:
        row = self.rows[i]
        marks = pixels[self.calibrations[row.file, row.axes.name]].reshape(-1, 2)
        return row.axes.positions(marks, pixels[self.own + 2 * i : self.own + 2 * i + 2])
