"""Effect-direction plot: what each comparable trial says of outcomes that cannot be pooled (SWiM)."""

from __future__ import annotations

from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.style import write
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.tree import Review
from analysis.synthesis.directions import FAVOURABLE, MIXED, NO_DIFFERENCE, NOT_STATED, UNFAVOURABLE, TrialDirection

#: inches
ROW, HEAD, FOOT = 0.225, 0.46, 0.66
#: parts of the width: left edge, right edge, centres of the domains
NAME, RANDOMISED, ELIGIBILITY, DOMAINS = 0.004, 0.315, 0.34, (0.60, 0.74, 0.90)
MARKERS = {FAVOURABLE: "^", UNFAVOURABLE: "v", MIXED: "d", NO_DIFFERENCE: "d"}
SIZE = 7.0
#: a small figure right of the symbol tells how many results it stands for
SUBSCRIPT = 0.017
STATUS = {
    "eligible": "",
    "sensitivity only": "mixed severity",
    "awaiting classification": "awaiting classification",
}


def shown(review: Review) -> list[str]:
    """The eligible trials by year, then the others with such a comparator that say something of a domain."""
    spoken = {name for domain in review.domains.values() for name in domain.trials}
    order = list(STATUS)
    trials = [
        trial
        for trial in review.evidence.trials
        if trial.comparator_class in review.evidence.comparators
        and (trial.eligibility == "eligible" or (trial.row_id in spoken and trial.eligibility in order))
    ]
    trials.sort(key=lambda trial: (order.index(trial.eligibility), trial.year or 0, trial.label))
    return [trial.row_id for trial in trials]


def directions(printer: Printer) -> style.Sheet:
    """One line per trial, one column per domain of ``Review.domains``."""
    review: Review = printer.tree
    rows = shown(review)
    height = HEAD + len(rows) * ROW + FOOT
    with style.drawing(printer, "directions", style.FULL_WIDTH, height) as figure:
        axes = figure.add_axes((0, FOOT / height, 1, len(rows) * ROW / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
        write_heading(axes, printer)
        for line, name in enumerate(rows):
            if line % 2:
                axes.axhspan(line - 0.5, line + 0.5, color=style.FILL, linewidth=0)
            write_trial(axes, printer, name, line)
        write_legend(printer, axes, len(rows))
    return figure


def write_heading(axes: Axes, printer: Printer) -> None:
    bold = {"va": "center", "fontweight": "bold", "fontsize": style.SMALL, "linespacing": 1.1}
    write(axes, NAME, -1.3, "Trial", **bold)
    write(axes, RANDOMISED, -1.3, "Patients\nrandomised", ha="right", **bold)
    for x, key in zip(DOMAINS, printer.tree.domains, strict=True):
        write(axes, x, -1.3, heading(printer, f"domains.{key}"), ha="center", **bold)
    axes.plot([0, 1], [-0.55, -0.55], color=style.INK, linewidth=0.8, clip_on=False)


def write_trial(axes: Axes, printer: Printer, name: str, line: int) -> None:
    review: Review = printer.tree
    trial = review.evidence.trial(name)
    write(axes, NAME, line, printer.cell(name, "label"), va="center", gid=style.line_of(name))
    if trial.randomised_treatment is not None and trial.randomised_control is not None:
        sizes = printer.say("{.randomised_treatment} v {.randomised_control}", f"data.{name}")
        write(axes, RANDOMISED, line, sizes, ha="right", va="center")
    else:
        write(axes, RANDOMISED, line, "not known", ha="right", va="center", color=style.SOFT)
    if STATUS[trial.eligibility]:
        write(axes, ELIGIBILITY, line, STATUS[trial.eligibility], va="center", color=style.SOFT, fontsize=style.SMALL)
    for x, (key, domain) in zip(DOMAINS, review.domains.items(), strict=True):
        result = domain.trials.get(name)
        if result is None:
            continue
        if result.direction == NOT_STATED:
            write(axes, x, line, "?", ha="center", va="center", color=style.SOFT)
            continue
        draw_symbol(axes, x, line, result.direction, result.between_arms)
        if result.number > 1:
            number = printer(f"domains.{key}.trials.{name}.number")
            write(axes, x + SUBSCRIPT, line + 0.18, number, va="center", fontsize=style.SMALL)


def draw_symbol(axes: Axes, x: float, y: float, direction: str, between_arms: bool) -> None:
    axes.plot(
        x,
        y,
        marker=MARKERS[direction],
        markersize=SIZE,
        markeredgecolor=style.INK,
        markeredgewidth=0.9,
        markerfacecolor=style.INK if between_arms else "white",
        clip_on=False,
        linestyle="none",
    )


def write_legend(printer: Printer, axes: Axes, rows: int) -> None:
    axes.plot([0, 1], [rows - 0.5, rows - 0.5], color=style.INK, linewidth=0.8, clip_on=False)
    first, second = rows + 0.25, rows + 1.1
    entries = (
        (0.012, first, FAVOURABLE, True, "better with {treatment}"),
        (0.175, first, UNFAVOURABLE, True, "better with {comparator}"),
        (0.360, first, MIXED, True, "mixed, or no clear difference"),
        (0.012, second, FAVOURABLE, False, "lower"),
        (0.100, second, UNFAVOURABLE, False, "higher with {treatment}, but not compared with {comparator}"),
    )
    for x, y, direction, between_arms, text in entries:
        draw_symbol(axes, x, y, direction, between_arms)
        write(axes, x + 0.017, y, printer.say(text), va="center", fontsize=style.SMALL)
    write(axes, 0.615, first, "?  measured, direction not available", va="center", fontsize=style.SMALL)
    write(axes, 0.615, second, "small figure: results behind the symbol", va="center", fontsize=style.SMALL)


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
