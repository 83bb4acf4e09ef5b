"""The global maximum of the (restricted) likelihood of τ², found with proof instead of hope.

The likelihood may have several local maxima, one of them often at τ² = 0, so a root of the score is not enough.
The score is ½(A - G) with A = y'PPy and G = tr P (REML) or tr W (ML) (Viechtbauer 2005 [@viechtbauer2005]).
In an orthonormal basis of the contrasts A = Σ zⱼ²/(λⱼ + τ²)² and G = Σ 1/(λⱼ + τ²), with every λⱼ between the
smallest and the largest sampling variance. Up to constants φ = A^(-1/2) and γ = 1/G are therefore power means,
of order -2 and -1, of the λⱼ + τ²; power means of order at most 1 are concave, so between two values of τ² both
lie above their chords and below their tangents. The score has the sign of γ - φ². Hence values at the ends of
an interval can prove that the score keeps its sign inside, or that γ - φ² falls or rises all along. Beyond any
point φ grows at least as fast as τ²/√Σ(y - ȳ)², its limit, and beyond the squared range of the effects the
score is negative, because every weighted mean lies within that range.

One root is looked for by Newton's method and, as a rule, proven to be the only maximum at the cost of two more
evaluations. Otherwise [0, squared range] is halved until every piece is settled, and the likelihoods of all
local maxima decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.methods.models.moments import Floats, Moments, Studies, log_likelihood, moments, spread

# A Newton step below this share of τ² + v_min is the last: convergence is quadratic, the next error is its square.
LAST_STEP = 1e-9
# Half-width, as a share of the typical τ² + v, of the neighbourhood in which the score is proven to fall.
NEIGHBOURHOOD = 0.15
_NEWTON_STEPS = 60
_HALVINGS = 200
# A piece narrower than this share of τ² + v_min holds a double root of the score and is not divided further.
NARROW = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """φ, γ and their derivatives at one τ² per analysis, each of shape (B,)."""

    phi: Floats
    phi_slope: Floats
    gamma: Floats
    gamma_slope: Floats

    def at(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> _Shape:
        return _Shape(self.phi[chosen], self.phi_slope[chosen], self.gamma[chosen], self.gamma_slope[chosen])

    def followed_by(self, other: _Shape) -> _Shape:
        return _Shape(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in _Shape.__slots__))


def _shape(m: Moments) -> _Shape:
    phi = 1.0 / np.sqrt(m.slope)
    gamma = 1.0 / m.trace
    return _Shape(phi, m.curvature * phi / m.slope, gamma, m.trace2 * gamma * gamma)


def _negative(
    at: _Shape, growth: Floats, tangent: Floats, offset: Floats, width: Floats | float
) -> NDArray[np.bool_]:
    """Whether φ² > γ on [a, a + width]: φ grows from a at rate ≥ ``growth``, γ ≤ offset + tangent·(τ² - a)."""
    lowest = np.clip((tangent - 2.0 * at.phi * growth) / (2.0 * growth * growth), 0.0, width)
    return (at.phi + growth * lowest) ** 2 > offset + tangent * lowest


def maximise(studies: Studies, restricted: bool = True) -> Floats:
    """τ² with the highest (restricted) likelihood, shape (B,). Every analysis needs at least two studies."""
    tau2 = np.zeros(studies.k.shape)
    limit = (studies.d.max(axis=0) - studies.d.min(axis=0)) ** 2
    apart = np.flatnonzero(limit > studies.v[0])
    if apart.size == 0:
        return tau2
    part = studies if apart.size == tau2.size else studies.columns(apart)
    at_zero = moments(part, tau2[apart], restricted)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        zero = _shape(at_zero)
        growth = 1.0 / np.sqrt(spread(part))
        # Whatever cannot be proven to have its maximum at 0 by the value there alone.
        open_ = np.flatnonzero(~_negative(zero, growth, zero.gamma_slope, zero.gamma, np.inf))
        if open_.size == 0:
            return tau2
        chosen = apart[open_]
        part, at_zero, growth = part.columns(open_), at_zero.at(open_), growth[open_]
        proven, tau2[chosen] = _one_maximum(part, at_zero, growth, limit[chosen], restricted)
        if not proven.all():
            doubtful = ~proven
            hard = np.flatnonzero(doubtful)
            tau2[chosen[hard]] = _best_of_all(part.columns(hard), limit[chosen[hard]], restricted)
    return tau2


def _newton_step(m: Moments) -> Floats:
    """Newton step of G/A - 1 (linear in τ² when all variances are equal); Fisher's step where it has no sense."""
    difference = m.slope - m.trace
    denominator = 2.0 * m.trace * m.curvature - m.trace2 * m.slope
    return np.where(denominator > 0, m.slope * difference / denominator, difference / m.trace2)


