"""The effect of each trial a second time: from the rows of the evidence, by formulas written out.

Nothing is shared with `analysis.methods`: standard errors, intervals, quantiles (Luo 2018, Wan 2014, Shi 2020),
logarithms (Higgins 2008), correlations of computed changes, and the effects themselves. A series read from a figure
begins with the values of its marks. Only numbers that a sensitivity analysis altered are taken as they are. What a
row cannot give is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.load import Evidence
from analysis.evidence.rows import Continuous, Count
from analysis.evidence.rows_question import ARMS, COMPUTED_CHANGE
from analysis.synthesis.entries import CountedEntry, Entry, MeasuredEntry, PrintedEntry

Floats = NDArray[np.float64]
Pair = tuple[float, float]
#: what gives the numbers of one arm on one day
Part = Continuous | DigitisedSeries
#: mean, SD and patients of one arm
Arm = tuple[float, float, float]
COLUMNS = ("events_treatment", "n_treatment", "events_control", "n_control")
NOTHING = (math.nan, math.nan)


def effects(evidence: Evidence, entries: Sequence[Entry], measure: str) -> tuple[Floats, Floats]:
    """Effects and variances, each of shape (k,), on the scale of the analysis."""
    pairs = [effect(evidence, entry, measure) for entry in entries]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def counts(evidence: Evidence, entries: Sequence[Entry]) -> Floats:
    """Events and patients of both arms, shape (k, 4), from the rows; empty where a trial gives none."""
    if not all(isinstance(entry, CountedEntry) for entry in entries):
        return np.empty((0, 4))
    rows = [evidence.row(entry.rows[0]) for entry in entries]
    return np.array([[getattr(row, column) for column in COLUMNS] for row in rows], dtype=float).reshape(-1, 4)


def effect(evidence: Evidence, entry: Entry, measure: str) -> Pair:
    """One trial's effect and variance."""
    if isinstance(entry, CountedEntry):
        a, n1, c, n2 = counts(evidence, [entry])[0]
        return of_counts(float(a), float(n1), float(c), float(n2), measure)
    if isinstance(entry, PrintedEntry):
        estimate, low, high = as_printed(evidence, entry)
        return math.log(estimate), ((math.log(high) - math.log(low)) / (2 * normal(0.975))) ** 2
    assert isinstance(entry, MeasuredEntry)
    if entry.difference is not None and entry.se is not None:
        return difference(evidence, entry)
    if measure == "GMR":
        (m1, s1, n1), (m2, s2, n2) = (logged(evidence, entry, name) for name in ARMS)
        return m1 - m2, s1**2 / n1 + s2**2 / n2
    treatment, control = (arm(evidence, entry, name) for name in ARMS)
    return of_means(*treatment, *control, measure)


def as_printed(evidence: Evidence, entry: PrintedEntry) -> tuple[float, float, float]:
    """The ratio and its limits, from the row."""
    row = evidence.row(entry.rows[0])
    if isinstance(row, Count):
        given = (row.printed_estimate, row.printed_low, row.printed_high)
    else:
        assert isinstance(row, Continuous)
        given = (row.centre, row.low, row.high)
    estimate, low, high = (math.nan if value is None else value for value in given)
    return estimate, low, high


def of_counts(a: float, n1: float, c: float, n2: float, measure: str) -> Pair:
    """Half an event added to all cells of a trial with an empty cell."""
    if 0 in (a, c) or a == n1 or c == n2:
        a, c, n1, n2 = a + 0.5, c + 0.5, n1 + 1, n2 + 1
    if measure == "RR":
        return math.log(a / n1) - math.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2
    if measure == "OR":
        return math.log(a * (n2 - c) / (c * (n1 - a))), 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c)
    return a / n1 - c / n2, a * (n1 - a) / n1**3 + c * (n2 - c) / n2**3


def of_means(m1: float, s1: float, n1: float, m2: float, s2: float, n2: float, measure: str) -> Pair:
    """MD; Hedges' g with its exact correction by the gamma function; log ratio of means by the delta method."""
    if measure == "MD":
        return m1 - m2, s1**2 / n1 + s2**2 / n2
    if measure == "ROM":
        return math.log(m1 / m2), (s1 / m1) ** 2 / n1 + (s2 / m2) ** 2 / n2
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    g = (m1 - m2) / pooled * math.exp(math.lgamma(df / 2) - math.log(math.sqrt(df / 2)) - math.lgamma((df - 1) / 2))
    return g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))


def arm(evidence: Evidence, entry: MeasuredEntry, name: str) -> Arm:
    """Mean, SD and patients of one arm, in the unit of the outcome."""
    if entry.altered:
        read = entry.treatment if name == ARMS[0] else entry.control
        assert read is not None and read.mean is not None and read.sd is not None
        return read.mean, read.sd, read.n
    own = [of_part(evidence, part) for part in parts(evidence, entry, name)]
    if entry.way != COMPUTED_CHANGE:
        return own[0]
    (m0, s0, _), (m1, s1, n1) = own
    named = {choice.analysis for choice in evidence.choices if choice.row_ids == entry.rows}
    r = next(asked.correlation for asked in evidence.outcomes if asked.name in named) or 0.0
    return m1 - m0, math.sqrt(s0**2 + s1**2 - 2 * r * s0 * s1), n1


