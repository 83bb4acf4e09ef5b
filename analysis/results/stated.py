"""Claims that are rows of data/conditions.csv: a result compared with a value, without any code of the review."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from analysis.evidence.load import Evidence
from analysis.evidence.rows_question import StatedCondition
from analysis.printing import keys
from analysis.results.claims import CLAIMS, Claim
from analysis.results.tree import Review


def rounds_to(found: float, value: str) -> bool:
    """Whether a number is within half a unit of the last digit of a printed one."""
    printed = Decimal(value)
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int), value
    return abs(Decimal(repr(float(found))) - printed) <= Decimal(1).scaleb(exponent) / 2


RELATIONS: dict[str, Callable[[float, str], bool]] = {
    "below": lambda found, value: found < float(value),
    "above": lambda found, value: found > float(value),
    "rounds to": rounds_to,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """The condition of one row: the value at ``key`` is ``relation`` the value."""

    key: str
    relation: str
    value: str

    def __call__(self, review: Review) -> bool:
        return RELATIONS[self.relation](keys.find(review, self.key).value, self.value)

    def __str__(self) -> str:
        return f"{self.key} {'is ' if self.relation != 'rounds to' else ''}{self.relation} {self.value}"


def make_known(evidence: Evidence) -> None:
    """Enter the conditions of the evidence among the claims. Raises ValueError for a name that code has taken."""
    for name, claim in tuple(CLAIMS.items()):
        if isinstance(claim.holds, Compared):  # of the evidence that was read before
            del CLAIMS[name]
    for row in evidence.conditions:
        if row.name in CLAIMS:
            raise ValueError(
                f"data/conditions.csv, row {row.row_id}, column name: {row.name!r} is a claim of the review's code. "
                "Remedy: give it another name"
            )
        CLAIMS[row.name] = made(row)


def made(row: StatedCondition) -> Claim:
    return Claim(row.says, Compared(row.key, row.relation, row.value))
