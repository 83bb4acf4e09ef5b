"""Reported statistics → the mean, standard deviation or standard error that a synthesis needs.

All functions take and return plain numbers of one arm or one comparison, in the unit of the measurement. Every one
of them raises `analysis.methods.errors.InputError`, naming the argument, when a value is impossible.

Sources
    Handbook: Higgins JPT, Li T, Deeks JJ. Chapter 6 of the Cochrane Handbook for Systematic Reviews of Interventions,
        version 6 (sections 6.3 and 6.5.2) [@higgins2019handbook].
    Zhang J, Yu KF. What's the relative risk? JAMA 1998;280:1690-1691 [@zhang1998risk].

Means and SDs from medians, ranges and quartiles are in `analysis.methods.quantile_summaries` and offered here too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from scipy import special

from analysis.methods.arguments import between, choice, finite, ordered, positive, whole
from analysis.methods.errors import InputError
from analysis.methods.quantile_summaries import (
    MeanSD,
    SkewnessTest,
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
    skewness_test,
)

__all__ = [
    "Change",
    "CombinedArms",
    "MeanSD",
    "SkewnessTest",
    "absolute_effect",
    "change_from_baseline",
    "combine_arms",
    "correlation_from_change",
    "mean_sd_from_five_numbers",
    "mean_sd_from_quartiles",
    "mean_sd_from_range",
    "or_to_rr",
    "ratio_interval_asymmetry",
    "ratio_se_from_ci",
    "sd_from_ci",
    "sd_from_p",
    "sd_from_se",
    "sd_of_change",
    "se_from_ci",
    "skewness_test",
]


class CombinedArms(NamedTuple):
    """Arms merged into one: number of participants, mean and SD (unit of the measurement)."""

    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Change:
    """Change of an arm from baseline: number of participants, mean and SD, and the correlation behind the SD."""

    n: int
    mean: float
    sd: float
    correlation: float


def sd_from_se(se: float, n: int) -> float:
    """SD of an arm from the standard error of its mean: SD = SE √n (Handbook 6.5.2.2).

    Args:
        se: standard error of the arm's mean, > 0.
        n: participants in the arm, at least 2.

    >>> sd_from_se(2, 25)
    10.0
    """
    return positive("se", se) * math.sqrt(whole("n", n, 2))


def sd_from_ci(
    low: float, high: float, n: int, level: float = 0.95, distribution: Literal["t", "normal"] = "t"
) -> float:
    """SD of an arm from the confidence interval of its mean (Handbook 6.5.2.2).

    SD = √n (high − low) / (2 c), c the two-sided critical value of t with n − 1 degrees of freedom, or of the normal
    distribution (the Handbook's 3.92 for large arms; with fewer than about 60 participants it says t).

    Args:
        low, high: limits of the interval of the mean, low < high.
        n: participants in the arm, at least 2.
        level: confidence level, in (0, 1).
        distribution: ``"t"`` or ``"normal"``: how the authors computed the interval.

    The Handbook's examples, a large arm and a small one:

    >>> round(sd_from_ci(30, 34.2, 100, distribution="normal"), 1), round(sd_from_ci(44, 56, 25), 1)
    (10.7, 14.5)
    """
    low, high = ordered(low=low, high=high)
    if low == high:
        raise InputError("high", "equals low: an interval without width gives no SD", value=high)
    n = whole("n", n, 2)
    tail = _tail(level)
    critical = (
        _t_upper(tail, n - 1) if choice("distribution", distribution, ("t", "normal")) == "t" else _z_upper(tail)
    )
    return math.sqrt(n) * (high - low) / (2 * critical)


def se_from_ci(low: float, high: float, level: float = 0.95) -> float:
    """Standard error of a difference between arms from its interval: (high − low) / (2 z) (Handbook 6.3.1).

    Args:
        low, high: limits of the interval, low < high.
        level: confidence level, in (0, 1).

    >>> round(se_from_ci(-0.5, 1.5), 2)
    0.51
    """
    low, high = ordered(low=low, high=high)
    if low == high:
        raise InputError("high", "equals low: an interval without width gives no standard error", value=high)
    return (high - low) / (2 * _z_upper(_tail(level)))


def sd_from_p(difference: float, p: float, n1: int, n2: int) -> float:
    """Within-group SD, common to two arms, from the p-value of their t test (Handbook 6.5.2.3).

    t is the two-sided quantile of p with n1 + n2 − 2 degrees of freedom, SE = |difference| / t and
    SD = SE / √(1/n1 + 1/n2). Altman and Bland 2011 [@altman2011ci] have SE = |estimate| / z for large samples.

    Args:
        difference: difference of the means, not 0.
        p: two-sided p-value, in (0, 1); a bound such as "p < 0.05" is no p-value.
        n1, n2: participants per arm, at least 1 each and 3 together.

    The Handbook's example:

    >>> round(sd_from_p(3.8, 0.008, 25, 22), 1)
    4.7
    """
    difference = finite("difference", difference)
    if difference == 0:
        raise InputError("difference", "is 0: any SD is compatible with it", value=difference)
    p = between("p", p, 0, 1)
    n1, n2 = whole("n1", n1, 1), whole("n2", n2, 1)
    if n1 + n2 < 3:
        raise InputError("n2", "leaves no degree of freedom (n1 + n2 must be at least 3)", value=n2)
    return abs(difference) / _t_upper(p / 2, n1 + n2 - 2) / math.sqrt(1 / n1 + 1 / n2)


def sd_of_change(sd_baseline: float, sd_final: float, correlation: float) -> float:
    """SD of the change from baseline, from both SDs and their correlation (Handbook 6.5.2.8).

    SD² = SD_baseline² + SD_final² − 2 r SD_baseline SD_final.

    Args:
        sd_baseline, sd_final: SDs of the same participants at the two times, > 0.
        correlation: r, in [−1, 1]; an imputed one calls for a sensitivity analysis.

    The Handbook's example:

    >>> round(sd_of_change(6.4, 7.1, 0.80), 2)
    4.32
    """
    first, last = positive("sd_baseline", sd_baseline), positive("sd_final", sd_final)
    r = between("correlation", correlation, -1, 1, closed=True)
    # (a − b)² + 2ab(1 − r) loses no digits where r is close to 1, unlike a² + b² − 2abr.
    return math.sqrt((first - last) ** 2 + 2 * first * last * (1 - r))


def change_from_baseline(
    mean_base: float, sd_base: float, mean_final: float, sd_final: float, n: int, r: float
) -> Change:
    """Change of an arm from its means and SDs at two times and a stated correlation (Handbook 6.5.2.8).

    Args:
        mean_base, mean_final: means of the same participants at the two times.
        sd_base, sd_final: their SDs, > 0.
        n: participants measured at both times, at least 2.
        r: correlation of the two values, in [−1, 1]; below 1 where both SDs are equal, since every participant would
            change by the same amount.

    >>> arm = change_from_baseline(42.0, 20.0, 30.0, 15.0, n=25, r=0.5)
    >>> arm.mean, round(arm.sd, 2)
    (-12.0, 18.03)
    """
    first, last = finite("mean_base", mean_base), finite("mean_final", mean_final)
    before, after = positive("sd_base", sd_base), positive("sd_final", sd_final)
    correlation = between("r", r, -1, 1, closed=True)
    sd = sd_of_change(before, after, correlation)
    if sd == 0:
        raise InputError("r", "leaves the change without spread, as both SDs are equal", value=r)
    return Change(whole("n", n, 2), last - first, sd, correlation)


def correlation_from_change(sd_baseline: float, sd_final: float, sd_change: float) -> float:
    """Correlation of baseline and final values implied by the three SDs (Handbook 6.5.2.8).

    r = (SD_baseline² + SD_final² − SD_change²) / (2 SD_baseline SD_final).

    Raises:
        InputError: also where no correlation in [−1, 1] fits, as happens when a standard error was taken for an SD.

    The Handbook's example:

    >>> round(correlation_from_change(6.4, 7.1, 4.5), 2)
    0.78
    """
    first, last = positive("sd_baseline", sd_baseline), positive("sd_final", sd_final)
    change = positive("sd_change", sd_change)
    r = (first**2 + last**2 - change**2) / (2 * first * last)
    if abs(r) > 1 + 1e-12:
        raise InputError(
            "sd_change",
            f"does not fit the other two SDs (it implies a correlation of {r:.3g}); is one a standard error?",
            value=sd_change,
        )
    return max(-1.0, min(1.0, r))


def combine_arms(n: Sequence[int], mean: Sequence[float], sd: Sequence[float]) -> CombinedArms:
    """Merge any number of arms into one, as if their participants were one sample (Handbook 6.5.2.10, Table 6.5.a).

    The result has the mean and SD that the pooled individual data would have: the sum of squares within arms plus
    that between their means, over N − 1. Merging two at a time, as the Handbook's table does, gives the same.

    Args:
        n: participants per arm, at least 1 each and 2 together.
        mean: means, same length.
        sd: SDs, same length, ≥ 0.

    >>> combine_arms([10, 10], [5.0, 7.0], [2.0, 2.0]).mean
    6.0
    """
    if not len(n) == len(mean) == len(sd):
        raise InputError("sd", f"lengths differ: {len(n)} n, {len(mean)} mean, {len(sd)} sd")
    if len(n) == 0:
        raise InputError("n", "is empty")
    sizes = [whole("n", value, 1, study=i) for i, value in enumerate(n)]
    means = [finite("mean", value, study=i) for i, value in enumerate(mean)]
    spreads = [between("sd", value, 0, math.inf, closed=True, study=i) for i, value in enumerate(sd)]
    total = sum(sizes)
    if total < 2:
        raise InputError("n", "must sum to at least 2", value=total)
    pooled_mean = math.fsum(size * m for size, m in zip(sizes, means, strict=True)) / total
    within = math.fsum((size - 1) * s**2 for size, s in zip(sizes, spreads, strict=True))
    between_arms = math.fsum(size * (m - pooled_mean) ** 2 for size, m in zip(sizes, means, strict=True))
    return CombinedArms(total, pooled_mean, math.sqrt((within + between_arms) / (total - 1)))


def ratio_se_from_ci(estimate: float, low: float, high: float, level: float = 0.95) -> float:
    """Standard error of the natural log of a ratio from its interval (Handbook 6.3.2): (ln high − ln low) / (2 z).

    Args:
        estimate: the ratio (RR, OR, HR), > 0; it must lie within its limits, which catches swapped columns. How far
            it lies from their middle is told by `ratio_interval_asymmetry`.
        low, high: limits of the interval, 0 < low < high.
        level: confidence level, in (0, 1).

    >>> round(ratio_se_from_ci(0.81, 0.70, 0.94), 4)
    0.0752
    """
    low, high = _ratio_limits(estimate, low, high)
    return (math.log(high) - math.log(low)) / (2 * _z_upper(_tail(level)))


def ratio_interval_asymmetry(estimate: float, low: float, high: float) -> float:
    """Distance of ln estimate from the middle of the log interval, in half-widths (0 = symmetric, ±1 = at a limit).

    Wald intervals of ratios are symmetric on the log scale up to rounding; a large value means another kind of
    interval or a misprint (the check behind Handbook 6.3.2).

    >>> round(ratio_interval_asymmetry(0.81, 0.70, 0.94), 2), ratio_interval_asymmetry(1, 0.5, 2)
    (-0.01, 0.0)
    """
    low, high = _ratio_limits(estimate, low, high)
    centre, half = (math.log(high) + math.log(low)) / 2, (math.log(high) - math.log(low)) / 2
    return (math.log(estimate) - centre) / half


def or_to_rr(or_: float, baseline_risk: float) -> float:
    """Risk ratio that an odds ratio means at a given baseline risk: OR / (1 − p₀ + p₀ OR) (Zhang & Yu 1998, p. 1690).

    It holds for unadjusted odds ratios. Transforming the limits of an interval in the same way treats the baseline
    risk as known.

    Args:
        or_: odds ratio, > 0.
        baseline_risk: risk p₀ of the control group, in [0, 1].

    >>> or_to_rr(3, 0.5), or_to_rr(3, 0)
    (1.5, 3.0)
    """
    ratio = positive("or_", or_)
    risk = between("baseline_risk", baseline_risk, 0, 1, closed=True)
    return ratio / (1 - risk + risk * ratio)


def absolute_effect(rr: float, baseline_risk: float, per: float = 1000) -> float:
    """Difference in events per ``per`` people that a risk ratio means at a baseline risk: per · p₀ (RR − 1).

    Negative: fewer events with treatment (Handbook, chapter 15, section 15.4).

    Args:
        rr: risk ratio, ≥ 0.
        baseline_risk: risk p₀ of the control group, in [0, 1].
        per: number of people the result refers to, > 0.

    Raises:
        InputError: also where RR · p₀ exceeds 1, which no population can show.

    >>> round(absolute_effect(0.7, 0.3))
    -90
    """
    ratio = between("rr", rr, 0, math.inf, closed=True)
    risk = between("baseline_risk", baseline_risk, 0, 1, closed=True)
    per = positive("per", per)
    if ratio * risk > 1:
        raise InputError("rr", f"times the baseline risk {risk:g} exceeds a risk of 1", value=rr)
    return per * risk * (ratio - 1)


def _tail(level: float) -> float:
    return (1 - between("level", level, 0, 1)) / 2


def _z_upper(tail: float) -> float:
    return -float(special.ndtri(tail))


def _t_upper(tail: float, df: float) -> float:
    return -float(special.stdtrit(df, tail))


def _ratio_limits(estimate: float, low: float, high: float) -> tuple[float, float]:
    ratio, low, high = positive("estimate", estimate), positive("low", low), positive("high", high)
    if not low < high:
        raise InputError("high", "must exceed low", value=high)
    if not low <= ratio <= high:
        raise InputError("estimate", f"lies outside its interval [{low:g}, {high:g}]", value=estimate)
    return low, high
