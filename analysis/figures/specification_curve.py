"""Specification curve: the effect under every combination of choices, and which choices gave it.

Analyses of placebo-controlled trials only stand by themselves, left of those with trials without placebo, so that
what the latter move is seen at once. Simonsohn U, Simmons JP, Nelson LD. Nat Hum Behav 2020;4:1208-1214.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.figures import axis, style
from analysis.figures.axis import Span, number, of_differences
from analysis.figures.style import write
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import not_pooled
from analysis.results.tree import Outcome
from analysis.synthesis.multiverse import Curve, Specifications
from analysis.synthesis.outcome_shapes import MEASURES, is_ratio

#: factors shown, with their heading; factors of two options are shown by their first only
FACTORS = {
    "estimator": "Between-trial variance",
    "interval": "Interval",
    "zeros": "Empty cells",
    "reading": "{Events} of one trial",
    "skewed": "Skewed data",
    "correlation": "Correlation of baseline and final values",
    "values": "Values",
    "trials": "Trials",
}
TRIAL_FACTORS = ("added", "double_zero", "printed", "largest")
#: part of the multiverse → what stands above its curve
HEADS = {"placebo_only": "{Comparator}-controlled only", "with_others": "With trials without {comparator}"}
#: room between the parts, as a share of all analyses
BETWEEN = 0.03
#: key of an option's label, and the test whether an analysis chose it
Line = tuple[str, Callable[[Curve], bool]]
#: left edges, as parts of the width
NAME, LABEL = 0.004, 0.015
#: inches
CURVE, GAP, HEADING, FOOT = 1.6, 0.2, 0.165, 0.08
#: of the two lines above a part, in inches above its curve
PART_HEADS = (0.235, 0.08)
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
#: marks closer than this, in inches, are drawn as one, as they would touch in print
TOUCHING = 0.0125


@dataclass(frozen=True, slots=True)
class CurveLayout:
    """Where things stand: ``plot`` as parts of the width, everything else in inches.

    A choice has its label beside its marks, or above them. ``label``, ``marks`` and ``thickness`` are measured from
    the top of its row; the lines of the key from ``key_top`` below the top of the figure.
    """

    plot: tuple[float, float]
    head: float
    row: float
    label: float
    marks: float
    thickness: float
    key_top: float
    key: tuple[float, float, float, float]
    favours: float
    own: float


FULL = CurveLayout(
    plot=(0.485, 0.985),
    head=0.33,
    row=0.15,
    label=0.15 / 2,
    marks=0.2 * 0.15,
    thickness=0.6 * 0.15,
    key_top=0.10,
    key=(0.10, 0.36, 0.56, 0.86),
    favours=1.36,
    own=1.14,
)
COLUMN = CurveLayout(
    plot=(0.08, 0.985),
    head=1.36,
    row=0.215,
    label=0.06,
    marks=0.132,
    thickness=0.065,
    key_top=0.0,
    key=(0.09, 0.24, 0.37, 0.57),
    favours=0.82,
    own=0.95,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """An analysis and where it stands: its number from the left, from 0."""

    x: int
    analysis: Curve


def placed(multiverse: Specifications, measure: str) -> list[Placed]:
    """The analyses of the measure shown: part by part, and by their estimates within each."""
    analyses = multiverse.curves[measure]
    gap = round(BETWEEN * len(analyses))
    found: list[Placed] = []
    for part in HEADS:
        start = found[-1].x + 1 + gap if found else 0
        members = [analysis for analysis in analyses if analysis.part == part]
        found += [Placed(start + n, analysis) for n, analysis in enumerate(members)]
    return found


def by_part(shown: Sequence[Placed]) -> dict[str, list[Placed]]:
    """The analyses of each part that has any."""
    members = {part: [one for one in shown if one.analysis.part == part] for part in HEADS}
    return {part: found for part, found in members.items() if found}


@style.with_column
def curve(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """All effects of ``specifications.<key>`` by part, in ascending order, above a table of their choices.

    The effects are those of the outcome's own measure. Where there is no multiverse, why not.
    """
    if key in printer.tree.specifications:
        return draw(printer, key, width)
    return style.sentence(printer, f"specifications-{key}", not_pooled(printer, key), width)


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of an outcome with at least two effects."""
    at = style.laid_out(width, FULL, COLUMN)
    multiverse: Specifications = printer.tree.specifications[key]
    outcome: Outcome = printer.tree.outcomes[key]
    events = printer.tree.evidence.outcome(key).events.capitalize() or "Numbers"
    shown = placed(multiverse, outcome.measure)
    groups = rows_of(multiverse, f"specifications.{key}", outcome.measure)
    rows = sum(len(lines) for _, lines in groups)
    lower = rows * at.row + len(groups) * HEADING
    height = at.head + CURVE + GAP + lower + FOOT
    with style.drawing(printer, f"specifications-{key}", width, height) as figure:
        part = at.plot[1] - at.plot[0]
        upper = figure.add_axes((at.plot[0], (FOOT + lower + GAP) / height, part, CURVE / height))
        words = figure.add_axes((0, FOOT / height, 1, lower / height))
        table = figure.add_axes((at.plot[0], FOOT / height, part, lower / height))
        for axes in (words, table):
            axes.axis("off")
            axes.set_ylim(lower, 0)
        words.set_xlim(0, 1)
        for axes in (upper, table):
            axes.set_xlim(shown[0].x - 0.5, shown[-1].x + 0.5)
        draw_curve(upper, shown, span_of([one.analysis for one in shown], outcome.measure))
        write_parts(upper, printer, key, shown)
        own = own_of(shown, outcome)
        mark_own(upper, table, own)
        if width == style.FULL_WIDTH:
            y = (FOOT + lower + GAP + CURVE + PART_HEADS[0]) / height
            said, size = axis.titled(printer, key), style.smallest(width)
            write(figure, at.plot[0] - 0.02, y, said, ha="right", va="center", fontsize=size, fontweight="bold")
        y, smallest = 0.0, style.smallest(width)
        for heading, lines in groups:
            y += HEADING
            said = printer.say(heading, Events=events)
            write(words, NAME, y - HEADING / 2, said, va="center", fontweight="bold", fontsize=smallest)
            for label, chosen in lines:
                write(words, LABEL, y + at.label, printer(label), va="center", fontsize=smallest)
                xs = [one.x for one in shown if chosen(one.analysis)]
                draw_marks(table, (y + at.marks, at.thickness), xs, part * width / (shown[-1].x + 1))
                y += at.row
        write_key(figure, height, printer, key, at, own is not None)
    return figure


