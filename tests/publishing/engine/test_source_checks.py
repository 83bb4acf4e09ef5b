"""What is refused before anything runs: references, citations, pictures, constructs of Quarto's own."""

from __future__ import annotations

import json

import pytest
from engine_project import FRONT, write_project

from publishing.engine.source_checks import check_sources, read_registry, write_registry
from publishing.project.configuration import load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError

CELL = "\n```{python}\n#| label: fig-cell\n#| fig-cap: A cell's figure\n\n1\n```\n"


def check(folder, **documents: str) -> dict:
    write_project(folder, {name: FRONT + text for name, text in documents.items()})
    project = load_project(folder)
    read = [read_document(path) for path in project.documents]
    write_registry(project, read)
    check_sources(project, read)
    return read_registry(project)


def refusal(folder, text: str) -> PublishingError:
    with pytest.raises(PublishingError) as caught:
        check(folder, manuscript=text)
    assert caught.value.source is not None and caught.value.source.name == "manuscript.qmd"
    assert caught.value.remedy
    return caught.value


def test_registry_numbers_both_documents(tmp_path):
    registry = check(
        tmp_path,
        manuscript="\n# One {#sec-one}\n\nSee @stbl-b, @fig-cell and [@hartung2001].\n" + CELL,
        supplement="".join(
            f"\n::: {{#{name}}}\n\n| a |\n|---|\n| 1 |\n\nCaption.\n:::\n" for name in ("stbl-a", "stbl-b")
        ),
    )
    assert {key: entry["text"].replace("\u00a0", " ") for key, entry in registry.items()} == {
        "sec-one": "Section 1",
        "fig-cell": "Figure 1",
        "stbl-a": "Table S1",
        "stbl-b": "Table S2",
    }
    assert registry["stbl-b"]["file"] == "supplement"


def test_cell_without_output_is_not_numbered(tmp_path):
    hidden = CELL.replace("#| label", "#| include: false\n#| label")
    registry = check(tmp_path, manuscript=hidden + CELL.replace("fig-cell", "fig-other"))
    assert registry.keys() == {"fig-other", "sec-supplement"}
    assert registry["fig-other"]["number"] == "1"


def test_registry_of_a_former_run_is_not_believed(tmp_path):
    check(tmp_path, manuscript=CELL)
    (tmp_path / "_build/crossref/former.json").write_text(json.dumps({"fig-old": {"text": "Figure 9"}}))
    with pytest.raises(PublishingError, match="@fig-old points to nothing"):
        check(tmp_path, manuscript="\nSee @fig-old.\n")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("\nOne.\n\nSee @fig-nowhere.\n", "@fig-nowhere points to nothing", 7),
        ("\nSee [@tbl-nowhere; @fig-cell].\n" + CELL, "@tbl-nowhere points to nothing", 5),
        ("\nSee [-@Stbl-nowhere].\n", "@Stbl-nowhere points to nothing", 5),
        ("\nSaid [@hartung2001; @hartung2010, p. 3].\n", "@hartung2010 is not in the bibliography", 5),
        ("\nSaid @nobody.\n", "@nobody is not in the bibliography", 5),
        ("\nText.\n\n![A picture](figures/none.png)\n", "figures/none.png does not exist", 7),
        ("\n![](https://example.org/a.png)\n", "is not a file of the project", 5),
        ("\nOn {{< pagebreak >}} goes.\n", "shortcodes", 5),
        ("\n{{< include part.qmd >}}\n", "{{< include >}}", 5),
        ("\nBoth [@hartung2001; @fig-cell].\n" + CELL, "@fig-cell and a citation", 5),
        (CELL + "\nIt is `{python} 1``{python} 2`.\n", "'{python} 2' touches", 12),
        (CELL + "\nIt is\n`code``{python} 2`.\n", "'{python} 2' touches", 13),
        (CELL + "\nIt is ``{python} 2``.\n", "'{python} 2' touches", 12),
        (CELL + "\nIt is `{python}2`.\n", "'{python}2' is no expression", 12),
        (CELL + "\nIt is `{r} 2`.\n", "'{r} 2' is not run", 12),
        ("\nFirst.\n\nOne.[^a]\n\n[^a]: A note.\n", "footnotes are not supported", 7),
        ("\nOne.^[A note.]\n", "footnotes are not supported", 5),
        ("\n| a |\n|---|\n| 1[^a] |\n\n[^a]: A note.\n", "footnotes are not supported", 7),
        ("\n::: {.callout-note}\nMind.\n:::\n", "'.callout-note' is Quarto's own", 5),
        ("\n::: {.panel-tabset}\nA\n:::\n", "'.panel-tabset' is Quarto's own", 5),
        ("\n::: {layout-ncol=2}\nA\n:::\n", "'layout' is not supported", 5),
        ("\n::: {#thm-one}\nA\n:::\n", "'thm-' are Quarto's own", 5),
        ("\n::: {.content-visible when-profile='x'}\nA\n:::\n", "'when-profile' is not supported", 5),
        ("\n::: {.content-visible when-format='pdf'}\nA\n:::\n", "no format 'pdf'", 5),
        ("\n::: {.content-hidden}\nA\n:::\n", "says for no format", 5),
        ("\n::: {.content-visible when-format='html'}\n\n# One {#sec-one}\n:::\n", "'sec-one' is numbered", 7),
        ("\n::: {.content-visible when-format='html'}\n" + CELL + "\n:::\n", "'fig-cell' is numbered", 8),
        ("\n::: {.note}\nNever closed.\n", "unclosed", 5),
        (CELL + "\n![Again](references.bib){#fig-cell}\n", "fig-cell is defined twice", None),
    ],
)
def test_refusals_name_document_and_line(tmp_path, text, words, line):
    error = refusal(tmp_path, text)
    assert words in str(error)
    if line is not None:
        assert error.line == line


def test_near_keys_are_suggested(tmp_path):
    assert "did you mean @hartung2001?" in str(refusal(tmp_path, "\nSaid @hartung2010.\n"))
    assert "did you mean @fig-cell?" in str(refusal(tmp_path, "\nSee @fig-cel.\n" + CELL))


def test_unreadable_bibliography_is_named(tmp_path):
    write_project(tmp_path, {})
    (tmp_path / "references.bib").write_text("@article{broken, title = {No end\n")
    project = load_project(tmp_path)
    with pytest.raises(PublishingError, match=r"references\.bib"):
        check_sources(project, [read_document(path) for path in project.documents])


def test_conditional_content_without_numbers_is_allowed(tmp_path):
    span = "[there]{.content-hidden unless-format='docx'}"
    text = f"\n::: {{.content-visible when-format='html'}}\nOnly here, {span}.\n:::\n"
    assert check(tmp_path, manuscript=text).keys() == {"sec-supplement"}


def test_expressions_with_something_between_them_are_run(tmp_path):
    assert check(tmp_path, manuscript=CELL + "\n`{python} 1` `{python} 2`<!-- -->`{python} 3`, `{python} 4``code`.\n")


def test_the_remedy_for_a_shortcode_says_what_to_do_instead(tmp_path):
    assert "page breaks are the template's" in str(refusal(tmp_path, "\n{{< pagebreak >}}\n"))
    assert "copy the text of the file" in str(refusal(tmp_path, "\n{{< include part.qmd >}}\n"))
