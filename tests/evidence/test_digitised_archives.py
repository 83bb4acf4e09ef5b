"""The archive that WebPlotDigitizer saves is read like its export, and nothing else that calls itself a tar."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_figures import Drawing, FigureFolder, exact
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saved_archives import BLOCK, FOLDER, IMAGE, RECORD, joined, member, saved

from analysis.evidence import digitised
from analysis.evidence.digitised import archive

TAR = "invented2021-fig2.tar"


@pytest.fixture
def figure(tmp_path: Path) -> FigureFolder:
    """A point with a whisker, saved as the program does by default."""
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(tmp_path / "data" / "figures", name=TAR)
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
    figure.add(exact, drawing, [("centre", (7, 47.3)), ("upper whisker", (7, 60.2))], whisker="SD")
    return figure


def test_the_archive_says_what_the_export_says(figure: FigureFolder) -> None:
    series = figure.only()
    assert series.projects == (TAR,) and (series.mean.value, series.sd.value) == pytest.approx((47.3, 12.9))
    (figure.folder / TAR).unlink()
    figure.name = TAR.replace(".tar", ".json")
    for row in figure.rows:
        row["project"] = figure.name
    exported = figure.only()
    assert (exported.marks, exported.mean, exported.sd) == (series.marks, series.mean, series.sd)


def test_the_archives_of_these_tests_are_such_as_the_program_opens(figure: FigureFolder) -> None:
    with tarfile.open(fileobj=io.BytesIO(figure.saved()), mode="r:") as opened:
        assert opened.getnames() == [
            f"invented2021-fig2{end}" for end in ("", "/info.json", "/wpd.json", "/image.png")
        ]
        content = opened.extractfile("invented2021-fig2/wpd.json")
        assert content is not None and json.load(content) == figure.project
    assert len(figure.saved()) % RECORD == 0


@pytest.mark.parametrize("name", ["other", "a b", "x" * 80])
def test_the_folder_inside_may_have_any_name(figure: FigureFolder, name: str) -> None:
    figure.write()
    (figure.folder / TAR).write_bytes(saved(figure.project, name))
    assert len(digitised.load(figure.folder)) == 1


def test_an_archive_that_calls_itself_json_is_told_what_it_is(figure: FigureFolder) -> None:
    figure.write()
    raw = (figure.folder / TAR).read_bytes()
    assert archive.is_archive(raw) and not archive.is_archive(raw[1:]) and not archive.is_archive(b"{}")
    name = TAR.replace(".tar", ".json")
    (figure.folder / TAR).rename(figure.folder / name)
    table = figure.folder / "points.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(TAR, name), encoding="utf-8")
    with pytest.raises(digitised.FigureError) as caught:
        digitised.load(figure.folder)
    said = str(caught.value)
    assert (
        f"{name}: not readable as UTF-8 JSON (it is a tar archive, as the program saves it, with the project in"
        in said
    )
    assert f"name it {TAR} here and in the table" in said and "codec" not in said


def test_an_archive_without_end_marker_is_whole(figure: FigureFolder) -> None:
    # The program fills to a multiple of 10240 bytes, which may leave no room for a marker.
    figure.write()
    raw = (figure.folder / TAR).read_bytes().rstrip(b"\0")
    (figure.folder / TAR).write_bytes(raw + b"\0" * (-len(raw) % BLOCK))
    assert len(digitised.load(figure.folder)) == 1


INFO = json.dumps({"version": [4, 0], "json": "wpd.json", "images": []}).encode()


def members(project: bytes) -> list[bytes]:
    return [member("p/", kind=FOLDER), member("p/info.json", INFO), member("p/wpd.json", project)]


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda raw: b"", "holds 0 files wpd.json where a saved project holds one"),
    "only zeros": (lambda raw: b"\0" * RECORD, "holds 0 files wpd.json"),
    "compressed": (lambda raw: gzip.compress(joined(members(raw))), "a tar archive (it is compressed by gzip)"),
    "the export renamed": (lambda raw: raw, "a tar archive (it is JSON); give it the ending .json"),
    "no project": (lambda raw: joined(members(raw)[:2]), "holds 0 files wpd.json"),
    "no info": (lambda raw: joined([members(raw)[0], members(raw)[2]]), "holds 0 files info.json"),
    "two projects": (
        lambda raw: joined([*members(raw), member("q/wpd.json", raw)]),
        "holds 2 files wpd.json where a saved project holds one",
    ),
    "the project twice": (lambda raw: joined([*members(raw), member("p/wpd.json", raw)]), "holds 2 files wpd.json"),
    "info names another": (
        lambda raw: joined([member("p/info.json", b'{"json": "other.json"}'), member("p/wpd.json", raw)]),
        "p/info.json: does not name wpd.json as its project",
    ),
    "info is no JSON": (
        lambda raw: joined([member("p/info.json", b"\xff"), member("p/wpd.json", raw)]),
        "does not name wpd.json as its project",
    ),
    "at the top": (
        lambda raw: joined([member("info.json", INFO), member("wpd.json", raw)]),
        "'wpd.json, info.json' holds wpd.json and info.json in other places than a saved project",
    ),
    "apart": (
        lambda raw: joined([member("q/info.json", INFO), member("p/wpd.json", raw)]),
        "'p/wpd.json, q/info.json' holds",
    ),
    "leading out": (
        lambda raw: joined([*members(raw), member("p/../../points.csv", b"x")]),
        "'p/../../points.csv' is a name that leads out of the archive",
    ),
    "absolute": (lambda raw: joined([*members(raw), member("/etc/x", b"x")]), "'/etc/x' is a name that leads out"),
    "backslashes": (lambda raw: joined([*members(raw), member("p\\..\\x", b"x")]), "is a name that leads out"),
    "symbolic link": (
        lambda raw: joined([*members(raw), member("p/x", kind=b"2")]),
        "'p/x' is neither a file nor a folder",
    ),
    "hard link": (lambda raw: joined([member("p/wpd.json", kind=b"1")]), "is neither a file nor a folder"),
    "device": (lambda raw: joined([*members(raw), member("p/x", kind=b"3")]), "is neither a file nor a folder"),
    "sparse": (lambda raw: joined([member("p/wpd.json", raw, kind=b"S")]), "is neither a file nor a folder"),
    "extended header": (
        lambda raw: joined([member("p/x", b"20 path=../points.csv\n", kind=b"x"), *members(raw)]),
        "is neither a file nor a folder",
    ),
    "huge by its header": (
        lambda raw: joined([*members(raw)[:2], member("p/wpd.json", raw, size=b"77777777777\0")]),
        "'p/wpd.json' says it has 8589934591 bytes where",
    ),
    "negative size": (
        lambda raw: joined([*members(raw)[:2], member("p/wpd.json", raw, size=b"\xff" * 12)]),
        "'p/wpd.json' says it has -1 bytes",
    ),
    "cut off": (lambda raw: joined(members(raw)).rstrip(b"\0")[:-200], "the archive is cut off"),
    "cut off in a header": (lambda raw: joined(members(raw))[: 2 * BLOCK - 100], "not readable as a tar archive"),
    "a byte of a header": (
        lambda raw: joined(members(raw)).replace(b"p/wpd.json", b"p/wpe.json", 1),
        "not readable as a tar archive",
    ),
    "something behind the end": (lambda raw: joined(members(raw)) + b"x" * BLOCK, "has something after its end"),
    "very many members": (
        lambda raw: joined([member(f"p/{i}") for i in range(archive.MOST_MEMBERS + 1)]),
        f"holds more than {archive.MOST_MEMBERS} members",
    ),
    "project of an older version": (
        lambda raw: joined(members(b'{"wpd": {"version": [3, 8]}}')),
        "is not a format version that can be read",
    ),
    "project that is no JSON": (lambda raw: joined(members(IMAGE)), "not readable as UTF-8 JSON"),
    "enormous project": (
        lambda raw: joined(members(raw + b" " * 20_000_000)),
        "p/wpd.json: holds more than 20000000 bytes",
    ),
    "enormous archive": (lambda raw: b"\0" * (archive.LARGEST_ARCHIVE + 1), "is larger than 100000000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_other_archives_are_refused(figure: FigureFolder, made: Callable[[bytes], bytes], expected: str) -> None:
    figure.write()
    before = sorted(figure.folder.parent.rglob("*"))
    (figure.folder / TAR).write_bytes(made(json.dumps(figure.project).encode()))
    with pytest.raises(digitised.FigureError) as caught:
        digitised.load(figure.folder)
    (problem,) = caught.value.problems
    assert problem.file == f"data/figures/{TAR}" and expected in str(problem) and problem.remedy
    assert sorted(figure.folder.parent.rglob("*")) == before, "something was written to disk"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_spoilt_anywhere_are_read_or_refused(figure: FigureFolder, data: st.DataObject) -> None:
    figure.write()
    raw = bytearray(figure.saved())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (figure.folder / TAR).write_bytes(raw[: data.draw(st.sampled_from([len(raw), len(raw) // 2, 1500]))])
    try:
        read = digitised.load(figure.folder)
    except digitised.FigureError as error:
        assert all(problem.file and problem.remedy for problem in error.problems)
    else:
        assert [one.series for one in read] == ["crp-invented2021-msc-d7"]


def test_a_folder_in_the_place_of_a_project_is_refused(figure: FigureFolder) -> None:
    figure.write()
    (figure.folder / TAR).unlink()
    (figure.folder / TAR).mkdir()
    with pytest.raises(digitised.FigureError, match="the file is missing"):
        digitised.load(figure.folder)


def test_the_same_project_saved_in_both_ways_is_refused(figure: FigureFolder) -> None:
    figure.write()
    (figure.folder / TAR.replace(".tar", ".json")).write_text(json.dumps(figure.project), encoding="utf-8")
    with pytest.raises(digitised.FigureError) as caught:
        digitised.load(figure.folder)
    assert f"invented2021-fig2.json: and {TAR} are two projects of one name; keep the one that" in str(caught.value)


@pytest.mark.parametrize("name", ["another.tar", "another.json", "fig2.png", "points_old.csv", "notes"])
def test_what_no_row_uses_is_refused(figure: FigureFolder, name: str) -> None:
    figure.write()
    if name == "notes":
        (figure.folder / name).mkdir()
    else:
        (figure.folder / name).write_bytes(b"x")
    with pytest.raises(digitised.FigureError) as caught:
        digitised.load(figure.folder)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"data/figures/{name}: no row of data/figures/points.csv uses it; ")
