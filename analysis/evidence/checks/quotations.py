"""Quotations: short enough, and holding what they are cited for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import (
    MONTH,
    MOST_QUOTED_WORDS,
    YEAR,
    counts_in_order,
    numbers_in,
    numbers_told_by,
    quoted_words,
)
from analysis.evidence.rows import (
    Baseline,
    BiomarkerStatement,
    Continuous,
    Count,
    PublishedPooled,
    Row,
    Tables,
    Trial,
)
from analysis.evidence.rows_question import ARMS

LEFT_OUT = "…"
DERIVED = "derived"
FRACTION = re.compile(r"\b(\d+)/(\d+)\b")
CHECK_WORDS = "check against the words quoted"


def length(tables: Tables) -> Examined:
    """At most 25 words."""

    def look(row: Row) -> Iterator[Finding]:
        words = quoted_words(row.quotation)  # type: ignore[union-attr]
        if words > MOST_QUOTED_WORDS:
            yield Finding(
                row, "quotation", f"has {words} words",
                f"at most {MOST_QUOTED_WORDS}: leave words out with ' {LEFT_OUT} ', never change any",
            )  # fmt: skip

    rows = [row for rows in tables.tables().values() for row in rows if getattr(row, "quotation", "")]
    return per_row(look, rows)


def _absent(
    row: Row, columns: tuple[str, ...], told: frozenset[float], where: str = "quotation"
) -> Iterator[Finding]:
    for column in columns:
        value = getattr(row, column)
        if value is not None and float(value) not in told:
            yield Finding(
                row, column, f"is not among the numbers of the {where}",
                "correct it, quote the words that hold it, or give the row as derived and say how in note",
            )  # fmt: skip


def events(tables: Tables) -> Examined:
    """Events stand in the quotation; derived ones, or their complement, stand there or in the note."""

    def look(count: Count) -> Iterator[Finding]:
        told = numbers_told_by(count.quotation)
        if count.obtained == DERIVED:
            told |= numbers_told_by(count.note)
        for arm in ARMS:
            number, total = getattr(count, f"events_{arm}"), getattr(count, f"n_{arm}")
            complement = total - number if count.obtained == DERIVED and None not in (number, total) else None
            if complement is None or complement not in told:
                yield from _absent(count, (f"events_{arm}",), told)
            of_total = {int(top) for top, of in FRACTION.findall(count.quotation) if int(of) == total}
            if number is not None and of_total and not of_total & {number, complement}:
                quoted = " or ".join(f"{top}/{total}" for top in sorted(of_total))
                yield Finding(count, f"events_{arm}", f"of {total}, but the quotation has {quoted}", CHECK_WORDS)

    return per_row(look, tables.counts)


def measures(tables: Tables) -> Examined:
    """A pooled estimate's measure is named beside it."""

    def look(pooled: PublishedPooled) -> Iterator[Finding]:
        if not re.search(rf"\b{pooled.measure}\b", pooled.quotation):
            yield Finding(pooled, "measure", "is not named in the quotation", CHECK_WORDS)

    return per_row(look, tables.published)


def statistics(tables: Tables) -> Examined:
    """Estimates, limits, centres, spreads and p-values stand in the quotation."""

    def of_count(row: Count) -> Iterator[Finding]:
        told = numbers_in(row.quotation)
        yield from _absent(row, ("printed_estimate", "printed_low", "printed_high", "printed_p"), told)

    def of_outcome(row: Continuous) -> Iterator[Finding]:
        columns = ("centre", "low", "high", "sd", "se", "minimum", "maximum", "p_value")
        yield from _absent(row, columns, numbers_in(row.quotation))

    def of_baseline(row: Baseline) -> Iterator[Finding]:
        told = numbers_told_by(row.quotation)
        if row.obtained == DERIVED and row.note:
            return
        yield from _absent(row, ("value", "low", "high"), told)

    def of_pooled(row: PublishedPooled) -> Iterator[Finding]:
        told = numbers_in(row.quotation)
        yield from _absent(row, ("estimate", "low", "high"), told)

    def of_statement(row: BiomarkerStatement) -> Iterator[Finding]:
        if not numbers_in(row.p_value_text) <= numbers_in(row.quotation):
            yield Finding(row, "p_value_text", "is not in the quotation", "quote the words that hold it")

    yield from per_row(of_count, tables.counts)
    yield from per_row(of_outcome, tables.continuous)
    yield from per_row(of_baseline, tables.baseline)
    yield from per_row(of_pooled, tables.published)
    yield from per_row(of_statement, tables.biomarkers)


def arm_sizes(tables: Tables) -> Examined:
    """Arm sizes stand in a quotation or note of the trial."""
    told: dict[str, set[float]] = defaultdict(set)
    for rows in tables.tables().values():
        for row in rows:
            if trial := getattr(row, "trial", ""):
                told[trial] |= numbers_told_by(getattr(row, "quotation", "")) | numbers_in(getattr(row, "note", ""))

    def look(row: Trial | Count) -> Iterator[Finding]:
        stem = "randomised" if isinstance(row, Trial) else "n"
        columns = tuple(f"{stem}_{arm}" for arm in ARMS)
        yield from _absent(row, columns, frozenset(told[row.trial]), f"quotations and notes of {row.trial}")

    yield from per_row(look, tables.trials)
    yield from per_row(look, tables.counts)


def arm_order(tables: Tables) -> Examined:
    """Where both arms' events are quoted, the treatment arm's come first, as in every table read so far."""
    for count in tables.counts:
        if not count.complete or count.events_treatment == count.events_control:
            continue
        order = counts_in_order(count.quotation)
        treatment, control = (_positions(count, arm, order) for arm in ARMS)
        if treatment and control:
            # Some pair of readings in the right order is enough: totals and percentages may repeat a number.
            right = min(treatment) < max(control)
            yield [] if right else [
                Finding(count, "events_treatment", "stands after the events of the control arm in the quotation",
                        "see whether the arms are swapped")
            ]  # fmt: skip


def _positions(count: Count, arm: str, order: list[float]) -> list[int]:
    number, total = getattr(count, f"events_{arm}"), getattr(count, f"n_{arm}")
    wanted = total - number if count.obtained == DERIVED and number not in order else number
    return [position for position, told in enumerate(order) if told == wanted]


def time_points(tables: Tables) -> Examined:
    """Days stand in the words of the time point, counted in days, months or years."""

    def look(count: Count) -> Iterator[Finding]:
        if count.timepoint_days is None:
            return
        told = numbers_told_by(count.timepoint_text)
        possible = {round(number * unit) for number in told for unit in (1, MONTH, YEAR)}
        if count.timepoint_days not in possible:
            yield Finding(count, "timepoint_days", "is not in timepoint_text", "make the two agree")

    return per_row(look, tables.counts)


CHECKS = (
    Check("quotation length", Kind.SLIP, "has no quotation more than 25 words?", length),
    Check("events quoted", Kind.ODDITY, "do quotations hold the events they are cited for?", events),
    Check("statistics quoted", Kind.ODDITY, "do quotations hold estimates, limits, means and p-values?", statistics),
    Check("measure quoted", Kind.ODDITY, "do quotations name the measure of a pooled estimate?", measures),
    Check("arm sizes quoted", Kind.ODDITY, "do quotations or notes of a trial hold its arm sizes?", arm_sizes),
    Check("arm order", Kind.ODDITY, "do the treatment arm's events come first in the quotation?", arm_order),
    Check("time point", Kind.ODDITY, "do the days stand in the words of the time point?", time_points),
)
