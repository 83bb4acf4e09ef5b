"""The records of a search, brought into searches.csv and records.csv from what the database exported."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from analysis.evidence.checks.searches import BY_SEARCH, UNSCREENED
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import load_unsealed
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.rows import Tables
from analysis.evidence.schema import cell_fault
from analysis.evidence.searching.duplicates import ENTRY, RULES, known, of_export
from analysis.evidence.searching.exported import Export, Exported
from analysis.evidence.searching.identifiers import cleaned
from analysis.evidence.searching.reading import read_export
from analysis.evidence.whole_file import write_whole

SEARCHES, RECORDS = "searches", "records"
DATABASE, REGISTER = "bibliographic database", "trial register"
DATABASE_RECORD = "database record"
COMMAND_LINE = "the command line"
DUPLICATE = "duplicate"
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Searched:
    """What the command says of a search: where, when, with which query; kind: "" to tell it by the export."""

    database: str
    on: date
    query: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added: how each file was read, its records, and the copies among them by rule.

    within: copies of records of this search; of the others the log held the record before.
    """

    search: str
    kind: str
    files: tuple[tuple[str, str, str, int], ...]
    records: int
    by_rule: Mapping[str, int]
    within: int
    entries: int
    noted: tuple[str, ...] = field(default=())

    @property
    def new(self) -> int:
        """Records that were there in no copy, and are to be screened."""
        return self.records - sum(self.by_rule.values())


