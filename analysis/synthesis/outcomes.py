"""One outcome, counted or measured: from the rows that were chosen to its ``Outcome`` in the tree of results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Choice
from analysis.evidence.rows_question import COMPUTED_CHANGE, COUNTED, AskedOutcome
from analysis.methods import robustness
from analysis.methods.errors import Refusal
from analysis.methods.models import random_effects
from analysis.methods.small_studies import egger
from analysis.synthesis.chosen import Reading, Unusable, chosen
from analysis.synthesis.entries import CountedEntry, Entry, MeasuredEntry, PrintedEntry, effects, mixed
from analysis.synthesis.outcome_shapes import (
    CountedOutcome,
    CountedTrial,
    MeasuredDifference,
    MeasuredOutcome,
    MeasuredTrial,
    Outcome,
    Pooled,
    TrialResult,
    Unavailable,
    Variant,
    is_ratio,
)
from analysis.synthesis.pooling import (
    ESTIMATORS,
    INTERVALS,
    LEVEL,
    arms,
    as_pooled,
    informative,
    pool,
    pool_each,
    pool_mantel_haenszel,
    scale,
)

__all__ = ["ALTERNATIVES", "Unusable", "outcome"]

#: name in the tree → (estimator of τ², interval)
ALTERNATIVES: dict[str, tuple[str, str]] = {
    "reml_hk": ("REML", "HK"),
    "reml_mhk": ("REML", "mHK"),
    "reml_wald": ("REML", "wald"),
    "dl_wald": ("DL", "wald"),
    "dl_hk": ("DL", "HK"),
    "pm_hk": ("PM", "HK"),
    "ml_hk": ("ML", "HK"),
    "eb_hk": ("EB", "HK"),
    "sj_hk": ("SJ", "HK"),
    "he_hk": ("HE", "HK"),
    "ee_wald": ("EE", "wald"),
}


NO_NUMBERS = "no numbers per arm in the available text"
#: correlations of baseline and final values for which a computed change is shown
CORRELATIONS = (0.5, 0.7, 0.9)
#: key → how numbers are read otherwise than the evidence says, where it gives occasion
READINGS: dict[str, tuple[Callable[[Entry], bool], Reading]] = {
    **{
        f"correlation_{round(10 * r):02d}": (
            lambda entry: isinstance(entry, MeasuredEntry) and entry.way == COMPUTED_CHANGE,
            Reading(correlation=r),
        )
        for r in CORRELATIONS
    },
    "skewed_converted": (
        lambda entry: isinstance(entry, MeasuredEntry) and entry.skewed,
        Reading(despite_skew=True),
    ),
    **{
        f"reading_{end}": (lambda entry: "digitised" in entry.marks, Reading(means=end))
        for end in ("lowest", "highest")
    },
    **{
        f"reading_{end}": (lambda entry: "digitised" in entry.marks, Reading(spreads=end))
        for end in ("smallest", "largest")
    },
}
#: key and words of the analyses of trials that give one kind of value only
KINDS = {"finals_only": ("final values only", False), "changes_only": ("changes from baseline only", True)}


def outcome(evidence: Evidence, asked: AskedOutcome) -> Outcome:
    """The ``CountedOutcome`` or ``MeasuredOutcome`` of a counted or measured outcome, whatever its evidence.

    Raises ``Unusable`` when a chosen row cannot enter an analysis.
    """
    choices = [choice for choice in evidence.choices if choice.analysis == asked.name]
    primary = [chosen(evidence, choice) for choice in choices if choice.role == "primary"]
    if asked.measure == "SMD" and mixed(primary):
        raise Unusable(
            f"data/choices.csv: {asked.name} mixes final values and changes from baseline, which standardised mean "
            "differences must not (Cochrane Handbook 10.5.2). Remedy: list the changes, or pool another measure"
        )
    primary.sort(key=lambda entry: evidence.trial(entry.trial).published)
    usable = informative(primary, asked.measure)
    poolable = len(usable) >= (asked.minimum_trials or 2)
    estimators = {
        key: Variant("", pool(primary, asked.measure, tau2, ci), label=f"{ESTIMATORS[tau2]}, {INTERVALS[ci]}")
        for key, (tau2, ci) in ALTERNATIVES.items()
        if poolable
    }
    by_key: dict[str, Pooled | None] = dict.fromkeys(ALTERNATIVES) | {
        key: variant.pooled for key, variant in estimators.items()
    }
    pooled = by_key["reml_hk"]
    weights = {entry.trial: w for entry, w in zip(pooled.entries, pooled.weights, strict=True)} if pooled else {}
    trials = results(evidence, primary, asked, weights)
    unavailable = missing(evidence, choices)
    sizes = [trial.randomised for trial in unavailable.values() if trial.randomised]
    context = [chosen(evidence, choice) for choice in choices if choice.role == "context"]
    common: dict[str, Any] = {
        "key": asked.key,
        "name": asked.in_print,
        "measure": asked.measure,
        "better": asked.better,
        "unit": asked.unit,
        "minimum_trials": asked.minimum_trials or 2,
        "important": asked.important,
        "trials": trials,
        "pooled": pooled,
        "modified": by_key["reml_mhk"],
        "wald": by_key["reml_wald"],
        "dersimonian_laird": by_key["dl_wald"],
        "prediction_k2": pool(primary, asked.measure, prediction="k-2") if poolable else None,
        "too_few_for_funnel": too_few_for_funnel(primary, asked.measure),
        "estimators": estimators,
        "leave_one_out": leave_one_out(evidence, primary, asked.measure) if poolable and len(usable) > 2 else {},
        "sensitivity": sensitivity(evidence, choices, primary, asked) if poolable else {},
        "context": results(evidence, context, asked, weights={}),
        "unavailable": unavailable,
        "k": len(usable),
        "k_shown": len(trials),
        "k_not_estimable": len(trials) - len(usable),
        "k_secondary": sum(entry.secondary for entry in primary),
        "k_unavailable": len(unavailable),
        "participants": sum(entry.participants for entry in usable),
        "participants_shown": sum(entry.participants for entry in primary),
        "randomised_unavailable": sum(sizes),
        "k_unavailable_sized": len(sizes),
    }
    whole = counted_totals if asked.kind == COUNTED else measured_totals
    return whole(primary, common, poolable)


def counted_totals(primary: Sequence[Entry], common: dict[str, Any], poolable: bool) -> CountedOutcome:
    """An outcome with the totals of its counts."""
    counted = [entry for entry in primary if isinstance(entry, CountedEntry)]
    with_events = [entry for entry in counted if entry.has_events]
    totals = [sum(column) for column in arms(counted)] if counted else [0, 0, 0, 0]
    events_treatment, n_treatment, events_control, n_control = totals
    return CountedOutcome(
        **common,
        mantel_haenszel=uncorrected(counted) if poolable and len(with_events) > 1 else None,
        k_double_zero=len(counted) - len(with_events),
        k_printed=len(primary) - len(counted),
        k_counted=len(counted),
        events_treatment=events_treatment,
        n_treatment=n_treatment,
        events_control=events_control,
        n_control=n_control,
        risk_treatment=events_treatment / n_treatment if n_treatment else None,
        risk_control=events_control / n_control if n_control else None,
    )


def uncorrected(counted: Sequence[CountedEntry]) -> Pooled | None:
    """The Mantel-Haenszel ratio, which needs no correction; None where it cannot be estimated."""
    try:
        return pool_mantel_haenszel(counted)
    except Refusal:
        return None


def measured_totals(primary: Sequence[Entry], common: dict[str, Any], poolable: bool) -> MeasuredOutcome:
    """An outcome with how the numbers of its trials were got."""
    entries = [entry for entry in primary if isinstance(entry, MeasuredEntry)]
    return MeasuredOutcome(
        **common,
        k_converted=sum("converted" in entry.marks for entry in entries),
        k_digitised=sum("digitised" in entry.marks for entry in entries),
        k_change=sum(entry.is_change for entry in entries),
        k_skewed=sum(entry.skewed for entry in entries),
    )


def results(
    evidence: Evidence, entries: Sequence[Entry], asked: AskedOutcome, weights: Mapping[str, float]
) -> dict[str, TrialResult]:
    """Each trial by itself: its effect and Wald interval, with its weight in the primary analysis."""
    if not entries:
        return {}
    measure = asked.measure
    sizes = effects(entries, measure)
    own = random_effects(sizes.yi[:, None], sizes.vi[:, None], ci="wald", level=LEVEL)
    natural = scale(measure)
    found = {}
    for entry, alone in zip(entries, own.analyses, strict=True):
        estimable = alone.k > 0
        estimate, low, high = map(natural, (alone.estimate, *alone.ci)) if estimable else (None, None, None)
        if isinstance(entry, PrintedEntry) and estimable:
            # its weight is that of the interval's width; what is shown is what the report prints
            low, high = entry.low, entry.high
        shape, numbers = of_kind(entry, measure)
        found[entry.trial] = shape(
            trial=entry.trial,
            label=evidence.trial(entry.trial).label,
            role=entry.role,
            rows=entry.rows,
            note=entry.label,
            entry=entry,
            estimable=estimable,
            why_not="" if estimable else entry.why_not(measure),
            marks=entry.marks,
            n_treatment=entry.n_treatment,
            n_control=entry.n_control,
            participants=entry.participants,
            estimate=estimate,
            low=low,
            high=high,
            level=LEVEL,
            weight=weights.get(entry.trial),
            timepoint_days=entry.timepoint_days,
            **numbers,
        )
    return found


def of_kind(entry: Entry, measure: str) -> tuple[type[TrialResult], dict[str, float | None]]:
    """The shape of a trial's result, and the numbers that only this shape has."""
    if isinstance(entry, CountedEntry):
        risks = (entry.events_treatment / entry.n_treatment, entry.events_control / entry.n_control)
        events: dict[str, float | None] = {
            "events_treatment": entry.events_treatment,
            "events_control": entry.events_control,
            "risk_treatment": risks[0],
            "risk_control": risks[1],
        }
        return CountedTrial, events
    if isinstance(entry, MeasuredEntry):
        arms_read = {"treatment": entry.treatment, "control": entry.control}
        numbers = {
            f"{part}_{arm}": getattr(read, part) if read else None
            for arm, read in arms_read.items()
            for part in ("mean", "sd")
        }
        return MeasuredTrial if is_ratio(measure) else MeasuredDifference, numbers
    return TrialResult, {}


