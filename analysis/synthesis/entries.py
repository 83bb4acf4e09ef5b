"""What one trial brings into an analysis, whatever it gives: counts, means per arm, a difference, a printed ratio.

Every kind answers the same question: its effect by a measure, with the sampling variance, on the scale of the
analysis (ratios as logarithms). A kind that cannot answer says why. Built from the choices by
`analysis.synthesis.chosen`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.evidence.rows_question import CHANGE, COMPUTED_CHANGE, FINAL
from analysis.methods.effects import EffectSizes, two_means, two_proportions
from analysis.methods.log_scale import LogArm, log_ratios
from analysis.methods.printed_effects import printed_effect

#: how numbers were got, where that must be seen in print; the sign that stands beside them there
Mark = Literal["converted", "digitised", "printed", "change"]
SIGNS: dict[Mark, str] = {"converted": "c", "digitised": "d", "printed": "p", "change": "Δ"}
EXPLAINED: dict[Mark, str] = {
    "converted": "mean and standard deviation converted from other statistics",
    "digitised": "values read from a figure",
    "printed": "effect as the report prints it",
    "change": "change from baseline",
}
NO_EVENTS = "no events in either arm"


class Effect(NamedTuple):
    """An effect and its sampling variance on the scale of the analysis."""

    yi: float
    vi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(ABC):
    """What one trial brings into an analysis.

    rows: ids of the rows and digitised series behind it; obtained: how each was got; label: of the choice;
    altered: what was changed from the evidence for a sensitivity analysis, "" if nothing was.
    """

    trial: str
    role: str
    label: str
    rows: tuple[str, ...]
    obtained: tuple[str, ...]
    timepoint_days: int | None
    n_treatment: int | None
    n_control: int | None
    marks: tuple[Mark, ...] = ()
    altered: str = ""

    @property
    def participants(self) -> int:
        """Patients of both arms, as far as they are known."""
        return (self.n_treatment or 0) + (self.n_control or 0)

    @property
    def secondary(self) -> bool:
        """Whether its numbers were read in another review only."""
        return all(how == "secondary source" for how in self.obtained)

    @abstractmethod
    def effect(self, measure: str) -> Effect | None:
        """The trial's effect by a measure; None where it gives none."""

    def why_not(self, measure: str) -> str:
        """Why there is no effect by a measure; "" where there is one."""
        return "" if self.effect(measure) else f"no {measure} can be had from its numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedEntry(Entry):
    """Events and patients of both arms."""

    n_treatment: int
    n_control: int
    events_treatment: int
    events_control: int

    @property
    def has_events(self) -> bool:
        """Whether any patient had the event."""
        return self.events_treatment + self.events_control > 0

    @property
    def arms(self) -> tuple[int, int, int, int]:
        """Events and patients of the treatment arm, then of the control arm."""
        return self.events_treatment, self.n_treatment, self.events_control, self.n_control

    def effect(self, measure: str) -> Effect | None:
        """Half an event is added to the cells of a trial with an empty cell; a double zero has no ratio."""
        if measure not in ("RR", "OR", "RD"):
            return None
        a, n1, c, n2 = self.arms
        sizes = two_proportions([a], [n1], [c], [n2], measure=measure, drop00=measure != "RD")
        return known(float(sizes.yi[0]), float(sizes.vi[0]))

    def why_not(self, measure: str) -> str:
        """Without events there is no ratio."""
        return "" if self.effect(measure) else NO_EVENTS if not self.has_events else "events in every patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEntry(Entry):
    """A ratio that a report prints with its interval: generic inverse variance (Cochrane Handbook 10.3)."""

    measure: str
    estimate: float
    low: float
    high: float

    def effect(self, measure: str) -> Effect | None:
        """The logarithm of the ratio, its standard error from the interval (Handbook 6.3.2)."""
        if measure != self.measure:
            return None
        sizes = printed_effect(self.estimate, self.low, self.high, measure)
        return known(float(sizes.yi[0]), float(sizes.vi[0]))

    def why_not(self, measure: str) -> str:
        """A printed ratio is no other measure."""
        return "" if self.effect(measure) else f"the report prints a {self.measure}"


