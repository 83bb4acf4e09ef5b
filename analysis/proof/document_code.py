"""The code in the source of a document, piece by piece, and the printed sentence that a piece stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: a cell between its fences, or an expression within the text, as both engines know them
CODE = re.compile(
    r"^```\{python\}[ \t]*\n(?P<cell>.*?)^```[ \t]*$|(?<!`)`\{python\}[ \t](?P<inline>[^`]+)`", re.S | re.M
)
#: where one sentence ends and the next one begins
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or an expression: its code, the line on which the code begins, and where it stands in the source."""

    code: str
    line: int
    start: int
    end: int
    is_cell: bool


def pieces(source: str) -> Iterator[Piece]:
    """Every piece of code in the order of the document."""
    for found in CODE.finditer(source):
        name = "inline" if found["cell"] is None else "cell"
        line = source.count("\n", 0, found.start(name)) + 1
        yield Piece(found[name], line, found.start(), found.end(), name == "cell")


def sentence_at(source: str, place: int, text_of: Callable[[Piece], str]) -> str:
    """The sentence of the source in which the code at ``place`` stands, with the text of each expression in it.

    "" for code in a cell, which makes no sentence of the source.
    """
    all_pieces = list(pieces(source))
    here = next((one for one in all_pieces if one.start <= place < one.end), None)
    if here is None or here.is_cell:
        return ""
    first = source.rfind("\n\n", 0, here.start) + 2 if "\n\n" in source[: here.start] else 0
    last = source.find("\n\n", here.end)
    paragraph = source[first : last if last >= 0 else len(source)]
    printed, done, middle = "", first, 0
    for piece in all_pieces:
        if first <= piece.start and piece.end <= first + len(paragraph):
            printed += source[done : piece.start]
            middle = len(printed) if piece is here else middle
            printed += text_of(piece)
            done = piece.end
    printed += source[done : first + len(paragraph)]
    begins = max((found.end() for found in BETWEEN_SENTENCES.finditer(printed, 0, middle)), default=0)
    after = BETWEEN_SENTENCES.search(printed, middle)
    return " ".join(printed[begins : after.start() if after else len(printed)].split())
