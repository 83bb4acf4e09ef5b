"""One question asked many ways: an estimate with its interval per line."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from analysis.figures import axis, style
from analysis.figures.axis import TICKS, Span, draw_interval, prepare
from analysis.figures.forest_layout import ROW
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.states import called, measure_head, not_pooled
from analysis.results.tree import Outcome, Pooled
from analysis.synthesis.outcome_shapes import MEASURES, is_ratio

NAME, PLOT, TRIALS, ESTIMATE = 0.004, (0.50, 0.76), 0.475, 0.782
HEAD, FOOT = 0.34, axis.BELOW + 0.06
#: inches for the head of the estimates
HEAD_WIDTH = 1.45


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
    """Estimate and interval of the primary analysis and of each variant in the groups; or why there are none."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.pooled is not None:
        return draw(printer, key, groups)
    return style.sentence(printer, name_of(key, groups), not_pooled(printer, key))


def draw(printer: Printer, key: str, groups: tuple[str, ...]) -> Figure:
    """The figure of an outcome that is pooled."""
    outcome: Outcome = printer.tree.outcomes[key]
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
        span = around([bound for *_, p in shown for bound in (p.low, p.high)], outcome.measure)
        prepare(plot, span, printer, axis.titled(printer, key), better=outcome.better)
        head = f"{measure_head(printer, key)} ({{.pooled.level}}~CI)"
        for x, text, side in (
            (NAME, "Analysis", "left"),
            (TRIALS, "Trials", "right"),
            (ESTIMATE, wrapped(printer.say(head, key), HEAD_WIDTH, style.TEXT), "left"),
        ):
            write(words, x, -1.0, text, ha=side, va="center", fontweight="bold", fontsize=style.TEXT)
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
                    span.inside(pooled.estimate),
                    line,
                    marker="D" if line == 0 else "o",
                    markersize=4.5,
                    color=style.INK,
                    zorder=3,
                )
    return figure


def around(bounds: list[float], measure: str) -> Span:
    """The axis that holds all intervals; of ratios the part between the outermost ticks."""
    if not is_ratio(measure):
        return axis.of_differences(bounds)
    low, high = min(*bounds, 0.5), max(*bounds, 2.0)
    return Span(
        max([tick for tick in TICKS if tick <= low], default=TICKS[0]),
        min([tick for tick in TICKS if tick >= high], default=TICKS[-1]),
    )


def alternative(printer: Printer, key: str, groups: tuple[str, ...]) -> Phrase:
    """Every line of the plot in words and numbers."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.pooled is None:
        return style.log_alternative(printer, name_of(key, groups), not_pooled(printer, key))
    head = f"{MEASURES[outcome.measure]}s with {{.pooled.level}} confidence intervals for {{name}}."
    said = printer.say(head, key, name=called(printer, key))
    for label, at, _ in lines(printer, key, groups):
        said = phrase(said, printer.say(" {label}: {short:.}.", at, label=label))
    return style.log_alternative(printer, name_of(key, groups), said)
