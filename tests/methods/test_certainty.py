"""Absolute effects and the optimal information size."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.certainty import absolute_effects, certainty, optimal_information_size
from analysis.methods.conversions import absolute_effect
from analysis.methods.errors import InputError


@pytest.mark.parametrize(
    ("setting", "per_arm"),
    [
        # R 4.2.2, power.prop.test, which solves the same formula
        ({"baseline_risk": 0.5, "relative_risk_reduction": -0.5, "power": 0.9}, 76.7069301141),
        ({"baseline_risk": 0.2}, 905.365777967),
        ({"baseline_risk": 0.25, "alpha": 0.01, "power": 0.9}, 1299.47229639),
    ],
)
def test_r_agrees_on_the_sample_size(setting, per_arm):
    size = optimal_information_size(**setting)
    assert size.per_arm_exact == pytest.approx(per_arm, rel=1e-7)
    assert (size.per_arm, size.total) == (math.ceil(per_arm), 2 * math.ceil(per_arm))


def test_grade_guideline_6_figure():
    """Control risk 0.2, relative reduction 25 %: "approximately 2000 patients"."""
    size = optimal_information_size(0.2, 0.25)
    assert round(size.total, -3) == 2000
    assert size.events == pytest.approx(size.per_arm * 0.35)
    assert size.reached_by(453) == pytest.approx(0.25)


@given(st.floats(0.01, 0.9), st.floats(0.05, 0.9))
def test_a_smaller_effect_or_a_rarer_outcome_needs_more_people(risk, reduction):
    size = optimal_information_size(risk, reduction).per_arm_exact
    assert optimal_information_size(risk, reduction * 0.9).per_arm_exact > size
    assert optimal_information_size(risk * 0.9, reduction).per_arm_exact > size
    assert optimal_information_size(risk, reduction, power=0.9).per_arm_exact > size
    assert optimal_information_size(risk, reduction, alpha=0.01).per_arm_exact > size


def test_absolute_effects_per_thousand():
    effect = absolute_effects(0.7, 0.5, 0.98, 0.3)
    assert (effect.control, effect.treated, *effect.treated_ci) == pytest.approx((300, 210, 150, 294))
    assert (effect.difference, *effect.difference_ci) == pytest.approx((-90, -150, -6))
    assert effect.warnings == ()


def test_odds_ratio_and_risk_difference():
    odds = absolute_effects(0.5, 0.25, 1, 0.5, measure="OR")
    assert (odds.treated, *odds.treated_ci) == pytest.approx((1000 / 3, 200, 500))
    difference = absolute_effects(-0.05, -0.1, 0.02, 0.3, measure="RD", per=100)
    assert (difference.difference, *difference.difference_ci) == pytest.approx((-5, -10, 2))


def test_limits_beyond_certainty_are_cut_and_said():
    effect = absolute_effects(0.7, 0.5, 4, 0.3)
    assert effect.treated_ci[1] == 1000
    assert [notice.code for notice in effect.warnings] == ["risk-limit-cut"]
    assert "upper confidence limit" in effect.warnings[0].sentence
    assert len(absolute_effects(0, -0.5, 0.9, 0.3, measure="RD").warnings) == 2


@given(st.floats(0.1, 1.5), st.floats(0.01, 0.6))
def test_agrees_with_the_plain_conversion(rr, risk):
    assert absolute_effects(rr, rr / 2, rr * 1.05, risk).difference == pytest.approx(
        absolute_effect(rr, risk), abs=1e-9
    )


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: absolute_effects(0.7, 0.8, 0.9, 0.3), "estimate"),
        (lambda: absolute_effects(-0.1, -0.2, 0.9, 0.3), "low"),
        (lambda: absolute_effects(4, 1, 5, 0.3), "estimate"),
        (lambda: absolute_effects(0.7, 0.5, 1, 0), "baseline_risk"),
        (lambda: absolute_effects(0.7, 0.5, 1, 0.3, measure="HR"), "measure"),
        (lambda: optimal_information_size(1.2), "baseline_risk"),
        (lambda: optimal_information_size(0.2, 0), "relative_risk_reduction"),
        (lambda: optimal_information_size(0.2, -4), "relative_risk_reduction"),
        (lambda: optimal_information_size(0.2, 1.01), "relative_risk_reduction"),
        (lambda: optimal_information_size(0.2, power=1), "power"),
        (lambda: optimal_information_size(0.2, alpha=0), "alpha"),
        (lambda: optimal_information_size(0.2).reached_by(-5), "participants"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("levels", "left"),
    [
        ((), "high"),
        ((0, 0), "high"),
        ((1,), "moderate"),
        ((1, 1), "low"),
        ((1, 2), "very low"),
        ((2, 2, 1), "very low"),
    ],
)
def test_certainty_starts_high_and_ends_very_low(levels, left):
    assert certainty(levels) == left


def test_no_level_is_given_back():
    with pytest.raises(InputError, match="levels"):
        certainty([1, -1])
