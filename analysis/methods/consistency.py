"""Can these printed numbers belong together? Checks that need nothing but the report, allowing for its rounding.

A printed number stands for every value that rounds to it (`Rounded`): a check fails only when no such value fits.
Ties may have been rounded either way. Functions take and return plain numbers and know no trial.

Sources
    Brown & Heathers 2017: The GRIM Test. Soc Psychol Personal Sci 8:363-369 [@brown2017grim].
    Anaya 2016: The GRIMMER test. PeerJ Preprints 4:e2400v1 [@anaya2016grimmer]; Allard 2018: Analytic-GRIMMER, the
        version used here [@allard2018grimmer].
    Altman & Bland 2011: How to obtain the P value from a confidence interval. BMJ 343:d2304
        [@altman2011pvalue]. Printed p-values are recomputed as in Nuijten 2016 [@nuijten2016].
    Handbook: Higgins JPT, Li T, Deeks JJ. Cochrane Handbook for Systematic Reviews of Interventions, version 6,
        sections 6.3.2 (ratios and their intervals), 6.4.1 (risk and odds ratios), 6.5.2.2 (SE taken for SD)
        [@higgins2019handbook].
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Literal, NamedTuple

from analysis.methods.errors import InputError

Scale = Literal["ratio", "difference"]
NORMAL = NormalDist()
_PRINTED = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


class Range(NamedTuple):
    """All values from low to high, both included."""

    low: float
    high: float

    def meets(self, other: Range, slack: float = 0.0) -> bool:
        """Whether the two ranges share a value, or miss each other by at most ``slack``."""
        return self.low - slack <= other.high and other.low - slack <= self.high


@dataclass(frozen=True, slots=True)
class Rounded:
    """A printed number: its value and half a unit of its last digit, both exact."""

    value: Fraction
    half: Fraction

    @property
    def range(self) -> Range:
        """Every value that is printed so."""
        return Range(float(self.value - self.half), float(self.value + self.half))

    @property
    def unit(self) -> float:
        """One unit of the last digit printed."""
        return float(2 * self.half)

    def times_power_of_ten(self, exponent: int) -> Rounded:
        """The number when it is printed before a power of ten: "1.2" × 10⁻⁵ has half a unit of 0.05 × 10⁻⁵.

        >>> rounded("1.2").times_power_of_ten(-5).range
        Range(low=1.15e-05, high=1.25e-05)
        """
        power = Fraction(10) ** exponent
        return Rounded(self.value * power, self.half * power)

    def __contains__(self, exact: Fraction) -> bool:
        return abs(exact - self.value) <= self.half


def rounded(printed: str) -> Rounded:
    """A number as it stands in print, trailing zeros and all: "0.30", "-1.5", "42", ".05".

    Raises:
        InputError: the text is not digits with at most one decimal point, a hyphen before them or not.

    >>> rounded("0.30").range
    Range(low=0.295, high=0.305)
    """
    if not _PRINTED.fullmatch(printed):
        raise InputError("printed", "is not a number as printed", value=printed)
    digits = printed.partition(".")[2]
    return Rounded(Fraction(printed), Fraction(1, 2 * 10 ** len(digits)))


def grim(mean: Rounded, n: int, items: int = 1) -> bool:
    """Whether ``mean`` can be the mean of ``n`` whole numbers (Brown & Heathers 2017).

    Some whole number must, divided by n, be printed as the mean. The test has no power once n reaches ten to the
    number of decimals.

    Args:
        mean: as printed.
        n: measurements, at least 1.
        items: whole-numbered items averaged into one measurement.

    A worked example of Brown & Heathers:

    >>> grim(rounded("5.19"), 28), grim(rounded("5.18"), 28)
    (False, True)
    """
    return bool(_sums(mean, _size(n, 1) * _size(items, 1, "items")))


def grimmer(mean: Rounded, sd: Rounded, n: int, items: int = 1) -> bool:
    """Whether ``n`` whole numbers can have this mean and this standard deviation (Anaya 2016, Allard 2018).

    For a sum S that fits the mean there must be a sum of squares Q, a whole number with the parity of S (x and x²
    are both odd or both even), so that √((Q − S²/n)/(n − 1)) is printed as the SD.

    Args:
        mean, sd: as printed; the SD with divisor n − 1.
        n: measurements, at least 2.
        items: whole-numbered items averaged into one measurement.

    >>> grimmer(rounded("3.44"), rounded("2.47"), 18)
    False
    """
    n, items = _size(n, 2), _size(items, 1, "items")
    least = max(sd.value - sd.half, Fraction(0)) * items
    most = (sd.value + sd.half) * items
    for total in _sums(mean, n * items):
        centre = Fraction(total * total, n)
        first = max(math.ceil((n - 1) * least**2 + centre), 0)
        last = math.floor((n - 1) * most**2 + centre)
        if first + (first - total) % 2 <= last:
            return True
    return False


def percentage_possible(percent: Rounded, n: int) -> bool:
    """Whether some whole number of ``n`` is printed as this percentage (GRIM for shares).

    >>> percentage_possible(rounded("22"), 9), percentage_possible(rounded("25"), 9)
    (True, False)
    """
    return bool(_sums(Rounded(percent.value / 100, percent.half / 100), _size(n, 1)))


def is_percentage_of(percent: Rounded, events: int, n: int) -> bool:
    """Whether ``events`` of ``n`` are printed as this percentage.

    >>> is_percentage_of(rounded("33.3"), 1, 3)
    True
    """
    return Fraction(100 * events, _size(n, 1)) in percent


def symmetric(estimate: Rounded, low: Rounded, high: Rounded, scale: Scale) -> bool:
    """Whether an estimate can be the middle of its interval: on the log scale for a ratio (Handbook 6.3.2).

    Limits of a ratio that are printed as 0 may be anything below half a unit, so that every estimate fits them.

    >>> symmetric(rounded("0.81"), rounded("0.70"), rounded("0.94"), "ratio")
    True
    """
    if scale == "difference":
        middle = Range((low.range.low + high.range.low) / 2, (low.range.high + high.range.high) / 2)
    else:
        ends = [max(limit, 0.0) for limit in (*low.range, *high.range)]
        middle = Range(math.sqrt(ends[0] * ends[2]), math.sqrt(ends[1] * ends[3]))
    return middle.meets(estimate.range)


def z_from_interval(
    estimate: Rounded, low: Rounded, high: Rounded, scale: Scale, level: float = 0.95
) -> Range | None:
    """Sizes of the test statistic |estimate| / SE that an interval allows (Altman & Bland 2011, steps 1 and 2).

    SE = (high − low) / (2 z); a ratio and its limits enter by their logarithms. None where a ratio or a limit may be
    0, or where the limits may coincide.

    The ratio in Altman & Bland (2011), who find 2.80:

    >>> z = z_from_interval(rounded("0.81"), rounded("0.70"), rounded("0.94"), "ratio")
    >>> round(z.low, 2), round(z.high, 2)
    (2.61, 3.01)
    """
    ends = [estimate.range, low.range, high.range]
    if scale == "ratio":
        if min(end.low for end in ends) <= 0:
            return None
        ends = [Range(math.log(end.low), math.log(end.high)) for end in ends]
    middle, lower, upper = ends
    critical = 2 * NORMAL.inv_cdf((1 + level) / 2)
    narrowest, widest = (upper.low - lower.high) / critical, (upper.high - lower.low) / critical
    if narrowest <= 0:
        return None
    sizes = sorted((abs(middle.low), abs(middle.high)))
    nearest = 0.0 if middle.low <= 0 <= middle.high else sizes[0]
    return Range(nearest / widest, sizes[1] / narrowest)


def z_from_p(p: Rounded) -> Range:
    """Sizes of a normal test statistic that are printed as this two-sided p-value.

    >>> z = z_from_p(rounded("0.05"))
    >>> round(z.low, 2), round(z.high, 2)
    (1.92, 2.0)
    """
    smallest, largest = p.range.low, min(p.range.high, 1.0)
    return Range(-NORMAL.inv_cdf(largest / 2), -NORMAL.inv_cdf(smallest / 2) if smallest > 0 else math.inf)


def p_from_z(z: float) -> float:
    """Two-sided p-value of a normal test statistic (Altman & Bland 2011 give an approximation to it).

    >>> round(p_from_z(2.80), 4)
    0.0051
    """
    return math.erfc(abs(z) / math.sqrt(2))


def crude_ratio(measure: str, a: int, n1: int, c: int, n2: int) -> float | None:
    """Risk ratio ("RR") or odds ratio ("OR") of a/n1 against c/n2 (Handbook 6.4.1); None if undefined or other.

    >>> round(crude_ratio("RR", 4, 123, 11, 139), 3)
    0.411
    """
    if measure == "RR" and min(n1, n2) > 0 and c > 0:
        return (a / n1) / (c / n2)
    if measure == "OR" and c > 0 and n1 > a:
        return (a * (n2 - c)) / ((n1 - a) * c)
    return None


def log_ratio_se(measure: str, a: int, n1: int, c: int, n2: int) -> float | None:
    """Standard error of the log of the crude ratio (Handbook 6.4.1; no correction); None where a cell is empty.

    >>> round(log_ratio_se("RR", 4, 123, 11, 139), 3)
    0.571
    """
    _no_more_than("n1", a, n1)
    _no_more_than("n2", c, n2)
    if min(a, c) <= 0:
        return None
    if measure == "RR":
        return math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    if measure == "OR" and n1 > a and n2 > c:
        return math.sqrt(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))
    return None


def log_se_range(low: Rounded, high: Rounded, level: float = 0.95) -> Range | None:
    """Standard errors of a log ratio that its printed limits allow (Handbook 6.3.2); None where a limit may be 0.

    >>> se = log_se_range(rounded("0.70"), rounded("0.94"))
    >>> round(se.low, 3), round(se.high, 3)
    (0.072, 0.078)
    """
    if min(low.range.low, high.range.low) <= 0:
        return None
    width = 2 * NORMAL.inv_cdf((1 + level) / 2)
    narrowest = math.log(high.range.low / low.range.high) / width
    return Range(max(narrowest, 0.0), math.log(high.range.high / low.range.low) / width)


def p_of_counts(a: int, n1: int, c: int, n2: int) -> Range:
    """Smallest and largest two-sided p-value that the usual tests give a/n1 against c/n2.

    They are Fisher's exact test (doubled tail and sum of likelier tables), its mid-p version, and Pearson's χ² with
    and without Yates's correction.

    >>> p = p_of_counts(4, 123, 11, 139)
    >>> round(p.low, 2), round(p.high, 2)
    (0.09, 0.18)
    """
    _no_more_than("n1", a, n1)
    _no_more_than("n2", c, n2)
    total, events = n1 + n2, a + c
    if events in (0, total):
        return Range(1.0, 1.0)
    tables = range(max(0, events - n2), min(events, n1) + 1)
    ways = {x: math.comb(n1, x) * math.comb(n2, events - x) for x in tables}
    every = sum(ways.values())
    own = ways[a]
    lower = sum(number for x, number in ways.items() if x <= a)
    upper = sum(number for x, number in ways.items() if x >= a)
    tail = min(lower, upper) / every
    likelier = sum(w for w in ways.values() if w <= own) / every
    found = [min(1.0, 2 * tail), min(1.0, likelier), min(1.0, 2 * tail - own / every), likelier - own / every / 2]
    gap = abs(a * (n2 - c) - c * (n1 - a))
    for shift in (0.0, total / 2):
        chi = total * max(gap - shift, 0.0) ** 2 / (n1 * n2 * events * (total - events))
        found.append(p_from_z(math.sqrt(chi)))
    return Range(min(found), max(found))


def looks_like_se(sd: float, n: int, likely_sd: float, factor: float = 2.5) -> bool:
    """Whether a printed SD is more credible as a standard error (Handbook 6.5.2.2).

    It is when it is less than the SD to be expected by more than ``factor``, and √n times it is not: an error that
    would not explain the number is no reason to suspect it. In an arm so small that √n is below ``factor`` the error
    alone makes no number as small as that, and it is not suspected either.

    Args:
        sd: printed as the SD of the arm, > 0.
        n: patients in the arm, at least 2.
        likely_sd: SD to be expected: that of the other arm, or (third − first quartile) / 1.35, > 0.
        factor: how many times too small an SD must be to be suspected, and how far √n times it may lie from the SD to
            be expected, > 1.

    >>> looks_like_se(sd=2.0, n=25, likely_sd=10.0), looks_like_se(sd=8.0, n=25, likely_sd=10.0)
    (True, False)
    >>> looks_like_se(sd=0.5, n=4, likely_sd=10.0)
    False
    """
    if min(sd, likely_sd) <= 0:
        raise InputError("sd", "and likely_sd must be greater than 0", value=min(sd, likely_sd))
    shortfall, error, far = math.log(likely_sd / sd), math.log(_size(n, 2)) / 2, math.log(factor)
    return shortfall > far < error and abs(shortfall - error) <= far


def is_se_of(se: Rounded, sd: Rounded, n: int) -> bool:
    """Whether two printed numbers can be the standard error and the SD of one arm of ``n``: SE = SD/√n.

    >>> is_se_of(rounded("0.4"), rounded("1.2"), 9), is_se_of(rounded("0.4"), rounded("1.2"), 90)
    (True, False)
    """
    root = math.sqrt(_size(n, 2))
    return Range(sd.range.low / root, sd.range.high / root).meets(se.range)


def _sums(mean: Rounded, n: int) -> range:
    """Whole-numbered sums that, divided by n, are printed as the mean."""
    return range(math.ceil((mean.value - mean.half) * n), math.floor((mean.value + mean.half) * n) + 1)


def _no_more_than(name: str, events: int, n: int) -> None:
    if not 0 <= events <= n:
        raise InputError(name, f"must be at least the number of events, {events}", value=n)


def _size(n: int, least: int, name: str = "n") -> int:
    if n != int(n) or n < least:
        raise InputError(name, f"must be a whole number of at least {least}", value=n)
    return int(n)