def leave_one_out(evidence: Evidence, entries: Sequence[Entry], measure: str) -> dict[str, Variant]:
    """The primary analysis without each trial that has an effect, in turn."""
    sizes = effects(entries, measure)
    without = robustness.leave_one_out(sizes.yi, sizes.vi, level=LEVEL)
    usable = [entries[position] for position in without.studies]
    found = as_pooled(without.pooled, [usable] * len(usable), measure)
    return {
        entry.trial: Variant(reason="", pooled=pooled, label=f"without {evidence.trial(entry.trial).label}")
        for entry, pooled in zip(usable, found, strict=True)
    }


def sensitivity(
    evidence: Evidence, choices: Sequence[Choice], primary: Sequence[Entry], asked: AskedOutcome
) -> dict[str, Variant]:
    """The primary analysis with one choice changed: of a row, or of how all rows are read."""
    return dict(other_rows(evidence, choices, primary, asked.measure)) | dict(
        other_readings(evidence, choices, primary, asked)
    )


def other_rows(
    evidence: Evidence, choices: Sequence[Choice], primary: Sequence[Entry], measure: str
) -> Iterator[tuple[str, Variant]]:
    """One row changed: a result of a trial that is in the analysis replaces it, another is added."""
    varied = [choice for choice in choices if choice.role == "sensitivity"]
    changes = [chosen(evidence, choice) for choice in varied]
    rows = [*primary, *changes]
    members = [
        [row is change or (row.role == "primary" and row.trial != change.trial) for row in rows] for change in changes
    ]
    found = pool_each(rows, np.array(members), measure) if changes else []
    for choice, change, pooled in zip(varied, changes, found, strict=True):
        verb = "taking" if any(entry.trial == change.trial for entry in primary) else "with"
        key = choice.row_id.split("-", 2)[2].replace("-", "_")
        yield key, Variant(choice.reason, pooled, label=f"{verb} {choice.label}")