def bring_in(folder: Path, paths: Sequence[Path], searched: Searched) -> Imported:
    """Add a search and its records to the folder, whole or not at all.

    paths: all files of one search, for a database exports long lists in parts. Raises DataError, and writes nothing,
    for a file that cannot be used, for one that was brought in before, for a second search of the same database, day
    and query, and where the folder would have anything open but seals.
    """
    tables = load_unsealed(folder)
    digests = [digest(path) for path in paths]
    exports = [read_export(path) for path in paths]
    refuse_again(tables, paths, digests, searched)
    of_register = all(export.of_register for export in exports)
    search = {
        "row_id": search_id(tables, searched),
        "database": searched.database,
        "kind": searched.kind or (REGISTER if of_register else DATABASE),
        "searched_on": searched.on.isoformat(),
        "query": " ".join(searched.query.split()),
        "found": str(sum(len(export.records) for export in exports)),
        "files": "; ".join(path.name for path in paths),
        "digest": "; ".join(digests),
        "note": searched.note,
    }
    check_command(folder, search)
    rows = list(new_rows(tables, exports, search["row_id"]))
    write_checked(folder, {SEARCHES: [search], RECORDS: rows})
    first = len(tables.records)
    return Imported(
        search=search["row_id"],
        kind=search["kind"],
        files=tuple((p.name, e.layout, e.encoding, len(e.records)) for p, e in zip(paths, exports, strict=True)),
        records=len(rows),
        by_rule=Counter(row["duplicate_rule"] for row in rows if row["duplicate_rule"]),
        within=sum(int(row["duplicate_of"].rpartition("-")[2]) > first for row in rows if row["duplicate_of"]),
        entries=sum(row["kind"] == ENTRY for row in rows),
        noted=tuple(f"{row['row_id']}: {row['note']}" for row in rows if row["note"]),
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, "" for one that is not there, which reading it refuses."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def refuse_again(tables: Tables, paths: Sequence[Path], digests: Sequence[str], searched: Searched) -> None:
    """Refuse files, or a search, that are there already."""
    there = {one: search.row_id for search in tables.searches for one in search.digest.split("; ") if one}
    query = " ".join(searched.query.split())
    for number, (path, one) in enumerate(zip(paths, digests, strict=True)):
        if one in there:
            problem = f"was brought in before, as {there[one]} of searches.csv"
            raise DataError(
                [Problem(str(path), None, "", None, problem, "nothing is to be done, or name another file")]
            )
        if one in digests[:number]:
            raise DataError([Problem(str(path), None, "", None, "is named twice", "name each file once")])
    for search in tables.searches:
        if (search.database.casefold(), search.searched_on, search.query) == (
            searched.database.casefold(), searched.on, query,
        ):  # fmt: skip
            problem = f"was searched on {searched.on} with this query before: {search.row_id} of searches.csv"
            remedy = "name all files of one search in one command; to bring them in anew, restore data/ first"
            raise DataError([Problem(COMMAND_LINE, None, "source", searched.database, problem, remedy)])


def search_id(tables: Tables, searched: Searched) -> str:
    """``search-embase-2026-12-01``, with a number from the second of a day on."""
    name = re.sub(r"[^a-z0-9]+", "-", searched.database.lower()).strip("-")
    wanted = f"search-{name}-{searched.on}"
    taken = {search.row_id for search in tables.searches}
    number = 1
    while (found := wanted if number == 1 else f"{wanted}-{number}") in taken:
        number += 1
    return found


def check_command(folder: Path, search: Cells) -> None:
    """Refuse what the table of searches would not hold, under the names of the command."""
    table = next(table for table in read_descriptor(folder) if table.name == SEARCHES)
    named = {"database": "source", "searched_on": "searched", "query": "query", "kind": "kind", "note": "note"}
    for column, option in named.items():
        if fault := cell_fault(table.field(column), search[column]):
            raise DataError([Problem(COMMAND_LINE, None, option, search[column], *fault)])
    if search["searched_on"] > date.today().isoformat():
        told = ("is after today", "give the day on which the database was searched")
        raise DataError([Problem(COMMAND_LINE, None, "searched", search["searched_on"], *told)])


def new_rows(tables: Tables, exports: Sequence[Export], search: str) -> Iterator[dict[str, str]]:
    """The rows of records.csv, numbered on; copies name what they copy and by which rule."""
    log = known(tables)
    records = [record for export in exports for record in export.records]
    for number, record in enumerate(records, start=len(tables.records) + 1):
        row_id = f"record-{number:03d}"
        identity = of_export(record)
        copied = log.find(identity)
        log.add(identity, copied[0] if copied else row_id)
        yield row(row_id, number, record, search, *(copied or ("", "")))


def row(row_id: str, number: int, record: Exported, search: str, original: str, rule: str) -> dict[str, str]:
    """One row of records.csv: a copy, or a record that waits for its screening."""
    reason = f"copy of {original}: {RULES[rule].partition(';')[0]}" if original else "brought in by a search"
    return {
        "row_id": row_id,
        "number": str(number),
        "address": record.address,
        "title": record.title,
        "year": "" if record.year is None else str(record.year),
        "kind": ENTRY if record.is_entry else DATABASE_RECORD,
        "is_duplicate": "true" if original else "false",
        "decision": "exclude" if original else UNSCREENED,
        "reason": reason,
        "flow_box": DUPLICATE if original else UNSCREENED,
        "used_as_source": "false",
        "identified_by": BY_SEARCH,
        "note": cleaned(record.note),
        "search": search,
        "authors": record.authors,
        "doi": record.doi,
        "pmid": record.pmid,
        "registration": "; ".join(record.registrations),
        "duplicate_of": original,
        "duplicate_rule": rule,
    }


# Tables that are written whole --------------------------------------------------------------------------------------


def write_checked(
    folder: Path, added: Mapping[str, Sequence[Cells]], changed: Mapping[str, Cells] | None = None
) -> None:
    """Add rows to tables, and change cells of records by row id, if the folder passes every check afterwards.

    Seals of the rows are left to whoever has looked at them. The checks are asked of a copy of the folder, so that
    nothing is written where one of them finds anything.
    """
    written = {name: with_rows(folder / f"{name}.csv", rows, changed or {}) for name, rows in added.items()}
    with tempfile.TemporaryDirectory() as spare:
        copy = Path(shutil.copytree(folder, Path(spare) / folder.name))
        for name, text in written.items():
            (copy / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        load_unsealed(copy)
    for name, text in written.items():
        write_whole(folder / f"{name}.csv", text)


def with_rows(path: Path, added: Sequence[Cells], changed: Mapping[str, Cells]) -> str:
    """The text of a table with rows added below and cells changed."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    at = header.index("row_id")
    kept = [
        [changed.get(row[at], {}).get(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *kept, *([cells.get(name, "") for name in header] for cells in added)])
    return text.getvalue()
