"""τ² of one analysis of few studies in plain floats: NumPy's cost per call would exceed the arithmetic itself.

The same equations as in `heterogeneity` and `likelihood`, for lists with the most precise study first and effects
measured from it. Only variances within a factor of 10⁴ are taken, so the shorter sums lose no digits; wider spread is
answered by ``None`` and left to the arrays.
"""

from __future__ import annotations

import math

from analysis.methods.models.likelihood import LAST_STEP, NARROW, NEIGHBOURHOOD

MOST_STUDIES = 40
_WIDEST = 1e4
_SETTLED = 4e-15
_STEPS = 60

Sums = tuple[float, float, float, float, float, float, float]
Shape = tuple[float, float, float, float]


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


def _likelihood(d: list[float], v: list[float], restricted: bool) -> float:
    """The global maximum, by the argument in `likelihood`."""
    k, smallest = len(d), v[0]
    count = k - 1.0 if restricted else float(k)
    limit = (max(d) - min(d)) ** 2
    if limit <= smallest:
        return 0.0
    zero = _sums(d, v, 0.0, restricted)
    at_zero = phi0, phi_slope0, gamma0, gamma_slope0 = _shape(zero)
    centre = sum(d) / k
    growth = 1.0 / math.sqrt(sum((di - centre) ** 2 for di in d))
    if _negative(phi0, growth, gamma0, gamma_slope0, math.inf):
        return 0.0

    s1, s2, q, slope0, _, trace0, _ = near_sums = zero
    tau2 = min(max((q - (k - 1)) / (s1 - s2 / s1), 0.0), limit)
    for _ in range(_STEPS):
        near = tau2
        near_sums = _sums(d, v, near, restricted) if near > 0.0 else zero
        tau2 = min(max(near + _newton_step(near_sums), 0.0), limit)
        if abs(tau2 - near) <= LAST_STEP * (tau2 + smallest):
            break
    else:
        return _best_of_all(d, v, at_zero, limit, restricted)

    phi, phi_slope, gamma, gamma_slope = _shape(near_sums)
    width = NEIGHBOURHOOD * count * gamma
    low, high = max(near - width, 0.0), near + width
    high_phi, high_phi_slope, high_gamma, high_gamma_slope = _shape(_sums(d, v, high, restricted))
    proven = (
        (tau2 > 0.0 or slope0 <= trace0)
        and 2.0 * phi * high_phi_slope > gamma_slope
        and (high >= limit or _negative(high_phi, growth, high_gamma, high_gamma_slope, math.inf))
    )
    if proven and near > 0.0:
        low_phi, low_phi_slope, low_gamma, low_gamma_slope = (
            _shape(_sums(d, v, low, restricted)) if low > 0.0 else at_zero
        )
        before = low == 0.0 or ((phi0 + phi_slope0 * low) ** 2 < low_gamma and phi0 * phi0 < gamma0)
        before = before or ((low_phi - low_phi_slope * low) ** 2 < gamma0 and low_phi * low_phi < low_gamma)
        proven = before and 2.0 * low_phi * phi_slope > low_gamma_slope
    return tau2 if proven else _best_of_all(d, v, at_zero, limit, restricted)


def _best_of_all(d: list[float], v: list[float], at_zero: Shape, limit: float, restricted: bool) -> float:
    """Divide [0, limit] until every piece is settled; of all local maxima the one with the highest likelihood."""
    smallest = v[0]
    best, highest = 0.0, _log_likelihood(d, v, 0.0, restricted)
    pieces = [(0.0, at_zero, limit, _shape(_sums(d, v, limit, restricted)))]
    while pieces:
        low, at_low, high, at_high = pieces.pop()
        phi, phi_slope, gamma, gamma_slope = at_low
        high_phi, high_phi_slope, high_gamma, high_gamma_slope = at_high
        width = high - low
        chord = (high_phi - phi) / width
        if (
            _negative(phi, chord, gamma, gamma_slope, width)
            or _negative(phi, chord, high_gamma - high_gamma_slope * width, high_gamma_slope, width)
            or ((phi + phi_slope * width) ** 2 < high_gamma and phi * phi < gamma)
            or ((high_phi - high_phi_slope * width) ** 2 < gamma and high_phi * high_phi < high_gamma)
        ):
            continue
        if 2.0 * phi * high_phi_slope > gamma_slope or width <= NARROW * (low + smallest):
            if phi * phi < gamma and high_phi * high_phi >= high_gamma:
                tau2 = _bracketed(d, v, low, high, restricted)
                value = _log_likelihood(d, v, tau2, restricted)
                if value > highest:
                    best, highest = tau2, value
            continue
        if 2.0 * high_phi * phi_slope < high_gamma_slope:
            continue
        middle = math.sqrt((low + smallest) * (high + smallest)) - smallest
        if not low < middle < high:
            middle = 0.5 * (low + high)
        at_middle = _shape(_sums(d, v, middle, restricted))
        pieces.append((low, at_low, middle, at_middle))
        pieces.append((middle, at_middle, high, at_high))
    return best


def _bracketed(d: list[float], v: list[float], low: float, high: float, restricted: bool) -> float:
    """The root of the score that falls through 0 between ``low`` and ``high``: Newton's method kept inside."""
    smallest = v[0]
    tau2 = 0.5 * (low + high)
    while True:
        sums = _sums(d, v, tau2, restricted)
        if sums[3] > sums[5]:
            low = tau2
        else:
            high = tau2
        after = tau2 + _newton_step(sums)
        if not low <= after <= high:
            after = 0.5 * (low + high)
        if abs(after - tau2) <= LAST_STEP * (after + smallest) or after in (low, high):
            return after
        tau2 = after


def _log_likelihood(d: list[float], v: list[float], tau2: float, restricted: bool) -> float:
    """Without its constants."""
    s1, _, _, quadratic, _ = weighted(d, v, tau2)
    value = -0.5 * (sum(math.log(vi + tau2) for vi in v) + quadratic)
    return value - 0.5 * math.log(s1) if restricted else value


def _newton_step(sums: Sums) -> float:
    """Newton step of G/A - 1; Fisher's step where it has no sense."""
    _, _, _, slope, curvature, trace, trace2 = sums
    denominator = 2.0 * trace * curvature - trace2 * slope
    return slope * (slope - trace) / denominator if denominator > 0 else (slope - trace) / trace2


def _shape(sums: Sums) -> Shape:
    """φ = (y'PPy)^(-1/2) and its derivative, γ = 1/trace and its derivative."""
    _, _, _, slope, curvature, trace, trace2 = sums
    phi = 1.0 / math.sqrt(slope)
    return phi, curvature * phi / slope, 1.0 / trace, trace2 / (trace * trace)


def _negative(phi: float, growth: float, gamma: float, tangent: float, width: float) -> bool:
    """Whether φ² > γ on the whole width: φ grows at rate ≥ ``growth``, γ ≤ gamma + tangent·x."""
    lowest = min(max((tangent - 2.0 * phi * growth) / (2.0 * growth * growth), 0.0), width)
    return (phi + growth * lowest) ** 2 > gamma + tangent * lowest
