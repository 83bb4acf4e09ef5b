"""The flow of records: both sides of the diagram are there only where there are records for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from data_copy import Copy
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.evidence.extent import ABSTRACT, ARTICLE, EXTENTS, OTHERS, REGISTER_ENTRY
from analysis.evidence.load import Evidence
from analysis.figures import flow as figure
from analysis.figures import style
from analysis.printing.printer import Printer
from analysis.printing.quantities import walk
from analysis.synthesis.flow import Flow, FlowError, flow, read_as


@dataclass(frozen=True)
class Tree:
    """As much of the tree of results as the diagram needs."""

    evidence: Evidence
    flow: Flow


def printer(evidence: Evidence) -> Printer:
    return Printer(Tree(evidence, flow(evidence, 6)))


@pytest.fixture
def unsearched(copy: Copy) -> Evidence:
    """The evidence as if no record had come from a database or register."""
    rows = copy.rows("records")
    at, search = (rows[0].index(name) for name in ("identified_by", "search"))
    for row in rows[1:]:
        row[at], row[search] = "other methods", ""
    copy.write("records", rows)
    (found,) = copy.rows("searches")[1:]
    copy.put("searches", found[0], "found", "0")
    return copy.seal()


def words(drawn) -> list:
    return [text for axes in drawn.axes for text in axes.texts if text.get_text().strip()]


def test_no_side_without_records(unsearched: Evidence) -> None:
    counted = flow(unsearched, 6)
    assert list(counted.sides) == ["other_methods"]
    assert counted.sides["other_methods"].identified == counted.identified == len(unsearched.records)
    shown = " ".join(text.get_text() for text in words(figure.flow(printer(unsearched))))
    assert "by other methods" in shown and "from databases and registers" not in shown


def test_both_sides_add_up(evidence: Evidence) -> None:
    counted = flow(evidence, 6)
    assert list(counted.sides) == ["databases_and_registers", "other_methods"]
    for name in ("identified", "duplicates", "screened", "not_trial_reports", "assessed", "excluded", "awaiting"):
        assert sum(getattr(side, name) for side in counted.sides.values()) == getattr(counted, name)
    for side in counted.sides.values():
        assert side.excluded == sum(reason.reports for reason in side.reasons.values())


@pytest.mark.parametrize("width", [style.FULL_WIDTH, style.COLUMN_WIDTH])
def test_both_sides_are_drawn_where_both_have_records(evidence: Evidence, width: float) -> None:
    printing = printer(evidence)
    drawn = figure.flow(printing, width)
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in words(drawn)]
    page = drawn.bbox
    for index, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
        for other, against in boxes[index + 1 :]:
            apart = box.x1 <= against.x0 or against.x1 <= box.x0 or box.y1 <= against.y0 or against.y1 <= box.y0
            assert apart, f"{text!r} overlaps {other!r}"
    shown = " ".join(text for text, _ in boxes)
    for name, found in walk(printing.tree.flow.sides, "flow.sides."):
        if name.split(".")[-1] in ("identified", "screened", "assessed", "excluded", "duplicates"):
            assert f"n = {found.value}" in shown, name
    assert "57 from databases and registers and 214 by other methods" in figure.alternative(printing).text


def with_extents(evidence: Evidence, *said: str) -> Evidence:
    """The evidence with these extents of the first eligible trials, and the register entry of the other ones."""
    extents = dict.fromkeys((trial.row_id for trial in evidence.eligible), REGISTER_ENTRY)
    extents |= dict(zip(extents, said, strict=False))
    return replace(
        evidence,
        trials=tuple(replace(trial, report_read=extents.get(trial.row_id, OTHERS)) for trial in evidence.trials),
    )


def test_reports_are_counted_by_what_was_read_of_them(evidence: Evidence) -> None:
    """PRISMA 2020, item 16a: each eligible trial stands in one count, and no other trial does."""
    read = flow(evidence, 6).read
    counts = {name: getattr(read, name.replace(" ", "_")) for name in EXTENTS}
    assert sum(counts.values()) == read.sought == len(evidence.eligible)
    for name, number in counts.items():
        assert number == sum(trial.report_read == name for trial in evidence.eligible)
    assert {trial.row_id for trial in read_as(evidence, "unread")} == {"pochon2023", "soetjahjo2023"}
    assert read.unread == 2


@pytest.mark.parametrize("width", [style.FULL_WIDTH, style.COLUMN_WIDTH])
def test_the_diagram_says_how_much_was_read_and_leaves_out_what_is_nought(evidence: Evidence, width: float) -> None:
    some = with_extents(evidence, ARTICLE, ABSTRACT, ABSTRACT)
    shown = " ".join(text.get_text() for text in words(figure.flow(printer(some), width)))
    left = len(evidence.eligible) - 3
    for line in ("article read in part: n = 1", "abstract only: n = 2", f"register entry only: n = {left}"):
        assert line in shown
    assert "register results" not in shown and "other sources" not in shown
    said = figure.alternative(printer(some)).text
    assert said.endswith(
        f"of 1 the article was read in part, of 2 the abstract only, of {left} the register entry only."
    )
    every = with_extents(evidence, *EXTENTS)
    shown = " ".join(text.get_text() for text in words(figure.flow(printer(every), width)))
    assert "register results: n = 1" in shown and "other sources only: n = 1" in shown


def test_boxes_that_contradict_the_trials_are_refused(evidence: Evidence) -> None:
    records = tuple(
        replace(record, flow_box="not a trial report") if record.trial == "bowdish2023" else record
        for record in evidence.records
    )
    with pytest.raises(FlowError, match="bowdish2023 stand in one of them only"):
        flow(replace(evidence, records=records), 6)


def test_near_misses_have_reasons(evidence: Evidence) -> None:
    """PRISMA 2020, item 16b: studies that look eligible and are not, each with the reason."""
    near = [trial for trial in evidence.trials if trial.eligibility != "eligible"]
    assert len(near) == 44 and all(trial.reason for trial in near)
