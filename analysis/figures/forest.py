"""Forest plot: the numbers, effect, weight and risk of bias of each trial, pooled diamond, prediction interval.

Of what is counted and of what is measured, in every state of the evidence: one trial stands alone without a diamond,
a trial without an effect has its reason in place of a square, and where no trial has an effect a sentence stands in
place of the figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from matplotlib.axes import Axes

from analysis.figures import axis, columns, style
from analysis.figures.axis import Span, draw_expected, draw_interval, prepare
from analysis.figures.bias import draw_disc
from analysis.figures.forest_heads import fits, with_room, write_heads
from analysis.figures.forest_layout import COLUMN, MEANS_COLUMN, NAME, WIDE_COLUMN, ForestLayout, without_bias
from analysis.figures.forest_rows import explained, marks_of, write_pooled, write_trial
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.judgements.bias import NONE
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, not_pooled, unit, without_effect
from analysis.results.tree import CountedOutcome, Outcome, Pooled, TrialResult
from analysis.results.who_judged import judges
from analysis.synthesis.entries import EXPLAINED
from analysis.synthesis.outcome_shapes import MEASURES, CountedTrial, MeasuredTrial, is_ratio

#: rows below the trials: a gap, the diamond, the prediction interval, a gap; without a diamond the first and last
EXTRA_ROWS, EXTRA_UNPOOLED = 3.0, 0.9
#: side of the largest square in points; a square whose side is shorter than ``SEEN`` has a stroke through it
LARGEST_SQUARE, SEEN = 10.0, 1.8
#: letters of the counts of an arm that the usual columns hold
LONG = 11
DISC = 9.0
#: most domains of bias that have columns of their own
MOST_DOMAINS = 6
#: inches between notes
APART = 0.03
LETTERS = "ABCDEF"
#: half the rows from the upper to the lower line of heads
HALF = 0.34
STROKES = "An upright stroke marks an estimate whose square is too small to be seen."


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
    pooled = outcome.pooled is not None
    rows = len(outcome.trials) + (EXTRA_ROWS if pooled else EXTRA_UNPOOLED)
    room = width * (1 - 2 * NAME)
    smallest = style.smallest(width)
    foot = axis.BELOW + depth(
        (wrapped(note, room, smallest) for note in notes_of(Printer(printer.tree), key, at)), width
    )
    height = at.head + rows * at.row + foot
    with style.drawing(printer, f"forest-{key}", width, height) as figure:
        bottom, top = foot / height, rows * at.row / height
        words = figure.add_axes((0, bottom, 1, top))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], top))
        for axes in (words, plot):
            axes.set_ylim(rows - 0.5, -0.5)
        span = shown(outcome)
        prepare(plot, span, printer, axis.titled(printer, key), better=outcome.better)
        write_heads(words, printer, key, at, width)
        write_bias_heads(words, at)
        for line, trial in enumerate(outcome.trials.values()):
            write_trial(words, printer, f"{key}.trials.{trial.trial}", trial, line, at)
            if is_assessed(printer):
                draw_judgements(words, printer, key, trial.trial, line, at)
            if trial.estimable:
                draw_trial(plot, trial, line, span, share(outcome, trial))
        if pooled:
            write_pooled(words, printer, key, len(outcome.trials) + 0.4, at)
            draw_pooled(plot, outcome, len(outcome.trials) + 0.4, span)
        write_notes(figure, [wrapped(note, room, smallest) for note in notes_of(printer, key, at)], foot - axis.BELOW)
    return figure


def notes_of(printer: Printer, key: str, at: ForestLayout) -> Iterator[Phrase]:
    """What stands below the plot: tests and method, or that nothing is pooled; what signs mean."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.pooled is None:
        yield not_pooled(printer, key)
    else:
        yield heterogeneity(printer, key)
        yield tested(printer, key)
    if any(trial.estimable and side(share(outcome, trial)) < SEEN for trial in outcome.trials.values()):
        yield phrase(STROKES)
    if is_assessed(printer):
        yield signs_of_bias(printer, key, at)
    if signs := explained(outcome):
        yield phrase(signs)


def signs_of_bias(printer: Printer, key: str, at: ForestLayout) -> Phrase:
    """What letters above the columns of domains, and signs, edges and shapes of judgements mean."""
    judged = printer.tree.biases[key]
    said = phrase("Overall risk of bias: ")
    if at.domains:
        said = phrase("Risk of bias: ")
        for letter, domain in zip(LETTERS, domains_of(printer, key), strict=False):
            label = printer(f"biases.{key}.summary.{domain}.label")
            said = phrase(said, f"{letter}: ", label, "; ")
        said = phrase(said, "All: overall. ")
    said = phrase(said, f"+ low, ! some concerns, {MINUS} high, ? no judgement found; ")
    shown = (name for name in printer.tree.outcomes[key].trials if name in judged.trials)
    if at.domains and any(one.implied for name in shown for one in judged.trials[name].domains.values()):
        said = phrase(said, "dotted, implied by the overall judgement; ")
    return phrase(said, "circle, published; square, judged by ", judges(printer, "bias"), ".")


def depth(notes: Iterable[Phrase], width: float) -> float:
    """Inches that wrapped notes need in a figure of that width."""
    return sum(style.leading(width) * len(list(note.lines())) + APART for note in notes)


def write_notes(figure: style.Sheet, notes: Iterable[Phrase], top: float) -> None:
    """Wrapped notes below each other, from ``top`` inches above the foot of the sheet."""
    width, height = figure.get_size_inches()
    for note in notes:
        write(figure, NAME, top / height, note, va="top")
        top -= depth([note], width)


