"""A qmd taken apart: cells, options, inline expressions, each with its line; what is refused."""

from __future__ import annotations

import pytest
from engine_project import FRONT
from hypothesis import given
from hypothesis import strategies as st

from publishing.project.document import Cell, Markdown, read_document
from publishing.project.errors import PublishingError

SETUP = "```{python}\nx = 1\n```\n"


def read(tmp_path, body: str):
    path = tmp_path / "manuscript.qmd"
    path.write_text(FRONT + body, encoding="utf-8")
    return read_document(path)


def refusal(tmp_path, body: str) -> PublishingError:
    with pytest.raises(PublishingError) as caught:
        read(tmp_path, body)
    assert caught.value.source is not None and caught.value.source.name == "manuscript.qmd"
    assert caught.value.remedy
    return caught.value


def test_cells_and_text_keep_their_lines(tmp_path):
    document = read(tmp_path, "\nOne.\n\n```{python}\n#| label: a\n#| echo: false\n\ny = 2\n```\nTwo `{python} y`.\n")
    first, cell, second = document.blocks
    assert isinstance(first, Markdown) and isinstance(cell, Cell) and isinstance(second, Markdown)
    assert (first.line, cell.line, second.line) == (1, 8, 13)
    assert cell.options == {"label": "a", "echo": False}
    assert cell.code == "y = 2"
    assert [(inline.expression, inline.line) for inline in second.inlines] == [("y", 13)]


def test_code_that_is_only_shown_is_text(tmp_path):
    document = read(tmp_path, "\n```python\n#| label: a\nx\n```\n\n~~~~ {.text}\nx\n~~~~\n\n" + SETUP)
    assert [cell.code for cell in document.cells] == ["x = 1"]


def test_inline_expression_as_quarto_defines_it(tmp_path):
    text = '``{python} no`` `{python}no` `{python}\ttab` `{python}  f(`"\n' + "`{python} a + b`\n"
    document = read(tmp_path, SETUP + text)
    last = document.blocks[-1]
    assert isinstance(last, Markdown)
    assert [inline.expression for inline in last.inlines] == ["tab", "f(", "a + b"]


@given(
    st.lists(
        st.sampled_from(["Text.", "", "```{python}\nx = 1\n```", "- item", "`{python} x`", "<!-- c -->"]), max_size=12
    )
)
def test_blocks_cover_the_body_in_order(tmp_path_factory, parts):
    document = read(tmp_path_factory.mktemp("d"), "\n\n".join([SETUP, *parts]) + "\n")
    lines = document.body.split("\n")
    for block in document.blocks:
        text = block.text if isinstance(block, Markdown) else block.source
        assert lines[block.line - 1 : block.line - 1 + len(text.split("\n"))] == text.split("\n")
    assert len(document.cells) == 1 + parts.count("```{python}\nx = 1\n```")


@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        ("```{r}\n1\n```\n", "```{r} is not supported", 4),
        ("\n```{ojs}\n1\n```\n", "```{ojs} is not supported", 5),
        ("```{python, echo=FALSE}\n1\n```\n", "not supported", 4),
        ("- item\n\n  ```{python}\n  1\n  ```\n", "not supported", 6),
        ("```{python}\n1\n", "never closed", 4),
        ("```{python}\n#| fig-cpa: x\n1\n```\n", "'fig-cpa' is not supported", 5),
        ("```{python}\n#| echo: false\n#| output: hidden\n1\n```\n", "can't be hidden", 6),
        ("```{python}\n#| fig-cap: a: b\n1\n```\n", "not valid YAML", 5),
        ("```{python}\n#| fig-cap: Cap\n1\n```\n", "needs a label that starts with 'fig-'", 5),
        ("```{python}\n#| label: a\n1\n```\n```{python}\n#| label: a\n1\n```\n", "already used in line 5", 9),
        ("````\n```{python}\n1\n```\n````\n" + SETUP, "can't be told apart", 10),
        ("\n`{python} 1`\n", "not evaluated in a document without a code cell", 5),
    ],
)
def test_refusals_name_the_line(tmp_path, body, words, line):
    error = refusal(tmp_path, body)
    assert words in str(error)
    assert error.line == line


def test_text_that_is_not_utf8_is_named_with_its_line(tmp_path):
    path = tmp_path / "manuscript.qmd"
    path.write_bytes(FRONT.encode() + "\nMüller\n".encode("latin-1"))
    with pytest.raises(PublishingError, match=r"manuscript\.qmd, line 5: this line is not UTF-8"):
        read_document(path)


def test_line_ends_and_byte_order_mark_of_windows_make_no_difference(tmp_path):
    path = tmp_path / "manuscript.qmd"
    path.write_bytes(b"\xef\xbb\xbf" + (FRONT + SETUP).replace("\n", "\r\n").encode())
    assert [cell.source for cell in read_document(path).cells] == ["x = 1"]


def test_misspelt_option_gets_a_hint(tmp_path):
    assert "did you mean 'fig-cap'?" in str(refusal(tmp_path, "```{python}\n#| fig-cpa: x\n1\n```\n"))


def test_scannable_body_has_the_same_lines_and_no_cells(tmp_path):
    document = read(tmp_path, SETUP + "\n```{python}\n#| include: false\n1\n```\n")
    assert document.scannable.count("\n") == document.body.count("\n")
    assert "{python}" not in document.scannable
    assert document.scannable.split("\n")[3] == "```python"
    assert document.scannable.split("\n")[7] == "```text"
