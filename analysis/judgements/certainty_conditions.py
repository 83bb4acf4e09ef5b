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
#: a relative reduction or increase of this size is appreciable (GRADE guidelines 6)
QUARTER = 0.25
#: patients from which a mean is rarely imprecise (GRADE guidelines 6)
PATIENTS_OF_MEANS = 400
#: I² from which heterogeneity may be substantial and considerable (Cochrane Handbook, section 10.10.2)
SUBSTANTIAL, CONSIDERABLE = 0.50, 0.75


@dataclass(frozen=True, slots=True)
class Pooling:
    """What the ratings of an outcome with an estimate are held against: a pooled one, or that of a single trial.

    ``absolute`` is known of what is counted and pooled.
    """

    outcome: Outcome
    absolute: Absolute | None
    bias: Bias
    disputed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Described:
    """What the ratings of an outcome that is read off the directions of several quantities are held against."""

    domain: Domain
    bias: Bias
    eligible: int


@dataclass(frozen=True, slots=True)
class Condition:
    """``says`` is the condition in plain words; ``holds`` decides it."""

    says: str
    holds: Callable[[Any], bool]


def weight(material: Pooling, judgement: str) -> float:
    """Weight of the trials whose result was judged so on the whole; a single trial has all of it."""
    judged = material.bias.trials
    trials = {name: trial for name, trial in material.outcome.trials.items() if trial.estimable}
    alone = 1.0 if len(trials) == 1 else 0.0
    return sum(
        trial.weight or alone
        for name, trial in trials.items()
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


def i2(outcome: Outcome) -> float:
    """I² of the pooled result; 0 where nothing was pooled, or it cannot be had."""
    return (outcome.pooled.i2 if outcome.pooled else None) or 0.0


def share_disputed(material: Pooling) -> float:
    """Share of the participants who were in a trial whose severity is disputed."""
    disputed = sum(trial.participants for name, trial in material.outcome.trials.items() if name in material.disputed)
    return disputed / material.outcome.participants_shown


def interval(outcome: Outcome) -> tuple[float, float]:
    """The interval that is rated: the wider one of the pooled estimate, or that of a single trial.

    Raises ``ValueError`` without either.
    """
    shown = outcome.shown
    if shown is None or shown.low is None or shown.high is None:
        raise ValueError(f"{outcome.name} has no estimate whose precision could be rated")
    return shown.low, shown.high


def limits(material: Pooling) -> tuple[float, float, float]:
    """The interval on the scale on which importance is judged, and the smallest important difference on it.

    Of what is counted, the absolute effect per 1,000 at the control risk of the largest trial (GRADE guidance 34); of
    what is measured, the difference, against the one that was named or half the SD of the largest trial's controls
    (Cochrane Handbook 15.5.3.1). A ratio without absolute effect is held against a quarter (GRADE guidelines 6).
    """
    outcome, absolute = material.outcome, material.absolute
    low, high = interval(outcome)
    if absolute is not None:
        effect = absolute.largest_trial
        return effect.difference_low, effect.difference_high, outcome.important or QUARTER * effect.control
    if is_ratio(outcome.measure):
        return low - 1, high - 1, QUARTER
    return low, high, outcome.important or half_sd(outcome)


def appreciable(material: Pooling) -> int:
    """How many of the two, an important reduction and an important increase, the interval includes."""
    low, high, important = limits(material)
    return (low <= -important) + (high >= important)


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
    """The optimal size is reached, and the interval excludes no effect, or both important effects."""
    low, high = interval(material.outcome)
    nothing = no_effect(material.outcome.measure)
    return size_reached(material) and (low > nothing or high < nothing or appreciable(material) == 0)


def imprecise_twice(material: Pooling) -> bool:
    """Both important effects are in the interval, and the optimal size is not reached."""
    return appreciable(material) == 2 and not size_reached(material)


def judged_low(material: Described) -> int:
    """Trials with a direction whose results were judged low on the whole."""
    trials = material.bias.trials
    return sum(name in trials and trials[name].domains[OVERALL].judgement == LOW for name in material.domain.trials)


def sign_test_open(domain: Domain) -> bool:
    return domain.sign_test is None or domain.sign_test.low < 0.5 < domain.sign_test.high


ESTIMATED: dict[tuple[str, str], Condition] = {
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
        lambda m: overlap(m.outcome) and i2(m.outcome) < SUBSTANTIAL,
    ),
    ("inconsistency", "serious"): Condition(
        "the intervals of two trials do not overlap, or I² is 50% or more",
        lambda m: not overlap(m.outcome) or i2(m.outcome) >= SUBSTANTIAL,
    ),
    ("inconsistency", "very serious"): Condition(
        "the intervals of two trials do not overlap, and I² is 75% or more",
        lambda m: not overlap(m.outcome) and i2(m.outcome) >= CONSIDERABLE,
    ),
    ("indirectness", "not serious"): Condition(
        "at most half of the patients were in a trial whose severity is disputed", lambda m: share_disputed(m) <= 0.5
    ),
    ("indirectness", "serious"): Condition(
        "more than half of the patients were in a trial whose severity is disputed", lambda m: share_disputed(m) > 0.5
    ),
    ("imprecision", "not serious"): Condition(
        "the optimal information size is reached, and the interval excludes no effect, or both an important "
        "reduction and an important increase",
        precise,
    ),
    ("imprecision", "serious"): Condition(
        "the conditions of 'not serious' and of 'very serious' both fail",
        lambda m: not precise(m) and not imprecise_twice(m),
    ),
    ("imprecision", "very serious"): Condition(
        "the interval includes an important reduction and an important increase, and the optimal information size is "
        "not reached",
        imprecise_twice,
    ),
    ("missing results", "undetected"): Condition(
        "no eligible trial lacks a result", lambda m: m.outcome.k_unavailable == 0
    ),
    ("missing results", "suspected"): Condition(
        "at least one eligible trial lacks a result", lambda m: m.outcome.k_unavailable > 0
    ),
}
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
        "at least one eligible trial lacks a result",
        lambda m: m.domain.sign_test is None or m.domain.sign_test.trials < m.eligible,
    ),
}
