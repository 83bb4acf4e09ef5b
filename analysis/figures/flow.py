"""PRISMA 2020 flow diagram of the sides that have records: over the full width, or in one column of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from analysis.figures import style
from analysis.figures.flow_words import ALONE, alternative, included, leaving, passing, reports_read
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.synthesis.flow import Flow

__all__ = ["alternative", "flow"]

#: left edge and width, or lower edge and height, in inches
Span = tuple[float, float]
PHASES = ("Identification", "Screening", "Included")
#: inches: width of a phase's band, space between a box and its text
BAND, PAD = 0.28, 0.06
#: between a row of boxes that is put in and the one above it
ROW_GAP = 0.25


@dataclass(frozen=True, slots=True)
class FlowLayout:
    """The diagram over the full width: by side its columns of boxes, for what stays and for what leaves.

    The box of what is included holds two texts; ``second`` is the left edge of the other one.
    """

    height: float
    bands: tuple[Span, Span, Span]
    columns: Mapping[str, tuple[Span, Span]]
    main: Mapping[str, Span]
    out: Mapping[str, Span]
    included: tuple[Span, Span]
    second: float


ONE_SIDE = FlowLayout(
    height=4.95,
    bands=((4.02, 0.88), (1.22, 2.68), (0.05, 1.09)),
    columns=dict.fromkeys(ALONE.first, ((0.42, 3.35), (3.85, 3.33))),
    main={"identified": (4.12, 0.68), "screened": (3.12, 0.60), "assessed": (1.92, 0.60)},
    out={"identified": (4.20, 0.52), "screened": (3.12, 0.60), "assessed": (1.30, 1.66)},
    included=((0.42, 6.76), (0.12, 0.95)),
    second=3.91,
)
TWO_SIDES = FlowLayout(
    height=5.06,
    bands=((4.02, 0.99), (1.20, 2.70), (0.05, 1.09)),
    columns={
        "databases_and_registers": ((0.40, 1.48), (2.00, 1.76)),
        "other_methods": ((3.82, 1.48), (5.42, 1.76)),
    },
    main={"identified": (4.20, 0.62), "screened": (3.20, 0.50), "assessed": (2.10, 0.50)},
    out={"identified": (4.20, 0.62), "screened": (3.20, 0.50), "assessed": (1.28, 1.72)},
    included=((0.40, 6.78), (0.12, 0.95)),
    second=3.88,
)


@style.with_column
def flow(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The diagram from the ``Flow`` in the printer's tree, with the sides that have records."""
    draw: Callable[[Printer], style.Sheet] = style.laid_out(width, across, stacked)
    return draw(printer)


# What it is drawn of ------------------------------------------------------------------------------------------------


def band(axes: Axes, text: str, bottom: float, height: float) -> None:
    """The name of a phase, written upwards."""
    shape = FancyBboxPatch((0.03, bottom), BAND, height, facecolor=style.FILL, edgecolor="none")
    shape.set_boxstyle("round", pad=0, rounding_size=0.05)
    axes.add_patch(shape)
    middle = (0.03 + BAND / 2, bottom + height / 2)
    size = style.smallest_on(axes)
    axes.text(*middle, text, rotation=90, ha="center", va="center", fontweight="bold", fontsize=size)


def box(axes: Axes, column: Span, bottom: float, height: float, text: Phrase) -> None:
    shape = FancyBboxPatch((column[0], bottom), column[1], height, facecolor="white", edgecolor=style.INK)
    shape.set(boxstyle="square,pad=0", linewidth=0.8)
    axes.add_patch(shape)
    write(axes, column[0] + PAD, bottom + height / 2, text, va="center")


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    head = {"arrowstyle": "-|>", "color": style.INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=head)


def centre(span: Span) -> float:
    return span[0] + span[1] / 2


# Over the full width ------------------------------------------------------------------------------------------------


