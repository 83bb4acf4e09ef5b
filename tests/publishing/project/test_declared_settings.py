"""The lint's reading of the declarations, by the examples that the documents' reading is held against too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from publishing.project.configuration import load_project
from publishing.project.declarations import NAMES
from publishing.project.errors import PublishingError

EXAMPLES = yaml.safe_load((Path(__file__).resolve().parents[2] / "declarations.yml").read_text(encoding="utf-8"))
REST = "project: {render: []}\nformat: {docx: default}\nciteproc: true\n"


def _write(folder: Path, example: dict[str, Any]) -> Path:
    (folder / "_quarto.yml").write_text(REST + example["metadata"], encoding="utf-8")
    return folder


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "open" in one], ids=lambda one: one["name"])
def test_what_is_open_is_told_from_what_is_stated_and_from_what_does_not_apply(
    tmp_path: Path, example: dict[str, Any]
) -> None:
    declared = load_project(_write(tmp_path, example)).declared
    assert declared is not None
    assert set(declared.open) == set(example["open"])
    assert NAMES.keys() - declared.texts.keys() == set(example["nothing"])


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "fault" in one], ids=lambda one: one["name"])
def test_a_declaration_that_says_too_little_is_refused_with_its_line(tmp_path: Path, example: dict[str, Any]) -> None:
    with pytest.raises(PublishingError, match=example["fault"]) as failure:
        load_project(_write(tmp_path, example))
    assert failure.value.line is not None and failure.value.line > REST.count("\n")


def test_a_project_without_declarations_declares_nothing(tmp_path: Path) -> None:
    assert load_project(_write(tmp_path, {"metadata": "author: A. Author\n"})).declared is None


@pytest.mark.parametrize("key", ["funding: Paid.", "declarations: {ethics: None.}"])
def test_no_document_declares_for_itself(key: str) -> None:
    from publishing.project.configuration import read_front_matter

    with pytest.raises(PublishingError, match="is not supported"):
        read_front_matter(Path("paper.qmd"), f"title: A paper\n{key}\n")
