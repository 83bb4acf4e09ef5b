"""One outcome counted per patient: from the rows that were chosen to its ``Outcome`` in the tree of results."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Choice, Count
from analysis.methods.models import random_effects
from analysis.synthesis.outcome_shapes import Outcome, TrialResult, Unavailable, Variant
from analysis.synthesis.pooling import (
    ESTIMATORS,
    INTERVALS,
    LEVEL,
    arms,
    effect_sizes,
    has_events,
    pool,
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
    pooled = pool(primary)
    trials = results(evidence, primary, weighted=True)
    informative = [trial for trial in trials.values() if trial.estimable]
    unavailable = missing(evidence, choices)
    sizes = [trial.randomised for trial in unavailable.values() if trial.randomised]
    events_treatment, n_treatment, events_control, n_control = totals(primary)
    return Outcome(
        name=name,
        trials=trials,
        pooled=pooled,
        modified=pool(primary, ci="mHK"),
        wald=pool(primary, ci="wald"),
        dersimonian_laird=pool(primary, tau2="DL", ci="wald"),
        mantel_haenszel=pool_mantel_haenszel(primary),
        estimators={
            key: Variant("", pool(primary, tau2=tau2, ci=ci), label=f"{ESTIMATORS[tau2]}, {INTERVALS[ci]}")
            for key, (tau2, ci) in ALTERNATIVES.items()
        },
        leave_one_out=leave_one_out(evidence, primary),
        sensitivity=sensitivity(evidence, choices, primary),
        context=results(
            evidence,
            [chosen(evidence, choice) for choice in choices if choice.role == "context"],
            weighted=False,
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


def results(evidence: Evidence, counts: Sequence[Chosen], weighted: bool) -> dict[str, TrialResult]:
    """Each trial by itself: risk ratio, Wald interval, and its weight in the primary analysis if ``weighted``."""
    if not counts:
        return {}
    effects = effect_sizes(counts, "RR")
    usable = [index for index, value in enumerate(effects.yi) if math.isfinite(value)]
    weights: dict[int, float] = {}
    if weighted:
        model = random_effects(effects.yi[usable], effects.vi[usable], tau2="REML", ci="HK", level=LEVEL)
        weights = dict(zip(usable, model.weights, strict=True))
    found = {}
    for index, count in enumerate(counts):
        estimate = low = high = None
        if index in usable:
            single = random_effects(effects.yi[[index]], effects.vi[[index]], ci="wald", level=LEVEL)
            estimate, low, high = map(math.exp, (single.estimate, *single.ci))
        found[count.trial] = TrialResult(
            trial=count.trial,
            label=evidence.trial(count.trial).label,
            role=count.role,
            row=count.row,
            note=count.label,
            estimable=index in usable,
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
            weight=float(weights[index]) if index in weights else None,
            timepoint_days=count.timepoint_days,
        )
    return found


def leave_one_out(evidence: Evidence, counts: Sequence[Chosen]) -> dict[str, Variant]:
    """The primary analysis without each trial that carries information, in turn."""
    return {
        count.trial: Variant(
            reason="",
            pooled=pool([other for other in counts if other is not count]),
            label=f"without {evidence.trial(count.trial).label}",
        )
        for count in counts
        if has_events(count)
    }


def sensitivity(evidence: Evidence, choices: Sequence[Choice], primary: Sequence[Chosen]) -> dict[str, Variant]:
    """The primary analysis with one row changed: a row of a trial that is in it replaces it, another is added."""
    variants = {}
    for choice in choices:
        if choice.role != "sensitivity":
            continue
        changed = chosen(evidence, choice)
        others = [count for count in primary if count.trial != changed.trial]
        verb = "with" if len(others) == len(primary) else "taking"
        key = choice.row_id.split("-", 2)[2].replace("-", "_")
        variants[key] = Variant(choice.reason, pool([*others, changed]), label=f"{verb} {choice.label}")
    return variants


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
