"""Descriptors and folders that are broken or hostile: each ends in a message that names the place, none in a fault.

What editors and file managers leave in the folder is no part of the data.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attacks import HARMLESS, REFUSED, Attack, is_found, outcome
from data_copy import Copy

from analysis.__main__ import TRACEBACK, main
from analysis.evidence import leftovers, patterns
from analysis.evidence import load as reading
from analysis.evidence.load import Evidence
from publishing.project import input_files

DESCRIPTOR = "datapackage.json"
RUNAWAY = "(([a-z0-9_-]+)+)+!"
LEFT = (
    "counts.csv~", ".#counts.csv", "#counts.csv#", ".counts.csv.swp", ".~lock.counts.csv#", "~$counts.csv",
    ".DS_Store", "._counts.csv", "Thumbs.db", "desktop.ini", ".directory", ".~lock.figures.csv#",
)  # fmt: skip


def package(change: Callable[[Any], object]) -> Callable[[Copy], object]:
    """Change the descriptor as JSON."""

    def apply(copy: Copy) -> None:
        path = copy.folder / DESCRIPTOR
        read = json.loads(path.read_text(encoding="utf-8"))
        change(read)
        path.write_text(json.dumps(read), encoding="utf-8")

    return apply


def raw(change: Callable[[str], str]) -> Callable[[Copy], object]:
    """Change the descriptor as text."""

    def apply(copy: Copy) -> None:
        path = copy.folder / DESCRIPTOR
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return apply


def table(change: Callable[[dict[str, Any]], object], name: str = "trials") -> Callable[[Copy], object]:
    return package(lambda read: change(next(one for one in read["resources"] if one["name"] == name)))


def column(change: Callable[[dict[str, Any]], object], name: str = "label") -> Callable[[Copy], object]:
    return table(lambda one: change(next(field for field in one["schema"]["fields"] if field["name"] == name)))


def constrained(name: str = "label", **constraints: object) -> Callable[[Copy], object]:
    return column(lambda field: field.setdefault("constraints", {}).update(constraints), name)


def schema(**members: object) -> Callable[[Copy], object]:
    return table(lambda one: one["schema"].update(members))


def key(
    field: object = "source", resource: object = "bibliography", target: object = "key"
) -> Callable[[Copy], object]:
    return schema(foreignKeys=[{"fields": field, "reference": {"resource": resource, "fields": target}}])


def descriptor(name: str, change: Callable[[Copy], object], column: str, says: str) -> Attack:
    return Attack(f"descriptor, {name}", change, DESCRIPTOR, column, says)


def in_place_of(name: str, make: Callable[[Path], object]) -> Callable[[Copy], object]:
    def apply(copy: Copy) -> None:
        (copy.folder / name).unlink()
        make(copy.folder / name)

    return apply


def figures_as_a_file(copy: Copy) -> None:
    folder = copy.folder / "figures"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("figures")


DESCRIPTORS = [
    descriptor("pattern that is none", constrained(pattern="[a-z"), "trials.label", "'[a-z' is no pattern"),
    descriptor("pattern too long", constrained(pattern="a" * 3000), "trials.label", "more than 2000"),
    descriptor("pattern that never ends", constrained("row_id", pattern=RUNAWAY), "trials.row_id", "comes to no end"),
    descriptor("pattern as number", constrained(pattern=7), "trials.label", "'pattern' is a number, not a text"),
    descriptor("minimum as text", constrained("year", minimum="0"), "trials.year", "'0' is a text, but minimum is"),
    descriptor("minimum as truth", constrained("year", minimum=True), "trials.year", "minimum is a number"),
    descriptor("minimum of text", constrained(minimum=3), "trials.label", "minimum of a column of type string"),
    descriptor("bounds exchanged", constrained("year", minimum=9, maximum=1), "trials.year", "is above its maximum"),
    descriptor("enum as text", constrained("randomised", enum="yes"), "trials.randomised", "is a text, not a list"),
    descriptor("enum of numbers", constrained("randomised", enum=[1]), "trials.randomised", "is a number among the"),
    descriptor("enum twice", constrained("randomised", enum=["a", "a"]), "trials.randomised", "stands twice"),
    descriptor("required as text", constrained(required="false"), "trials.label", "'required' is a text"),
    descriptor("constraints as list", column(lambda f: f.update(constraints=[])), "trials.label", "is a list"),
    descriptor("unit as number", column(lambda f: f.update(unit=3)), "trials.label", "'unit' is a number"),
    descriptor("column without name", column(lambda f: f.pop("name")), "trials, field 2", "it lacks 'name'"),
    descriptor("column without type", column(lambda f: f.pop("type")), "trials.label", "it lacks 'type'"),
    descriptor("column as null", table(lambda t: t["schema"]["fields"].insert(0, None)), "trials, field 1", "null"),
    descriptor("column twice", table(lambda t: t["schema"]["fields"].append(t["schema"]["fields"][0])),
               "trials.row_id", "declared 2 times"),
    descriptor("fields as object", schema(fields={}), "trials", "'fields' is an object, not a list"),
    descriptor("no schema", table(lambda t: t.pop("schema")), "trials", "it lacks 'schema'"),
    descriptor("other missing values", schema(missingValues=["", "NA"]), "trials", "are not the missing values"),
    descriptor("unknown primary key", schema(primaryKey="id"), "trials, primary key", "'id' is no column"),
    descriptor("primary key of lists", schema(primaryKey=[["row_id"]]), "trials, primary key", "is a list"),
    descriptor("foreign key to no table", key(resource="books"), "trials", "'books' is no resource"),
    descriptor("foreign key to no column", key(target="id"), "trials", "'id' is no column of the table"),
    descriptor("foreign key of no column", key(field="src"), "trials, foreign key", "'src' is no column"),
    descriptor("foreign key of a list", key(field=["source"]), "trials, foreign key", "is a list"),
    descriptor("foreign key as text", schema(foreignKeys=["source"]), "trials, foreign key", "not an object"),
    descriptor("path as list", table(lambda t: t.update(path=["trials.csv"])), "trials", "'path' is a list"),
    descriptor("path outside", table(lambda t: t.update(path="../trials.csv")), "trials", "is not the path"),
    descriptor("name as number", table(lambda t: t.update(name=5)), "resource 1", "'name' is a number"),
    descriptor("two of one name", package(lambda p: p["resources"].append(p["resources"][0])), "",
               "is the name of 2 resources"),
    descriptor("unknown keyword", table(lambda t: t.update(compression="zip")), "trials", "compression is not"),
    descriptor("resources as object", package(lambda p: p.update(resources={})), "", "'resources' is an object"),
    descriptor("a text in place of a table", package(lambda p: p["resources"].insert(0, 5)), "resource 1", "a n"),
    descriptor("no object", raw(lambda text: "[]"), "", "a list stands where an object should"),
    descriptor("key twice", raw(lambda text: text.replace('"resources"', '"resources": [], "resources"', 1)), "",
               "'resources' stands 2 times"),
    descriptor("NaN", raw(lambda text: text.replace('"minimum": 0', '"minimum": NaN', 1)), "", "no number of JSON"),
    descriptor("infinite", raw(lambda text: text.replace('"minimum": 0', '"minimum": 1e999', 1)), "",
               "minimum is a number"),
    descriptor("5,000 digits", raw(lambda text: text.replace('"minimum": 0', f'"minimum": {"9" * 5000}', 1)), "",
               "not readable as UTF-8 JSON"),
    descriptor("nested", raw(lambda text: "[" * 100_000), "", "not readable as UTF-8 JSON"),
    descriptor("huge", raw(lambda text: text + " " * 6_000_000), "", "more than 5000000"),
    descriptor("empty", raw(lambda text: ""), "", "not readable as UTF-8 JSON"),
    descriptor("BOM", lambda copy: (copy.folder / DESCRIPTOR).write_bytes(
        b"\xef\xbb\xbf" + (copy.folder / DESCRIPTOR).read_bytes()), "", "byte order mark"),
    descriptor("Latin-1", lambda copy: (copy.folder / DESCRIPTOR).write_bytes(b'{"name": "\xe4"}'), "", "readable"),
    descriptor("a folder", in_place_of(DESCRIPTOR, Path.mkdir), "", "is a folder, not a file"),
    descriptor("a pipe", in_place_of(DESCRIPTOR, os.mkfifo), "", "the file is missing"),
]  # fmt: skip
FOLDERS = [
    Attack("a folder for a table", in_place_of("trials.csv", Path.mkdir), "trials.csv", "", "is a folder"),
    Attack("a link to nowhere", in_place_of("trials.csv", lambda path: path.symlink_to("nowhere")), "trials.csv", "",
           "the file is missing"),
    Attack("a link to itself", in_place_of("trials.csv", lambda path: path.symlink_to(path)), "trials.csv", "",
           "the file is missing"),
    Attack("a pipe for a table", in_place_of("trials.csv", os.mkfifo), "trials.csv", "", "the file is missing"),
    *(Attack(f"counts.csv called {name}", lambda copy, name=name: (copy.folder / "counts.csv").rename(
        copy.folder / name), "counts.csv", "", f"is missing, but there is {name}; rename it to counts.csv")
      for name in ("Counts.csv", "counts.CSV", "counts.csv.txt", "counts")),
    Attack("a copy", lambda copy: shutil.copy(copy.folder / "counts.csv", copy.folder / "counts - Copy.CSV"),
           "counts - Copy.CSV", "", "is not declared"),
    Attack("a note of a spreadsheet", lambda copy: copy.bytes("counts", lambda raw: b"sep=,\n" + raw), "counts.csv",
           "", "'sep=,' is no header"),
    Attack("Windows line ends in the descriptor", raw(lambda text: text.replace("\n", "\r\n"))),
    Attack("a path in place of an address", lambda copy: copy.put("counts", "deaths-bowdish2023-d30", "address",
           "C:\\papers\\one.pdf"), "counts.csv", "address", "does not have the form required"),
    Attack("figures as a file", figures_as_a_file, "data/figures", "", "is a file, not a folder"),
    *(Attack(f"left behind, {name}", lambda copy, name=name: (copy.folder / name).write_bytes(b"\0x"))
      for name in LEFT),
    Attack("left behind, among the figures", lambda copy: (copy.folder / "figures" / ".DS_Store").write_bytes(b"\0")),
]  # fmt: skip
ATTACKS = DESCRIPTORS + FOLDERS


@pytest.mark.campaign
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_folder_is_refused_at_its_place(
    attack: Attack, copy: Copy, evidence: Evidence, record_property: Callable[[str, str], None]
) -> None:
    found = outcome(copy, attack, evidence)
    assert found.kind == (REFUSED if attack.says else HARMLESS), found
    assert not attack.says or is_found(attack, found), found.problems
    record_property("tally", f"hostile descriptors and folders: {found.kind}")


def test_a_runaway_pattern_is_refused_and_the_timer_put_back(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "LIMIT", 0.05)
    constrained("row_id", pattern=RUNAWAY)(copy)
    (found,) = copy.all_problems()
    assert (found.file, found.column, found.value) == (f"data/{DESCRIPTOR}", "trials.row_id", RUNAWAY)
    assert "repeated part" in found.remedy
    assert patterns.signal.getitimer(patterns.signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_editors_leave_is_in_no_digest(copy: Copy) -> None:
    before = reading.load(copy.folder).digest
    for name in LEFT:
        (copy.folder / name).write_bytes(b"left")
    (copy.folder / ".ipynb_checkpoints").mkdir()
    (copy.folder / ".ipynb_checkpoints" / "counts.csv").write_text("left")
    assert reading.load(copy.folder).digest == before
    (copy.folder / "notes.txt").write_text("written by a person")
    assert reading.load(copy.folder).digest != before


def test_both_packages_pass_the_same_files_over() -> None:
    assert leftovers.LEFT_BEHIND.pattern == input_files.LEFT_BEHIND.pattern
    assert all(map(leftovers.left_behind, LEFT))
    assert not any(map(leftovers.left_behind, ("counts.csv", "README.md", "a~b.csv", "lock.csv", "figure1.tar")))


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-data", str(tmp_path / "nowhere")]) == 1
    assert "nowhere: the folder is missing; name the folder" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["check-data", str(tmp_path / "file")]) == 1
    assert "is a file, not a folder" in capsys.readouterr().err


def test_a_table_that_may_not_be_read(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "counts.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    found = copy.all_problems()[0]
    assert found.file == "data/counts.csv" and "can't be read (Permission denied)" in str(found)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (PermissionError(13, "Permission denied", "data/x"), "data/x: Permission denied; check that it is there"),
        (OSError(28, "No space left on device"), "a file: No space left on device;"),
        (TypeError("bad operand"), "a fault of the program at load.py, line"),
        (patterns.NeverEnds("never"), "never"),
        (KeyboardInterrupt(), "stopped before the end"),
    ],
)
def test_no_fault_reaches_the_reader_as_a_traceback(
    fault: BaseException, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(folder: Path) -> None:
        raise fault

    monkeypatch.delenv(TRACEBACK, raising=False)
    monkeypatch.setattr(reading, "read_descriptor", fails)
    assert main(["check-data"]) == 1
    printed = capsys.readouterr()
    assert says in printed.err and "Traceback" not in printed.err + printed.out
    monkeypatch.setenv(TRACEBACK, "1")
    if isinstance(fault, TypeError):
        with pytest.raises(TypeError):
            main(["check-data"])


@pytest.mark.parametrize("text", ["", "author: [", "- a list", "\x00", "a: &a [*a]"])
def test_metadata_that_are_broken(text: str, tmp_path: Path) -> None:
    """A project of which only the metadata are broken, asked for its claims by the command itself."""
    for name in ("analysis", "data", "references.bib"):
        (tmp_path / name).symlink_to(reading.DATA.parent / name)
    (tmp_path / "_quarto.yml").write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "analysis", "catalogue", "--output", str(tmp_path / "catalogue.json")],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert "Traceback" not in run.stderr and (run.returncode == 0) == (not run.stderr.strip()), run.stderr
