"""Skewed measurements on the log scale: conversions, ratios of means, and what their intervals hold in samples."""

import math

import numpy as np
import pytest

from analysis.methods.effects import two_means
from analysis.methods.errors import InputError
from analysis.methods.log_scale import (
    LogArm,
    log_arm_from_five_numbers,
    log_arm_from_geometric_mean,
    log_arm_from_logged,
    log_arm_from_mean_sd,
    log_arm_from_quartiles,
    log_arm_from_range,
    log_ratios,
)
from analysis.methods.quantile_summaries import mean_sd_from_quartiles, mean_sd_from_range


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 0.3), (2.5, 0.8), (-4.0, 1.5)])
def test_moments_of_a_log_normal_variable_give_its_parameters_back(mu, sigma):
    """E X^k = exp(kμ + k²σ²/2): mean and SD are written out from the first two moments."""
    first, second = math.exp(mu + sigma**2 / 2), math.exp(2 * mu + 2 * sigma**2)
    arm = log_arm_from_mean_sd(first, math.sqrt(second - first**2), 40)
    assert (arm.mean, arm.sd, arm.n) == (pytest.approx(mu, abs=1e-12), pytest.approx(sigma, rel=1e-12), 40)
    assert arm.geometric_mean == pytest.approx(math.exp(mu), rel=1e-12)


@pytest.mark.parametrize("method", ["luo", "wan"])
def test_quantiles_are_logged_before_they_are_converted(method):
    n, values = 41, [3.0, 8.0, 14.0, 31.0, 90.0]
    logs = [math.log(value) for value in values]
    by_range, by_quartiles = mean_sd_from_range(*logs[::2], n, method), mean_sd_from_quartiles(*logs[1:4], n, method)
    arm = log_arm_from_range(*values[::2], n, method)
    assert (arm.mean, arm.sd) == (by_range.mean, by_range.sd)
    arm = log_arm_from_quartiles(*values[1:4], n, method)
    assert (arm.mean, arm.sd) == (by_quartiles.mean, by_quartiles.sd)
    assert "logarithms" in arm.source
    five = log_arm_from_five_numbers(*values, n, method)
    assert logs[1] < five.mean < logs[3] and five.n == n


def test_a_change_of_unit_moves_the_mean_of_the_logarithm_alone():
    for build, values in (
        (log_arm_from_mean_sd, (24.6, 19.3)),
        (log_arm_from_quartiles, (12.0, 21.0, 36.0)),
        (log_arm_from_geometric_mean, (15.0, 11.0, 20.0)),
    ):
        one, other = build(*values, 30), build(*(1000 * value for value in values), 30)
        assert other.mean - one.mean == pytest.approx(math.log(1000), rel=1e-12)
        assert other.sd == pytest.approx(one.sd, rel=1e-12)


def test_quantiles_of_log_normal_samples_find_the_parameters():
    rng, n = np.random.default_rng(6072), 401
    samples = np.sort(np.exp(3.0 + 0.9 * rng.standard_normal((300, n))), axis=1)[:, [0, 100, 200, 300, 400]]
    by_quartiles = [log_arm_from_quartiles(*row[1:4], n) for row in samples.tolist()]
    by_five = [log_arm_from_five_numbers(*row, n) for row in samples.tolist()]
    for arms in (by_quartiles, by_five):
        assert np.mean([arm.mean for arm in arms]) == pytest.approx(3.0, abs=0.01)
        assert np.mean([arm.sd for arm in arms]) == pytest.approx(0.9, abs=0.01)
        assert np.mean([arm.notice is not None for arm in arms]) < 0.1
    raw = [mean_sd_from_quartiles(*row[1:4], n).skewed for row in samples.tolist()]
    assert np.mean(raw) > 0.9


def coverage(sigma, n, of="geometric", logged=False):
    """Share of 95 % intervals of a log ratio that hold the true one, in samples of two log-normal arms."""
    rng, samples = np.random.default_rng(2008), 3000
    logs = sigma * rng.standard_normal((samples, 2, n)) + np.array([1.0, 1.4])[None, :, None]
    values = logs if logged else np.exp(logs)
    build = log_arm_from_logged if logged else log_arm_from_mean_sd
    arms = [
        [build(m, s, n) for m, s in zip(values[:, arm].mean(1), values[:, arm].std(1, ddof=1), strict=True)]
        for arm in (0, 1)
    ]
    sizes = log_ratios(*arms, of=of)
    return np.mean(np.abs(sizes.yi + 0.4) < 1.959964 * np.sqrt(sizes.vi))


