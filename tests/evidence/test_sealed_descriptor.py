"""The descriptor is sealed as rows are: a rule that is weakened and a column that means another thing are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from data_copy import Copy

from analysis.__main__ import main
from analysis.evidence.checks import sealed_descriptor, seals
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA, load

FILE = "data/datapackage.json"
Change = Callable[[dict[str, Any]], object]


def package() -> dict[str, Any]:
    return dict(json.loads((DATA / "datapackage.json").read_text(encoding="utf-8")))


def of(tables: dict[str, Any], place: str) -> dict[str, Any]:
    """The part of a descriptor at ``counts`` or ``counts.events_treatment``."""
    name, _, column = place.partition(".")
    table = next(one for one in tables["resources"] if one["name"] == name)
    fields = table["schema"]["fields"]
    return next(field for field in fields if field["name"] == column) if column else table


def edited(place: str, change: Change) -> Callable[[Copy], None]:
    def apply(copy: Copy) -> None:
        path = copy.folder / "datapackage.json"
        tables = json.loads(path.read_text(encoding="utf-8"))
        change(of(tables, place))
        path.write_text(json.dumps(tables), encoding="utf-8")

    return apply


def constraint(name: str, value: object = None) -> Change:
    """A constraint written anew, or dropped."""

    def change(field: dict[str, Any]) -> None:
        constraints = field.setdefault("constraints", {})
        constraints.pop(name, None)
        if value is not None:
            constraints[name] = value

    return change


def with_code(code: str) -> Change:
    return lambda field: field["constraints"]["enum"].append(code)


WEAKENED: dict[str, tuple[str, Change, str]] = {
    "a code more": ("trials.randomised", with_code("perhaps"), "enum gained 'perhaps'"),
    "codes exchanged": ("trials.randomised", lambda f: f["constraints"]["enum"].reverse(), "enum stands in another"),
    "no codes": ("trials.randomised", constraint("enum"), "enum is dropped, which had 'yes', 'no', 'not stated'"),
    "no pattern": ("trials.pmid", constraint("pattern"), "pattern '[0-9]{1,8}' is dropped"),
    "another pattern": ("trials.pmid", constraint("pattern", ".*"), "pattern was '[0-9]{1,8}', is '.*'"),
    "a new pattern": ("trials.title", constraint("pattern", ".*"), "pattern '.*' is new"),
    "not required": ("trials.label", constraint("required"), "is no longer required"),
    "required": ("trials.comparator", constraint("required", True), "is required now"),
    "not unique": ("trials.label", constraint("unique"), "is no longer unique"),
    "no minimum": ("counts.events_treatment", constraint("minimum"), "minimum 0 is dropped"),
    "another minimum": ("counts.events_treatment", constraint("minimum", -5), "minimum was 0, is -5"),
    "no maximum": ("counts.printed_p", constraint("maximum"), "maximum 1 is dropped"),
    "another maximum": ("counts.printed_p", constraint("maximum", 10), "maximum was 1, is 10"),
    "described as the living": ("counts.events_treatment", lambda f: f.update(description="number of survivors"),
                                "is 'number of survivors'"),
    "another unit": ("counts.timepoint_days", lambda f: f.update(unit="weeks"), "unit was 'days', is 'weeks'"),
    "no foreign keys": ("counts", lambda t: t["schema"].pop("foreignKeys"), "foreign keys is dropped"),
    "a foreign key less": ("counts", lambda t: t["schema"]["foreignKeys"].pop(), "foreign keys lost '"),
    "another primary key": ("counts", lambda t: t["schema"].update(primaryKey=["row_id", "trial"]),
                            "primary key gained 'trial'"),
    "a table described anew": ("counts", lambda t: t.update(description="Survivors."), "is 'Survivors.'"),
}  # fmt: skip


@pytest.mark.parametrize("name", WEAKENED)
def test_a_changed_meaning_is_refused_with_place_change_and_remedy(name: str, copy: Copy) -> None:
    place, change, says = WEAKENED[name]
    edited(place, change)(copy)
    found = copy.all_problems()
    assert {(one.file, one.column, one.check) for one in found} == {(FILE, place, seals.NAME)}, found
    said = ", ".join(str(one) for one in found)
    assert says in said and "since the project" in said and "python -m analysis seal --by" in found[0].remedy
    copy.seal()
    assert copy.all_problems() == ()


def test_a_code_that_no_row_has_is_missed(copy: Copy) -> None:
    edited("trials.randomised", with_code("in part"))(copy)
    copy.seal()
    edited("trials.randomised", lambda field: field["constraints"]["enum"].remove("in part"))(copy)
    (found,) = copy.all_problems()
    assert (found.file, found.column) == (FILE, "trials.randomised") and "enum lost 'in part', since" in found.problem


def test_a_rule_that_cells_break_is_named_with_them(copy: Copy) -> None:
    edited("trials.randomised", lambda field: field["constraints"]["enum"].remove("no"))(copy)
    found = copy.all_problems()
    assert {one.file for one in found} == {"data/trials.csv", FILE}
    assert "enum lost 'no', since" in found[-1].problem


def weaker(field: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A column without each of its constraints in turn, with a code less, and with another unit and description."""
    for name in field.get("constraints", {}):
        one = deepcopy(field)
        del one["constraints"][name]
        yield name, one
    if len(field.get("constraints", {}).get("enum", ())) > 1:
        one = deepcopy(field)
        del one["constraints"]["enum"][-1]
        yield "enum", one
    for name in ("description", "unit"):
        yield name, {**field, name: "another"}


