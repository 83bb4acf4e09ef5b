"""Directions of effect where nothing can be pooled (SWiM): CRP, IL-6 and clinical severity.

A direction counts in a sign test only if it compares the arms of one trial; a change within the MSC arm is shown and
not counted, as patients given placebo change too. Where a method has nothing to work on, the result holds a printable
sentence that says so instead of a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.evidence.rows import BiomarkerStatement, Continuous, Count
from analysis.methods import direction
from analysis.printing.quantities import quantity

BIOMARKERS = {"CRP": "CRP", "IL-6": "IL-6"}
SEVERITY = "clinical severity"
#: +1 where a higher value is better for the patient, -1 where a lower one is. Outcomes that are not named here
#: (images, quality of life, safety) are no measures of clinical severity.
BETTER: Mapping[str, int] = {
    "clinical improvement": 1,
    "symptom remission": 1,
    "PaO2/FiO2 change D0-D7": 1,
    "oxygenation index": -1,
    "SOFA change D0-D7": -1,
    "SOFA change D0-D14": -1,
    "ventilation-free days to D28": 1,
    "ventilation duration to D28": -1,
    "days alive off ventilation within 60 d (rank)": 1,
    "time to discontinuation of supplemental oxygen": -1,
    "time to symptom remission": -1,
    "hospital stay": -1,
    "6-minute walk distance": 1,
}
#: the outcome whose counts give one independent one-sided p-value per trial
COMBINED_OUTCOME = "clinical improvement"
FAVOURABLE, UNFAVOURABLE, NO_DIFFERENCE, MIXED, NOT_STATED = (
    "favourable", "unfavourable", "no clear difference", "mixed", "not stated",
)  # fmt: skip
BIOMARKER_DIRECTIONS = {"lower": FAVOURABLE, "higher": UNFAVOURABLE, "no clear difference": NO_DIFFERENCE}
BETWEEN = "between arms"
#: trials whose directions bear on the question, and the ones that enter a sign test
SHOWN = ("eligible", "sensitivity only", "awaiting classification")
TESTED = ("eligible",)


@dataclass(frozen=True, slots=True)
class TrialDirection:
    """What one trial says of one domain: its overall direction and the results behind it.

    ``direction`` is favourable where patients given MSC did better, or their marker fell; ``between_arms`` is true
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
class OneSided:
    """A trial's exact one-sided p-value towards MSC, from its counts (Fisher's exact test)."""

    label: str
    row: str
    p_value: float = quantity("probability")


