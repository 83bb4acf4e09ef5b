"""What must hold for measured outcomes of any trials, from means and SDs to the pooled result."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.effects import two_means
from analysis.methods.log_scale import log_arm_from_mean_sd, log_ratios
from analysis.methods.models import bayes_normal, half_normal, random_effects
from analysis.methods.robustness import Means, multiverse

pytestmark = pytest.mark.campaign

MEASURES = ("MD", "SMD", "ROM")
ESTIMATORS = ("EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB")
# Positive and no more skewed than an SD of the mean's size, as concentrations are.
MEAN = st.integers(64, 6400).map(lambda x: x / 64)
SPREAD = st.floats(0.1, 1.0)
SIZE = st.integers(5, 90)


@st.composite
def trials(draw, smallest=2):
    """Columns of `two_means` for several trials, arms with means, SDs and sizes of their own."""
    k = draw(st.integers(smallest, 7))
    columns = []
    for _ in range(2):
        means = np.array(draw(st.lists(MEAN, min_size=k, max_size=k)))
        spreads = np.array(draw(st.lists(SPREAD, min_size=k, max_size=k)))
        sizes = np.array(draw(st.lists(SIZE, min_size=k, max_size=k)))
        columns += [means, spreads * means, sizes]
    return columns


def exchanged(columns):
    return columns[3:] + columns[:3]


def in_unit(columns, factor):
    return [factor * column if i % 3 < 2 else column for i, column in enumerate(columns)]


def numbers(fit):
    return np.array([fit.estimate, fit.se, *fit.ci, fit.tau2, fit.q, fit.i2])


def close(value, expected):
    return value == pytest.approx(expected, rel=1e-7, abs=1e-9, nan_ok=True)


def pooled(columns, measure, tau2="REML", ci="HK"):
    sizes = two_means(*columns, measure=measure)
    return random_effects(sizes.yi, sizes.vi, tau2, ci)


@settings(max_examples=40)
@given(trials(), st.sampled_from(MEASURES), st.sampled_from(ESTIMATORS), st.sampled_from(["HK", "mHK", "wald"]))
def test_exchanged_arms_turn_the_sign_and_invert_the_ratio(columns, measure, tau2, ci):
    one, other = pooled(columns, measure, tau2, ci), pooled(exchanged(columns), measure, tau2, ci)
    assert close(other.estimate, -one.estimate)
    assert close(other.ci, (-one.ci[1], -one.ci[0]))
    assert close((other.tau2, other.q, other.i2), (one.tau2, one.q, one.i2))
    if measure == "ROM":
        assert close(np.exp(other.estimate) * np.exp(one.estimate), 1.0)


@settings(max_examples=40)
@given(trials(), st.sampled_from([0.0625, 16.0, 1024.0]), st.sampled_from(ESTIMATORS))
def test_another_unit_scales_the_difference_alone(columns, factor, tau2):
    for measure in MEASURES:
        one, other = pooled(columns, measure, tau2), pooled(in_unit(columns, factor), measure, tau2)
        scale = factor if measure == "MD" else 1.0
        assert close(np.array([other.estimate, other.se, *other.ci]) / scale, [one.estimate, one.se, *one.ci])
        assert close(other.tau2 / scale**2, one.tau2)
        assert close((other.q, other.i2), (one.q, one.i2))


@settings(max_examples=40)
@given(trials(), st.sampled_from(MEASURES), st.sampled_from(ESTIMATORS), st.randoms(use_true_random=False))
def test_the_order_of_trials_changes_nothing(columns, measure, tau2, random):
    order = list(range(len(columns[0])))
    random.shuffle(order)
    one, other = pooled(columns, measure, tau2), pooled([column[order] for column in columns], measure, tau2)
    assert close(numbers(other), numbers(one))
    assert close(other.weights, one.weights[order])


@settings(max_examples=40)
@given(trials(), st.sampled_from(MEASURES))
def test_trials_with_one_effect_give_the_equal_effects_answer(columns, measure):
    """Every trial gets the effect of the first: τ² is 0 for each estimator that may be."""
    sizes = two_means(*columns, measure=measure)
    yi = np.full(sizes.yi.shape, sizes.yi[0])
    equal = random_effects(yi, sizes.vi, "EE", "wald")
    for tau2 in ("DL", "HE", "ML", "REML", "PM", "EB"):
        fit = random_effects(yi, sizes.vi, tau2, "wald")
        assert fit.tau2 == pytest.approx(0.0, abs=1e-9 * float(sizes.vi.max()))
        assert close((fit.estimate, *fit.ci), (equal.estimate, *equal.ci))


@settings(max_examples=15)
@given(trials(), st.sampled_from(MEASURES))
def test_a_prior_at_zero_gives_the_equal_effects_answer(columns, measure):
    sizes = two_means(*columns, measure=measure)
    equal = random_effects(sizes.yi, sizes.vi, "EE", "wald")
    fit = bayes_normal(sizes.yi, sizes.vi, half_normal(1e-6 * float(np.sqrt(sizes.vi.min()))))
    assert fit.mu.mean == pytest.approx(equal.estimate, rel=1e-6, abs=1e-6)
    assert fit.mu.central == pytest.approx(equal.ci, rel=1e-6, abs=1e-6)


@settings(max_examples=20)
@given(trials())
def test_exchanged_arms_exchange_the_verdicts_of_the_multiverse(columns):
    one, other = (
        multiverse({"all": Means(*arms)}, MEASURES, ("REML", "DL"), ("HK", "wald"))
        for arms in (columns, exchanged(columns))
    )
    assert (one.favouring_treatment, one.favouring_control) == (other.favouring_control, other.favouring_treatment)
    assert one.count == other.count == 12


@settings(max_examples=40)
@given(trials(), st.sampled_from([0.001, 1000.0]))
def test_the_log_scale_knows_no_unit(columns, factor):
    def ratios(arms):
        return log_ratios(
            *([log_arm_from_mean_sd(*arm) for arm in zip(*arms[i : i + 3], strict=True)] for i in (0, 3))
        )

    one, other, turned = ratios(columns), ratios(in_unit(columns, factor)), ratios(exchanged(columns))
    assert close(other.yi, one.yi) and close(other.vi, one.vi)
    assert close(turned.yi, -one.yi) and close(turned.vi, one.vi)
