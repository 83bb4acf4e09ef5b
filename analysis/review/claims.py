"""The conditions on the results that interpretive phrases are bound to, each with the claim in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.review.tree import Outcome, Pooled, PublishedEstimate, Review
from analysis.synthesis.directions import CombinedP
from analysis.synthesis.sensitivity import Subsets

#: below this share of the variation, heterogeneity "might not be important" (Cochrane Handbook, section 10.10.2)
LITTLE_HETEROGENEITY = 0.40


class ClaimFails(ValueError):
    """A phrase in a document says what the results no longer support."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``says`` is the claim in plain words; ``holds`` decides it from the results."""

    says: str
    holds: Callable[[Review], bool]


def includes_no_effect(pooled: Pooled) -> bool:
    return pooled.low < 1 < pooled.high


def prediction_includes_no_effect(pooled: Pooled) -> bool:
    return (
        pooled.prediction_low is not None
        and pooled.prediction_high is not None
        and pooled.prediction_low < 1 < pooled.prediction_high
    )


def all_variants(outcome: Outcome, test: Callable[[Pooled], bool]) -> bool:
    """Whether the test holds in leave-one-out and in every sensitivity analysis."""
    return all(
        test(variant.pooled) for group in (outcome.leave_one_out, outcome.sensitivity) for variant in group.values()
    )


def favours_treatment(pooled: Pooled) -> bool:
    return pooled.estimate < (0 if pooled.measure == "RD" else 1)


def holds_no_effect(pooled: Pooled) -> bool:
    return pooled.low < (0 if pooled.measure == "RD" else 1) < pooled.high


def every_model(review: Review, outcome: str, test: Callable[[Pooled], bool]) -> bool:
    """Whether the test holds for every measure and model of an outcome."""
    return all(test(variant.pooled) for variant in review.measures[outcome].values())


def four_trials(review: Review) -> Subsets:
    """Every set of four trials with death counts, double zeros included."""
    if review.four is None:
        raise ClaimFails(
            "fewer than four trials carry information on death, so there are no sets of four to speak of"
        )
    return review.four.shown


def width(found: Pooled | PublishedEstimate) -> float:
    """Of the interval of a ratio, as a factor."""
    return found.high / found.low


def largest(outcome: Outcome) -> str:
    """The trial of an outcome with the most patients."""
    return max(outcome.trials.values(), key=lambda trial: trial.participants).trial


def below(found: CombinedP, level: float) -> list[str]:
    """The trials whose own P-value lies below the level."""
    return [name for name, one in found.trials.items() if one.p_value < level]


def patients(review: Review, name: str) -> int:
    """Patients randomised in a trial whose arms are known."""
    trial = review.evidence.trial(name)
    return (trial.randomised_treatment or 0) + (trial.randomised_control or 0)


def published_deaths(review: Review) -> list[PublishedEstimate]:
    return [row for row in review.published.values() if row.outcome_class == "death"]


