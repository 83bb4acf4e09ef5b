"""Claims on the evidence as it was read: sources that disagree, markers compared between arms, results judged."""

from __future__ import annotations

from analysis.evidence.rows import BiomarkerStatement
from analysis.judgements.bias import JUDGED
from analysis.results.claims import claim
from analysis.results.tree import Review

MARKERS = ("CRP", "IL-6")


def conflicting_deaths(review: Review) -> set[str]:
    """Eligible trials of which two sources give other deaths."""
    eligible = {trial.row_id for trial in review.evidence.eligible}
    deaths = {row.row_id for row in review.evidence.counts if row.outcome == "death"}
    return {
        row.trial
        for row in review.evidence.conflicts
        if row.trial in eligible and row.row_a != row.row_b and {row.row_a, row.row_b} <= deaths
    }


def compared_markers(review: Review) -> list[BiomarkerStatement]:
    """What eligible trials state of a marker of inflammation in one arm against the other."""
    eligible = {trial.row_id for trial in review.evidence.eligible}
    return [row for row in review.evidence.biomarkers if row.comparison == "between arms" and row.trial in eligible]


def comparing_trials(review: Review) -> set[str]:
    """Eligible trials that state how a marker differed between the arms, or give it per arm."""
    return {row.trial for row in compared_markers(review)} | {
        name for key in MARKERS for name in review.outcomes[key].trials
    }


def judged_markers(review: Review) -> list[bool]:
    """Of each result on CRP or IL-6 per arm whether its risk of bias was judged."""
    return [
        review.biases[key].trials[name].domains["overall"].judgement in JUDGED
        for key in MARKERS
        for name in review.outcomes[key].trials
    ]


@claim("sources give other deaths of one eligible trial, the one with the extreme result")
def deaths_conflict_in_one(review: Review) -> bool:
    return conflicting_deaths(review) == {"lanzoni2021"}


@claim(
    "sources give other deaths of several eligible trials, the one with the extreme result among them",
    instead_of="deaths-conflict-in-one",
)
def deaths_conflict_in_several(review: Review) -> bool:
    return conflicting_deaths(review) > {"lanzoni2021"}


@claim(
    "sources give other deaths of eligible trials without the extreme result, or of none",
    instead_of="deaths-conflict-in-one",
)
def deaths_conflict_elsewhere(review: Review) -> bool:
    return "lanzoni2021" not in conflicting_deaths(review)


@claim(
    "no interval of an effect on CRP or IL-6 between the arms of eligible trials lies on the side of placebo, and "
    "none of them states that one of the two was higher than with placebo",
    otherwise="an interval of an effect on CRP or IL-6 lies on the side of placebo, or a trial states the same",
)
def markers_not_contradicted(review: Review) -> bool:
    shown = [review.outcomes[key].shown for key in MARKERS]
    numbers = all(found is None or found.low is None or found.low <= 0 for found in shown)
    named = [row for row in compared_markers(review) if row.biomarker in MARKERS]
    return numbers and all(row.direction != "higher" for row in named)


@claim(
    "of the eligible trials one alone states, or shows per arm, how a cytokine or CRP differed between its arms",
    otherwise="none or several eligible trials state or show how a cytokine or CRP differed between their arms",
)
def cytokines_only_comparison(review: Review) -> bool:
    return len(comparing_trials(review)) == 1


@claim(
    "one eligible trial gives CRP per arm, and its overall risk of bias for CRP is high",
)
def crp_result_high(review: Review) -> bool:
    judged = review.biases["CRP"].trials
    return [judged[trial].domains["overall"].judgement for trial in review.outcomes["CRP"].trials] == ["high"]


@claim(
    "there are results on CRP or IL-6 per arm, and all of them were judged, but not as the one high on CRP alone",
    instead_of="crp-result-high",
)
def marker_results_judged(review: Review) -> bool:
    return bool(judged_markers(review)) and all(judged_markers(review)) and not crp_result_high(review)


@claim("there are results on CRP or IL-6 per arm, and not all of them were judged", instead_of="crp-result-high")
def marker_results_not_all_judged(review: Review) -> bool:
    return not all(judged_markers(review))


@claim("no eligible trial gives CRP or IL-6 per arm", instead_of="crp-result-high")
def marker_results_none(review: Review) -> bool:
    return not judged_markers(review)
