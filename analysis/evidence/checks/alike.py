"""Measurements against their own words and against the other arm: signs, units, days, statistics, decimal points."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.checks.wording import FALL, days_told
from analysis.evidence.rows import Baseline, Continuous, PublishedPooled, Tables
from analysis.evidence.rows_question import ARMS

CHECK_QUOTATION = "check against the quotation"
#: randomised arms, or two rounds of one measurement, seldom differ by more; a misplaced point makes ten of it
FAR = 7.0
#: words before which a day is no time of measurement
NOT_THE_DAY = re.compile(r"\b(?:within|to|until|through|over|from|by|baseline|last|after)\b", re.I)
DAY_ZERO_TO = re.compile(r"\bD0\s?[-–]\s?D(\d+)\b")


def _signs_of(value: float, quotation: str) -> list[bool]:
    """Of each place where a quotation holds a number, whether it is negative there."""
    size = abs(value)
    digits = f"{size:.12f}".rstrip("0").rstrip(".").lstrip("0")
    number = f"0*{re.escape(digits or '0')}" + ("0*" if "." in digits else r"(?:\.0+)?")
    found = []
    for match in re.finditer(rf"(?P<sign>[-−–]?)(?P<gap>\s?)(?<![\d.]){number}(?![\d]|\.\d)", quotation):
        before = quotation[: match.start()]
        # "97-99" and "97 - 99" are ranges; in "day 7 -1.5" and in "D7 − 1.5" the sign belongs to the number.
        ranged = re.search(r"[\d%]$", before.rstrip() if match["gap"] and match["sign"] != "−" else before)
        found.append(bool(match["sign"]) and not ranged)
    return found


def _signed(value: float, quotation: str) -> str:
    """How the sign of a number is against the quotation: "" where it agrees, or the number is not told there."""
    found = _signs_of(value, quotation)
    if value > 0 and found and all(found):
        return "is negative in the quotation"
    fallen = re.search(FALL, quotation, re.I)  # "fell by 3.2" has no sign
    return "is not negative in the quotation" if value < 0 and found and not any(found) and not fallen else ""


def signs(tables: Tables) -> Examined:
    """Numbers have the sign that they have in the quotation."""

    def look(row: Continuous | Baseline | PublishedPooled, columns: Sequence[str]) -> Iterator[Finding]:
        for column in columns:
            value = getattr(row, column)
            if value is not None and (fault := _signed(value, row.quotation)):
                yield Finding(row, column, fault, CHECK_QUOTATION)

    yield from (tuple(look(row, ("centre", "low", "high"))) for row in tables.continuous)
    yield from (tuple(look(row, ("value", "low", "high"))) for row in tables.baseline)
    yield from (tuple(look(row, ("estimate", "low", "high"))) for row in tables.published)


def days(tables: Tables) -> Examined:
    """A measurement is of the day that its quotation or its quantity tells."""

    def look(row: Continuous) -> Iterator[Finding]:
        if row.timepoint_days is None:
            return
        for where, text in (("quantity", row.outcome), ("quotation", row.quotation)):
            told = {int(day) for day in DAY_ZERO_TO.findall(text)}
            if not told:
                told = {
                    day
                    for words, possible in days_told(text)
                    for day in possible
                    if re.match(r"day \d", words, re.I) and not NOT_THE_DAY.search(text[: text.find(words)])
                }
            if told and row.timepoint_days not in told:
                yield Finding(
                    row, "timepoint_days", f"is not day {min(told)}, which the {where} tells", CHECK_QUOTATION
                )
                return

    return per_row(look, tables.continuous)


def units(tables: Tables) -> Examined:
    """A quotation has no other known unit behind the number."""
    known = {scale.unit for scale in tables.scales if len(scale.unit) > 1}

    def look(row: Continuous) -> Iterator[Finding]:
        number = f"{row.centre:.12g}".replace(".", r"\.")
        told = re.search(rf"(?<![\d.]){number}0*(?:\s?[\[(][^\])]*[\])])?\s?([^\W\d].*)", row.quotation)
        if told is None or told[1].startswith(row.unit):
            return
        other = max((unit for unit in known if re.match(rf"{re.escape(unit)}(?!\w)", told[1])), key=len, default="")
        if other:
            yield Finding(row, "unit", f"stands beside a number in {other} in the quotation", CHECK_QUOTATION)

    return per_row(look, tables.continuous)


def arms(tables: Tables) -> Examined:
    """Both arms of one measurement give the same statistic, and numbers of one size."""
    of_day: dict[tuple[object, ...], dict[str, Continuous | Baseline]] = defaultdict(dict)
    for row in tables.continuous:
        of_day["c", row.trial, row.outcome, row.timepoint_days, row.source, row.locator][row.arm] = row
    for entry in tables.baseline:
        if entry.value is not None and entry.statistic in ("mean", "SD"):
            key = ("b", entry.trial, entry.characteristic, entry.statistic, entry.source, entry.locator)
            of_day[key][entry.arm] = entry
    for pair in of_day.values():
        if all(arm in pair for arm in ARMS):
            yield tuple(_pair(*(pair[arm] for arm in ARMS)))


def _pair(first: Continuous | Baseline, second: Continuous | Baseline) -> Iterator[Finding]:
    if first.statistic != second.statistic:
        problem = f"is not that of the control arm, {second.statistic}"
        yield Finding(first, "statistic", problem, "give both arms as the source does")
    for column in _sizes(first) if "median" not in first.statistic else ():
        ours, theirs = getattr(first, column), getattr(second, column)
        if ours is None or theirs is None or min(ours, theirs) <= 0 or min(first.n or 0, second.n or 0) < 3:
            continue
        if not 1 / FAR < ours / theirs < FAR:
            problem = f"is {max(ours / theirs, theirs / ours):.0f} times off the {theirs:g} of the control arm"
            yield Finding(first, column, problem, "look for a misplaced decimal point in either arm")


def _sizes(row: Continuous | Baseline) -> Iterable[str]:
    return ("centre", "sd") if isinstance(row, Continuous) else ("value",)


CHECKS = (
    Check("signs", Kind.ODDITY, "do numbers have the sign that the quotation gives them?", signs),
    Check("days of measurements", Kind.ODDITY, "are days those that quotation and quantity tell?", days),
    Check("units quoted", Kind.ODDITY, "does no other unit stand behind the number quoted?", units),
    Check("arms alike", Kind.ODDITY, "do both arms have one statistic, and numbers of one size?", arms),
)
