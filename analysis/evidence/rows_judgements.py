"""The kinds of row in data/ that are this review's own work: certainty ratings, search strategies, reporting items.

Facts about trials: analysis/evidence/rows.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CertaintyRating:
    """Our rating of one domain of GRADE for one outcome, or overall; `keys` are the results that it rests on."""

    row_id: str
    outcome: str
    domain: str
    rating: str
    levels: int | None
    reason: str
    keys: str
    decided_on: date
    decided_by: str


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """One line of a search strategy that was written and not run."""

    row_id: str
    database: str
    platform: str
    line: int
    concept: str
    query: str
    filter: str
    status: str
    written_on: date


@dataclass(frozen=True, slots=True)
class ReportingItem:
    """One item of a reporting guideline: where it is reported, and whether it is met."""

    row_id: str
    checklist: str
    item: str
    topic: str
    reported: str
    status: str
    note: str
    judged_on: date
    judged_by: str
