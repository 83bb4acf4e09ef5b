"""Wan et al., BMC Med Res Methodol 2014;14:135: Table 1 and the formulas of scenarios C1 to C3."""

import pytest
from scipy.stats import norm

from analysis.methods.conversions import mean_sd_from_five_numbers, mean_sd_from_quartiles, mean_sd_from_range

# Table 1: expected range of n standard normal values, as printed.
TABLE_1 = {
    5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078, 11: 3.173, 12: 3.259, 13: 3.336, 14: 3.407,
    15: 3.472, 16: 3.532, 17: 3.588, 18: 3.640, 19: 3.689, 20: 3.735, 21: 3.778, 22: 3.819, 23: 3.858, 24: 3.895,
    25: 3.931, 26: 3.964, 27: 3.997, 28: 4.027, 29: 4.057, 30: 4.086, 31: 4.113, 32: 4.139, 33: 4.165, 34: 4.189,
    35: 4.213, 36: 4.236, 37: 4.259, 38: 4.280, 39: 4.301, 40: 4.322, 41: 4.341, 42: 4.361, 43: 4.379, 44: 4.398,
    45: 4.415, 46: 4.433, 47: 4.450, 48: 4.466, 49: 4.482, 50: 4.498,
}  # fmt: skip


@pytest.mark.parametrize(("n", "expected_range"), TABLE_1.items())
def test_a_sample_with_the_expected_range_has_an_sd_of_one(n, expected_range):
    """Equation 9 replaces the table by Blom's approximation, which is within 1.5 % of it from n = 5 on."""
    estimate = mean_sd_from_range(0, expected_range / 2, expected_range, n)
    assert estimate.sd == pytest.approx(1, abs=0.015)
    assert estimate.mean == pytest.approx(expected_range / 2, rel=1e-14)


@pytest.mark.parametrize("n", [5, 21, 100, 1000])
def test_equations_written_out(n):
    a, q1, m, q3, b = 2.0, 6.0, 9.0, 17.0, 41.0
    by_range = norm.ppf((n - 0.375) / (n + 0.25))
    by_quartiles = norm.ppf((0.75 * n - 0.125) / (n + 0.25))
    c1 = mean_sd_from_range(a, m, b, n, method="wan")
    c2 = mean_sd_from_five_numbers(a, q1, m, q3, b, n, method="wan")
    c3 = mean_sd_from_quartiles(q1, m, q3, n, method="wan")
    assert (c1.mean, c2.mean, c3.mean) == pytest.approx((15.25, 13.375, 32 / 3), rel=1e-14)
    assert c1.sd == pytest.approx(39 / (2 * by_range), rel=1e-12)
    assert c3.sd == pytest.approx(11 / (2 * by_quartiles), rel=1e-12)
    assert c2.sd == pytest.approx((c1.sd + c3.sd) / 2, rel=1e-12)


def test_quartiles_of_a_large_sample_give_the_familiar_divisor():
    """IQR/1.35 (Handbook 6.5.2.5) is the limit of equation 16."""
    assert mean_sd_from_quartiles(0, 1, 2, 10**7).sd == pytest.approx(2 / 1.349, rel=1e-4)