def span_of(analyses: Sequence[Curve], measure: str) -> Span:
    """Of ratios always the same axis; of differences one that holds every estimate and most of the intervals."""
    if is_ratio(measure):
        return Span(TICKS[0], TICKS[-1], TICKS)
    ends = [sorted(bound)[len(analyses) // 20 * side] for side, bound in
            ((1, [a.low for a in analyses]), (-1, [a.high for a in analyses]))]  # fmt: skip
    return of_differences([*ends, *(a.estimate for a in analyses)])


def rows_of(multiverse: Specifications, at: str, measure: str) -> list[tuple[str, list[Line]]]:
    """Heading and lines of every group of rows."""

    def line(factor: str, position: int) -> Line:
        option = multiverse.factors[factor][position]
        return f"{at}.by_choice.{factor}_{position + 1}.label", lambda analysis: analysis.choices[factor] == option

    groups = []
    for factor, heading in FACTORS.items():
        if factor != "trials" and factor not in multiverse.factors:
            continue
        if factor == "trials":
            lines = [line(name, 0) for name in TRIAL_FACTORS if name in multiverse.factors]
        else:
            used = {analysis.choices[factor] for analysis in multiverse.curves[measure]}
            lines = [line(factor, n) for n, option in enumerate(multiverse.factors[factor]) if option in used]
        if len(lines) > 1 or factor == "trials":
            groups.append((heading, lines))
    return groups


def draw_curve(axes: Axes, shown: Sequence[Placed], span: Span) -> None:
    low, high, nothing = span.low, span.high, span.no_effect
    axes.set_yscale("log" if span.logarithmic else "linear")
    axes.set_ylim(low, high)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.xaxis.set_major_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(FixedLocator(span.ticks))
    axes.set_yticklabels([number(tick) for tick in span.ticks], fontsize=style.smallest_on(axes))
    axes.tick_params(axis="y", length=3, pad=2)
    for excludes, ink, width in ((False, style.FAINT, 0.35), (True, style.BLUE, 0.5)):
        apart = [one for one in shown if (one.analysis.high < nothing or one.analysis.low > nothing) == excludes]
        bars = [(one.x, one.analysis) for one in apart]
        xs = [x for n, _ in bars for x in (n, n, math.nan)]
        ys = [y for _, a in bars for y in (max(a.low, low), min(a.high, high), math.nan)]
        axes.plot(xs, ys, color=ink, linewidth=width, solid_capstyle="butt")
    for members in by_part(shown).values():
        xs = [one.x for one in members]
        axes.plot([xs[0] - 0.5, xs[-1] + 0.5], [nothing, nothing], color=style.INK, linewidth=0.8)
        axes.plot(xs, [one.analysis.estimate for one in members], color=style.INK, linewidth=1.3)


def own_of(shown: Sequence[Placed], outcome: Outcome) -> Placed | None:
    """The review's own analysis: the one with the numbers of the primary result; None where none has them."""
    if outcome.pooled is None:
        return None
    wanted = (outcome.pooled.estimate, outcome.pooled.low, outcome.pooled.high)
    for one in shown:
        found = (one.analysis.estimate, one.analysis.low, one.analysis.high)
        if all(math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-10) for a, b in zip(found, wanted, strict=True)):
            return one
    return None


