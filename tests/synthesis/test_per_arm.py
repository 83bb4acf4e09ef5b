"""Numbers per arm are found in the rows; once they are there, no sentence can go on saying that there are none."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from analysis.evidence.rows import Continuous
from analysis.printing.printer import Printer
from analysis.results.build import directions
from analysis.results.states import by_state
from analysis.synthesis.availability import NUMBERS, availability
from analysis.synthesis.per_arm import Measured, numbers_per_arm

TRIAL, MARKER = "monsel2022", "CRP"
AT = Measured(TRIAL, MARKER)


@pytest.fixture
def with_rows(evidence):
    """The evidence with invented rows of (arm, day) for the marker of an eligible trial."""

    def added(*arms: tuple[str, int | None]):
        pattern = next(row for row in evidence.continuous if row.outcome == MARKER)
        rows: list[Continuous] = [
            replace(pattern, row_id=f"invented-{number}", trial=TRIAL, arm=arm, timepoint_days=day)
            for number, (arm, day) in enumerate(arms)
        ]
        return replace(evidence, continuous=(*evidence.continuous, *rows))

    return added


@pytest.mark.parametrize(
    ("arms", "rows"),
    [
        ([("treatment", 7), ("control", 7)], ("invented-0", "invented-1")),
        ([("treatment minus control", 7)], ("invented-0",)),
        ([("treatment", 7), ("control", 14)], None),
        ([("treatment", 7)], None),
    ],
    ids=["both arms", "their difference", "other days", "one arm"],
)
def test_both_arms_on_one_day_or_their_difference_are_numbers(with_rows, arms, rows):
    assert numbers_per_arm(with_rows(*arms), ()).get(AT) == rows


def test_series_read_from_figures_count_alone_and_beside_printed_values(with_rows):
    def series(arm):
        return SimpleNamespace(trial=TRIAL, outcome=MARKER, arm=arm, day=7)

    assert numbers_per_arm(with_rows(), [series("treatment"), series("control")])[AT] == ()
    assert numbers_per_arm(with_rows(("treatment", 7)), [series("control")])[AT] == ("invented-0",)
    assert AT not in numbers_per_arm(with_rows(), [series("control")])


def test_what_the_paper_says_of_missing_numbers_ends_when_they_are_there(tree, with_rows):
    evidence = with_rows(("treatment", 7), ("control", 7))
    measured = numbers_per_arm(evidence, ())
    said = directions(evidence, MARKER, measured)
    assert said.with_numbers == tree.biomarkers[MARKER].with_numbers + 1
    assert {"invented-0", "invented-1"} <= set(said.rows)
    read = availability(evidence, tree.domains, measured).trials[TRIAL].outcomes[MARKER]
    assert (read.status, read.rows) == (NUMBERS, ("invented-0", "invented-1"))
    unpooled = {**tree.outcomes, MARKER: replace(tree.outcomes[MARKER], trials={}, pooled=None, k=0, k_shown=0)}
    silent = replace(tree.biomarkers[MARKER], with_numbers=0)
    before = replace(tree, outcomes=unpooled, biomarkers={MARKER: silent})
    after = replace(before, biomarkers={MARKER: said})
    sentences = {"none": "nobody gave any", "unusable": "some gave numbers"}
    assert by_state(Printer(before), MARKER, **sentences).text == "nobody gave any"
    assert by_state(Printer(after), MARKER, **sentences).text == "some gave numbers"
