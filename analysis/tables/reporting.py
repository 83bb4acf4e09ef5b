"""Tables of how the review was done and reported: checklists with live references, search strategies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.evidence.rows_judgements import ReportingItem
from analysis.printing import declarations
from analysis.printing.declarations import Undeclared
from analysis.printing.printer import Printed, Printer, phrase
from analysis.results.tree import Review
from analysis.tables.frame import Cell, Markdown, Table

#: labels of the supplement; all others are of the paper
OF_SUPPLEMENT = ("stbl-", "sfig-", "sec-s-")
LABEL = re.compile(r"(?:sec|fig|tbl|eq|stbl|sfig)-[\w-]+")
PAPER, SUPPLEMENT = "Manuscript", "Supplement"


def places(item: ReportingItem) -> Iterator[tuple[str, str]]:
    """(document, label or name of a part) of everything that an item's `reported` names, in its order."""
    for place in item.reported.split("; "):
        yield (SUPPLEMENT if place.startswith(OF_SUPPLEMENT) else PAPER), place


def where(item: ReportingItem) -> Markdown:
    """``Manuscript: @sec-search, @fig-flow; Supplement: @stbl-strategies``: references that the page makes links."""
    parts = []
    for document in (PAPER, SUPPLEMENT):
        named = [place for within, place in places(item) if within == document]
        if named:
            shown = (f"@{place}" if LABEL.fullmatch(place) else place.lower() for place in named)
            parts.append(f"{document}: {', '.join(shown)}")
    return Markdown("; ".join(parts))


def checklist(printer: Printer, name: str) -> Table:
    """One reporting guideline, item by item: where each is reported, whether it is met, and what to know about it.

    name: as data/reporting.csv calls the guideline. Raises ``ValueError`` for an unknown one.
    """
    review: Review = printer.tree
    items = [row for row in review.evidence.reporting if row.checklist == name]
    if not items:
        known = dict.fromkeys(row.checklist for row in review.evidence.reporting)
        raise ValueError(f"no guideline {name!r} in data/reporting.csv; there are: {', '.join(known)}")
    return Table(
        heads=("Item", "Topic", "Reported on", "Status", "Note"),
        rows=tuple(
            (
                printer.cell(item.row_id, "item"),
                printer.cell(item.row_id, "topic"),
                where(item),
                *status_and_note(printer, item),
            )
            for item in items
        ),
        align="lllll",
    )


def status_and_note(printer: Printer, item: ReportingItem) -> tuple[Cell, Cell]:
    """Whether an item is met and what to know about it, by its row, or by the declaration that its note names.

    The row's status holds while that declaration is open. Raises ``Undeclared`` for one that is not known.
    """
    name = declarations.named_in(item.note)
    words, further = declarations.with_words(item.note)
    if further:
        said = declarations.brief(printer, further)
        return printer.cell(item.row_id, "status"), phrase(
            words, f"; {further.replace('-', ' ')} ", said
        ) if said.parts else words
    if not name:
        return printer.cell(item.row_id, "status"), printer.cell(item.row_id, "note") if item.note else ""
    try:
        state = printer.tree.declarations.state(name)
    except Undeclared as unknown:
        raise Undeclared(f"data/reporting.csv, row {item.row_id}, column note: {unknown}") from None
    if state == declarations.OPEN:
        return printer.cell(item.row_id, "status"), declarations.brief(printer, name)
    applies = (name, state) != ("amendments", declarations.NOTHING)
    return "met" if applies else "not applicable", declarations.brief(printer, name)


def strategies(printer: Printer) -> Table:
    """The search strategies that were written and not run, line by line."""
    review: Review = printer.tree
    rows: list[tuple[Cell, ...]] = []
    database = named = ""
    for line in review.evidence.strategies:

        def cell(column: str, row: str = line.row_id) -> Printed:
            return printer.cell(row, column)

        first, new = line.database != database, line.filter != named
        rows.append(
            (
                phrase(cell("database"), ", ", cell("platform"), ": ", cell("status")) if first else "",
                cell("line"),
                code(cell("query")),
                phrase(cell("concept"), ": ", cell("filter")) if line.filter and (first or new) else cell("concept"),
            )
        )
        database, named = line.database, line.filter
    return Table(heads=("Database and platform", "Line", "Query", "What for"), rows=tuple(rows), align="lrll")


def code(query: Printed) -> Markdown:
    """A query as code, so that its quotation marks and signs stay as they would be typed."""
    if "`" in query.text or "|" in query.text:
        raise ValueError(f"{query.key}: a query with a backtick or a bar cannot stand in a table")
    return Markdown(f'[`{query.text}`]{{data-key="{query.key}"}}')
