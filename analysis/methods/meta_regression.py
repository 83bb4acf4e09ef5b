"""Random-effects meta-regression on any number of study characteristics, by restricted maximum likelihood.

With X the design (a column of ones first), weights w = 1/(v + τ²), leverages h of the weighted design and residuals
e: y'Py = Σwe², y'PPy = Σ(we)² and tr P = Σw(1 − h), so no k × k matrix is formed. `analysis.methods.regression` fits
one line by any estimator of τ², for tests of funnel asymmetry.

Sources
    Viechtbauer W. J Stat Softw 2010;36(3), section 2.2 (mixed-effects model, QM, QE) [@viechtbauer2010metafor].
    Viechtbauer W, López-López JA, Sánchez-Meca J, Marín-Martínez F. Psychol Methods 2015;20:360-374 (REML and the
        Knapp-Hartung test with moderators) [@viechtbauer2015moderators].
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710, eq. 7 [@knapp2003].
    Raudenbush SW. In: Cooper H et al., eds. The Handbook of Research Synthesis and Meta-Analysis. 2nd ed. Russell
        Sage 2009, chapter 16 (R², the share of τ² that the moderators account for).
    Cochrane Handbook 10.11.4 and 10.11.5.1 [@higgins2019handbook].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.methods.arguments import between, choice, usable_studies
from analysis.methods.errors import InputError, Refusal
from analysis.methods.regression import ROUNDING, global_maximum

Floats = NDArray[np.float64]
Test = Literal["HK", "z"]

#: Studies for each characteristic in a regression, below which it is refused (Cochrane Handbook 10.11.5.1).
STUDIES_PER_MODERATOR = 10


@dataclass(frozen=True, slots=True, eq=False)
class MetaRegression:
    """Result of `meta_regression`, on the scale of the effects; p coefficients, the intercept first.

    Attributes:
        coefficients, se, statistics, p_values: shape (p,); ci: shape (p, 2); covariance: shape (p, p).
        df: degrees of freedom of the t tests, k − p; ``None`` for normal tests.
        critical: two-sided critical value behind the intervals.
        tau2: residual variance between studies; i2: its share of the unaccounted variability, 0 to 1; h2: that
            variability over the sampling variability.
        r2: share of the variance between studies that the characteristics account for, 0 to 1; ``None`` where there
            is none to account for.
        qe, qe_df, qe_p_value: test of residual heterogeneity.
        qm, qm_df, qm_p_value: omnibus test of all characteristics, chi-squared with ``test="z"``; with ``"HK"`` an F
            on ``qm_df`` and ``df`` degrees of freedom.
        weights: shape (k,), 1/(v + τ²) as shares of 1.
        k: studies.
        used: shape (k,), positions of the studies used.
    """

    coefficients: Floats
    se: Floats
    ci: Floats
    statistics: Floats
    p_values: Floats
    covariance: Floats
    df: int | None
    critical: float
    tau2: float
    i2: float
    h2: float
    r2: float | None
    qe: float
    qe_df: int
    qe_p_value: float
    qm: float
    qm_df: int
    qm_p_value: float
    weights: Floats
    k: int
    used: NDArray[np.intp]

    def predict(self, x: ArrayLike) -> Floats:
        """Mean effect and confidence limits at values of the characteristics.

        x: shape (n, p − 1), or (n,) for one characteristic. Returns shape (n, 3): estimate, low, high.
        """
        design = _with_ones(np.asarray(x, dtype=float))
        estimate = design @ self.coefficients
        half = self.critical * np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        return np.column_stack([estimate, estimate - half, estimate + half])


def refuse_if_few(k: int, moderators: int = 1) -> None:
    """The rule on the number of studies that a regression needs, kept here only. Raises ``Refusal``.

    >>> refuse_if_few(9)
    Traceback (most recent call last):
        ...
    analysis.methods.errors.Refusal: The meta-regression was not done, because it needs at least 10 studies ...
    """
    needed = STUDIES_PER_MODERATOR * moderators
    if k < needed:
        each = "" if moderators == 1 else " for each characteristic"
        raise Refusal(
            "too-few-studies",
            f"The meta-regression was not done, because it needs at least {STUDIES_PER_MODERATOR} studies{each} with "
            f"an effect estimate and a value of the characteristic, and there {'is' if k == 1 else 'are'} {k}.",
        )


def meta_regression(
    yi: ArrayLike, vi: ArrayLike, x: ArrayLike, test: Test = "HK", level: float = 0.95, force: bool = False
) -> MetaRegression:
    """Regress effects on study characteristics, with a residual variance between studies estimated by REML.

    Args:
        yi, vi: shape (k,), effects and sampling variances; NaN in both where a study has no effect size.
        x: shape (k, m), or (k,) for one characteristic; finite.
        test: ``"HK"``: Knapp-Hartung variance with t and F tests on k − m − 1 degrees of freedom; ``"z"``: normal and
            chi-squared tests.
        level: confidence level, in (0, 1).
        force: compute with fewer than 10 studies a characteristic too.

    Raises:
        Refusal: too few studies; a characteristic without variation or one that follows from others; effects on one
            exact plane.
        InputError: impossible values or settings.

    >>> x = np.arange(4.0)
    >>> fit = meta_regression([0.1, 0.3, 0.2, 0.5], [0.04] * 4, x, test="z", force=True)
    >>> fit.coefficients.round(2), round(fit.tau2, 3)
    (array([0.11, 0.11]), 0.0)
    """
    choice("test", test, ("HK", "z"))
    y, v, used, _ = usable_studies(yi, vi)
    values = np.asarray(x, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != len(np.asarray(yi)):
        raise InputError("x", f"must hold one row per study, not shape {np.shape(x)}")
    values = values[used]
    if not np.isfinite(values).all():
        raise InputError("x", "must be finite", study=int(used[np.argmin(np.isfinite(values).all(axis=1))]))
    k, m = values.shape
    if not force:
        refuse_if_few(k, m)
    p = m + 1
    if k <= p:
        raise Refusal("not-estimable", f"A meta-regression cannot be computed from {k} studies.")
    design, back = _standardised(values)
    scale = float(np.median(v)) + float(np.var(y))
    tau2 = _restricted_maximum(y, v, design, scale)
    fit = _Fit.of(y, design, 1 / (v + tau2))
    df, factor = (k - p, fit.quadratic / (k - p)) if test == "HK" else (None, 1.0)
    if test == "HK" and np.max(np.abs(fit.residuals)) <= ROUNDING * np.max(np.abs(y)):
        raise Refusal(
            "no-residual-variation",
            "The meta-regression is not defined here, because the effects vary by rounding only around it.",
        )
    tail = (1 - between("level", level, 0, 1)) / 2
    critical = -float(special.ndtri(tail) if df is None else special.stdtrit(df, tail))
    inner = factor * fit.covariance
    coefficients, covariance = back @ fit.coefficients, back @ inner @ back.T
    se = np.sqrt(np.diag(covariance))
    statistics = coefficients / se
    plain = _Fit.of(y, design, 1 / v)
    typical = (k - p) / plain.trace
    alone = _restricted_maximum(y, v, np.ones((k, 1)), scale)
    qm = float(fit.coefficients[1:] @ np.linalg.solve(inner[1:, 1:], fit.coefficients[1:]))
    weights = 1 / (v + tau2)
    return MetaRegression(
        coefficients=coefficients,
        se=se,
        ci=np.column_stack([coefficients - critical * se, coefficients + critical * se]),
        statistics=statistics,
        p_values=2 * (special.ndtr(-np.abs(statistics)) if df is None else special.stdtr(df, -np.abs(statistics))),
        covariance=covariance,
        df=df,
        critical=critical,
        tau2=tau2,
        i2=tau2 / (tau2 + typical),
        h2=1 + tau2 / typical,
        r2=max(0.0, (alone - tau2) / alone) if alone > 0 else None,
        qe=plain.quadratic,
        qe_df=k - p,
        qe_p_value=float(special.chdtrc(k - p, plain.quadratic)),
        qm=qm if df is None else qm / m,
        qm_df=m,
        qm_p_value=float(special.chdtrc(m, qm) if df is None else special.fdtrc(m, df, qm / m)),
        weights=weights / weights.sum(),
        k=k,
        used=used,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Weighted least squares on a design of shape (k, p)."""

    w: Floats
    coefficients: Floats
    covariance: Floats
    log_determinant: float
    residuals: Floats
    leverages: Floats

    @classmethod
    def of(cls, y: Floats, design: Floats, w: Floats) -> _Fit:
        root = np.sqrt(w)
        q, r = np.linalg.qr(root[:, None] * design)
        coefficients = np.linalg.solve(r, q.T @ (root * y))
        inverse = np.linalg.inv(r)
        return cls(
            w=w,
            coefficients=coefficients,
            covariance=inverse @ inverse.T,
            log_determinant=2 * float(np.log(np.abs(np.diag(r))).sum()),
            residuals=y - design @ coefficients,
            leverages=(q**2).sum(axis=1),
        )

    @property
    def quadratic(self) -> float:
        return float(self.w @ self.residuals**2)

    @property
    def trace(self) -> float:
        return float(np.sum(self.w * (1 - self.leverages)))


