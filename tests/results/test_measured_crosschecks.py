"""A measured outcome is computed a second time at build, as a counted one is; the trials are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.evidence.load import Evidence
from analysis.results import crosschecks
from analysis.results.tree import Review
from analysis.synthesis.entries import ArmMean, MeasuredEntry
from analysis.synthesis.pooling import pool

#: mean and SD with the treatment, then in the control arm, of 30 and 28 patients
TRIALS = {"a": (40.0, 20.0, 52.0, 22.0), "b": (35.0, 18.0, 44.0, 25.0), "c": (50.0, 30.0, 49.0, 28.0)}
ARMS = {"treatment": 30, "control": 28}


@pytest.fixture
def evidence_with_means(evidence: Evidence) -> Evidence:
    """The evidence with rows of both arms of three trials, made from one of its own."""
    pattern = evidence.continuous[0]
    rows = tuple(
        replace(
            pattern, row_id=f"{name}-{arm}", outcome="CRP", unit="mg/L", arm=arm, n=size, statistic="mean/SD",
            centre=numbers[2 * at], sd=numbers[2 * at + 1], low=None, high=None,
        )
        for name, numbers in TRIALS.items()
        for at, (arm, size) in enumerate(ARMS.items())
    )  # fmt: skip
    return replace(evidence, continuous=rows)


def entry(name: str) -> MeasuredEntry:
    m1, s1, m2, s2 = TRIALS[name]
    return MeasuredEntry(
        trial=name, role="primary", label=name, rows=tuple(f"{name}-{arm}" for arm in ARMS), obtained=("reported",),
        timepoint_days=7, n_treatment=30, n_control=28, way="final values", treatment=ArmMean(30, m1, s1),
        control=ArmMean(28, m2, s2),
    )  # fmt: skip


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
def test_means_are_computed_again_from_their_rows(evidence_with_means: Evidence, measure: str) -> None:
    results = {"pooled": pool([entry(name) for name in TRIALS], measure)}
    (job,) = crosschecks.jobs(evidence_with_means, results)
    for way in crosschecks.ways(job):
        for check in crosschecks.by_way(job, way):
            assert check.deviation <= check.tolerance, check


def test_an_outcome_without_posteriors_is_computed_again_at_build(
    evidence_with_means: Evidence, tree: Review
) -> None:
    pooled = pool([entry(name) for name in TRIALS], "MD")
    asked = {"CRP": replace(tree.outcomes["CRP"], pooled=pooled)}
    checks = crosschecks.crosschecks(evidence_with_means, asked, {})
    assert {"CRP.pooled.estimate", "CRP.pooled.low", "CRP.pooled.high"} == {check.key for check in checks}
    wrong = {"CRP": replace(tree.outcomes["CRP"], pooled=replace(pooled, estimate=pooled.estimate * 1.001))}
    with pytest.raises(crosschecks.Disagreement, match=r"CRP\.pooled\.estimate"):
        crosschecks.crosschecks(evidence_with_means, wrong, {})


def test_a_difference_near_zero_is_held_to_the_width_of_its_interval(tree):
    """A limit of a difference may lie at 0; a ratio of the same size keeps its relative tolerance."""
    difference = replace(tree.measures["deaths"]["rd_reml_hk"].pooled, low=-0.5, high=0.5)
    assert crosschecks.near(1e-5, 2e-4, difference) == pytest.approx(1e-5 / 2e-4)
    assert crosschecks.near(1e-5, -40.0, difference) == 1e-5
    assert crosschecks.near(1e-5, 2e-4, tree.counted("deaths").pooled) == 1e-5
