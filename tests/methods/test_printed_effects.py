"""Effects as reports print them: intervals, p-values, standard errors; examples of Altman & Bland (2011)."""

import math

import numpy as np
import pytest
from scipy.stats import norm, t

from analysis.methods.conversions import ratio_interval_asymmetry, ratio_se_from_ci, se_from_ci
from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import InputError
from analysis.methods.models import random_effects
from analysis.methods.printed_effects import printed_effect, printed_effect_from_p, printed_effect_from_se


def interval(sizes, level=0.95):
    half = norm.ppf(0.5 + level / 2) * np.sqrt(sizes.vi)
    return sizes.yi - half, sizes.yi + half


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_what_two_proportions_print_gives_their_effect_sizes_back(measure, level):
    sizes = two_proportions([4, 6, 30], [123, 306, 231], [11, 29, 45], [139, 303, 220], measure)
    low, high = interval(sizes, level)
    shown = [x if measure == "RD" else np.exp(x) for x in (sizes.yi, low, high)]
    back = printed_effect(*shown, measure, level)
    assert back.yi == pytest.approx(sizes.yi, rel=1e-12) and back.vi == pytest.approx(sizes.vi, rel=1e-10)
    assert back.measure == measure and back.notes == (None, None, None)


def test_an_interval_by_t_gives_the_variance_of_the_difference_back():
    sizes = two_means([10.0, 8.0], [2.0, 3.0], [12, 20], [12.0, 9.0], [3.0, 2.5], [11, 22])
    df = np.array([21, 40])
    half = t.ppf(0.975, df) * np.sqrt(sizes.vi)
    back = printed_effect(sizes.yi, sizes.yi - half, sizes.yi + half, "MD", df=df)
    assert back.vi == pytest.approx(sizes.vi, rel=1e-10)
    assert np.all(printed_effect(sizes.yi, sizes.yi - half, sizes.yi + half, "MD").vi > back.vi)
    p = 2 * t.sf(np.abs(sizes.yi) / np.sqrt(sizes.vi), df)
    assert printed_effect_from_p(sizes.yi, p, "MD", df=df).vi == pytest.approx(sizes.vi, rel=1e-8)


def test_the_same_as_the_conversions_of_single_numbers():
    ratio = printed_effect([0.81], [0.70], [0.94], "HR")
    assert math.sqrt(ratio.vi[0]) == pytest.approx(ratio_se_from_ci(0.81, 0.70, 0.94), rel=1e-12)
    difference = printed_effect([0.5], [-0.5], [1.5], "SMD", level=0.9)
    assert math.sqrt(difference.vi[0]) == pytest.approx(se_from_ci(-0.5, 1.5, 0.9), rel=1e-12)


@pytest.mark.parametrize(
    ("estimate", "p", "measure", "low", "high"), [(17, 0.032, "RD", 1.4, 32.6), (0.30, 0.034, "RR", 0.10, 0.90)]
)
def test_altman_and_bland(estimate, p, measure, low, high):
    """Their z is an approximation, so that their limits agree within about one unit of their last digit."""
    ends = interval(printed_effect_from_p([estimate], [p], measure))
    shown = [float(end[0]) if measure == "RD" else math.exp(end[0]) for end in ends]
    assert shown == pytest.approx([low, high], abs=0.08 if measure == "RD" else 0.02)


def test_interval_p_value_and_standard_error_of_one_trial_agree():
    sizes = two_proportions([14], [80], [29], [85], "RR")
    low, high = interval(sizes)
    ratio, p = np.exp(sizes.yi), 2 * norm.sf(np.abs(sizes.yi) / np.sqrt(sizes.vi))
    for back in (
        printed_effect(ratio, np.exp(low), np.exp(high), "RR"),
        printed_effect_from_p(ratio, p, "RR"),
        printed_effect_from_se(ratio, np.sqrt(sizes.vi), "RR"),
    ):
        assert (back.yi[0], back.vi[0]) == pytest.approx((sizes.yi[0], sizes.vi[0]), rel=1e-9)


