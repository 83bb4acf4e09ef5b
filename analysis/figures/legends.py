"""Signs with their words, below each other, beside or below a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures import style
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase

#: inches from line to line, between entries as a part of it, of the room for a sign, and beside the sign
NOTE_LINE, APART, SWATCH, BESIDE = 0.135, 0.45, 0.2, 0.06


@dataclass(frozen=True, slots=True)
class Sign:
    """What is explained: a grey patch, a line of that style, or a marker; words alone where all are ""."""

    patch: str = ""
    line: str = ""
    marker: str = ""
    face: str = "white"


Entry = tuple[Sign, Phrase]


def fitted(entries: Sequence[Entry], inches: float) -> list[Entry]:
    """The entries with their words broken into lines for a legend of that width."""
    return [(sign, wrapped(words, inches - SWATCH - BESIDE, style.SMALL)) for sign, words in entries]


def height(entries: Sequence[Entry]) -> float:
    """Inches that fitted entries need."""
    return sum(len(list(words.lines())) + APART for _, words in entries) * NOTE_LINE


def write_legend(place: Axes, entries: Sequence[Entry], corner: tuple[float, float]) -> None:
    """Fitted entries from a corner down, on axes in inches."""
    left, y = corner
    for sign, words in entries:
        draw_sign(place, sign, left + SWATCH / 2, y - NOTE_LINE / 2)
        x = left if sign == Sign() else left + SWATCH + BESIDE
        write(place, x, y, words, va="top", fontsize=style.SMALL, linespacing=1.25)
        y -= (len(list(words.lines())) + APART) * NOTE_LINE


def draw_sign(place: Axes, sign: Sign, x: float, y: float) -> None:
    half, tall = SWATCH / 2, 0.045
    if sign.patch:
        place.add_patch(
            Rectangle(
                (x - half, y - tall), 2 * half, 2 * tall, facecolor=sign.patch, edgecolor=style.SOFT, linewidth=0.6
            )
        )
    if sign.line:
        place.plot([x - half, x + half], [y, y], color=style.INK, linewidth=1.0, linestyle=sign.line)
    if sign.marker:
        place.plot(
            x, y, marker=sign.marker, markersize=4.5, markerfacecolor=sign.face, markeredgecolor=style.INK,
            linestyle="none",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlotLayout:
    """Edges of the plot, and the left edge of the legend beside it, as parts of the width; None: it stands below."""

    plot: tuple[float, float]
    key: float | None


FULL = PlotLayout(plot=(0.085, 0.60), key=0.635)
COLUMN = PlotLayout(plot=(0.155, 0.945), key=None)
#: inches of the plot, above it and below it
PLOT, HEAD, AXIS = 2.9, 0.18, 0.55
NAME = 0.004


def legend_width(width: float, at: PlotLayout) -> float:
    """Inches that the legend may take."""
    return width * (1 - NAME - (at.key or NAME))
