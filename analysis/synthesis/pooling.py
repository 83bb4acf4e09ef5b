"""Counts of several trials in, one pooled result out: the methods' answers in the shapes of this review.

Ratios are returned on their natural scale, risk differences as fractions of 1. A trial without events in either arm
has no ratio and drops out of one; it takes part in risk differences and in the beta-binomial model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from analysis.methods import models
from analysis.methods.effects import EffectSizes, two_proportions
from analysis.synthesis.outcome_shapes import Pooled, PooledDifference

LEVEL = 0.95
#: how an estimator of τ² and an interval read in print
ESTIMATORS = {
    "REML": "REML",
    "DL": "DerSimonian-Laird",
    "PM": "Paule-Mandel",
    "ML": "maximum likelihood",
    "EB": "empirical Bayes",
    "SJ": "Sidik-Jonkman",
    "HE": "Hedges",
    "EE": "equal effects",
}
INTERVALS = {"HK": "Hartung-Knapp", "mHK": "modified Hartung-Knapp", "wald": "Wald"}
CORRECTED_DIFFERENCE = (
    "Half an event was added to the cells of trials with an empty cell; a trial without any event then has a small "
    "variance and more weight than its events deserve, which the Mantel-Haenszel risk difference does not give it."
)


class Arms(Protocol):
    """One trial's counts for one outcome, from the row of data with the id ``row``."""

    @property
    def row(self) -> str: ...
    @property
    def events_treatment(self) -> int: ...
    @property
    def n_treatment(self) -> int: ...
    @property
    def events_control(self) -> int: ...
    @property
    def n_control(self) -> int: ...
    @property
    def participants(self) -> int: ...


def arms(trials: Sequence[Arms]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Events and patients of the MSC arms, then of the control arms."""
    return (
        [trial.events_treatment for trial in trials],
        [trial.n_treatment for trial in trials],
        [trial.events_control for trial in trials],
        [trial.n_control for trial in trials],
    )


def has_events(trial: Arms) -> bool:
    return trial.events_treatment + trial.events_control > 0


def effect_sizes(trials: Sequence[Arms], measure: str) -> EffectSizes:
    """The trials' own effects; NaN where a ratio has no information (double zeros)."""
    return two_proportions(*arms(trials), measure=measure, drop00=measure != "RD")


def pool(trials: Sequence[Arms], tau2: str = "REML", ci: str = "HK", measure: str = "RR") -> Any:
    """Inverse-variance pooling of log RR, log OR or RD (half an event added to the cells of a trial with a zero).

    Returns a ``Pooled`` for ratios and a ``PooledDifference`` for RD.
    """
    effects = effect_sizes(trials, measure)
    usable = np.isfinite(effects.yi)
    entering = [trial for trial, use in zip(trials, usable, strict=True) if use]
    # typed loosely: one row of effects gives plain numbers, a batch would give arrays
    model: Any = models.random_effects(effects.yi[usable], effects.vi[usable], tau2=tau2, ci=ci, level=LEVEL)
    several = model.k > 1
    predicts = several and all(map(math.isfinite, model.prediction))
    natural = scale(measure)
    notices = [str(notice) for notice in model.warnings]
    if measure == "RD" and not all(map(has_events, entering)):
        notices.append(CORRECTED_DIFFERENCE)
    spread: dict[str, Any] = {}
    if several:
        spread = {
            "tau2": model.tau2,
            "tau2_low": model.tau2_ci[0],
            "tau2_high": model.tau2_ci[1],
            "i2": model.i2,
            "i2_low": model.i2_ci[0],
            "i2_high": model.i2_ci[1],
            "q": model.q,
            "q_df": model.k - 1,
            "q_p_value": model.q_p_value,
        }
    if predicts:
        spread |= {
            "prediction_low": natural(model.prediction[0]),
            "prediction_high": natural(model.prediction[1]),
            "prediction_df": model.k - 1,
        }
    return wrap(model, measure, f"{ESTIMATORS[tau2]}, {INTERVALS[ci]}", entering, tuple(notices), **spread)


def pool_mantel_haenszel(trials: Sequence[Arms], measure: str = "RR") -> Any:
    """Mantel-Haenszel: no correction of zero cells; double-zero trials carry no weight in a ratio."""
    model = models.mantel_haenszel(*arms(trials), measure=measure, level=LEVEL)
    entering = [trial for trial in trials if measure == "RD" or has_events(trial)]
    return wrap(model, measure, "Mantel-Haenszel, no correction", entering, sentences(model))


def pool_peto(trials: Sequence[Arms]) -> Pooled:
    """Peto's one-step odds ratio."""
    model = models.peto(*arms(trials), level=LEVEL)
    entering = [trial for trial in trials if has_events(trial)]
    return wrap(model, "OR", "Peto", entering, sentences(model))


def pool_binomial_normal(trials: Sequence[Arms], kind: str, label: str) -> Pooled:
    """Odds ratio by a random-effects model of the counts: conditional, unconditional or hypergeometric."""
    model = models.binomial_normal(*arms(trials), kind=kind, level=LEVEL)
    entering = [trial for trial in trials if has_events(trial)]
    return wrap(model, "OR", label, entering, sentences(model), tau2=model.tau2)


def pool_beta_binomial(trials: Sequence[Arms], measure: str) -> Any:
    """Beta-binomial model: arms as clusters, double-zero trials included."""
    model = models.beta_binomial(*arms(trials), measure=measure, level=LEVEL)
    return wrap(model, measure, "beta-binomial", list(trials), sentences(model))


def sentences(model: Any) -> tuple[str, ...]:
    return tuple(str(notice) for notice in model.warnings)


def scale(measure: str) -> Callable[[float], float]:
    """From the scale of the analysis to the natural scale."""
    return float if measure == "RD" else math.exp


def wrap(
    model: Any, measure: str, method: str, entering: Sequence[Arms], notices: tuple[str, ...], **spread: Any
) -> Any:
    """A model's answer as a ``Pooled``, or as a ``PooledDifference`` if ``measure`` is RD."""
    natural = scale(measure)
    shape = PooledDifference if measure == "RD" else Pooled
    return shape(
        measure=measure,
        method=method,
        rows=tuple(trial.row for trial in entering),
        notices=notices,
        estimate=natural(model.estimate),
        low=natural(model.ci[0]),
        high=natural(model.ci[1]),
        level=LEVEL,
        p_value=model.p_value,
        k=len(entering),
        participants=sum(trial.participants for trial in entering),
        **spread,
    )
