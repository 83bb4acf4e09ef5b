"""The global maximum of the (restricted) likelihood of τ², found with proof instead of hope.

The likelihood may have several local maxima, one of them often at τ² = 0, so a root of the score is not enough.
The score is ½(A - G) with A = y'PPy and G = tr P (REML) or tr W (ML) (Viechtbauer 2005, J Educ Behav Stat
30:261, eq. 9-11). Both are sums of positive terms: in an orthonormal basis of the contrasts A = Σ zⱼ²/(λⱼ +
τ²)² and G = Σ 1/(λⱼ + τ²), where all λⱼ lie between the smallest and the largest sampling variance. With M the
largest variance, (τ² + M)²A and (τ² + M)G therefore fall in τ², as do (τ² + M)³y'PPPy and (τ² + M)²tr PP.
Values at the two ends of an interval then bound the score and its slope inside it: an interval without a root,
or with a monotone score, is recognised and needs no further search; any other is halved. What remains are all
local maxima, and their likelihoods decide. Beyond the squared range of the effects the score is negative,
because every weighted mean lies within that range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.methods.models.moments import Floats, Moments, Studies, log_likelihood, moments

# Steps below this share of τ² + v_min end a Newton iteration; it converges quadratically, so the next error is
# its square.
_LAST_STEP = 1e-9
_NEWTON_STEPS = 60
_HALVINGS = 200
# Intervals narrower than this share of τ² + v_min hold a double root of the score: neither end can be told from it.
_NARROW = 1e-10


def maximise(studies: Studies, restricted: bool = True) -> Floats:
    """τ² with the highest (restricted) likelihood for each analysis, shape (B,). Each needs at least two studies."""
    count = studies.k - 1.0 if restricted else studies.k.astype(float)
    largest = np.where(np.isfinite(studies.v), studies.v, 0.0).max(axis=0)
    limit = (studies.d.max(axis=0) - studies.d.min(axis=0)) ** 2
    at_zero = moments(studies, np.zeros_like(largest), restricted)
    tau2 = np.zeros_like(largest)
    # (τ² + M)²A falls and (τ² + M)G never falls below `count`: the score is negative everywhere.
    open_ = np.flatnonzero((largest * at_zero.slope > count) & (limit > studies.v[0]))
    if open_.size == 0:
        return tau2

    part = studies.columns(open_)
    excess = at_zero.quadratic[open_] - (part.k - 1)
    start = np.clip(excess / moments_trace(at_zero, part, open_, restricted), 0.0, limit[open_])
    root = _newton(part, start, limit[open_], restricted)
    tau2[open_] = root
    proven = _certified(part, root, _pick(at_zero, open_), largest[open_], limit[open_], count[open_], restricted)
    if not proven.all():
        hard = open_[~proven]
        tau2[hard] = _search(studies.columns(hard), largest[hard], limit[hard], restricted)
    return tau2


def moments_trace(at_zero: Moments, part: Studies, chosen: NDArray[np.intp], restricted: bool) -> Floats:
    """tr P at τ² = 0, whichever likelihood the moments were taken for."""
    if restricted:
        return at_zero.trace[chosen]
    return np.maximum(at_zero.trace[chosen] - at_zero.trace2[chosen] / at_zero.total[chosen], np.finfo(float).tiny)


def _pick(m: Moments, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Moments:
    return Moments(*(getattr(m, name)[chosen] for name in Moments.__slots__))


def _newton_step(m: Moments) -> Floats:
    """Newton step of G/A - 1 (linear in τ² when all variances are equal); Fisher's step where it has no sense."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        difference = m.slope - m.trace
        denominator = 2.0 * m.trace * m.curvature - m.trace2 * m.slope
        return np.where(denominator > 0, m.slope * difference / denominator, difference / m.trace2)


def _newton(studies: Studies, start: Floats, limit: Floats, restricted: bool) -> Floats:
    """A root of the score, or 0, near ``start``; where the iteration fails, whatever it reached (to be certified)."""
    tau2 = start.copy()
    active = np.arange(tau2.size)
    part = studies
    for _ in range(_NEWTON_STEPS):
        now = tau2[active]
        after = np.clip(now + _newton_step(moments(part, now, restricted)), 0.0, limit[active])
        tau2[active] = after
        moving = np.abs(after - now) > _LAST_STEP * (after + part.v[0])
        if not moving.any():
            break
        if not moving.all():
            active = active[moving]
            part = part.columns(np.flatnonzero(moving))
    return tau2


