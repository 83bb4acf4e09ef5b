"""τ² of one analysis of few studies in plain floats: NumPy's cost per call would exceed the arithmetic itself.

The same equations as in `heterogeneity` and `likelihood`, for lists with the most precise study first and
effects measured from it. Only variances within a factor of 10⁴ are taken, so the shorter sums lose no digits;
whatever cannot be settled here (more spread, a likelihood that is not proven to have one maximum) is answered
by ``None`` and left to the arrays.
"""

from __future__ import annotations

MOST_STUDIES = 40
_WIDEST = 1e4
_LAST_STEP = 1e-9
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
    """The global maximum if a few evaluations prove it (`likelihood` has the argument), else ``None``."""
    k = len(d)
    smallest, largest = v[0], max(v)
    count = k - 1.0 if restricted else float(k)
    s1, s2, q, slope0, _, trace0, trace2_0 = zero = _sums(d, v, 0.0, restricted)
    limit = (max(d) - min(d)) ** 2
    if largest * slope0 <= count or limit <= smallest:
        return 0.0

    tau2 = min(max((q - (k - 1)) / (s1 - s2 / s1), 0.0), limit)
    at = zero
    for _ in range(_STEPS):
        if tau2 > 0.0:
            at = _sums(d, v, tau2, restricted)
        _, _, _, slope, curvature, trace, trace2 = at if tau2 > 0.0 else zero
        denominator = 2.0 * trace * curvature - trace2 * slope
        step = slope * (slope - trace) / denominator if denominator > 0 else (slope - trace) / trace2
        after = min(max(tau2 + step, 0.0), limit)
        small = abs(after - tau2) <= _LAST_STEP * (after + smallest)
        tau2 = after
        if small:
            break
    else:
        return None
    if tau2 == 0.0 and slope0 > trace0:
        return None

    high = tau2 + 0.4 * (tau2 + largest)
    low = tau2 - 0.3 * (tau2 + largest)
    b = high + largest
    _, _, _, slope, curvature, _, _ = _sums(d, v, high, restricted)
    if b * slope > count and high < limit:
        return None
    if low <= 0.0:
        return tau2 if b * b * curvature > 0.5 * largest * largest * trace2_0 else None
    a = low + largest
    _, _, _, slope, _, _, trace2 = _sums(d, v, low, restricted)
    return tau2 if b * b * curvature > 0.5 * a * a * trace2 and a * slope > largest * trace0 else None
