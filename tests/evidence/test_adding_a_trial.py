"""docs/adding-a-trial.md by example: an invented trial, added through the tables alone, moves what depends on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from data_copy import Copy
from worked_examples import BAR_CHART, GUIDE, LINE_CHART

from analysis.evidence.digitised.points import PointRow
from analysis.evidence.rows import ROW_TYPES
from analysis.evidence.rows_question import WAYS
from analysis.printing.printer import Printer
from analysis.results.build import build
from analysis.results.claim_printing import CLAIMS, ClaimFails, Claims
from analysis.results.tree import Review
from analysis.tables import manuscript, supplement

ADDRESS = "https://example.org/invented"
ROWS: dict[str, dict[str, str]] = {
    "bibliography": {
        "key": "invented2024", "type": "article", "authors": "Doe, J.", "title": "An invented trial",
        "journal_or_publisher": "Journal of Examples", "year": "2024", "verified_fields": "all", "address": ADDRESS,
        "quotation": "An invented trial",
    },
    "trials": {
        "row_id": "invented2024", "label": "Invented 2024", "citation": "invented2024", "year": "2024",
        "title": "An invented trial", "registry_id": "NCT99999999", "country": "Nowhere",
        "design": "randomised, double-blind", "randomised": "yes", "blinding": "double-blind or more",
        "comparator": "placebo (saline)", "comparator_class": "placebo", "severity": "severe",
        "intervention": "umbilical cord, IV", "intervention_class": "umbilical cord", "dose": "1 x 10^6 cells/kg",
        "randomised_treatment": "60", "randomised_control": "58", "eligibility": "eligible", "reason": "an example",
        "report_read": "article in part",
        "source": "invented2024", "address": ADDRESS, "locator": "abstract",
        "quotation": "60 patients were randomised to cells and 58 to saline", "obtained": "reported",
    },
    "records": {
        "row_id": "record-272", "number": "272", "address": ADDRESS, "title": "An invented trial", "year": "2024",
        "kind": "trial report", "is_duplicate": "false", "decision": "include", "reason": "eligible trial",
        "trial": "invented2024", "flow_box": "included study, main report", "used_as_source": "true",
        "identified_by": "other methods", "query": "an example",
    },
    "counts": {
        "row_id": "deaths-invented2024-d28", "trial": "invented2024", "outcome": "death", "timepoint_days": "28",
        "timepoint_text": "day 28", "events_treatment": "13", "n_treatment": "60",
        "events_control": "17", "n_control": "58",
        "counted_unit": "patients", "printed_measure": "RR", "printed_estimate": "0.74", "printed_low": "0.40",
        "printed_high": "1.38", "source": "invented2024", "address": ADDRESS, "locator": "Table 2",
        "quotation": "13/60 (21.7%) v 17/58 (29.3%), RR 0.74 (0.40 to 1.38)", "obtained": "reported",
    },
    "choices": {
        "row_id": "choice-death-invented2024", "analysis": "death", "trial": "invented2024",
        "rows": "deaths-invented2024-d28", "role": "primary", "enters_as": "counts",
        "label": "Invented 2024, day 28",
        "reason": "the only counts", "decided_on": "2026-11-22", "decided_by": "the project",
    },
    "choices 2": {
        "row_id": "choice-sae-invented2024", "analysis": "serious adverse event", "trial": "invented2024",
        "role": "listed", "label": "Invented 2024", "reason": "not reported", "decided_on": "2026-11-22",
        "decided_by": "the project",
    },
}  # fmt: skip
TABLES_OF_A_TRIAL = (
    "bibliography", "trials", "records", "counts", "continuous", "scales", "biomarkers", "baseline", "risk_of_bias",
    "choices", "conflicts", "exceptions",
)  # fmt: skip
#: a step left out → the message that asks for it
LEFT_OUT = {
    "bibliography": "'invented2024' is no key of bibliography.csv",
    "trials": "'invented2024' is no row_id of trials.csv",
    "records": "column eligibility: 'eligible' has no main report among the records",
    "counts": "'deaths-invented2024-d28' names deaths-invented2024-d28, which is no row of counts.csv",
    "choices": "'invented2024' is eligible, but choices.csv is silent on it for death",
    "choices 2": "'invented2024' is eligible, but choices.csv is silent on it for serious adverse event",
}


def add(copy: Copy, without: str = "", **changes: str) -> None:
    """Add the invented trial's rows, one step left out, cells of its counts changed."""
    for step, cells in ROWS.items():
        if step == without:
            continue
        table = step.split()[0]
        rows = copy.rows(table)
        filled = cells | changes if table == "counts" else cells
        assert set(filled) <= set(rows[0])
        copy.write(table, [*rows, [filled.get(name, "") for name in rows[0]]])


