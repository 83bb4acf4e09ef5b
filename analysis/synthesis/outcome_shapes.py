"""The shape of one outcome's results: frozen dataclasses, every field declared as the kind of quantity it holds.

Nothing here computes and nothing is rounded. Ratios stand on their natural scale, risk differences as fractions of 1;
τ² stands on the scale of the analysis: the log ratio, or the risk difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.printing.quantities import quantity


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial's counts for one outcome and what they say by themselves."""

    trial: str
    role: str
    row: str
    note: str
    estimable: bool
    label: str = quantity("text")
    events_treatment: int = quantity("count")
    n_treatment: int = quantity("count")
    events_control: int = quantity("count")
    n_control: int = quantity("count")
    participants: int = quantity("count")
    risk_treatment: float = quantity("fraction")
    risk_control: float = quantity("fraction")
    estimate: float | None = quantity("ratio")
    low: float | None = quantity("ratio")
    high: float | None = quantity("ratio")
    level: float = quantity("fraction")
    weight: float | None = quantity("fraction")
    timepoint_days: int | None = quantity("days")


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled ratio with all that belongs to it.

    ``method`` says how; ``rows`` are the ids of the data rows behind it; ``notices`` are caveats fit for print;
    ``weights`` are the shares of the rows in an inverse-variance estimate.
    Fields that a method does not give are None (a Mantel-Haenszel estimate has no τ²).
    """

    measure: str
    method: str
    rows: tuple[str, ...]
    notices: tuple[str, ...]
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    p_value: float = quantity("probability")
    k: int = quantity("count")
    participants: int = quantity("count")
    tau2: float | None = quantity("variance", None)
    tau2_low: float | None = quantity("variance", None)
    tau2_high: float | None = quantity("variance", None)
    i2: float | None = quantity("fraction", None)
    i2_low: float | None = quantity("fraction", None)
    i2_high: float | None = quantity("fraction", None)
    q: float | None = quantity("statistic", None)
    q_df: int | None = quantity("count", None)
    q_p_value: float | None = quantity("probability", None)
    prediction_low: float | None = quantity("ratio", None)
    prediction_high: float | None = quantity("ratio", None)
    prediction_df: int | None = quantity("count", None)
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PooledDifference(Pooled):
    """A pooled risk difference with all that belongs to it, as `Pooled`; below 0, fewer events with the treatment."""

    estimate: float = quantity("percentage points")
    low: float = quantity("percentage points")
    high: float = quantity("percentage points")
    prediction_low: float | None = quantity("percentage points", None)
    prediction_high: float | None = quantity("percentage points", None)


@dataclass(frozen=True, slots=True)
class Variant:
    """The same question under one changed choice."""

    reason: str
    pooled: Pooled
    label: str = quantity("text")


@dataclass(frozen=True, slots=True)
class Unavailable:
    """An eligible trial whose numbers for an outcome could not be read, by name."""

    trial: str
    reason: str
    row: str
    label: str = quantity("text")
    randomised: int | None = quantity("count")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything about one outcome that is counted per patient.

    ``trials`` are the trials of the primary analysis by year, double-zero trials included; ``pooled`` is the
    primary result (REML, Hartung-Knapp). ``too_few_for_funnel`` is the sentence with which Egger's test refuses so
    few trials, "" where there are enough. ``k`` counts the trials that carry information on the ratio, ``k_shown``
    all of them, ``k_secondary`` those whose counts were read in a review's table only.
    """

    name: str
    trials: Mapping[str, TrialResult]
    pooled: Pooled
    modified: Pooled
    wald: Pooled
    dersimonian_laird: Pooled
    mantel_haenszel: Pooled
    too_few_for_funnel: str
    estimators: Mapping[str, Variant]
    leave_one_out: Mapping[str, Variant]
    sensitivity: Mapping[str, Variant]
    context: Mapping[str, TrialResult]
    unavailable: Mapping[str, Unavailable]
    k: int = quantity("count")
    k_shown: int = quantity("count")
    k_double_zero: int = quantity("count")
    k_secondary: int = quantity("count")
    k_unavailable: int = quantity("count")
    participants: int = quantity("count")
    participants_shown: int = quantity("count")
    randomised_unavailable: int = quantity("count")
    events_treatment: int = quantity("count")
    n_treatment: int = quantity("count")
    events_control: int = quantity("count")
    n_control: int = quantity("count")
    risk_treatment: float = quantity("fraction")
    risk_control: float = quantity("fraction")
