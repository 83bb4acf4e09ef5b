"""Claims on what the trials without deaths per arm would have to show to move the interval across no effect."""

from __future__ import annotations

from analysis.results.claims import claim
from analysis.results.tree import Review
from analysis.synthesis.missing_results import Bounds


def assumed(review: Review) -> Bounds:
    """Assumed deaths of the missing trials, with the Hartung-Knapp interval. KeyError where none can be assumed."""
    return review.bounds["deaths"]["hk"]


@claim(
    "two eligible trials without deaths per arm state that mortality or the secondary endpoints did not differ",
    otherwise="one of the two trials that state this gives deaths per arm, or both do",
)
def deaths_missing_stated(review: Review) -> bool:
    return {"gorman2023", "martinez_munoz2024"} <= review.counted("deaths").unavailable.keys()


@claim("no eligible trial is without deaths per arm", instead_of="missing-never-harm")
def missing_none(review: Review) -> bool:
    return review.counted("deaths").k_unavailable == 0


@claim("eligible trials are without deaths per arm, and the size of none of them is known", "", "missing-never-harm")
def missing_unsized(review: Review) -> bool:
    return review.counted("deaths").k_unavailable > review.counted("deaths").k_unavailable_sized == 0


@claim(
    "no common result of the missing trials would make the Hartung-Knapp interval exclude 1 in favour of placebo",
    otherwise="some common result of the missing trials would make the interval exclude 1 in favour of placebo",
)
def missing_never_harm(review: Review) -> bool:
    return assumed(review).for_control == 0 and assumed(review).contour.above == 0


@claim(
    "at the pooled control risk some common ratio in the missing trials would make the interval exclude 1 for MSC, "
    "but not the smallest ratio that was tried",
    otherwise="at the pooled control risk no ratio does so, or the smallest that was tried does",
)
def missing_could_favour(review: Review) -> bool:
    found = assumed(review).pooled_risk.benefit_from
    return found is not None and found.ratio > assumed(review).contour.ratios[0]


@claim(
    "at the pooled control risk no common ratio in the missing trials would make the interval exclude 1 for MSC",
    instead_of="missing-could-favour",
)
def missing_could_not_favour(review: Review) -> bool:
    return assumed(review).pooled_risk.benefit_to is None


@claim(
    "a common ratio in the missing trials within a tenth of the pooled one would make the interval exclude 1 for MSC",
    otherwise="no common ratio within a tenth of the pooled one would make the interval exclude 1 for MSC",
)
def missing_near_pooled_suffices(review: Review) -> bool:
    found = assumed(review).pooled_risk.benefit_to
    return found is not None and abs(found.ratio / review.counted("deaths").result.estimate - 1) < 0.1


@claim(
    "at the lowest control risk no result of the missing trials would move the Hartung-Knapp interval across 1",
    otherwise="at the lowest control risk some result of the missing trials would move the interval across 1",
)
def missing_low_risk_powerless(review: Review) -> bool:
    return assumed(review).lowest_risk.for_treatment == assumed(review).lowest_risk.for_control == 0
