"""One question asked many ways: an estimate with its interval per line."""

from __future__ import annotations

import math

import matplotlib
from matplotlib.figure import Figure

from analysis.figures import style
from analysis.figures.forest import ROW, TICKS, Span, draw_interval, prepare
from analysis.numbers import Printer
from analysis.results import Outcome, Pooled

NAME, PLOT, TRIALS, ESTIMATE = 0.004, (0.50, 0.76), 0.475, 0.782
HEAD, FOOT = 0.34, 0.46


def lines(printer: Printer, key: str, groups: tuple[str, ...]) -> list[tuple[str, str, Pooled]]:
    """(label, key of the pooled result, result): the primary result, then the groups' variants in their order."""
    outcome: Outcome = getattr(printer.tree, key)
    found = [("Primary analysis", f"{key}.pooled", outcome.pooled)]
    for group in groups:
        for name, variant in getattr(outcome, group).items():
            label = variant.label[:1].upper() + variant.label[1:]
            found.append((label, f"{key}.{group}.{name}.pooled", variant.pooled))
    return found


def variants(printer: Printer, key: str, groups: tuple[str, ...]) -> Figure:
    """Estimate and interval of the primary analysis and of each variant in the named groups of an ``Outcome``."""
    shown = lines(printer, key, groups)
    rows = len(shown) + 0.4
    height = HEAD + rows * ROW + FOOT
    figure = style.sheet(style.FULL_WIDTH, height)
    with matplotlib.rc_context(style.SETTINGS):
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
        prepare(plot, span)
        for x, text, side in (
            (NAME, "Analysis", "left"),
            (TRIALS, "Trials", "right"),
            (ESTIMATE, "Risk ratio (95% CI)", "left"),
        ):
            words.text(x, -1.0, text, ha=side, va="center", fontweight="bold", fontsize=style.SMALL)
        words.plot([0, 1], [-0.55, -0.55], color=style.INK, linewidth=0.8, clip_on=False)
        plot.axvline(shown[0][2].estimate, color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        for line, (label, at, pooled) in enumerate(shown):
            weight = "bold" if line == 0 else "normal"
            words.text(NAME, line, label, va="center", fontweight=weight)
            words.text(TRIALS, line, printer(f"{at}.k").text, ha="right", va="center", fontweight=weight)
            words.text(ESTIMATE, line, printer.short(at).text, va="center", fontweight=weight)
            draw_interval(plot, pooled.low, pooled.high, line, span, linewidth=1.0)
            if math.isfinite(pooled.estimate):
                plot.plot(
                    pooled.estimate, line, marker="D" if line == 0 else "o", markersize=4.5, color=style.INK, zorder=3
                )
    return figure


def alternative(printer: Printer, key: str, groups: tuple[str, ...]) -> str:
    """Every line of the plot in words and numbers."""
    said = [f"{label}: {printer.short(at).text}." for label, at, _ in lines(printer, key, groups)]
    return f"Risk ratios with 95% confidence intervals for {getattr(printer.tree, key).name}. " + " ".join(said)
