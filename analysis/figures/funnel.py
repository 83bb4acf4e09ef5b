"""Funnel plot: effects against their standard errors, with contours of significance and Egger's line.

Where small trials are missing on the side of no significance, the contours say so: what is missing then lies where a
trial would have found nothing. (Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L. J Clin Epidemiol
2008;61:991-996.)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator
from numpy.typing import NDArray

from analysis.figures import axis, legends, style
from analysis.figures.axis import Span
from analysis.figures.legends import AXIS, COLUMN, FULL, HEAD, NAME, PLOT, Entry, Sign
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.explorations import EFFECTS, asymmetry, not_tested
from analysis.results.states import called, unit
from analysis.results.tree import Outcome
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.synthesis.pooling import scale
from analysis.synthesis.small_studies import SmallStudies

Floats = NDArray[np.float64]

#: greys between the contours, from the least significant outwards, and beyond the last
GREYS = ("#c6c6c6", "#dadada", "#ededed")
INSIDE = "#ffffff"
EGGER, POOLED = "-", "--"


@style.with_column
def funnel(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The funnel of the outcome at ``key``; a sentence where its asymmetry cannot be tested."""
    if key in printer.tree.small_studies:
        return draw(printer, key, width)
    return style.sentence(printer, f"funnel-{key}", undrawn(printer, key), width)


def undrawn(printer: Printer, key: str) -> Phrase:
    """Why there is no funnel, with the outcome: two sentences of one document differ."""
    return phrase(phrase(called(printer, key)).capital, ": ", not_tested(printer, key))


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with enough trials."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: Outcome = printer.tree.outcomes[key]
    found: SmallStudies = printer.tree.small_studies[key]
    entries = legends.fitted(list(legend(printer, key)), legends.legend_width(width, at), width)
    below = 0.0 if at.key else legends.height(entries, width)
    height = HEAD + max(PLOT, legends.height(entries, width) if at.key else 0.0) + AXIS + below
    with style.drawing(printer, f"funnel-{key}", width, height) as figure:
        plot = figure.add_axes((at.plot[0], (AXIS + below) / height, at.plot[1] - at.plot[0], PLOT / height))
        top = 1.08 * max(point.se for point in found.points.values())
        span = spanned(outcome, found)
        axis.prepare(plot, span, printer, axis.titled(printer, key), better=outcome.better)
        draw_contours(plot, found, span, top)
        natural = scale(outcome.measure)
        for point in found.points.values():
            plot.plot(
                natural(point.effect), point.se, marker="o", markersize=4.8, markerfacecolor=style.TRIAL,
                markeredgecolor="white", markeredgewidth=0.6, linestyle="none", clip_on=False, zorder=4,
            )  # fmt: skip
        errors = np.linspace(0, top, 50)
        line = [natural(found.log_limit + found.bias * error) for error in errors]
        plot.plot(line, errors, color=style.INK, linewidth=1.0, linestyle=EGGER, zorder=3)
        if outcome.pooled is not None:
            plot.plot(
                [outcome.pooled.estimate] * 2, [0, top], color=style.OWN, linewidth=1.2, linestyle=POOLED, zorder=3
            )
        prepare_errors(plot, top)
        words = figure.add_axes((0, 0, 1, 1))
        words.axis("off")
        words.set(xlim=(0, width), ylim=(0, height))
        corner = (width * at.key, height - HEAD) if at.key else (width * NAME, below)
        legends.write_legend(words, entries, corner)
    return figure


def spanned(outcome: Outcome, found: SmallStudies) -> Span:
    """The axis that holds every effect and the limit of Egger's line, as far to one side as to the other."""
    seen = [
        found.limit.estimate,
        *(trial.estimate for trial in outcome.trials.values() if trial.estimate is not None),
    ]
    if is_ratio(outcome.measure):
        return axis.of_ratios([value for one in seen for value in (one, 1 / one)])
    return axis.of_differences([value for one in seen for value in (one, -one)])


