"""Interpretive phrases, each bound to a predicate on the results.

A document writes ``claim("deaths-direction", "favoured MSC therapy")``: the phrase is printed only while the
predicate holds. Data that make it false stop the render with the claim's name, so prose cannot outlive its numbers.
``Claims(result, "manuscript")`` reads the document first and stops with every claim in it that fails, not with the
first one that is met.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from analysis.printing.contract import CLAIM, KEEP_GOING
from analysis.printing.printer import escaped
from analysis.review.claims import CLAIMS, ClaimFails
from analysis.review.tree import Review

__all__ = ["CLAIMS", "ClaimFails", "Claims", "Guarded", "UnknownClaim", "made"]

#: a claim as a document makes it: its name and its phrase, in quotation marks of either kind
MADE = re.compile(r"""\bclaim\(\s*(["'])(?P<name>[\w-]+)\1\s*,\s*(["'])(?P<phrase>.*?)\3\s*\)""", re.DOTALL)
REMEDY = "Remedy: rewrite the sentence for the present results, or correct the data"


class Made(NamedTuple):
    """A claim in the source of a document, with the line on which it begins."""

    name: str
    phrase: str
    line: int


class UnknownClaim(KeyError):
    """A phrase is bound to a claim that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Guarded:
    """A phrase whose claim held when it was printed."""

    phrase: str
    claim: str

    def __str__(self) -> str:
        return f'[{escaped(self.phrase)}]{{{CLAIM}="{self.claim}"}}'

    def _repr_markdown_(self) -> str:
        return str(self)


def made(source: str) -> Iterator[Made]:
    """Every claim that a document makes, in its order."""
    for found in MADE.finditer(source):
        yield Made(found["name"], found["phrase"], source.count("\n", 0, found.start()) + 1)


@dataclass(frozen=True)
class Claims:
    """Prints guarded phrases from one tree of results: ``claims(name, phrase)``.

    With the name of a ``document`` all claims in its source, which lies in the folder that it runs in, are decided
    at once. Raises ``ClaimFails`` with the list of those that fail, unless the engine asks to keep going: then each
    fails where it stands.
    """

    review: Review
    document: str = ""

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
            known = CLAIMS.get(one.name)
            fault = known.fault(self.review) if known else "is the name of no claim"
            if fault:
                yield f"- {path.name}, line {one.line}: {one.name!r} {fault}, so {one.phrase!r} cannot stand"

    def __call__(self, name: str, phrase: str) -> Guarded:
        """The phrase, if the claim holds. Raises ``UnknownClaim`` or ``ClaimFails``."""
        if name not in CLAIMS:
            raise UnknownClaim(f"no claim is called {name!r}; known: {', '.join(sorted(CLAIMS))}")
        fault = CLAIMS[name].fault(self.review)
        if fault:
            raise ClaimFails(f"the claim {name!r} {fault}, so the phrase {phrase!r} cannot stand. {REMEDY}")
        return Guarded(phrase, name)
