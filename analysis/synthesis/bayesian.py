"""The primary result in Bayesian terms, under priors of the between-trial standard deviation from the literature.

The pooled effect has a flat prior. A prior whose parameters could not be read in a public source is not used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.methods.models import bayes_normal, half_normal, log_normal
from analysis.methods.models.priors import TauPrior
from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import Outcome
from analysis.synthesis.pooling import LEVEL, effect_sizes


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior of τ, how it reads, the key of its reference, and where its parameters were read."""

    label: str
    citation: str
    read_in: str
    distribution: TauPrior


HALF_NORMAL = {
    "half_normal_05": Prior(
        "half-normal, scale 0.5", "roever2021", "stated as the review's choice", half_normal(0.5)
    ),
    "half_normal_10": Prior(
        "half-normal, scale 1.0", "roever2021", "stated as the review's choice", half_normal(1.0)
    ),
}
#: Turner and colleagues fitted log-normal distributions to τ² of log odds ratios, by type of outcome and comparison.
#: Here: all-cause mortality, pharmacological treatment against placebo or control.
MORTALITY = {
    "turner2015": Prior(
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
    """One trial's ratio after borrowing from the others: ``shrinkage`` is the share of the pooled effect in it."""

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


def posteriors(outcome: Outcome, priors: Mapping[str, Prior]) -> dict[str, Posterior]:
    """The risk ratio of an outcome under each prior."""
    return {key: posterior(outcome, prior, key == SHRINKAGE_PRIOR) for key, prior in priors.items()}


def posterior(outcome: Outcome, prior: Prior, shrink: bool) -> Posterior:
    trials = list(outcome.trials.values())
    effects = effect_sizes(trials, "RR")
    usable = np.flatnonzero(np.isfinite(effects.yi))
    entering = [trials[i] for i in usable]
    model = bayes_normal(effects.yi[usable], effects.vi[usable], prior.distribution, level=LEVEL)
    shrunken = {}
    if shrink:
        for i, trial in enumerate(entering):
            low, high = model.trial_intervals[i]
            shrunken[trial.trial] = Shrunken(
                trial.label,
                estimate=math.exp(model.trial_mean[i]),
                low=math.exp(low),
                high=math.exp(high),
                level=LEVEL,
                shrinkage=float(model.shrinkage[i]),
            )
    return Posterior(
        measure="RR",
        prior=prior.label,
        citation=prior.citation,
        read_in=prior.read_in,
        rows=tuple(trial.row for trial in entering),
        notices=tuple(str(notice) for notice in model.warnings),
        shrunken=shrunken,
        estimate=math.exp(model.mu.median),
        low=math.exp(model.mu.central[0]),
        high=math.exp(model.mu.central[1]),
        level=LEVEL,
        k=model.k,
        probability_below_1=model.p_mu_negative,
        tau=model.tau.median,
        tau_low=model.tau.central[0],
        tau_high=model.tau.central[1],
        prediction_low=math.exp(model.new_trial.central[0]),
        prediction_high=math.exp(model.new_trial.central[1]),
    )
