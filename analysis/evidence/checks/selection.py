"""Trials, records and conflicts against each other: what is eligible, included, disputed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Conflict, Record, Tables, Trial
from analysis.evidence.rows_question import Criterion

ELIGIBILITY_FOR_BOX = {
    "included study, main report": "eligible",
    "included study, further report": "eligible",
    "awaiting classification": "awaiting classification",
    "sensitivity only": "sensitivity only",
    "excluded with reason": "excluded",
}
MAIN_REPORT = "included study, main report"
EXCLUDED = "excluded with reason"


def eligibility(tables: Tables) -> Examined:
    """Excluded trials have a class of exclusion, eligible ones what the criteria ask for, and a main report."""
    reported = {record.trial for record in tables.records if record.flow_box == MAIN_REPORT}

    def look(trial: Trial) -> Iterator[Finding]:
        if (trial.eligibility == "excluded") != bool(trial.exclusion_class):
            yield Finding(
                trial, "exclusion_class", f"does not go with eligibility {trial.eligibility}",
                "an excluded trial has a class, no other has one",
            )  # fmt: skip
        if trial.eligibility != "eligible":
            return
        for criterion in tables.criteria:
            if getattr(trial, criterion.column, criterion.value) != criterion.value:
                yield Finding(
                    trial, criterion.column, "does not go with eligibility eligible",
                    f"an eligible trial has {criterion.column} {criterion.value}, as {criterion.row_id} of "
                    "criteria.csv says: check the words in the same row",
                )  # fmt: skip
        if tables.records and trial.row_id not in reported:
            yield Finding(
                trial, "eligibility", "has no main report among the records",
                "add its record to records.csv, or mark one there as the main report",
            )  # fmt: skip

    return per_row(look, tables.trials)


def criteria(tables: Tables) -> Examined:
    """Each criterion is about a column of text that trials have."""
    columns = {column.name for column in fields(Trial) if column.type == "str"}

    def look(criterion: Criterion) -> Iterator[Finding]:
        if criterion.column not in columns:
            yield Finding(criterion, "column", "is no column of text in trials.csv", "name one that is")

    return per_row(look, tables.criteria)


def records(tables: Tables) -> Examined:
    """Each record stands in one box that agrees with its other columns and with its trial."""
    trials = {trial.row_id: trial for trial in tables.trials}
    main: set[str] = set()
    for position, record in enumerate(tables.records, start=1):
        found = []
        if record.number != position or record.row_id != f"record-{position:03d}":
            found.append(Finding(record, "number", f"stands at place {position}", "number from 1 without gaps"))
        if record.is_duplicate != (record.flow_box == "duplicate"):
            found.append(Finding(record, "flow_box", "does not go with is_duplicate", "make them agree"))
        if (record.flow_box == EXCLUDED) != bool(record.exclusion_class):
            found.append(
                Finding(
                    record, "exclusion_class", f"does not go with box {record.flow_box}",
                    "a record excluded with reason has a class, no other has one",
                )
            )  # fmt: skip
        found += _record_and_trial(record, trials.get(record.trial))
        if record.flow_box == MAIN_REPORT:
            if record.trial in main:
                found.append(Finding(record, "trial", "already has a main report", "make it a further report"))
            main.add(record.trial)
        yield found


def _record_and_trial(record: Record, trial: Trial | None) -> Iterator[Finding]:
    needed = ELIGIBILITY_FOR_BOX.get(record.flow_box)
    if needed is None:
        return
    if trial is None:
        # A report of a study without a row in trials.csv can only be an excluded one.
        if needed != "excluded":
            yield Finding(record, "trial", f"is empty for box {record.flow_box}", "name the trial it reports")
    elif trial.eligibility != needed:
        yield Finding(
            record, "flow_box", f"does not go with {trial.row_id}, which is {trial.eligibility}",
            "make records.csv and trials.csv agree",
        )  # fmt: skip
    elif record.exclusion_class and record.exclusion_class != trial.exclusion_class:
        yield Finding(
            record, "exclusion_class", f"is not that of {trial.row_id}, which is {trial.exclusion_class}",
            "make records.csv and trials.csv agree",
        )  # fmt: skip


def conflicts(tables: Tables) -> Examined:
    """The rows that a conflict rests on exist and concern its trial."""
    known = {row.row_id: row for rows in tables.tables().values() for row in rows}

    def look(conflict: Conflict) -> Iterator[Finding]:
        for column in ("row_a", "row_b"):
            row_id = getattr(conflict, column)
            if row_id and row_id not in known:
                yield Finding(
                    conflict, column, "is no row of any table", "name the row the statement rests on"
                )  # fmt: skip
            elif row_id and conflict.trial and getattr(known[row_id], "trial", conflict.trial) != conflict.trial:
                yield Finding(
                    conflict, column, f"is not a row of {conflict.trial}", f"name a row of {conflict.trial}"
                )  # fmt: skip

    return per_row(look, tables.conflicts)


CHECKS = (
    Check("criteria", Kind.SLIP, "do criteria of eligibility name columns of the trials?", criteria),
    Check(
        "eligibility", Kind.SLIP, "do design, class of exclusion and main report go with eligibility?", eligibility
    ),
    Check("records", Kind.SLIP, "does each record stand in one box that goes with its trial?", records),
    Check("conflicts", Kind.SLIP, "do conflicts rest on rows of their trial?", conflicts),
)