def test_an_added_trial_moves_all_that_depends_on_it(copy: Copy, tree: Review) -> None:
    add(copy)
    copy.seal()
    after = build(copy.folder)
    assert after.counted("deaths").k == tree.counted("deaths").k + 1
    assert after.counted("deaths").participants == tree.counted("deaths").participants + 118
    assert after.counted("deaths").trials["invented2024"].events_treatment == 13
    assert after.counted("deaths").pooled.estimate != tree.counted("deaths").pooled.estimate
    assert "deaths-invented2024-d28" in after.counted("deaths").pooled.rows
    assert set(after.counted("deaths").leave_one_out) == {*tree.counted("deaths").leave_one_out, "invented2024"}
    assert after.counted("serious").pooled == tree.counted("serious").pooled
    assert after.counted("serious").k_unavailable == tree.counted("serious").k_unavailable + 1
    assert after.trials.eligible == tree.trials.eligible + 1
    assert after.trials.last_year == 2024
    assert after.flow.identified == tree.flow.identified + 1
    assert after.flow.included_trials == tree.flow.included_trials + 1
    assert after.data_digest != tree.data_digest
    printer = Printer(after)
    assert "Invented 2024" in manuscript.trials(printer, "deaths")._repr_markdown_()
    assert "13/60" in re.sub(r"\[|\]\{[^}]*\}", "", manuscript.trials(printer, "deaths")._repr_markdown_()).replace(
        "\\", ""
    )
    assert "Table 2" in supplement.sources(printer)._repr_markdown_()
    assert printer.short("deaths.pooled").text != Printer(tree).short("deaths.pooled").text
    assert printer.word("deaths.k").text == "six"


def test_claims_that_stop_being_true_are_named(copy: Copy, tree: Review) -> None:
    """With 40 deaths of 60 against 10 of 58 the trial turns the direction; each claim that fails says so."""
    add(
        copy, events_treatment="40", events_control="10", printed_measure="", printed_estimate="", printed_low="",
        printed_high="", quotation="40/60 (66.7%) v 10/58 (17.2%) died",
    )  # fmt: skip
    copy.seal()
    after = build(copy.folder)
    assert tree.counted("deaths").pooled.estimate < 1 < after.counted("deaths").pooled.estimate
    for name in [name for name, claim in CLAIMS.items() if not claim.other_side_of]:
        Claims(tree)(name, "words")
    with pytest.raises(ClaimFails, match=r"'deaths-direction'.*risk ratio for death is below 1.*'favoured MSC"):
        Claims(after)("deaths-direction", "favoured MSC therapy")
    for name in ("deaths-direction-leave-one-out", "deaths-direction-other-counts", "multiverse-all-favourable"):
        with pytest.raises(ClaimFails, match=f"'{name}'"):
            Claims(after)(name, "words")
    assert Claims(after)("deaths-double-zero", "words").claim == "deaths-double-zero"


@pytest.mark.parametrize("step", LEFT_OUT)
def test_a_step_left_out_is_asked_for(copy: Copy, step: str) -> None:
    add(copy, without=step)
    assert any(LEFT_OUT[step] in str(problem) for problem in copy.problems()), copy.problems()


def test_new_rows_wait_for_their_seal(copy: Copy) -> None:
    add(copy)
    assert {str(problem).partition(": ")[2] for problem in copy.all_problems()} == {
        f"'{row}' is new: nobody has sealed it; compare the row with its quotation, then run: "
        'python -m analysis seal --by "your name"'
        for row in ("reference-invented2024", *(cells["row_id"] for cells in ROWS.values() if "row_id" in cells))
    }


