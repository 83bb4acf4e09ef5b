"""A DOCX output read from its XML: passages with the keys of their content controls, links, bookmarks, pictures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import ClassVar

from lxml import etree

from publishing.project.files import digest_of
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.identity import Names
from publishing.verify.passages import Collector, Kind, Output, Place, Run

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_HEADING = re.compile(r"Heading([1-9])$")
_PLACES = {
    "Title": Place.HEADING,
    "AbstractTitle": Place.HEADING,
    "ImageCaption": Place.CAPTION,
    "TableCaption": Place.CAPTION,
    "Bibliography": Place.REFERENCES,
    "Author": Place.AUTHORS,
    "Affiliation": Place.AUTHORS,
    "AuthorNote": Place.AUTHORS,
}
_SPECIAL = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "\u2011"}
# Fields whose result is the page's, not the text's.
_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES", "TOC", "PAGEREF")
_NUMBERED = re.compile(r"(?:^|\.docx)#[a-z]*(?:fig|tbl|sec|eq)-")
_CODE = ("VerbatimChar", "SourceCode")
# At the end of a numbered formula, recomputed by the checks.
_EQUATION_NUMBER = re.compile(r"\(\d+\)$")
_OTHER_PARTS = re.compile(r"word/(?:footnotes|endnotes|header\d*|footer\d*|comments)\.xml")


def read_docx(path: Path, names: Names) -> Output:
    """Read the DOCX file at ``path``; ``names`` turns tags back into keys."""
    with zipfile.ZipFile(path) as package:
        reader = _Reader(package, names)
        reader.part("word/document.xml")
        for part in sorted(package.namelist()):
            if _OTHER_PARTS.fullmatch(part):
                reader.part(part, Place.NOTE if "notes" in part else Place.MARGIN)
    return Output(
        document=path.stem,
        form="docx",
        passages=tuple(reader.collector.passages),
        places=frozenset(reader.places),
        links=tuple(reader.links),
        pictures=tuple(reader.pictures),
    )


def _symbols(element: etree._Element, kind: Kind) -> Iterator[Run]:
    """The signs of a formula; indices and exponents apart, since they are part of a symbol's name."""
    for child in element:
        if child.tag == f"{_M}t":
            yield Run(child.text or "", kind=kind)
        else:
            yield from _symbols(child, Kind.SCRIPT if child.tag in (f"{_M}sub", f"{_M}sup") else kind)


