"""The kinds of row in data/ that say what this review asks: its outcomes, what points to them, its words in print.

Facts about trials: analysis/evidence/rows.py, which offers these types too.
"""

from __future__ import annotations

from dataclasses import dataclass

COUNTED, DIRECTION_ONLY = "counted", "direction only"
#: how tables code the arms, and what is compared between them
ARMS = ("treatment", "control")
BETWEEN_ARMS = "treatment minus control"


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """An outcome of the review: ``key`` in the tree of results, ``name`` in the other tables, its words in print."""

    row_id: str
    key: str
    name: str
    in_print: str
    head: str
    in_findings: str
    events: str
    kind: str
    role: str
    better: str
    judged_as: str
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantity whose direction says something of an outcome; ``better`` is the value better for the patient."""

    row_id: str
    outcome: str
    quantity: str
    better: str
    combined: bool

    @property
    def sign(self) -> int:
        """1 where a higher value is better, −1 where a lower one is."""
        return 1 if self.better == "higher" else -1


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """What the review calls a thing that every review has."""

    row_id: str
    name: str
    words: str
    note: str
