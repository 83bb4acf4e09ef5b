"""The numbers of a pooled result: one analysis in plain floats, several in arrays, by the same equations.

`inverse_variance` names their sources.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.methods.models import heterogeneity as between
from analysis.methods.models import inputs, single
from analysis.methods.models.moments import Floats, arrange, heterogeneity_sums

# Studies x analyses worked on at once: small enough for the processor's cache, large enough to hide the cost of
# a call.
_BLOCK = 16_384

Value = float | Floats


class Numbers(NamedTuple):
    """What is found: of one analysis plain numbers, of several arrays of shape (B,)."""

    estimate: Value
    se: Value
    low: Value
    high: Value
    statistic: Value
    df: Value
    p_value: Value
    tau2: Value
    q: Value
    hk_factor: Value
    k: int | NDArray[np.intp]


def fit_one(y: Floats, v: Floats, method: str, ci: str, level: float) -> Numbers | None:
    """Check and fit one analysis in plain floats; None if its τ² has to be found by the arrays."""
    studies = single.arrange(y, v)
    if studies is None:
        raise inputs.no_study()
    tau2 = single.estimate(studies, method)
    if tau2 is None:
        return None
    fitted = studies.weighted(tau2) if tau2 > 0.0 else studies.at_zero
    variance, factor, df = 1.0 / fitted.total, math.nan, math.inf
    if studies.k > 1 and ci != "wald":
        df = studies.k - 1.0
        factor = fitted.quadratic / df
        if ci == "mHK":
            factor = max(factor, 1.0)
        variance *= factor
    estimate, se = studies.centre + fitted.mean, math.sqrt(variance)
    half = _quantile(df, level) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(np.divide(estimate, se))
    p_value = _two_sided(statistic, df)
    return Numbers(
        estimate,
        se,
        estimate - half,
        estimate + half,
        statistic,
        df,
        p_value,
        tau2,
        studies.at_zero.quadratic,
        factor,
        studies.k,
    )


@lru_cache(maxsize=1024)
def _quantile(df: float, level: float) -> float:
    """Two-sided critical value of t (normal if ``df`` is infinite)."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(0.5 + level / 2) if math.isinf(df) else stdtrit(df, 0.5 + level / 2))


def fit_blocks(y: Floats, v: Floats, tau2: str, ci: str, level: float) -> Numbers:
    """Fit all rows of checked (B, k) arrays, a cacheful at a time."""
    rows = max(_BLOCK // y.shape[1], 1)
    parts = [_fit(y[i : i + rows], v[i : i + rows], tau2, ci) for i in range(0, y.shape[0], rows)]
    estimate, se, df, between_variance, q, k, factor = (np.concatenate(x) for x in zip(*parts, strict=True))
    half = _quantiles(df, level) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    p = _two_sided_all(statistic, df)
    low, high = estimate - half, estimate + half
    return Numbers(estimate, se, low, high, statistic, df, p, between_variance, q, factor, k)


def _fit(
    y: Floats, v: Floats, method: str, ci: str
) -> tuple[Floats, Floats, Floats, Floats, Floats, NDArray[np.intp], Floats]:
    """Estimate, standard error, degrees of freedom, τ², Q, number of studies, Hartung-Knapp factor."""
    studies = arrange(y, v)
    k = studies.k
    with np.errstate(divide="ignore", invalid="ignore"):
        tau2 = between.estimate_tau2(studies, method)
        total, mean, quadratic, _ = heterogeneity_sums(studies, tau2)
        _, _, q, _ = heterogeneity_sums(studies, np.zeros_like(tau2))
        variance = 1.0 / total
        df = np.full(k.shape, np.inf)
        factor = np.full(k.shape, np.nan)
        if ci != "wald":
            several = k > 1
            df = np.where(several, k - 1.0, df)
            factor = np.where(several, quadratic / df, np.nan)
            if ci == "mHK":
                factor = np.where(factor < 1.0, 1.0, factor)
            variance = np.where(several, variance * factor, variance)
        estimate, se = studies.centre + mean, np.sqrt(variance)
    none = k == 0
    if none.any():
        for values in (estimate, se, tau2, q, df):
            values[none] = np.nan
    return estimate, se, df, tau2, q, k, factor


def _quantiles(df: Floats, level: float) -> Floats:
    different, where = np.unique(df, return_inverse=True)
    return np.array([_quantile(x, level) if x == x else np.nan for x in different.tolist()])[where]


def _two_sided(statistic: float, df: float) -> float:
    from scipy.special import ndtr, stdtr

    low = -abs(statistic)
    return 2.0 * float(ndtr(low) if math.isinf(df) else stdtr(df, low))


def _two_sided_all(statistic: Floats, df: Floats) -> Floats:
    from scipy.special import ndtr, stdtr

    low = -np.abs(statistic)
    return np.asarray(2.0 * np.where(np.isinf(df), ndtr(low), stdtr(np.where(np.isinf(df), 1.0, df), low)))
