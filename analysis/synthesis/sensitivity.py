"""How far the primary result depends on the order of the trials and on which four of them are pooled."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import Outcome, Pooled, TrialResult, Variant
from analysis.synthesis.pooling import has_events, pool

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

    ``possible`` counts the sets of four among all eligible trials, most of which lack deaths per arm.
    """

    informative: Subsets
    shown: Subsets
    possible: int = quantity("count")


def cumulative(outcome: Outcome) -> dict[str, Variant]:
    """The primary analysis as the trials came out, by year and within a year in the order of their names."""
    trials = [trial for trial in outcome.trials.values() if has_events(trial)]
    return {
        trial.trial: Variant("", pool(trials[:step]), label=("" if step == 1 else "plus ") + trial.label)
        for step, trial in enumerate(trials, start=1)
    }


def four_trials(outcome: Outcome, eligible: int) -> FourTrials | None:
    """All subsets of four trials; None where fewer than four carry information."""
    shown = list(outcome.trials.values())
    informative = [trial for trial in shown if has_events(trial)]
    if len(informative) < ABSTRACT_POOLED:
        return None
    return FourTrials(
        informative=subsets(informative, "trials with events", ABSTRACT_POOLED),
        shown=subsets(shown, "trials with counts, double zeros included", ABSTRACT_POOLED),
        possible=math.comb(eligible, ABSTRACT_POOLED),
    )


def subsets(trials: Sequence[TrialResult], of: str, size: int) -> Subsets:
    """Pool every subset of ``size`` trials; a double-zero trial in it carries no weight."""
    members = {
        "_".join(trial.trial for trial in chosen): Subset(
            pool(chosen), pool(chosen, ci="wald"), label=", ".join(trial.label for trial in chosen)
        )
        for chosen in combinations(trials, size)
    }
    estimates = [subset.pooled.estimate for subset in members.values()]
    return Subsets(
        of=of,
        members=members,
        size=size,
        trials=len(trials),
        count=len(members),
        favourable=sum(estimate < 1 for estimate in estimates),
        excluding=sum(excludes_no_effect(subset.pooled) for subset in members.values()),
        excluding_wald=sum(excludes_no_effect(subset.wald) for subset in members.values()),
        lowest=min(estimates),
        highest=max(estimates),
    )


def excludes_no_effect(pooled: Pooled) -> bool:
    return pooled.high < 1 or pooled.low > 1
