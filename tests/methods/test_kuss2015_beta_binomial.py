"""The beta-binomial model of Kuss (2015, Stat Med 34:1097) against scipy's beta-binomial distribution."""

import math

import numpy as np
import pytest
from reference_blocks import reference_cases
from scipy import optimize, stats

from analysis.methods.errors import InputError, Refusal
from analysis.methods.models import beta_binomial

TABLES = {
    case["id"]: tuple(np.array(case["data"][name]) for name in ("ai", "n1i", "ci", "n2i"))
    for case in reference_cases()
    if case["type"] == "binary"
}


def negative_log_likelihood(x, tables):
    a, n1, c, n2 = tables
    m = math.exp(x[2])
    value = 0.0
    for y, n, eta in ((a, n1, x[0]), (c, n2, x[1])):
        mu = 1 / (1 + math.exp(-eta))
        value -= stats.betabinom.logpmf(y, n, mu * m, (1 - mu) * m).sum()
    return value


@pytest.mark.parametrize("name", ["bcg", "nielweise2007", "yusuf1985_t6", "collins1985b_pre"])
def test_maximum_likelihood(name):
    fit = beta_binomial(*TABLES[name], measure="OR")
    start = [-3.0, -3.0, 2.0]
    found = optimize.minimize(
        negative_log_likelihood,
        start,
        args=(TABLES[name],),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000, "maxfev": 5000},
    )
    assert fit.log_likelihood >= -found.fun - 1e-9
    assert fit.log_likelihood == pytest.approx(-found.fun, rel=1e-9)
    assert fit.estimate == pytest.approx(found.x[0] - found.x[1], abs=1e-5)
    assert fit.correlation == pytest.approx(1 / (1 + math.exp(found.x[2])), rel=1e-4)

    # Standard error from the curvature, by finite differences.
    h = 1e-3
    hessian = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            e, f = h * np.eye(3)[i], h * np.eye(3)[j]
            terms = [
                sign * negative_log_likelihood(found.x + p * e + q * f, TABLES[name])
                for p, q, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            hessian[i, j] = sum(terms) / (4 * h * h)
    contrast = np.array([1.0, -1.0, 0.0])
    assert fit.se == pytest.approx(math.sqrt(contrast @ np.linalg.inv(hessian) @ contrast), rel=1e-3)


def test_without_extra_variation_the_pooled_risks_remain():
    a, n1, c, n2 = TABLES["hine1989"]
    fit = beta_binomial(a, n1, c, n2, measure="RR")
    assert fit.correlation == 0.0
    assert fit.estimate == pytest.approx(math.log((a.sum() / n1.sum()) / (c.sum() / n2.sum())))
    variance = 1 / a.sum() - 1 / n1.sum() + 1 / c.sum() - 1 / n2.sum()
    assert fit.se == pytest.approx(math.sqrt(variance))


def test_measures_agree():
    results = {m: beta_binomial(*TABLES["nielweise2007"], measure=m) for m in ("OR", "RR", "RD")}
    swapped = beta_binomial(*TABLES["nielweise2007"][2:], *TABLES["nielweise2007"][:2], measure="RR")
    assert swapped.estimate == pytest.approx(-results["RR"].estimate, rel=1e-8)
    assert results["OR"].estimate < results["RR"].estimate < 0 and results["RD"].estimate < 0
    assert results["RR"].k == 18, "the trial without events takes part"


def test_refusals_and_errors():
    with pytest.raises(Refusal, match="treatment arms of all trials together had no events"):
        beta_binomial([0, 0], [10, 10], [1, 2], [10, 10])
    with pytest.raises(Refusal, match="Fewer than two"):
        beta_binomial([1], [10], [1], [10])
    with pytest.raises(InputError, match="measure"):
        beta_binomial([1, 1], [10, 10], [1, 2], [10, 10], measure="PETO")
