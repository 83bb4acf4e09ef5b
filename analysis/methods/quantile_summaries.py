"""Mean and SD of an arm that reported its median with the range, the quartiles or both.

Notation: a minimum, q1 first quartile, m median, q3 third quartile, b maximum, n participants. All formulas assume a
normal sample; the skewness test says when that is not credible.

Sources
    Wan 2014: Wan X, Wang W, Liu J, Tong T. BMC Med Res Methodol 2014;14:135 (scenarios C1, C2, C3)
        [@wan2014].
    Luo 2018: Luo D, Wan X, Liu J, Tong T. Stat Methods Med Res 2018;27:1785-1805 (scenarios S1, S2, S3)
        [@luo2018].
    Shi 2020: Shi J, Luo D, Weng H, et al. Res Synth Methods 2020;11:641-654 [@shi2020sd].
    Shi 2023: Shi J, Luo D, Wan X, et al. Stat Methods Med Res 2023;32:1338-1360 [@shi2023skewness].
    Hozo 2005: Hozo SP, Djulbegovic B, Hozo I. BMC Med Res Methodol 2005;5:13 [@hozo2005].
    Bland 2015: Bland M. Int J Stat Med Res 2015;4:57-64 [@bland2015].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

from analysis.methods.arguments import choice, ordered, whole
from analysis.methods.errors import InputError

Method = Literal["luo", "wan"]

# The papers derive everything for n = 4Q + 1 with Q ≥ 1: below 5 the quartiles are not order statistics of their own.
SMALLEST_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class SkewnessTest:
    """Test of symmetry from a quantile summary, at the 5 % level (Shi 2023).

    Attributes:
        statistic: distance of the median from the middle of its neighbours, as a fraction of their distance.
        critical: critical value; the null hypothesis of a normal sample is rejected above it.
        skewed: whether ``statistic > critical``.
    """

    statistic: float
    critical: float
    skewed: bool


@dataclass(frozen=True, slots=True)
class MeanSD:
    """Estimated mean and SD of an arm (unit of the measurement).

    Attributes:
        mean, sd: the estimates.
        skewed: verdict of the skewness test of Shi 2023 at the 5 % level; where true, mean and SD rest on an
            assumption that the data contradict.
        method: ``"luo"`` or ``"wan"``, as asked for.
        source: papers and equations behind mean and SD.
        skewness: the test behind ``skewed``.
    """

    mean: float
    sd: float
    skewed: bool
    method: str
    source: str
    skewness: SkewnessTest


def mean_sd_from_range(minimum: float, median: float, maximum: float, n: int, method: Method = "luo") -> MeanSD:
    """Mean and SD from minimum, median and maximum (scenario C1 of Wan 2014, S1 of Luo 2018).

    Mean: ``"luo"`` w (a + b)/2 + (1 − w) m with w = 4 / (4 + n^0.75) (Luo 2018, eq. 7); ``"wan"`` (a + 2m + b)/4
    (Hozo 2005). SD: (b − a) / (2 Φ⁻¹((n − 0.375)/(n + 0.25))) (Wan 2014, eq. 9).

    Args:
        minimum, median, maximum: in ascending order, minimum < maximum.
        n: participants in the arm, at least 5.
        method: estimator of the mean.

    >>> arm = mean_sd_from_range(2, 10, 22, n=25)
    >>> round(arm.mean, 2), round(arm.sd, 2), arm.skewed
    (10.53, 5.09, False)
    """
    a, m, b = _ordered_with_spread(minimum=minimum, median=median, maximum=maximum)
    n = whole("n", n, SMALLEST_SAMPLE)
    if choice("method", method, ("luo", "wan")) == "luo":
        weight = 4 / (4 + n**0.75)
        mean, source = weight * (a + b) / 2 + (1 - weight) * m, "mean: Luo 2018, eq. 7; SD: Wan 2014, eq. 9"
    else:
        mean, source = (a + 2 * m + b) / 4, "mean: Hozo 2005; SD: Wan 2014, eq. 9"
    test = skewness_test(n, minimum=a, median=m, maximum=b)
    return MeanSD(mean, (b - a) / (2 * _range_quantile(n)), test.skewed, method, source, test)


def mean_sd_from_quartiles(q1: float, median: float, q3: float, n: int, method: Method = "luo") -> MeanSD:
    """Mean and SD from the quartiles (scenario C3 of Wan 2014, S2 of Luo 2018).

    Mean: ``"luo"`` w (q1 + q3)/2 + (1 − w) m with w = 0.7 + 0.39/n (Luo 2018, eq. 11); ``"wan"`` (q1 + m + q3)/3
    (Wan 2014, eq. 14). SD: (q3 − q1) / (2 Φ⁻¹((0.75 n − 0.125)/(n + 0.25))) (Wan 2014, eq. 16).

    Args:
        q1, median, q3: in ascending order, q1 < q3.
        n: participants in the arm, at least 5.
        method: estimator of the mean.

    >>> arm = mean_sd_from_quartiles(7, 10, 14, n=25)
    >>> round(arm.mean, 2), round(arm.sd, 2), arm.skewed
    (10.36, 5.5, False)
    """
    q1, m, q3 = _ordered_with_spread(q1=q1, median=median, q3=q3)
    n = whole("n", n, SMALLEST_SAMPLE)
    if choice("method", method, ("luo", "wan")) == "luo":
        weight = 0.7 + 0.39 / n
        mean, source = (
            weight * (q1 + q3) / 2 + (1 - weight) * m,
            "mean: Luo 2018, eq. 11; SD: Wan 2014, eq. 16",
        )
    else:
        mean, source = (q1 + m + q3) / 3, "mean: Wan 2014, eq. 14; SD: Wan 2014, eq. 16"
    test = skewness_test(n, q1=q1, median=m, q3=q3)
    return MeanSD(mean, (q3 - q1) / (2 * _quartile_quantile(n)), test.skewed, method, source, test)


def mean_sd_from_five_numbers(
    minimum: float, q1: float, median: float, q3: float, maximum: float, n: int, method: Method = "luo"
) -> MeanSD:
    """Mean and SD from the five-number summary (scenario C2 of Wan 2014, S3 of Luo 2018).

    ``"luo"``: mean w₁ (a + b)/2 + w₂ (q1 + q3)/2 + (1 − w₁ − w₂) m with w₁ = 2.2 / (2.2 + n^0.75) and
    w₂ = 0.7 − 0.72 / n^0.55 (Luo 2018, eq. 15); SD (b − a)/θ₁ + (q3 − q1)/θ₂ with
    θ₁ = (2 + 0.14 n^0.6) Φ⁻¹((n − 0.375)/(n + 0.25)) and
    θ₂ = (2 + 2 / (0.07 n^0.6)) Φ⁻¹((0.75 n − 0.125)/(n + 0.25)) (Shi 2020, eq. 10).
    ``"wan"``: mean (a + 2 q1 + 2 m + 2 q3 + b)/8 (Bland 2015); SD the average of the two SDs of
    scenarios C1 and C3 (Wan 2014, eq. 13).

    Args:
        minimum, q1, median, q3, maximum: in ascending order, q1 < q3 and minimum < maximum.
        n: participants in the arm, at least 5.
        method: pair of estimators.

    >>> arm = mean_sd_from_five_numbers(2, 7, 10, 14, 22, n=25)
    >>> round(arm.mean, 2), round(arm.sd, 2), arm.skewed
    (10.62, 5.23, False)
    """
    a, q1, m, q3, b = ordered(minimum=minimum, q1=q1, median=median, q3=q3, maximum=maximum)
    _require_spread("q1", q1, "q3", q3)
    n = whole("n", n, SMALLEST_SAMPLE)
    by_range, by_quartiles = _range_quantile(n), _quartile_quantile(n)
    if choice("method", method, ("luo", "wan")) == "luo":
        outer, inner = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
        mean = outer * (a + b) / 2 + inner * (q1 + q3) / 2 + (1 - outer - inner) * m
        theta1 = (2 + 0.14 * n**0.6) * by_range
        theta2 = (2 + 2 / (0.07 * n**0.6)) * by_quartiles
        sd, source = (b - a) / theta1 + (q3 - q1) / theta2, "mean: Luo 2018, eq. 15; SD: Shi 2020, eq. 10"
    else:
        mean = (a + 2 * q1 + 2 * m + 2 * q3 + b) / 8
        sd = (b - a) / (4 * by_range) + (q3 - q1) / (4 * by_quartiles)
        source = "mean: Bland 2015; SD: Wan 2014, eq. 13"
    test = skewness_test(n, minimum=a, q1=q1, median=m, q3=q3, maximum=b)
    return MeanSD(mean, sd, test.skewed, method, source, test)


def skewness_test(
    n: int,
    *,
    median: float,
    minimum: float | None = None,
    q1: float | None = None,
    q3: float | None = None,
    maximum: float | None = None,
) -> SkewnessTest:
    """Test at the 5 % level whether a quantile summary can come from a normal sample (Shi 2023, scenarios S1 to S3).

    With range: T₁ = |a + b − 2m| / (b − a), critical 1/ln(n + 9) + 2.5/(n + 1).
    With quartiles: T₂ = |q1 + q3 − 2m| / (q3 − q1), critical 2.65/√n − 6/n².
    With all five: T₃ = max(2.65 ln(0.6 n)/√n · T₁, T₂), critical 3/√n − 40/n³.

    Args:
        n: participants in the arm, at least 5.
        median: always needed; with it both of ``minimum`` and ``maximum``, or both of ``q1`` and ``q3``, or all four.

    >>> skewness_test(25, median=10, q1=9, q3=20).skewed
    True
    """
    n = whole("n", n, SMALLEST_SAMPLE)
    range_part = quartile_part = None
    if minimum is not None and maximum is not None:
        a, m, b = _ordered_with_spread(minimum=minimum, median=median, maximum=maximum)
        range_part = abs(a + b - 2 * m) / (b - a)
    if q1 is not None and q3 is not None:
        low, m, high = _ordered_with_spread(q1=q1, median=median, q3=q3)
        quartile_part = abs(low + high - 2 * m) / (high - low)
    if range_part is not None and quartile_part is not None:
        statistic = max(2.65 * math.log(0.6 * n) / math.sqrt(n) * range_part, quartile_part)
        critical = 3 / math.sqrt(n) - 40 / n**3
    elif range_part is not None:
        statistic, critical = range_part, 1 / math.log(n + 9) + 2.5 / (n + 1)
    elif quartile_part is not None:
        statistic, critical = quartile_part, 2.65 / math.sqrt(n) - 6 / n**2
    else:
        raise InputError("minimum", "and maximum, or q1 and q3, must be given beside the median")
    return SkewnessTest(statistic, critical, statistic > critical)


def _range_quantile(n: int) -> float:
    """Half the expected range of n standard normal values, by Blom's approximation (as in Wan 2014, eq. 9)."""
    return float(special.ndtri((n - 0.375) / (n + 0.25)))


def _quartile_quantile(n: int) -> float:
    """Half the expected interquartile range of n standard normal values (as in Wan 2014, eq. 16)."""
    return float(special.ndtri((0.75 * n - 0.125) / (n + 0.25)))


def _ordered_with_spread(**named: float) -> tuple[float, ...]:
    values = ordered(**named)
    names = tuple(named)
    _require_spread(names[0], values[0], names[-1], values[-1])
    return values


def _require_spread(low_name: str, low: float, high_name: str, high: float) -> None:
    if low == high:
        raise InputError(high_name, f"equals {low_name}: without spread there is no SD to estimate", value=high)
