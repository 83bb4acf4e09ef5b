"""Count models on the catheter trials of Niel-Weise (2007), the example of Stijnen, Hamza & Özdemir (2010, Stat Med
29:3046): their likelihoods integrated another way, and maxima that nothing nearby exceeds."""

import itertools
import math

import numpy as np
import pytest
from reference_blocks import reference_cases
from scipy import optimize, stats
from scipy.integrate import quad

from analysis.methods.effects import two_proportions
from analysis.methods.errors import InputError, Refusal
from analysis.methods.models import binomial_normal, random_effects

DATA = next(case["data"] for case in reference_cases() if case["id"] == "nielweise2007")
TABLES = tuple(np.array(DATA[name]) for name in ("ai", "n1i", "ci", "n2i"))


def binomial(events, n, p):
    return math.comb(n, events) * p**events * (1 - p) ** (n - events)


def normal(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def trial_likelihood(kind, a, n1, c, n2):
    if kind == "conditional":
        return lambda delta, alpha: binomial(a, a + c, 1 / (1 + n2 / n1 * math.exp(-delta)))
    if kind == "hypergeometric":
        return lambda delta, alpha: stats.nchypergeom_fisher.pmf(a, n1 + n2, n1, a + c, math.exp(delta))

    def two(delta, alpha):
        p, q = (1 / (1 + math.exp(-(alpha + sign * delta / 2))) for sign in (1, -1))
        return binomial(a, n1, p) * binomial(c, n2, q)

    return two


def marginal(f, theta, tau, alpha=0.0):
    if tau == 0:
        return f(theta, alpha)
    points = np.linspace(-9, 9, 13)
    return sum(
        quad(lambda z: f(theta + tau * z, alpha) * normal(z), low, high, epsabs=0, epsrel=1e-10)[0]
        for low, high in itertools.pairwise(points)
    )


def total(kind, tables, theta, tau):
    value = 0.0
    for a, n1, c, n2 in zip(*tables, strict=True):
        if a + c == 0:
            continue
        f = trial_likelihood(kind, a, n1, c, n2)
        if kind == "unconditional":
            best = optimize.minimize_scalar(
                lambda alpha, f=f: -math.log(marginal(f, theta, tau, alpha)), bounds=(-12, 4), options={"xatol": 1e-9}
            )
            value -= best.fun
        else:
            value += math.log(marginal(f, theta, tau))
    return value


@pytest.mark.parametrize("kind", ["conditional", "hypergeometric", "unconditional"])
def test_log_likelihood_integrated_another_way(kind):
    first = tuple(column[:3] for column in TABLES)
    fit = binomial_normal(*first, kind=kind)
    tau = math.sqrt(fit.tau2)
    assert total(kind, first, fit.estimate, tau) == pytest.approx(fit.log_likelihood, rel=1e-9)
    for theta_step, tau_step in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        nearby = total(kind, first, fit.estimate + theta_step, abs(tau + tau_step))
        assert nearby < fit.log_likelihood + 1e-10


def test_standard_model_beside_it():
    """The inverse-variance result printed in metadat's documentation of these data."""
    effects = two_proportions(*TABLES, measure="OR", drop00=True)
    fit = random_effects(effects.yi, effects.vi, tau2="REML", ci="wald")
    assert (fit.estimate, fit.se) == pytest.approx((-0.980, 0.243), abs=5.1e-4)
    assert (fit.tau2, fit.se_tau2, fit.q, fit.q_p_value) == pytest.approx((0.036, 0.299, 15.812, 0.466), abs=5.1e-4)
    # The models of the counts, which need no correction, find a larger effect and more heterogeneity.
    exact = binomial_normal(*TABLES, kind="hypergeometric")
    assert exact.estimate < fit.estimate and exact.tau2 > fit.tau2
    assert exact.k == fit.k == 17
    assert [notice.code for notice in exact.warnings] == ["double-zero"]


@pytest.mark.parametrize("kind", ["conditional", "unconditional", "hypergeometric"])
def test_swapping_the_arms_changes_the_sign(kind):
    a, n1, c, n2 = TABLES
    fit, swapped = binomial_normal(a, n1, c, n2, kind=kind), binomial_normal(c, n2, a, n1, kind=kind)
    assert swapped.estimate == pytest.approx(-fit.estimate, rel=1e-7)
    assert (swapped.se, swapped.tau2) == pytest.approx((fit.se, fit.tau2), rel=1e-6)


def test_common_events_bring_a_warning_to_the_approximation_only():
    tables = [30, 40, 20, 25, 33], [60] * 5, [20, 30, 15, 20, 22], [60] * 5
    codes = {
        kind: {notice.code for notice in binomial_normal(*tables, kind=kind).warnings}
        for kind in ("conditional", "hypergeometric")
    }
    assert codes == {"conditional": {"not-rare"}, "hypergeometric": set()}


def test_refusals_and_errors():
    with pytest.raises(Refusal, match="all events lie on the same side"):
        binomial_normal([0, 0], [10, 10], [1, 2], [10, 10])
    with pytest.raises(Refusal, match="Fewer than two"):
        binomial_normal([1, 0], [10, 10], [1, 0], [10, 10])
    with pytest.raises(InputError, match="study 1: events_t is not a whole number"):
        binomial_normal([1, 1.5], [10, 10], [1, 2], [10, 10], kind="hypergeometric")
    with pytest.raises(InputError, match="kind"):
        binomial_normal([1, 1], [10, 10], [1, 2], [10, 10], kind="exact")
    with pytest.raises(Refusal, match="no maximum at a finite between-trial variance"):
        binomial_normal([0, 9], [10, 10], [9, 0], [10, 10], kind="hypergeometric")
