"""What verifying would say of the numerals that documents print from any results: no output has to be rendered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.proof.document_code import Piece, pieces
from analysis.proof.dry_run import stand_ins
from analysis.results.tree import Review
from publishing.verify.numerals import glued_signs, read_allowed, without_key
from publishing.verify.passages import Kind, Passage, Place, Run

ROOT = Path(__file__).resolve().parents[1]
#: what the publisher reads as keyed, as guarded, and as structure
SPAN = re.compile(r'\[(?P<text>(?:\\.|`[^`]*`|[^\[\]\\`])*)\]\{data-(?P<kind>key|claim)="[^"]*"\}')
STRUCTURE = re.compile(r"\[?@[\w:.-]*\w\]?|\$[^$]*\$|\(https?://[^)]*\)|https?://\S+|\\begin.*", re.S)
ESCAPED = re.compile(r"\\(.)")
#: tables whose numerals are examples and thresholds, as the list of numerals says, and panels, which hold no prose
OF_EXAMPLES = ("proof.printing_rules", "proof.claims", "what_if.panel")


def unkeyed(review: Review, document: str) -> list[tuple[int, str, str]]:
    """(line, numeral, words around it) of everything the document's code prints from these results without a key."""
    source = (ROOT / document).read_text(encoding="utf-8")
    allowed = read_allowed(ROOT / "publishing" / "allowed_numerals.yml")
    found = []
    for piece, value in values(review, source):
        if not hasattr(value, "_repr_markdown_"):
            continue
        place = Place.CELL if piece.is_cell else Place.PROSE
        passage = Passage(place, "", tuple(runs(value._repr_markdown_())))
        numerals = [*without_key(document.removesuffix(".qmd"), passage, allowed), *glued_signs(passage)]
        found += [(piece.line, numeral.text, numeral.context) for numeral in numerals]
    return found


def values(review: Review, source: str) -> Iterator[tuple[Piece, Any]]:
    """Each piece of code with its value, a cell's being that of its last statement; nothing is drawn.

    Figures refuse a numeral without a key as they are drawn; their alternative texts are expressions of their own.
    """
    names: dict[str, Any] = {}
    ours = stand_ins(review)
    for piece in pieces(source):
        *first, last = ast.parse(piece.code.strip()).body
        for statement in first:
            exec(compile(ast.Module([statement], []), "cell", "exec"), names)
            names.update({name: ours[name] for name in names.keys() & ours.keys()})
        if isinstance(last, ast.Expr) and piece.is_cell and skipped(piece, last.value, names):
            continue
        if isinstance(last, ast.Expr):
            yield piece, eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), names)


def skipped(piece: Piece, last: ast.expr, names: Mapping[str, Any]) -> bool:
    """Whether a cell draws a figure, or is one of those that hold no prose of results."""
    module = names.get(ast.unparse(last).partition(".")[0])
    return getattr(module, "__name__", "").startswith("analysis.figures") or any(
        name in piece.code for name in OF_EXAMPLES
    )


def runs(markdown: str) -> Iterator[Run]:
    done = 0
    for span in SPAN.finditer(markdown):
        yield from plain(markdown[done : span.start()])
        text = ESCAPED.sub(r"\1", span["text"])
        yield Run(text, key="keyed") if span["kind"] == "key" else Run(text, claim="claim")
        done = span.end()
    yield from plain(markdown[done:])


def plain(text: str) -> Iterator[Run]:
    done = 0
    for part in STRUCTURE.finditer(text):
        yield Run(ESCAPED.sub(r"\1", text[done : part.start()]))
        yield Run(part[0], kind=Kind.REFERENCE)
        done = part.end()
    yield Run(ESCAPED.sub(r"\1", text[done:]))
