"""Which expression of a document printed what: the keys in the values of its inline expressions and cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publishing.project.document import Cell, Markdown
from publishing.verify.contract import CLAIM_TAG

if TYPE_CHECKING:
    from publishing.project.document import Document, Executed

#: brackets within code are part of the text
_SPAN = re.compile(r"\[((?:\\.|`[^`]*`|[^\[\]\\`])*)\]\{([^{}]*\bdata-(?:key|claim)=[^{}]*)\}")
_IDENTITY = re.compile(r"""\bdata-(key|claim)=(["'])(.*?)\2""")
_ESCAPED = re.compile(r"\\(.)")
MARKDOWN = "text/markdown"


@dataclass(frozen=True, slots=True)
class Printing:
    """One printed text: its key, or ``claim:<name>`` for a guarded phrase."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """An expression of a document with its line, what its value prints, and whether it shows a picture."""

    expression: str
    line: int
    prints: tuple[Printing, ...]
    pictures: int = 0


def sources(executed: Executed) -> tuple[Source, ...]:
    """Every expression that printed or drew something, in the order of the document."""
    return tuple(source for source in _all(executed) if source.prints or source.pictures)


def _all(executed: Executed) -> Iterator[Source]:
    for block, results in zip(executed.document.blocks, executed.results, strict=True):
        if isinstance(block, Markdown):
            for inline, bundle in zip(block.inlines, results, strict=False):
                yield Source(inline.expression, inline.line, _prints(str(bundle.get(MARKDOWN, ""))))
        else:
            expression, line = _last_statement(block)
            shown = [output["data"] for output in results if "data" in output]
            texts = [str(bundle.get(MARKDOWN, "")) for bundle in shown]
            pictures = sum(any(mime.startswith("image/") for mime in bundle) for bundle in shown)
            yield Source(expression, line, tuple(one for text in texts for one in _prints(text)), pictures)


def expressions(document: Document) -> Iterator[tuple[str, int]]:
    """Every expression of a document that could print, with its line; nothing is run."""
    for block in document.blocks:
        if isinstance(block, Markdown):
            yield from ((inline.expression, inline.line) for inline in block.inlines)
        else:
            yield _last_statement(block)


def _prints(markdown: str) -> tuple[Printing, ...]:
    found = []
    for text, attributes in _SPAN.findall(markdown):
        kind, _, name = _IDENTITY.findall(attributes)[0]
        if text.strip():
            found.append(Printing(CLAIM_TAG + name if kind == "claim" else name, _ESCAPED.sub(r"\1", text)))
    return tuple(found)


def _last_statement(cell: Cell) -> tuple[str, int]:
    """The cell's last statement, whose value is shown, and its line."""
    try:
        last = ast.parse(cell.source).body[-1]
    except (SyntaxError, IndexError):
        return cell.code, cell.line
    return ast.unparse(last), cell.line + last.lineno - 1


def assign(printed: Sequence[Printing], waiting: list[Source]) -> list[Source | None]:
    """For each printed text, in the order of an output, the expression it came from.

    An expression's texts stand together. Most expressions follow each other as in the document; a caption, which is
    written below its table and printed above, is found a little further on. None where no expression fits. What is
    assigned is taken out of ``waiting``.
    """
    found: list[Source | None] = []
    position = 0
    while position < len(printed):
        for index, source in enumerate(waiting):
            length = len(source.prints)
            if [one.key for one in printed[position : position + length]] == [one.key for one in source.prints]:
                found += [source] * length
                position += length
                del waiting[index]
                break
        else:
            found.append(None)
            position += 1
    return found
