"""Weighted sums shared by the τ² estimators, exact even when one study outweighs the others by 10¹².

With W = diag(1/(vᵢ + τ²)), P = W - W1(1'W1)⁻¹1'W and the effects y (Viechtbauer 2005, J Educ Behav Stat 30:261)
every estimator needs only y'Py, y'PPy, y'PPPy, tr P and tr PP. They cost O(k) and no k x k matrix is ever formed.

Arrays are laid out (k, B): studies down, analyses across. Row 0 must hold the most precise study of each
analysis and `d` its effects measured from that study. Then no difference below is taken between two nearly
equal large numbers: differences 1 - wᵢ/Σw are written as sums over the other studies. Absent studies have v = ∞
(weight 0) and d = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Numbers worked on at once: small enough for the processor's cache, large enough to hide the cost of a call.
_CACHED = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Studies:
    """B analyses of up to k studies, centred and with the most precise study first.

    Attributes:
        d: shape (k, B), effects minus that of row 0; 0 where absent.
        v: shape (k, B), sampling variances; inf where absent.
        centre: shape (B,), what was subtracted; 0 where an analysis has no study.
        k: shape (B,), studies present.
        first: shape (B,), original position of the study now in row 0.
    """

    d: Floats
    v: Floats
    centre: Floats
    k: NDArray[np.intp]
    first: NDArray[np.intp]

    def columns(self, chosen: NDArray[np.intp]) -> Studies:
        """The analyses at these positions."""
        return Studies(self.d[:, chosen], self.v[:, chosen], self.centre[chosen], self.k[chosen], self.first[chosen])


def arrange(yi: Floats, vi: Floats) -> Studies:
    """Lay out checked effects and variances of shape (B, k) (NaN or zero variance = absent)."""
    present = vi.T > 0
    v = np.where(present, vi.T, np.inf)
    y = np.where(present, yi.T, 0.0)
    k = np.count_nonzero(present, axis=0)
    first = np.argmin(v, axis=0)
    across = np.arange(v.shape[1])
    for values in (v, y):
        lead = values[first, across]
        values[first, across] = values[0]
        values[0] = lead
    centre = y[0].copy()
    d = np.where(np.isfinite(v), y - centre, 0.0)
    return Studies(d, v, centre, k, first)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums at one τ² per analysis, each of shape (B,).

    Attributes:
        total: Σw.
        mean: weighted mean of ``d``.
        quadratic: y'Py = Σw(y - μ)², Cochran's Q if τ² = 0.
        slope: y'PPy = -d(y'Py)/dτ².
        curvature: y'PPPy.
        trace: tr P (restricted) or tr W.
        trace2: tr PP (restricted) or tr WW.
    """

    total: Floats
    mean: Floats
    quadratic: Floats
    slope: Floats
    curvature: Floats
    trace: Floats
    trace2: Floats

    def at(self, chosen: NDArray[np.intp]) -> Moments:
        """The sums of these analyses."""
        return Moments(*(getattr(self, name)[chosen] for name in Moments.__slots__))

    def copy(self) -> Moments:
        """Sums that `put` may overwrite without touching these."""
        return Moments(*(getattr(self, name).copy() for name in Moments.__slots__))

    def put(self, chosen: NDArray[np.intp], other: Moments) -> None:
        """Overwrite the sums of these analyses."""
        for name in Moments.__slots__:
            getattr(self, name)[chosen] = getattr(other, name)


