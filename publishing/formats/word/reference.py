"""The DOCX reference document: what pandoc copies styles, page size, header and footer from.

It is generated from pandoc's own reference document, so every style name pandoc writes is there, and changed here and
nowhere else: fonts, headings, captions, tables, A4 page, running title and page numbers.
"""

from __future__ import annotations

import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

import docx
import pypandoc
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from lxml import etree

from publishing.formats.word import order, package

SERIF = "Times New Roman"
SANS = "Arial"
MONO = "Courier New"
INK = RGBColor(0x1A, 0x1A, 0x1A)
QUIET = RGBColor(0x55, 0x55, 0x55)
ACCENT = RGBColor(0x1F, 0x4E, 0x79)
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER


@dataclass(frozen=True, slots=True)
class Look:
    """How one paragraph style looks: sizes and distances in points, line spacing as a multiple."""

    size: float
    font: str = SERIF
    bold: bool = False
    italic: bool = False
    colour: RGBColor = INK
    align: WD_ALIGN_PARAGRAPH = LEFT
    before: float = 0
    after: float = 0
    line: float = 1.0
    keep_next: bool = False
    keep_lines: bool = False
    indent: float = 0
    hanging: float = 0
    base: str = "Normal"


# Styles that pandoc lacks (Affiliation …) are made; the others are changed.
LOOKS: dict[str, Look] = {
    "Normal": Look(11, line=1.15),
    "Body Text": Look(11, line=1.15, before=0, after=7),
    "First Paragraph": Look(11, line=1.15, after=7, base="Body Text"),
    "Compact": Look(11, line=1.15, after=2, base="Body Text"),
    "Block Text": Look(11, line=1.15, after=7, indent=24, base="Body Text"),
    "Title": Look(19, SANS, bold=True, before=0, after=10, line=1.1, keep_lines=True),
    "Subtitle": Look(13, SANS, colour=QUIET, after=8),
    "Author": Look(11.5, after=4, line=1.15),
    "Affiliation": Look(9.5, colour=QUIET, after=1),
    "Author Note": Look(9.5, colour=QUIET, after=1),
    "Date": Look(9.5, colour=QUIET, after=6),
    "Abstract Title": Look(13, SANS, bold=True, before=16, after=4, keep_next=True),
    "Abstract": Look(10.5, after=5, line=1.1),
    "Keywords": Look(10.5, after=12, line=1.1),
    "Heading 1": Look(14, SANS, bold=True, before=18, after=6, keep_next=True, keep_lines=True),
    "Heading 2": Look(12, SANS, bold=True, before=14, after=4, keep_next=True, keep_lines=True),
    "Heading 3": Look(11, SANS, bold=True, italic=True, before=10, after=3, keep_next=True, keep_lines=True),
    "Heading 4": Look(11, SERIF, italic=True, before=8, after=2, keep_next=True, keep_lines=True),
    "Caption": Look(9.5, SANS, line=1.1),
    "Table Caption": Look(9.5, SANS, before=14, after=4, line=1.1, keep_next=True, keep_lines=True, base="Caption"),
    "Image Caption": Look(9.5, SANS, before=4, after=14, line=1.1, keep_lines=True, base="Caption"),
    "Figure": Look(11, align=CENTRE),
    "Captioned Figure": Look(11, align=CENTRE, before=12, keep_next=True, base="Figure"),
    "Table Text": Look(9, SANS, before=1.5, after=1.5),
    "Table Text Small": Look(8, SANS, before=1.5, after=1.5, base="Table Text"),
    "Table Text Smaller": Look(7.5, SANS, before=1.5, after=1.5, base="Table Text"),
    "Table Text Smallest": Look(7, SANS, before=1.5, after=1.5, base="Table Text"),
    "Bibliography": Look(10.5, after=4, line=1.1, indent=24, hanging=24),
    "Footnote Text": Look(9.5),
    "Source Code": Look(8.5, MONO, after=6),
    "Header": Look(8.5, SANS, colour=QUIET),
    "Footer": Look(8.5, SANS, colour=QUIET, align=CENTRE),
}


