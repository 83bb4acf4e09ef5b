"""The changed text as HTML: changed passages in full, what stayed between them folded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path

from publishing.changes import words
from publishing.changes.inlines import Inlines, Token, inlines, token_text
from publishing.changes.markup import blocks, document
from publishing.changes.passages import Blocks, PassageKind
from publishing.changes.text_changes import Change, ChangeKind, Piece, TableRowChange, TextChanges
from publishing.formats import pandoc
from publishing.formats.pandoc import Node
from publishing.project.errors import PublishingError

_TAGS = {ChangeKind.ADDED: "ins", ChangeKind.REMOVED: "del"}
#: rows of a table shown beside a changed one
_CONTEXT = 1
_WORDS_SHOWN = 8


class _Marked:
    """``<ins>`` and ``<del>`` around each piece; passages and rows need no marks of their own."""

    def text(self, piece: Piece) -> Inlines:
        content = inlines(piece.row)
        tag = _TAGS.get(piece.status)
        return content if tag is None else [_html(f"<{tag}>"), *content, _html(f"</{tag}>")]

    def whole(self, status: ChangeKind) -> Inlines:
        return []

    def whole_row(self, status: ChangeKind) -> Inlines:
        return []


def _html(text: str) -> Node:
    return {"t": "RawInline", "c": ["html", text]}


def _raw(text: str) -> Node:
    return {"t": "RawBlock", "c": ["html", text]}


def _note(text: str) -> Node:
    return _raw(f'<p class="note">{escape(text)}</p>')


def prose(changes: TextChanges) -> str:
    """HTML of one document's changes. Raises :class:`PublishingError` when pandoc can't write it."""
    if not changes.number_changed and not changes.redrawn:
        return "<p>The text is the same.</p>"
    text = document(list(_content(changes.changes)))
    arguments = ["--from=json", "--to=html5", "--mathml", "--wrap=none"]
    try:
        return pandoc.run(arguments, text, cwd=Path.cwd())[0]
    except pandoc.PandocError as error:
        raise PublishingError(f"pandoc can't write the changes of {changes.document}: {error}") from error


def _content(changes: Sequence[Change]) -> Iterator[Node]:
    """Changed passages under their headings; runs of others behind a line that says how many they are."""
    marker = _Marked()
    shown = ""
    for same, group in groupby(changes, lambda one: one.status is ChangeKind.SAME and not one.redrawn):
        run = list(group)
        if same:
            yield from _unchanged(run)
            continue
        for change in run:
            if change.passage.kind is not PassageKind.HEADING and change.passage.section != shown:
                yield _raw(f'<p class="section">{escape(change.passage.section)}</p>')
            shown = change.passage.section
            if change.redrawn and change.status is ChangeKind.SAME:
                label = change.passage.caption or "A picture"
                yield _note(f"{label} is drawn otherwise; its alternative text is the same.")
            elif change.passage.kind is PassageKind.TABLE:
                yield from _table(change)
            else:
                yield from blocks([_demoted(change)], marker)
                if change.redrawn:
                    yield _note("The picture is drawn otherwise.")


def _demoted(change: Change) -> Change:
    """Headings of the documents stand below those of the page."""
    if change.passage.kind is not PassageKind.HEADING:
        return change
    return replace(change, passage=replace(change.passage, level=min(change.passage.level + 2, 6)))


def _unchanged(run: Sequence[Change]) -> Iterator[Node]:
    first = token_text(run[0].passage.row).split()
    beginning = f": {' '.join(first[:_WORDS_SHOWN])} …" if first else ""
    title = f"{words.counted(len(run), 'passage')} unchanged{beginning}"
    yield _raw(f'<details class="unchanged"><summary>{escape(title)}</summary>')
    folded: list[Change] = []
    for change in run:
        if change.passage.kind is not PassageKind.TABLE:
            folded.append(_demoted(change))
            continue
        yield from blocks(folded, _Marked())
        folded = []
        yield _note(f"(The table, {words.counted(len(change.rows), 'row')}, is unchanged.)")
    yield from blocks(folded, _Marked())
    yield _raw("</details>")


def _table(change: Change) -> Blocks:
    """The changed rows with their neighbours; a line stands for what is left out."""
    body = [row for row in change.rows if not row.in_head]
    near = {
        index + step
        for index, row in enumerate(body)
        if row.status is not ChangeKind.SAME
        for step in range(-_CONTEXT, _CONTEXT + 1)
    }
    width = max(len(row.cells) for row in change.rows)
    shown: list[TableRowChange] = [row for row in change.rows if row.in_head]
    for is_near, group in groupby(enumerate(body), lambda one: one[0] in near):
        rows = [row for _, row in group]
        shown += rows if is_near else [_left_out(len(rows), width)]
    label = f"Changed rows of {change.passage.caption or 'a table'}"
    opening = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
    return [_raw(opening), *blocks([replace(change, rows=tuple(shown))], _Marked()), _raw("</div>")]


def _left_out(number: int, width: int) -> TableRowChange:
    note = Token(f"({words.counted(number, 'row')} unchanged)", ("Emph",))
    shape = json.dumps([{"t": "AlignLeft"}, 1, width])
    return TableRowChange(ChangeKind.SAME, ((Piece(ChangeKind.SAME, (note,)),),), (shape,), False)
