"""Finishing a DOCX after either engine, so that a journal's office can open it and use it as it is.

What pandoc and Quarto leave undone: tables with widths inside the margins and repeated header rows, no table around a
float, captions on the page of their figure, landscape sections with header and footer, alternative texts, properties,
and the same bytes for the same content.
"""

from __future__ import annotations

from pathlib import Path

import docx
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from lxml import etree

from publishing.formats.word import fields, order, package, pages, tables
from publishing.formats.word.pages import Area, Layout, style_of
from publishing.project.errors import PublishingError

_EMU_PER_TWIP = 635
_HEIGHT_SHARE = 0.82  # of the text's height, at most, for a figure: its caption needs room on the same page


def finish_docx(path: Path | str, layout: Layout | None = None) -> None:
    """Finish the DOCX at `path` in place; the file is replaced only when everything succeeded.

    `layout` adds line numbers or wider lines; what it says of content controls is done after verification
    (controls).
    Raises `PublishingError` for a picture without alternative text.
    """
    path, layout = Path(path), layout or Layout()
    document = docx.Document(str(path))
    properties = package.read_properties(document)
    body = document.element.body
    _unwrap_floats(body)
    pages.complete_sections(body)
    for element, area in pages.with_areas(body):
        if element.tag == qn("w:tbl"):
            tables.finish_table(element, area.width, _label_of_table(element))
        for drawing in element.iter(qn("wp:inline")):
            _fit(drawing, area)
    _space_after_tables(body)
    fields.refer(body)
    _check_pictures(body, path)
    _keep_captions(body)
    pages.running_title(document, properties.short_title, properties.title)
    pages.apply_layout(document, layout)
    package.set_properties(document, properties)
    package.save(document, path)


# Floats and captions ---------------------------------------------------------------------------------------------


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
    if before is not None and before.tag == qn("w:p") and style_of(before) == "TableCaption":
        return tables.text_of(before)
    return ""


def _keep_captions(body: etree._Element) -> None:
    """A caption stays on the page of its figure or table."""
    for paragraph in body.iter(qn("w:p")):
        style = style_of(paragraph)
        if style in ("TableCaption", "CaptionedFigure"):
            _flag(paragraph, "keepNext")
        elif style == "ImageCaption":
            _flag(paragraph, "keepLines")
            before = paragraph.getprevious()
            if before is not None and before.tag == qn("w:tbl"):
                for cell_paragraph in list(before.iter(qn("w:tr")))[-1].iter(qn("w:p")):
                    _flag(cell_paragraph, "keepNext")


def _flag(paragraph: etree._Element, tag: str) -> None:
    order.put(paragraph.get_or_add_pPr(), tag)


def _space_after_tables(body: etree._Element) -> None:
    """Word has no distance below a table, so the paragraph that follows brings it along."""
    for table in body.iterchildren(qn("w:tbl")):
        after = table.getnext()
        while after is not None and after.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            after = after.getnext()
        if after is None or after.tag != qn("w:p") or style_of(after) not in ("BodyText", "FirstParagraph"):
            continue
        Paragraph(after, None).paragraph_format.space_before = Pt(12)  # type: ignore[arg-type]


# Pictures --------------------------------------------------------------------------------------------------------


def _fit(inline: etree._Element, area: Area) -> None:
    """Reduce a picture that is larger than the text area, keeping its proportions.

    No distance from the text is said to be none: LibreOffice takes 3 mm otherwise, and shifts a picture as wide as
    the text out of it.
    """
    for side in "TBLR":
        inline.set(f"dist{side}", "0")
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
        # pandoc keeps the path of the picture's file as a second description
        for element in (picture, *picture.getparent().iter(qn("pic:cNvPr"))):
            element.set("name", f"Picture {number}")
            element.set("descr", picture.get("descr") or "")
        if not (picture.get("descr") or "").strip():
            raise PublishingError(
                f"picture {number} has no alternative text",
                source=path,
                remedy="add fig-alt to the cell or a .figure-alt block to the figure",
            )
        if not picture.get("title"):
            picture.attrib.pop("title", None)
