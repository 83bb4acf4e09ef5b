"""Empty cells by the rules of the Cochrane Handbook (v6.5, 10.4): ½ to every cell of a trial with one, no information
on ratios in a trial without any event, none for Mantel-Haenszel and Peto. Three trials worked in fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest

from analysis.methods.effects import two_proportions
from analysis.methods.errors import Refusal
from analysis.methods.models import mantel_haenszel, peto, random_effects

# 0/10 v 2/10; 0/20 v 0/20; 1/30 v 3/30.
TABLES = [0, 0, 1], [10, 20, 30], [2, 0, 3], [10, 20, 30]


def test_half_goes_to_trials_with_an_empty_cell_only():
    effects = two_proportions(*TABLES, measure="OR", drop00=True)
    assert effects.yi[0] == pytest.approx(math.log(Fraction(1, 21) / Fraction(5, 17)))
    assert effects.vi[0] == pytest.approx(float(2 + Fraction(2, 21) + Fraction(2, 5) + Fraction(2, 17)))
    assert math.isnan(effects.yi[1]) and math.isnan(effects.vi[1])
    assert effects.yi[2] == pytest.approx(math.log(Fraction(1, 29) / Fraction(3, 27)))
    assert [notice and notice.code for notice in effects.notes] == ["corrected", "no-events", None]


def test_uncorrected_ratio_of_a_zero_is_not_estimable():
    effects = two_proportions(*TABLES, measure="RR", add_to="none")
    assert np.isnan(effects.yi).tolist() == [True, True, False]
    assert [notice and notice.code for notice in effects.notes] == ["zero-cell", "no-events", None]


def test_mantel_haenszel_without_correction():
    # RR: Σ a n₂/N = 1·30/60, Σ c n₁/N = 2·10/20 + 3·30/60; the trial without events adds nothing.
    fit = mantel_haenszel(*TABLES, measure="RR")
    assert fit.estimate == pytest.approx(math.log(Fraction(1, 2) / (1 + Fraction(3, 2))))
    # Greenland & Robins: Σ (n₁n₂(a + c) - acN)/N² over Σ R Σ S.
    p = Fraction(10 * 10 * 2, 20**2) + Fraction(30 * 30 * 4 - 3 * 60, 60**2)
    assert fit.se == pytest.approx(math.sqrt(p / (Fraction(1, 2) * Fraction(5, 2))))
    assert fit.weights.tolist() == [pytest.approx(0.4), 0.0, pytest.approx(0.6)]
    assert [notice.code for notice in fit.warnings] == ["double-zero"]


def test_risk_difference_keeps_the_trial_without_events():
    fit = mantel_haenszel(*TABLES, measure="RD")
    # Weights n₁n₂/N are 5, 10 and 15.
    assert fit.estimate == pytest.approx(float(Fraction(-1 - 1, 30)))
    assert fit.weights.tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 2])
    effects = two_proportions(*TABLES, measure="RD", add=0)
    assert (effects.yi[1], effects.vi[1]) == (0.0, 0.0)
    assert effects.notes[1].code == "zero-variance"


def test_peto():
    # O - E: 0 - 1 and 1 - 2; V: 10·10·2·18/(20²·19) and 30·30·4·56/(60²·59).
    v1, v3 = Fraction(10 * 10 * 2 * 18, 20**2 * 19), Fraction(30 * 30 * 4 * 56, 60**2 * 59)
    fit = peto(*TABLES)
    assert fit.estimate == pytest.approx(float(-2 / (v1 + v3)))
    assert fit.se == pytest.approx(float(v1 + v3) ** -0.5)
    assert fit.weights[1] == 0.0


def test_zero_variance_trial_is_left_out_of_inverse_variance_and_said_so():
    effects = two_proportions(*TABLES, measure="RD", add=0)
    fit = random_effects(effects.yi, effects.vi)
    assert fit.k == 2
    assert fit.weights[1] == 0.0
    assert "zero-variance" in {notice.code for notice in fit.warnings}


@pytest.mark.parametrize("measure", ["RR", "OR"])
def test_an_arm_without_any_event_is_refused(measure):
    with pytest.raises(Refusal, match="cannot be estimated without a correction"):
        mantel_haenszel([0, 0], [10, 10], [1, 2], [10, 10], measure=measure)


def test_peto_refuses_tables_without_events():
    with pytest.raises(Refusal, match="Peto"):
        peto([0, 0], [10, 10], [0, 0], [10, 10])
