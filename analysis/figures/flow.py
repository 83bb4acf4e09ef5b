"""PRISMA 2020 flow diagram for records identified by other methods."""

from __future__ import annotations

from collections.abc import Callable

from analysis.figures import style
from analysis.figures.flow_boxes import arrow, band, box, n
from analysis.figures.flow_column import stacked
from analysis.figures.flow_sides import two_sides
from analysis.figures.flow_texts import included, leaving, passing
from analysis.printing.printer import Phrase, Printer, phrase

#: inches
HEIGHT = 4.55
LEFT, RIGHT = (0.42, 3.35), (3.85, 3.33)


def flow(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The diagram from the ``Flow`` in the printer's tree, with the sides that have records."""
    draw: Callable[[Printer], style.Sheet] = style.laid_out(width, across, stacked)
    return draw(printer)


def across(printer: Printer) -> style.Sheet:
    """The diagram over the full width."""
    if len(printer.tree.flow.sides) > 1:
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
        # bottom and height of each box
        main = [(3.72, 0.68), (2.72, 0.60), (1.52, 0.60), (0.12, 1.08)]
        for (bottom, height), text in zip(main, [*passing(printer), included(printer)], strict=True):
            box(axes, LEFT, bottom, height, text)
        side = [(3.80, 0.52), (2.72, 0.60), (0.90, 1.66)]
        for (bottom, height), text in zip(side, leaving(printer), strict=True):
            box(axes, RIGHT, bottom, height, text)
        middle = LEFT[0] + LEFT[1] / 2
        for (below, height), (above, _) in zip(main[1:], main[:-1], strict=True):
            arrow(axes, (middle, above), (middle, below + height))
        edge = LEFT[0] + LEFT[1]
        for y in (4.06, 3.02, 1.82):
            arrow(axes, (edge, y), (RIGHT[0], y))
    return figure


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
