"""Shi et al., Stat Methods Med Res 2023;32:1338-1360: tests of skewness from quantile summaries."""

import numpy as np
import pytest

from analysis.methods.conversions import mean_sd_from_five_numbers, mean_sd_from_range, skewness_test
from analysis.methods.errors import InputError

SCENARIOS = {
    "range": ("minimum", "median", "maximum"),
    "quartiles": ("q1", "median", "q3"),
    "five": ("minimum", "q1", "median", "q3", "maximum"),
}
POSITION = {"minimum": 0, "q1": 1, "median": 2, "q3": 3, "maximum": 4}


def summaries(draw, n: int, samples: int) -> np.ndarray:
    """Five-number summaries of samples, shape (samples, 5); with n = 4Q + 1 quartiles are order statistics."""
    q = (n - 1) // 4
    return np.sort(draw(np.random.default_rng(2023), (samples, n)), axis=1)[:, [0, q, 2 * q, 3 * q, n - 1]]


def share_skewed(draw, n: int, names: tuple[str, ...], samples: int) -> float:
    rows = summaries(draw, n, samples)
    return np.mean([skewness_test(n, **{name: row[POSITION[name]] for name in names}).skewed for row in rows])


@pytest.mark.parametrize("names", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("n", [5, 21, 101, 401])
def test_normal_samples_are_called_skewed_once_in_twenty(names, n):
    size = share_skewed(lambda rng, shape: rng.standard_normal(shape), n, names, 6000)
    assert 0.04 < size < 0.058


@pytest.mark.parametrize("names", SCENARIOS.values(), ids=SCENARIOS)
def test_exponential_samples_are_found_out(names):
    assert share_skewed(lambda rng, shape: rng.exponential(1, shape), 401, names, 500) > 0.9


def test_statistics_are_the_distance_of_the_median_from_the_middle():
    assert skewness_test(30, minimum=2, median=9, maximum=41).statistic == pytest.approx(25 / 39, rel=1e-14)
    assert skewness_test(30, q1=6, median=9, q3=17).statistic == pytest.approx(5 / 11, rel=1e-14)
    assert skewness_test(30, minimum=-2, q1=6, median=9, q3=17, maximum=20).statistic == pytest.approx(
        5 / 11, rel=1e-14
    )


def test_critical_values_as_other_software_prints_them():
    """R's metafor (conv.fivenum) for 20 participants: 0.578 with quartiles, 0.666 with five numbers.

    The published verdict on the summary of five numbers is "not skewed"; with the constants of the preprint
    of 2020 it would be skewed.
    """
    assert round(skewness_test(20, q1=0, median=17, q3=100).critical, 3) == 0.578
    five = skewness_test(20, minimum=-60, q1=0, median=17, q3=100, maximum=120)
    assert (round(five.statistic, 3), round(five.critical, 3), five.skewed) == (0.66, 0.666, False)


def test_larger_samples_allow_less_asymmetry():
    for names in SCENARIOS.values():
        values = {name: (-3.0, -1.0, 0.0, 1.0, 3.0)[POSITION[name]] for name in names}
        critical = [skewness_test(n, **values).critical for n in (10, 20, 50, 100, 400, 4000)]
        assert critical == sorted(critical, reverse=True)


def test_the_verdict_travels_with_the_estimate():
    assert mean_sd_from_range(2, 9, 41, 30).skewed
    assert not mean_sd_from_range(2, 21, 41, 30).skewed
    skewed = mean_sd_from_five_numbers(2, 6, 9, 17, 41, 30)
    assert skewed.skewed is skewed.skewness.skewed is True


@pytest.mark.parametrize(
    "given",
    [{}, {"minimum": 1.0}, {"q1": 1.0}, {"minimum": 1.0, "q3": 4.0}],
    ids=lambda given: "+".join(given) or "none",
)
def test_a_median_without_a_pair_beside_it_is_refused(given):
    with pytest.raises(InputError, match="beside the median"):
        skewness_test(20, median=2.0, **given)
