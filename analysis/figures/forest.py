"""Forest plot: counts, estimate, weight and risk of bias of each trial, pooled diamond, prediction interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import style
from analysis.figures.bias import draw_disc
from analysis.figures.style import write
from analysis.numbers import EN_DASH, MINUS, NO_BREAK, Phrase, Printer, phrase
from analysis.results import Outcome, TrialResult

#: places as parts of the width: left edge, two centres, the plot's edges, left edge, right edge, centre
NAME, MSC, CONTROL, PLOT, ESTIMATE, WEIGHT, BIAS = 0.004, 0.235, 0.33, (0.385, 0.70), 0.712, 0.922, 0.968
TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
#: heights in inches
ROW, HEAD, FOOT = 0.21, 0.42, 0.80
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
class Span:
    """The part of the ratio's axis that is shown; an interval that runs past it ends in an arrowhead."""

    low: float
    high: float

    def inside(self, value: float) -> float:
        return min(max(value, self.low), self.high)


def forest(printer: Printer, key: str, events: str) -> Figure:
    """The forest plot of the ``Outcome`` at ``key`` of the printer's tree; ``events`` names what is counted."""
    outcome: Outcome = getattr(printer.tree, key)
    rows = len(outcome.trials) + EXTRA_ROWS
    height = HEAD + rows * ROW + FOOT
    with style.drawing(printer, f"forest-{key}", style.FULL_WIDTH, height) as figure:
        bottom, top = FOOT / height, rows * ROW / height
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        plot = figure.add_axes((PLOT[0], bottom, PLOT[1] - PLOT[0], top))
        for axes in (words, plot):
            axes.set_ylim(rows - 0.5, -0.5)
        span = shown(outcome)
        prepare(plot, span)
        write_heading(words, printer, key, events)
        largest = max(trial.weight or 0.0 for trial in outcome.trials.values())
        judged = printer.tree.bias if key == "deaths" else printer.tree.bias_serious
        for line, trial in enumerate(outcome.trials.values()):
            write_trial(words, printer, f"{key}.trials.{trial.trial}", trial, line)
            overall = judged.trials[trial.trial].domains["overall"]
            draw_disc(words, BIAS, line, overall.judgement, overall.own, DISC)
            if trial.estimable:
                draw_trial(plot, trial, line, span, largest)
        draw_pooled(words, plot, printer, key, len(outcome.trials) + 0.4, span)
        write(figure, NAME, 0.24 / height, heterogeneity(printer, f"{key}.pooled"), fontsize=style.SMALL)
        write(figure, NAME, 0.08 / height, SIGNS_EXPLAINED, fontsize=style.SMALL)
    return figure


def shown(outcome: Outcome) -> Span:
    """The ticks just outside all point estimates and both pooled intervals, never narrower than 0.5 to 2."""
    estimates = [trial.estimate for trial in outcome.trials.values() if trial.estimate is not None]
    pooled = outcome.pooled
    bounds = [pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high]
    seen = [value for value in (*estimates, *bounds) if value is not None and TICKS[0] <= value <= TICKS[-1]]
    low, high = min(*seen, 0.5), max(*seen, 2.0)
    return Span(max(tick for tick in TICKS if tick <= low), min(tick for tick in TICKS if tick >= high))


