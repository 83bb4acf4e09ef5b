"""Every pooled estimate against its second computation, at every build. A disagreement stops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analysis.review import second_computations as second
from analysis.review.tree import CrossCheck
from analysis.synthesis.bayesian import PRIORS, Posterior
from analysis.synthesis.measures import COUNT_MODELS, NAMES
from analysis.synthesis.outcome_shapes import Outcome, Variant

#: statsmodels iterates Paule-Mandel's τ² to an absolute 1e-5; the ratio inherits a part of that
PAULE_MANDEL_TOLERANCE = 1e-3
#: a bounded search finds the restricted likelihood's flat maximum to about the root of the precision of a float
SEARCH_TOLERANCE = 1e-5
#: quadrature and optimiser both differ
COUNT_MODEL_TOLERANCE = 1e-4
GRID_TOLERANCE = 1e-5
FORMULA_TOLERANCE = 1e-9

STATSMODELS = "statsmodels combine_effects (Paule-Mandel)"
STRATIFIED = "statsmodels StratifiedTable"


class Disagreement(ArithmeticError):
    """Two independent computations of the same estimate differ by more than their tolerance."""


def crosschecks(
    outcomes: Mapping[str, Outcome],
    measures: Mapping[str, Mapping[str, Variant]],
    bayes: Mapping[str, Mapping[str, Posterior]],
) -> tuple[CrossCheck, ...]:
    """Recompute what was pooled for each outcome. Raises ``Disagreement``."""
    checks: list[CrossCheck] = []
    for name, outcome in outcomes.items():
        checks += primary(name, outcome)
        checks += by_measure(name, outcome, measures[name])
        checks += posteriors(name, outcome, bayes[name])
    for check in checks:
        if not check.deviation <= check.tolerance:
            raise Disagreement(
                f"{check.key} is {check.ours!r} by our code and {check.theirs!r} by {check.by}: they differ by "
                f"{check.deviation:.2g}, more than {check.tolerance:.2g}"
            )
    return tuple(checks)


def table(outcome: Outcome, informative: bool) -> np.ndarray:
    """Counts of shape (k, 4); the trials with events only if ``informative``."""
    return np.array(
        [
            (trial.events_treatment, trial.n_treatment, trial.events_control, trial.n_control)
            for trial in outcome.trials.values()
            if trial.estimable or not informative
        ],
        dtype=float,
    )


def primary(name: str, outcome: Outcome) -> Iterator[CrossCheck]:
    counts = table(outcome, informative=True)
    by = "restricted likelihood written out, bounded search"
    found = second.reml_hartung_knapp(counts, "RR")
    for field, theirs in zip(("estimate", "low", "high"), found, strict=True):
        ours = getattr(outcome.pooled, field)
        yield CrossCheck(f"{name}.pooled.{field}", by, ours, theirs, SEARCH_TOLERANCE)
    yield CrossCheck(
        f"{name}.estimators.pm_hk.pooled.estimate",
        STATSMODELS,
        outcome.estimators["pm_hk"].pooled.estimate,
        second.paule_mandel(counts, "RR"),
        PAULE_MANDEL_TOLERANCE,
    )
    yield CrossCheck(
        f"{name}.mantel_haenszel.estimate",
        STRATIFIED,
        outcome.mantel_haenszel.estimate,
        second.mantel_haenszel(counts, "RR"),
        FORMULA_TOLERANCE,
    )


def by_measure(name: str, outcome: Outcome, results: Mapping[str, Variant]) -> Iterator[CrossCheck]:
    shown, informative = table(outcome, informative=False), table(outcome, informative=True)
    marginal = second.beta_binomial(shown)

    def check(key: str, by: str, theirs: float, tolerance: float, field: str = "estimate") -> CrossCheck:
        ours = getattr(results[key].pooled, field)
        return CrossCheck(f"measures.{name}.{key}.pooled.{field}", by, ours, theirs, tolerance)

    for measure in NAMES:
        at = measure.lower()
        counts = shown if measure == "RD" else informative
        if measure != "RR":
            found = second.reml_hartung_knapp(counts, measure)
            for field, theirs in zip(("estimate", "low", "high"), found, strict=True):
                by = "restricted likelihood written out, bounded search"
                yield check(f"{at}_reml_hk", by, theirs, SEARCH_TOLERANCE, field)
            by = "formula written out" if measure == "RD" else STRATIFIED
            yield check(f"{at}_mh", by, second.mantel_haenszel(counts, measure), FORMULA_TOLERANCE)
        if f"{at}_beta_binomial" in results:
            by = "scipy betabinom, simplex search"
            yield check(f"{at}_beta_binomial", by, marginal[measure], COUNT_MODEL_TOLERANCE)
    yield check("or_peto", "scipy hypergeom", second.peto(informative), FORMULA_TOLERANCE)
    for kind in COUNT_MODELS:
        if f"or_{kind}" in results:
            theirs = second.binomial_normal(informative, kind)
            yield check(f"or_{kind}", "Gauss-Legendre quadrature, BFGS", theirs, COUNT_MODEL_TOLERANCE)


def posteriors(name: str, outcome: Outcome, found: Mapping[str, Posterior]) -> Iterator[CrossCheck]:
    counts = table(outcome, informative=True)
    for key, posterior in found.items():
        numbers = second.bayes(counts, PRIORS[name][key].distribution.log_density)
        fields = ("estimate", "low", "high", "probability_below_1")
        for field, theirs in zip(fields, numbers, strict=True):
            ours = getattr(posterior, field)
            yield CrossCheck(f"bayes.{name}.{key}.{field}", "sums over a grid of τ", ours, theirs, GRID_TOLERANCE)
