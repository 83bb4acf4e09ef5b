"""Rendering the paper again: the same bytes elsewhere, and nothing where data or claims do not stand."""

import re
import shutil

from real_paper import render

FORMATS = ("html", "pdf", "docx")
ORIGINS = "origins.html"


def test_a_second_render_in_another_folder_and_order_of_hashing_gives_the_same_bytes(
    real_paper, tmp_path, monkeypatch
):
    copy = tmp_path / "elsewhere"
    shutil.copytree(real_paper, copy)
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    assert render(copy, "--force", "manuscript.qmd").returncode == 0
    for form in FORMATS:
        name = f"manuscript.{form}"
        assert (copy / "_output" / name).read_bytes() == (real_paper / "_output" / name).read_bytes(), name
    assert (copy / "_output" / ORIGINS).read_bytes() == (real_paper / "_output" / ORIGINS).read_bytes()


def test_bad_data_stop_the_render_with_one_message_and_spare_the_outputs(real_paper, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(real_paper, copy)
    before = {path.name: path.read_bytes() for path in (copy / "_output").iterdir()}
    table = copy / "data" / "counts.csv"
    table.write_text(table.read_text().replace(",42,112,47,110,", ",4x2,112,47,110,", 1))
    done = render(copy)
    assert done.returncode == 1
    assert re.search(r"(manuscript|supplement)\.qmd, line \d+", done.stderr)  # whichever document ran into it first
    assert "data/counts.csv, row" in done.stderr
    assert "'4x2'" in done.stderr and "column events_treatment" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in (copy / "_output").iterdir()} == before


def test_a_claim_that_no_longer_holds_stops_the_render(real_paper, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(real_paper, copy)
    claims = copy / "analysis" / "review" / "claims" / "outcomes.py"
    claims.write_text(
        claims.read_text().replace(
            'review.counted("deaths").result.estimate < 1', 'review.counted("deaths").result.estimate > 1'
        )
    )
    done = render(copy)
    assert done.returncode == 1
    assert "'deaths-direction' no longer holds" in done.stderr and "manuscript.qmd, line" in done.stderr
