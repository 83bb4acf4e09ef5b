"""What the filters do so that both engines write the same."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pypandoc
import pytest
from filtering import FILTERS, FRONT_MATTER, TABLE, convert, pandoc, refused
from lxml import html


def under_quarto(folder: Path, name: str, text: str, to: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """One filter run with the global by which filters know Quarto."""
    place = FILTERS / f"{name}.lua"
    wrapped = folder / "wrapped.lua"
    wrapped.write_text(f"quarto = {{}}\nPANDOC_SCRIPT_FILE = [[{place}]]\nreturn dofile(PANDOC_SCRIPT_FILE)\n")
    command = [pypandoc.get_pandoc_path(), "--from", "markdown", "--to", to, "--lua-filter", str(wrapped)]
    return subprocess.run(
        command, input=text.encode(), capture_output=True, env={**os.environ, **variables}, check=False
    )


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("One.[]{} Two.", "One. Two."),
        ("One. []{} Two.", "One. Two."),
        ("One, []{} []{} two []{}", "One, two"),
        ("[]{} One.", "One."),
        ("*One []{}*", "<em>One</em>"),
        ("[]{.own} One.", '<span class="own"></span> One.'),
    ],
)
def test_an_expression_without_words_leaves_no_trace(written, left):
    assert f"<p>{left}</p>" in convert(f"{written}\n", "html")


def test_a_paragraph_of_expressions_without_words_is_none():
    page = convert("One.\n\n[]{} []{}\n\nTwo.\n", "html")
    assert page.count("<p>") == 2


@pytest.mark.parametrize("to", ["typst", "docx", "jats"])
def test_raw_content_of_another_format_is_refused_and_not_dropped(to, tmp_path):
    done = pandoc(FRONT_MATTER + "```{=html}\n<p>Lost.</p>\n```\n", to, "--output", str(tmp_path / "out"))
    assert done.returncode == 1
    assert f"raw html would be lost in {to}: <p>Lost.</p> Remedy: " in done.stderr.decode()


def test_raw_content_for_one_format_stands_in_conditional_content():
    text = "::: {.content-visible when-format='html'}\n```{=html}\n<p>Kept.</p>\n```\n:::\n\nA <!-- x --> word.\n"
    assert "<p>Kept.</p>" in convert(text, "html")
    assert "Kept" not in convert(text, "typst")


@pytest.mark.parametrize("to", ["latex", "beamer"])
def test_a_pdf_by_latex_is_refused_with_what_makes_it(to):
    assert "--to typst" in refused("Text.\n", to)


def test_jats_by_quarto_alone_is_refused(tmp_path):
    done = under_quarto(tmp_path, "conditional", "Text.\n", "jats")
    assert done.returncode == 1
    assert "python -m publishing render --to jats" in done.stderr.decode()
    assert under_quarto(tmp_path, "conditional", "Text.\n", "jats", PUBLISHING_CALLED_QUARTO="1").returncode == 0
    assert under_quarto(tmp_path, "conditional", "Text.\n", "html").returncode == 0


def test_quarto_is_told_to_leave_tables_as_they_are(tmp_path):
    table = "| a | b |\n|---|---|\n| [1](#x) | 2 |\n"
    written = under_quarto(tmp_path, "tables", table, "html").stdout.decode()
    assert html.fromstring(written).xpath("//table[@data-tbl-colwidths='true'][contains(@style, 'min-width')]")
    assert len(html.fromstring(written).xpath("//tr")) == 2
    assert "tbl-colwidths" not in convert(table, "html")


def test_quarto_is_told_nothing_of_tables_with_joined_cells(tmp_path):
    table = "+---+---+\n| a     |\n+---+---+\n| 1 | 2 |\n+---+---+\n"
    written = under_quarto(tmp_path, "tables", table, "html").stdout.decode()
    assert 'colspan="2"' in written and "tbl-colwidths" not in written


def test_a_caption_without_a_label_stands_above_its_table():
    written = convert(f"{TABLE}\nTable: Only words.\n", "typst")
    assert "#figure(kind: table, supplement: none, numbering: none, caption: [Only words.], [" in written
    assert written.index("Only words.") < written.index("#table(") and "figure(align" not in written


PICTURES = """![Its caption](x.png){fig-alt="What it shows"}

A word ![that is shown](x.png) and ![another](x.png){alt="told apart"}.
"""


def test_alternative_texts_of_pictures_without_a_label_in_html():
    page = html.fromstring(convert(PICTURES, "html"))
    assert page.xpath("//img/@alt") == ["What it shows", "that is shown", "told apart"]
    assert page.xpath("string(//figure/figcaption)") == "Its caption"


def test_alternative_texts_of_pictures_without_a_label_in_typst():
    written = convert(PICTURES, "typst")
    for text in ("What it shows", "that is shown", "told apart"):
        assert f'#set image(alt: "{text}")' in written
    assert "Its caption" in written
