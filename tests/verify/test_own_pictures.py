"""A picture of the author's own has the alternative text that the document gives it, and no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import small_project
from PIL import Image

OWN = """
![A picture: one *"quoted"* word](own.png){{fig-alt="A red square, nothing else"}}

::: {{#fig-own}}
![](own.png)

::: {{.figure-alt}}
A red square
in a div
:::

A picture of our own.
:::

See @fig-own.
"""


@pytest.fixture(scope="module")
def with_pictures(paper: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(paper, tmp_path_factory.mktemp("own") / "paper"))
    Image.new("RGB", (40, 40), "red").save(folder / "own.png")
    document = folder / "manuscript.qmd"
    document.write_text(document.read_text(encoding="utf-8") + OWN.format(), encoding="utf-8")
    done = small_project.run(folder, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_verified(with_pictures: Path, found) -> None:
    assert found(with_pictures) == ""


def test_another_text_than_the_documents_is_named(with_pictures: Path, tmp_path: Path, found) -> None:
    folder = Path(shutil.copytree(with_pictures, tmp_path / "paper"))
    page = folder / "_output" / "manuscript.html"
    text = page.read_text(encoding="utf-8")
    assert 'alt="A red square, nothing else"' in text
    page.write_text(text.replace("A red square, nothing else", "A blue square, nothing else"), encoding="utf-8")
    assert "the alternative text is not the one that was printed: “A blue square" in found(folder)