def restricted(outcome: Outcome, kept: Collection[str], label: str, reason: str) -> Variant | None:
    """The primary analysis with the trials named only; None where that leaves all of them, or none with an effect."""
    entries = [entry for entry in outcome.entries if entry.trial in kept]
    usable = informative(entries, outcome.measure)
    if not usable or len(usable) == outcome.k:
        return None
    return Variant(reason, pool(entries, outcome.measure), label=label)


def by_source(outcome: Outcome) -> Iterator[tuple[str, Variant]]:
    """The trials whose own reports or register entries could be read, and those whose time point is known."""
    rules = {
        "own_report": (
            "own report or register entry read",
            "numbers that were read in another review only are left out",
            [entry.trial for entry in outcome.entries if not entry.secondary],
        ),
        "known_time": (
            "time point known",
            "results whose time point the source does not state are left out",
            [entry.trial for entry in outcome.entries if entry.timepoint_days is not None],
        ),
    }
    for key, (label, reason, kept) in rules.items():
        if (found := restricted(outcome, kept, label, reason)) is not None:
            yield key, found


def other_readings(
    evidence: Evidence, choices: Sequence[Choice], primary: Sequence[Entry], asked: AskedOutcome
) -> Iterator[tuple[str, Variant]]:
    """All numbers read otherwise, where there is occasion: see ``READINGS``; then one kind of value only."""
    decided = {choice.trial: choice for choice in choices if choice.role == "primary"}
    for key, (occasion, reading) in READINGS.items():
        if not any(map(occasion, primary)):
            continue
        entries = [chosen(evidence, decided[entry.trial], reading) if occasion(entry) else entry for entry in primary]
        if len(informative(entries, asked.measure)) > 1:
            yield key, Variant("", pool(entries, asked.measure), label=reading.words)
    if mixed(primary):
        for key, (label, change) in KINDS.items():
            kept = [entry for entry in primary if isinstance(entry, MeasuredEntry) and entry.is_change == change]
            if len(informative(kept, asked.measure)) > 1:
                yield key, Variant("", pool(kept, asked.measure), label=label)


