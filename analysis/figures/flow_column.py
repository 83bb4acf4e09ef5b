"""PRISMA 2020 flow diagram in one column: sides below each other, boxes as high as their text needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.flow_boxes import PAD, arrow, band, box
from analysis.figures.flow_texts import included, included_by_both, leaving, leaving_of, passing, passing_of
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printer

Column = tuple[float, float]
#: left edge and width, in inches; what is included lies below both columns
MAIN: Column = (0.46, 1.20)
OUT: Column = (1.84, 1.64)
BELOW: Column = (0.46, 3.02)
#: where a line leads past the boxes of another side, in inches from the left
PAST = 0.375
#: inches, as all heights: a line of text, the space between rows and at the edge
LINE, GAP, EDGE = 0.132, 0.20, 0.04
#: a phase whose name is written upwards needs as much
LEAST = {"Identification": 0.86, "Included": 0.62}


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text in lines; ``top`` is measured downwards."""

    column: Column
    top: float
    height: float
    text: Phrase

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


Row = tuple[Box, Box]


def stacked(printer: Printer) -> style.Sheet:
    """The diagram from the ``Flow`` in the printer's tree, with the sides that have records."""
    names = list(printer.tree.flow.sides)
    one = len(names) == 1
    # what is printed is logged with the figure that it stands in, whose height follows from it
    with printer.log.drawing("flow"):
        sides = (
            [(passing(printer), leaving(printer))]
            if one
            else [(passing_of(printer, name), leaving_of(printer, name)) for name in names]
        )
        last = included(printer) if one else included_by_both(printer)
    y = EDGE
    placed: list[list[Row]] = []
    for main, out in sides:
        placed.append(rows_of(main, out, y))
        y = bottom(placed[-1]) + GAP
    end = fitted(BELOW, y, last, LEAST["Included"])
    height = end.bottom + EDGE
    with style.drawing(printer, "flow", style.COLUMN_WIDTH, height) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.COLUMN_WIDTH), ylim=(height, 0))
        axes.axis("off")
        for rows in placed:
            draw_side(axes, rows)
        band(axes, "Included", end.top, end.height)
        draw(axes, end)
        for rows in placed[:-1]:
            lead_past(axes, rows[-1][0], end)
        arrow(axes, (centre(MAIN), placed[-1][-1][0].bottom), (centre(MAIN), end.top))
    return figure


def rows_of(main: Sequence[Phrase], out: Sequence[Phrase], y: float) -> list[Row]:
    """The boxes of a side from ``y`` downwards; what leaves is level with its box, or its top is, if it is higher."""
    rows: list[Row] = []
    for number, (stays, leaves) in enumerate(zip(main, out, strict=True)):
        left = fitted(MAIN, y, stays, LEAST["Identification"] if number == 0 else 0)
        right = fitted(OUT, y, leaves)
        if right.height < left.height:
            right = Box(OUT, left.middle - right.height / 2, right.height, right.text)
        rows.append((left, right))
        y = bottom(rows) + GAP
    return rows


def fitted(column: Column, top: float, text: Phrase, least: float = 0) -> Box:
    """A box as high as the lines of the text in it."""
    said = wrapped(text, column[1] - 2 * PAD, style.SMALL)
    return Box(column, top, max(least, len(list(said.lines())) * LINE + 2 * PAD), said)


def bottom(rows: Sequence[Row]) -> float:
    return max(one.bottom for one in rows[-1])


def centre(column: Column) -> float:
    return column[0] + column[1] / 2


def draw(axes: Axes, one: Box) -> None:
    box(axes, one.column, one.top, one.height, one.text)


def draw_side(axes: Axes, rows: Sequence[Row]) -> None:
    """Both columns of a side, with the arrows between them and the bands of its phases."""
    first, second = rows[0], rows[1]
    band(axes, "Identification", first[0].top, bottom(rows[:1]) - first[0].top)
    band(axes, "Screening", second[0].top, bottom(rows) - second[0].top)
    for stays, leaves in rows:
        draw(axes, stays)
        draw(axes, leaves)
        arrow(axes, (sum(MAIN), stays.middle), (OUT[0], stays.middle))
    for (above, _), (below, _) in pairwise(rows):
        arrow(axes, (centre(MAIN), above.bottom), (centre(MAIN), below.top))


def lead_past(axes: Axes, start: Box, end: Box) -> None:
    """From a box of a side past the sides below it to what is included."""
    axes.plot(
        [MAIN[0], PAST, PAST], [start.middle, start.middle, end.middle], color=style.INK, linewidth=0.8,
        solid_joinstyle="miter",
    )  # fmt: skip
    arrow(axes, (PAST, end.middle), (BELOW[0], end.middle))
