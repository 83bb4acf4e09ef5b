"""Tables of a DOCX: column widths within the margins, repeated header rows, whole rows, three rules.

Word distributes an "auto" table as it likes, and LibreOffice otherwise; so every width is set, in the grid and in
each cell, in the proportions that the filters gave.
"""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl
from lxml import etree

_SIZES = ((10, 7.0), (8, 7.5), (6, 8.2), (1, 9.0))  # at least so many columns → points, as in the filters
_KEEP_WHOLE = 12  # a table of up to so many rows is not broken across pages
_TBL_PR_ORDER = (
    "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
    "tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
).split()
_TC_PR_ORDER = "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign".split()


def _put(parent: etree._Element, tag: str, order: list[str], **attributes: str) -> etree._Element:
    """Replace or insert a child `w:tag` at its place in the schema's order."""
    for old in parent.findall(qn(f"w:{tag}")):
        parent.remove(old)
    child = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    later = {qn(f"w:{name}") for name in order[order.index(tag) + 1 :]}
    position = next((index for index, other in enumerate(parent) if other.tag in later), len(parent))
    parent.insert(position, child)
    return child


def _first_or_new(parent: etree._Element, tag: str) -> etree._Element:
    child = parent.find(qn(f"w:{tag}"))
    if child is None:
        child = OxmlElement(f"w:{tag}")
        parent.insert(0, child)
    return child


def text_of(element: etree._Element) -> str:
    """All text of an element, content controls and links included, fields' instructions excluded."""
    return "".join(node.text or "" for node in element.iter(qn("w:t"), qn("m:t")))


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return int(span.get(qn("w:val"))) if span is not None else 1


def widths_within(columns: list[int], share: float, available: int) -> list[int]:
    """Widths in the proportions of `columns` that add up to `share` of the `available` width, never more.

    Columns without any width (a table that no filter saw) are made equal.
    """
    proportions = columns if sum(columns) > 0 else [1] * len(columns)
    return [int(available * min(share, 1.0) * width / sum(proportions)) for width in proportions]


def _share_of_page(properties: etree._Element) -> float:
    """Part of the text width the table was given (pandoc writes fiftieths of a per cent)."""
    width = properties.find(qn("w:tblW"))
    if width is None or width.get(qn("w:type")) != "pct":
        return 1.0
    return float(str(width.get(qn("w:w"))).rstrip("%")) / 5000


def _font_size(columns: int) -> float:
    return next(size for least, size in _SIZES if columns >= least)


def finish(table: CT_Tbl, available: int, label: str) -> None:
    """Finish one table.

    `available`: width between the margins in twentieths of a point; `label`: the table's title, or "".
    """
    properties = _first_or_new(table, "tblPr")
    grid = table.find(qn("w:tblGrid"))
    columns = [int(column.get(qn("w:w")) or 0) for column in grid]
    rows = list(table.iterchildren(qn("w:tr")))
    widths = widths_within(columns, _share_of_page(properties), available)

    _put(properties, "tblW", _TBL_PR_ORDER, w=str(sum(widths)), type="dxa")
    _put(properties, "tblLayout", _TBL_PR_ORDER, type="fixed")
    if label:
        _put(properties, "tblCaption", _TBL_PR_ORDER, val=label)
    for column, width in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for position, row in enumerate(rows):
        _finish_row(row, widths, position, len(rows), _font_size(len(columns)))


def _finish_row(row: CT_Row, widths: list[int], position: int, count: int, size: float) -> None:
    properties = _first_or_new(row, "trPr")
    header = properties.find(qn("w:tblHeader"))
    is_header = header is not None
    for old in properties.findall(qn("w:cantSplit")):
        properties.remove(old)
    properties.insert(0, OxmlElement("w:cantSplit"))
    if header is not None:
        header.attrib.pop(qn("w:val"), None)
    keep = is_header or (count <= _KEEP_WHOLE and position < count - 1)
    column = 0
    for cell in row.findall(qn("w:tc")):
        span = _span(cell)
        cell_properties = _first_or_new(cell, "tcPr")
        _put(cell_properties, "tcW", _TC_PR_ORDER, w=str(sum(widths[column : column + span])), type="dxa")
        rules = {"top": 8 if position == 0 else 0, "bottom": 4 if is_header else 0}
        if position == count - 1:
            rules["bottom"] = 8
        if any(rules.values()):
            _rules(cell_properties, rules)
        if is_header:
            _put(cell_properties, "vAlign", _TC_PR_ORDER, val="bottom")
        for paragraph in cell.findall(qn("w:p")):
            _finish_paragraph(paragraph, size, keep, is_header)
        column += span


def _rules(cell_properties: etree._Element, rules: dict[str, int]) -> None:
    """Rules drawn on the cells too: LibreOffice ignores those of a table style's first row."""
    borders = _put(cell_properties, "tcBorders", _TC_PR_ORDER)
    for side, eighths in rules.items():
        if eighths:
            rule = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "auto")):
                rule.set(qn(f"w:{name}"), value)
            borders.append(rule)


def _finish_paragraph(paragraph: etree._Element, size: float, keep: bool, is_header: bool) -> None:
    properties = _first_or_new(paragraph, "pPr")
    style = _first_or_new(properties, "pStyle")
    style.set(qn("w:val"), "TableText")
    for old in properties.findall(qn("w:keepNext")):
        properties.remove(old)
    if keep:
        properties.insert(1, OxmlElement("w:keepNext"))
    for run in paragraph.iter(qn("w:r")):
        run_properties = _first_or_new(run, "rPr")
        if is_header and run_properties.find(qn("w:b")) is None:
            _run_property(run_properties, "b")
            _run_property(run_properties, "bCs")
        for tag in ("sz", "szCs"):
            _run_property(run_properties, tag, str(round(size * 2)))


_RUN_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
).split()


def _run_property(run_properties: etree._Element, tag: str, value: str | None = None) -> None:
    _put(run_properties, tag, _RUN_ORDER, **({"val": value} if value is not None else {}))
