"""What a flow diagram is drawn of: bands for its phases, boxes with numbers, arrows."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from analysis.figures import style
from analysis.figures.style import write
from analysis.printing.printer import Phrase, Printed, Printer

#: inches
BAND = 0.28
PAD = 0.06


def n(printer: Printer, field: str) -> Printed:
    return printer(f"flow.{field}")


def band(axes: Axes, text: str, bottom: float, height: float) -> None:
    shape = FancyBboxPatch(
        (0.03, bottom),
        BAND,
        height,
        boxstyle="round,pad=0,rounding_size=0.05",
        facecolor=style.FILL,
        edgecolor="none",
    )
    axes.add_patch(shape)
    axes.text(
        0.03 + BAND / 2,
        bottom + height / 2,
        text,
        rotation=90,
        ha="center",
        va="center",
        fontweight="bold",
        fontsize=style.SMALL,
    )


def box(axes: Axes, column: tuple[float, float], bottom: float, height: float, text: Phrase) -> None:
    left, width = column
    shape = FancyBboxPatch(
        (left, bottom), width, height, boxstyle="square,pad=0", facecolor="white", edgecolor=style.INK, linewidth=0.8
    )
    axes.add_patch(shape)
    write(axes, left + PAD, bottom + height / 2, text, va="center", linespacing=1.25)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "color": style.INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
    )
