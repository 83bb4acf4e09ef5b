"""Calibration entries of a project file → calibrated axes, or the reasons why they cannot be used."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from analysis.evidence.digitised.axes import BAR, XY, Axes, Count, Scale
from analysis.evidence.digitised.problems import FigureProblem

OTHER_TYPES = ("PolarAxes", "TernaryAxes", "MapAxes", "ImageAxes", "CircularChartRecorderAxes")
FLAGS = {XY: ("isLogX", "isLogY", "noRotation"), BAR: ("isLog", "isRotated")}
# Nearer than this the half pixel of a click is more than a tenth of the axis: no calibration worth the name.
SHORTEST_AXIS = 5.0
# No image is as wide or as high as this.
LARGEST_PIXEL = 1e6
# Sine of the smallest angle between x and y axis: a scan may be tilted or sheared, but never by 70 degrees.
SMALLEST_SINE = math.sin(math.radians(20))

NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
DATE = re.compile(
    r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})(/(?P<day>[0-9]{1,2})"
    r"( (?P<hour>[0-9]{1,2})(:(?P<minute>[0-9]{1,2})(:(?P<second>[0-9]{1,2}))?)?)?)?"
)
SECONDS_PER_DAY = 86_400.0

Refuse = Callable[[str, object, str, str], FigureProblem]


def calibrated(file: str, entry: dict[str, Any]) -> tuple[Axes | None, list[FigureProblem]]:
    """Axes from one element of `axesColl`, or None and everything that is wrong with it."""
    name = str(entry.get("name", ""))

    def refuse(place: str, value: object, problem: str, remedy: str) -> FigureProblem:
        shown = None if value is None else str(value)
        return FigureProblem(
            file, None, "", shown, problem, remedy, place=", ".join(filter(None, (f"axes {name}", place)))
        )

    kind = entry.get("type")
    if kind not in (XY, BAR):
        known = "of a kind that no series can be read from" if kind in OTHER_TYPES else "an unknown type of axes"
        return None, [refuse("", kind, f"is {known}", f"calibrate the figure as {XY} or {BAR}")]
    unsure = [
        refuse(flag, entry[flag], "is neither true nor false", "calibrate the axes again")
        for flag in FLAGS[kind] if not isinstance(entry.get(flag, False), bool)
    ]  # fmt: skip
    if unsure:
        return None, unsure
    points = entry.get("calibrationPoints")
    needed = 4 if kind == XY else 2
    if not isinstance(points, list) or len(points) < needed:
        count = len(points) if isinstance(points, list) else 0
        return None, [refuse("", count, f"calibration points where {kind} need {needed}", "calibrate the axes again")]
    marks, problems = [], []
    for number, point in enumerate(points[:needed], start=1):
        mark = pixel(point, "px", "py")
        if mark is None:
            problems.append(refuse(f"calibration point {number}", point, "has no pixel", "calibrate the axes again"))
        else:
            marks.append(mark)
    if problems:
        return None, problems
    ends = [("x", "dx", 0), ("y", "dy", 2)] if kind == XY else [("bar", "dy", 0)]
    logs = [entry.get("isLogX"), entry.get("isLogY")] if kind == XY else [entry.get("isLog")]
    scales = []
    for (axis, key, start), log in zip(ends, logs, strict=True):
        label = f"{axis} axis, calibration points {start + 1} and {start + 2}"
        scale, found = _scale(label, points[start].get(key), points[start + 1].get(key), bool(log), refuse)
        problems += found
        if scale is not None:
            scales.append(scale)
        if math.dist(marks[start], marks[start + 1]) < SHORTEST_AXIS:
            problems.append(refuse(label, f"{marks[start]}, {marks[start + 1]}", "are coincident in the image",
                                   "click the two ends of the axis, far apart"))  # fmt: skip
    if not problems and kind == XY and _sine(marks) < SMALLEST_SINE:
        problems.append(refuse("", None, "the four calibration points are collinear: x and y run the same way",
                               "click two points on the x axis, then two on the y axis"))  # fmt: skip
    if problems:
        return None, problems
    rotation = not entry.get("noRotation") if kind == XY else bool(entry.get("isRotated"))
    axes = Axes(name, kind, tuple(scales), tuple(marks), rotation)
    problems += _without_extent(axes, refuse)
    return (None if problems else axes), problems


def pixel(entry: object, x: str, y: str) -> tuple[float, float] | None:
    """The two coordinates under keys `x` and `y`, None if they are no place in an image."""
    if not isinstance(entry, dict):
        return None
    across, down = finite(entry.get(x)), finite(entry.get(y))
    if across is None or down is None or max(abs(across), abs(down)) > LARGEST_PIXEL:
        return None
    return across, down


def finite(value: object) -> float | None:
    """A finite number of a JSON file, None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def days(text: str) -> float | None:
    """Days since 1 January 1970 (UTC) of a date as the program writes it (2020/03/05 14:30), None if it is none."""
    match = DATE.fullmatch(text)
    if match is None:
        return None
    parts = {name: int(part) for name, part in match.groupdict().items() if part is not None}
    try:
        moment = datetime(**{"day": 1, **parts}, tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp() / SECONDS_PER_DAY


def _scale(
    label: str, first: object, second: object, log: bool, refuse: Refuse
) -> tuple[Scale | None, list[FigureProblem]]:
    read, problems = [], []
    for text in (first, second):
        found = _number_or_date(text)
        if found is None:
            problems.append(refuse(label, text, "is neither a number nor a date", "calibrate with a number such as "
                                   "0.5 or a full date such as 2020/03/05; a time needs its date"))  # fmt: skip
        elif log and found[0] == "date":
            problems.append(refuse(label, text, "is a date on a log axis", "unset the log scale of this axis"))
        elif log and found[1] <= 0:
            problems.append(refuse(label, text, "is not above 0 on a log axis",
                                   "calibrate with two positive values, or unset the log scale"))  # fmt: skip
        else:
            read.append(found)
    if problems:
        return None, problems
    if read[0][0] != read[1][0]:
        return None, [refuse(label, f"{first}, {second}", "mixes a number and a date", "give both as dates")]
    if read[0][1] == read[1][1]:
        return None, [
            refuse(label, f"{first}, {second}", "are the same value", "calibrate with two different values")
        ]
    counts: Count = "log" if log else read[0][0]
    ends = [math.log10(value) if log else value for _, value in read]
    return Scale(counts, ends[0], ends[1]), []


def _number_or_date(text: object) -> tuple[Count, float] | None:
    if isinstance(text, bool) or text is None:
        return None
    written = str(text).strip()
    if NUMBER.fullmatch(written):
        value = float(written)
        return ("linear", value) if math.isfinite(value) else None
    moment = days(written)
    return None if moment is None else ("date", moment)


def _sine(marks: list[tuple[float, float]]) -> float:
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = marks
    area = abs((x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3))
    return area / (math.dist(marks[0], marks[1]) * math.dist(marks[2], marks[3]))


def _without_extent(axes: Axes, refuse: Refuse) -> Iterator[FigureProblem]:
    """An axis taken for horizontal (or vertical) whose two marks lie above (or beside) each other."""
    if axes.rotation:
        return
    (x1, y1), (x2, y2) = axes.marks[:2]
    if axes.kind == BAR:
        runs = [x2 - x1 if axes.horizontal_bars else y2 - y1]
    else:
        (x3, y3), (x4, y4) = axes.marks[2:]
        upright = abs((x2 - x1) * (y4 - y3)) > abs((y2 - y1) * (x4 - x3))
        runs = [x2 - x1, y4 - y3] if upright else [y2 - y1, x4 - x3]
    if min(map(abs, runs)) < SHORTEST_AXIS:
        yield refuse("", None, "an axis has no length in the direction in which it is read",
                     "calibrate again with rotation allowed")  # fmt: skip
