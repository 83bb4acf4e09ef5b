"""Tables of how the trials differ, beside their results; described and not tested."""

from __future__ import annotations

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer
from analysis.results.states import measure_head
from analysis.results.tree import Review
from analysis.tables.frame import Table, by_columns, cite, under
from analysis.tables.manuscript import gave


def modifiers(printer: Printer, key: str) -> Table:
    """Source of the product, severity, dose and co-treatment of each trial, beside its risk ratio at ``key``."""
    review: Review = printer.tree
    events = review.evidence.outcome(key).events.capitalize()

    def counts(_: str, name: str) -> Phrase | str:
        return gave(printer, key, name)

    def as_read(name: str, column: str) -> Printed | str:
        return printer.cell(name, column) if getattr(review.evidence.trial(name), column) else "not stated"

    def ratio(_: str, name: str) -> Phrase | str:
        return printer.short(f"{key}.trials.{name}") if review.outcomes[key].trials[name].estimable else EN_DASH

    return by_columns(
        printer,
        under("differences.trials", {name: name for name in review.further["differences"].trials}),
        ("Trial", "l", lambda at, name: cite(printer(f"{at}.label"), review.evidence.trial(name).citation)),
        ("Cells", "l", "{.cells}"),
        ("Severity as reported", "l", lambda _, name: as_read(name, "severity")),
        ("Invasively ventilated at entry", "l", "{.ventilation}"),
        ("Dose", "l", lambda _, name: as_read(name, "dose")),
        ("Corticosteroids", "l", "{.steroids}"),
        (f"{events}/patients, {{treatment}} v {{comparator}}", "l", counts),
        (f"{measure_head(printer, key)} ({{level}}~CI)", "l", ratio),
        level=f"{key}.pooled.level",
    )


def questions(printer: Printer) -> Table:
    """Each possible reason for different results: trials by what they say of it, and ratios below 1."""
    review: Review = printer.tree
    events = review.evidence.primary.events
    rows = (
        (f"{at}.groups.{name}", at if number == 0 else "")
        for at, question in under("differences.questions", review.further["differences"].questions)
        for number, name in enumerate(question.groups)
    )
    return by_columns(
        printer,
        rows,
        ("Question", "l", lambda _, first: printer(f"{first}.label") if first else ""),
        ("Stated by", "l", lambda _, first: printer.say("{.stated} of {.trials}", first) if first else ""),
        ("Value", "l", "{.label}"),
        ("Trials (patients)", "l", "{.trials} ({.participants})"),
        (f"Favouring {{treatment}}, of trials with {events}", "l", "{.below_one} of {.with_events}"),
    )
