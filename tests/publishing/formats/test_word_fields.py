"""Captions' numbers and the references to them as fields of Word."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from filtering import TABLE, write_docx
from lxml import etree

from publishing.formats.word.fields import printed_text
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.reference import write_reference

LONG = "tbl-with-a-name-of-just-forty-characters"
DOCUMENT = f"""
# First {{#sec-first}}

One: @fig-a. Two: @tbl-b, @stbl-c and [-@fig-a]. Own words: [Fig. @fig-a]. Sections: @sec-first, @sec-deep.
Again @fig-a. Equation: @eq-e. Elsewhere: [a link](#sec-first) and [another](https://example.org/1). Long: @{LONG}.

## Deep {{#sec-deep}}

$$
x = 1
$$ {{#eq-e}}

![A caption that refers to @tbl-b](x.png){{#fig-a fig-alt="A dot"}}

{TABLE}
: Caption {{#tbl-b}}

{TABLE}
: Caption {{#stbl-c}}

{TABLE}
: Caption {{#{LONG}}}
"""


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> etree._Element:
    folder = tmp_path_factory.mktemp("fields")
    path = write_docx(DOCUMENT, folder / "a.docx", "--reference-doc", str(write_reference(folder / "r.docx")))
    finish_docx(path)
    return docx.Document(str(path)).element.body


def fields(body: etree._Element, kind: str) -> list[tuple[str, str]]:
    """Instruction and stored result of the fields that begin with ``kind``, in their order."""
    found: list[tuple[str, str]] = []
    instruction = result = ""
    for element in body.iter(qn("w:fldChar"), qn("w:instrText"), qn("w:t")):
        mark = element.get(qn("w:fldCharType"))
        if mark == "begin":
            instruction = result = ""
        elif mark == "end" and instruction.split()[0] == kind:
            found.append((instruction.strip(), result))
        elif mark is None and element.tag == qn("w:instrText"):
            instruction += element.text
        elif mark is None:
            result += element.text
    return found


def covered(body: etree._Element) -> dict[str, str]:
    """Bookmark → the text between its start and its end."""
    texts: dict[str, str] = {}
    open_marks: dict[str, str] = {}
    for element in body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:t")):
        if element.tag == qn("w:bookmarkStart"):
            open_marks[element.get(qn("w:id"))] = element.get(qn("w:name"))
            texts[element.get(qn("w:name"))] = ""
        elif element.tag == qn("w:bookmarkEnd"):
            del open_marks[element.get(qn("w:id"))]
        else:
            for name in open_marks.values():
                texts[name] += element.text
    return texts


def test_captions_are_numbered_by_fields_of_one_sequence_each(body: etree._Element) -> None:
    assert fields(body, "SEQ") == [
        (r"SEQ Figure \* ARABIC", "1"),
        (r"SEQ Table \* ARABIC", "1"),
        (r"SEQ Table_S \* ARABIC", "1"),
        (r"SEQ Table \* ARABIC", "2"),
    ]


def test_references_are_fields_with_the_printed_text_as_result(body: etree._Element) -> None:
    found = [(instruction.split()[1], result.replace("\u00a0", " ")) for instruction, result in fields(body, "REF")]
    assert found[:8] == [
        ("_Ref_fig_a", "Figure 1"),
        ("_Ref_tbl_b", "Table 1"),
        ("_Ref_stbl_c", "Table S1"),
        ("_Ref_fig_a_no", "1"),
        ("_Ref_fig_a_no", "1"),
        ("_Ref_sec_first_no", "1"),
        ("_Ref_sec_deep_no", "1.1"),
        ("_Ref_fig_a", "Figure 1"),
    ]
    assert found[8][1] == "Table 2"
    assert found[9] == ("_Ref_tbl_b", "Table 1")
    assert len(found) == 10


def test_results_say_what_their_bookmarks_cover_and_names_are_legal(body: etree._Element) -> None:
    texts = covered(body)
    for instruction, result in fields(body, "REF"):
        name = instruction.split()[1]
        assert texts[name] == result
        # Word takes other signs for the end of a name in a field, and refuses longer ones
        assert re.fullmatch(r"\w{1,40}", name)
        assert r"\h" in instruction.split()


def test_text_is_what_it_was_and_stays_linked(body: etree._Element, tmp_path: Path) -> None:
    before = docx.Document(str(write_docx(DOCUMENT, tmp_path / "b.docx"))).element.body
    paragraphs = [printed_text([paragraph]) for paragraph in body.iter(qn("w:p"))]
    assert "Own words: Fig.\u00a01." in paragraphs[2]
    assert [text for text in paragraphs if text] == [
        text for p in before.iter(qn("w:p")) if (text := printed_text([p]))
    ]
    links = {link.get(qn("w:anchor")): printed_text([link]) for link in body.iter(qn("w:hyperlink"))}
    assert links["tbl-b"].replace("\u00a0", " ") == "Table 1"
    # Word has no field for these
    assert not [link for link in body.iter(qn("w:hyperlink")) if "a link" in printed_text([link]) and len(link) > 1]


def test_reference_to_another_document_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry/supplement.json").write_text(
        '{"stbl-x": {"kind": "stbl", "number": "3", "text": "Table S3", "file": "supplement"}}', encoding="utf-8"
    )
    text = "See @stbl-x.\n"
    path = write_docx(text, tmp_path / "a.docx", f"--metadata=crossref-registry-dir:{tmp_path / 'registry'}")
    finish_docx(path)
    body = docx.Document(str(path)).element.body
    assert fields(body, "REF") == []
    relations = zipfile.ZipFile(path).read("word/_rels/document.xml.rels").decode()
    assert 'Target="supplement.docx#stbl-x"' in relations
