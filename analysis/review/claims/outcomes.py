"""Claims on the results of each outcome, on what others published, and on the evidence as a whole."""

from __future__ import annotations

from collections.abc import Callable

from analysis.judgements.bias import JUDGED
from analysis.review.claims.registry import claim
from analysis.review.tree import Outcome, Pooled, PublishedEstimate, Review

#: sensitivity analyses that keep some trials only
RESTRICTED = ("low_risk", "own_report", "known_time")


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


def width(found: Pooled | PublishedEstimate) -> float:
    """Of the interval of a ratio, as a factor."""
    return found.high / found.low


@claim("the pooled risk ratio for death is below 1")
def deaths_direction(review: Review) -> bool:
    return review.deaths.result.estimate < 1


@claim("the confidence interval of the pooled risk ratio for death includes 1")
def deaths_no_effect_included(review: Review) -> bool:
    return includes_no_effect(review.deaths.result)


@claim("the prediction interval for death includes 1")
def deaths_prediction(review: Review) -> bool:
    return prediction_includes_no_effect(review.deaths.result)


@claim("the risk ratio for death is below 1 without each trial in turn")
def deaths_direction_leave_one_out(review: Review) -> bool:
    return all(variant.pooled.estimate < 1 for variant in review.deaths.leave_one_out.values())


@claim("the risk ratio for death is below 1 with each other count, and with each trial added")
def deaths_direction_other_counts(review: Review) -> bool:
    changed = {name: variant for name, variant in review.deaths.sensitivity.items() if name not in RESTRICTED}
    return bool(changed) and all(variant.pooled.estimate < 1 for variant in changed.values())


@claim("of results at low risk of bias there is one, and its risk ratio for death is above 1")
def deaths_low_risk_other_side(review: Review) -> bool:
    found = review.deaths.sensitivity["low_risk"].pooled
    return found.k == 1 and found.estimate > 1


@claim("the approximation for rare events declined the deaths")
def deaths_not_rare(review: Review) -> bool:
    return any("not rare" in sentence for sentence in review.declined["deaths"].values())


@claim("exactly one trial gives its result on serious adverse events as a printed ratio")
def serious_printed_ratio(review: Review) -> bool:
    return review.serious.k_printed == 1


@claim("the printed ratio of serious adverse events is the highest of all trials")
def serious_printed_highest(review: Review) -> bool:
    ratios = [(trial.estimate, trial.marks) for trial in review.serious.trials.values() if trial.estimate is not None]
    return "printed" in max(ratios)[1]


@claim("no interval of an effect on CRP or IL-6 between the arms of eligible trials lies on the side of placebo")
def markers_not_contradicted(review: Review) -> bool:
    shown = [review.outcomes[key].shown for key in ("CRP", "IL-6")]
    return all(found is None or found.low is None or found.low <= 0 for found in shown)


@claim("of the eligible trials one alone states how a cytokine or CRP differed between its arms")
def cytokines_only_comparison(review: Review) -> bool:
    eligible = {trial.row_id for trial in review.evidence.eligible}
    compared = {row.trial for row in review.evidence.biomarkers if row.comparison == "between arms"}
    return len(compared & eligible) == 1


@claim("the interval for death includes 1 in leave-one-out and in every sensitivity analysis")
def deaths_interval_robust(review: Review) -> bool:
    return all_variants(review.deaths, includes_no_effect)


@claim("with every estimator and interval the risk ratio for death is below 1 and its interval includes 1")
def deaths_estimators_agree(review: Review) -> bool:
    return all(
        variant.pooled.estimate < 1 and includes_no_effect(variant.pooled)
        for variant in review.deaths.estimators.values()
    )


@claim("the modified Hartung-Knapp interval for death is at least as wide as the unmodified one")
def deaths_modified_not_narrower(review: Review) -> bool:
    return width(review.deaths.estimators["reml_mhk"].pooled) >= width(review.deaths.result)


@claim("one trial carries more than half of the weight for death")
def deaths_largest_dominates(review: Review) -> bool:
    return max(trial.weight or 0 for trial in review.deaths.trials.values()) > 0.5


@claim("every trial with a result for death gives deaths per arm")
def deaths_all_counted(review: Review) -> bool:
    return review.deaths.k_printed == 0


@claim("two eligible trials without deaths per arm state that mortality or the secondary endpoints did not differ")
def deaths_missing_stated(review: Review) -> bool:
    return {"gorman2023", "martinez_munoz2024"} <= review.deaths.unavailable.keys()


@claim("exactly one trial has no death in either arm")
def deaths_double_zero(review: Review) -> bool:
    return review.deaths.k_double_zero == 1


@claim("the confidence interval of the pooled risk ratio for serious adverse events includes 1")
def serious_no_effect_included(review: Review) -> bool:
    return includes_no_effect(review.serious.result)


@claim("the interval for serious adverse events reaches from below 0.5 to above 2")
def serious_uninformative(review: Review) -> bool:
    return review.serious.result.low < 0.5 and review.serious.result.high > 2


@claim("more eligible trials lack usable serious adverse events than have them")
def serious_missing_majority(review: Review) -> bool:
    return review.serious.k_unavailable > review.serious.k_shown


@claim("every result in a pooled analysis was judged for risk of bias")
def pooled_results_judged(review: Review) -> bool:
    return all(
        review.biases[key].trials[name].domains["overall"].judgement in JUDGED
        for key, outcome in review.outcomes.items()
        if outcome.pooled is not None
        for name in outcome.trials
    )


@claim("fewer than ten trials carry information on death")
def too_few_for_funnel(review: Review) -> bool:
    return review.deaths.too_few_for_funnel != ""


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


@claim("single trials have risk ratios for death on both sides of 1")
def deaths_trials_both_ways(review: Review) -> bool:
    return {trial.estimate > 1 for trial in review.deaths.trials.values() if trial.estimate is not None} == {
        True,
        False,
    }


@claim("the interval of τ² for death begins at 0 and ends above ten times its estimate")
def deaths_tau2_unknown(review: Review) -> bool:
    return review.deaths.result.tau2_low == 0 and (review.deaths.result.tau2_high or 0) > 10 * (
        review.deaths.result.tau2 or 0
    )


@claim("the interval for death reaches from a reduction by a quarter or more to an increase by a quarter or more")
def deaths_worth_having_and_harm(review: Review) -> bool:
    return review.deaths.result.low <= 0.75 and review.deaths.result.high >= 1.25


@claim("most patients in a published CRP pool, where known, had no placebo control")
def published_crp_mostly_without_placebo(review: Review) -> bool:
    return all(
        2 * row.without_placebo > row.patients
        for row in review.published.values()
        if row.outcome_class == "CRP" and row.without_placebo is not None and row.patients is not None
    )


@claim("the certainty of the evidence is very low for every outcome that could be rated")
def certainty_very_low(review: Review) -> bool:
    rated = [found for found in review.certainty.values() if found.ratings or found.refused]
    return bool(rated) and all(found.certainty == "very low" for found in rated)


@claim("more than four eligible trials were found, so the four of the published abstract cannot be identified")
def not_four_trials(review: Review) -> bool:
    return review.trials.eligible > 4