def draw_contours(plot: Axes, found: SmallStudies, span: Span, top: float) -> None:
    """White inside the first contour, a grey between each and the next."""
    errors = np.linspace(0, top, 200)
    deviates = [contour.deviate for contour in found.contours.values()]
    for sign in (-1, 1):
        for inner, outer, grey in zip(deviates, [*deviates[1:], None], GREYS, strict=True):
            near = edge(sign * inner * errors, span)
            end = span.low if sign < 0 else span.high
            far = np.full_like(errors, end) if outer is None else edge(sign * outer * errors, span)
            plot.fill_betweenx(errors, near, far, facecolor=grey, linewidth=0, zorder=0)


def edge(analysis: Floats, span: Span) -> Floats:
    """Values of the scale of the analysis on the axis, held within it."""
    natural = np.exp(analysis) if span.logarithmic else analysis
    return np.clip(natural, span.low, span.high)


def prepare_errors(plot: Axes, top: float) -> None:
    """The axis of the standard error, 0 at the top."""
    plot.set_ylim(top, 0)
    plot.spines["left"].set_visible(True)
    ticks = [tick for tick in MaxNLocator(5).tick_values(0, top) if 0 <= tick <= top]
    plot.yaxis.set_major_locator(FixedLocator(ticks))
    plot.set_yticklabels([f"{tick:g}" for tick in ticks])
    plot.tick_params(axis="y", length=3, pad=2)
    # upright, as readers of the page and of the PDF take a turned text letter by letter
    plot.set_title("Standard error", loc="left", fontsize=style.smallest_on(plot), pad=5)


def legend(printer: Printer, key: str) -> Iterator[Entry]:
    """What is drawn, from the top, and Egger's test."""
    at = f"small_studies.{key}.contours"
    outcome: Outcome = printer.tree.outcomes[key]
    yield Sign(marker="o", face=style.TRIAL, ink=style.TRIAL), phrase("Trial")
    if outcome.pooled is not None:
        yield (
            Sign(line=POOLED, ink=style.OWN),
            printer.say("Pooled effect, {.pooled.estimate}{unit}", key, unit=unit(printer, key)),
        )
    yield Sign(line=EGGER), phrase("Egger's line")
    yield Sign(patch=INSIDE), printer.say("A trial's own P above {.inner.level}", at)
    yield Sign(patch=GREYS[0]), printer.say("P from {.middle.level} to {.inner.level}", at)
    yield Sign(patch=GREYS[1]), printer.say("P from {.outer.level} to {.middle.level}", at)
    yield Sign(patch=GREYS[2]), printer.say("P below {.outer.level}", at)
    yield Sign(), asymmetry(printer, key)
    found: SmallStudies = printer.tree.small_studies[key]
    if found.notice:
        yield Sign(), phrase(found.notice)


def alternative(printer: Printer, key: str) -> Phrase:
    """The trials with effect and standard error, and the test, in words and numbers."""
    if key not in printer.tree.small_studies:
        return style.log_alternative(printer, f"funnel-{key}", undrawn(printer, key))
    outcome: Outcome = printer.tree.outcomes[key]
    head = f"Funnel plot of {EFFECTS[outcome.measure]} for {{name}} against standard errors."
    said = printer.say(head, name=called(printer, key))
    for name in printer.tree.small_studies[key].points:
        trial = printer.say(" {.label}: {.estimate}{unit}", f"{key}.trials.{name}", unit=unit(printer, key))
        error = printer.say(", standard error {.se}.", f"small_studies.{key}.points.{name}")
        said = phrase(said, trial, error)
    said = phrase(said, " ", asymmetry(printer, key))
    line = " Egger's line meets a standard error of zero at {.limit.estimate}{unit}."
    said = phrase(said, printer.say(line, f"small_studies.{key}", unit=unit(printer, key)))
    return style.log_alternative(printer, f"funnel-{key}", said)
