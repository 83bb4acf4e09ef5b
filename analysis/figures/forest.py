"""Forest plot: the numbers, effect, weight and risk of bias of each trial, pooled diamond, prediction interval.

Of what is counted and of what is measured, in every state of the evidence: one trial stands alone without a diamond,
a trial without an effect has its reason in place of a square, and where no trial has an effect a sentence stands in
place of the figure.
"""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from analysis.figures import axis, style
from analysis.figures.axis import Span, draw_interval, prepare
from analysis.figures.bias import draw_disc
from analysis.figures.forest_heads import fits, with_room, write_heads
from analysis.figures.forest_layout import (
    COLUMN,
    FULL,
    MEANS_COLUMN,
    MEANS_FULL,
    NAME,
    WIDE,
    WIDE_COLUMN,
    ForestLayout,
    without_bias,
)
from analysis.figures.forest_rows import explained, marks_of, write_pooled, write_trial
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, not_pooled, unit, without_effect
from analysis.results.tree import CountedOutcome, Outcome, Pooled, TrialResult
from analysis.results.who_judged import judges
from analysis.synthesis.entries import EXPLAINED
from analysis.synthesis.outcome_shapes import MEASURES, CountedTrial, MeasuredTrial, is_ratio

#: rows below the trials: a gap, the diamond, the prediction interval, a gap; without a diamond the first and last
EXTRA_ROWS, EXTRA_UNPOOLED = 3.1, 0.9
LARGEST_SQUARE = 9.0
#: letters of the counts of an arm that the usual columns hold
LONG = 11
DISC = 9.0
#: inches from line to line of a note
NOTE_LINE = 0.125
SIGNS_EXPLAINED = (
    f"Overall risk of bias: + low, ! some concerns, {MINUS} high, ? no judgement found; "
    "circle: published, square: judged by "
)


