"""Synthesis without meta-analysis: directions of effect and p-values, where effects cannot be pooled.

Nothing here estimates the size of an effect, and a p-value counted as "significant or not" never enters.

Sources
    Handbook: McKenzie JE, Brennan SE. Chapter 12 of the Cochrane Handbook, version 6 (12.2.1.2 and 12.2.1.3)
        [@higgins2019handbook].
    SWiM: Campbell M, McKenzie JE, Sowden A, et al. BMJ 2020;368:l6890 [@campbell2020swim].
    Boon 2021: Boon MH, Thomson H. The effect direction plot revisited. Res Synth Methods 2021;12:29-33
        [@boon2021direction].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.arguments import between, choice, finite
from analysis.methods.errors import InputError, Refusal

Side = Literal["negative", "positive"]
CombinationMethod = Literal["fisher", "stouffer", "tippett", "pearson", "mudholkar_george"]
_COMBINATION_METHODS = ("fisher", "stouffer", "tippett", "pearson", "mudholkar_george")


@dataclass(frozen=True, slots=True)
class SignTest:
    """Result of `sign_test`.

    Attributes:
        favourable, unfavourable: studies whose effect points to treatment, to control.
        ties: studies with an effect of exactly no difference; they carry no direction and are left out of the test.
        unknown: studies whose direction is not known (NaN), left out too.
        proportion, ci: favourable share of the studies with a direction, and its Wilson interval.
        p_value: exact two-sided binomial p-value of "favourable and unfavourable are equally likely".
        level: confidence level of ``ci``.
    """

    favourable: int
    unfavourable: int
    ties: int
    unknown: int
    proportion: float
    ci: tuple[float, float]
    p_value: float
    level: float

    @property
    def k(self) -> int:
        """Studies in the test."""
        return self.favourable + self.unfavourable


@dataclass(frozen=True, slots=True)
class EffectDirection:
    """Overall direction of one study in one outcome domain.

    Attributes:
        direction: ``"favourable"``, ``"unfavourable"``, ``"mixed"`` or ``"unknown"`` (no result has a direction).
        sign: +1, −1, 0 and NaN for these four, ready for ``sign_test(..., favourable="positive")``.
        favourable, unfavourable, ties, unknown: results counted.
        share: largest share of results with one and the same direction (NaN if unknown).
    """

    direction: Literal["favourable", "unfavourable", "mixed", "unknown"]
    sign: float
    favourable: int
    unfavourable: int
    ties: int
    unknown: int
    share: float


@dataclass(frozen=True, slots=True)
class CombinedP:
    """Result of `combine_p_values`.

    Attributes:
        statistic: of the method (Fisher: chi-squared with 2k degrees of freedom; Stouffer: normal).
        p_value: one-sided p-value of the null hypothesis that no study has an effect in the tested direction.
        k: p-values combined.
        method: name of the method.
    """

    statistic: float
    p_value: float
    k: int
    method: str


def sign_test(effects: ArrayLike, favourable: Side = "negative", null: float = 0.0, level: float = 0.95) -> SignTest:
    """Sign test of the directions of effect: vote counting without significance (Handbook 12.2.1.3).

    Args:
        effects: shape (k,), one value per study, of which only the side of ``null`` counts: effects on any scale, or
            the ``sign`` of `effect_direction`. NaN where a study's direction is not known.
        favourable: side of ``null`` that favours treatment.
        null: value of no difference (0 for differences and log ratios, 1 for ratios).
        level: confidence level of the Wilson interval.

    Raises:
        InputError: not a one-dimensional, non-empty array, or an infinite effect.
        Refusal: no study has a direction.

    >>> test = sign_test([-0.3, -0.1, -0.2, 0.1, 0.0])
    >>> test.favourable, test.unfavourable, test.ties, test.p_value
    (3, 1, 1, 0.625)
    """
    values = _directions("effects", effects)
    wins, losses, ties, unknown = _count(values, favourable, null)
    level = between("level", level, 0, 1)
    if wins + losses == 0:
        raise Refusal("no-direction", "No study reports a direction of effect, so no sign test is possible.")
    from scipy.stats import binomtest

    test = binomtest(wins, wins + losses, 0.5)
    low, high = test.proportion_ci(confidence_level=level, method="wilson")
    return SignTest(
        favourable=wins,
        unfavourable=losses,
        ties=ties,
        unknown=unknown,
        proportion=wins / (wins + losses),
        ci=(float(low), float(high)),
        p_value=float(test.pvalue),
        level=level,
    )


def effect_direction(
    effects: ArrayLike, favourable: Side = "negative", null: float = 0.0, threshold: float = 0.7
) -> EffectDirection:
    """Direction of one study over its results in one outcome domain (Boon 2021, box on multiple outcomes).

    The study is favourable (unfavourable) if at least ``threshold`` of its results with a known direction are, and
    mixed otherwise. Results of exactly no difference count in the denominator.

    Args:
        effects: shape (results,), of which only the side of ``null`` counts; NaN where not reported. One value is the
            ordinary case of one result per study.
        favourable: side of ``null`` that favours treatment.
        null: value of no difference.
        threshold: required share, in (0.5, 1]; the effect direction plot uses 0.7.

    >>> effect_direction([-1.0, -0.2, -0.4, 0.1]).direction
    'favourable'
    """
    values = _directions("effects", effects)
    if not 0.5 < finite("threshold", threshold) <= 1:
        raise InputError("threshold", "must lie in (0.5, 1]", value=threshold)
    wins, losses, ties, unknown = _count(values, favourable, null)
    counted = wins + losses + ties
    if counted == 0:
        return EffectDirection("unknown", math.nan, 0, 0, 0, unknown, math.nan)
    if wins >= threshold * counted:
        return EffectDirection("favourable", 1.0, wins, losses, ties, unknown, wins / counted)
    if losses >= threshold * counted:
        return EffectDirection("unfavourable", -1.0, wins, losses, ties, unknown, losses / counted)
    return EffectDirection("mixed", 0.0, wins, losses, ties, unknown, max(wins, losses) / counted)


def one_sided_p(p_value: float, effect: float, favourable: Side = "negative", null: float = 0.0) -> float:
    """One-sided p-value, towards "favours treatment", from a two-sided one and its effect (Handbook 12.2.1.2).

    p/2 where the effect is favourable, 1 − p/2 where it is not.

    Args:
        p_value: two-sided, in (0, 1].
        effect: the study's effect, which only gives the direction.
        favourable, null: as in `sign_test`.

    >>> one_sided_p(0.04, effect=-0.3), one_sided_p(0.04, effect=0.3)
    (0.02, 0.98)
    """
    half = _p_value("p_value", p_value) / 2
    distance = finite("effect", effect) - finite("null", null)
    if distance == 0:
        return 0.5
    towards_treatment = (distance < 0) == (choice("favourable", favourable, ("negative", "positive")) == "negative")
    return half if towards_treatment else 1 - half


def combine_p_values(
    p_values: Sequence[float], method: CombinationMethod = "fisher", weights: Sequence[float] | None = None
) -> CombinedP:
    """Combine independent one-sided p-values (Handbook 12.2.1.2), by ``scipy.stats.combine_pvalues``.

    A small combined value says that at least one study has an effect in the tested direction, and nothing about its
    size. Two-sided p-values must first pass `one_sided_p`; combined as they are they would mix directions.

    Args:
        p_values: shape (k,), one-sided, all in the same direction, each in (0, 1]; a study reported only as
            "p < 0.05" has no place here. Methods other than Fisher's and Tippett's need values below 1.
        method: ``"fisher"``, ``"stouffer"``, ``"tippett"``, ``"pearson"`` or ``"mudholkar_george"``.
        weights: shape (k,), > 0, for Stouffer's method only (the square root of the sample size is usual).

    >>> combined = combine_p_values([0.04, 0.3])
    >>> round(combined.statistic, 2), round(combined.p_value, 3)
    (8.85, 0.065)
    """
    choice("method", method, _COMBINATION_METHODS)
    if len(p_values) == 0:
        raise InputError("p_values", "is empty")
    values = [_p_value("p_values", p, study=i) for i, p in enumerate(p_values)]
    if method not in ("fisher", "tippett"):
        for i, p in enumerate(values):
            if p == 1:
                raise InputError("p_values", f"of 1 has no place in the method {method}", study=i, value=p)
    if weights is not None:
        if method != "stouffer":
            raise InputError("weights", f"have no meaning in the method {method}")
        if len(weights) != len(values):
            raise InputError("weights", f"has {len(weights)} values for {len(values)} p_values")
        for i, weight in enumerate(weights):
            if finite("weights", weight, study=i) <= 0:
                raise InputError("weights", "must be greater than 0", study=i, value=weight)
    from scipy.stats import combine_pvalues

    result = combine_pvalues(values, method=method, weights=weights)
    return CombinedP(float(result.statistic), float(result.pvalue), len(values), method)


def _directions(argument: str, effects: ArrayLike) -> np.ndarray:
    try:
        values = np.atleast_1d(np.asarray(effects, dtype=float))
    except (TypeError, ValueError):
        raise InputError(argument, "holds something that is not a number") from None
    if values.ndim != 1:
        raise InputError(argument, f"must have one dimension, not {values.ndim}")
    if values.size == 0:
        raise InputError(argument, "is empty")
    for i in np.flatnonzero(np.isinf(values)):
        raise InputError(argument, "is not finite", study=int(i), value=float(values[i]))
    return values


def _count(values: np.ndarray, favourable: Side, null: float) -> tuple[int, int, int, int]:
    distance = values - finite("null", null)
    if choice("favourable", favourable, ("negative", "positive")) == "positive":
        distance = -distance
    wins, losses, ties = (distance < 0).sum(), (distance > 0).sum(), (distance == 0).sum()
    return int(wins), int(losses), int(ties), int(np.isnan(distance).sum())


def _p_value(argument: str, value: float, *, study: int | None = None) -> float:
    p = finite(argument, value, study=study)
    if not 0 < p <= 1:
        raise InputError(
            argument, "must lie in (0, 1]; a printed 0 is a rounded bound, not a p-value", study=study, value=value
        )
    return p
