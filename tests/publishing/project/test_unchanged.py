"""Whether anything differs is asked of everything that can differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.project import unchanged

ASKED = unchanged.asked("auto", None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("data/counts.csv", "code/results.py", "manuscript.qmd", "_quarto.yml", "_output/manuscript.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    files = ["manuscript.qmd", "_quarto.yml", "_output/manuscript.html", "not-there.bib"]
    kept = unchanged.Kept(ASKED, {"data": ["data"], "code": ["code"]}, files, "as it was")
    unchanged.keep(tmp_path, unchanged.now(tmp_path, kept))
    return tmp_path


def test_nothing_differs(root: Path) -> None:
    assert unchanged.told(root, ASKED) == "as it was"
    # what editors and Python leave behind makes no difference
    (root / "data" / ".counts.csv.swp").write_text("x", encoding="utf-8")
    (root / "code" / "results.pyc").write_text("x", encoding="utf-8")
    assert unchanged.told(root, ASKED) == "as it was"


@pytest.mark.parametrize(
    "name",
    [
        "data/counts.csv", "data/new.csv", "code/results.py", "code/new.py", "manuscript.qmd", "_quarto.yml",
        "_output/manuscript.html", "not-there.bib",
    ],
)  # fmt: skip
def test_a_file_that_changed_or_came(root: Path, name: str) -> None:
    (root / name).write_text("another", encoding="utf-8")
    assert unchanged.told(root, ASKED) is None


@pytest.mark.parametrize("name", ["data/counts.csv", "code/results.py", "manuscript.qmd", "_output/manuscript.html"])
def test_a_file_that_went(root: Path, name: str) -> None:
    (root / name).unlink()
    assert unchanged.told(root, ASKED) is None


def test_another_question_or_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unchanged.told(root, unchanged.asked("builtin", None)) is None
    assert unchanged.told(root, unchanged.asked("auto", "submission")) is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")
    assert unchanged.told(root, ASKED) is None


def test_a_program_that_was_installed(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    kept = unchanged.Kept(ASKED, {"data": [], "code": []}, [], "as it was")
    unchanged.keep(root, unchanged.now(root, kept))
    assert unchanged.told(root, ASKED) == "as it was"
    (folder / "quarto").write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / "quarto").chmod(0o755)
    assert unchanged.told(root, ASKED) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"asked": 1}'])
def test_a_broken_record_says_nothing(root: Path, text: str) -> None:
    (root / unchanged.FILE).write_text(text, encoding="utf-8")
    assert unchanged.told(root, ASKED) is None
    unchanged.forget(root)
    assert unchanged.told(root, ASKED) is None
