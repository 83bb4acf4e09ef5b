"""Our own judgements: what they rest on is there, and what follows by arithmetic was computed right."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from analysis.evidence.assessors import PROJECT, is_own
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.rows import Choice, RiskOfBias, Tables
from analysis.evidence.rows_bookkeeping import Confirmation
from analysis.evidence.rows_judgements import CertaintyRating, ReportingItem, StrategyLine
from analysis.methods.certainty import CERTAINTIES, certainty

BETWEEN = "; "
#: roles of choices that say which trials an analysis has and which it lacks
ENTERING = ("primary", "listed")
ROB2 = ("low", "some concerns", "high")
OVERALL = "Overall"
#: domain of GRADE → rating → levels taken off (GRADE guidelines 3 to 8)
LEVELS: dict[str, int | None] = {"not serious": 0, "serious": 1, "very serious": 2}
REPORTING_LEVELS: dict[str, int | None] = {"undetected": 0, "suspected": 1}
GRADE: dict[str, dict[str, int | None]] = {
    "risk of bias": LEVELS,
    "inconsistency": LEVELS,
    "indirectness": LEVELS,
    "imprecision": LEVELS,
    "missing results": REPORTING_LEVELS,
    "overall": dict.fromkeys(CERTAINTIES),
}


def lettered(number: int, last: str) -> list[str]:
    return [f"{number}{chr(code)}" for code in range(ord("a"), ord(last) + 1)]


#: the items of each guideline, in its order
ITEMS: dict[str, list[str]] = {
    "PRISMA 2020": [
        *map(str, range(1, 10)), *lettered(10, "b"), "11", "12", *lettered(13, "f"), "14", "15", *lettered(16, "b"),
        "17", "18", "19", *lettered(20, "d"), "21", "22", *lettered(23, "d"), *lettered(24, "c"), "25", "26", "27",
    ],
    "PRISMA 2020 abstracts": [*map(str, range(1, 13))],
    "PRISMA-S": [*map(str, range(1, 17))],
    "SWiM": [*map(str, range(1, 10))],
    "PRISMA harms": ["1", "14", "18", "21"],
}  # fmt: skip


def grounds(tables: Tables) -> Examined:
    """Our judgements of bias are dated and rest on rows that exist; those of others carry neither."""
    known = {row.row_id for rows in tables.tables().values() for row in rows}

    def look(row: RiskOfBias) -> Iterator[Finding]:
        if not is_own(row, tables.assessors):
            for column in ("rests_on", "judged_on"):
                if getattr(row, column):
                    yield Finding(
                        row, column, "is for judgements of our own", "empty it, or name who judged in assessors.csv"
                    )
            return
        if row.judged_on is None:
            yield Finding(row, "judged_on", "is empty", "write the day of the judgement")
        if not row.rests_on:
            yield Finding(row, "rests_on", "is empty", "name the rows that the judgement rests on")
        for name in filter(None, row.rests_on.split(BETWEEN)):
            if name not in known or name == row.row_id:
                yield Finding(row, "rests_on", f"names {name!r}, no other row of any table", "name rows that exist")

    return (tuple(look(row)) for row in tables.risk_of_bias)


def confirmations(tables: Tables) -> Examined:
    """A confirmation is by a person, of a row that exists; whether the row is still the same is not asked here."""
    known = {row.row_id for name, rows in tables.tables().items() if name != "confirmations" for row in rows}
    roles = {one.name: one.role for one in tables.assessors}

    def look(row: Confirmation) -> Iterator[Finding]:
        if row.row not in known:
            yield Finding(row, "row", "is no row of any table", "delete the confirmation of a row that is gone")
        if roles.get(row.confirmed_by) == PROJECT:
            yield Finding(row, "confirmed_by", "is no person", "name the author or assessor who compared the row")

    return (tuple(look(row)) for row in tables.confirmations)


def overall_bias(tables: Tables) -> Examined:
    """An overall judgement of ours is the worst of the domains it rests on (RoB 2; several concerns may be high)."""
    by_id = {row.row_id: row for row in tables.risk_of_bias}

    def look(row: RiskOfBias) -> Iterator[Finding]:
        rests = [by_id[name] for name in row.rests_on.split(BETWEEN) if name in by_id]
        ours = [one for one in tables.risk_of_bias if is_own(one, tables.assessors) and one is not row]
        rests += [one for one in ours if (one.trial, one.outcome) == (row.trial, row.outcome)]
        worst = max((one.judgement for one in rests if one.judgement in ROB2), key=ROB2.index, default="")
        concerns = len({one.domain for one in rests if one.judgement == "some concerns"})
        if row.judgement != worst and not (row.judgement == "high" and concerns > 1):
            yield Finding(row, "judgement", f"is not the worst of its domains, {worst or 'of which there are none'}",
                          "judge the domains or the whole anew")  # fmt: skip

    return (
        tuple(look(row)) for row in tables.risk_of_bias if is_own(row, tables.assessors) and row.domain == OVERALL
    )


def ratings(tables: Tables) -> Examined:
    """Each outcome is rated once in each domain; levels go with the rating, and the whole follows from the levels."""
    by_outcome: dict[str, list[CertaintyRating]] = defaultdict(list)
    for row in tables.certainty:
        by_outcome[row.outcome].append(row)

    def look(row: CertaintyRating, rows: Sequence[CertaintyRating]) -> Iterator[Finding]:
        counted = Counter(one.domain for one in rows)
        missing = [domain for domain in GRADE if not counted[domain]]
        if row is rows[0] and missing:
            yield Finding(row, "outcome", f"is not rated for {', '.join(missing)}", "rate every domain of GRADE once")
        if counted[row.domain] > 1:
            yield Finding(row, "domain", f"is rated {counted[row.domain]} times", "rate every domain once")
        allowed = GRADE[row.domain]
        if row.rating not in allowed:
            yield Finding(row, "rating", f"is no rating of {row.domain}", f"use one of: {' | '.join(allowed)}")
        elif row.levels != allowed[row.rating]:
            yield Finding(row, "levels", f"does not go with {row.rating!r}", "make levels and rating agree")
        elif row.domain == "overall" and (whole := certainty(one.levels or 0 for one in rows)) != row.rating:
            yield Finding(row, "rating", f"is not what the levels taken off leave: {whole}", "rate a domain anew")

    for rows in by_outcome.values():
        yield from (tuple(look(row, rows)) for row in rows)


def later_decisions(tables: Tables) -> Examined:
    """No rating is older than a decision on which numbers of a trial enter the analysis that it rates."""
    newest: dict[str, Choice] = {}
    for choice in tables.choices:
        if choice.role in ENTERING:
            before = newest.get(choice.analysis)
            newest[choice.analysis] = (
                choice if before is None else max(before, choice, key=lambda one: one.decided_on)
            )

    def look(row: CertaintyRating) -> Iterator[Finding]:
        choice = newest.get(row.outcome)
        if choice is not None and row.decided_on < choice.decided_on:
            what = f"is before {choice.row_id}, decided on {choice.decided_on}, so its reason may be out of date"
            yield Finding(row, "decided_on", what, "read rating and reason again with that trial, and write the day")

    return (tuple(look(row)) for row in tables.certainty)


def guidelines(tables: Tables) -> Examined:
    """Each item of each guideline stands once, and one that is not met says why."""
    wanted = {(name, item) for name, items in ITEMS.items() for item in items}
    counted = Counter((row.checklist, row.item) for row in tables.reporting)
    missing = sorted(wanted - set(counted))

    def look(row: ReportingItem) -> Iterator[Finding]:
        if (row.checklist, row.item) not in wanted:
            yield Finding(row, "item", f"is no item of {row.checklist}", "number the item as the guideline does")
        if counted[row.checklist, row.item] > 1:
            yield Finding(row, "item", "stands twice", "keep one")
        if row.status != "met" and not row.note:
            yield Finding(row, "note", f"is empty, but the item is {row.status}", "say why")
        if row is tables.reporting[0] and missing:
            names = "; ".join(f"{name} {item}" for name, item in missing)
            yield Finding(row, "checklist", f"lacks items: {names}", "add them, if only to say that they are not met")

    return (tuple(look(row)) for row in tables.reporting)


def strategies(tables: Tables) -> Examined:
    """The lines of a strategy are numbered in order, refer to earlier ones only, and close their brackets."""
    last: dict[str, int] = {}
    for row in tables.strategies:
        before = last.get(row.database, 0)
        last[row.database] = row.line
        yield tuple(faults(row, before))


def faults(row: StrategyLine, before: int) -> Iterator[Finding]:
    if row.line != before + 1:
        yield Finding(row, "line", f"does not follow line {before} of {row.database}", "number the lines from 1")
    named = [int(number) for number in re.findall(r"#(\d+)", row.query)]
    if re.fullmatch(r"(or/)?[\d\s-]+((and|or|not) [\d\s-]+)*", row.query):
        named += [int(number) for number in re.findall(r"\d+", row.query)]
    for number in named:
        if number >= row.line:
            yield Finding(row, "query", f"refers to line {number}, which does not come before", "mend the number")
    for left, right in ("()", "[]"):
        if row.query.count(left) != row.query.count(right):
            yield Finding(row, "query", f"opens and closes {left}{right} unequally often", "balance the brackets")
    for sign in "`|":
        if sign in row.query:
            yield Finding(
                row, "query", f"holds {sign!r}, which no table can print as it is typed", "write it otherwise"
            )
    if row.query.count('"') % 2:
        yield Finding(row, "query", "has a quotation mark without a partner", "close it")


CHECKS = (
    Check("grounds of judgements", Kind.SLIP, "do our judgements of bias name a day and rows they rest on?", grounds),
    Check("confirmations", Kind.SLIP, "does each confirmation name a row there is, and a person?", confirmations),
    Check("overall bias", Kind.SLIP, "are our overall judgements of bias those of their domains?", overall_bias),
    Check("certainty", Kind.SLIP, "is each outcome rated in each domain, and right on the whole?", ratings),
    Check(
        "age of ratings", Kind.SLIP, "is each rating of certainty as new as the choices it rests on?", later_decisions
    ),
    Check(
        "reporting items", Kind.SLIP, "does each item of a guideline stand once, with a reason if unmet?", guidelines
    ),
    Check("search strategies", Kind.SLIP, "are lines of strategies in order, referring back?", strategies),
)
