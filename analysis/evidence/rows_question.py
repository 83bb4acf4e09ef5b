"""The kinds of row in data/ that say what this review asks: its outcomes, what points to them, its words in print.

Facts about trials: analysis/evidence/rows.py, which offers these types too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

COUNTED, MEASURED, DIRECTION_ONLY = "counted", "measured", "direction only"
#: what a choice takes from its rows
COUNTS, PRINTED = "counts", "printed effect"
FINAL, CHANGE, COMPUTED_CHANGE = "final values", "changes", "computed changes"
WAYS = (COUNTS, PRINTED, FINAL, CHANGE, COMPUTED_CHANGE)
#: how tables code the arms, and what is compared between them
ARMS = ("treatment", "control")
BETWEEN_ARMS, RATIO_OF_ARMS = "treatment minus control", "treatment over control"
COMPARISONS = (BETWEEN_ARMS, RATIO_OF_ARMS)
#: kinds of characteristic by which effects may differ, and the arm of baseline.csv that holds its value for a trial
NUMBER, GROUP = "number", "group"
BOTH_ARMS = "both"


def key_of_words(words: str) -> str:
    """Words as part of a key: small letters and figures, with underscores for all else; "" where there are none."""
    return re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")


@dataclass(frozen=True, slots=True)
class AskedOutcome:
    """An outcome of the review: ``key`` in the tree of results, ``name`` in the other tables, its words in print.

    Of the days of a time window each may be None: then there is no such bound, or nothing to prefer.
    """

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
    measure: str
    further_measures: str
    unit: str
    correlation: float | None
    from_day: int | None
    to_day: int | None
    target_day: int | None
    minimum_trials: int | None
    important: int | None
    judged_as: str
    note: str

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures, that of the primary analysis first."""
        return (self.measure, *self.further_measures.split())

    def in_window(self, day: int | None) -> bool:
        """Whether a time point lies in the window; an unknown one does where there is no window."""
        if day is None:
            return self.from_day is None and self.to_day is None
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day <= self.to_day)

    def nearest(self, days: Iterable[int]) -> int | None:
        """The day in the window that is nearest to the target, of two equally near ones the later; None without."""
        inside = [day for day in days if self.in_window(day)]
        target = self.target_day
        if not inside or target is None:
            return None
        return min(inside, key=lambda day: (abs(day - target), -day))


@dataclass(frozen=True, slots=True)
class Criterion:
    """What every eligible trial has in a column of trials.csv, by a decision of protocol.csv."""

    row_id: str
    column: str
    value: str
    decision: str


@dataclass(frozen=True, slots=True)
class StatedCondition:
    """A claim that compares one result with a value: ``name`` in the documents, ``says`` in words."""

    row_id: str
    name: str
    says: str
    key: str
    relation: str
    value: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantity whose direction says something of an outcome; ``better`` is the value better for the patient."""

    row_id: str
    outcome: str
    quantity: str
    better: str

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


@dataclass(frozen=True, slots=True)
class Moderator:
    """A characteristic of trials (of baseline.csv, both arms) by which the effects on an outcome may differ.

    ``kind``: a ``number`` enters a regression, a ``group`` divides the trials; ``prespecified``: before the results
    of the trials were known; ``reason``: why effects might differ by it.
    """

    row_id: str
    outcome: str
    characteristic: str
    kind: str
    prespecified: bool
    reason: str
