"""Letters of all texts: none lost in an encoding, none of another script that looks like the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from analysis.evidence.characters import letter_faults
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.rows import Record, Row, Tables
from analysis.evidence.rows_bookkeeping import AcceptedFinding, Seal

#: columns that hold names of people, places or works; a question mark within a word of them was another letter
NAMING = ("label", "title", "authors", "journal", "journal_or_publisher", "country", "confirmed_by", "decided_by")
LOST = re.compile(r"\b[^\W\d_]+\?[^\W\d_]+\b")


def letters(tables: Tables) -> Examined:
    """Texts hold the letters that were meant; what an export of a database brought is left as it was."""
    for rows in tables.tables().values():
        if not rows or isinstance(rows[0], Seal):
            continue
        columns = [column.name for column in fields(rows[0]) if str(column.type) == "str"]
        if isinstance(rows[0], AcceptedFinding):
            columns.remove("value")  # repeats the cell that it explains
        for row in rows:
            yield () if isinstance(row, Record) and row.search else tuple(_of_row(row, columns))


def _of_row(row: Row, columns: list[str]) -> Iterator[Finding]:
    for column in columns:
        text = getattr(row, column)
        for problem, remedy in letter_faults(text):
            yield Finding(row, column, problem, remedy)
        if column in NAMING and "?" in text and (lost := LOST.search(text)):
            yield Finding(row, column, f"holds {lost[0]!r}, with a question mark for a letter", "write the letter")


CHECKS = (Check("letters", Kind.ODDITY, "are all letters those that were meant, in one script a word?", letters),)
