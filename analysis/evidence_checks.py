"""Checks between cells and between rows that a schema cannot express, and the oddities of what was reported.

A contradiction that only we can have made (more events than patients, a choice of another trial's row) is a `Problem`
and stops loading. An oddity in a source (a printed ratio that is not the ratio of its counts) is an
`EvidenceWarning`: it stays in the data and is explained by a row of conflicts.csv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from analysis.data_errors import EvidenceWarning, Problem
from analysis.evidence_types import Choice, Count, PublishedPooled, Record, Tables, Trial

MOST_QUOTED_WORDS = 25
LEFT_OUT = "…"
# A printed ratio is rounded to two decimals, often from percentages that were rounded themselves.
RATIO_TOLERANCE = 0.01
CHECK_QUOTATION = "check against the quotation"
ELIGIBILITY_FOR_ROLE = {
    "primary": ("eligible",),
    "sensitivity": ("eligible", "sensitivity only"),
    "context": ("excluded",),
    "listed": ("eligible",),
}
ELIGIBILITY_FOR_BOX = {
    "included study, main report": "eligible",
    "included study, further report": "eligible",
    "awaiting classification": "awaiting classification",
    "sensitivity only": "sensitivity only",
    "excluded with reason": "excluded",
}
# Columns that may differ between two rows that state the same fact.
IDENTITY = {"row_id", "number", "label", "key", "note"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A row, to hang problems on."""

    folder: str
    table: str
    number: int

    def fault(self, column: str, value: object, problem: str, remedy: str) -> Problem:
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        return Problem(f"{self.folder}/{self.table}.csv", self.number, column, shown, problem, remedy)


def quoted_words(text: str) -> int:
    """Words of a quotation: runs between spaces that hold a letter or digit, so bars and ellipses do not count."""
    return sum(1 for part in text.split() if re.search(r"\w", part))


def numbers_in(text: str) -> frozenset[float]:
    """Numbers that a text holds. ".05" is 0.05; a minus may stand apart from its digits, as typesetting often has
    it; since a hyphen may also be a range, a number after one counts with both signs."""
    found = set()
    for match in re.finditer(r"(?P<sign>[-−–]\s?)?(?P<digits>\d+(?:\.\d+)?|\.\d+)", text):
        value = float(match["digits"])
        found.add(value)
        if match["sign"]:
            found.add(-value)
    return frozenset(found)


def crude_ratio(count: Count) -> float | None:
    """RR or OR of a row's counts, as its printed measure asks; None where it is not defined."""
    a, n1, c, n2 = count.events_msc, count.n_msc, count.events_control, count.n_control
    if a is None or n1 is None or c is None or n2 is None or 0 in (n1, c, n2):
        return None
    if count.printed_measure == "RR":
        return (a / n1) / (c / n2)
    if count.printed_measure == "OR" and n1 > a:
        return (a * (n2 - c)) / ((n1 - a) * c)
    return None


def warnings_about_reports(tables: Tables) -> Iterator[EvidenceWarning]:
    """Oddities in what the sources print, each with the conflict row that explains it (or "")."""
    explained: dict[str, str] = {}
    for conflict in tables.conflicts:
        for row_id in (conflict.row_a, conflict.row_b):
            explained.setdefault(row_id, conflict.row_id)
    for count in tables.counts:
        crude = crude_ratio(count)
        printed = count.printed_estimate
        if crude is not None and printed is not None and abs(crude - printed) > RATIO_TOLERANCE:
            sentence = (
                f"printed {count.printed_measure} {printed:g}, but {count.events_msc}/{count.n_msc} against "
                f"{count.events_control}/{count.n_control} {count.counted_unit} gives {crude:.2f}"
            )
            yield EvidenceWarning(count.row_id, "printed ratio", sentence, explained.get(count.row_id, ""))
    for pooled in tables.published:
        absent = _not_quoted(pooled)
        if absent:
            sentence = f"{', '.join(f'{value:g}' for value in absent)} not among the numbers of the quotation"
            yield EvidenceWarning(pooled.row_id, "quoted estimate", sentence, explained.get(pooled.row_id, ""))


def _not_quoted(pooled: PublishedPooled) -> list[float]:
    quoted = numbers_in(pooled.quotation)
    return [value for value in (pooled.estimate, pooled.low, pooled.high) if value not in quoted]


def problems_between_rows(folder: str, tables: Tables) -> Iterator[Problem]:
    """Every contradiction between rows, each placed at the row to mend. folder: its name, for the messages."""
    yield from _row_ids(folder, tables)
    yield from _quotations(folder, tables)
    yield from _doubled_facts(folder, tables)
    yield from _trials(folder, tables)
    yield from _counts(folder, tables)
    yield from _intervals(folder, tables)
    yield from _choices(folder, tables)
    yield from _records(folder, tables)
    yield from _conflicts(folder, tables)


