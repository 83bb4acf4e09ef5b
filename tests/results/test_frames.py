"""Evidence and results as data frames: every row, every quantity, unrounded, and a KeyError that helps."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.evidence.rows import ROW_TYPES
from analysis.printing.quantities import look_up, walk

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = sorted(path.stem for path in DATA.glob("*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_rows_and_columns_of_its_file(name, evidence):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    if not rows:
        pytest.skip("the table has no rows")
    found = evidence.frame(name)
    assert list(found.columns) == head
    assert len(found) == len(rows)
    first = found.columns[0]
    assert [str(value) for value in found[first]] == [row[0] for row in rows]


def test_cells_are_numbers_and_text_as_in_the_file(evidence):
    found = evidence.frame("counts").set_index("row_id")
    row = next(row for row in evidence.counts if row.events_treatment is not None)
    assert found.loc[row.row_id, "events_treatment"] == row.events_treatment
    assert found.loc[row.row_id, "quotation"] == row.quotation


def test_a_table_that_is_not_kept_is_empty(evidence):
    (missing, *_) = sorted(set(ROW_TYPES) - set(TABLES))
    assert evidence.frame(missing).empty and len(evidence.frame(missing).columns)


def test_a_table_that_does_not_exist_is_answered_with_those_that_do(evidence):
    with pytest.raises(KeyError, match=r"no table 'count' in the evidence; there are: .*\bcounts, "):
        evidence.frame("count")


def test_a_mapping_has_a_row_for_each_entry(tree):
    found = tree.frame("deaths.trials")
    trials = tree.outcomes["deaths"].trials
    assert list(found.index) == list(trials)
    for name, trial in trials.items():
        assert found.loc[name, "events_treatment"] == trial.events_treatment
        assert trial.estimate is None or found.loc[name, "estimate"] == trial.estimate


@pytest.mark.parametrize("key", ["deaths.pooled", "deaths", "trials", "flow", "deaths.leave_one_out", "bayes.deaths"])
def test_every_quantity_that_a_frame_shows_is_that_of_its_key(key, tree):
    found = tree.frame(key)
    single = len(found) == 1 and found.index[0] == key.split(".")[-1]
    shown = 0
    for name, row in found.iterrows():
        for column, value in row.items():
            at = f"{key}.{column}" if single else f"{key}.{name}.{column}"
            expected = look_up(tree, at).value
            assert value == expected or (expected is None and value != value) or value is None, at
            shown += expected is not None
    assert shown > 5


def test_a_result_has_a_column_for_each_quantity_that_it_declares(tree):
    declared = {key for key, _ in walk(tree.outcomes["deaths"].pooled)}
    assert declared <= set(tree.frame("deaths.pooled").columns)


def test_a_single_quantity_is_a_frame_of_one_cell(tree):
    assert tree.frame("deaths.pooled.estimate").iloc[0, 0] == tree.outcomes["deaths"].result.estimate


def test_second_computations_are_a_row_each(tree):
    assert list(tree.frame("crosschecks")["key"]) == [one.key for one in tree.crosschecks]


def test_a_key_that_does_not_exist_is_answered_with_those_that_do(tree):
    with pytest.raises(KeyError, match=r"deaths\.nothing: deaths has no 'nothing'; it has .*leave_one_out"):
        tree.frame("deaths.nothing")


def test_a_part_that_holds_no_quantities_is_answered_with_where_to_go_on(tree):
    with pytest.raises(KeyError, match=r"measures: no quantities stand there; further keys: measures\.deaths"):
        tree.frame("measures")
