"""What no render writes into a page: resources from elsewhere, ways out of it, code, what is hidden or struck."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from publishing.formats import drawings

#: elements that bring something in, lead away or ask the reader for something
_BRINGING = (
    "applet audio base button canvas embed form frame frameset iframe input link object portal select source "
    "textarea track video"
).split()
_LOADING = ("src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "xlink:href")
_INSIDE = ("data:image/", "#")
_OPENING = re.compile(r"\s*(?:data|vbscript|file|blob|filesystem):", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(r"@import[^;]*|url\(\s*[\"']?(?!data:|#)[^)]*\)|expression\(", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|color\s*:\s*transparent|text-indent\s*:\s*-|clip(?:-path)?\s*:",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_STRIKING = ("del", "s", "strike")
_SVG = "{http://www.w3.org/2000/svg}"
#: what an image may do beside showing something
_ACTING = {f"{_SVG}{name}" for name in ("script", "foreignObject", "set", "animate", "animateTransform", "handler")}
#: what a drawing in the page may be made of; a parser of HTML writes all names small
_DRAWN = {name.lower() for name in drawings.PARTS}


def foreign(path: Path, changed: bool) -> Iterator[tuple[str, str]]:
    """Where and what, of the page at ``path``."""
    text = path.read_text(encoding="utf-8", errors="replace")
    after = text.rpartition("</html>")[2] if "</html>" in text else ""
    if after.strip():
        yield "end of the file", f"“{_cut(after)}” stands after the page's end, and a browser shows it."
    tree = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for name in _twice(tree):
        yield name, "two places have this name, so links lead to the first alone."
    for svg in tree.iter("svg"):
        yield from _in_page(svg)
    for element in tree.iter(etree.Element):
        yield from _elements(element)
        if changed:
            yield from _hidden(element)


def _twice(tree: html.HtmlElement) -> list[str]:
    names = tree.xpath("//@id")
    return sorted({str(name) for name in names if names.count(name) > 1}) if len(names) != len(set(names)) else []


def _elements(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    tag = str(element.tag)
    where = f"<{tag}>"
    is_box = tag == "input" and element.get("type") == "checkbox"
    if tag in _BRINGING and not is_box:
        said = element.get("href") or element.get("src") or element.get("data") or element.get("value") or ""
        yield where, f"an element that brings something in or leads away (“{_cut(said)}”)."
    if tag == "meta" and element.get("http-equiv", "").lower() not in ("", "content-type"):
        yield where, f"it tells the browser what to do ({element.get('http-equiv')}: “{element.get('content')}”)."
    for name, value in element.attrib.items():
        if name in _LOADING and not value.startswith(_INSIDE):
            yield where, f"it loads “{_cut(value)}” from elsewhere."
        if name == "href" and _OPENING.match(value):
            yield where, f"the link “{_cut(element.text_content())}” opens what it holds itself (“{_cut(value)}”)."
        if name == "style" and (found := _FROM_ELSEWHERE.search(value)):
            yield where, f"its style loads “{_cut(found[0])}” from elsewhere."
    if tag == "style" and (found := _FROM_ELSEWHERE.search(element.text or "")):
        yield where, f"the style sheet loads “{_cut(found[0])}” from elsewhere."
    if tag == "img" and element.get("src", "").startswith("data:image/svg+xml"):
        yield from _drawing(element.get("src"))


def _drawing(source: str) -> Iterator[tuple[str, str]]:
    header, _, data = source.partition(",")
    try:
        svg = etree.fromstring(base64.b64decode(data) if header.endswith(";base64") else unquote_to_bytes(data))
    except (ValueError, etree.XMLSyntaxError) as error:
        yield "drawing", f"it can't be read ({error})."
        return
    for element in svg.iter(etree.Element):
        name = str(element.tag).removeprefix(_SVG)
        if element.tag in _ACTING:
            yield f"drawing, <{name}>", "the drawing holds code, or a page of its own."
        if element.tag == f"{_SVG}style" and (found := _FROM_ELSEWHERE.search(element.text or "")):
            yield f"drawing, <{name}>", f"the drawing loads “{_cut(found[0])}” from elsewhere."
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition("}")[2]
            if plain.startswith("on"):
                yield f"drawing, <{name}>", f"the attribute {plain} runs a script of its own."
            elif plain == "href" and not value.startswith(_INSIDE):
                yield f"drawing, <{name}>", f"the drawing leads to, or loads, “{_cut(value)}”."


def _in_page(svg: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Of a drawing that is part of the page."""
    for element in svg.iter(etree.Element):
        name = str(element.tag)
        if name not in _DRAWN:
            yield f"drawing, <{name}>", "the drawing holds code, or something that is no part of a drawing."
        for attribute, value in element.attrib.items():
            plain = attribute.rpartition(":")[2]
            if plain.startswith("on"):
                yield f"drawing, <{name}>", f"the attribute {plain} runs a script of its own."
            elif plain == "href" and not value.startswith("#"):
                yield f"drawing, <{name}>", f"the drawing leads to, or loads, “{_cut(value)}”."
            elif _FROM_ELSEWHERE.search(value):
                yield f"drawing, <{name}>", f"the drawing loads “{_cut(value)}” from elsewhere."
        if name == "style" and (found := _FROM_ELSEWHERE.search(element.text or "")):
            yield "drawing, <style>", f"the drawing loads “{_cut(found[0])}” from elsewhere."


def _hidden(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    words = _cut(element.text_content()) if element.tag not in ("html", "body") else ""
    style = element.get("style", "")
    if words and ("hidden" in element.attrib or _HIDDEN.search(style)):
        yield f"<{element.tag}>", f"“{words}” is hidden."
    if words and (element.tag in _STRIKING or _STRUCK.search(style)):
        yield f"<{element.tag}>", f"“{words}” is struck out."


def _cut(text: str) -> str:
    return " ".join(text.split())[:70]
