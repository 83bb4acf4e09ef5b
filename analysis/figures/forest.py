"""Forest plot: counts, estimate, weight and risk of bias of each trial, pooled diamond, prediction interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.evidence.rows_question import ARMS
from analysis.figures import style
from analysis.figures.bias import draw_disc
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.numbers import EN_DASH, MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.review.tree import Outcome, TrialResult

#: left edge of the words, as part of the width
NAME = 0.004
TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
#: height of a row of one line, in inches
ROW = 0.21
#: rows below the trials: a gap, the diamond, the prediction interval, a gap
EXTRA_ROWS = 3.1
LARGEST_SQUARE = 9.0
DISC = 9.0
#: inches that a number below the axis needs
TICK_WIDTH = 0.27
SIGNS_EXPLAINED = (
    f"Overall risk of bias: + low, ! some concerns, {MINUS} high, ? no judgement found; "
    "circle: published, square: judged by the project"
)


@dataclass(frozen=True, slots=True)
class ForestLayout:
    """Where things stand: ``x`` as parts of the width, heights in inches, ``above`` and ``below`` in rows.

    A row has one line, or two of which the second holds counts and weight; then both arms share one text at
    ``treatment`` and ``control`` is None. A head is (x, template, side).
    """

    name: float
    treatment: float
    control: float | None
    plot: tuple[float, float]
    estimate: float
    weight: tuple[float, str]
    bias: float
    heads: tuple[tuple[float, str, str], ...]
    heads_at: float
    row: float
    head: float
    foot: float
    notes: tuple[float, float]
    no_events: str = "no events in either arm"
    above: float = 0.0
    below: float = 0.0


FULL = ForestLayout(
    name=NAME,
    treatment=0.235,
    control=0.33,
    plot=(0.385, 0.70),
    estimate=0.712,
    weight=(0.922, "right"),
    bias=0.968,
    heads=(
        (NAME, "Trial", "left"),
        (0.235, "{treatment}\n{events}/n", "center"),
        (0.33, "{Comparator}\n{events}/n", "center"),
        (0.712, "Risk ratio\n({.pooled.level}~CI)", "left"),
        (0.922, "Weight", "right"),
        (0.968, "Risk of\nbias", "center"),
    ),
    heads_at=-1.35,
    row=ROW,
    head=0.42,
    foot=0.80,
    notes=(0.24, 0.08),
)
COLUMN = ForestLayout(
    name=0.052,
    treatment=0.052,
    control=None,
    plot=(0.335, 0.68),
    estimate=0.706,
    weight=(0.706, "left"),
    bias=0.024,
    heads=(
        (NAME, "Trial, risk of bias\n{treatment} v {comparator},\n{events}/n", "left"),
        (0.706, "Risk ratio\n({.pooled.level}~CI)\nweight", "left"),
    ),
    heads_at=-1.27,
    row=0.31,
    head=0.46,
    foot=1.06,
    notes=(0.34, 0.07),
    no_events="no events in\neither arm",
    above=-0.2,
    below=0.2,
)


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the ratio's axis that is shown; an interval that runs past it ends in an arrowhead."""

    low: float
    high: float

    def inside(self, value: float) -> float:
        return min(max(value, self.low), self.high)


def forest(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The forest plot of the ``Outcome`` at ``key`` of the printer's tree."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: Outcome = printer.tree.outcomes[key]
    rows = len(outcome.trials) + EXTRA_ROWS
    height = at.head + rows * at.row + at.foot
    with style.drawing(printer, f"forest-{key}", width, height) as figure:
        bottom, top = at.foot / height, rows * at.row / height
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], top))
        for axes in (words, plot):
            axes.set_ylim(rows - 0.5, -0.5)
        span = shown(outcome)
        prepare(plot, span, printer)
        write_heading(words, printer, key, printer.tree.evidence.outcome(key).events, at)
        largest = max(trial.weight or 0.0 for trial in outcome.trials.values())
        judged = printer.tree.biases[key]
        for line, trial in enumerate(outcome.trials.values()):
            write_trial(words, printer, f"{key}.trials.{trial.trial}", trial, line, at)
            overall = judged.trials[trial.trial].domains["overall"]
            draw_disc(words, at.bias, line + at.above, overall.judgement, overall.own, DISC)
            if trial.estimable:
                draw_trial(plot, trial, line, span, largest)
        draw_pooled(words, plot, printer, key, len(outcome.trials) + 0.4, span, at)
        notes: tuple[Phrase | str, ...] = (heterogeneity(printer, f"{key}.pooled"), SIGNS_EXPLAINED)
        for y, note in zip(at.notes, notes, strict=True):
            lines = wrapped(note, width * (1 - 2 * NAME), style.SMALL)
            write(figure, NAME, y / height, lines, fontsize=style.SMALL)
    return figure


