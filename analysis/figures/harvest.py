"""Harvest plot of an outcome that is not pooled: which trials found what, and how large they are.

After Ogilvie D, Fayter D, Petticrew M, et al. BMC Med Res Methodol 2008;8:8: a bar for each trial in the group of its
direction, as long as the trial is large, shaded by how it bears on the question. The bars lie on their sides, so that
names and numbers fit beside them in a narrow column too. Only directions against the control arm count.
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis.figures import legends, style
from analysis.figures.directions import STATUS
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.tree import Review
from analysis.synthesis.directions import (
    FAVOURABLE,
    MIXED,
    NO_DIFFERENCE,
    NOT_STATED,
    UNFAVOURABLE,
    Domain,
    TrialDirection,
)

NAME = 0.004
#: head of a group and the directions in it, from the top
GROUPS = (
    ("Better with {treatment}", (FAVOURABLE,)),
    ("Mixed, or no clear difference", (MIXED, NO_DIFFERENCE)),
    ("Better with {comparator}", (UNFAVOURABLE,)),
)
#: eligibility → shade and hatch of its bar
SHADES = {
    "eligible": (style.BLUE, ""),
    "sensitivity only": (style.BLUE_TINT, ""),
    "awaiting classification": ("#ffffff", "//////"),
}
#: inches
ROW, HEADING, TOP, AXIS = 0.2, 0.22, 0.06, 0.44
BAR = 0.13
#: inches between a bar and its numbers
BESIDE = 0.06


@dataclass(frozen=True, slots=True)
class HarvestLayout:
    """The plot as parts of the width, and the part of it that the longest bar takes; the rest is for its numbers."""

    plot: tuple[float, float]
    longest: float


FULL = HarvestLayout(plot=(0.20, 0.98), longest=0.70)
COLUMN = HarvestLayout(plot=(0.35, 0.98), longest=0.40)


def compared(domain: Domain) -> dict[str, TrialDirection]:
    """The trials with a direction against control."""
    return {
        name: trial for name, trial in domain.trials.items() if trial.between_arms and trial.direction != NOT_STATED
    }


def size(review: Review, name: str) -> int:
    """Patients randomised; 0 where the size of an arm is not known."""
    trial = review.evidence.trial(name)
    if trial.randomised_treatment is None or trial.randomised_control is None:
        return 0
    return trial.randomised_treatment + trial.randomised_control


def grouped(review: Review, domain: Domain) -> list[tuple[str, list[str]]]:
    """Head and trials of every group, the largest trial first."""
    found = compared(domain)
    return [
        (
            head,
            sorted(
                (n for n, trial in found.items() if trial.direction in directions), key=lambda n: -size(review, n)
            ),
        )
        for head, directions in GROUPS
    ]


@style.with_column
def harvest(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The harvest plot of the domain at ``key``; the sentence that says why where no trial compares the arms."""
    review: Review = printer.tree
    domain = review.domains[key]
    if compared(domain):
        return draw(printer, key, width)
    return style.sentence(printer, f"harvest-{key}", phrase(printer(f"domains.{key}.no_sign_test")), width)


