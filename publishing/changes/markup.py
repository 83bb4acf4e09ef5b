"""Changes of a text as a pandoc document; how additions and removals are marked is the format's own matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Protocol

from publishing.changes.inlines import Inlines
from publishing.changes.passages import Around, Blocks, PassageKind
from publishing.changes.text_changes import Change, ChangeKind, Piece, TableRowChange
from publishing.formats.pandoc import Node

#: version of pandoc's JSON; pandoc reads all that begin with the same two numbers
_API = [1, 23, 1]
_LISTS = ("BulletList", "OrderedList")
_NUMBERS = [1, {"t": "Decimal"}, {"t": "Period"}]
NO_ATTRIBUTES: list[Any] = ["", [], []]


class Marker(Protocol):
    """How a format marks what came and what went."""

    def text(self, piece: Piece) -> Inlines:
        """The text of a piece with its mark."""
        ...

    def whole(self, status: ChangeKind) -> Inlines:
        """What a passage carries at its end, by whether it came or went as a whole."""
        ...

    def whole_row(self, status: ChangeKind) -> Inlines:
        """What the first cell of a table's row carries at its end."""
        ...


def blocks(changes: Iterable[Change], marker: Marker) -> Blocks:
    """The passages, those in lists put together to lists again."""
    return nested([(change.passage.around, block(change, marker)) for change in changes])


def block(change: Change, marker: Marker) -> Node:
    """One passage with its marks."""
    if change.passage.kind is PassageKind.TABLE:
        return table(change, change.rows, marker)
    if change.passage.kind is PassageKind.RULE:
        return {"t": "HorizontalRule"}
    content = [node for piece in change.pieces for node in marker.text(piece)]
    content += marker.whole(change.status)
    if change.passage.kind is PassageKind.HEADING:
        return {"t": "Header", "c": [change.passage.level, ["", ["unnumbered"], []], content]}
    return {"t": "Para", "c": content}


def table(change: Change, rows: Sequence[TableRowChange], marker: Marker) -> Node:
    """A table of some or all of a table's rows."""
    assert change.passage.table is not None
    columns = json.loads(change.passage.table.columns)
    head = [_row(row, marker) for row in rows if row.in_head]
    body = [_row(row, marker) for row in rows if not row.in_head]
    nothing: list[Any] = [NO_ATTRIBUTES, []]
    return {
        "t": "Table",
        "c": [NO_ATTRIBUTES, [None, []], columns, [NO_ATTRIBUTES, head], [[NO_ATTRIBUTES, 0, [], body]], nothing],
    }


def _row(row: TableRowChange, marker: Marker) -> list[Any]:
    cells = []
    for place, (pieces, shape) in enumerate(zip(row.cells, row.shapes, strict=True)):
        content = [node for piece in pieces for node in marker.text(piece)]
        if place == 0:
            content += marker.whole_row(row.status)
        cells.append([NO_ATTRIBUTES, *json.loads(shape), [{"t": "Plain", "c": content}] if content else []])
    return [NO_ATTRIBUTES, cells]


def nested(passages: Sequence[tuple[tuple[Around, ...], Node]]) -> Blocks:
    """Blocks with what is around them: neighbours in the same list, quotation or style stand in it together."""
    written: Blocks = []
    for around, group in groupby(passages, lambda one: one[0][:1]):
        members = list(group)
        inside = [(outer[1:], block) for outer, block in members]
        if not around:
            written += [block for _, block in inside]
        elif around[0].kind in _LISTS:
            begins = [place for place, (outer, _) in enumerate(members) if outer[0].begins or place == 0]
            items = [nested(inside[a:b]) for a, b in zip(begins, [*begins[1:], len(inside)], strict=True)]
            kind = around[0].kind
            written.append({"t": kind, "c": items if kind == "BulletList" else [_NUMBERS, items]})
        elif around[0].kind == "BlockQuote":
            written.append({"t": "BlockQuote", "c": nested(inside)})
        else:
            written.append({"t": "Div", "c": [["", [], [["custom-style", around[0].kind]]], nested(inside)]})
    return written


def document(content: Blocks) -> str:
    """Pandoc's JSON for blocks."""
    return json.dumps({"pandoc-api-version": _API, "meta": {}, "blocks": content}, ensure_ascii=False)
