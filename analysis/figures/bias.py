"""Risk-of-bias plots: a traffic light per trial and domain, and the share of trials by judgement.

Symbols carry the judgement; the grey levels only repeat it. What is only implied by a published overall judgement has
a dotted edge.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures import style
from analysis.figures.style import write
from analysis.judgements.bias import CONCERNS, HIGH, LOW, NONE, Judgement
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.tree import Review
from analysis.results.who_judged import judges

#: judgement → sign, grey of its disc, grey of its sign
SIGNS = {
    LOW: ("+", "#ffffff", style.INK),
    CONCERNS: ("!", "#c8c8c8", style.INK),
    HIGH: (MINUS, "#3c3c3c", "#ffffff"),
    NONE: ("?", "none", style.SOFT),
}
FIELDS = {LOW: "low", CONCERNS: "concerns", HIGH: "high", NONE: "none"}
#: parts of a bar: judgement, field of its number, line of its edge
PARTS = (
    (LOW, "stated", "-"),
    (LOW, "implied", ":"),
    (CONCERNS, "concerns", "-"),
    (HIGH, "high", "-"),
    (NONE, "none", "--"),
)
IMPLIED = "dotted edge: implied by a low overall judgement, not published for the domain"
WORDS = {LOW: "low", CONCERNS: "some concerns", HIGH: "high", NONE: "not assessed"}
#: inches
ROW, HEAD, FOOT, LEGEND_LINE = 0.25, 0.50, 0.40, 0.2
NAME, FIRST, LAST = 0.004, 0.27, 0.95
DISC = 11.0
#: left edge of the bars of the summary
START = 0.30


def judgements_at(printer: Printer) -> str:
    """The key of the judgements of the primary outcome's results."""
    review: Review = printer.tree
    return f"biases.{review.evidence.primary.key}"


def draw_disc(
    axes: Axes, x: float, y: float, judgement: str, own: bool = False, size: float = DISC, implied: bool = False
) -> None:
    """A disc with the judgement's sign; a square if the judgement is this review's own; none if there is none.

    The edge is dotted and the sign grey if the judgement is only ``implied``.
    """
    sign, fill, ink = SIGNS[judgement]
    if judgement != NONE:
        axes.scatter(
            x, y, marker="s" if own else "o", s=size**2, facecolors=fill, edgecolors=style.INK,
            linewidths=0.8, linestyles=":" if implied else "-", clip_on=False, zorder=2,
        )  # fmt: skip
    weight = "normal" if judgement == NONE or implied else "bold"
    points = max(size * 0.75, style.smallest_on(axes))
    colour = style.SOFT if implied else ink
    write(axes, x, y, sign, ha="center", va="center_baseline", color=colour, fontweight=weight, fontsize=points)


def traffic_light(printer: Printer) -> style.Sheet:
    """RoB 2 judgements of every eligible trial by domain, from the ``Bias`` in the printer's tree."""
    review: Review = printer.tree
    trials, domains = review.bias.trials, review.bias.summary
    judgements = [judgement for trial in trials.values() for judgement in trial.domains.values()]
    implied = any(judgement.implied for judgement in judgements)
    foot = FOOT + (LEGEND_LINE if implied else 0)
    height = HEAD + len(trials) * ROW + foot
    with style.drawing(printer, "bias-trials", style.FULL_WIDTH, height) as figure:
        axes = figure.add_axes((0, foot / height, 1, len(trials) * ROW / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(trials) - 0.5, -0.5))
        write(axes, NAME, -1.35, "Trial", va="center", fontweight="bold", fontsize=style.SMALL)
        xs = [FIRST + (LAST - FIRST) * column / (len(domains) - 1) for column in range(len(domains))]
        for x, key in zip(xs, domains, strict=True):
            head = printer(f"{judgements_at(printer)}.summary.{key}.label").text
            write(
                axes, x, -1.35, two_lines(head), ha="center", va="center", fontweight="bold", fontsize=style.SMALL,
                linespacing=1.15,
            )  # fmt: skip
        axes.plot([0, 1], [-0.6, -0.6], color=style.INK, linewidth=0.8, clip_on=False)
        for line, (name, trial) in enumerate(trials.items()):
            write(axes, NAME, line, printer.cell(name, "label"), va="center", gid=style.line_of(name))
            for x, judgement in zip(xs, trial.domains.values(), strict=True):
                draw_disc(axes, x, line, judgement.judgement, judgement.own, implied=judgement.implied)
        axes.plot([0, 1], [len(trials) - 0.45] * 2, color=style.INK, linewidth=0.8, clip_on=False)
        own = any(judgement.own for judgement in judgements)
        legend(axes, len(trials) + 0.25, judges(printer, "bias") if own else None, implied)
    return figure


