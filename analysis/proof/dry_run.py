"""What the documents say and the present results do not bear, found in seconds and without rendering.

All code of a document runs, as it would for a render, against results that are computed once. What stops a render at
its first failure is gathered instead: claims that fail or cannot be decided, and expressions and cells that ask for
a key, a table or a sentence that is not there now.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import shorten
from traceback import extract_tb
from typing import Any

from analysis.printing.keys import find
from analysis.printing.numbers import unrounded
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.proof.document_code import Piece, pieces, sentence_at
from analysis.proof.predicates import predicate
from analysis.proof.told import numbers_read
from analysis.results.claim_printing import CLAIMS, Made, Side, fault, made, parts_of, standing
from analysis.results.tree import Review

#: stands in a sentence for an expression that prints no text
UNSAID = "…"
#: so many numbers of a condition are shown
SHOWN = 12
#: and so many letters of a piece of code
CODE_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that cannot be printed now: ``what`` is wrong with it, with further ``details``, each its name."""

    document: str
    line: int
    what: str
    details: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.document}, line {self.line}: {self.what}"]
        return "\n".join([*lines, *(f"  {name + ':':<11}{text}" for name, text in self.details)])


@dataclass(frozen=True, slots=True)
class DryRun:
    """One document: how many claims and how many pieces of code it has, and what is unsupported among them."""

    claims: int
    pieces: int
    unsupported: tuple[Unsupported, ...]


def dry_run(review: Review, path: Path) -> DryRun:
    """Run the code of the document at ``path`` against the results. Raises OSError if it cannot be read."""
    source = path.read_text(encoding="utf-8")
    said: dict[int, str] = {}
    faults = list(run(review, path.name, source, said))
    claims = list(made(source))

    def text_of(piece: Piece) -> str:
        return said.get(piece.start, UNSAID)

    for claim, place in zip(claims, places(source, claims), strict=True):
        what = fault(review, claim.sides)
        if what:
            details = [("sentence", sentence_at(source, place, text_of))]
            for name, _ in claim.sides:
                if name in CLAIMS:
                    details += [("condition", predicate(CLAIMS[name].holds)), ("numbers", numbers(review, name))]
            faults.append(Unsupported(path.name, claim.line, what, tuple(one for one in details if one[1])))
    ordered = tuple(sorted(faults, key=lambda fault: fault.line))
    return DryRun(len(claims), len(list(pieces(source))), ordered)


def places(source: str, claims: list[Made]) -> Iterator[int]:
    """Where each claim stands in the source, for claims in the order in which they are made."""
    place = -1
    for claim in claims:
        place = source.index(claim.sides[0][0], place + 1)
        yield place


def numbers(review: Review, name: str) -> str:
    """The numbers that the condition of a claim reads, with their keys."""
    keys = numbers_read(CLAIMS[name].holds, review)
    shown = [f"{key} = {unrounded(find(review, key).value)}" for key in keys[:SHOWN]]
    return ", ".join(shown) + (f", and {len(keys) - SHOWN} more" if len(keys) > SHOWN else "")


def run(review: Review, document: str, source: str, said: dict[int, str]) -> Iterator[Unsupported]:
    """Run every piece of code; what each expression prints goes into ``said``, at its place, as plain text."""
    names: dict[str, Any] = {}
    ours = stand_ins(review)
    for piece in pieces(source):
        file = f"<{document}, line {piece.line}>"
        for step in steps(piece, file):
            try:
                said[piece.start] = plain(step(names))
            except Exception as error:  # whatever a document's code may raise is what a render would stop at
                lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
                line = piece.line + ((lines[-1] or 1) - 1 if lines else 0)
                yield Unsupported(document, line, *worded(piece, error))
            # What an import brings is replaced at once, before anything is made with it.
            names.update({name: ours[name] for name in names.keys() & ours.keys()})
        close_figures()


def worded(piece: Piece, error: Exception) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What is wrong with a piece of code, and the code itself in one line."""
    kind = "the cell" if piece.is_cell else "the expression"
    code = " ".join(line for line in piece.code.split("\n") if not line.startswith("#|")).strip()
    return f"{kind} cannot be printed: {type(error).__name__}: {error}", (("code", shorten(code, CODE_SHOWN)),)


def steps(piece: Piece, file: str) -> Iterator[Callable[[dict[str, Any]], object]]:
    """What to run, one by one: the expression, or each statement of the cell, so that one failure hides no other."""
    if not piece.is_cell:
        yield partial(evaluated, piece.code.strip(), file)
        return
    try:
        statements = ast.parse(piece.code, file).body
    except SyntaxError as error:
        yield partial(refused, error)
        return
    for statement in statements:
        yield partial(exec, compile(ast.Module([statement], []), file, "exec"))


def evaluated(code: str, file: str, names: dict[str, Any]) -> object:
    return eval(compile(code, file, "eval"), names)


def refused(error: SyntaxError, names: dict[str, Any]) -> object:
    raise error


def stand_ins(review: Review) -> dict[str, Callable[..., Any]]:
    """What takes the place of what documents import: the results at hand, a printer without a log, unasked claims."""
    return {
        "build": lambda *_: review,
        "results": lambda *_: review,
        "Printer": lambda tree, document="": Printer(tree),
        "Claims": lambda *_: Unasked(review),
    }


@dataclass(frozen=True, slots=True)
class Unasked:
    """Prints the phrases of claims without asking whether they hold; of sides the one that does, or the first."""

    review: Review

    def __call__(self, name: str, words: str) -> Phrase:
        return Phrase((words,))

    def either(self, *sides: Side) -> Phrase:
        before, marked, after = parts_of((standing(self.review, sides) or sides[0])[1])
        printer = Printer(self.review)
        return phrase(printer.say(before), marked, printer.say(after))


def plain(value: object) -> str:
    """What an expression prints, without the marks of its keys."""
    return value.text if isinstance(value, Printed | Phrase) else str(value)


def close_figures() -> None:
    """Let go of the figures that a cell drew, if it drew any."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