def prepare(plot: Axes, span: Span, against: str = "placebo") -> None:
    plot.set_xscale("log")
    plot.set_xlim(span.low, span.high)
    plot.patch.set_alpha(0)
    for side in ("left", "right", "top"):
        plot.spines[side].set_visible(False)
    plot.yaxis.set_major_locator(NullLocator())
    plot.xaxis.set_minor_locator(NullLocator())
    ticks = spaced(span, plot.get_position().width * style.FULL_WIDTH)
    plot.xaxis.set_major_locator(FixedLocator(ticks))
    plot.set_xticklabels([f"{tick:g}" for tick in ticks], fontsize=style.SMALL)
    plot.tick_params(axis="x", length=3, pad=2)
    plot.axvline(1, color=style.INK, linewidth=0.8, zorder=1)
    no_effect = math.log(1 / span.low) / math.log(span.high / span.low)
    for text, offset, side in (("◀ favours MSC", -6, "right"), (f"favours {against} ▶", 6, "left")):
        plot.annotate(
            text,
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


def write_heading(words: Axes, printer: Printer, key: str, events: str) -> None:
    for x, text, side in (
        (NAME, "Trial", "left"),
        (MSC, f"MSC\n{events}/n", "center"),
        (CONTROL, f"Placebo\n{events}/n", "center"),
        (ESTIMATE, phrase("Risk ratio\n(", printer(f"{key}.pooled.level"), f"{NO_BREAK}CI)"), "left"),
        (WEIGHT, "Weight", "right"),
        (BIAS, "Risk of\nbias", "center"),
    ):
        write(words, x, -1.35, text, ha=side, va="center", fontweight="bold", fontsize=style.SMALL, linespacing=1.1)
    words.plot([0, 1], [-0.6, -0.6], color=style.INK, linewidth=0.8, clip_on=False)
    words.set_xlim(0, 1)


def write_trial(words: Axes, printer: Printer, key: str, trial: TrialResult, line: int) -> None:
    ink = style.INK if trial.estimable else style.SOFT
    write(words, NAME, line, printer.cell(trial.trial, "label"), va="center", color=ink)
    for x, arm in ((MSC, "msc"), (CONTROL, "control")):
        counts = phrase(printer(f"{key}.events_{arm}"), "/", printer(f"{key}.n_{arm}"))
        write(words, x, line, counts, ha="center", va="center", color=ink)
    if trial.estimable:
        write(words, ESTIMATE, line, printer.short(key), va="center")
        write(words, WEIGHT, line, printer(f"{key}.weight"), ha="right", va="center")
    else:
        write(words, ESTIMATE, line, "no events in either arm", va="center", color=ink, fontsize=style.SMALL)
        write(words, WEIGHT, line, EN_DASH, ha="right", va="center", color=ink)


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


def draw_pooled(words: Axes, plot: Axes, printer: Printer, key: str, line: float, span: Span) -> None:
    outcome: Outcome = getattr(printer.tree, key)
    pooled = outcome.pooled
    half = 0.32
    corners_x = [span.inside(pooled.low), pooled.estimate, span.inside(pooled.high), pooled.estimate]
    plot.fill(corners_x, [line, line - half, line, line + half], facecolor=style.INK, edgecolor=style.INK, zorder=3)
    plot.plot([pooled.estimate] * 2, [-0.5, line], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
    write(words, NAME, line, "Random effects", va="center", fontweight="bold")
    for x, arm in ((MSC, "msc"), (CONTROL, "control")):
        counts = phrase(printer(f"{key}.events_{arm}"), "/", printer(f"{key}.n_{arm}"))
        write(words, x, line, counts, ha="center", va="center", fontweight="bold")
    write(words, ESTIMATE, line, printer.short(f"{key}.pooled"), va="center", fontweight="bold")
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        below = line + 1
        draw_interval(plot, pooled.prediction_low, pooled.prediction_high, below, span, linewidth=2.6)
        write(words, NAME, below, "Prediction interval", va="center")
        bounds = printer.prediction(f"{key}.pooled", EN_DASH)
        write(words, ESTIMATE, below, phrase("(", bounds, ")"), va="center")


def heterogeneity(printer: Printer, key: str) -> Phrase:
    """One line on heterogeneity and method, for below the plot and for captions."""
    return Phrase(
        (
            "Heterogeneity: I² ",
            printer(f"{key}.i2"),
            ", τ² ",
            printer(f"{key}.tau2"),
            ", Q ",
            printer(f"{key}.q"),
            " on ",
            printer(f"{key}.q_df"),
            " df, ",
            *printer.p(f"{key}.q_p_value").parts,
            f". {getattr(printer.tree, key.split('.')[0]).pooled.method}; overall ",
            *printer.p(f"{key}.p_value").parts,
        )
    )


def alternative(printer: Printer, key: str, events: str) -> Phrase:
    """What the plot shows, in words and numbers, for those who cannot see it."""
    outcome: Outcome = getattr(printer.tree, key)
    said = phrase(f"Forest plot of risk ratios for {outcome.name} in ", printer.word(f"{key}.k_shown"), " trials.")
    for name, trial in outcome.trials.items():
        at = f"{key}.trials.{name}"
        arms = [phrase(printer(f"{at}.events_{arm}"), " of ", printer(f"{at}.n_{arm}")) for arm in ("msc", "control")]
        said = phrase(said, " ", printer.cell(name, "label"), ": ", arms[0], " against ", arms[1], ", ")
        if trial.estimable:
            ratio = phrase("risk ratio ", printer(f"{at}.estimate"), " (", printer.interval(at), ")")
            said = phrase(said, ratio, ", weight ", printer(f"{at}.weight"), ".")
        else:
            said = phrase(said, f"no {events} in either arm, no information on the ratio.")
    pooled = f"{key}.pooled"
    ratio = phrase("risk ratio ", printer(f"{pooled}.estimate"), " (", printer.interval(pooled), ")")
    said = phrase(said, " Pooled: ", ratio, "; prediction interval ", printer.prediction(pooled), ".")
    return style.alternative(printer, f"forest-{key}", said)