def _rest(studies: Studies) -> list[slice]:
    """Rows below the first, in pieces small enough to stay in the processor's cache."""
    k, analyses = studies.d.shape
    rows = max(_CACHED // max(analyses, 1), 1)
    return [slice(i, min(i + rows, k)) for i in range(1, k, rows)]


def moments(studies: Studies, tau2: Floats, restricted: bool = True) -> Moments:
    """All sums that the likelihood, its score and its Hessian need at ``tau2`` of shape (B,)."""
    rest = _rest(studies)
    d = [studies.d[rows] for rows in rest]
    w = [1.0 / (studies.v[rows] + tau2) for rows in rest]
    first = 1.0 / (studies.v[0] + tau2)
    others, weighted = np.zeros_like(first), np.zeros_like(first)
    for wi, di in zip(w, d, strict=True):
        others += wi.sum(axis=0)
        weighted += (wi * di).sum(axis=0)
    total = first + others
    mean = weighted / total

    # The first study lies at 0, so its deviation is -mean.
    b_first = -first * mean
    quadratic, slope, cross = -b_first * mean, b_first * b_first, np.zeros_like(first)
    b = []
    for wi, di in zip(w, d, strict=True):
        e = di - mean
        bi = wi * e
        e *= bi
        quadratic += e.sum(axis=0)
        slope += (bi * bi).sum(axis=0)
        cross += (wi * bi).sum(axis=0)
        b.append(bi)
    centre = (first * b_first + cross) / total
    off = (others * b_first - cross) / total
    curvature = first * off * off
    for wi, bi in zip(w, b, strict=True):
        bi -= centre
        bi *= bi
        bi *= wi
        curvature += bi.sum(axis=0)

    rest2, rest4 = np.zeros_like(first), np.zeros_like(first)
    if not restricted:
        for wi in w:
            rest2 += (wi * wi).sum(axis=0)
        return Moments(total, mean, quadratic, slope, curvature, total, first * first + rest2)
    own = first * (others / total)
    trace, diagonal2 = own, own * own
    for wi in w:
        own = wi * (1.0 - wi / total)
        trace = trace + own.sum(axis=0)
        diagonal2 += (own * own).sum(axis=0)
        wi *= wi
        rest2 += wi.sum(axis=0)
        rest4 += (wi * wi).sum(axis=0)
    off_diagonal = 2.0 * first * first * rest2 + np.maximum(rest2 * rest2 - rest4, 0.0)
    return Moments(total, mean, quadratic, slope, curvature, trace, diagonal2 + off_diagonal / total / total)


def heterogeneity_sums(studies: Studies, tau2: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Only (Σw, mean, y'Py, y'PPy): what generalised Q and the pooled estimate need."""
    rest = _rest(studies)
    w = [1.0 / (studies.v[rows] + tau2) for rows in rest]
    first = 1.0 / (studies.v[0] + tau2)
    total, weighted = first.copy(), np.zeros_like(first)
    for rows, wi in zip(rest, w, strict=True):
        total += wi.sum(axis=0)
        weighted += (wi * studies.d[rows]).sum(axis=0)
    mean = weighted / total
    b_first = -first * mean
    quadratic, slope = -b_first * mean, b_first * b_first
    for rows, wi in zip(rest, w, strict=True):
        e = studies.d[rows] - mean
        wi *= e
        slope += (wi * wi).sum(axis=0)
        wi *= e
        quadratic += wi.sum(axis=0)
    return total, mean, quadratic, slope


def spread(studies: Studies) -> Floats:
    """Unweighted Σ(y - ȳ)² of each analysis, shape (B,)."""
    present = np.isfinite(studies.v)
    mean = studies.d.sum(axis=0) / np.maximum(studies.k, 1)
    squares: Floats = np.where(present, (studies.d - mean) ** 2, 0.0).sum(axis=0)
    return squares


def information(studies: Studies, tau2: Floats) -> Floats:
    """tr P = Σw - Σw²/Σw at ``tau2``, shape (B,)."""
    w = 1.0 / (studies.v + tau2)
    others = w[1:].sum(axis=0)
    total = w[0] + others
    share = 1.0 - w / total
    share[0] = others / total
    trace: Floats = (w * share).sum(axis=0)
    return trace


def log_likelihood(studies: Studies, tau2: Floats, restricted: bool = True) -> Floats:
    """Profile (restricted) log-likelihood of τ², shape (B,), with its constants (Viechtbauer 2005)."""
    total, _, quadratic, _ = heterogeneity_sums(studies, tau2)
    variance = np.where(np.isfinite(studies.v), studies.v + tau2, 1.0)
    value: Floats = -0.5 * (np.log(variance).sum(axis=0) + quadratic)
    if restricted:
        value = value - 0.5 * (np.log(total) - np.log(studies.k))
    return np.asarray(value - 0.5 * (studies.k - int(restricted)) * np.log(2 * np.pi))
