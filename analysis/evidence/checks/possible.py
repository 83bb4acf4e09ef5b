"""Values that cannot be, whatever a source prints: days to come, parts above their whole, spreads beyond any data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Baseline, Continuous, Count, PublishedPooled, Record, Row, Tables, Trial
from analysis.evidence.rows_bookkeeping import Reference
from analysis.evidence.rows_question import ARMS, COMPARISONS

#: printing and dated works are no older
FIRST_YEAR = 1500
#: a longer follow-up than this, in days, is hardly that of a trial: thirty years
LONGEST_FOLLOW_UP = 10_958
#: rounding of a printed mean and its spread may exceed the bound by this part
SLACK = 1.02
CHECK_QUOTATION = "check against the quotation"
RATIOS = ("RR", "OR", "HR", "IRR", "ROM")


def _date_columns(row: Row) -> tuple[str, ...]:
    return tuple(column.name for column in fields(row) if str(column.type).startswith("date"))


def dates(tables: Tables) -> Examined:
    """No day or year lies in the future. A clock may be a day ahead, and a volume is dated with the next year."""
    latest = date.today() + timedelta(days=1)
    for rows in tables.tables().values():
        columns = _date_columns(rows[0]) if rows else ()
        for row in rows:
            found = []
            for column in columns:
                day = getattr(row, column)
                if day is not None and day > latest:
                    found.append(Finding(row, column, "is a day to come", "write the day on which it was done"))
            year = row.year if isinstance(row, Trial | Reference | Record) else None
            if year is not None and not FIRST_YEAR <= year <= latest.year + 1:
                problem = f"is no year between {FIRST_YEAR} and {latest.year + 1}"
                found.append(Finding(row, "year", problem, "check the year of the report"))
            yield found


def parts(tables: Tables) -> Examined:
    """No part is greater than its whole, and no number of patients is greater than that randomised."""
    sizes = {
        (trial.row_id, arm): getattr(trial, f"randomised_{arm}") for trial in tables.trials for arm in ARMS
    }  # fmt: skip

    def of_pooled(row: PublishedPooled) -> Iterator[Finding]:
        pairs = (("patients_with_placebo", "patients_total"), ("k", "n"))
        for part, whole in pairs:
            few, many = getattr(row, part), getattr(row, whole)
            if None not in (few, many) and few > many:
                yield Finding(row, part, f"is more than {whole}, {many}", CHECK_QUOTATION)
        if row.i2_percent is not None and not 0 <= row.i2_percent <= 100:
            yield Finding(row, "i2_percent", "is no per cent", CHECK_QUOTATION)
        if row.measure in RATIOS and min(row.estimate, row.low) <= 0:
            yield Finding(row, "low", f"or the estimate is not above 0, as every {row.measure} is", CHECK_QUOTATION)

    def of_count(row: Count) -> Iterator[Finding]:
        if row.timepoint_days is not None and row.timepoint_days > LONGEST_FOLLOW_UP:
            yield Finding(row, "timepoint_days", f"is more than {LONGEST_FOLLOW_UP} days", CHECK_QUOTATION)
        for column in ("printed_estimate", "printed_low"):
            value = getattr(row, column)
            if row.printed_measure in RATIOS and value is not None and value <= 0:
                yield Finding(row, column, f"is not above 0, as every {row.printed_measure} is", CHECK_QUOTATION)

    def of_arm(row: Continuous | Baseline) -> Iterator[Finding]:
        size = sizes.get((row.trial, row.arm))
        if row.n is not None and size is not None and row.n > size:
            yield Finding(row, "n", f"is more than the {size} randomised", CHECK_QUOTATION)
        if isinstance(row, Continuous):
            if row.timepoint_days is not None and row.timepoint_days > LONGEST_FOLLOW_UP:
                yield Finding(row, "timepoint_days", f"is more than {LONGEST_FOLLOW_UP} days", CHECK_QUOTATION)
        elif row.value is not None:
            if row.statistic == "percent" and not 0 <= row.value <= 100:
                yield Finding(row, "value", "is no per cent of patients", CHECK_QUOTATION)
            if row.statistic == "count" and row.n is not None and row.value > row.n:
                yield Finding(row, "value", f"is more than the {row.n} patients", CHECK_QUOTATION)
            if row.statistic == "SD" and row.value < 0:
                yield Finding(row, "value", "is a negative SD", CHECK_QUOTATION)

    yield from per_row(of_pooled, tables.published)
    yield from per_row(of_count, tables.counts)
    yield from per_row(of_arm, tables.continuous)
    yield from per_row(of_arm, tables.baseline)


def spreads(tables: Tables) -> Examined:
    """No SD of values that cannot be negative exceeds mean times √(n − 1), which one value alone would give."""
    least = {scale.quantity: scale.least for scale in tables.scales}

    def look(row: Continuous) -> Iterator[Finding]:
        floor = least.get(row.outcome)
        if row.n == 1 and row.arm not in COMPARISONS:
            for column in ("sd", "se", "low", "high"):
                if getattr(row, column) is not None:
                    yield Finding(row, column, "is a spread of one patient", CHECK_QUOTATION)
        if row.arm in COMPARISONS or floor is None or not row.n or row.n < 2 or "mean" not in row.statistic:
            return
        for column, times in (("sd", 1.0), ("se", row.n**0.5)):
            given = getattr(row, column)
            if given is None:
                continue
            most = max(row.centre - floor, 0.0) * (row.n - 1) ** 0.5
            if given < 0 or given * times > most * SLACK:
                words = "" if column == "sd" else f", an SD of {given * times:.3g},"
                problem = f"{words} is more than {row.n} values of at least {floor:g} with this mean can have".strip()
                remedy = "see whether it is an SD, a standard error, or another statistic"
                yield Finding(row, column, f"{problem}: {most:.3g}", remedy)

    return per_row(look, tables.continuous)


CHECKS = (
    Check("dates", Kind.SLIP, "does no day or year lie in the future?", dates),
    Check("possible values", Kind.ODDITY, "is no part above its whole, no value out of its range?", parts),
    Check("possible spread", Kind.ODDITY, "can values that are not negative spread so far?", spreads),
)
