"""Luo et al. 2018 (means) and Shi et al. 2020 (SD of five numbers): reference values and the promised gain.

Reference values: conv.fivenum of metafor 4.4 for the summaries 2, 6, 9, 17, 41 and 0, 10, 15, 22, 50.
"""

import numpy as np
import pytest

from analysis.methods.conversions import mean_sd_from_five_numbers, mean_sd_from_quartiles, mean_sd_from_range

# n: (mean and SD from the range, from the quartiles, mean from five numbers, their SD after Wan)
SKEWED_SAMPLE = {
    7: ((15.021544795358952, 14.29106691143328), (10.889285714285714, 10.103962147784886), 14.361220613598714,
        12.197514529609084),
    30: ((11.972897250696676, 9.5575055212413016), (10.782500000000001, 8.5626224066574625), 12.3038216208361,
         9.0600639639493821),
    100: ((10.403596372036779, 7.804399930371213), (10.75975, 8.2742542328822122), 11.420082492316839,
          8.0393270816267126),
}  # fmt: skip


@pytest.mark.parametrize("n", SKEWED_SAMPLE)
def test_metafor_agrees(n):
    by_range, by_quartiles, mean_of_five, wan_sd_of_five = SKEWED_SAMPLE[n]
    got = mean_sd_from_range(2, 9, 41, n)
    assert (got.mean, got.sd) == pytest.approx(by_range, rel=1e-12)
    got = mean_sd_from_quartiles(6, 9, 17, n)
    assert (got.mean, got.sd) == pytest.approx(by_quartiles, rel=1e-12)
    assert mean_sd_from_five_numbers(2, 6, 9, 17, 41, n).mean == pytest.approx(mean_of_five, rel=1e-12)
    assert mean_sd_from_five_numbers(2, 6, 9, 17, 41, n, "wan").sd == pytest.approx(wan_sd_of_five, rel=1e-12)


def test_metafor_agrees_on_a_rounder_sample():
    got = mean_sd_from_range(0, 15, 50, 100)
    assert (got.mean, got.sd) == pytest.approx((16.122877097629424, 10.00564093637335), rel=1e-12)
    got = mean_sd_from_quartiles(10, 15, 22, 100)
    assert (got.mean, got.sd) == pytest.approx((15.7039, 9.0264591631442315), rel=1e-12)
    assert mean_sd_from_five_numbers(0, 10, 15, 22, 50, 100).mean == pytest.approx(16.293257626753618, rel=1e-12)


@pytest.mark.parametrize("n", [5, 30, 250])
def test_sd_of_shi_is_the_smoothly_weighted_mean_of_both_sds(n):
    """Shi 2020: weight 1/(1 + 0.07 n^0.6) on the SD from the range, the rest on the SD from the quartiles."""
    weight = 1 / (1 + 0.07 * n**0.6)
    from_range = mean_sd_from_range(2, 9, 41, n).sd
    from_quartiles = mean_sd_from_quartiles(6, 9, 17, n).sd
    blended = weight * from_range + (1 - weight) * from_quartiles
    assert mean_sd_from_five_numbers(2, 6, 9, 17, 41, n).sd == pytest.approx(blended, rel=1e-12)


def normal_summaries(n: int, samples: int) -> np.ndarray:
    """Five numbers of normal samples with mean 50 and SD 10, n = 4Q + 1, shape (samples, 5)."""
    q = (n - 1) // 4
    values = np.sort(np.random.default_rng(20180101).normal(50, 10, (samples, n)), axis=1)
    return values[:, [0, q, 2 * q, 3 * q, n - 1]]


@pytest.mark.parametrize("n", [21, 101, 401])
def test_normal_samples_are_recovered_and_better_than_by_the_older_formulas(n):
    summaries = normal_summaries(n, 2000)
    luo = [mean_sd_from_five_numbers(*row, n=n) for row in summaries]
    wan = [mean_sd_from_five_numbers(*row, n=n, method="wan") for row in summaries]

    def mean_squared_error(estimates, truth):
        return float(np.mean((np.array(estimates) - truth) ** 2))

    assert np.mean([e.mean for e in luo]) == pytest.approx(50, abs=0.15)
    assert np.mean([e.sd for e in luo]) == pytest.approx(10, abs=0.15)
    assert mean_squared_error([e.mean for e in luo], 50) < mean_squared_error([e.mean for e in wan], 50)
    assert mean_squared_error([e.sd for e in luo], 10) < mean_squared_error([e.sd for e in wan], 10)
