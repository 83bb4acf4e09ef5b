"""Probability and density of the pooled effect's posterior anywhere: against each other and a normal limit."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from analysis.methods.models import bayes_normal, half_normal

EFFECTS, VARIANCES = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]


@pytest.fixture(scope="module")
def schools():
    return bayes_normal(EFFECTS, VARIANCES, half_normal(25.0))


def test_the_probability_below_is_that_of_the_summary(schools):
    assert schools.p_mu_below(0.0) == schools.p_mu_negative
    assert schools.p_mu_below(schools.mu.median) == pytest.approx(0.5)
    low, high = schools.mu.central
    assert (schools.p_mu_below(low), schools.p_mu_below(high)) == pytest.approx((0.025, 0.975))


@pytest.mark.parametrize("x", [-10.0, 0.0, 7.5, 20.0])
def test_the_density_is_the_slope_of_the_probability(schools, x):
    step = 1e-4
    slope = (schools.p_mu_below(x + step) - schools.p_mu_below(x - step)) / (2 * step)
    assert schools.mu_density(x) == pytest.approx(slope, rel=1e-6)


def test_without_heterogeneity_the_density_is_that_of_the_equal_effects_estimate():
    tight = bayes_normal(EFFECTS, VARIANCES, half_normal(1e-4))
    weights = 1 / np.array(VARIANCES, dtype=float)
    mean, sd = float(weights @ EFFECTS / weights.sum()), 1 / math.sqrt(weights.sum())
    for x in (mean - sd, mean, mean + 2 * sd):
        assert tight.mu_density(x) == pytest.approx(norm.pdf(x, mean, sd), rel=1e-6)
        assert tight.p_mu_below(x) == pytest.approx(norm.cdf(x, mean, sd), rel=1e-6)