@style.with_column
def forest(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The forest plot of the outcome at ``key`` of the printer's tree; a sentence where no trial has an effect."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.k:
        return draw(printer, key, width)
    return style.sentence(printer, f"forest-{key}", not_pooled(printer, key), width)


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with at least one effect."""
    outcome: Outcome = printer.tree.outcomes[key]
    at = with_room(printer, key, layout(printer, outcome, width), width)
    assessed = is_assessed(printer)
    pooled = outcome.pooled is not None
    rows = len(outcome.trials) + (EXTRA_ROWS if pooled else EXTRA_UNPOOLED)
    room = width * (1 - 2 * NAME)
    smallest = style.smallest(width)
    signs = wrapped(explained(outcome), room, smallest)
    more = NOTE_LINE * len(list(signs.lines())) if signs.text else 0.0
    height = at.head + rows * at.row + at.foot + more
    with style.drawing(printer, f"forest-{key}", width, height) as figure:
        bottom, top = (at.foot + more) / height, rows * at.row / height
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], top))
        for axes in (words, plot):
            axes.set_ylim(rows - 0.5, -0.5)
        span = shown(outcome)
        prepare(plot, span, printer, better=outcome.better)
        write_heads(words, printer, key, at, width)
        largest = max(trial.weight or 0.0 for trial in outcome.trials.values()) or 1.0
        judged = printer.tree.biases[key]
        for line, trial in enumerate(outcome.trials.values()):
            write_trial(words, printer, f"{key}.trials.{trial.trial}", trial, line, at)
            if assessed:
                overall = judged.trials[trial.trial].domains["overall"]
                draw_disc(words, at.bias, line + at.above, overall.judgement, overall.own, DISC)
            if trial.estimable:
                draw_trial(plot, trial, line, span, (trial.weight or 0.0) / largest if pooled else 0.5)
        if pooled:
            write_pooled(words, printer, key, len(outcome.trials) + 0.4, at)
            draw_pooled(plot, outcome, len(outcome.trials) + 0.4, span)
        notes: list[Phrase | str] = [summary(printer, key)]
        notes += [phrase(SIGNS_EXPLAINED, judges(printer, "bias"))] if assessed else []
        for y, note in zip(at.notes, notes, strict=False):
            write(figure, NAME, (y + more) / height, wrapped(note, room, smallest), fontsize=smallest)
        if more:
            write(figure, NAME, at.notes[-1] / height, signs, fontsize=smallest)
    return figure


def is_assessed(printer: Printer) -> bool:
    """Whether there are judgements of bias to show."""
    return bool(printer.tree.evidence.risk_of_bias)


def layout(printer: Printer, outcome: Outcome, width: float) -> ForestLayout:
    """The layout for what the trials of the outcome give, in a width in inches."""
    counted = isinstance(outcome, CountedOutcome)
    layouts = (FULL, COLUMN) if counted else (MEANS_FULL, MEANS_COLUMN)
    if counted and (long(outcome) or not fits(printer, outcome.key, style.laid_out(width, *layouts), width)):
        layouts = (WIDE, WIDE_COLUMN)
    at = style.laid_out(width, *layouts)
    return at if is_assessed(printer) else without_bias(at)


def long(outcome: Outcome) -> bool:
    """Whether the counts of an arm are too long for the usual columns."""
    if not isinstance(outcome, CountedOutcome):
        return False
    arms = ((outcome.events_treatment, outcome.n_treatment), (outcome.events_control, outcome.n_control))
    return any(len(f"{events:,}/{n:,}") > LONG for events, n in arms)


def shown(outcome: Outcome) -> Span:
    """The axis that holds all point estimates and, where there are some, both pooled intervals."""
    values = [trial.estimate for trial in outcome.trials.values()]
    if outcome.pooled is not None:
        found = outcome.pooled
        values += [found.low, found.high, found.prediction_low, found.prediction_high]
    if outcome.k == 1:
        values += [bound for trial in outcome.trials.values() for bound in (trial.low, trial.high)]
    known = [value for value in values if value is not None]
    return axis.of_ratios(known) if is_ratio(outcome.measure) else axis.of_differences(known)


def draw_trial(plot: Axes, trial: TrialResult, line: float, span: Span, share: float) -> None:
    """Interval and square; ``share`` is the part of the largest square's area."""
    assert trial.estimate is not None and trial.low is not None and trial.high is not None
    draw_interval(plot, trial.low, trial.high, line, span, linewidth=1.0)
    size = LARGEST_SQUARE * math.sqrt(share)
    plot.plot(span.inside(trial.estimate), line, marker="s", markersize=max(size, 2.5), color=style.INK, zorder=3)


def draw_pooled(plot: Axes, outcome: Outcome, line: float, span: Span) -> None:
    """Diamond, the line of the estimate up to the trials, and the bar of the prediction interval below."""
    pooled = outcome.result
    draw_diamond(plot, pooled, line, span)
    plot.plot([pooled.estimate] * 2, [-0.5, line], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        draw_interval(plot, pooled.prediction_low, pooled.prediction_high, line + 1, span, linewidth=2.6)


def draw_diamond(plot: Axes, pooled: Pooled, line: float, span: Span, face: str = style.INK) -> None:
    """From limit to limit, as wide as the axis at most."""
    half = 0.32
    corners_x = [span.inside(value) for value in (pooled.low, pooled.estimate, pooled.high, pooled.estimate)]
    plot.fill(corners_x, [line, line - half, line, line + half], facecolor=face, edgecolor=style.INK, zorder=3)


def summary(printer: Printer, key: str) -> Phrase:
    """The line on heterogeneity and method below the plot, or that nothing is pooled."""
    pooled = printer.tree.outcomes[key].pooled
    return heterogeneity(printer, f"{key}.pooled") if pooled else not_pooled(printer, key)


def heterogeneity(printer: Printer, key: str) -> Phrase:
    """One line on heterogeneity and method, for below the plot and for captions."""
    method = printer.tree.outcomes[key.split(".")[0]].result.method
    return printer.say(
        "Heterogeneity: I² {.i2}, τ² {.tau2}, Q {.q} on {.q_df} df, {p:.q_p_value}. {method}; overall {p:.p_value}",
        key,
        method=method,
    )


def alternative(printer: Printer, key: str, events: str = "") -> Phrase:
    """What the plot shows, in words and numbers, for those who cannot see it; ``events`` are what is counted."""
    outcome: Outcome = printer.tree.outcomes[key]
    if not outcome.k:
        return style.log_alternative(printer, f"forest-{key}", not_pooled(printer, key))
    measure = MEASURES[outcome.measure].lower()
    said = printer.say(f"Forest plot of {measure}s for {{name}} in ", name=called(printer, key))
    said = phrase(said, printer.say("{word:.k_shown} trials." if outcome.k_shown > 1 else "one trial.", key))
    for name, trial in outcome.trials.items():
        said = phrase(said, told(printer, key, name, trial, events))
    if outcome.pooled is not None:
        prediction = "; prediction interval {prediction:.}" if outcome.pooled.prediction_low is not None else ""
        ratio = f" Pooled: {measure} {{.estimate}}{{unit}} ({{interval:.}}){prediction}."
        ending = printer.say(ratio, f"{key}.pooled", unit=unit(printer, key))
    else:
        ending = phrase(" ", not_pooled(printer, key))
    return style.log_alternative(printer, f"forest-{key}", phrase(said, ending))


def told(printer: Printer, key: str, name: str, trial: TrialResult, events: str) -> Phrase:
    """One trial of the plot in a sentence."""
    at, measure = f"{key}.trials.{name}", MEASURES[printer.tree.outcomes[key].measure].lower()
    weight = ", weight {.weight}" if trial.weight is not None else ""
    if trial.estimable:
        rest = printer.say(f"{measure} {{.estimate}}{{unit}} ({{interval:.}}){weight}", at, unit=unit(printer, key))
    elif isinstance(trial, CountedTrial) and not trial.events_treatment + trial.events_control:
        rest = printer.say(f"no {events or 'events'} in either arm, no information on the ratio")
    else:
        rest = printer.say(without_effect(trial))
    how = "".join(f", {EXPLAINED[mark]}" for mark in marks_of(trial))
    given = numbers(printer, at, trial)
    return printer.say(f" {{cell:{name}|label}}: {{given}}{{rest}}{{how}}.", given=given, rest=rest, how=how)


def numbers(printer: Printer, at: str, trial: TrialResult) -> Phrase | str:
    """The numbers of both arms in words, followed by a comma; nothing where a report gives none."""
    if isinstance(trial, CountedTrial):
        return printer.say("{.events_treatment} of {.n_treatment} against {.events_control} of {.n_control}, ", at)
    if isinstance(trial, MeasuredTrial) and trial.sd_treatment is not None and trial.sd_control is not None:
        one, other = (
            f"mean {{.mean_{arm}}} (SD {{.sd_{arm}}}) in {{.n_{arm}}} patients" for arm in ("treatment", "control")
        )
        return printer.say(f"{one} against {other}, ", at)
    return ""