class _Reader:
    def __init__(self, package: zipfile.ZipFile, names: Names) -> None:
        self.collector = Collector()
        self.links: list[tuple[str, str]] = []
        self.places: set[str] = set()
        self.pictures: list[str] = []
        self._package, self._names = package, names
        self._relations: dict[str, str] = {}
        self._fields: list[str] = []
        self._place = Place.PROSE

    def part(self, name: str, place: Place = Place.PROSE) -> None:
        """Read one part of the package, whose ordinary paragraphs stand at ``place``."""
        self._place = place
        path = PurePosixPath(name)
        relations = f"{path.parent}/_rels/{path.name}.rels"
        self._relations = {}
        if relations in self._package.namelist():
            for relation in etree.fromstring(self._package.read(relations)):
                self._relations[relation.get("Id")] = relation.get("Target")
        root = etree.fromstring(self._package.read(name))
        self.places |= {bookmark.get(f"{_W}name") for bookmark in root.iter(f"{_W}bookmarkStart")}
        self._blocks(root)
        self.collector.close()

    def _blocks(self, parent: etree._Element) -> None:
        for element in parent:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._table(element)
            elif isinstance(element.tag, str):
                self._blocks(element)

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = "" if style is None else style.get(f"{_W}val")
        heading = _HEADING.match(name)
        if heading:
            self.collector.open(Place.HEADING, level=int(heading[1]))
        else:
            place = _PLACES.get(name, self._place)
            self.collector.open(place, **({"level": 1} if place is Place.HEADING else {}))
        self._inlines(paragraph, Run(""))
        self.collector.close()

    def _table(self, table: etree._Element) -> None:
        for row_number, row in enumerate(table.iter(f"{_W}tr"), start=1):
            for column, cell in enumerate(row.iter(f"{_W}tc"), start=1):
                self.collector.open(Place.CELL, row=row_number, column=column)
                for paragraph in cell.iter(f"{_W}p"):
                    self._inlines(paragraph, Run(""))
                    self.collector.add(Run(" "))
                self.collector.close()

    def _inlines(self, parent: etree._Element, own: Run) -> None:
        for element in parent:
            handler = self._HANDLERS.get(element.tag)
            if handler is not None:
                handler(self, element, own)
            elif element.tag not in (f"{_W}pPr", f"{_W}del", f"{_W}moveFrom"):
                self._inlines(element, own)

    def _run(self, run: etree._Element, own: Run) -> None:
        style = run.find(f"{_W}rPr/{_W}rStyle")
        if style is not None and style.get(f"{_W}val") in _CODE and not own.key:
            own = replace(own, kind=Kind.CODE)
        for element in run:
            if element.tag == f"{_W}fldChar":
                self._field(element.get(f"{_W}fldCharType"))
            elif element.tag == f"{_W}instrText":
                if self._fields:
                    self._fields[-1] += element.text or ""
            elif element.tag == f"{_W}t":
                self._text(element.text or "", own)
            elif element.tag in _SPECIAL:
                self._text(_SPECIAL[element.tag], own)
            elif element.tag != f"{_W}rPr":
                self._inlines(element, own)
                if element.tag == f"{_W}drawing":
                    self._drawing(element)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _text(self, text: str, own: Run) -> None:
        words = [field.split()[0] for field in self._fields if field.split()]
        if any(word in _PAGES for word in words):
            return
        self.collector.add(Run(text, own.key, own.claim, own.kind, own.target))

    def _content_control(self, control: etree._Element, own: Run) -> None:
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        content = control.find(f"{_W}sdtContent")
        if content is None:
            return
        if tag is not None:
            name = self._names.of_tag(tag.get(f"{_W}val"))
            is_claim = name.startswith(CLAIM_TAG)
            own = Run("", None if is_claim else name, name.removeprefix(CLAIM_TAG) if is_claim else own.claim)
        self._inlines(content, own)

    def _hyperlink(self, link: etree._Element, own: Run) -> None:
        anchor, relation = link.get(f"{_W}anchor"), link.get(f"{_R}id")
        target = f"#{anchor}" if relation is None else self._relations.get(relation, "")
        if relation is not None and anchor:
            target += f"#{anchor}"
        text = "".join(node.text or "" for node in link.iter(f"{_W}t"))
        self.links.append((target, text))
        kind = own.kind
        if target.startswith("#ref-"):
            kind = Kind.CITATION
        elif _NUMBERED.search(target):
            kind = Kind.REFERENCE
        elif text == target:
            kind = Kind.ADDRESS
        self._inlines(link, Run("", own.key, own.claim, None if own.key or own.claim else kind, target))

    def _drawing(self, drawing: etree._Element) -> None:
        properties = next(drawing.iter(f"{_WP}docPr"), None)
        self.collector.open(Place.ALTERNATIVE, float="")
        self.collector.add(Run("" if properties is None else properties.get("descr") or ""))
        for blip in drawing.iter(f"{_A}blip"):
            target = self._relations.get(blip.get(f"{_R}embed"), "")
            self.pictures.append(digest_of(self._package.read(f"word/{target}")))
        self.collector.close()

    def _formula(self, element: etree._Element, own: Run) -> None:
        del own
        symbols = list(_symbols(element, Kind.FORMULA))
        text = "".join(symbol.text for symbol in symbols)
        number = _EQUATION_NUMBER.search(text)
        if number is None or element.getparent().tag != f"{_M}oMathPara":
            number = None
        position = 0
        for symbol in symbols:
            if number is None or position < number.start():
                self.collector.add(symbol)
            position += len(symbol.text)
        if number is not None:
            self.collector.add(Run(number[0], kind=Kind.LABEL))

    _HANDLERS: ClassVar[dict[str, Callable[..., None]]] = {
        f"{_W}r": _run,
        f"{_W}sdt": _content_control,
        f"{_W}hyperlink": _hyperlink,
        f"{_M}oMath": _formula,
    }
