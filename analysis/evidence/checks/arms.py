"""Both arms exchanged: against ratios printed elsewhere, pairs told in words, and the order of quoted numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.quoted import as_printed, numbers_in
from analysis.evidence.rows import Baseline, Continuous, Count, Tables
from analysis.evidence.rows_question import ARMS
from analysis.methods import consistency
from analysis.methods.consistency import Range

#: "10 v 4", "2/12 v 7/12", "16 against 10"
PAIR = re.compile(r"\b(\d+)(?:/\d+)? (?:v|vs\.?|versus|against) (\d+)\b(?!\.?\d*\s*%)")
SWAPPED = "see whether the arms are exchanged, in this row or there"
NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")


def elsewhere(tables: Tables) -> Examined:
    """Counts go in the direction of ratios that other rows print, and of pairs that words about them tell."""
    ratios: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for row in tables.counts:
        if row.printed_measure and row.printed_estimate is not None:
            ratios[row.trial, row.outcome].append(row)
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for count in tables.counts:
        told[count.row_id] += [("its note", count.note), ("its outcome_detail", count.outcome_detail)]
    for choice in tables.choices:
        for one in choice.row_ids:
            told[one].append((f"the reason of {choice.row_id}", choice.reason))
    for conflict in tables.conflicts:
        told[conflict.row_a].append((f"statement_a of {conflict.row_id}", conflict.statement_a))
        told[conflict.row_b].append((f"statement_b of {conflict.row_id}", conflict.statement_b))
    for row in tables.counts:
        yield [*_against_ratios(row, ratios[row.trial, row.outcome]), *_against_words(row, told[row.row_id])]


def _against_ratios(row: Count, others: list[Count]) -> Iterator[Finding]:
    if not row.complete or row.counted_unit != "patients":
        return
    a, n1, c, n2 = row.events_treatment, row.n_treatment, row.events_control, row.n_control
    assert a is not None and n1 is not None and c is not None and n2 is not None
    if a > n1 or c > n2:
        return
    for other in others:
        same_time = other.timepoint_days is not None and other.timepoint_days == row.timepoint_days
        if other is row or other.complete or not same_time or other.outcome_detail == row.outcome_detail != "":
            continue
        crude = consistency.crude_ratio(other.printed_measure, a, n1, c, n2)
        if crude is None or other.printed_estimate is None:
            continue
        printed = as_printed(other.printed_estimate, other.quotation)
        if not Range(crude, crude).meets(printed.range, printed.unit / 2):
            problem = (
                f"of {n1} against {c} of {n2} is {other.printed_measure} {crude:.2f}, but {other.row_id} prints "
                f"{other.printed_estimate:g}"
            )
            yield Finding(row, "events_treatment", problem, SWAPPED)


def _against_words(row: Count, texts: list[tuple[str, str]]) -> Iterator[Finding]:
    if not row.complete or row.events_treatment == row.events_control:
        return
    a, n1, c, n2 = row.events_treatment, row.n_treatment, row.events_control, row.n_control
    assert a is not None and n1 is not None and c is not None and n2 is not None
    ways = ((a, c), (n1 - a, n2 - c))
    for where, text in texts:
        pairs = {(int(first), int(second)) for first, second in PAIR.findall(text)}
        for one, two in ways:
            if (two, one) in pairs and not pairs & set(ways):
                problem = f"against {c} stands in the other order in {where}: {two} v {one}"
                yield Finding(row, "events_treatment", problem, SWAPPED)
                return


def measured(tables: Tables) -> Examined:
    """Where one quotation holds the numbers of both arms, those of the treatment arm come first."""
    pairs: dict[tuple[object, ...], dict[str, Continuous | Baseline]] = defaultdict(dict)
    for row in tables.continuous:
        pairs["c", row.trial, row.outcome, row.timepoint_days, row.statistic, row.quotation][row.arm] = row
    for entry in tables.baseline:
        if entry.value is not None:
            pairs["b", entry.trial, entry.characteristic, entry.statistic, entry.quotation][entry.arm] = entry
    for rows in pairs.values():
        if not all(arm in rows for arm in ARMS):
            continue
        first, second = rows[ARMS[0]], rows[ARMS[1]]
        column = "centre" if isinstance(first, Continuous) else "value"
        ours, theirs = abs(getattr(first, column)), abs(getattr(second, column))
        if ours == theirs or not {ours, theirs} <= numbers_in(first.quotation) | {ours} & {theirs}:
            continue
        order = [float(number) for number in NUMBER.findall(first.quotation)]
        here, there = ([at for at, number in enumerate(order) if number == value] for value in (ours, theirs))
        right = not here or not there or min(here) < max(there)
        yield [] if right else [
            Finding(first, column, f"stands after {theirs:g} of the control arm in the quotation",
                    "see whether the arms are exchanged")
        ]  # fmt: skip


CHECKS = (
    Check("arms elsewhere", Kind.ODDITY, "do counts go the way that other rows and words tell?", elsewhere),
    Check("arm order of measurements", Kind.ODDITY, "does the treatment arm's number come first?", measured),
)
