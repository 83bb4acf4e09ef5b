"""PRISMA 2020 flow diagram with both sides: records of databases and registers, and records of other methods."""

from __future__ import annotations

from matplotlib.figure import Figure

from analysis.figures import style
from analysis.figures.flow_boxes import arrow, band, box, n
from analysis.numbers import Phrase, Printer, phrase

#: inches; each side has a column of boxes and one of what left it
HEIGHT = 5.35
COLUMNS = {"databases_and_registers": (0.40, 2.00), "other_methods": (3.82, 5.42)}
WIDTH, OUT_WIDTH = 1.48, 1.76
HEADS = {
    "databases_and_registers": "Identified from\ndatabases and registers",
    "other_methods": "Identified by\nother methods",
}
INCLUDED = (0.40, 6.78)


def two_sides(printer: Printer) -> Figure:
    """The diagram from the sides of the ``Flow`` in the printer's tree."""
    with style.drawing(printer, "flow", style.FULL_WIDTH, HEIGHT) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.FULL_WIDTH), ylim=(0, HEIGHT))
        axes.axis("off")
        for phase, bottom, height in (
            ("Identification", 4.02, 1.28),
            ("Screening", 1.20, 2.70),
            ("Included", 0.05, 1.03),
        ):
            band(axes, phase, bottom, height)
        for side, (left, right) in COLUMNS.items():
            at = f"sides.{side}"
            main = [
                (4.10, 0.62, phrase(f"{HEADS[side]}\nn = ", n(printer, f"{at}.identified"))),
                (3.20, 0.50, phrase("Records screened\nn = ", n(printer, f"{at}.screened"))),
                (2.10, 0.50, phrase("Reports assessed\nn = ", n(printer, f"{at}.assessed"))),
            ]
            out = [
                (4.10, 0.62, phrase("Copies removed\nn = ", n(printer, f"{at}.duplicates"))),
                (3.20, 0.50, phrase("Not a report of a trial\nn = ", n(printer, f"{at}.not_trial_reports"))),
                (1.28, 1.72, left_out(printer, at)),
            ]
            for column, boxes in (((left, WIDTH), main), ((right, OUT_WIDTH), out)):
                for bottom, height, text in boxes:
                    box(axes, column, bottom, height, text)
            middle = left + WIDTH / 2
            for start, end in ((4.10, 3.70), (3.20, 2.60), (2.10, 0.85)):
                arrow(axes, (middle, start), (middle, end))
            for y in (4.41, 3.45, 2.35):
                arrow(axes, (left + WIDTH, y), (right, y))
        box(axes, INCLUDED, 0.12, 0.73, included(printer))
    return figure


def left_out(printer: Printer, at: str) -> Phrase:
    """Reports of one side that were not included, by reason."""
    said = phrase("Excluded: n = ", n(printer, f"{at}.excluded"))
    side = printer.tree.flow.sides[at.removeprefix("sides.")]
    for key, reason in side.reasons.items():
        said = phrase(said, f"\n{reason.text}: ", n(printer, f"{at}.reasons.{key}.reports"))
    said = phrase(said, "\nMixed severity: n = ", n(printer, f"{at}.sensitivity_only"))
    return phrase(said, "\nAwaiting: n = ", n(printer, f"{at}.awaiting"))


def included(printer: Printer) -> Phrase:
    """Trials and reports included, and those with deaths per arm, from both sides."""
    return phrase(
        "Trials included in the review: n = ",
        n(printer, "included_trials"),
        " (reports of included trials: n = ",
        n(printer, "included_reports"),
        ")\nTrials with deaths per arm: n = ",
        n(printer, "pooled_trials"),
    )
