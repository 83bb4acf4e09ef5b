"""Signs with their words: below each other, beside or below a plot, or one after the other in lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures import style
from analysis.figures.style import write
from analysis.figures.wrapping import POINTS_PER_INCH, SLACK, length, wrapped
from analysis.printing.printer import Phrase, Printed

#: between entries as a part of a line, and inches of the room for a sign, and beside the sign
APART, SWATCH, BESIDE = 0.4, 0.2, 0.06
#: of entries one after the other: inches for a sign, beside it, from entry to entry, and from line to line
SIGN, AFTER, BETWEEN, LINE = 0.16, 0.045, 0.16, 0.2


@dataclass(frozen=True, slots=True)
class Sign:
    """What is explained: a patch, a line of that style, or a marker; words alone where all are ""."""

    patch: str = ""
    line: str = ""
    marker: str = ""
    face: str = "white"
    ink: str = style.INK
    hatch: str = ""
    size: float = 4.5


Entry = tuple[Sign, Phrase]


def fitted(entries: Sequence[Entry], inches: float, width: float) -> list[Entry]:
    """The entries with their words broken into lines for a legend of that size in a figure of that ``width``."""
    return [(sign, wrapped(words, inches - SWATCH - BESIDE, style.smallest(width))) for sign, words in entries]


def height(entries: Sequence[Entry], width: float) -> float:
    """Inches that fitted entries need in a figure of that width."""
    return sum(len(list(words.lines())) + APART for _, words in entries) * style.leading(width)


def write_legend(place: Axes, entries: Sequence[Entry], corner: tuple[float, float]) -> None:
    """Fitted entries from a corner down, on axes in inches."""
    left, y = corner
    line = style.leading(style.width_of(place))
    for sign, words in entries:
        draw_sign(place, sign, left + SWATCH / 2, y - line / 2)
        x = left if sign == Sign() else left + SWATCH + BESIDE
        write(place, x, y, words, va="top")
        y -= (len(list(words.lines())) + APART) * line


def draw_sign(place: Axes, sign: Sign, x: float, y: float) -> None:
    half, tall = SWATCH / 2, 0.05
    if sign.patch:
        place.add_patch(
            Rectangle(
                (x - half, y - tall), 2 * half, 2 * tall, facecolor=sign.patch, hatch=sign.hatch,
                edgecolor=style.SOFT, linewidth=0.6,
            )
        )  # fmt: skip
    if sign.line:
        place.plot([x - half, x + half], [y, y], color=sign.ink, linewidth=1.0, linestyle=sign.line)
    if sign.marker:
        place.plot(
            x, y, marker=sign.marker, markersize=sign.size, markerfacecolor=sign.face, markeredgecolor=sign.ink,
            linestyle="none",
        )  # fmt: skip


#: draws a sign around a place on axes in inches
Drawing = Callable[[Axes, float, float], None]


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of a legend in lines: inches from the left, and from the top of the legend to its middle."""

    draw: Drawing | None
    words: Phrase
    x: float
    y: float


def flowing(entries: Sequence[tuple[Drawing | None, Phrase | Printed | str]], width: float) -> list[Placed]:
    """The entries one after the other, in as many lines as a figure of that width needs."""
    left, right, points = width * NAME, width * (1 - NAME), style.smallest(width)
    placed: list[Placed] = []
    x, y = left, LINE / 2
    for draw, said in entries:
        sign = SIGN + AFTER if draw else 0.0
        words = wrapped(said, right - left - sign, points)
        rows = list(words.lines())
        long = sign + max(length(row.text, points) for row in rows) / POINTS_PER_INCH / SLACK
        if x > left and x + long > right:
            x, y = left, y + LINE
        more = (len(rows) - 1) * style.leading(width)
        placed.append(Placed(draw, words, x, y + more / 2))
        x += long + BETWEEN
        if more:
            x, y = right, y + more
    return placed


def depth(placed: Sequence[Placed], width: float) -> float:
    """Inches that such a legend takes."""
    last = placed[-1]
    return last.y + LINE / 2 + (len(list(last.words.lines())) - 1) * style.leading(width) / 2


def write_flowing(place: Axes, placed: Sequence[Placed], top: float) -> None:
    """A legend in lines, on axes in inches whose ``y`` runs upwards, from ``top`` down."""
    for one in placed:
        if one.draw:
            one.draw(place, one.x + SIGN / 2, top - one.y)
        write(place, one.x + (SIGN + AFTER if one.draw else 0.0), top - one.y, one.words, va="center")


def inches_of(figure: style.Sheet) -> Axes:
    """Axes over a whole figure that count in inches from its lower left corner."""
    width, tall = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set(xlim=(0, width), ylim=(0, tall))
    axes.patch.set_alpha(0)
    return axes


@dataclass(frozen=True, slots=True)
class PlotLayout:
    """Edges of the plot, and the left edge of the legend beside it, as parts of the width; None: it stands below."""

    plot: tuple[float, float]
    key: float | None


FULL = PlotLayout(plot=(0.085, 0.60), key=0.635)
COLUMN = PlotLayout(plot=(0.155, 0.945), key=None)
#: inches of the plot, above it and below it
PLOT, HEAD, AXIS = 2.9, 0.2, 0.58
NAME = 0.004


def legend_width(width: float, at: PlotLayout) -> float:
    """Inches that the legend may take."""
    return width * (1 - NAME - (at.key or NAME))
