"""Parts of a finished DOCX as files of their own: title page, single tables, checklists, legends.

An excerpt is the document with the rest taken out, so it has its styles, its header and its page. Only the title page
names the authors, in its text and in its properties.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree

from publishing.formats.word import package
from publishing.formats.word.pages import TITLE_STYLES, style_of
from publishing.formats.word.tables import text_of

_NAMED = (RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.HYPERLINK)
_FIELD_PARTS = ("w:fldChar", "w:instrText")
_CAPTION_STYLES = ("ImageCaption", "TableCaption")
_PICTURE_STYLE = "CaptionedFigure"
_HEADING = "Heading"
_SECTION_NUMBER = re.compile(r"^[\d.]+\s*")


def write_table(source: Path, label: str, target: Path) -> None:
    """The table with that label ("Table 2"), with its caption."""
    _cut(source, target, label, lambda blocks: _table(blocks, label))


def write_legends(source: Path, target: Path, title: str) -> None:
    """The captions of all figures and tables."""
    _cut(source, target, title, lambda blocks: [one for one in blocks if style_of(one) in _CAPTION_STYLES])


def add_list(path: Path, heading: str, entries: Sequence[tuple[str, str]]) -> None:
    """Put a section at the end of the DOCX at ``path``: its heading, and a paragraph for each label and text."""
    document = docx.Document(str(path))
    document.add_paragraph(heading, style="Heading 1")
    for label, text in entries:
        paragraph = document.add_paragraph(style="Body Text")
        paragraph.add_run(f"{label}. ").bold = True
        paragraph.add_run(text)
    package.save(document, path)


def without_pictures(path: Path) -> None:
    """Take the pictures out of the DOCX at ``path``; their captions stay."""

    document = docx.Document(str(path))
    for block in list(document.element.body):
        if style_of(block) == _PICTURE_STYLE and next(block.iter(qn("w:drawing")), None) is not None:
            block.getparent().remove(block)
    _drop_unused(document)
    package.save(document, path)


def write_title_page(
    source: Path, target: Path, lines: Sequence[tuple[str, str]], declarations: Collection[str]
) -> None:
    """Title and author block, then ``lines`` (lead and text), then the sections with the titles ``declarations``."""

    def chosen(blocks: Sequence[etree._Element]) -> list[etree._Element]:
        front = [one for one in blocks if style_of(one) in TITLE_STYLES]
        return front + _sections(blocks, declarations)

    def add(document: Document) -> None:
        body = document.element.body
        for heading in body:
            if style_of(heading).startswith(_HEADING):
                _unnumber(heading)
        front = [one for one in body if style_of(one) in TITLE_STYLES]
        place = front[-1] if front else None
        for lead, text in lines:
            paragraph = document.add_paragraph(style="Body Text")
            paragraph.add_run(f"{lead}: ").bold = True
            paragraph.add_run(text)
            paragraph.paragraph_format.space_after = Pt(3)
            if place is None:
                body.insert(0, paragraph._p)
            else:
                place.addnext(paragraph._p)
            place = paragraph._p

    _cut(source, target, "Title page", chosen, add)


def _unnumber(heading: etree._Element) -> None:
    for text in heading.iter(qn("w:t")):
        text.text = _SECTION_NUMBER.sub("", text.text or "").lstrip()
        if text.text:
            return


def _table(blocks: Sequence[etree._Element], label: str) -> list[etree._Element]:
    for index, block in enumerate(blocks):
        text = " ".join(text_of(block).split()) if style_of(block) == "TableCaption" else ""
        if text == label or text.startswith((f"{label}:", f"{label}.")):
            after = next((one for one in blocks[index + 1 :] if one.tag == qn("w:tbl")), None)
            return [block] if after is None else [block, after]
    return []


def _sections(blocks: Sequence[etree._Element], titles: Collection[str]) -> list[etree._Element]:
    found = []
    inside = False
    for block in blocks:
        if style_of(block).startswith(_HEADING):
            inside = " ".join(text_of(block).split()) in titles
        if inside and block.tag in (qn("w:p"), qn("w:tbl")):
            found.append(block)
    return found


def _cut(
    source: Path,
    target: Path,
    title: str,
    choose: Callable[[Sequence[etree._Element]], Sequence[etree._Element]],
    add: Callable[[Document], None] | None = None,
) -> None:
    document = docx.Document(str(source))
    body = document.element.body
    blocks = list(body)
    chosen = choose(blocks)
    wanted = {id(one) for one in chosen}
    page = _page_of(blocks, chosen[0]) if chosen else None
    final = body.find(qn("w:sectPr"))
    if page is not None and page is not final:
        body.replace(final, final := copy.deepcopy(page))
    for block in blocks:
        if id(block) not in wanted and block.tag != qn("w:sectPr"):
            body.remove(block)
    for block in chosen:
        _free(block)
    for numbers in final.findall(qn("w:lnNumType")):
        final.remove(numbers)
    properties = document.core_properties
    properties.title = title
    if add is not None:
        add(document)
    else:
        properties.author = properties.last_modified_by = ""
    _drop_unused(document)
    package.save(document, target)


def _page_of(blocks: Sequence[etree._Element], first: etree._Element) -> etree._Element | None:
    """The properties of the section that a block stands in: those that come next."""
    for block in blocks[next(index for index, one in enumerate(blocks) if one is first) :]:
        found = block if block.tag == qn("w:sectPr") else block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if found is not None:
            return found
    return None


def _free(block: etree._Element) -> None:
    """Take out what leads elsewhere in the document, of which nothing is left: bookmarks, links, fields, sections."""
    for tag in ("w:bookmarkStart", "w:bookmarkEnd", *_FIELD_PARTS):
        for element in list(block.iter(qn(tag))):
            element.getparent().remove(element)
    for element in list(block.iter(qn("w:fldSimple"))):
        _unwrap(element)
    for element in list(block.iter(qn("w:hyperlink"))):
        if element.get(qn("r:id")) is None:
            _unwrap(element)
    for element in list(block.iter(qn("w:sectPr"))):
        element.getparent().remove(element)


def _unwrap(element: etree._Element) -> None:
    parent, position = element.getparent(), element.getparent().index(element)
    for offset, child in enumerate(list(element)):
        parent.insert(position + offset, child)
    parent.remove(element)


def _drop_unused(document: Document) -> None:
    """Forget the pictures and outside links that nothing names any more.

    pandoc gives the footnotes the links of the whole text, so every part is looked at.
    """
    for part in document.part.package.iter_parts():
        content = part.blob
        for key, relation in list(part.rels.items()):
            if relation.reltype in _NAMED and f'"{key}"'.encode() not in content:
                del part.rels[key]
