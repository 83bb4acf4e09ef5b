"""What trials counted of a harm beside the patients with it: its categories, and the events blamed on the treatment.

Which rows these are is told by how data/counts.csv names what it counts, beginning from the name of the outcome that
the review asks for: a category is called "<name> category", and an event blamed on the treatment
"treatment-related <name>", or "treatment-related" and the last words of the name where it is the wider event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analysis.evidence.rows import Count
from analysis.evidence.rows_question import AskedOutcome
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer
from analysis.results.states import called
from analysis.results.tree import Review
from analysis.tables.frame import Table, by_columns, cite_trial, read

CATEGORY = " category"
RELATED = "treatment-related "
ARMS = ("treatment", "control")


def categories(printer: Printer, key: str) -> Table | Phrase:
    """Patients or events by category of the harm at ``key``, per arm as read, with the ratio where one was printed.

    Trial by trial, the commonest category first; a sentence where no eligible trial gives any.
    """
    asked = printer.tree.evidence.outcome(key)
    rows = sorted(
        chosen(printer, lambda row: row.outcome == f"{asked.name}{CATEGORY}"), key=lambda row: order(printer, row)
    )
    if not rows:
        return printer.say("No eligible trial gives categories of {name}.", name=called(printer, key))
    return by_columns(
        printer,
        read(rows),
        ("Trial", "l", lambda _, row: cite_trial(printer, row.trial)),
        ("Category", "l", "{or_dash:.outcome_detail}"),
        ("Counted", "l", "{.counted_unit}"),
        *arms(printer),
        ("Ratio as printed (interval)", "l", lambda at, row: printed_ratio(printer, at, row)),
        ("Until", "l", "{or_dash:.timepoint_text}"),
    )


def related(printer: Printer, key: str) -> Table | Phrase:
    """Events that the trials themselves blamed on the treatment: those of the outcome at ``key``, and wider ones.

    Some count patients with an event among patients, others such events among all events; a column says which.
    A sentence stands where no eligible trial gives any.
    """
    asked = printer.tree.evidence.outcome(key)
    rows = sorted(chosen(printer, lambda row: blamed(row, asked)), key=lambda row: order(printer, row))
    if not rows:
        return printer.say("No eligible trial counts {name} related to the treatment.", name=called(printer, key))
    return by_columns(
        printer,
        read(rows),
        ("Trial", "l", lambda _, row: cite_trial(printer, row.trial)),
        ("What was counted", "l", lambda at, row: counted(printer, at, row)),
        ("Events among", "l", "{.counted_unit}"),
        *arms(printer),
        ("Until", "l", "{or_dash:.timepoint_text}"),
        ("Obtained", "l", "{.obtained}"),
    )


def blamed(row: Count, asked: AskedOutcome) -> bool:
    """Whether a row counts events related to the treatment, of the kind asked for or a wider one."""
    return row.outcome.startswith(RELATED) and asked.name.endswith(row.outcome.removeprefix(RELATED))


def chosen(printer: Printer, test: Callable[[Count], bool]) -> Iterable[Count]:
    """The rows of the eligible trials that pass a test."""
    review: Review = printer.tree
    eligible = {trial.row_id for trial in review.evidence.eligible}
    return (row for row in review.evidence.counts if row.trial in eligible and test(row))


def order(printer: Printer, row: Count) -> tuple[int, str, str, int, str]:
    """By year and name of the trial, then what was counted, then the number of events, the largest first."""
    trial = printer.tree.evidence.trial(row.trial)
    events = (row.events_treatment or 0) + (row.events_control or 0)
    return trial.year or 0, trial.label, row.outcome, -events, row.outcome_detail


def arms(printer: Printer) -> list[tuple[str, str, Callable[[str, Count], Phrase | str]]]:
    """A column for each arm: events of all, or a dash where either is not known."""

    def column(arm: str) -> Callable[[str, Count], Phrase | str]:
        def cell(at: str, row: Count) -> Phrase | str:
            known = getattr(row, f"events_{arm}") is not None and getattr(row, f"n_{arm}") is not None
            return printer.say(f"{{.events_{arm}}}/{{.n_{arm}}}", at) if known else EN_DASH

        return cell

    heads = {"treatment": "{Treatment}, events/all", "control": "{Comparator}, events/all"}
    return [(heads[arm], "r", column(arm)) for arm in ARMS]


def printed_ratio(printer: Printer, at: str, row: Count) -> Phrase | str:
    """The ratio with its interval in the words of the report; a dash where none was printed."""
    if row.printed_estimate is None:
        return EN_DASH
    bounds = "" if row.printed_low is None or row.printed_high is None else " ({.printed_low} to {.printed_high})"
    return printer.say(f"{{.printed_measure}}~{{.printed_estimate}}{bounds}", at)


def counted(printer: Printer, at: str, row: Count) -> Phrase:
    """The outcome as the data name it, and what is said of it beyond that."""
    return printer.say("{.outcome}: {.outcome_detail}" if row.outcome_detail else "{.outcome}", at)
