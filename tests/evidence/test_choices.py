"""Choices, scales and outcomes that contradict each other or their rows are refused, at the cell to mend."""

from __future__ import annotations

import pytest
from choice_faults import BOWDISH, DEATH, FAULTS, LATER, RATIO, Place
from data_copy import Copy

from analysis.evidence.load import Problem, load
from analysis.evidence.rows_question import AskedOutcome


def at(copy: Copy, problems: tuple[Problem, ...], place: Place) -> list[str]:
    """The messages on one cell."""
    table, row_id, column = place
    number = copy.number(table, row_id)
    return [
        str(problem)
        for problem in problems
        if (problem.file, problem.row, problem.column) == (f"data/{table}.csv", number, column)
    ]


@pytest.mark.parametrize("name", FAULTS)
def test_fault(measured: Copy, name: str) -> None:
    changes, place, message = FAULTS[name]
    for (table, row_id, column), value in changes.items():
        measured.put(table, row_id, column, value)
    problems = measured.problems()
    assert any(message in words for words in at(measured, problems, place)), problems


def test_the_invented_rows_are_sound(measured: Copy) -> None:
    assert measured.all_problems() == ()
    evidence = load(measured.folder)
    ways = {choice.enters_as for choice in evidence.choices if choice.analysis in ("CRP", "IL-6")}
    assert ways == {"final values", "changes", "computed changes", ""}


def test_a_printed_effect_of_the_right_measure_can_be_chosen(measured: Copy) -> None:
    measured.put("choices", DEATH, "enters_as", "printed effect")
    assert measured.problems() == ()


@pytest.mark.parametrize("row_id", [BOWDISH, "choice-crp-gorman2023", "choice-crp-dilogo2021"])
def test_a_trial_with_numbers_per_arm_is_decided_on(measured: Copy, row_id: str) -> None:
    """Whether both arms stand in the tables or the difference between them."""
    rows = measured.rows("choices")
    del rows[measured.number("choices", row_id)]
    measured.write("choices", rows)
    trial = row_id.removeprefix("choice-crp-")
    (found,) = at(measured, measured.problems(), ("trials", trial, "row_id"))
    assert f"'{trial}' gives CRP per arm, but choices.csv is silent on it; add a row there with role" in found


@pytest.mark.parametrize("row_id", ["choice-crp-rebelatto2022", "choice-il-6-shi2021"])
def test_a_trial_without_numbers_of_both_arms_in_the_window_need_not_be(measured: Copy, row_id: str) -> None:
    """One trial has one arm only; the day of the other comes before a window that begins later."""
    rows = measured.rows("choices")
    del rows[measured.number("choices", row_id)]
    measured.write("choices", rows)
    if "il-6" in row_id:
        measured.put("outcomes", "outcome-il-6", "from_day", "4")
    assert measured.problems() == ()


def test_another_day_than_the_rule_picks_can_be_explained(measured: Copy) -> None:
    measured.put("choices", BOWDISH, "rows", LATER)
    measured.put("choices", BOWDISH, "label", "bowdish2023, day 14")
    rows = measured.rows("exceptions")
    reason = ["exception-day", "chosen time point", BOWDISH, "rows", LATER, "", "day 7 is of the survivors only"]
    measured.write("exceptions", [*rows, reason])
    assert measured.problems() == ()


OUTCOME = AskedOutcome(
    row_id="outcome-x", key="x", name="x", in_print="x", head="X", in_findings="X", events="", kind="measured",
    role="secondary", better="lower", measure="MD", further_measures="SMD ROM", unit="points", correlation=None,
    from_day=3, to_day=14, target_day=7, minimum_trials=2, important=None, judged_as="", note="",
)  # fmt: skip


def test_a_printed_ratio_of_means_in_the_window_can_be_chosen(measured: Copy) -> None:
    for (table, row_id, column), value in RATIO.items():
        measured.put(table, row_id, column, value)
    assert at(measured, measured.problems(), ("choices", "choice-crp-dilogo2021", "rows")) == []


def test_two_names_of_one_unit_can_be_explained(measured: Copy) -> None:
    measured.put("scales", "scale-il-6", "unit", "ng/L")
    for row in measured.rows("continuous"):
        if row[0].startswith("continuous-") and "il-6" in row[0]:
            measured.put("continuous", row[0], "unit", "ng/L")
    (found,) = measured.problems()
    assert found.check == "equal units"
    rows = measured.rows("exceptions")
    reason = ["exception-units", "equal units", "scale-il-6", "factor", "1", "", "a pg/mL is a ng/L"]
    measured.write("exceptions", [*rows, reason])
    assert measured.problems() == ()


def test_the_measures_of_an_outcome_begin_with_that_of_its_primary_analysis() -> None:
    assert OUTCOME.measures == ("MD", "SMD", "ROM")


@pytest.mark.parametrize(
    ("days", "nearest"),
    [((3, 8, 14), 8), ((5, 9), 9), ((2, 15), None), ((0, 4), 4), ((), None)],
)
def test_the_nearest_day_lies_in_the_window(days: tuple[int, ...], nearest: int | None) -> None:
    assert OUTCOME.nearest(days) == nearest
