"""moderators.csv: a review may have none; one that it has is declared, checked, sealed and computed from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from data_copy import Copy
from moderators_declared import COLUMNS, declare

from analysis.evidence.characteristics import of_trials
from analysis.evidence.load import Evidence
from analysis.results.build import build

STEROIDS, DESIGN = "share on steroids", "centres"
#: trials with deaths of the review: their invented percentages, and groups
VALUES = {"monsel2022": "75", "lanzoni2021": "80", "dilogo2021": "100", "rebelatto2022": "90"}
GROUPS = {"monsel2022": "several", "lanzoni2021": "one", "dilogo2021": "several", "rebelatto2022": "one"}


@pytest.fixture
def asked(copy: Copy) -> Copy:
    """A copy with the table of the guide, and the characteristics that it asks for."""
    declare(copy)
    copy.write(
        "moderators",
        [
            COLUMNS,
            ["moderator-steroids", "deaths", STEROIDS, "number", "true", "invented"],
            ["moderator-centres", "deaths", DESIGN, "group", "false", "invented"],
        ],
    )
    rows = copy.rows("baseline")
    for name, unit, values, column in ((STEROIDS, "percent", VALUES, "value"), (DESIGN, "", GROUPS, "value_text")):
        for trial, value in values.items():
            row = {
                "row_id": f"baseline-{trial}-{name.replace(' ', '-')}", "trial": trial, "arm": "both", "unit": unit,
                "characteristic": name, "statistic": "description", column: value, "obtained": "reported",
                "address": "https://example.org/invented", "locator": "invented", "quotation": f"invented: {value}",
            }  # fmt: skip
            rows.append([row.get(heading, "") for heading in rows[0]])
    copy.write("baseline", rows)
    return copy


def test_a_review_without_the_table_has_no_moderators(evidence: Evidence) -> None:
    assert evidence.moderators == ()


def test_groups_are_compared_and_a_regression_on_few_trials_is_refused(asked: Copy) -> None:
    assert asked.problems() == ()
    assert [row.characteristic for row in asked.seal().moderators] == [STEROIDS, DESIGN]
    review = build(asked.folder)
    declined = review.moderators_declined["deaths"]["share_on_steroids"]
    assert "needs at least 10 studies" in declined.sentence and declined.sentence.endswith("there are 4.")
    found = review.moderators["deaths"]["centres"]
    assert {key: group.trials for key, group in found.groups.items()} == {
        "one": ("lanzoni2021", "rebelatto2022"),
        "several": ("dilogo2021", "monsel2022"),
    }
    assert set(found.left_out) == {"bowdish2023"}


def test_a_standard_deviation_is_no_second_value(asked: Copy) -> None:
    rows = asked.seal().baseline
    value = next(row for row in rows if row.characteristic == STEROIDS)
    assert len(of_trials([*rows, replace(value, statistic="SD")], STEROIDS)) == len(VALUES)
    assert len(of_trials([*rows, replace(value, arm="control")], STEROIDS)) == len(VALUES)
    assert len(of_trials([*rows, replace(value, statistic="mean")], STEROIDS)) == len(VALUES) + 1


FAULTS = {
    "no characteristic": (
        ("moderators", "moderator-centres", "characteristic", "colour"), "characteristic", "is no characteristic",
    ),
    "asked twice": (
        ("moderators", "moderator-centres", "characteristic", "Share on: steroids"), "characteristic", "asked twice",
    ),
    "no number": (("moderators", "moderator-centres", "kind", "number"), "kind", "has no number"),
    "no group": (("moderators", "moderator-steroids", "kind", "group"), "kind", "names none in value_text"),
    "two units": (
        ("baseline", "baseline-lanzoni2021-share-on-steroids", "unit", "thousandth"), "characteristic", "units",
    ),
    "two spellings": (
        ("baseline", "baseline-lanzoni2021-centres", "value_text", "One"), "characteristic", "in several spellings",
    ),
    "two values": (
        ("baseline", "baseline-lanzoni2021-centres", "characteristic", STEROIDS), "characteristic", "2 values",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_at_its_cell(asked: Copy, name: str) -> None:
    (table, row_id, column, value), at, message = FAULTS[name]
    asked.put(table, row_id, column, value)
    found = [problem for problem in asked.problems() if problem.check == "moderators"]
    assert any(problem.column == at and message in str(problem) for problem in found), asked.problems()


def test_an_outcome_shown_by_direction_only_has_no_effects_to_differ(asked: Copy, evidence: Evidence) -> None:
    only = next(one.key for one in evidence.outcomes if one.kind == "direction only")
    asked.put("moderators", "moderator-centres", "outcome", only)
    (problem,) = asked.problems()
    assert (problem.column, problem.value) == ("outcome", only)
    assert "is no outcome that is counted or measured" in str(problem)
