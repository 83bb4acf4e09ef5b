"""Whether effects differ with a characteristic of the trials: regression on a number, or groups compared.

What may be asked of so few trials is decided in `analysis.methods.meta_regression.refuse_if_few` and
`analysis.methods.subgroups.refuse_if_incomparable`; the sentence of a refusal takes the place of the result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.evidence.characteristics import of_trials
from analysis.evidence.load import Evidence
from analysis.evidence.rows import Baseline
from analysis.evidence.rows_question import NUMBER, Moderator, key_of_words
from analysis.methods.errors import Refusal
from analysis.methods.meta_regression import STUDIES_PER_MODERATOR, MetaRegression, meta_regression, refuse_if_few
from analysis.methods.subgroups import STUDIES_PER_GROUP, between_groups, common_variance, refuse_if_incomparable
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import effects
from analysis.synthesis.limits import Limits, limits
from analysis.synthesis.outcome_shapes import Outcome, Pooled, TrialResult
from analysis.synthesis.pooling import LEVEL, informative, pool, scale

#: points of the line and its band, for a figure
POINTS = 61
NOT_POOLED = "It was not asked whether effects differ by it, because the trials are not pooled."


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutValue:
    """A trial with an effect that is left out because it gives no value of the characteristic."""

    trial: str
    label: str = quantity("text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A characteristic by which effects on an outcome may differ, and which trials give it.

    ``kind`` is a number or a group, ``row`` the id of its row in moderators.csv, ``rows`` those behind the effects
    and values, ``left_out`` the trials with an effect and without a value.
    """

    kind: str
    row: str
    rows: tuple[str, ...]
    outcome: str
    measure: str
    prespecified: bool
    reason: str
    left_out: Mapping[str, WithoutValue]
    label: str = quantity("text")
    unit: str = quantity("text")
    k: int = quantity("count")
    k_left_out: int = quantity("count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Asked):
    """The same where the trials do not allow an answer, with the sentence that says so.

    ``needed`` is how many trials a regression takes, or a group.
    """

    sentence: str = quantity("text")
    needed: int = quantity("count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A coefficient of a regression on the scale of the analysis: of logarithms for ratios."""

    coefficient: float = quantity("difference")
    low: float = quantity("difference")
    high: float = quantity("difference")
    level: float = quantity("fraction")
    se: float = quantity("unrounded")
    statistic: float = quantity("statistic")
    p_value: float = quantity("probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The mean effect that the line gives at a value of the characteristic."""

    effect: Limits
    value: float = quantity("unrounded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """A trial's value of the characteristic, and its weight in the regression."""

    trial: str
    row: str
    label: str = quantity("text")
    value: float = quantity("unrounded")
    weight: float = quantity("fraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression(Asked):
    """Effects regressed on a number: REML, Hartung-Knapp.

    ``intercept`` is the effect at a value of 0, ``slope`` what one more of the number adds; ``change`` is what
    ``per`` more of it change, on the natural scale: a ratio of ratios, or a difference of differences. ``f`` tests
    the slope, ``q`` the residual heterogeneity. ``line`` holds value, effect, low and high (natural scale) from the
    lowest to the highest value of the trials.
    """

    trials: Mapping[str, Valued]
    intercept: Coefficient
    slope: Coefficient
    change: Limits
    lowest: Expected
    highest: Expected
    line: tuple[tuple[float, float, float, float], ...]
    per: float = quantity("unrounded")
    tau2: float = quantity("variance")
    i2: float = quantity("fraction")
    r2: float | None = quantity("fraction")
    f: float = quantity("statistic")
    f_df: int = quantity("count")
    f_df_residual: int = quantity("count")
    p_value: float = quantity("probability")
    q: float = quantity("statistic")
    q_df: int = quantity("count")
    q_p_value: float = quantity("probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The trials of one group, pooled with a τ² of their own; ``compared`` where there are enough to be compared."""

    pooled: Pooled
    compared: bool
    trials: tuple[str, ...]
    label: str = quantity("text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A test of the same effect in all groups; ``tau2`` is the variance common to them, None for separate ones."""

    tau2: float | None = quantity("variance")
    q: float = quantity("statistic")
    q_df: int = quantity("count")
    p_value: float = quantity("probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups(Asked):
    """Effects compared between groups of trials: each with its own τ², and by one model with a common τ².

    Groups of a single trial are shown and not compared (``k_compared`` counts the trials of the others).
    """

    groups: Mapping[str, Group]
    separate: Interaction
    common: Interaction
    k_compared: int = quantity("count")


Answer = Regression | Groups


@dataclass(frozen=True, slots=True)
class Moderators:
    """The characteristics asked of every outcome: answers, and what was declined, by outcome and key."""

    answers: dict[str, dict[str, Answer]]
    declined: dict[str, dict[str, Declined]]


def moderators(evidence: Evidence, outcomes: Mapping[str, Outcome]) -> Moderators:
    """Ask every row of moderators.csv of its outcome, as far as the number of trials allows."""
    found = Moderators({}, {})
    for asked in evidence.moderators:
        answer = ask(evidence, asked, outcomes[asked.outcome])
        into: dict[str, dict[str, Any]] = found.declined if isinstance(answer, Declined) else found.answers
        into.setdefault(asked.outcome, {})[key_of_words(asked.characteristic)] = answer
    return found


def ask(evidence: Evidence, asked: Moderator, outcome: Outcome) -> Answer | Declined:
    """One characteristic of one outcome: the trials with an effect that give it, regressed or compared."""
    values = {row.trial: row for row in of_trials(evidence.baseline, asked.characteristic)}
    with_effect = [trial for trial in outcome.trials.values() if trial.estimable]
    trials = [trial for trial in with_effect if trial.trial in values]
    without = {
        trial.trial: WithoutValue(trial=trial.trial, label=trial.label)
        for trial in with_effect
        if trial.trial not in values
    }
    common: dict[str, Any] = {
        "kind": asked.kind,
        "row": asked.row_id,
        "rows": tuple(row for trial in trials for row in (*trial.rows, values[trial.trial].row_id)),
        "outcome": asked.outcome,
        "measure": outcome.measure,
        "prespecified": asked.prespecified,
        "reason": asked.reason,
        "left_out": without,
        "label": asked.characteristic,
        "unit": next((row.unit for row in values.values()), ""),
        "k": len(trials),
        "k_left_out": len(without),
    }
    answer, needed = (regressed, STUDIES_PER_MODERATOR) if asked.kind == NUMBER else (compared, STUDIES_PER_GROUP)
    if outcome.pooled is None:
        return Declined(**common, sentence=NOT_POOLED, needed=needed)
    try:
        return answer(trials, values, outcome.measure, common)
    except Refusal as refusal:
        return Declined(**common, sentence=refusal.sentence, needed=needed)


def regressed(
    trials: Sequence[TrialResult], values: Mapping[str, Baseline], measure: str, common: Mapping[str, Any]
) -> Regression:
    """Meta-regression on a number. Raises ``Refusal``."""
    refuse_if_few(len(trials))
    x = np.array([number(values[trial.trial]) for trial in trials])
    sizes = effects([trial.entry for trial in trials], measure)
    fit = meta_regression(sizes.yi, sizes.vi, x, test="HK", level=LEVEL)
    assert fit.df is not None
    low, high = float(x.min()), float(x.max())
    per = 10.0 ** math.floor(math.log10(high - low))
    at = np.linspace(low, high, POINTS)
    natural = scale(measure)
    expected = fit.predict(at)
    return Regression(
        **common,
        trials={
            trial.trial: Valued(
                trial=trial.trial, row=values[trial.trial].row_id, label=trial.label, value=value, weight=weight
            )
            for trial, value, weight in zip(trials, x.tolist(), fit.weights.tolist(), strict=True)
        },
        intercept=coefficient(fit, 0),
        slope=coefficient(fit, 1),
        change=limits(measure, *(per * np.array([fit.coefficients[1], *fit.ci[1]])).tolist()),
        lowest=Expected(value=low, effect=limits(measure, *expected[0])),
        highest=Expected(value=high, effect=limits(measure, *expected[-1])),
        line=tuple(
            (value, *map(natural, numbers)) for value, numbers in zip(at.tolist(), expected.tolist(), strict=True)
        ),
        per=per,
        tau2=fit.tau2,
        i2=fit.i2,
        r2=fit.r2,
        f=fit.qm,
        f_df=fit.qm_df,
        f_df_residual=fit.df,
        p_value=fit.qm_p_value,
        q=fit.qe,
        q_df=fit.qe_df,
        q_p_value=fit.qe_p_value,
    )


def number(row: Baseline) -> float:
    """The value of a row that was checked to have one."""
    assert row.value is not None
    return row.value


def coefficient(fit: MetaRegression, position: int) -> Coefficient:
    """One coefficient, the intercept at position 0."""
    low, high = fit.ci[position].tolist()
    return Coefficient(
        coefficient=float(fit.coefficients[position]),
        low=low,
        high=high,
        level=LEVEL,
        se=float(fit.se[position]),
        statistic=float(fit.statistics[position]),
        p_value=float(fit.p_values[position]),
    )


def compared(
    trials: Sequence[TrialResult], values: Mapping[str, Baseline], measure: str, common: Mapping[str, Any]
) -> Groups:
    """The groups pooled each by itself, and both tests of interaction. Raises ``Refusal``."""
    members: dict[str, list[TrialResult]] = {}
    for trial in trials:
        members.setdefault(values[trial.trial].value_text, []).append(trial)
    refuse_if_incomparable([len(group) for group in members.values()])
    groups = {
        key_of_words(name): Group(
            pooled=pool([trial.entry for trial in members[name]], measure),
            compared=len(members[name]) >= STUDIES_PER_GROUP,
            trials=tuple(trial.trial for trial in members[name]),
            label=name,
        )
        for name in sorted(members, key=str.casefold)
    }
    entering = [
        (trial.entry, key) for key, group in groups.items() if group.compared for trial in members[group.label]
    ]
    sizes = effects([entry for entry, _ in entering], measure)
    one_model = common_variance(sizes.yi, sizes.vi, [key for _, key in entering], level=LEVEL)
    apart = [wald(group, measure) for group in groups.values() if group.compared]
    between = between_groups([one for one, _ in apart], [variance for _, variance in apart])
    return Groups(
        **common,
        groups=groups,
        separate=Interaction(tau2=None, q=between.q, q_df=between.df, p_value=between.p_value),
        common=Interaction(tau2=one_model.tau2, q=one_model.qm, q_df=one_model.qm_df, p_value=one_model.qm_p_value),
        k_compared=len(entering),
    )


def wald(group: Group, measure: str) -> tuple[float, float]:
    """Pooled effect of a group on the scale of the analysis, and its variance 1/Σ1/(v + τ²)."""
    sizes = effects(informative(group.pooled.entries, measure), measure)
    w = 1 / (sizes.vi + (group.pooled.tau2 or 0.0))
    return float(w @ sizes.yi / w.sum()), float(1 / w.sum())
