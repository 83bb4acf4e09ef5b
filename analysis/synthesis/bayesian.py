"""The primary result in Bayesian terms, under priors of the between-trial standard deviation from the literature.

The pooled effect has a flat prior. A prior whose parameters could not be read in a public source is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.methods.models import bayes_normal, half_normal, log_normal
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
    """

    measure: str
    citation: str
    read_in: str
    rows: tuple[str, ...]
    entries: tuple[Entry, ...]
    notices: tuple[str, ...]
    shrunken: Mapping[str, Shrunken]
    prior: str = quantity("text")
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    k: int = quantity("count")
    probability_below_1: float = quantity("posterior probability")
    tau: float = quantity("statistic")
    tau_low: float = quantity("statistic")
    tau_high: float = quantity("statistic")
    prediction_low: float = quantity("ratio")
    prediction_high: float = quantity("ratio")


@dataclass(frozen=True, slots=True)
class ShrunkenDifference(Shrunken):
    """One trial's difference after borrowing from the others, as `Shrunken`."""

    estimate: float = quantity("difference")
    low: float = quantity("difference")
    high: float = quantity("difference")


@dataclass(frozen=True, slots=True)
class PosteriorDifference(Posterior):
    """The pooled difference under one prior, as `Posterior`: ``probability_below_1`` is that of a value below 0."""

    estimate: float = quantity("difference")
    low: float = quantity("difference")
    high: float = quantity("difference")
    prediction_low: float = quantity("difference")
    prediction_high: float = quantity("difference")


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
    entries = entering(outcome, prior)
    sizes = effects(entries, prior.measure)
    model = bayes_normal(sizes.yi, sizes.vi, prior.distribution, level=LEVEL)
    natural, ratio = scale(prior.measure), is_ratio(prior.measure)
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
        citation=prior.citation,
        read_in=prior.read_in,
        rows=tuple(row for entry in entries for row in entry.rows),
        entries=tuple(entries),
        notices=tuple(str(notice) for notice in model.warnings),
        shrunken=shrunken,
        estimate=natural(model.mu.median),
        low=natural(model.mu.central[0]),
        high=natural(model.mu.central[1]),
        level=LEVEL,
        k=model.k,
        probability_below_1=model.p_mu_negative,
        tau=model.tau.median,
        tau_low=model.tau.central[0],
        tau_high=model.tau.central[1],
        prediction_low=natural(model.new_trial.central[0]),
        prediction_high=natural(model.new_trial.central[1]),
    )
