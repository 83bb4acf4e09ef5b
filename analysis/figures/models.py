"""One outcome by every measure and model in one picture: estimates with intervals, and which models declined.

Measures that are ratios share one axis; each difference has an axis of its own below them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.figures import axis, style
from analysis.figures.axis import Span
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, measure_head, not_pooled
from analysis.results.tree import Outcome, Review
from analysis.synthesis.outcome_shapes import MEASURES, Pooled, is_ratio

NAME = 0.004
#: inches: a row, what each further line of its name adds, a head, the axis with the words below it
ROW, FURTHER, HEADING, AXIS = 0.2, 0.135, 0.21, axis.BELOW
TOP, BOTTOM = 0.24, 0.06
#: a risk difference is a share of 1 in the tree and printed in percentage points
PERCENT = 100.0
IN_POINTS = ", percentage points"


@dataclass(frozen=True, slots=True)
class ModelsLayout:
    """Where things stand, as parts of the width: room for names, right edge of the trials, plot, and estimates."""

    room: float
    trials: float
    plot: tuple[float, float]
    estimate: float


FULL = ModelsLayout(room=0.38, trials=0.44, plot=(0.47, 0.78), estimate=0.80)
COLUMN = ModelsLayout(room=0.345, trials=0.405, plot=(0.43, 0.63), estimate=0.645)


@dataclass(frozen=True, slots=True)
class Line:
    """One model: its key, its name without the measure, and what it gave."""

    key: str
    name: Phrase
    pooled: Pooled
    primary: bool

    @property
    def height(self) -> float:
        """Inches that its row takes."""
        return ROW + FURTHER * (len(list(self.name.lines())) - 1)

    @property
    def factor(self) -> float:
        """From the tree to the axis."""
        return PERCENT if self.pooled.measure == "RD" else 1.0


@dataclass(frozen=True, slots=True)
class Block:
    """The models of the measures that share an axis, by measure."""

    groups: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def lines(self) -> list[Line]:
        return [line for _, lines in self.groups for line in lines]

    @property
    def height(self) -> float:
        """Inches of its heads and rows."""
        return HEADING * len(self.groups) + sum(line.height for line in self.lines)

    @property
    def span(self) -> Span:
        """The axis that holds every estimate and interval."""
        found = [
            line.factor * bound
            for line in self.lines
            for bound in (line.pooled.estimate, line.pooled.low, line.pooled.high)
            if math.isfinite(bound)
        ]
        return axis.of_ratios(found) if is_ratio(self.groups[0][0]) else axis.of_differences(found)


@style.with_column
def models(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """Every measure and model of the outcome at ``key``; a sentence where nothing is pooled."""
    review: Review = printer.tree
    if review.measures.get(key):
        return draw(printer, key, width)
    return style.sentence(printer, f"models-{key}", not_pooled(printer, key), width)


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with at least one result."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: Outcome = printer.tree.outcomes[key]
    shown = list(blocks(printer, key, width * at.room, style.smallest(width)))
    notes = [wrapped(note, width * (1 - 2 * NAME), style.smallest(width)) for note in refusals(printer, key)]
    foot = BOTTOM + style.leading(width) * sum(len(list(note.lines())) for note in notes)
    height = TOP + sum(block.height + AXIS for block in shown) + foot
    with style.drawing(printer, f"models-{key}", width, height) as figure:
        y = height - TOP
        write_heads(figure, printer, key, at, y + 0.1, height)
        for block in shown:
            y -= block.height
            plot = figure.add_axes((at.plot[0], y / height, at.plot[1] - at.plot[0], block.height / height))
            # over the plot, so that a long head cuts the line of no effect
            words = figure.add_axes((0, y / height, 1, block.height / height))
            words.axis("off")
            words.set_xlim(0, 1)
            for axes in (words, plot):
                axes.set_ylim(block.height, 0)
            axis.prepare(plot, block.span, printer, title_of(printer, key, block), better=outcome.better)
            write_block(words, plot, printer, key, block, at)
            y -= AXIS
        for note in notes:
            write(figure, NAME, y / height, note, va="top")
            y -= style.leading(width) * len(list(note.lines()))
    return figure


def blocks(printer: Printer, key: str, room: float, points: float) -> Iterator[Block]:
    """The ratios together, then each difference; ``room`` is that of a name in inches, ``points`` its type."""
    review: Review = printer.tree
    primary = review.outcomes[key].pooled
    groups: dict[str, list[Line]] = {}
    for name, variant in review.measures[key].items():
        pooled = variant.pooled
        chosen = same(pooled, primary)
        words = wrapped(model_of(variant.label, pooled.measure), room, points, "bold" if chosen else "normal")
        line = Line(f"measures.{key}.{name}.pooled", words, pooled, chosen)
        groups.setdefault(pooled.measure, []).append(line)
    found = [(measure, tuple(lines)) for measure, lines in groups.items()]
    ratios = tuple(group for group in found if is_ratio(group[0]))
    if ratios:
        yield Block(ratios)
    for group in found:
        if not is_ratio(group[0]):
            yield Block((group,))


def model_of(label: str, measure: str) -> str:
    """The name of a model without that of its measure, which stands above it."""
    return label.removeprefix(f"{MEASURES[measure]}, ")


def same(pooled: Pooled, primary: Pooled | None) -> bool:
    """Whether a result is the primary one."""
    return primary is not None and (pooled.method, pooled.measure, pooled.rows) == (
        primary.method,
        primary.measure,
        primary.rows,
    )


def refusals(printer: Printer, key: str) -> Iterator[str]:
    """A sentence on each model that declined; its reason stays with the table where it has numerals."""
    review: Review = printer.tree
    for name, reason in review.declined.get(key, {}).items():
        told = f": {reason}" if not any(map(str.isdecimal, reason)) else " declined these data."
        yield f"Not shown: {name}{told}"


def write_heads(figure: style.Sheet, printer: Printer, key: str, at: ModelsLayout, y: float, height: float) -> None:
    level = printer.say("Estimate ({.pooled.level}~CI)", key)
    for x, head, side in ((NAME, "Model", "left"), (at.trials, "Trials", "right"), (at.estimate, level, "left")):
        write(figure, x, y / height, head, ha=side, va="center", fontweight="bold")


def head_of(printer: Printer, key: str, measure: str) -> Phrase:
    """The measure and its unit."""
    template = measure_head(printer, key, measure) + (IN_POINTS if measure == "RD" else "")
    return printer.say(template)


def title_of(printer: Printer, key: str, block: Block) -> Phrase:
    """The title of the axis of a block: its measure, or where ratios share it, that they are ratios."""
    (measure, _), *others = block.groups
    if others:
        return phrase("Ratio (log scale)")
    return axis.titled(printer, key, measure) if is_ratio(measure) else head_of(printer, key, measure)


def write_block(words: Axes, plot: Axes, printer: Printer, key: str, block: Block, at: ModelsLayout) -> None:
    """The heads and rows of one block, with the line of the primary result through the models of its measure."""
    y, span = 0.0, block.span
    for measure, lines in block.groups:
        words.plot([0, 1], [y + 0.02, y + 0.02], color=style.FAINT, linewidth=0.8, clip_on=False)
        head = head_of(printer, key, measure)
        write(
            words,
            NAME,
            y + HEADING / 2 + 0.02,
            head,
            va="center",
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
        y += HEADING
        chosen = [line for line in lines if line.primary]
        bottom = y + sum(line.height for line in lines)
        for line in chosen:
            x = span.inside(line.factor * line.pooled.estimate)
            plot.plot([x, x], [y, bottom], color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        for line in lines:
            draw_line(words, plot, printer, line, y + line.height / 2, span, at)
            y += line.height


def draw_line(words: Axes, plot: Axes, printer: Printer, line: Line, y: float, span: Span, at: ModelsLayout) -> None:
    """Name, trials and estimate of one model, and its interval on the axis."""
    style_of = {"va": "center", "fontweight": "bold" if line.primary else "normal"}
    write(words, NAME + 0.01, y, line.name, **style_of)
    write(words, at.trials, y, printer(f"{line.key}.k"), ha="right", **style_of)
    write(words, at.estimate, y, printer.short(line.key), **style_of)
    low, high = line.factor * line.pooled.low, line.factor * line.pooled.high
    axis.draw_interval(plot, low, high, y, span, linewidth=1.0)
    marker, ink = ("D", style.OWN) if line.primary else ("o", style.TRIAL)
    plot.plot(span.inside(line.factor * line.pooled.estimate), y, marker=marker, markersize=4.8, color=ink, zorder=3)


def alternative(printer: Printer, key: str) -> Phrase:
    """Every estimate in words and numbers; the sentence that stands in place of the figure where there is none."""
    review: Review = printer.tree
    if not review.measures.get(key):
        return style.log_alternative(printer, f"models-{key}", not_pooled(printer, key))
    head = "Estimates with {.pooled.level} confidence intervals for {name} by measure and model."
    said = printer.say(head, key, name=called(printer, key))
    for name, variant in review.measures[key].items():
        points = IN_POINTS if variant.pooled.measure == "RD" else ""
        line = f" {{.label}}{points}: {{short:.pooled}}, {{.pooled.k}} trials."
        said = phrase(said, printer.say(line, f"measures.{key}.{name}"))
    for sentence in refusals(printer, key):
        said = phrase(said, f" {sentence}")
    return style.log_alternative(printer, f"models-{key}", said)