@dataclass(frozen=True, slots=True)
class CombinedP:
    """Fisher's combination: a small value says that at least one trial has an effect, and nothing about its size."""

    outcome: str
    trials: Mapping[str, OneSided]
    statistic: float = quantity("statistic")
    df: int = quantity("count")
    p_value: float = quantity("probability")
    k: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain by trial, with its sign test and combined p-value, or the sentences that say why there is none."""

    trials: Mapping[str, TrialDirection]
    sign_test: SignTest | None
    combined: CombinedP | None
    name: str = quantity("text")
    no_sign_test: str = quantity("text")
    no_combined: str = quantity("text")
    shown: int = quantity("count")
    with_direction: int = quantity("count")
    between_arms: int = quantity("count")
    favourable: int = quantity("count")
    unfavourable: int = quantity("count")
    mixed: int = quantity("count")


def domains(evidence: Evidence) -> dict[str, Domain]:
    """The three domains, keyed ``CRP``, ``IL-6`` and ``severity``."""
    found = {name: biomarker_domain(evidence, name) for name in BIOMARKERS}
    return {**found, "severity": severity_domain(evidence)}


def biomarker_domain(evidence: Evidence, name: str) -> Domain:
    statements: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in evidence.biomarkers:
        if row.biomarker == name:
            said = BIOMARKER_DIRECTIONS.get(row.direction, NOT_STATED)
            statements.setdefault(row.trial, []).append(
                (row.row_id, ", ".join((name, *when(row))), said, row.comparison)
            )
    return domain(
        evidence,
        name,
        statements,
        combined=None,
        no_combined=f"No p-values were combined for {name}: no placebo-controlled trial with a known direction gives "
        "one for the comparison with placebo.",
    )


def severity_domain(evidence: Evidence) -> Domain:
    statements: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in evidence.counts:
        if row.outcome in BETTER and row.complete and row.counted_unit == "patients":
            difference = ratio(row.events_treatment, row.n_treatment) - ratio(row.events_control, row.n_control)
            statements.setdefault(row.trial, []).append(
                (
                    row.row_id,
                    f"{row.outcome}, {row.timepoint_text}",
                    towards(difference * BETTER[row.outcome]),
                    BETWEEN,
                )
            )
    for rows in arms_of(evidence.continuous):
        first = rows[0]
        if first.outcome in BETTER and (gap := difference_of(rows)) is not None:
            day = "" if first.timepoint_days is None else f", day {first.timepoint_days}"
            statements.setdefault(first.trial, []).append(
                (first.row_id, f"{first.outcome}{day}", towards(gap * BETTER[first.outcome]), BETWEEN)
            )
    return domain(evidence, SEVERITY, statements, combined=combine(evidence), no_combined="")


def domain(
    evidence: Evidence,
    name: str,
    statements: Mapping[str, list[tuple[str, str, str, str]]],
    combined: CombinedP | None,
    no_combined: str,
) -> Domain:
    trials = {}
    order = sorted(
        (trial for trial in evidence.trials if trial.comparator_class == "placebo" and trial.eligibility in SHOWN),
        key=lambda trial: (SHOWN.index(trial.eligibility), trial.year or 0, trial.label),
    )
    for trial in order:
        if trial.row_id in statements:
            trials[trial.row_id] = overall(trial.row_id, trial.label, trial.eligibility, statements[trial.row_id])
    no_test = (
        f"No sign test was done for {name}: no eligible trial in the available text states its direction against "
        "placebo, and a change within the MSC arm is no comparison."
    )
    compared = [trial for trial in trials.values() if trial.between_arms and trial.direction != NOT_STATED]
    tested = [trial for trial in compared if trial.eligibility in TESTED]
    test = sign_test(tested)
    directions = [trial.direction for trial in trials.values()]
    return Domain(
        name=name,
        trials=trials,
        sign_test=test,
        combined=combined,
        no_sign_test="" if test else no_test,
        no_combined="" if combined else no_combined,
        shown=len(trials),
        with_direction=sum(found != NOT_STATED for found in directions),
        between_arms=len(compared),
        favourable=directions.count(FAVOURABLE),
        unfavourable=directions.count(UNFAVOURABLE),
        mixed=directions.count(MIXED) + directions.count(NO_DIFFERENCE),
    )


def overall(trial: str, label: str, eligibility: str, found: list[tuple[str, str, str, str]]) -> TrialDirection:
    """One direction per trial: that of at least 70% of its results (between arms, if any are), else mixed."""
    spoken = [statement for statement in found if statement[2] != NOT_STATED]
    between = [statement for statement in spoken if statement[3] == BETWEEN]
    used = between or spoken or found
    signs = {FAVOURABLE: 1.0, UNFAVOURABLE: -1.0, NO_DIFFERENCE: 0.0, NOT_STATED: math.nan}
    result = direction.effect_direction([signs[said] for *_, said, _ in used], favourable="positive")
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
        rows=tuple(row for row, *_ in used),
        results=tuple((what, mark[said]) for _, what, said, _ in used),
        summary="; ".join(f"{what} ({mark[said]})" for _, what, said, _ in used),
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


def combine(evidence: Evidence) -> CombinedP | None:
    """One exact one-sided p-value per eligible trial with counts of clinical improvement; None below two trials."""
    from scipy.stats import hypergeom

    eligible = {trial.row_id: trial.label for trial in evidence.trials if trial.eligibility in TESTED}
    found = {}
    for row in evidence.counts:
        if row.outcome == COMBINED_OUTCOME and row.trial in eligible and row.complete and row.trial not in found:
            events, patients = sum_of(row)
            # P(X >= events with MSC) if the improved patients had been dealt to the arms at random
            p = float(hypergeom.sf((row.events_treatment or 0) - 1, patients, events, row.n_treatment))
            found[row.trial] = OneSided(eligible[row.trial], row.row_id, p_value=p)
    if len(found) < 2:
        return None
    combined = direction.combine_p_values([one.p_value for one in found.values()], method="fisher")
    return CombinedP(
        outcome=COMBINED_OUTCOME,
        trials=found,
        statistic=combined.statistic,
        df=2 * combined.k,
        p_value=combined.p_value,
        k=combined.k,
    )


def sum_of(row: Count) -> tuple[int, int]:
    return (row.events_treatment or 0) + (row.events_control or 0), (row.n_treatment or 0) + (row.n_control or 0)


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
    """MSC minus control, from the printed difference or from the two arms' centres."""
    centres = {row.arm: row.centre for row in rows}
    if "MSC minus control" in centres:
        return centres["MSC minus control"]
    if "MSC" in centres and "control" in centres:
        return centres["MSC"] - centres["control"]
    return None
