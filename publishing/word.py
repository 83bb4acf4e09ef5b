"""Finishing a DOCX after either engine, so that a journal's office can open it and use it as it is.

What pandoc and Quarto leave undone: tables with widths inside the margins and repeated header rows, no table around a
float, captions on the page of their figure, landscape sections with header and footer, alternative texts, properties,
and the same bytes for the same content.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from lxml import etree

from publishing import word_package, word_tables
from publishing.errors import PublishingError

_EMU_PER_TWIP = 635
_HEIGHT_SHARE = 0.82  # of the text's height, at most, for a figure: its caption needs room on the same page


@dataclass(frozen=True, slots=True)
class Layout:
    """What a submission may ask for beyond the usual page."""

    line_numbers: bool = False
    line_spacing: float = 1

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Layout:
        """From the metadata `manuscript-layout`."""
        return cls(bool(settings.get("line-numbers")), float(settings.get("line-spacing", 1)))


@dataclass(frozen=True, slots=True)
class _Area:
    """Size between the margins of one section, in twentieths of a point."""

    width: int
    height: int


def finish(path: Path | str, layout: Layout | None = None) -> None:
    """Finish the DOCX at `path` in place; the file is replaced only when everything succeeded.

    `layout` adds line numbers or wider lines; what it says of content controls is done after verification
    (word_controls).
    Raises `PublishingError` for a picture without alternative text.
    """
    path, layout = Path(path), layout or Layout()
    document = docx.Document(str(path))
    properties = word_package.read_properties(document)
    body = document.element.body
    _unwrap_floats(body)
    _complete_sections(body)
    for element, area in _with_areas(body):
        if element.tag == qn("w:tbl"):
            word_tables.finish(element, area.width, _label_of_table(element))
        for drawing in element.iter(qn("wp:inline")):
            _fit(drawing, area)
    _space_after_tables(body)
    _check_pictures(body, path)
    _keep_captions(body)
    _running_title(document, properties.short_title, properties.title)
    _apply_layout(document, layout)
    word_package.set_properties(document, properties)
    _save(document, path)


def _save(document: Document, path: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".docx")
    os.close(handle)
    try:
        document.save(temporary)
        word_package.rewrite(Path(temporary), {})
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# Floats and captions ---------------------------------------------------------------------------------------------


def _style_of(element: etree._Element) -> str:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return str(style.get(qn("w:val"))) if style is not None else ""


def _unwrap_floats(body: etree._Element) -> None:
    """Replace each one-cell table that only carries a figure or another table by what it carries."""
    for table in list(body.iter(qn("w:tbl"))):
        cells = table.findall(f"{qn('w:tr')}/{qn('w:tc')}")
        if len(cells) != 1:
            continue
        contents = [child for child in cells[0] if child.tag != qn("w:tcPr")]
        holds_float = cells[0].find(qn("w:tbl")) is not None or next(cells[0].iter(qn("w:drawing")), None) is not None
        if not holds_float:
            continue
        parent = table.getparent()
        position = parent.index(table)
        parent.remove(table)
        for offset, child in enumerate(contents):
            parent.insert(position + offset, child)


def _label_of_table(table: etree._Element) -> str:
    """The caption above the table, for its title property; "" when there is none."""
    before = table.getprevious()
    while before is not None and before.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
        before = before.getprevious()
    if before is not None and before.tag == qn("w:p") and _style_of(before) == "TableCaption":
        return word_tables.text_of(before)
    return ""


def _keep_captions(body: etree._Element) -> None:
    """A caption stays on the page of its figure or table."""
    for paragraph in body.iter(qn("w:p")):
        style = _style_of(paragraph)
        if style in ("TableCaption", "CaptionedFigure"):
            _paragraph_flag(paragraph, "keepNext")
        elif style == "ImageCaption":
            _paragraph_flag(paragraph, "keepLines")
            before = paragraph.getprevious()
            if before is not None and before.tag == qn("w:tbl"):
                for cell_paragraph in list(before.iter(qn("w:tr")))[-1].iter(qn("w:p")):
                    _paragraph_flag(cell_paragraph, "keepNext")


def _paragraph_flag(paragraph: etree._Element, tag: str) -> None:
    properties = paragraph.get_or_add_pPr()
    if properties.find(qn(f"w:{tag}")) is not None:
        return
    # the schema's order: pStyle, keepNext, keepLines, the rest
    before = {qn("w:pStyle")} | ({qn("w:keepNext")} if tag == "keepLines" else set())
    position = sum(1 for child in properties if child.tag in before)
    properties.insert(position, OxmlElement(f"w:{tag}"))


def _space_after_tables(body: etree._Element) -> None:
    """Word has no distance below a table, so the paragraph that follows brings it along."""
    for table in body.iterchildren(qn("w:tbl")):
        after = table.getnext()
        while after is not None and after.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            after = after.getnext()
        if after is None or after.tag != qn("w:p") or _style_of(after) not in ("BodyText", "FirstParagraph"):
            continue
        Paragraph(after, None).paragraph_format.space_before = Pt(12)  # type: ignore[arg-type]


# Pictures --------------------------------------------------------------------------------------------------------


def _fit(inline: etree._Element, area: _Area) -> None:
    """Reduce a picture that is larger than the text area, keeping its proportions."""
    extent = inline.find(qn("wp:extent"))
    width, height = int(extent.get("cx")), int(extent.get("cy"))
    scale = min(1.0, area.width * _EMU_PER_TWIP / width, area.height * _HEIGHT_SHARE * _EMU_PER_TWIP / height)
    for size in (extent, *inline.iter(qn("a:ext"))):
        if size.get("cx") is not None:
            size.set("cx", str(int(width * scale)))
            size.set("cy", str(int(height * scale)))


def _check_pictures(body: etree._Element, path: Path) -> None:
    """Number the pictures, and refuse one that a reader who can't see it would never learn of."""
    for number, picture in enumerate(body.iter(qn("wp:docPr")), start=1):
        picture.set("name", f"Picture {number}")
        if not (picture.get("descr") or "").strip():
            raise PublishingError(
                f"picture {number} has no alternative text",
                source=path,
                remedy="add fig-alt to the cell or a .figure-alt block to the figure",
            )
        if not picture.get("title"):
            picture.attrib.pop("title", None)


