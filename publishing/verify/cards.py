"""The reviewer's view of an HTML page: what its numbers' cards show, put into the page together with their script."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing.formats.drawings import NAME, ROW
from publishing.formats.html import CARDS, LINES, insert, script
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.sources import Source

DATA_ID, FIGURES_ID = "number-origins", "figure-data"
#: rows shown on one card; more are named on the page of origins and in the ledger
MOST_ROWS = 12
_MOST_EXPRESSIONS = 3
_FIGURE, _LINE = (re.compile(rf'\b{name}="([^"]*)"') for name in (NAME, ROW))
_IDENTITY = re.compile(r'\bdata-(key|claim)="([^"]*)"')
_SHOWN = ("name", "address", "locator", "quotation", "obtained")


def embed(page: Path, source_name: str, expressions: Sequence[Source], catalogue: Catalogue) -> None:
    """Put the origins of the numbers on ``page`` into it; ``source_name`` is the document's file name."""
    text = page.read_text(encoding="utf-8")
    found = {(kind, html.unescape(name)) for kind, name in _IDENTITY.findall(text)}
    data = origins(source_name, found, expressions, catalogue)
    if not data["numbers"] and not data["claims"]:
        return
    insert(page, f'<script type="application/json" id="{DATA_ID}">{_json(data)}</script>', script(CARDS))


def embed_figures(page: Path, catalogue: Catalogue) -> None:
    """Put what the drawings of ``page`` draw into it, and the cards of their lines."""
    text = page.read_text(encoding="utf-8")
    names, lines = ({html.unescape(name) for name in found.findall(text)} for found in (_FIGURE, _LINE))
    data = of_figures(names, lines, catalogue)
    if data["figures"] or data["cards"]:
        insert(page, f'<script type="application/json" id="{FIGURES_ID}">{_json(data)}</script>', script(LINES))


def of_figures(names: Iterable[str], lines: Iterable[str], catalogue: Catalogue) -> dict[str, Any]:
    """What a page holds of its figures: tables by the figures' names, cards by the lines', and their ``rows``.

    A text in a table is its place, as digits, among the ``texts``, as many of them come again and again.
    """
    texts: dict[str, int] = {}

    def cell(value: Any) -> Any:
        return str(texts.setdefault(value, len(texts))) if isinstance(value, str) else value

    figures = {
        name: {"columns": one["columns"], "rows": [[cell(value) for value in row] for row in one["rows"]]}
        for name in sorted(names)
        if (one := catalogue.figures.get(name)) is not None
    }
    cards = {name: catalogue.cards[name] for name in sorted(lines) if name in catalogue.cards}
    rows = {row for card in cards.values() for part in card["parts"] for row in part["rows"]}
    shown = {row: _some(catalogue.rows[row], _SHOWN) for row in sorted(rows) if row in catalogue.rows}
    return {"figures": figures, "texts": list(texts), "cards": cards, "rows": shown}


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


def _json(data: Mapping[str, Any]) -> str:
    # "</" would end the script element
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("</", "<\\/")


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
