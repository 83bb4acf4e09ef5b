"""The log-t prior of Rhodes et al. (2015): a density with heavy tails at 0 and far out, and posteriors under it."""

import math

import numpy as np
import pytest
from scipy.stats import norm, t

from analysis.methods.errors import InputError
from analysis.methods.models import bayes_normal, log_normal, log_student_t, normal, random_effects

Y = np.array([-0.61, -0.12, -0.83, 0.24, -0.35])
V = np.array([0.071, 0.055, 0.16, 0.09, 0.12])
# Shapes of the size that the paper gives for tau², one of them as wide as its widest.
PRIORS = [log_student_t(-3.0, 2.5, 5), log_student_t(-5.0, 2.9, 5), log_student_t(-1.0, 0.6, 3, of="tau")]
# Steps in ln tau; the sums are trapezoids on this grid, which share nothing with the panels of the code.
X = np.linspace(-300.0, 160.0, 200_001)


def grid_posterior(y, v, location, scale, df, mu_mean=0.0, mu_precision=0.0):
    """Shares on the grid, conditional mean and SD of the effect; the prior is that of ln tau itself."""
    tau2 = np.exp(2.0 * X)[:, None]
    w = 1.0 / (v + tau2)
    total = w.sum(axis=1) + mu_precision
    mean = ((w * y).sum(axis=1) + mu_precision * mu_mean) / total
    quadratic = (w * (y - mean[:, None]) ** 2).sum(axis=1) + mu_precision * (mean - mu_mean) ** 2
    log_share = 0.5 * np.log(w).sum(axis=1) - 0.5 * np.log(total) - 0.5 * quadratic
    share = np.exp(log_share - log_share.max()) * t.pdf((X - location) / scale, df)
    return share / share.sum(), mean, 1.0 / np.sqrt(total)


@pytest.mark.parametrize("prior", PRIORS)
def test_the_density_integrates_to_one(prior):
    """∫ p(τ) dτ = ∫ p(e^x) e^x dx; what is left beyond the grid is the tail of the t distribution."""
    total = np.trapezoid(np.exp(prior.log_density(np.exp(X)) + X), X)
    beyond = t.cdf((X[0] - prior.location) / prior.scale, prior.df) + t.sf(
        (X[-1] - prior.location) / prior.scale, prior.df
    )
    assert total + beyond == pytest.approx(1.0, rel=1e-9)
    assert prior.log_density(np.array([0.0]))[0] == -math.inf


def test_it_is_a_t_distribution_of_the_logarithm():
    prior, tau = log_student_t(-3.41, 2.83, 5), np.array([1e-6, 0.05, 0.2, 4.0])
    expected = t.logpdf((2 * np.log(tau) + 3.41) / 2.83, 5) - math.log(2.83) + np.log(2 / tau)
    assert prior.log_density(tau) == pytest.approx(expected, rel=1e-12)
    assert prior.typical == pytest.approx(math.exp(-3.41 / 2), rel=1e-12)
    assert log_student_t(-3.41, 2.83, 5) == log_student_t(-1.705, 1.415, 5, of="tau")


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("trials", [2, 3, 5])
def test_posteriors_agree_with_a_grid(prior, trials):
    y, v = Y[:trials], V[:trials]
    share, mean, sd = grid_posterior(y, v, prior.location, prior.scale, prior.df)
    fit = bayes_normal(y, v, prior)
    assert fit.p_mu_negative == pytest.approx(share @ norm.cdf(-mean / sd), rel=1e-8)
    assert fit.mu.mean == pytest.approx(share @ mean, rel=1e-8)
    for limit, p in zip(fit.mu.central, (0.025, 0.975), strict=True):
        assert share @ norm.cdf((limit - mean) / sd) == pytest.approx(p, rel=1e-8)
    for limit, p in zip(fit.new_trial.central, (0.025, 0.975), strict=True):
        assert share @ norm.cdf((limit - mean) / np.hypot(sd, np.exp(X))) == pytest.approx(p, rel=1e-8)
    for limit, p in zip((fit.tau.central[0], fit.tau.median, fit.tau.central[1]), (0.025, 0.5, 0.975), strict=True):
        # The share below a limit: a sum that ends in the middle of the step at the limit.
        below = np.interp(math.log(limit), X + (X[1] - X[0]) / 2, np.cumsum(share))
        assert below == pytest.approx(p, abs=1e-6)
    # With two trials the mean of τ converges as slowly as the tail of the prior does; the others settle.
    assert fit.tau.mean == pytest.approx(share @ np.exp(X), rel=1e-6 if trials == 2 else 1e-8)
    expected = [share @ (vi / (vi + np.exp(2 * X))) for vi in v]
    assert fit.shrinkage == pytest.approx(expected, rel=1e-8)


def test_a_normal_prior_of_the_effect():
    prior = PRIORS[0]
    share, mean, sd = grid_posterior(Y, V, prior.location, prior.scale, prior.df, mu_mean=0.1, mu_precision=1 / 0.09)
    fit = bayes_normal(Y, V, prior, normal(0.1, 0.3))
    assert fit.mu.mean == pytest.approx(share @ mean, rel=1e-8)
    assert fit.p_mu_negative == pytest.approx(share @ norm.cdf(-mean / sd), rel=1e-8)


def test_many_degrees_of_freedom_give_the_log_normal_prior():
    near, far = (
        bayes_normal(Y, V, log_student_t(-3.0, 1.5, 1e7)),
        bayes_normal(Y, V, log_normal(-3.0, 1.5, of="tau2")),
    )
    assert near.mu.central == pytest.approx(far.mu.central, rel=1e-5)
    assert near.tau.median == pytest.approx(far.tau.median, rel=1e-5)


def test_a_prior_close_to_zero_gives_the_equal_effects_model():
    fit, equal = bayes_normal(Y, V, log_student_t(-40.0, 0.5, 30)), random_effects(Y, V, tau2="EE", ci="wald")
    assert fit.mu.mean == pytest.approx(equal.estimate, rel=1e-6)
    assert fit.mu.central == pytest.approx(equal.ci, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: log_student_t(math.nan, 1, 5), "location"),
        (lambda: log_student_t(0, 0, 5), "scale"),
        (lambda: log_student_t(0, 1, 2), "df"),
        (lambda: log_student_t(0, 1, math.inf), "df"),
        (lambda: log_student_t(0, 1, 5, of="sigma"), "of"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
