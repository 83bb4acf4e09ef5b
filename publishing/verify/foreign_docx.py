"""What no render writes into a DOCX: macros, attached files, fields and templates from elsewhere, hidden text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
_HARMLESS_RELATION = "/hyperlink"
_CARRYING = re.compile(r"vba|activeX|embeddings/|customUI|afchunk|attachedToolbars|\.(?:exe|js|bin)$", re.I)
#: fields that fetch, start or ask for something
_FETCHING = (
    "AUTOTEXT AUTOTEXTLIST ASK BARCODE DATABASE DDE DDEAUTO FILLIN GLOSSARY GOTOBUTTON IMPORT INCLUDE INCLUDEPICTURE "
    "INCLUDETEXT LINK MACROBUTTON PRINT RD SET"
).split()
#: fields whose result is the page's; readers of outputs pass them over
_OF_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF")
_HIDING = {
    "vanish": "hidden", "specVanish": "hidden", "webHidden": "hidden on screen", "strike": "struck out",
    "dstrike": "struck out twice",
}  # fmt: skip
_TRACKED = {"ins": "inserted", "del": "deleted", "moveFrom": "moved away", "moveTo": "moved here"}
_TURNED_OFF = ("0", "false", "off")
_TINY = 4


def foreign(path: Path, changed: bool) -> Iterator[tuple[str, str]]:
    """Where and what, of the DOCX at ``path``."""
    with zipfile.ZipFile(path) as package:
        for name in sorted(package.namelist()):
            if _CARRYING.search(name):
                yield name, "a file is attached, or code that Word runs."
            if name.endswith(".rels"):
                yield from _relations(name, etree.fromstring(package.read(name)))
            elif name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(package.read(name))
                yield from _bringing(name, root)
                if changed:
                    yield from _hidden(name, root)


def _relations(name: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    for relation in root:
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode") == "External" and not kind.endswith(_HARMLESS_RELATION):
            yield name, f"Word loads “{target[:80]}” from elsewhere ({kind.rpartition('/')[2]})."


def _bringing(name: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(f"{_W}altChunk", f"{_W}object", f"{_W}subDoc", f"{_W}control"):
        yield name, f"another document or program is embedded (w:{etree.QName(element).localname})."
    for instruction in _instructions(root):
        word = (instruction.split() or [""])[0].upper()
        if word in _FETCHING:
            yield name, f"a field fetches or starts something: “{instruction.strip()[:70]}”."


def _instructions(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(f"{_W}p"):
        said = ""
        for element in paragraph.iter(f"{_W}instrText", f"{_W}fldChar"):
            if element.tag == f"{_W}instrText":
                said += element.text or ""
            else:
                yield said
                said = ""
        yield said
    yield from (element.get(f"{_W}instr", "") for element in root.iter(f"{_W}fldSimple"))


def _hidden(name: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    for tag, what in _HIDING.items():
        for element in root.iter(f"{_W}{tag}"):
            if element.get(f"{_W}val", "1") not in _TURNED_OFF:
                yield name, f"“{_words(element)}” is {what}."
    for tag, what in _TRACKED.items():
        for element in root.iter(f"{_W}{tag}"):
            yield name, f"a tracked change by {element.get(f'{_W}author')}: “{_words(element)}” is {what}."
    for row in root.iter(f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}hidden") is not None:
            yield name, f"a row is hidden: “{_text(row)}”."
    for comment in root.iter(f"{_W}comment"):
        yield name, f"a comment by {comment.get(f'{_W}author')}: “{_text(comment)}”."
    for run in root.iter(f"{_W}r"):
        properties = run.find(f"{_W}rPr")
        if properties is not None and _is_faint(properties) and _text(run):
            yield name, f"“{_text(run)}” is set in white or too small to read."
    for element in root.iter(f"{_W}txbxContent", f"{_VML}shape", f"{_VML}textbox", f"{_WP}anchor"):
        yield name, f"a box lies over the text: “{_text(element)}”."
    for crop in root.iter(f"{_A}srcRect"):
        if any(value not in ("", "0") for value in crop.attrib.values()):
            yield name, "a picture is cropped."
    for picture in root.iter(f"{_WP}docPr"):
        if picture.get("title") and picture.get("title") != picture.get("descr"):
            yield name, f"a picture has the title “{picture.get('title')[:70]}”."
    yield from _of_pages(name, root)


def _of_pages(name: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    """Words that stand in the text as if they were the number of a page."""
    if name != "word/document.xml":
        return
    for paragraph in root.iter(f"{_W}p"):
        fields: list[str] = []
        for element in paragraph.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}t"):
            kind = element.get(f"{_W}fldCharType")
            if kind == "begin":
                fields.append("")
            elif kind == "end" and fields:
                fields.pop()
            elif element.tag == f"{_W}instrText" and fields:
                fields[-1] += element.text or ""
            elif element.tag == f"{_W}t" and any(map(_is_of_page, fields)):
                yield name, f"“{_text(element) or element.text}” stands in the text as the number of a page."


def _is_of_page(field: str) -> bool:
    return bool(field.split()) and field.split()[0] in _OF_PAGES


def _is_faint(properties: etree._Element) -> bool:
    colour, size = properties.find(f"{_W}color"), properties.find(f"{_W}sz")
    white = colour is not None and colour.get(f"{_W}val", "").upper() == "FFFFFF"
    return white or (size is not None and int(size.get(f"{_W}val", "99")) <= _TINY)


def _words(element: etree._Element) -> str:
    """What a property is about: the run, or the paragraph, that holds it; a style by its name."""
    for one in (element, *element.iterancestors(f"{_W}r", f"{_W}p", f"{_W}style")):
        if said := _text(one) or one.get(f"{_W}styleId", ""):
            return said
    return ""


def _text(element: etree._Element) -> str:
    return " ".join("".join(one.text or "" for one in element.iter(f"{_W}t", f"{_W}delText")).split())[:70]
