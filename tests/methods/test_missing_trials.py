"""Bounds for missing trials: scenarios are the analyses with those events, tipping points the nearest changes."""

import math

import numpy as np
import pytest

from analysis.methods.effects import two_proportions
from analysis.methods.errors import InputError
from analysis.methods.models import random_effects
from analysis.methods.robustness import MissingTrial, missing_trial_bounds

OBSERVED = ([5, 3, 8, 2], [30, 25, 40, 20], [9, 6, 12, 5], [30, 25, 41, 21])
MISSING = [MissingTrial("A", 20, 22), MissingTrial("B", 50, 49)]


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_every_scenario_is_the_analysis_with_its_events(measure):
    bounds = missing_trial_bounds(*OBSERVED, MISSING, measure=measure, risk_ratios=[0.1, 0.5, 1, 2, 4])
    events_t, n_t, events_c, n_c = OBSERVED
    for scenario in bounds.grid + bounds.extremes:
        sizes = two_proportions(
            [*events_t, *scenario.events_t], [*n_t, 20, 50], [*events_c, *scenario.events_c], [*n_c, 22, 49], measure
        )
        alone = random_effects(sizes.yi, sizes.vi)
        assert (scenario.estimate, scenario.ci_low, scenario.ci_high) == pytest.approx(
            (alone.estimate, *alone.ci), rel=1e-9, abs=1e-12
        )
        expected = "treatment" if alone.ci[1] < 0 else "control" if alone.ci[0] > 0 else "neither"
        assert scenario.verdict == expected


def test_grid_has_whole_events_at_the_assumed_risks():
    bounds = missing_trial_bounds(*OBSERVED, MISSING, control_risks=[0.3, 0.5], risk_ratios=[2, 0.5, 3])
    assert (bounds.control_risks, bounds.risk_ratios) == ((0.3, 0.5), (0.5, 2, 3))
    assert [(s.control_risk, s.risk_ratio, s.events_t, s.events_c) for s in bounds.grid] == [
        (0.3, 0.5, (3, 8), (7, 15)),
        (0.3, 2, (12, 30), (7, 15)),
        (0.3, 3, (18, 45), (7, 15)),
        (0.5, 0.5, (5, 13), (11, 25)),
        (0.5, 2, (20, 50), (11, 25)),
    ]


def test_halves_are_rounded_up_whatever_the_binary_fraction():
    (scenario,) = missing_trial_bounds(
        *OBSERVED, [MissingTrial("A", 45, 45)], control_risks=[0.3], risk_ratios=[1]
    ).grid
    assert (scenario.events_t, scenario.events_c) == ((14,), (14,))


def test_default_control_risks_are_lowest_pooled_and_highest_observed():
    bounds = missing_trial_bounds(*OBSERVED, MISSING)
    assert bounds.control_risks == pytest.approx((5 / 21, 32 / 117, 9 / 30))
    rare = missing_trial_bounds([1, 3], [20, 20], [0, 5], [20, 20], MISSING)
    assert rare.control_risks == pytest.approx((5 / 40, 5 / 20))


def test_extremes_bound_the_grid():
    bounds = missing_trial_bounds(*OBSERVED, MISSING, tau2="EE", ci="wald", measure="RD")
    best, worst = bounds.extremes
    assert (best.events_t, best.events_c) == ((0, 0), (22, 49))
    assert (worst.events_t, worst.events_c) == ((20, 50), (0, 0))
    assert bounds.range == (best.estimate, worst.estimate)


def test_tipping_points_are_the_nearest_changes_of_verdict():
    bounds = missing_trial_bounds(*OBSERVED, MISSING)
    assert bounds.observed_verdict == "treatment"
    assert 0 < bounds.changed < len(bounds.grid)
    effect = math.exp(bounds.observed.estimate)
    for risk, below, above in bounds.tipping:
        row = [s for s in bounds.grid if s.control_risk == risk]
        for tip, side in ((below, -1), (above, 1)):
            beyond = [s for s in row if (s.risk_ratio - effect) * side > 0]
            changed = [s for s in beyond if s.verdict != "treatment"]
            assert (tip is None) == (not changed)
            if tip is not None:
                assert abs(tip.risk_ratio - effect) == min(abs(s.risk_ratio - effect) for s in changed)
        assert above is not None
        assert above.verdict == "neither"


def test_large_harmful_missing_trials_turn_the_conclusion_and_tiny_ones_do_not():
    large = missing_trial_bounds(*OBSERVED, [MissingTrial("A", 2000, 2000)], tau2="EE", ci="wald")
    assert {s.verdict for s in large.grid if s.risk_ratio > 1.5} == {"control"}
    ten_times = [10 * np.array(column) for column in OBSERVED]
    tiny = missing_trial_bounds(*ten_times, [MissingTrial("A", 1, 1)], tau2="EE", ci="wald")
    assert tiny.changed == 0
    assert all(below is above is None for _, below, above in tiny.tipping)


def test_the_favourable_side_can_be_turned():
    turned = missing_trial_bounds(*OBSERVED, MISSING, favourable="positive")
    assert turned.observed_verdict == "control"
    assert turned.changed == missing_trial_bounds(*OBSERVED, MISSING).changed


def test_the_assumption_is_a_sentence_without_numerals():
    one = missing_trial_bounds(*OBSERVED, [MissingTrial("Zhu", 20, 22)]).assumption
    several = missing_trial_bounds(*OBSERVED, MISSING, control_risks=[0.2])
    assert one.startswith("It was assumed that the trial without results (Zhu) had a control-group risk within")
    assert "all trials without results (A, B) shared each of the control-group risks examined" in several.assumption
    assert not any(character.isdigit() for character in one + several.assumption)
    assert several.participants == 141


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"missing": []}, "missing"),
        ({"missing": [MISSING[0], MISSING[0]]}, "missing"),
        ({"missing": [MissingTrial("A", 0, 5)]}, "n_t"),
        ({"missing": [MissingTrial("A", 5, 2.5)]}, "n_c"),
        ({"measure": "HR"}, "measure"),
        ({"add_to": "if0all"}, "add_to"),
        ({"control_risks": []}, "control_risks"),
        ({"control_risks": [0]}, "control_risks"),
        ({"control_risks": [1.2]}, "control_risks"),
        ({"risk_ratios": []}, "risk_ratios"),
        ({"risk_ratios": [0]}, "risk_ratios"),
        ({"risk_ratios": [5], "control_risks": [0.5]}, "risk_ratios"),
        ({"events_c": [0, 0, 0, 0]}, "control_risks"),
        ({"events_t": [31, 3, 8, 2]}, "events_t"),
    ],
)
def test_impossible_input_names_its_argument(change, argument):
    settings = dict(zip(("events_t", "n_t", "events_c", "n_c"), map(np.array, OBSERVED), strict=True))
    with pytest.raises(InputError) as caught:
        missing_trial_bounds(**(settings | {"missing": MISSING} | change))
    assert caught.value.argument == argument
