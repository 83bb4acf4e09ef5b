"""How far the primary result depends on the order of the trials and on which four of them are pooled."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.methods import robustness
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import effects
from analysis.synthesis.outcome_shapes import Outcome, Pooled, TrialResult, Variant
from analysis.synthesis.pooling import LEVEL, as_pooled

#: how many trials the published abstract pooled, without naming them
ABSTRACT_POOLED = 4


@dataclass(frozen=True, slots=True)
class Subset:
    """One choice of trials. ``pooled`` has the Hartung-Knapp interval, ``wald`` the Wald interval."""

    pooled: Pooled
    wald: Pooled
    label: str = quantity("text")


@dataclass(frozen=True, slots=True)
class Subsets:
    """Every subset of one size of a set of trials.

    ``favourable`` counts the subsets whose ratio lies below 1, ``excluding`` those whose Hartung-Knapp interval
    excludes 1 and ``excluding_wald`` those whose Wald interval does; ``lowest`` and ``highest`` are the extreme
    ratios.
    """

    of: str
    members: Mapping[str, Subset]
    size: int = quantity("count")
    trials: int = quantity("count")
    count: int = quantity("count")
    favourable: int = quantity("count")
    excluding: int = quantity("count")
    excluding_wald: int = quantity("count")
    lowest: float = quantity("ratio")
    highest: float = quantity("ratio")


@dataclass(frozen=True, slots=True)
class FourTrials:
    """All sets of four: of the trials that carry information, and of these with the double-zero trials.

    ``possible`` counts the sets of four among all eligible trials, most of which lack counts per arm.
    """

    informative: Subsets
    shown: Subsets
    possible: int = quantity("count")


def cumulative(outcome: Outcome) -> dict[str, Variant]:
    """The primary analysis as the trials came out, by year and within a year in the order of their names."""
    if outcome.pooled is None:
        return {}
    trials = list(outcome.trials.values())
    sizes = effects(outcome.entries, outcome.measure)
    steps = robustness.cumulative(sizes.yi, sizes.vi, level=LEVEL)
    entering = [trials[position] for position in steps.studies]
    found = as_pooled(steps.pooled, [[trial.entry for trial in entering]] * len(entering), outcome.measure)
    return {
        trial.trial: Variant("", pooled, label=("" if trial is entering[0] else "plus ") + trial.label)
        for trial, pooled in zip(entering, found, strict=True)
    }


def four_trials(outcome: Outcome, eligible: int) -> FourTrials | None:
    """All subsets of four trials; None where fewer than four carry information."""
    shown = list(outcome.trials.values())
    with_effect = [trial for trial in shown if trial.estimable]
    if len(with_effect) < ABSTRACT_POOLED:
        return None
    return FourTrials(
        informative=subsets(with_effect, outcome.measure, "trials with events", ABSTRACT_POOLED),
        shown=subsets(shown, outcome.measure, "trials with counts, double zeros included", ABSTRACT_POOLED),
        possible=math.comb(eligible, ABSTRACT_POOLED),
    )


def subsets(trials: Sequence[TrialResult], measure: str, of: str, size: int) -> Subsets:
    """Pool every subset of ``size`` trials; a double-zero trial in it carries no weight."""
    entries = [trial.entry for trial in trials]
    sizes = effects(entries, measure)
    hk, wald = (
        robustness.subsets(sizes.yi, sizes.vi, size, ci=ci, level=LEVEL, absent=True) for ci in ("HK", "wald")
    )
    chosen = [[trials[position] for position in members] for members in hk.members]
    entering = [[trial.entry for trial in subset] for subset in chosen]
    members = {
        "_".join(trial.trial for trial in subset): Subset(
            by_hk, by_wald, label=", ".join(trial.label for trial in subset)
        )
        for subset, by_hk, by_wald in zip(
            chosen, as_pooled(hk.pooled, entering, measure), as_pooled(wald.pooled, entering, measure), strict=True
        )
    }
    estimates = [subset.pooled.estimate for subset in members.values()]
    return Subsets(
        of=of,
        members=members,
        size=size,
        trials=len(trials),
        count=hk.count,
        favourable=hk.favourable,
        excluding=hk.excluding_null,
        excluding_wald=wald.excluding_null,
        lowest=min(estimates),
        highest=max(estimates),
    )
