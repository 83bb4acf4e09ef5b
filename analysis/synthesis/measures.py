"""One outcome by every measure and model: risk ratio, odds ratio, risk difference; with and without corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.methods.errors import Refusal
from analysis.synthesis.outcome_shapes import Outcome, Pooled, TrialResult, Variant
from analysis.synthesis.pooling import (
    INTERVALS,
    has_events,
    pool,
    pool_beta_binomial,
    pool_binomial_normal,
    pool_mantel_haenszel,
    pool_peto,
)

NAMES = {"RR": "Risk ratio", "OR": "Odds ratio", "RD": "Risk difference"}
#: kind of `analysis.methods.models.binomial_normal` → how it reads
COUNT_MODELS = {
    "unconditional": "binomial-normal, unconditional",
    "conditional": "binomial-normal, conditional (approximate)",
    "hypergeometric": "hypergeometric-normal (exact conditional)",
}

Trials = Sequence[TrialResult]
Fit = Callable[[Trials], Pooled]


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """The trials of one outcome's primary analysis under each measure and model.

    ``results`` by key (``rr_reml_hk``, ``or_peto``, ``rd_mh``); ``declined`` maps the name of a model that refuses
    these data to its sentence.
    """

    results: dict[str, Variant]
    declined: dict[str, str]


def by_measure(outcome: Outcome) -> ByMeasure:
    """Pool by every measure and model.

    Double-zero trials take part in risk differences and in the beta-binomial model only.
    """
    trials = list(outcome.trials.values())
    results, declined = {}, {}
    for key, label, fit in plan(trials):
        try:
            results[key] = Variant("", fit(trials), label=label)
        except Refusal as refusal:
            declined[label] = refusal.sentence
    return ByMeasure(results, declined)


def plan(trials: Trials) -> Iterator[tuple[str, str, Fit]]:
    """(key, label, model) in the order in which they are shown."""
    for measure, name in NAMES.items():
        at = measure.lower()
        for ci, interval in INTERVALS.items():
            yield (
                f"{at}_reml_{ci.lower()}",
                f"{name}, REML, {interval}",
                partial(pool, tau2="REML", ci=ci, measure=measure),
            )
        if measure == "RD" and not all(map(has_events, trials)):
            yield f"{at}_reml_hk_with_events", f"{name}, REML, Hartung-Knapp, trials with events only", with_events
        yield f"{at}_mh", f"{name}, Mantel-Haenszel", partial(pool_mantel_haenszel, measure=measure)
        if measure == "OR":
            yield f"{at}_peto", f"{name}, Peto", pool_peto
            for kind, words in COUNT_MODELS.items():
                yield f"{at}_{kind}", f"{name}, {words}", partial(pool_binomial_normal, kind=kind, label=words)
        yield f"{at}_beta_binomial", f"{name}, beta-binomial", partial(pool_beta_binomial, measure=measure)


def with_events(trials: Trials) -> Pooled:
    """Risk difference without the double-zero trials."""
    return pool([trial for trial in trials if has_events(trial)], measure="RD")
