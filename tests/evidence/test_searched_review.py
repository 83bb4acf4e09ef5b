"""The review after searches: boxes that add up, the diagram, the table, and sentences that no longer hold."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from data_copy import Copy
from invented_exports import EXPECTED, scenario
from matplotlib.backends.backend_agg import FigureCanvasAgg
from searching_steps import filled, sheets_of

from analysis.evidence.load import DATA, Evidence, load_unsealed
from analysis.evidence.searching.screening import screened
from analysis.figures import flow as figure
from analysis.figures import style
from analysis.printing.printer import Printer
from analysis.proof.catalogue import printable
from analysis.results import searching
from analysis.results.build import build
from analysis.results.claims import CLAIMS
from analysis.results.contradictions import Contradicted, stop_at_open
from analysis.results.tree import Review
from analysis.synthesis.flow import Boxes, flow
from analysis.tables import searches as table


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of data/ after eight searches, two screeners, and reports that were sought: nobody changes it."""
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


@pytest.fixture(scope="module")
def review(searched: Copy) -> Review:
    """The results of it."""
    return build(searched.folder)


def test_the_boxes_add_up_after_searches(review: Review, evidence: Evidence) -> None:
    before = flow(evidence, 6).sides["databases_and_registers"]
    now = review.flow
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
def test_the_diagram_shows_what_was_sought_and_no_boxes_overlap(review: Review, width: float) -> None:
    printer = Printer(review)
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


DENYING = ("no-database-searched", "no-register-searched", "one-screener", "strategies-not-run")


def test_after_a_search_no_sentence_denies_it(review: Review) -> None:
    assert all("no longer holds" in CLAIMS[name].fault(review) for name in DENYING)
    with pytest.raises(Contradicted, match=r"these rows deny it: protocol-search, .*report-prisma-s-2"):
        stop_at_open(review)
    printer = Printer(review)
    assert "MEDLINE (2026-11-24); Embase (2026-11-24)" in searching.sources(printer).text
    assert searching.steps(printer).text == (
        " Of the records from searches: excluded on title and abstract 23; report not retrieved 2; "
        "report not yet assessed 2."
    )
    said = searching.screening(printer).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "of 32 records" in said and "agreed on 84% (Cohen's kappa 0.65); consensus settled the other 5." in said


def test_the_table_of_searches_has_each_with_its_numbers(review: Review) -> None:
    rows = [[str(getattr(cell, "text", cell)) for cell in row] for row in table.table(Printer(review)).rows]
    assert [(row[0], row[4], row[5]) for row in rows[1:]] == [
        (source, str(EXPECTED[name][0]), str(sum(EXPECTED[name][1:]))) for name, (source, _, _) in scenario().items()
    ]
    assert "`'extract'/exp AND fever`" in rows[2][3] and rows[0][1] == "copy of a register"


def test_before_a_search_the_documents_deny_it(evidence: Evidence) -> None:
    now = build()
    assert not any(CLAIMS[name].fault(now) for name in DENYING)
    stop_at_open(now)
    printer = Printer(now)
    assert searching.sources(printer).text == "No bibliographic database was searched, and no register itself."
    assert searching.screening(printer).text == searching.steps(printer).text == ""


def test_records_of_exports_are_counted_and_not_printed_cell_by_cell(review: Review) -> None:
    keys = [key for key, _ in printable(review)]
    assert "data.record-271.title" in keys and "data.record-272.title" not in keys
    assert "data.search-embase-2026-11-24.query" in keys and "searches.runs.embase_2026_11_24.copies" in keys


def test_nothing_is_said_of_searches_before_any_is_entered() -> None:
    now = build()
    nothing = replace(
        now, evidence=replace(now.evidence, searches=(), records=()), searches=replace(now.searches, runs={})
    )
    assert searching.sources(Printer(nothing)).text == "No search has been entered."
