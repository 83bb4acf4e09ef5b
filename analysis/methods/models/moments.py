"""Weighted sums shared by the τ² estimators, exact even when one study outweighs the others by 10¹².

With W = diag(1/(vᵢ + τ²)), P = W - W1(1'W1)⁻¹1'W and the effects y (Viechtbauer 2005, J Educ Behav Stat 30:261,
eq. 3-11) every estimator needs only y'Py, y'PPy, y'PPPy, tr P and tr PP. They cost O(k) and no k x k matrix is
ever formed.

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


def moments(studies: Studies, tau2: Floats, restricted: bool = True) -> Moments:
    """All sums that the likelihood, its score and its Hessian need at ``tau2`` of shape (B,)."""
    d = studies.d
    w = 1.0 / (studies.v + tau2)
    others = w[1:].sum(axis=0)
    total = w[0] + others
    mean = (w * d).sum(axis=0) / total
    e = d - mean
    b = w * e
    quadratic = (b * e).sum(axis=0)
    slope = (b * b).sum(axis=0)
    wb = w * b
    r = b - wb.sum(axis=0) / total
    r[0] = (others * b[0] - wb[1:].sum(axis=0)) / total
    curvature = (w * r * r).sum(axis=0)
    w2 = w * w
    if restricted:
        wq = w * (1.0 - w / total)
        wq[0] = w[0] * (others / total)
        trace = wq.sum(axis=0)
        rest2 = w2[1:].sum(axis=0)
        rest4 = (w2[1:] * w2[1:]).sum(axis=0)
        off_diagonal = 2.0 * w2[0] * rest2 + np.maximum(rest2 * rest2 - rest4, 0.0)
        trace2 = (wq * wq).sum(axis=0) + off_diagonal / total / total
    else:
        trace, trace2 = total, w2.sum(axis=0)
    return Moments(total, mean, quadratic, slope, curvature, trace, trace2)


def heterogeneity_sums(studies: Studies, tau2: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Only (Σw, mean, y'Py, y'PPy): what generalised Q and the pooled estimate need."""
    w = 1.0 / (studies.v + tau2)
    total = w.sum(axis=0)
    mean = (w * studies.d).sum(axis=0) / total
    e = studies.d - mean
    b = w * e
    return total, mean, (b * e).sum(axis=0), (b * b).sum(axis=0)


def spread(studies: Studies) -> Floats:
    """Unweighted Σ(y - ȳ)² of each analysis, shape (B,)."""
    present = np.isfinite(studies.v)
    mean = studies.d.sum(axis=0) / np.maximum(studies.k, 1)
    return np.where(present, (studies.d - mean) ** 2, 0.0).sum(axis=0)


def information(studies: Studies, tau2: Floats) -> Floats:
    """tr P = Σw - Σw²/Σw at ``tau2``, shape (B,)."""
    w = 1.0 / (studies.v + tau2)
    others = w[1:].sum(axis=0)
    total = w[0] + others
    share = 1.0 - w / total
    share[0] = others / total
    return (w * share).sum(axis=0)


def log_likelihood(studies: Studies, tau2: Floats, restricted: bool = True) -> Floats:
    """Profile (restricted) log-likelihood of τ², shape (B,), with its constants (Viechtbauer 2005, eq. 9-10)."""
    total, _, quadratic, _ = heterogeneity_sums(studies, tau2)
    variance = np.where(np.isfinite(studies.v), studies.v + tau2, 1.0)
    value = -0.5 * (np.log(variance).sum(axis=0) + quadratic)
    if restricted:
        return value - 0.5 * (np.log(total) - np.log(studies.k)) - 0.5 * (studies.k - 1) * np.log(2 * np.pi)
    return value - 0.5 * studies.k * np.log(2 * np.pi)
