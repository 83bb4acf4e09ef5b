"""Tables of harms: every row of the evidence that belongs there, as read, and a sentence where there is none."""

from dataclasses import replace

import pytest

from analysis.printing.printer import Phrase, Printer
from analysis.tables import harms

KEY = "serious"
TABLES = {"categories": harms.categories, "related": harms.related}


def plain(cell):
    return cell if isinstance(cell, str) else getattr(cell, "text", str(cell))


def rows(table):
    return [[plain(cell) for cell in row] for row in table.rows]


def with_counts(tree, counts):
    return Printer(replace(tree, evidence=replace(tree.evidence, counts=tuple(counts))))


def test_every_category_of_an_eligible_trial_is_a_row_with_its_numbers(tree, printer):
    shown = rows(harms.categories(printer, KEY))
    eligible = {trial.row_id for trial in tree.evidence.trials if trial.eligibility == "eligible"}
    read = [
        row for row in tree.evidence.counts
        if row.outcome == "serious adverse event category" and row.trial in eligible
    ]  # fmt: skip
    assert len(shown) == len(read) >= 10
    for row in read:
        (found,) = [line for line in shown if line[1] == row.outcome_detail]
        assert found[2:5] == [
            row.counted_unit,
            f"{row.events_treatment}/{row.n_treatment}",
            f"{row.events_control}/{row.n_control}",
        ]
        assert (found[5] == "–") == (row.printed_estimate is None)


def test_ratios_are_printed_with_their_measure_and_interval(printer):
    shown = {line[1]: line[5].replace("\N{NO-BREAK SPACE}", " ") for line in rows(harms.categories(printer, KEY))}
    assert shown["deterioration of respiratory status"] == "IRR 0.97 (0.62 to 1.53)"
    assert shown["neoplasm/tumorigenesis"] == "–"


def test_the_commonest_category_comes_first(printer):
    totals = [sum(int(cell.split("/")[0]) for cell in line[3:5]) for line in rows(harms.categories(printer, KEY))]
    assert totals == sorted(totals, reverse=True) and totals[0] > totals[-1]


def test_related_events_of_either_kind_say_what_they_are_counted_among(printer):
    shown = rows(harms.related(printer, KEY))
    assert [(line[0].split(" [@")[0], line[2], *line[3:5]) for line in shown] == [
        (shown[0][0].split(" [@")[0], "events", "1/35", "1/53"),
        (shown[1][0].split(" [@")[0], "events", "1/49", "0/48"),
        (shown[2][0].split(" [@")[0], "patients", "0/10", "0/10"),
    ]
    assert [trial in line[0] for trial, line in zip(("Lanzoni", "Monsel", "Muñoz"), shown, strict=True)] == [True] * 3
    assert shown[2][1].startswith("treatment-related serious adverse event")


def test_an_event_of_another_kind_is_not_related_to_the_outcome(tree):
    other = [
        replace(row, outcome=row.outcome.replace("adverse event", "readmission")) for row in tree.evidence.counts
    ]
    assert isinstance(harms.related(with_counts(tree, other), KEY), Phrase)


def test_trials_that_are_not_eligible_stay_out(tree):
    moved = [replace(row, trial="zhu2021") if "category" in row.outcome else row for row in tree.evidence.counts]
    assert isinstance(harms.categories(with_counts(tree, moved), KEY), Phrase)


def test_unknown_patients_leave_a_dash(tree):
    fewer = [
        replace(row, n_control=None) if row.outcome.startswith(harms.RELATED) else row for row in tree.evidence.counts
    ]
    assert {line[4] for line in rows(harms.related(with_counts(tree, fewer), KEY))} == {"–"}


@pytest.mark.parametrize("name", TABLES)
def test_a_sentence_stands_where_there_is_nothing(printer, name):
    said = TABLES[name](printer, "deaths")
    assert isinstance(said, Phrase) and said.text.startswith("No eligible trial")