# Sections --------------------------------------------------------------------------------------------------------


def _complete_sections(body: etree._Element) -> None:
    """Give each section that a filter began the header, footer and margins of the document's own.

    Its page size is kept. A section's properties stand in its last paragraph; an empty paragraph made only to carry
    them is merged into the one before, so no blank line (or page) appears.
    """
    final = body.find(qn("w:sectPr"))
    if final is None:
        return
    for old in list(body.iter(qn("w:sectPr"))):
        if old is final:
            continue
        size = old.find(qn("w:pgSz"))
        new = copy.deepcopy(final)
        if size is not None:
            new.replace(new.find(qn("w:pgSz")), copy.deepcopy(size))
        # only the document's very first page goes without running title
        is_first = old is next(body.iter(qn("w:sectPr")))
        if not is_first:
            _drop(new, "titlePg")
        properties = old.getparent()
        properties.replace(old, new)
        _merge_upwards(properties.getparent())
    if len(list(body.iter(qn("w:sectPr")))) > 1:
        _drop(final, "titlePg")


def _drop(parent: etree._Element, tag: str) -> None:
    for child in parent.findall(qn(f"w:{tag}")):
        parent.remove(child)


def _merge_upwards(paragraph: etree._Element) -> None:
    before = paragraph.getprevious()
    bare = paragraph.find(qn("w:r")) is None
    if not bare:
        return
    if before is not None and before.tag == qn("w:p") and before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is None:
        before.get_or_add_pPr().append(paragraph.pPr.find(qn("w:sectPr")))
        paragraph.getparent().remove(paragraph)
        return
    # after a table a paragraph is needed: make it as low as can be
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    paragraph.pPr.insert(0, spacing)


def _area_of(section: etree._Element) -> _Area:
    size, margin = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))

    def measure(element: etree._Element, name: str) -> int:
        return int(element.get(qn(f"w:{name}")))

    return _Area(
        width=measure(size, "w") - measure(margin, "left") - measure(margin, "right"),
        height=measure(size, "h") - measure(margin, "top") - measure(margin, "bottom"),
    )


def _with_areas(body: etree._Element) -> list[tuple[etree._Element, _Area]]:
    """Each block of the body with the text area of the section it stands in (sections end with their properties)."""
    blocks = [child for child in body if child.tag in (qn("w:p"), qn("w:tbl"))]
    found: list[tuple[etree._Element, _Area]] = []
    waiting: list[etree._Element] = []
    for block in blocks:
        waiting.append(block)
        section = block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if section is not None:
            found += [(element, _area_of(section)) for element in waiting]
            waiting = []
    final = body.find(qn("w:sectPr"))
    if final is not None and final.find(qn("w:pgSz")) is not None:
        found += [(element, _area_of(final)) for element in waiting]
    return found


# Page ------------------------------------------------------------------------------------------------------------


def _running_title(document: Document, short_title: str, title: str) -> None:
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


def _apply_layout(document: Document, layout: Layout) -> None:
    if layout.line_spacing != 1:
        for style in document.styles:
            if style.name in ("Body Text", "First Paragraph", "Compact", "Abstract", "Bibliography"):
                style.paragraph_format.line_spacing = layout.line_spacing  # type: ignore[attr-defined]
    if layout.line_numbers:
        for section in document.sections:
            numbers = OxmlElement("w:lnNumType")
            numbers.set(qn("w:countBy"), "1")
            numbers.set(qn("w:restart"), "continuous")
            section._sectPr.find(qn("w:pgMar")).addnext(numbers)
