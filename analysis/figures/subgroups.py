"""Forest plot by group: the trials of each group, its subtotal, all trials together, and the test of interaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.figures import axis, style
from analysis.figures.axis import Span, draw_interval, prepare
from analysis.figures.forest import (
    SEEN,
    STROKES,
    draw_diamond,
    draw_judgements,
    draw_trial,
    is_assessed,
    layout,
    share,
    side,
    signs_of_bias,
    told,
    write_bias_heads,
)
from analysis.figures.forest_heads import with_room, write_heads
from analysis.figures.forest_layout import NAME, ForestLayout
from analysis.figures.forest_rows import (
    explained,
    interval,
    totals,
    write_arms,
    write_effect,
    write_total_name,
    write_trial,
)
from analysis.figures.style import write
from analysis.figures.wrapping import POINTS_PER_INCH, SLACK, length, wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.explorations import EFFECTS, interaction, left_out, not_answered
from analysis.results.states import called, unit
from analysis.results.tree import Outcome
from analysis.synthesis.moderators import Groups
from analysis.synthesis.outcome_shapes import is_ratio

#: rows between groups, and below the last row
BETWEEN, LAST = 0.35, 0.4
#: inches between notes
APART = 0.04
SUBTOTAL = style.VERMILLION_TINT
HEAD, TRIAL, GROUP_TOTAL, TOTAL = "head", "trial", "group total", "total"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the plot: what it is, the key of its group or the name of its trial, and where it stands."""

    kind: str
    name: str
    line: float


def answered(printer: Printer, key: str, characteristic: str) -> Groups | None:
    """The groups of the outcome at ``key`` by a characteristic; None where they are not compared."""
    found = printer.tree.moderators.get(key, {}).get(characteristic)
    return found if isinstance(found, Groups) else None


