"""What a claim is, and the list of all of them in the order in which they are printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from analysis.results.tree import Review

Condition = Callable[[Review], bool]


class ClaimFails(ValueError):
    """A phrase in a document says what the results no longer support."""


#: what a condition runs into where the results hold nothing of the kind that it asks for
NOT_THERE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Claim:
    """``says`` is the claim in plain words; ``holds`` decides it from the results.

    ``other_side_of`` names the claim that a document makes as long as this one does not hold.
    """

    says: str
    holds: Condition
    other_side_of: str = ""

    def fault(self, review: Review) -> str:
        """Why the claim does not stand on these results: "" if it does.

        A condition that asks for what is not there cannot be decided, which is a fault with its reason.
        """
        try:
            return "" if self.holds(review) else f"no longer holds ({self.says})"
        except NOT_THERE as error:
            missing = isinstance(error, KeyError) and str(error).startswith(("'", '"'))
            reason = f"the results have no {error}" if missing else str(error)
            return f"cannot be decided ({self.says}): {reason}"


#: the name that a document calls it by → the claim
CLAIMS: dict[str, Claim] = {}


def claim(says: str, otherwise: str = "", instead_of: str = "") -> Callable[[Condition], Condition]:
    """Make a condition a claim. ``pain-direction`` is the name of the function ``pain_direction``.

    With ``otherwise`` its opposite becomes a claim too, called ``not-pain-direction``, which says that. A claim
    that is one of several other sides of another one is made ``instead_of`` that.
    """

    def enter(condition: Condition) -> Condition:
        name = condition.__name__.replace("_", "-")
        add(name, Claim(says, condition, instead_of))
        if otherwise:
            add(f"not-{name}", Claim(otherwise, opposite(condition), name))
        return condition

    return enter


def add(name: str, made: Claim) -> None:
    if name in CLAIMS:
        raise ValueError(f"two claims are called {name!r}")
    CLAIMS[name] = made


def opposite(condition: Condition) -> Condition:
    """The condition that holds where this one can be decided and does not hold."""

    @wraps(condition)
    def negated(review: Review) -> bool:
        return not condition(review)

    return negated
