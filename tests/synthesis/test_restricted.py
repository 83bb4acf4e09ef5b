"""Analyses of some trials only, the order of publication, and prediction intervals on k − 2 degrees of freedom."""

import math
from dataclasses import replace

import pytest
from scipy.stats import t

from analysis.judgements.bias import LOW
from analysis.results.build import restrictions
from analysis.synthesis.outcomes import by_source, restricted
from analysis.synthesis.pooling import pool

NOT_POOLED = "IL-6"


def kept(outcome, test):
    return [name for name, trial in outcome.trials.items() if test(trial)]


@pytest.mark.parametrize("key", ["deaths", "serious"])
def test_own_reports_and_known_time_points_are_analysed_by_themselves(tree, key):
    outcome = tree.outcomes[key]
    rules = {
        "own_report": kept(outcome, lambda trial: not trial.entry.secondary),
        "known_time": kept(outcome, lambda trial: trial.timepoint_days is not None),
    }
    found = dict(by_source(outcome))
    for name, members in rules.items():
        usable = [member for member in members if outcome.trials[member].estimable]
        assert (name in found) == (0 < len(usable) < outcome.k), name
        if name in found:
            assert [entry.trial for entry in found[name].pooled.entries] == usable
            assert found[name] == outcome.sensitivity[name]
    assert found


def test_results_at_low_risk_of_bias_are_analysed_by_themselves(tree):
    judged = tree.biases["deaths"].trials
    low = kept(tree.counted("deaths"), lambda trial: judged[trial.trial].domains["overall"].judgement == LOW)
    only = tree.counted("deaths").sensitivity["low_risk"].pooled
    assert [entry.trial for entry in only.entries] == low
    (name,) = low
    assert (only.estimate, only.low, only.high) == pytest.approx(
        tuple(getattr(tree.counted("deaths").trials[name], part) for part in ("estimate", "low", "high"))
    )


def test_a_restricted_analysis_pools_the_trials_that_are_named(tree):
    some = ["bowdish2023", "lanzoni2021", "shi2021"]
    found = restricted(tree.counted("deaths"), some, "a label", "a reason")
    entries = [trial.entry for name, trial in tree.counted("deaths").trials.items() if name in some]
    assert (found.pooled, found.label, found.reason) == (pool(entries, "RR"), "a label", "a reason")
    assert found.pooled.k == 2, "a trial without events takes no part"


def test_there_is_no_restricted_analysis_where_it_leaves_all_trials_or_none(tree):
    informative = kept(tree.counted("deaths"), lambda trial: trial.estimable)
    assert restricted(tree.counted("deaths"), tree.counted("deaths").trials, "", "") is None
    assert restricted(tree.counted("deaths"), informative, "", "") is None
    assert restricted(tree.counted("deaths"), [], "", "") is None
    assert restricted(tree.counted("deaths"), ["shi2021"], "", "") is None


def test_what_is_not_pooled_is_not_restricted(tree):
    outcome = tree.outcomes[NOT_POOLED]
    assert outcome.pooled is None and restrictions(outcome, tree.biases[NOT_POOLED]) is outcome


def test_trials_come_in_the_order_of_publication(tree):
    """By year, then PubMed number as a number; without one last of its year; without a report last of all."""
    pattern = replace(tree.evidence.trials[0], citation="somebody2020")
    mixed_up = (
        replace(pattern, row_id="w", year=None, pmid="", citation="", eligibility="eligible"),
        replace(pattern, row_id="x", year=2019, pmid="1", citation=""),
        replace(pattern, row_id="y", year=2021, pmid="1"),
        replace(pattern, row_id="c", year=2020, pmid=""),
        replace(pattern, row_id="a", year=2020, pmid=""),
        replace(pattern, row_id="b", year=2020, pmid="10"),
        replace(pattern, row_id="z", year=2020, pmid="9"),
    )
    order = sorted(mixed_up, key=lambda trial: trial.published)
    assert [trial.row_id for trial in order][:5] == ["z", "b", "a", "c", "y"]
    assert {trial.row_id for trial in order[5:]} == {"w", "x"}
    for outcome in tree.outcomes.values():
        found = [tree.evidence.trial(name).published for name in outcome.trials]
        assert found == sorted(found)


@pytest.mark.parametrize("key", ["deaths", "serious"])
def test_a_prediction_on_fewer_degrees_of_freedom_is_wider_by_the_quantile_of_t(tree, key):
    outcome = tree.outcomes[key]
    first, second = outcome.pooled, outcome.prediction_k2
    assert (first.prediction_df, second.prediction_df) == (outcome.k - 1, outcome.k - 2)
    assert (second.estimate, second.low, second.high) == (first.estimate, first.low, first.high)

    def half(pooled):
        low, high = math.log(pooled.prediction_low), math.log(pooled.prediction_high)
        assert (low + high) / 2 == pytest.approx(math.log(pooled.estimate))
        return (high - low) / 2

    assert half(second) / half(first) == pytest.approx(t.ppf(0.975, outcome.k - 2) / t.ppf(0.975, outcome.k - 1))


def test_a_printed_ratio_is_shown_with_its_printed_limits_and_weighs_by_their_width(tree):
    (trial,) = (trial for trial in tree.counted("serious").trials.values() if "printed" in trial.marks)
    row = tree.evidence.row(trial.rows[0])
    assert (trial.low, trial.high) == (row.printed_low, row.printed_high)
    assert trial.estimate == pytest.approx(row.printed_estimate)
    (effect,) = (trial.entry.effect("RR"),)
    se = (math.log(row.printed_high) - math.log(row.printed_low)) / (2 * 1.959963984540054)
    estimate, variance = effect
    assert estimate == pytest.approx(math.log(row.printed_estimate)) and variance == pytest.approx(se**2)
    middle = math.sqrt(row.printed_low * row.printed_high)
    assert middle != pytest.approx(row.printed_estimate, rel=1e-3), "limits around the estimate would be others"
