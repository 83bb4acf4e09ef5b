"""Contradictions between cells and between rows are refused, at the row to mend."""

from __future__ import annotations

import pytest

DEATHS = "deaths-bowdish2023-d30"
CHOICE = "choice-death-bowdish2023"
EDITS = {
    "more events than patients": ("counts", DEATHS, "events_treatment", "113", "is more than n_treatment 112"),
    "more patients than randomised": ("counts", DEATHS, "n_control", "111", "is more than the 110 randomised"),
    "estimate outside its interval": ("counts", DEATHS, "printed_estimate", "1.88", "lies outside 0.64 to 1.21"),
    "interval without a measure": (
        "counts",
        DEATHS,
        "printed_measure",
        "",
        "does not come with an estimate and both",
    ),
    "half an interval": ("counts", DEATHS, "printed_low", "", "does not come with an estimate and both limits"),
    "quotation too long": ("counts", DEATHS, "quotation", "42 47 " * 12 + "42 47", "has 26 words"),
    "pooled estimate outside": (
        "published",
        "published-qin2024-28-day-mortality",
        "low",
        "0.8",
        "lies outside 0.8 to",
    ),
    "median outside the quartiles": (
        "continuous",
        "continuous-meng2020-hospital-stay-msc",
        "low",
        "21",
        "lies outside",
    ),
    "baseline outside": (
        "baseline",
        "baseline-lanzoni2021-pao2-fio2-msc-median",
        "high",
        "100",
        "lies outside 68 to 100",
    ),
    "choice without a row": ("choices", CHOICE, "rows", "", "is empty for role primary"),
    "choice of another trial's row": (
        "choices",
        CHOICE,
        "rows",
        "deaths-monsel2022-d28",
        "names deaths-monsel2022-d28, a row of monsel2022",
    ),
    "choice of another outcome": (
        "choices",
        CHOICE,
        "rows",
        "sae-bowdish2023-sepsis",
        "is about serious adverse event category",
    ),
    "choice of a row without counts": (
        "choices",
        CHOICE,
        "rows",
        "deaths-bowdish2023-under65-d60",
        "lacks events or totals",
    ),
    "primary without placebo": (
        "choices",
        "choice-death-shu2020",
        "role",
        "primary",
        "does not go with a trial that is",
    ),
    "context with placebo": ("choices", CHOICE, "role", "context", "does not go with a trial that is eligible"),
    "primary twice": (
        "choices",
        "choice-death-lanzoni2021-1of12",
        "role",
        "primary",
        "is already in the analysis of death, row 4",
    ),
    "excluded without class": ("trials", "shu2020", "exclusion_class", "", "does not go with eligibility excluded"),
    "eligible with class": (
        "trials",
        "bowdish2023",
        "exclusion_class",
        "not randomised",
        "does not go with eligibility eligible",
    ),
    "eligible trial nobody decided on": (
        "choices",
        "choice-death-gorman2023",
        "role",
        "sensitivity",
        "is eligible, but choices.csv is silent",
    ),
    "record out of order": ("records", "record-003", "number", "300", "stands at place 3"),
    "duplicate outside its box": ("records", "record-002", "is_duplicate", "false", "does not go with is_duplicate"),
    "excluded record without reason": (
        "records",
        "record-042",
        "exclusion_class",
        "",
        "does not go with box excluded",
    ),
    "box against eligibility": (
        "records",
        "record-010",
        "flow_box",
        "awaiting classification",
        "does not go with shi2021, which is eligible",
    ),
    "included record without trial": ("records", "record-010", "trial", "", "is empty for box included study"),
    "second main report": (
        "records",
        "record-013",
        "flow_box",
        "included study, main report",
        "already has a main report",
    ),
    "main report lost": (
        "records",
        "record-010",
        "flow_box",
        "included study, further report",
        "has no main report among the records",
    ),
    "conflict about nothing": ("conflicts", "conflict-gorman-ratio", "row_a", "sae-gorman", "is no row of any table"),
    "row id of another table": ("choices", CHOICE, "row_id", DEATHS, "is already a row of counts.csv"),
}


@pytest.mark.parametrize("name", EDITS)
def test_contradiction(copy, name: str) -> None:
    table, row_id, column, value, message = EDITS[name]
    copy.put(table, row_id, column, value)
    assert any(message in str(problem) for problem in copy.problems()), copy.problems()


def test_place_of_a_contradiction(copy) -> None:
    number = copy.put("counts", DEATHS, "events_treatment", "113")
    assert [str(problem) for problem in copy.problems() if problem.check == "events"] == [
        f"data/counts.csv, row {number} (line {number + 1}), column events_treatment: '113' is more than "
        "n_treatment 112; check against the quotation"
    ]


def test_swapped_arms_are_noticed_where_totals_exceed_the_arm(copy) -> None:
    rows = copy.rows("counts")
    at = [rows[0].index(name) for name in ("events_treatment", "n_treatment", "events_control", "n_control")]
    row = rows[copy.number("counts", "deaths-monsel2022-d28")]
    row[at[0]], row[at[1]], row[at[2]], row[at[3]] = (row[i] for i in (at[2], at[3], at[0], at[1]))
    copy.write("counts", rows)
    (found,) = [problem for problem in copy.problems() if problem.check == "arm totals"]
    assert (found.column, found.value, found.problem) == ("n_treatment", "24", "is more than the 21 randomised")


@pytest.mark.parametrize("table", ["counts", "continuous", "biomarkers", "baseline", "published", "conflicts"])
def test_a_fact_read_twice_is_one_fact(copy, table: str) -> None:
    rows = copy.rows(table)
    rows.append([rows[2][0] + "-again", *rows[2][1:]])
    copy.write(table, rows)
    (found,) = [problem for problem in copy.problems() if problem.check == "facts"]
    assert (found.row, found.problem) == (len(rows) - 1, "says the same as row 2")


def test_a_lost_row_of_choices_is_noticed(copy) -> None:
    rows = copy.rows("choices")
    del rows[copy.number("choices", "choice-death-dilogo2021")]
    copy.write("choices", rows)
    (found,) = copy.problems()
    assert (found.file, found.value) == ("data/trials.csv", "dilogo2021")


def test_a_lost_row_of_counts_is_noticed(copy) -> None:
    rows = copy.rows("counts")
    del rows[copy.number("counts", DEATHS)]
    copy.write("counts", rows)
    first, *others = copy.problems()
    assert (first.file, first.column, first.value) == ("data/choices.csv", "rows", DEATHS)
    # All others are judgements that rest on it.
    assert others
    for problem in others:
        assert (problem.file, problem.column) == ("data/risk_of_bias.csv", "rests_on")
        assert f"names '{DEATHS}', no other row of any table" in problem.problem


def test_a_lost_record_is_noticed(copy) -> None:
    rows = copy.rows("records")
    del rows[50]
    copy.write("records", rows)
    assert copy.problems()[0].problem == "stands at place 50"