def _row_ids(folder: str, tables: Tables) -> Iterator[Problem]:
    home: dict[str, str] = {}
    for table, rows in tables.tables().items():
        for number, row in enumerate(rows, start=1):
            if home.setdefault(row.row_id, table) != table:
                yield _Place(folder, table, number).fault(
                    "row_id", row.row_id, f"is already a row of {home[row.row_id]}.csv",
                    "row ids are unique over all tables; choose another",
                )  # fmt: skip


def _quotations(folder: str, tables: Tables) -> Iterator[Problem]:
    for table, rows in tables.tables().items():
        for number, row in enumerate(rows, start=1):
            quotation = getattr(row, "quotation", "")
            words = quoted_words(quotation)
            if words > MOST_QUOTED_WORDS:
                yield _Place(folder, table, number).fault(
                    "quotation", quotation, f"has {words} words",
                    f"at most {MOST_QUOTED_WORDS}: leave words out with ' {LEFT_OUT} ', never change any",
                )  # fmt: skip


def _doubled_facts(folder: str, tables: Tables) -> Iterator[Problem]:
    for table, rows in tables.tables().items():
        first: dict[tuple[object, ...], int] = {}
        for number, row in enumerate(rows, start=1):
            fact = tuple(getattr(row, column.name) for column in fields(row) if column.name not in IDENTITY)
            if first.setdefault(fact, number) != number:
                yield _Place(folder, table, number).fault(
                    "row_id", row.row_id, f"says the same as row {first[fact]}",
                    "delete the copy: a fact read twice is one fact",
                )  # fmt: skip


def _trials(folder: str, tables: Tables) -> Iterator[Problem]:
    reported = {r.trial for r in tables.records if r.flow_box == "included study, main report"}
    for number, trial in enumerate(tables.trials, start=1):
        place = _Place(folder, "trials", number)
        if (trial.eligibility == "excluded") != bool(trial.exclusion_class):
            yield place.fault(
                "exclusion_class", trial.exclusion_class, f"does not go with eligibility {trial.eligibility}",
                "an excluded trial has a class, no other has one",
            )  # fmt: skip
        if trial.eligibility == "eligible" and trial.row_id not in reported:
            yield place.fault(
                "eligibility", trial.eligibility, "has no main report among the records",
                "add its record to records.csv, or mark one there as the main report",
            )  # fmt: skip


def _counts(folder: str, tables: Tables) -> Iterator[Problem]:
    trials = {trial.row_id: trial for trial in tables.trials}
    for number, count in enumerate(tables.counts, start=1):
        if count.counted_unit != "patients":
            continue
        place, trial = _Place(folder, "counts", number), trials[count.trial]
        arms = (
            ("msc", count.events_msc, count.n_msc, trial.randomised_msc),
            ("control", count.events_control, count.n_control, trial.randomised_control),
        )
        for arm, events, total, randomised in arms:
            if events is not None and total is not None and events > total:
                yield place.fault(f"events_{arm}", events, f"is more than n_{arm} {total}", CHECK_QUOTATION)
            if total is not None and randomised is not None and total > randomised:
                yield place.fault(
                    f"n_{arm}", total, f"is more than the {randomised} randomised",
                    f"{CHECK_QUOTATION} and against randomised_{arm} of trials.csv",
                )  # fmt: skip


def _intervals(folder: str, tables: Tables) -> Iterator[Problem]:
    for number, count in enumerate(tables.counts, start=1):
        place = _Place(folder, "counts", number)
        parts = (count.printed_estimate, count.printed_low, count.printed_high)
        given = sum(part is not None for part in parts)
        if given not in (0, 3) or bool(given) != bool(count.printed_measure):
            yield place.fault(
                "printed_measure", count.printed_measure, "does not come with an estimate and both limits",
                "give all four or none",
            )  # fmt: skip
        else:
            yield from _outside(place, "printed_estimate", *parts)
    for number, pooled in enumerate(tables.published, start=1):
        place = _Place(folder, "published", number)
        yield from _outside(place, "estimate", pooled.estimate, pooled.low, pooled.high)
    for number, outcome in enumerate(tables.continuous, start=1):
        place = _Place(folder, "continuous", number)
        yield from _outside(place, "centre", outcome.centre, outcome.low, outcome.high)
    for number, baseline in enumerate(tables.baseline, start=1):
        place = _Place(folder, "baseline", number)
        yield from _outside(place, "value", baseline.value, baseline.low, baseline.high)


def _outside(
    place: _Place, column: str, value: float | None, low: float | None, high: float | None
) -> Iterator[Problem]:
    if value is None or low is None or high is None or low <= value <= high:
        return
    yield place.fault(column, value, f"lies outside {low:g} to {high:g}", CHECK_QUOTATION)


