"""A document as pandoc reads it → passages in reading order: headings, paragraphs, pictures, tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from publishing.changes.alignment import Words, word_counts
from publishing.changes.inlines import Inlines, Token, plain, pretty, token_text, tokens
from publishing.formats.pandoc import Node, Tree

Blocks = list[Node]

_TITLE, _ABSTRACT = "Title", "Abstract"
#: what the title block of a document shows, in this order, besides title and abstract
_FRONT = ("subtitle", "byline", "affiliation-lines", "author-notes", "date")
_BREAK = Token("\n")


class PassageKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Around:
    """One thing around a passage: a list, a quotation, a named style; ``begins`` a new item of a list."""

    kind: str
    begins: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class TableCell:
    """A table's cell; ``shape`` is its alignment and how many rows and columns it takes, as pandoc has them."""

    row: tuple[Token, ...]
    shape: str

    @property
    def is_large(self) -> bool:
        """Whether it takes more than one row or column."""
        return bool(json.loads(self.shape)[1:] != [1, 1])


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[TableCell, ...]
    in_head: bool

    @property
    def text(self) -> str:
        return " ".join(token_text(cell.row) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` are pandoc's column specifications."""

    rows: tuple[TableRow, ...]
    columns: str

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class TextPassage:
    """One passage. ``section`` is the heading above it, ``caption`` that of the float it belongs to."""

    kind: PassageKind
    row: tuple[Token, ...] = ()
    level: int = 0
    around: tuple[Around, ...] = ()
    table: Table | None = None
    pictures: tuple[str, ...] = ()
    section: str = ""
    caption: str = ""

    @property
    def seen(self) -> object:
        """What a reader sees of it, for comparing."""
        cells = () if self.table is None else tuple(cell.row for row in self.table.rows for cell in row.cells)
        shape = () if self.table is None else tuple(len(row.cells) for row in self.table.rows)
        texts = tuple(tuple(token.seen for token in row) for row in (self.row, *cells))
        return self.kind, self.level, self.around, shape, texts

    @property
    def words(self) -> Words:
        """Its words with its kind, since a heading becomes no paragraph."""
        rows = (self.row,) if self.table is None else tuple(c.row for row in self.table.rows for c in row.cells)
        found = [token.text for row in rows for token in row if token.is_word]
        return word_counts([*found, *[f"<{self.kind}>"] * len(found)])


def passages(document: Tree, pictures: Mapping[str, str]) -> tuple[TextPassage, ...]:
    """The passages of pandoc's JSON; ``pictures`` are the digests of its pictures by address."""
    reader = _Reader(pictures)
    found: list[TextPassage] = [*_front(document["meta"], reader), *reader.blocks(document["blocks"], ())]
    return tuple(_placed(found))


def _front(meta: Mapping[str, Node], reader: _Reader) -> Iterator[TextPassage]:
    if "title" in meta:
        yield TextPassage(PassageKind.PARAGRAPH, tokens(_inlines(meta["title"])), around=(Around(_TITLE),))
    for name in _FRONT:
        for value in meta[name]["c"] if name in meta and meta[name]["t"] == "MetaList" else [meta.get(name)]:
            row = tokens(_inlines(value))
            if row:
                yield TextPassage(PassageKind.PARAGRAPH, row)
    if "abstract" in meta:
        yield TextPassage(
            PassageKind.HEADING, tokens(_inlines(meta.get("abstract-title"))) or (Token(_ABSTRACT),), level=1
        )
        yield from reader.blocks(_meta_blocks(meta["abstract"]), ())
    words = [plain(_inlines(value)) for value in (meta["keywords"]["c"] if "keywords" in meta else [])]
    if words:
        yield TextPassage(PassageKind.PARAGRAPH, tokens([{"t": "Str", "c": f"Keywords: {'; '.join(words)}"}]))


def _inlines(value: Node | None) -> Inlines:
    if value is None:
        return []
    if value["t"] == "MetaString":
        return [{"t": "Str", "c": value["c"]}]
    if value["t"] == "MetaBlocks":
        return [node for block in value["c"] if block["t"] in ("Para", "Plain") for node in block["c"]]
    return list(value["c"]) if value["t"] == "MetaInlines" else []


def _meta_blocks(value: Node) -> Blocks:
    return list(value["c"]) if value["t"] == "MetaBlocks" else [{"t": "Para", "c": _inlines(value)}]


@dataclass(frozen=True, slots=True)
class _Reader:
    pictures: Mapping[str, str]

    def blocks(self, blocks: Iterable[Node], around: tuple[Around, ...]) -> Iterator[TextPassage]:
        for block in blocks:
            yield from self._block(block["t"], block.get("c"), around)

    def _block(self, kind: str, content: Any, around: tuple[Around, ...]) -> Iterator[TextPassage]:
        if kind in ("Para", "Plain"):
            yield self._paragraph(content, around)
        elif kind == "Header":
            yield TextPassage(PassageKind.HEADING, tokens(content[2]), level=content[0], around=around)
        elif kind == "Table":
            yield from self._table(content, around)
        elif kind == "Div":
            style = dict(content[0][2]).get("custom-style")
            yield from self.blocks(content[1], (*around, Around(style)) if style else around)
        elif kind == "BlockQuote":
            yield from self.blocks(content, (*around, Around("BlockQuote")))
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            for item in items:
                first = True
                for passage in self.blocks(item, (*around, Around(kind))):
                    yield _beginning(passage, len(around)) if first else passage
                    first = False
        elif kind == "DefinitionList":
            for term, definitions in content:
                yield self._paragraph([{"t": "Strong", "c": term}], around)
                for definition in definitions:
                    yield from self.blocks(definition, (*around, Around("BlockQuote")))
        elif kind == "CodeBlock":
            yield self._paragraph([{"t": "Code", "c": content}], around)
        elif kind == "LineBlock":
            yield self._paragraph([n for line in content for n in (*line, {"t": "LineBreak"})][:-1], around)
        elif kind == "Figure":
            yield from self.blocks(content[2], around)
            yield from self.blocks(content[1][1], around)
        elif kind == "HorizontalRule":
            yield TextPassage(PassageKind.RULE, around=around)

    def _paragraph(self, content: list[Node], around: tuple[Around, ...]) -> TextPassage:
        addresses = list(_pictures(content))
        digests = tuple(self.pictures.get(address, address) for address in addresses)
        return TextPassage(PassageKind.PARAGRAPH, tokens(content), around=around, pictures=digests)

    def _table(self, content: Any, around: tuple[Around, ...]) -> Iterator[TextPassage]:
        _, (_, caption), columns, (_, head), bodies, (_, foot) = content
        yield from self.blocks(caption, around)
        rows = [_row(row, True) for row in head]
        for _, _, first, rest in bodies:
            rows += [_row(row, False) for row in (*first, *rest)]
        rows += [_row(row, False) for row in foot]
        yield TextPassage(PassageKind.TABLE, around=around, table=Table(tuple(rows), pretty(columns)))


def _beginning(passage: TextPassage, depth: int) -> TextPassage:
    around = list(passage.around)
    around[depth] = replace(around[depth], begins=True)
    return replace(passage, around=tuple(around))


def _pictures(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if content.get("t") == "Image":
            yield content["c"][2][0]
        content = list(content.values())
    if isinstance(content, list):
        for one in content:
            yield from _pictures(one)


def _row(content: Any, in_head: bool) -> TableRow:
    return TableRow(tuple(TableCell(_cell(cell[4]), pretty(cell[1:4])) for cell in content[1]), in_head)


def _cell(blocks: Blocks) -> tuple[Token, ...]:
    row: list[Token] = []
    for block in blocks:
        row += [_BREAK] if row else []
        row += tokens(block["c"]) if block["t"] in ("Para", "Plain") else [Token(token_text(_flat(block)))]
    return tuple(row)


def _flat(block: Node) -> Iterator[Token]:
    """The words of a block that seldom stands in a cell, such as a list."""
    for passage in _Reader({}).blocks([block], ()):
        yield from (*passage.row, Token(" "))


def _placed(found: Iterable[TextPassage]) -> Iterator[TextPassage]:
    """Each passage with the heading above it and, beside a caption, with the caption's label."""
    section, everything = "", list(found)
    for index, passage in enumerate(everything):
        if passage.kind is PassageKind.HEADING:
            section = token_text(passage.row)
        above = label_of(everything[index - 1]) if index else ""
        below = label_of(everything[index + 1]) if index + 1 < len(everything) else ""
        label = label_of(passage)
        if passage.kind is PassageKind.TABLE:
            label = above or below
        elif passage.pictures:
            label = below or above
        yield replace(passage, section=section, caption=label)


def label_of(passage: TextPassage) -> str:
    """“Table S1” when the passage is a caption: it begins in bold with a word, a number and a colon."""
    bold = []
    for token in passage.row:
        if "Strong" not in token.forms:
            break
        bold.append(token)
    text = token_text(bold).strip()
    if passage.kind is not PassageKind.PARAGRAPH or not text.endswith((":", ".")):
        return ""
    label = text[:-1].strip()
    return label if any(character.isdigit() for character in label) else ""
