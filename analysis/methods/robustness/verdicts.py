"""What an interval says about the direction of an effect."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.arguments import choice
from analysis.methods.models.caveats import ROUNDING

Side = Literal["negative", "positive"]

TREATMENT = "treatment"
CONTROL = "control"
NEITHER = "neither"
UNDEFINED = "undefined"


def verdicts(low: ArrayLike, high: ArrayLike, favourable: Side = "negative", null: float = 0.0) -> NDArray[np.str_]:
    """Name the side an interval lies on: ``"treatment"``, ``"control"``, ``"neither"`` (it holds ``null``).

    Args:
        low, high: limits, any shape; NaN gives ``"undefined"``. An interval without width, which is what an estimate
            is left with whose standard error cannot be estimated, lies on neither side.
        favourable: side of ``null`` that favours treatment.
        null: value of no effect; an interval ending exactly there does not exclude it.

    >>> verdicts([-0.5, -0.1, 0.2], [-0.2, 0.3, 0.4]).tolist()
    ['treatment', 'neither', 'control']
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    below, above = (TREATMENT, CONTROL) if is_negative(favourable) else (CONTROL, TREATMENT)
    undefined = np.isnan(low) | np.isnan(high)
    with np.errstate(invalid="ignore"):
        wide = np.abs(high - low) > ROUNDING * np.maximum(np.abs(low), np.abs(high))
    sides = np.where(wide & (high < null), below, np.where(wide & (low > null), above, NEITHER))
    return np.where(undefined, UNDEFINED, sides)


def is_negative(favourable: Side) -> bool:
    """Whether effects below the null favour treatment.

    >>> is_negative("negative")
    True
    """
    return choice("favourable", favourable, ("negative", "positive")) == "negative"