def logged(evidence: Evidence, entry: MeasuredEntry, name: str) -> Arm:
    """Mean, SD and patients of the logarithm of one arm's values: of logged quantiles, else as if log-normal."""
    (part,) = parts(evidence, entry, name)
    if isinstance(part, Continuous) and part.statistic.startswith("median"):
        factor, n = factor_of(evidence, part.outcome), part.n or 0
        numbers = (part.minimum, part.low, part.centre, part.high, part.maximum)
        least, low, median, high, most = (None if x is None else math.log(factor * x) for x in numbers)
        assert median is not None
        return *of_quantiles(least, low, median, high, most, n), n
    mean, sd, size = of_part(evidence, part)
    variance = math.log(1 + (sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance), size


def parts(evidence: Evidence, entry: MeasuredEntry, name: str) -> list[Part]:
    """The rows and series behind one arm, by day."""
    found = [evidence.row(row_id) for row_id in entry.rows]
    own = [part for part in found if isinstance(part, Part) and part.arm == name]
    return sorted(own, key=lambda part: (part.day if isinstance(part, DigitisedSeries) else part.timepoint_days) or 0)


def difference(evidence: Evidence, entry: MeasuredEntry) -> Pair:
    """The difference between the arms that one row gives, with its standard error from interval or P value."""
    row = evidence.row(entry.rows[0])
    if not isinstance(row, Continuous) or entry.difference is None or entry.se is None:
        return NOTHING
    factor = factor_of(evidence, row.outcome)
    if row.low is not None and row.high is not None:
        return row.centre * factor, (factor * (row.high - row.low) / (2 * normal(0.975))) ** 2
    return entry.difference, entry.se**2


def of_part(evidence: Evidence, part: Part) -> Arm:
    """Mean, SD and patients of a row or a series, whatever it gives, in the unit of the outcome."""
    factor, n = factor_of(evidence, part.outcome), part.n or 0
    mean, sd = of_marks(part, n) if isinstance(part, DigitisedSeries) else of_row(part, n)
    return mean * factor, sd * factor, n


def of_row(row: Continuous, n: int) -> Pair:
    """Mean and SD of what a row reports."""
    if row.statistic == "mean/SD":
        return row.centre, row.sd or math.nan
    if row.statistic == "mean/SE":
        return row.centre, (row.se or math.nan) * math.sqrt(n)
    if row.statistic == "mean/95% CI":
        return row.centre, math.sqrt(n) * ((row.high or 0) - (row.low or 0)) / (2 * student(0.975, n - 1))
    return of_quantiles(row.minimum, row.low, row.centre, row.high, row.maximum, n)


def of_marks(series: DigitisedSeries, n: int) -> Pair:
    """Mean and SD of what a figure shows: bar or point with whiskers, median with whiskers, or box."""
    at = {role: mark.value for role, mark in series.marks}
    low, high = at.get("lower whisker"), at.get("upper whisker")
    if series.whisker == "IQR":
        return of_quantiles(None, low, at["centre"], high, None, n)
    if series.whisker == "range":
        return of_quantiles(low, None, at["centre"], None, high, n)
    if "median" in at:
        return of_quantiles(at.get("minimum"), at.get("q1"), at["median"], at.get("q3"), at.get("maximum"), n)
    if low is not None and high is not None:
        whisker = (high - low) / 2
    else:
        whisker = high - at["centre"] if high is not None else at["centre"] - (math.nan if low is None else low)
    times = {"SD": 1.0, "SE": math.sqrt(n), "95% CI": math.sqrt(n) / student(0.975, n - 1) if n > 1 else math.nan}
    return at["centre"], whisker * times.get(series.whisker, math.nan)


def of_quantiles(
    least: float | None, low: float | None, median: float, high: float | None, most: float | None, n: int
) -> Pair:
    """Mean by Luo 2018, SD by Wan 2014, of all five numbers by Shi 2020."""
    wide = normal((n - 0.375) / (n + 0.25))
    narrow = normal((0.75 * n - 0.125) / (n + 0.25))
    if least is None or most is None:
        assert low is not None and high is not None
        weight = 0.7 + 0.39 / n
        return weight * (low + high) / 2 + (1 - weight) * median, (high - low) / (2 * narrow)
    if low is None or high is None:
        weight = 4 / (4 + n**0.75)
        return weight * (least + most) / 2 + (1 - weight) * median, (most - least) / (2 * wide)
    first, second = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    mean = first * (least + most) / 2 + second * (low + high) / 2 + (1 - first - second) * median
    ends, box = (2 + 0.14 * n**0.6) * wide, (2 + 2 / (0.07 * n**0.6)) * narrow
    return mean, (most - least) / ends + (high - low) / box


def factor_of(evidence: Evidence, quantity: str) -> float:
    return next(scale.factor for scale in evidence.scales if scale.quantity == quantity) or 1.0


def normal(p: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(p))


def student(p: float, df: float) -> float:
    from scipy.stats import t

    return float(t.ppf(p, df))