SLIPS = {
    "n_treatment": ("61", "is more than the 60 randomised"),
    "events_treatment": ("31", "is not among the numbers of the quotation"),
    "printed_estimate": ("0.47", "is printed as RR, but 13/60 against 17/58 patients gives 0.74"),
    "printed_high": ("1.83", "is not the middle of 0.4 to 1.83"),
    "outcome": ("adverse event", "is about adverse event"),
    "counted_unit": ("events", "counts events, not patients"),
}


@pytest.mark.parametrize("column", SLIPS)
def test_slips_of_extraction_are_caught(copy: Copy, column: str) -> None:
    value, message = SLIPS[column]
    add(copy, **{column: value})
    assert any(message in str(problem) for problem in copy.problems()), copy.problems()


def test_the_guide_names_tables_and_columns_that_exist() -> None:
    text = re.sub(r"^```.*?^```$", "", GUIDE.read_text(encoding="utf-8"), flags=re.M | re.S)
    known = {f"{name}.csv" for name in ROW_TYPES} | {"references.bib", "data/README.md", "data/figures/", "data/"}
    known |= {"points.csv", "figures/points.csv", "data/figures/README.md", BAR_CHART, LINE_CHART}
    known |= {field.name for row in (*ROW_TYPES.values(), PointRow) for field in fields(row)}
    codes = {"eligible", "excluded", "listed", "check-data", "make paper", "digitised-", "-", *WAYS}
    codes |= {"python -m analysis claims", "--judgement", "second/counts.csv"}
    codes |= {'claim.either(("deaths-interval-below", "lay below 1"), …)'}
    # keys of results in the table of what comes out: test_worked_examples prints them
    named = set(re.findall(r"(?<!^\| )`([^`\n]+)`", text, flags=re.M))
    assert named <= known | codes, named - known - codes
    assert {f"{name}.csv" for name in TABLES_OF_A_TRIAL} <= named


def in_bytes(table: str, change: Callable[[bytes], bytes]) -> Callable[[Copy], None]:
    return lambda copy: copy.bytes(table, change)


#: messages that the guide quotes → how an author comes by them
QUOTED: dict[str, Callable[[Copy], object]] = {
    "starts with a byte order mark": in_bytes("counts", lambda raw: b"\xef\xbb\xbf" + raw),
    "has a carriage return": in_bytes("counts", lambda raw: raw.replace(b"\n", b"\r\n")),
    "looks like a spreadsheet formula": lambda copy: add(copy, note="=1+1"),
    "is not among the numbers of the quotation": lambda copy: add(copy, events_treatment="31"),
    "is eligible, but choices.csv is silent on it": lambda copy: add(copy, without="choices"),
    "has no main report among the records": lambda copy: add(copy, without="records"),
    "is new: nobody has sealed it": add,
    "holds a format character, …, at place 8": lambda copy: add(copy, note="invente\u200bd"),
}
#: where further messages of the guide are provoked
CAMPAIGNS = tuple(
    Path(__file__).with_name(f"test_{name}.py") for name in ("wrong_data", "characters", "sealed_descriptor")
)


def given(message: str, problem: object) -> bool:
    """Whether a problem says what the guide quotes, in which … stands for what differs from case to case."""
    return re.search(".*".join(map(re.escape, message.split("…"))), str(problem)) is not None


@pytest.mark.parametrize("message", QUOTED)
def test_the_guide_quotes_messages_that_are_given(copy: Copy, message: str) -> None:
    QUOTED[message](copy)
    assert any(given(message, problem) for problem in copy.all_problems())


def test_every_message_of_the_guide_is_tried() -> None:
    lines = GUIDE.read_text(encoding="utf-8").partition("| message | remedy |\n")[2].splitlines()[1:]
    quoted = {message for line in lines for message in line.split(" | ")[0].removeprefix("| ").split("; ")}
    elsewhere = " ".join(path.read_text(encoding="utf-8") for path in CAMPAIGNS)
    further = {message: max(re.split(r"…|day \d+", message), key=len).strip(" ,") for message in quoted - set(QUOTED)}
    assert {message for message, fixed in further.items() if fixed not in elsewhere} == set()
    assert set(QUOTED) <= quoted
