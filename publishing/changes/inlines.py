"""Text of a pandoc document as a row of tokens that can be compared, and back.

A token is a word, a numeral, a mark of punctuation, a blank, a printed number as a whole, or a formula. Two are equal
when a reader sees the same: the words and their form, not where a link leads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from publishing.formats.pandoc import Node
from publishing.verify.contract import CLAIM_TAG

Inlines = list[Node]

_FORMS = ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps")
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}
_CODE = "Code"
#: numerals with their separators, words with hyphens inside, single characters
_PIECE = re.compile(r"\d+(?:[.,\u00a0]\d+)*|[^\W\d_]+(?:[-’'][^\W\d_]+)*|.", re.DOTALL)
#: a printed number is one token; a printed sentence is compared word by word
_LONGEST_NUMBER = 40
_BLANK, _BREAK = " ", "\n"


@dataclass(frozen=True, slots=True)
class Token:
    """``forms`` are the kinds of type it is set in; ``printed`` the numbers that begin with it.

    Of a printed number it says the key, or ``claim:<name>``, and the whole text.
    """

    text: str
    forms: tuple[str, ...] = ()
    link: str = ""
    formula: str = ""
    printed: tuple[tuple[str, str], ...] = ()

    @property
    def seen(self) -> tuple[str, tuple[str, ...], str]:
        """What a reader sees of it."""
        return self.text, self.forms, self.formula

    @property
    def is_word(self) -> bool:
        return bool(self.formula) or any(character.isalnum() for character in self.text)


def tokens(inlines: Iterable[Node]) -> tuple[Token, ...]:
    """The tokens of pandoc's inline elements; pictures are told by their alternative text, notes by theirs."""
    return tuple(_tokens(inlines, Token("")))


def _tokens(inlines: Iterable[Node], around: Token) -> Iterator[Token]:
    for node in inlines:
        yield from _of_node(node["t"], node.get("c"), around)


def _of_node(kind: str, content: Any, around: Token) -> Iterator[Token]:
    if kind == "Str":
        for piece in _PIECE.findall(content):
            yield replace(around, text=piece)
    elif kind in ("Space", "SoftBreak"):
        yield replace(around, text=_BLANK)
    elif kind == "LineBreak":
        yield replace(around, text=_BREAK)
    elif kind in _FORMS:
        yield from _tokens(content, replace(around, forms=(*around.forms, kind)))
    elif kind == "Code":
        for index, line in enumerate(content[1].split("\n")):
            if index:
                yield replace(around, text=_BREAK)
            yield replace(around, text=line, forms=(*around.forms, _CODE))
    elif kind == "Quoted":
        opening, closing = _QUOTES[content[0]["t"]]
        yield replace(around, text=opening)
        yield from _tokens(content[1], around)
        yield replace(around, text=closing)
    elif kind == "Math":
        yield replace(around, text=content[1].strip(), formula=content[0]["t"])
    elif kind == "Cite":
        yield from _tokens(content[1], around)
    elif kind == "Link":
        target = content[2][0]
        # places of the documents are no places of the page that shows the changes
        yield from _tokens(content[1], replace(around, link=target) if "://" in target else around)
    elif kind == "Span":
        yield from _of_span(content, around)
    elif kind == "Image":
        yield from _of_picture(content[1], around)
    elif kind == "Note":
        yield replace(around, text=" [")
        for index, block in enumerate(content):
            if index:
                yield replace(around, text=_BLANK)
            yield from _tokens(block["c"] if block["t"] in ("Para", "Plain") else [], around)
        yield replace(around, text="]")


def _of_span(content: Any, around: Token) -> Iterator[Token]:
    key, text = printed_key(content[0]), plain(content[1])
    if not key or not text:
        yield from _tokens(content[1], around)
        return
    if len(text) <= _LONGEST_NUMBER and all(child["t"] in ("Str", "Space") for child in content[1]):
        yield replace(around, text=text, printed=((key, text),))
        return
    first, *rest = _tokens(content[1], around)
    yield replace(first, printed=((key, text), *first.printed))
    yield from rest


def _of_picture(alternative: Inlines, around: Token) -> Iterator[Token]:
    around = replace(around, forms=(*around.forms, "Emph"))
    yield replace(around, text="[Picture")
    yield replace(around, text=":" if alternative else "")
    for node in alternative:
        for index, word in enumerate(plain([node]).split(" ")):
            if index or node is alternative[0]:
                yield replace(around, text=_BLANK)
            for piece in _PIECE.findall(word):
                yield replace(around, text=piece)
    yield replace(around, text="]")


def printed_key(attributes: Any) -> str:
    """The key that an element prints, ``claim:<name>`` for a claim, "" for neither."""
    named: dict[str, str] = dict(attributes[2])
    claim = named.get("data-claim")
    return CLAIM_TAG + claim if claim else named.get("data-key", "")


def plain(inlines: Iterable[Node]) -> str:
    """The words of inline elements, without their form."""
    return "".join(token.text for token in _tokens(inlines, Token("")))


def token_text(row: Iterable[Token]) -> str:
    return "".join(token.text for token in row)


def inlines(row: Sequence[Token], mark: Callable[[Inlines], Inlines] | None = None) -> Inlines:
    """Pandoc's elements for tokens; ``mark`` is put around the innermost, so that links and forms stay whole."""
    written: Inlines = []
    for (forms, link, formula), group in groupby(row, lambda token: (token.forms, token.link, token.formula)):
        run = list(group)
        content = [_formula(token) for token in run] if formula else _words(token_text(run), _CODE in forms)
        if mark is not None:
            content = mark(content)
        for form in reversed([form for form in forms if form != _CODE]):
            content = [{"t": form, "c": content}]
        if link:
            content = [{"t": "Link", "c": [["", [], []], content, [link, ""]]}]
        written += content
    return written


def _formula(token: Token) -> Node:
    return {"t": "Math", "c": [{"t": token.formula}, token.text]}


def _words(text: str, is_code: bool) -> Inlines:
    written: Inlines = []
    for piece in re.findall(r"[ \n]|[^ \n]+", text) if not is_code else re.findall(r"\n|[^\n]+", text):
        if piece == _BREAK:
            written.append({"t": "LineBreak"})
        elif piece == _BLANK and not is_code:
            written.append({"t": "Space"})
        elif is_code:
            written.append({"t": _CODE, "c": [["", [], []], piece]})
        else:
            written.append({"t": "Str", "c": piece})
    return written


def pretty(node: Any) -> str:
    """A stable text of any element, for comparing what is kept as it is."""
    return json.dumps(node, sort_keys=True, ensure_ascii=False)
