"""Marks of one series as one reader clicked them → mean and SD with their reading error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from analysis.evidence.digitised.axes import XY, Count
from analysis.evidence.digitised.clicks import Clicks, Located, Pixels, Repeatability, series_id
from analysis.evidence.digitised.meaning import (
    ASCENDING,
    CENTRE,
    CI,
    LOWER,
    MINIMUM,
    Q1,
    SD,
    SE,
    UPPER,
    Conversion,
    Form,
    form_of,
    in_words,
)
from analysis.evidence.digitised.problems import (
    OUTSIDE,
    REPEATED,
    SKEWED,
    UNEQUAL,
    FigureError,
    FigureProblem,
    FigureWarning,
)
from analysis.evidence.digitised.reading_error import Estimate
from analysis.evidence.problems import Problem
from analysis.methods.errors import InputError


@dataclass(frozen=True, slots=True)
class DigitisedSeries:
    """One outcome of one arm on one day as one reader read it from a figure.

    Attributes:
        marks: role → value read, in the unit of the axis, with its reading error.
        mean, sd: by `conversion`, with the reading error of the marks behind them; sd is None where no dispersion
            was drawn. The error of the conversion itself (quantiles of a sample are not its mean) is not included.
        across: place on the other axis of the first mark, None for bar charts; `across_counts` says in which unit.
        repeatability: what repeated readings of this figure by this reader show.
        warnings: what a second look should settle; no fault of the files.
    """

    series: str
    reader: str
    trial: str
    outcome: str
    unit: str
    arm: str
    day: int | None
    n: int | None
    whisker: str
    marks: tuple[tuple[str, Estimate], ...]
    mean: Estimate
    sd: Estimate | None
    conversion: Conversion
    across: Estimate | None
    across_counts: Count | None
    readings: int
    repeatability: Repeatability
    projects: tuple[str, ...]
    source: str
    address: str
    locator: str
    quotation: str
    warnings: tuple[FigureWarning, ...]
    obtained: str = "digitised"

    @property
    def row_id(self) -> str:
        """Unique over all series and readers."""
        return series_id(self.series, self.reader)

    @property
    def date(self) -> datetime | None:
        """Moment on a date axis (UTC), None where the other axis counts otherwise."""
        if self.across is None or self.across_counts != "date":
            return None
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=self.across.value)

    def mark(self, role: str) -> Estimate:
        """The value read for a role; KeyError if the series has none."""
        return dict(self.marks)[role]


def digitise(table: str, rows: Sequence[Located], repeated: Repeatability) -> DigitisedSeries:
    """Mean and SD of one series of one reader. FigureError if its marks make no sense together.

    table: name of the points table, for messages; rows: at least one, all of one series and reader.
    """
    first = rows[0].row
    form = _form(table, rows)
    clicks = Clicks(rows, repeated)
    roles = sorted({row.row.role for row in rows}, key=ASCENDING.index)
    steps = list(pairwise(roles))

    def marks_and_steps(pixels: Pixels) -> list[float]:
        values = clicks.values(pixels)
        upper, lower = values.get(UPPER), values.get(LOWER)
        sides = [] if upper is None or lower is None or CENTRE not in values else [upper + lower - 2 * values[CENTRE]]
        return [values[role] for role in roles] + [values[b] - values[a] for a, b in steps] + sides

    read = clicks.propagate(marks_and_steps)
    _finite(table, rows[0], read)
    marks = dict(zip(roles, read, strict=False))
    gaps = dict(zip(steps, read[len(roles) :], strict=False))
    problems = [problem for pair, gap in gaps.items() for problem in _misplaced(rows, pair, gap, marks, form)]
    if problems:
        raise FigureError(problems)

    def mean_and_sd(pixels: Pixels) -> list[float]:
        mean, sd = form.convert(clicks.values(pixels), first.n or 0)
        return [mean] if sd is None else [mean, sd]

    try:
        mean, *sd = clicks.propagate(mean_and_sd)
        conversion = form.conversion({role: mark.value for role, mark in marks.items()}, first.n)
    except InputError as error:
        raise FigureError([Problem(table, rows[0].number, "", first.series, f"gives no mean and SD: {error}",
                                   "check the roles, n and the figure")]) from error  # fmt: skip
    _finite(table, rows[0], (mean, *sd))
    across = clicks.propagate(clicks.across) if rows[0].axes.kind == XY else (None,)
    sides = read[len(roles) + len(steps) :]
    return DigitisedSeries(
        series=first.series, reader=first.reader, trial=first.trial, outcome=first.outcome, unit=first.unit,
        arm=first.arm, day=first.day, n=first.n, whisker=first.whisker, marks=tuple(marks.items()), mean=mean,
        sd=sd[0] if sd else None, conversion=conversion, across=across[0],
        across_counts=None if across[0] is None else rows[0].axes.scales[1 - rows[0].value_axis].counts,
        readings=len({row.row.reading for row in rows}), repeatability=repeated,
        projects=tuple(sorted({row.row.project for row in rows})), source=first.source, address=first.address,
        locator=first.locator, quotation=first.quotation,
        warnings=tuple(_warnings(table, rows, marks, repeated, sides[0] if sides else None, conversion)),
    )  # fmt: skip


def _form(table: str, rows: Sequence[Located]) -> Form:
    first = rows[0]

    def fault(column: str, value: str, problem: str, remedy: str) -> FigureError:
        return FigureError([Problem(table, first.number, column, value, problem, remedy)])

    roles = frozenset(row.row.role for row in rows)
    form = form_of(roles, first.row.whisker)
    if form is None:
        drawn = ", ".join(sorted(roles, key=ASCENDING.index))
        raise fault("whisker", first.row.whisker, f"and the roles of series {first.row.series} read by "
                    f"{first.row.reader} ({drawn}) make no series", f"use {in_words()}")  # fmt: skip
    if form.needs_n and first.row.n is None:
        raise fault("n", "", f"is empty for series {first.row.series}", "give the participants behind the mark")
    counts = sorted({row.counts for row in rows})
    if len(counts) > 1:
        raise fault("value_axis", first.row.value_axis, f"mixes {' and '.join(counts)} axes in series "
                    f"{first.row.series}", "read all marks of a series on axes of one kind")  # fmt: skip
    return form


def _finite(table: str, first: Located, estimates: Iterable[Estimate]) -> None:
    """FigureError if a value is too large for a number, as an absurd calibration makes it."""
    if not all(math.isfinite(part) for one in estimates for part in astuple(one)):
        raise FigureError([Problem(table, first.number, "", first.row.series, "is read as no finite number",
                                   "calibrate the axes by two printed values that lie far apart")])  # fmt: skip


def _misplaced(
    rows: Sequence[Located], pair: tuple[str, str], gap: Estimate, marks: dict[str, Estimate], form: Form
) -> Iterable[FigureProblem]:
    """Neighbouring marks in the wrong order, or a whisker too short to be read."""
    low, high = pair
    whisker = form.whisker in (SD, SE, CI)
    if gap.value > 0 and not (whisker and gap.low <= 0):
        return
    if not whisker and gap.high >= 0:
        return  # marks that coincide, read in the wrong order by less than the reading error
    moved = low if low in (MINIMUM, LOWER, Q1) else high
    other = high if moved == low else low
    row = next(row for row in rows if row.row.role == moved)
    if gap.value > 0:
        longest = gap.value - gap.low
        problem = (
            f"read as {moved} is no further from the {other} ({gap.value:.4g}) than may be misread ({longest:.4g})"
        )
        remedy = "digitise a larger copy of the figure, or leave the whisker out"
    else:
        side = "above" if moved == low else "below"
        problem = f"read as {moved} lies {side} the {other} ({marks[other].value:.6g})"
        remedy = "check which point is which, and that the axis was calibrated from its low to its high value"
    yield FigureProblem(row.file, None, "", f"{marks[moved].value:.6g}", problem, remedy,
                        dataset=row.row.dataset, point=row.row.point, series=row.row.series)  # fmt: skip


def _warnings(
    table: str,
    rows: Sequence[Located],
    read: dict[str, Estimate],
    repeated: Repeatability,
    sides: Estimate | None,
    conversion: Conversion,
) -> Iterable[FigureWarning]:
    opening, first = rows[0], rows[0].row
    for row in rows:
        # Only the axis that is read: a mark may be drawn beside its day, even beyond the last day printed.
        which = row.value_axis
        marks, fraction, scale = row.axes.marks, row.fractions()[which], row.axes.scales[which]
        slack = row.bound / math.dist(marks[2 * which], marks[2 * which + 1])
        if not -slack <= fraction <= 1 + slack:
            value = f"{row.row.point}: {scale.value(scale.position(fraction)):.6g}"
            ends = f"{scale.value(scale.first):.6g} to {scale.value(scale.second):.6g}"
            yield row.warning(OUTSIDE, table, "point", value,
                              f"lies outside the calibrated stretch of its axis ({ends}) and is extrapolated "
                              f"({row.file}, dataset {row.row.dataset}, point {row.row.point})",
                              "calibrate the axis by values further apart")  # fmt: skip
    allowed = max(row.bound for row in rows)
    if repeated.largest > allowed:
        yield opening.warning(REPEATED, table, "pixel_error", f"{repeated.largest:.2g}",
                              f"pixels is how far readings of the same mark by {first.reader} are off their mean, "
                              f"more than the {allowed:g} stated; the larger error is used",
                              "read again, or state a larger pixel_error")  # fmt: skip
    if sides is not None and first.whisker in (SD, SE, CI) and 0 not in sides:
        yield opening.warning(UNEQUAL, table, "whisker", f"{abs(sides.value):.4g}",
                              f"{first.unit} is the difference between the whiskers of {first.series}, more than the "
                              f"reading error: are they {first.whisker}?",
                              "read the caption again and correct the whisker or the points")  # fmt: skip
    if conversion.skewed:
        yield opening.warning(SKEWED, table, "whisker", ", ".join(f"{mark.value:.4g}" for mark in read.values()),
                              f"are not the marks of a normal sample (Shi 2023): mean and SD of {first.series} are "
                              "doubtful", "use another summary of the outcome if there is one")  # fmt: skip
