"""Searches brought in: copies by rule, nothing twice, nothing half written."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from data_copy import Copy
from invented_exports import EXPECTED, Report, ctgov, embase_ris, entry, nbib, report, scenario, scopus_ris
from searching_steps import DAY, bring, bring_all, contents

from analysis.__main__ import main
from analysis.evidence.load import DataError, Evidence, load, load_unsealed
from analysis.evidence.searching.duplicates import DOI, PMID, REGISTRATION, TITLE
from analysis.evidence.searching.importing import Searched, bring_in

RULES = (DOI, PMID, REGISTRATION, TITLE)


def test_copies_are_recognised_by_each_rule_within_and_between_searches(copy: Copy) -> None:
    log = len(load(copy.folder).records)
    found = bring_all(copy)
    assert {
        name: (one.records, *(one.by_rule.get(rule, 0) for rule in RULES)) for name, one in found.items()
    } == EXPECTED
    assert sum(one.records for one in found.values()) == 48 and sum(one.new for one in found.values()) == 32
    assert [name for name, one in found.items() if one.within] == ["ictrp.xml"]  # one trial in two countries
    records = copy.seal().records[log:]
    assert len(records) == 48 and Counter(record.flow_box for record in records) == {
        "duplicate": 16, "not yet screened": 32,
    }  # fmt: skip
    originals = {record.row_id: record for record in records}
    for record in records:
        if record.is_duplicate:
            assert not originals[record.duplicate_of].is_duplicate and record.duplicate_rule in RULES
    # a report and the entry of its trial share a number, and neither is a copy
    (shared,) = [
        record for record in records if record.registration == "NCT99900002" and record.kind != "registry entry"
    ]
    (own,) = [
        record for record in records if record.registration == "NCT99900002" and record.kind == "registry entry"
    ]
    assert not shared.is_duplicate and not own.is_duplicate
    # the abstract of a congress has title and year of an article, and a DOI of its own
    (congress,) = [record for record in records if record.doi == "10.5555/congress.13"]
    assert not congress.is_duplicate


def test_each_search_keeps_source_day_query_and_number(copy: Copy) -> None:
    bring_all(copy)
    searches = copy.seal().searches[1:]
    assert [(one.database, one.query, one.files) for one in searches] == [
        (source, query, name) for name, (source, query, _) in scenario().items()
    ]
    assert {one.searched_on for one in searches} == {DAY} and sum(one.found for one in searches) == 48
    assert [one.kind for one in searches].count("trial register") == 4
    assert searches[4].row_id == "search-clinicaltrials-gov-2026-11-24-2"
    (register,) = load(copy.folder).searches[:1]
    assert register.kind == "copy of a register" and not register.digest


def test_a_record_of_the_log_is_recognised_by_trial_and_address(copy: Copy, evidence: Evidence) -> None:
    main_reports = {record.trial: record for record in evidence.records if record.flow_box.endswith("main report")}
    trial = next(t for t in evidence.eligible if t.doi and main_reports[t.row_id].kind == "trial report")
    again = Report("Another wording of the title of this report", 2021, ("A, B",), trial.doi.upper(), "")
    other = next(record for record in evidence.records if "NCT0" in record.address and record.search)
    number = f"NCT{other.address.partition('NCT')[2][:8]}"
    found = bring(copy, scopus_ris([again, report(1)]))
    assert found.by_rule == {DOI: 1} and found.within == 0
    entries = bring(copy, ctgov([entry(1), type(entry(1))(number, "Some title of this entry in the register")]), "CT")
    assert entries.by_rule == {REGISTRATION: 1}
    records = copy.seal().records[len(evidence.records) :]
    assert records[0].duplicate_of == main_reports[trial.row_id].row_id
    assert {one.row_id: one.address for one in evidence.records}[records[3].duplicate_of].count(number)


def test_nothing_is_brought_in_twice(copy: Copy) -> None:
    text = embase_ris([report(1)])
    bring(copy, text)
    before = contents(copy.folder)
    with pytest.raises(DataError, match="was brought in before, as search-embase-2026-11-24"):
        bring(copy, text, "Another name", "another query", "another name")
    with pytest.raises(DataError, match="was searched on 2026-11-24 with this query before"):
        bring(copy, embase_ris([report(2)]), "EMBASE", " extract ")
    path = copy.folder.parent / "export"
    path.write_text(nbib([report(2)]))
    with pytest.raises(DataError, match="is named twice"):
        bring_in(copy.folder, [path, path], Searched("MEDLINE", DAY, "q"))
    assert contents(copy.folder) == before


def test_parts_of_one_search_are_one_search(copy: Copy) -> None:
    paths = [copy.folder.parent / name for name in ("one.nbib", "two.nbib")]
    for path, numbers in zip(paths, ((1, 2), (2, 3)), strict=True):
        path.write_text(nbib([report(n) for n in numbers]), encoding="utf-8")
    found = bring_in(copy.folder, paths, Searched("MEDLINE", DAY, "extract", note="in two parts"))
    assert (found.records, found.by_rule, found.within, found.new) == (4, {DOI: 1}, 1, 3)
    search = copy.seal().searches[-1]
    assert search.files == "one.nbib; two.nbib" and search.found == 4 and search.note == "in two parts"


@pytest.mark.parametrize(
    ("searched", "words"),
    [
        (Searched("", DAY, "q"), "column source: '' is empty"),
        (Searched("Embase", DAY, "=q"), "column query: '=q' looks like a spreadsheet formula"),
        (Searched("Embase", date.today() + timedelta(days=1), "q"), "is after today"),
    ],
)
def test_a_search_that_cannot_be_recorded_is_refused_and_nothing_is_written(
    copy: Copy, searched: Searched, words: str
) -> None:
    before = contents(copy.folder)
    path = copy.folder.parent / "export"
    path.write_text(nbib([report(1)]), encoding="utf-8")
    with pytest.raises(DataError) as refusal:
        bring_in(copy.folder, [path], searched)
    assert words in str(refusal.value) and contents(copy.folder) == before


def test_a_broken_file_beside_a_sound_one_leaves_everything_as_it_was(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(copy.folder)
    good, bad = copy.folder.parent / "good.ris", copy.folder.parent / "bad.ris"
    good.write_text(embase_ris([report(1)]), encoding="utf-8")
    bad.write_text("TY  - JOUR\nT1  - An invented title that ends\n", encoding="utf-8")
    command = ["records", "import", str(good), str(bad), "--source", "Embase", "--searched", str(DAY), "--query", "q"]
    assert main([*command, "--folder", str(copy.folder)]) == 1
    assert "bad.ris, line 1: begins a record that never ends with ER" in capsys.readouterr().err
    assert contents(copy.folder) == before and not list(copy.folder.glob(".*.part"))


def test_the_command_prints_its_rules_and_asks_for_the_seal(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    path = copy.folder.parent / "export.nbib"
    path.write_text(nbib([report(1), report(1)]), encoding="utf-8")
    command = ["records", "import", str(path), "--source", "MEDLINE", "--searched", str(DAY), "--query", "a\n  OR b"]
    assert main([*command, "--folder", str(copy.folder)]) == 0
    said = capsys.readouterr().out
    assert "export.nbib: NBIB of PubMed, UTF-8, 2 records" in said
    assert "1 removed as copies by DOI (the same DOI)" in said and "1 wait for screening" in said
    assert 'python -m analysis seal --by "your name"' in said
    with pytest.raises(DataError, match="nobody has sealed it"):
        load(copy.folder)
    assert load_unsealed(copy.folder).searches[-1].query == "a OR b"
    assert copy.seal().records[-1].duplicate_of == copy.seal().records[-2].row_id


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "words"),
    [
        ("searches", "search-embase-2026-11-24", "found", "3", "is not the number of its rows in records.csv: 2"),
        ("records", "record-272", "search", "", "does not go with databases and registers"),
        ("records", "record-001", "query", "", "is required of a record that no export brought"),
        ("records", "record-273", "duplicate_rule", "", "does not go with duplicate_of"),
        ("records", "record-273", "duplicate_of", "record-273", "does not stand above its copy"),
        ("records", "record-272", "retrieved", "yes", "does not go with box not yet screened"),
        ("records", "record-272", "screener_1", "include", "stands without the other"),
        ("records", "record-272", "decision", "exclude", "does not go with box not yet screened"),
        ("records", "record-272", "duplicate_of", "record-001", "goes with no duplicate"),
    ],
)
def test_rows_of_a_search_that_do_not_agree_are_refused(
    copy: Copy, table: str, row: str, column: str, value: str, words: str
) -> None:
    bring(copy, embase_ris([report(1), report(1)]))
    copy.put(table, row, column, value)
    assert any(words in problem.problem or words in problem.remedy for problem in copy.problems())
