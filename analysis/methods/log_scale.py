"""Positive skewed measurements on the log scale: mean and SD of ln x, and ratios of means from them.

Sources
    Higgins JPT, White IR, Anzures-Cabrera J. Stat Med 2008;27:6072-6092: mean and SD of ln x from those of x under a
        log-normal distribution (their first method) [@higgins2008skewed].
    Luo 2018, Wan 2014, Shi 2020, Shi 2023: mean, SD and test of symmetry from quantiles; see
        `analysis.methods.quantile_summaries`. The logarithm keeps the order of the values, so that the quantiles of
        ln x are the logarithms of those of x, and the formulas for a normal sample hold where ln x is normal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.methods.arguments import choice, finite, positive, whole
from analysis.methods.conversions import sd_from_ci
from analysis.methods.effects import EffectSizes
from analysis.methods.errors import InputError, Notice
from analysis.methods.quantile_summaries import (
    SMALLEST_SAMPLE,
    MeanSD,
    Method,
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
)

RATIOS = ("geometric", "arithmetic")

_STILL_SKEWED = Notice(
    "skewed-log",
    "The quantiles of an arm are skewed on the log scale too, so that a log-normal sample is not credible.",
)
_LARGE_SD = Notice(
    "sd-above-mean",
    "An arm reports an SD that is larger than its mean; the geometric mean derived from the two varies more from "
    "sample to sample than its standard error says.",
)


@dataclass(frozen=True, slots=True)
class LogArm:
    """An arm on the log scale.

    Attributes:
        mean, sd: of ln x, x in the unit of the measurement.
        n: participants.
        source: papers and equations behind mean and SD.
        notice: why the values are to be read with care, else ``None``.
    """

    mean: float
    sd: float
    n: int
    source: str
    notice: Notice | None

    @property
    def geometric_mean(self) -> float:
        """exp of the mean of ln x, in the unit of the measurement."""
        return math.exp(self.mean)


def log_arm_from_mean_sd(mean: float, sd: float, n: int) -> LogArm:
    """Mean and SD of ln x from mean and SD of x, as if x were log-normal (Higgins 2008, first method).

    SD² = ln(1 + sd²/mean²), mean = ln mean − SD²/2.

    Args:
        mean, sd: of x, both > 0.
        n: participants in the arm, at least 2.

    >>> arm = log_arm_from_mean_sd(20, 15, n=40)
    >>> round(arm.mean, 3), round(arm.sd, 3)
    (2.773, 0.668)
    """
    mean, sd = positive("mean", mean), positive("sd", sd)
    variance = math.log1p((sd / mean) ** 2)
    notice = _LARGE_SD if sd > mean else None
    return LogArm(math.log(mean) - variance / 2, math.sqrt(variance), whole("n", n, 2), "Higgins 2008", notice)


def log_arm_from_logged(mean: float, sd: float, n: int) -> LogArm:
    """An arm whose report gives mean and SD of ln x themselves.

    Args:
        mean: of ln x. sd: of ln x, > 0. n: participants in the arm, at least 2.

    >>> log_arm_from_logged(2.5, 0.6, n=30).sd
    0.6
    """
    return LogArm(finite("mean", mean), positive("sd", sd), whole("n", n, 2), "as reported", None)


def log_arm_from_geometric_mean(
    geometric_mean: float, low: float, high: float, n: int, level: float = 0.95
) -> LogArm:
    """Mean and SD of ln x from a geometric mean and the confidence interval that is printed with it.

    The interval is that of the mean of ln x, turned back by exp: SD = √n (ln high − ln low) / (2 t), t with n − 1
    degrees of freedom (Handbook 6.5.2.2 on the log scale).

    Args:
        geometric_mean: > 0, within its limits. low, high: limits, 0 < low < high. n: participants, at least 2.
        level: confidence level, in (0, 1).

    >>> round(log_arm_from_geometric_mean(12, 9, 16, n=25).sd, 3)
    0.697
    """
    low, centre, high = _ordered_positive(low=low, geometric_mean=geometric_mean, high=high)
    sd = sd_from_ci(math.log(low), math.log(high), n, level)
    return LogArm(math.log(centre), sd, n, "Handbook 6.5.2.2", None)


def log_arm_from_range(minimum: float, median: float, maximum: float, n: int, method: Method = "luo") -> LogArm:
    """Mean and SD of ln x from the logarithms of minimum, median and maximum of x.

    Args:
        minimum, median, maximum: in ascending order, > 0, minimum < maximum.
        n, method: as in `mean_sd_from_range`.

    >>> round(log_arm_from_range(2, 10, 50, n=25).geometric_mean, 6)
    10.0
    """
    a, m, b = _ordered_positive(minimum=minimum, median=median, maximum=maximum)
    n = whole("n", n, SMALLEST_SAMPLE)
    return _from_quantiles(mean_sd_from_range(math.log(a), math.log(m), math.log(b), n, method), n)


def log_arm_from_quartiles(q1: float, median: float, q3: float, n: int, method: Method = "luo") -> LogArm:
    """Mean and SD of ln x from the logarithms of the quartiles of x.

    Args:
        q1, median, q3: in ascending order, > 0, q1 < q3.
        n, method: as in `mean_sd_from_quartiles`.

    >>> arm = log_arm_from_quartiles(5, 10, 20, n=25)
    >>> round(arm.geometric_mean, 6), round(arm.sd, 3)
    (10.0, 1.09)
    """
    low, m, high = _ordered_positive(q1=q1, median=median, q3=q3)
    n = whole("n", n, SMALLEST_SAMPLE)
    return _from_quantiles(mean_sd_from_quartiles(math.log(low), math.log(m), math.log(high), n, method), n)


def log_arm_from_five_numbers(
    minimum: float, q1: float, median: float, q3: float, maximum: float, n: int, method: Method = "luo"
) -> LogArm:
    """Mean and SD of ln x from the logarithms of the five-number summary of x.

    Args:
        minimum, q1, median, q3, maximum: in ascending order, > 0, q1 < q3.
        n, method: as in `mean_sd_from_five_numbers`.

    >>> round(log_arm_from_five_numbers(1, 5, 10, 20, 100, n=25).geometric_mean, 6)
    10.0
    """
    values = _ordered_positive(minimum=minimum, q1=q1, median=median, q3=q3, maximum=maximum)
    if q1 == q3:
        raise InputError("q3", "equals q1: without spread there is no SD to estimate", value=q3)
    n = whole("n", n, SMALLEST_SAMPLE)
    a, low, m, high, b = (math.log(value) for value in values)
    return _from_quantiles(mean_sd_from_five_numbers(a, low, m, high, b, n, method), n)


def log_ratios(
    treatment: Sequence[LogArm], control: Sequence[LogArm], of: Literal["geometric", "arithmetic"] = "geometric"
) -> EffectSizes:
    """Log ratios of means of k studies from arms on the log scale.

    ``"geometric"``: difference of the means of ln x, variance SD_T²/n_T + SD_C²/n_C. Where both arms are log-normal
    with one SD it is the log ratio of their arithmetic means too.
    ``"arithmetic"``: a log-normal variable has the mean exp(mean + SD²/2); the log ratio is the difference of
    mean + SD²/2, the variance the sum of SD²/n + SD⁴/(2(n − 1)) over both arms, SD² of a normal sample varying with
    2 SD⁴/(n − 1). It stands beside ``"ROM"`` of `two_means`, which takes means and SDs of x as they are.

    Args:
        treatment, control: one arm a study, in the same order.
        of: which mean the ratio compares.

    Returns:
        Effects with the measure ``"GMR"`` (geometric) or ``"ROM"`` (arithmetic), as natural logarithms.

    Raises:
        InputError: no arm, different numbers of arms, unknown ``of``.

    >>> t, c = log_arm_from_quartiles(4, 8, 16, n=25), log_arm_from_mean_sd(20, 15, n=40)
    >>> sizes = log_ratios([t], [c])
    >>> round(float(sizes.yi[0]), 3), round(float(sizes.vi[0]), 3)
    (-0.693, 0.059)
    """
    choice("of", of, RATIOS)
    if len(treatment) == 0:
        raise InputError("treatment", "is empty: at least one study is needed")
    if len(treatment) != len(control):
        raise InputError("control", f"has {len(control)} studies where treatment has {len(treatment)}")
    centre, variance = (_geometric, _geometric_variance) if of == "geometric" else (_arithmetic, _arithmetic_variance)
    pairs = list(zip(treatment, control, strict=True))
    return EffectSizes(
        np.array([centre(t) - centre(c) for t, c in pairs]),
        np.array([variance(t) + variance(c) for t, c in pairs]),
        "GMR" if of == "geometric" else "ROM",
        tuple(_graver(t.notice, c.notice) for t, c in pairs),
    )


def _geometric(arm: LogArm) -> float:
    return arm.mean


def _geometric_variance(arm: LogArm) -> float:
    return arm.sd**2 / arm.n


def _arithmetic(arm: LogArm) -> float:
    return arm.mean + arm.sd**2 / 2


def _arithmetic_variance(arm: LogArm) -> float:
    return arm.sd**2 / arm.n + arm.sd**4 / (2 * (arm.n - 1))


def _graver(first: Notice | None, second: Notice | None) -> Notice | None:
    """The notice that weighs more where the arms have two: a wrong distribution before an optimistic variance."""
    return _STILL_SKEWED if _STILL_SKEWED in (first, second) else first or second


def _from_quantiles(estimated: MeanSD, n: int) -> LogArm:
    notice = _STILL_SKEWED if estimated.skewed else None
    return LogArm(estimated.mean, estimated.sd, n, f"{estimated.source}; on logarithms", notice)


def _ordered_positive(**named: float) -> tuple[float, ...]:
    """The values as floats, each > 0, ascending, the last above the first: checked before any logarithm is taken."""
    numbers = [positive(name, value) for name, value in named.items()]
    names = list(named)
    for i in range(1, len(numbers)):
        if numbers[i] < numbers[i - 1]:
            raise InputError(names[i], f"is smaller than {names[i - 1]}", value=numbers[i])
    if numbers[0] == numbers[-1]:
        raise InputError(
            names[-1], f"equals {names[0]}: without spread there is no SD to estimate", value=numbers[-1]
        )
    return tuple(numbers)
