"""What an output would lack, or the PDF could not be set with, is refused before anything runs."""

from __future__ import annotations

import pytest
from engine_project import FRONT, configuration, write_project
from filtering import PNG

from publishing.engine.source_checks import check_sources, write_registry
from publishing.project.configuration import load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError


def check(folder, text: str, settings: str | None = None) -> None:
    write_project(folder, {"manuscript": FRONT + text}, settings)
    (folder / "x.png").write_bytes(PNG)
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    write_registry(project, documents)
    check_sources(project, documents)


@pytest.mark.parametrize(
    ("text", "words", "line", "remedy"),
    [
        ("\nA\n\n```{=html}\n<p>Lost.</p>\n```\n", "'<p>Lost.</p>' is raw html, which docx, typst", 8, "Markdown"),
        ("\nA <b>word</b>.\n", "'<b>' is raw html, which docx, typst would", 5, "Markdown"),
        ("\n<table><tr><td>1</td></tr></table>\n", "'<table>' is raw html", 5, "Markdown"),
        ("\nA\n\n```{=typst}\n#lost\n```\n", "'#lost' is raw typst, which docx, html would", 8, ".content-visible"),
        ("\nOne.\n\n\\newpage\n", "raw tex, which docx, html, typst would", 7, "page breaks are the template's"),
        ("\n\\begin{align} a &= b \\end{align}\n", "raw tex", 5, "between $$ and $$"),
        (
            "\n::: {.content-visible when-format='docx'}\n```{=html}\n<p>x</p>\n```\n:::\n",
            "raw html, which docx would leave out",
            7,
            "Markdown",
        ),
        ("\n![A caption](x.png)\n", "x.png has no alternative text", 5, "fig-alt"),
        ("\n![A caption](x.png){#fig-x}\n", "x.png has no alternative text", 5, "fig-alt"),
        ("\n::: {#fig-x}\n![](x.png)\n\nCaption.\n:::\n", "x.png has no alternative text", 6, ".figure-alt"),
        ("\nA word ![](x.png) more.\n", "x.png has no alternative text", 5, "fig-alt"),
        ("\n[![Cap](x.png){fig-alt='a'}](https://example.org)\n", "x.png is a link", 5, "into the caption"),
        (
            "\n# One\n\n### Three *steps*\n",
            "'Three steps' has level 3, but the heading before it has level 1",
            7,
            "(##)",
        ),
        ("\n## Two\n", "'Two' has level 2, but it is the first", 5, "(#)"),
        ("\n```python\nx = 1  # <1>\n```\n\n1. Why.\n", "'# <1>' is a mark of Quarto's", 6, "in the text"),
        ("\n::: {.list-table}\n* - a\n:::\n", "'.list-table' is Quarto's own", 5, "ordinary text"),
        ("\n![A](x.png){.lightbox fig-alt='a'}\n", "'.lightbox' is Quarto's own", 5, "ordinary text"),
        ("\n::: {#eq-x}\n$$a$$\n:::\n\nSee @eq-x.\n", "#eq-x is the label of a div", 5, "behind the formula"),
        ("\n::: {.content-visible when-format='pdf'}\nA\n:::\n", "no format 'pdf'", 5, "typst makes the PDF"),
    ],
)
def test_refusals_name_line_and_remedy(tmp_path, text, words, line, remedy):
    with pytest.raises(PublishingError) as caught:
        check(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert remedy in (caught.value.remedy or "")


@pytest.mark.parametrize(
    "text",
    [
        "\nA <!-- hidden --> word.\n\n<!-- a\nblock -->\n",
        "\n::: {.content-visible when-format='html'}\n```{=html}\n<p>x</p>\n```\n:::\n",
        "\n::: {.content-hidden unless-format='typst'}\n```{=typst}\n#x\n```\n:::\n",
        "\n<div class='own'>\n\nText.\n\n</div>\n",
        "\n![A caption](x.png){fig-alt='What it shows'}\n",
        "\nA word ![that it shows](x.png){width=1cm} more.\n",
        "\n::: {#fig-x}\n![](x.png)\n\n::: {.figure-alt}\nWhat it shows.\n:::\n\nCaption.\n:::\n",
        "\n# One\n\n## Two\n\n### Three\n\n# Four\n",
        "\n```{python}\nx = 1  # <1>\n```\n",
        "\nA word`{python} 1`.\n\n```{python}\n#| echo: true\n1  # <one>\n```\n",
    ],
)
def test_what_no_output_lacks_is_allowed(tmp_path, text):
    check(tmp_path, text)


def test_levels_and_descriptions_matter_for_a_tagged_pdf_alone(tmp_path):
    settings = configuration()
    without = settings[: settings.index("  typst:\n")] + settings[settings.index("  docx:\n") :]
    check(tmp_path, "\n### Three\n\n![A caption](x.png)\n", without)
