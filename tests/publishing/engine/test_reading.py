"""A document read by pandoc once: its other forms differ in the names of their pictures only."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import FRONT

from publishing.engine.markdown import Assembled, to_markdown
from publishing.engine.reading import Reading
from publishing.formats import pandoc
from publishing.project.document import Executed, read_document
from publishing.project.errors import PublishingError

BODY = "Of 5 trials.\n\n```{python}\n1\n```\n\n```{python}\n1\n```\n"
PICTURE = {"text/plain": "<Figure>", "image/svg+xml": "<svg/>", "image/png": "aGk="}


def explain(markdown: Assembled, complaint: pandoc.Complaint) -> PublishingError:
    return markdown.document.error(complaint.text, markdown.source_line(complaint.line or 0), "correct it.")


def forms(folder: Path, *bundles: dict[str, str], body: str = BODY) -> list[Assembled]:
    """The document with its pictures as SVG and as PNG."""
    path = folder / "paper.qmd"
    path.write_text(FRONT + body, encoding="utf-8")
    document = read_document(path)
    outputs = iter(({"output_type": "display_data", "data": bundle, "metadata": {}},) for bundle in bundles)
    results = tuple(next(outputs) if block in document.cells else () for block in document.blocks)
    return [to_markdown(Executed(document, results), {"echo": False}, form, "paper_files") for form in ("svg", "png")]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that pandoc was given."""
    given: list[str] = []
    run = pandoc.run

    def noting(arguments: list[str], text: str, **options: Path) -> tuple[str, list[pandoc.Complaint]]:
        given.append(text)
        return run(arguments, text, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pandoc, "run", noting)
    return given


def read_alone(markdown: Assembled, folder: Path) -> str:
    return pandoc.run(["--to=json"], markdown.text, cwd=folder)[0]


def test_the_forms_of_a_document_are_read_once(tmp_path: Path, calls: list[str]) -> None:
    svg, png = forms(tmp_path, PICTURE, PICTURE)
    reading = Reading(svg, tmp_path, explain)
    trees = [reading.tree(svg), reading.tree(png), reading.tree(svg)]
    assert calls == [svg.text]
    assert trees == [read_alone(svg, tmp_path), read_alone(png, tmp_path), trees[0]]
    assert png.pictures == ["paper_files/cell-1-output-1.png", "paper_files/cell-2-output-1.png"]


def test_a_form_that_says_something_else_is_read_for_itself(tmp_path: Path, calls: list[str]) -> None:
    (svg, _), (_, other) = forms(tmp_path, PICTURE, PICTURE), forms(tmp_path, PICTURE, {"text/plain": "no picture"})
    reading = Reading(svg, tmp_path, explain)
    reading.tree(svg)
    assert "no picture" in reading.tree(other) and calls == [svg.text, other.text]


def test_what_pandoc_complains_of_is_an_error_with_its_line(tmp_path: Path) -> None:
    svg, _ = forms(tmp_path, PICTURE, PICTURE, body=f"{BODY}\n[a]: b\n[a]: c\n")
    with pytest.raises(PublishingError, match="Duplicate link reference") as caught:
        Reading(svg, tmp_path, explain).tree(svg)
    assert caught.value.line == 1 + (tmp_path / "paper.qmd").read_text(encoding="utf-8").split("\n").index("[a]: c")