def draw(printer: Printer, key: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The figure of a domain with at least one direction against control."""
    at = style.laid_out(width, FULL, COLUMN)
    review: Review = printer.tree
    domain = review.domains[key]
    groups = grouped(review, domain)
    inches = HEADING * len(groups) + ROW * sum(max(len(names), 1) for _, names in groups)
    shades = [name for name in SHADES if any(trial.eligibility == name for trial in compared(domain).values())]
    note = wrapped(tested(printer, key), width * (1 - 2 * NAME), style.smallest(width))
    legend = legends.flowing([swatch(name) for name in shades], width)
    foot = AXIS + legends.depth(legend, width) + style.leading(width) * len(list(note.lines())) + 0.08
    height = TOP + inches + foot
    with style.drawing(printer, f"harvest-{key}", width, height) as figure:
        bottom, part = foot / height, inches / height
        words = figure.add_axes((0, bottom, 1, part))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], bottom, at.plot[1] - at.plot[0], part))
        for axes in (words, plot):
            axes.set_ylim(inches, 0)
        words.set_xlim(0, width)
        largest = max(size(review, name) for _, names in groups for name in names) or 1
        prepare(plot, largest, at)
        y = 0.0
        for head, names in groups:
            bold = {"va": "center", "fontweight": "bold"}
            write(words, NAME * width, y + HEADING / 2, printer.say(head), **bold)
            y += HEADING
            for name in names:
                draw_trial(words, plot, printer, (key, name), y + ROW / 2, width)
                y += ROW
            if not names:
                write(
                    words,
                    3 * NAME * width,
                    y + ROW / 2,
                    "no trial",
                    va="center",
                    color=style.SOFT,
                )
                y += ROW
        legends.write_flowing(legends.inches_of(figure), legend, foot - AXIS)
        write(figure, NAME, 0.04 / height, note, va="bottom")
    return figure


def prepare(plot: Axes, largest: int, at: HarvestLayout) -> None:
    """The axis of patients, which ends with the longest bar; what follows is room for its numbers."""
    plot.set_xlim(0, largest / at.longest)
    plot.patch.set_alpha(0)
    for side in ("left", "right", "top"):
        plot.spines[side].set_visible(False)
    ticks = [tick for tick in MaxNLocator(4, integer=True).tick_values(0, largest) if 0 <= tick <= largest]
    plot.spines["bottom"].set_bounds(0, largest)
    plot.yaxis.set_major_locator(NullLocator())
    plot.xaxis.set_major_locator(FixedLocator(ticks))
    plot.set_xticklabels([f"{tick:.0f}" for tick in ticks])
    plot.tick_params(axis="x", length=3, pad=2)
    plot.set_xlabel("Patients randomised", labelpad=2, loc="left")


def draw_trial(words: Axes, plot: Axes, printer: Printer, of: tuple[str, str], y: float, width: float) -> None:
    """Name, bar and numbers of one trial."""
    key, name = of
    review: Review = printer.tree
    patients = size(review, name)
    grey, hatch = SHADES[review.domains[key].trials[name].eligibility]
    said = printer.cell(name, "label")
    write(words, 3 * NAME * width, y, said, va="center", gid=style.line_of(name))
    plot.barh(y, patients, BAR, facecolor=grey, hatch=hatch, edgecolor=style.INK, linewidth=0.7)
    numbers = phrase(sizes(printer, name), "; ", results(printer, f"domains.{key}.trials.{name}"))
    per_inch = plot.get_xlim()[1] / (plot.get_position().width * width)
    write(plot, patients + BESIDE * per_inch, y, numbers, va="center")


def sizes(printer: Printer, name: str) -> Phrase:
    """The sizes of both arms, or that they are not known."""
    known = size(printer.tree, name) > 0
    said = "{.randomised_treatment} v {.randomised_control}" if known else "size not known"
    return printer.say(said, f"data.{name}")


def results(printer: Printer, at: str) -> Phrase:
    """How many results are behind the direction."""
    one = printer.find(f"{at}.number").value == 1
    return printer.say("{.number} result" if one else "{.number} results", at)


def tested(printer: Printer, key: str) -> Phrase:
    """The sign test, or why there is none."""
    at = f"domains.{key}"
    if printer.tree.domains[key].sign_test is None:
        return phrase(printer(f"{at}.no_sign_test"))
    return printer.say(
        "Sign test of the eligible trials: {.sign_test.favourable} favourable, {.sign_test.unfavourable} "
        "unfavourable, {.sign_test.mixed} with neither; {p:.sign_test.p_value}",
        at,
    )


def swatch(name: str) -> tuple[legends.Drawing, Phrase]:
    """The entry of the legend for the shade of an eligibility."""
    grey, hatch = SHADES[name]

    def draw(axes: Axes, x: float, y: float) -> None:
        half = legends.SIGN / 2
        axes.barh(
            y, 2 * half, 0.1, left=x - half, facecolor=grey, hatch=hatch, edgecolor=style.INK, linewidth=0.7,
            clip_on=False,
        )  # fmt: skip

    return draw, phrase("eligible" if name == "eligible" else f"{STATUS[name]}, not eligible")


def alternative(printer: Printer, key: str) -> Phrase:
    """Every trial with its group and sizes; the sentence that stands in place of the figure where there is none."""
    review: Review = printer.tree
    domain = review.domains[key]
    if not compared(domain):
        return style.log_alternative(printer, f"harvest-{key}", phrase(printer(f"domains.{key}.no_sign_test")))
    said = printer.say("Harvest plot of {.name}, by patients randomised.", f"domains.{key}")
    for head, names in grouped(review, domain):
        said = phrase(said, " ", printer.say(head), ":" if names else ": no trial")
        for number, name in enumerate(names):
            status = STATUS[domain.trials[name].eligibility]
            extra = f", {status}" if status else ""
            lead = "; " if number else " "
            behind = results(printer, f"domains.{key}.trials.{name}")
            line = phrase(printer.cell(name, "label"), " (", sizes(printer, name), extra, "; ", behind)
            said = phrase(said, lead, line, ")")
        said = phrase(said, ".")
    # the sentence that there is no test ends by itself
    end = "" if domain.sign_test is None else "."
    return style.log_alternative(printer, f"harvest-{key}", phrase(said, " ", tested(printer, key), end))
