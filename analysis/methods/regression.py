"""Weighted regression of effect sizes on one study characteristic, with multiplicative or additive dispersion.

With weights w, weighted means ȳ, x̄ and S = Σw(x − x̄)², the slope is Σw(x − x̄)(y − ȳ)/S, the intercept ȳ − slope · x̄;
leverages are hᵢ = wᵢ(1/Σw + (xᵢ − x̄)²/S). Residuals e give y'Py = Σwe², y'PPy = Σ(we)² and tr P = Σw(1 − h), from
which every τ² estimator follows; no k × k matrix is formed.

Sources
    Thompson SG, Sharp SJ. Stat Med 1999;18:2693-2708 (dispersion in meta-regression, methods 2 to 4)
        [@thompson1999].
    Viechtbauer W, López-López JA, Sánchez-Meca J, Marín-Martínez F. Psychol Methods 2015;20:360-374 (estimators of τ²
        and the Knapp-Hartung test in mixed-effects models) [@viechtbauer2015moderators].
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710, eq. 7 (test with adjusted variance) [@knapp2003].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.methods.arguments import between, choice
from analysis.methods.errors import InputError

Floats = NDArray[np.float64]
Dispersion = Literal["multiplicative", "EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB"]
DISPERSIONS = ("multiplicative", "EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB")

# Values that differ by no more than this share of their size differ by rounding only.
ROUNDING = 1e-12
# Grid of τ² relative to the scale of the data on which local maxima of the likelihood are looked for.
_GRID = np.concatenate([[0.0], np.geomspace(1e-10, 1e6, 129)])


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line: effect = intercept + slope · x.

    Attributes:
        intercept, slope: coefficients; intercept_se, slope_se: their standard errors.
        df: residual degrees of freedom of the t tests, ``None`` where the normal distribution is used.
        tau2: additive residual variance between studies (0 unless an estimator was asked for).
        dispersion: multiplicative residual variance (1 unless asked for).
        k: studies.
        exact: whether the residuals are rounding noise, so that a variance estimated from them means nothing.
    """

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    df: int | None
    tau2: float
    dispersion: float
    k: int
    exact: bool

    def critical(self, level: float) -> float:
        """Two-sided critical value of the coefficients' distribution at confidence ``level`` in (0, 1)."""
        from scipy import special

        tail = (1 - between("level", level, 0, 1)) / 2
        return -float(special.ndtri(tail) if self.df is None else special.stdtrit(self.df, tail))

    def p_value(self, statistic: float) -> float:
        """Two-sided p-value of a coefficient's ``statistic`` (coefficient over its standard error)."""
        from scipy import special

        lower = -abs(statistic)
        return 2 * float(special.ndtr(lower) if self.df is None else special.stdtr(self.df, lower))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Least squares at given weights."""

    w: Floats
    intercept: float
    slope: float
    residuals: Floats
    leverages: Floats
    mean_x: float
    total: float
    spread: float

    @property
    def quadratic(self) -> float:
        return float(self.w @ self.residuals**2)

    @property
    def squared_quadratic(self) -> float:
        return float(np.sum((self.w * self.residuals) ** 2))

    @property
    def trace(self) -> float:
        return float(np.sum(self.w * (1 - self.leverages)))


def fit_line(
    yi: Floats, vi: Floats, x: Floats, dispersion: Dispersion = "REML", test: Literal["z", "HK"] = "z"
) -> Line:
    """Regress effects on ``x``, weighting by inverse variance.

    Args:
        yi, vi, x: shape (k,), finite, ``vi`` > 0, k ≥ 3, ``x`` not constant.
        dispersion: ``"multiplicative"`` (Thompson & Sharp method 2: weights 1/v, residual variance φ estimated, t
            tests), ``"EE"`` (no residual heterogeneity, method 1), or an estimator of the additive τ² (3 and 4).
        test: for additive dispersion, normal tests or Knapp-Hartung's t tests with k − 2 degrees of freedom.

    Raises:
        InputError: fewer than 3 studies, a constant ``x``, or an unknown setting.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> line = fit_line(np.array([0.1, 0.3, 0.2, 0.5]), np.full(4, 0.04), x, "EE")
    >>> round(line.intercept, 3), round(line.slope, 3)
    (0.0, 0.11)
    """
    choice("dispersion", dispersion, DISPERSIONS)
    choice("test", test, ("z", "HK"))
    k = len(yi)
    if k < 3:
        raise InputError("yi", "needs at least 3 studies for a line", value=k)
    if np.ptp(x) <= ROUNDING * np.max(np.abs(x)):
        raise InputError("x", "is the same in all studies")
    scale, tau2 = 1.0, 0.0
    if dispersion not in ("multiplicative", "EE"):
        tau2 = _residual_tau2(yi, vi, x, dispersion)
    fit = _fit(yi, x, 1 / (vi + tau2))
    if dispersion == "multiplicative" or test == "HK":
        scale = fit.quadratic / (k - 2)
    return Line(
        intercept=fit.intercept,
        slope=fit.slope,
        intercept_se=math.sqrt(scale * (1 / fit.total + fit.mean_x**2 / fit.spread)),
        slope_se=math.sqrt(scale / fit.spread),
        df=None if dispersion != "multiplicative" and test == "z" else k - 2,
        tau2=tau2,
        dispersion=scale if dispersion == "multiplicative" else 1.0,
        k=k,
        exact=bool(np.max(np.abs(fit.residuals)) <= ROUNDING * np.max(np.abs(yi))),
    )


def _fit(yi: Floats, x: Floats, w: Floats) -> _Fit:
    total = float(w.sum())
    mean_x, mean_y = float(w @ x) / total, float(w @ yi) / total
    dx, dy = x - mean_x, yi - mean_y
    spread = float(w @ dx**2)
    slope = float((w * dx) @ dy) / spread
    return _Fit(
        w, mean_y - slope * mean_x, slope, dy - slope * dx, w * (1 / total + dx**2 / spread), mean_x, total, spread
    )


def _residual_tau2(yi: Floats, vi: Floats, x: Floats, estimator: str) -> float:
    """Residual heterogeneity of the line (Viechtbauer 2015, eq. 6 to 15), not below 0."""
    df = len(yi) - 2
    if estimator == "DL":
        fit = _fit(yi, x, 1 / vi)
        return max(0.0, (fit.quadratic - df) / fit.trace)
    if estimator == "HE":
        fit = _fit(yi, x, np.ones_like(vi))
        return max(0.0, (fit.quadratic - float(np.sum((1 - fit.leverages) * vi))) / df)
    if estimator == "SJ":
        start = float(np.var(yi))
        return start * _fit(yi, x, 1 / (vi + start)).quadratic / df if start > 0 else 0.0
    scale = float(np.median(vi)) + float(np.var(yi))
    if estimator in ("PM", "EB"):

        def excess(tau2: float) -> float:
            return _fit(yi, x, 1 / (vi + tau2)).quadratic - df

        return 0.0 if excess(0.0) <= 0 else _root(excess, 0.0, scale)
    return _likelihood_maximum(yi, vi, x, scale, restricted=estimator == "REML")


def _likelihood_maximum(yi: Floats, vi: Floats, x: Floats, scale: float, restricted: bool) -> float:
    def objective(tau2: float) -> float:
        fit = _fit(yi, x, 1 / (vi + tau2))
        value = float(np.sum(np.log(vi + tau2))) + fit.quadratic
        return value + math.log(fit.total) + math.log(fit.spread) if restricted else value

    def score(tau2: float) -> float:
        fit = _fit(yi, x, 1 / (vi + tau2))
        return fit.squared_quadratic - (fit.trace if restricted else fit.total)

    return global_maximum(objective, score, scale)


def global_maximum(objective: Callable[[float], float], score: Callable[[float], float], scale: float) -> float:
    """The τ² ≥ 0 at which ``objective``, minus twice a log-likelihood, is least.

    ``score`` has the sign of the likelihood's slope; ``scale`` is the order of magnitude of τ² that the data allow.
    The likelihood can have two maxima (one often at 0): every fall of the score through 0 is refined and compared.

    >>> round(global_maximum(lambda tau2: (tau2 - 0.3) ** 2, lambda tau2: 0.3 - tau2, scale=1.0), 3)
    0.3
    """
    points = scale * _GRID
    scores = [score(tau2) for tau2 in points]
    candidates = [0.0] + [
        _root(score, points[i], points[i + 1]) for i in range(len(points) - 1) if scores[i] > 0 >= scores[i + 1]
    ]
    return min(candidates, key=objective)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a function positive at ``low``; ``high`` is doubled until it is not."""
    from scipy.optimize import brentq

    while function(high) > 0:
        low, high = high, 2 * high
    return float(brentq(function, low, high, xtol=1e-300, rtol=1e-14))
