"""The same question asked otherwise: how far does an answer depend on single studies, choices or missing results?"""

from analysis.methods.robustness.influence import Influence, influence
from analysis.methods.robustness.missing_trials import (
    MissingTrial,
    MissingTrialBounds,
    Scenario,
    missing_trial_bounds,
)
from analysis.methods.robustness.multiverse import Multiverse, Specification, multiverse
from analysis.methods.robustness.refits import Refits, Subsets, cumulative, leave_one_out, subsets
from analysis.methods.robustness.variants import Counts, Data, Effects, Means

__all__ = [
    "Counts",
    "Data",
    "Effects",
    "Influence",
    "Means",
    "MissingTrial",
    "MissingTrialBounds",
    "Multiverse",
    "Refits",
    "Scenario",
    "Specification",
    "Subsets",
    "cumulative",
    "influence",
    "leave_one_out",
    "missing_trial_bounds",
    "multiverse",
    "subsets",
]