def write_reference(path: Path | str) -> Path:
    """Write the reference document to `path` (its folder must exist); the same bytes every time.

    Raises `subprocess.CalledProcessError` if pandoc can't print its own reference document.
    """
    path = Path(path)
    printed = subprocess.run(
        [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"],
        check=True,
        capture_output=True,
    )
    document = docx.Document(io.BytesIO(printed.stdout))
    _page(document)
    for name, look in LOOKS.items():
        _apply(_style(document, name), look, document)
    _links(document)
    _unfilled(document)
    _table_style(document)
    _header_and_footer(document)
    package.save(document, path)
    return path


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    section.header_distance = section.footer_distance = Mm(12.5)
    section.different_first_page_header_footer = True


def _style(document: Document, name: str) -> ParagraphStyle:
    """The style of this name, made if need be (python-docx's own look-up misses pandoc's capitals)."""
    known = (style for style in document.styles if style.name == name)
    style: ParagraphStyle = next(known, None) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    return style


def _apply(style: ParagraphStyle, look: Look, document: Document) -> None:
    """Replace the style's own paragraph and run properties by those of `look`."""
    element = style.element
    for tag in ("w:pPr", "w:rPr"):
        for child in element.findall(qn(tag)):
            element.remove(child)
    if style.name != "Normal":
        style.base_style = _style(document, look.base)
    level = int(style.name.removeprefix("Heading ")) if (style.name or "").startswith("Heading ") else None
    style.hidden = False
    style.quick_style = True
    paragraph, font = style.paragraph_format, style.font
    paragraph.alignment = look.align
    paragraph.space_before, paragraph.space_after = Pt(look.before), Pt(look.after)
    paragraph.line_spacing = look.line
    paragraph.keep_with_next, paragraph.keep_together = look.keep_next, look.keep_lines
    paragraph.widow_control = True
    paragraph.left_indent, paragraph.first_line_indent = Pt(look.indent), Pt(-look.hanging)
    font.name, font.size = look.font, Pt(look.size)
    font.bold, font.italic = look.bold, look.italic
    font.color.rgb = look.colour
    fonts = element.rPr.rFonts
    for script in ("w:cs", "w:eastAsia"):
        fonts.set(qn(script), look.font)
    if level is not None:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level - 1))
        element.pPr.append(outline)


def _links(document: Document) -> None:
    link = document.styles["Hyperlink"]
    link.font.color.rgb = ACCENT
    link.font.underline = False
    code = document.styles["Verbatim Char"]
    code.font.name = MONO
    # as large as the text around it, also in tables
    code.font.size = None
    for run_fonts in document.styles.element.iter(qn("w:rFonts")):
        for attribute in list(run_fonts.attrib):
            if str(attribute).endswith("Theme") or str(attribute).endswith("cstheme"):
                del run_fonts.attrib[attribute]


def _unfilled(document: Document) -> None:
    """The style of a place that the author has still to fill in."""
    style = document.styles.add_style("Unfilled", WD_STYLE_TYPE.CHARACTER)
    # a shade, since the schema has no highlight in a style
    order.put(style.element.get_or_add_rPr(), "shd", val="clear", color="auto", fill="FFFF00")


_TABLE_STYLE = """
<w:style xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:type="table" w:customStyle="1"
    w:styleId="Table">
  <w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
  <w:tblPr>
    <w:tblInd w:w="0" w:type="dxa"/>
    <w:tblBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="auto"/>
      <w:bottom w:val="single" w:sz="8" w:space="0" w:color="auto"/>
    </w:tblBorders>
    <w:tblCellMar>
      <w:top w:w="20" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
      <w:bottom w:w="20" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>
    </w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:rPr><w:b/><w:bCs/></w:rPr>
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>
      <w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def _table_style(document: Document) -> None:
    old = document.styles["Table"].element
    new = etree.fromstring(_TABLE_STYLE, document.styles.element.getroottree().parser)
    old.getparent().replace(old, new)
    names = {style.get(qn("w:styleId")) for style in document.styles.element.iter(qn("w:style"))}
    if "TableNormal" not in names:
        new.remove(new.find(qn("w:basedOn")))


def field(paragraph: etree._Element, instruction: str, result: str) -> None:
    """Append a Word field (PAGE, NUMPAGES, TITLE …) with its stored result to a w:p element."""
    parts = (
        ("begin", None),
        (None, ("w:instrText", f" {instruction} ")),
        ("separate", None),
        (None, ("w:t", result)),
        ("end", None),
    )
    for kind, text in parts:
        run = OxmlElement("w:r")
        if kind is not None:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run.append(char)
        elif text is not None:
            node = OxmlElement(text[0])
            node.text = text[1]
            node.set(qn("xml:space"), "preserve")
            run.append(node)
        paragraph.append(run)


def _header_and_footer(document: Document) -> None:
    """Running title from the second page on; "page of pages" on every page."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.style = _style(document, "Header")
    field(header._p, "TITLE", "")
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "3"), ("color", "999999")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    header._p.get_or_add_pPr().append(border)
    section.first_page_header.paragraphs[0].style = _style(document, "Header")
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.style = _style(document, "Footer")
        field(paragraph._p, "PAGE", "1")
        paragraph.add_run(" of ")
        field(paragraph._p, "NUMPAGES", "1")
