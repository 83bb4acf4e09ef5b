"""PRISMA 2020 flow diagram with both sides: records of databases and registers, and records of other methods."""

from __future__ import annotations

from analysis.figures import style
from analysis.figures.flow_boxes import arrow, band, box
from analysis.figures.flow_texts import included_by_both, leaving_of, passing_of
from analysis.printing.printer import Printer

#: inches; each side has a column of boxes and one of what left it
HEIGHT = 5.35
COLUMNS = {"databases_and_registers": (0.40, 2.00), "other_methods": (3.82, 5.42)}
WIDTH, OUT_WIDTH = 1.48, 1.76
INCLUDED = (0.40, 6.78)


def two_sides(printer: Printer) -> style.Sheet:
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
            # bottom and height of each box
            main = [(4.10, 0.62), (3.20, 0.50), (2.10, 0.50)]
            out = [(4.10, 0.62), (3.20, 0.50), (1.28, 1.72)]
            passing, leaving = passing_of(printer, side), leaving_of(printer, side)
            for column, boxes, said in (((left, WIDTH), main, passing), ((right, OUT_WIDTH), out, leaving)):
                for (bottom, height), text in zip(boxes, said, strict=True):
                    box(axes, column, bottom, height, text)
            middle = left + WIDTH / 2
            for start, end in ((4.10, 3.70), (3.20, 2.60), (2.10, 0.85)):
                arrow(axes, (middle, start), (middle, end))
            for y in (4.41, 3.45, 2.35):
                arrow(axes, (left + WIDTH, y), (right, y))
        box(axes, INCLUDED, 0.12, 0.73, included_by_both(printer))
    return figure
