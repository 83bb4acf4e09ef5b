"""Findings against the rows of exceptions.csv that explain them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from analysis.evidence.checks.findings import Check, Finding, Kind, Noticed, Places, Result
from analysis.evidence.problems import EvidenceWarning, Problem
from analysis.evidence.rows import Tables
from analysis.evidence.rows_bookkeeping import AcceptedFinding

NAME = "exceptions"
TABLE = "exceptions"
EXPLAIN = "if it is right as it stands, say why in exceptions.csv"

#: oddities that are explained, and problems that are open
Sorted = tuple[tuple[EvidenceWarning, ...], tuple[Problem, ...]]


class Exceptions:
    """The accepted findings, and which of them have been met."""

    def __init__(self, accepted: Sequence[AcceptedFinding]) -> None:
        self._accepted = accepted
        self._by_place: dict[tuple[str, str, str], list[AcceptedFinding]] = defaultdict(list)
        for row in accepted:
            self._by_place[row.check, row.row, row.column].append(row)
        self._met: set[str] = set()

    def sort(self, check: Check, found: Sequence[Finding], places: Places) -> Sorted:
        """Which findings of a check are explained, and which are open problems."""
        problems = [(finding.row.row_id, places.problem(check.name, finding)) for finding in found]
        if check.kind is Kind.SLIP:
            return (), tuple(problem for _, problem in problems)
        return self.settle(problems)

    def settle(self, odd: Iterable[tuple[str, Problem]]) -> Sorted:
        """Which oddities are explained, and which are open. odd: id of the row concerned, and what is odd."""
        explained, problems = [], []
        for row_id, problem in odd:
            there = self._by_place.get((problem.check, row_id, problem.column), [])
            accepted = next((row for row in there if row.value == problem.value), None)
            if accepted is not None:
                self._met.add(accepted.row_id)
                sentence = f"{problem.value} {problem.problem}".strip()
                where = (problem.check, sentence, accepted.row_id, problem.column, accepted.conflict)
                explained.append(EvidenceWarning(row_id, *where))
                continue
            remedy = f"{problem.remedy}; {EXPLAIN} (check {problem.check})"
            if there:
                remedy += f"; {there[0].row_id} explains another value there, {there[0].value}"
                self._met.update(row.row_id for row in there)
            problems.append(replace(problem, remedy=remedy))
        return tuple(explained), tuple(problems)

    def idle(self, checks: Sequence[Check], noticed: Sequence[Noticed], places: Places, tables: Tables) -> Result:
        """Exceptions that explain nothing, or name what does not exist; call it when all findings are sorted."""
        oddities = {check.name for check in checks if check.kind is Kind.ODDITY} | {one.check for one in noticed}
        known = {row.row_id for rows in tables.tables().values() for row in rows}
        known.update(row_id for one in noticed for row_id in one.examined)
        problems = [
            places.problem(NAME, finding) for row in self._accepted for finding in self._faults(row, oddities, known)
        ]
        return Result(NAME, "does every exception explain something?", len(self._accepted), (), tuple(problems))

    def _faults(self, row: AcceptedFinding, oddities: set[str], known: set[str]) -> Iterator[Finding]:
        if row.check not in oddities:
            yield Finding(
                row, "check", "is no check that exceptions can explain", f"use one of: {', '.join(sorted(oddities))}"
            )
        elif row.row not in known:
            yield Finding(
                row, "row", "is no row of any table", "name the row of the finding, or delete the exception"
            )
        elif row.row_id not in self._met:
            yield Finding(row, "row_id", "explains nothing any more", "delete it: the check no longer finds this")
