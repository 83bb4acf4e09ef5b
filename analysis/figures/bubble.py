"""Bubble plot: effects against a characteristic of the trials, with the line of the regression and its band."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis.figures import axis, legends, style
from analysis.figures.axis import Span
from analysis.figures.legends import AXIS, COLUMN, FULL, HEAD, NAME, PLOT, Entry, Sign
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.explorations import EFFECTS, heterogeneity, left_out, not_answered, slope, units
from analysis.results.states import called, measure_head, unit
from analysis.results.tree import Outcome
from analysis.synthesis.moderators import Regression
from analysis.synthesis.outcome_shapes import is_ratio

#: area of the largest bubble in square points
LARGEST = 260.0
BAND = "#dcdcdc"


def answered(printer: Printer, key: str, characteristic: str) -> Regression | None:
    """The regression of the outcome at ``key`` on a characteristic; None where there is none."""
    found = printer.tree.moderators.get(key, {}).get(characteristic)
    return found if isinstance(found, Regression) else None


@style.with_column
def bubble(printer: Printer, key: str, characteristic: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The regression of the outcome at ``key`` on a characteristic; a sentence where there is none."""
    found = answered(printer, key, characteristic)
    if found is not None:
        return draw(printer, key, characteristic, found, width)
    said = not_answered(printer, key, characteristic)
    return style.sentence(printer, f"bubble-{key}-{characteristic}", said, width)


def draw(printer: Printer, key: str, characteristic: str, found: Regression, width: float) -> style.Sheet:
    """The figure of a regression."""
    at = style.laid_out(width, FULL, COLUMN)
    outcome: Outcome = printer.tree.outcomes[key]
    where = f"moderators.{key}.{characteristic}"
    entries = legends.fitted(list(legend(printer, where, found)), legends.legend_width(width, at), width)
    below = 0.0 if at.key else legends.height(entries, width)
    height = HEAD + max(PLOT, legends.height(entries, width) if at.key else 0.0) + AXIS + below
    with style.drawing(printer, f"bubble-{key}-{characteristic}", width, height) as figure:
        plot = figure.add_axes((at.plot[0], (AXIS + below) / height, at.plot[1] - at.plot[0], PLOT / height))
        span = spanned(outcome, found)
        x, y, low, high = zip(*found.line, strict=True)
        plot.fill_between(x, low, high, facecolor=BAND, linewidth=0, zorder=0)
        plot.plot(x, y, color=style.OWN, linewidth=1.3, zorder=3)
        largest = max(trial.weight for trial in found.trials.values())
        for trial in found.trials.values():
            effect = outcome.trials[trial.trial].estimate
            assert effect is not None
            plot.scatter(
                trial.value, effect, s=LARGEST * trial.weight / largest, facecolors="none", edgecolors=style.TRIAL,
                linewidths=1.1, clip_on=False, zorder=4,
            )  # fmt: skip
        prepare(plot, found, span, PLOT)
        words = figure.add_axes((0, 0, 1, 1))
        words.axis("off")
        words.set(xlim=(0, width), ylim=(0, height))
        name = printer.say("{.label}{unit}", where, unit=comma(printer, where, found)).capital
        middle = width * (at.plot[0] + at.plot[1]) / 2
        style.write(words, middle, AXIS + below - 0.36, name, ha="center", va="center")
        head = printer.say(measure_head(printer, key))
        style.write(words, width * at.plot[0], height - 0.09, head, va="center")
        corner = (width * at.key, height - HEAD) if at.key else (width * NAME, below)
        legends.write_legend(words, entries, corner)
    return figure


def comma(printer: Printer, where: str, found: Regression) -> Phrase:
    """The unit after a comma; nothing where there is none."""
    return printer.say(", {.unit}", where) if found.unit else phrase()


def spanned(outcome: Outcome, found: Regression) -> Span:
    """The axis that holds every effect and the line; the band may leave it."""
    values = [outcome.trials[name].estimate for name in found.trials]
    values += [found.lowest.effect.estimate, found.highest.effect.estimate]
    known = [value for value in values if value is not None]
    return axis.of_ratios(known) if is_ratio(outcome.measure) else axis.of_differences(known)


def prepare(plot: Axes, found: Regression, span: Span, inches: float) -> None:
    """Both axes, and the line of no effect; the characteristic a little beyond the trials."""
    plot.set_yscale("log" if span.logarithmic else "linear")
    plot.set_ylim(span.low, span.high)
    margin = 0.06 * (found.highest.value - found.lowest.value)
    low, high = found.lowest.value - margin, found.highest.value + margin
    plot.set_xlim(low, high)
    for side in ("right", "top"):
        plot.spines[side].set_visible(False)
    values = [tick for tick in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= tick <= high]
    effects = axis.spaced(span, inches)
    for located, ticks, names in (
        (plot.xaxis, values, [f"{tick:.10g}".replace("-", MINUS) for tick in values]),
        (plot.yaxis, effects, [axis.number(tick) for tick in effects]),
    ):
        located.set_minor_locator(NullLocator())
        located.set_major_locator(FixedLocator(ticks))
        located.set_ticklabels(names)
    plot.tick_params(length=3, pad=2)
    plot.axhline(span.no_effect, color=style.INK, linewidth=0.8, zorder=1)


def legend(printer: Printer, where: str, found: Regression) -> Iterator[Entry]:
    """What is drawn, and what the regression says."""
    yield Sign(marker="o", ink=style.TRIAL), phrase("A trial; the larger the area, the greater its weight")
    yield Sign(line="-", ink=style.OWN), phrase("Mean effect by the regression")
    yield Sign(patch=BAND), printer.say("Its {.slope.level} confidence band", where)
    yield Sign(), phrase(slope(printer, where, found), ".")
    yield Sign(), phrase(heterogeneity(printer, where, found), ".")
    yield Sign(), printer.say("{.k} trials; REML, Hartung-Knapp.", where)
    if not found.prespecified:
        yield Sign(), phrase("The question was not specified in advance.")
    if found.left_out:
        yield Sign(), left_out(printer, where, found)


def alternative(printer: Printer, key: str, characteristic: str) -> Phrase:
    """Every trial with its value, effect and weight, and what the line says at both ends."""
    name = f"bubble-{key}-{characteristic}"
    found = answered(printer, key, characteristic)
    if found is None:
        return style.log_alternative(printer, name, not_answered(printer, key, characteristic))
    where = f"moderators.{key}.{characteristic}"
    head = f"Bubble plot of {EFFECTS[found.measure]} for {{name}} by {{.label}} in {{word:.k}} trials."
    said = printer.say(head, where, name=called(printer, key))
    for trial in found.trials:
        value = printer.say(
            " {.label}: {.value}{unit}, ", f"{where}.trials.{trial}", unit=units(printer, where, found)
        )
        effect = printer.say("{.estimate}{unit}, ", f"{key}.trials.{trial}", unit=unit(printer, key))
        said = phrase(said, value, effect, printer.say("weight {.weight}.", f"{where}.trials.{trial}"))
    for end in ("lowest", "highest"):
        template = " At {.value}{unit} the regression gives {short:.effect}."
        said = phrase(said, printer.say(template, f"{where}.{end}", unit=units(printer, where, found)))
    said = phrase(said, " ", slope(printer, where, found), ". ", heterogeneity(printer, where, found), ".")
    if found.left_out:
        said = phrase(said, " ", left_out(printer, where, found))
    return style.log_alternative(printer, name, said)
