"""The shape of one outcome's results: frozen dataclasses, every field declared as the kind of quantity it holds.

Nothing here computes and nothing is rounded. Ratios stand on their natural scale, risk differences as fractions of 1,
differences in means in the unit of the outcome; τ² stands on the scale of the analysis: the log ratio, or the
difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.printing.quantities import quantity
from analysis.synthesis.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """One trial's result for one outcome by itself, as it stands in the forest plot.

    ``entry`` is what the trial brings into the analyses; ``estimable`` tells whether it has an effect by the primary
    measure, ``why_not`` why it has none; ``marks`` say how its numbers were got, where that must be seen in print
    (`analysis.synthesis.entries`).
    """

    trial: str
    role: str
    rows: tuple[str, ...]
    note: str
    entry: Entry
    estimable: bool
    why_not: str
    marks: tuple[str, ...]
    label: str = quantity("text")
    participants: int = quantity("count")
    n_treatment: int | None = quantity("count")
    n_control: int | None = quantity("count")
    estimate: float | None = quantity("ratio")
    low: float | None = quantity("ratio")
    high: float | None = quantity("ratio")
    level: float = quantity("fraction")
    weight: float | None = quantity("fraction")
    timepoint_days: int | None = quantity("days")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedTrial(TrialResult):
    """A trial's counts and what they say by themselves."""

    events_treatment: int = quantity("count")
    events_control: int = quantity("count")
    risk_treatment: float = quantity("fraction")
    risk_control: float = quantity("fraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTrial(TrialResult):
    """A trial's means and standard deviations, in the unit of the outcome, and their ratio.

    Where a report gives the difference between the arms only, they are None.
    """

    mean_treatment: float | None = quantity("measurement")
    sd_treatment: float | None = quantity("measurement")
    mean_control: float | None = quantity("measurement")
    sd_control: float | None = quantity("measurement")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredDifference(MeasuredTrial):
    """A trial's means and their difference, as `MeasuredTrial`; below 0, lower with the treatment."""

    estimate: float | None = quantity("mean difference")
    low: float | None = quantity("mean difference")
    high: float | None = quantity("mean difference")


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled ratio with all that belongs to it.

    ``method`` says how; ``rows`` are the ids of the data rows behind it, ``entries`` what they bring, by trial;
    ``notices`` are caveats fit for print; ``weights`` are the shares of the entries in an inverse-variance estimate.
    ``statistic`` is that of the test of no effect: t on ``df`` degrees of freedom, or z where ``df`` is None. Fields
    that a method does not give are None (a Mantel-Haenszel estimate has no τ²).
    """

    measure: str
    method: str
    rows: tuple[str, ...]
    entries: tuple[Entry, ...]
    notices: tuple[str, ...]
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    p_value: float = quantity("probability")
    k: int = quantity("count")
    participants: int = quantity("count")
    statistic: float | None = quantity("statistic", None)
    df: int | None = quantity("count", None)
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
class PooledMeans(Pooled):
    """A pooled difference in means in the unit of the outcome, or in standard deviations, as `Pooled`."""

    estimate: float = quantity("mean difference")
    low: float = quantity("mean difference")
    high: float = quantity("mean difference")
    prediction_low: float | None = quantity("mean difference", None)
    prediction_high: float | None = quantity("mean difference", None)


#: measure → the shape of a pooled result; a ratio where nothing is said
SHAPES: dict[str, type[Pooled]] = {"RD": PooledDifference, "MD": PooledMeans, "SMD": PooledMeans}
#: how a measure reads in heads and labels
MEASURES = {
    "RR": "Risk ratio",
    "OR": "Odds ratio",
    "RD": "Risk difference",
    "MD": "Mean difference",
    "SMD": "Standardised mean difference",
    "ROM": "Ratio of means",
    "GMR": "Ratio of geometric means",
}


def is_ratio(measure: str) -> bool:
    """Whether no effect is 1, and results are pooled as logarithms."""
    return measure not in SHAPES


def no_effect(measure: str) -> float:
    """The value of a measure that means no effect."""
    return 1.0 if is_ratio(measure) else 0.0


#: intervals that differ by less than this share of their width are the same but for the arithmetic
ROUNDING = 1e-9


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
    row: str
    reason: str = quantity("text")
    label: str = quantity("text")
    randomised: int | None = quantity("count")


class NothingPooled(ValueError):
    """A pooled result was asked for, and there is none: too few trials have numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything about one outcome that is counted or measured per patient.

    ``trials`` are the trials of the primary analysis by year, those without an effect by ``measure`` included;
    ``pooled`` is the primary result (REML, Hartung-Knapp), None where fewer trials than ``minimum_trials`` have an
    effect, and with it all that goes on from it; ``prediction_k2`` is the same with a prediction interval on k − 2
    degrees of freedom. ``state`` says how far the evidence goes: ``none`` (no trial has an
    effect), ``one``, or ``several``; ``too_few_for_funnel`` is the sentence with which
    Egger's test refuses so few trials, "" where there are enough. ``k`` counts the trials with an effect,
    ``k_shown`` all of them, ``k_secondary`` those whose numbers were read in a review's table only.
    """

    key: str
    name: str
    measure: str
    better: str
    unit: str
    minimum_trials: int
    important: int | None
    trials: Mapping[str, TrialResult]
    pooled: Pooled | None
    modified: Pooled | None
    wald: Pooled | None
    dersimonian_laird: Pooled | None
    prediction_k2: Pooled | None
    too_few_for_funnel: str
    estimators: Mapping[str, Variant]
    leave_one_out: Mapping[str, Variant]
    sensitivity: Mapping[str, Variant]
    context: Mapping[str, TrialResult]
    unavailable: Mapping[str, Unavailable]
    k: int = quantity("count")
    k_shown: int = quantity("count")
    k_not_estimable: int = quantity("count")
    k_secondary: int = quantity("count")
    k_unavailable: int = quantity("count")
    participants: int = quantity("count")
    participants_shown: int = quantity("count")
    randomised_unavailable: int = quantity("count")
    k_unavailable_sized: int = quantity("count")

    @property
    def entries(self) -> list[Entry]:
        """What the trials of the primary analysis bring into it."""
        return [trial.entry for trial in self.trials.values()]

    @property
    def wider(self) -> Pooled | None:
        """The result with the modified interval, where that is wider than the primary one; None where it is not.

        The modified interval is never narrower than the Hartung-Knapp or the Wald interval, so that a conclusion
        that holds by it holds by all three.
        """
        primary, modified = self.pooled, self.modified
        if primary is None or modified is None:
            return None
        margin = ROUNDING * (modified.high - modified.low)
        return modified if modified.low < primary.low - margin or modified.high > primary.high + margin else None

    @property
    def to_read(self) -> Pooled | None:
        """The pooled result with the interval from which conclusions are drawn: the wider one. None without one."""
        return self.wider or self.pooled

    @property
    def shown(self) -> Pooled | TrialResult | None:
        """What conclusions are drawn from: ``to_read``, or the effect of the only trial with one; else None."""
        alone = [trial for trial in self.trials.values() if trial.estimable]
        return self.to_read or (alone[0] if len(alone) == 1 else None)

    @property
    def result(self) -> Pooled:
        """The primary result. Raises ``NothingPooled`` where there is none."""
        if self.pooled is None:
            raise NothingPooled(
                f"{self.name}: {self.k} of {self.k_shown} trials have an effect, and at least {self.minimum_trials} "
                "are needed to pool"
            )
        return self.pooled

    @property
    def concluded(self) -> Pooled:
        """The result with the interval from which conclusions are drawn. Raises ``NothingPooled``."""
        return self.wider or self.result

    @property
    def state(self) -> str:
        """``none``, ``one`` or ``several``: how many trials have an effect."""
        return "none" if self.k == 0 else "one" if self.k == 1 else "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedOutcome(Outcome):
    """An outcome that is counted per patient, with its totals over the trials with counts."""

    mantel_haenszel: Pooled | None
    k_double_zero: int = quantity("count")
    k_printed: int = quantity("count")
    k_counted: int = quantity("count")
    events_treatment: int = quantity("count")
    n_treatment: int = quantity("count")
    events_control: int = quantity("count")
    n_control: int = quantity("count")
    risk_treatment: float | None = quantity("fraction")
    risk_control: float | None = quantity("fraction")

    @property
    def counted(self) -> list[CountedTrial]:
        """The trials that give counts per arm."""
        return [trial for trial in self.trials.values() if isinstance(trial, CountedTrial)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredOutcome(Outcome):
    """An outcome that is measured, by its primary measure, with how the numbers of its trials were got.

    ``k_converted``, ``k_digitised`` and ``k_change`` count trials with numbers that were converted (from quantiles,
    standard errors, intervals or P values), read from figures, or are changes from baseline; ``k_skewed`` those that
    have numbers but no effect because the numbers are skewed.
    """

    k_converted: int = quantity("count")
    k_digitised: int = quantity("count")
    k_change: int = quantity("count")
    k_skewed: int = quantity("count")
