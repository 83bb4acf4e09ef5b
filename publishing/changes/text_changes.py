"""The text of two versions of a document side by side: passage by passage, then word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from publishing.changes.alignment import Words, align, alike, word_counts
from publishing.changes.inlines import Token, token_text
from publishing.changes.passages import Table, TableCell, TableRow, TextPassage


class ChangeKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


#: below this share of words in common a text is replaced as a whole, which reads better than a patchwork
_PATCHWORK = 0.35


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that stayed, went or came."""

    status: ChangeKind
    row: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class TableRowChange:
    """A row of a table: the pieces of each cell, the new cells' shapes, whether the whole row came or went."""

    status: ChangeKind
    cells: tuple[tuple[Piece, ...], ...]
    shapes: tuple[str, ...]
    in_head: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a passage; ``passage`` is the new one, or the old one where it went."""

    status: ChangeKind
    passage: TextPassage
    pieces: tuple[Piece, ...] = ()
    rows: tuple[TableRowChange, ...] = ()
    redrawn: bool = False


@dataclass(frozen=True, slots=True)
class TextChanges:
    """One document's changes, all passages in order."""

    document: str
    changes: tuple[Change, ...]

    @property
    def number_changed(self) -> int:
        return sum(change.status is not ChangeKind.SAME for change in self.changes)

    @property
    def redrawn(self) -> tuple[Change, ...]:
        """Pictures whose drawing differs."""
        return tuple(change for change in self.changes if change.redrawn)


def compare_texts(document: str, old: Sequence[TextPassage], new: Sequence[TextPassage]) -> TextChanges:
    """Every passage of both versions, once."""
    pairs = align(old, new, lambda one: one.seen, _name, lambda one: one.words)
    found: list[Change] = []
    for i, j in pairs:
        if i is None or j is None:
            found.append(
                _alone(old[i], ChangeKind.REMOVED) if i is not None else _alone(new[j or 0], ChangeKind.ADDED)
            )
        else:
            found += _pair(old[i], new[j])
    return TextChanges(document, tuple(found))


def _name(passage: TextPassage) -> tuple[str, ...] | None:
    """Tables are known by their heads, whatever their rows say."""
    if passage.table is None:
        return None
    return (passage.section.lstrip("0123456789. "), *(row.text for row in passage.table.rows if row.in_head))


def _pair(old: TextPassage, new: TextPassage) -> Iterator[Change]:
    if old.seen == new.seen:
        redrawn = old.pictures != new.pictures
        rows = () if new.table is None else tuple(_whole(row, ChangeKind.SAME) for row in new.table.rows)
        yield Change(ChangeKind.SAME, new, _pieces(ChangeKind.SAME, new.row), rows, redrawn)
    elif old.table is not None and new.table is not None:
        rows = tuple(_rows(old.table, new.table)) if _comparable(old.table, new.table) else ()
        if rows:
            yield Change(ChangeKind.CHANGED, new, rows=rows)
        else:
            yield _alone(old, ChangeKind.REMOVED)
            yield _alone(new, ChangeKind.ADDED)
    elif (old.kind, old.level, old.around) != (new.kind, new.level, new.around):
        yield _alone(old, ChangeKind.REMOVED)
        yield _alone(new, ChangeKind.ADDED)
    else:
        yield Change(ChangeKind.CHANGED, new, word_changes(old.row, new.row), redrawn=old.pictures != new.pictures)


def _alone(passage: TextPassage, status: ChangeKind) -> Change:
    rows = () if passage.table is None else tuple(_whole(row, status) for row in passage.table.rows)
    return Change(status, passage, _pieces(status, passage.row), rows)


def _pieces(status: ChangeKind, row: Sequence[Token]) -> tuple[Piece, ...]:
    return (Piece(status, tuple(row)),) if row else ()


# Tables ----------------------------------------------------------------------------------------------------------


def _comparable(old: Table, new: Table) -> bool:
    """Whether rows can be matched: the same columns, and no cell that reaches over several rows or columns."""
    return old.width == new.width and not any(cell.is_large for t in (old, new) for r in t.rows for cell in r.cells)


def _rows(old: Table, new: Table) -> Iterator[TableRowChange]:
    for in_head in (True, False):
        before = [row for row in old.rows if row.in_head is in_head]
        after = [row for row in new.rows if row.in_head is in_head]
        for i, j in align(before, after, _seen_in_row, _first_cell, _words_of_row):
            if i is None or j is None:
                yield (
                    _whole(after[j], ChangeKind.ADDED)
                    if j is not None
                    else _whole(before[i or 0], ChangeKind.REMOVED)
                )
            elif _seen_in_row(before[i]) == _seen_in_row(after[j]):
                yield _whole(after[j], ChangeKind.SAME)
            else:
                yield _row(before[i], after[j])


def _seen_in_row(row: TableRow) -> tuple[tuple[tuple[str, tuple[str, ...], str], ...], ...]:
    return tuple(tuple(token.seen for token in cell.row) for cell in row.cells)


def _first_cell(row: TableRow) -> str | None:
    return token_text(row.cells[0].row) or None if row.cells else None


def _words_of_row(row: TableRow) -> Words:
    return word_counts(token.text for cell in row.cells for token in cell.row if token.is_word)


def _row(old: TableRow, new: TableRow) -> TableRowChange:
    empty = TableCell((), "")
    cells = [
        word_changes((old.cells[place] if place < len(old.cells) else empty).row, cell.row)
        for place, cell in enumerate(new.cells)
    ]
    return TableRowChange(ChangeKind.CHANGED, tuple(cells), tuple(cell.shape for cell in new.cells), new.in_head)


def _whole(row: TableRow, status: ChangeKind) -> TableRowChange:
    cells = tuple(_pieces(status, cell.row) for cell in row.cells)
    return TableRowChange(status, cells, tuple(cell.shape for cell in row.cells), row.in_head)


# Words -----------------------------------------------------------------------------------------------------------


def word_changes(old: Sequence[Token], new: Sequence[Token]) -> tuple[Piece, ...]:
    """The new text with what came and what went before it, in whole words."""
    if [token.seen for token in old] == [token.seen for token in new]:
        return _pieces(ChangeKind.SAME, new)
    if alike(_words(old), _words(new)) < _PATCHWORK:
        return (*_pieces(ChangeKind.REMOVED, old), *_pieces(ChangeKind.ADDED, new))
    matcher = SequenceMatcher(None, [token.seen for token in old], [token.seen for token in new], autojunk=False)
    return _tidied([(t == "equal", old[i1:i2], new[j1:j2]) for t, i1, i2, j1, j2 in matcher.get_opcodes()])


def _words(row: Sequence[Token]) -> Words:
    return word_counts(token.text for token in row if token.is_word)


def _tidied(stretches: list[tuple[bool, Sequence[Token], Sequence[Token]]]) -> tuple[Piece, ...]:
    """Two changes with no word between them become one: "a b" → "c d" and not four separate changes."""
    pieces: list[Piece] = []
    gone: list[Token] = []
    came: list[Token] = []

    def flush() -> None:
        pieces.extend((*_pieces(ChangeKind.REMOVED, gone), *_pieces(ChangeKind.ADDED, came)))
        gone.clear()
        came.clear()

    for index, (equal, before, after) in enumerate(stretches):
        between = 0 < index < len(stretches) - 1
        if equal and not (between and not any(token.is_word for token in after)):
            flush()
            pieces.extend(_pieces(ChangeKind.SAME, after))
        else:
            gone += before
            came += after
    flush()
    return tuple(pieces)