def shown(outcome: Outcome) -> Span:
    """The ticks just outside all point estimates and both pooled intervals, never narrower than 0.5 to 2."""
    estimates = [trial.estimate for trial in outcome.trials.values() if trial.estimate is not None]
    pooled = outcome.result
    bounds = [pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high]
    seen = [value for value in (*estimates, *bounds) if value is not None and TICKS[0] <= value <= TICKS[-1]]
    low, high = min(*seen, 0.5), max(*seen, 2.0)
    return Span(max(tick for tick in TICKS if tick <= low), min(tick for tick in TICKS if tick >= high))


def prepare(plot: Axes, span: Span, printer: Printer, against: str = "comparator") -> None:
    """Scale, ticks, the line of no effect, and which side favours whom; ``against`` is a name of the control arm."""
    figure = plot.figure
    assert isinstance(figure, style.Sheet)
    plot.set_xscale("log")
    plot.set_xlim(span.low, span.high)
    plot.patch.set_alpha(0)
    for side in ("left", "right", "top"):
        plot.spines[side].set_visible(False)
    plot.yaxis.set_major_locator(NullLocator())
    plot.xaxis.set_minor_locator(NullLocator())
    ticks = spaced(span, plot.get_position().width * figure.get_figwidth())
    plot.xaxis.set_major_locator(FixedLocator(ticks))
    plot.set_xticklabels([f"{tick:g}" for tick in ticks], fontsize=style.SMALL)
    plot.tick_params(axis="x", length=3, pad=2)
    plot.axvline(1, color=style.INK, linewidth=0.8, zorder=1)
    no_effect = math.log(1 / span.low) / math.log(span.high / span.low)
    for text, offset, side in (("◀ favours {treatment}", -6, "right"), (f"favours {{{against}}} ▶", 6, "left")):
        plot.annotate(
            printer.say(text).text,
            (no_effect, 0),
            xycoords="axes fraction",
            xytext=(offset, -20),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=style.SMALL,
            annotation_clip=False,
        )


def spaced(span: Span, inches: float) -> list[float]:
    """The ticks of the span whose numbers do not touch on an axis of that length; 1 and the ends come first."""
    kept: list[float] = []
    for tick in (1.0, span.low, span.high, 0.1, 10.0, *TICKS):
        apart = (abs(math.log(tick / other)) / math.log(span.high / span.low) * inches for other in kept)
        if span.low <= tick <= span.high and all(distance >= TICK_WIDTH for distance in apart):
            kept.append(tick)
    return sorted(kept)


def write_heading(words: Axes, printer: Printer, key: str, events: str, at: ForestLayout) -> None:
    for x, head, side in at.heads:
        text = printer.say(head, key, events=events)
        write(
            words,
            x,
            at.heads_at,
            text,
            ha=side,
            va="center",
            fontweight="bold",
            fontsize=style.SMALL,
            linespacing=1.1,
        )
    words.plot([0, 1], [-0.6, -0.6], color=style.INK, linewidth=0.8, clip_on=False)
    words.set_xlim(0, 1)


def write_trial(words: Axes, printer: Printer, key: str, trial: TrialResult, line: int, at: ForestLayout) -> None:
    ink = style.INK if trial.estimable else style.SOFT
    write(words, at.name, line + at.above, printer.cell(trial.trial, "label"), va="center", color=ink)
    write_counts(words, printer, key, line + at.below, at, at.treatment, color=ink)
    x, side = at.weight
    if trial.estimable:
        write(words, at.estimate, line + at.above, printer.short(key), va="center")
        write(words, x, line + at.below, printer(f"{key}.weight"), ha=side, va="center")
    else:
        write(words, at.estimate, line, at.no_events, va="center", color=ink, fontsize=style.SMALL)
        if at.below == 0:
            write(words, x, line, EN_DASH, ha=side, va="center", color=ink)


