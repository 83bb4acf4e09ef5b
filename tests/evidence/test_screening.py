"""Screening by two: conflicts listed and settled, a known kappa, sheets that cannot be used."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from data_copy import Copy
from invented_exports import embase_ris, report
from searching_steps import KAPPA, bring, contents, filled, sheets_of

from analysis.__main__ import main
from analysis.evidence.load import DataError
from analysis.evidence.searching.screening import screened, write_sheets
from analysis.methods.agreement import cohen_kappa


def test_conflicts_are_listed_settled_and_written_with_a_known_kappa(copy: Copy) -> None:
    sheets = sheets_of(copy)
    before, conflicts = contents(copy.folder), copy.folder.parent / "conflicts.csv"
    found = screened(copy.folder, sheets, None, conflicts)
    assert (found.both, found.agreed, len(found.open), found.written) == (32, 27 / 32, 5, False)
    assert found.kappa == pytest.approx(KAPPA) and contents(copy.folder) == before
    listed = list(csv.DictReader(io.StringIO(conflicts.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["id"] for row in listed] == list(found.open)
    assert {(row["decision_a"], row["decision_b"]) for row in listed} == {
        ("include", "exclude"),
        ("exclude", "include"),
    }
    with pytest.raises(DataError, match="may hold decisions; give it as --consensus"):
        screened(copy.folder, sheets, None, conflicts)
    with pytest.raises(DataError, match="leaves 5 conflicts open"):
        screened(copy.folder, sheets, conflicts, conflicts)
    filled(conflicts, ["include", *["exclude"] * 4], "settled")
    found = screened(copy.folder, sheets, conflicts, conflicts)
    assert (found.written, found.included, found.excluded, found.waiting) == (True, 9, 23, 0)
    records = [record for record in copy.seal().records if record.screener_1]
    assert cohen_kappa([(one.screener_1, one.screener_2) for one in records]) == pytest.approx(KAPPA)
    assert Counter(one.flow_box for one in records) == {
        "report not yet assessed": 9, "excluded on title and abstract": 23,
    }  # fmt: skip
    assert {one.reason for one in records if one.flow_box.startswith("excluded")} == {
        "wrong patients / no trial", "settled",
    }  # fmt: skip
    with pytest.raises(DataError, match="holds nothing to screen"):
        write_sheets(copy.folder, copy.folder.parent / "again")


def test_what_both_left_open_waits_and_what_one_left_open_is_refused(copy: Copy) -> None:
    bring(copy, embase_ris([report(1), report(2)]))
    (one, other), _ = write_sheets(copy.folder, copy.folder.parent / "screening")
    with pytest.raises(DataError, match="holds no decision"):
        screened(copy.folder, (one, other), None, one.with_name("c"))
    with pytest.raises(DataError, match="is there and may hold decisions"):
        write_sheets(copy.folder, copy.folder.parent / "screening")
    filled(one, ["include", ""]), filled(other, ["", ""])
    with pytest.raises(DataError, match="has no decision on 1 that the other sheet decides: record-272"):
        screened(copy.folder, (one, other), None, one.with_name("c"))
    filled(other, ["include", ""])
    found = screened(copy.folder, (one, other), None, one.with_name("c"))
    assert (found.written, found.both, found.waiting, found.kappa) == (True, 1, 1, None)
    with pytest.raises(DataError, match="line 2: 'record-272' waits for no decision"):
        screened(copy.folder, (one, other), None, one.with_name("c"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("include", "perhaps", 1), "line 2: 'perhaps' is no decision on record-272"),
        (lambda text: text.replace("decision", "verdict", 1), "line 1: .* has no column decision"),
        (lambda text: text.replace("record-273", "record-272"), "line 3: 'record-272' was decided on in line 2"),
        (lambda text: text.replace("record-273", "record-999"), "line 3: 'record-999' waits for no decision"),
        (lambda text: text + '"', "is no CSV"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused(copy: Copy, change, words: str) -> None:
    bring(copy, embase_ris([report(1), report(2)]))
    (one, other), _ = write_sheets(copy.folder, copy.folder.parent / "screening")
    filled(one, ["include", "exclude"]), filled(other, ["include", "exclude"])
    one.write_text(change(one.read_text()))
    with pytest.raises(DataError, match=words):
        screened(copy.folder, (one, other), None, one.with_name("c"))
    with pytest.raises(DataError, match="is the first sheet again"):
        screened(copy.folder, (other, other), None, one.with_name("c"))


def test_the_commands_screen_and_say_what_is_left(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    bring(copy, embase_ris([report(1), report(2)]))
    folder = ["--folder", str(copy.folder)]
    destination = copy.folder.parent / "screening"
    assert main(["records", "sheet", str(destination), *folder]) == 0
    one, other = (str(filled(path, ["include", "exclude"])) for path in sorted(destination.glob("*.csv")))
    filled(Path(other), ["include", "include"])
    assert main(["records", "screened", one, other, *folder]) == 1
    assert "2 records decided on by both, 50.0% alike, Cohen's kappa 0.00, 1 conflicts" in capsys.readouterr().out
    consensus = filled(destination / "conflicts.csv", ["exclude"], "wrong patients")
    assert main(["records", "screened", one, other, "--consensus", str(consensus), *folder]) == 0
    assert "written: 1 included (reports to be sought), 1 excluded on title and abstract" in capsys.readouterr().out