def too_few_for_funnel(entries: Sequence[Entry], measure: str) -> str:
    """The sentence with which Egger's test refuses these trials because they are too few; "" where they are not."""
    usable = informative(entries, measure)
    if not usable:
        return "No trial has an effect, so there is no funnel plot to test."
    sizes = effects(usable, measure)
    try:
        egger(sizes.yi, sizes.vi)
    except Refusal as refusal:
        return refusal.sentence if refusal.code == "too-few-studies" else ""
    return ""


def missing(evidence: Evidence, choices: Sequence[Choice]) -> dict[str, Unavailable]:
    """Eligible trials whose numbers for this outcome could not be read, with the sizes of their arms."""
    listed = {choice.trial: choice for choice in choices if choice.role == "listed"}
    used = {choice.trial for choice in choices if choice.role == "primary"}
    found = {}
    # those with a reason of their own come first, in the order of the choices
    for name in (*listed, *(trial.row_id for trial in evidence.eligible)):
        if name in used or name in found:
            continue
        trial = evidence.trial(name)
        sizes = [size for size in (trial.randomised_treatment, trial.randomised_control) if size is not None]
        found[name] = Unavailable(
            trial=name,
            label=trial.label,
            reason=listed[name].reason if name in listed else NO_NUMBERS,
            row=listed[name].row_id if name in listed else name,
            randomised=sum(sizes) if len(sizes) == 2 else None,
        )
    return found