def _certified(
    studies: Studies,
    root: Floats,
    at_zero: Moments,
    largest: Floats,
    limit: Floats,
    count: Floats,
    restricted: bool,
) -> NDArray[np.bool_]:
    """Whether ``root`` is proven to be the only local maximum."""
    high = root + 0.4 * (root + largest)
    low = np.maximum(root - 0.3 * (root + largest), 0.0)
    at_high = moments(studies, high, restricted)
    at_low = moments(studies, low, restricted) if low.any() else at_zero
    at_root = moments(studies, root, restricted)
    score = at_root.slope - at_root.trace
    settled = np.where(root > 0, np.abs(score) <= 1e-6 * at_root.trace, score <= 0)
    none_above = ((high + largest) * at_high.slope <= count) | (high >= limit)
    falling = (high + largest) ** 2 * at_high.curvature > 0.5 * (low + largest) ** 2 * at_low.trace2
    none_below = (low == 0) | ((low + largest) * at_low.slope > largest * at_zero.trace)
    return settled & none_above & falling & none_below


def _search(studies: Studies, largest: Floats, limit: Floats, restricted: bool) -> Floats:
    """Find every local maximum by subdividing [0, limit]; the best of each analysis, shape (B,)."""
    n = largest.size
    smallest = studies.v[0]
    owner = np.arange(n)
    low, high = np.zeros(n), limit.copy()
    at_low, at_high = moments(studies, low, restricted), moments(studies, high, restricted)
    found_owner, found_low, found_high = [np.arange(n)], [np.zeros(n)], [np.zeros(n)]
    for _ in range(_HALVINGS):
        m = largest[owner]
        a, b = low + m, high + m
        without_root = (a * at_low.slope < b * at_high.trace) | (b * at_high.slope > a * at_low.trace)
        falling = b**2 * at_high.curvature > 0.5 * a**2 * at_low.trace2
        rising = 0.5 * b**2 * at_high.trace2 > a**2 * at_low.curvature
        narrow = high - low <= _NARROW * (low + smallest[owner])
        crossing = (at_low.slope > at_low.trace) & (at_high.slope <= at_high.trace)
        keep = ~without_root & (falling | narrow) & crossing
        found_owner.append(owner[keep])
        found_low.append(low[keep])
        found_high.append(high[keep])
        split = ~(without_root | falling | rising | narrow)
        if not split.any():
            break
        owner, low, high = owner[split], low[split], high[split]
        at_low, at_high = _pick(at_low, split), _pick(at_high, split)
        s = smallest[owner]
        middle = np.sqrt((low + s) * (high + s)) - s
        middle = np.where((middle > low) & (middle < high), middle, 0.5 * (low + high))
        at_middle = moments(studies.columns(owner), middle, restricted)
        owner = np.concatenate([owner, owner])
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        at_low, at_high = _join(at_low, at_middle), _join(at_middle, at_high)

    owner, low, high = (np.concatenate(x) for x in (found_owner, found_low, found_high))
    part = studies.columns(owner)
    candidate = _bracketed(part, low, high, restricted)
    value = log_likelihood(part, candidate, restricted)
    # Last of each analysis in order of likelihood; of equal ones the smaller τ².
    order = np.lexsort((-candidate, value, owner))
    last = np.r_[np.flatnonzero(np.diff(owner[order])), order.size - 1]
    best = np.empty(n)
    best[owner[order][last]] = candidate[order][last]
    return best


def _join(first: Moments, second: Moments) -> Moments:
    return Moments(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in Moments.__slots__))


def _bracketed(studies: Studies, low: Floats, high: Floats, restricted: bool) -> Floats:
    """The root of a falling score between ``low`` and ``high``, by Newton's method kept inside the bracket."""
    low, high = low.copy(), high.copy()
    smallest = studies.v[0]
    tau2 = np.sqrt((low + smallest) * (high + smallest)) - smallest
    tau2 = np.clip(tau2, low, high)
    for _ in range(_HALVINGS):
        m = moments(studies, tau2, restricted)
        above = m.slope > m.trace
        low, high = np.where(above, tau2, low), np.where(above, high, tau2)
        after = tau2 + _newton_step(m)
        middle = np.clip(np.sqrt((low + smallest) * (high + smallest)) - smallest, low, high)
        after = np.where((after >= low) & (after <= high), after, middle)
        done = (np.abs(after - tau2) <= _LAST_STEP * (after + smallest)) | (high <= low)
        tau2 = after
        if done.all():
            break
    return tau2
