"""An HTML output read by a parser: passages with the keys of their numbers, links, places, texts of its drawings."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from publishing.formats import drawings, page_head
from publishing.verify.passages import Collector, Kind, Output, Place, Run

_SVG = "{http://www.w3.org/2000/svg}"
_SKIPPED = {"head", "script", "style", "template", "noscript", "annotation", "annotation-xml"}
_BLOCKS = set(
    "p div section article main header footer aside ul ol dl blockquote pre table figure tr thead tbody tfoot".split()
)
_PASSAGES = {"li": Place.PROSE, "dt": Place.PROSE, "dd": Place.PROSE, "figcaption": Place.CAPTION}
#: sections begin below the title's level (filters/outline.lua)
_HEADINGS = {f"h{level}": max(level - 1, 1) for level in range(1, 7)}
#: as a parser of HTML writes them
_DRAWN = {part.lower() for part in drawings.PARTS}
_SCRIPTED = {"msup": 1, "msub": 1, "msubsup": 1, "munder": 1, "mover": 1, "munderover": 1}


def read_html(path: Path) -> Output:
    """Read the HTML file at ``path``."""
    tree = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    reader = _Reader()
    for part in tree:
        reader.walk(part, Run(""))
        reader.after(part.tail)
    reader.collector.close()
    return Output(
        document=path.stem,
        form="html",
        passages=tuple(reader.collector.passages),
        places=frozenset(tree.xpath("//@id")),
        links=tuple(reader.links),
        drawn=tuple(reader.drawn),
        contents=tuple(" ".join(link.text_content().split()) for link in tree.xpath("//nav[@id='TOC']//a")),
    )


def _place_of(text: etree._Element) -> str:
    """Where a drawing sets a text: all that moves it, its own and what it stands in, as the file says it."""
    moved = [*reversed([text, *text.iterancestors()]), *text.iterdescendants()]
    return " ".join(
        f"{name}={value}" for one in moved for name in ("transform", "x", "y", "dx", "dy") if (value := one.get(name))
    )


class _Reader:
    def __init__(self) -> None:
        self.collector = Collector()
        self.links: list[tuple[str, str]] = []
        self.drawn: list[tuple[str, str]] = []
        self._row = self._column = 0
        self._place = Place.PROSE

    def walk(self, element: html.HtmlElement, around: Run) -> None:
        """Read an element; ``around`` is the identity that its text inherits."""
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return
        if self._is_contents(element):
            self.links += [
                (link.get("href"), link.text_content().strip()) for link in element.iterfind(".//a[@href]")
            ]
            return
        name = element.tag
        own = self._identity(element, around)
        place = self._place_within(element)
        if place is not None:
            self._place = place
        block = self._begin(element, name)
        if drawings.CLASS in element.get("class", "").split():
            self._spoken(element, "aria-label", "title")
        if name == "img":
            self._image(element)
        elif name == "svg":
            self._drawing(element, own)
        elif name == "math":
            self._formula(element, Kind.FORMULA)
        else:
            self._text(element.text, own)
            for child in element:
                self.walk(child, own)
                self._text(child.tail, own)
        if name == "br":
            self._text(" ", own)
        if block:
            self.collector.close()
        if place is not None or element.get("id", "") == "refs":
            self._place = Place.PROSE
        if name == "table":
            self._row = 0

    def _place_within(self, element: html.HtmlElement) -> Place | None:
        """What the passages within an element are, where it says so."""
        classes = element.get("class", "").split()
        is_links = element.tag == "nav" and page_head.LINKS in classes
        return Place.MARGIN if is_links else Place.AUTHORS if "author-block" in classes else None

    def _is_contents(self, element: html.HtmlElement) -> bool:
        return bool(element.tag == "nav" and element.get("id") == "TOC")

    def after(self, text: str | None) -> None:
        """Read what stands outside of the body; a browser shows it."""
        self.collector.close()
        self._text(text, Run(""))

    def _begin(self, element: html.HtmlElement, name: str) -> bool:
        """Open the passage that the element begins; whether it is to be closed at the element's end."""
        if name == "a" and "skip-link" in element.get("class", ""):
            self.collector.open(Place.MARGIN)
        elif name in _HEADINGS:
            self.collector.open(Place.HEADING, level=_HEADINGS[name])
        elif name in ("td", "th"):
            self._column += 1
            self.collector.open(Place.CELL, row=self._row, column=self._column)
        elif element.get("id", "") == "refs":
            self.collector.close()
            self._place = Place.REFERENCES
        elif name in _PASSAGES:
            self.collector.open(_PASSAGES[name])
        elif self._place is Place.REFERENCES and name == "div":
            if "csl-entry" not in element.get("class", "").split():
                self.collector.add(Run(" "))
                return False
            self.collector.open(Place.REFERENCES)
        elif name in _BLOCKS:
            if name == "tr":
                self._row, self._column = self._row + 1, 0
            # a paragraph within a cell or a list item belongs to it
            if not any(parent.tag in ("td", "th", "li", "dd") for parent in element.iterancestors()):
                self.collector.close()
                if name == "p":
                    self.collector.open(self._place)
            else:
                self.collector.add(Run(" "))
                return False
        else:
            return False
        return True

    def _identity(self, element: html.HtmlElement, around: Run) -> Run:
        key, claim = element.get("data-key", around.key), element.get("data-claim", around.claim)
        kind, target = around.kind, around.target
        classes = element.get("class", "").split()
        if {"header-section-number", "float-label", "equation-number"} & set(classes):
            kind = Kind.LABEL
        if element.tag == "a" and element.get("href"):
            target = element.get("href")
            self.links.append((target, element.text_content().strip()))
            if "xref" in classes:
                kind = Kind.REFERENCE
            elif target.startswith("#ref-"):
                kind = Kind.CITATION
            elif element.text_content().strip() == target:
                kind = Kind.ADDRESS
        if element.tag in ("code", "pre"):
            kind = Kind.CODE
        is_identified = "data-key" in element.attrib or "data-claim" in element.attrib
        return Run("", key, claim, None if is_identified else kind, None if key or claim else target)

    def _text(self, text: str | None, own: Run) -> None:
        if text:
            self.collector.add(Run(text, own.key, own.claim, own.kind, own.target))

    def _image(self, element: html.HtmlElement) -> None:
        # pandoc writes two of them
        self._spoken(element, "alt", "aria-label", "title")
        header, _, data = element.get("src", "").partition(",")
        if header.startswith("data:image/svg+xml"):
            drawing = base64.b64decode(data) if header.endswith(";base64") else unquote_to_bytes(data)
            self._drawing(etree.fromstring(drawing))
        self.collector.close()

    def _spoken(self, element: html.HtmlElement, *names: str) -> None:
        """What a screen reader speaks may stand in any of the attributes ``names``."""
        for spoken in dict.fromkeys(element.get(name) or "" for name in names):
            self.collector.open(Place.ALTERNATIVE, float="")
            self.collector.add(Run(spoken))

    def _drawing(self, svg: html.HtmlElement, around: Run | None = None) -> None:
        """A drawing in the page, or one that a picture holds."""
        named = svg.find(f"{_SVG}g")
        figure = svg.get(drawings.NAME, "") or ("" if named is None else named.get("id", ""))
        for element in svg.iter(etree.Element):
            if element.tag in ("text", f"{_SVG}text"):
                self.collector.open(Place.FIGURE, float="", figure=figure)
                words = "".join(element.itertext())
                self.collector.add(Run(words))
                self.drawn.append((words, _place_of(element)))
        self.collector.close()
        if around is not None:
            self._loose(svg, around)

    def _loose(self, element: html.HtmlElement, around: Run) -> None:
        """What stands within a drawing and is none of its texts: a browser may show it as text of the page."""
        for child in element:
            if isinstance(child.tag, str) and child.tag.lower() in _DRAWN:
                if child.tag != "text":
                    self._text(child.text if child.tag != "style" else None, around)
                    self._loose(child, around)
            else:
                self.walk(child, around)
            self._text(child.tail, around)

    def _formula(self, element: html.HtmlElement, kind: Kind) -> None:
        """MathML: indices and exponents apart, since they are part of a symbol's name."""
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return
        if element.text and element.text.strip():
            self.collector.add(Run(element.text, kind=kind))
        bases = _SCRIPTED.get(element.tag)
        for index, child in enumerate(element):
            self._formula(child, Kind.SCRIPT if bases is not None and index >= bases else kind)
