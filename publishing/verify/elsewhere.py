"""What the cross-references of a page into other documents lead to, kept in the page itself to be shown there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree, html

from publishing.formats.html import insert

DATA_ID = "other-places"
#: rows of a table that are shown, its head among them
MOST_ROWS = 4


def embed(pages: Sequence[Path], folders: Sequence[Path], own: str = "") -> None:
    """Put into each page what its references lead to in other pages, which the first folder that has them holds.

    ``own`` is the name under which a page will be read, where it is not yet that of its file.
    """
    for page in pages:
        found = places(_page(page.read_bytes()).tree, own or page.name, folders)
        if found:
            content = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            data = content.replace("</", "<\\/")
            insert(page, f'<script type="application/json" id="{DATA_ID}">{data}</script>')


def places(tree: html.HtmlElement, own: str, folders: Sequence[Path]) -> dict[str, Any]:
    """Address → what stands there: ``caption``, and of a table the first ``rows``."""
    others: dict[str, Mapping[str, html.HtmlElement]] = {}
    found = {}
    for link in tree.find_class("xref"):
        address = link.get("href", "")
        file, _, name = address.partition("#")
        if not name or file in ("", own) or address in found:
            continue
        if file not in others:
            path = next((folder / file for folder in folders if (folder / file).is_file()), None)
            others[file] = {} if path is None or path.suffix != ".html" else _page(path.read_bytes()).named
        place = others[file].get(name)
        if place is not None and (said := _said(place)):
            found[address] = said
    return found


def _said(place: html.HtmlElement) -> dict[str, Any]:
    captions = place.xpath(".//figcaption")
    words = _text(captions[0] if captions else place.find(".//h2") if place.tag == "section" else place)
    if not captions and place.tag not in ("h1", "h2", "h3", "h4", "h5", "section"):
        return {}
    rows = [[_text(cell) for cell in row.xpath("./td|./th")] for row in place.xpath("(.//table)[1]//tr")]
    shown = [row for row in rows if any(row)][:MOST_ROWS] if captions else []
    return {"caption": words, **({"rows": shown, "more": len(rows) > len(shown)} if shown else {})}


def _text(element: html.HtmlElement | None) -> str:
    return "" if element is None else " ".join(element.text_content().replace("\u00ad", "").split())


class _Page(NamedTuple):
    """A page as a tree, which nobody changes, and its elements by their ids."""

    tree: html.HtmlElement
    named: Mapping[str, html.HtmlElement]


@lru_cache(maxsize=3)
def _page(content: bytes) -> _Page:
    """The page of that content; a preview asks for those that stayed the same again and again."""
    tree = html.document_fromstring(content, html.HTMLParser(encoding="utf-8"))
    named: dict[str, html.HtmlElement] = {}
    for element in tree.iter(etree.Element):
        if name := element.get("id"):
            named.setdefault(name, element)
    return _Page(tree, named)
