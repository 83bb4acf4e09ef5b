"""One analysis in plain floats gives what the arrays give, and leaves to them what it can't prove."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.methods.errors import InputError
from analysis.methods.models import random_effects, single

NUMBERS = ("estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "q", "i2", "hk_factor", "df")


def studies(k: int, seed: int, tau2: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    vi = rng.chisquare(3, k) * 0.1 + 0.02
    return rng.normal(0.3, np.sqrt(vi + tau2)), vi


@pytest.mark.parametrize("method", ["EE", "DL", "HE", "SJ", "ML", "REML", "PM", "EB"])
@pytest.mark.parametrize("ci", ["wald", "HK", "mHK"])
@pytest.mark.parametrize("k", [1, 2, 5, single.FEW, single.FEW + 1, 3_000])
def test_a_batch_of_one_gives_the_same(k: int, ci: str, method: str) -> None:
    for seed, between in ((1, 0.0), (2, 0.1), (3, 2.0)):
        yi, vi = studies(k, seed, between)
        alone, batch = (random_effects(*data, tau2=method, ci=ci) for data in ((yi, vi), (yi[None], vi[None])))
        for name in NUMBERS:
            expected = float(np.asarray(getattr(batch, name))[0])
            assert getattr(alone, name) == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("k", [6, 60])
def test_absent_studies_and_those_without_variance_count_for_nothing(k: int) -> None:
    yi, vi = studies(k, 4, 0.1)
    alone = random_effects(yi, vi)
    more = random_effects([np.nan, *yi, 0.7], [np.nan, *vi, 0.0])
    for name in NUMBERS:
        assert getattr(more, name) == pytest.approx(getattr(alone, name), rel=1e-12), name
    assert more.k == k and more.warnings and not alone.warnings


@pytest.mark.parametrize("k", [6, 60])
@pytest.mark.parametrize(("y", "v"), [(np.inf, 1.0), (np.nan, 1.0), (0.0, -1.0), (0.0, np.inf), (0.0, np.nan)])
def test_a_study_that_is_neither_usable_nor_absent_is_named(k: int, y: float, v: float) -> None:
    yi, vi = studies(k, 5, 0.1)
    yi[3], vi[3] = y, v
    with pytest.raises(InputError) as caught:
        random_effects(yi, vi)
    assert caught.value.study == 3


@pytest.mark.parametrize("k", [6, 60])
def test_no_study_at_all_is_refused(k: int) -> None:
    with pytest.raises(InputError, match="no study"):
        random_effects(np.full(k, np.nan), np.full(k, np.nan))


@pytest.mark.parametrize("k", [5, 50])
def test_what_is_too_wide_or_has_several_maxima_is_left_to_the_arrays(k: int) -> None:
    yi, vi = studies(k, 6, 0.1)
    vi[0] = 1e6 * vi.min()
    wide = single.arrange(yi, vi)
    assert wide is not None and single.estimate(wide, "REML") is None
    assert random_effects(yi, vi).tau2 == random_effects(yi[None], vi[None]).tau2[0]
