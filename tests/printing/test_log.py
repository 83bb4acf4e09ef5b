"""What a document prints is noted: in order, with key, unrounded value, text and rule, and streamed to a file."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.printing import log
from analysis.printing.numbers import IN_WORDS, MINUS, NO_BREAK, P_IN_SENTENCE, RULES, texts
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.printing.quantities import KINDS, UnknownKey, quantity


@dataclass(frozen=True)
class Result:
    estimate: float = quantity("ratio")
    p_value: float = quantity("probability")
    k: int = quantity("count")
    difference: float = quantity("difference")


@dataclass(frozen=True)
class Small:
    deaths: Result
    data_digest: str = quantity("text")


SMALL = Small(Result(0.797048, 0.0000002, 5, -7.155), "abc")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_printing_is_streamed_in_order(tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path / "ledger"))
    n = Printer(SMALL, document="manuscript")
    n("deaths.estimate")
    n.word("deaths.k")
    n.p("deaths.p_value")
    n.unrounded("deaths.estimate")
    first, *rest = lines(tmp_path / "ledger" / "manuscript.printed.jsonl")
    assert first == log.head("manuscript", "abc")
    assert [(one["order"], one["key"], one["text"], one["rule"]) for one in rest] == [
        (1, "deaths.estimate", "0.80", "ratio"),
        (2, "deaths.k", "five", IN_WORDS),
        (3, "deaths.p_value", f"<{NO_BREAK}0.001", P_IN_SENTENCE),
        (4, "deaths.estimate", "0.797048", "unrounded"),
    ]
    assert [one["value"] for one in rest] == [0.797048, 5, 0.0000002, 0.797048]


def test_each_printer_begins_the_log_anew_and_writes_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path))
    contents = []
    for _ in range(2):
        Printer(SMALL, document="manuscript")("deaths.k")
        contents.append((tmp_path / "manuscript.printed.jsonl").read_bytes())
    assert contents[0] == contents[1]


def test_nothing_is_written_without_a_name_or_a_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("LEDGER_DIR", raising=False)
    Printer(SMALL, document="manuscript")("deaths.k")
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path))
    n = Printer(SMALL)
    n("deaths.k")
    assert list(tmp_path.iterdir()) == []
    assert n.log.printed_keys() == ["deaths.k"]


@pytest.fixture
def whole(tmp_path, monkeypatch):
    """The log of a document that ran to its end, in the folder where logs stand; nothing is being written now."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "manuscript.qmd").write_text("Text.", encoding="utf-8")
    monkeypatch.setenv("LEDGER_DIR", "_build/ledger")
    n = Printer(SMALL, document="manuscript")
    n("deaths.k")
    n("deaths.estimate")
    monkeypatch.delenv("LEDGER_DIR")
    with n.log.path.open("a", encoding="utf-8") as stream:
        stream.write('{"ended": "manuscript"}\n')
    return n.log.path


def test_another_document_reads_what_was_printed(whole):
    assert log.read("manuscript", "abc").printed_keys() == ["deaths.k", "deaths.estimate"]


def without_its_last(lines):
    return lambda path: path.write_text("".join(path.read_text().splitlines(keepends=True)[:-lines]))


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda path: path.unlink(), "'manuscript' has not run"),
        (lambda path: path.write_text(""), "with other data, code or text"),
        (lambda path: path.write_text(path.read_text().replace("abc", "abd")), "with other data, code or text"),
        (lambda path: Path("manuscript.qmd").write_text("Other text."), "with other data, code or text"),
        (without_its_last(1), "did not run to its end"),
        (without_its_last(2), "did not run to its end"),
        (without_its_last(3), "did not run to its end"),
        (lambda path: path.write_text(path.read_text()[:-9]), "did not run to its end"),
    ],
    ids=["none", "empty", "other data", "other text", "no end", "stopped", "just begun", "a line torn off"],
)
def test_a_log_that_is_stale_or_not_whole_is_not_read(whole, meddle, said):
    meddle(whole)
    with pytest.raises(log.NoLog, match=said):
        log.read("manuscript", "abc")


def test_a_log_of_other_code_is_not_read(whole, monkeypatch):
    monkeypatch.setattr(log, "code_digest", lambda: "other")
    with pytest.raises(log.NoLog, match="with other data, code or text"):
        log.read("manuscript", "abc")


def test_what_cannot_be_printed_is_not_logged():
    n = Printer(SMALL)
    with pytest.raises(UnknownKey):
        n("deaths.nothing")
    assert n.log.entries == []


def test_every_text_that_is_printed_is_among_those_allowed():
    n = Printer(SMALL)
    for key in ("deaths.estimate", "deaths.k", "deaths.p_value", "deaths.difference"):
        found = n.find(key)
        allowed = texts(found.kind, found.value)
        assert n(key).text in allowed and n.unrounded(key).text in allowed
    assert n.word("deaths.k").capital.text in texts("count", 5)
    assert n.p("deaths.p_value").parts[-1].text in texts("probability", SMALL.deaths.p_value)


def test_unrounded_values_have_a_true_minus():
    assert Printer(SMALL).unrounded("deaths.difference").text == f"{MINUS}7.155"


def test_every_kind_has_a_rule_that_says_what_it_does():
    assert set(RULES) == set(KINDS)
    for rule in RULES.values():
        assert rule.__doc__ and rule.__doc__.strip().endswith(".")


def test_a_phrase_is_cut_into_lines_that_keep_their_keys():
    five = Printed("5", "deaths.k")
    said = phrase("Trials\nn = ", five, "\n(", phrase("of ", five), ")")
    assert [line.text for line in said.lines()] == ["Trials", "n = 5", "(of 5)"]
    assert list(said.lines())[2] == Phrase(("(of ", five, ")"))
    assert said.pairs()[1] == ("5", "deaths.k")


def test_a_cell_prints_as_it_was_read_with_its_place_as_key(printer, tree):
    trial = tree.evidence.trials[0]
    assert printer.cell(trial.row_id, "label") == Printed(trial.label, f"data.{trial.row_id}.label")
    with pytest.raises(UnknownKey, match="no column 'colour'"):
        printer.cell(trial.row_id, "colour")
    with pytest.raises(UnknownKey, match="no row 'nobody'"):
        printer("data.nobody.label")
    with pytest.raises(UnknownKey, match=r"<row>\.<column>"):
        printer("data.nobody")


def test_second_computations_print_through_keys_of_their_own(printer, tree):
    check = tree.crosschecks[0]
    assert printer(f"second.{check.key}").key == f"second.{check.key}"
    assert float(printer(f"second.{check.key}").text) == pytest.approx(check.theirs, rel=1e-9)
    with pytest.raises(UnknownKey, match="not among those computed a second time"):
        printer("second.deaths.k")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (2.1719e-11, "2.2\u00a0×\u00a010⁻¹¹"), (0.03, "3.0\u00a0×\u00a010⁻²")]
)
def test_deviations_print_with_a_power_of_ten(value, text):
    assert RULES["deviation"](value) == text


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("1 x 10^6 cells/kg", "1 × 10⁶ cells/kg"),
        ("MD = -32.49 (-48.43, -16.56)", f"MD = {MINUS}32.49 ({MINUS}48.43, {MINUS}16.56)"),
        ("-.5 to 2", f"{MINUS}.5 to 2"),
        ("100 +/- 20", "100 ± 20"),
        ("28-day mortality, 2021-03-04, NCT-04, phase 1-2", "28-day mortality, 2021-03-04, NCT-04, phase 1-2"),
    ],
)
def test_cells_keep_their_words_and_get_their_signs(read, shown):
    assert RULES["as read"](read) == shown
