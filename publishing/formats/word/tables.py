"""Tables of a DOCX: column widths within the margins, repeated header rows, whole rows, three rules.

Word distributes an "auto" table as it likes, and LibreOffice otherwise; so every width is set, in the grid and in
each cell, in the proportions that the filters gave.
"""

from __future__ import annotations

import itertools

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl
from lxml import etree

from publishing.formats.word import order

# at least so many columns → the style of the cells, whose sizes are those of the filters in half points
STYLES = ((10, "TableTextSmallest"), (8, "TableTextSmaller"), (6, "TableTextSmall"), (1, "TableText"))
_KEEP_WHOLE = 8  # a table of up to so many rows is not broken across pages


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
    whole, total = available * min(share, 1.0), sum(proportions)
    # the borders are rounded, not the widths, so that these add up
    borders = [round(whole * part / total) for part in itertools.accumulate(proportions, initial=0)]
    return [right - left for left, right in itertools.pairwise(borders)]


def _share_of_page(properties: etree._Element) -> float:
    """Part of the text width the table was given (pandoc writes fiftieths of a per cent)."""
    width = properties.find(qn("w:tblW"))
    if width is None or width.get(qn("w:type")) != "pct":
        return 1.0
    return float(str(width.get(qn("w:w"))).rstrip("%")) / 5000


def _style_for(columns: int) -> str:
    return next(style for least, style in STYLES if columns >= least)


def finish_table(table: CT_Tbl, available: int, label: str) -> None:
    """Finish one table.

    `available`: width between the margins in twentieths of a point; `label`: the table's title, or "".
    """
    properties = _first_or_new(table, "tblPr")
    grid = table.find(qn("w:tblGrid"))
    columns = [int(column.get(qn("w:w")) or 0) for column in grid]
    rows = list(table.iterchildren(qn("w:tr")))
    widths = widths_within(columns, _share_of_page(properties), available)

    order.put(properties, "tblW", w=str(sum(widths)), type="dxa")
    order.put(properties, "tblLayout", type="fixed")
    if label:
        order.put(properties, "tblCaption", val=label)
    order.put(properties, "tblDescription", val=_description(rows, label))
    for column, width in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for position, row in enumerate(rows):
        _finish_row(row, widths, position, len(rows), _style_for(len(columns)))


def _description(rows: list[CT_Row], label: str) -> str:
    """What a screen reader says of a table before it reads the cells: its caption, and what its columns are."""
    heads = [row for row in rows if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None] or rows[:1]
    cells = [" ".join(text_of(cell).split()) for row in heads for cell in row.findall(qn("w:tc"))]
    named = "; ".join(dict.fromkeys(cell for cell in cells if cell))
    columns = f"Columns: {named}." if named else "A table without heads."
    return f"{label} {columns}" if label else columns


def _finish_row(row: CT_Row, widths: list[int], position: int, count: int, style: str) -> None:
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
        order.put(cell_properties, "tcW", w=str(sum(widths[column : column + span])), type="dxa")
        rules = {"top": 8 if position == 0 else 0, "bottom": 4 if is_header else 0}
        if position == count - 1:
            rules["bottom"] = 8
        if any(rules.values()):
            _rules(cell_properties, rules)
        if is_header:
            order.put(cell_properties, "vAlign", val="bottom")
        for paragraph in cell.findall(qn("w:p")):
            _finish_paragraph(paragraph, style, keep, is_header)
        column += span


def _rules(cell_properties: etree._Element, rules: dict[str, int]) -> None:
    """Rules drawn on the cells too: LibreOffice ignores those of a table style's first row."""
    borders = order.put(cell_properties, "tcBorders")
    for side, eighths in rules.items():
        if eighths:
            rule = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "auto")):
                rule.set(qn(f"w:{name}"), value)
            borders.append(rule)


def _finish_paragraph(paragraph: etree._Element, style: str, keep: bool, is_header: bool) -> None:
    properties = _first_or_new(paragraph, "pPr")
    order.put(properties, "pStyle", val=style)
    order.drop(properties, "keepNext")
    if keep:
        order.put(properties, "keepNext")
    if is_header:
        # LibreOffice does not take the bold type of a table style's first row
        for run in paragraph.iter(qn("w:r")):
            run_properties = _first_or_new(run, "rPr")
            for tag in ("b", "bCs"):
                if not order.has(run_properties, tag):
                    order.put(run_properties, tag)