def domains_of(printer: Printer, key: str) -> list[str]:
    """The domains of bias beside the overall judgement, where a trial of the plot has a judgement in one of them."""
    judged = printer.tree.biases[key]
    domains = [name for name in judged.summary if name != "overall"]
    shown = [judged.trials[name].domains for name in printer.tree.outcomes[key].trials if name in judged.trials]
    known = any(found[name].judgement != NONE for found in shown for name in domains if name in found)
    return domains if known and len(domains) <= MOST_DOMAINS else []


def draw_judgements(words: Axes, printer: Printer, key: str, trial: str, line: float, at: ForestLayout) -> None:
    """The judgements of a trial by domain, where there is room for them, and overall."""
    found = printer.tree.biases[key].trials[trial].domains
    for x, domain in zip(at.domains, domains_of(printer, key), strict=False):
        one = found[domain]
        draw_disc(words, x, line + at.above, one.judgement, one.own, DISC, one.implied)
    overall = found["overall"]
    draw_disc(words, at.bias, line + at.above, overall.judgement, overall.own, DISC)


def is_assessed(printer: Printer) -> bool:
    """Whether there are judgements of bias to show."""
    return bool(printer.tree.evidence.risk_of_bias)


def layout(printer: Printer, outcome: Outcome, width: float, groups: Sequence[str] = ()) -> ForestLayout:
    """The layout for what the trials of the outcome give, in a width in inches; ``groups`` are keys of subtotals."""
    assessed = is_assessed(printer)
    if style.laid_out(width, True, False):
        pooled = [f"{outcome.key}.pooled"] if outcome.pooled is not None else []
        domains = len(domains_of(printer, outcome.key)) if assessed else None
        return columns.page(printer, outcome.key, [*pooled, *groups], domains)
    column = COLUMN if isinstance(outcome, CountedOutcome) else MEANS_COLUMN
    if column is COLUMN and (long(outcome) or not fits(printer, outcome.key, COLUMN, width)):
        column = WIDE_COLUMN
    return column if assessed else without_bias(column)


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


def write_bias_heads(words: Axes, at: ForestLayout) -> None:
    """Above the columns of the domains of bias their letters, and what they are above these."""
    if not at.domains:
        return
    heads = [((at.domains[0] + at.bias) / 2, -HALF, "Risk of bias"), (at.bias, HALF, "All")]
    heads += [(x, HALF, letter) for x, letter in zip(at.domains, LETTERS, strict=False)]
    style_of = {"ha": "center", "va": "center", "fontweight": "bold", "fontsize": at.type_size}
    for x, below, head in heads:
        write(words, x, at.heads_at + below, head, **style_of)


def share(outcome: Outcome, trial: TrialResult) -> float:
    """The area of a trial's square as a part of the largest: the ratio of their weights; half where none has one."""
    largest = max(one.weight or 0.0 for one in outcome.trials.values())
    return (trial.weight or 0.0) / largest if largest else 0.5


def side(part: float) -> float:
    """The side in points of a square whose area is that part of the largest."""
    return LARGEST_SQUARE * math.sqrt(part)


def draw_trial(plot: Axes, trial: TrialResult, line: float, span: Span, part: float) -> None:
    """Interval and square; ``part`` is that of the largest square's area."""
    assert trial.estimate is not None and trial.low is not None and trial.high is not None
    draw_interval(plot, trial.low, trial.high, line, span, linewidth=0.8)
    x, size = span.inside(trial.estimate), side(part)
    plot.plot(x, line, marker="s", markersize=size, markeredgewidth=0, color=style.TRIAL, zorder=3)
    if size < SEEN:
        plot.plot(x, line, marker="|", markersize=5, markeredgewidth=0.6, color=style.INK, zorder=3)


def draw_pooled(plot: Axes, outcome: Outcome, line: float, span: Span) -> None:
    """Diamond, the line of the estimate up to the trials, and the hollow bar of the prediction interval below."""
    pooled = outcome.result
    draw_diamond(plot, pooled, line, span)
    plot.plot([pooled.estimate] * 2, [-0.5, line], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        draw_expected(plot, pooled.prediction_low, pooled.prediction_high, line + 1, span)


def draw_diamond(plot: Axes, pooled: Pooled, line: float, span: Span, face: str = style.OWN) -> None:
    """From limit to limit, as wide as the axis at most."""
    half = 0.32
    corners_x = [span.inside(value) for value in (pooled.low, pooled.estimate, pooled.high, pooled.estimate)]
    plot.fill(
        corners_x,
        [line, line - half, line, line + half],
        facecolor=face,
        edgecolor=style.INK,
        linewidth=0.7,
        zorder=3,
    )


def heterogeneity(printer: Printer, key: str) -> Phrase:
    """One line on heterogeneity."""
    said = "Heterogeneity: I² {.i2}, τ² {.tau2}, Q {.q} on {.q_df} df, {p:.q_p_value}"
    return printer.say(said, f"{key}.pooled")


def tested(printer: Printer, key: str) -> Phrase:
    """One line on the model and its test of no effect."""
    pooled = printer.tree.outcomes[key].result
    statistic = "z~{.statistic}" if pooled.df is None else "t~{.statistic} on {.df} df"
    said = f"Random effects ({{method}}), test of no effect: {statistic}, {{p:.p_value}}"
    return printer.say(said, f"{key}.pooled", method=pooled.method)


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
        known = outcome.pooled.prediction_low is not None
        prediction = "; {.level} prediction interval {prediction:.}" if known else ""
        ratio = f" Pooled, {{.k}} trials: {measure} {{.estimate}}{{unit}} ({{interval:.}}){prediction}. "
        pooled = printer.say(ratio, f"{key}.pooled", unit=unit(printer, key))
        ending = phrase(pooled, heterogeneity(printer, key), ". ", tested(printer, key), ".")
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
