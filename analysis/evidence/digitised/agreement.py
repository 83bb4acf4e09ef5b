"""How far two readers of the same figures agree: Bland-Altman and the intraclass correlation for absolute agreement.

Sources
    Bland 1986: Bland JM, Altman DG. Lancet 1986;327:307-310 [@bland1986].
    Bland 1999: Bland JM, Altman DG. Stat Methods Med Res 1999;8:135-160 [@bland1999].
    Shrout 1979: Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428 [@shrout1979].
    McGraw 1996: McGraw KO, Wong SP. Psychol Methods 1996;1:30-46 (with the correction in 1996;1:390)
        [@mcgraw1996].
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.methods.arguments import between
from analysis.methods.errors import InputError, Refusal

FEWEST_PAIRS = 3
WITHIN_LIMITS = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Differences first − second reader, in the unit of the measurement.

    bias: their mean; sd: their standard deviation; lower, upper: limits that hold 95 % of the differences; n: pairs.
    """

    n: int
    bias: Interval
    sd: float
    lower: Interval
    upper: Interval
    source: str = "Bland 1986; limits and their intervals: Bland 1999, section 2"


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """ICC(2,1): two-way random effects, single reading, absolute agreement.

    low, high: confidence limits, None where the readings never differ and no interval can be computed.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    readers: int
    source: str = "ICC(2,1): Shrout 1979; interval: McGraw 1996, ICC(A,1), table 7"


@dataclass(frozen=True, slots=True)
class ReaderComparison:
    """Two readers on one quantity (mean or SD) of one outcome; both results are None where `refusal` says why."""

    readers: tuple[str, str]
    outcome: str
    unit: str
    quantity: str
    series: tuple[str, ...]
    bland_altman: BlandAltman | None
    icc: IntraclassCorrelation | None
    refusal: str


def bland_altman(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> BlandAltman:
    """Bias and limits of agreement of two readers.

    Bias d̄ with standard error s/√n; limits d̄ ± 1.96 s with standard error s √(1/n + 1.96²/(2(n − 1))); intervals
    with t on n − 1 degrees of freedom (Bland 1999, section 2).

    Args:
        first, second: shape (n,), readings of the same n things in the same order.
        level: confidence level of the intervals.

    Raises:
        InputError: unequal lengths or values that are not finite. Refusal: fewer than three pairs.
    """
    readings = _readings(np.stack(_pair(first, second), axis=1))
    n = len(readings)
    t = float(stats.t.ppf(0.5 + between("level", level, 0, 1) / 2, n - 1))
    differences = readings[:, 0] - readings[:, 1]
    bias, sd = float(differences.mean()), float(differences.std(ddof=1))
    z = float(special.ndtri(0.5 + WITHIN_LIMITS / 2))
    error = sd * math.sqrt(1 / n + z**2 / (2 * (n - 1)))
    lower, upper = (Interval(limit, limit - t * error, limit + t * error) for limit in (bias - z * sd, bias + z * sd))
    margin = t * sd / math.sqrt(n)
    return BlandAltman(n, Interval(bias, bias - margin, bias + margin), sd, lower, upper)


def intraclass_correlation(readings: ArrayLike, level: float = 0.95) -> IntraclassCorrelation:
    """ICC(2,1) with its confidence interval.

    From the mean squares of things (R), readers (C) and error (E) of n things read by k readers:
    ICC = (R − E)/(R + (k − 1) E + k (C − E)/n) (Shrout 1979, ICC(2,1)). With a = k ICC/(n (1 − ICC)),
    b = 1 + k ICC (n − 1)/(n (1 − ICC)) and v = (a C + b E)²/((a C)²/(k − 1) + (b E)²/((n − 1)(k − 1))) the limits are
    n (R − F E)/(F (k C + (k n − k − n) E) + n R), F the upper quantile of F(n − 1, v), and
    n (F R − E)/(k C + (k n − k − n) E + n F R), F that of F(v, n − 1) (McGraw 1996, table 7).

    Args:
        readings: shape (n, k), n things by k ≥ 2 readers.
        level: confidence level of the interval.

    Raises:
        InputError: other shapes or values that are not finite. Refusal: fewer than three things, or no variation.
    """
    x = _readings(np.asarray(readings, dtype=float))
    n, k = x.shape
    total = x.mean()
    rows = k * float(((x.mean(axis=1) - total) ** 2).sum()) / (n - 1)
    columns = n * float(((x.mean(axis=0) - total) ** 2).sum()) / (k - 1)
    residual = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0, keepdims=True) + total
    error = float((residual**2).sum()) / ((n - 1) * (k - 1))
    # Differences that are rounding noise of the values themselves are no differences.
    noise = (np.finfo(float).eps * float(np.abs(x).max()) * 8) ** 2
    columns, error = (0.0 if part < noise * n else part for part in (columns, error))
    denominator = rows + (k - 1) * error + k * (columns - error) / n
    if rows < noise * n or denominator <= 0:
        raise Refusal("no-variation", "The things read do not differ, so no intraclass correlation can be computed.")
    icc = (rows - error) / denominator
    tail = 0.5 + between("level", level, 0, 1) / 2
    if columns == error == 0:
        return IntraclassCorrelation(icc, None, None, n, k)
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    v = (a * columns + b * error) ** 2 / ((a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    spread = k * columns + (k * n - k - n) * error
    below, above = float(stats.f.ppf(tail, n - 1, v)), float(stats.f.ppf(tail, v, n - 1))
    low = n * (rows - below * error) / (below * spread + n * rows)
    high = n * (above * rows - error) / (spread + n * above * rows)
    return IntraclassCorrelation(icc, low, high, n, k)


def compare_readers(series: Iterable[DigitisedSeries]) -> tuple[ReaderComparison, ...]:
    """Agreement of every two readers on the means and on the SDs of each outcome that both have read.

    Series are paired by their id; outcomes in different units are never mixed. Empty if nobody read what another did.
    """
    by_reader: dict[tuple[str, str], dict[str, dict[str, DigitisedSeries]]] = defaultdict(lambda: defaultdict(dict))
    for one in series:
        by_reader[one.outcome, one.unit][one.reader][one.series] = one
    comparisons = []
    for (outcome, unit), readers in sorted(by_reader.items()):
        for pair in combinations(sorted(readers), 2):
            first, second = (readers[name] for name in pair)
            shared = sorted(first.keys() & second.keys())
            means = [(name, first[name].mean.value, second[name].mean.value) for name in shared]
            sds = [
                (name, a.value, b.value)
                for name in shared
                if (a := first[name].sd) is not None and (b := second[name].sd) is not None
            ]
            for quantity, rows in (("mean", means), ("SD", sds)):
                if rows:
                    comparisons.append(_compare(pair, outcome, unit, quantity, rows))
    return tuple(comparisons)


def _compare(
    pair: tuple[str, str], outcome: str, unit: str, quantity: str, rows: list[tuple[str, float, float]]
) -> ReaderComparison:
    names = tuple(name for name, _, _ in rows)
    readings = np.array([[a, b] for _, a, b in rows])
    limits = icc = None
    refusal = ""
    try:
        limits = bland_altman(readings[:, 0], readings[:, 1])
        icc = intraclass_correlation(readings)
    except Refusal as refused:
        refusal = refused.sentence
    return ReaderComparison((pair[0], pair[1]), outcome, unit, quantity, names, limits, icc, refusal)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.ndim != 1 or a.shape != b.shape:
        raise InputError("second", f"has shape {b.shape} where first has {a.shape}")
    return a, b


def _readings(readings: NDArray[np.float64]) -> NDArray[np.float64]:
    if readings.ndim != 2 or readings.shape[1] < 2:
        raise InputError("readings", f"must have one row per thing and one column per reader, not {readings.shape}")
    if not np.isfinite(readings).all():
        raise InputError("readings", "hold a value that is not finite")
    if len(readings) < FEWEST_PAIRS:
        raise Refusal("too-few-pairs", f"Agreement needs at least {FEWEST_PAIRS} things read by both; there "
                      f"{'is' if len(readings) == 1 else 'are'} {len(readings)}.")  # fmt: skip
    return readings
