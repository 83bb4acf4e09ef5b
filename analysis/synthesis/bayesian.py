"""The primary result in Bayesian terms, under priors of the between-trial standard deviation from the literature.

The pooled effect has a flat prior. A prior whose parameters could not be read in a public source is not used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.methods.models import bayes_normal, half_normal, log_normal
from analysis.methods.models.bayes import BayesResult
from analysis.methods.models.priors import TauPrior
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import Entry, comparable, effects
from analysis.synthesis.outcome_shapes import Outcome, is_ratio
from analysis.synthesis.pooling import LEVEL, informative, scale


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior of τ, how it reads, the key of its reference, and where its parameters were read.

    ``measure`` is the measure on whose scale it stands.
    """

    measure: str
    label: str
    citation: str
    read_in: str
    distribution: TauPrior


HALF_NORMAL = {
    "half_normal_05": Prior(
        "RR", "half-normal, scale 0.5", "roever2021", "stated as the review's choice", half_normal(0.5)
    ),
    "half_normal_10": Prior(
        "RR", "half-normal, scale 1.0", "roever2021", "stated as the review's choice", half_normal(1.0)
    ),
}
#: Turner and colleagues fitted log-normal distributions to τ² of log odds ratios, by type of outcome and comparison.
#: Here: all-cause mortality, pharmacological treatment against placebo or control.
MORTALITY = {
    "turner2015": Prior(
        "RR",
        "log-normal for all-cause mortality, drug against placebo or control",
        "turner2015",
        'parameters of ln τ as the R package bayesmeta gives them, TurnerEtAlPrior("all-cause mortality", '
        '"pharmacological", "placebo / control"), printed in a public analysis script: mean -1.975, SD 0.67',
        log_normal(-1.975, 0.67),
    ),
}
#: measure → the effects, in either direction, from which one is called important. A quarter of the risk is the rule
#: of thumb of GRADE (Guyatt and others, J Clin Epidemiol 2011;64:1283-1293), half a standard deviation that of Norman
#: and others (Med Care 2003;41:582-592). Other measures have no such rule.
IMPORTANT = {"RR": (0.75, 1.25), "SMD": (-0.5, 0.5)}
#: points of the curve of a posterior, and how far it goes beyond the credible interval, in widths of that interval
CURVE_POINTS, BEYOND = 241, 0.6
#: the prior under which the trials' own estimates are shown shrunken
SHRINKAGE_PRIOR = "half_normal_05"


@dataclass(frozen=True, slots=True)
class Shrunken:
    """One trial's effect after borrowing from the others: ``shrinkage`` is the share of the pooled effect in it."""

    label: str
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    shrinkage: float = quantity("fraction")


@dataclass(frozen=True, slots=True)
class Posterior:
    """The pooled ratio under one prior: posterior median with its central credible interval.

    ``tau`` is the posterior median of the between-trial standard deviation on the log scale; ``probability_below_1``
    the posterior probability that the pooled ratio is below 1; ``prediction_*`` the interval for a new trial's ratio.

    ``important_low`` and ``important_high`` are the ratios of ``IMPORTANT``, and the probabilities of an important
    benefit and harm those of a ratio beyond them, on the side that is better for patients and on the other; None
    for a measure without such a rule. ``curve`` holds pairs of a ratio, ascending, and the posterior density of its
    logarithm there.
    """

    measure: str
    under: Prior
    citation: str
    read_in: str
    rows: tuple[str, ...]
    entries: tuple[Entry, ...]
    notices: tuple[str, ...]
    shrunken: Mapping[str, Shrunken]
    curve: tuple[tuple[float, float], ...]
    prior: str = quantity("text")
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    k: int = quantity("count")
    probability_below_1: float = quantity("posterior probability")
    important_low: float | None = quantity("ratio")
    important_high: float | None = quantity("ratio")
    probability_of_important_benefit: float | None = quantity("posterior probability")
    probability_of_important_harm: float | None = quantity("posterior probability")
    tau: float = quantity("statistic")
    tau_low: float = quantity("statistic")
    tau_high: float = quantity("statistic")
    prediction_low: float = quantity("ratio")
    prediction_high: float = quantity("ratio")


@dataclass(frozen=True, slots=True)
class ShrunkenDifference(Shrunken):
    """One trial's difference after borrowing from the others, as `Shrunken`."""

    estimate: float = quantity("mean difference")
    low: float = quantity("mean difference")
    high: float = quantity("mean difference")


