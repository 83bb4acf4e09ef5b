"""A new review renders at once and says what is missing; its tables are those of the standard."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from new_reviews import rendered, text_of

from analysis.__main__ import main
from analysis.evidence.load import DATA, DataError, load, seal
from analysis.evidence.optional import essential
from analysis.evidence.rows import ROW_TYPES
from analysis.starting.new import TABLES, Asked, CannotBegin, add_table, asked, begin, standard

RELAPSE, WEIGHT = Asked("relapse", "counted"), Asked("body weight", "measured", "kg")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "review"
    begin(folder, 'A "new" review', "drug", "placebo", [RELAPSE, WEIGHT])
    return folder


def test_it_renders_and_says_what_is_missing(empty: Path) -> None:
    text = text_of(rendered(empty) / "manuscript.html")
    assert "No eligible trial has been entered." in text
    assert "No trial gives relapse per arm, so nothing is pooled." in text
    assert "No trial gives body weight per arm, so nothing is pooled." in text
    assert "None" not in re.sub(r"None\b(?= of)", "", text.split("Declarations")[0]) and "nan" not in text


def test_nothing_is_left_to_fill_in_that_the_command_knew(empty: Path) -> None:
    for path in empty.rglob("*"):
        if path.is_file() and path.suffix in (".qmd", ".yml", ".md", "") and "_" not in path.parts[-2][:1]:
            assert not re.search(r"@[A-Z]{3,}@", path.read_text(encoding="utf-8")), path


def test_the_data_are_sound_and_empty(empty: Path) -> None:
    evidence = load(empty / "data")
    assert evidence.trials == () and [one.key for one in evidence.outcomes] == ["relapse", "body_weight"]
    assert evidence.primary.key == "relapse" and evidence.called("treatment") == "drug"


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(CannotBegin, match="not an empty folder"):
        begin(tmp_path, "t", "a", "b", [RELAPSE])
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.parametrize("text", ["", "weight:measured", "relapse:counted:kg", "relapse:seen", ":measured:kg"])
def test_what_is_no_outcome_is_refused(text: str) -> None:
    with pytest.raises(CannotBegin, match="is no outcome"):
        asked(text)


def test_outcomes_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotBegin, match="one name"):
        begin(tmp_path / "x", "t", "a", "b", [RELAPSE, Asked("Relapse", "counted")])
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", [name for name in ROW_TYPES if name not in TABLES])
def test_every_other_table_can_be_added_and_the_data_stay_sound(tmp_path: Path, name: str) -> None:
    begin(tmp_path / "r", "t", "a", "b", [RELAPSE])
    add_table(tmp_path / "r" / "data", name, whole=name in ("records", "choices"))
    if name == "seals":
        seal(tmp_path / "r" / "data", "a person", date(2026, 11, 22))
    found = getattr(load(tmp_path / "r" / "data"), name)
    assert bool(found) == (name == "seals")
    with pytest.raises(CannotBegin, match="already"):
        add_table(tmp_path / "r" / "data", name)


def test_a_table_that_is_added_to_sealed_data_waits_for_its_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(tmp_path / "r", "t", "a", "b", [RELAPSE])
    data = tmp_path / "r" / "data"
    monkeypatch.setattr("analysis.evidence.load.DATA", data)
    assert main(["table", "seals"]) == 0
    assert 'then run: python -m analysis seal --by "your name"' in capsys.readouterr().out
    with pytest.raises(DataError, match=r"seals\.csv: holds no rows; run: python -m analysis seal --by"):
        load(data)
    assert main(["seal", "--by", "A. Author", str(data)]) == 0
    assert "meaning" in (data / "seals.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    said = capsys.readouterr().out
    assert "data/datapackage.json: is not sealed: nobody has confirmed what it says of" in said
    assert main(["table", "claims"]) == 0
    with pytest.raises(DataError, match=r"column claims: is new: nobody has sealed it, with \d+ columns; look at"):
        load(data)
    capsys.readouterr()
    assert main(["seal", "--by", "A. Author", str(data)]) == 0
    said = capsys.readouterr().out
    assert "data/datapackage.json, claims: is new" in said and "1 change confirmed" in said
    assert main(["codebook", str(data)]) == 0 and load(data).claims == ()


def test_the_standard_has_every_table_with_the_columns_of_its_rows() -> None:
    declared = {table["name"]: table for table in standard()["resources"]}
    assert set(declared) == set(ROW_TYPES)
    for name, table in declared.items():
        columns = {field["name"] for field in table["schema"]["fields"]}
        assert columns == set(ROW_TYPES[name].__dataclass_fields__) and essential(name) <= columns


def test_this_review_reads_the_columns_as_the_standard_does() -> None:
    ours = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    standards = {table["name"]: table["schema"]["fields"] for table in standard()["resources"]}
    for table in ours:
        types = {field["name"]: field["type"] for field in table["schema"]["fields"]}
        assert types == {field["name"]: field["type"] for field in standards[table["name"]]}, table["name"]
