"""Interpretive phrases, each bound to a predicate on the results.

A document writes ``claim("pain-direction", "favoured treatment")``: the phrase is printed only while the
predicate holds. Data that make it false stop the render with the claim's name, so prose cannot outlive its numbers.
``Claims(result, "manuscript")`` reads the document first and stops with every claim in it that fails, not with the
first one that is met.

``claim.either(("pain-direction", "favoured it"), ("pain-direction-control", "favoured placebo"))`` offers the
sides between which data may move without an author: the first that holds is printed, and none stops as before.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from analysis.printing.contract import CLAIM, KEEP_GOING
from analysis.printing.printer import NO_TEXT, Phrase, Printer, escaped
from analysis.results.claims import CLAIMS, ClaimFails
from analysis.results.tree import Review

__all__ = [
    "CLAIMS",
    "ClaimFails",
    "Claims",
    "Guarded",
    "Made",
    "Side",
    "UnknownClaim",
    "fault",
    "made",
    "parts_of",
    "standing",
]

#: a claim as a document makes it, ``claim("name", "phrase")``, or with sides, each of them in brackets of its own
TEXT = r"""(?:"[^"]*"|'[^']*')"""
MADE = re.compile(rf"""\bclaim(?:\.either)?\((?P<said>(?:[^()"']|{TEXT}|\((?:[^()"']|{TEXT})*\))*)\)""")
REMEDY = "Remedy: rewrite the sentence for the present results, or correct the data"

#: a claim's name, and the phrase or sentence that it is made with
Side = tuple[str, str]
NOTHING = Phrase(())


class Made(NamedTuple):
    """A claim in the source of a document: its sides, each a name and a phrase, and the line on which it begins."""

    sides: tuple[Side, ...]
    line: int


class UnknownClaim(KeyError):
    """A phrase is bound to a claim that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Guarded:
    """A phrase whose claim held when it was printed, with the rest of its sentence ``before`` and ``after`` it.

    Nothing is printed for a claim whose side has no phrase.
    """

    phrase: str
    claim: str
    before: Phrase = NOTHING
    after: Phrase = NOTHING

    def __str__(self) -> str:
        if not self.phrase:
            return ""
        return f'{self.before}[{escaped(self.phrase)}]{{{CLAIM}="{self.claim}"}}{self.after}'

    def _repr_markdown_(self) -> str:
        return str(self) or NO_TEXT


def made(source: str) -> Iterator[Made]:
    """Every claim that a document makes, in its order."""
    for found in MADE.finditer(source):
        try:
            said = ast.literal_eval(f"({found['said'].strip().rstrip(',')},)")
        except (SyntaxError, ValueError):
            continue  # what is not made of plain texts is found when it runs
        sides = (said,) if isinstance(said[0], str) else said
        yield Made(tuple((name, phrase) for name, phrase in sides), source.count("\n", 0, found.start()) + 1)


def standing(review: Review, sides: Sequence[Side]) -> Side | None:
    """The first side whose claim holds."""
    return next((side for side in sides if side[0] in CLAIMS and not CLAIMS[side[0]].fault(review)), None)


def fault(review: Review, sides: Sequence[Side]) -> str:
    """What is wrong if no side stands: each by its name with its own reason; "" if one does."""
    if standing(review, sides):
        return ""
    first, *others = (
        f"{name!r} {CLAIMS[name].fault(review) if name in CLAIMS else 'is the name of no claim'}" for name, _ in sides
    )
    return "".join(
        [first, f", so {sides[0][1]!r} cannot stand", *(f", nor does its other side: {one}" for one in others)]
    )


@dataclass(frozen=True)
class Claims:
    """Prints guarded phrases from one tree of results: ``claims(name, phrase)``.

    With the name of a ``document`` all claims in its source, which lies in the folder that it runs in, are decided
    at once. Raises ``ClaimFails`` with the list of those that fail, unless the engine asks to keep going: then each
    fails where it stands.
    """

    review: Review
    document: str = ""
    printer: Printer | None = None

    def __post_init__(self) -> None:
        if self.document and not os.environ.get(KEEP_GOING):
            failing = list(self.failing())
            if failing:
                number = "one claim does" if len(failing) == 1 else f"{len(failing)} claims do"
                raise ClaimFails(f"{number} not stand on the present results:\n" + "\n".join(failing) + f"\n{REMEDY}")

    def failing(self) -> Iterator[str]:
        """A line for each claim of the document that fails: where, its name, its phrase, and what is wrong."""
        path = Path(f"{self.document}.qmd")
        for one in made(path.read_text(encoding="utf-8")):
            wrong = fault(self.review, one.sides)
            if wrong:
                yield f"- {path.name}, line {one.line}: {wrong}"

    def __call__(self, name: str, phrase: str) -> Guarded:
        """The phrase, if the claim holds. Raises ``UnknownClaim`` or ``ClaimFails``."""
        return self.either((name, phrase))

    def either(self, *sides: Side) -> Guarded:
        """The phrase of the first side, a claim and its phrase, that holds: what the usual moves of data ask for.

        Where numbers stand beside the phrase, a side is a template of ``Printer.say`` with the phrase in brackets;
        it is filled only if it is printed. Raises ``UnknownClaim``, or ``ClaimFails`` if no side holds.
        """
        for name, _ in sides:
            if name not in CLAIMS:
                raise UnknownClaim(f"no claim is called {name!r}; known: {', '.join(sorted(CLAIMS))}")
        stands = standing(self.review, sides)
        if stands is None:
            raise ClaimFails(f"the claim {fault(self.review, sides)}. {REMEDY}")
        name, said = stands
        before, marked, after = parts_of(said)
        printer = self.printer or Printer(self.review)
        return Guarded(marked, name, printer.say(before), printer.say(after))


def parts_of(said: str) -> tuple[str, str, str]:
    """A phrase, or a sentence around the phrase, which is in brackets: ``It [grew] to {key}`` → before, it, after.

    Raises ValueError for a sentence with numbers that does not say which of its words the claim is about.
    """
    before, bracket, rest = said.partition("[")
    marked, closed, after = rest.partition("]")
    if bracket and closed:
        return before, marked, after
    if "{" in said:
        raise ValueError(f"{said!r} has numbers in it. Remedy: put brackets around the words that the claim is about")
    return "", said, ""
