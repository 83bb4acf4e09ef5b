"""Checks of the effects and variances that every inverse-variance model takes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.errors import InputError
from analysis.methods.models.moments import Floats


def numeric(name: str, values: ArrayLike) -> Floats:
    """A read-only float copy of shape (k,) or (B, k), or an `InputError` that names the argument."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(name, "is not numeric or not rectangular") from error
    if array.ndim not in (1, 2):
        raise InputError(name, f"must have shape (k,) or (B, k), not {array.shape}")
    if array.size == 0:
        raise InputError(name, "is empty: at least one study is needed")
    array.setflags(write=False)
    return array


def effects_and_variances(yi: ArrayLike, vi: ArrayLike) -> tuple[Floats, Floats]:
    """Both arguments as arrays of one shape; their values are not looked at yet."""
    y, v = numeric("yi", yi), numeric("vi", vi)
    if y.shape != v.shape:
        raise InputError("vi", f"has shape {v.shape} where yi has {y.shape}")
    return y, v


def fault(y: float, v: float, study: int | tuple[int, ...]) -> InputError:
    """The error for a study that is neither usable nor absent."""
    if math.isinf(y) or (math.isnan(y) and not math.isnan(v)):
        return InputError("yi", "is not finite (an absent study has NaN in both yi and vi)", study=study, value=y)
    if v < 0:
        return InputError("vi", "is negative", study=study, value=v)
    return InputError("vi", "is not finite (an absent study has NaN in both yi and vi)", study=study, value=v)


def check(y: Floats, v: Floats) -> None:
    """Raise for the first study that is neither usable (finite, variance ≥ 0) nor absent (NaN twice)."""
    usable = np.isfinite(y) & (v >= 0) & (v < np.inf)
    bad = ~(usable | (np.isnan(y) & np.isnan(v)))
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise fault(float(y[where]), float(v[where]), where if len(where) > 1 else where[0])


def check_level(level: float) -> None:
    """Raise unless ``level`` lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise InputError("level", "must lie between 0 and 1", value=level)


def no_study() -> InputError:
    """The error for an analysis without any usable study."""
    return InputError("yi", "holds no study with an effect and a positive variance")
