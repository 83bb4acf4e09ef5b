"""Interpretive phrases, each bound to a predicate on the results.

A document writes ``claim("deaths-direction", "favoured MSC therapy")``: the phrase is printed only while the
predicate holds. Data that make it false stop the render with the claim's name, so prose cannot outlive its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.printing.contract import CLAIM
from analysis.printing.printer import escaped
from analysis.review.claims import CLAIMS, ClaimFails
from analysis.review.tree import Review

__all__ = ["CLAIMS", "ClaimFails", "Claims", "Guarded", "UnknownClaim"]


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


@dataclass(frozen=True)
class Claims:
    """Prints guarded phrases from one tree of results: ``claims(name, phrase)``."""

    review: Review

    def __call__(self, name: str, phrase: str) -> Guarded:
        """The phrase, if the claim holds. Raises ``UnknownClaim`` or ``ClaimFails``."""
        if name not in CLAIMS:
            raise UnknownClaim(f"no claim is called {name!r}; known: {', '.join(sorted(CLAIMS))}")
        claim = CLAIMS[name]
        if not claim.holds(self.review):
            raise ClaimFails(
                f"the claim {name!r} no longer holds ({claim.says}), so the phrase {phrase!r} cannot stand. "
                "Remedy: rewrite the sentence for the present results, or correct the data"
            )
        return Guarded(phrase, name)
