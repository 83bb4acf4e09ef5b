"""Screening by two: a sheet for each, read back, compared, settled, and written into records.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.evidence.checks.searches import UNSCREENED
from analysis.evidence.load import load_unsealed
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.rows import Record, Tables
from analysis.evidence.searching.decoding import decoded
from analysis.evidence.searching.exported import refused
from analysis.evidence.searching.identifiers import as_cell
from analysis.evidence.searching.importing import RECORDS, write_checked
from analysis.evidence.whole_file import write_whole
from analysis.methods.agreement import cohen_kappa, share_agreed

INCLUDE, EXCLUDE = DECISIONS = ("include", "exclude")
SHEETS = ("screening-a.csv", "screening-b.csv")
CONFLICTS = "conflicts.csv"
ABOUT = ("id", "title", "year", "source", "address")
COLUMNS = (*ABOUT, "decision", "reason")
IN_CONFLICT = (*ABOUT, "decision_a", "reason_a", "decision_b", "reason_b", "decision", "reason")
#: what becomes of a record
INCLUDED = {"decision": "include (report sought)", "flow_box": "report not yet assessed", "retrieved": "sought"}
EXCLUDED = {"decision": "exclude", "flow_box": "excluded on title and abstract", "retrieved": ""}
NO_REASON = {INCLUDE: "may be eligible by title and abstract", EXCLUDE: "not eligible by title and abstract"}
#: so that a spreadsheet program opens the sheets as UTF-8
MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on one record and its reason, "" if none was given; line: where the sheet has it."""

    decision: str
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class Screened:
    """What two sheets say: how many records both screened, agreement on them, what was in conflict and is left.

    kappa: None where chance explains all agreement; waiting: records that nobody decided on; written: whether the
    decisions stand in records.csv now.
    """

    both: int
    agreed: float
    kappa: float | None
    conflicts: int
    open: tuple[str, ...]
    included: int
    excluded: int
    waiting: int
    written: bool


def write_sheets(folder: Path, destination: Path) -> tuple[tuple[Path, ...], int]:
    """Write a sheet for each of two screeners into a folder; the files and the number of records in them.

    Raises DataError where nothing is to be screened, and for a sheet that is there: it may hold decisions.
    """
    tables = load_unsealed(folder)
    records = unscreened(tables)
    if not records:
        raise DataError([Problem(f"{folder.name}/records.csv", None, "decision", None, "holds nothing to screen",
                                 "bring a search in first: python -m analysis records import")])  # fmt: skip
    paths = tuple(destination / name for name in SHEETS)
    for path in paths:
        if path.exists():
            problem, remedy = "is there and may hold decisions", "name another folder, or move the sheet away"
            raise DataError([Problem(str(path), None, "", None, problem, remedy)])
    for path in paths:
        write_whole(path, table(COLUMNS, (about(tables, record) for record in records)))
    return paths, len(records)


def unscreened(tables: Tables) -> list[Record]:
    return [record for record in tables.records if record.flow_box == UNSCREENED]


def about(tables: Tables, record: Record) -> dict[str, str]:
    """The cells that tell a screener what a record is."""
    sources = {search.row_id: search.database for search in tables.searches}
    year = "" if record.year is None else str(record.year)
    told = (record.row_id, record.title, year, sources.get(record.search, ""), record.address)
    return dict(zip(ABOUT, told, strict=True))


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return MARK + text.getvalue()


def screened(folder: Path, sheets: tuple[Path, Path], consensus: Path | None, conflicts: Path) -> Screened:
    """Compare two screeners' sheets; without conflicts left, write their decisions.

    consensus: the list of conflicts with a decision on each, None if there is none; conflicts: where that list is
    written if there are any and no consensus was given. Raises DataError for a sheet that cannot be used, a record
    that only one of the two decided on, and a consensus that leaves a conflict open or decides on anything else.
    """
    tables = load_unsealed(folder)
    waiting = {record.row_id: record for record in unscreened(tables)}
    first, second = (read_sheet(path, waiting) for path in sheets)
    if sheets[0].resolve() == sheets[1].resolve():
        raise refused(str(sheets[1]), None, None, "is the first sheet again", "name the sheets of two screeners")
    refuse_halves(sheets, first, second)
    both = [row_id for row_id in waiting if row_id in first]
    if not both:
        problem = "holds no decision on a record that waits for one"
        raise refused(str(sheets[0]), None, None, problem, f"write {' or '.join(DECISIONS)} into the column decision")
    pairs = [(first[row_id].decision, second[row_id].decision) for row_id in both]
    differing = [row_id for row_id in both if first[row_id].decision != second[row_id].decision]
    settled = settlement(consensus, differing) if consensus is not None else {}
    final = {row_id: settled.get(row_id) or agreed(first[row_id], second[row_id]) for row_id in both}
    left = tuple(row_id for row_id in differing if row_id not in settled)
    if left:
        list_conflicts(conflicts, tables, [waiting[row_id] for row_id in left], first, second)
    else:
        cells = {row_id: outcome(final[row_id], first[row_id], second[row_id]) for row_id in both}
        write_checked(folder, {RECORDS: []}, cells)
    included = sum(final[row_id].decision == INCLUDE for row_id in both if row_id not in left)
    return Screened(
        both=len(both),
        agreed=share_agreed(pairs),
        kappa=cohen_kappa(pairs),
        conflicts=len(differing),
        open=left,
        included=included,
        excluded=len(both) - len(left) - included,
        waiting=len(waiting) - len(both),
        written=not left,
    )


