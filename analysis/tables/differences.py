"""Tables of how the trials differ, beside their results; described and not tested."""

from __future__ import annotations

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Printer, phrase
from analysis.review.tree import Review
from analysis.tables.frame import Table
from analysis.tables.manuscript import cite, counts, interval_head


def modifiers(printer: Printer) -> Table:
    """Cell source, severity, dose and steroid co-treatment of each trial, beside its risk ratio for death."""
    review: Review = printer.tree
    rows = []
    for name in review.differences.trials:
        at = f"differences.trials.{name}"
        trial = review.evidence.trial(name)
        rows.append(
            (
                cite(printer(f"{at}.label"), trial.citation),
                printer(f"{at}.cells"),
                printer.cell(name, "severity"),
                printer(f"{at}.ventilation"),
                printer.cell(name, "dose"),
                printer(f"{at}.steroids"),
                counts(printer, f"deaths.trials.{name}"),
                printer.short(f"deaths.trials.{name}") if review.deaths.trials[name].estimable else EN_DASH,
            )
        )
    return Table(
        heads=(
            "Trial",
            "Cells",
            "Severity as reported",
            "Invasively ventilated at entry",
            "Dose",
            "Corticosteroids",
            "Deaths/patients, MSC v placebo",
            interval_head(printer, "Risk ratio", "deaths.pooled"),
        ),
        rows=tuple(rows),
        align="llllllll",
    )


def questions(printer: Printer) -> Table:
    """Each possible reason for different results: trials by what they say of it, and ratios below 1."""
    review: Review = printer.tree
    rows = []
    for key, question in review.differences.questions.items():
        at = f"differences.questions.{key}"
        for number, name in enumerate(question.groups):
            group = f"{at}.groups.{name}"
            rows.append(
                (
                    printer(f"{at}.label") if number == 0 else "",
                    phrase(printer(f"{at}.stated"), " of ", printer(f"{at}.trials")) if number == 0 else "",
                    printer(f"{group}.label"),
                    phrase(printer(f"{group}.trials"), " (", printer(f"{group}.participants"), ")"),
                    phrase(printer(f"{group}.below_one"), " of ", printer(f"{group}.with_events")),
                )
            )
    return Table(
        heads=(
            "Question",
            "Stated by",
            "Value",
            "Trials (patients)",
            "Favouring MSC, of trials with deaths",
        ),
        rows=tuple(rows),
        align="lllll",
    )
