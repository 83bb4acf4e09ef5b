"""Effects that a report prints, as effect sizes: an estimate with its interval, its p-value or its standard error.

Sources
    Handbook: Higgins JPT, Li T, Deeks JJ. Chapter 6 of the Cochrane Handbook for Systematic Reviews of Interventions,
        version 6, sections 6.3.1 and 6.3.2 [@higgins2019handbook].
    Altman DG, Bland JM. BMJ 2011;343:d2090: the standard error from estimate and p-value [@altman2011ci]. Their
        formula for z approximates the quantile of the normal distribution, which is computed here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.methods.arguments import between, choice, columns_with_absent, require
from analysis.methods.effects import ABSENT, EffectSizes, Floats
from analysis.methods.errors import Notice

PRINTED_RATIOS = ("RR", "OR", "HR", "IRR", "ROM", "GMR")
PRINTED_DIFFERENCES = ("RD", "MD", "SMD")
# Distance of the estimate from the middle, in half-widths, that rounding of printed numbers explains in most reports.
TOLERANCE = 0.1


def printed_effect(
    estimate: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    measure: str,
    level: float = 0.95,
    df: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> EffectSizes:
    """Effect sizes of k studies from printed estimates and intervals (Handbook 6.3.1 and 6.3.2).

    Standard error: half the width of the interval over its critical value, for ratios on the log scale. An estimate
    that lies off the middle of its interval by more than ``tolerance`` half-widths gets a notice: the interval is of
    another kind, or one of the numbers is a misprint.

    Args:
        estimate, low, high: as printed, ratios as ratios, shape (k,); low < high, estimate within. A study with
            NaN in all three is absent, here and in the functions below.
        measure: one of `PRINTED_RATIOS`, whose effects are the logarithms, or `PRINTED_DIFFERENCES`.
        level: confidence level of the intervals, in (0, 1).
        df: degrees of freedom of intervals by the t distribution, shape (k,); ``None`` for the normal one.
        tolerance: see above, at least 0.

    Raises:
        InputError: names argument and study: empty, mismatched or non-finite input, a ratio of 0 or below, limits in
            wrong order or equal, estimate outside, unknown measure.

    >>> sizes = printed_effect([0.71], [0.49], [1.03], "ROM")
    >>> round(float(sizes.yi[0]), 3), round(float(sizes.vi[0]), 4), sizes.notes
    (-0.342, 0.0359, (None,))
    """
    (centre, lower, upper), absent = columns_with_absent(
        ("estimate", "low", "high"), estimate=estimate, low=low, high=high
    )
    require("high", upper, (upper > lower) | absent, "must exceed low")
    require("estimate", centre, ((lower <= centre) & (centre <= upper)) | absent, "lies outside its interval")
    centre, lower, upper = (
        _on_scale(name, values, measure) for name, values in (("estimate", centre), ("low", lower), ("high", upper))
    )
    half = (upper - lower) / 2
    off = (centre - (upper + lower) / 2) / half
    allowed = between("tolerance", tolerance, 0, np.inf, closed=True)
    tail = (1 - between("level", level, 0, 1)) / 2
    critical = _critical(np.where(absent, np.nan, tail), df)
    return EffectSizes(
        centre,
        (half / critical) ** 2,
        measure,
        tuple(
            ABSENT if out else _asymmetry(float(distance)) if abs(distance) > allowed else None
            for out, distance in zip(absent, off, strict=True)
        ),
    )


def printed_effect_from_p(
    estimate: ArrayLike, p: ArrayLike, measure: str, df: ArrayLike | None = None
) -> EffectSizes:
    """Effect sizes of k studies from printed estimates and two-sided p-values (Altman & Bland 2011).

    Standard error: the estimate, for ratios its logarithm, over the quantile that p stands for.

    Args:
        estimate: as printed, shape (k,); not that of no effect, with which any standard error is compatible.
        p: two-sided p-values of Wald tests, in (0, 1), shape (k,); a bound such as "p < 0.05" is no p-value.
        measure, df: as in `printed_effect`.

    Raises:
        InputError: names argument and study.

    The example of the paper, whose limits are 1.4 and 32.6:

    >>> sizes = printed_effect_from_p([17], [0.032], "MD")
    >>> half = 1.96 * float(sizes.vi[0]) ** 0.5
    >>> round(17 - half, 1), round(17 + half, 1)
    (1.5, 32.5)
    """
    (centre, values), absent = columns_with_absent(("estimate", "p"), estimate=estimate, p=p)
    effect = _on_scale("estimate", centre, measure)
    require("estimate", centre, effect != 0, "is that of no effect: any standard error is compatible with it")
    require("p", values, ((values > 0) & (values < 1)) | absent, "must lie in (0, 1)")
    se = np.abs(effect) / _critical(values / 2, df)
    return EffectSizes(effect, se**2, measure, tuple(ABSENT if out else None for out in absent))


def printed_effect_from_se(estimate: ArrayLike, se: ArrayLike, measure: str) -> EffectSizes:
    """Effect sizes of k studies from printed estimates and standard errors.

    Args:
        estimate: as printed, shape (k,).
        se: standard errors on the scale of the analysis: of a ratio that of its logarithm; > 0, shape (k,).
        measure: as in `printed_effect`.

    Raises:
        InputError: names argument and study.

    >>> sizes = printed_effect_from_se([-4.0], [2.5], "MD")
    >>> float(sizes.yi[0]), float(sizes.vi[0])
    (-4.0, 6.25)
    """
    (centre, errors), absent = columns_with_absent(("estimate", "se"), estimate=estimate, se=se)
    require("se", errors, (errors > 0) | absent, "must be greater than 0")
    effect = _on_scale("estimate", centre, measure)
    return EffectSizes(effect, errors**2, measure, tuple(ABSENT if out else None for out in absent))


def _on_scale(name: str, values: Floats, measure: str) -> Floats:
    """The values as the analysis takes them: ratios as logarithms."""
    choice("measure", measure, (*PRINTED_RATIOS, *PRINTED_DIFFERENCES))
    if measure in PRINTED_DIFFERENCES:
        return values
    require(name, values, (values > 0) | np.isnan(values), "must be greater than 0, as a ratio is")
    return np.asarray(np.log(values))


def _critical(tail: Floats, df: ArrayLike | None) -> Floats:
    """The quantile with this probability above it, of the normal or of t distributions; NaN in absent studies."""
    if df is None:
        return np.asarray(-special.ndtri(tail))
    (_, freedom), absent = columns_with_absent(("tail",), tail=tail, df=df)
    require("df", freedom, (freedom >= 1) | absent, "must be at least 1")
    return np.asarray(-special.stdtrit(freedom, tail))


def _asymmetry(distance: float) -> Notice:
    side = "above" if distance > 0 else "below"
    return Notice(
        "asymmetric-interval",
        f"The printed estimate lies {side} the middle of its interval, by more than rounding explains; the interval "
        "is not of the usual kind, or a number is misprinted.",
    )
