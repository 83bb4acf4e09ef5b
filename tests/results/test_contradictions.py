"""Statements that the numbers of the same trial contradict stop the documents unless a conflict explains them."""

from dataclasses import replace

import pytest

from analysis.results.contradictions import Contradicted, contradictions, stop_at_open


def stating(review, **columns):
    """The tree with one more statement, a copy of the first one with these columns."""
    pattern = replace(
        review.evidence.biomarkers[0], row_id="biomarker-new", biomarker="CRP", trial="dilogo2021",
        comparison="between arms", timepoint_text="day 7",
    )  # fmt: skip
    row = replace(pattern, **columns)
    return replace(review, evidence=replace(review.evidence, biomarkers=(*review.evidence.biomarkers, row)))


def test_the_evidence_contradicts_itself_nowhere(tree, review_of_one, invented_review):
    for review in (tree, review_of_one, invented_review):
        assert contradictions(review) == ()
        stop_at_open(review)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"direction": "higher"}, "said to be higher, but the MD is -14.3"),
        ({"direction": "higher", "timepoint_text": "not stated"}, "said to be higher, but the MD is -14.3"),
        ({"direction": "no clear difference"}, "no clear difference, but the interval is -26.4603 to -2.1397"),
        (
            {"direction": "higher", "comparison": "within MSC arm", "trial": "rebelatto2022"},
            "said to be higher within the arm, but its mean change is -31.2",
        ),
    ],
)
def test_a_statement_against_numbers_is_listed(invented_review, columns, words):
    (found,) = contradictions(stating(invented_review, **columns))
    assert found.row == "biomarker-new" and found.words.endswith(words) and len(found.numbers) == 2
    with pytest.raises(Contradicted, match=r"(?s)biomarker-new against continuous-.*Remedy: .*conflicts\.csv"):
        stop_at_open(stating(invented_review, **columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"direction": "lower"},
        {"direction": "higher", "timepoint_text": "day 60"},
        {"direction": "higher", "comparison": "measured only"},
        {"direction": "higher", "comparison": "within MSC arm"},
        {"direction": "higher", "trial": "bowdish2023"},
        {"direction": "no clear difference", "trial": "shi2021"},
    ],
)
def test_what_does_not_compare_is_no_contradiction(invented_review, columns):
    assert contradictions(stating(invented_review, **columns)) == ()


def test_a_conflict_with_both_rows_explains_it(invented_review):
    review = stating(invented_review, direction="higher")
    (found,) = contradictions(review)
    one = replace(review.evidence.conflicts[0], row_id="conflict-new", row_a="biomarker-new", row_b=found.numbers[0])
    half = replace(one, row_b="biomarker-rebelatto2022-crp")
    for conflict, explained in ((one, "conflict-new"), (half, "")):
        evidence = replace(review.evidence, conflicts=(*review.evidence.conflicts, conflict))
        (again,) = contradictions(replace(review, evidence=evidence))
        assert again.conflict == explained


def test_numbers_of_a_trial_said_to_give_none_are_listed(invented_review):
    outcome = invented_review.outcomes["CRP"]
    silent = next(trial for trial in outcome.unavailable.values() if trial.trial == "bowdish2023")
    unavailable = {"gorman2023": replace(silent, trial="gorman2023", row="gorman2023")}
    outcomes = {**invented_review.outcomes, "CRP": replace(outcome, unavailable=unavailable)}
    (found,) = contradictions(replace(invented_review, outcomes=outcomes))
    assert found.row == "gorman2023" and found.words.endswith("but there are some of day 7")