def _choices(folder: str, tables: Tables) -> Iterator[Problem]:
    trials = {trial.row_id: trial for trial in tables.trials}
    counts = {count.row_id: count for count in tables.counts}
    decided: dict[tuple[str, str], int] = {}
    for number, choice in enumerate(tables.choices, start=1):
        place = _Place(folder, "choices", number)
        eligibility = trials[choice.trial].eligibility
        allowed = ELIGIBILITY_FOR_ROLE[choice.role]
        if eligibility not in allowed:
            yield place.fault(
                "role", choice.role, f"does not go with a trial that is {eligibility}",
                f"{choice.role} needs a trial that is {' or '.join(allowed)}",
            )  # fmt: skip
        yield from _chosen_count(place, choice, counts.get(choice.counts_row))
        key = (choice.analysis, choice.trial)
        if choice.role in ("primary", "listed") and decided.setdefault(key, number) != number:
            yield place.fault(
                "trial", choice.trial, f"is already in the analysis of {choice.analysis}, row {decided[key]}",
                "one row decides; make the other a sensitivity analysis",
            )  # fmt: skip
    for analysis in sorted({choice.analysis for choice in tables.choices}):
        for number, trial in enumerate(tables.trials, start=1):
            if trial.eligibility == "eligible" and (analysis, trial.row_id) not in decided:
                yield _Place(folder, "trials", number).fault(
                    "row_id", trial.row_id, f"is eligible, but choices.csv is silent on it for {analysis}",
                    "add a row there with role primary or listed",
                )  # fmt: skip


def _chosen_count(place: _Place, choice: Choice, count: Count | None) -> Iterator[Problem]:
    if count is None:
        if choice.role != "listed":
            yield place.fault(
                "counts_row", "", f"is empty for role {choice.role}", "name the row of counts.csv it uses"
            )
        return
    faults = []
    if count.trial != choice.trial:
        faults.append((f"is a row of {count.trial}", f"name a row of {choice.trial}"))
    elif choice.role != "listed":
        if not count.complete:
            faults.append(("lacks events or totals", "choose a complete row, or list the trial"))
        if count.counted_unit != "patients":
            faults.append(("counts events, not patients", "choose a row of patients"))
        if count.outcome != choice.analysis:
            faults.append((f"is about {count.outcome}", f"choose a row on {choice.analysis}"))
    for problem, remedy in faults:
        yield place.fault("counts_row", choice.counts_row, problem, remedy)


def _records(folder: str, tables: Tables) -> Iterator[Problem]:
    trials = {trial.row_id: trial for trial in tables.trials}
    main: set[str] = set()
    for position, record in enumerate(tables.records, start=1):
        place = _Place(folder, "records", position)
        if record.number != position or record.row_id != f"record-{position:03d}":
            yield place.fault("number", record.number, f"stands at place {position}", "number from 1 without gaps")
        if record.is_duplicate != (record.flow_box == "duplicate"):
            yield place.fault("flow_box", record.flow_box, "does not go with is_duplicate", "make them agree")
        if (record.flow_box == "excluded with reason") != bool(record.exclusion_class):
            yield place.fault(
                "exclusion_class", record.exclusion_class, f"does not go with box {record.flow_box}",
                "a record excluded with reason has a class, no other has one",
            )  # fmt: skip
        yield from _record_and_trial(place, record, trials.get(record.trial))
        if record.flow_box == "included study, main report":
            if record.trial in main:
                yield place.fault("trial", record.trial, "already has a main report", "make it a further report")
            main.add(record.trial)


def _record_and_trial(place: _Place, record: Record, trial: Trial | None) -> Iterator[Problem]:
    needed = ELIGIBILITY_FOR_BOX.get(record.flow_box)
    if needed is None:
        return
    if trial is None:
        # A report of a study without a row in trials.csv can only be an excluded one.
        if needed != "excluded":
            yield place.fault("trial", "", f"is empty for box {record.flow_box}", "name the trial it reports")
    elif trial.eligibility != needed:
        yield place.fault(
            "flow_box", record.flow_box, f"does not go with {trial.row_id}, which is {trial.eligibility}",
            "make records.csv and trials.csv agree",
        )  # fmt: skip


def _conflicts(folder: str, tables: Tables) -> Iterator[Problem]:
    known = {row.row_id for rows in tables.tables().values() for row in rows}
    for number, conflict in enumerate(tables.conflicts, start=1):
        for column, row_id in (("row_a", conflict.row_a), ("row_b", conflict.row_b)):
            if row_id and row_id not in known:
                yield _Place(folder, "conflicts", number).fault(
                    column, row_id, "is no row of any table", "name the row the statement rests on"
                )
