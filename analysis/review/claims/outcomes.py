"""Claims on the results of each outcome, on what others published, and on the evidence as a whole."""

from __future__ import annotations

from collections.abc import Callable

from analysis.judgements.bias import JUDGED
from analysis.results.claims import claim
from analysis.results.tree import Outcome, Pooled, PublishedEstimate, Review

#: sensitivity analyses that keep some trials only
RESTRICTED = ("low_risk", "own_report", "known_time")


def includes_no_effect(pooled: Pooled) -> bool:
    return pooled.low <= 1 <= pooled.high


def prediction_includes_no_effect(pooled: Pooled) -> bool:
    return (
        pooled.prediction_low is not None
        and pooled.prediction_high is not None
        and pooled.prediction_low <= 1 <= pooled.prediction_high
    )


def all_variants(outcome: Outcome, test: Callable[[Pooled], bool]) -> bool:
    """Whether the test holds in leave-one-out and in every sensitivity analysis."""
    return all(
        test(variant.pooled) for group in (outcome.leave_one_out, outcome.sensitivity) for variant in group.values()
    )


def width(found: Pooled | PublishedEstimate) -> float:
    """Of the interval of a ratio, as a factor."""
    return found.high / found.low


@claim("the pooled risk ratio for death is below 1")
def deaths_direction(review: Review) -> bool:
    return review.counted("deaths").result.estimate < 1


@claim("the pooled risk ratio for death is above 1", instead_of="deaths-direction")
def deaths_direction_control(review: Review) -> bool:
    return review.counted("deaths").result.estimate > 1


@claim("the confidence interval of the pooled risk ratio for death includes 1")
def deaths_no_effect_included(review: Review) -> bool:
    return includes_no_effect(review.counted("deaths").concluded)


@claim(
    "the confidence interval of the pooled risk ratio for death lies below 1", instead_of="deaths-no-effect-included"
)
def deaths_interval_below(review: Review) -> bool:
    return review.counted("deaths").concluded.high < 1


@claim(
    "the confidence interval of the pooled risk ratio for death lies above 1", instead_of="deaths-no-effect-included"
)
def deaths_interval_above(review: Review) -> bool:
    return review.counted("deaths").concluded.low > 1


@claim(
    "the prediction interval for death includes 1",
    otherwise="the prediction interval for death lies on one side of 1",
)
def deaths_prediction(review: Review) -> bool:
    return prediction_includes_no_effect(review.counted("deaths").concluded)


@claim(
    "the risk ratio for death is below 1 without each trial in turn",
    otherwise="the risk ratio for death is 1 or more without some trial",
)
def deaths_direction_leave_one_out(review: Review) -> bool:
    return all(variant.pooled.estimate < 1 for variant in review.counted("deaths").leave_one_out.values())


@claim(
    "the risk ratio for death is below 1 with each other count, and with each trial added",
    otherwise="the risk ratio for death is 1 or more with some other count, or with some trial added",
)
def deaths_direction_other_counts(review: Review) -> bool:
    changed = {
        name: variant for name, variant in review.counted("deaths").sensitivity.items() if name not in RESTRICTED
    }
    return bool(changed) and all(variant.pooled.estimate < 1 for variant in changed.values())


@claim(
    "of results at low risk of bias there is one, and its risk ratio for death is above 1",
    otherwise="of results at low risk of bias there is more than one, or their risk ratio for death is not above 1",
)
def deaths_low_risk_other_side(review: Review) -> bool:
    found = review.counted("deaths").sensitivity["low_risk"].pooled
    return found.k == 1 and found.estimate > 1


@claim("the approximation for rare events declined the deaths")
def deaths_not_rare(review: Review) -> bool:
    return any("not rare" in sentence for sentence in review.declined["deaths"].values())


@claim("exactly one trial gives its result on serious adverse events as a printed ratio")
def serious_printed_ratio(review: Review) -> bool:
    return review.counted("serious").k_printed == 1


@claim(
    "the printed ratio of serious adverse events is the highest of all trials",
    otherwise="a trial with counts has a higher ratio of serious adverse events than the printed one",
)
def serious_printed_highest(review: Review) -> bool:
    ratios = [
        (trial.estimate, trial.marks)
        for trial in review.counted("serious").trials.values()
        if trial.estimate is not None
    ]
    return bool(ratios) and "printed" in max(ratios)[1]


