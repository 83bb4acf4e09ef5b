"""What the eligible trials without results could do to the primary result, at their known sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.methods.robustness import MissingTrial, Scenario, missing_trial_bounds
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import CountedEntry
from analysis.synthesis.outcome_shapes import CountedOutcome
from analysis.synthesis.pooling import INTERVALS, LEVEL, arms, with_events

#: control risks of the contour, from 2% to 100%
CONTOUR_RISKS = tuple(step / 50 for step in range(1, 51))


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumed result of the missing trials together, and the pooled ratio that would follow."""

    ratio: float = quantity("ratio")
    events_treatment: int = quantity("count")
    events_control: int = quantity("count")
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The missing trials at one common control risk, their common risk ratio running from a sixteenth to sixteenfold.

    ``benefit_from`` and ``benefit_to`` are the smallest and largest ratio with which the pooled interval would
    exclude 1 in favour of the treatment, ``harm_from`` and ``harm_to`` those in favour of control; None where no
    ratio would.
    Ratios beyond such a range make the trials disagree, which widens a Hartung-Knapp interval again.
    """

    benefit_from: Assumed | None
    benefit_to: Assumed | None
    harm_from: Assumed | None
    harm_to: Assumed | None
    label: str = quantity("text")
    control_risk: float = quantity("fraction")
    scenarios: int = quantity("count")
    for_treatment: int = quantity("count")
    for_control: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Extreme:
    """The pooled ratio if the missing trials had gone entirely one way."""

    label: str = quantity("text")
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")


@dataclass(frozen=True, slots=True)
class Contour:
    """The pooled interval over a grid of common control risks and common ratios of the missing trials.

    ``low`` and ``high`` hold the limits of the pooled ratio, a row for each of ``control_risks`` and in it a number
    for each of ``ratios``, both ascending; NaN where the ratio would need a risk above 1. Of the possible ``points``,
    ``below`` and ``above`` count those at which the interval would lie on that side of no effect.
    """

    control_risks: tuple[float, ...]
    ratios: tuple[float, ...]
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]
    points: int = quantity("count")
    below: int = quantity("count")
    above: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The missing trials at the lowest (above 0), the pooled and the highest control risk of those with results.

    ``contour`` is the same over all control risks.
    ``for_treatment`` and ``for_control`` count the scenarios in which the pooled interval would exclude 1, by side.
    """

    interval: str
    contour: Contour
    lowest_risk: AtRisk
    pooled_risk: AtRisk
    highest_risk: AtRisk
    all_benefit: Extreme
    all_harm: Extreme
    assumption: str = quantity("text")
    trials: int = quantity("count")
    n_treatment: int = quantity("count")
    n_control: int = quantity("count")
    participants: int = quantity("count")
    scenarios: int = quantity("count")
    for_treatment: int = quantity("count")
    for_control: int = quantity("count")


def bounds(evidence: Evidence, outcome: CountedOutcome) -> dict[str, Bounds]:
    """Bounds by interval (``hk``, ``wald``); empty where nothing is pooled or no missing trial has known arm sizes.

    Trials that give a printed ratio only do not take part.
    """
    if outcome.mantel_haenszel is None or not any(trial.events_control for trial in outcome.counted):
        return {}
    missing = []
    for name, trial in outcome.unavailable.items():
        record = evidence.trial(name)
        if record.randomised_treatment is not None and record.randomised_control is not None:
            missing.append(MissingTrial(trial.label, record.randomised_treatment, record.randomised_control))
    if not missing:
        return {}
    treatment = evidence.called("treatment")
    return {ci.lower(): bounds_by(outcome, missing, ci, treatment) for ci in ("HK", "wald")}


def bounds_by(outcome: CountedOutcome, missing: list[MissingTrial], ci: str, treatment: str) -> Bounds:
    observed = with_events(trial.entry for trial in outcome.counted if isinstance(trial.entry, CountedEntry))
    risks = [entry.events_control / entry.n_control for entry in observed if entry.events_control]
    examined = (min(risks), outcome.risk_control or max(risks), max(risks))
    found = missing_trial_bounds(*arms(observed), missing, measure="RR", control_risks=examined, ci=ci, level=LEVEL)
    lowest, pooled, highest = (
        at_risk(label, risk, [scenario for scenario in found.grid if scenario.control_risk == risk])
        for label, risk in zip(("lowest observed", "pooled", "highest observed"), examined, strict=True)
    )
    benefit, harm = found.extremes
    return Bounds(
        interval=INTERVALS[ci],
        contour=contour(observed, missing, ci),
        assumption=found.assumption,
        lowest_risk=lowest,
        pooled_risk=pooled,
        highest_risk=highest,
        all_benefit=extreme(f"no event with {treatment}, events in all controls", benefit),
        all_harm=extreme(f"events in all patients with {treatment}, none in controls", harm),
        trials=len(missing),
        n_treatment=sum(trial.n_t for trial in missing),
        n_control=sum(trial.n_c for trial in missing),
        participants=found.participants,
        scenarios=len(found.grid),
        for_treatment=sum(scenario.verdict == "treatment" for scenario in found.grid),
        for_control=sum(scenario.verdict == "control" for scenario in found.grid),
    )


def contour(observed: list[CountedEntry], missing: list[MissingTrial], ci: str) -> Contour:
    """The pooled limits at every point of ``CONTOUR_RISKS`` and the ratios that `missing_trial_bounds` examines."""
    found = missing_trial_bounds(
        *arms(observed), missing, measure="RR", control_risks=CONTOUR_RISKS, ci=ci, level=LEVEL
    )
    limits = {
        (scenario.control_risk, scenario.risk_ratio): (math.exp(scenario.ci_low), math.exp(scenario.ci_high))
        for scenario in found.grid
    }
    impossible = (math.nan, math.nan)
    low, high = (
        tuple(
            tuple(limits.get((risk, ratio), impossible)[side] for ratio in found.risk_ratios)
            for risk in found.control_risks
        )
        for side in (0, 1)
    )
    return Contour(
        control_risks=found.control_risks,
        ratios=found.risk_ratios,
        low=low,
        high=high,
        points=len(found.grid),
        below=sum(scenario.ci_high < 0 for scenario in found.grid),
        above=sum(scenario.ci_low > 0 for scenario in found.grid),
    )


def extreme(label: str, scenario: Scenario) -> Extreme:
    return Extreme(
        label=label,
        estimate=math.exp(scenario.estimate),
        low=math.exp(scenario.ci_low),
        high=math.exp(scenario.ci_high),
        level=LEVEL,
    )


def at_risk(label: str, risk: float, scenarios: list[Scenario]) -> AtRisk:
    for_treatment = [scenario for scenario in scenarios if scenario.verdict == "treatment"]
    for_control = [scenario for scenario in scenarios if scenario.verdict == "control"]
    return AtRisk(
        label=label,
        benefit_from=assumed(for_treatment[:1]),
        benefit_to=assumed(for_treatment[-1:]),
        harm_from=assumed(for_control[:1]),
        harm_to=assumed(for_control[-1:]),
        control_risk=risk,
        scenarios=len(scenarios),
        for_treatment=len(for_treatment),
        for_control=len(for_control),
    )


def assumed(scenarios: Iterable[Scenario]) -> Assumed | None:
    for scenario in scenarios:
        return Assumed(
            ratio=scenario.risk_ratio,
            events_treatment=sum(scenario.events_t),
            events_control=sum(scenario.events_c),
            estimate=math.exp(scenario.estimate),
            low=math.exp(scenario.ci_low),
            high=math.exp(scenario.ci_high),
            level=LEVEL,
        )
    return None
