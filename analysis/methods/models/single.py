"""One analysis in plain floats: for few studies NumPy's cost per call would exceed the arithmetic itself.

The equations are those of `heterogeneity` and `likelihood`. Studies are laid out with the most precise one first, and
effects are measured from it. Only variances within a factor of 10⁴ are taken, so that the shorter sums lose no
digits; what is wider, or has a likelihood whose maximum is not proven to be the only one, is left to the arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analysis.methods.models import inputs
from analysis.methods.models.likelihood import LAST_STEP, NEIGHBOURHOOD
from analysis.methods.models.moments import Floats

#: up to so many studies lists are faster than arrays
FEW = 40
_WIDEST = 1e4
_SETTLED = 4e-15
_STEPS = 60
#: studies of an array that are worked on at once, to stay in the processor's cache
_PIECE = 16_384


class Weighted(NamedTuple):
    """Σw, Σw², the weighted mean, y'Py and y'PPy at one τ²."""

    total: float
    squares: float
    mean: float
    quadratic: float
    slope: float


class _Sums(NamedTuple):
    """y'Py, y'PPy, y'PPPy, and the traces of P and PP (restricted) or of W and WW."""

    quadratic: float
    slope: float
    curvature: float
    trace: float
    trace2: float


class _Shape(NamedTuple):
    """φ = (y'PPy)^(-1/2), γ = 1/trace, and their derivatives (see `likelihood`)."""

    phi: float
    phi_slope: float
    gamma: float
    gamma_slope: float


@dataclass(frozen=True, eq=False)
class Few:
    """Up to `FEW` studies."""

    d: list[float]
    v: list[float]
    centre: float

    @property
    def k(self) -> int:
        return len(self.d)

    @cached_property
    def at_zero(self) -> Weighted:
        """The sums at τ² = 0."""
        return self.weighted(0.0)

    def is_wide(self) -> bool:
        return max(self.v) > _WIDEST * self.v[0]

    def reach(self) -> tuple[float, float]:
        """The squared range of the effects, and Σ(y - ȳ)²."""
        centre = sum(self.d) / len(self.d)
        return (max(self.d) - min(self.d)) ** 2, sum((di - centre) ** 2 for di in self.d)

    def weighted(self, tau2: float) -> Weighted:
        s1 = s2 = sd = 0.0
        pairs = []
        for di, vi in zip(self.d, self.v, strict=True):
            w = 1.0 / (vi + tau2)
            s1 += w
            s2 += w * w
            sd += w * di
            pairs.append((w, di))
        mean = sd / s1
        quadratic = slope = 0.0
        for w, di in pairs:
            e = di - mean
            b = w * e
            quadratic += b * e
            slope += b * b
        return Weighted(s1, s2, mean, quadratic, slope)

    def sums(self, tau2: float, restricted: bool) -> _Sums:
        s1 = s2 = s3 = sd = 0.0
        pairs = []
        for di, vi in zip(self.d, self.v, strict=True):
            w = 1.0 / (vi + tau2)
            w2 = w * w
            s1 += w
            s2 += w2
            s3 += w2 * w
            sd += w * di
            pairs.append((w, di))
        mean = sd / s1
        quadratic = slope = cross = curvature = 0.0
        for w, di in pairs:
            e = di - mean
            b = w * e
            c = w * b
            quadratic += b * e
            slope += b * b
            cross += c
            curvature += c * b
        return _sums(s1, s2, s3, quadratic, slope, curvature - cross * cross / s1, restricted)