@claim(
    "the interval for death includes 1 in leave-one-out and in every sensitivity analysis",
    otherwise="the interval for death lies on one side of 1 in some leave-one-out or sensitivity analysis",
)
def deaths_interval_robust(review: Review) -> bool:
    return all_variants(review.counted("deaths"), includes_no_effect)


@claim(
    "with every estimator and interval the risk ratio for death is below 1 and its interval includes 1",
    otherwise="with some estimator or interval the risk ratio for death is not below 1 or its interval excludes 1",
)
def deaths_estimators_agree(review: Review) -> bool:
    return all(
        variant.pooled.estimate < 1 and includes_no_effect(variant.pooled)
        for variant in review.counted("deaths").estimators.values()
    )


@claim("the modified Hartung-Knapp interval for death is at least as wide as the unmodified one")
def deaths_modified_not_narrower(review: Review) -> bool:
    return width(review.counted("deaths").estimators["reml_mhk"].pooled) >= width(review.counted("deaths").result)


@claim(
    "one trial carries more than half of the weight for death",
    otherwise="no trial carries more than half of the weight for death",
)
def deaths_largest_dominates(review: Review) -> bool:
    return max(trial.weight or 0 for trial in review.counted("deaths").trials.values()) > 0.5


@claim(
    "every trial with a result for death gives deaths per arm",
    otherwise="some trial with a result for death prints a ratio only",
)
def deaths_all_counted(review: Review) -> bool:
    return review.counted("deaths").k_printed == 0


@claim("exactly one trial has no death in either arm")
def deaths_double_zero(review: Review) -> bool:
    return review.counted("deaths").k_double_zero == 1


@claim("the interval for serious adverse events lies below 1", instead_of="serious-uninformative")
def serious_interval_below(review: Review) -> bool:
    return review.counted("serious").concluded.high < 1


@claim("the interval for serious adverse events lies above 1", instead_of="serious-uninformative")
def serious_interval_above(review: Review) -> bool:
    return review.counted("serious").concluded.low > 1


@claim("the interval for serious adverse events reaches from below 0.5 to above 2")
def serious_uninformative(review: Review) -> bool:
    return review.counted("serious").concluded.low < 0.5 and review.counted("serious").concluded.high > 2


@claim(
    "the interval for serious adverse events includes 1 and does not reach from below 0.5 to above 2",
    instead_of="serious-uninformative",
)
def serious_interval_open(review: Review) -> bool:
    return includes_no_effect(review.counted("serious").concluded) and not serious_uninformative(review)


@claim(
    "more eligible trials lack usable serious adverse events than have them",
    otherwise="as many eligible trials have usable serious adverse events as lack them, or more",
)
def serious_missing_majority(review: Review) -> bool:
    return review.counted("serious").k_unavailable > review.counted("serious").k_shown


@claim(
    "every result in a pooled analysis was judged for risk of bias",
    otherwise="some result in a pooled analysis was not judged for risk of bias",
)
def pooled_results_judged(review: Review) -> bool:
    return all(
        review.biases[key].trials[name].domains["overall"].judgement in JUDGED
        for key, outcome in review.outcomes.items()
        if outcome.pooled is not None
        for name in outcome.trials
    )


@claim(
    "fewer than ten trials carry information on death",
    otherwise="ten trials or more carry information on death",
)
def too_few_for_funnel(review: Review) -> bool:
    return review.counted("deaths").too_few_for_funnel != ""


@claim("every published pooled CRP difference lies below 0 with its whole interval")
def published_crp_favours(review: Review) -> bool:
    return all(row.high < 0 for row in review.published.values() if row.outcome_class == "CRP")


@claim("every published pooled IL-6 difference has an interval that includes 0")
def published_il6_no_effect(review: Review) -> bool:
    return all(row.low < 0 < row.high for row in review.published.values() if row.outcome_class == "IL-6")


@claim("every published pooled ratio for death lies below 1")
def published_deaths_favour(review: Review) -> bool:
    return all(row.estimate < 1 for row in review.published.values() if row.outcome_class == "death")