def two_lines(text: str) -> str:
    """The text broken at the space nearest to its middle."""
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def legend(axes: Axes, y: float, own: Phrase | None, implied: bool) -> None:
    """What the signs mean, and where there are any the squares, with who judged, and the dotted edges."""
    for x, judgement in zip((0.02, 0.16, 0.345, 0.485), WORDS, strict=True):
        draw_disc(axes, x, y, judgement, size=9.5)
        text = "not found in the available text" if judgement == NONE else f"{WORDS[judgement]}"
        write(axes, x + 0.02, y, text, va="center", fontsize=style.SMALL)
    if own:
        write(axes, 0.745, y, phrase("square: judged by ", own), va="center", fontsize=style.SMALL)
    if implied:
        below = y + LEGEND_LINE / ROW
        draw_disc(axes, 0.02, below, LOW, size=9.5, implied=True)
        write(axes, 0.04, below, IMPLIED, va="center", fontsize=style.SMALL)


def summary(printer: Printer) -> style.Sheet:
    """Number of eligible trials by judgement in each domain, as bars."""
    review: Review = printer.tree
    domains = review.bias.summary
    implied = any(counts.implied for counts in domains.values())
    foot = 0.46 + (LEGEND_LINE if implied else 0)
    height = 0.12 + len(domains) * ROW + foot
    with style.drawing(printer, "bias-summary", style.FULL_WIDTH, height) as figure:
        axes = figure.add_axes((0, foot / height, 1, len(domains) * ROW / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(domains) - 0.5, -0.5))
        for line, (key, counts) in enumerate(domains.items()):
            at = f"{judgements_at(printer)}.summary.{key}"
            weight = "bold" if key == "overall" else "normal"
            write(axes, NAME, line, printer(f"{at}.label"), va="center", fontweight=weight)
            left = START
            for judgement, field, edge in PARTS:
                number = getattr(counts, field)
                if not number:
                    continue
                width = (0.99 - START) * number / counts.trials
                sign, fill, ink = SIGNS[judgement]
                axes.add_patch(
                    Rectangle(
                        (left, line - 0.36),
                        width,
                        0.72,
                        facecolor="white" if fill == "none" else fill,
                        edgecolor=style.INK,
                        linewidth=0.8,
                        linestyle=edge,
                        clip_on=False,
                    )
                )
                said = printer.say(f"{sign} {{.{field}}}", at)
                write(axes, left + width / 2, line, said, ha="center", va="center", color=ink)
                left += width
        legend(axes, len(domains) + 0.15, own=None, implied=implied)
    return figure


def alternative(printer: Printer) -> Phrase:
    """Every judgement in words, trial by trial, and how many trials have none."""
    review: Review = printer.tree
    labels = {key: domain.label for key, domain in review.bias.summary.items()}
    said = printer.say(
        "Risk of bias of {trials.eligible} eligible trials; {.without} have no judgement in the available text.",
        judgements_at(printer),
    )
    for name, trial in review.bias.trials.items():
        judged = {key: result for key, result in trial.domains.items() if result.judgement != NONE}
        if judged:
            words = "; ".join(f"{labels[key].lower()} {described(result)}" for key, result in judged.items())
            said = phrase(said, printer.say(" {.label}: {words}.", f"data.{name}", words=words))
    return style.log_alternative(printer, "bias-trials", said)


def described(result: Judgement) -> str:
    """The judgement in words, and how it came about where it was not published."""
    how = " (our judgement)" if result.own else " (implied by the overall judgement)" if result.implied else ""
    return WORDS[result.judgement] + how


def summary_alternative(printer: Printer) -> Phrase:
    """The counts of every bar."""
    counts = ", ".join(f"{WORDS[judgement]} {{.{field}}}" for judgement, field in FIELDS.items())
    at = f"{judgements_at(printer)}.summary"
    implied = counts.replace("{.low}", "{.low} ({.implied} implied)")
    domains = (
        printer.say(f" {{.label}}: {implied if found.implied else counts}.", f"{at}.{key}")
        for key, found in printer.tree.bias.summary.items()
    )
    return style.log_alternative(printer, "bias-summary", phrase("Eligible trials by judgement.", *domains))
