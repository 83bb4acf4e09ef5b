"""The table of the searches: source, day, query, the records that each brought, and the copies among them."""

from __future__ import annotations

from analysis.printing.printer import Printed, Printer
from analysis.synthesis.searches import Searches
from analysis.tables.frame import Cell, Table
from analysis.tables.reporting import code


def table(printer: Printer) -> Table:
    """One search a line, in the order in which they were brought in."""
    found: Searches = printer.tree.searches
    exported = {search.row_id for search in printer.tree.evidence.searches if search.digest}

    def query(row: str) -> Cell:
        shown: Printed = printer.cell(row, "query")
        # what was typed stays as it was typed, where a table can hold it as code
        return code(shown) if row in exported and not {"`", "|"} & set(shown.text) else shown

    return Table(
        heads=("Database or register", "What it is", "Searched on", "Query", "Records", "Copies removed"),
        rows=tuple(
            (
                printer.cell(run.search, "database"),
                printer.cell(run.search, "kind"),
                printer.cell(run.search, "searched_on"),
                query(run.search),
                printer(f"searches.runs.{name}.records"),
                printer(f"searches.runs.{name}.copies"),
            )
            for name, run in found.runs.items()
        ),
        align="llllrr",
    )
