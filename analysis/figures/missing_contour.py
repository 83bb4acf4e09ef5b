"""What the trials without results would have to show: the pooled interval over their control risk and common ratio.

Every point of the plane is a result that the missing trials could have had together. Where it is shaded, the pooled
interval of all trials, those with results and those without, would lie on one side of no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import legends, style
from analysis.figures.legends import Entry, PlotLayout, Sign
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called, not_pooled
from analysis.results.tree import CountedOutcome, Review
from analysis.synthesis.missing_results import AtRisk, Bounds

NAME = 0.004
RATIO_TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
RISK_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
#: the regions below and above no effect, and where a ratio would need a risk above 1
BELOW, ABOVE, IMPOSSIBLE = style.BLUE_TINT, style.VERMILLION, "#ffffff"
POOLED_EDGE = style.INK
HATCH = "......"
#: interval → how its border is drawn; the first one's regions are shaded
LINES = {"hk": "-", "wald": "--"}
#: inches
PLOT, HEAD, AXIS = 2.9, 0.2, 0.52
RISKS = ("lowest_risk", "pooled_risk", "highest_risk")


FULL = PlotLayout(plot=(0.085, 0.62), key=0.65)
COLUMN = PlotLayout(plot=(0.155, 0.945), key=None)


@style.with_column
def contour(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The plane of the outcome at ``key``; a sentence where nothing is pooled or none can be assumed."""
    review: Review = printer.tree
    if review.bounds.get(key):
        return draw(printer, key, width)
    return style.sentence(printer, f"missing-{key}", unavailable(printer, key), width)


def unavailable(printer: Printer, key: str) -> Phrase:
    """Why there is no plane to draw."""
    outcome = printer.tree.outcomes[key]
    if outcome.pooled is None:
        return not_pooled(printer, key)
    if not outcome.unavailable:
        return printer.say("No eligible trial lacks a result for {name}.", name=called(printer, key))
    return printer.say("No trial without results for {name} has a known size.", name=called(printer, key))


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with missing trials of known size."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: CountedOutcome = printer.tree.counted(key)
    found = printer.tree.bounds[key]
    shown = legends.fitted(list(legend(printer, key)), legends.legend_width(width, at), width)
    deep = legends.height(shown, width)
    below = 0.0 if at.key else deep
    height = HEAD + max(PLOT + AXIS, deep if at.key else 0.0) + below
    with style.drawing(printer, f"missing-{key}", width, height) as figure:
        plot = figure.add_axes((at.plot[0], 1 - (HEAD + PLOT) / height, at.plot[1] - at.plot[0], PLOT / height))
        ratios = next(iter(found.values())).contour.ratios
        span = (ratios[0], ratios[-1])
        draw_regions(plot, found)
        draw_impossible(plot, span)
        draw_observed(plot, outcome, span)
        prepare(plot, span)
        top = height - HEAD if at.key else below
        legends.write_legend(legends.inches_of(figure), shown, (width * (at.key or NAME), top))
    return figure


def prepare(plot: Axes, span: tuple[float, float]) -> None:
    """Scales and names of both axes, and the line of no effect."""
    plot.set_yscale("log")
    plot.set(xlim=(RISK_TICKS[0], RISK_TICKS[-1]), ylim=span)
    for side in ("right", "top"):
        plot.spines[side].set_visible(False)
    for located, ticks, names in (
        (plot.xaxis, RISK_TICKS, [f"{tick:.0%}" for tick in RISK_TICKS]),
        (plot.yaxis, RATIO_TICKS, [f"{tick:g}" for tick in RATIO_TICKS]),
    ):
        located.set_minor_locator(NullLocator())
        located.set_major_locator(FixedLocator(ticks))
        located.set_ticklabels(names)
    plot.tick_params(length=3, pad=2)
    plot.axhline(1, color=style.INK, linewidth=0.8)
    plot.set_xlabel("Control risk in the trials without results", labelpad=3)
    # upright, as readers of the page and of the PDF take a turned text letter by letter
    plot.set_title("Their common risk ratio", loc="left", fontsize=style.smallest_on(plot), pad=5)


def draw_regions(plot: Axes, found: Mapping[str, Bounds]) -> None:
    """Where each interval would lie below or above no effect: borders of all, and the first one's regions in grey."""
    for number, (interval, bound) in enumerate(found.items()):
        grid = bound.contour
        risks, ratios = np.array(grid.control_risks), np.array(grid.ratios)
        for limits, grey, beyond in ((grid.high, BELOW, False), (grid.low, ABOVE, True)):
            # 1 is where a limit touches no effect; logarithms make the border a straight line between points
            heights = np.ma.masked_invalid(np.log(np.array(limits)).T)
            inside = heights > 0 if beyond else heights < 0
            if not inside.any():
                continue
            levels = [0.0, float(heights.max()) + 1] if beyond else [float(heights.min()) - 1, 0.0]
            if number == 0:
                plot.contourf(risks, ratios, heights, levels=levels, colors=[grey], zorder=0)
            plot.contour(
                risks, ratios, heights, levels=[0.0], colors=[style.INK], linewidths=0.9, linestyles=LINES[interval]
            )


