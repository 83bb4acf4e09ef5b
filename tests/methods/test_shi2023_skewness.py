"""Shi et al., Stat Methods Med Res 2023;32:1338-1360: tests of skewness from quantile summaries."""

import math

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


def share_skewed(draw, n: int, names: tuple[str, ...], samples: int = 4000) -> float:
    q = (n - 1) // 4
    values = np.sort(draw(np.random.default_rng(2023), (samples, n)), axis=1)[:, [0, q, 2 * q, 3 * q, n - 1]]
    return np.mean([skewness_test(n, **{name: row[POSITION[name]] for name in names}).skewed for row in values])


@pytest.mark.parametrize("names", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("n", [5, 21, 101, 401])
def test_normal_samples_are_called_skewed_once_in_twenty(names, n):
    size = share_skewed(lambda rng, shape: rng.standard_normal(shape), n, names)
    assert 0.035 < size < 0.06


@pytest.mark.parametrize("names", SCENARIOS.values(), ids=SCENARIOS)
def test_exponential_samples_are_found_out(names):
    assert share_skewed(lambda rng, shape: rng.exponential(1, shape), 401, names, 500) > 0.9


def test_written_out():
    n = 30
    test = skewness_test(n, minimum=2, median=9, maximum=41)
    assert test.statistic == pytest.approx(25 / 39, rel=1e-14)
    assert test.critical == pytest.approx(1.01 / math.log(39) + 2.43 / 31, rel=1e-14)
    test = skewness_test(n, q1=6, median=9, q3=17)
    assert test.statistic == pytest.approx(5 / 11, rel=1e-14)
    assert test.critical == pytest.approx(2.66 / math.sqrt(30) - 5.92 / 900, rel=1e-14)
    test = skewness_test(n, minimum=2, q1=6, median=9, q3=17, maximum=41)
    assert test.statistic == pytest.approx(2.65 * math.log(18) / math.sqrt(30) * 25 / 39, rel=1e-14)
    assert test.critical == pytest.approx(2.97 / math.sqrt(30) - 39.1 / 27000, rel=1e-14)


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
