"""Executed cells and values → the Markdown that Quarto gives pandoc."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from engine_project import FRONT
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.engine.markdown import Assembled, to_markdown
from publishing.formats import pandoc
from publishing.project.document import Executed, Markdown, read_document
from publishing.project.errors import PublishingError

PICTURE = {"text/plain": "<Figure>", "image/svg+xml": "<svg/>", "image/png": "aGk="}
TABLE = {"text/plain": "<Table>", "text/markdown": "| a |\n|---|\n| 1 |"}


def data(bundle: dict[str, Any], kind: str = "execute_result") -> dict[str, Any]:
    return {"output_type": kind, "data": bundle, "metadata": {}}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def assembled(folder: Path, body: str, *results: tuple[Any, ...], pictures: str = "svg", **execute: Any) -> Assembled:
    """Markdown of a document whose blocks gave ``results`` (Markdown blocks without expressions may be left out)."""
    path = folder / "manuscript.qmd"
    path.write_text(FRONT + body, encoding="utf-8")
    document = read_document(path)
    waiting = iter(results)
    own = [next(waiting) if not isinstance(b, Markdown) or b.inlines else () for b in document.blocks]
    return to_markdown(Executed(document, tuple(own)), execute, pictures, "files")


def written(folder: Path, options: str, *outputs: dict[str, Any], pictures: str = "svg", **execute: Any) -> str:
    """Markdown of one cell ``1`` with ``options``, lines without text left out."""
    lines = "".join(f"#| {line}\n" for line in options.split("\n") if line)
    text = assembled(folder, f"```{{python}}\n{lines}1\n```\n", outputs, pictures=pictures, **execute).text
    return "\n".join(line for line in text.split("\n") if line.strip())


CODE = "``` {.python .cell-code}\n1\n```\n"


def cell(inner: str, attributes: str = ".cell") -> str:
    return f"::: {{{attributes}}}\n{inner}\n:::"


def display(inner: str, more: str = "", before: str = "") -> str:
    return f"::: {{{before}.cell-output .cell-output-display{more}}}\n{inner}\n:::"


def test_echo_shows_the_code_without_its_options(tmp_path):
    assert written(tmp_path, "echo: true") == cell(CODE.rstrip())


def test_execute_sets_the_default_and_the_cell_overrides_it(tmp_path):
    assert written(tmp_path, "", echo=False) == ""
    assert written(tmp_path, "echo: true", echo=False) == cell(CODE.rstrip())


def test_include_false_shows_nothing(tmp_path):
    assert written(tmp_path, "include: false", data(PICTURE)) == ""


def test_output_false_shows_the_code_alone(tmp_path):
    assert written(tmp_path, "output: false", data(PICTURE), stream("x")) == cell(CODE.rstrip())


def test_figure_carries_label_caption_and_alternative_text(tmp_path):
    options = "label: fig-a\nfig-cap: It's *one*\nfig-alt: The author's curve\necho: false"
    image = "![It's *one*](files/fig-a-output-1.svg){#fig-a fig-alt='The author\\'s curve'}"
    assert written(tmp_path, options, data(PICTURE)) == cell(display(image))
    assert "fig-a-output-1.png" in written(tmp_path, options, data(PICTURE), pictures="png")


def test_two_figures_share_the_label_of_their_cell(tmp_path):
    text = written(tmp_path, "label: fig-a\necho: false", data(PICTURE), data(PICTURE))
    first = display("![](files/fig-a-output-1.svg){#fig-a-1}")
    second = display("![](files/fig-a-output-2.svg){#fig-a-2}")
    assert text == cell(f"{first}\n{second}", "#fig-a .cell")


def test_table_is_labelled_on_the_cell(tmp_path):
    options = "label: tbl-a\ntbl-cap: A table\ntbl-colwidths: [30, 70]\necho: false"
    attributes = "#tbl-a .cell tbl-cap='A table' tbl-colwidths='[30,70]'"
    assert written(tmp_path, options, data(TABLE)) == cell(
        display(TABLE["text/markdown"], " .cell-output-markdown"), attributes
    )


def test_other_labels_go_to_a_lone_text(tmp_path):
    text = written(tmp_path, "label: here\necho: false", data(TABLE))
    assert text == cell(display(TABLE["text/markdown"], " .cell-output-markdown", "#here "))


def test_printed_text_is_verbatim_and_asis_is_markdown(tmp_path):
    printed = stream("**a** ```b```\n")
    block = "::: {.cell-output .cell-output-stdout}\n````\n**a** ```b```\n````\n:::"
    assert written(tmp_path, "echo: false", printed) == cell(block)
    assert written(tmp_path, "echo: false\noutput: asis", printed) == "**a** ```b```"


def test_warnings_are_shown_only_when_asked_for_and_without_process_numbers(tmp_path):
    warned = stream("/tmp/ipykernel_12/34.py:3: UserWarning: careful\n", "stderr")
    assert written(tmp_path, "echo: false\nwarning: false", warned) == ""
    assert "\nUserWarning: careful\n" in written(tmp_path, "echo: false", warned)


def test_permitted_error_is_shown_without_colours(tmp_path):
    output = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[31mred\x1b[0m"]}
    assert "```\nValueError: no\nred\n```" in written(tmp_path, "error: true\necho: false", output)


@pytest.mark.parametrize("text", ["[<matplotlib.lines.Line2D at 0x7f>]", "Text(0.5, 1.0, 'x')", "(0.0, 1.0)"])
def test_what_a_plotting_call_returns_is_left_out(tmp_path, text):
    drawing = data(PICTURE, "display_data")
    with_text = written(tmp_path, "echo: false", data({"text/plain": text}), drawing)
    assert text not in with_text
    assert "cell-1-output-2.svg" in with_text


def test_plain_results_beside_no_picture_are_kept(tmp_path):
    assert "(0.0, 1.0)" in written(tmp_path, "echo: false", data({"text/plain": "(0.0, 1.0)"}))


@pytest.mark.parametrize("mime", ["text/html", "text/latex", "application/javascript"])
def test_output_for_one_format_only_is_refused(tmp_path, mime):
    with pytest.raises(PublishingError, match=rf"line 5: an output of type {mime}"):
        written(tmp_path, "", data({mime: "x", "text/plain": "x"}))


def inline(folder: Path, bundle: dict[str, Any]) -> str:
    body = "```{python}\n1\n```\n\nBefore `{python} x` after.\n"
    text = assembled(folder, body, (), (bundle,), include=False).text
    return text[text.index("Before ") + 7 : text.index(" after.")]


def test_inline_values(tmp_path):
    assert inline(tmp_path, {"text/plain": "'it\\'s'"}) == "it's"
    assert inline(tmp_path, {"text/plain": "-1.5"}) == "-1.5"
    assert inline(tmp_path, {"text/plain": "[1, 2]"}) == "[1, 2]"
    span = "[0.79]{data-key='deaths.rr'}"
    assert inline(tmp_path, {"text/plain": "<n>", "text/markdown": span}) == span
    with pytest.raises(PublishingError, match="line 8: an output of type text/html"):
        inline(tmp_path, {"text/plain": "<n>", "text/html": "<b>1</b>"})


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'\"&"), min_size=1, max_size=30)
)
def test_any_string_is_read_back_as_itself(tmp_path_factory, value):
    """No mark in a string acts as markup (quotation marks and dashes aside, which typography may turn)."""
    folder = tmp_path_factory.mktemp("inline")
    read, _ = pandoc.run(
        ["--to=html5", "--wrap=none"], f"Value {inline(folder, {'text/plain': repr(value)})} end.", cwd=folder
    )
    assert html.unescape(re.sub(r"</?p>", "", read)).strip() == f"Value {value} end."


def test_every_line_knows_where_it_comes_from(tmp_path):
    body = "\nOne `{python} x` and\n`{python} y`.\n\n```{python}\n1\n```\nTwo.\n\nThree.\n"
    values = ({"text/plain": "1"}, {"text/markdown": "a\nb"})
    result = assembled(tmp_path, body, values, (stream("x\ny\nz\n"),))
    origins = dict(zip(result.lines, result.origins, strict=True))
    assert origins["One 1 and"] == 5
    assert origins["a"] == 6 and origins["b."] == 6
    assert origins["z"] == 9
    assert origins["Two."] == 11 and origins["Three."] == 13
    assert result.find("Thr") == 13
    assert result.source_line(result.lines.index("Two.") + 1) == 11
