"""Counts against arm sizes, against the percentages beside them, and against other sources of the same fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import NUMBER_WORDS, as_printed
from analysis.evidence.rows import Baseline, Count, Tables
from analysis.evidence.rows_question import ARMS, COUNTS, PRINTED
from analysis.methods.consistency import Rounded, is_percentage_of, percentage_possible, rounded

CHECK_QUOTATION = "check against the quotation"
#: by how much a row's counts matter
ROLES = ("primary", "sensitivity", "context", "listed")
#: last words of outcomes of which one source may give several kinds, told apart by outcome_detail
KINDS_OF_EVENT = ("category", "imaging")
PERCENT = r"(\d+(?:\.\d+)?)"
#: "42 (37.5)", "8(66.7)", "5/21 (24)", "Six (28.6%)", "7 patients (50%)", "5, 50%"
COUNT_AND_PERCENT = re.compile(rf"\b(\d+|[A-Za-z]+)(?:/(\d+))?(?:\s*(?:patients\s*)?\(|, ){PERCENT}\s*%?(?=\)|%)")
#: "37.5% (42/112)"
PERCENT_AND_FRACTION = re.compile(rf"{PERCENT}\s*%\s*\((\d+)/(\d+)\)")
#: "six of 24 (25%)"
COUNT_OF_TOTAL = re.compile(rf"\b(\d+|[A-Za-z]+) of (\d+) \({PERCENT}\s*%?\)")
#: cells of a table, "21 | 23.81"
TOTAL_AND_PERCENT = re.compile(r"\b(\d+) \| (\d+\.\d+)\b")
#: "91% v 42%"
TWO_PERCENT = re.compile(rf"{PERCENT}\s*%?\s*(?:v|vs|versus|and)\.?\s*{PERCENT}\s*%")


def events(tables: Tables) -> Examined:
    """No more events than patients."""

    def look(count: Count) -> Iterator[Finding]:
        for arm in ARMS:
            number, total = getattr(count, f"events_{arm}"), getattr(count, f"n_{arm}")
            if count.counted_unit == "patients" and None not in (number, total) and number > total:
                yield Finding(count, f"events_{arm}", f"is more than n_{arm} {total}", CHECK_QUOTATION)

    return per_row(look, tables.counts)


def arm_totals(tables: Tables) -> Examined:
    """No more patients than were randomised."""
    trials = {trial.row_id: trial for trial in tables.trials}

    def look(count: Count) -> Iterator[Finding]:
        for arm in ARMS:
            total, randomised = getattr(count, f"n_{arm}"), getattr(trials[count.trial], f"randomised_{arm}")
            if count.counted_unit == "patients" and None not in (total, randomised) and total > randomised:
                yield Finding(
                    count, f"n_{arm}", f"is more than the {randomised} randomised",
                    f"{CHECK_QUOTATION} and against randomised_{arm} of trials.csv",
                )  # fmt: skip

    return per_row(look, tables.counts)


def whole_arms(tables: Tables) -> Examined:
    """A row that enters an analysis counts every patient randomised; of a printed ratio, whatever it counts."""
    trials = {trial.row_id: trial for trial in tables.trials}
    counts = {count.row_id: count for count in tables.counts}
    for choice in tables.choices:
        count = counts.get(choice.rows)
        patients = choice.enters_as == COUNTS and count is not None and count.counted_unit == "patients"
        if count is None or not (patients or choice.enters_as == PRINTED):
            continue
        found = []
        for arm in ARMS:
            total, randomised = getattr(count, f"n_{arm}"), getattr(trials[count.trial], f"randomised_{arm}")
            if None not in (total, randomised) and total < randomised:
                found.append(
                    Finding(count, f"n_{arm}", f"is less than the {randomised} randomised",
                            "find out who was left out, and say why the row is used")
                )  # fmt: skip
        yield found


def percentages(tables: Tables) -> Examined:
    """Percentages beside a count are those of the count, and possible at all."""
    yield from per_row(_percentages_of_counts, tables.counts)
    siblings = {
        (row.trial, row.arm, row.characteristic): row.value
        for row in tables.baseline
        if row.statistic == "count" and row.value is not None
    }

    def look(row: Baseline) -> Iterator[Finding]:
        if row.statistic != "percent" or row.value is None or not row.n:
            return
        percent = as_printed(row.value, row.quotation)
        events = siblings.get((row.trial, row.arm, row.characteristic))
        if not percentage_possible(percent, row.n):
            yield Finding(row, "value", f"is no whole number of {row.n} patients in per cent", CHECK_QUOTATION)
        elif events is not None and not is_percentage_of(percent, int(events), row.n):
            problem = f"is not {events:g}/{row.n}, which is {100 * events / row.n:.2f}%"
            yield Finding(row, "value", problem, CHECK_QUOTATION)

    yield from per_row(look, [row for row in tables.baseline if row.statistic == "percent"])


def _percentages_of_counts(count: Count) -> Iterator[Finding]:
    if count.counted_unit != "patients":
        return
    for arm, position in zip(ARMS, (1, 2), strict=True):
        number, total = getattr(count, f"events_{arm}"), getattr(count, f"n_{arm}")
        if not total:
            continue
        pair = TWO_PERCENT.search(count.quotation)
        if pair:
            percent = rounded(pair[position])
            if number is None and not percentage_possible(percent, total):
                yield Finding(
                    count, f"n_{arm}", f"patients cannot give {pair[position]}%: no whole number of {total} does",
                    "look for the denominator that fits, and for patients left out",
                )  # fmt: skip
            elif number is not None and not any(
                is_percentage_of(percent, events, total) for events in (number, total - number)
            ):
                yield _not_the_percentage(count, arm, number, total, pair[position])
        elif number is not None:
            beside = _percentages_beside(count.quotation, number, total)
            if beside and not any(is_percentage_of(percent, number, total) for percent, _ in beside):
                yield _not_the_percentage(count, arm, number, total, " or ".join(text for _, text in beside))


def _not_the_percentage(count: Count, arm: str, number: int, total: int, printed: str) -> Finding:
    problem = f"of {total} is {100 * number / total:.2f}%, but the quotation has {printed}%"
    return Finding(count, f"events_{arm}", problem, CHECK_QUOTATION)


def _percentages_beside(quotation: str, number: int, total: int) -> list[tuple[Rounded, str]]:
    """Percentages that a quotation prints beside this count, or beside this total where cells of a table stand so."""
    found = []
    for told, of, percent in (*COUNT_AND_PERCENT.findall(quotation), *COUNT_OF_TOTAL.findall(quotation)):
        value = int(told) if told.isdigit() else NUMBER_WORDS.get(told.lower())
        if value == number and of in ("", str(total)):
            found.append(percent)
    found += [p for p, told, of in PERCENT_AND_FRACTION.findall(quotation) if (told, of) == (str(number), str(total))]
    found += [percent for of, percent in TOTAL_AND_PERCENT.findall(quotation) if of == str(total)]
    return [(rounded(text), text) for text in dict.fromkeys(found)]


def sources(tables: Tables) -> Examined:
    """Sources that count the same outcome at the same time agree."""
    rank = {choice.rows: ROLES.index(choice.role) for choice in tables.choices}
    groups: dict[tuple[str, ...], list[Count]] = {}
    for count in tables.counts:
        if count.complete and count.counted_unit == "patients":
            detail = count.outcome_detail if count.outcome.endswith(KINDS_OF_EVENT) else ""
            groups.setdefault((count.trial, count.outcome, detail), []).append(count)
    for rows in groups.values():
        # the row in use is the one to compare with
        ranked = sorted(rows, key=lambda row: (rank.get(row.row_id, len(ROLES)), row.row_id))
        for row in rows:
            first = next(other for other in ranked if _same_time(row, other))
            yield [] if _numbers(row) == _numbers(first) else [
                Finding(row, _differing(row, first), f"differs from {first.row_id}, which has {_shown(first)}",
                        "check both quotations; if the sources disagree, name both in a row of conflicts.csv, and "
                        "that conflict in a row of exceptions.csv")
            ]  # fmt: skip


def _same_time(a: Count, b: Count) -> bool:
    return None in (a.timepoint_days, b.timepoint_days) or a.timepoint_days == b.timepoint_days


def _numbers(count: Count) -> dict[str, int | None]:
    return {f"{part}_{arm}": getattr(count, f"{part}_{arm}") for arm in ARMS for part in ("events", "n")}


def _differing(a: Count, b: Count) -> str:
    ours, theirs = _numbers(a), _numbers(b)
    return next(column for column in ours if ours[column] != theirs[column])


def _shown(count: Count) -> str:
    return f"{count.events_treatment}/{count.n_treatment} against {count.events_control}/{count.n_control}"


CHECKS = (
    Check("events", Kind.SLIP, "are there no more events than patients?", events),
    Check("arm totals", Kind.SLIP, "are there no more patients than were randomised?", arm_totals),
    Check("whole arms", Kind.ODDITY, "does a row in use count everyone randomised?", whole_arms),
    Check("percentages", Kind.ODDITY, "are percentages those of their counts, and possible?", percentages),
    Check("sources", Kind.ODDITY, "do sources that count the same thing agree?", sources),
)
