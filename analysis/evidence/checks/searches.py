"""Searches and the records that they brought: their number, copies, screening, retrieval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.rows import Record, Tables
from analysis.evidence.rows_bookkeeping import Search

BY_SEARCH = "databases and registers"
UNSCREENED = "not yet screened"
NOT_RETRIEVED = "report not retrieved"
#: box of the flow → what may stand in `retrieved`; of the boxes that are not here "" or "yes"
RETRIEVED: dict[str, tuple[str, ...]] = {
    "duplicate": ("",),
    UNSCREENED: ("",),
    "excluded on title and abstract": ("",),
    "not a trial report": ("",),
    NOT_RETRIEVED: ("no",),
    "report not yet assessed": ("sought", "yes"),
}
ASSESSED = ("", "yes")


def searches(tables: Tables) -> Examined:
    """A search has as many rows in records.csv as it found, and its exports are those of no other search."""
    brought = Counter(record.search for record in tables.records)
    first: dict[str, str] = {}

    def look(search: Search) -> Iterator[Finding]:
        if search.found != brought[search.row_id]:
            yield Finding(
                search, "found", f"is not the number of its rows in records.csv: {brought[search.row_id]}",
                "restore the rows, or the number",
            )  # fmt: skip
        for digest in filter(None, search.digest.split("; ")):
            known = first.setdefault(digest, search.row_id)
            if known != search.row_id:
                yield Finding(search, "digest", f"is that of {known} too", "delete the copy: an export is one search")
        if len(search.files.split("; ")) != len(search.digest.split("; ")) or bool(search.files) != bool(
            search.digest
        ):
            yield Finding(search, "files", "are not as many as the digests", "restore the row")

    return per_row(look, tables.searches)


def found_records(tables: Tables) -> Examined:
    """A record goes with its search, its original, its screening and what was retrieved of it."""
    place = {record.row_id: number for number, record in enumerate(tables.records)}
    exported = {search.row_id for search in tables.searches if search.digest}

    def look(record: Record) -> Iterator[Finding]:
        if bool(record.search) != (record.identified_by == BY_SEARCH):
            yield Finding(
                record, "search", f"does not go with {record.identified_by}",
                "name a search of searches.csv for records of databases and registers, and for no other",
            )  # fmt: skip
        if record.search not in exported:
            for column in ("address", "query"):
                if not getattr(record, column):
                    yield Finding(record, column, "is empty", "it is required of a record that no export brought")
        if record.duplicate_of and not record.is_duplicate:
            yield Finding(record, "duplicate_of", "goes with no duplicate", "say that it is one, or empty the cell")
        if bool(record.duplicate_of) != bool(record.duplicate_rule):
            yield Finding(record, "duplicate_rule", "does not go with duplicate_of", "fill both cells or none")
        if record.duplicate_of and place.get(record.duplicate_of, -1) >= place[record.row_id]:
            yield Finding(record, "duplicate_of", "does not stand above its copy", "name the record that came first")
        yield from screened(record)

    return per_row(look, tables.records)


def screened(record: Record) -> Iterator[Finding]:
    """What is at fault with the screening of a record, and with what was retrieved of it."""
    if bool(record.screener_1) != bool(record.screener_2):
        yield Finding(record, "screener_2", "stands without the other", "fill both screeners' cells or none")
    if record.screener_1 and record.flow_box == UNSCREENED:
        yield Finding(record, "flow_box", "does not go with screener_1", "choose the box that the screeners decided")
    if (record.flow_box == UNSCREENED) != (record.decision == UNSCREENED):
        yield Finding(record, "decision", f"does not go with box {record.flow_box}", "make them agree")
    allowed = RETRIEVED.get(record.flow_box, ASSESSED)
    if record.retrieved not in allowed:
        yield Finding(
            record, "retrieved", f"does not go with box {record.flow_box}",
            f"write {' or '.join(one or 'nothing' for one in allowed)}, or choose another box",
        )  # fmt: skip
    # whoever passed two screeners was sought, and is assessed only once it was had
    elif record.screener_1 and record.flow_box not in RETRIEVED and record.retrieved != "yes":
        yield Finding(record, "retrieved", "is empty, but the report was assessed", "write yes")


CHECKS = (
    Check("searches", Kind.SLIP, "does each search have as many records as it found?", searches),
    Check(
        "records of searches",
        Kind.SLIP,
        "do search, copies, screening and retrieval agree?",
        found_records,
    ),
)
