"""Outputs are up to date as long as all that went into them, and they themselves, are the same byte for byte."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_project import ROOT, write_project

from publishing.engine import builtin
from publishing.engine import render as rendering
from publishing.engine.plan import Plan
from publishing.project.configuration import load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.project.freshness import Freshness
from publishing.project.outputs import Stage, is_handed_on, publish

ENGINE = "built-in"
FIGURE = "---\ntitle: A paper\n---\n\n# Start {#sec-start}\n\n![](drawing.svg)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that says what its documents read, with outputs that were recorded."""
    settings = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
    root = write_project(tmp_path / "paper", {"manuscript": FIGURE}, settings)
    texts = {
        "data/counts.csv": "a,1\n",
        "analysis/review.py": "x = 1\n",
        "publishing/filters/keys.lua": "-- keys\n",
        "publishing/templates/vancouver.csl": "<style/>\n",
        "publishing/allowed_numerals.yml": "[]\n",
        "requirements.lock": "numpy==2\n",
        "drawing.svg": "<svg/>\n",
        "_output/manuscript.html": "<p>5</p>\n",
        "_output/ledger.json": "{}\n",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    keep(root)
    return root


def freshness(root: Path, profile: str | None = None, overrides: dict[str, str] | None = None) -> Freshness:
    project = load_project(root, profile, overrides)
    return Freshness(project, [read_document(path) for path in project.documents], root / "_output")


def keep(root: Path) -> None:
    project = load_project(root)
    documents = [read_document(path) for path in project.documents]
    fresh = Freshness(project, documents, root / "_output")
    fresh.keep(documents, ENGINE, [root / "_output" / name for name in ("manuscript.html", "ledger.json")])


def stale(root: Path, engine: str = ENGINE, **how: object) -> list[str]:
    project = load_project(root)
    return freshness(root, **how).stale([read_document(path) for path in project.documents], engine)  # type: ignore[arg-type]


def change_a_byte(path: Path) -> None:
    """Change the last byte before the final line end; the second time it is as it was."""
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("data/counts.csv", "data"),
        ("analysis/review.py", "code"),
        ("publishing/filters/keys.lua", "code"),
        ("publishing/templates/vancouver.csl", "code"),
        ("manuscript.qmd", "documents"),
        ("supplement.qmd", "documents"),
        ("references.bib", "files they name"),
        ("drawing.svg", "files they name"),
        ("requirements.lock", "lock file"),
        ("_output/manuscript.html", "manuscript.html"),
        ("_output/ledger.json", "ledger.json"),
    ],
)
def test_one_byte_of_an_input_or_output_makes_the_outputs_stale(folder: Path, name: str, kind: str) -> None:
    assert stale(folder) == []
    change_a_byte(folder / name)
    assert kind in stale(folder)


def test_the_configuration_and_what_stands_above_it_count(folder: Path) -> None:
    (folder / "_quarto-journal.yml").write_text("lang: en-US\n", encoding="utf-8")
    assert stale(folder) == []
    assert "configuration" in stale(folder, profile="journal")
    assert "configuration" in stale(folder, overrides={"lang": "en-US"})
    path = folder / "_quarto.yml"
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert stale(folder) == ["configuration"]


def test_the_environment_and_the_engine_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stale(folder, engine="Quarto 1.10.18") == ["engine"]
    with monkeypatch.context() as changed:
        changed.setattr("platform.python_version", lambda: "3.99.0")
        assert stale(folder) == ["environment"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert stale(folder) == ["environment"]


def test_a_file_that_comes_or_goes_counts(folder: Path) -> None:
    (folder / "data" / "more.csv").write_text("b,2\n", encoding="utf-8")
    assert stale(folder) == ["data"]
    (folder / "data" / "more.csv").unlink()
    (folder / "_output" / "ledger.json").unlink()
    assert stale(folder) == ["ledger.json"]


def test_times_of_change_and_files_of_no_concern_do_not_count(folder: Path) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        os.utime(path, (1, 1))
    (folder / "_output" / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "README.md").write_text("read me", encoding="utf-8")
    assert stale(folder) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"inputs": {}}'])
def test_a_broken_record_is_none(folder: Path, content: str) -> None:
    (record,) = (folder / "_build" / "rendered").iterdir()
    record.write_text(content, encoding="utf-8")
    assert stale(folder) == ["never rendered"]


