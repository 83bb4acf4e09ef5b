"""One question asked many ways: an estimate with its interval per line."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from analysis.figures import style
from analysis.figures.axis import TICKS, Span, draw_interval, prepare
from analysis.figures.forest_layout import ROW
from analysis.figures.style import write
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.review.tree import Outcome, Pooled

NAME, PLOT, TRIALS, ESTIMATE = 0.004, (0.50, 0.76), 0.475, 0.782
HEAD, FOOT = 0.34, 0.46


def lines(printer: Printer, key: str, groups: tuple[str, ...]) -> list[tuple[Printed | str, str, Pooled]]:
    """(label, key of the pooled result, result): the primary result, then the groups' variants in their order.

    A group is a field of the ``Outcome``, or one of the tree that maps outcomes to variants (``cumulative``).
    """
    outcome: Outcome = printer.tree.outcomes[key]
    shown: list[tuple[Printed | str, str, Pooled]] = [("Primary analysis", f"{key}.pooled", outcome.result)]
    for group in groups:
        inside = hasattr(outcome, group)
        variants = getattr(outcome, group) if inside else getattr(printer.tree, group)[key]
        at = f"{key}.{group}" if inside else f"{group}.{key}"
        for name, variant in variants.items():
            shown.append((printer(f"{at}.{name}.label").capital, f"{at}.{name}.pooled", variant.pooled))
    return shown


def name_of(key: str, groups: tuple[str, ...]) -> str:
    """The figure's name, which no other figure of a document may have."""
    return "-".join(("variants", key, *groups))


def variants(printer: Printer, key: str, groups: tuple[str, ...]) -> Figure:
    """Estimate and interval of the primary analysis and of each variant in the named groups."""
    shown = lines(printer, key, groups)
    rows = len(shown) + 0.4
    height = HEAD + rows * ROW + FOOT
    with style.drawing(printer, name_of(key, groups), style.FULL_WIDTH, height) as figure:
        bottom, top = FOOT / height, rows * ROW / height
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        words.set_xlim(0, 1)
        plot = figure.add_axes((PLOT[0], bottom, PLOT[1] - PLOT[0], top))
        for axes in (words, plot):
            axes.set_ylim(rows - 0.5, -0.5)
        low, high = min(p.low for *_, p in shown), max(p.high for *_, p in shown)
        span = Span(
            max([tick for tick in TICKS if tick <= min(low, 0.5)], default=TICKS[0]),
            min([tick for tick in TICKS if tick >= max(high, 2.0)], default=TICKS[-1]),
        )
        prepare(plot, span, printer)
        for x, text, side in (
            (NAME, "Analysis", "left"),
            (TRIALS, "Trials", "right"),
            (ESTIMATE, printer.say("Risk ratio ({.pooled.level}~CI)", key), "left"),
        ):
            write(words, x, -1.0, text, ha=side, va="center", fontweight="bold", fontsize=style.SMALL)
        words.plot([0, 1], [-0.55, -0.55], color=style.INK, linewidth=0.8, clip_on=False)
        plot.axvline(shown[0][2].estimate, color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        for line, (label, at, pooled) in enumerate(shown):
            weight = "bold" if line == 0 else "normal"
            write(words, NAME, line, label, va="center", fontweight=weight)
            write(words, TRIALS, line, printer(f"{at}.k"), ha="right", va="center", fontweight=weight)
            write(words, ESTIMATE, line, printer.short(at), va="center", fontweight=weight)
            draw_interval(plot, pooled.low, pooled.high, line, span, linewidth=1.0)
            if math.isfinite(pooled.estimate):
                plot.plot(
                    pooled.estimate, line, marker="D" if line == 0 else "o", markersize=4.5, color=style.INK, zorder=3
                )
    return figure


def alternative(printer: Printer, key: str, groups: tuple[str, ...]) -> Phrase:
    """Every line of the plot in words and numbers."""
    name = printer.tree.outcomes[key].name
    said = printer.say("Risk ratios with {.pooled.level} confidence intervals for {name}.", key, name=name)
    for label, at, _ in lines(printer, key, groups):
        said = phrase(said, printer.say(" {label}: {short:.}.", at, label=label))
    return style.log_alternative(printer, name_of(key, groups), said)