@dataclass(frozen=True, eq=False)
class Many:
    """More studies, as arrays of shape (k,)."""

    d: Floats
    v: Floats
    centre: float

    @property
    def k(self) -> int:
        return self.d.size

    @cached_property
    def at_zero(self) -> Weighted:
        """The sums at τ² = 0."""
        return self.weighted(0.0)

    def is_wide(self) -> bool:
        return bool(self.v.max() > _WIDEST * self.v[0])

    def reach(self) -> tuple[float, float]:
        """The squared range of the effects, and Σ(y - ȳ)²."""
        e = self.d - self.d.sum() / self.d.size
        e *= e
        return float(self.d.max() - self.d.min()) ** 2, float(e.sum())

    def weighted(self, tau2: float) -> Weighted:
        total, squares, _, mean, weights = self._weights(tau2, cubes=False)
        quadratic = slope = 0.0
        for w, d in weights:
            e = d - mean
            b = w * e
            quadratic += _dot(b, e)
            slope += _dot(b, b)
        return Weighted(total, squares, mean, quadratic, slope)

    def sums(self, tau2: float, restricted: bool) -> _Sums:
        s1, s2, s3, mean, weights = self._weights(tau2, cubes=restricted)
        quadratic = slope = cross = curvature = 0.0
        for w, d in weights:
            e = d - mean
            b = w * e
            quadratic += _dot(b, e)
            slope += _dot(b, b)
            cross += _dot(w, b)
            b *= b
            curvature += _dot(w, b)
        return _sums(s1, s2, s3, quadratic, slope, curvature - cross * cross / s1, restricted)

    def _weights(self, tau2: float, *, cubes: bool) -> tuple[float, float, float, float, list[tuple[Floats, Floats]]]:
        """Σw, Σw², Σw³, the weighted mean, and the weights and effects in pieces."""
        s1 = s2 = s3 = sd = 0.0
        pieces = []
        for i in range(0, self.d.size, _PIECE):
            d = self.d[i : i + _PIECE]
            w = self.v[i : i + _PIECE] + tau2
            np.divide(1.0, w, out=w)
            s1 += float(w.sum())
            sd += _dot(w, d)
            if cubes:
                square = w * w
                s2 += float(square.sum())
                s3 += _dot(square, w)
            else:
                s2 += _dot(w, w)
            pieces.append((w, d))
        return s1, s2, s3, sd / s1, pieces


def arrange(y: Floats, v: Floats) -> Few | Many | None:
    """The usable studies of effects and variances of shape (k,); None when there is none.

    Raises `InputError` for a study that is neither usable nor absent, as `inputs.check` does.
    """
    if y.size > FEW:
        if np.isfinite(y).all() and 0.0 < v.min() <= v.max() < math.inf:
            effects, variances = y.copy(), v.copy()
        else:
            inputs.check(y, v)
            usable = v > 0.0
            effects, variances = y[usable], v[usable]
        if effects.size == 0:
            return None
        first = int(variances.argmin())
        for values in (effects, variances):
            values[0], values[first] = values[first], values[0]
        centre = float(effects[0])
        effects -= centre
        return Many(effects, variances, centre)
    ys: list[float] = []
    vs: list[float] = []
    first, smallest = 0, math.inf
    for i, (effect, variance) in enumerate(zip(y.tolist(), v.tolist(), strict=True)):
        if effect - effect == 0.0 and 0.0 < variance < math.inf:
            if variance < smallest:
                first, smallest = len(ys), variance
            ys.append(effect)
            vs.append(variance)
        elif not ((effect != effect and variance != variance) or (effect - effect == 0.0 and variance == 0.0)):
            raise inputs.fault(effect, variance, i)
    if not ys:
        return None
    ys[0], ys[first] = ys[first], ys[0]
    vs[0], vs[first] = vs[first], vs[0]
    return Few([effect - ys[0] for effect in ys], vs, ys[0])


def estimate(studies: Few | Many, method: str) -> float | None:
    """τ² by ``method``, or None if it has to be found by `heterogeneity.estimate_tau2`."""
    if studies.k < 2 or method == "EE":
        return 0.0
    find = _ESTIMATORS.get(method)
    return None if find is None or studies.is_wide() else find(studies)


def _dersimonian_laird(studies: Few | Many) -> float:
    total, squares, _, q, _ = studies.at_zero
    return max((q - (studies.k - 1)) / (total - squares / total), 0.0)


