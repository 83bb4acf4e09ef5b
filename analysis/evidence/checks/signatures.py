"""Who decided, judged or sealed a row, and what they read: are names known, and do reasons fit the basis?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.evidence.assessors import PROJECT, WHO, basis, named
from analysis.evidence.checks.findings import Check, Examined, Finding, Kind
from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.rows import Row, Tables
from analysis.evidence.rows_bookkeeping import Assessor, Seal

#: the column that gives the reason of a decision; of two, the one that is printed
REASONS = ("reason", "note")
FULL_TEXT = "full text"
SOURCES = r"abstracts?|summar(?:y|ies)|tables?|sheets?|register entr(?:y|ies)|records?|reviews?|preprints?"
#: how plain English says that a text was not read, or only a part of it
IN_PART = re.compile(
    rf"\bavailable (?:text|part|pages)\b|\btext (?:is|was)? ?(?:not )?available\b|\bavailable online\b"
    rf"|\b(?:{SOURCES})(?:'s)? (?:\w+ )?(?:only|alone)\b"
    rf"|\b(?:only|alone) (?:in|from) (?:the |an? )?(?:\w+ )?(?:{SOURCES})\b"
    rf"|\bonly (?:the |an? )?(?:{SOURCES})\b"
    r"|\b(?:full )?text (?:could|can) ?not be (?:read|had|found|obtained)|\b(?:no|without (?:the |a )?) ?full text\b"
    r"|\bfull texts? (?:\w+ ){0,2}not\b|\bbehind a paywall\b|\bwas not read\b|\bnot accessible\b",
    re.I,
)
ADD = "add the name to assessors.csv with a role and what they read, or correct it"


def named_columns(row: Row) -> Iterator[str]:
    """The columns of a row that say who judged or decided, where they are filled in."""
    return (column for column in WHO if getattr(row, column, ""))


def known(tables: Tables) -> Examined:
    """Whoever decided is an assessor of the review; whoever judged is one, or somebody who published and is cited."""
    for rows in tables.tables().values():
        for row in rows:
            columns = tuple(named_columns(row))
            if columns:
                yield tuple(unknown(row, columns, tables.assessors))
    yield from sealed(tables)


def unknown(row: Row, columns: Sequence[str], assessors: Sequence[Assessor]) -> Iterator[Finding]:
    for column in columns:
        if named(getattr(row, column), assessors):
            continue
        if not hasattr(row, "source"):
            yield Finding(row, column, "names nobody of assessors.csv", ADD)
        elif not row.source:
            remedy = f"{ADD}; for a published judgement name its reference in source"
            yield Finding(row, column, "names nobody of assessors.csv, and the row cites nothing", remedy)


def sealed(tables: Tables) -> Examined:
    """Each name below a seal once, at its first row; a review that names no assessors says nothing of its readers."""
    if not tables.assessors:
        return
    signed = Counter(seal.sealed_by for seal in tables.seals)
    first: dict[str, Seal] = {}
    for seal in tables.seals:
        first.setdefault(seal.sealed_by, seal)
    for name, seal in first.items():
        if named(name, tables.assessors):
            yield ()
        else:
            problem = (
                f"names nobody of assessors.csv, below {signed[name]} {'seal' if signed[name] == 1 else 'seals'}"
            )
            yield (Finding(seal, "sealed_by", problem, ADD),)


def check_name(name: str, assessors: Sequence[Assessor]) -> None:
    """Refuse to sign for somebody whom the review does not name. Raises DataError."""
    if assessors and not named(name, assessors):
        there = ", ".join(one.name for one in assessors)
        raise DataError([Problem("the command line", None, "sealed_by", name, "names nobody of assessors.csv",
                                 f"{ADD}; there are: {there}")])  # fmt: skip


def said_in_part(row: Row | DigitisedSeries) -> tuple[str, str] | None:
    """Column and words in which the reasons of a row say that a text was read in part or not at all."""
    column = next((column for column in REASONS if hasattr(row, column)), "")
    found = IN_PART.search(getattr(row, column)) if column else None
    return (column, found[0]) if found else None


def reasons(tables: Tables) -> Examined:
    """A judgement from the full text does not rest on what the text read before it did not say."""
    for rows in tables.tables().values():
        for row in rows:
            people = [
                one
                for column in named_columns(row)
                for one in named(getattr(row, column), tables.assessors)
                if one.role != PROJECT and basis(getattr(row, column), one) == FULL_TEXT
            ]
            if people:
                yield tuple(of_another_basis(row, people))


def of_another_basis(row: Row, people: Sequence[Assessor]) -> Iterator[Finding]:
    if said := said_in_part(row):
        column, words = said
        names = " and ".join(one.name for one in people)
        problem = f"says {words!r}, but {names} decided from the {FULL_TEXT}"
        yield Finding(row, column, problem, "look into the full text, and give the reason that it gives")


CHECKS = (
    Check("who decided", Kind.SLIP, "is whoever decided, judged or sealed an assessor, or cited?", known),
    Check("reasons and basis", Kind.ODDITY, "do reasons of judgements from the full text fit that basis?", reasons),
)
