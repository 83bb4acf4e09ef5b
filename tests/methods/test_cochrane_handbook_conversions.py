"""Cochrane Handbook, chapter 6: worked examples of sections 6.5.2.2 to 6.5.2.10, 6.3.2, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.methods.conversions import (
    absolute_effect,
    combine_arms,
    correlation_from_change,
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
    or_to_rr,
    ratio_interval_asymmetry,
    ratio_se_from_ci,
    sd_from_ci,
    sd_from_p,
    sd_from_se,
    sd_of_change,
)
from analysis.methods.errors import InputError

spread = st.floats(0.01, 1e4)
sizes = st.integers(5, 10_000)


def test_6_5_2_2_standard_error():
    assert sd_from_se(2, 25) == 10


def test_6_5_2_2_interval_of_a_small_arm_uses_t():
    """25 participants: the divisor 3.92 becomes 4.128 (2 × 2.064)."""
    assert sd_from_ci(44, 56, 25) == pytest.approx(5 * 12 / 4.128, rel=2e-4)
    assert sd_from_ci(44, 56, 25) == pytest.approx(14.535598094673643, rel=1e-12)


def test_6_5_2_2_interval_of_a_large_arm():
    assert sd_from_ci(30, 34.2, 100, distribution="normal") == pytest.approx(10 * 4.2 / 3.92, rel=1e-4)
    assert sd_from_ci(30, 34.2, 100, 0.90, "normal") == pytest.approx(10 * 4.2 / 3.29, rel=1e-4)
    assert sd_from_ci(30, 34.2, 100, 0.99, "normal") == pytest.approx(10 * 4.2 / 5.15, rel=5e-4)


def test_6_5_2_3_p_value():
    """Difference 3.8, p = 0.008, 25 and 22 participants: t = 2.78, SE 1.37, SD 4.69."""
    assert sd_from_p(3.8, 0.008, 25, 22) == pytest.approx(4.69, abs=0.01)
    assert sd_from_p(-3.8, 0.008, 25, 22) == sd_from_p(3.8, 0.008, 25, 22)


def test_6_5_2_8_change_from_baseline():
    """Baseline SD 6.4, final 7.1, change 4.5: correlation 0.78; 7.0, 6.9, 4.2: 0.82; imputing 0.80: SD 4.32."""
    assert correlation_from_change(6.4, 7.1, 4.5) == pytest.approx(0.78, abs=0.005)
    assert correlation_from_change(7.0, 6.9, 4.2) == pytest.approx(0.82, abs=0.005)
    assert sd_of_change(6.4, 7.1, 0.80) == pytest.approx(4.32, abs=0.005)


def test_6_5_2_10_two_arms_by_the_formula_of_the_table():
    n1, m1, s1, n2, m2, s2 = 10, 5.0, 2.0, 15, 7.0, 3.0
    by_table = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2 + n1 * n2 / (n1 + n2) * (m1**2 + m2**2 - 2 * m1 * m2)) / 24
    merged = combine_arms([n1, n2], [m1, m2], [s1, s2])
    assert merged == pytest.approx((25, 6.2, math.sqrt(by_table)), rel=1e-14)


def test_6_3_2_ratio():
    """log limits over 3.92."""
    assert ratio_se_from_ci(1, 0.5, 2) == pytest.approx(math.log(4) / 3.92, rel=1e-4)
    assert ratio_se_from_ci(1, 0.5, 2, level=0.9) == pytest.approx(math.log(4) / 3.29, rel=1e-3)


def test_zhang_and_yu_1998():
    """A rare outcome leaves the odds ratio as it is; at a risk of 0.5 an odds ratio of 3 is a risk ratio of 1.5."""
    assert or_to_rr(3, 0) == 3
    assert or_to_rr(3, 0.5) == pytest.approx(1.5, rel=1e-15)
    assert or_to_rr(3, 1) == 1


def test_absolute_effect():
    assert absolute_effect(0.75, 0.2) == pytest.approx(-50, rel=1e-14)
    assert absolute_effect(1.5, 0.02, per=100) == pytest.approx(1, rel=1e-14)


@given(st.floats(0.05, 20), st.floats(0.01, 0.99))
def test_or_to_rr_keeps_the_odds_ratio(odds_ratio, risk):
    treated = risk * or_to_rr(odds_ratio, risk)
    assert treated / (1 - treated) * (1 - risk) / risk == pytest.approx(odds_ratio, rel=1e-9)


@given(st.lists(st.lists(st.floats(-100, 100), min_size=2, max_size=8), min_size=1, max_size=5))
def test_combined_arms_have_the_mean_and_sd_of_all_their_people(arms):
    merged = combine_arms([len(a) for a in arms], [np.mean(a) for a in arms], [np.std(a, ddof=1) for a in arms])
    everyone = np.concatenate(arms)
    assert merged.n == everyone.size
    assert merged.mean == pytest.approx(everyone.mean(), abs=1e-9)
    assert merged.sd == pytest.approx(np.std(everyone, ddof=1), rel=1e-9, abs=1e-9)


@given(spread, spread, st.floats(-0.99, 0.999))
def test_change_and_correlation_undo_each_other(first, last, r):
    assert correlation_from_change(first, last, sd_of_change(first, last, r)) == pytest.approx(r, abs=1e-6)


@given(spread, st.integers(2, 1000), st.floats(0.5, 0.999), st.sampled_from(["t", "normal"]))
def test_sd_survives_its_confidence_interval(sd, n, level, distribution):
    law = stats.t(n - 1) if distribution == "t" else stats.norm()
    half = law.isf((1 - level) / 2) * sd / math.sqrt(n)
    assert sd_from_ci(-half, half, n, level, distribution) == pytest.approx(sd, rel=1e-9)


@given(st.floats(0.1, 50), spread, st.integers(2, 500), st.integers(2, 500))
def test_sd_survives_the_p_value_of_its_t_test(difference, sd, n1, n2):
    p = 2 * stats.t(n1 + n2 - 2).sf(difference / (sd * math.sqrt(1 / n1 + 1 / n2)))
    if 1e-250 < p < 0.999:
        assert sd_from_p(difference, p, n1, n2) == pytest.approx(sd, rel=1e-6)


@given(st.floats(0.01, 100), st.floats(0.01, 2), st.floats(0.5, 0.999))
def test_ratio_se_survives_its_interval(ratio, se, level):
    z = stats.norm.isf((1 - level) / 2)
    low, high = ratio * math.exp(-z * se), ratio * math.exp(z * se)
    assert ratio_se_from_ci(ratio, low, high, level) == pytest.approx(se, rel=1e-9)
    assert ratio_interval_asymmetry(ratio, low, high) == pytest.approx(0, abs=1e-6)


@given(
    st.lists(st.integers(-1000, 1000), min_size=5, max_size=5, unique=True), sizes, st.sampled_from(["luo", "wan"])
)
def test_quantile_summaries_follow_the_unit_and_the_sign(values, n, method):
    """y = 7 − 2x: the mean follows, the SD doubles, the verdict on skewness stays."""
    a, q1, m, q3, b = sorted(values)
    for estimate, args in (
        (mean_sd_from_range, (a, m, b)),
        (mean_sd_from_quartiles, (q1, m, q3)),
        (mean_sd_from_five_numbers, (a, q1, m, q3, b)),
    ):
        plain = estimate(*args, n, method)
        moved = estimate(*(7 - 2 * x for x in reversed(args)), n, method)
        assert moved.mean == pytest.approx(7 - 2 * plain.mean, rel=1e-9, abs=1e-9)
        assert moved.sd == pytest.approx(2 * plain.sd, rel=1e-12)
        assert (moved.skewness.statistic, moved.skewness.critical) == pytest.approx(
            (plain.skewness.statistic, plain.skewness.critical), rel=1e-12
        )
        assert (plain.method, args[0] < plain.mean < args[-1]) == (method, True)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: sd_from_se(-1, 10), "se"),
        (lambda: sd_from_se(0, 10), "se"),
        (lambda: sd_from_se(math.nan, 10), "se"),
        (lambda: sd_from_se("much", 10), "se"),
        (lambda: sd_from_se(1, 1), "n"),
        (lambda: sd_from_se(1, 10.5), "n"),
        (lambda: sd_from_ci(3, 1, 20), "high"),
        (lambda: sd_from_ci(1, 1, 20), "high"),
        (lambda: sd_from_ci(1, 3, 20, level=95), "level"),
        (lambda: sd_from_ci(1, 3, 20, level=1), "level"),
        (lambda: sd_from_ci(1, 3, 20, distribution="z"), "distribution"),
        (lambda: sd_from_p(2, 0, 20, 20), "p"),
        (lambda: sd_from_p(2, 1, 20, 20), "p"),
        (lambda: sd_from_p(0, 0.5, 20, 20), "difference"),
        (lambda: sd_from_p(2, 0.5, 1, 1), "n2"),
        (lambda: sd_of_change(1, 2, 1.1), "correlation"),
        (lambda: correlation_from_change(6.4, 7.1, 0.4), "sd_change"),
        (lambda: combine_arms([], [], []), "n"),
        (lambda: combine_arms([1], [2], [0]), "n"),
        (lambda: combine_arms([10, 0], [1, 2], [1, 1]), "n"),
        (lambda: combine_arms([10, 10], [1, 2], [1, -1]), "sd"),
        (lambda: combine_arms([10, 10], [1, 2], [1]), "sd"),
        (lambda: ratio_se_from_ci(3, 0.5, 2), "estimate"),
        (lambda: ratio_se_from_ci(1, 0, 2), "low"),
        (lambda: ratio_se_from_ci(1, 2, 0.5), "high"),
        (lambda: or_to_rr(0, 0.1), "or_"),
        (lambda: or_to_rr(2, 10), "baseline_risk"),
        (lambda: absolute_effect(-0.1, 0.1), "rr"),
        (lambda: absolute_effect(3, 0.5), "rr"),
        (lambda: absolute_effect(0.5, 0.5, per=0), "per"),
        (lambda: mean_sd_from_range(5, 4, 9, 20), "median"),
        (lambda: mean_sd_from_range(5, 5, 5, 20), "maximum"),
        (lambda: mean_sd_from_quartiles(1, 2, 3, 4), "n"),
        (lambda: mean_sd_from_quartiles(1, 2, 3, 20, method="hozo"), "method"),
        (lambda: mean_sd_from_five_numbers(1, 2, 3, math.inf, 5, 20), "q3"),
        (lambda: mean_sd_from_five_numbers(1, 2, 2, 2, 5, 20), "q3"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument


def test_the_arm_at_fault_is_named():
    with pytest.raises(InputError) as caught:
        combine_arms([10, 10, 10], [1, 2, math.nan], [1, 1, 1])
    assert (caught.value.study, caught.value.argument) == (2, "mean")