def read_sheet(path: Path, known: Mapping[str, object]) -> dict[str, Decided]:
    """Decisions by record; rows without one are left out. Raises DataError at what cannot be used.

    known: ids of the records that may stand in it.
    """
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refused(file, None, None, f"cannot be read ({error.strerror})", "name a filled sheet") from None
    text, _ = decoded(file, raw)
    head = text.partition("\n")[0]
    # a spreadsheet program may have saved it with the delimiter of its country
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    found: dict[str, Decided] = {}
    try:
        missing = [name for name in ("id", "decision", "reason") if name not in (reader.fieldnames or ())]
        if missing:
            remedy = "keep the columns of the sheet that python -m analysis records sheet wrote"
            raise refused(file, 1, head.strip(), f"has no column {', '.join(missing)}", remedy)
        for cells in reader:
            line = reader.line_num
            row_id, decision = (cells["id"] or "").strip(), (cells["decision"] or "").strip().lower()
            if not decision:
                continue
            if decision not in DECISIONS:
                remedy = f"write {' or '.join(DECISIONS)}; if in doubt, include"
                raise refused(file, line, decision, f"is no decision on {row_id}", remedy)
            if row_id not in known:
                raise refused(file, line, row_id, "waits for no decision", "keep the ids, or write a new sheet")
            if row_id in found:
                raise refused(file, line, row_id, f"was decided on in line {found[row_id].line}", "keep one of them")
            found[row_id] = Decided(decision, as_cell(cells["reason"] or ""), line)
    except csv.Error as error:
        raise refused(file, reader.line_num, None, f"is no CSV ({error})", "save the sheet as CSV (UTF-8)") from None
    return found


def refuse_halves(sheets: tuple[Path, Path], first: Mapping[str, Decided], second: Mapping[str, Decided]) -> None:
    """Refuse records that only one screener decided on, which would be screening by one."""
    for ours, path, theirs in ((first, sheets[1], second), (second, sheets[0], first)):
        lacking = [row_id for row_id in ours if row_id not in theirs]
        if lacking:
            problem = f"has no decision on {len(lacking)} that the other sheet decides: {', '.join(lacking[:5])}"
            raise refused(str(path), None, None, problem, "decide on them, or empty the cells of both")


def settlement(consensus: Path, differing: Sequence[str]) -> dict[str, Decided]:
    """What the consensus decides; DataError if it leaves a conflict open."""
    decided = read_sheet(consensus, dict.fromkeys(differing))
    left = [row_id for row_id in differing if row_id not in decided]
    if left:
        problem = f"leaves {len(left)} conflicts open: {', '.join(left[:5])}"
        raise refused(str(consensus), None, None, problem, "decide on each in the column decision")
    return decided


def agreed(one: Decided, other: Decided) -> Decided:
    """The decision of both, with the reasons of both where they differ."""
    reasons = dict.fromkeys(reason for reason in (one.reason, other.reason) if reason)
    return Decided(one.decision, " / ".join(reasons), one.line)


def outcome(final: Decided, one: Decided, other: Decided) -> dict[str, str]:
    """The cells of records.csv that follow."""
    became = INCLUDED if final.decision == INCLUDE else EXCLUDED
    reason = final.reason or NO_REASON[final.decision]
    return {**became, "reason": reason, "screener_1": one.decision, "screener_2": other.decision}


def list_conflicts(
    path: Path, tables: Tables, records: Sequence[Record], first: Mapping[str, Decided], second: Mapping[str, Decided]
) -> None:
    """Write what is to be settled. DataError if the list is there: it may hold decisions."""
    if path.exists():
        remedy = f"give it as --consensus {path} once it is filled in, or move it away"
        raise refused(str(path), None, None, "is there and may hold decisions", remedy)
    rows = []
    for record in records:
        one, other = first[record.row_id], second[record.row_id]
        said = (one.decision, one.reason, other.decision, other.reason)
        named = dict(zip(("decision_a", "reason_a", "decision_b", "reason_b"), said, strict=True))
        rows.append({**about(tables, record), **named})
    write_whole(path, table(IN_CONFLICT, rows))
