"""One outcome counted per patient: from the rows that were chosen to its ``Outcome`` in the tree of results."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Choice, Count
from analysis.methods import robustness
from analysis.methods.errors import Refusal
from analysis.methods.models import random_effects
from analysis.methods.small_studies import egger
from analysis.synthesis.outcome_shapes import Outcome, TrialResult, Unavailable, Variant
from analysis.synthesis.pooling import (
    ESTIMATORS,
    INTERVALS,
    LEVEL,
    Arms,
    arms,
    as_pooled,
    effect_sizes,
    pool,
    pool_each,
    pool_mantel_haenszel,
)

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


class Unusable(ValueError):
    """A chosen row cannot enter an analysis; the message names the row and what is missing."""


def outcome(evidence: Evidence, analysis: str, name: str) -> Outcome:
    """The ``Outcome`` for the choices of one ``analysis`` (its name in data/choices.csv).

    Raises ``Unusable`` when a chosen row lacks counts.
    """
    choices = [choice for choice in evidence.choices if choice.analysis == analysis]
    primary = [chosen(evidence, choice) for choice in choices if choice.role == "primary"]
    if not primary:
        raise Unusable(f"data/choices.csv has no primary row for the analysis {analysis!r}")
    primary.sort(key=lambda count: (evidence.trial(count.trial).year or 0, count.trial))
    estimators = {
        key: Variant("", pool(primary, tau2=tau2, ci=ci), label=f"{ESTIMATORS[tau2]}, {INTERVALS[ci]}")
        for key, (tau2, ci) in ALTERNATIVES.items()
    }
    pooled = estimators["reml_hk"].pooled
    trials = results(evidence, primary, dict(zip(pooled.rows, pooled.weights, strict=True)))
    informative = [trial for trial in trials.values() if trial.estimable]
    unavailable = missing(evidence, choices)
    sizes = [trial.randomised for trial in unavailable.values() if trial.randomised]
    events_treatment, n_treatment, events_control, n_control = totals(primary)
    return Outcome(
        name=name,
        trials=trials,
        pooled=pooled,
        modified=estimators["reml_mhk"].pooled,
        wald=estimators["reml_wald"].pooled,
        dersimonian_laird=estimators["dl_wald"].pooled,
        mantel_haenszel=pool_mantel_haenszel(primary),
        too_few_for_funnel=too_few_for_funnel(primary),
        estimators=estimators,
        leave_one_out=leave_one_out(evidence, primary),
        sensitivity=sensitivity(evidence, choices, primary),
        context=results(
            evidence, [chosen(evidence, choice) for choice in choices if choice.role == "context"], weights={}
        ),
        unavailable=unavailable,
        k=len(informative),
        k_shown=len(trials),
        k_double_zero=len(trials) - len(informative),
        k_secondary=sum(count.obtained == "secondary source" for count in primary),
        k_unavailable=len(unavailable),
        participants=sum(trial.participants for trial in informative),
        participants_shown=n_treatment + n_control,
        randomised_unavailable=sum(sizes),
        events_treatment=events_treatment,
        n_treatment=n_treatment,
        events_control=events_control,
        n_control=n_control,
        risk_treatment=events_treatment / n_treatment,
        risk_control=events_control / n_control,
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """A count that a choice brought into an analysis, all four numbers known, with the words of the choice."""

    row: str
    trial: str
    role: str
    label: str
    obtained: str
    timepoint_days: int | None
    events_treatment: int
    n_treatment: int
    events_control: int
    n_control: int

    @property
    def participants(self) -> int:
        return self.n_treatment + self.n_control


def chosen(evidence: Evidence, choice: Choice) -> Chosen:
    """The row of counts that a choice names. Raises ``Unusable`` when it cannot enter an analysis."""
    where = f"data/choices.csv, {choice.row_id}: {choice.counts_row or 'no row of counts'}"
    count = evidence.row(choice.counts_row) if choice.counts_row else None
    if not isinstance(count, Count):
        raise Unusable(f"{where} is not a row of data/counts.csv. Remedy: name one in the column counts_row")
    if count.counted_unit != "patients":
        raise Unusable(f'{where} counts {count.counted_unit}, not patients. Remedy: give it the role "listed"')
    numbers = {
        name: getattr(count, name) for name in ("events_treatment", "n_treatment", "events_control", "n_control")
    }
    lacking = [name for name, number in numbers.items() if number is None]
    if lacking:
        raise Unusable(
            f'{where} has no {", ".join(lacking)}. Remedy: choose a whole row, or give it the role "listed"'
        )
    return Chosen(
        row=count.row_id,
        trial=count.trial,
        role=choice.role,
        label=choice.label,
        obtained=count.obtained,
        timepoint_days=count.timepoint_days,
        **numbers,
    )


def totals(counts: Iterable[Chosen]) -> tuple[int, int, int, int]:
    events_treatment, n_treatment, events_control, n_control = map(sum, arms(list(counts)))
    return events_treatment, n_treatment, events_control, n_control


def results(evidence: Evidence, counts: Sequence[Chosen], weights: Mapping[str, float]) -> dict[str, TrialResult]:
    """Each trial by itself: risk ratio and Wald interval, with the weight of its row in the primary analysis."""
    if not counts:
        return {}
    effects = effect_sizes(counts, "RR")
    own = random_effects(effects.yi[:, None], effects.vi[:, None], ci="wald", level=LEVEL)
    found = {}
    for count, alone in zip(counts, own.analyses, strict=True):
        estimable = alone.k > 0
        estimate, low, high = map(math.exp, (alone.estimate, *alone.ci)) if estimable else (None, None, None)
        found[count.trial] = TrialResult(
            trial=count.trial,
            label=evidence.trial(count.trial).label,
            role=count.role,
            row=count.row,
            note=count.label,
            estimable=estimable,
            events_treatment=count.events_treatment,
            n_treatment=count.n_treatment,
            events_control=count.events_control,
            n_control=count.n_control,
            participants=count.participants,
            risk_treatment=count.events_treatment / count.n_treatment,
            risk_control=count.events_control / count.n_control,
            estimate=estimate,
            low=low,
            high=high,
            level=LEVEL,
            weight=weights.get(count.row),
            timepoint_days=count.timepoint_days,
        )
    return found


def leave_one_out(evidence: Evidence, counts: Sequence[Chosen]) -> dict[str, Variant]:
    """The primary analysis without each trial that carries information, in turn."""
    effects = effect_sizes(counts, "RR")
    without = robustness.leave_one_out(effects.yi, effects.vi, level=LEVEL)
    informative = [counts[position] for position in without.studies]
    found = as_pooled(without.pooled, [informative] * len(informative))
    return {
        count.trial: Variant(reason="", pooled=pooled, label=f"without {evidence.trial(count.trial).label}")
        for count, pooled in zip(informative, found, strict=True)
    }


def sensitivity(evidence: Evidence, choices: Sequence[Choice], primary: Sequence[Chosen]) -> dict[str, Variant]:
    """The primary analysis with one row changed: a row of a trial that is in it replaces it, another is added."""
    varied = [choice for choice in choices if choice.role == "sensitivity"]
    changes = [chosen(evidence, choice) for choice in varied]
    rows = [*primary, *changes]
    members = [
        [row is change or (row.role == "primary" and row.trial != change.trial) for row in rows] for change in changes
    ]
    found = pool_each(rows, np.array(members)) if changes else []
    variants = {}
    for choice, change, pooled in zip(varied, changes, found, strict=True):
        verb = "taking" if any(count.trial == change.trial for count in primary) else "with"
        key = choice.row_id.split("-", 2)[2].replace("-", "_")
        variants[key] = Variant(choice.reason, pooled, label=f"{verb} {choice.label}")
    return variants


def too_few_for_funnel(counts: Sequence[Arms]) -> str:
    """The sentence with which Egger's test refuses these trials because they are too few; "" where they are not."""
    effects = effect_sizes(counts, "RR")
    try:
        egger(effects.yi, effects.vi)
    except Refusal as refusal:
        return refusal.sentence if refusal.code == "too-few-studies" else ""
    return ""


def missing(evidence: Evidence, choices: Sequence[Choice]) -> dict[str, Unavailable]:
    """Eligible trials whose counts for this outcome could not be read, with the sizes of their arms."""
    found = {}
    for choice in choices:
        if choice.role != "listed":
            continue
        trial = evidence.trial(choice.trial)
        sizes = [size for size in (trial.randomised_treatment, trial.randomised_control) if size is not None]
        found[choice.trial] = Unavailable(
            trial=choice.trial,
            label=trial.label,
            reason=choice.reason,
            row=choice.row_id,
            randomised=sum(sizes) if len(sizes) == 2 else None,
        )
    return found
