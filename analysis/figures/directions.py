"""Effect-direction plot: what each comparable trial says of outcomes that cannot be pooled (SWiM)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.figures import legends, style
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.tree import Review
from analysis.synthesis.directions import FAVOURABLE, MIXED, NO_DIFFERENCE, NOT_STATED, UNFAVOURABLE, TrialDirection

NAME = 0.004
MARKERS = {FAVOURABLE: "^", UNFAVOURABLE: "v", MIXED: "d", NO_DIFFERENCE: "d"}
INKS = {FAVOURABLE: style.BLUE, UNFAVOURABLE: style.VERMILLION, MIXED: style.INK, NO_DIFFERENCE: style.INK}
SIZE = 7.0
#: inches from the symbol to the small figure that tells how many results it stands for; the space above the legend
SUBSCRIPT, APART = 0.125, 0.08


@dataclass(frozen=True, slots=True)
class DirectionsLayout:
    """Where things stand: right edge of the patients and left edge of the status, and the middles of the domains.

    All as parts of the width; ``row``, ``head`` and ``heads_at`` (above the rows) in inches. Without an edge for the
    patients they stand, with the status, below the trial.
    """

    patients: float | None
    status: float
    domains: tuple[float, ...]
    row: float
    head: float
    heads_at: float
    room: float


FULL = DirectionsLayout(0.335, 0.355, (0.61, 0.745, 0.90), row=0.225, head=0.46, heads_at=0.19, room=1.05)
COLUMN = DirectionsLayout(None, NAME, (0.60, 0.765, 0.91), row=0.32, head=0.47, heads_at=0.24, room=0.56)
STATUS = {
    "eligible": "",
    "sensitivity only": "mixed severity",
    "awaiting classification": "awaiting classification",
}


def shown(review: Review) -> list[str]:
    """The eligible trials in the order of publication, then such others as say something of a domain."""
    spoken = {name for domain in review.domains.values() for name in domain.trials}
    order = list(STATUS)
    trials = [
        trial
        for trial in review.evidence.trials
        if trial.comparator_class in review.evidence.comparators
        and (trial.eligibility == "eligible" or (trial.row_id in spoken and trial.eligibility in order))
    ]
    trials.sort(key=lambda trial: (order.index(trial.eligibility), trial.published))
    return [trial.row_id for trial in trials]


@style.with_column
def directions(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """One line per trial, one column per domain of ``Review.domains``."""
    at = style.laid_out(width, FULL, COLUMN)
    rows = shown(printer.tree)
    legend = legends.flowing(list(entries_of(printer)), width)
    foot = APART + legends.depth(legend, width)
    height = at.head + len(rows) * at.row + foot
    with style.drawing(printer, "directions", width, height) as figure:
        axes = figure.add_axes((0, foot / height, 1, len(rows) * at.row / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
        write_heading(axes, printer, at, width)
        for line, name in enumerate(rows):
            if line % 2:
                axes.axhspan(line - 0.5, line + 0.5, color=style.FILL, linewidth=0)
            write_trial(axes, printer, name, line, at)
        axes.plot([0, 1], [len(rows) - 0.5] * 2, color=style.INK, linewidth=0.8, clip_on=False)
        legends.write_flowing(legends.inches_of(figure), legend, foot - APART)
    return figure


def write_heading(axes: Axes, printer: Printer, at: DirectionsLayout, width: float) -> None:
    y = -0.5 - at.heads_at / at.row
    bold = {"va": "center", "fontweight": "bold"}
    if at.patients is None:
        write(axes, NAME, y, "Trial,\npatients randomised", **bold)
    else:
        write(axes, NAME, y, "Trial", **bold)
        write(axes, at.patients, y, "Patients\nrandomised", ha="right", **bold)
    for x, key in zip(at.domains, printer.tree.domains, strict=True):
        name = heading(printer, f"domains.{key}")
        # what holds no number may be broken
        unbroken: Printed | str = name if any(map(str.isdecimal, name.text)) else name.text
        said = wrapped(unbroken, at.room, style.smallest(width), "bold")
        write(axes, x, y, said, ha="center", **bold)
    axes.plot([0, 1], [-0.5, -0.5], color=style.INK, linewidth=0.8, clip_on=False)


def write_trial(axes: Axes, printer: Printer, name: str, line: int, at: DirectionsLayout) -> None:
    review: Review = printer.tree
    trial = review.evidence.trial(name)
    known = trial.randomised_treatment is not None and trial.randomised_control is not None
    sizes = printer.say("{.randomised_treatment} v {.randomised_control}" if known else "not known", f"data.{name}")
    status = STATUS[trial.eligibility]
    if at.patients is None:
        write(axes, NAME, line - 0.21, printer.cell(name, "label"), va="center", gid=style.line_of(name))
        below = phrase(sizes, f"; {status}" if status else "")
        write(axes, NAME, line + 0.21, below, va="center", color=style.SOFT)
    else:
        write(axes, NAME, line, printer.cell(name, "label"), va="center", gid=style.line_of(name))
        ink = style.INK if known else style.SOFT
        write(axes, at.patients, line, sizes, ha="right", va="center", color=ink)
        if status:
            write(axes, at.status, line, status, va="center", color=style.SOFT)
    for x, (key, domain) in zip(at.domains, review.domains.items(), strict=True):
        result = domain.trials.get(name)
        if result is None:
            continue
        if result.direction == NOT_STATED:
            write(axes, x, line, "?", ha="center", va="center", color=style.SOFT)
            continue
        draw_symbol(axes, x, line, result.direction, result.between_arms)
        if result.number > 1:
            number = printer(f"domains.{key}.trials.{name}.number")
            write(axes, x + SUBSCRIPT / style.width_of(axes), line + 0.12, number, va="center", ha="center")


def draw_symbol(axes: Axes, x: float, y: float, direction: str, between_arms: bool) -> None:
    axes.plot(
        x,
        y,
        marker=MARKERS[direction],
        markersize=SIZE,
        markeredgecolor=INKS[direction],
        markeredgewidth=0.9,
        markerfacecolor=INKS[direction] if between_arms else "white",
        clip_on=False,
        linestyle="none",
    )


def entries_of(printer: Printer) -> Iterator[tuple[legends.Drawing | None, Phrase | str]]:
    """The legend: symbols with their meanings, and how to read the rest."""

    def symbol(direction: str, between_arms: bool) -> legends.Drawing:
        return lambda axes, x, y: draw_symbol(axes, x, y, direction, between_arms)

    for direction, between_arms, text in (
        (FAVOURABLE, True, "better with {treatment}"),
        (UNFAVOURABLE, True, "better with {comparator}"),
        (MIXED, True, "mixed, or no clear difference"),
        (FAVOURABLE, False, "lower"),
        (UNFAVOURABLE, False, "higher with {treatment}, but not compared with {comparator}"),
    ):
        yield symbol(direction, between_arms), printer.say(text)
    yield None, "? measured, direction not available"
    yield None, "small figure: results behind the symbol"


def alternative(printer: Printer) -> Phrase:
    """Every direction in words, and the sign test or why there is none."""
    review: Review = printer.tree
    said = phrase(printer.say("Effect-direction plot of {comparator}-controlled trials."))
    for at, domain in ((f"domains.{key}", domain) for key, domain in review.domains.items()):
        said = phrase(said, " ", heading(printer, at), ":")
        for number, (trial, result) in enumerate(domain.trials.items()):
            said = phrase(said, "; " if number else " ", printer.cell(trial, "label"), " ", meaning(printer, result))
        tested = (
            " Sign test of the eligible trials: {.sign_test.favourable} favourable, {.sign_test.unfavourable} "
            "unfavourable, {p:.sign_test.p_value}."
        )
        said = phrase(said, ".", printer.say(tested if domain.sign_test else " {.no_sign_test}", at))
    return style.log_alternative(printer, "directions", said)


def heading(printer: Printer, at: str) -> Printed:
    """The name of the domain at a key, with a capital letter where it has none."""
    name = printer(f"{at}.name")
    return name if name.text[0].isupper() else name.capital


def meaning(printer: Printer, result: TrialDirection) -> Phrase | str:
    if result.direction == NOT_STATED:
        return "measured it, direction not available"
    if result.between_arms:
        sides = {FAVOURABLE: "better with {treatment}", UNFAVOURABLE: "better with {comparator}"}
        return printer.say(sides.get(result.direction, "mixed"))
    words = {FAVOURABLE: "lower", UNFAVOURABLE: "higher"}.get(result.direction, "no clear difference")
    return printer.say(f"{words} with {{treatment}}, not compared with {{comparator}}")
