"""What PDF/UA-1 asks of a file and a program can see, on a page of every kind of content."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from printed import Printed

TEXT = """
# First {#sec-first}

See @fig-a, @tbl-a, @sec-first, [the web](https://example.org/) and the formula $x^2$.

![Caption](x.png){#fig-a fig-alt="A square"}

::: {#tbl-a}

| Name | Value |
|------|------:|
| a    | 1     |
| b    | 2     |

Caption of the table
:::

- one
- two

$$ a = b $$ {#eq-a}
"""
LAYOUT = "manuscript-layout: {line-numbers: true}\nkeywords: [one, two]\nauthor: [{name: Ann Author}]\n"
# operators that put something on the page
DRAWING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pikepdf.Pdf]:
    printed = Printed(tmp_path_factory.mktemp("accessible"), TEXT, LAYOUT)
    with pikepdf.open(printed.path) as opened:
        yield opened


def elements(document: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every structure element, in reading order."""

    def walk(kid: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(kid, pikepdf.Array):
            for one in kid:
                yield from walk(one)
        elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            if "/K" in kid:
                yield from walk(kid.K)

    yield from walk(document.Root.StructTreeRoot.K)


def roles(document: pikepdf.Pdf, *wanted: str) -> list[pikepdf.Dictionary]:
    return [element for element in elements(document) if str(element.S) in wanted]


def test_the_file_says_what_it_is(document):
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "A title"
        assert metadata["dc:creator"] == ["Ann Author"]
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "en-GB"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert str(document.docinfo["/Keywords"]) == "one, two"


def test_tab_order_follows_the_structure(document):
    assert all(page.obj.get("/Tabs") == pikepdf.Name.S for page in document.pages if "/Annots" in page.obj)


def test_everything_drawn_is_tagged_or_an_artifact(document):
    for page in document.pages:
        open_marks: list[str] = []
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                open_marks.append(str(instruction.operands[0]))
            elif operator == "EMC":
                open_marks.pop()
            elif operator in DRAWING:
                assert open_marks, f"{operator} outside marked content"


def test_every_mark_belongs_to_an_element(document):
    """A mark of the content that the tree does not know would never be read."""
    known = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
    for page in document.pages:
        parents = known.get(int(page.obj.StructParents))
        for instruction in pikepdf.parse_content_stream(page):
            if str(instruction.operator) != "BDC" or str(instruction.operands[0]) == "/Artifact":
                continue
            properties = instruction.operands[1]
            if "/MCID" in properties:
                assert "/S" in parents[int(properties.MCID)]


def test_figures_and_formulas_have_alternative_texts(document):
    figures, formulas = roles(document, "/Figure"), roles(document, "/Formula")
    assert [str(one.Alt) for one in figures] == ["A square"]
    assert len(formulas) == 2
    assert all(str(one.Alt).strip() for one in formulas)


def test_tables_have_heads_with_scope(document):
    (table,) = roles(document, "/Table")
    heads = roles(document, "/TH")
    assert len(heads) == 2
    for head in heads:
        attributes = head.A if isinstance(head.A, pikepdf.Array) else [head.A]
        assert any(one.get("/Scope") == "/Column" for one in attributes)
    assert len(roles(document, "/TR")) == 3
    assert "/K" in table


def test_headings_descend_by_single_steps(document):
    levels = [int(str(element.S)[2:]) for element in elements(document) if str(element.S)[1:2] == "H"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_links_are_tagged_and_say_where_they_lead(document):
    annotations = [one for page in document.pages for one in page.obj.get("/Annots", [])]
    assert len(annotations) == 4
    known = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
    for annotation in annotations:
        assert str(annotation.get("/Contents", "")).strip()
        assert known.get(int(annotation.StructParent)).S == "/Link"


def test_fonts_are_embedded_and_speak_unicode(document):
    fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
    assert any(font.Subtype == "/Type0" for font in fonts)
    for font in fonts:
        if font.Subtype == "/Type0":
            assert "/ToUnicode" in font
        else:
            assert any(key.startswith("/FontFile") for key in font.FontDescriptor)


def test_line_numbers_and_running_heads_are_not_read(tmp_path: Path):
    plain = Printed(tmp_path, TEXT).read()
    numbered_folder = tmp_path / "numbered"
    numbered_folder.mkdir()
    numbered = Printed(numbered_folder, TEXT, LAYOUT).read()
    texts = [[passage.text for passage in output.passages] for output in (plain, numbered)]
    assert [text for text in texts[1] if "Ann Author" not in text and "Keywords" not in text] == texts[0]
