"""τ² of one analysis of few studies in plain floats: NumPy's cost per call would exceed the arithmetic itself.

The same equations as in `heterogeneity` and `likelihood`, for lists with the most precise study first and
effects measured from it. Only variances within a factor of 10⁴ are taken, so the shorter sums lose no digits;
whatever cannot be settled here (more spread, a likelihood that is not proven to have one maximum) is answered
by ``None`` and left to the arrays.
"""

from __future__ import annotations

import math

from analysis.methods.models.likelihood import LAST_STEP, NEIGHBOURHOOD

MOST_STUDIES = 40
_WIDEST = 1e4
_SETTLED = 4e-15
_STEPS = 60

Sums = tuple[float, float, float, float, float, float, float]


def weighted(d: list[float], v: list[float], tau2: float) -> tuple[float, float, float, float, float]:
    """(Σw, Σw², mean, y'Py, y'PPy) at ``tau2``."""
    s1 = s2 = sd = 0.0
    pairs = []
    for di, vi in zip(d, v, strict=True):
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
    return s1, s2, mean, quadratic, slope


def estimate(d: list[float], v: list[float], method: str) -> float | None:
    """τ² by ``method``, or ``None`` if it has to be found with `heterogeneity.estimate_tau2`."""
    k = len(d)
    if k < 2 or method == "EE":
        return 0.0
    if k > MOST_STUDIES or max(v) > _WIDEST * v[0]:
        return None
    if method == "REML":
        return _likelihood(d, v, True)
    if method == "ML":
        return _likelihood(d, v, False)
    if method in ("PM", "EB"):
        return _paule_mandel(d, v)
    if method == "DL":
        s1, s2, _, q, _ = weighted(d, v, 0.0)
        return max((q - (k - 1)) / (s1 - s2 / s1), 0.0)
    centre = sum(d) / k
    spread = sum((di - centre) ** 2 for di in d)
    if method == "HE":
        return max(spread / (k - 1) - sum(v) / k, 0.0)
    crude = spread / k
    return crude * weighted(d, v, crude)[3] / (k - 1) if crude > 0 else 0.0


def _paule_mandel(d: list[float], v: list[float]) -> float | None:
    target = len(d) - 1.0
    tau2 = 0.0
    for _ in range(_STEPS):
        _, _, _, q, slope = weighted(d, v, tau2)
        if q <= target:
            return tau2
        step = q * (q / target - 1.0) / slope
        tau2 += step
        if step <= _SETTLED * (tau2 + v[0]):
            return tau2
    return None


def _sums(d: list[float], v: list[float], tau2: float, restricted: bool) -> Sums:
    """(Σw, Σw², y'Py, y'PPy, y'PPPy, tr P or tr W, tr PP or tr WW)."""
    s1 = s2 = s3 = sd = 0.0
    pairs = []
    for di, vi in zip(d, v, strict=True):
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
    curvature -= cross * cross / s1
    if restricted:
        ratio = s2 / s1
        return s1, s2, quadratic, slope, curvature, s1 - ratio, s2 - 2.0 * s3 / s1 + ratio * ratio
    return s1, s2, quadratic, slope, curvature, s1, s2


def _likelihood(d: list[float], v: list[float], restricted: bool) -> float | None:
    """The global maximum if a few evaluations prove it (the argument is in `likelihood`), else ``None``."""
    k, smallest = len(d), v[0]
    count = k - 1.0 if restricted else float(k)
    limit = (max(d) - min(d)) ** 2
    if limit <= smallest:
        return 0.0
    zero = _sums(d, v, 0.0, restricted)
    phi0, phi_slope0, gamma0, gamma_slope0 = _shape(zero)
    centre = sum(d) / k
    growth = 1.0 / math.sqrt(sum((di - centre) ** 2 for di in d))
    if _negative_from(phi0, growth, gamma0, gamma_slope0):
        return 0.0

    s1, s2, q, slope0, _, trace0, _ = near_sums = zero
    tau2 = min(max((q - (k - 1)) / (s1 - s2 / s1), 0.0), limit)
    for _ in range(_STEPS):
        near = tau2
        near_sums = _sums(d, v, near, restricted) if near > 0.0 else zero
        _, _, _, slope, curvature, trace, trace2 = near_sums
        denominator = 2.0 * trace * curvature - trace2 * slope
        step = slope * (slope - trace) / denominator if denominator > 0 else (slope - trace) / trace2
        tau2 = min(max(near + step, 0.0), limit)
        if abs(tau2 - near) <= LAST_STEP * (tau2 + smallest):
            break
    else:
        return None
    if tau2 == 0.0 and slope0 > trace0:
        return None

    phi, phi_slope, gamma, gamma_slope = _shape(near_sums)
    width = NEIGHBOURHOOD * count * gamma
    high = near + width
    high_phi, high_phi_slope, high_gamma, high_gamma_slope = _shape(_sums(d, v, high, restricted))
    if not (
        2.0 * phi * high_phi_slope > gamma_slope
        and (high >= limit or _negative_from(high_phi, growth, high_gamma, high_gamma_slope))
    ):
        return None
    low = near - width
    if low <= 0.0:
        return tau2 if near == 0.0 or 2.0 * phi0 * phi_slope > gamma_slope0 else None
    low_phi, low_phi_slope, low_gamma, low_gamma_slope = _shape(_sums(d, v, low, restricted))
    rises = (phi0 + phi_slope0 * low) ** 2 < low_gamma and phi0 * phi0 < gamma0
    rises = rises or ((low_phi - low_phi_slope * low) ** 2 < gamma0 and low_phi * low_phi < low_gamma)
    return tau2 if rises and 2.0 * low_phi * phi_slope > low_gamma_slope else None


def _shape(sums: Sums) -> tuple[float, float, float, float]:
    """φ = (y'PPy)^(-1/2) and its derivative, γ = 1/trace and its derivative."""
    _, _, _, slope, curvature, trace, trace2 = sums
    phi = 1.0 / math.sqrt(slope)
    return phi, curvature * phi / slope, 1.0 / trace, trace2 / (trace * trace)


def _negative_from(phi: float, growth: float, gamma: float, gamma_slope: float) -> bool:
    """Whether φ² > γ, the score negative, from here to infinity."""
    lowest = max((gamma_slope - 2.0 * phi * growth) / (2.0 * growth * growth), 0.0)
    return (phi + growth * lowest) ** 2 > gamma + gamma_slope * lowest
