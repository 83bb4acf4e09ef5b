"""The text of two versions: what is told as changed, and a DOCX that becomes either version when Word is asked to."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from lxml import etree, html
from openxml_audit import OpenXmlValidator

from publishing.changes.inlines import token_text
from publishing.changes.passages import PassageKind, passages
from publishing.changes.prose_page import prose
from publishing.changes.text_changes import ChangeKind, compare_texts
from publishing.changes.tracked_docx import Revision, write_tracked
from publishing.formats import pandoc

REVISION = Revision("An Editor", "2026-01-31T12:00:00Z")

OLD = """---
title: A review
---

# Results

The ratio was [0.79]{data-key="ratio.estimate"} (95% CI 0.49 to 1.30), see [the register](https://example.org/a).
It *favoured* the treatment.

A paragraph that goes.

- first item
- second item

**Table 1:** Deaths by arm.

| Arm     | Deaths | Patients |
|:--------|-------:|---------:|
| MSC     | 12     | 100      |
| Control | 14     | 101      |
| Other   | 3      | 9        |

# Discussion

What $\\tau^2$ means stays.
"""

NEW = """---
title: A review
---

# Results

The ratio was [0.83]{data-key="ratio.estimate"} (95% CI 0.49 to 1.30), see [the new register](https://example.org/a).
It **favoured** the treatment.

- first item
- an item between
- second item

**Table 1:** Deaths by arm.

| Arm     | Deaths | Patients |
|:--------|-------:|---------:|
| MSC     | 13     | 100      |
| Control | 14     | 101      |
| Another | 5      | 8        |
| More    | 5      | 8        |

A paragraph that comes, with $x_1$ and *form*.

## A new heading

# Discussion

What $\\tau^2$ means stays.
"""


def read(markdown: str) -> tuple:
    text, _ = pandoc.run(["--to=json"], markdown, cwd=Path.cwd())
    return passages(json.loads(text), {})


def changed(old: str, new: str):
    return compare_texts("manuscript", read(old), read(new))


def shown(pieces) -> list[tuple[str, str]]:
    return [(piece.status.value, token_text(piece.row)) for piece in pieces]


def test_words_change_within_a_paragraph_and_a_number_is_one_word() -> None:
    (change,) = changed("It was 0.79 (0.49 to 1.30) there.", "It was 0.83 (0.49 to 1.30) here.").changes
    assert shown(change.pieces) == [
        ("same", "It was "),
        ("removed", "0.79"),
        ("added", "0.83"),
        ("same", " (0.49 to 1.30) "),
        ("removed", "there"),
        ("added", "here"),
        ("same", "."),
    ]


def test_changes_with_no_word_between_them_are_one_change() -> None:
    (change,) = changed("from 1 to 2–3 of them", "from 1 to 4–5 of them").changes
    assert ("removed", "2–3") in shown(change.pieces)


def test_a_text_with_little_in_common_is_replaced_whole() -> None:
    found = changed("The trials were small and few of them were blinded.", "Nothing else can be said about this.")
    assert [change.status for change in found.changes] == [ChangeKind.REMOVED, ChangeKind.ADDED]


def test_where_a_link_leads_is_not_seen_but_its_form_is() -> None:
    assert not changed("[a](https://example.org/1)", "[a](https://example.org/2)").number_changed
    assert changed("a *word* here", "a word here").number_changed == 1


def test_passages_are_placed_under_their_heading_and_beside_their_caption() -> None:
    (table,) = [one for one in read(OLD) if one.kind is PassageKind.TABLE]
    assert (table.section, table.caption) == ("Results", "Table 1")


def test_rows_of_a_table_change_come_and_go() -> None:
    (change,) = [one for one in changed(OLD, NEW).changes if one.passage.kind is PassageKind.TABLE]
    assert [row.status.value for row in change.rows] == ["same", "changed", "same", "removed", "added", "added"]
    assert shown(change.rows[1].cells[1]) == [("removed", "12"), ("added", "13")]
    assert shown(change.rows[1].cells[2]) == [("same", "100")]


def test_a_table_with_another_number_of_columns_is_replaced_whole() -> None:
    found = changed("| a | b |\n|---|---|\n| 1 | 2 |\n", "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n")
    assert [change.status.value for change in found.changes] == ["removed", "added"]


def test_a_picture_drawn_otherwise_is_told_though_its_text_stays() -> None:
    text, _ = pandoc.run(["--to=json"], "![A plot](a.png)\n", cwd=Path.cwd())
    old, new = (passages(json.loads(text), {"a.png": digest}) for digest in ("1", "2"))
    found = compare_texts("manuscript", old, new)
    assert (found.number_changed, len(found.redrawn)) == (0, 1)
    assert "drawn otherwise" in prose(found)


def test_the_page_marks_changes_as_insertions_and_deletions() -> None:
    page = prose(changed(OLD, NEW))
    assert "<del>0.79</del><ins>0.83</ins>" in page
    assert "<ins>A paragraph that comes, with" in page
    assert "What" not in page.replace(" unchanged: Discussion", "").partition("<details")[0]


# The DOCX, read by rules of our own and by pandoc's -------------------------------------------------------------


@pytest.fixture(scope="module")
def tracked(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tracked") / "changes-manuscript.docx"
    write_tracked(changed(OLD, NEW), path, REVISION)
    return path


def body(path: Path):
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def decided(path: Path, accept: bool) -> list[str]:
    """The paragraphs after all changes were accepted or rejected, as Word would do it, empty ones left out."""
    root = body(path)
    dropped = qn("w:del" if accept else "w:ins")
    for row in list(root.iter(qn("w:tr"))):
        if row.find(f"{qn('w:trPr')}/{dropped}") is not None:
            row.getparent().remove(row)
    for element in list(root.iter(dropped)):
        if element.getparent().tag == qn("w:rPr"):
            paragraph = next(element.iterancestors(qn("w:p")))
            after = paragraph.getnext()
            for child in [one for one in paragraph if one.tag != qn("w:pPr") and one.tag != dropped]:
                assert after is not None
                after.append(child)
            paragraph.getparent().remove(paragraph)
        elif element.getparent() is not None:
            element.getparent().remove(element)
    texts = (qn("w:t"), qn("w:delText"), qn("m:t"))
    found = ["".join(node.text or "" for node in p.iter(*texts)) for p in root.iter(qn("w:p"))]
    return [text for text in found if text]


def plain(markdown: str, tmp_path: Path) -> list[str]:
    """The paragraphs of a version as pandoc writes it without any changes."""
    path = tmp_path / "plain.docx"
    same = changed(markdown, markdown)
    assert not same.number_changed
    write_tracked(same, path, REVISION)
    assert not list(body(path).iter(qn("w:ins"), qn("w:del")))
    return decided(path, accept=True)


def test_accepting_all_changes_gives_the_new_text(tracked, tmp_path) -> None:
    assert decided(tracked, accept=True) == plain(NEW, tmp_path)


def test_rejecting_all_changes_gives_the_old_text(tracked, tmp_path) -> None:
    assert decided(tracked, accept=False) == plain(OLD, tmp_path)


def as_pandoc_reads(path: Path, how: str) -> list[str]:
    """The elements of the text with their form; empty rows, which pandoc leaves of tracked ones, left out."""
    command = [pandoc.executable(), str(path), f"--track-changes={how}", "--to=html", "--wrap=none", "--mathml"]
    page = html.fromstring(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    elements = [one for one in page.iter("p", "li", "td", "th", "h1", "h2") if one.text_content().strip()]
    return [html.tostring(one, encoding="unicode").strip() for one in elements]


@pytest.mark.parametrize(("how", "version"), [("accept", NEW), ("reject", OLD)])
def test_pandoc_reads_either_version_too_with_its_form(tracked, tmp_path, how, version) -> None:
    plain(version, tmp_path)
    assert as_pandoc_reads(tracked, how) == as_pandoc_reads(tmp_path / "plain.docx", how)


def test_every_change_has_a_number_an_author_and_the_date(tracked) -> None:
    elements = list(body(tracked).iter(qn("w:ins"), qn("w:del")))
    identifiers = [element.get(qn("w:id")) for element in elements]
    assert len(set(identifiers)) == len(identifiers) > 8
    assert {element.get(qn("w:author")) for element in elements} == {REVISION.author}
    assert {element.get(qn("w:date")) for element in elements} == {REVISION.moment}


def test_word_finds_links_outside_changes_and_whole_rows_marked(tracked) -> None:
    root = body(tracked)
    for element in root.iter(qn("w:ins"), qn("w:del")):
        assert not element.findall(qn("w:hyperlink"))
    rows = [row.find(qn("w:trPr")) for row in root.iter(qn("w:tr"))]
    marks = [
        [child.tag for child in row if child.tag in (qn("w:ins"), qn("w:del"))] for row in rows if row is not None
    ]
    assert [tag for found in marks for tag in found] == [qn("w:del"), qn("w:ins"), qn("w:ins")]
    assert not list(root.iter(etree.ProcessingInstruction))


def test_it_follows_the_schemas_of_word(tracked) -> None:
    assert [error.description for error in OpenXmlValidator().validate(tracked).errors] == []


def test_the_same_versions_give_the_same_bytes(tracked, tmp_path) -> None:
    again = tmp_path / tracked.name
    write_tracked(changed(OLD, NEW), again, REVISION)
    assert again.read_bytes() == tracked.read_bytes()