def across(printer: Printer) -> style.Sheet:
    """The diagram over the full width, the sides beside each other."""
    sides = list(printer.tree.flow.sides)
    at = with_retrieval(ONE_SIDE if len(sides) == 1 else TWO_SIDES, printer.tree.flow)
    with style.drawing(printer, "flow", style.FULL_WIDTH, at.height) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.FULL_WIDTH), ylim=(0, at.height))
        axes.axis("off")
        for phase, extent in zip(PHASES, at.bands, strict=True):
            band(axes, phase, *extent)
        boxes = {side: passing(printer, side) for side in sides}
        for side in sides:
            for name, text in boxes[side].items():
                box(axes, at.columns[side][0], *at.main[name], text)
        box(axes, at.included[0], *at.included[1], included(printer))
        write(axes, at.second, centre(at.included[1]), reports_read(printer), va="center")
        for side in sides:
            for name, text in leaving(printer, side).items():
                box(axes, at.columns[side][1], *at.out[name], text)
        for side in sides:
            stays, leaves = at.columns[side]
            way = [at.main[name] for name in boxes[side]]
            for above, below in pairwise((*way, at.included[1])):
                arrow(axes, (centre(stays), above[0]), (centre(stays), sum(below)))
            for extent in way:
                arrow(axes, (sum(stays), centre(extent)), (leaves[0], centre(extent)))
    return figure


def with_retrieval(at: FlowLayout, found: Flow) -> FlowLayout:
    """The layout with a row for what was sought, where that was recorded; what is above it moves up."""
    if not found.retrieval:
        return at
    row = at.main["screened"][1] + ROW_GAP

    def moved(rows: Mapping[str, Span]) -> dict[str, Span]:
        up = {name: (rows[name][0] + row, rows[name][1]) for name in ("identified", "screened")}
        return {**up, "sought": rows["screened"], "assessed": rows["assessed"]}

    (first, high), (second, screening), last = at.bands
    bands = ((first + row, high), (second, screening + row), last)
    return replace(at, height=at.height + row, bands=bands, main=moved(at.main), out=moved(at.out))


# In one column ------------------------------------------------------------------------------------------------------

#: what is included lies below both columns
MAIN: Span = (0.46, 1.20)
OUT: Span = (1.84, 1.64)
BELOW: Span = (0.46, 3.02)
#: where a line leads past the boxes of another side, in inches from the left
PAST = 0.375
#: inches, as all heights: the space between rows and at the edge
GAP, EDGE = 0.20, 0.04
#: a phase whose name is written upwards needs as much
LEAST = {"Identification": 0.86, "Included": 0.62}


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text in lines; ``top`` is measured downwards."""

    column: Span
    top: float
    height: float
    text: Phrase

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def draw(self, axes: Axes) -> None:
        box(axes, self.column, self.top, self.height, self.text)


Row = tuple[Box, Box]


def stacked(printer: Printer) -> style.Sheet:
    """The diagram in one column, the sides below each other and the boxes as high as their text needs."""
    review_flow: Flow = printer.tree.flow
    # what is printed is logged with the figure that it stands in, whose height follows from it
    with printer.log.drawing("flow"):
        sides = [
            (list(passing(printer, side).values()), list(leaving(printer, side).values()))
            for side in review_flow.sides
        ]
        last = phrase(included(printer), "\n", reports_read(printer))
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
        end.draw(axes)
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


def fitted(column: Span, top: float, text: Phrase, least: float = 0) -> Box:
    """A box as high as the lines of the text in it."""
    said = wrapped(text, column[1] - 2 * PAD, style.SMALL)
    return Box(column, top, max(least, len(list(said.lines())) * style.leading(style.COLUMN_WIDTH) + 2 * PAD), said)


def bottom(rows: Sequence[Row]) -> float:
    return max(side.bottom for side in rows[-1])


def draw_side(axes: Axes, rows: Sequence[Row]) -> None:
    """Both columns of a side, with the arrows between them and the bands of its phases."""
    first, second = rows[0][0], rows[1][0]
    band(axes, "Identification", first.top, bottom(rows[:1]) - first.top)
    band(axes, "Screening", second.top, bottom(rows) - second.top)
    for stays, leaves in rows:
        stays.draw(axes)
        leaves.draw(axes)
        arrow(axes, (sum(MAIN), stays.middle), (OUT[0], stays.middle))
    for (above, _), (below, _) in pairwise(rows):
        arrow(axes, (centre(MAIN), above.bottom), (centre(MAIN), below.top))


def lead_past(axes: Axes, start: Box, end: Box) -> None:
    """From a box of a side past the sides below it to what is included."""
    ys = [start.middle, start.middle, end.middle]
    axes.plot([MAIN[0], PAST, PAST], ys, color=style.INK, linewidth=0.8, solid_joinstyle="miter")
    arrow(axes, (PAST, end.middle), (BELOW[0], end.middle))
