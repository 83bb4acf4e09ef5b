"""Coaching in eight schools (Rubin 1981) under μ ~ N(0, 50²), τ ~ half-Cauchy(25): the worked example of the vignette
to Röver (2020, J Stat Softw 93(6)), whose approximation of μ is good to 1e-3; and integrals done another way."""

import math
from functools import cache

import numpy as np
import pytest
from scipy import special, stats
from scipy.integrate import quad

from analysis.methods.errors import InputError, Refusal
from analysis.methods.models import (
    bayes_normal,
    half_cauchy,
    half_normal,
    half_student_t,
    log_normal,
    normal,
    random_effects,
    uniform,
)

Y = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
S = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6])


@pytest.fixture(scope="module")
def schools():
    return bayes_normal(Y, S**2, half_cauchy(25), normal(0, 50))


def test_published_summary(schools):
    assert (schools.tau.median, schools.tau.mean) == pytest.approx((4.758539, 5.884511), abs=2e-6)
    assert schools.tau.shortest == pytest.approx((0.0, 15.165894), abs=1e-4)
    assert (schools.mu.median, schools.mu.mean) == pytest.approx((7.962961, 7.985729), abs=1e-3)
    assert schools.mu.shortest == pytest.approx((-1.823353, 17.824562), abs=4e-3)
    assert schools.k == 8 and schools.warnings == ()


@cache
def weight(tau):
    """Unnormalised posterior density of τ, from the joint normal density of the data with μ integrated out."""
    cov = np.diag(S**2 + tau**2) + 50.0**2
    return stats.multivariate_normal(np.zeros(8), cov).pdf(Y) / (1 + (tau / 25) ** 2)


def integral(f):
    parts = [(0, 5), (5, 30), (30, 200), (200, math.inf)]
    return sum(quad(lambda t: f(t) * weight(t), *part, epsabs=0, epsrel=1e-10, limit=200)[0] for part in parts)


def test_integrals_done_another_way(schools):
    total = integral(lambda t: 1.0)

    def given(tau):
        w = 1 / (S**2 + tau**2)
        precision = w.sum() + 50.0**-2
        return (w @ Y) / precision, precision**-0.5

    def below(x, extra):
        def f(tau):
            m, s = given(tau)
            return special.ndtr((x - m) / math.hypot(s, tau * extra))

        return integral(f) / total

    assert integral(lambda t: t) / total == pytest.approx(schools.tau.mean, rel=1e-8)
    assert integral(lambda t: given(t)[0]) / total == pytest.approx(schools.mu.mean, rel=1e-8)
    assert below(0.0, 0) == pytest.approx(schools.p_mu_negative, rel=1e-8)
    for summary, extra in ((schools.mu, 0), (schools.new_trial, 1)):
        for x, p in zip((summary.central[0], summary.median, summary.central[1]), (0.025, 0.5, 0.975), strict=True):
            assert below(x, extra) == pytest.approx(p, rel=1e-8)
        low, high = summary.shortest
        assert below(high, extra) - below(low, extra) == pytest.approx(0.95, rel=1e-8)
        assert high - low <= summary.central[1] - summary.central[0]
    pull = integral(lambda t: S[0] ** 2 / (S[0] ** 2 + t**2)) / total
    assert schools.shrinkage[0] == pytest.approx(pull, rel=1e-8)
    first = integral(lambda t: (given(t)[0] * S[0] ** 2 + Y[0] * t**2) / (S[0] ** 2 + t**2)) / total
    assert schools.trial_mean[0] == pytest.approx(first, rel=1e-8)
    low, high = schools.trial_intervals[0]
    assert low < schools.trial_mean[0] < high and high - low < 2 * 1.96 * S[0]


PRIORS = [half_normal(0.5), half_cauchy(0.3), half_student_t(0.5, 4), log_normal(-1.0, 0.8), uniform(3.0)]


@pytest.mark.parametrize("prior", PRIORS)
def test_priors_are_densities(prior):
    upper = min(prior.upper, math.inf)
    total = quad(lambda t: math.exp(prior.log_density(np.array([t]))[0]), 0, upper, limit=200)[0]
    assert total == pytest.approx(1.0, rel=1e-6)


def test_log_normal_for_the_variance():
    assert log_normal(-2.0, 1.6, of="tau2") == log_normal(-1.0, 0.8)


@pytest.mark.parametrize("prior", PRIORS)
def test_posteriors_follow_the_scale(prior):
    y, v = np.array([-0.9, -1.6, -1.3]), np.array([0.33, 0.19, 0.42])
    fit = bayes_normal(y, v, prior)
    mirrored = bayes_normal(-y[::-1], v[::-1], prior)
    assert mirrored.mu.mean == pytest.approx(-fit.mu.mean, rel=1e-9)
    assert mirrored.mu.central == pytest.approx((-fit.mu.central[1], -fit.mu.central[0]), rel=1e-9)
    assert mirrored.p_mu_negative == pytest.approx(1 - fit.p_mu_negative, rel=1e-9)
    assert [notice.code for notice in fit.warnings] == ["prior-matters"]


def test_a_tight_prior_at_zero_gives_the_equal_effects_model():
    y, v = np.array([0.2, 0.1, 0.4]), np.array([0.1, 0.2, 0.3])
    fit, equal = bayes_normal(y, v, half_normal(1e-7)), random_effects(y, v, tau2="EE", ci="wald")
    assert fit.mu.mean == pytest.approx(equal.estimate, rel=1e-9)
    assert fit.mu.central == pytest.approx(equal.ci, rel=1e-9)


def test_refusals_and_errors():
    with pytest.raises(Refusal, match="Fewer than two"):
        bayes_normal([0.1, math.nan], [0.2, math.nan], half_normal(1))
    with pytest.raises(InputError, match="tau_prior"):
        bayes_normal([0.1, 0.2], [0.2, 0.2], 0.5)
    with pytest.raises(InputError, match="mu_prior"):
        bayes_normal([0.1, 0.2], [0.2, 0.2], half_normal(1), mu_prior=0.0)
    with pytest.raises(InputError, match="scale"):
        half_normal(0.0)
    with pytest.raises(InputError, match="df"):
        half_student_t(1.0, 0.5)
