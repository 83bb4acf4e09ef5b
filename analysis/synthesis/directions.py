"""Directions of effect of outcomes that are not pooled (SWiM).

A direction counts in a sign test only if it compares the arms of one trial; a change within one arm is shown and not
counted, as patients of the other arm change too. Where a method has nothing to work on, the result holds a printable
sentence that says so instead of a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from analysis.evidence.load import Evidence
from analysis.evidence.rows import BiomarkerStatement, Continuous
from analysis.evidence.rows_question import BETWEEN_ARMS, COUNTED, AskedOutcome
from analysis.methods import direction
from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import Outcome, no_effect

FAVOURABLE, UNFAVOURABLE, NO_DIFFERENCE, MIXED, NOT_STATED = (
    "favourable", "unfavourable", "no clear difference", "mixed", "not stated",
)  # fmt: skip
BETWEEN = "between arms"
#: trials whose directions bear on the question, and the ones that enter a sign test
SHOWN = ("eligible", "sensitivity only", "awaiting classification")
TESTED = ("eligible",)


class Said(NamedTuple):
    """One statement or result: its row, its words, its direction, and what is compared."""

    row: str
    words: str
    direction: str
    comparison: str


@dataclass(frozen=True, slots=True)
class TrialDirection:
    """What one trial says of one domain: its overall direction and the results behind it.

    ``direction`` is favourable where patients given the treatment did better; ``between_arms`` is true
    if it compares the arms; ``results`` names the outcomes with signs (+ favourable, − unfavourable, = neither).
    """

    trial: str
    label: str
    eligibility: str
    direction: str
    between_arms: bool
    rows: tuple[str, ...]
    results: tuple[tuple[str, str], ...]
    summary: str = quantity("text")
    favourable: int = quantity("count")
    unfavourable: int = quantity("count")
    number: int = quantity("count")


@dataclass(frozen=True, slots=True)
class SignTest:
    """Exact two-sided sign test over the trials with a direction against control; ``mixed`` trials have none."""

    favourable: int = quantity("count")
    unfavourable: int = quantity("count")
    mixed: int = quantity("count")
    trials: int = quantity("count")
    proportion: float = quantity("fraction")
    low: float = quantity("fraction")
    high: float = quantity("fraction")
    level: float = quantity("fraction")
    p_value: float = quantity("probability")


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain by trial, with its sign test, or the sentence that says why there is none."""

    trials: Mapping[str, TrialDirection]
    sign_test: SignTest | None
    name: str = quantity("text")
    no_sign_test: str = quantity("text")
    shown: int = quantity("count")
    with_direction: int = quantity("count")
    between_arms: int = quantity("count")
    favourable: int = quantity("count")
    unfavourable: int = quantity("count")
    mixed: int = quantity("count")


def domains(evidence: Evidence, results: Mapping[str, Outcome]) -> dict[str, Domain]:
    """Every outcome that is shown by its direction, by its key; ``results`` of those that are counted or measured."""
    found = {}
    for outcome in evidence.outcomes:
        if outcome.kind != COUNTED:
            said = stated(evidence, outcome) | indicated(evidence, outcome)
            for trial, shown in numbers(outcome, results[outcome.key]) if outcome.key in results else ():
                said.setdefault(trial, []).append(shown)
            found[outcome.key] = domain(evidence, outcome, said)
    return found


def numbers(outcome: AskedOutcome, result: Outcome) -> Iterator[tuple[str, Said]]:
    """Trial → the direction of its effect, where it gives numbers per arm."""
    none = no_effect(result.measure)
    for trial in result.trials.values():
        if trial.estimate is not None:
            day = () if trial.timepoint_days is None else (f"day {trial.timepoint_days}",)
            words = ", ".join((outcome.name, *day, "numbers per arm"))
            gap = (trial.estimate - none) * (1 if outcome.better == "higher" else -1)
            yield trial.trial, Said(trial.rows[0], words, towards(gap), BETWEEN)


def stated(evidence: Evidence, outcome: AskedOutcome) -> dict[str, list[Said]]:
    """Trial → what it states of the outcome without numbers per arm."""
    other = "higher" if outcome.better == "lower" else "lower"
    towards_patient = {outcome.better: FAVOURABLE, other: UNFAVOURABLE, "no clear difference": NO_DIFFERENCE}
    found: dict[str, list[Said]] = {}
    for row in evidence.biomarkers:
        if row.biomarker == outcome.name:
            words = ", ".join((outcome.name, *when(row)))
            said = Said(row.row_id, words, towards_patient.get(row.direction, NOT_STATED), row.comparison)
            found.setdefault(row.trial, []).append(said)
    return found


def indicated(evidence: Evidence, outcome: AskedOutcome) -> dict[str, list[Said]]:
    """Trial → the directions of its numbers for the quantities that point to the outcome."""
    signs = {one.quantity: one.sign for one in evidence.indicators if one.outcome == outcome.key}
    found: dict[str, list[Said]] = {}
    for row in evidence.counts:
        if row.outcome in signs and row.complete and row.counted_unit == "patients":
            difference = ratio(row.events_treatment, row.n_treatment) - ratio(row.events_control, row.n_control)
            words = f"{row.outcome}, {row.timepoint_text}"
            said = Said(row.row_id, words, towards(difference * signs[row.outcome]), BETWEEN)
            found.setdefault(row.trial, []).append(said)
    for rows in arms_of(evidence.continuous):
        first = rows[0]
        if first.outcome in signs and (gap := difference_of(rows)) is not None:
            words = first.outcome + ("" if first.timepoint_days is None else f", day {first.timepoint_days}")
            said = Said(first.row_id, words, towards(gap * signs[first.outcome]), BETWEEN)
            found.setdefault(first.trial, []).append(said)
    return found


