"""Searches brought in: copies by rule, nothing twice, nothing half written, and the flow diagram in the end."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from data_copy import Copy
from invented_exports import EXPECTED, Report, ctgov, embase_ris, entry, nbib, report, scenario, scopus_ris

from analysis.__main__ import main
from analysis.evidence.load import DataError, Evidence, load, load_unsealed
from analysis.evidence.searching.duplicates import DOI, PMID, REGISTRATION, TITLE
from analysis.evidence.searching.importing import Imported, Searched, bring_in
from analysis.evidence.searching.screening import screened, write_sheets
from analysis.figures import flow as figure
from analysis.figures import style
from analysis.methods.agreement import cohen_kappa
from analysis.printing.printer import Printer
from analysis.review.build import build
from analysis.synthesis.flow import Boxes

DAY = date(2026, 11, 24)
RULES = (DOI, PMID, REGISTRATION, TITLE)


def bring(copy: Copy, content: str, source: str = "Embase", query: str = "extract", name: str = "export") -> Imported:
    path = copy.folder.parent / name
    path.write_text(content, encoding="utf-8", newline="")
    return bring_in(copy.folder, [path], Searched(source, DAY, query))


def bring_all(copy: Copy) -> dict[str, Imported]:
    return {name: bring(copy, text, source, query, name) for name, (source, query, text) in scenario().items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


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


# Screening ----------------------------------------------------------------------------------------------------------


def filled(path: Path, decisions: list[str], reason: str = "") -> Path:
    """A sheet with these decisions on its records, in order, as a spreadsheet program saves it."""
    raw = path.read_bytes()
    saved = b";" in raw.partition(b"\n")[0]
    sheet = io.StringIO(raw.decode("windows-1252" if saved else "utf-8-sig"), newline="")
    rows = list(csv.DictReader(sheet, delimiter=";" if saved else ","))
    for row, decision in zip(rows, decisions, strict=True):
        row.update(decision=decision, reason=reason if decision == "exclude" else "")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("windows-1252"))
    return path


#: of 32 records 8 included by both, 2 by the first only, 3 by the second only, 19 by none
FIRST = ["include"] * 10 + ["exclude"] * 22
SECOND = ["include"] * 8 + ["exclude"] * 2 + ["include"] * 3 + ["exclude"] * 19
#: agreed 27/32; by chance (10 * 11 + 22 * 21) / 32^2
KAPPA = (27 / 32 - 572 / 1024) / (1 - 572 / 1024)


def sheets_of(copy: Copy) -> tuple[Path, Path]:
    bring_all(copy)
    (one, other), records = write_sheets(copy.folder, copy.folder.parent / "screening")
    assert records == 32
    return filled(one, FIRST, "wrong patients"), filled(other, SECOND, "no trial")


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


# The flow of what was found -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of data/ after eight searches, two screeners, and reports that were sought: nobody changes it."""
    import shutil

    from analysis.evidence.load import DATA

    copy = Copy(Path(shutil.copytree(DATA, tmp_path_factory.mktemp("searched") / "data")))
    sheets = sheets_of(copy)
    conflicts = copy.folder.parent / "conflicts.csv"
    screened(copy.folder, sheets, None, conflicts)
    screened(copy.folder, sheets, filled(conflicts, ["include", *["exclude"] * 4]), conflicts)
    passed = [one.row_id for one in load_unsealed(copy.folder).records if one.retrieved == "sought"]
    for row_id in passed[:2]:
        copy.put("records", row_id, "retrieved", "no")
        copy.put("records", row_id, "flow_box", "report not retrieved")
    for row_id in passed[2:7]:
        cells = {"retrieved": "yes", "flow_box": "excluded with reason", "exclusion_class": "uncontrolled"}
        for column, value in {**cells, "decision": "exclude"}.items():
            copy.put("records", row_id, column, value)
    copy.put("records", passed[7], "retrieved", "yes")
    copy.seal()
    return copy


def test_the_boxes_add_up_after_searches(searched: Copy, evidence: Evidence) -> None:
    before = build().flow.sides["databases_and_registers"]
    now = build(searched.folder).flow
    side = now.sides["databases_and_registers"]

    def more(box: str) -> int:
        return getattr(side, box) - getattr(before, box)

    expected = {
        "identified": 48, "duplicates": 16, "unscreened": 0, "screened": 32, "excluded_early": 23, "sought": 9,
        "not_retrieved": 2, "unassessed": 2, "assessed": 5, "excluded": 5, "not_trial_reports": 0, "awaiting": 0,
        "included_reports": 0, "sensitivity_only": 0,
    }  # fmt: skip
    assert {box: more(box) for box in expected} == expected
    boxes: Boxes
    for boxes in (side, now):
        assert boxes.identified == boxes.duplicates + boxes.unscreened + boxes.screened
        assert boxes.screened == boxes.not_trial_reports + boxes.excluded_early + boxes.sought
        assert boxes.sought == boxes.not_retrieved + boxes.unassessed + boxes.assessed
        assert boxes.assessed == (boxes.excluded + boxes.awaiting + boxes.sensitivity_only + boxes.included_reports)
    assert not now.sides["other_methods"].retrieval and side.retrieval
    assert now.included_trials == len(evidence.eligible)


@pytest.mark.parametrize("width", [style.FULL_WIDTH, style.COLUMN_WIDTH])
def test_the_diagram_shows_what_was_sought_and_no_boxes_overlap(searched: Copy, width: float) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    printer = Printer(build(searched.folder))
    drawn = figure.flow(printer, width)
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    texts = [text for axes in drawn.axes for text in axes.texts if text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in texts]
    for index, (text, box) in enumerate(boxes):
        page = drawn.bbox
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
        for other, against in boxes[index + 1 :]:
            apart = box.x1 <= against.x0 or against.x1 <= box.x0 or box.y1 <= against.y0 or against.y1 <= box.y0
            assert apart, f"{text!r} overlaps {other!r}"
    shown = " ".join(" ".join(text for text, _ in boxes).split())
    for words in (
        "Reports sought n = 55",
        "Not retrieved: n = 2",
        "Not yet assessed: n = 2",
        "Excluded in screening: n = 23",
    ):
        assert words in shown.replace("\N{NO-BREAK SPACE}", " "), words
    said = figure.alternative(printer).text
    assert "23 excluded on title and abstract; 2 not retrieved; 2 not yet assessed;" in said
