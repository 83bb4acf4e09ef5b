"""The same thing twice: row ids, facts, and patients that stand under two trials' names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import fields

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.rows import Row, Tables, Trial, id_column
from analysis.evidence.rows_bookkeeping import ReferenceCheck, Seal

# Columns that may differ between two rows that state the same fact.
IDENTITY = {"row_id", "number", "label", "key", "note"}


def row_ids(tables: Tables) -> Examined:
    """Row ids are unique over all tables."""
    home: dict[str, str] = {}
    for table, rows in tables.tables().items():
        for row in rows:
            known = home.setdefault(row.row_id, table)
            yield [] if known == table else [
                Finding(row, id_column(row), f"is already a row of {known}.csv",
                        "row ids are unique over all tables; choose another")
            ]  # fmt: skip


def facts(tables: Tables) -> Examined:
    """No two rows state the same fact."""
    for rows in tables.tables().values():
        # A seal states no fact.
        if not rows or isinstance(rows[0], Seal):
            continue
        columns = [column.name for column in fields(rows[0]) if column.name not in IDENTITY]
        first: dict[tuple[object, ...], int] = {}
        for number, row in enumerate(rows, start=1):
            if getattr(row, "duplicate_of", ""):
                # An export may hold the same record more than once; the copies say what they copy.
                yield []
                continue
            known = first.setdefault(tuple(getattr(row, name) for name in columns), number)
            yield [] if known == number else [
                Finding(row, id_column(row), f"says the same as row {known}",
                        "delete the copy: a fact read twice is one fact")
            ]  # fmt: skip


def cohorts(tables: Tables) -> Examined:
    """No registration, DOI, PubMed number or set of arm sizes and events belongs to two trials."""
    owners: dict[Hashable, Trial] = {}
    trials = {trial.row_id: trial for trial in tables.trials}
    found: dict[str, list[Finding]] = defaultdict(list)

    def claim(key: tuple[object, ...], trial: Trial, row: Row, column: str, what: str) -> None:
        owner = owners.setdefault(key, trial)
        if owner is not trial:
            found[trial.row_id].append(
                Finding(row, column, f"{what} {owner.row_id} too",
                        "if the patients are the same, make it one trial; if not, say so in exceptions.csv")
            )  # fmt: skip

    for trial in tables.trials:
        for number in filter(None, trial.registry_id.split("; ")):
            claim(("registry", number), trial, trial, "registry_id", "is the registration of")
        for column in ("doi", "pmid"):
            if value := getattr(trial, column).lower():
                claim((column, value), trial, trial, column, f"is the {column} of")
    for count in tables.counts:
        numbers = (count.events_treatment, count.n_treatment, count.events_control, count.n_control)
        # Small or empty cells coincide between trials by chance; four events in each direction of a table do not.
        if count.complete and min(count.events_treatment or 0, count.events_control or 0) >= 1 and sum(numbers) > 20:  # type: ignore[arg-type]
            key = ("counts", count.outcome, *numbers)
            claim(key, trials[count.trial], count, "events_treatment", "and the other counts of the row are those of")
    for trial in tables.trials:
        yield found[trial.row_id]


def references(tables: Tables) -> Examined:
    """DOI and year of a trial are those of its reference, and completed fields stand in the bibliography."""
    by_key = {reference.key: reference for reference in tables.bibliography}

    def of_trial(trial: Trial) -> Iterator[Finding]:
        if not trial.citation:
            return
        reference = by_key[trial.citation]
        for column in ("doi", "year", "pmid"):
            value, other = getattr(trial, column), getattr(reference, column)
            if value != other and (column != "pmid" or (value and other)):
                yield Finding(
                    trial, column, f"is not the {other or 'empty cell'} of bibliography.csv, {reference.key}",
                    "make trials.csv and bibliography.csv agree",
                )  # fmt: skip

    def of_check(check: ReferenceCheck) -> Iterator[Finding]:
        now = getattr(by_key[check.key], check.field)
        if str(now) != check.value:
            yield Finding(
                check, "value", f"is not what bibliography.csv has for {check.key}, {check.field}: {now}",
                "make the two agree",
            )  # fmt: skip

    yield from (tuple(of_trial(trial)) for trial in tables.trials)
    yield from (tuple(of_check(check)) for check in tables.bibliography_checks)


CHECKS = (
    Check("row ids", Kind.SLIP, "is each row id used once over all tables?", row_ids),
    Check("facts", Kind.SLIP, "is each fact stated once?", facts),
    Check("references", Kind.SLIP, "do trials and completed fields agree with the bibliography?", references),
    Check("cohorts", Kind.ODDITY, "are registration, DOI, PMID and counts of a trial its own?", cohorts),
)
