"""The columns of a forest plot on a page: each as wide as what stands in it, and the plot as wide as the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.figures import forest_rows, style
from analysis.figures.forest_layout import COUNTS, HEAD, HEADS_AT, MEANS, NAME, ROW, ForestLayout, Heads
from analysis.figures.wrapping import POINTS_PER_INCH, length, wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import measure_head
from analysis.results.tree import CountedOutcome, Outcome

#: inches between columns, before the plot and after it, where arrowheads stand, and between estimate and interval
BETWEEN, BEFORE, AFTER, BESIDE = 0.10, 0.14, 0.17, 0.04
#: inches for the dash in place of a weight
DASH = 0.14
#: inches from disc to disc, and by how much discs stand apart from other columns
DISC, APART = 0.168, 0.05
#: inches that a plot needs beside domains of bias, and without them in the usual type
LEAST, LEAST_OF_ALL = 1.5, 1.2
#: inches that the head of an arm may take in one line
LONGEST = 0.95
#: inches for the head of the effects of what is measured
HEAD_WIDTH = 1.0
OVERALL = "Risk of\nbias"


@dataclass(frozen=True, slots=True)
class Effects:
    """Inches of the parts of effects: up to the decimal sign and after it, of intervals up to the join and after."""

    lead: float
    tail: float
    before: float
    after: float

    @property
    def width(self) -> float:
        return self.lead + self.tail + BESIDE + self.before + self.after


def inches(text: str, points: float, weight: str = "normal") -> float:
    """The width of the longest line of a text."""
    return max((length(line, points, weight) for line in text.split("\n")), default=0.0) / POINTS_PER_INCH


def page(printer: Printer, key: str, pooled: Sequence[str], domains: int | None) -> ForestLayout:
    """The layout of the outcome at ``key`` with the pooled results at ``pooled``.

    ``domains`` is the number of domains of bias beside the overall judgement; None where nothing was judged.
    """
    quiet = Printer(printer.tree)
    fewer = domains and 0
    for shown, least in ((domains, LEAST), (fewer, LEAST_OF_ALL)):
        at = measured(quiet, key, pooled, shown, style.TEXT)
        if (at.plot[1] - at.plot[0]) * style.FULL_WIDTH >= least:
            return at
    return measured(quiet, key, pooled, fewer, style.SMALL)


def measured(printer: Printer, key: str, pooled: Sequence[str], domains: int | None, size: float) -> ForestLayout:
    """The layout in type of that size: from the left names and arms, from the right bias, weights and effects."""
    outcome: Outcome = printer.tree.outcomes[key]
    heads = COUNTS if isinstance(outcome, CountedOutcome) else MEANS
    full, margin = style.FULL_WIDTH, NAME * style.FULL_WIDTH
    treatment, control = arms(printer, key, heads, size)
    longest = max(inches(name, style.TEXT) for name in names(printer, outcome))
    left = margin + min(longest, forest_rows.WIDEST) + BETWEEN
    one = left + treatment / 2
    other = left + treatment + BETWEEN + control / 2
    right = full - margin
    places: tuple[float, ...] = ()
    if domains is not None:
        over = DISC if domains else inches(OVERALL, size, "bold")
        overall = right - over / 2
        right -= over + BETWEEN
        right += APART * bool(domains)
        places = tuple(right - DISC * (domains - n - 0.5) for n in range(domains))
        right -= DISC * domains + APART if domains else 0.0
    effect_head = head(printer, key, heads, size)
    weight = right
    right -= max(inches("Weight", size, "bold"), inches("100%", size)) + BETWEEN
    effects = effects_of(printer, key, pooled, size)
    effect = right - max(effects.width, inches(effect_head.text, size, "bold"))
    rows: list[tuple[float, str, str]] = [
        (margin, "Trial", "left"),
        (one, heads.treatment, "center"),
        (other, heads.control, "center"),
        (effect, heads.effect, "left"),
        (weight, "Weight", "right"),
    ]
    if domains == 0:
        rows.append((overall, OVERALL, "center"))
    return ForestLayout(
        name=NAME,
        treatment=one / full,
        control=other / full,
        plot=((left + treatment + BETWEEN + control + BEFORE) / full, (effect - AFTER) / full),
        estimate=effect / full,
        weight=(weight / full, "right"),
        bias=overall / full if domains is not None else 0.0,
        heads=tuple((x / full, template, side) for x, template, side in rows),
        heads_at=HEADS_AT,
        row=ROW,
        head=HEAD,
        reason=weight - DASH - effect,
        type_size=size,
        point=(effect + effects.lead) / full,
        join=(effect + effects.lead + effects.tail + BESIDE + effects.before) / full,
        domains=tuple(x / full for x in places),
    )


def names(printer: Printer, outcome: Outcome) -> Iterator[str]:
    """The names of the trials with their signs."""
    for trial in outcome.trials.values():
        yield forest_rows.named(printer, trial).text


def arms(printer: Printer, key: str, heads: Heads, size: float) -> tuple[float, float]:
    """Inches of the columns of both arms."""
    outcome: Outcome = printer.tree.outcomes[key]
    events = printer.tree.evidence.outcome(key).events
    pairs = [forest_rows.arms(printer, f"{key}.trials.{name}", trial) for name, trial in outcome.trials.items()]
    total = forest_rows.totals(printer, key, outcome) if outcome.pooled is not None else ("", "")
    widths = []
    for side, words in enumerate((heads.treatment, heads.control)):
        cells = [inches(phrase(pair[side]).text, size) for pair in pairs if pair[1]]
        cells += [inches(phrase(total[side]).text, size, "bold")] if total[1] else []
        # a head that is longer is broken into lines
        widths.append(max([*cells, min(LONGEST, inches(printer.say(words, events=events).text, size, "bold"))]))
    return widths[0], widths[1]


def head(printer: Printer, key: str, heads: Heads, size: float) -> Phrase:
    """The head of the effects."""
    measure, level = printer.say(measure_head(printer, key)), forest_rows.level(printer, key)
    effect = wrapped(printer.say("{measure} ({level}~CI)", measure=measure, level=level), HEAD_WIDTH, size)
    return printer.say(heads.effect, measure=measure, level=level, effect=effect)


def effects_of(printer: Printer, key: str, pooled: Sequence[str], size: float) -> Effects:
    """The widest parts of the effects of all trials and pooled results, and of the prediction interval."""
    outcome: Outcome = printer.tree.outcomes[key]
    shown = [(f"{key}.trials.{name}", "normal") for name, trial in outcome.trials.items() if trial.estimable]
    shown += [(at, "bold") for at in pooled]
    intervals = [(forest_rows.interval(printer, at), weight) for at, weight in shown]
    if outcome.pooled is not None and outcome.pooled.prediction_low is not None:
        intervals.append((forest_rows.prediction(printer, key), "normal"))
    estimates = [(forest_rows.at_point(printer(f"{at}.estimate").text), weight) for at, weight in shown]
    joins = [(forest_rows.at_join(said), weight) for said, weight in intervals]
    lead, tail = widest(estimates, size)
    before, after = widest(joins, size)
    return Effects(lead, tail, before, after)


def widest(parts: Iterable[tuple[tuple[str, str], str]], size: float) -> tuple[float, float]:
    """Inches of the widest first and second part of texts, which come with their weight."""
    found = [(inches(first, size, weight), inches(second, size, weight)) for (first, second), weight in parts]
    return max(first for first, _ in found), max(second for _, second in found)
