"""Meta-regression and groups compared, against metafor's answers to the BCG trials, and properties."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.effects import two_proportions
from analysis.methods.errors import InputError, Refusal
from analysis.methods.meta_regression import meta_regression
from analysis.methods.models import random_effects
from analysis.methods.regression import fit_line
from analysis.methods.small_studies import egger, trim_and_fill
from analysis.methods.subgroups import between_groups, common_variance, refuse_if_incomparable

FOLDER = Path(__file__).parents[1] / "reference"
METAFOR = json.loads((FOLDER / "moderators.json").read_text(encoding="utf-8"))
with (FOLDER / "bcg_trials.csv").open(encoding="utf-8", newline="") as stream:
    TRIALS = list(csv.DictReader(stream))
ALLOCATION = [row["alloc"] for row in TRIALS]


def column(name):
    return np.array([float(row[name]) for row in TRIALS])


EVENTS = column("tpos"), column("tpos") + column("tneg"), column("cpos"), column("cpos") + column("cneg")
SIZES = two_proportions(*EVENTS, measure="RR")
Y, V, LATITUDE, YEAR = SIZES.yi, SIZES.vi, column("ablat"), column("year")
DUMMIES = np.column_stack([[group == name for group in ALLOCATION] for name in ("random", "systematic")]) * 1.0
CASES = {
    "latitude_z": (LATITUDE, "z"),
    "latitude_hk": (LATITUDE, "HK"),
    "latitude_year_hk": (np.column_stack([LATITUDE, YEAR]), "HK"),
    "allocation_z": (DUMMIES, "z"),
}


@pytest.mark.parametrize("name", CASES)
def test_regressions_are_those_of_metafor(name):
    x, test = CASES[name]
    fit, theirs = meta_regression(Y, V, x, test=test, force=True), METAFOR[name]
    ours = {
        "coefficients": fit.coefficients,
        "se": fit.se,
        "low": fit.ci[:, 0],
        "high": fit.ci[:, 1],
        "statistics": fit.statistics,
        "p_values": fit.p_values,
        "tau2": fit.tau2,
        "i2": fit.i2,
        "h2": fit.h2,
        "r2": fit.r2,
        "qe": fit.qe,
        "qe_p_value": fit.qe_p_value,
        "qm": fit.qm,
        "qm_p_value": fit.qm_p_value,
    }
    assert set(ours) == set(theirs)
    for field, value in ours.items():
        assert value == pytest.approx(theirs[field], rel=1e-7, abs=1e-12), field


def test_what_the_documentation_of_metafor_prints():
    """Printed at metafor's own tolerance, so that the last digit of what rests on τ² can differ."""
    z, hk = (meta_regression(Y, V, LATITUDE, test=test) for test in ("z", "HK"))
    assert z.coefficients == pytest.approx([0.2515, -0.0291], abs=6e-5)
    assert z.ci == pytest.approx(np.array([[-0.2368, 0.7397], [-0.0432, -0.0150]]), abs=6e-5)
    assert (z.tau2, z.qe, z.r2) == (
        pytest.approx(0.0764, abs=1e-4), pytest.approx(30.7331, abs=5e-5), pytest.approx(0.7562, abs=1e-4),
    )  # fmt: skip
    assert z.qm == pytest.approx(16.3571, rel=1e-4)
    assert (hk.qm, hk.df) == (pytest.approx(12.5905, rel=1e-4), 11)
    groups = common_variance(Y, V, ALLOCATION)
    assert (groups.qm, groups.qm_df, groups.qm_p_value) == (
        pytest.approx(1.7675, abs=5e-5), 2, pytest.approx(0.4132, abs=5e-5),
    )  # fmt: skip
    predicted = np.exp(z.predict([10, 20, 30, 40, 50, 60])[:, 0])
    assert predicted == pytest.approx([0.9612, 0.7185, 0.5371, 0.4015, 0.3001, 0.2243], abs=1e-4)


def test_the_line_and_its_band_are_those_of_metafor():
    fit, theirs = meta_regression(Y, V, LATITUDE), METAFOR["predicted"]
    found = fit.predict(theirs["x"])
    for position, name in enumerate(("estimate", "low", "high")):
        assert found[:, position] == pytest.approx(theirs[name], rel=1e-7)


def test_groups_by_themselves_and_their_interaction():
    found = {}
    for name, theirs in METAFOR["groups"].items():
        members = np.array([group == name for group in ALLOCATION])
        fit = random_effects(Y[members], V[members], tau2="REML", ci="wald")
        found[name] = (fit.estimate, fit.se**2)
        assert (fit.estimate, fit.se, fit.tau2) == pytest.approx(
            (theirs["coefficients"], theirs["se"], theirs["tau2"]), rel=1e-7
        )
    test, theirs = between_groups(*zip(*found.values(), strict=True)), METAFOR["between"]
    assert (test.q, test.df, test.p_value) == pytest.approx((theirs["q"], theirs["df"], theirs["p_value"]), rel=1e-7)


