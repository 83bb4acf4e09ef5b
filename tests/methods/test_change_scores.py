"""Changes from baseline: their mean and SD, and where they may stand beside final values."""

import math

import numpy as np
import pytest

from analysis.methods.conversions import change_from_baseline, correlation_from_change
from analysis.methods.effects import check_mixture, two_means
from analysis.methods.errors import InputError, Refusal


def test_changes_of_individual_participants():
    """Mean, SD and correlation taken from the same people give mean and SD of their changes exactly."""
    base, noise = np.random.default_rng(5).gamma(2.0, 15.0, (2, 40))
    final = 0.6 * base + noise
    r = np.corrcoef(base, final)[0, 1]
    arm = change_from_baseline(base.mean(), base.std(ddof=1), final.mean(), final.std(ddof=1), 40, r)
    assert (arm.mean, arm.sd) == pytest.approx(((final - base).mean(), (final - base).std(ddof=1)), rel=1e-12)
    assert (arm.n, arm.correlation) == (40, r)
    assert correlation_from_change(base.std(ddof=1), final.std(ddof=1), arm.sd) == pytest.approx(r, rel=1e-10)


def test_a_higher_correlation_leaves_less_spread():
    spreads = [change_from_baseline(40, 20, 30, 15, 25, r).sd for r in (-1, 0, 0.5, 0.9, 1)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] == 35 and spreads[-1] == 5


def test_arms_that_start_alike_differ_by_the_same_in_changes_and_in_final_values():
    t, c = change_from_baseline(40, 20, 28, 15, 25, 0.5), change_from_baseline(40, 19, 33, 17, 26, 0.5)
    changes = two_means([t.mean], [t.sd], [t.n], [c.mean], [c.sd], [c.n], "MD")
    finals = two_means([28], [15], [25], [33], [17], [26], "MD")
    assert changes.yi.tolist() == finals.yi.tolist() == [-5.0]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ((math.nan, 20, 30, 15, 25, 0.5), "mean_base"),
        ((40, 0, 30, 15, 25, 0.5), "sd_base"),
        ((40, 20, "30 mg", 15, 25, 0.5), "mean_final"),
        ((40, 20, 30, -15, 25, 0.5), "sd_final"),
        ((40, 20, 30, 15, 1, 0.5), "n"),
        ((40, 20, 30, 15, 25, 1.1), "r"),
        ((40, 20, 30, 20, 25, 1), "r"),
    ],
)
def test_impossible_changes_name_their_argument(arguments, argument):
    with pytest.raises(InputError) as caught:
        change_from_baseline(*arguments)
    assert caught.value.argument == argument


def test_what_may_be_mixed():
    final, change, mixed = ["final"] * 3, ["change"] * 2, ["final", "change", "final"]
    for measure in ("MD", "SMD", "ROM", "GMR"):
        assert check_mixture(final, measure) is None
    for measure in ("MD", "SMD"):
        assert check_mixture(change, measure) is None
    assert check_mixture(mixed, "MD").code == "final-and-change"


@pytest.mark.parametrize(
    ("kinds", "measure", "code"),
    [
        (["final", "change"], "SMD", "mixed-scales"),
        (["final", "change"], "ROM", "ratio-of-changes"),
        (["change", "change"], "ROM", "ratio-of-changes"),
        (["change"], "GMR", "ratio-of-changes"),
    ],
)
def test_what_is_refused(kinds, measure, code):
    with pytest.raises(Refusal) as caught:
        check_mixture(kinds, measure)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("kinds", "measure", "argument"),
    [
        ([], "MD", "kinds"),
        ("final", "MD", "kinds"),
        (["final", "baseline"], "MD", "kinds"),
        (["final"], "RR", "measure"),
    ],
)
def test_other_questions_are_errors(kinds, measure, argument):
    with pytest.raises(InputError) as caught:
        check_mixture(kinds, measure)
    assert caught.value.argument == argument
