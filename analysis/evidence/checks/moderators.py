"""Characteristics by which effects may differ, against the outcomes and the characteristics of the trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.evidence.characteristics import of_trials
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Baseline, Tables
from analysis.evidence.rows_question import BOTH_ARMS, DIRECTION_ONLY, GROUP, NUMBER, Moderator, key_of_words


def moderators(tables: Tables) -> Examined:
    """Each is asked once of an outcome that has effects, and has one usable value a trial."""
    with_effects = {asked.key for asked in tables.outcomes if asked.kind != DIRECTION_ONLY}
    asked_before: set[tuple[str, str]] = set()

    def look(moderator: Moderator) -> Iterator[Finding]:
        if moderator.outcome not in with_effects:
            yield Finding(
                moderator, "outcome", "is no outcome that is counted or measured",
                "name the key of one in outcomes.csv",
            )  # fmt: skip
        asked = (moderator.outcome, key_of_words(moderator.characteristic))
        if asked in asked_before:
            yield Finding(
                moderator, "characteristic", f"is asked twice of {moderator.outcome}",
                "keep one of the rows; names that differ in capitals or signs only are one",
            )  # fmt: skip
        asked_before.add(asked)
        found = of_trials(tables.baseline, moderator.characteristic)
        if not found:
            yield Finding(
                moderator, "characteristic", f"is no characteristic in baseline.csv with arm {BOTH_ARMS}",
                "add a row of it there for each trial that gives it",
            )  # fmt: skip
        yield from _twice(moderator, found)
        yield from _numbers(moderator, found) if moderator.kind == NUMBER else _groups(moderator, found)

    return per_row(look, tables.moderators)


def _twice(moderator: Moderator, found: Sequence[Baseline]) -> Iterator[Finding]:
    rows: dict[str, list[str]] = {}
    for row in found:
        rows.setdefault(row.trial, []).append(row.row_id)
    for trial, several in rows.items():
        if len(several) > 1:
            yield Finding(
                moderator, "characteristic", f"has {len(several)} values for {trial}: {', '.join(several)}",
                f"keep one row with arm {BOTH_ARMS} for the trial, or give the others names of their own",
            )  # fmt: skip


def _numbers(moderator: Moderator, found: Sequence[Baseline]) -> Iterator[Finding]:
    for row in found:
        if row.value is None:
            yield Finding(
                moderator, "kind", f"is {NUMBER}, and {row.row_id} of baseline.csv has no number",
                f"give its value, or make the kind {GROUP}",
            )  # fmt: skip
    units = {row.unit: row.row_id for row in found}
    if len(units) > 1:
        named = ", ".join(f"{unit or 'none'} ({row})" for unit, row in units.items())
        yield Finding(moderator, "characteristic", f"has several units: {named}", "convert them to one")


def _groups(moderator: Moderator, found: Sequence[Baseline]) -> Iterator[Finding]:
    spellings: dict[str, dict[str, str]] = {}
    for row in found:
        if not key_of_words(row.value_text):
            yield Finding(
                moderator, "kind", f"is {GROUP}, and {row.row_id} of baseline.csv names none in value_text",
                f"name the trial's group there, or make the kind {NUMBER}",
            )  # fmt: skip
        spellings.setdefault(key_of_words(row.value_text), {})[row.value_text] = row.row_id
    for several in spellings.values():
        if len(several) > 1:
            named = ", ".join(f"{text!r} ({row})" for text, row in several.items())
            yield Finding(moderator, "characteristic", f"has one group in several spellings: {named}", "use one")


CHECKS = (
    Check(
        "moderators", Kind.SLIP, "does each moderator have an outcome with effects, and one fitting value a trial?",
        moderators,
    ),
)  # fmt: skip