CLAIMS: dict[str, Claim] = {
    "deaths-direction": Claim(
        "the pooled risk ratio for death is below 1", lambda review: review.deaths.pooled.estimate < 1
    ),
    "deaths-no-effect-included": Claim(
        "the confidence interval of the pooled risk ratio for death includes 1",
        lambda review: includes_no_effect(review.deaths.pooled),
    ),
    "deaths-prediction": Claim(
        "the prediction interval for death includes 1",
        lambda review: prediction_includes_no_effect(review.deaths.pooled),
    ),
    "deaths-direction-robust": Claim(
        "the risk ratio for death is below 1 in leave-one-out and in every sensitivity analysis",
        lambda review: all_variants(review.deaths, lambda pooled: pooled.estimate < 1),
    ),
    "deaths-interval-robust": Claim(
        "the interval for death includes 1 in leave-one-out and in every sensitivity analysis",
        lambda review: all_variants(review.deaths, includes_no_effect),
    ),
    "deaths-estimators-agree": Claim(
        "with every estimator and interval the risk ratio for death is below 1 and its interval includes 1",
        lambda review: all(
            variant.pooled.estimate < 1 and includes_no_effect(variant.pooled)
            for variant in review.deaths.estimators.values()
        ),
    ),
    "deaths-modified-not-narrower": Claim(
        "the modified Hartung-Knapp interval for death is at least as wide as the unmodified one",
        lambda review: width(review.deaths.modified) >= width(review.deaths.pooled),
    ),
    "deaths-largest-dominates": Claim(
        "one trial carries more than half of the weight for death",
        lambda review: max(trial.weight or 0 for trial in review.deaths.trials.values()) > 0.5,
    ),
    "deaths-double-zero": Claim(
        "exactly one trial has no death in either arm", lambda review: review.deaths.k_double_zero == 1
    ),
    "serious-no-effect-included": Claim(
        "the confidence interval of the pooled risk ratio for serious adverse events includes 1",
        lambda review: includes_no_effect(review.serious.pooled),
    ),
    "serious-uninformative": Claim(
        "the interval for serious adverse events reaches from below 0.5 to above 2",
        lambda review: review.serious.pooled.low < 0.5 and review.serious.pooled.high > 2,
    ),
    "serious-missing-majority": Claim(
        "more eligible trials lack usable serious adverse events than have them",
        lambda review: review.serious.k_unavailable > review.serious.k_shown,
    ),
    "crp-not-poolable": Claim(
        "no placebo-controlled trial has CRP per arm in the available text",
        lambda review: review.biomarkers["CRP"].with_numbers == 0,
    ),
    "il6-not-poolable": Claim(
        "no placebo-controlled trial has IL-6 per arm in the available text",
        lambda review: review.biomarkers["IL-6"].with_numbers == 0,
    ),
    "crp-both-ways": Claim(
        "placebo-controlled trials report CRP both lower and higher with MSC",
        lambda review: review.biomarkers["CRP"].lower > 0 and review.biomarkers["CRP"].higher > 0,
    ),
    "il6-both-ways": Claim(
        "placebo-controlled trials report IL-6 both lower and higher with MSC",
        lambda review: review.biomarkers["IL-6"].lower > 0 and review.biomarkers["IL-6"].higher > 0,
    ),
    "too-few-for-funnel": Claim(
        "fewer than ten trials carry information on death", lambda review: review.deaths.too_few_for_funnel != ""
    ),
    "published-crp-favours": Claim(
        "every published pooled CRP difference lies below 0 with its whole interval",
        lambda review: all(row.high < 0 for row in review.published.values() if row.outcome_class == "CRP"),
    ),
    "published-il6-no-effect": Claim(
        "every published pooled IL-6 difference has an interval that includes 0",
        lambda review: all(
            row.low < 0 < row.high for row in review.published.values() if row.outcome_class == "IL-6"
        ),
    ),
    "published-deaths-favour": Claim(
        "every published pooled ratio for death lies below 1",
        lambda review: all(row.estimate < 1 for row in review.published.values() if row.outcome_class == "death"),
    ),
    "published-deaths-some-exclude": Claim(
        "some, not all, published intervals for death exclude 1",
        lambda review: (
            0
            < sum(row.high < 1 for row in review.published.values() if row.outcome_class == "death")
            < sum(row.outcome_class == "death" for row in review.published.values())
        ),
    ),
    "deaths-trials-both-ways": Claim(
        "single trials have risk ratios for death on both sides of 1",
        lambda review: (
            {trial.estimate > 1 for trial in review.deaths.trials.values() if trial.estimate is not None}
            == {True, False}
        ),
    ),
    "deaths-tau2-unknown": Claim(
        "the interval of τ² for death begins at 0 and ends above ten times its estimate",
        lambda review: (
            review.deaths.pooled.tau2_low == 0
            and (review.deaths.pooled.tau2_high or 0) > 10 * (review.deaths.pooled.tau2 or 0)
        ),
    ),
    "deaths-mostly-secondary": Claim(
        "most death counts were read in another review's table",
        lambda review: 2 * review.deaths.k_secondary > review.deaths.k_shown,
    ),
    "deaths-worth-having-and-harm": Claim(
        "the interval for death reaches from a reduction by a quarter or more to an increase by a quarter or more",
        lambda review: review.deaths.pooled.low <= 0.75 and review.deaths.pooled.high >= 1.25,
    ),
    "published-crp-mostly-without-placebo": Claim(
        "most patients in a published CRP pool, where known, had no placebo control",
        lambda review: all(
            2 * row.without_placebo > row.patients
            for row in review.published.values()
            if row.outcome_class == "CRP" and row.without_placebo is not None and row.patients is not None
        ),
    ),
    "certainty-very-low": Claim(
        "the certainty of the evidence is very low for every outcome",
        lambda review: all(found.certainty == "very low" for found in review.certainty.values()),
    ),
    "not-four-trials": Claim(
        "more than four eligible trials were found, so the four of the published abstract cannot be identified",
        lambda review: review.trials.eligible > 4,
    ),
    "deaths-models-direction": Claim(
        "by every measure and model the estimate for death favours MSC",
        lambda review: every_model(review, "deaths", favours_treatment),
    ),
    "deaths-models-interval": Claim(
        "by every measure and model the interval for death includes no effect",
        lambda review: every_model(review, "deaths", holds_no_effect),
    ),
    "serious-models-interval": Claim(
        "by every measure and model the interval for serious adverse events includes no effect",
        lambda review: every_model(review, "serious", holds_no_effect),
    ),
    "heterogeneity-depends-on-measure": Claim(
        "I² for death lies below 40% for the risk ratio and above 40% for the odds ratio",
        lambda review: (
            (review.deaths.pooled.i2 or 0)
            < LITTLE_HETEROGENEITY
            < (review.measures["deaths"]["or_reml_hk"].pooled.i2 or 0)
        ),
    ),
    "cumulative-never-excludes": Claim(
        "the interval for death included 1 after each trial",
        lambda review: all(includes_no_effect(variant.pooled) for variant in review.cumulative["deaths"].values()),
    ),
    "four-all-favourable": Claim(
        "every set of four trials with death counts has a risk ratio below 1",
        lambda review: four_trials(review).favourable == four_trials(review).count,
    ),
    "four-none-excludes": Claim(
        "no set of four trials with death counts has a Hartung-Knapp interval that excludes 1",
        lambda review: four_trials(review).excluding == 0,
    ),
    "four-few-exclude-by-wald": Claim(
        "some sets of four trials, fewer than a quarter, have a Wald interval that excludes 1",
        lambda review: 0 < 4 * four_trials(review).excluding_wald < four_trials(review).count,
    ),
    "multiverse-all-favourable": Claim(
        "every analysis of the multiverse for death favours MSC",
        lambda review: (
            review.specifications["deaths"].every.favourable == review.specifications["deaths"].every.count
        ),
    ),
    "multiverse-placebo-hardly-excludes": Claim(
        "with placebo-controlled trials only, fewer than 1% of the analyses for death exclude no effect",
        lambda review: (
            review.specifications["deaths"].placebo_only.share_for_treatment < 0.01
            and review.specifications["deaths"].placebo_only.for_control == 0
        ),
    ),
    "multiverse-placebo-never-excludes": Claim(
        "with placebo-controlled trials and Hartung-Knapp intervals, no analysis for death excludes no effect",
        lambda review: (
            review.specifications["deaths"].placebo_only_hk.for_treatment
            == review.specifications["deaths"].placebo_only_hk.for_control
            == 0
        ),
    ),
    "multiverse-no-placebo-moves": Claim(
        "adding trials without placebo makes it at least ten times as common that an interval excludes no effect",
        lambda review: (
            review.specifications["deaths"].by_choice["no_placebo_1"].share_for_treatment
            >= 10 * review.specifications["deaths"].placebo_only.share_for_treatment
        ),
    ),
    "missing-never-harm": Claim(
        "no common result of the missing trials would make the interval for death exclude 1 in favour of placebo",
        lambda review: all(bound.for_control == 0 for bound in review.bounds["deaths"].values()),
    ),
    "missing-could-favour": Claim(
        "a common ratio in the missing trials, no further from 1 than 0.7, could make the interval exclude 1 for MSC",
        lambda review: (
            (found := review.bounds["deaths"]["hk"].pooled_risk.benefit_to) is not None
            and 0.7 <= found.ratio <= review.deaths.pooled.estimate
        ),
    ),
    "missing-low-risk-powerless": Claim(
        "at the lowest control risk no result of the missing trials would move the Hartung-Knapp interval across 1",
        lambda review: (
            review.bounds["deaths"]["hk"].lowest_risk.for_treatment
            == review.bounds["deaths"]["hk"].lowest_risk.for_control
            == 0
        ),
    ),
    "posterior-probable-not-certain": Claim(
        "under each prior the probability that the risk ratio for death is below 1 lies between 75% and 95%",
        lambda review: all(0.75 < found.probability_below_1 < 0.95 for found in review.bayes["deaths"].values()),
    ),
    "posterior-no-effect-included": Claim(
        "under each prior the credible interval of the risk ratio for death includes 1",
        lambda review: all(found.low < 1 < found.high for found in review.bayes["deaths"].values()),
    ),
    "information-short": Claim(
        "neither outcome reaches its optimal information size",
        lambda review: all(found.information.share < 1 for found in review.absolute.values()),
    ),
    "severity-mostly-favourable": Claim(
        "more eligible trials point to less clinical severity with MSC than to more",
        lambda review: (
            (test := review.domains["severity"].sign_test) is not None and test.favourable > test.unfavourable
        ),
    ),
    "severity-sign-test-open": Claim(
        "the sign test for clinical severity has P above 0.05",
        lambda review: (test := review.domains["severity"].sign_test) is not None and test.p_value > 0.05,
    ),
    "severity-combined-rests-on-one": Claim(
        "the combined P-value for improvement is below 0.05, as is that of one trial only, of 20 patients or fewer",
        lambda review: (
            (found := review.domains["severity"].combined) is not None
            and found.p_value < 0.05
            and [patients(review, name) <= 20 for name in below(found, 0.05)] == [True]
        ),
    ),
    "biomarkers-not-compared": Claim(
        "no eligible trial states the direction of CRP or IL-6 against placebo",
        lambda review: review.domains["CRP"].between_arms == review.domains["IL-6"].between_arms == 0,
    ),
    "bias-seldom-judged": Claim(
        "others judged the risk of bias of fewer than half of the eligible trials",
        lambda review: 2 * review.bias.published < review.trials.eligible,
    ),
    "bias-mostly-concerns": Claim(
        "for death most results raise some concerns or are at high risk of bias",
        lambda review: 2 * review.bias.summary["overall"].low < len(review.deaths.trials),
    ),
    "modifiers-do-not-separate": Claim(
        "trials with the same source of cells, and trials dosed alike, have risk ratios on both sides of 1",
        lambda review: all(
            any(
                0 < group.below_one < group.with_events
                for group in review.differences.questions[name].groups.values()
            )
            for name in ("cells", "dose")
        ),
    ),
    "serious-largest-unavailable": Claim(
        "the largest trial with deaths per arm has no usable count of serious adverse events",
        lambda review: largest(review.deaths) in review.serious.unavailable,
    ),
    "hk-wider-than-wald": Claim(
        "the Hartung-Knapp interval for death is wider than the Wald interval with the same estimator",
        lambda review: width(review.deaths.pooled) > width(review.deaths.estimators["reml_wald"].pooled),
    ),
    "published-mostly-narrower": Claim(
        "most published intervals of a pooled ratio for death are narrower than ours on the log scale",
        lambda review: (
            2 * sum(width(row) < width(review.deaths.pooled) for row in published_deaths(review))
            > len(published_deaths(review))
        ),
    ),
    "published-more-trials": Claim(
        "at least two reviews pool more trials for death than there are eligible ones",
        lambda review: (
            len({row.review for row in published_deaths(review) if (row.k or 0) > review.trials.eligible}) >= 2
        ),
    ),
    "published-mostly-further": Claim(
        "most published pooled ratios for death lie further from 1 than ours",
        lambda review: (
            2 * sum(row.estimate < review.deaths.pooled.estimate for row in published_deaths(review))
            > len(published_deaths(review))
        ),
    ),
}