@dataclass(frozen=True, slots=True)
class ArmMean:
    """One arm: patients, mean and SD in the unit of the outcome, and the same of its logarithm where it has one."""

    n: int
    mean: float | None
    sd: float | None
    log: LogArm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEntry(Entry):
    """Means of both arms, or the difference between them with its standard error, in the unit of the outcome.

    ``way`` tells final values from changes (`analysis.evidence.rows_question`); ``refused`` says why there are no
    means, ``skewed`` that skewness is the reason.
    """

    way: str
    treatment: ArmMean | None
    control: ArmMean | None
    difference: float | None = None
    se: float | None = None
    refused: str = ""
    skewed: bool = False

    @property
    def is_change(self) -> bool:
        """Whether it is a change from baseline."""
        return self.way in (CHANGE, COMPUTED_CHANGE)

    def effect(self, measure: str) -> Effect | None:
        """MD, SMD (Hedges), ROM (ratio of means, as a logarithm), GMR (of geometric means, as a logarithm)."""
        if self.difference is not None and self.se is not None:
            return Effect(self.difference, self.se**2) if measure == "MD" else None
        one, other = self.treatment, self.control
        if one is None or other is None or (self.is_change and measure in ("ROM", "GMR")):
            return None
        if measure == "GMR":
            if one.log is None or other.log is None:
                return None
            sizes = log_ratios([one.log], [other.log])
            return known(float(sizes.yi[0]), float(sizes.vi[0]))
        if measure not in ("MD", "SMD", "ROM"):
            return None
        if one.mean is None or one.sd is None or other.mean is None or other.sd is None:
            return None
        sizes = two_means([one.mean], [one.sd], [one.n], [other.mean], [other.sd], [other.n], measure)
        return known(float(sizes.yi[0]), float(sizes.vi[0]))

    def why_not(self, measure: str) -> str:
        """Why there is no effect: the words of the conversion, or what the measure needs."""
        if self.effect(measure):
            return ""
        if self.refused and measure != "GMR":
            return self.refused
        if self.is_change and measure in ("ROM", "GMR"):
            return "a change from baseline has no ratio"
        if self.difference is not None:
            return "only the difference between the arms is given"
        return "the numbers do not allow this measure"


def known(yi: float, vi: float) -> Effect | None:
    """The effect, or None where it could not be estimated."""
    return Effect(yi, vi) if math.isfinite(yi) and math.isfinite(vi) and vi > 0 else None


def effects(entries: Sequence[Entry], measure: str) -> EffectSizes:
    """The effects of several trials, each of shape (k,); NaN where a trial has none."""
    if entries and all(isinstance(entry, CountedEntry) for entry in entries) and measure in ("RR", "OR", "RD"):
        a, n1, c, n2 = zip(*(entry.arms for entry in entries if isinstance(entry, CountedEntry)), strict=True)
        return two_proportions(a, n1, c, n2, measure=measure, drop00=measure != "RD")
    found = [entry.effect(measure) or Effect(math.nan, math.nan) for entry in entries]
    yi: NDArray[np.float64] = np.array([effect.yi for effect in found])
    vi: NDArray[np.float64] = np.array([effect.vi for effect in found])
    return EffectSizes(yi, vi, measure, (None,) * len(found))


def comparable(entries: Sequence[Entry], measure: str) -> list[Entry]:
    """The entries that may be pooled together: standardised differences do not mix changes with final values."""
    if measure != "SMD" or not mixed(entries):
        return list(entries)
    return [entry for entry in entries if not (isinstance(entry, MeasuredEntry) and entry.is_change)]


def mixed(entries: Sequence[Entry]) -> bool:
    """Whether final values and changes from baseline stand side by side."""
    ways = {entry.is_change for entry in entries if isinstance(entry, MeasuredEntry)}
    return len(ways) > 1


__all__ = [
    "FINAL",
    "ArmMean",
    "CountedEntry",
    "Effect",
    "Entry",
    "MeasuredEntry",
    "PrintedEntry",
    "comparable",
    "effects",
    "mixed",
]