def test_asymmetric_intervals_are_noted_and_kept():
    sizes = printed_effect([0.71, 0.71, 0.9], [0.49, 0.49, 0.49], [1.03, 1.25, 1.03], "ROM")
    assert [note.code if note else None for note in sizes.notes] == [
        None,
        "asymmetric-interval",
        "asymmetric-interval",
    ]
    assert "below" in sizes.notes[1].sentence and "above" in sizes.notes[2].sentence
    assert np.isfinite(sizes.vi).all()
    off = abs(ratio_interval_asymmetry(0.71, 0.49, 1.25))
    assert printed_effect([0.71], [0.49], [1.25], "ROM", tolerance=off + 1e-9).notes == (None,)
    # The same limits lie symmetrically about another number on the scale of differences.
    assert printed_effect([0.87], [0.49], [1.25], "MD").notes == (None,)
    assert printed_effect([0.87], [0.49], [1.25], "RR").notes[0] is not None


def test_printed_effects_pool_with_computed_ones():
    ours = two_means([10.0], [4.0], [30], [13.0], [5.0], [30], "ROM")
    printed = printed_effect([0.8], [0.6], [1.0667], "ROM")
    fit = random_effects(np.r_[ours.yi, printed.yi], np.r_[ours.vi, printed.vi], "EE", "wald")
    assert min(ours.yi[0], printed.yi[0]) < fit.estimate < max(ours.yi[0], printed.yi[0])
    with pytest.raises(ValueError, match="read-only"):
        printed.yi[0] = 0.0


@pytest.mark.parametrize(
    ("call", "argument", "study"),
    [
        (lambda: printed_effect([1, 1], [0.5, 2], [2, 0.5], "RR"), "high", 1),
        (lambda: printed_effect([1], [1], [1], "RR"), "high", 0),
        (lambda: printed_effect([3], [0.5], [2], "RR"), "estimate", 0),
        (lambda: printed_effect([0.5], [0], [2], "RR"), "low", 0),
        (lambda: printed_effect([0.5], [-1], [2], "OR"), "low", 0),
        (lambda: printed_effect([0.5], [0.1], [2, 3], "OR"), "high", None),
        (lambda: printed_effect([0.5], [0.1], [math.nan], "OR"), "high", 0),
        (lambda: printed_effect(["0.5 mg"], [0.1], [1], "MD"), "estimate", None),
        (lambda: printed_effect([], [], [], "MD"), "estimate", None),
        (lambda: printed_effect([0.5], [0.1], [1], "AS"), "measure", None),
        (lambda: printed_effect([0.5], [0.1], [1], "MD", level=95), "level", None),
        (lambda: printed_effect([0.5], [0.1], [1], "MD", tolerance=-1), "tolerance", None),
        (lambda: printed_effect([0.5], [0.1], [1], "MD", df=[0]), "df", 0),
        (lambda: printed_effect([0.5], [0.1], [1], "MD", df=[5, 6]), "df", None),
        (lambda: printed_effect_from_p([1.0], [0.5], "RR"), "estimate", 0),
        (lambda: printed_effect_from_p([2.0], [0.0], "RR"), "p", 0),
        (lambda: printed_effect_from_p([2.0], [1.0], "RR"), "p", 0),
        (lambda: printed_effect_from_p([-2.0], [0.5], "RR"), "estimate", 0),
        (lambda: printed_effect_from_se([2.0], [0.0], "RR"), "se", 0),
        (lambda: printed_effect_from_se([0.0], [1.0], "RR"), "estimate", 0),
    ],
)
def test_impossible_input_names_its_argument(call, argument, study):
    with pytest.raises(InputError) as caught:
        call()
    assert (caught.value.argument, caught.value.study) == (argument, study)
