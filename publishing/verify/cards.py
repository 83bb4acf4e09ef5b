"""The reviewer's view of an HTML page: what its numbers' cards show, put into the page together with their script."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing.formats.html import CARDS, insert, script
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.sources import Source

DATA_ID = "number-origins"
#: rows shown on one card; more are named on the page of origins and in the ledger
MOST_ROWS = 12
_MOST_EXPRESSIONS = 3
_IDENTITY = re.compile(r'\bdata-(key|claim)="([^"]*)"')
_SHOWN = ("name", "address", "locator", "quotation", "obtained")


def embed(page: Path, source_name: str, expressions: Sequence[Source], catalogue: Catalogue) -> None:
    """Put the origins of the numbers on ``page`` into it; ``source_name`` is the document's file name."""
    text = page.read_text(encoding="utf-8")
    found = {(kind, html.unescape(name)) for kind, name in _IDENTITY.findall(text)}
    data = origins(source_name, found, expressions, catalogue)
    if not data["numbers"] and not data["claims"]:
        return
    # "</" would end the script element
    content = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("</", "<\\/")
    insert(page, f'<script type="application/json" id="{DATA_ID}">{content}</script>', script(CARDS))


def origins(
    source_name: str, found: Iterable[tuple[str, str]], expressions: Sequence[Source], catalogue: Catalogue
) -> dict[str, Any]:
    """What the cards of a page show: ``numbers``, ``claims`` and ``rows`` by name, and the ``file`` they are from."""
    found = set(found)
    places = _places(expressions)
    keys = {name for kind, name in found if kind == "key"} & catalogue.entries.keys()
    numbers = {key: _number(catalogue.entries[key], places.get(key, [])) for key in keys}
    rows = {row for one in numbers.values() for row in one.get("rows", ())}
    return {
        "file": source_name,
        "numbers": numbers,
        "claims": {
            name: {part: catalogue.claims[name][part] for part in ("says", "predicate", "holds")}
            for kind, name in found
            if kind == "claim" and name in catalogue.claims
        },
        "rows": {row: _some(catalogue.rows[row], _SHOWN) for row in rows if row in catalogue.rows},
    }


def _places(expressions: Sequence[Source]) -> dict[str, list[tuple[str, int]]]:
    """Key → the expressions that print it, with their lines; a few, as the ledger has them all."""
    places: dict[str, list[tuple[str, int]]] = {}
    for source in expressions:
        for key in {one.key for one in source.prints if not one.key.startswith(CLAIM_TAG)}:
            known = places.setdefault(key, [])
            if len(known) < _MOST_EXPRESSIONS:
                known.append((source.expression, source.line))
    return places


def _number(entry: Mapping[str, Any], places: list[tuple[str, int]]) -> dict[str, Any]:
    shown = _some(entry, ("value", "meaning", "method", "code", "second"))
    rows = entry.get("rows") or ()
    if 0 < len(rows) <= MOST_ROWS:
        shown["rows"] = list(rows)
    if places:
        shown["expressions"] = places
    return shown


def _some(content: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: content[name] for name in names if content.get(name) not in (None, "", [])}