@style.with_column
def subgroups(printer: Printer, key: str, characteristic: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The groups of the outcome at ``key`` by a characteristic; a sentence where they are not compared."""
    found = answered(printer, key, characteristic)
    if found is not None:
        return draw(printer, key, characteristic, found, width)
    said = not_answered(printer, key, characteristic)
    return style.sentence(printer, f"subgroups-{key}-{characteristic}", said, width)


def rows(found: Groups) -> Iterator[Row]:
    """From the top: each group with its trials and, where it has several, its subtotal; then all trials."""
    line = 0.0
    for name, group in found.groups.items():
        yield Row(HEAD, name, line)
        line += 1
        for trial in group.trials:
            yield Row(TRIAL, trial, line)
            line += 1
        if len(group.trials) > 1:
            yield Row(GROUP_TOTAL, name, line)
            line += 1
        line += BETWEEN
    yield Row(TOTAL, "", line)


def draw(printer: Printer, key: str, characteristic: str, found: Groups, width: float) -> style.Sheet:
    """The figure of groups that are compared."""
    outcome: Outcome = printer.tree.outcomes[key]
    where = f"moderators.{key}.{characteristic}"
    groups = [f"{where}.groups.{name}.pooled" for name in found.groups]
    at = with_room(printer, key, layout(printer, outcome, width, groups), width)
    room, smallest = width * (1 - 2 * NAME), style.smallest(width)
    shown = list(rows(found))
    deep = shown[-1].line + 0.5 + LAST
    notes = [wrapped(note, room, smallest) for note in notes_of(printer, key, where, found, at)]
    deep_notes = [style.leading(width) * len(list(note.lines())) + APART for note in notes]
    foot = axis.BELOW + sum(deep_notes)
    height = at.head + (deep + 0.5) * at.row + foot
    with style.drawing(printer, f"subgroups-{key}-{characteristic}", width, height) as figure:
        bottom, tall = foot / height, (deep + 0.5) * at.row / height
        words = figure.add_axes((0, bottom, 1, tall))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], tall))
        for axes in (words, plot):
            axes.set_ylim(deep, -0.5)
        span = spanned(outcome, found)
        prepare(plot, span, printer, axis.titled(printer, key), better=outcome.better)
        write_heads(words, printer, key, at, width)
        write_bias_heads(words, at)
        for row in shown:
            draw_row(words, plot, printer, key, where, found, row, at, span)
        y = (foot - axis.BELOW) / height
        for note, inches in zip(notes, deep_notes, strict=True):
            write(figure, NAME, y, note, va="top")
            y -= inches / height
    return figure


def draw_row(
    words: Axes,
    plot: Axes,
    printer: Printer,
    key: str,
    where: str,
    found: Groups,
    row: Row,
    at: ForestLayout,
    span: Span,
) -> None:
    """One row: its words and what is drawn."""
    outcome: Outcome = printer.tree.outcomes[key]
    if row.kind == HEAD:
        label = printer(f"{where}.groups.{row.name}.label").capital
        write(words, NAME, row.line, label, va="center", fontweight="bold")
    elif row.kind == TRIAL:
        trial = outcome.trials[row.name]
        write_trial(words, printer, f"{key}.trials.{row.name}", trial, row.line, at)
        if is_assessed(printer):
            draw_judgements(words, printer, key, row.name, row.line, at)
        draw_trial(plot, trial, row.line, span, share(outcome, trial))
    elif row.kind == GROUP_TOTAL:
        pooled = f"{where}.groups.{row.name}.pooled"
        write_total_name(words, phrase("Subtotal"), row.line, at)
        write_arms(words, (printer.say("{.participants} patients", pooled), ""), row.line, at, NAME)
        write_total(words, printer, pooled, row.line, at)
        group = found.groups[row.name].pooled
        # its arrowheads show where a diamond ends with the axis
        draw_interval(plot, group.low, group.high, row.line, span, linewidth=0.8)
        draw_diamond(plot, group, row.line, span, SUBTOTAL)
    else:
        write_total_name(words, phrase("All trials"), row.line, at)
        write_arms(words, totals(printer, key, outcome), row.line, at, NAME, fontweight="bold")
        write_total(words, printer, f"{key}.pooled", row.line, at)
        draw_diamond(plot, outcome.result, row.line, span)
        line = [outcome.result.estimate] * 2
        plot.plot(line, [-0.5, row.line], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)


def write_total(words: Axes, printer: Printer, key: str, line: float, at: ForestLayout) -> None:
    """A pooled effect in bold; where its one line is too long for the column, the interval in the line of weights."""
    size = style.smallest_on(words)
    room = (1 - at.estimate) * words.bbox.width / words.figure.dpi * POINTS_PER_INCH
    if at.split or at.join is not None or length(printer.short(key).text, size, "bold") <= room:
        write_effect(words, printer, key, line, at, fontweight="bold")
        return
    for y, text in (
        (at.above, printer(f"{key}.estimate")),
        (at.below, interval(printer, key)),
    ):
        # the widest interval begins left of the column, so that it ends on the sheet
        long = length(phrase(text).text, size, "bold") / (words.bbox.width / words.figure.dpi * POINTS_PER_INCH)
        x = min(at.estimate, 1 - NAME - long / SLACK)
        write(words, x, line + y, text, va="center", fontweight="bold", fontsize=size)


def spanned(outcome: Outcome, found: Groups) -> Span:
    """The axis that holds every effect; the intervals of groups of few trials may leave it."""
    values = [outcome.trials[name].estimate for group in found.groups.values() for name in group.trials]
    values += [outcome.result.low, outcome.result.high]
    values += [group.pooled.estimate for group in found.groups.values()]
    known = [value for value in values if value is not None]
    return axis.of_ratios(known) if is_ratio(outcome.measure) else axis.of_differences(known)


def notes_of(printer: Printer, key: str, where: str, found: Groups, at: ForestLayout) -> Iterator[Phrase]:
    """The tests, the heterogeneity within groups, and how to read the plot."""
    outcome: Outcome = printer.tree.outcomes[key]
    yield interaction(printer, where)
    yield within(printer, where, found)
    method = printer.say(
        "Diamonds: {method}, a group's from its own trials; of few trials it is wide. The tests between groups are "
        "Wald tests, without such an allowance. Weights are those of all trials together.",
        method=outcome.result.method,
    )
    yield phrase(method, "" if found.prespecified else " The comparison was not specified in advance.")
    alone = [name for name, group in found.groups.items() if not group.compared]
    if alone:
        labels: list[Phrase | str] = []
        for name in alone:
            labels += [", " if labels else "", phrase(printer(f"{where}.groups.{name}.label"))]
        yield phrase("Not compared, as one trial alone: ", *labels, ".")
    if found.left_out:
        yield left_out(printer, where, found)
    shown = (trial for group in found.groups.values() for trial in group.trials)
    if any(side(share(outcome, outcome.trials[name])) < SEEN for name in shown):
        yield phrase(STROKES)
    if is_assessed(printer):
        yield signs_of_bias(printer, key, at)
    if signs := explained(outcome):
        yield phrase(signs)


def within(printer: Printer, where: str, found: Groups) -> Phrase:
    """``Heterogeneity within groups: random, I² 90%, τ² 0.393; …``."""
    said: list[Phrase | str] = []
    for name, group in found.groups.items():
        if group.compared:
            said.append("; " if said else "")
            said.append(printer.say("{.label}, I²~{.pooled.i2}, τ²~{.pooled.tau2}", f"{where}.groups.{name}"))
    return phrase("Heterogeneity within groups: ", *said, ".")


def alternative(printer: Printer, key: str, characteristic: str, events: str = "") -> Phrase:
    """Each group with its trials and its subtotal, and the tests; ``events`` are what is counted."""
    name = f"subgroups-{key}-{characteristic}"
    found = answered(printer, key, characteristic)
    if found is None:
        return style.log_alternative(printer, name, not_answered(printer, key, characteristic))
    outcome: Outcome = printer.tree.outcomes[key]
    where = f"moderators.{key}.{characteristic}"
    head = f"Forest plot of {EFFECTS[found.measure]} for {{name}} by {{.label}}."
    said = printer.say(head, where, name=called(printer, key))
    for group, members in found.groups.items():
        at = f"{where}.groups.{group}"
        said = phrase(
            said, printer.say(" Group {.label}, {word:.pooled.k} trial{s}.", at, s="s" * (len(members.trials) > 1))
        )
        for trial in members.trials:
            said = phrase(said, told(printer, key, trial, outcome.trials[trial], events))
        if len(members.trials) > 1:
            total = " Subtotal: {.pooled.estimate}{unit} ({interval:.pooled})."
            said = phrase(said, printer.say(total, at, unit=unit(printer, key)))
    total = " All trials: {.pooled.estimate}{unit} ({interval:.pooled}). "
    said = phrase(said, printer.say(total, key, unit=unit(printer, key)), interaction(printer, where))
    if found.left_out:
        said = phrase(said, " ", left_out(printer, where, found))
    return style.log_alternative(printer, name, said)