def draw_impossible(plot: Axes, span: tuple[float, float]) -> None:
    """Dots where a ratio would need a risk above 1 with the treatment."""
    risks = np.linspace(1 / span[1], 1, 200)
    plot.fill_between(
        risks, 1 / risks, span[1], facecolor=IMPOSSIBLE, hatch=HATCH, edgecolor=style.SOFT, linewidth=0.6, zorder=1
    )


def draw_observed(plot: Axes, outcome: CountedOutcome, span: tuple[float, float]) -> None:
    """The trials with results as circles, the pooled ratio at the pooled control risk as a diamond on its lines."""
    for trial in outcome.counted:
        if trial.estimate is not None:
            plot.plot(
                trial.risk_control,
                min(max(trial.estimate, span[0]), span[1]),
                marker="o",
                markersize=4.5,
                markerfacecolor="white",
                markeredgecolor=style.TRIAL,
                linestyle="none",
                clip_on=False,
                zorder=4,
            )
    pooled, risk = outcome.result.estimate, outcome.risk_control
    plot.axhline(pooled, color=style.SOFT, linewidth=0.7, linestyle=(0, (1, 2)))
    if risk is not None:
        plot.axvline(risk, color=style.SOFT, linewidth=0.7, linestyle=(0, (1, 2)))
        plot.plot(
            risk, pooled, marker="D", markersize=5.5, markerfacecolor=style.OWN, markeredgecolor=POOLED_EDGE,
            linestyle="none", zorder=5,
        )  # fmt: skip


def legend(printer: Printer, key: str) -> Iterator[Entry]:
    """What everything drawn means, from the top."""
    found: Mapping[str, Bounds] = printer.tree.bounds[key]
    name, first = next(iter(found.items()))
    arms = ("{treatment}", "{comparator}")
    below, above = arms if printer.tree.outcomes[key].better == "lower" else arms[::-1]
    at = f"bounds.{key}.{name}"
    yield Sign(), printer.say("The {.trials} trials without results have {.participants} patients.", at)
    for fill, side, points in ((BELOW, below, first.contour.below), (ABOVE, above, first.contour.above)):
        if points:
            words = f"{first.interval} interval of all trials would lie on the side of {side}"
            yield Sign(patch=fill), printer.say(words)
    for interval, bound in found.items():
        yield Sign(line=LINES[interval]), phrase(f"Border of such a region, {bound.interval} interval")
    yield Sign(patch=IMPOSSIBLE, hatch=HATCH), phrase("Ratio that the control risk does not allow")
    pooled = "Pooled risk ratio, {.pooled.estimate}, at the pooled control risk, {.risk_control}"
    yield Sign(marker="D", face=style.OWN, ink=POOLED_EDGE, size=5.5), printer.say(pooled, key)
    yield Sign(marker="o", ink=style.TRIAL), phrase("Trials with results")


def alternative(printer: Printer, key: str) -> Phrase:
    """What ratio would suffice at the three control risks that the tables show, by both intervals."""
    review: Review = printer.tree
    if not review.bounds.get(key):
        return style.log_alternative(printer, f"missing-{key}", unavailable(printer, key))
    named = called(printer, key)
    head = "Common risk ratio for {name} that {.trials} trials without results would need, by their control risk."
    said = printer.say(head, f"bounds.{key}.{next(iter(review.bounds[key]))}", name=named)
    for interval, bound in review.bounds[key].items():
        for risk in RISKS:
            at = f"bounds.{key}.{interval}.{risk}"
            said = phrase(said, printer.say(f" {bound.interval}, {{.control_risk}} ({{.label}}): ", at))
            said = phrase(said, needed(printer, at, getattr(bound, risk)), ".")
        whole = " Over all control risks, {.points} points: {.below} below no effect, {.above} above it."
        said = phrase(said, printer.say(whole, f"bounds.{key}.{interval}.contour"))
    pooled = " The pooled ratio is {.pooled.estimate}, the pooled control risk {.risk_control}."
    return style.log_alternative(printer, f"missing-{key}", phrase(said, printer.say(pooled, key)))


def needed(printer: Printer, at: str, found: AtRisk) -> Phrase:
    """The ratios with which the interval would exclude no effect, by side."""
    parts: list[Phrase | str] = []
    for side, arm, first in (
        ("benefit", "{treatment}", found.benefit_from),
        ("harm", "{comparator}", found.harm_from),
    ):
        ratios = f"{{.{side}_from.ratio}} to {{.{side}_to.ratio}}"
        lead = "; " if parts else ""
        parts.append(printer.say(f"{lead}{ratios if first else 'none'} in favour of {arm}", at))
    return phrase(*parts)
