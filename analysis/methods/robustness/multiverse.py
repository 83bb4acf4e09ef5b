"""The multiverse: the pooled result under every defensible combination of choices.

Sources
    Steegen S, Tuerlinckx F, Gelman A, Vanpaemel W. Perspect Psychol Sci 2016;11:702-712 (multiverse analysis)
        [@steegen2016].
    Voracek M, Kossmeier M, Tran US. Z Psychol 2019;227:64-82 (specification curves of meta-analyses)
        [@voracek2019].
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.methods.errors import InputError, Refusal
from analysis.methods.models import RandomEffects, mantel_haenszel, random_effects
from analysis.methods.robustness.variants import (
    NOT_NEEDED,
    ZERO_HANDLING,
    Counts,
    Data,
    Parts,
    common_length,
    effect_sizes,
    parts_by_measure,
)
from analysis.methods.robustness.verdicts import CONTROL, TREATMENT, UNDEFINED, Side, is_negative, verdicts

__all__ = [
    "ALL_TRIALS",
    "MANTEL_HAENSZEL",
    "NOT_NEEDED",
    "ZERO_HANDLING",
    "Counts",
    "Multiverse",
    "Specification",
    "multiverse",
]

MANTEL_HAENSZEL = "MH"
_MANTEL_HAENSZEL_MEASURES = ("RR", "OR", "RD")
ALL_TRIALS = "all trials"


@dataclass(frozen=True, slots=True)
class Specification:
    """One combination of choices and its result.

    Attributes:
        data, inclusion, measure, zero_handling, tau2_method, ci_method: the choices.
        trials: positions included; excluded: those of them without an effect size on this measure.
        estimate, ci_low, ci_high, p_value, tau2, i2: pooled result on the scale of ``measure`` (ratios as logs;
            i2 a fraction of 1); NaN where no trial has an effect size.
        k: trials pooled.
        favours_treatment: whether the estimate does.
        verdict: side on which the interval lies: ``"treatment"``, ``"control"``, ``"neither"`` or ``"undefined"``.
    """

    data: str
    inclusion: str
    measure: str
    zero_handling: str
    tau2_method: str
    ci_method: str
    trials: tuple[int, ...]
    excluded: tuple[int, ...]
    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    i2: float
    k: int
    favours_treatment: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Multiverse:
    """All combinations: those by inverse variance in the order of the choices, then those by Mantel-Haenszel.

    Attributes:
        rows: one per combination.
        level: confidence level of all intervals.
    """

    rows: tuple[Specification, ...]
    level: float

    @property
    def count(self) -> int:
        """Combinations with a pooled result."""
        return sum(row.verdict != UNDEFINED for row in self.rows)

    @property
    def favourable(self) -> int:
        """Combinations whose estimate favours treatment."""
        return sum(row.favours_treatment for row in self.rows)

    @property
    def favouring_treatment(self) -> int:
        """Combinations whose interval lies entirely on the side of treatment."""
        return sum(row.verdict == TREATMENT for row in self.rows)

    @property
    def favouring_control(self) -> int:
        """Combinations whose interval lies entirely on the side of control."""
        return sum(row.verdict == CONTROL for row in self.rows)

    def select(self, **choices: str | int) -> Multiverse:
        """The combinations in which every named attribute has the given value, e.g. ``select(measure="RR")``.

        Raises:
            InputError: a name that is no attribute of `Specification`, or nothing selected.
        """
        unknown = set(choices) - set(Specification.__slots__)
        if unknown:
            raise InputError("choices", f"knows no {', '.join(sorted(unknown))}")
        rows = tuple(row for row in self.rows if all(getattr(row, name) == value for name, value in choices.items()))
        if not rows:
            raise InputError("choices", "fit no combination", value=choices)
        return Multiverse(rows, self.level)


def multiverse(
    data: Mapping[str, Data | Parts],
    measures: Sequence[str] = ("RR",),
    tau2: Sequence[str] = ("REML",),
    ci: Sequence[str] = ("HK",),
    zero_handling: Sequence[str] = ("add 0.5 to trials with a zero",),
    inclusion: Mapping[str, Iterable[int]] | None = None,
    level: float = 0.95,
    favourable: Side = "negative",
) -> Multiverse:
    """Pool under every combination of the choices given.

    Each pair of estimator and interval is one batch of fits, so thousands of combinations take well under a second.

    Args:
        data: named variants of the data (events judged by another report, another time point, …), all with the same
            k trials in the same order: `Counts`, `Means` or `Effects`, or several of them, each for other measures.
        measures: of those that the data are valid for. A variant that is not valid for one of them has no row with
            it; a measure that no variant is valid for is an error.
        tau2: estimators as in `analysis.methods.models.random_effects`, and ``"MH"`` for Mantel-Haenszel (one row per
            variant with counts, inclusion and measure of RR, OR, RD: equal effects, Wald interval, no correction).
        ci: intervals, as in `analysis.methods.models.random_effects`.
        zero_handling: keys of `ZERO_HANDLING`. Means, effects and measures that need no correction get one row marked
            ``"not needed"`` whatever is listed.
        inclusion: named sets of positions 0 … k − 1 (low risk of bias only, …); by default all trials.
        level: confidence level.
        favourable: side of 0 that favours treatment (``"negative"`` for a harmful outcome).

    Raises:
        InputError: an empty or repeated choice, an unknown one, variants of different length, impossible data,
            Mantel-Haenszel without counts.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> counts = Counts([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220])
    >>> every = multiverse({"as published": counts}, ("RR", "OR"), ("REML", "DL"), ("HK", "wald"))
    >>> every.count, every.favourable, every.favouring_treatment
    (8, 8, 8)
    """
    if not data:
        raise InputError("data", "is empty")
    for name, values in (("measures", measures), ("tau2", tau2), ("ci", ci), ("zero_handling", zero_handling)):
        _check_choices(name, values)
    for name in zero_handling:
        if name not in ZERO_HANDLING:
            raise InputError("zero_handling", f"must be of {'; '.join(ZERO_HANDLING)}", value=name)
    variants = {name: parts_by_measure(name, variant) for name, variant in data.items()}
    for measure in measures:
        if not any(measure in parts for parts in variants.values()):
            valid = ", ".join(dict.fromkeys(name for parts in variants.values() for name in parts))
            raise InputError("measures", f"must be of {valid}, for which the data are valid", value=measure)
    if MANTEL_HAENSZEL in tau2 and not any(
        isinstance(part, Counts) for parts in variants.values() for part in parts.values()
    ):
        raise InputError("tau2", "holds MH, which needs counts of events and participants", value=tuple(tau2))
    k = common_length(variants)
    included = _inclusions(inclusion, k)

    labels: list[tuple[str, str, str, str]] = []
    effects: list[NDArray[np.float64]] = []
    variances: list[NDArray[np.float64]] = []
    for data_name, parts in variants.items():
        computed = [
            (measure, zero_name, sizes)
            for measure in measures
            if measure in parts
            for zero_name, sizes in effect_sizes(parts[measure], measure, zero_handling)
        ]
        for inclusion_name, members in included.items():
            for measure, zero_name, sizes in computed:
                labels.append((data_name, inclusion_name, measure, zero_name))
                effects.append(np.where(members, sizes[0], np.nan))
                variances.append(np.where(members, sizes[1], np.nan))
    yi, vi = np.array(effects), np.array(variances)
    trials = [included[inclusion_name] for _, inclusion_name, _, _ in labels]
    by_methods = [
        _rows(labels, trials, vi, random_effects(yi, vi, tau2=t, ci=c, level=level), favourable)
        for t in tau2
        if t != MANTEL_HAENSZEL
        for c in ci
    ]
    rows = [row for of_one_label in zip(*by_methods, strict=True) for row in of_one_label]
    if MANTEL_HAENSZEL in tau2:
        rows += [
            _mantel_haenszel_row((data_name, inclusion_name, measure), counts, members, level, favourable)
            for data_name, parts in variants.items()
            for inclusion_name, members in included.items()
            for measure in measures
            if measure in _MANTEL_HAENSZEL_MEASURES and isinstance(counts := parts.get(measure), Counts)
        ]
    return Multiverse(tuple(rows), level)


def _rows(
    labels: Sequence[tuple[str, str, str, str]],
    trials: Sequence[NDArray[np.bool_]],
    vi: NDArray[np.float64],
    fit: RandomEffects,
    favourable: Side,
) -> list[Specification]:
    """One row per label from the batch that one pair of methods gave."""
    numbers = np.column_stack((fit.estimate, *fit.ci, fit.p_value, fit.tau2, fit.i2)).tolist()
    sides = verdicts(*fit.ci, favourable).tolist()
    sign = 1 if is_negative(favourable) else -1
    weighted: NDArray[np.bool_] = np.greater(vi, 0.0)
    counts = np.count_nonzero(weighted, axis=1).tolist()
    lost: NDArray[np.bool_] = np.array(trials) & ~weighted
    losing: list[bool] = np.any(lost, axis=1).tolist()
    positions: dict[bytes, tuple[int, ...]] = {}
    rows = []
    for b, (label, members) in enumerate(zip(labels, trials, strict=True)):
        estimate, low, high, p_value, tau2, i2 = numbers[b]
        chosen = members.tobytes()
        if chosen not in positions:
            positions[chosen] = tuple(np.flatnonzero(members).tolist())
        rows.append(
            Specification(
                *label,
                fit.tau2_method,
                fit.ci_method,
                trials=positions[chosen],
                excluded=tuple(np.flatnonzero(lost[b]).tolist()) if losing[b] else (),
                estimate=estimate,
                ci_low=low,
                ci_high=high,
                p_value=p_value,
                tau2=tau2,
                i2=i2 if counts[b] else math.nan,
                k=counts[b],
                favours_treatment=sign * estimate < 0,
                verdict=sides[b],
            )
        )
    return rows


def _mantel_haenszel_row(
    label: tuple[str, str, str],
    counts: Counts,
    members: NDArray[np.bool_],
    level: float,
    favourable: Side,
) -> Specification:
    positions = np.flatnonzero(members)
    events_t, n_t, events_c, n_c = (
        np.asarray(x)[positions] for x in (counts.events_t, counts.n_t, counts.events_c, counts.n_c)
    )
    try:
        fit = mantel_haenszel(events_t, n_t, events_c, n_c, measure=label[2], level=level)
        numbers = (fit.estimate, fit.ci[0], fit.ci[1], fit.p_value, 0.0, fit.i2)
        informative = fit.weights > 0
    except Refusal:
        numbers = (math.nan,) * 6
        informative = np.zeros(len(positions), dtype=bool)
    return Specification(
        *label,
        NOT_NEEDED,
        MANTEL_HAENSZEL,
        "wald",
        tuple(positions.tolist()),
        tuple(positions[~informative].tolist()),
        *numbers,
        k=int(np.count_nonzero(informative)),
        favours_treatment=numbers[0] < 0 if is_negative(favourable) else numbers[0] > 0,
        verdict=str(verdicts(numbers[1], numbers[2], favourable)),
    )


def _check_choices(name: str, values: Sequence[str]) -> None:
    if isinstance(values, str):
        raise InputError(name, "must be a sequence of names, not one name", value=values)
    if len(values) == 0:
        raise InputError(name, "is empty")
    if len(set(values)) != len(values):
        raise InputError(name, "holds a choice twice", value=tuple(values))


def _inclusions(inclusion: Mapping[str, Iterable[int]] | None, k: int) -> dict[str, NDArray[np.bool_]]:
    if inclusion is None:
        return {ALL_TRIALS: np.ones(k, dtype=bool)}
    if not inclusion:
        raise InputError("inclusion", "is empty")
    masks = {}
    for name, positions in inclusion.items():
        mask = np.zeros(k, dtype=bool)
        chosen = list(positions)
        if not chosen:
            raise InputError("inclusion", f"{name!r} holds no trial")
        for position in chosen:
            if isinstance(position, bool | np.bool_) or position != int(position) or not 0 <= position < k:
                raise InputError("inclusion", f"{name!r} must hold positions 0 to {k - 1}", value=position)
            if mask[int(position)]:
                raise InputError("inclusion", f"{name!r} holds a position twice", value=position)
            mask[int(position)] = True
        masks[name] = mask
    return masks