def test_egger_and_trim_and_fill():
    test, theirs = egger(Y, V), METAFOR["egger"]
    assert (test.statistic, test.p_value, test.bias, test.limit, *test.limit_ci) == pytest.approx(
        [theirs[name] for name in ("statistic", "p_value", "bias", "limit", "limit_low", "limit_high")], rel=1e-7
    )
    fill, theirs = trim_and_fill(Y, V), METAFOR["trim_and_fill"]
    assert (fill.missing, fill.side) == (theirs["missing"], theirs["side"])
    assert (fill.adjusted.estimate, *fill.adjusted.ci) == pytest.approx(
        (theirs["estimate"], theirs["low"], theirs["high"]), rel=1e-6
    )


def test_one_characteristic_is_the_line_that_tests_of_asymmetry_fit():
    for test in ("z", "HK"):
        fit, line = meta_regression(Y, V, LATITUDE, test=test), fit_line(Y, V, LATITUDE, "REML", test)
        assert (*fit.coefficients, *fit.se, fit.tau2) == pytest.approx(
            (line.intercept, line.slope, line.intercept_se, line.slope_se, line.tau2), rel=1e-9
        )


def test_the_order_of_the_trials_means_nothing():
    order = np.random.default_rng(3).permutation(len(Y))
    fit, other = meta_regression(Y, V, LATITUDE), meta_regression(Y[order], V[order], LATITUDE[order])
    assert (*other.coefficients, other.tau2, other.qm) == pytest.approx((*fit.coefficients, fit.tau2, fit.qm))
    names = [ALLOCATION[i] for i in order]
    assert common_variance(Y[order], V[order], names).qm == pytest.approx(common_variance(Y, V, ALLOCATION).qm)


@given(factor=st.floats(1e-6, 1e6), shift=st.floats(-1e3, 1e3))
def test_another_unit_of_the_characteristic_scales_the_slope_and_moves_the_intercept(factor, shift):
    fit, other = meta_regression(Y, V, LATITUDE), meta_regression(Y, V, factor * (LATITUDE + shift))
    slope = other.coefficients[1] * factor
    assert slope == pytest.approx(fit.coefficients[1], rel=1e-6)
    assert other.coefficients[0] + slope * shift == pytest.approx(fit.coefficients[0], rel=1e-4, abs=1e-6)
    assert (other.qm, other.tau2, other.p_values[1]) == pytest.approx((fit.qm, fit.tau2, fit.p_values[1]), rel=1e-6)


def test_effects_turned_round_turn_the_line_round():
    fit, other = meta_regression(Y, V, LATITUDE), meta_regression(-Y, V, LATITUDE)
    assert other.coefficients == pytest.approx(-fit.coefficients)
    assert (other.tau2, other.qm, other.i2) == pytest.approx((fit.tau2, fit.qm, fit.i2))
    assert other.ci == pytest.approx(-fit.ci[:, ::-1])


def test_effects_in_another_unit_scale_the_variance():
    fit, other = meta_regression(Y, V, LATITUDE), meta_regression(100 * Y, 1e4 * V, LATITUDE)
    assert other.coefficients == pytest.approx(100 * fit.coefficients)
    assert (other.tau2, other.i2, other.qm) == pytest.approx((1e4 * fit.tau2, fit.i2, fit.qm))


def test_trials_without_an_effect_are_left_out():
    y, v = np.append(Y, np.nan), np.append(V, np.nan)
    fit = meta_regression(y, v, np.append(LATITUDE, 33.0))
    assert fit.k == 13
    assert fit.coefficients == pytest.approx(meta_regression(Y, V, LATITUDE).coefficients)


def test_nine_trials_are_refused_and_ten_are_not():
    with pytest.raises(Refusal, match=r"at least 10 studies .* and there are 9"):
        meta_regression(Y[:9], V[:9], LATITUDE[:9])
    assert meta_regression(Y[:10], V[:10], LATITUDE[:10]).k == 10
    with pytest.raises(Refusal, match="for each characteristic"):
        meta_regression(Y, V, np.column_stack([LATITUDE, YEAR]))


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(Refusal, match="the same in all studies"):
        meta_regression(Y, V, np.full(13, 7.0))
    with pytest.raises(Refusal, match="follows from the others"):
        meta_regression(Y, V, np.column_stack([LATITUDE, 2 * LATITUDE + 1]), force=True)
    with pytest.raises(Refusal, match="by rounding only"):
        meta_regression(2.0 - 0.1 * LATITUDE, V, LATITUDE)
    with pytest.raises(InputError, match="must be finite"):
        meta_regression(Y, V, np.where(LATITUDE > 54, np.nan, LATITUDE))


@pytest.mark.parametrize(
    ("sizes", "words"), [([13], "only one group"), ([5, 1, 1], "only one"), ([1, 1], "no group")]
)
def test_fewer_than_two_groups_of_two_are_refused(sizes, words):
    with pytest.raises(Refusal, match=words):
        refuse_if_incomparable(sizes)


def test_two_groups_of_two_are_enough():
    refuse_if_incomparable([2, 2, 1])


def test_two_groups_are_a_comparison_of_two_means():
    """With two groups Q is the square of a z test, whatever their names."""
    found = between_groups([-0.97, -0.48], [0.076, 0.047])
    assert found.q == pytest.approx((0.97 - 0.48) ** 2 / (0.076 + 0.047))
    assert found.p_value == between_groups([-0.48, -0.97], [0.047, 0.076]).p_value
