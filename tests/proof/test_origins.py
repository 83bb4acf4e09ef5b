"""A row that changes lies behind every number that moves with it."""

import math
from dataclasses import replace

import pytest

from analysis.evidence.checks.sealed_descriptor import DESCRIPTORS
from analysis.printing.quantities import walk
from analysis.proof.origins import origin, rows_behind
from analysis.results import build as builder


def quantities(review):
    return {key: found.value for key, found in walk(review)}


def moved(old, new):
    """Whether a value is another one, and not the same sum in another order."""
    if isinstance(old, float) and isinstance(new, float):
        return not math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
    return old != new


@pytest.mark.parametrize(
    ("table", "row_id", "changes", "least"),
    [
        ("counts", "deaths-monsel2022-d28", {"events_treatment": 4}, 500),
        ("choices", "choice-death-monsel2022", {"role": "listed", "rows": "", "enters_as": ""}, 500),
        ("trials", "gorman2023", {"randomised_treatment": 33}, 50),
        ("trials", "bowdish2023", {"randomised_control": 100, "intervention_class": "umbilical cord"}, 100),
        ("risk_of_bias", "rob-shi2021-rob2-1-randomisation", {"judgement": "high"}, 5),
    ],
)
def test_every_number_that_moves_names_the_row_or_other_rows_than_before(
    tree, monkeypatch, table, row_id, changes, least
):
    evidence = tree.evidence
    rows = tuple(replace(row, **changes) if row.row_id == row_id else row for row in getattr(evidence, table))
    monkeypatch.setattr(builder, "load", lambda folder: replace(evidence, **{table: rows}))
    new = builder.build()
    was, now = quantities(tree), quantities(new)
    changed = [key for key in was.keys() & now.keys() if moved(was[key], now[key])]
    assert len(changed) >= least
    unexplained = []
    for key in changed:
        before, after = set(origin(tree, key).rows), set(origin(new, key).rows)
        if row_id not in before | after and before == after:
            unexplained.append(key)
    assert unexplained == []


def test_a_weight_rests_on_all_trials_of_its_outcome_and_an_estimate_on_its_own(tree):
    all_rows = {row for trial in tree.counted("deaths").trials.values() for row in trial.rows}
    assert set(origin(tree, "deaths.trials.bowdish2023.weight").rows) == all_rows
    assert set(origin(tree, "deaths.trials.bowdish2023.estimate").rows) == set(
        tree.counted("deaths").trials["bowdish2023"].rows
    )


def test_the_digest_rests_on_all_rows_that_are_sealed(tree):
    rows = origin(tree, "data_digest").rows
    sealed = [seal.row for seal in tree.evidence.seals if seal.table not in DESCRIPTORS]
    assert len(rows) == len(set(rows)) == len(sealed) < len(tree.evidence.seals)


def test_a_baseline_risk_rests_on_the_trials_whose_controls_it_is_of(tree):
    largest = max(tree.counted("deaths").counted, key=lambda trial: trial.participants)
    at = "absolute.deaths.largest_trial"
    assert rows_behind(tree, f"{at}.control") == rows_behind(tree, f"{at}.baseline") == largest.rows
    everyone = {row for trial in tree.counted("deaths").counted for row in trial.rows}
    assert set(rows_behind(tree, "absolute.deaths.pooled_risk.control")) == everyone
    assert set(rows_behind(tree, f"{at}.difference")) >= everyone
