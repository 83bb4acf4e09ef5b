"""The table of conversions: what was reported of continuous outcomes, and what a synthesis could use of it."""

from __future__ import annotations

from analysis.evidence.rows import Continuous
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer
from analysis.review.tree import Review
from analysis.tables.frame import Table
from analysis.tables.manuscript import cite, field

LIMITS = (("low", "high"), ("minimum", "maximum"))


def conversions(printer: Printer) -> Table:
    """One line per reported statistic: as reported, as usable, by which method from which paper and equation."""
    review: Review = printer.tree
    rows = []
    for key, conversion in review.conversions.items():
        at = f"conversions.{key}"
        row = review.evidence.row(conversion.row)
        assert isinstance(row, Continuous)
        trial = review.evidence.trial(conversion.trial)
        source = printer(f"{at}.source") if conversion.source else EN_DASH
        rows.append(
            (
                cite(field(printer, trial.row_id, "label"), trial.citation),
                Phrase((field(printer, row.row_id, "outcome"), ", ", field(printer, row.row_id, "unit"))),
                field(printer, row.row_id, "arm"),
                printer(f"{at}.n") if conversion.n is not None else EN_DASH,
                Phrase((field(printer, row.row_id, "statistic"), ": ", *reported(printer, row))),
                used(printer, at),
                Phrase((printer(f"{at}.method"), "; ", printer(f"{at}.note")))
                if conversion.note
                else printer(f"{at}.method"),
                source,
            )
        )
    return Table(
        heads=("Trial", "Outcome, unit", "Arm", "Patients", "As reported", "Mean (SD or SE)", "How", "Source"),
        rows=tuple(rows),
        align="lllrllll",
    )


def reported(printer: Printer, row: Continuous) -> tuple[Printed | str, ...]:
    """The cells of a row that hold its statistic: ``54.3 (−15.5 to 93.3)``."""
    parts: list[Printed | str] = [field(printer, row.row_id, "centre")]
    for column in ("sd", "se"):
        if getattr(row, column) is not None:
            parts += [" (", field(printer, row.row_id, column), ")"]
    for low, high in LIMITS:
        if getattr(row, low) is not None:
            parts += [" (", field(printer, row.row_id, low), " to ", field(printer, row.row_id, high), ")"]
    return tuple(parts)


def used(printer: Printer, at: str) -> Phrase | str:
    """``43.10 (83.01)``, with SE named; a dash where nothing can be used."""
    if printer.find(f"{at}.mean").value is None:
        return EN_DASH
    sd, se = (printer.find(f"{at}.{column}").value for column in ("sd", "se"))
    if sd is not None:
        return Phrase((printer(f"{at}.mean"), " (", printer(f"{at}.sd"), ")"))
    assert se is not None
    return Phrase((printer(f"{at}.mean"), " (SE ", printer(f"{at}.se"), ")"))
