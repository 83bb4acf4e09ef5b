"""Between-study variance τ²: estimators, their standard errors, Q-profile intervals, I².

Sources
-------
* DerSimonian & Laird (1986) Control Clin Trials 7:177, eq. 8 (DL) [@dersimonian1986].
* Hedges & Olkin (1985) *Statistical Methods for Meta-Analysis*, ch. 9 (HE) [@hedges1985].
* Viechtbauer (2005) J Educ Behav Stat 30:261 (ML, REML, and the variances of all estimators)
  [@viechtbauer2005].
* Sidik & Jonkman (2005) Appl Stat 54:367 (SJ) [@sidik2005simple].
* Paule & Mandel (1982) J Res Natl Bur Stand 87:377 [@paule1982]; DerSimonian & Kacker (2007) Contemp Clin Trials
  28:105 (PM) [@dersimonian2007].
* Morris (1983) JASA 78:47 (EB; its equation Σw((y - μ)²k/(k - 1) - v) = τ²Σw has the same root as PM)
  [@morris1983].
* Viechtbauer (2007) Stat Med 26:37 (Q-profile interval) [@viechtbauer2007].
* Higgins & Thompson (2002) Stat Med 21:1539, eq. 9 (typical variance), I² and H² [@higgins2002].
* Veroniki et al. (2016) Res Synth Methods 7:55 compares all of them [@veroniki2016], Langan et al. (2019) by
  simulation [@langan2019].
"""

from __future__ import annotations

import numpy as np

from analysis.methods.models.likelihood import maximise
from analysis.methods.models.moments import Floats, Studies, heterogeneity_sums, information, moments, spread

METHODS = ("EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB")

# An iteration that gains less than this share of τ² + v_min has reached the rounding of its sums.
_SETTLED = 4e-15
_STEPS = 200


def estimate_tau2(studies: Studies, method: str) -> Floats:
    """τ² of each analysis, shape (B,), never negative; 0 for analyses of fewer than two studies."""
    tau2 = np.zeros(studies.k.shape)
    pooled = np.flatnonzero(studies.k >= 2)
    if method == "EE" or pooled.size == 0:
        return tau2
    part = studies if pooled.size == tau2.size else studies.columns(pooled)
    tau2[pooled] = _ESTIMATORS[method](part)
    return tau2


def _dersimonian_laird(studies: Studies) -> Floats:
    zero = np.zeros(studies.k.shape)
    _, _, q, _ = heterogeneity_sums(studies, zero)
    return np.maximum((q - (studies.k - 1)) / information(studies, zero), 0.0)


def _hedges(studies: Studies) -> Floats:
    mean_variance = np.where(np.isfinite(studies.v), studies.v, 0.0).sum(axis=0) / studies.k
    estimate: Floats = np.maximum(spread(studies) / (studies.k - 1) - mean_variance, 0.0)
    return estimate


def _sidik_jonkman(studies: Studies) -> Floats:
    crude = spread(studies) / studies.k
    # All effects equal: the crude variance is zero and so is the estimate; 1 only avoids a division by zero.
    _, _, quadratic, _ = heterogeneity_sums(studies, np.where(crude > 0, crude, 1.0))
    return crude * quadratic / (studies.k - 1)


def _paule_mandel(studies: Studies) -> Floats:
    return solve_q(studies, np.asarray(studies.k - 1.0, dtype=float))


def solve_q(studies: Studies, target: Floats) -> Floats:
    """τ² at which the generalised Q(τ²) equals ``target`` of shape (B,); 0 where even Q(0) is smaller.

    1/Q rises and is concave in τ² (Cauchy-Schwarz on y'Py, y'PPy, y'PPPy), so Newton's method on it climbs from
    0 to the root without ever passing it; for equal variances the first step arrives.
    """
    tau2 = np.zeros(studies.k.shape)
    active = np.arange(tau2.size)
    part, goal = studies, np.asarray(target, dtype=float)
    for _ in range(_STEPS):
        now = tau2[active]
        _, _, q, slope = heterogeneity_sums(part, now)
        rising = q > goal
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(rising, q * (q / goal - 1.0) / slope, 0.0)
        tau2[active] = now + step
        moving = rising & (step > _SETTLED * (now + step + part.v[0]))
        if not moving.any():
            break
        if not moving.all():
            active, goal = active[moving], goal[moving]
            part = part.columns(np.flatnonzero(moving))
    return tau2