def _one_maximum(
    studies: Studies, at_zero: Moments, growth: Floats, limit: Floats, restricted: bool
) -> tuple[NDArray[np.bool_], Floats]:
    """A local maximum of each analysis, and whether it is proven to be the only one."""
    trace = at_zero.trace if restricted else at_zero.trace - at_zero.trace2 / at_zero.total
    start = np.where(trace > 0, (at_zero.quadratic - (studies.k - 1.0)) / trace, 0.0)
    tau2 = np.clip(start, 0.0, limit)
    near, at_near = tau2.copy(), at_zero.copy()
    active, part = np.arange(tau2.size), studies
    for _ in range(_NEWTON_STEPS):
        now = tau2[active]
        m = moments(part, now, restricted)
        after = np.clip(now + _newton_step(m), 0.0, limit[active])
        tau2[active], near[active] = after, now
        at_near.put(active, m)
        moving = ~(np.abs(after - now) <= LAST_STEP * (after + part.v[0]))
        if not moving.any():
            break
        if not moving.all():
            active = active[moving]
            part = part.columns(np.flatnonzero(moving))

    # `near` is the point of the last evaluation, a hair from the root `tau2`; the neighbourhood is split there.
    zero, middle = _shape(at_zero), _shape(at_near)
    count = studies.k - 1.0 if restricted else studies.k
    width = NEIGHBOURHOOD * count * middle.gamma
    low, high = np.maximum(near - width, 0.0), near + width
    below, above = _shape(moments(studies, low, restricted)), _shape(moments(studies, high, restricted))
    falls = (2.0 * below.phi * middle.phi_slope > below.gamma_slope) | (near == 0)
    falls &= 2.0 * middle.phi * above.phi_slope > middle.gamma_slope
    beyond = _negative(above, growth, above.gamma_slope, above.gamma, np.inf) | (high >= limit)
    before = ((zero.phi + zero.phi_slope * low) ** 2 < below.gamma) & (zero.phi**2 < zero.gamma)
    before |= ((below.phi - below.phi_slope * low) ** 2 < zero.gamma) & (below.phi**2 < below.gamma)
    at_boundary = (tau2 == 0) & (at_zero.slope <= at_zero.trace)
    settled = (np.abs(tau2 - near) <= LAST_STEP * (tau2 + studies.v[0])) & ((tau2 > 0) | at_boundary)
    return settled & falls & beyond & (before | (low == 0)), tau2


def _best_of_all(studies: Studies, limit: Floats, restricted: bool) -> Floats:
    """Find every local maximum by dividing [0, limit] until each piece is settled; the best one, shape (B,)."""
    n, smallest = limit.size, studies.v[0]
    owner, low, high = np.arange(n), np.zeros(n), limit.copy()
    at_low, at_high = (_shape(moments(studies, end, restricted)) for end in (low, high))
    owners, lows, highs = [owner], [low], [low]
    for _ in range(_HALVINGS):
        width = high - low
        chord = (at_high.phi - at_low.phi) / width
        ahead = _negative(at_low, chord, at_low.gamma_slope, at_low.gamma, width)
        back = at_high.gamma - at_high.gamma_slope * width
        ahead |= _negative(at_low, chord, at_high.gamma_slope, back, width)
        rises = (at_low.phi + at_low.phi_slope * width) ** 2 < at_high.gamma
        rises &= at_low.phi**2 < at_low.gamma
        rises_back = (at_high.phi - at_high.phi_slope * width) ** 2 < at_low.gamma
        rises |= rises_back & (at_high.phi**2 < at_high.gamma)
        falling = 2.0 * at_low.phi * at_high.phi_slope > at_low.gamma_slope
        rising = 2.0 * at_high.phi * at_low.phi_slope < at_high.gamma_slope
        narrow = width <= NARROW * (low + smallest[owner])
        crossing = (at_low.phi**2 < at_low.gamma) & (at_high.phi**2 >= at_high.gamma)
        found = ~(ahead | rises) & (falling | narrow) & crossing
        owners.append(owner[found])
        lows.append(low[found])
        highs.append(high[found])
        split = ~(ahead | rises | falling | rising | narrow)
        if not split.any():
            break
        owner, low, high = owner[split], low[split], high[split]
        at_low, at_high = at_low.at(split), at_high.at(split)
        middle = _between(low, high, smallest[owner])
        at_middle = _shape(moments(studies.columns(owner), middle, restricted))
        owner = np.concatenate([owner, owner])
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        at_low, at_high = at_low.followed_by(at_middle), at_middle.followed_by(at_high)

    owner, low, high = np.concatenate(owners), np.concatenate(lows), np.concatenate(highs)
    part = studies.columns(owner)
    candidate = _bracketed(part, low, high, restricted)
    value = log_likelihood(part, candidate, restricted)
    # The last of each analysis in order of likelihood; of equal ones the smallest τ².
    order = np.lexsort((-candidate, value, owner))
    last = np.flatnonzero(np.diff(owner[order], append=n))
    return candidate[order][last]


def _between(low: Floats, high: Floats, smallest: Floats) -> Floats:
    """Geometric middle on the scale of τ² + v_min; the plain one where rounding leaves no room for it."""
    middle = np.sqrt((low + smallest) * (high + smallest)) - smallest
    return np.where((middle > low) & (middle < high), middle, 0.5 * (low + high))


def _bracketed(studies: Studies, low: Floats, high: Floats, restricted: bool) -> Floats:
    """The root of the score that falls through 0 between ``low`` and ``high``: Newton's method kept inside."""
    smallest = studies.v[0]
    tau2 = _between(low, high, smallest)
    for _ in range(_HALVINGS):
        m = moments(studies, tau2, restricted)
        above = m.slope > m.trace
        low, high = np.where(above, tau2, low), np.where(above, high, tau2)
        after = tau2 + _newton_step(m)
        after = np.where((after >= low) & (after <= high), after, _between(low, high, smallest))
        done = (np.abs(after - tau2) <= LAST_STEP * (after + smallest)) | (high <= low)
        tau2 = after
        if done.all():
            break
    return tau2
