"""Funnel tests and trim and fill against metafor, their refusals, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_blocks import blocks

from analysis.methods.errors import InputError, Refusal
from analysis.methods.regression import DISPERSIONS, fit_line
from analysis.methods.small_studies import begg, egger, trim_and_fill

EGGER_SETTINGS = {
    "egger_lm_sei": {},
    "lm_vi": {"predictor": "variance"},
    "rma_FE_sei": {"dispersion": "EE"},
    "rma_DL_sei": {"dispersion": "DL"},
    "rma_REML_sei": {"dispersion": "REML"},
    "rma_REML_knha_sei": {"dispersion": "REML", "test": "HK"},
    "lm_ni": {"predictor": "n"},
    "lm_ninv": {"predictor": "1/n"},
    "rma_REML_ninv": {"predictor": "1/n", "dispersion": "REML"},
}
# All effects, or all variances, are the same: nothing is defined there, and metafor prints rounding noise.
DEGENERATE = ("syn_bin_k5_tau0", "syn_gen_k4_equal_vi")


def usable(kind):
    return [name for name in blocks(kind) if not name.startswith(DEGENERATE)]


def close(value, reference, tolerance):
    return value == pytest.approx(reference, rel=tolerance, abs=1e-14)


def test_the_reference_has_not_shrunk():
    assert len(usable("regtest")) >= 42
    assert len(usable("ranktest")) == len(usable("trimfill")) == len(usable("regtest"))


@pytest.mark.parametrize("name", usable("regtest"))
def test_egger_equals_metafor(name):
    yi, vi, n, reference = blocks("regtest")[name]
    compared = 0
    for key, settings in EGGER_SETTINGS.items():
        expected = reference.get(key)
        if expected is None or "error" in expected:
            continue
        test = egger(yi, vi, n=n, force=True, **settings)
        tolerance = 1e-6 if settings.get("dispersion") == "REML" else 1e-8
        assert close(test.bias, expected["coef"][1], tolerance), key
        assert close(test.bias_se, expected["coef_se"][1], tolerance), key
        assert close(test.statistic, float(expected["stat"]), tolerance), key
        assert close(test.p_value, expected["pval"], tolerance), key
        assert test.df == expected["df"], key
        if test.predictor != "n":
            limits = (expected["limit_est"], expected["limit_ci_lb"], expected["limit_ci_ub"])
            assert close((test.limit, *test.limit_ci), limits, tolerance), key
        if test.dispersion == "REML":
            assert test.tau2 == pytest.approx(expected["tau2"], rel=1e-6, abs=1e-9 * np.nanmedian(vi)), key
        compared += 1
    assert compared >= 6


@pytest.mark.parametrize("name", usable("ranktest"))
def test_begg_equals_metafor(name):
    yi, vi, _, reference = blocks("ranktest")[name]
    test = begg(yi, vi, force=True)
    assert close((test.tau, test.p_value), (reference["tau"], reference["pval"]), 1e-8)


@pytest.mark.parametrize("name", usable("trimfill"))
def test_trim_and_fill_equals_metafor(name):
    yi, vi, _, reference = blocks("trimfill")[name]
    for key, expected in reference.items():
        tau2, estimator = key.replace("FE", "EE").split("_")
        filled = trim_and_fill(yi, vi, estimator=estimator, tau2=tau2, ci="wald", force=True)
        tolerance = 1e-6 if tau2 == "REML" else 1e-8
        assert (filled.missing, filled.side) == (expected["k0"], expected["side"]), key
        # There metafor ranks a deviation of exactly 0 by the sign of its rounding error.
        if (name, key) != ("syn_gen_k3_big_tau GEN", "FE_L0"):
            assert close(filled.missing_se, expected["se_k0"], tolerance), key
        adjusted = filled.adjusted
        assert close(
            (adjusted.estimate, adjusted.se, *adjusted.ci, adjusted.q),
            (expected["beta"], expected["se"], expected["ci_lb"], expected["ci_ub"], expected["QE"]),
            tolerance,
        ), key
        assert adjusted.tau2 == pytest.approx(expected["tau2"], rel=1e-6, abs=1e-9 * np.nanmedian(vi)), key
        assert filled.filled_yi == pytest.approx(np.atleast_1d(expected["filled_yi"]), rel=tolerance), key
        assert filled.filled_vi == pytest.approx(np.atleast_1d(expected["filled_vi"]), rel=tolerance), key


@pytest.mark.parametrize("test", [egger, begg, trim_and_fill])
def test_fewer_than_ten_studies_are_refused_in_words(test):
    yi, vi = np.linspace(-1, 0.2, 9), np.linspace(0.5, 0.05, 9)
    with pytest.raises(Refusal) as caught:
        test(yi, vi)
    assert caught.value.code == "too-few-studies"
    assert caught.value.sentence.endswith("there are 9.")
    test(yi, vi, force=True)
    test(np.append(yi, 0.0), np.append(vi, 0.04))


@pytest.mark.parametrize("test", [egger, begg, trim_and_fill])
def test_studies_without_an_effect_do_not_count_towards_ten(test):
    yi, vi = np.linspace(-1, 0.2, 11), np.linspace(0.5, 0.05, 11)
    yi[3] = vi[3] = math.nan
    vi[5] = 0
    with pytest.raises(Refusal, match="there are 9"):
        test(yi, vi)
    assert [notice.code for notice in test(yi, vi, force=True).warnings] == ["zero-variance"]


@pytest.mark.parametrize("test", [egger, begg, trim_and_fill])
def test_what_is_not_defined_is_refused_even_when_forced(test):
    with pytest.raises(Refusal, match="same precision"):
        test([0.1, 0.2, 0.4, 0.3], [0.1] * 4, force=True)
    with pytest.raises(Refusal, match=r"same effect|rounding only"):
        test([0.2] * 4, [0.1, 0.2, 0.3, 0.4], force=True)
    with pytest.raises(Refusal, match="fewer than 3"):
        test([0.2, 0.1], [0.1, 0.2], force=True)


def test_egger_is_the_regression_of_the_standardised_effect_on_precision():
    """Egger 1997: in z = a + b / se the intercept is the bias coefficient."""
    yi, vi, *_ = blocks("regtest")["bcg OR"]
    se = np.sqrt(vi)
    design = np.column_stack([np.ones_like(se), 1 / se])
    (intercept, slope), *_ = np.linalg.lstsq(design, yi / se, rcond=None)
    test = egger(yi, vi)
    assert (test.bias, test.limit) == pytest.approx((intercept, slope), rel=1e-10)


@pytest.mark.parametrize("estimator", DISPERSIONS[2:])
def test_estimators_of_residual_heterogeneity_leave_no_line_unexplained(estimator):
    """On an exact line τ² is 0 whatever the estimator, and rises with scatter."""
    x = np.linspace(0.1, 1, 12)
    line = 0.3 - 0.8 * x
    vi = x**2
    assert fit_line(line, vi, x, estimator).tau2 == pytest.approx(0, abs=1e-12)
    scatter = np.where(np.arange(12) % 2, 1.0, -1.0)
    fitted = fit_line(line + 3 * scatter, vi, x, estimator)
    assert 4 < fitted.tau2 < 16
    assert fit_line(line + 4 * scatter, vi, x, estimator).tau2 > fitted.tau2


def test_paule_mandel_line_makes_the_generalised_q_equal_its_degrees_of_freedom():
    yi, vi, *_ = blocks("regtest")["bcg RR"]
    x = np.sqrt(vi)
    line = fit_line(yi, vi, x, "PM")
    residuals = yi - line.intercept - line.slope * x
    assert np.sum(residuals**2 / (vi + line.tau2)) == pytest.approx(11, rel=1e-10)
    assert fit_line(yi, vi, x, "EB").tau2 == line.tau2


# Thousandths, so that effects and variances differ by more than rounding.
effects = st.lists(
    st.tuples(st.integers(-2000, 2000), st.integers(20, 1000)),
    min_size=10,
    max_size=16,
    unique_by=(lambda study: study[0], lambda study: study[1]),
)


@given(effects, st.randoms(use_true_random=False))
def test_order_and_sign_of_the_studies_do_not_matter(studies, random):
    yi, vi = np.array(studies).T / 1000
    shuffled = list(studies)
    random.shuffle(shuffled)
    sy, sv = np.array(shuffled).T / 1000
    for other_yi, other_vi, sign in ((sy, sv, 1), (-yi, vi, -1)):
        first, second = egger(yi, vi), egger(other_yi, other_vi)
        assert second.bias == pytest.approx(sign * first.bias, rel=1e-6, abs=1e-9)
        assert second.p_value == pytest.approx(first.p_value, rel=1e-6)
        assert begg(other_yi, other_vi).p_value == pytest.approx(begg(yi, vi).p_value, rel=1e-9)
    left = trim_and_fill(yi, vi, side="left", tau2="DL")
    right = trim_and_fill(-yi, vi, side="right", tau2="DL")
    assert right.missing == left.missing
    assert right.adjusted.estimate == pytest.approx(-left.adjusted.estimate, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: egger([1, 2], [1]), "vi"),
        (lambda: egger([], []), "yi"),
        (lambda: egger([1, math.nan], [1, 2]), "yi"),
        (lambda: egger([1, 2], [1, math.nan]), "vi"),
        (lambda: begg([1, 2], [1, -2]), "vi"),
        (lambda: begg([1, math.inf], [1, 2]), "yi"),
        (lambda: begg([[1, 2]], [[1, 2]]), "yi"),
        (lambda: egger([1, 2, 4], [1, 2, 3], predictor="weight", force=True), "predictor"),
        (lambda: egger([1, 2, 4], [1, 2, 3], predictor="n", force=True), "n"),
        (lambda: egger([1, 2, 4], [1, 2, 3], predictor="n", n=[10, 20], force=True), "n"),
        (lambda: egger([1, 2, 4], [1, 2, 3], predictor="n", n=[10, 0, 20], force=True), "n"),
        (lambda: egger([1, 2, 4], [1, 2, 3], dispersion="XX", force=True), "dispersion"),
        (lambda: egger([1, 2, 4], [1, 2, 3], level=2, force=True), "level"),
        (lambda: trim_and_fill([1, 2, 4], [1, 2, 3], side="up", force=True), "side"),
        (lambda: trim_and_fill([1, 2, 4], [1, 2, 3], estimator="Q0", force=True), "estimator"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