def test_an_input_that_changes_during_the_render_leaves_no_record(folder: Path) -> None:
    fresh = freshness(folder)
    fresh.forget()
    change_a_byte(folder / "data" / "counts.csv")
    fresh.keep([], ENGINE, [])
    assert stale(folder) == ["never rendered"]


def test_only_the_outputs_that_were_verified_are_known_as_verified(folder: Path) -> None:
    fresh = freshness(folder)
    assert not fresh.is_verified()
    fresh.verified(fresh.proof())
    assert freshness(folder).is_verified()
    change_a_byte(folder / "_output" / "manuscript.html")
    assert not freshness(folder).is_verified()
    change_a_byte(folder / "_output" / "manuscript.html")
    assert freshness(folder).is_verified()
    change_a_byte(folder / "data" / "counts.csv")
    assert not freshness(folder).is_verified()


def test_outputs_that_changed_while_they_were_verified_are_not(folder: Path) -> None:
    fresh = freshness(folder)
    proof = fresh.proof()
    change_a_byte(folder / "_output" / "manuscript.html")
    fresh.verified(proof)
    change_a_byte(folder / "_output" / "manuscript.html")
    assert not freshness(folder).is_verified()


@pytest.fixture
def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts an engine in the place of the built-in one that writes a page with the given text, or fails without."""
    text = (folder / "_quarto.yml").read_text(encoding="utf-8")
    text = re.sub(r"^  p(?:re|ost)-render: .*\n", "", text, flags=re.MULTILINE)
    (folder / "_quarto.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rendering, "prepare", lambda *_: None)
    monkeypatch.setattr(rendering, "_ask", lambda _: None)

    def use(page: str) -> None:
        def render(project: object, documents: object, stage: object, *_: object) -> list[object]:
            if not page:
                raise PublishingError("the engine failed.")
            (stage.out / "manuscript.html").write_text(page, encoding="utf-8")  # type: ignore[attr-defined]
            return []

        monkeypatch.setattr(builtin, "render", render)

    return use


def test_what_is_up_to_date_is_not_rendered_unless_forced(
    folder: Path, engine: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    page = folder / "_output" / "manuscript.html"
    for text, how in (("first", {}), ("second", {"unless_fresh": True}), ("third", {})):
        engine(text)
        assert rendering.render(Plan.of(folder, [], "builtin"), **how) == [page]  # type: ignore[arg-type]
    assert page.read_text(encoding="utf-8") == "third"
    said = capsys.readouterr().out
    assert (
        len(re.findall(r"_output is up to date with .* \(digest [0-9a-f]{12}, .*--force renders anyway", said)) == 1
    )
    page.write_text("tampered", encoding="utf-8")
    engine("fourth")
    rendering.render(Plan.of(folder, [], "builtin"), unless_fresh=True)
    assert page.read_text(encoding="utf-8") == "fourth"
    assert "not up to date: manuscript.html" in capsys.readouterr().out


def test_a_render_that_fails_leaves_no_record(folder: Path, engine: Callable[[str], None]) -> None:
    engine("first")
    rendering.render(Plan.of(folder, [], "builtin"))
    change_a_byte(folder / "data" / "counts.csv")
    engine("")
    with pytest.raises(PublishingError, match="the engine failed"):
        rendering.render(Plan.of(folder, [], "builtin"), unless_fresh=True)
    change_a_byte(folder / "data" / "counts.csv")
    assert stale(folder) == ["never rendered"]
    assert (folder / "_output" / "manuscript.html").read_text(encoding="utf-8") == "first"


def test_file_kept_for_the_verification_counts_too(folder: Path) -> None:
    stage = Stage(folder / "_build", folder / "_build/out")
    for name in ("manuscript.docx", ".traced/manuscript.docx"):
        (stage.out / name).parent.mkdir(parents=True, exist_ok=True)
        (stage.out / name).write_text("x", encoding="utf-8")
    paths = publish(stage, folder / "_output")
    assert [path.name for path in paths if is_handed_on(path)] == ["manuscript.docx"]
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    freshness(folder).keep(documents, ENGINE, paths)
    assert stale(folder) == []
    (folder / "_output/.traced/manuscript.docx").unlink()
    assert stale(folder) == [".traced/manuscript.docx"]