def mark_own(upper: Axes, table: Axes, own: Placed | None) -> None:
    """A diamond on the curve at the review's own analysis, and a line from it down, on a page through its choices."""
    if own is None:
        return
    upper.plot(
        own.x, own.analysis.estimate, marker="D", markersize=6, markerfacecolor=style.OWN, markeredgecolor="white",
        markeredgewidth=0.8, linestyle="none", clip_on=False, zorder=5,
    )  # fmt: skip
    below: dict[str, Any] = {
        "color": style.SOFT,
        "linewidth": 0.7,
        "linestyle": (0, (2, 2)),
        "clip_on": False,
        "zorder": 0,
    }
    upper.plot([own.x] * 2, [upper.get_ylim()[0], own.analysis.estimate], **below | {"zorder": 4})
    if style.smallest_on(table) == style.TEXT:
        table.plot([own.x] * 2, [table.get_ylim()[0], -GAP], **below)


def write_parts(axes: Axes, printer: Printer, key: str, shown: Sequence[Placed]) -> None:
    """Above each part what it holds, and how many of its intervals lie on one side of no effect."""
    inch = 1 / CURVE
    for part, members in by_part(shown).items():
        counted = "{.for_treatment} of {.count} wholly favour {treatment}"
        said = printer.say(counted, f"specifications.{key}.parts.{part}")
        lines = ((printer.say(HEADS[part]), "bold"), (said, "normal"))
        for above, (line, weight) in zip(PART_HEADS, lines, strict=True):
            write(
                axes,
                (members[0].x + members[-1].x) / 2,
                1 + above * inch,
                line,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="center",
                fontsize=style.smallest_on(axes),
                fontweight=weight,
            )