_ESTIMATORS = {
    "DL": _dersimonian_laird,
    "HE": _hedges,
    "SJ": _sidik_jonkman,
    "ML": lambda studies: maximise(studies, restricted=False),
    "REML": maximise,
    "PM": _paule_mandel,
    "EB": _paule_mandel,
}


def standard_error(studies: Studies, tau2: Floats, method: str) -> Floats:
    """Asymptotic standard error of τ², shape (B,); NaN for EE and for fewer than two studies.

    ML: √(2/tr WW), REML: √(2/tr PP), from the expected information. DL, HE and SJ are quadratic forms y'Ay in the
    effects, with variance 2 tr(AΣAΣ), Σ = diag(vᵢ + τ²). PM and EB: delta method on Q(τ²) = k - 1 with variance
    2(k - 1) and expected slope (k - 1)Σw/k.
    """
    if method == "EE":
        return np.full(studies.k.shape, np.nan)
    zero = np.zeros(studies.k.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "REML":
            value = np.sqrt(2.0 / moments(studies, tau2).trace2)
        elif method == "ML":
            value = np.sqrt(2.0 / moments(studies, tau2, restricted=False).trace2)
        elif method in ("PM", "EB"):
            total = (1.0 / (studies.v + tau2)).sum(axis=0)
            value = np.sqrt(2.0 * studies.k**2 / (studies.k - 1)) / total
        elif method == "DL":
            value = _quadratic_form_error(studies, tau2, 1.0 / studies.v) / information(studies, zero)
        elif method == "HE":
            weights = np.isfinite(studies.v).astype(float)
            value = _quadratic_form_error(studies, tau2, weights) / (studies.k - 1)
        else:
            crude = spread(studies) / studies.k
            weights = 1.0 / (studies.v + crude)
            value = crude * _quadratic_form_error(studies, tau2, weights) / (studies.k - 1)
    return np.where(studies.k >= 2, value, np.nan)


def _quadratic_form_error(studies: Studies, tau2: Floats, w: Floats) -> Floats:
    """√(2 tr(PΣPΣ)) with P built from the weights ``w``."""
    variance = np.where(w > 0, studies.v + tau2, 0.0)
    total = w.sum(axis=0)
    diagonal = w * (1.0 - w / total)
    diagonal[0] = w[0] * (w[1:].sum(axis=0) / total)
    diagonal = diagonal * variance
    cross = w * w * variance
    first, rest = cross[0], cross[1:].sum(axis=0)
    off_diagonal = 2.0 * first * rest + np.maximum(rest**2 - (cross[1:] ** 2).sum(axis=0), 0.0)
    error: Floats = np.sqrt(2.0 * ((diagonal**2).sum(axis=0) + off_diagonal / total / total))
    return error


def q_profile(studies: Studies, level: float) -> tuple[Floats, Floats]:
    """Q-profile interval of τ² at ``level``, two arrays of shape (B,); NaN below two studies.

    Where even Q(0) lies below the lower χ² quantile the set is empty; it is reported as (0, 0).
    """
    from scipy.special import chdtri

    low, high = np.full(studies.k.shape, np.nan), np.full(studies.k.shape, np.nan)
    pooled = np.flatnonzero(studies.k >= 2)
    if pooled.size:
        part = studies.columns(pooled)
        df = part.k - 1.0
        tail = (1.0 - level) / 2.0
        low[pooled] = solve_q(part, chdtri(df, tail))
        high[pooled] = solve_q(part, chdtri(df, 1.0 - tail))
    return low, high


def typical_variance(studies: Studies) -> Floats:
    """The "typical" sampling variance (k - 1)Σw / ((Σw)² - Σw²), shape (B,) (Higgins & Thompson 2002, eq. 9)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (studies.k - 1.0) / information(studies, np.zeros(studies.k.shape))