def test_intervals_hold_the_true_ratio():
    """Nominal 95 %; from reported means and SDs a little under it, and clearly where the SD exceeds the mean."""
    for of in ("geometric", "arithmetic"):
        assert 0.935 < coverage(0.8, 40, of, logged=True) < 0.965
    assert 0.925 < coverage(0.4, 40) < 0.96
    assert coverage(1.2, 40) < 0.9


def test_a_notice_marks_an_arm_whose_sd_exceeds_its_mean():
    large, small = log_arm_from_mean_sd(10, 10.1, 30), log_arm_from_mean_sd(10, 9.9, 30)
    skewed = log_arm_from_quartiles(1, 1.1, 30, 60)
    assert small.notice is None
    sizes = log_ratios([large, small, skewed, large], [small, small, small, skewed])
    assert [note.code if note else None for note in sizes.notes] == [
        "sd-above-mean",
        None,
        "skewed-log",
        "skewed-log",
    ]


def test_log_ratios_written_out():
    t, c = LogArm(2.0, 0.5, 20, "", None), LogArm(2.5, 0.7, 25, "", None)
    geometric, arithmetic = log_ratios([t], [c]), log_ratios([t], [c], of="arithmetic")
    assert (geometric.measure, arithmetic.measure) == ("GMR", "ROM")
    assert geometric.yi[0] == pytest.approx(-0.5, rel=1e-14)
    assert geometric.vi[0] == pytest.approx(0.25 / 20 + 0.49 / 25, rel=1e-14)
    assert arithmetic.yi[0] == pytest.approx(-0.5 + 0.125 - 0.245, rel=1e-14)
    assert arithmetic.vi[0] == pytest.approx(
        0.25 / 20 + 0.49 / 25 + 0.25**2 / (2 * 19) + 0.49**2 / (2 * 24), rel=1e-14
    )


def test_arithmetic_means_of_logged_moments_are_those_reported():
    t, c = log_arm_from_mean_sd(12.0, 7.0, 33), log_arm_from_mean_sd(19.0, 11.0, 35)
    raw = two_means([12.0], [7.0], [33], [19.0], [11.0], [35], "ROM")
    assert log_ratios([t], [c], of="arithmetic").yi == pytest.approx(raw.yi, rel=1e-12)


@pytest.mark.parametrize("of", ["geometric", "arithmetic"])
def test_exchanged_arms_turn_the_sign(of):
    arms = [log_arm_from_mean_sd(12.0, 7.0, 33), log_arm_from_quartiles(5, 9, 21, 25)]
    there, back = log_ratios(arms, arms[::-1], of=of), log_ratios(arms[::-1], arms, of=of)
    assert there.yi.tolist() == (-back.yi).tolist() and there.vi.tolist() == pytest.approx(back.vi.tolist())


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: log_arm_from_mean_sd(0, 1, 20), "mean"),
        (lambda: log_arm_from_mean_sd(1, 0, 20), "sd"),
        (lambda: log_arm_from_mean_sd(1, 1, 1), "n"),
        (lambda: log_arm_from_mean_sd(1, 1, 20.5), "n"),
        (lambda: log_arm_from_logged(math.nan, 1, 20), "mean"),
        (lambda: log_arm_from_logged(-1, -1, 20), "sd"),
        (lambda: log_arm_from_geometric_mean(10, 11, 20, 20), "geometric_mean"),
        (lambda: log_arm_from_geometric_mean(10, 0, 20, 20), "low"),
        (lambda: log_arm_from_geometric_mean(10, 8, 20, 20, level=95), "level"),
        (lambda: log_arm_from_range(0, 5, 9, 20), "minimum"),
        (lambda: log_arm_from_range(5, 5, 5, 20), "maximum"),
        (lambda: log_arm_from_quartiles(-2, 5, 9, 20), "q1"),
        (lambda: log_arm_from_quartiles(2, 9, 5, 20), "q3"),
        (lambda: log_arm_from_quartiles(2, 5, 9, 4), "n"),
        (lambda: log_arm_from_quartiles(2, 5, 9, 20, "hozo"), "method"),
        (lambda: log_arm_from_five_numbers(1, 5, 5, 5, 9, 20), "q3"),
        (lambda: log_ratios([], []), "treatment"),
        (lambda: log_ratios([log_arm_from_mean_sd(1, 1, 9)], []), "control"),
        (lambda: log_ratios([log_arm_from_mean_sd(1, 1, 9)], [], of="median"), "of"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
