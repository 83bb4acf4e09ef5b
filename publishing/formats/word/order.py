"""The order in which the Open XML schemas want the properties of a paragraph, run, table, cell or section.

Word calls a file damaged in which they stand otherwise. python-docx keeps the order of what it writes itself; this is
for the rest.
"""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

ORDERS: dict[str, tuple[str, ...]] = {
    name: tuple(tags.split())
    for name, tags in {
        "pPr": (
            "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
            "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
            "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
            "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
        ),
        "rPr": (
            "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
            "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
            "vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
        ),
        "tblPr": (
            "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
            "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
        ),
        "tcPr": (
            "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"
        ),
        "sectPr": (
            "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
            "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid"
        ),
    }.items()
}
_LATER = {
    (name, tag): frozenset(qn(f"w:{later}") for later in order[position + 1 :])
    for name, order in ORDERS.items()
    for position, tag in enumerate(order)
}


def put(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Replace or insert the child `w:tag` of a properties element at its place, and return it."""
    for old in parent.findall(qn(f"w:{tag}")):
        parent.remove(old)
    child = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    later = _LATER[etree.QName(parent).localname, tag]
    position = next((index for index, other in enumerate(parent) if other.tag in later), len(parent))
    parent.insert(position, child)
    return child


def has(parent: etree._Element, tag: str) -> bool:
    """Whether a properties element has the child `w:tag`."""
    return parent.find(qn(f"w:{tag}")) is not None


def drop(parent: etree._Element, tag: str) -> None:
    """Take away the children `w:tag`."""
    for old in parent.findall(qn(f"w:{tag}")):
        parent.remove(old)