@pytest.mark.campaign
def test_every_rule_of_every_column_is_guarded(tmp_path: Path, record_property: Callable[[str, str], None]) -> None:
    sealed, whole, tried = load().seals, package(), 0
    for table in whole["resources"]:
        fields = table["schema"]["fields"]
        for at, field in enumerate(fields):
            for name, changed in weaker(field):
                fields[at] = changed
                (tmp_path / "datapackage.json").write_text(json.dumps(whole), encoding="utf-8")
                said = sealed_descriptor.declared(read_descriptor(tmp_path))
                problems = sealed_descriptor.broken(
                    "data", said, [one for one in sealed if "figures" not in one.table]
                )
                found = [(one.file, one.column) for one in problems]
                assert found == [(FILE, f"{table['name']}.{field['name']}")], (name, found)
                tried += 1
            fields[at] = field
    assert tried > 1000
    record_property("tally", "weakened descriptors: refused with place and remedy")


def test_columns_and_tables_that_come_and_go_are_told_once(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    tables = package()
    assert of(tables, "scales")["schema"]["fields"].pop()["name"] == "note"
    tables["resources"].remove(of(tables, "confirmations"))
    (copy.folder / "datapackage.json").write_text(json.dumps(tables), encoding="utf-8")
    (copy.folder / "confirmations.csv").unlink()
    copy.write("scales", [row[:-1] for row in copy.rows("scales")])
    found = [one for one in copy.all_problems() if one.file == FILE]
    told = [(one.column, one.problem.partition(",")[0]) for one in found]
    assert told == [("scales.note", "is gone"), ("confirmations", "is gone")]
    assert found[1].problem.endswith("with 6 columns")
    assert main(["seal", "--by", "the project", str(copy.folder)]) == 0
    assert f"{FILE}, scales.note: is gone, sealed on" in capsys.readouterr().out
    (copy.folder / "datapackage.json").write_text(json.dumps(package()), encoding="utf-8")
    copy.write("scales", [[*row, "" if number else "note"] for number, row in enumerate(copy.rows("scales"))])
    copy.write("confirmations", [[field["name"] for field in of(package(), "confirmations")["schema"]["fields"]]])
    found = [one for one in copy.all_problems() if one.file == FILE]
    assert [one.column for one in found] == ["scales.note", "confirmations"]
    assert all("is new: nobody has sealed it" in one.problem for one in found)


def test_the_descriptor_of_figures_is_sealed_too(copy: Copy) -> None:
    path = copy.folder / "figures" / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"unit": "days"', '"unit": "weeks"'), encoding="utf-8")
    (found,) = copy.all_problems()
    assert found.file == "data/figures/datapackage.json" and found.column == "points.day"
    assert "unit was 'days', is 'weeks'" in found.problem
    path.unlink()
    (copy.folder / "figures" / "points.csv").unlink()
    (copy.folder / "figures" / "README.md").unlink()
    path.parent.rmdir()
    (found,) = copy.all_problems()
    assert found.column == "points" and "is gone" in found.problem


def test_a_seal_without_words_tells_that_something_changed(copy: Copy) -> None:
    edited("counts.note", lambda field: field.update(description="x" * 6000))(copy)
    copy.seal()
    edited("counts.note", lambda field: field.update(description="y" * 6000))(copy)
    (found,) = copy.all_problems()
    assert found.column == "counts.note" and found.problem.startswith("is another, since the project sealed it on")


def test_words_that_are_not_those_of_the_digest_are_refused(copy: Copy) -> None:
    copy.bytes("seals", lambda raw: raw.replace(b'""minimum"": 0', b'""minimum"": 7', 1))
    (found,) = copy.all_problems()
    assert found.file == "data/seals.csv" and "are not those of its digest" in found.problem


def test_seals_that_know_nothing_of_descriptors_say_so_in_two_lines(copy: Copy) -> None:
    rows = copy.rows("seals")
    copy.write("seals", [row for row in rows if not row[0].endswith("datapackage")])
    found = copy.all_problems()
    assert [one.file for one in found] == [FILE, "data/figures/datapackage.json"]
    assert all("is not sealed" in one.problem for one in found)
    copy.seal()
    assert len(copy.rows("seals")) == len(rows)
