"""Which numbers moved and why, on versions made by hand; and versions of which there are only outputs."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from publishing.changes import data_only, data_rows, from_ledger, imports, number_table, text_changes, words
from publishing.changes.causes import Reason, cause, differences
from publishing.changes.numbers import Fate, compare_numbers
from publishing.changes.versions import Files, Printed, PrintedPlace, Row, Version
from publishing.formats import pandoc
from publishing.project.errors import PublishingError

PAPER = PrintedPlace("manuscript", "Results", "text")
TABLE = PrintedPlace("supplement", "Origins", "Table S1")


def entry(value: Any, text: str, rows: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"value": value, "kind": "ratio", "texts": [text], "rows": list(rows), **more}


def version(entries: dict[str, dict], *, printed: dict[str, str] | None = None, **more: Any) -> Version:
    texts = {key: one["texts"][0] for key, one in entries.items()} if printed is None else printed
    shown = tuple(Printed(key, text, PAPER) for key, text in texts.items())
    given = {"claims": {}, "rows": {}, "printed": shown, **more}
    return Version(name="v", title="a version", moment="", entries=entries, **given)


def files(code: dict[str, str] | None = None, reaches: dict[str, frozenset[str]] | None = None, **more: Any) -> Files:
    given = {"data": {}, "configuration": {}, "lock": {}, "documents": {}, **more}
    return Files(code=code or {}, reaches=reaches or {}, **given)


def only(old: Version, new: Version):
    (change,) = compare_numbers(old, new).numbers
    return change


def why(old: Version, new: Version):
    return cause(only(old, new), old, new, differences(old, new))


def test_a_moved_number_says_by_how_much_unrounded_and_as_printed() -> None:
    change = only(version({"a": entry(0.8, "0.80")}), version({"a": entry(0.836, "0.84")}))
    assert (change.fate, change.old, change.new) == (Fate.MOVED, 0.8, 0.836)
    assert (change.old_texts, change.new_texts) == (("0.80",), ("0.84",))
    assert math.isclose(change.absolute, 0.036) and math.isclose(change.relative, 0.045)


def test_a_number_that_moves_below_its_printed_digits_moved_invisibly() -> None:
    found = compare_numbers(version({"a": entry(0.8001, "0.80")}), version({"a": entry(0.8002, "0.80")}))
    assert [(one.fate, one.is_visible) for one in found.numbers] == [(Fate.MOVED, False)]


def test_unrounded_values_in_an_appendix_make_no_move_visible() -> None:
    def with_appendix(value: float) -> Version:
        shown = (Printed("a", "0.80", PAPER), Printed("a", repr(value), TABLE))
        return Version("v", "v", "", {"a": entry(value, "0.80")}, {}, {}, shown)

    assert not only(with_appendix(0.80012345678), with_appendix(0.80023456789)).is_visible


def test_noise_of_the_arithmetic_is_counted_and_not_listed() -> None:
    found = compare_numbers(version({"a": entry(0.8, "0.80")}), version({"a": entry(0.8 * (1 + 1e-12), "0.80")}))
    assert (found.numbers, found.noise, found.unchanged) == ((), 1, 1)


def test_zero_has_no_relative_change_and_two_missing_values_are_alike() -> None:
    assert only(version({"a": entry(0, "0")}), version({"a": entry(2, "2")})).relative is None
    assert not compare_numbers(version({"a": entry(math.nan, "–")}), version({"a": entry(math.nan, "–")})).numbers


def test_new_and_gone_numbers_tell_whether_they_were_computed_all_the_time() -> None:
    both = {"a": entry(1, "1"), "b": entry(2, "2")}
    found = compare_numbers(version(both, printed={"a": "1"}), version({"b": entry(2, "2")}, printed={"b": "2"}))
    assert {one.key: (one.fate, one.still_computed) for one in found.numbers} == {
        "a": (Fate.GONE, False),
        "b": (Fate.NEW, True),
    }


def test_a_renamed_key_is_one_change_and_an_ambiguous_one_is_not_guessed() -> None:
    change = only(version({"old.name": entry(0.8, "0.80")}), version({"new.name": entry(0.8, "0.80")}))
    assert (change.fate, change.old_key, change.key) == (Fate.RENAMED, "old.name", "new.name")
    two = version({"new.one": entry(0.8, "0.80"), "new.two": entry(0.8, "0.80")})
    fates = [one.fate for one in compare_numbers(version({"old.name": entry(0.8, "0.80")}), two).numbers]
    assert sorted(fates) == [Fate.GONE, Fate.NEW, Fate.NEW]


def test_a_number_printed_in_many_places_is_one_row_with_its_places() -> None:
    def printed(value: int) -> Version:
        shown = tuple(Printed("a", str(value), place) for place in (PAPER, PAPER, TABLE))
        return Version("v", "v", "", {"a": entry(value, str(value))}, {}, {}, shown)

    old, new = printed(1), printed(2)
    change = only(old, new)
    assert dict(change.places) == {PAPER: 2, TABLE: 1}
    found = compare_numbers(old, new)
    text = number_table.table_text(found, {"a": cause(change, old, new, differences(old, new))})
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["printings"], row["old_value"], row["new_value"], row["absolute"]) == ("3", "1", "2", "1")
    assert row["places"] == "manuscript: text, in Results (×2); supplement: Table S1, in Origins"


def test_words_from_the_data_are_reworded_and_come_after_numbers() -> None:
    old = version({"a": entry("partly met", "partly met"), "b": entry(1, "1")})
    new = version({"a": entry("met", "met"), "b": entry(2, "2")})
    assert [(one.key, one.fate) for one in compare_numbers(old, new).numbers] == [
        ("b", Fate.MOVED),
        ("a", Fate.REWORDED),
    ]


def test_main_results_come_first() -> None:
    def values(step: int) -> dict[str, dict]:
        return {"a": entry(1 + step, str(1 + step)), "b": entry(5 + step, str(5 + step), reportable=True)}

    assert [one.key for one in compare_numbers(version(values(0)), version(values(1))).numbers] == ["b", "a"]


def test_flipped_claims_come_before_reworded_ones() -> None:
    def claims(holds: bool, words: str) -> Version:
        shown = (Printed("claim:words", words, PAPER),)
        said = {"predicate": "a < 1", "says": "it is low"}
        both = {"words": {**said, "holds": True}, "flips": {**said, "holds": holds}}
        return Version("v", "v", "", {}, both, {}, shown)

    found = compare_numbers(claims(True, "favoured"), claims(False, "did not harm")).claims
    assert [(one.name, one.is_flipped) for one in found] == [("flips", True), ("words", False)]
    assert (found[1].old_texts, found[1].new_texts) == (("favoured",), ("did not harm",))


def test_of_all_claims_those_are_compared_that_are_printed_or_take_their_place() -> None:
    said = {"predicate": "a < 1", "says": "it is low"}
    claims = {
        "low": {**said, "holds": False},
        "high": {**said, "holds": True, "other_side_of": "low"},
        "even": {**said, "holds": False, "other_side_of": "low"},
        "unprinted": {**said, "holds": True},
    }
    assert list(dict(data_only._printable(claims, {"low": {}}))) == ["low", "high"]
    assert list(dict(data_only._printable(claims, {"even": {}}))) == ["high", "even"]


def test_a_claim_whose_other_side_holds_gives_way_to_it() -> None:
    def claims(low: bool, high: bool) -> Version:
        said = {"predicate": "a < 1", "says": "it is low"}
        sides = {"low": {**said, "holds": low}, "high": {**said, "holds": high, "other_side_of": "low"}}
        return Version("v", "v", "", {}, sides, {}, ())

    found = compare_numbers(claims(True, False), claims(False, True)).claims
    assert [(one.name, words.verdict(one)) for one in found] == [
        ("low", "gives way to another side"),
        ("high", "now holds"),
    ]
    neither = compare_numbers(claims(True, False), claims(False, False)).claims
    assert [(one.name, words.verdict(one)) for one in neither] == [("low", "no longer holds")]
    back = compare_numbers(claims(False, True), claims(True, False)).claims
    assert [(one.name, words.verdict(one)) for one in back] == [
        ("low", "now holds"),
        ("high", "gives way to another side"),
    ]


@pytest.mark.parametrize("failing", [{"stopped": "an import"}, {"failures": ("a claim",)}])
def test_of_documents_that_fail_the_results_are_compared_as_they_would_print(failing) -> None:
    old = version({"a": entry(5, "5", texts=["5", "five"]), "b": entry(1, "1")}, printed={"a": "five"})
    new = version({"a": entry(6, "6", texts=["6", "six"]), "b": entry(2, "2")}, printed={}, **failing)
    change = only(old, new)
    assert (change.key, change.old_texts, change.new_texts) == ("a", ("five",), ("six",))


# Causes ----------------------------------------------------------------------------------------------------------


def test_the_cause_is_the_changed_row_field_by_field() -> None:
    def with_row(events: str) -> Version:
        rows = {"r": Row("data/counts.csv", {"id": "r", "note": events + "!", "events": events})}
        return version(
            {"a": entry(int(events), events, ("r",))}, rows=rows, files=files({"analysis/pool.py": events})
        )

    found = why(with_row("2"), with_row("3"))
    assert found.reason is Reason.ROWS
    assert str(found) == "data/counts.csv, row r: events 2 → 3; note 2! → 3!"


def test_rows_that_count_now_or_no_longer_are_causes() -> None:
    rows = {name: Row("data/counts.csv", {"id": name}) for name in "rs"}
    old = version({"a": entry(1, "1", ("r",))}, rows=rows, files=files())
    new = version({"a": entry(2, "2", ("s",))}, rows=rows, files=files())
    assert str(why(old, new)) == "row s now counts; row r no longer counts"


def test_without_a_changed_row_the_cause_is_the_code_behind_the_number() -> None:
    def with_code(value: int, digest: str, place: str) -> Version:
        reaches = {"analysis/pool.py": frozenset({"analysis/weights.py"})}
        code = {"analysis/pool.py": "same", "analysis/weights.py": "same", "analysis/other.py": digest, place: digest}
        return version({"a": entry(value, str(value), file="analysis/pool.py")}, files=files(code, reaches))

    computing = why(with_code(1, "1", "analysis/pool.py"), with_code(2, "2", "analysis/pool.py"))
    assert (computing.reason, computing.computing, computing.imported) == (Reason.CODE, "analysis/pool.py", ())
    imported = why(with_code(1, "1", "analysis/weights.py"), with_code(2, "2", "analysis/weights.py"))
    assert (imported.reason, imported.imported) == (Reason.CODE, ("analysis/weights.py",))


def test_the_lock_file_is_named_when_neither_rows_nor_code_behind_changed() -> None:
    old = version({"a": entry(1, "1")}, files=files(lock={"requirements.lock": "1"}))
    new = version({"a": entry(2, "2")}, files=files(lock={"requirements.lock": "2"}))
    found = why(old, new)
    assert found.reason is Reason.CONFIGURATION and "requirements.lock changed" in str(found)


def test_a_cause_that_is_not_on_record_is_said_to_be_not_found() -> None:
    rows = [{"x": Row("data/counts.csv", {"id": "x", "events": events})} for events in "12"]
    old = version({"a": entry(1, "1", ("r",))}, rows=rows[0], files=files())
    new = version({"a": entry(2, "2", ("r",))}, rows=rows[1], files=files())
    found = why(old, new)
    assert found.reason is Reason.UNKNOWN
    assert str(found) == (
        "cause not found among the rows and the code recorded behind it; changed, but not recorded as lying behind "
        "it: rows (1)"
    )


def test_rows_are_known_by_the_column_that_holds_their_names(tmp_path) -> None:
    table = tmp_path / "data" / "counts.csv"
    table.parent.mkdir()
    table.write_text("trial,row,events\nb,r1,2\na,r2,3\n", encoding="utf-8")
    (tmp_path / "data" / "list.csv").write_text("word\nr1x\n", encoding="utf-8")
    found = data_rows.read_rows(tmp_path, tmp_path.rglob("*.csv"), {"r1", "r2", "b"})
    assert found == {
        "r1": Row("data/counts.csv", {"trial": "b", "row": "r1", "events": "2"}),
        "r2": Row("data/counts.csv", {"trial": "a", "row": "r2", "events": "3"}),
    }


def test_imports_are_followed_through_packages_and_from_the_files_own_folder(tmp_path) -> None:
    for name, text in {
        "package/__init__.py": "",
        "package/a.py": "from package import b\nimport json\n",
        "package/b.py": "from .c import thing\n",
        "package/c.py": "import package.a\n",
        "code/main.py": "import helping\n",
        "code/helping.py": "def f(: broken",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = imports.Reaches(tmp_path, tmp_path.rglob("*.py"))
    assert found["package/a.py"] == {"package/__init__.py", "package/b.py", "package/c.py"}
    assert found["code/main.py"] == {"code/helping.py"}
    assert set(found) == {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")}
    assert found.get("nowhere.py") is None


# Outputs ---------------------------------------------------------------------------------------------------------


def ledger(value: float, text: str, quotation: str = "12 of 100") -> dict[str, Any]:
    rows = {"r": {"source": "Smith 2020", "quotation": quotation}}
    place = {"document": "manuscript", "section": "Results", "key": "a", "text": text, "expression": "", "line": 1}
    where = {"place": "prose", "where": "prose, section “Results”"}
    cell = {"place": "table cell", "where": "Table 1, row 2, column 1"}
    occurrences = [
        {**place, **one, "format": form, "order": order}
        for form, some in (("html", (where, cell)), ("docx", (where,)))
        for order, one in enumerate(some)
    ]
    return {
        "documents": {"manuscript": {"fingerprints": {"data": quotation, "code": "1"}}},
        "numbers": {"a": entry(value, text, ("r",), file="analysis/pool.py")},
        "claims": {},
        "rows": rows,
        "occurrences": occurrences,
    }


def write(folder: Path, content: Any) -> Path:
    folder.mkdir()
    path = folder / "ledger.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_two_ledgers_are_compared_by_what_they_hold(tmp_path) -> None:
    old = from_ledger.of_file(write(tmp_path / "a", ledger(0.79, "0.79")))
    new = from_ledger.of_file(write(tmp_path / "b", ledger(0.83, "0.83", "13 of 100")))
    change = only(old, new)
    assert [str(place) for place in change.places] == [
        "manuscript: text, in Results",
        "manuscript: Table 1, in Results",
    ]
    assert str(why(old, new)) == "row r: quotation 12 of 100 → 13 of 100"


def test_what_a_ledger_does_not_hold_is_said(tmp_path) -> None:
    old = from_ledger.of_file(write(tmp_path / "a", ledger(0.79, "0.79")))
    content = ledger(0.83, "0.83")
    content["documents"]["manuscript"]["fingerprints"]["code"] = "2"
    new = from_ledger.of_file(write(tmp_path / "b", content))
    assert str(why(old, new)) == "cause not found: a ledger does not hold the files; the digests of code differ"
    assert new.without_text == "a ledger holds no text."


def test_two_folders_are_compared_by_ledger_text_and_pictures(tmp_path) -> None:
    def folder(name: str, text: str, picture: bytes) -> Version:
        path = write(tmp_path / name, ledger(0.79, "0.79"))
        image = path.with_name(f"{len(picture)}.png")
        image.write_bytes(picture)
        pandoc.run(
            ["--to=docx", f"--output={path.with_name('manuscript.docx')}"],
            f"# Results\n\n{text}\n\n![A plot.]({image})\n",
            cwd=tmp_path,
        )
        return from_ledger.of_folder(path.parent)

    old, new = folder("a", "The ratio was 0.79.", b"1"), folder("b", "The ratio was 0.83.", b"22")
    assert not old.without_text
    found = text_changes.compare_texts("manuscript", old.texts["manuscript"], new.texts["manuscript"])
    assert (found.number_changed, len(found.redrawn)) == (1, 1)
    (tmp_path / "b" / "manuscript.docx").write_bytes(b"no zip file")
    with pytest.raises(PublishingError, match=r"manuscript\.docx: pandoc can't read it"):
        from_ledger.of_folder(tmp_path / "b")
    (tmp_path / "b" / "manuscript.docx").unlink()
    assert "manuscript.docx is not in the folder" in from_ledger.of_folder(tmp_path / "b").without_text


@pytest.mark.parametrize("content", [[], {"numbers": {}}])
def test_another_json_file_is_refused(tmp_path, content) -> None:
    with pytest.raises(PublishingError, match="no ledger"):
        from_ledger.of_file(write(tmp_path / "a", content))


def test_a_declaration_that_changed_is_the_cause_of_the_words_with_its_key() -> None:
    was = {
        "declarations.ethics": "Nobody took part.",
        "toc-title": "Contents",
        "declarations.registration.register": "",
    }
    now = {**was, "declarations.ethics": "None.", "toc-title": "Within"}
    old, new = (
        version({key: entry(text, text)}, files=files(configuration={"_quarto.yml": digest}, settings=settings))
        for digest, settings in (("a", was), ("b", now))
        for key, text in (("declarations.ethics", settings["declarations.ethics"]),)
    )
    found = why(old, new)
    assert found.reason is Reason.CONFIGURATION
    assert str(found) == "_quarto.yml, declarations.ethics Nobody took part. → None."


def test_another_number_names_all_settings_that_changed() -> None:
    old, new = (
        version({"a": entry(value, text)}, files=files(configuration={"_quarto.yml": text}, settings={"b.c": text}))
        for value, text in ((0.8, "0.80"), (0.9, "0.90"))
    )
    found = why(old, new)
    assert found.reason is Reason.CONFIGURATION and "_quarto.yml changed (in it b.c)" in str(found)
