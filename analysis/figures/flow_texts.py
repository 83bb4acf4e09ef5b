"""What the boxes of the flow diagram say: of the one side that has records, or of each of two sides."""

from __future__ import annotations

from analysis.figures.flow_boxes import n
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.review.tree import Review

#: no-break, as an SVG drops ordinary spaces at the start of a line
INDENT = 3 * NO_BREAK
#: side of the diagram → what its first box says
FIRST_BOX = {
    "other_methods": "Records identified by other methods\n(public web text, no database search)\nn = ",
    "databases_and_registers": "Records identified from\ndatabases and registers\nn = ",
}
#: the same where two sides are drawn
HEADS = {
    "databases_and_registers": "Identified from\ndatabases and registers",
    "other_methods": "Identified by\nother methods",
}


def passing(printer: Printer) -> list[Phrase]:
    """The boxes of the main way of a diagram with one side, from the top, without what is included."""
    (side,) = printer.tree.flow.sides
    return [
        phrase(FIRST_BOX[side], n(printer, "identified")),
        phrase("Records screened\nn = ", n(printer, "screened")),
        phrase("Reports assessed for eligibility\nn = ", n(printer, "assessed")),
    ]


def leaving(printer: Printer) -> list[Phrase]:
    """Beside each of these boxes: what leaves there."""
    return [
        phrase("Copies of the same text removed\nn = ", n(printer, "duplicates")),
        phrase("Not a report of a trial (reviews, news, other)\nn = ", n(printer, "not_trial_reports")),
        exclusions(printer),
    ]


def included(printer: Printer) -> Phrase:
    return phrase(
        "Trials included in the review: n = ",
        n(printer, "included_trials"),
        "\n(reports of included trials: n = ",
        n(printer, "included_reports"),
        ")\n\nTrials with deaths per arm: n = ",
        n(printer, "pooled_trials"),
    )


def exclusions(printer: Printer) -> Phrase:
    review: Review = printer.tree
    said = phrase("Reports excluded: n = ", n(printer, "excluded"))
    for key, reason in review.flow.reasons.items():
        said = phrase(said, f"\n{INDENT}{reason.text}: ", n(printer, f"reasons.{key}.reports"))
    mixed, awaiting = n(printer, "sensitivity_only"), n(printer, "awaiting")
    said = phrase(said, "\nMixed severity, sensitivity analysis only: n = ", mixed)
    return phrase(said, "\nAwaiting classification: n = ", awaiting)


def passing_of(printer: Printer, side: str) -> list[Phrase]:
    """As ``passing``, for one of two sides."""
    at = f"sides.{side}"
    return [
        phrase(f"{HEADS[side]}\nn = ", n(printer, f"{at}.identified")),
        phrase("Records screened\nn = ", n(printer, f"{at}.screened")),
        phrase("Reports assessed\nn = ", n(printer, f"{at}.assessed")),
    ]


def leaving_of(printer: Printer, side: str) -> list[Phrase]:
    """As ``leaving``, for one of two sides."""
    at = f"sides.{side}"
    return [
        phrase("Copies removed\nn = ", n(printer, f"{at}.duplicates")),
        phrase("Not a report of a trial\nn = ", n(printer, f"{at}.not_trial_reports")),
        left_out(printer, at),
    ]


def left_out(printer: Printer, at: str) -> Phrase:
    """Reports of one side that were not included, by reason."""
    said = phrase("Excluded: n = ", n(printer, f"{at}.excluded"))
    side = printer.tree.flow.sides[at.removeprefix("sides.")]
    for key, reason in side.reasons.items():
        said = phrase(said, f"\n{reason.text}: ", n(printer, f"{at}.reasons.{key}.reports"))
    said = phrase(said, "\nMixed severity: n = ", n(printer, f"{at}.sensitivity_only"))
    return phrase(said, "\nAwaiting: n = ", n(printer, f"{at}.awaiting"))


def included_by_both(printer: Printer) -> Phrase:
    """Trials and reports included, and those with deaths per arm, from both sides."""
    return phrase(
        "Trials included in the review: n = ",
        n(printer, "included_trials"),
        " (reports of included trials: n = ",
        n(printer, "included_reports"),
        ")\nTrials with deaths per arm: n = ",
        n(printer, "pooled_trials"),
    )
