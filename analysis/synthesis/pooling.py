"""Counts of several trials in, one pooled result out: the methods' answers in the shapes of this review.

Ratios are returned on their natural scale, risk differences as fractions of 1. A trial without events in either arm
has no ratio and drops out of one; it takes part in risk differences and in the beta-binomial model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from analysis.methods import models
from analysis.methods.effects import EffectSizes, two_proportions
from analysis.methods.errors import Notice
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


class Fitted(Protocol):
    """What every model answers, on the scale of its analysis."""

    @property
    def estimate(self) -> float: ...
    @property
    def ci(self) -> tuple[float, float]: ...
    @property
    def p_value(self) -> float: ...
    @property
    def warnings(self) -> tuple[Notice, ...]: ...


class Spread(TypedDict, total=False):
    """The fields of ``Pooled`` that not every method gives."""

    weights: tuple[float, ...]
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    q: float
    q_df: int
    q_p_value: float
    prediction_low: float
    prediction_high: float
    prediction_df: int


def arms(trials: Sequence[Arms]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Events and patients of the treatment arms, then of the control arms."""
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


def pool(trials: Sequence[Arms], tau2: str = "REML", ci: str = "HK", measure: str = "RR") -> Pooled:
    """Inverse-variance pooling of log RR, log OR or RD (half an event added to the cells of a trial with a zero)."""
    return pool_each(trials, np.ones((1, len(trials)), dtype=bool), tau2, ci, measure)[0]


def pool_each(
    trials: Sequence[Arms], members: NDArray[np.bool_], tau2: str = "REML", ci: str = "HK", measure: str = "RR"
) -> list[Pooled]:
    """As ``pool``, for several sets of these trials at once: each row of ``members`` says who is in a set."""
    effects = effect_sizes(trials, measure)
    yi, vi = (np.where(members, values, np.nan) for values in (effects.yi, effects.vi))
    fit = models.random_effects(yi, vi, tau2=tau2, ci=ci, level=LEVEL)
    return as_pooled(fit, [trials] * len(members), measure)


def as_pooled(fit: models.RandomEffects, columns: Iterable[Sequence[Arms]], measure: str = "RR") -> list[Pooled]:
    """Each analysis of a batch; ``columns`` gives, for each, the trials in the order of its effects."""
    method = f"{ESTIMATORS[fit.tau2_method]}, {INTERVALS[fit.ci_method]}"
    found = []
    for analysis, trials in zip(fit.analyses, columns, strict=True):
        weighed = [(trial, w) for trial, w in zip(trials, analysis.weights.tolist(), strict=True) if w > 0]
        entering = [trial for trial, _ in weighed]
        uncertain = measure == "RD" and not all(map(has_events, entering))
        notices = sentences(analysis) + (CORRECTED_DIFFERENCE,) * uncertain
        spread = Spread(weights=tuple(w for _, w in weighed))
        if analysis.k > 1:
            spread |= spread_of(analysis, scale(measure))
        found.append(wrap(analysis, measure, method, entering, notices, **spread))
    return found


def spread_of(analysis: models.Analysis, natural: Callable[[float], float]) -> Spread:
    """Heterogeneity, and the prediction interval where there is one."""
    df = analysis.k - 1
    spread: Spread = {
        "tau2": analysis.tau2,
        "tau2_low": analysis.tau2_ci[0],
        "tau2_high": analysis.tau2_ci[1],
        "i2": analysis.i2,
        "i2_low": analysis.i2_ci[0],
        "i2_high": analysis.i2_ci[1],
        "q": analysis.q,
        "q_df": df,
        "q_p_value": analysis.q_p_value,
    }
    low, high = analysis.prediction
    if math.isfinite(low) and math.isfinite(high):
        spread |= {"prediction_low": natural(low), "prediction_high": natural(high), "prediction_df": df}
    return spread


def pool_mantel_haenszel(trials: Sequence[Arms], measure: str = "RR") -> Pooled:
    """Mantel-Haenszel: no correction of zero cells; double-zero trials carry no weight in a ratio."""
    model = models.mantel_haenszel(*arms(trials), measure=measure, level=LEVEL)
    entering = [trial for trial in trials if measure == "RD" or has_events(trial)]
    return wrap(model, measure, "Mantel-Haenszel, no correction", entering, sentences(model))


def pool_peto(trials: Sequence[Arms]) -> Pooled:
    """Peto's one-step odds ratio."""
    model = models.peto(*arms(trials), level=LEVEL)
    return wrap(model, "OR", "Peto", list(filter(has_events, trials)), sentences(model))


def pool_binomial_normal(trials: Sequence[Arms], kind: str, label: str) -> Pooled:
    """Odds ratio by a random-effects model of the counts: conditional, unconditional or hypergeometric."""
    model = models.binomial_normal(*arms(trials), kind=kind, level=LEVEL)
    return wrap(model, "OR", label, list(filter(has_events, trials)), sentences(model), tau2=model.tau2)


def pool_beta_binomial(trials: Sequence[Arms], measure: str) -> Pooled:
    """Beta-binomial model: arms as clusters, double-zero trials included."""
    model = models.beta_binomial(*arms(trials), measure=measure, level=LEVEL)
    return wrap(model, measure, "beta-binomial", trials, sentences(model))


def sentences(model: Fitted) -> tuple[str, ...]:
    return tuple(str(notice) for notice in model.warnings)


def scale(measure: str) -> Callable[[float], float]:
    """From the scale of the analysis to the natural scale."""
    return float if measure == "RD" else math.exp


def wrap(
    model: Fitted,
    measure: str,
    method: str,
    entering: Sequence[Arms],
    notices: tuple[str, ...],
    **spread: Unpack[Spread],
) -> Pooled:
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
