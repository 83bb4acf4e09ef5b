"""Tables of what is counted and of what is measured, in every state: rows, or else a sentence."""

from dataclasses import replace

import pytest

from analysis.printing.printer import Printer
from analysis.tables import grading, manuscript, measured, robustness, supplement
from analysis.tables.frame import Table, by_columns

NONE = "No trial gives CRP per arm in the available text, so nothing is pooled."
ONE = "One trial has an effect on CRP: it is not pooled."
TABLES = {
    "estimators": lambda n, key: supplement.variants(n, key, "estimators", "Analysis"),
    "leave-one-out": lambda n, key: supplement.variants(n, key, "leave_one_out", "Analysis"),
    "sensitivity": lambda n, key: supplement.variants(n, key, "sensitivity", "Analysis"),
    "measures": robustness.measures,
    "specifications": robustness.specifications,
}


def cells(table):
    return [[getattr(cell, "text", str(cell)) for cell in row] for row in table.rows]


@pytest.mark.parametrize("name", TABLES)
def test_an_outcome_that_is_not_pooled_has_a_sentence_in_place_of_each_table(silent_review, review_of_one, name):
    assert TABLES[name](Printer(silent_review), "CRP")._repr_markdown_() == NONE
    assert TABLES[name](Printer(review_of_one), "CRP")._repr_markdown_() == ONE


@pytest.mark.parametrize("name", TABLES)
def test_a_pooled_outcome_has_rows_whatever_its_measure(invented_review, name):
    table = TABLES[name](Printer(invented_review), "CRP")
    assert len(table.rows) > 4
    assert len(table._repr_markdown_().splitlines()) == len(table.rows) + 2


def test_heads_name_the_measure_with_its_unit(invented_review):
    n = Printer(invented_review)
    heads = [head.text for head in supplement.variants(n, "CRP", "estimators", "Analysis").heads]
    assert "Mean difference, mg/L (95%\N{NO-BREAK SPACE}CI)" in heads
    assert any("Risk ratio (95%" in head.text for head in supplement.variants(n, "deaths", "estimators", "A").heads)


def finding(review, number):
    return [getattr(cell, "text", str(cell)) for cell in grading.summary_of_findings(Printer(review)).rows[number]]


def test_the_summary_of_findings_follows_the_state(tree, silent_review, review_of_one, invented_review):
    assert finding(silent_review, 2)[3:5] == ["not pooled", "–"]
    no, unit = "\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}mg/L"
    one = finding(review_of_one, 2)
    assert one[3:5] == [f"MD{no}−14.3 (−26.5 to −2.14){unit}, one trial, not pooled", f"mean 38.90{unit}"]
    pooled = finding(invented_review, 2)
    assert pooled[1] == "5 (261)"
    assert pooled[3:5] == [
        f"MD{no}−9.71 (−19.9 to 0.47; modified −20.8 to 1.35){unit}",
        f"means 19.90 to 52.30{unit}",
    ]
    heads = [str(getattr(head, "text", head)) for head in grading.summary_of_findings(Printer(invented_review)).heads]
    assert heads[3].startswith("Risk ratio or mean difference (95%")
    assert finding(tree, 0) == finding(invented_review, 0)


def test_what_a_trial_gave_is_shown_by_its_kind(tree, invented_review):
    assert manuscript.gave(Printer(tree), "deaths", "shi2021").text == "0/65 v 0/35"
    n = Printer(invented_review)
    assert manuscript.gave(n, "CRP", "dilogo2021").text == "24.60 (19.30), 30 v 38.90 (27.50), 29"
    assert manuscript.gave(n, "CRP", "pochon2023") == "skewed data, not converted"


def test_tables_of_measured_outcomes_hold_all_of_them_or_say_why_not(silent_review, review_of_one, invented_review):
    tables = (
        measured.trials,
        measured.measures,
        lambda n: measured.analyses(n, "estimators"),
        lambda n: measured.analyses(n, "leave_one_out", "sensitivity"),
    )
    for make in tables:
        assert make(Printer(silent_review))._repr_markdown_().startswith(NONE)
        named = {row[0].split(",")[0] for row in cells(make(Printer(invented_review)))}
        assert named == {"CRP", "IL-6"}
    alone = cells(measured.trials(Printer(review_of_one)))
    assert [row[4:6] for row in alone] == [["−14.3 (−26.5 to −2.14)", "–"], ["−12.6 (−31.0 to 5.76)", "–"]]
    assert "No standardised mean difference is given for CRP" in measured.declined(Printer(invented_review)).text
    assert measured.declined(Printer(silent_review)).text == ""


def test_nothing_missing_is_a_sentence(tree):
    complete = replace(tree.outcomes["deaths"], unavailable={})
    n = Printer(replace(tree, outcomes={**tree.outcomes, "deaths": complete}, bounds={}))
    assert supplement.unavailable(n, "deaths")._repr_markdown_().startswith("No eligible trial is missing")
    assert robustness.bounds(n, "deaths")._repr_markdown_().startswith("No trial with known arm sizes is missing")
    assert robustness.assumption(n, "deaths").text == ""


def test_every_chosen_row_and_judgement_is_listed_for_measured_outcomes(invented_review):
    n = Printer(invented_review)
    assert sum("CRP, primary" in row[0] for row in cells(supplement.sources(n))) == 12
    assert sum(row[1] == "CRP" for row in cells(grading.bias_by_result(n))) == 6


def test_a_table_without_rows_needs_its_sentence(printer):
    with pytest.raises(ValueError, match="no rows"):
        Table(("a",), (), "l")
    assert Table(("a",), (), "l", "Nothing *here*.")._repr_markdown_() == r"Nothing \*here\*."
    empty = by_columns(printer, (), ("{no.such.key}", "l", "{.x}"), nothing="None.")
    assert empty._repr_markdown_() == "None."
