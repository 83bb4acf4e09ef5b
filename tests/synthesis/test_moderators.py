"""Moderators and small-study effects of an outcome: the BCG trials, fewer of them, and trials without a value."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import bcg
import pytest

from analysis.evidence.rows_question import Moderator
from analysis.synthesis.limits import LimitsOfMeans, LimitsOfRisks, limits
from analysis.synthesis.moderators import Groups, Regression, ask, moderators
from analysis.synthesis.outcomes import outcome
from analysis.synthesis.small_studies import small_studies

METAFOR = json.loads((bcg.REFERENCE.parent / "moderators.json").read_text(encoding="utf-8"))
LATITUDE, ALLOCATION = bcg.MODERATORS


def asked(evidence, rows, moderator):
    there = bcg.evidence_of(evidence, rows)
    return ask(there, moderator, outcome(there, there.outcome(bcg.KEY)))


@pytest.fixture(scope="module")
def latitude(evidence) -> Regression:
    return asked(evidence, bcg.rows(), LATITUDE)


@pytest.fixture(scope="module")
def allocation(evidence) -> Groups:
    return asked(evidence, bcg.rows(), ALLOCATION)


def test_the_slope_on_latitude_is_metafors(latitude):
    theirs = METAFOR["latitude_hk"]
    for position, found in enumerate((latitude.intercept, latitude.slope)):
        assert (found.coefficient, found.se, found.p_value) == pytest.approx(
            tuple(theirs[name][position] for name in ("coefficients", "se", "p_values")), rel=1e-7
        )
    assert (latitude.tau2, latitude.i2, latitude.r2, latitude.f, latitude.q) == pytest.approx(
        tuple(theirs[name] for name in ("tau2", "i2", "r2", "qm", "qe")), rel=1e-7
    )
    assert (latitude.f_df, latitude.f_df_residual, latitude.k) == (1, 11, 13)


def test_the_effect_of_the_slope_is_that_of_as_many_units_as_it_says(latitude):
    assert latitude.per == 10
    assert latitude.change.estimate == pytest.approx(math.exp(10 * latitude.slope.coefficient))
    assert latitude.change.high == pytest.approx(math.exp(10 * latitude.slope.high))
    steps = (latitude.highest.value - latitude.lowest.value) / latitude.per
    between = latitude.highest.effect.estimate / latitude.lowest.effect.estimate
    assert between == pytest.approx(latitude.change.estimate**steps)


def test_years_give_an_intercept_two_thousand_years_away(evidence):
    """It stands on the scale of the analysis, where it cannot overflow."""
    rows = [row | {"ablat": row["year"]} for row in bcg.rows()]
    rows[0]["tpos"], rows[-1]["tpos"] = "80", "1"
    found = asked(evidence, rows, LATITUDE)
    assert found.per == 10 and found.intercept.high - found.intercept.low > 40
    assert math.exp(10 * found.slope.coefficient) == pytest.approx(found.change.estimate)


def test_the_band_ends_where_the_trials_do(latitude):
    assert (latitude.line[0][0], latitude.line[-1][0]) == (13, 55)
    for end, point in ((latitude.lowest, latitude.line[0]), (latitude.highest, latitude.line[-1])):
        assert point[1:] == pytest.approx((end.effect.estimate, end.effect.low, end.effect.high))
    assert sum(trial.weight for trial in latitude.trials.values()) == pytest.approx(1)


def test_groups_and_both_tests_are_metafors(allocation):
    for name, theirs in METAFOR["groups"].items():
        group = allocation.groups[name]
        assert math.log(group.pooled.estimate) == pytest.approx(theirs["coefficients"], rel=1e-6)
        assert group.pooled.tau2 == pytest.approx(theirs["tau2"], rel=1e-6)
    theirs = METAFOR["between"]
    separate, common = allocation.separate, allocation.common
    assert (separate.q, separate.q_df, separate.p_value) == pytest.approx(
        (theirs["q"], theirs["df"], theirs["p_value"]), rel=1e-6
    )
    theirs = METAFOR["allocation_z"]
    assert (common.q, common.p_value, common.tau2) == pytest.approx(
        (theirs["qm"], theirs["qm_p_value"], theirs["tau2"]), rel=1e-6
    )


def test_nine_trials_are_refused_in_a_sentence_and_ten_are_not(evidence):
    declined = asked(evidence, bcg.rows()[:9], LATITUDE)
    assert declined.sentence == (
        "The meta-regression was not done, because it needs at least 10 studies with an effect estimate and a value "
        "of the characteristic, and there are 9."
    )
    assert isinstance(asked(evidence, bcg.rows()[:10], LATITUDE), Regression)


def test_trials_without_a_value_are_left_out_named_and_not_counted(evidence):
    rows = [row | {"ablat": ""} if number < 3 else row for number, row in enumerate(bcg.rows())]
    found = asked(evidence, rows, LATITUDE)
    assert (found.k, found.k_left_out) == (10, 3)
    assert [trial.label for trial in found.left_out.values()] == [
        "Aronson 1948", "Ferguson & Simes 1949", "Rosenthal et al 1960",
    ]  # fmt: skip
    four = [row | {"ablat": ""} if number < 4 else row for number, row in enumerate(bcg.rows())]
    assert asked(evidence, four, LATITUDE).sentence.endswith("there are 9.")
    assert asked(evidence, four, LATITUDE).k_left_out == 4


def test_a_single_group_is_refused(evidence):
    declined = asked(evidence, [row | {"alloc": "random"} for row in bcg.rows()], ALLOCATION)
    assert "only one group has as many" in declined.sentence


def test_a_group_of_one_trial_is_shown_and_not_compared(evidence, allocation):
    rows = [row | {"alloc": "matched"} if row["alloc"] == "alternate" else row for row in bcg.rows()]
    first = next(number for number, row in enumerate(rows) if row["alloc"] == "matched")
    rows[first]["alloc"] = "alone"
    rows = [row for row in rows if row["alloc"] != "matched"]
    found = asked(evidence, rows, ALLOCATION)
    alone = found.groups["alone"]
    assert (alone.pooled.k, alone.compared, found.k, found.k_compared) == (1, False, 12, 11)
    assert found.separate.q_df == found.common.q_df == 1
    without = asked(evidence, [row for row in rows if row["alloc"] != "alone"], ALLOCATION)
    assert found.separate == without.separate
    assert found.groups["random"].pooled.estimate == allocation.groups["random"].pooled.estimate


def test_the_order_of_the_trials_and_of_the_arms(evidence, latitude):
    turned = [
        row | {"tpos": row["cpos"], "cpos": row["tpos"], "tneg": row["cneg"], "cneg": row["tneg"]}
        for row in reversed(bcg.rows())
    ]
    found = asked(evidence, turned, LATITUDE)
    assert found.slope.coefficient == pytest.approx(-latitude.slope.coefficient)
    assert found.change.low == pytest.approx(1 / latitude.change.high)
    assert found.tau2 == pytest.approx(latitude.tau2)


def test_an_outcome_that_is_not_pooled_is_not_asked(evidence):
    there = bcg.evidence_of(evidence, bcg.rows())
    strict = replace(there.outcome(bcg.KEY), minimum_trials=20)
    assert ask(there, LATITUDE, outcome(there, strict)).sentence.endswith("because the trials are not pooled.")


def test_answers_and_refusals_stand_apart(evidence):
    there = bcg.evidence_of(evidence, bcg.rows()[:9])
    found = moderators(there, {bcg.KEY: outcome(there, there.outcome(bcg.KEY))})
    assert {key: list(one) for key, one in found.answers.items()} == {bcg.KEY: ["allocation"]}
    assert {key: list(one) for key, one in found.declined.items()} == {bcg.KEY: ["absolute_latitude"]}
    unknown = Moderator("moderator-colour", bcg.KEY, "colour", "group", True, "none")
    assert ask(there, unknown, outcome(there, there.outcome(bcg.KEY))).k == 0


def test_small_studies_are_metafors(evidence):
    there = bcg.evidence_of(evidence, bcg.rows())
    found = small_studies({bcg.KEY: outcome(there, there.outcome(bcg.KEY))}).tested[bcg.KEY]
    theirs = METAFOR["egger"]
    assert (found.bias, found.statistic, found.p_value) == pytest.approx(
        (theirs["bias"], theirs["statistic"], theirs["p_value"]), rel=1e-7
    )
    assert math.log(found.limit.low) == pytest.approx(theirs["limit_low"], rel=1e-7)
    theirs = METAFOR["trim_and_fill"]
    assert (found.filled.missing, found.filled.side) == (theirs["missing"], theirs["side"])
    assert math.log(found.filled.effect.estimate) == pytest.approx(theirs["estimate"], rel=1e-6)


def test_a_funnel_of_nine_is_refused_by_the_test_itself(evidence):
    there = bcg.evidence_of(evidence, bcg.rows()[:9])
    found = small_studies({bcg.KEY: outcome(there, there.outcome(bcg.KEY))})
    assert not found.tested
    assert found.untested[bcg.KEY].sentence == (
        "Egger's test was not done, because it needs at least 10 studies with an effect estimate and there are 9."
    )


def test_an_outcome_without_effects_has_a_sentence_too(tree):
    assert small_studies(tree.outcomes).untested["IL-6"].sentence.endswith("no trial has an effect.")


def test_limits_stand_on_the_natural_scale_of_their_measure():
    assert limits("RR", 0.0, -1.0, 1.0).high == pytest.approx(math.e)
    assert limits("RD", 0.1, 0.0, 0.2) == LimitsOfRisks(estimate=0.1, low=0.0, high=0.2, level=0.95)
    assert isinstance(limits("SMD", 0.1, 0.0, 0.2), LimitsOfMeans)


def test_this_review_asks_nothing_of_its_trials(tree):
    assert tree.moderators == tree.moderators_declined == tree.small_studies == {}
    assert set(tree.small_studies_declined) == set(tree.outcomes)
