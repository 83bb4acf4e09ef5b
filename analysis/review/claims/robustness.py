"""Claims on the further analyses: other models, subsets, missing trials, directions, bias, and other reviews."""

from __future__ import annotations

from collections.abc import Callable

from analysis.results.claims import ClaimFails, claim
from analysis.results.tree import Outcome, Pooled, PublishedEstimate, Review
from analysis.review.claims.outcomes import includes_no_effect, width
from analysis.synthesis.outcome_shapes import no_effect
from analysis.synthesis.sensitivity import Subsets

#: below this share of the variation, heterogeneity "might not be important" (Cochrane Handbook, section 10.10.2)
LITTLE_HETEROGENEITY = 0.40


def favours_treatment(pooled: Pooled) -> bool:
    return pooled.estimate < no_effect(pooled.measure)


def holds_no_effect(pooled: Pooled) -> bool:
    return pooled.low <= no_effect(pooled.measure) <= pooled.high


def every_model(review: Review, outcome: str, test: Callable[[Pooled], bool]) -> bool:
    """Whether the test holds for every measure and model of an outcome."""
    return all(test(variant.pooled) for variant in review.measures[outcome].values())


def four_trials(review: Review) -> Subsets:
    """Every set of four trials with death counts, double zeros included."""
    if "four" not in review.further:
        raise ClaimFails(
            "fewer than four trials carry information on death, so there are no sets of four to speak of"
        )
    found: Subsets = review.further["four"].shown
    return found


def largest(outcome: Outcome) -> str:
    """The trial of an outcome with the most patients."""
    return max(outcome.trials.values(), key=lambda trial: trial.participants).trial


def published_deaths(review: Review) -> list[PublishedEstimate]:
    return [row for row in review.published.values() if row.outcome_class == "death"]


@claim(
    "by every measure and model the estimate for death favours MSC",
    otherwise="by some measure or model the estimate for death does not favour MSC",
)
def deaths_models_direction(review: Review) -> bool:
    return every_model(review, "deaths", favours_treatment)


@claim(
    "by every measure and model the interval for death includes no effect",
    otherwise="by some measure or model the interval for death excludes no effect",
)
def deaths_models_interval(review: Review) -> bool:
    return every_model(review, "deaths", holds_no_effect)


@claim(
    "by every measure and model the interval for serious adverse events includes no effect",
    otherwise="by some measure or model the interval for serious adverse events excludes no effect",
)
def serious_models_interval(review: Review) -> bool:
    return every_model(review, "serious", holds_no_effect)


@claim(
    "I² for death lies below 40% for the risk ratio and above 40% for the odds ratio",
    otherwise="I² for death does not lie below 40% for the risk ratio and above 40% for the odds ratio",
)
def heterogeneity_depends_on_measure(review: Review) -> bool:
    return (
        (review.counted("deaths").result.i2 or 0)
        < LITTLE_HETEROGENEITY
        < (review.measures["deaths"]["or_reml_hk"].pooled.i2 or 0)
    )


@claim(
    "the interval for death included 1 after each trial",
    otherwise="the interval for death excluded 1 after some trial",
)
def cumulative_never_excludes(review: Review) -> bool:
    return all(includes_no_effect(variant.pooled) for variant in review.cumulative["deaths"].values())


@claim(
    "every set of four trials with death counts has a risk ratio below 1",
    otherwise="some set of four trials with death counts has a risk ratio of 1 or more",
)
def four_all_favourable(review: Review) -> bool:
    return four_trials(review).favourable == four_trials(review).count


@claim(
    "no set of four trials with death counts has a Hartung-Knapp interval that excludes 1",
    otherwise="some set of four trials with death counts has a Hartung-Knapp interval that excludes 1",
)
def four_none_excludes(review: Review) -> bool:
    return four_trials(review).excluding == 0


@claim("some sets of four trials, fewer than a quarter, have a Wald interval that excludes 1")
def four_few_exclude_by_wald(review: Review) -> bool:
    return 0 < 4 * four_trials(review).excluding_wald < four_trials(review).count


@claim(
    "a quarter of the sets of four trials or more have a Wald interval that excludes 1",
    "",
    "four-few-exclude-by-wald",
)
def four_many_exclude_by_wald(review: Review) -> bool:
    return 4 * four_trials(review).excluding_wald >= four_trials(review).count > 0


@claim("no set of four trials has a Wald interval that excludes 1", "", "four-few-exclude-by-wald")
def four_none_excludes_by_wald(review: Review) -> bool:
    return four_trials(review).excluding_wald == 0


@claim(
    "every analysis of the multiverse for death favours MSC",
    otherwise="some analysis of the multiverse for death does not favour MSC",
)
def multiverse_all_favourable(review: Review) -> bool:
    return review.specifications["deaths"].every.favourable == review.specifications["deaths"].every.count


@claim(
    "without trials that had no placebo, fewer than 5% of the analyses for death exclude no effect",
    otherwise="without trials that had no placebo, 5% of analyses for death exclude no effect, or any for placebo",
)
def multiverse_placebo_seldom_excludes(review: Review) -> bool:
    found = review.specifications["deaths"].placebo_only
    return found.share_for_treatment < 0.05 and found.for_control == 0


@claim(
    "with placebo-controlled trials and Hartung-Knapp intervals, no analysis for death excludes no effect",
    otherwise="with such trials and Hartung-Knapp intervals, some analysis for death excludes no effect",
)
def multiverse_placebo_never_excludes(review: Review) -> bool:
    return (
        review.specifications["deaths"].placebo_only_hk.for_treatment
        == review.specifications["deaths"].placebo_only_hk.for_control
        == 0
    )


