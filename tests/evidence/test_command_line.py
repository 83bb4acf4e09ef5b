"""`python -m analysis`: what it prints, and its exit status."""

from __future__ import annotations

import re

import pytest
from data_copy import Copy

from analysis.__main__ import main
from analysis.evidence.checks import CHECKS, seals

DEATHS = "deaths-bowdish2023-d30"


def test_the_repository_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-data"]) == 0
    printed = capsys.readouterr().out
    for check in CHECKS:
        assert re.search(rf"^{re.escape(check.name)} .* \d+ +\d+ +\d+ +0$", printed, flags=re.M), check.name
    assert printed.rstrip().endswith("findings explained, 0 open")


def test_an_open_finding_is_printed_and_sets_the_exit_status(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    number = copy.put("counts", DEATHS, "events_treatment", "43")
    assert main(["check-data", str(copy.folder)]) == 1
    printed = capsys.readouterr().out
    assert (
        f"data/counts.csv, row {number} (line {number + 1}), column events_treatment: '43' is not among the"
        in printed
    )
    assert re.search(r"^events quoted .* 1$", printed, flags=re.M)


def test_a_useless_descriptor_sets_the_exit_status(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    (copy.folder / "datapackage.json").write_text("{")
    assert main(["check-data", str(copy.folder)]) == 1
    assert "not readable as UTF-8 JSON" in capsys.readouterr().err


def test_sealing_says_what_changed(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    number = copy.put("counts", DEATHS, "note", "another note")
    (broken,) = copy.all_problems()
    copy.write("assessors", [*copy.rows("assessors"), ["assessor-a", "A. Reader", "assessor", "full text", ""]])
    assert (broken.check, broken.row, broken.column) == (seals.NAME, number, "note")
    assert main(["seal", "--by", "A. Reader", "--on", "2026-11-23", str(copy.folder)]) == 0
    assert f"row {number}, column note: 'another note' changed since" in capsys.readouterr().out
    assert copy.all_problems() == ()
    (line,) = [row for row in copy.rows("seals") if row[1] == DEATHS]
    assert line[-3:] == ["2026-11-23", "A. Reader", ""]
    assert {row[-2] for row in copy.rows("seals")[1:]} == {"A. Reader", "the project, from the available text"}
    assert main(["seal", "--by", "A. Reader", str(copy.folder)]) == 0
    assert "nothing had changed" in capsys.readouterr().out


def test_what_a_check_refuses_cannot_be_sealed(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy.put("counts", DEATHS, "events_treatment", "43")
    before = (copy.folder / "seals.csv").read_bytes()
    assert main(["seal", "--by", "A. Reader", str(copy.folder)]) == 1
    assert "is not among the numbers of the quotation" in capsys.readouterr().err
    assert (copy.folder / "seals.csv").read_bytes() == before


def test_seals_can_be_made_from_nothing(copy: Copy) -> None:
    (copy.folder / "seals.csv").unlink()
    assert main(["seal", "--by", "the project", str(copy.folder)]) == 0
    assert copy.all_problems() == ()
