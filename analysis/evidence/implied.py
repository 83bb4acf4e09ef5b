"""What goes without saying where a review leaves a table away: which result of a trial enters, what a quantity is.

A trial with one usable result on an outcome leaves nothing to choose, and a quantity that bears the name of a
measured outcome measures it. Where a trial gives several results, nothing is implied, and the check of the choices
asks for a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from analysis.evidence.checks.choices import Part, parts, usable
from analysis.evidence.rows import Choice, Tables, Trial
from analysis.evidence.rows_bookkeeping import Scale
from analysis.evidence.rows_question import (
    ARMS,
    BETWEEN_ARMS,
    COUNTED,
    COUNTS,
    DIRECTION_ONLY,
    FINAL,
    PRINTED,
    AskedOutcome,
)

#: the day of a decision that nobody had to take
NOBODY = date.min
REASON = "the only result of the trial"


def with_implied(tables: Tables, declared: frozenset[str]) -> Tables:
    """The tables with the rows that are implied for those that are not ``declared``."""
    if "scales" not in declared:
        tables = replace(tables, scales=tuple(scales(tables)))
    if "choices" not in declared:
        tables = replace(tables, choices=tuple(choices(tables)))
    return tables


def scales(tables: Tables) -> Iterator[Scale]:
    """One scale a quantity, in the unit that it was read in; it measures the outcome whose name it bears."""
    outcomes = {asked.name: asked for asked in tables.outcomes}
    read = [(part.quantity, part.unit) for part in parts(tables).values()]
    read += [(row.characteristic, row.unit) for row in tables.baseline if row.value is not None]
    for quantity, unit in dict(reversed(read)).items():
        asked = outcomes.get(quantity)
        yield Scale(
            row_id=f"implied-scale-{quantity.replace(' ', '-')}",
            quantity=quantity,
            unit=unit,
            kind="value",
            measures=asked.name if asked else "",
            factor=1.0 if asked and asked.unit == unit else None,
            whole_numbers=False,
            least=None,
            greatest=None,
            note="",
        )


def choices(tables: Tables) -> Iterator[Choice]:
    """For each eligible trial and outcome its one usable result, or that it is listed without any."""
    for asked in tables.outcomes:
        if asked.kind == DIRECTION_ONLY:
            continue
        for trial in tables.trials:
            if trial.eligibility != "eligible":
                continue
            found = counted(tables, trial, asked) if asked.kind == COUNTED else measured(tables, trial, asked)
            if len(found) == 1:
                yield choice(trial, asked, *found[0])
            elif not found and asked.kind == COUNTED:
                yield choice(trial, asked, "", "")


def choice(trial: Trial, asked: AskedOutcome, rows: str, enters_as: str) -> Choice:
    return Choice(
        row_id=f"implied-choice-{asked.key}-{trial.row_id}",
        analysis=asked.name,
        trial=trial.row_id,
        rows=rows,
        role="primary" if rows else "listed",
        enters_as=enters_as,
        label=trial.label,
        reason=REASON if rows else "",
        decided_on=NOBODY,
        decided_by="",
    )


def counted(tables: Tables, trial: Trial, asked: AskedOutcome) -> list[tuple[str, str]]:
    """(row, way) of each usable result: counts of both arms, or without any a printed ratio of the measure asked."""
    rows = [row for row in tables.counts if row.trial == trial.row_id and row.outcome == asked.name]
    complete = [(row.row_id, COUNTS) for row in rows if usable(row, asked)]
    return complete or [
        (row.row_id, PRINTED)
        for row in rows
        if row.printed_measure == asked.measure
        and None not in (row.printed_estimate, row.printed_low, row.printed_high)
    ]


def measured(tables: Tables, trial: Trial, asked: AskedOutcome) -> list[tuple[str, str]]:
    """(rows, way) of each day with both arms or their difference; of several days in a window that nearest to its
    target."""
    by_day: dict[int | None, list[Part]] = {}
    for part in parts(tables).values():
        if part.trial == trial.row_id and part.quantity == asked.name and asked.in_window(part.day):
            by_day.setdefault(part.day, []).append(part)
    whole = {day: " ".join(found) for day, read in by_day.items() if (found := together(read))}
    nearest = asked.nearest([day for day in whole if day is not None])
    days = [nearest] if nearest is not None else list(whole)
    return [(whole[day], FINAL) for day in days]


def together(read: list[Part]) -> list[str]:
    """The rows of one day that make a result: both arms once, or their difference; none where they make several."""
    arms = sorted(part.arm for part in read)
    return [part.row_id for part in read] if arms in (sorted(ARMS), [BETWEEN_ARMS]) else []