@dataclass(frozen=True, slots=True)
class PosteriorDifference(Posterior):
    """The pooled difference under one prior, as `Posterior`: ``probability_below_1`` is that of a value below 0.

    ``tau`` stands on the scale of the difference, and the ``curve`` gives the density of the difference itself.
    """

    estimate: float = quantity("mean difference")
    low: float = quantity("mean difference")
    high: float = quantity("mean difference")
    important_low: float | None = quantity("mean difference")
    important_high: float | None = quantity("mean difference")
    prediction_low: float = quantity("mean difference")
    prediction_high: float = quantity("mean difference")


def posteriors(outcome: Outcome, priors: Mapping[str, Prior]) -> dict[str, Posterior]:
    """An outcome under each prior; none where it is not pooled, or too few trials have the measure of the prior."""
    if outcome.pooled is None:
        return {}
    return {
        key: posterior(outcome, prior, key == SHRINKAGE_PRIOR)
        for key, prior in priors.items()
        if len(entering(outcome, prior)) > 1
    }


def entering(outcome: Outcome, prior: Prior) -> list[Entry]:
    """The trials that have an effect by the measure of a prior and may be pooled together."""
    return comparable(informative(outcome.entries, prior.measure), prior.measure)


def posterior(outcome: Outcome, prior: Prior, shrink: bool) -> Posterior:
    """An outcome under one prior, on whose measure it is pooled; with ``shrink`` also its trials' own effects."""
    entries = entering(outcome, prior)
    sizes = effects(entries, prior.measure)
    model = bayes_normal(sizes.yi, sizes.vi, prior.distribution, level=LEVEL)
    natural, ratio = scale(prior.measure), is_ratio(prior.measure)
    small, large = IMPORTANT.get(prior.measure, (None, None))
    below, above = beyond(model, prior.measure)
    shrunken, shape, trial_shape = {}, Posterior, Shrunken
    if not ratio:
        shape, trial_shape = PosteriorDifference, ShrunkenDifference
    if shrink:
        for i, entry in enumerate(entries):
            low, high = model.trial_intervals[i]
            shrunken[entry.trial] = trial_shape(
                outcome.trials[entry.trial].label,
                estimate=natural(model.trial_mean[i]),
                low=natural(low),
                high=natural(high),
                level=LEVEL,
                shrinkage=float(model.shrinkage[i]),
            )
    return shape(
        measure=prior.measure,
        prior=prior.label,
        under=prior,
        citation=prior.citation,
        read_in=prior.read_in,
        rows=tuple(row for entry in entries for row in entry.rows),
        entries=tuple(entries),
        notices=tuple(str(notice) for notice in model.warnings),
        shrunken=shrunken,
        curve=density(model, prior.measure),
        estimate=natural(model.mu.median),
        low=natural(model.mu.central[0]),
        high=natural(model.mu.central[1]),
        level=LEVEL,
        k=model.k,
        probability_below_1=model.p_mu_negative,
        important_low=small,
        important_high=large,
        probability_of_important_benefit=below if outcome.better == "lower" else above,
        probability_of_important_harm=above if outcome.better == "lower" else below,
        tau=model.tau.median,
        tau_low=model.tau.central[0],
        tau_high=model.tau.central[1],
        prediction_low=natural(model.new_trial.central[0]),
        prediction_high=natural(model.new_trial.central[1]),
    )


def beyond(model: BayesResult, measure: str) -> tuple[float | None, float | None]:
    """Posterior probabilities of an effect below the lower and above the upper bound of ``IMPORTANT``."""
    if measure not in IMPORTANT:
        return None, None
    low, high = (math.log(bound) if is_ratio(measure) else bound for bound in IMPORTANT[measure])
    return model.p_mu_below(low), 1.0 - model.p_mu_below(high)


def density(model: BayesResult, measure: str) -> tuple[tuple[float, float], ...]:
    """The curve of a posterior: values on the natural scale, densities on that of the analysis."""
    natural = scale(measure)
    low, high = model.mu.central
    margin = BEYOND * (high - low)
    return tuple(
        (natural(x), model.mu_density(x)) for x in np.linspace(low - margin, high + margin, CURVE_POINTS).tolist()
    )
