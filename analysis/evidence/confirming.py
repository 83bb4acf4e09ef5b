"""Confirmations: that a person compared rows with the report, also when nothing had to be changed.

A seal notices that a row changed; a confirmation says who stands for it as it is. It holds the fingerprint of the
row, so that it no longer counts once the row is another one.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.evidence.assessors import PROJECT
from analysis.evidence.checks.seals import check_signature
from analysis.evidence.checks.signatures import FULL_TEXT, said_in_part
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import CONFIRMATIONS, UNSEALED, Evidence, load
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.rows_bookkeeping import Confirmation
from analysis.evidence.schema import Field, Table, cell_fault
from analysis.evidence.whole_file import write_whole

FILE = f"{CONFIRMATIONS}.csv"
COMMAND_LINE = "the command line"
#: table → the column that holds what is judged in it
JUDGED = {"risk_of_bias": "judgement", "certainty": "rating", "trials": "eligibility", "reporting": "status"}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who compared, when, with what, and what they judged independently ("" if they only confirm)."""

    by: str
    on: date
    basis: str
    judgement: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many rows of each table were confirmed, and the ids of those that are to be looked at, with why."""

    rows: dict[str, int]
    to_look_at: dict[str, str]


def confirm(folder: Path, what: Sequence[str], table: str, signature: Signature) -> Recorded:
    """Confirm rows of the folder; what was recorded.

    what: names of tables, keys of trials (all rows of a trial), or ids of rows; table: only rows of this one, "" for
    all. A person who confirms a row again replaces the earlier confirmation. Raises DataError, and writes nothing,
    while the folder has anything open, for a name that is not in assessors.csv, and for anything that names no row.
    """
    evidence = load(folder)
    chosen = list(dict.fromkeys(place for one in what for place in named_rows(evidence, one, table)))
    check(read_descriptor(folder), evidence, chosen, signature)
    digests = {seal.row: seal.digest for seal in evidence.seals}
    ids = {row_id for _, row_id in chosen}
    kept = [one for one in evidence.confirmations if one.row not in ids or one.confirmed_by != signature.by]
    new = [
        Confirmation(row_id, signature.by, signature.on, signature.basis, signature.judgement, digests[row_id])
        for _, row_id in chosen
    ]
    write(folder, [*kept, *new])
    return Recorded(dict(Counter(name for name, _ in chosen)), dict(to_look_at(evidence, chosen, signature)))


def to_look_at(
    evidence: Evidence, rows: Iterable[tuple[str, str]], signature: Signature
) -> Iterator[tuple[str, str]]:
    """Id and words of the rows whose reasons say that a text was read in part, though the full text was read now."""
    if signature.basis != FULL_TEXT:
        return
    for table, row_id in rows:
        row = evidence.row(row_id)
        if (hasattr(row, "reason") or table == "reporting") and (said := said_in_part(row)):
            yield row_id, f"{said[0]} says {said[1]!r}"


def named_rows(evidence: Evidence, name: str, table: str) -> Iterator[tuple[str, str]]:
    """(table, row id) of the rows that one word of the command names; DataError if there are none."""
    found = []
    for known, rows in evidence.tables().items():
        if known in UNSEALED or table not in ("", known):
            continue
        found += [
            (known, row.row_id) for row in rows if name in (known, row.row_id, getattr(row, "trial", None) or None)
        ]
    if not found:
        where = f" of {table}.csv" if table else ""
        raise refused("what", name, f"names no table, no trial and no row{where}", "name what is in the data folder")
    yield from found


def check(tables: Sequence[Table], evidence: Evidence, rows: Iterable[tuple[str, str]], signature: Signature) -> None:
    """Refuse a signature that the table of confirmations would not hold, or that says what cannot be."""
    columns = {field.name: field for table in tables if table.name == CONFIRMATIONS for field in table.fields}
    check_signature(columns["confirmed_by"], signature.by, signature.on)
    names = [one.name for one in evidence.assessors if one.role != PROJECT]
    if signature.by not in names:
        remedy = f"add the name to assessors.csv with a role, and seal; there are: {', '.join(names) or 'none yet'}"
        raise refused("by", signature.by, "is no author or assessor of this review", remedy)
    for name, text in (("basis", signature.basis), ("judgement", signature.judgement)):
        if fault := cell_fault(columns[name], text):
            raise refused(name, text, *fault)
    if signature.judgement:
        for table, row_id in rows:
            column = JUDGED.get(table)
            if column is None:
                raise refused("judgement", signature.judgement, f"is given for {row_id}, which is no judgement",
                              f"leave it out, or name rows of {', '.join(JUDGED)}")  # fmt: skip
            check_judgement(field_of(tables, table, column), signature.judgement)


def check_judgement(field: Field, judgement: str) -> None:
    """Refuse a judgement that the column could not hold."""
    if fault := cell_fault(field, judgement):
        raise refused("judgement", judgement, *fault)


def field_of(tables: Sequence[Table], table: str, column: str) -> Field:
    return next(one for one in tables if one.name == table).field(column)


def refused(column: str, value: str, problem: str, remedy: str) -> DataError:
    return DataError([Problem(COMMAND_LINE, None, column, value, problem, remedy)])


def write(folder: Path, confirmations: Iterable[Confirmation]) -> None:
    """Write the table of confirmations, whole or not at all."""
    columns = list(Confirmation.__dataclass_fields__)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([getattr(one, column) for column in columns] for one in confirmations)
    write_whole(folder / FILE, text.getvalue())
