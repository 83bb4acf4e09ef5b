"""Numerals in the sentences that a document keeps in its code, one for each state that the results can be in.

Of such sentences an output holds the one that stands today. The others can be read in the source, so what may not be
printed is found before the results ask for it. A text of the code is a sentence if it has a blank in it; what stands
in braces will have a key.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from publishing.project.document import Document, Markdown
from publishing.verify.numerals import Allowed, Numeral, without_key
from publishing.verify.passages import Kind, Passage, Place, Run

#: what stands for a number that has a key when it is printed
_KEYED = "\N{OBJECT REPLACEMENT CHARACTER}"
_FIELD = re.compile(r"\{[^{}]*\}")
#: citations and references, formulas, addresses: numerals in them belong to the structure of a text
_STRUCTURE = re.compile(r"@[\w:.-]*\w|\$[^$]*\$|https?://\S+")
_MARKS = re.compile(r"[*~]")
_PIECES = re.compile(f"({_KEYED}|{_STRUCTURE.pattern})")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the code with the line on which it begins."""

    text: str
    line: int


def sentences(document: Document) -> Iterator[Sentence]:
    """Every sentence in the code of a document, fields and inserted values as ``_KEYED``; nothing is run."""
    for block in document.blocks:
        if isinstance(block, Markdown):
            for inline in block.inlines:
                yield from _in_code(inline.expression, inline.line)
        else:
            yield from _in_code(block.source, block.line)


def unkeyed(document: Document, allowed: Allowed) -> Iterator[tuple[Sentence, Numeral]]:
    """The numerals in its sentences that have no key and are not allowed."""
    for sentence in sentences(document):
        for numeral in without_key(document.name, _passage(sentence.text), allowed):
            yield sentence, numeral


def fault(numeral: Numeral) -> str:
    """What is wrong, in words."""
    context = " ".join(numeral.context.replace(_KEYED, "…").split())
    return f"“{numeral.text}” would be a number without a key (“{context}”)."


def _in_code(code: str, first: int) -> Iterator[Sentence]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return  # found when it runs
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed_over.add(node.value)
        if node in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            passed_over.update(node.values)
            parts = [part.value if isinstance(part, ast.Constant) else _KEYED for part in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        text = _MARKS.sub("", _FIELD.sub(_KEYED, text))
        if re.search(r"\s", text.strip()):
            yield Sentence(text, first + node.lineno - 1)


def _passage(text: str) -> Passage:
    runs = [
        Run(part, key="keyed")
        if part == _KEYED
        else Run(part, kind=Kind.REFERENCE if _STRUCTURE.fullmatch(part) else None)
        for part in _PIECES.split(text)
        if part
    ]
    return Passage(Place.PROSE, "", tuple(runs))
