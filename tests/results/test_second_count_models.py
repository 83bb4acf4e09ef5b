"""Second computations of count models: right at the size of the BCG trials, whose likelihoods are narrow peaks."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.methods.models import binomial_normal
from analysis.results import second_computations

REFERENCE = Path(__file__).parents[1] / "reference" / "metafor_reference_public.json"


@pytest.fixture(scope="module")
def bcg():
    """Events and patients of thirteen trials of up to 88,391 patients in an arm, shape (13, 4)."""
    cases = json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]
    data = next(case["data"] for case in cases if case["id"] == "bcg")
    counts = np.array([data[name] for name in ("ai", "n1i", "ci", "n2i")], dtype=float).T
    assert counts.shape == (13, 4) and counts.max() > 80_000
    return counts


def test_the_unconditional_model_gives_the_known_odds_ratio(bcg):
    assert second_computations.binomial_normal(bcg, "unconditional") == pytest.approx(0.47473, abs=5e-6)


@pytest.mark.parametrize("kind", ["unconditional", "conditional"])
def test_the_second_computation_agrees_with_the_method_at_that_size(bcg, kind):
    ours = binomial_normal(*(column.astype(int).tolist() for column in bcg.T), kind=kind)
    assert second_computations.binomial_normal(bcg, kind) == pytest.approx(math.exp(ours.estimate), rel=1e-5)


def test_one_event_more_is_another_result(bcg):
    more = bcg.copy()
    more[0, 0] += 1
    first, second = (second_computations.binomial_normal(counts, "conditional") for counts in (bcg, more))
    assert second > first and second == pytest.approx(first, rel=0.1)
