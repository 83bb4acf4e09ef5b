"""The variance of Hartung & Knapp (2001, Stat Med 20:3875) and its modification (Röver, Knapp & Friede 2015,
BMC Med Res Methodol 15:99), worked by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from analysis.methods.models import random_effects


def test_three_trials_in_fractions():
    yi, vi = [1, 2, 4], [1, 1, Fraction(1, 2)]
    w = [1 / v for v in vi]
    mean = sum(x * y for x, y in zip(w, yi, strict=True)) / sum(w)
    factor = sum(x * (y - mean) ** 2 for x, y in zip(w, yi, strict=True)) / 2
    assert (mean, factor) == (Fraction(11, 4), Fraction(27, 8))

    fit = random_effects(yi, [float(v) for v in vi], tau2="EE", ci="HK")
    assert fit.estimate == pytest.approx(2.75)
    assert fit.se == pytest.approx(math.sqrt(Fraction(27, 32)))
    assert fit.df == 2
    assert fit.hk_factor == pytest.approx(27 / 8)
    # t quantile of 2 degrees of freedom in closed form: (2p - 1)√(2 / (4p(1 - p))).
    t = 0.95 * math.sqrt(2 / (4 * 0.975 * 0.025))
    assert fit.ci == pytest.approx((2.75 - t * fit.se, 2.75 + t * fit.se))
    # The factor exceeds 1, so the modification changes nothing.
    assert random_effects(yi, [1, 1, 0.5], tau2="EE", ci="mHK").ci == fit.ci


@pytest.mark.parametrize("yi", [[0.1, 0.5, -0.2, 0.9], [0.30, 0.31, 0.29, 0.28, 0.32]])
def test_equal_variances_give_the_one_sample_t_test(yi):
    """With equal variances the interval is Student's, whatever τ² and however it was estimated."""
    expected = stats.ttest_1samp(yi, 0.0)
    interval = expected.confidence_interval(0.95)
    for tau2 in ("EE", "DL", "HE", "SJ", "ML", "REML", "PM"):
        fit = random_effects(yi, [0.04] * len(yi), tau2=tau2, ci="HK")
        assert fit.estimate == pytest.approx(np.mean(yi))
        assert (fit.statistic, fit.p_value) == pytest.approx((expected.statistic, expected.pvalue))
        assert fit.ci == pytest.approx((interval.low, interval.high))


def test_modification_widens_only_a_factor_below_one():
    yi, vi = [0.30, 0.31, 0.29, 0.28, 0.32], [0.04] * 5
    hk, modified, wald = (random_effects(yi, vi, ci=ci) for ci in ("HK", "mHK", "wald"))
    assert hk.hk_factor < 1 == modified.hk_factor
    assert modified.se == pytest.approx(wald.se)
    assert modified.ci[0] < wald.ci[0] < hk.ci[0]
    assert "hk-narrower-than-wald" in {notice.code for notice in hk.warnings}
    assert "hk-narrower-than-wald" not in {notice.code for notice in modified.warnings}
