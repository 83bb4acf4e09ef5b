"""Leave-one-out, cumulative and subset analyses against metafor, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_blocks import blocks, numbers

from analysis.methods.errors import InputError, Refusal
from analysis.methods.models import random_effects
from analysis.methods.robustness import cumulative, leave_one_out, subsets

METHODS = {
    "FE_z": ("EE", "wald", 1e-8),
    "DL_z": ("DL", "wald", 1e-8),
    "PM_z": ("PM", "wald", 1e-6),
    "REML_z": ("REML", "wald", 1e-6),
    "REML_knha": ("REML", "HK", 1e-6),
}
STUDIES = ([-0.3, 0.1, -0.6, -0.2, 0.05], [0.1, 0.2, 0.15, 0.3, 0.05])


def compare(pooled, reference, tolerance, variances):
    """All columns of a reference block; τ² below rounding of the scale of the data counts as 0."""
    smallest = 1e-9 * np.nanmedian(variances)
    columns = {
        "estimate": pooled.estimate, "se": pooled.se, "ci_lb": pooled.ci[0], "ci_ub": pooled.ci[1], "Q": pooled.q,
        "pval": pooled.p_value, "Qp": pooled.q_p_value, "tau2": pooled.tau2,
    }  # fmt: skip
    for name, values in columns.items():
        if name not in reference:
            continue
        expected = numbers(reference[name])
        # metafor calls a test of a 0 ± 0 result NaN or 0; nothing is compared there.
        known = np.isfinite(expected) & (numbers(reference["se"]) > 1e-12)
        absolute = smallest if name == "tau2" else 1e-12
        assert values[known] == pytest.approx(expected[known], rel=tolerance, abs=absolute), name


def test_the_reference_has_not_shrunk():
    assert len(blocks("leave1out")) >= 45
    assert len(blocks("cumul")) >= 48


@pytest.mark.parametrize("name", blocks("leave1out"))
def test_leave_one_out_equals_metafor(name):
    yi, vi, _, reference = blocks("leave1out")[name]
    for key, (tau2, ci, tolerance) in METHODS.items():
        refits = leave_one_out(yi, vi, tau2=tau2, ci=ci)
        assert refits.studies.tolist() == np.flatnonzero(np.isfinite(yi)).tolist()
        compare(refits.pooled, reference[key], tolerance, vi)


@pytest.mark.parametrize("name", blocks("cumul"))
def test_cumulative_equals_metafor(name):
    yi, vi, _, reference = blocks("cumul")[name]
    for key, (tau2, ci, tolerance) in METHODS.items():
        compare(cumulative(yi, vi, tau2=tau2, ci=ci).pooled, reference[key], tolerance, vi)


def test_a_removed_study_is_the_analysis_without_it():
    yi, vi = STUDIES
    refits = leave_one_out(yi, vi)
    for row, study in enumerate(refits.studies):
        alone = random_effects(np.delete(yi, study), np.delete(vi, study))
        assert refits.pooled.estimate[row] == pytest.approx(alone.estimate, rel=1e-12)
        assert refits.pooled.ci[1][row] == pytest.approx(alone.ci[1], rel=1e-10)


@given(st.permutations(range(5)))
def test_cumulative_follows_the_order_and_ends_with_everything(order):
    yi, vi = STUDIES
    steps = cumulative(yi, vi, order=order, tau2="DL")
    assert steps.studies.tolist() == list(order)
    assert steps.pooled.estimate[0] == pytest.approx(yi[order[0]], rel=1e-15)
    assert steps.pooled.estimate[-1] == pytest.approx(steps.full.estimate, rel=1e-12)
    third = random_effects([yi[i] for i in order[:3]], [vi[i] for i in order[:3]], tau2="DL")
    assert steps.pooled.ci[0][2] == pytest.approx(third.ci[0], rel=1e-10)


def test_absent_studies_keep_their_positions():
    yi, vi = [-0.3, math.nan, -0.6, -0.2], [0.1, math.nan, 0.15, 0.3]
    assert leave_one_out(yi, vi).studies.tolist() == [0, 2, 3]
    assert cumulative(yi, vi, order=[3, 1, 0, 2]).studies.tolist() == [3, 0, 2]
    assert subsets(yi, vi, 2).members.tolist() == [[0, 2], [0, 3], [2, 3]]


def test_studies_without_an_effect_can_be_members_without_weight():
    yi, vi = [-0.3, math.nan, -0.6, -0.2], [0.1, math.nan, 0.15, 0.3]
    found = subsets(yi, vi, 3, absent=True)
    assert found.members.tolist() == [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]
    assert found.pooled.estimate[0] == pytest.approx(random_effects([-0.3, -0.6], [0.1, 0.15]).estimate, rel=1e-12)
    assert [analysis.k for analysis in found.pooled.analyses] == [2, 2, 3, 2]


def test_analyses_of_a_batch_are_those_of_one_study_set_each():
    yi, vi = STUDIES
    refits = leave_one_out(yi, vi)
    for left_out, analysis in enumerate(refits.pooled.analyses):
        alone = random_effects(np.delete(yi, left_out), np.delete(vi, left_out))
        (single,) = alone.analyses
        assert (single.estimate, single.ci, single.warnings) == (alone.estimate, alone.ci, alone.warnings)
        for name in ("estimate", "ci", "p_value", "tau2", "tau2_ci", "i2", "i2_ci", "q", "q_p_value", "prediction"):
            assert getattr(analysis, name) == pytest.approx(getattr(single, name), rel=1e-9, abs=1e-12), name
        assert np.delete(analysis.weights, left_out) == pytest.approx(single.weights)
        assert (
            analysis.weights[left_out] == 0 and analysis.warnings == single.warnings and analysis.k == single.k == 4
        )


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_every_subset_once(size):
    yi, vi = map(np.array, STUDIES)
    found = subsets(yi, vi, size, tau2="PM", ci="wald")
    assert found.count == math.comb(5, size)
    assert len({tuple(row) for row in found.members.tolist()}) == found.count
    for row, members in enumerate(found.members):
        alone = random_effects(yi[members], vi[members], tau2="PM", ci="wald")
        assert found.pooled.ci[0][row] == pytest.approx(alone.ci[0], rel=1e-9)
    assert found.favourable == np.sum(found.pooled.estimate < 0)
    outside = (found.pooled.ci[1] < 0) | (found.pooled.ci[0] > 0)
    assert found.excluding_null == outside.sum() == found.favouring_treatment + found.favouring_control


def test_all_but_one_is_leave_one_out():
    yi, vi = STUDIES
    assert subsets(yi, vi, 4).pooled.estimate[::-1] == pytest.approx(leave_one_out(yi, vi).pooled.estimate, rel=1e-12)


def test_verdicts_turn_with_the_favourable_side():
    yi, vi = [-1.0, -0.9, -1.1, -1.0], [0.01] * 4
    good, bad = leave_one_out(yi, vi), leave_one_out(yi, vi, favourable="positive")
    assert (good.full_verdict, set(good.verdict)) == ("treatment", {"treatment"})
    assert (bad.full_verdict, set(bad.verdict)) == ("control", {"control"})
    assert not good.changes_verdict.any()
    one_study_decides = leave_one_out([-2.0, 0.1, -0.1, 0.0], [0.01, 0.5, 0.5, 0.5], tau2="EE", ci="wald")
    assert one_study_decides.changes_verdict.tolist() == [True, False, False, False]
    assert subsets(yi, vi, 2, favourable="positive").favourable == 0


def test_too_few_studies_are_refused_in_words():
    with pytest.raises(Refusal, match="at least two studies"):
        leave_one_out([0.1], [0.2])
    with pytest.raises(Refusal, match="nothing can be accumulated"):
        cumulative([math.nan], [math.nan])


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: leave_one_out([1, 2], [1, -1]), "vi"),
        (lambda: leave_one_out([1, 2], [1, 1], level=0), "level"),
        (lambda: leave_one_out([1, 2], [1, 1], favourable="down"), "favourable"),
        (lambda: cumulative([1, 2], [1, 1], order=[0, 0]), "order"),
        (lambda: cumulative([1, 2], [1, 1], order=[1]), "order"),
        (lambda: cumulative([1, 2], [1, 1], order=[2020, 2021]), "order"),
        (lambda: subsets([1, 2], [1, 1], 3), "size"),
        (lambda: subsets([1, 2], [1, 1], 0), "size"),
        (lambda: subsets(range(40), [1] * 40, 20), "size"),
        (lambda: subsets([1, 2], [1, 1], 1, tau2="XX"), "tau2"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