def write_counts(
    words: Axes, printer: Printer, key: str, y: float, at: ForestLayout, x: float, **options: Any
) -> None:
    """Events and patients of both arms: each in its column, or in one text that begins at ``x``."""
    treatment, control = (printer.say(f"{{.events_{arm}}}/{{.n_{arm}}}", key) for arm in ARMS)
    if at.control is None:
        write(words, x, y, phrase(treatment, " v ", control), va="center", **options)
        return
    for centre, counts in ((at.treatment, treatment), (at.control, control)):
        write(words, centre, y, counts, ha="center", va="center", **options)


def draw_trial(plot: Axes, trial: TrialResult, line: int, span: Span, largest: float) -> None:
    assert trial.estimate is not None and trial.low is not None and trial.high is not None
    draw_interval(plot, trial.low, trial.high, line, span, linewidth=1.0)
    size = LARGEST_SQUARE * math.sqrt((trial.weight or 0.0) / largest)
    plot.plot(trial.estimate, line, marker="s", markersize=max(size, 2.5), color=style.INK, zorder=3)


def draw_interval(plot: Axes, low: float, high: float, line: float, span: Span, linewidth: float) -> None:
    plot.plot([span.inside(low), span.inside(high)], [line, line], color=style.INK, linewidth=linewidth, zorder=2)
    for bound, end, marker in ((low, span.low, "<"), (high, span.high, ">")):
        if span.inside(bound) != bound:
            plot.plot(end, line, marker=marker, markersize=4, color=style.INK, clip_on=False, zorder=2)


def draw_pooled(
    words: Axes, plot: Axes, printer: Printer, key: str, line: float, span: Span, at: ForestLayout
) -> None:
    outcome: Outcome = printer.tree.outcomes[key]
    pooled = outcome.result
    half = 0.32
    corners_x = [span.inside(pooled.low), pooled.estimate, span.inside(pooled.high), pooled.estimate]
    plot.fill(corners_x, [line, line - half, line, line + half], facecolor=style.INK, edgecolor=style.INK, zorder=3)
    plot.plot([pooled.estimate] * 2, [-0.5, line], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
    write(words, NAME, line + at.above, "Random effects", va="center", fontweight="bold")
    write_counts(words, printer, key, line + at.below, at, NAME, fontweight="bold")
    write(words, at.estimate, line + at.above, printer.short(f"{key}.pooled"), va="center", fontweight="bold")
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        below = line + 1
        draw_interval(plot, pooled.prediction_low, pooled.prediction_high, below, span, linewidth=2.6)
        write(words, NAME, below, "Prediction interval", va="center")
        write(words, at.estimate, below, printer.say("({prediction:.pooled|–})", key), va="center")


def heterogeneity(printer: Printer, key: str) -> Phrase:
    """One line on heterogeneity and method, for below the plot and for captions."""
    method = printer.tree.outcomes[key.split(".")[0]].result.method
    return printer.say(
        "Heterogeneity: I² {.i2}, τ² {.tau2}, Q {.q} on {.q_df} df, {p:.q_p_value}. {method}; overall {p:.p_value}",
        key,
        method=method,
    )


def alternative(printer: Printer, key: str, events: str) -> Phrase:
    """What the plot shows, in words and numbers, for those who cannot see it."""
    outcome: Outcome = printer.tree.outcomes[key]
    said = printer.say("Forest plot of risk ratios for {name} in {word:.k_shown} trials.", key, name=outcome.name)
    counts = "{.events_treatment} of {.n_treatment} against {.events_control} of {.n_control}"
    ratio = "risk ratio {.estimate} ({interval:.})"
    for name, trial in outcome.trials.items():
        none = f"no {events} in either arm, no information on the ratio."
        rest = f"{ratio}, weight {{.weight}}." if trial.estimable else none
        arms = printer.say(counts, f"{key}.trials.{name}")
        line = f" {{cell:{name}|label}}: {{arms}}, {rest}"
        said = phrase(said, printer.say(line, f"{key}.trials.{name}", arms=arms))
    pooled = printer.say(f" Pooled: {ratio}; prediction interval {{prediction:.}}.", f"{key}.pooled")
    return style.log_alternative(printer, f"forest-{key}", phrase(said, pooled))
