"""An effect with its interval on the natural scale of its measure, where no pooled result stands behind it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.synthesis.pooling import LEVEL, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A ratio, or a ratio of ratios, with its confidence limits."""

    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsOfRisks(Limits):
    """A difference of risks, or of such differences."""

    estimate: float = quantity("percentage points")
    low: float = quantity("percentage points")
    high: float = quantity("percentage points")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsOfMeans(Limits):
    """A difference in means, or of such differences, in the unit of the outcome or in standard deviations."""

    estimate: float = quantity("mean difference")
    low: float = quantity("mean difference")
    high: float = quantity("mean difference")


def limits(measure: str, estimate: float, low: float, high: float) -> Limits:
    """From the scale of the analysis to the natural scale of the measure."""
    estimate, low, high = map(scale(measure), (estimate, low, high))
    if measure == "RD":
        return LimitsOfRisks(estimate=estimate, low=low, high=high, level=LEVEL)
    if not is_ratio(measure):
        return LimitsOfMeans(estimate=estimate, low=low, high=high, level=LEVEL)
    return Limits(estimate=estimate, low=low, high=high, level=LEVEL)
