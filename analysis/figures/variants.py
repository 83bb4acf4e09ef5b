"""One question asked many ways: an estimate with its interval per line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.figures import axis, style
from analysis.figures.axis import TICKS, Span, draw_interval, prepare
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.states import called, measure_head, not_pooled
from analysis.results.tree import Outcome, Pooled
from analysis.synthesis.outcome_shapes import MEASURES, is_ratio

NAME = 0.004
#: inches: above the rows, below them, and below the last
HEAD, FOOT, LAST = 0.38, axis.BELOW + 0.06, 0.08


@dataclass(frozen=True, slots=True)
class VariantsLayout:
    """Right edge of the trials, edges of the plot, and left edge of the estimates, as parts of the width.

    In inches: ``head``, the room for that of the estimates, and ``row``, with ``name`` and ``numbers`` below its top:
    in one line, or the name above the rest.
    """

    trials: float
    plot: tuple[float, float]
    estimate: float
    head: float
    row: float
    name: float
    numbers: float


FULL = VariantsLayout(0.475, (0.50, 0.77), 0.79, head=1.45, row=0.21, name=0.105, numbers=0.105)
COLUMN = VariantsLayout(0.12, (0.17, 0.65), 0.69, head=1.0, row=0.34, name=0.09, numbers=0.235)
#: ground of names that stand above the rest, so that they cut the lines of the plot
GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}


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


@style.with_column
def variants(printer: Printer, key: str, groups: tuple[str, ...], width: float = style.FULL_WIDTH) -> style.Sheet:
    """Estimate and interval of the primary analysis and of each variant in the groups; or why there are none."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.pooled is not None:
        return draw(printer, key, groups, width)
    return style.sentence(printer, name_of(key, groups), not_pooled(printer, key), width)


def draw(printer: Printer, key: str, groups: tuple[str, ...], width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome that is pooled."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: Outcome = printer.tree.outcomes[key]
    points, leading = style.smallest(width), style.leading(width)
    inches = at.row * len(lines(Printer(printer.tree), key, groups)) + LAST
    height = HEAD + inches + FOOT
    with style.drawing(printer, name_of(key, groups), width, height) as figure:
        bottom, top = FOOT / height, inches / height
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], top))
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        words.set_xlim(0, 1)
        for axes in (words, plot):
            axes.set_ylim(inches, 0)
        shown = lines(printer, key, groups)
        span = around([bound for *_, p in shown for bound in (p.low, p.high)], outcome.measure)
        prepare(plot, span, printer, axis.titled(printer, key), better=outcome.better)
        head = printer.say(f"{measure_head(printer, key)} ({{.pooled.level}}~CI)", key)
        heads: list[tuple[float, Phrase | str, str]] = [
            (at.estimate, wrapped(head, at.head, points, "bold"), "left"),
            (NAME, "Analysis", "left") if at.name == at.numbers else (NAME, "Analysis,\ntrials", "left"),
        ]
        if at.name == at.numbers:
            heads.append((at.trials, "Trials", "right"))
        for x, text, side in heads:
            write(words, x, -0.04 - leading, text, ha=side, va="center", fontweight="bold")
        words.plot([0, 1], [-0.01, -0.01], color=style.INK, linewidth=0.8, clip_on=False)
        plot.axvline(shown[0][2].estimate, color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        for line, (label, where, pooled) in enumerate(shown):
            y = line * at.row + at.numbers
            weight = "normal" if line else "bold"
            ground = GROUND if at.name < at.numbers else None
            write(words, NAME, line * at.row + at.name, label, va="center", fontweight=weight, bbox=ground)
            write(words, at.trials, y, printer(f"{where}.k"), ha="right", va="center", fontweight=weight)
            write(words, at.estimate, y, printer.short(where), va="center", fontweight=weight)
            draw_interval(plot, pooled.low, pooled.high, y, span, linewidth=1.0)
            if math.isfinite(pooled.estimate):
                marker, ink = ("o", style.TRIAL) if line else ("D", style.OWN)
                plot.plot(span.inside(pooled.estimate), y, marker=marker, markersize=5, color=ink, zorder=3)
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