def _paule_mandel(studies: Few | Many) -> float | None:
    target = studies.k - 1.0
    tau2 = 0.0
    for _ in range(_STEPS):
        now = studies.weighted(tau2) if tau2 > 0.0 else studies.at_zero
        if now.quadratic <= target:
            return tau2
        step = now.quadratic * (now.quadratic / target - 1.0) / now.slope
        tau2 += step
        if step <= _SETTLED * (tau2 + float(studies.v[0])):
            return tau2
    return None


def _likelihood(studies: Few | Many, restricted: bool) -> float | None:
    """The maximum of the likelihood; None if the argument in `likelihood` does not prove it to be the only one."""
    k, smallest = studies.k, float(studies.v[0])
    limit, spread = studies.reach()
    if limit <= smallest:
        return 0.0
    at_zero = studies.sums(0.0, restricted)
    zero = _shape(at_zero)
    growth = 1.0 / math.sqrt(spread)
    if _negative(zero, growth):
        return 0.0

    near_sums = at_zero
    tau2 = min(_dersimonian_laird(studies), limit)
    for _ in range(_STEPS):
        near = tau2
        near_sums = studies.sums(near, restricted) if near > 0.0 else at_zero
        tau2 = min(max(near + _newton_step(near_sums), 0.0), limit)
        if abs(tau2 - near) <= LAST_STEP * (tau2 + smallest):
            break
    else:
        return None

    middle = _shape(near_sums)
    width = NEIGHBOURHOOD * (k - 1.0 if restricted else k) * middle.gamma
    low, high = max(near - width, 0.0), near + width
    above = _shape(studies.sums(high, restricted))
    is_only = (
        (tau2 > 0.0 or at_zero.slope <= at_zero.trace)
        and 2.0 * middle.phi * above.phi_slope > middle.gamma_slope
        and (high >= limit or _negative(above, growth))
    )
    if is_only and near > 0.0:
        below = _shape(studies.sums(low, restricted)) if low > 0.0 else zero
        is_only = 2.0 * below.phi * middle.phi_slope > below.gamma_slope and (
            low == 0.0
            or ((zero.phi + zero.phi_slope * low) ** 2 < below.gamma and zero.phi**2 < zero.gamma)
            or ((below.phi - below.phi_slope * low) ** 2 < zero.gamma and below.phi**2 < below.gamma)
        )
    return tau2 if is_only else None


_ESTIMATORS: dict[str, Callable[[Few | Many], float | None]] = {
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "EB": _paule_mandel,
    "ML": lambda studies: _likelihood(studies, False),
    "REML": lambda studies: _likelihood(studies, True),
}


def _dot(first: Floats, second: Floats) -> float:
    """Σ of the products, in the same order whatever the number of cores."""
    return float(np.einsum("i,i->", first, second))


def _sums(
    s1: float, s2: float, s3: float, quadratic: float, slope: float, curvature: float, restricted: bool
) -> _Sums:
    if not restricted:
        return _Sums(quadratic, slope, curvature, s1, s2)
    ratio = s2 / s1
    return _Sums(quadratic, slope, curvature, s1 - ratio, s2 - 2.0 * s3 / s1 + ratio * ratio)


def _newton_step(sums: _Sums) -> float:
    """Newton step of G/A - 1; Fisher's step where it has no sense."""
    _, slope, curvature, trace, trace2 = sums
    denominator = 2.0 * trace * curvature - trace2 * slope
    return slope * (slope - trace) / denominator if denominator > 0 else (slope - trace) / trace2


def _shape(sums: _Sums) -> _Shape:
    _, slope, curvature, trace, trace2 = sums
    phi = 1.0 / math.sqrt(slope)
    return _Shape(phi, curvature * phi / slope, 1.0 / trace, trace2 / (trace * trace))


def _negative(at: _Shape, growth: float) -> bool:
    """Whether φ² > γ everywhere above: φ grows at rate ≥ ``growth``, γ at most at the rate it has here."""
    lowest = max((at.gamma_slope - 2.0 * at.phi * growth) / (2.0 * growth * growth), 0.0)
    return (at.phi + growth * lowest) ** 2 > at.gamma + at.gamma_slope * lowest
