"""ML and REML find the highest of several maxima: at the boundary, for two studies, variances from 1e-12 to 1e12."""

import numpy as np
import pytest
from reference_blocks import numbers, reference_cases

from analysis.methods.models import random_effects
from analysis.methods.models.likelihood import maximise
from analysis.methods.models.moments import arrange, log_likelihood

GRID = 1500


def profile(yi, vi, tau2, restricted):
    """Log-likelihood at each τ² by definition: joint normal density, the mean at its best (ML) or integrated out."""
    variance = vi[:, None] + tau2
    w = 1 / variance
    mean = (w * yi[:, None]).sum(axis=0) / w.sum(axis=0)
    value = -0.5 * (np.log(variance) + w * (yi[:, None] - mean) ** 2).sum(axis=0)
    return value - 0.5 * np.log(w.sum(axis=0)) if restricted else value


def hard_data(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 9))
    kind = seed % 4
    if kind == 0:
        vi = 10 ** rng.uniform(-12, 12, k)
        return rng.normal(0, 10 ** rng.uniform(-6, 6), k), vi
    if kind == 1:
        vi = 10 ** rng.uniform(-4, 1, k)
        return rng.normal(0, np.sqrt(vi + 10 ** rng.uniform(-5, 1))), vi
    if kind == 2:
        vi = np.where(np.arange(k) < k // 2, 10 ** rng.uniform(-6, -2), 10 ** rng.uniform(-1, 2, k))
        return rng.normal(0, np.sqrt(vi)) * rng.uniform(0.5, 3), vi
    vi = 10 ** rng.uniform(-12, 12, k)
    return rng.normal(0, np.sqrt(vi)) * 10 ** rng.uniform(-1, 1), vi


@pytest.mark.parametrize("restricted", [True, False])
def test_nothing_on_a_fine_grid_is_higher(restricted):
    several_maxima = 0
    for seed in range(240):
        yi, vi = hard_data(seed)
        tau2 = maximise(arrange(yi[None], vi[None]), restricted)
        span = np.ptp(yi) ** 2
        grid = np.r_[0.0, np.geomspace(1e-3 * min(vi.min(), span), 1.5 * max(vi.min(), span), GRID)]
        values = profile(yi, vi, np.r_[tau2, grid], restricted)
        assert values[0] >= values[1:].max() - 1e-9 * max(1.0, abs(values[0])), seed
        inner = (values[2:-1] > values[1:-2]) & (values[2:-1] > values[3:])
        several_maxima += int(inner.sum()) + int(values[1] > values[2]) > 1
    assert several_maxima > 10, "the data are meant to be hard"


def test_gibson2002_has_its_higher_maximum_inside():
    """The score at 0 is negative, yet the likelihood is higher at τ² = 9.68."""
    case = next(case for case in reference_cases() if case["id"] == "gibson2002")
    yi, vi = (numbers(case["effects"]["MD"][name]) for name in ("yi", "vi"))
    near_zero = profile(yi, vi, np.array([0.0, 1e-6]), True)
    assert near_zero[0] > near_zero[1]
    fit = random_effects(yi, vi)
    assert fit.tau2 == pytest.approx(9.68, abs=0.005)
    assert profile(yi, vi, np.array([fit.tau2]), True)[0] > near_zero[0]


def test_log_likelihood_constants():
    """With all constants, REML of two studies is the normal density of their difference, times √2."""
    yi, vi = np.array([0.3, 1.1]), np.array([0.2, 0.5])
    value = log_likelihood(arrange(yi[None], vi[None]), np.array([0.1]))[0]
    variance = vi.sum() + 0.2
    expected = -0.5 * np.log(2 * np.pi * variance) - 0.5 * (0.8**2) / variance + 0.5 * np.log(2)
    assert value == pytest.approx(expected)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_two_studies_in_closed_form(scale):
    yi, vi = np.array([0.0, 3.0]) * np.sqrt(scale), np.array([0.5, 1.5]) * scale
    expected = (9 - 2) / 2 * scale
    for method in ("REML", "DL", "HE", "PM", "EB"):
        assert random_effects(yi, vi, tau2=method).tau2 == pytest.approx(expected, rel=1e-12)
    assert random_effects(yi / 3, vi).tau2 == 0.0


def test_huge_and_tiny_variances_together():
    fit = random_effects([0.1, 0.2, 5.0, -7.0], [1e-12, 1e-12, 1e12, 1e12])
    assert fit.tau2 == pytest.approx(0.1**2 / 2, rel=1e-9)
    assert fit.estimate == pytest.approx(0.15)
    assert all(np.isfinite([*fit.ci, *fit.prediction, *fit.tau2_ci, fit.i2, fit.se_tau2]))


def test_identical_effects():
    fit = random_effects([0.3, 0.3, 0.3], [0.1, 0.2, 0.1])
    assert (fit.tau2, fit.q, fit.se) == (0.0, 0.0, 0.0)
    assert fit.ci == (fit.estimate, fit.estimate)
    assert {"hk-degenerate", "empty-tau2-interval"} <= {notice.code for notice in fit.warnings}
    modified = random_effects([0.3, 0.3, 0.3], [0.1, 0.2, 0.1], ci="mHK")
    assert modified.se == pytest.approx(0.2)


def test_a_million_studies_need_no_square_matrix():
    rng = np.random.default_rng(5)
    vi = rng.chisquare(3, 1_000_000) * 0.1 + 0.02
    fit = random_effects(rng.normal(0.5, np.sqrt(vi + 0.09)), vi)
    assert fit.estimate == pytest.approx(0.5, abs=0.003)
    assert fit.tau2 == pytest.approx(0.09, rel=0.02)