@claim(
    "adding trials without placebo makes it more than twice as common that an interval excludes no effect",
    otherwise="adding trials without placebo makes it at most twice as common that an interval excludes no effect",
)
def multiverse_no_placebo_moves(review: Review) -> bool:
    found = review.specifications["deaths"]
    return found.by_choice["no_placebo_1"].share_for_treatment > 2 * found.placebo_only.share_for_treatment


@claim("under each prior the probability that the risk ratio for death is below 1 lies between 75% and 95%")
def posterior_probable_not_certain(review: Review) -> bool:
    return all(0.75 < found.probability_below_1 < 0.95 for found in review.bayes["deaths"].values())


@claim(
    "under each prior the probability that the risk ratio for death is below 1 is 95% or more",
    instead_of="posterior-probable-not-certain",
)
def posterior_nearly_certain(review: Review) -> bool:
    return all(found.probability_below_1 >= 0.95 for found in review.bayes["deaths"].values())


@claim(
    "under each prior the probability that the risk ratio for death is below 1 is above 75%, and under some but not "
    "all it is 95% or more",
    instead_of="posterior-probable-not-certain",
)
def posterior_on_both_sides(review: Review) -> bool:
    found = [one.probability_below_1 for one in review.bayes["deaths"].values()]
    return min(found) > 0.75 and min(found) < 0.95 <= max(found)


@claim(
    "under some prior the probability that the risk ratio for death is below 1 is 75% or less",
    instead_of="posterior-probable-not-certain",
)
def posterior_open(review: Review) -> bool:
    return any(found.probability_below_1 <= 0.75 for found in review.bayes["deaths"].values())


@claim(
    "under each prior the credible interval of the risk ratio for death includes 1",
    otherwise="under some prior the credible interval of the risk ratio for death excludes 1",
)
def posterior_no_effect_included(review: Review) -> bool:
    return all(found.low < 1 < found.high for found in review.bayes["deaths"].values())


@claim(
    "with the patients of the trials without deaths, as far as they are known, the optimal size is not reached",
    otherwise="with the patients of the trials without deaths, as far as they are known, the optimal size is reached",
)
def information_short_with_missing(review: Review) -> bool:
    found = review.absolute["deaths"].information
    return found.available + review.counted("deaths").randomised_unavailable < found.required


@claim(
    "the trials with deaths do not reach the optimal information size",
    otherwise="the trials with deaths reach the optimal information size",
)
def information_short(review: Review) -> bool:
    return review.absolute["deaths"].information.share < 1


@claim("more eligible trials point to less clinical severity with MSC than to more")
def severity_mostly_favourable(review: Review) -> bool:
    return (test := review.domains["severity"].sign_test) is not None and test.favourable > test.unfavourable


@claim(
    "the sign test for clinical severity has P above 0.05",
    otherwise="the sign test for clinical severity has P of 0.05 or less",
)
def severity_sign_test_open(review: Review) -> bool:
    return (test := review.domains["severity"].sign_test) is not None and test.p_value > 0.05


@claim(
    "others judged the risk of bias of fewer than half of the eligible trials",
    otherwise="others judged the risk of bias of at least half of the eligible trials",
)
def bias_seldom_judged(review: Review) -> bool:
    return 2 * review.bias.published < review.trials.eligible


@claim("trials with the same source of cells, and trials dosed alike, have risk ratios on both sides of 1")
def modifiers_do_not_separate(review: Review) -> bool:
    return all(
        any(
            0 < group.below_one < group.with_events
            for group in review.further["differences"].questions[name].groups.values()
        )
        for name in ("cells", "dose")
    )


@claim(
    "the largest trial with deaths per arm has no usable count of serious adverse events",
    otherwise="the largest trial with deaths per arm has a usable count of serious adverse events",
)
def serious_largest_unavailable(review: Review) -> bool:
    return largest(review.counted("deaths")) in review.counted("serious").unavailable


@claim(
    "the Hartung-Knapp interval for death is wider than the Wald interval with the same estimator",
    otherwise="the Hartung-Knapp interval for death is no wider than the Wald interval with the same estimator",
)
def hk_wider_than_wald(review: Review) -> bool:
    return width(review.counted("deaths").result) > width(review.counted("deaths").estimators["reml_wald"].pooled)


@claim(
    "most published intervals of a pooled ratio for death are narrower than ours on the log scale",
    otherwise="at least half of the published intervals of a pooled ratio for death are no narrower than ours",
)
def published_mostly_narrower(review: Review) -> bool:
    return 2 * sum(width(row) < width(review.counted("deaths").result) for row in published_deaths(review)) > len(
        published_deaths(review)
    )


@claim(
    "at least two reviews pool more trials for death than gave us deaths per arm",
    otherwise="at most one review pools more trials for death than gave us deaths per arm",
)
def published_more_trials(review: Review) -> bool:
    pooled = [row for row in published_deaths(review) if (row.k or 0) > review.counted("deaths").k_shown]
    return len({row.review for row in pooled}) >= 2


@claim(
    "most published pooled ratios for death lie further from 1 than ours",
    otherwise="at least half of the published pooled ratios for death lie no further from 1 than ours",
)
def published_mostly_further(review: Review) -> bool:
    return 2 * sum(row.estimate < review.counted("deaths").result.estimate for row in published_deaths(review)) > len(
        published_deaths(review)
    )
