"""The table of conversions: what was reported of continuous outcomes, and what a synthesis could use of it."""

from __future__ import annotations

from analysis.evidence.rows import Continuous
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Printer
from analysis.results.tree import Review
from analysis.synthesis.conversions import Conversion
from analysis.tables.frame import Cell, Table, cite_trial, under


def conversions(printer: Printer) -> Table:
    """One line per reported statistic: as reported, as usable, by which method from which paper and equation."""
    review: Review = printer.tree
    rows: list[tuple[Cell, ...]] = []
    for at, conversion in under("conversions", review.conversions):
        read, row = f"data.{conversion.row}", review.evidence.row(conversion.row)
        source = printer.or_dash(f"{at}.source")
        rows.append(
            (
                cite_trial(printer, conversion.trial),
                printer.say("{or_dash:.outcome}, {or_dash:.unit}", read),
                printer.or_dash(f"{read}.arm"),
                printer.or_dash(f"{at}.n"),
                printer.say(reported(row), read),
                printer.say(used(conversion), at),
                printer.say("{.method}; {.note}" if conversion.note else "{.method}", at),
                source,
            )
        )
    heads = ("Trial", "Outcome, unit", "Arm", "Patients", "As reported", "Mean (SD or SE)", "How", "Source")
    return Table(heads, tuple(rows), "lllrllll")


def reported(row: object) -> str:
    """The template of what was reported: a statistic with its numbers, or the place of the figure that was read."""
    return (
        "{or_dash:.statistic}: {or_dash:.centre}" + spread(row)
        if isinstance(row, Continuous)
        else "{or_dash:.locator}"
    )


def spread(row: Continuous) -> str:
    """What a row says beside the centre, as a template: `` (−15.5 to 93.3)``."""
    said = "".join(f" ({{.{column}}})" for column in ("sd", "se") if getattr(row, column) is not None)
    for low, high in (("low", "high"), ("minimum", "maximum")):
        if getattr(row, low) is not None:
            said += f" ({{or_dash:.{low}}} to {{or_dash:.{high}}})"
    return said


def used(conversion: Conversion) -> str:
    """The template of ``43.10 (83.01)``, with SE named; a dash where nothing can be used."""
    if conversion.mean is None:
        return EN_DASH
    return "{.mean} (SE {.se})" if conversion.sd is None else "{.mean} ({.sd})"
