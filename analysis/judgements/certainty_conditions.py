"""What must hold of the results for each rating of certainty (GRADE): one condition per domain and rating.

Sources
    GRADE guidelines 4 (risk of bias), 5 (publication bias), 6 (imprecision), 7 (inconsistency) and 8 (indirectness):
    Guyatt GH, Oxman AD, et al. J Clin Epidemiol 2011;64:407-415, 1277-1310 [@guyatt2011grade4; @guyatt2011grade6;
    @guyatt2011grade7; @guyatt2011grade8]. The record of the fifth was not found in public text, so it has no
    reference.
    Where there is no pooled estimate: Murad MH, Mustafa RA, Schünemann HJ, et al. Evid Based Med 2017;22:85-87
    [@murad2017certainty].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from analysis.judgements.bias import HIGH, LOW, Bias
from analysis.synthesis.absolute_effects import Absolute
from analysis.synthesis.directions import Domain
from analysis.synthesis.outcome_shapes import MeasuredTrial, Outcome, is_ratio, no_effect

OVERALL = "overall"
#: a reduction or an increase of this size is appreciable (GRADE guidelines 6)
REDUCTION, INCREASE = 0.75, 1.25
#: patients from which a mean is rarely imprecise (GRADE guidelines 6)
PATIENTS_OF_MEANS = 400
#: I² from which heterogeneity may be substantial and considerable (Cochrane Handbook, section 10.10.2)
SUBSTANTIAL, CONSIDERABLE = 0.50, 0.75


@dataclass(frozen=True, slots=True)
class Pooling:
    """What the ratings of an outcome that was pooled are held against; ``absolute`` of what is counted."""

    outcome: Outcome
    absolute: Absolute | None
    bias: Bias
    disputed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Described:
    """What the ratings of an outcome that could not be pooled are held against."""

    domain: Domain
    bias: Bias
    eligible: int
    measured: int = 0
    with_numbers: int = 0
    lower: int = 0
    higher: int = 0


@dataclass(frozen=True, slots=True)
class Unpooled:
    """What the ratings of an outcome are held against that has trials with an effect, too few of them to pool."""

    pooling: Pooling
    said: Described


@dataclass(frozen=True, slots=True)
class Condition:
    """``says`` is the condition in plain words; ``holds`` decides it."""

    says: str
    holds: Callable[[Any], bool]


def weight(material: Pooling, judgement: str) -> float:
    """Weight of the trials whose result was judged so on the whole."""
    judged = material.bias.trials
    return sum(
        trial.weight or 0.0
        for name, trial in material.outcome.trials.items()
        if judged[name].domains[OVERALL].judgement == judgement
    )


def overlap(outcome: Outcome) -> bool:
    """Whether the intervals of every two trials overlap."""
    known = [
        (trial.low, trial.high)
        for trial in outcome.trials.values()
        if trial.low is not None and trial.high is not None
    ]
    return all(
        max(low, other_low) <= min(high, other_high)
        for (low, high), (other_low, other_high) in combinations(known, 2)
    )


def share_disputed(material: Pooling) -> float:
    """Share of the participants who were in a trial whose severity is disputed."""
    disputed = sum(trial.participants for name, trial in material.outcome.trials.items() if name in material.disputed)
    return disputed / material.outcome.participants_shown


def appreciable(outcome: Outcome) -> int:
    """How many of the two, an appreciable reduction and an appreciable increase, the interval includes.

    A difference is appreciable from half a standard deviation of the largest trial on (Cochrane Handbook 15.5.3.1).
    """
    pooled = outcome.result
    reduction, increase = (REDUCTION, INCREASE) if is_ratio(pooled.measure) else (-half_sd(outcome), half_sd(outcome))
    return (pooled.low <= reduction) + (pooled.high >= increase)


def half_sd(outcome: Outcome) -> float:
    """Half the standard deviation of the control arm of the largest trial that gives one; half of one of an SMD."""
    spreads = [
        (trial.participants, trial.sd_control)
        for trial in outcome.trials.values()
        if isinstance(trial, MeasuredTrial) and trial.sd_control
    ]
    return 0.5 if outcome.measure == "SMD" or not spreads else max(spreads)[1] / 2


def size_reached(material: Pooling) -> bool:
    """The optimal information size is reached: as computed for what is counted, else 400 patients (GRADE 6)."""
    if material.absolute is not None:
        return material.absolute.information.share >= 1
    return material.outcome.participants >= PATIENTS_OF_MEANS


def precise(material: Pooling) -> bool:
    """The optimal size is reached, and the interval excludes no effect, or both appreciable effects."""
    pooled = material.outcome.result
    nothing = no_effect(pooled.measure)
    excludes = pooled.low > nothing or pooled.high < nothing
    return size_reached(material) and (excludes or appreciable(material.outcome) == 0)


def imprecise_twice(material: Pooling) -> bool:
    """Both appreciable effects are in the interval, and the optimal size is not reached."""
    return appreciable(material.outcome) == 2 and not size_reached(material)


def mostly_known(outcome: Outcome) -> bool:
    """Fewer trials, and fewer patients, lack counts than have them."""
    return outcome.k_unavailable < outcome.k_shown and outcome.randomised_unavailable < outcome.participants_shown


def judged_low(material: Described) -> int:
    """Trials with a direction whose results were judged low on the whole."""
    trials = material.bias.trials
    return sum(name in trials and trials[name].domains[OVERALL].judgement == LOW for name in material.domain.trials)


def sign_test_open(domain: Domain) -> bool:
    return domain.sign_test is None or domain.sign_test.low < 0.5 < domain.sign_test.high


POOLED: dict[tuple[str, str], Condition] = {
    ("risk of bias", "not serious"): Condition(
        "more than half of the weight is that of trials judged low", lambda m: weight(m, LOW) > 0.5
    ),
    ("risk of bias", "serious"): Condition(
        "at most half of the weight is that of trials judged low, and at most half that of trials judged high",
        lambda m: weight(m, LOW) <= 0.5 and weight(m, HIGH) <= 0.5,
    ),
    ("risk of bias", "very serious"): Condition(
        "more than half of the weight is that of trials judged high", lambda m: weight(m, HIGH) > 0.5
    ),
    ("inconsistency", "not serious"): Condition(
        "the intervals of every two trials overlap, and I² is below 50%",
        lambda m: overlap(m.outcome) and (m.outcome.result.i2 or 0) < SUBSTANTIAL,
    ),
    ("inconsistency", "serious"): Condition(
        "the intervals of two trials do not overlap, or I² is 50% or more",
        lambda m: not overlap(m.outcome) or (m.outcome.result.i2 or 0) >= SUBSTANTIAL,
    ),
    ("inconsistency", "very serious"): Condition(
        "the intervals of two trials do not overlap, and I² is 75% or more",
        lambda m: not overlap(m.outcome) and (m.outcome.result.i2 or 0) >= CONSIDERABLE,
    ),
    ("indirectness", "not serious"): Condition(
        "at most half of the patients were in a trial whose severity is disputed", lambda m: share_disputed(m) <= 0.5
    ),
    ("indirectness", "serious"): Condition(
        "more than half of the patients were in a trial whose severity is disputed", lambda m: share_disputed(m) > 0.5
    ),
    ("imprecision", "not serious"): Condition(
        "the optimal information size is reached, and the interval excludes no effect or both a reduction and an "
        "increase by a quarter",
        precise,
    ),
    ("imprecision", "serious"): Condition(
        "neither precise nor very imprecise", lambda m: not precise(m) and not imprecise_twice(m)
    ),
    ("imprecision", "very serious"): Condition(
        "the interval includes a reduction and an increase by a quarter, and the optimal information size is not "
        "reached",
        imprecise_twice,
    ),
    ("missing results", "undetected"): Condition(
        "fewer eligible trials, with fewer patients, lack counts than have them", lambda m: mostly_known(m.outcome)
    ),
    ("missing results", "suspected"): Condition(
        "at least as many eligible trials, or patients, lack counts as have them",
        lambda m: not mostly_known(m.outcome),
    ),
}
#: for outcomes of which trials only state a direction
STATED: dict[tuple[str, str], Condition] = {
    ("risk of bias", "serious"): Condition("no trial gives numbers per arm", lambda m: m.with_numbers == 0),
    ("inconsistency", "not serious"): Condition(
        "the statements do not point both ways", lambda m: not (m.lower and m.higher)
    ),
    ("inconsistency", "serious"): Condition("statements point both ways", lambda m: m.lower > 0 and m.higher > 0),
    ("indirectness", "serious"): Condition(
        "no eligible trial is known to compare its arms", lambda m: m.domain.sign_test is None
    ),
    ("imprecision", "very serious"): Condition("no trial gives numbers per arm", lambda m: m.with_numbers == 0),
    ("missing results", "suspected"): Condition(
        "more trials measured the marker than give numbers", lambda m: m.measured > m.with_numbers
    ),
}


def judged_so(material: Unpooled, *judgements: str) -> bool:
    """Whether every trial with an effect was judged so on the whole."""
    judged = material.pooling.bias.trials
    shown = material.pooling.outcome.trials.items()
    return all(judged[name].domains[OVERALL].judgement in judgements for name, trial in shown if trial.estimable)


#: for outcomes of which too few trials have an effect to pool
UNPOOLED: dict[tuple[str, str], Condition] = {
    ("risk of bias", "not serious"): Condition("every trial was judged low", lambda m: judged_so(m, LOW)),
    ("risk of bias", "serious"): Condition("not every trial was judged low", lambda m: not judged_so(m, LOW)),
    ("risk of bias", "very serious"): Condition("every trial was judged high", lambda m: judged_so(m, HIGH)),
    ("inconsistency", "not serious"): Condition(
        "the statements of other trials do not point both ways", lambda m: not (m.said.lower and m.said.higher)
    ),
    ("inconsistency", "serious"): Condition(
        "statements of other trials point both ways", lambda m: m.said.lower > 0 and m.said.higher > 0
    ),
    ("indirectness", "not serious"): Condition(
        "at most half of the patients were in a trial whose severity is disputed",
        lambda m: share_disputed(m.pooling) <= 0.5,
    ),
    ("indirectness", "serious"): Condition(
        "fewer than half of the eligible trials have an effect", lambda m: 2 * m.pooling.outcome.k < m.said.eligible
    ),
    ("imprecision", "serious"): Condition(
        "the optimal information size is not reached", lambda m: not size_reached(m.pooling)
    ),
    ("imprecision", "very serious"): Condition(
        "too few trials to pool, and the optimal information size is not reached",
        lambda m: m.pooling.outcome.pooled is None and not size_reached(m.pooling),
    ),
    ("missing results", "undetected"): Condition(
        "fewer eligible trials, with fewer patients, lack numbers than have them",
        lambda m: mostly_known(m.pooling.outcome),
    ),
    ("missing results", "suspected"): Condition(
        "at least as many eligible trials, or patients, lack numbers as have them",
        lambda m: not mostly_known(m.pooling.outcome),
    ),
}
#: domains whose ratings, where trials have an effect, must rest on a result of the outcome itself
ON_RESULTS = ("risk of bias", "imprecision")
#: for outcomes read off the directions of several quantities
INDICATED: dict[tuple[str, str], Condition] = {
    ("risk of bias", "serious"): Condition(
        "at most half of the trials with a direction were judged low", lambda m: 2 * judged_low(m) <= m.domain.shown
    ),
    ("inconsistency", "not serious"): Condition(
        "all trials point the same way", lambda m: m.domain.favourable in (0, m.domain.with_direction)
    ),
    ("inconsistency", "serious"): Condition(
        "not all trials point the same way", lambda m: 0 < m.domain.favourable < m.domain.with_direction
    ),
    ("indirectness", "not serious"): Condition(
        "most trials shown are eligible",
        lambda m: 2 * sum(one.eligibility == "eligible" for one in m.domain.trials.values()) > m.domain.shown,
    ),
    ("imprecision", "very serious"): Condition(
        "no sign test could be done, or its interval includes one half", lambda m: sign_test_open(m.domain)
    ),
    ("missing results", "suspected"): Condition(
        "some eligible trials have no measure of severity",
        lambda m: m.domain.sign_test is None or m.domain.sign_test.trials < m.eligible,
    ),
}
