"""Findings against the rows of exceptions.csv that explain them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.evidence.checks.findings import Check, Explained, Finding, Kind, Places, Result
from analysis.evidence.problems import Problem
from analysis.evidence.rows import Tables
from analysis.evidence.rows_bookkeeping import AcceptedFinding

NAME = "exceptions"
TABLE = "exceptions"
EXPLAIN = "if it is right as it stands, say why in exceptions.csv"


class Exceptions:
    """The accepted findings, and which of them have been met."""

    def __init__(self, accepted: Sequence[AcceptedFinding]) -> None:
        self._accepted = accepted
        self._by_place = {(row.check, row.row, row.column): row for row in accepted}
        self._met: set[str] = set()

    def sort(self, check: Check, found: Sequence[Finding], places: Places) -> tuple[list[Explained], list[Problem]]:
        """Which findings of a check are explained, and which are open problems."""
        explained, problems = [], []
        for finding in found:
            problem = places.problem(check.name, finding)
            if check.kind is Kind.SLIP:
                problems.append(problem)
                continue
            accepted = self._by_place.get((check.name, finding.row.row_id, finding.column))
            if accepted is not None and accepted.value == finding.value:
                self._met.add(accepted.row_id)
                explained.append(Explained(check.name, finding, accepted.row_id, accepted.conflict))
                continue
            remedy = f"{finding.remedy}; {EXPLAIN} (check {check.name})"
            if accepted is not None:
                remedy += f"; {accepted.row_id} explains another value there, {accepted.value}"
                self._met.add(accepted.row_id)
            problems.append(replace(problem, remedy=remedy))
        return explained, problems

    def idle(self, checks: Sequence[Check], places: Places, tables: Tables) -> Result:
        """Exceptions that explain nothing, or name what does not exist; call it when all findings are sorted."""
        oddities = {check.name for check in checks if check.kind is Kind.ODDITY}
        known = {row.row_id for rows in tables.tables().values() for row in rows}
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
