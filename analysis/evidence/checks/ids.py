"""Row ids against the cells that they repeat: a cell that changed alone contradicts the name of its row.

Nothing is asked where a table's ids follow no custom; what is one is read off its other rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.rows import Row, Tables
from analysis.evidence.rows_question import ARMS

#: columns whose value an id may spell
SPELT = (
    "trial", "outcome", "analysis", "biomarker", "characteristic", "quantity", "domain", "citation", "database",
    "checklist", "item",
)  # fmt: skip
#: in so many other rows the custom must hold, and never fail, to speak against a cell
TELLING = 3
LONGEST = 8
#: how often more rows keep a custom than break it
MANY = 5
DAY = re.compile(r"d(\d+)")
REMEDY = "see which of the two is right; an id does not change once it is published"


@lru_cache(maxsize=1 << 14)
def parts_of(row_id: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[^a-z0-9]+", row_id.casefold()) if part)


@lru_cache(maxsize=1 << 14)
def spelt_in(row_id: str) -> frozenset[str]:
    """All words that neighbouring parts of an id make, written together."""
    parts = parts_of(row_id)
    return frozenset(
        "".join(parts[at:end]) for at in range(len(parts)) for end in range(at + 1, min(at + LONGEST, len(parts)) + 1)
    )


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", "", letters)


def ids(tables: Tables) -> Examined:
    """The id of a row names no other trial, outcome, arm or day than its cells."""
    for rows in tables.tables().values():
        if not rows or "row_id" not in rows[0].__dataclass_fields__:
            continue
        found: dict[int, list[Finding]] = defaultdict(list)
        for column in SPELT:
            if column in rows[0].__dataclass_fields__:
                _spelt(rows, column, found)
        if "arm" in rows[0].__dataclass_fields__:
            _arms(rows, found)
        if "timepoint_days" in rows[0].__dataclass_fields__:
            _days(rows, found)
        yield from (found[number] for number in range(len(rows)))


def _spelt(rows: Sequence[Row], column: str, found: dict[int, list[Finding]]) -> None:
    values = {value: plain(value) for row in rows if (value := str(getattr(row, column)))}
    own = [values.get(str(getattr(row, column)), "") in spelt_in(row.row_id) for row in rows]
    sure = Counter(getattr(row, column) for row, spells in zip(rows, own, strict=True) if spells)
    if sum(sure.values()) < TELLING:
        return
    for number, row in enumerate(rows):
        if own[number] or not getattr(row, column):
            continue
        spelt = spelt_in(row.row_id)
        told = [
            value
            for value, letters in values.items()
            if sure[value] and letters in spelt and letters not in values[getattr(row, column)]
        ]
        if told:
            most = max(told, key=len)
            found[number].append(Finding(row, column, f"is not the {most} that the row's id names", REMEDY))


def _arms(rows: Sequence[Row], found: dict[int, list[Finding]]) -> None:
    """A last part of an id that goes with one arm in nearly all rows."""
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for part in parts_of(row.row_id)[-2:]:
            beside[part][row.arm] += 1  # type: ignore[union-attr]
    for number, row in enumerate(rows):
        arm: str = row.arm  # type: ignore[union-attr]
        for part in parts_of(row.row_id)[-2:]:
            usual, times = beside[part].most_common(1)[0]
            if usual != arm and arm in ARMS and times >= max(TELLING, MANY * (beside[part].total() - times)):
                problem = f"does not go with the {part!r} of the row's id, which is that of {usual} elsewhere"
                found[number].append(Finding(row, "arm", problem, REMEDY))
                break


def _days(rows: Sequence[Row], found: dict[int, list[Finding]]) -> None:
    told = [(row.timepoint_days, _days_named(row.row_id)) for row in rows]  # type: ignore[union-attr]
    if sum(day in named for day, named in told) < TELLING:
        return
    for number, (day, named) in enumerate(told):
        if named and day is not None and day not in named:
            problem = f"is not the day {min(named)} that the row's id names"
            found[number].append(Finding(rows[number], "timepoint_days", problem, REMEDY))


def _days_named(row_id: str) -> frozenset[int]:
    parts = parts_of(row_id)
    return frozenset(
        int(match[1])
        for before, part in zip(("", *parts), parts, strict=False)
        if (match := DAY.fullmatch(part)) and before not in ("after", "before", "until")
    )


CHECKS = (Check("row ids and cells", Kind.ODDITY, "do ids name the trial, outcome, arm and day of their rows?", ids),)
