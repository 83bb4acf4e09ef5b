"""Posterior density of the pooled effect under each prior, shaded by how large an effect is.

The areas under all curves are equal, so heights can be compared; the probabilities that the shades stand for are
printed beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from analysis.figures import axis, style
from analysis.figures.axis import Span
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, not_pooled
from analysis.results.tree import Review
from analysis.synthesis.bayesian import Posterior
from analysis.synthesis.outcome_shapes import MEASURES, is_ratio, no_effect

NAME = 0.004
#: from the low end of the axis: beyond an important effect, up to no effect, up to the other important effect
LARGE, SMALLER, OTHER = style.BLUE, style.BLUE_TINT, "#ffffff"
HATCH = "//////"
#: of a row: its base line, the height of the highest curve, the interval below the base line
BASE, HIGHEST, INTERVAL = 0.86, 0.80, 0.95


EXPLAINED = (
    "Strongly shaded: below {.important_low}; faintly: from there to no effect; unshaded: from no effect to "
    "{.important_high}; hatched: above. Below each curve: posterior median and credible interval"
)


@dataclass(frozen=True, slots=True)
class PosteriorLayout:
    """Where things stand: ``plot`` and ``columns`` as parts of the width, all else in inches.

    ``columns`` are the centres of the probabilities, ``join`` stands between a prior and its result. Of a row,
    ``top`` is what the words above its curve take; ``words`` is the middle of these words and ``numbers`` that of the
    probabilities, both from the row's top.
    """

    plot: tuple[float, float]
    columns: tuple[float, float, float]
    join: str
    row: float
    top: float
    words: float
    numbers: float
    head: float
    foot: float


FULL = PosteriorLayout(
    plot=(0.02, 0.70),
    columns=(0.77, 0.865, 0.957),
    join=": ",
    row=0.88,
    top=0.26,
    words=0.15,
    numbers=0.66,
    head=0.5,
    foot=axis.BELOW,
)
COLUMN = PosteriorLayout(
    plot=(0.035, 0.62),
    columns=(0.69, 0.815, 0.94),
    join="\n",
    row=1.0,
    top=0.36,
    words=0.19,
    numbers=0.76,
    head=0.5,
    foot=axis.BELOW,
)
#: inches below the axis to the note
NOTE = 0.03
#: middle of the heads, in inches above the first row
HEADS_AT = -0.22


@style.with_column
def densities(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The posteriors of the outcome at ``key`` below each other; a sentence where there is none."""
    review: Review = printer.tree
    if review.bayes.get(key):
        return draw(printer, key, width)
    return style.sentence(printer, f"posterior-{key}", not_pooled(printer, key), width)


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with at least one posterior."""
    at = style.laid_out(width, FULL, COLUMN)
    review: Review = printer.tree
    found = review.bayes[key]
    better = review.outcomes[key].better
    inches = len(found) * at.row
    note = wrapped(explained(Printer(printer.tree), key), width * (1 - 2 * NAME), style.smallest(width))
    lines = len(list(note.lines())) if note.text else 0
    foot = at.foot + (NOTE + lines * style.leading(width) + NOTE if lines else 0)
    height = at.head + inches + foot
    with style.drawing(printer, f"posterior-{key}", width, height) as figure:
        bottom, part = foot / height, inches / height
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], part))
        # over the plot, so that the words cut the line of no effect
        words = figure.add_axes((0, bottom, 1, part))
        words.axis("off")
        words.set_xlim(0, 1)
        for axes in (words, plot):
            axes.set_ylim(inches, 0)
        span = shown(found.values())
        measure = next(iter(found.values())).measure
        axis.prepare(plot, span, printer, axis.titled(printer, key, measure), better=better)
        write_heads(words, printer, key, at)
        highest = max(density for one in found.values() for _, density in one.curve)
        for line, (name, one) in enumerate(found.items()):
            top = line * at.row
            draw_curve(plot, one, span, (top + at.top, at.row - at.top), highest)
            write_row(words, printer, f"bayes.{key}.{name}", top, at, better)
        if lines:
            note = wrapped(explained(printer, key), width * (1 - 2 * NAME), style.smallest(width))
            write(figure, NAME, (foot - at.foot - NOTE) / height, note, va="top")
    return figure


def explained(printer: Printer, key: str) -> Phrase:
    """What the shades mean; nothing where no effect is called important."""
    first, posterior = next(iter(printer.tree.bayes[key].items()))
    return phrase() if posterior.important_low is None else printer.say(EXPLAINED, f"bayes.{key}.{first}")


def shown(found: Iterable[Posterior]) -> Span:
    """The axis that holds every credible interval and the limits of important effects."""
    posteriors = list(found)
    values = [bound for one in posteriors for bound in (one.low, one.high, one.important_low, one.important_high)]
    known = [value for value in values if value is not None]
    return axis.of_ratios(known) if is_ratio(posteriors[0].measure) else axis.of_differences(known)


def areas(posterior: Posterior) -> list[tuple[float, float, str, str]]:
    """(from, to, grey, hatch) of the parts of the area under a curve, from the low end of the axis."""
    none = no_effect(posterior.measure)
    low, high = posterior.important_low, posterior.important_high
    if low is None or high is None:
        return [(-math.inf, none, SMALLER, ""), (none, math.inf, OTHER, "")]
    return [
        (-math.inf, low, LARGE, ""),
        (low, none, SMALLER, ""),
        (none, high, OTHER, ""),
        (high, math.inf, OTHER, HATCH),
    ]


def draw_curve(plot: Axes, posterior: Posterior, span: Span, row: tuple[float, float], highest: float) -> None:
    """One density on its base line, with median and credible interval below; ``row`` is its top and its height."""
    top, tall = row
    base = top + BASE * tall
    values, heights = np.array([point for point in posterior.curve if span.low <= point[0] <= span.high]).T
    heights = base - HIGHEST * tall * heights / highest
    for start, end, grey, hatch in areas(posterior):
        inside = (values >= start) & (values <= end)
        # the curve is cut exactly at the limits, not at the point next to them
        edges = [edge for edge in (start, end) if values[0] < edge < values[-1]]
        xs = np.sort(np.append(values[inside], edges))
        plot.fill_between(
            xs, base, np.interp(xs, values, heights), facecolor=grey, hatch=hatch, edgecolor=style.INK, linewidth=0.0
        )
    plot.plot(values, heights, color=style.INK, linewidth=0.9)
    plot.plot([span.low, span.high], [base, base], color=style.SOFT, linewidth=0.5)
    line = top + INTERVAL * tall
    axis.draw_interval(plot, posterior.low, posterior.high, line, span, linewidth=1.2)
    plot.plot(span.inside(posterior.estimate), line, marker="D", markersize=4, color=style.OWN, zorder=3)


def write_heads(words: Axes, printer: Printer, key: str, at: PosteriorLayout) -> None:
    """Above the priors and, where their measure has important effects, above the three probabilities."""
    review: Review = printer.tree
    first, posterior = next(iter(review.bayes[key].items()))
    prefix = f"bayes.{key}.{first}"
    measure = MEASURES[posterior.measure].lower()
    left = printer.say(f"Prior of τ: posterior median of\nthe {measure} ({{.level}}~CrI)", prefix)
    bold = {"va": "center", "fontweight": "bold"}
    write(words, NAME, HEADS_AT, left, **bold)
    heads = [head.replace(" ", "\n") for head, _ in probabilities(posterior, "lower")]
    xs = at.columns[: len(heads)]
    write(words, sum(xs) / len(xs), HEADS_AT - 0.18, "Probability", ha="center", **bold)
    for x, head in zip(xs, heads, strict=True):
        write(words, x, HEADS_AT + 0.05, printer.say(head, prefix), ha="center", **bold)
    words.plot([0, 1], [-0.01, -0.01], color=style.INK, linewidth=0.8, clip_on=False)


def probabilities(posterior: Posterior, better: str) -> list[tuple[str, str]]:
    """(head, field) of the probabilities shown, from the low end of the axis."""
    none = ("below one" if is_ratio(posterior.measure) else "below zero", "probability_below_1")
    if posterior.important_low is None:
        return [none]
    benefit, harm = "probability_of_important_benefit", "probability_of_important_harm"
    below, above = (benefit, harm) if better == "lower" else (harm, benefit)
    return [("below {.important_low}", below), none, ("above {.important_high}", above)]


def write_row(words: Axes, printer: Printer, key: str, top: float, at: PosteriorLayout, better: str) -> None:
    """The prior with the posterior median and its interval, and the probabilities."""
    _, outcome, name = key.split(".")
    posterior: Posterior = printer.tree.bayes[outcome][name]
    said = phrase(printer(f"{key}.prior").capital, at.join, printer.short(key))
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    write(words, NAME, top + at.words, said, va="center", bbox=paper)
    for x, (_, field) in zip(at.columns, probabilities(posterior, better), strict=False):
        write(words, x, top + at.numbers, printer(f"{key}.{field}"), ha="center", va="center")


def alternative(printer: Printer, key: str) -> Phrase:
    """Every posterior in words and numbers; the sentence that stands in place of the figure where there is none."""
    review: Review = printer.tree
    if not review.bayes.get(key):
        return style.log_alternative(printer, f"posterior-{key}", not_pooled(printer, key))
    measure = MEASURES[next(iter(review.bayes[key].values())).measure].lower()
    said = printer.say("Posterior density of the {measure} for {name}.", measure=measure, name=called(printer, key))
    for name, one in review.bayes[key].items():
        parts = ", ".join(f"{head} {{.{field}}}" for head, field in probabilities(one, review.outcomes[key].better))
        line = printer.say(f" {{capital:.prior}}: median {{short:.}}; probability {parts}.", f"bayes.{key}.{name}")
        said = phrase(said, line)
    return style.log_alternative(printer, f"posterior-{key}", said)
