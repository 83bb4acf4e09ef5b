"""Markup of a source that stands in an output is found, in every format and in no text that is meant so."""

from __future__ import annotations

import pytest
import small_project

from publishing.verify.leftovers import leftovers
from publishing.verify.passages import Kind, Output, Passage, Place, Run

# What an expression prints is not read for expressions again.
PRINTED = r"""from IPython.display import Markdown
printed = Markdown(r"`{python} again` and \@fig-none and \{\{< video >}} and ?\@tbl-none and [\@nobody2020]")
"""
WORDS = ("{python} again", "“@fig-none”", "“{{< video >}}", "“?@tbl-none”", "“[@nobody2020]”")


@pytest.fixture(scope="module")
def printing(tmp_path_factory):
    """A paper in which an expression prints what looks like a source."""
    folder = small_project.write(tmp_path_factory.mktemp("leftovers"))
    text = small_project.MANUSCRIPT.replace("import sys\n", f"import sys\n{PRINTED}", 1)
    text = text.replace("# Results {#sec-results}\n", "# Results {#sec-results}\n\nPrinted `{python} printed`.\n")
    assert "`{python} printed`" in text and PRINTED in text
    (folder / "manuscript.qmd").write_text(text, encoding="utf-8")
    done = small_project.run(folder, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    return folder


def test_every_format_is_searched(printing, found):
    said = found(printing)
    place = "manuscript.html, .pdf, .docx, prose, section “2 Results”"
    for words in WORDS:
        assert any(place in line and words in line for line in said.split("\n")), (words, said)


def problems(document, *runs: Run, place: Place = Place.PROSE) -> list[str]:
    output = Output("manuscript", "html", (Passage(place, "1 Start", runs),), frozenset(), ())
    return [str(one) for one in leftovers(output, document)]


@pytest.fixture
def document(paper):
    from publishing.project.document import read_document

    return read_document(paper / "manuscript.qmd")


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("so `{python} n(", Kind.CODE, "an expression that was not run"),
        ("see {{< include a >}}", Kind.CODE, "a shortcode"),
        ("see [@smith2020, p. 3] there", None, "a citation or reference"),
        ("Tables [-@stbl-a] and", None, "a citation or reference"),
        ("as @smith2020 said", None, "a citation or reference"),
        ("Caption {#tbl-first}", None, "the label of something"),
        ("::: {.note}", None, "the fence of a div"),
    ],
)
def test_what_is_a_leftover(document, text, kind, what):
    (said,) = problems(document, Run(text, kind=kind))
    assert (
        what in said and "manuscript.html, prose, section “1 Start”" in said and "Remedy: correct the source" in said
    )


@pytest.mark.parametrize(
    ("run", "place"),
    [
        (Run("ada@analytical.example"), Place.PROSE),
        (Run("@handle", kind=Kind.CODE), Place.PROSE),
        (Run("https://example.org/@ada", kind=Kind.ADDRESS), Place.PROSE),
        (Run("Trends @ work, @ada"), Place.REFERENCES),
        (Run("The set {1, 2} and a ratio a::b"), Place.PROSE),
    ],
)
def test_what_is_none(document, run, place):
    assert problems(document, run, place=place) == []


def test_the_line_of_the_source_is_named(document, paper):
    source = (paper / "manuscript.qmd").read_text(encoding="utf-8")
    line = next(number for number, text in enumerate(source.split("\n"), 1) if "@tbl-arms" in text)
    (said,) = problems(document, Run("see @tbl-arms."))
    assert f"(manuscript.qmd, line {line})" in said