def domain(evidence: Evidence, outcome: AskedOutcome, statements: Mapping[str, list[Said]]) -> Domain:
    trials = {}
    name, comparator = outcome.name, evidence.called("comparator")
    order = sorted(
        (t for t in evidence.trials if t.comparator_class in evidence.comparators and t.eligibility in SHOWN),
        key=lambda trial: (SHOWN.index(trial.eligibility), trial.year or 0, trial.label),
    )
    for trial in order:
        if trial.row_id in statements:
            trials[trial.row_id] = overall(trial.row_id, trial.label, trial.eligibility, statements[trial.row_id])
    compared = [trial for trial in trials.values() if trial.between_arms and trial.direction != NOT_STATED]
    tested = [trial for trial in compared if trial.eligibility in TESTED]
    test = sign_test(tested) if len(tested) > 1 else None
    within = f"a change within the {evidence.called('treatment')} arm is no comparison"
    none = f"no eligible trial in the available text states its direction against {comparator}, and {within}"
    why = f"one eligible trial only compares its arms, {tested[0].label}" if tested else none
    no_test = f"No sign test was done for {name}: {why}."
    directions = [trial.direction for trial in trials.values()]
    return Domain(
        name=name,
        trials=trials,
        sign_test=test,
        no_sign_test="" if test else no_test,
        shown=len(trials),
        with_direction=sum(found != NOT_STATED for found in directions),
        between_arms=len(compared),
        favourable=directions.count(FAVOURABLE),
        unfavourable=directions.count(UNFAVOURABLE),
        mixed=directions.count(MIXED) + directions.count(NO_DIFFERENCE),
    )


def overall(trial: str, label: str, eligibility: str, statements: list[Said]) -> TrialDirection:
    """One direction per trial: that of at least 70% of its results (between arms, if any are), else mixed."""
    spoken = [said for said in statements if said.direction != NOT_STATED]
    between = [said for said in spoken if said.comparison == BETWEEN]
    used = between or spoken or statements
    signs = {FAVOURABLE: 1.0, UNFAVOURABLE: -1.0, NO_DIFFERENCE: 0.0, NOT_STATED: math.nan}
    result = direction.effect_direction([signs[said.direction] for said in used], favourable="positive")
    named = {"favourable": FAVOURABLE, "unfavourable": UNFAVOURABLE, "mixed": MIXED, "unknown": NOT_STATED}
    overall_direction = named[result.direction]
    if result.favourable == result.unfavourable == 0 and result.ties:
        overall_direction = NO_DIFFERENCE
    mark = {FAVOURABLE: "+", UNFAVOURABLE: "\N{MINUS SIGN}", NO_DIFFERENCE: "=", NOT_STATED: "?"}
    return TrialDirection(
        trial=trial,
        label=label,
        eligibility=eligibility,
        direction=overall_direction,
        between_arms=bool(between),
        rows=tuple(said.row for said in used),
        results=tuple((said.words, mark[said.direction]) for said in used),
        summary="; ".join(f"{said.words} ({mark[said.direction]})" for said in used),
        favourable=result.favourable,
        unfavourable=result.unfavourable,
        number=len(used),
    )


def sign_test(trials: Iterable[TrialDirection]) -> SignTest | None:
    signs = {FAVOURABLE: 1.0, UNFAVOURABLE: -1.0, MIXED: 0.0, NO_DIFFERENCE: 0.0}
    values = [signs[trial.direction] for trial in trials]
    if not any(values):
        return None
    test = direction.sign_test(values, favourable="positive")
    return SignTest(
        favourable=test.favourable,
        unfavourable=test.unfavourable,
        mixed=test.ties,
        trials=test.k + test.ties,
        proportion=test.proportion,
        low=test.ci[0],
        high=test.ci[1],
        level=test.level,
        p_value=test.p_value,
    )


def ratio(events: int | None, patients: int | None) -> float:
    return (events or 0) / (patients or 1)


def towards(benefit: float) -> str:
    return FAVOURABLE if benefit > 0 else UNFAVOURABLE if benefit < 0 else NO_DIFFERENCE


def when(row: BiomarkerStatement) -> list[str]:
    """How a marker was compared and when, as far as the source says."""
    return [words for words in (row.comparison, row.timepoint_text) if words != "not stated"]


def arms_of(rows: Iterable[Continuous]) -> list[list[Continuous]]:
    """The rows of each trial, outcome and time point together."""
    grouped: dict[tuple[str, str, int | None], list[Continuous]] = {}
    for row in rows:
        grouped.setdefault((row.trial, row.outcome, row.timepoint_days), []).append(row)
    return list(grouped.values())


def difference_of(rows: list[Continuous]) -> float | None:
    """Treatment minus control, from the printed difference or from the two arms' centres."""
    centres = {row.arm: row.centre for row in rows}
    if BETWEEN_ARMS in centres:
        return centres[BETWEEN_ARMS]
    if "treatment" in centres and "control" in centres:
        return centres["treatment"] - centres["control"]
    return None
