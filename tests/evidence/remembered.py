"""The checks, each asked anew only when a table that it reads is another one.

A campaign loads hundreds of folders that differ from data/ in one table. The loader stays the one under test, and it
reads the same bytes once, so that a table left alone is the same object in every load; what a check found among the
same tables is what it finds again.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.evidence.checks import Check
from analysis.evidence.checks.findings import Examined
from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.rows import ROW_TYPES, Row, Tables

Rows = tuple[Row, ...] | tuple[DigitisedSeries, ...]
#: the series read from figures; without any figure it is the same empty tuple in every load
SERIES = "digitised"


class Watched:
    """Tables that note which of them were read."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.read: dict[str, Rows] = {}

    def __getattr__(self, name: str) -> Rows:
        assert name in ROW_TYPES or name == SERIES, f"a check asks the tables for {name}: say here what that reads"
        return self.read.setdefault(name, getattr(self._tables, name))

    def tables(self) -> dict[str, Rows]:
        return {name: getattr(self, name) for name in ROW_TYPES}


def remembering(check: Check) -> Check:
    """The check, with what it found among the same tables remembered."""
    answers: list[tuple[dict[str, Rows], Examined]] = []

    def look(tables: Tables) -> Examined:
        for read, answer in answers:
            if all(getattr(tables, name) is rows for name, rows in read.items()):
                return answer
        watched = Watched(tables)
        answer = tuple(tuple(found) for found in check.look(watched))  # type: ignore[arg-type]
        answers.append((watched.read, answer))
        # The first answer is that of data/ as it is; of the others the last one is asked for again, if any.
        del answers[1:-1]
        return answer

    return replace(check, look=look)
