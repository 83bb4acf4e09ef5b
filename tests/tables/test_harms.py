"""Tables of harms: every row of the evidence that belongs there, as read, and a sentence where there is none."""

import re
from dataclasses import replace

import pytest

from analysis.printing.printer import Phrase, Printer
from analysis.tables import harms

KEY = "serious"
#: the name of a trial before its reference
LABEL = re.compile(r"\[?([^\]\[]+?)\]?(?:\{| \[@|$)")
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


def test_the_commonest_category_of_each_trial_comes_first(tree, printer):
    totals = {}
    for line in rows(harms.categories(printer, KEY)):
        totals.setdefault(line[0], []).append(sum(int(cell.split("/")[0]) for cell in line[3:5]))
    for numbers in totals.values():
        assert numbers == sorted(numbers, reverse=True)
    assert any(numbers[0] > numbers[-1] for numbers in totals.values())
    trials = {row.trial for row in tree.evidence.counts if row.outcome == "serious adverse event category"}
    assert len(totals) == len(trials & {trial.row_id for trial in tree.evidence.eligible})


def test_related_events_of_either_kind_say_what_they_are_counted_among(tree, printer):
    eligible = {trial.row_id for trial in tree.evidence.eligible}
    kinds = ("treatment-related serious adverse event", "treatment-related adverse event")
    read = {
        (
            tree.evidence.trial(row.trial).label,
            row.counted_unit,
            f"{row.events_treatment}/{row.n_treatment}",
            f"{row.events_control}/{row.n_control}",
        )
        for row in tree.evidence.counts
        if row.trial in eligible and row.outcome in kinds
    }
    shown = rows(harms.related(printer, KEY))
    assert {(LABEL.match(line[0])[1], *line[2:5]) for line in shown} == read and len(shown) == len(read)
    assert {"events", "patients"} == {line[2] for line in shown}
    assert {kind for kind in kinds if any(line[1].startswith(kind) for line in shown)} == set(kinds)


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
