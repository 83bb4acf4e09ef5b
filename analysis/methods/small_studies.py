"""Small-study effects: tests of funnel asymmetry, and trim and fill.

With fewer than 10 studies all of them refuse (`analysis.methods.errors.Refusal`, whose sentence can be printed): the
tests cannot tell chance from asymmetry then (Sterne JAC, Sutton AJ, Ioannidis JPA, et al. BMJ 2011;343:d4002
[@sterne2011]; Cochrane Handbook 13.3.5.4 [@higgins2019handbook]). ``force=True`` computes all the same.

Sources
    Egger M, Davey Smith G, Schneider M, Minder C. BMJ 1997;315:629-634 [@egger1997].
    Sterne JAC, Egger M. In: Rothstein HR et al., eds. Publication Bias in Meta-Analysis. Wiley 2005, chapter 6
        [@sterne2005regression].
    Begg CB, Mazumdar M. Biometrics 1994;50:1088-1101 [@begg1994].
    Duval S, Tweedie R. J Am Stat Assoc 2000;95:89-98, and Biometrics 2000;56:455-463 [@duval2000nonparametric;
        @duval2000trim].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.arguments import choice, usable_studies
from analysis.methods.errors import InputError, MethodError, Notice, Refusal
from analysis.methods.regression import ROUNDING, Dispersion, Line, fit_line

if TYPE_CHECKING:
    from analysis.methods.models import RandomEffects

Floats = NDArray[np.float64]
Predictor = Literal["se", "variance", "n", "1/n"]

MINIMUM_STUDIES = 10
_LARGEST_EXACT_KENDALL = 50
_NO_ERROR_OF_MISSING = Notice(
    "no-standard-error",
    "The number of missing studies has no standard error here, because its variance is estimated below zero; it is "
    "not known exactly.",
)


@dataclass(frozen=True, slots=True)
class EggerTest:
    """Result of `egger`.

    Attributes:
        bias, bias_se, bias_ci: slope on the predictor with standard error and interval. With ``predictor="se"`` it is
            Egger's bias coefficient.
        statistic, df, p_value: test of no slope; ``df`` is ``None`` where it is a normal test.
        limit, limit_ci: effect expected of an infinitely large study, on the scale of ``yi``; NaN with
            ``predictor="n"``.
        tau2: additive residual heterogeneity (0 with multiplicative dispersion).
        k: studies used.
        predictor, dispersion: as asked for.
        warnings: notices.
    """

    bias: float
    bias_se: float
    bias_ci: tuple[float, float]
    statistic: float
    df: int | None
    p_value: float
    limit: float
    limit_ci: tuple[float, float]
    tau2: float
    k: int
    predictor: str
    dispersion: str
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class BeggTest:
    """Result of `begg`.

    Attributes:
        tau: Kendall's rank correlation (tau-b) of standardised effects and variances.
        p_value: two-sided; exact without ties up to 50 studies, else from the normal approximation.
        exact: whether the p-value is exact.
        k: studies used.
        warnings: notices.
    """

    tau: float
    p_value: float
    exact: bool
    k: int
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TrimAndFill:
    """Result of `trim_and_fill`.

    Attributes:
        missing, missing_se: estimated number of suppressed studies and its standard error; NaN, with a notice, where
            its variance is estimated below 0.
        side: side of the funnel on which they were imputed.
        filled_yi, filled_vi: shape (missing,), the imputed studies.
        observed, adjusted: pooled results without and with them.
        estimator: ``"L0"`` or ``"R0"``.
        k: studies observed and used.
        warnings: notices.
    """

    missing: int
    missing_se: float
    side: Literal["left", "right"]
    filled_yi: Floats
    filled_vi: Floats
    observed: RandomEffects
    adjusted: RandomEffects
    estimator: str
    k: int
    warnings: tuple[Notice, ...]


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    predictor: Predictor = "se",
    dispersion: Dispersion = "multiplicative",
    test: Literal["z", "HK"] = "z",
    n: ArrayLike | None = None,
    level: float = 0.95,
    force: bool = False,
) -> EggerTest:
    """Regression test of funnel asymmetry (Egger 1997; as weighted regression on the standard error, Sterne 2005).

    Args:
        yi, vi: shape (k,), effects and sampling variances; NaN in both where a study has no effect size.
        predictor: standard error, sampling variance, sample size, or its reciprocal.
        dispersion: ``"multiplicative"`` is the classic test; ``"EE"`` or an estimator of τ² gives the meta-regression
            test.
        test: with additive dispersion, normal or Knapp-Hartung tests.
        n: shape (k,), sample sizes, for the last two predictors.
        level: confidence level, in (0, 1).
        force: compute with fewer than 10 studies too.

    Raises:
        Refusal: fewer than 10 studies (3 if forced); all of the same precision; effects on one exact line.
        InputError: impossible values or settings.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> egger(effects, variances)
    Traceback (most recent call last):
        ...
    analysis.methods.errors.Refusal: Egger's test was not done, because it needs at least 10 studies ...
    >>> test = egger(effects, variances, force=True)
    >>> round(test.bias, 2), round(test.p_value, 2)
    (0.92, 0.53)
    """
    y, v, used, warnings = usable_studies(yi, vi)
    _refuse_if_few("Egger's test", len(y), 3, force)
    x = _predictor(choice("predictor", predictor, ("se", "variance", "n", "1/n")), v, used, n)
    _refuse_if_constant("Egger's test", x)
    line = fit_line(y, v, x, dispersion, test)
    if line.exact and (dispersion == "multiplicative" or test == "HK"):
        raise Refusal(
            "no-residual-variation",
            "Egger's test is not defined here, because the effects vary by rounding only around the fitted line.",
        )
    return _egger_result(line, predictor, dispersion, level, warnings)


def _egger_result(
    line: Line, predictor: Predictor, dispersion: Dispersion, level: float, warnings: tuple[Notice, ...]
) -> EggerTest:
    critical = line.critical(level)
    statistic = line.slope / line.slope_se
    has_limit = predictor != "n"
    limit, half = (line.intercept, critical * line.intercept_se) if has_limit else (math.nan, math.nan)
    return EggerTest(
        bias=line.slope,
        bias_se=line.slope_se,
        bias_ci=(line.slope - critical * line.slope_se, line.slope + critical * line.slope_se),
        statistic=statistic,
        df=line.df,
        p_value=line.p_value(statistic),
        limit=limit,
        limit_ci=(limit - half, limit + half),
        tau2=line.tau2,
        k=line.k,
        predictor=predictor,
        dispersion=dispersion,
        warnings=warnings,
    )


def begg(yi: ArrayLike, vi: ArrayLike, force: bool = False) -> BeggTest:
    """Rank correlation test of funnel asymmetry (Begg & Mazumdar 1994, section 2).

    Kendall's correlation of vᵢ and (yᵢ − θ) / √(vᵢ − 1/Σw), θ the equal-effects estimate and w = 1/v.

    Args:
        yi, vi: shape (k,), effects and sampling variances; NaN in both where a study has no effect size.
        force: compute with fewer than 10 studies too.

    Raises:
        Refusal: fewer than 10 studies (3 if forced); all of the same precision or the same effect; one with all the
            weight.
        InputError: impossible values.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> round(begg(effects, variances, force=True).tau, 2)
    0.15
    """
    y, v, _, warnings = usable_studies(yi, vi)
    k = len(y)
    _refuse_if_few("Begg's test", k, 3, force)
    _refuse_if_constant("Begg's test", v)
    _refuse_if_identical("Begg's test", y)
    w = 1 / v
    if w.max() >= (1 - ROUNDING) * w.sum():
        raise Refusal(
            "one-study-decides",
            "Begg's test is not defined here, because one study carries all of the weight and so has no distance "
            "from the pooled effect.",
        )
    deviates = (y - (w @ y) / w.sum()) / np.sqrt(v - 1 / w.sum())
    exact = k <= _LARGEST_EXACT_KENDALL and len(np.unique(v)) == k == len(np.unique(deviates))
    from scipy.stats import kendalltau

    result = kendalltau(deviates, v, method="exact" if exact else "asymptotic")
    return BeggTest(float(result.statistic), float(result.pvalue), exact, k, warnings)


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    side: Literal["left", "right"] | None = None,
    estimator: Literal["L0", "R0"] = "L0",
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    force: bool = False,
) -> TrimAndFill:
    """Trim and fill: impute mirror images of the most extreme small studies (Duval & Tweedie 2000).

    A sensitivity analysis of how much suppressed studies could matter, under the assumption that asymmetry has no
    other cause; never a corrected estimate.

    Args:
        yi, vi: shape (k,), effects and sampling variances; NaN in both where a study has no effect size.
        side: side of the funnel on which studies are thought missing; by default the side opposite to the slope of
            the regression of effects on standard errors with the same ``tau2``.
        estimator: of the number of missing studies, ``"L0"`` or ``"R0"``.
        tau2, ci, level: passed to `analysis.methods.models.random_effects`.
        force: compute with fewer than 10 studies too.

    Raises:
        Refusal: fewer than 10 studies (3 if forced), identical effects, or (without ``side``) equal precision.
        InputError: impossible values or settings.
        MethodError: the iteration does not settle, which no data set seen so far did.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> filled = trim_and_fill(effects, variances, side="left", force=True)
    >>> filled.missing, round(filled.adjusted.estimate, 1)
    (0, 7.7)
    """
    from analysis.methods.models import random_effects

    y, v, _, warnings = usable_studies(yi, vi)
    k = len(y)
    _refuse_if_few("Trim and fill", k, 3, force)
    _refuse_if_identical("Trim and fill", y)
    choice("estimator", estimator, ("L0", "R0"))
    if side is None:
        x = np.sqrt(v)
        _refuse_if_constant("Trim and fill", x)
        side = "right" if fit_line(y, v, x, tau2).slope < 0 else "left"  # type: ignore[arg-type]
    # Worked on with the missing studies to the left, as in the paper.
    sign = -1.0 if choice("side", side, ("left", "right")) == "right" else 1.0
    order = np.argsort(sign * y, kind="stable")
    mirrored, precision = sign * y[order], v[order]
    missing, previous = 0, -1
    for _ in range(k + 1):
        if missing == previous:
            break
        previous = missing
        kept = k - missing
        centre = random_effects(mirrored[:kept], precision[:kept], tau2=tau2, ci=ci, level=level).estimate
        missing, missing_se = _missing_studies(mirrored - centre, estimator)
        missing = min(missing, k - 1)
    else:
        raise MethodError(f"trim and fill does not settle on a number of missing studies (last: {missing})")
    if math.isnan(missing_se):
        warnings += (_NO_ERROR_OF_MISSING,)
    tail = slice(k - missing, k)
    filled_yi, filled_vi = sign * (2 * centre - mirrored[tail]), precision[tail]
    return TrimAndFill(
        missing=missing,
        missing_se=missing_se,
        side=side,
        filled_yi=filled_yi,
        filled_vi=filled_vi,
        observed=random_effects(y, v, tau2=tau2, ci=ci, level=level),
        adjusted=random_effects(
            np.concatenate([y, filled_yi]), np.concatenate([v, filled_vi]), tau2=tau2, ci=ci, level=level
        ),
        estimator=estimator,
        k=k,
        warnings=warnings,
    )


def _missing_studies(deviations: Floats, estimator: str) -> tuple[int, float]:
    """Estimated number of studies missing on the left, and its standard error (Duval & Tweedie 2000, JASA).

    ``deviations`` ascend; their signed ranks are the ranks of their sizes with their signs.
    """
    k = len(deviations)
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(deviations), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        rightmost_run = k - np.max(ranks[deviations < 0], initial=0)
        k0 = float(rightmost_run - 1)
        return max(0, round(k0)), math.sqrt(2 * max(0.0, k0) + 2)
    wilcoxon = float(ranks[deviations > 0].sum())
    k0 = (4 * wilcoxon - k * (k + 1)) / (2 * k - 1)
    variance = (
        k * (k + 1) * (2 * k + 1) + 10 * k0**3 + 27 * k0**2 + 17 * k0 - 18 * k * k0**2 - 18 * k * k0 + 6 * k**2 * k0
    ) / 24
    return max(0, round(k0)), 4 * math.sqrt(variance) / (2 * k - 1) if variance >= 0 else math.nan


def _predictor(predictor: str, v: Floats, used: NDArray[np.intp], n: ArrayLike | None) -> Floats:
    if predictor in ("se", "variance"):
        return np.sqrt(v) if predictor == "se" else v
    if n is None:
        raise InputError("n", f"is needed for the predictor {predictor}")
    sizes = np.asarray(n, dtype=float)
    if sizes.ndim != 1 or (len(used) and sizes.size <= used[-1]):
        raise InputError("n", f"must hold one value per study, not shape {sizes.shape}")
    for i in used:
        if not (math.isfinite(sizes[i]) and sizes[i] > 0):
            raise InputError("n", "must be finite and greater than 0", study=int(i), value=float(sizes[i]))
    return sizes[used] if predictor == "n" else 1 / sizes[used]


def _refuse_if_few(name: str, k: int, needed: int, force: bool) -> None:
    if k < MINIMUM_STUDIES and not force:
        raise Refusal(
            "too-few-studies",
            f"{name} was not done, because it needs at least {MINIMUM_STUDIES} studies with an effect estimate "
            f"and there {'is' if k == 1 else 'are'} {k}.",
        )
    if k < needed:
        raise Refusal("not-estimable", f"{name} cannot be computed from fewer than {needed} studies.")


def _refuse_if_constant(name: str, x: Floats) -> None:
    if np.ptp(x) <= ROUNDING * np.max(np.abs(x)):
        raise Refusal("equal-precision", f"{name} is not defined here, because all studies have the same precision.")


def _refuse_if_identical(name: str, y: Floats) -> None:
    if np.ptp(y) <= ROUNDING * np.max(np.abs(y)):
        raise Refusal("identical-effects", f"{name} is not defined here, because all studies show the same effect.")
