"""Every pooled result has a second computation that shares no code with it, and a wrong result is noticed."""

import os
from dataclasses import replace

import numpy as np
import pytest

from analysis.proof import metafor
from analysis.proof.recompute import computations, jobs
from analysis.proof.trace import with_value
from analysis.results.crosschecks import LIMITS, Disagreement
from analysis.results.second_computations import TAU2


def test_every_pooled_result_is_computed_again_and_agrees(tree):
    found = {one.key: one for one in computations(tree)}
    wanted = [f"{job.key}.estimate" for job in jobs(tree)]
    assert len(wanted) > 60
    assert [key for key in wanted if key not in found] == []
    for one in found.values():
        assert one.deviation <= one.tolerance, one


def test_limits_are_computed_again_for_inverse_variance(tree):
    found = {one.key for one in computations(tree)}
    for job in jobs(tree):
        if job.tau2:
            assert {f"{job.key}.low", f"{job.key}.high"} <= found


@pytest.mark.parametrize("field", ["estimate", "low", "high"])
def test_a_result_that_is_a_little_wrong_is_noticed(tree, field):
    key = f"deaths.leave_one_out.bowdish2023.pooled.{field}"
    pooled = tree.counted("deaths").leave_one_out["bowdish2023"].pooled
    wrong = with_value(tree, key.split("."), getattr(pooled, field) * 1.0001)
    (one,) = [one for one in computations(wrong) if one.key == key]
    assert one.deviation > one.tolerance


def test_a_result_that_names_other_rows_is_noticed(tree):
    pooled = replace(tree.counted("deaths").dersimonian_laird, rows=tree.counted("deaths").pooled.rows[1:])
    wrong = with_value(tree, ["deaths", "dersimonian_laird"], pooled)
    (one,) = [one for one in computations(wrong) if one.key == "deaths.dersimonian_laird.estimate"]
    assert one.deviation > one.tolerance


def test_a_result_that_names_rows_of_no_trial_of_its_own_is_refused(tree):
    pooled = tree.counted("deaths").dersimonian_laird
    wrong = replace(pooled, rows=(*pooled.rows, "sae-lanzoni2021"))
    with pytest.raises(Disagreement, match=r"deaths\.dersimonian_laird names sae-lanzoni2021, which none of its"):
        list(computations(with_value(tree, ["deaths", "dersimonian_laird"], wrong)))


def test_the_search_finds_the_higher_of_two_maxima():
    """Effects for which the restricted likelihood has a second, lower maximum at 0."""
    y, v = np.array([0.0, 0.0, 0.0, 3.0]), np.array([0.05, 0.05, 0.05, 0.4])
    found = TAU2["REML"](y, v)

    def likelihood(tau2):
        w = 1 / (v + tau2)
        mu = (w * y).sum() / w.sum()
        return -0.5 * (np.log(v + tau2).sum() + np.log(w.sum()) + (w * (y - mu) ** 2).sum())

    grid = np.linspace(0, 30, 30001)
    assert likelihood(found) >= max(likelihood(point) for point in grid) - 1e-9


def test_estimators_of_tau2_on_figures_worked_by_hand():
    """Two effects, 0 and 1, both with variance 0.1: Q = 5, the variance of the effects is 1/2."""
    y, v = np.array([0.0, 1.0]), np.array([0.1, 0.1])
    for name in ("DL", "PM", "EB", "HE", "REML"):
        assert TAU2[name](y, v) == pytest.approx(0.4, abs=1e-6), name
    assert TAU2["ML"](y, v) == pytest.approx(0.15, abs=1e-6)
    assert TAU2["EE"](y, v) == 0


def test_what_r_is_asked(tree):
    by_key = {job.key: job for job in jobs(tree)}
    asked = metafor.call(by_key["deaths.pooled"])
    assert asked.startswith('rma(measure = "RR", ai = c(10, 2, 5, 5, 42), n1i = c(20, 12, 21, 11, 112), ')
    assert 'method = "REML", test = "knha", level = 95' in asked
    assert metafor.call(by_key["deaths.mantel_haenszel"]).startswith('rma.mh(measure = "RR"')
    assert metafor.call(by_key["measures.deaths.or_hypergeometric.pooled"]) == ""


FAKE_R = """#!/bin/sh
[ "$1" = "-e" ] && exit 0
cat > {script}
echo "version 9.9"
echo "deaths.pooled -0.2 -0.7 0.3"
"""


def rscript(folder, monkeypatch, text):
    path = folder / "Rscript"
    path.write_text(text)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_what_r_answers_is_read_on_the_natural_scale(tree, tmp_path, monkeypatch):
    rscript(tmp_path, monkeypatch, FAKE_R.format(script=tmp_path / "script.R"))
    (job,) = [job for job in jobs(tree) if job.key == "deaths.pooled"]
    assert metafor.available()
    found = metafor.computations([job])
    assert [one.key for one in found] == [f"deaths.pooled.{name}" for name in LIMITS]
    assert [one.theirs for one in found] == pytest.approx(np.exp([-0.2, -0.7, 0.3]))
    assert found[0].by == "metafor 9.9 rma" and found[0].ours == tree.counted("deaths").pooled.estimate
    assert "library(metafor)" in (tmp_path / "script.R").read_text()


def test_r_that_fails_is_reported_with_its_words(tree, tmp_path, monkeypatch):
    rscript(tmp_path, monkeypatch, "#!/bin/sh\necho 'no such method' >&2\nexit 1\n")
    with pytest.raises(metafor.MetaforFailed, match="no such method"):
        metafor.computations(list(jobs(tree)))
    assert not metafor.available()


def test_without_r_metafor_is_not_available(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not metafor.available()
