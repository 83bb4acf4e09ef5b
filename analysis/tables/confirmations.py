"""The table of the decisions of this review: what was confirmed by whom, from what, and how far two agreed."""

from __future__ import annotations

from analysis.judgements.confirmed import Confirmed
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer
from analysis.tables.frame import Table, by_columns, under


def by_kind(printer: Printer) -> Table:
    """Each kind of decision in a line; two columns more once two assessors have judged anything."""
    kinds: dict[str, Confirmed] = printer.tree.confirmed
    twice = any(found.twice for found in kinds.values())

    def people(at: str, name: str) -> Printed | str:
        return printer.or_dash(f"{at}.by")

    def bases(at: str, name: str) -> str:
        return ", ".join(kinds[name].bases) or EN_DASH

    def agreed(at: str, name: str) -> Phrase | str:
        return printer.say("{.agreed} of {.twice} ({.agreement})", at) if kinds[name].twice else EN_DASH

    def kappa(at: str, name: str) -> Printed | str:
        return printer.or_dash(f"{at}.kappa")

    return by_columns(
        printer,
        under("confirmed", {name: name for name in kinds}),
        ("Decision", "l", "{.label}"),
        ("Rows", "r", "{.of}"),
        ("Confirmed by a person", "r", "{.confirmed}"),
        ("By whom", "l", people),
        ("From", "l", bases),
        *((("Two assessors agreed", "l", agreed), ("Cohen's kappa", "r", kappa)) if twice else ()),
        nothing="Nothing has been entered that could be confirmed.",
    )
