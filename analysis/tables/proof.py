"""The tables that prove the numbers: rules of printing, second computations, claims."""

from __future__ import annotations

from analysis.keys import DEVIATION, SECOND
from analysis.naming import meaning
from analysis.numbers import Printer
from analysis.tables.frame import Table


def crosschecks(printer: Printer) -> Table:
    """Results computed a second time by other code, with the relative deviation."""
    return Table(
        heads=("Result", "Second computation", "Here", "There", "Relative deviation"),
        rows=tuple(
            (
                meaning(printer.tree, check.key),
                check.by,
                printer.unrounded(check.key),
                printer(SECOND + check.key),
                printer(DEVIATION + check.key),
            )
            for check in printer.tree.crosschecks
        ),
        align="lllll",
    )
