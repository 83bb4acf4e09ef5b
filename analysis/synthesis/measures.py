"""One outcome by every measure and model: those of what is counted, and those of what is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.methods.effects import check_mixture
from analysis.methods.errors import Refusal
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import CountedEntry, Entry, MeasuredEntry, comparable, mixed
from analysis.synthesis.outcome_shapes import MEASURES, CountedOutcome, Outcome, Pooled, Variant
from analysis.synthesis.pooling import (
    INTERVALS,
    informative,
    pool,
    pool_beta_binomial,
    pool_binomial_normal,
    pool_mantel_haenszel,
    pool_peto,
    with_events,
)

#: kind of `analysis.methods.models.binomial_normal` → how it reads
COUNT_MODELS = {
    "unconditional": "binomial-normal, unconditional",
    "conditional": "binomial-normal, conditional (approximate)",
    "hypergeometric": "hypergeometric-normal (exact conditional)",
}

#: measures of what is measured in addition to those of the outcome, where its numbers allow them
GEOMETRIC = "GMR"

Fit = Callable[[], Pooled]


@dataclass(frozen=True, slots=True)
class Caveat:
    """What a model does with these data, a sentence without its full stop, and the models that it holds for."""

    sentence: str = quantity("text")
    models: str = quantity("text")


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """The trials of one outcome's primary analysis under each measure and model.

    ``results`` by key (``rr_reml_hk``, ``or_peto``, ``smd_reml_hk``); ``declined`` maps the name of a model that
    refuses these data to its sentence.
    """

    results: dict[str, Variant]
    declined: dict[str, str]

    @property
    def caveats(self) -> dict[str, Caveat]:
        """What the models note, each sentence once, by the key of the first model that notes it."""
        noted: dict[str, list[str]] = {}
        for key, found in self.results.items():
            for sentence in found.pooled.notices:
                noted.setdefault(sentence, []).append(key)
        return {
            keys[0]: Caveat(sentence.removesuffix("."), "; ".join(lowered(self.results[key].label) for key in keys))
            for sentence, keys in noted.items()
        }


def lowered(label: str) -> str:
    return label[:1].lower() + label[1:]


def by_measure(outcome: Outcome, measures: Sequence[str]) -> ByMeasure:
    """Pool by every measure and model; nothing where the outcome itself is not pooled.

    Double-zero trials take part in risk differences and in the beta-binomial model only. Models of the counts leave
    out trials that give a printed ratio only.
    """
    if outcome.pooled is None:
        return ByMeasure({}, {})
    counted = isinstance(outcome, CountedOutcome)
    plan = plan_counted(outcome.entries, measures) if counted else plan_measured(outcome.entries, measures)
    results, declined = {}, {}
    for key, label, fit in plan:
        try:
            results[key] = Variant("", fit(), label=label)
        except Refusal as refusal:
            declined[label] = refusal.sentence
    return ByMeasure(results, declined)


def plan_counted(entries: Sequence[Entry], measures: Sequence[str]) -> Iterator[tuple[str, str, Fit]]:
    """(key, label, model) in the order in which they are shown."""
    counts = [entry for entry in entries if isinstance(entry, CountedEntry)]
    for measure in measures:
        name, at = MEASURES[measure], measure.lower()
        if len(informative(entries, measure)) > 1:
            for ci, interval in INTERVALS.items():
                fit = partial(pool, entries, measure, ci=ci)
                yield f"{at}_reml_{ci.lower()}", f"{name}, REML, {interval}", fit
        if len(with_events(counts)) < 2:
            continue
        if measure == "RD" and with_events(counts) != counts:
            label = f"{name}, REML, Hartung-Knapp, trials with events only"
            yield f"{at}_reml_hk_with_events", label, partial(pool, with_events(counts), measure)
        yield f"{at}_mh", f"{name}, Mantel-Haenszel", partial(pool_mantel_haenszel, counts, measure)
        if measure == "OR":
            yield f"{at}_peto", f"{name}, Peto", partial(pool_peto, counts)
            for kind, words in COUNT_MODELS.items():
                yield f"{at}_{kind}", f"{name}, {words}", partial(pool_binomial_normal, counts, kind, words)
        yield f"{at}_beta_binomial", f"{name}, beta-binomial", partial(pool_beta_binomial, counts, measure)


def plan_measured(entries: Sequence[Entry], measures: Sequence[str]) -> Iterator[tuple[str, str, Fit]]:
    """(key, label, model) in the order in which they are shown; the geometric means last, where there are any."""
    for measure in (*measures, GEOMETRIC):
        usable = informative(entries, measure)
        name = MEASURES[measure]
        if measure == "SMD" and mixed(usable):
            yield "smd_mixed", f"{name}, final values and changes together", partial(together, usable, measure)
            usable, name = comparable(usable, measure), f"{name}, final values only"
        for ci, interval in INTERVALS.items() if len(usable) > 1 else ():
            yield (
                f"{measure.lower()}_reml_{ci.lower()}",
                f"{name}, REML, {interval}",
                partial(pool, usable, measure, ci=ci),
            )


def together(entries: Sequence[Entry], measure: str) -> Pooled:
    """Final values and changes together. Raises ``Refusal`` where a measure must not mix them."""
    kinds = ["change" if isinstance(entry, MeasuredEntry) and entry.is_change else "final" for entry in entries]
    check_mixture(kinds, measure)
    return pool(entries, measure)
