"""Synthesis without meta-analysis: directions of effect and p-values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.direction import combine_p_values, effect_direction, one_sided_p, sign_test
from analysis.methods.errors import InputError, Refusal


def test_ten_of_ten():
    """All ten studies in one direction: p = 2/2¹⁰, Wilson interval 72 % to 100 %."""
    test = sign_test([-0.1] * 10)
    assert (test.favourable, test.unfavourable, test.k) == (10, 0, 10)
    assert test.p_value == pytest.approx(2 / 2**10, rel=1e-12)
    assert test.ci == pytest.approx((10 / (10 + 1.959963984540054**2), 1), rel=1e-9)


def test_ties_and_unknown_directions_are_counted_apart():
    test = sign_test([-1, -2, -3, 1, 0, math.nan])
    assert (test.favourable, test.unfavourable, test.ties, test.unknown) == (3, 1, 1, 1)
    assert test.p_value == pytest.approx(0.625, rel=1e-12)


@given(
    st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, math.nan]), min_size=1).filter(
        lambda x: any(v for v in x if v == v)
    )
)
def test_turning_the_scale_turns_the_sign_test(effects):
    test, turned = sign_test(effects), sign_test([-e for e in effects])
    assert (turned.favourable, turned.unfavourable) == (test.unfavourable, test.favourable)
    assert turned == sign_test(effects, favourable="positive")
    assert turned.p_value == test.p_value
    assert sign_test(np.exp(effects), null=1) == test


def test_no_direction_at_all_is_refused_in_words():
    with pytest.raises(Refusal, match="No study reports") as caught:
        sign_test([0, math.nan])
    assert caught.value.code == "no-direction"


@pytest.mark.parametrize(
    ("effects", "direction"),
    [
        ([-1], "favourable"),
        ([2], "unfavourable"),
        ([0], "mixed"),
        ([math.nan], "unknown"),
        ([-1] * 7 + [1] * 3, "favourable"),
        ([-1] * 6 + [1] * 3 + [0], "mixed"),
        ([-1] * 2 + [1], "mixed"),
        ([1] * 3 + [-1] + [math.nan] * 5, "unfavourable"),
    ],
)
def test_seventy_per_cent_rule(effects, direction):
    assert effect_direction(effects).direction == direction


def test_directions_feed_the_sign_test():
    studies = [[-1], [-1, -1, 1], [1], [math.nan], [-1, -2, -0.5]]
    test = sign_test([effect_direction(results).sign for results in studies], favourable="positive")
    assert (test.favourable, test.unfavourable, test.ties, test.unknown) == (2, 1, 1, 1)


def test_fisher_written_out():
    """k = 2: the chi-squared tail with 4 degrees of freedom is closed, q (1 − ln q) with q the product."""
    product = 0.04 * 0.3
    combined = combine_p_values([0.04, 0.3])
    assert combined.statistic == pytest.approx(-2 * math.log(product), rel=1e-12)
    assert combined.p_value == pytest.approx(product * (1 - math.log(product)), rel=1e-12)
    assert (combined.k, combined.method) == (2, "fisher")


def test_stouffer_and_tippett_written_out():
    assert combine_p_values([0.02, 0.02], "stouffer").statistic == pytest.approx(math.sqrt(2) * 2.053748910631823)
    assert combine_p_values([0.1, 0.2, 0.9], "tippett").p_value == pytest.approx(1 - 0.9**3, rel=1e-12)
    weighted = combine_p_values([0.02, 0.5], "stouffer", weights=[3, 4])
    assert weighted.statistic == pytest.approx(3 * 2.053748910631823 / 5, rel=1e-12)


def test_one_sided():
    assert one_sided_p(0.04, -0.3) == 0.02
    assert one_sided_p(0.04, 0.3) == pytest.approx(0.98)
    assert one_sided_p(0.04, 1.3, favourable="positive", null=1) == 0.02
    assert one_sided_p(1.0, 0.0) == 0.5


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: sign_test([]), "effects"),
        (lambda: sign_test([[1, 2]]), "effects"),
        (lambda: sign_test([1, math.inf]), "effects"),
        (lambda: sign_test(["up"]), "effects"),
        (lambda: sign_test([1], favourable="down"), "favourable"),
        (lambda: sign_test([1], level=1.5), "level"),
        (lambda: effect_direction([1], threshold=0.4), "threshold"),
        (lambda: combine_p_values([]), "p_values"),
        (lambda: combine_p_values([0.1, 0]), "p_values"),
        (lambda: combine_p_values([0.1, math.nan]), "p_values"),
        (lambda: combine_p_values([0.1, 1.0], "stouffer"), "p_values"),
        (lambda: combine_p_values([0.1], "bonferroni"), "method"),
        (lambda: combine_p_values([0.1], "fisher", weights=[1]), "weights"),
        (lambda: combine_p_values([0.1], "stouffer", weights=[1, 2]), "weights"),
        (lambda: combine_p_values([0.1, 0.2], "stouffer", weights=[1, 0]), "weights"),
        (lambda: one_sided_p(0, -1), "p_value"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
