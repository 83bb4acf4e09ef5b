"""How far a value read from an image may be off, from how far a click may be off.

Whoever clicks a mark misses it by up to `bound` pixels in either direction (half a pixel if the figure is clicked to
the nearest pixel). That holds for the marks of a series and for those of the calibration alike, and every value is a
smooth function of all these pixels. So two statements are made of each value:

* standard error: first-order propagation of independent errors, √Σ(∂value/∂pixel · s)² (JCGM 100:2008, the "GUM",
  section 5.1.2, eq. 10), with s = bound/√3, the standard deviation of an error that is anywhere within ±bound with
  equal chance (GUM 4.3.7), or what repeated readings of the same mark show, if that is more;
* low and high: the value with every pixel moved by its bound in the direction that lowers, or raises, the value. The
  true value lies between them if no click is off by more than its bound, also on log axes, where the two sides
  differ. Products of two pixel errors, about 1/1000 of the range, are left out.

That marks were drawn where the data are is assumed. A renderer that moves them to whole pixels spends the half pixel
already, so no smaller bound is accepted; where marks of different kinds are compared (the edge of a bar with a tick),
each moved its own way, or where lines are thick or the scan is poor, whoever reads should state one pixel or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HALF_PIXEL = 0.5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value read from a figure, in the unit of its axis.

    standard_error: standard deviation of the reading error; low, high: where the true value lies if no click is off
    by more than its bound. Sampling error is no part of any of them.
    """

    value: float
    standard_error: float
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def standard(bound: float) -> float:
    """Standard deviation of an error that lies anywhere within ±bound with equal chance (GUM 4.3.7)."""
    return bound / math.sqrt(3)


def propagate(
    function: Callable[[NDArray[np.float64]], Sequence[float]],
    pixels: NDArray[np.float64],
    standard_errors: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> tuple[Estimate, ...]:
    """Values of `function` at the pixels, each with its reading error.

    function: pixels, shape (d,), → q values; pixels, standard_errors, bounds: shape (d,), in pixels, bounds > 0.
    """
    values = np.asarray(function(pixels), dtype=float)
    slopes = np.empty((pixels.size, values.size))
    for i, bound in enumerate(bounds):
        step = np.zeros_like(pixels)
        step[i] = bound
        slopes[i] = (np.subtract(function(pixels + step), function(pixels - step))) / (2 * bound)
    errors = np.sqrt(((slopes * standard_errors[:, None]) ** 2).sum(axis=0))
    estimates = []
    for j, value in enumerate(values):
        shift = bounds * np.sign(slopes[:, j])
        ends = function(pixels - shift)[j], value, function(pixels + shift)[j]
        estimates.append(Estimate(float(value), float(errors[j]), float(min(ends)), float(max(ends))))
    return tuple(estimates)
