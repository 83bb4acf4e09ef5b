"""Absolute effects at stated baseline risks, and how much information the trials hold: the numbers behind GRADE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.methods.certainty import absolute_effects, optimal_information_size
from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import CountedOutcome, CountedTrial, Pooled, is_ratio

#: GRADE guidelines 6 suggest a relative risk reduction of 20% to 30% for the optimal information size
RELATIVE_REDUCTION = 0.25
ALPHA, POWER = 0.05, 0.80


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """The pooled risk ratio as numbers of people per 1,000 at one baseline risk, taken as known.

    ``difference`` and its limits are signed (below 0: fewer with the treatment); ``size`` and its limits are the same
    without the sign, with ``direction``, ``direction_low`` and ``direction_high`` ("fewer" or "more") for prose.
    ``control_rows`` are the rows behind the risk without the treatment.
    """

    notices: tuple[str, ...]
    control_rows: tuple[str, ...]
    label: str = quantity("text")
    baseline: float = quantity("fraction")
    control: float = quantity("per 1000")
    treated: float = quantity("per 1000")
    treated_low: float = quantity("per 1000")
    treated_high: float = quantity("per 1000")
    difference: float = quantity("per 1000")
    difference_low: float = quantity("per 1000")
    difference_high: float = quantity("per 1000")
    size: float = quantity("per 1000")
    size_low: float = quantity("per 1000")
    size_high: float = quantity("per 1000")
    direction: str = quantity("text")
    direction_low: str = quantity("text")
    direction_high: str = quantity("text")

    @property
    def baseline_rows(self) -> tuple[str, ...]:
        return self.control_rows


@dataclass(frozen=True, slots=True)
class Information:
    """The optimal information size: participants that one adequately powered trial would need.

    ``available`` counts the participants of the trials in the analysis, double-zero trials included; ``share`` is
    what they make up of ``required``.
    """

    baseline: float = quantity("fraction")
    reduction: float = quantity("fraction")
    alpha: float = quantity("fraction")
    power: float = quantity("fraction")
    required: int = quantity("count")
    required_events: int = quantity("count")
    available: int = quantity("count")
    available_events: int = quantity("count")
    share: float = quantity("fraction")


@dataclass(frozen=True, slots=True)
class Absolute:
    """One outcome in absolute numbers: at the risk of all control patients, and at that of the largest trial.

    The largest trial is the largest that had events, and patients without one, among its controls.
    """

    pooled_risk: AbsoluteEffect
    largest_trial: AbsoluteEffect
    information: Information


def absolute(outcome: CountedOutcome) -> Absolute | None:
    """Absolute effects of the primary result and the optimal information size of an outcome.

    Their limits are those of the interval that is to be read (``Outcome.to_read``).
    None where nothing is pooled, or no trial has a control risk between 0 and 1.
    """
    usable = [trial for trial in outcome.counted if 0 < trial.risk_control < 1]
    pooled, risk = outcome.to_read, outcome.risk_control
    if pooled is None or not risk or not usable or not is_ratio(pooled.measure):
        return None
    largest = max(usable, key=lambda trial: trial.participants)
    size = optimal_information_size(risk, RELATIVE_REDUCTION, ALPHA, POWER)
    return Absolute(
        pooled_risk=at_baseline(pooled, risk, "all control patients of the trials shown", outcome.counted),
        largest_trial=at_baseline(pooled, largest.risk_control, f"control patients of {largest.label}", [largest]),
        information=Information(
            baseline=risk,
            reduction=RELATIVE_REDUCTION,
            alpha=ALPHA,
            power=POWER,
            required=size.total,
            required_events=round(size.events),
            available=outcome.participants_shown,
            available_events=outcome.events_treatment + outcome.events_control,
            share=size.reached_by(outcome.participants_shown),
        ),
    )


def at_baseline(pooled: Pooled, baseline: float, label: str, trials: Sequence[CountedTrial]) -> AbsoluteEffect:
    """The effect at a baseline risk, which is that of the control patients of ``trials``."""
    effect = absolute_effects(
        pooled.estimate, pooled.low, pooled.high, baseline, "OR" if pooled.measure == "OR" else "RR"
    )
    difference, (low, high) = effect.difference, effect.difference_ci
    return AbsoluteEffect(
        label=label,
        control_rows=tuple(row for trial in trials for row in trial.rows),
        notices=tuple(str(notice) for notice in effect.warnings),
        baseline=baseline,
        control=effect.control,
        treated=effect.treated,
        treated_low=effect.treated_ci[0],
        treated_high=effect.treated_ci[1],
        difference=difference,
        difference_low=low,
        difference_high=high,
        size=abs(difference),
        size_low=abs(low),
        size_high=abs(high),
        direction=direction(difference),
        direction_low=direction(low),
        direction_high=direction(high),
    )


def direction(difference: float) -> str:
    return "fewer" if difference < 0 else "more"