def draw_marks(axes: Axes, bar: tuple[float, float], xs: Sequence[int], each: float) -> None:
    """Bars (top and thickness) at ``xs``, neighbours joined; ``each`` is the room of an analysis in inches."""
    nearest = max(1, int(TOUCHING / each))
    spans: list[list[float]] = []
    for x in xs:
        if spans and x - spans[-1][1] <= nearest:
            spans[-1][1] = x + 0.5
        else:
            spans.append([x - 0.5, x + 0.5])
    axes.broken_barh([(start, end - start) for start, end in spans], bar, facecolor=style.BLUE, linewidth=0)


def write_key(figure: style.Sheet, height: float, printer: Printer, name: str, at: CurveLayout, marked: bool) -> None:
    """What the greys mean, left of the curve or above it."""
    top = 1 - at.key_top / height
    outcome: Outcome = printer.tree.outcomes[name]
    measure, own = MEASURES[outcome.measure], f".by_measure.{outcome.measure}"
    level = f"{{{name}.pooled.level}} " if outcome.pooled is not None else ""
    column = figure.get_figwidth() == style.COLUMN_WIDTH
    scale = " (log scale)" if column and is_ratio(outcome.measure) else ""
    control = "With {comparator}-controlled trials only, and all\nmeasures, {.placebo_only.for_treatment} of "
    lines = (
        f"{measure} and {level}interval{scale}",
        f"{{{own}.count}} distinct analyses of the {measure.lower()}",
        "Strong: the interval lies on one side of no effect",
        control + "{.placebo_only.count} lie so",
    )
    smallest = style.smallest(figure.get_figwidth())
    if marked:
        said = printer.say("Diamond: this review's analysis, {short:.pooled}", name)
        write(figure, NAME, top - at.own / height, said, va="center", fontsize=smallest)
    for offset, text in zip(at.key, lines, strict=True):
        weight = "bold" if offset == at.key[0] else "normal"
        said = printer.say(text, f"specifications.{name}")
        y = top - offset / height
        write(figure, NAME, y, said, va="center", fontsize=smallest, fontweight=weight)
    write(
        figure,
        NAME,
        top - at.favours / height,
        printer.say(
            f"{'Ratios' if is_ratio(outcome.measure) else 'Differences'} "
            f"{'below' if outcome.better == 'lower' else 'above'} the line favour {{treatment}}"
        ),
        fontsize=smallest,
    )


def alternative(printer: Printer, key: str) -> Phrase:
    """How many analyses there are, where they lie, and what moves them."""
    at = f"specifications.{key}"
    if key not in printer.tree.specifications:
        return style.log_alternative(printer, f"specifications-{key}", not_pooled(printer, key))
    measure = printer.tree.outcomes[key].measure
    own = f".by_measure.{measure}"
    parts = "; ".join(
        f"{HEADS[part].lower()}, {{.parts.{part}.for_treatment}} of {{.parts.{part}.count}}"
        for part in printer.tree.specifications[key].parts
    )
    said = printer.say(
        f"Specification curve of {{{own}.count}} distinct analyses. {MEASURES[measure]}s run from {{.lowest}} to "
        f"{{.highest}}, median {{.middle}}; {{{own}.favourable}} favour {{treatment}}. Intervals on the side of "
        f"{{treatment}}: {parts}. Over all measures, {{.every.for_treatment}} of "
        "{.every.count} intervals lie so; of those with {comparator}-controlled trials only, "
        "{.placebo_only.for_treatment} of {.placebo_only.count}. "
        "By choice:",
        at,
    )
    choices = printer.tree.specifications[key].by_choice
    options = "; ".join(
        f"{{.by_choice.{name}.label}}, {{.by_choice.{name}.for_treatment}} of {{.by_choice.{name}.count}}"
        for name in choices
    )
    outcome: Outcome = printer.tree.outcomes[key]
    marked = own_of(placed(printer.tree.specifications[key], measure), outcome) is not None
    own_analysis = printer.say(" Marked is this review's analysis, {short:.pooled}.", key) if marked else ""
    said = phrase(said, printer.say(f" {options}.", at), own_analysis)
    return style.log_alternative(printer, f"specifications-{key}", said)