@claim("some, not all, published intervals for death exclude 1")
def published_deaths_some_exclude(review: Review) -> bool:
    return (
        0
        < sum(row.high < 1 for row in review.published.values() if row.outcome_class == "death")
        < sum(row.outcome_class == "death" for row in review.published.values())
    )


@claim(
    "single trials have risk ratios for death on both sides of 1",
    otherwise="single trials have risk ratios for death on one side of 1 only",
)
def deaths_trials_both_ways(review: Review) -> bool:
    return {
        trial.estimate > 1 for trial in review.counted("deaths").trials.values() if trial.estimate is not None
    } == {
        True,
        False,
    }


@claim(
    "fewer than ten trials have deaths, and the interval of τ² begins at 0 and ends above ten times its estimate",
    otherwise="ten trials have deaths, or the interval of τ² begins above 0 or ends below ten times its estimate",
)
def deaths_tau2_unknown(review: Review) -> bool:
    found = review.counted("deaths").result
    return found.k < 10 and found.tau2_low == 0 and (found.tau2_high or 0) > 10 * (found.tau2 or 0)


@claim("the interval for death reaches from a reduction by a quarter or more to an increase by a quarter or more")
def deaths_worth_having_and_harm(review: Review) -> bool:
    return review.counted("deaths").concluded.low <= 0.75 and review.counted("deaths").concluded.high >= 1.25


@claim(
    "the interval for death reaches to a reduction by a quarter or more, includes 1, and ends below an increase by a "
    "quarter",
    instead_of="deaths-worth-having-and-harm",
)
def deaths_worth_having_only(review: Review) -> bool:
    return review.counted("deaths").concluded.low <= 0.75 and 1 <= review.counted("deaths").concluded.high < 1.25


@claim(
    "the interval for death begins above a reduction by a quarter, includes 1, and reaches an increase by a quarter",
    instead_of="deaths-worth-having-and-harm",
)
def deaths_harm_only(review: Review) -> bool:
    return 0.75 < review.counted("deaths").concluded.low <= 1 and review.counted("deaths").concluded.high >= 1.25


@claim(
    "the interval for death includes 1 and neither a reduction nor an increase by a quarter",
    instead_of="deaths-worth-having-and-harm",
)
def deaths_little_change(review: Review) -> bool:
    return 0.75 < review.counted("deaths").concluded.low <= 1 <= review.counted("deaths").concluded.high < 1.25


@claim("most patients in a published CRP pool, where known, had no placebo control")
def published_crp_mostly_without_placebo(review: Review) -> bool:
    return all(
        2 * row.without_placebo > row.patients
        for row in review.published.values()
        if row.outcome_class == "CRP" and row.without_placebo is not None and row.patients is not None
    )


def rated_certainties(review: Review) -> list[str | None]:
    """The certainty of every outcome that could be rated."""
    return [found.certainty for found in review.certainty.values() if found.ratings or found.refused]


@claim("the certainty of the evidence is very low for every outcome that could be rated")
def certainty_very_low(review: Review) -> bool:
    return set(rated_certainties(review)) == {"very low"}


@claim(
    "the certainty of the evidence is very low for some outcomes and higher for others",
    instead_of="certainty-very-low",
)
def certainty_very_low_in_part(review: Review) -> bool:
    return {"very low"} < set(rated_certainties(review))


@claim("the certainty of the evidence is not very low for any outcome", instead_of="certainty-very-low")
def certainty_nowhere_very_low(review: Review) -> bool:
    return bool(rated_certainties(review)) and "very low" not in rated_certainties(review)


@claim("the certainty of the evidence on death is very low")
def certainty_deaths_very_low(review: Review) -> bool:
    return review.certainty["deaths"].certainty == "very low"


@claim("the certainty of the evidence on death is low", instead_of="certainty-deaths-very-low")
def certainty_deaths_low(review: Review) -> bool:
    return review.certainty["deaths"].certainty == "low"


@claim("the certainty of the evidence on death is moderate", instead_of="certainty-deaths-very-low")
def certainty_deaths_moderate(review: Review) -> bool:
    return review.certainty["deaths"].certainty == "moderate"


@claim("more than four eligible trials were found, so the four of the published abstract cannot be identified")
def not_four_trials(review: Review) -> bool:
    return review.trials.eligible > 4
