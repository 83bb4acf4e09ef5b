"""Figures drawn with known values, and the project file that someone who digitised them would export."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from saved_archives import saved

from analysis.evidence import digitised

Point = tuple[float, float]
Reader = Callable[[Point], Point]

MILLISECONDS_PER_DAY = 86_400_000


def exact(point: Point) -> Point:
    """A reader who never misses."""
    return point


def whole_pixels(point: Point) -> Point:
    """A reader who clicks the nearest whole pixel."""
    return float(round(point[0])), float(round(point[1]))


def jittery(seed: int, bound: float = 0.5) -> Reader:
    """A reader who is off by up to `bound` pixels in x and y, anywhere in between with equal chance."""
    random = np.random.default_rng(seed)
    return lambda point: (point[0] + random.uniform(-bound, bound), point[1] + random.uniform(-bound, bound))


class Drawing:
    """A matplotlib figure of 5 × 4 inches, and the pixels at which its values are drawn (from the top left).

    tilt: degrees by which the page lay askew on the scanner.
    """

    def __init__(
        self, dpi: int, x: Point, y: Point, log_x: bool = False, log_y: bool = False, tilt: float = 0
    ) -> None:
        self.figure = Figure(figsize=(5, 4), dpi=dpi)
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0.15, 0.15, 0.8, 0.8))
        self.axes.set(xscale="log" if log_x else "linear", yscale="log" if log_y else "linear", xlim=x, ylim=y)
        self.tilt = math.radians(tilt)

    def pixel(self, x: float, y: float) -> Point:
        """Where a value is drawn."""
        across, up = self.axes.transData.transform((x, y))
        width, height = self.figure.get_size_inches() * self.figure.dpi
        right, down = across - width / 2, height / 2 - up
        c, s = math.cos(self.tilt), math.sin(self.tilt)
        return width / 2 + c * right - s * down, height / 2 + s * right + c * down

    def xy_axes(self, reader: Reader, x: tuple[Any, Any], y: tuple[Any, Any], **flags: object) -> dict[str, Any]:
        """Entry of XYAxes calibrated at two x and two y values; dates are given as (days since 1970, text)."""
        places = [(x[0], y[0]), (x[1], y[0]), (x[0], y[0]), (x[0], y[1])]
        points = []
        for at_x, at_y in places:
            px, py = reader(self.pixel(_number(at_x), _number(at_y)))
            points.append({"px": px, "py": py, "dx": _text(at_x), "dy": _text(at_y), "dz": None})
        entry = {"name": "XY", "type": "XYAxes", "isLogX": self.axes.get_xscale() == "log",
                 "isLogY": self.axes.get_yscale() == "log", "noRotation": False}  # fmt: skip
        return {**entry, **flags, "calibrationPoints": points}

    def bar_axes(self, reader: Reader, low: float, high: float, horizontal: bool = False, **flags: object) -> dict:
        """Entry of BarAxes calibrated at two values of the axis of values."""
        edge = (self.axes.get_ylim() if horizontal else self.axes.get_xlim())[0]
        points = []
        for value in (low, high):
            px, py = reader(self.pixel(value, edge) if horizontal else self.pixel(edge, value))
            points.append({"px": px, "py": py, "dx": 0, "dy": str(value), "dz": None})
        scale = self.axes.get_xscale() if horizontal else self.axes.get_yscale()
        return {"name": "Bar", "type": "BarAxes", "isLog": scale == "log", "isRotated": bool(self.tilt), **flags,
                "calibrationPoints": points}  # fmt: skip


@dataclass
class FigureFolder:
    """A folder of digitised figures that a test fills: one project file and the table of its points."""

    folder: Path
    project: dict[str, Any] = field(
        default_factory=lambda: {"version": [4, 2], "axesColl": [], "datasetColl": [], "measurementColl": []}
    )
    rows: list[dict[str, object]] = field(default_factory=list)
    name: str = "invented2021-fig2.json"

    def add_axes(self, entry: dict[str, Any]) -> None:
        self.project["axesColl"].append(entry)

    def add(self, click: Reader, drawing: Drawing, marks: Iterable[tuple[str, Point]], **row: object) -> None:
        """A row and a click for each mark (role, place in the units of the axes) on the axes last added."""
        self.add_pixels([(role, click(drawing.pixel(*place))) for role, place in marks], **row)

    def add_pixels(self, marks: Iterable[tuple[str, Point]], **row: object) -> None:
        """A row and a click for each mark (role, pixel) on the axes last added."""
        axes = self.project["axesColl"][-1]
        name = str(row.get("dataset", "values"))
        known = [dataset for dataset in self.project["datasetColl"] if dataset["name"] == name]
        if not known:
            known = [{"name": name, "axesName": axes["name"], "colorRGB": [200, 0, 0, 255], "metadataKeys": [],
                      "data": [], "autoDetectionData": None}]  # fmt: skip
            self.project["datasetColl"] += known
        data = known[0]["data"]
        for role, (x, y) in marks:
            data.append({"x": x, "y": y, "value": recorded(axes, x, y)})
            described = {"series": "crp-invented2021-msc-d7", "trial": "invented2021", "outcome": "CRP",
                         "unit": "mg/L", "arm": "treatment", "day": 7, "n": 20, "whisker": "", "reader": "a",
                         "reading": 1, "project": self.name, "dataset": name, "point": len(data), "role": role,
                         "value_axis": "", "pixel_error": "", "source": "", "address": "https://example.org/invented",
                         "locator": "Figure 2", "quotation": "CRP by day, mean and error", "note": ""}  # fmt: skip
            self.rows.append(described | row)

    def write(self) -> None:
        """Write descriptor, table and project file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(digitised.FIGURES / "datapackage.json", self.folder)
        with (self.folder / "points.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: "" if cell is None else cell for key, cell in row.items()} for row in self.rows)
        (self.folder / self.name).write_bytes(self.saved())

    def saved(self) -> bytes:
        """The bytes of the project file: the archive that the program saves, or its export."""
        if self.name.endswith(".tar"):
            return saved(self.project, self.name.removesuffix(".tar"))
        return json.dumps(self.project).encode()

    def load(self) -> tuple[digitised.DigitisedSeries, ...]:
        """Write everything and read it back."""
        self.write()
        return digitised.load(self.folder)

    def only(self) -> digitised.DigitisedSeries:
        """The one series there is."""
        (series,) = self.load()
        return series

    def refused(self) -> digitised.FigureError:
        """The error that reading it back raises."""
        try:
            self.load()
        except digitised.FigureError as error:
            return error
        raise AssertionError("the figure was not refused")


def sound_figure(folder: Path) -> FigureFolder:
    """Linear axes and one point with both whiskers, which are SDs: 47.3 ± 12.9."""
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(folder)
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
    marks = (("centre", (7, 47.3)), ("lower whisker", (7, 34.4)), ("upper whisker", (7, 60.2)))
    figure.add(exact, drawing, marks, whisker="SD")
    return figure


def every_row(**cells: object) -> Callable[[FigureFolder], None]:
    """A change of these cells in all rows."""

    def change(figure: FigureFolder) -> None:
        for row in figure.rows:
            row.update(cells)

    return change


def recorded(axes: dict[str, Any], x: float, y: float) -> list[float] | None:
    """What WebPlotDigitizer writes beside a click, by the matrices of its calibration rather than by our ratios."""
    points = axes["calibrationPoints"]
    marks = np.array([(point["px"], point["py"]) for point in points])
    if axes["type"] == "BarAxes":
        ends = [float(point["dy"]) for point in points]
        ends = [math.log10(end) for end in ends] if axes["isLog"] else ends
        along = marks[1] - marks[0]
        if not axes["isRotated"]:
            along = along * (np.abs(along) == np.abs(along).max())
        value = ends[0] + (ends[1] - ends[0]) * float((np.array([x, y]) - marks[0]) @ along / (along @ along))
        return [10**value if axes["isLog"] else value]
    logs = axes["isLogX"], axes["isLogY"]
    ends = np.array([[_scaled(points[2 * i + j]["dx" if i == 0 else "dy"], logs[i]) for j in (0, 1)] for i in (0, 1)])
    if axes["noRotation"]:
        slopes = np.diag([(ends[i, 1] - ends[i, 0]) / (marks[2 * i + 1] - marks[2 * i])[i] for i in (0, 1)])
    else:
        directions = np.column_stack([marks[1] - marks[0], marks[3] - marks[2]])
        slopes = np.diag(ends[:, 1] - ends[:, 0]) @ np.linalg.inv(directions)
    origin = [ends[i, 0] - slopes[i] @ marks[2 * i] for i in (0, 1)]
    places = slopes @ np.array([x, y]) + origin
    return [float(10**place if log else place) for place, log in zip(places, logs, strict=True)]


def _scaled(text: str, log: bool) -> float:
    if "/" in text:
        day = np.datetime64(text.split(" ")[0].replace("/", "-"))
        return float((day - np.datetime64("1970-01-01")) / np.timedelta64(1, "ms"))
    return math.log10(float(text)) if log else float(text)


def _number(value: Any) -> float:
    return float(value[0]) if isinstance(value, tuple) else float(value)


def _text(value: Any) -> str:
    return value[1] if isinstance(value, tuple) else str(value)
