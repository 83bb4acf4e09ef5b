"""What several trials bring in, one pooled result out: the methods' answers in the shapes of this review.

Ratios are returned on their natural scale, risk differences as fractions of 1, differences in means in the unit of
the outcome. A trial without events in either arm has no ratio and drops out of one; it takes part in risk differences
and in the beta-binomial model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypedDict, TypeVar, Unpack

import numpy as np
from numpy.typing import NDArray

from analysis.methods import models
from analysis.methods.errors import Notice, Refusal
from analysis.synthesis.entries import CountedEntry, Entry, effects
from analysis.synthesis.outcome_shapes import SHAPES, Pooled, is_ratio

E = TypeVar("E", bound=Entry)

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
    statistic: float
    df: int | None
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


def arms(entries: Sequence[CountedEntry]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Events and patients of the treatment arms, then of the control arms."""
    events_treatment, n_treatment, events_control, n_control = zip(*(entry.arms for entry in entries), strict=True)
    return list(events_treatment), list(n_treatment), list(events_control), list(n_control)


def informative(entries: Iterable[E], measure: str) -> list[E]:
    """The entries that have an effect by a measure."""
    return [entry for entry in entries if entry.effect(measure)]


def pool(
    entries: Sequence[Entry], measure: str, tau2: str = "REML", ci: str = "HK", prediction: str = "k-1"
) -> Pooled:
    """Inverse-variance pooling by any measure (half an event is added to the cells of a trial with a zero)."""
    return pool_each(entries, np.ones((1, len(entries)), dtype=bool), measure, tau2, ci, prediction)[0]


def pool_each(
    entries: Sequence[Entry],
    members: NDArray[np.bool_],
    measure: str,
    tau2: str = "REML",
    ci: str = "HK",
    prediction: str = "k-1",
) -> list[Pooled]:
    """As ``pool``, for several sets of these trials at once: each row of ``members`` says who is in a set."""
    sizes = effects(entries, measure)
    yi, vi = (np.where(members, values, np.nan) for values in (sizes.yi, sizes.vi))
    fit = models.random_effects(yi, vi, tau2=tau2, ci=ci, prediction=prediction, level=LEVEL)
    return as_pooled(fit, [entries] * len(members), measure)


def as_pooled(fit: models.RandomEffects, columns: Iterable[Sequence[Entry]], measure: str) -> list[Pooled]:
    """Each analysis of a batch; ``columns`` gives, for each, the trials in the order of its effects."""
    method = f"{ESTIMATORS[fit.tau2_method]}, {INTERVALS[fit.ci_method]}"
    found = []
    for analysis, entries in zip(fit.analyses, columns, strict=True):
        weighed = [(entry, w) for entry, w in zip(entries, analysis.weights.tolist(), strict=True) if w > 0]
        entering = [entry for entry, _ in weighed]
        uncertain = measure == "RD" and not all(entry.effect("RR") for entry in entering)
        notices = sentences(analysis) + (CORRECTED_DIFFERENCE,) * uncertain
        df = None if fit.ci_method == "wald" or analysis.k < 2 else analysis.k - 1
        spread = Spread(weights=tuple(w for _, w in weighed), statistic=analysis.estimate / analysis.se, df=df)
        if analysis.k > 1:
            spread |= spread_of(analysis, scale(measure), 2 if fit.prediction_method == "k-2" else 1)
        found.append(wrap(analysis, measure, method, entering, notices, **spread))
    return found


def spread_of(analysis: models.Analysis, natural: Callable[[float], float], less: int) -> Spread:
    """Heterogeneity, and the prediction interval where there is one, on ``less`` degrees of freedom than trials."""
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
        spread |= {
            "prediction_low": natural(low),
            "prediction_high": natural(high),
            "prediction_df": max(analysis.k - less, 1),
        }
    return spread


def pool_mantel_haenszel(entries: Sequence[CountedEntry], measure: str = "RR") -> Pooled:
    """Mantel-Haenszel: no correction of zero cells; double-zero trials carry no weight in a ratio.

    Raises ``Refusal`` where nothing varies, so that the interval would have no width.
    """
    model = models.mantel_haenszel(*arms(entries), measure=measure, level=LEVEL)
    refuse_for(model, "no-width")
    entering = [entry for entry in entries if measure == "RD" or entry.has_events]
    return wrap(model, measure, "Mantel-Haenszel, no correction", entering, sentences(model))


def pool_peto(entries: Sequence[CountedEntry]) -> Pooled:
    """Peto's one-step odds ratio."""
    model = models.peto(*arms(entries), level=LEVEL)
    return wrap(model, "OR", "Peto", with_events(entries), sentences(model))


def pool_binomial_normal(entries: Sequence[CountedEntry], kind: str, label: str) -> Pooled:
    """Odds ratio by a random-effects model of the counts: conditional, unconditional or hypergeometric.

    Raises ``Refusal`` where events are too common for the approximation that the conditional model is.
    """
    model = models.binomial_normal(*arms(entries), kind=kind, level=LEVEL)
    refuse_for(model, "not-rare")
    return wrap(model, "OR", label, with_events(entries), sentences(model), tau2=model.tau2)


def pool_beta_binomial(entries: Sequence[CountedEntry], measure: str) -> Pooled:
    """Beta-binomial model: arms as clusters, double-zero trials included."""
    model = models.beta_binomial(*arms(entries), measure=measure, level=LEVEL)
    return wrap(model, measure, "beta-binomial", entries, sentences(model))


def refuse_for(model: Fitted, code: str) -> None:
    """Make a caveat with which a number must not be printed a ``Refusal``."""
    for notice in model.warnings:
        if notice.code == code:
            raise Refusal(notice.code, notice.sentence)


def with_events(entries: Iterable[CountedEntry]) -> list[CountedEntry]:
    """The trials in which anybody had the event."""
    return [entry for entry in entries if entry.has_events]


def sentences(model: Fitted) -> tuple[str, ...]:
    return tuple(str(notice) for notice in model.warnings)


def scale(measure: str) -> Callable[[float], float]:
    """From the scale of the analysis to the natural scale."""
    return math.exp if is_ratio(measure) else float


def wrap(
    model: Fitted,
    measure: str,
    method: str,
    entering: Sequence[Entry],
    notices: tuple[str, ...],
    **spread: Unpack[Spread],
) -> Pooled:
    """A model's answer in the shape that its measure has (`analysis.synthesis.outcome_shapes.SHAPES`)."""
    natural = scale(measure)
    shape = SHAPES.get(measure, Pooled)
    return shape(
        measure=measure,
        method=method,
        rows=tuple(dict.fromkeys(row for entry in entering for row in entry.rows)),
        entries=tuple(entering),
        notices=notices,
        estimate=natural(model.estimate),
        low=natural(model.ci[0]),
        high=natural(model.ci[1]),
        level=LEVEL,
        p_value=model.p_value,
        k=len(entering),
        participants=sum(entry.participants for entry in entering),
        **spread,
    )
