"""PRISMA 2020 flow diagram for records identified by other methods."""

from __future__ import annotations

from matplotlib.figure import Figure

from analysis.figures import style
from analysis.figures.flow_boxes import arrow, band, box, n
from analysis.figures.flow_sides import two_sides
from analysis.numbers import NO_BREAK, Phrase, Printer, phrase
from analysis.results import Review

#: inches
HEIGHT = 4.55
LEFT, RIGHT = (0.42, 3.35), (3.85, 3.33)
#: no-break, as an SVG drops ordinary spaces at the start of a line
INDENT = 3 * NO_BREAK
#: side of the diagram → what its first box says
FIRST_BOX = {
    "other_methods": "Records identified by other methods\n(public web text, no database search)\nn = ",
    "databases_and_registers": "Records identified from\ndatabases and registers\nn = ",
}


def flow(printer: Printer) -> Figure:
    """The diagram from the ``Flow`` in the printer's tree, with the sides that have records."""
    sides = list(printer.tree.flow.sides)
    if len(sides) > 1:
        return two_sides(printer)
    with style.drawing(printer, "flow", style.FULL_WIDTH, HEIGHT) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.FULL_WIDTH), ylim=(0, HEIGHT))
        axes.axis("off")
        for phase, bottom, height in (
            ("Identification", 3.62, 0.88),
            ("Screening", 1.42, 2.08),
            ("Included", 0.05, 1.25),
        ):
            band(axes, phase, bottom, height)
        main = [
            (3.72, 0.68, phrase(FIRST_BOX[sides[0]], n(printer, "identified"))),
            (2.72, 0.60, phrase("Records screened\nn = ", n(printer, "screened"))),
            (1.52, 0.60, phrase("Reports assessed for eligibility\nn = ", n(printer, "assessed"))),
            (0.12, 1.08, included(printer)),
        ]
        for bottom, height, text in main:
            box(axes, LEFT, bottom, height, text)
        not_reports = "Not a report of a trial (reviews, news, other)\nn = "
        side = [
            (3.80, 0.52, phrase("Copies of the same text removed\nn = ", n(printer, "duplicates"))),
            (2.72, 0.60, phrase(not_reports, n(printer, "not_trial_reports"))),
            (0.90, 1.66, exclusions(printer)),
        ]
        for bottom, height, text in side:
            box(axes, RIGHT, bottom, height, text)
        middle = LEFT[0] + LEFT[1] / 2
        for (below, height, _), (above, _, _) in zip(main[1:], main[:-1], strict=True):
            arrow(axes, (middle, above), (middle, below + height))
        edge = LEFT[0] + LEFT[1]
        for y in (4.06, 3.02, 1.82):
            arrow(axes, (edge, y), (RIGHT[0], y))
    return figure


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


def identified_by(printer: Printer) -> Phrase:
    """How the records were identified, with numbers where there is more than one way."""
    names = {"databases_and_registers": "from databases and registers", "other_methods": "by other methods"}
    sides = list(printer.tree.flow.sides)
    if len(sides) == 1:
        return phrase(names[sides[0]])
    first, second = (phrase(n(printer, f"sides.{side}.identified"), f" {names[side]}") for side in sides)
    return phrase("(", first, " and ", second, ")")


def alternative(printer: Printer) -> Phrase:
    """The diagram in words and numbers."""
    said = phrase(
        "PRISMA 2020 flow diagram. ",
        n(printer, "identified"),
        " records identified ",
        identified_by(printer),
        "; ",
        n(printer, "duplicates"),
        " copies removed; ",
        n(printer, "screened"),
        " screened; ",
        n(printer, "not_trial_reports"),
        " were no trial reports; ",
        n(printer, "assessed"),
        " reports assessed; ",
        n(printer, "excluded"),
        " excluded with reasons, ",
        n(printer, "sensitivity_only"),
        " kept for a sensitivity analysis, ",
        n(printer, "awaiting"),
        " awaiting classification; ",
        n(printer, "included_reports"),
        " reports of ",
        n(printer, "included_trials"),
        " trials included, ",
        n(printer, "pooled_trials"),
        " with deaths per arm.",
    )
    return style.alternative(printer, "flow", said)
