"""The export for R is complete: each pooled result stands in the script, with the rows that it was computed from."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.proof import export_r, metafor
from analysis.proof.recompute import jobs
from analysis.synthesis.entries import CountedEntry

ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(
    r'^compare\("(?P<key>[^"]+)", "(?P<outcome>[^"]+)", "(?P<measure>\w+)", "(?P<method>\w+)", "(?P<test>\w+)", '
    r"c\((?P<rows>[\d, ]+)\), c\((?P<ours>[^)]+)\)\)$",
    re.MULTILINE,
)


@pytest.fixture(scope="module", params=["tree", "invented_review"])
def review(request):
    """The review, and one in which measured outcomes are pooled too."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def exported(review):
    return export_r.export(review)


def table(exported, outcome):
    return {row["row"]: row for row in csv.DictReader(io.StringIO(exported.files[f"{outcome}.csv"]))}


def test_the_script_has_every_pooled_result_or_says_that_it_leaves_it_out(review, exported):
    script = exported.files[export_r.SCRIPT]
    called = {found["key"] for found in CALL.finditer(script)}
    left = set(re.findall(r'^left_out\("([^"]+)"', script, re.MULTILINE))
    wanted = {job.key: job for job in jobs(review)}
    assert called | left == set(wanted) and not called & left
    assert len(called) > 100
    assert {wanted[key].tau2 for key in left} == {""}
    assert script.rstrip().endswith("finish()")


def test_each_call_has_the_method_and_the_numbers_of_its_result(review, exported):
    wanted = {job.key: job for job in jobs(review)}
    for found in CALL.finditer(exported.files[export_r.SCRIPT]):
        job = wanted[found["key"]]
        pooled = job.pooled
        assert found["measure"] == pooled.measure
        assert [float(one) for one in found["ours"].split(", ")] == [pooled.estimate, pooled.low, pooled.high]
        if job.tau2 and pooled.k > 1:
            assert found["method"] == metafor.METHODS[job.tau2] and found["test"] == metafor.TESTS[job.interval]
        rows = table(exported, found["outcome"])
        brought = [rows[number] for number in found["rows"].split(", ")]
        assert [row["trial"] for row in brought] == [entry.trial for entry in pooled.entries]
        for row, entry in zip(brought, pooled.entries, strict=True):
            if isinstance(entry, CountedEntry):
                assert [int(row[name]) for name in export_r.NUMBERS[:4]] == list(entry.arms)
            elif row.get("effect"):
                assert (float(row["effect"]), row["effect_measure"]) == (
                    entry.effect(pooled.measure).yi,
                    pooled.measure,
                )
                assert float(row["se"]) ** 2 == pytest.approx(entry.effect(pooled.measure).vi, rel=1e-14)
            else:
                assert float(row["mean_treatment"]) == entry.treatment.mean
                assert float(row["sd_control"]) == entry.control.sd


def test_the_script_reads_each_table_and_no_row_stands_twice(exported):
    script = exported.files[export_r.SCRIPT]
    tables = [name for name in exported.files if name != export_r.SCRIPT]
    assert len(tables) >= 2
    for name in tables:
        assert f'<- read("{name}")' in script
        rows = [tuple(row.values())[1:] for row in table(exported, name.removesuffix(".csv")).values()]
        assert len(rows) == len(set(rows))


def test_the_same_results_give_the_same_bytes(review, exported, tmp_path):
    export_r.write(review, tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == exported.files


@pytest.mark.skipif(not metafor.available(), reason="R with the package metafor is not installed")
def test_metafor_gives_the_same_results(review, exported, tmp_path):
    export_r.write(review, tmp_path)
    done = subprocess.run(["Rscript", export_r.SCRIPT], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert f"{len(exported.computed)} results by metafor" in done.stdout and " 0 beyond" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(not metafor.available(), reason="R with the package metafor is not installed")
def test_a_wrong_number_is_noticed_by_the_script(review, exported, tmp_path):
    export_r.write(review, tmp_path)
    path = tmp_path / export_r.SCRIPT
    pooled = review.outcomes["deaths"].result
    script = path.read_text(encoding="utf-8")
    path.write_text(script.replace(repr(pooled.estimate), repr(pooled.estimate * 1.001)), encoding="utf-8")
    done = subprocess.run(["Rscript", export_r.SCRIPT], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and " 0 beyond" not in done.stdout


@pytest.mark.parametrize("example", ["bcg", "stroke-stay"])
def test_the_command_exports_any_review(example, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-m", "analysis", "export-r", str(tmp_path / "r")]
    done = subprocess.run(command, cwd=ROOT / "examples" / example, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"computes {len(CALL.findall((tmp_path / 'r' / export_r.SCRIPT).read_text()))} results" in done.stdout
