"""What must hold for any data: symmetries, scales, limits, and batches that equal loops."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import Refusal
from analysis.methods.models import mantel_haenszel, peto, random_effects

pytestmark = pytest.mark.campaign

METHODS = st.sampled_from(["EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB"])
INTERVALS = st.sampled_from(["wald", "HK", "mHK"])
# Effects on a grid of 1/64: sums and mirrored signs are exact, so that only the method can differ.
EFFECTS = st.integers(-640, 640).map(lambda x: x / 64)
VARIANCES = st.floats(1e-3, 10)


@st.composite
def analyses(draw, smallest=2):
    k = draw(st.integers(smallest, 8))
    yi = draw(st.lists(EFFECTS, min_size=k, max_size=k))
    vi = draw(st.lists(VARIANCES, min_size=k, max_size=k))
    return np.array(yi), np.array(vi)


@st.composite
def counts(draw):
    k = draw(st.integers(2, 6))
    sizes = st.lists(st.integers(2, 60), min_size=k, max_size=k)
    n1, n2 = draw(sizes), draw(sizes)
    a = [draw(st.integers(0, n)) for n in n1]
    c = [draw(st.integers(0, n)) for n in n2]
    return a, n1, c, n2


def close(value, expected, tolerance=1e-8, floor=1e-10):
    return value == pytest.approx(expected, rel=tolerance, abs=floor, nan_ok=True)


def comparable(fit):
    """A likelihood with two maxima of equal height has no unique answer; neither have intervals of no width."""
    return np.array([fit.estimate, fit.se, fit.tau2, fit.q, *fit.ci, *fit.prediction])


@given(analyses(), METHODS, INTERVALS, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(data, tau2, ci, random):
    yi, vi = data
    order = list(range(len(yi)))
    random.shuffle(order)
    fit, shuffled = random_effects(yi, vi, tau2, ci), random_effects(yi[order], vi[order], tau2, ci)
    assert close(comparable(shuffled), comparable(fit))
    assert close(shuffled.weights, fit.weights[order])


@given(analyses(), METHODS, INTERVALS)
def test_changing_all_signs_mirrors_the_result(data, tau2, ci):
    yi, vi = data
    fit, mirrored = random_effects(yi, vi, tau2, ci), random_effects(-yi, vi, tau2, ci)
    assert close(-mirrored.estimate, fit.estimate)
    assert close((-mirrored.ci[1], -mirrored.ci[0]), fit.ci)
    assert close((mirrored.tau2, mirrored.q, mirrored.se), (fit.tau2, fit.q, fit.se))


@given(analyses(), METHODS, INTERVALS, st.sampled_from([2.0**-20, 0.5, 8.0, 2.0**20]), st.integers(-5, 5))
def test_units_and_origin(data, tau2, ci, scale, shift):
    yi, vi = data
    fit, moved = random_effects(yi, vi, tau2, ci), random_effects(scale * (yi + shift), scale**2 * vi, tau2, ci)
    assert close(moved.estimate / scale - shift, fit.estimate)
    assert close((moved.se / scale, moved.tau2 / scale**2), (fit.se, fit.tau2))
    assert close((moved.q, moved.i2, moved.h2), (fit.q, fit.i2, fit.h2))


@given(analyses(smallest=1), METHODS, INTERVALS)
def test_absent_studies_change_nothing(data, tau2, ci):
    yi, vi = data
    gaps = np.insert(yi, 1, math.nan), np.insert(vi, 1, math.nan)
    fit, gapped = random_effects(yi, vi, tau2, ci), random_effects(*gaps, tau2, ci)
    assert gapped.k == fit.k
    assert comparable(gapped) == pytest.approx(comparable(fit), rel=1e-12, nan_ok=True)
    assert gapped.weights[1] == 0.0
    assert gapped.weights.sum() == pytest.approx(1.0)


@given(analyses())
def test_duplicated_studies(data):
    """Under equal effects twice the data halve the variance and leave the estimate; Q doubles."""
    yi, vi = data
    one = random_effects(yi, vi, "EE", "wald")
    two = random_effects(np.tile(yi, 2), np.tile(vi, 2), "EE", "wald")
    assert close((two.estimate, two.se, two.q), (one.estimate, one.se / math.sqrt(2), 2 * one.q))
    assert close(two.tau2_ci[0] >= one.tau2_ci[0] - 1e-9, True)


@given(analyses())
def test_random_effects_join_equal_effects_as_tau2_vanishes(data):
    yi, vi = data
    wide = vi + np.ptp(yi) ** 2 + 1.0
    equal = random_effects(yi, wide, "EE", "wald")
    for tau2 in ("DL", "HE", "ML", "REML", "PM", "EB"):
        fit = random_effects(yi, wide, tau2, "wald")
        if fit.tau2 == 0.0:
            assert close(comparable(fit)[:6], comparable(equal)[:6], 1e-12)
    assert random_effects(yi, wide, "REML").tau2 == random_effects(yi, wide, "ML").tau2 == 0.0


@given(analyses())
def test_paule_mandel_solves_its_equation(data):
    yi, vi = data
    fit = random_effects(yi, vi, "PM")
    w = 1 / (vi + fit.tau2)
    q = (w * (yi - (w @ yi) / w.sum()) ** 2).sum()
    assert close(q, len(yi) - 1) if fit.tau2 > 0 else q <= (len(yi) - 1) * (1 + 1e-12)


@given(analyses(), st.sampled_from([0.5, 0.8, 0.9, 0.99]))
def test_intervals_are_nested_in_their_level(data, level):
    yi, vi = data
    fit, narrow = random_effects(yi, vi), random_effects(yi, vi, level=level)
    inner, outer = (narrow, fit) if level < 0.95 else (fit, narrow)
    for field in ("ci", "prediction", "tau2_ci", "i2_ci"):
        (a, b), (c, d) = getattr(inner, field), getattr(outer, field)
        assert c <= a + 1e-12 and b <= d + 1e-12, field
    for low, high in (fit.ci, fit.prediction):
        assert low <= fit.estimate <= high


@settings(max_examples=30)
@given(st.lists(analyses(smallest=1), min_size=2, max_size=12), METHODS, INTERVALS)
def test_a_batch_equals_a_loop(rows, tau2, ci):
    width = max(len(yi) for yi, _ in rows)
    yi, vi = (np.full((len(rows), width), math.nan) for _ in range(2))
    for i, (y, v) in enumerate(rows):
        yi[i, : len(y)], vi[i, : len(v)] = y, v
    batch = random_effects(yi, vi, tau2, ci)
    for i, (y, v) in enumerate(rows):
        fit = random_effects(y, v, tau2, ci)
        for field in ("estimate", "se", "tau2", "q", "p_value", "i2", "h2", "se_tau2", "q_p_value", "k", "df"):
            assert close(getattr(batch, field)[i], getattr(fit, field)), field
        for field in ("ci", "prediction", "tau2_ci", "i2_ci"):
            low, high = getattr(batch, field)
            assert close((low[i], high[i]), getattr(fit, field)), field
        assert close(batch.weights[i, : len(y)], fit.weights)
        assert batch.warnings[i] == fit.warnings


@given(counts(), st.sampled_from(["RR", "OR", "RD", "PETO"]))
def test_exchanging_the_arms_inverts_the_effect(tables, measure):
    a, n1, c, n2 = tables
    one, other = two_proportions(a, n1, c, n2, measure), two_proportions(c, n2, a, n1, measure)
    assert close(other.yi, -one.yi, 1e-12)
    assert close(other.vi, one.vi, 1e-12)
    pool = peto if measure == "PETO" else lambda *x: mantel_haenszel(*x, measure=measure)
    try:
        fit = pool(a, n1, c, n2)
    except Refusal:
        with pytest.raises(Refusal):
            pool(c, n2, a, n1)
        return
    swapped = pool(c, n2, a, n1)
    assert close((swapped.estimate, swapped.se, swapped.q), (-fit.estimate, fit.se, fit.q), 1e-9, 1e-9)
    assert fit.weights.sum() == pytest.approx(1.0)


@given(counts())
def test_odds_ratios_of_events_and_of_non_events_are_inverse(tables):
    a, n1, c, n2 = map(np.array, tables)
    one, other = two_proportions(a, n1, c, n2, "OR"), two_proportions(n1 - a, n1, n2 - c, n2, "OR")
    assert close(other.yi, -one.yi, 1e-12)
    assert close(other.vi, one.vi, 1e-12)


@given(st.lists(st.tuples(EFFECTS, EFFECTS, st.floats(0.1, 9), st.integers(2, 99)), min_size=1, max_size=6))
def test_means(rows):
    m1, m2, sd, n = map(np.array, zip(*rows, strict=True))
    assume((m1 * m2 > 0).any())
    for measure in ("MD", "SMD", "ROM"):
        one, other = two_means(m1, sd, n, m2, sd, n + 1, measure), two_means(m2, sd, n + 1, m1, sd, n, measure)
        assert close(other.yi, -one.yi, 1e-12)
        assert close(other.vi, one.vi, 1e-12)
        # Units cancel from a standardised difference and from a ratio, and scale a difference.
        scaled = two_means(4 * m1, 4 * sd, n, 4 * m2, 4 * sd, n + 1, measure)
        factor = 4 if measure == "MD" else 1
        assert close(scaled.yi, factor * one.yi, 1e-12)
        assert close(scaled.vi, factor**2 * one.vi, 1e-12)
