"""The pages of a DOCX: sections with header, footer and size, the running title, and what a submission asks for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from publishing.formats.word import order

# What stands above the text proper; a title page ends with the last of it.
TITLE_STYLES = ("Title", "Subtitle", "Author", "Affiliation", "AuthorNote", "Date")
# Styles that a submission sets wider: text, abstract, references, captions and title page, but not tables.
_SPACED = (
    *("Body Text", "First Paragraph", "Compact", "Block Text", "Abstract", "Keywords", "Bibliography"),
    *("Caption", "Table Caption", "Image Caption", "Author", "Affiliation", "Author Note", "Date"),
)
# LibreOffice numbers the lines of these too, and both number a picture as a line
_UNNUMBERED = ("Header", "Footer", "Table Text", "Captioned Figure")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a submission may ask for beyond the usual page."""

    line_numbers: bool = False
    line_spacing: float = 1
    title_page: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Layout:
        """From the metadata `manuscript-layout`."""
        return cls(
            line_numbers=bool(settings.get("line-numbers")),
            line_spacing=float(settings.get("line-spacing", 1)),
            title_page=bool(settings.get("title-page")),
        )


@dataclass(frozen=True, slots=True)
class Area:
    """Size between the margins of one section, in twentieths of a point."""

    width: int
    height: int


def style_of(paragraph: etree._Element) -> str:
    """The id of a paragraph's style; "" when it has none."""
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


# Sections --------------------------------------------------------------------------------------------------------


def complete_sections(body: etree._Element) -> None:
    """Give each section that a filter began the header, footer and margins of the document's own.

    Its page size is kept. A section's properties stand in its last paragraph; an empty paragraph made only to carry
    them is merged into the one before, so no blank line (or page) appears.
    """
    final = body.find(qn("w:sectPr"))
    if final is None:
        return
    sections = [section for section in body.iter(qn("w:sectPr")) if section is not final]
    for position, old in enumerate(sections):
        size = old.find(qn("w:pgSz"))
        new = copy.deepcopy(final)
        if size is not None:
            new.replace(new.find(qn("w:pgSz")), copy.deepcopy(size))
        # only the document's very first page goes without running title
        if position > 0:
            order.drop(new, "titlePg")
        properties = old.getparent()
        properties.replace(old, new)
        _merge_upwards(properties.getparent())
    if sections:
        order.drop(final, "titlePg")


def _merge_upwards(paragraph: etree._Element) -> None:
    before = paragraph.getprevious()
    if paragraph.find(qn("w:r")) is not None:
        return
    if before is not None and before.tag == qn("w:p") and before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is None:
        before.get_or_add_pPr().append(paragraph.pPr.find(qn("w:sectPr")))
        paragraph.getparent().remove(paragraph)
        return
    # after a table a paragraph is needed: make it as low as can be, and no line of the text
    order.put(paragraph.pPr, "suppressLineNumbers")
    order.put(paragraph.pPr, "spacing", before="0", after="0", line="20", lineRule="exact")


def with_areas(body: etree._Element) -> list[tuple[etree._Element, Area]]:
    """Each block of the body with the text area of the section it stands in (sections end with their properties)."""
    found: list[tuple[etree._Element, Area]] = []
    waiting: list[etree._Element] = []
    for block in body:
        if block.tag not in (qn("w:p"), qn("w:tbl")):
            continue
        waiting.append(block)
        section = block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if section is not None:
            found += [(element, _area_of(section)) for element in waiting]
            waiting = []
    final = body.find(qn("w:sectPr"))
    if final is not None and final.find(qn("w:pgSz")) is not None:
        found += [(element, _area_of(final)) for element in waiting]
    return found


def _area_of(section: etree._Element) -> Area:
    size, margin = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))

    def measure(element: etree._Element, name: str) -> int:
        return int(element.get(qn(f"w:{name}")))

    return Area(
        width=measure(size, "w") - measure(margin, "left") - measure(margin, "right"),
        height=measure(size, "h") - measure(margin, "top") - measure(margin, "bottom"),
    )


def running_title(document: Document, short_title: str, title: str) -> None:
    """The header's TITLE field gets the title as its stored result; a short title replaces the field."""
    for section in document.sections:
        for instruction in list(section.header._element.iter(qn("w:instrText"))):
            if (instruction.text or "").strip() != "TITLE":
                continue
            paragraph = instruction.getparent().getparent()
            for run in list(paragraph.iter(qn("w:r"))):
                text = run.find(qn("w:t"))
                if text is not None:
                    text.text = short_title or title
                elif short_title:
                    paragraph.remove(run)


# Submission ------------------------------------------------------------------------------------------------------


def apply_layout(document: Document, layout: Layout) -> None:
    """What `layout` asks for, in every section."""
    if layout.line_spacing != 1:
        for style in document.styles:
            if style.name in _SPACED:
                style.paragraph_format.line_spacing = layout.line_spacing
    if layout.line_numbers:
        for section in document.sections:
            order.put(section._sectPr, "lnNumType", countBy="1", restart="continuous")
        for style in document.styles:
            if style.name in _UNNUMBERED:
                order.put(style.element.get_or_add_pPr(), "suppressLineNumbers")
    if layout.title_page:
        _end_title_page(document.element.body)


def _end_title_page(body: etree._Element) -> None:
    """What follows title and authors begins on a page of its own."""
    for paragraph in body.iter(qn("w:p")):
        if style_of(paragraph) not in TITLE_STYLES:
            Paragraph(paragraph, None).paragraph_format.page_break_before = True  # type: ignore[arg-type]
            return
