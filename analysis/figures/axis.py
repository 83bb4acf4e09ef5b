"""The axis of an effect: logarithmic for ratios, linear for differences, with the side that favours whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import offset_copy

from analysis.figures import style
from analysis.figures.wrapping import POINTS_PER_INCH, SLACK, length
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer
from analysis.results.states import measure_head
from analysis.synthesis.outcome_shapes import is_ratio

TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
#: inches that a number below the axis needs, and what each of its signs beyond the fourth adds
TICK_WIDTH, SIGN_WIDTH = 0.27, 0.055
#: steps between ticks of a linear axis, in powers of ten, and how many there may be
STEPS = (1.0, 2.0, 5.0, 10.0)
MOST_TICKS = 6
#: points between no effect and the words on either side, and the words for arms whose names have no room there
OFFSET = 6
PLAIN = ("treatment", "control")
#: the middle of the title below the plot, in points; inches that numbers, words and title of an axis need
TITLE_AT, BELOW = -33, 0.58


@dataclass(frozen=True, slots=True)
class Span:
    """The part of an effect's axis that is shown; an interval that runs past it ends in an arrowhead."""

    low: float
    high: float
    ticks: tuple[float, ...] = TICKS
    logarithmic: bool = True

    def inside(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    @property
    def no_effect(self) -> float:
        """The value that means no effect."""
        return 1.0 if self.logarithmic else 0.0

    def place(self, value: float) -> float:
        """Where a value lies, as a part of the length."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def of_ratios(values: Iterable[float]) -> Span:
    """The ticks just outside of all values, never narrower than 0.5 to 2; values beyond all ticks do not count."""
    seen = [value for value in values if TICKS[0] <= value <= TICKS[-1]]
    low, high = min(*seen, 0.5, 0.5), max(*seen, 2.0, 2.0)
    return Span(max(tick for tick in TICKS if tick <= low), min(tick for tick in TICKS if tick >= high))


def of_differences(values: Iterable[float]) -> Span:
    """Round numbers just outside of all values and of 0, at most ``MOST_TICKS`` of them and at least one a side."""
    low, high = min(0.0, *(found := [0.0, *values])), max(0.0, *found)
    power = 10.0 ** math.floor(math.log10((high - low) or 1.0) - 1)
    for step in (power * part for part in (*STEPS, *(10 * step for step in STEPS[1:]))):
        first, last = min(math.floor(low / step), -1), max(math.ceil(high / step), 1)
        if last - first < MOST_TICKS:
            break
    return Span(first * step, last * step, tuple(number * step for number in range(first, last + 1)), False)


def number(tick: float) -> str:
    """A tick's number, with a true minus sign and thousands set off."""
    places = max(0, -math.floor(math.log10(abs(tick)))) if 0 < abs(tick) < 1 else 0
    shown = f"{tick:g}" if places or tick != round(tick) else f"{tick:,.0f}"
    return shown.replace("-", MINUS)


def titled(printer: Printer, key: str, measure: str = "") -> Phrase:
    """The title of an axis of the outcome's measure, or of another: ``Risk ratio (log scale)``."""
    scale = " (log scale)" if is_ratio(measure or printer.tree.outcomes[key].measure) else ""
    return printer.say(measure_head(printer, key, measure) + scale)


def prepare(
    plot: Axes,
    span: Span,
    printer: Printer,
    title: Phrase | str,
    against: str = "comparator",
    better: str = "lower",
) -> None:
    """Scale, ticks, the line of no effect, which side favours whom, and below it the title of the axis.

    ``against`` is a name of the control arm. All stands within ``BELOW`` inches below the plot.
    """
    figure = plot.figure
    assert isinstance(figure, style.Sheet)
    plot.set_xscale("log" if span.logarithmic else "linear")
    plot.set_xlim(span.low, span.high)
    plot.patch.set_alpha(0)
    for side in ("left", "right", "top"):
        plot.spines[side].set_visible(False)
    plot.yaxis.set_major_locator(NullLocator())
    plot.xaxis.set_minor_locator(NullLocator())
    ticks = spaced(span, plot.get_position().width * figure.get_figwidth())
    plot.xaxis.set_major_locator(FixedLocator(ticks))
    plot.set_xticklabels([number(tick) for tick in ticks], fontsize=style.smallest(figure.get_figwidth()))
    plot.tick_params(axis="x", length=3, pad=2)
    plot.axvline(span.no_effect, color=style.INK, linewidth=0.8, zorder=1)
    size = style.smallest(figure.get_figwidth())
    arms = [printer.say(f"{{{arm}}}").text for arm in ("treatment", against)]
    place = plot.get_position()
    middle = place.x0 + span.place(span.no_effect) * place.width
    said = sides(arms, better)
    rooms = [part * figure.get_figwidth() * POINTS_PER_INCH * SLACK - OFFSET for part in (middle, 1 - middle)]
    if any(length(text, size) > room for text, room in zip(said, rooms, strict=True)):
        said = sides(PLAIN, better)
    for text, offset, side in zip(said, (-OFFSET, OFFSET), ("right", "left"), strict=True):
        plot.annotate(
            text,
            (span.place(span.no_effect), 0),
            xycoords="axes fraction",
            xytext=(offset, -21),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=size,
            annotation_clip=False,
        )
    below = offset_copy(plot.transAxes, fig=figure, y=TITLE_AT, units="points")
    size = style.smallest(figure.get_figwidth())
    style.write(plot, 0.5, 0, title, transform=below, ha="center", va="center", fontsize=size)


def sides(arms: Sequence[str], better: str) -> tuple[str, str]:
    """What stands on the left and on the right of no effect."""
    left, right = arms if better == "lower" else reversed(arms)
    return f"◀ favours {left}", f"favours {right} ▶"


def spaced(span: Span, inches: float) -> list[float]:
    """The ticks of the span whose numbers do not touch on an axis of that length; no effect and the ends first."""
    kept: list[float] = []
    first = (span.no_effect, span.low, span.high, *((0.1, 10.0) if span.logarithmic else ()))
    for tick in (*first, *span.ticks):
        if not span.low <= tick <= span.high:
            continue
        width = TICK_WIDTH + SIGN_WIDTH * max(0, len(number(tick)) - 4)
        apart = (abs(span.place(tick) - span.place(other)) * inches for other in kept)
        if all(distance >= width for distance in apart):
            kept.append(tick)
    return sorted(kept)


def draw_expected(plot: Axes, low: float, high: float, line: float, span: Span) -> None:
    """A hollow bar from bound to bound, for what is expected and was not seen; arrowheads as of `draw_interval`."""
    ends = (span.inside(low), span.inside(high))
    half = 0.11
    plot.fill(
        [ends[0], ends[0], ends[1], ends[1]], [line - half, line + half, line + half, line - half],
        facecolor="white", edgecolor=style.INK, linewidth=0.8, zorder=2,
    )  # fmt: skip
    for bound, end, marker in ((low, span.low, "<"), (high, span.high, ">")):
        if span.inside(bound) != bound:
            plot.plot(
                end, line, marker=marker, markersize=5, markerfacecolor="white", markeredgecolor=style.INK,
                markeredgewidth=0.8, clip_on=False, zorder=3,
            )  # fmt: skip


def draw_interval(plot: Axes, low: float, high: float, line: float, span: Span, linewidth: float) -> None:
    """A line from bound to bound; where a bound lies beyond the axis it ends in an arrowhead."""
    plot.plot([span.inside(low), span.inside(high)], [line, line], color=style.INK, linewidth=linewidth, zorder=2)
    for bound, end, marker in ((low, span.low, "<"), (high, span.high, ">")):
        if span.inside(bound) != bound:
            plot.plot(end, line, marker=marker, markersize=4, color=style.INK, clip_on=False, zorder=2)