def _restricted_maximum(y: Floats, v: Floats, design: Floats, scale: float) -> float:
    """τ² by REML, not below 0 (Viechtbauer 2015, eq. 13)."""

    def objective(tau2: float) -> float:
        fit = _Fit.of(y, design, 1 / (v + tau2))
        return float(np.log(v + tau2).sum()) + fit.log_determinant + fit.quadratic

    def score(tau2: float) -> float:
        fit = _Fit.of(y, design, 1 / (v + tau2))
        return float(np.sum((fit.w * fit.residuals) ** 2)) - fit.trace

    return global_maximum(objective, score, scale)


def _standardised(values: Floats) -> tuple[Floats, Floats]:
    """The design with centred and scaled characteristics, and the matrix that takes its coefficients back.

    Raises ``Refusal`` for a characteristic without variation, or one that follows from others.
    """
    middle, spread = values.mean(axis=0), np.std(values, axis=0)
    if (spread <= ROUNDING * np.max(np.abs(values), axis=0)).any():
        raise Refusal(
            "no-variation",
            "The meta-regression is not defined here, because the characteristic is the same in all studies.",
        )
    design = _with_ones((values - middle) / spread)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise Refusal(
            "not-separable",
            "The meta-regression is not defined here, because one characteristic follows from the others.",
        )
    back = np.diag(np.concatenate([[1.0], 1 / spread]))
    back[0, 1:] = -middle / spread
    return design, back


def _with_ones(x: Floats) -> Floats:
    return np.column_stack([np.ones(len(x)), x])
