"""Risk-of-bias plots: a traffic light per trial and domain, and the share of trials by judgement.

Symbols carry the judgement; the grey levels only repeat it.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures import style
from analysis.figures.style import write
from analysis.judgements.bias import CONCERNS, HIGH, LOW, NONE, Judgement
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.review.tree import Review

#: judgement → sign, grey of its disc, grey of its sign
SIGNS = {
    LOW: ("+", "#ffffff", style.INK),
    CONCERNS: ("!", "#c8c8c8", style.INK),
    HIGH: (MINUS, "#3c3c3c", "#ffffff"),
    NONE: ("?", "none", style.SOFT),
}
FIELDS = {LOW: "low", CONCERNS: "concerns", HIGH: "high", NONE: "none"}
WORDS = {LOW: "low", CONCERNS: "some concerns", HIGH: "high", NONE: "not assessed"}
#: inches
ROW, HEAD, FOOT = 0.25, 0.50, 0.40
NAME, FIRST, LAST = 0.004, 0.27, 0.95
DISC = 11.0
#: left edge of the bars of the summary
START = 0.30


def judgements_at(printer: Printer) -> str:
    """The key of the judgements of the primary outcome's results."""
    review: Review = printer.tree
    return f"biases.{review.evidence.primary.key}"


def draw_disc(axes: Axes, x: float, y: float, judgement: str, own: bool = False, size: float = DISC) -> None:
    """A disc with the judgement's sign; a square if the judgement is the project's own; none if there is none."""
    sign, fill, ink = SIGNS[judgement]
    if judgement != NONE:
        axes.plot(
            x, y, marker="s" if own else "o", markersize=size, markerfacecolor=fill, markeredgecolor=style.INK,
            markeredgewidth=0.8, linestyle="none", clip_on=False,
        )  # fmt: skip
    weight = "normal" if judgement == NONE else "bold"
    points = max(size * 0.75, style.SMALL)
    write(axes, x, y, sign, ha="center", va="center_baseline", color=ink, fontweight=weight, fontsize=points)


def traffic_light(printer: Printer) -> style.Sheet:
    """RoB 2 judgements of every eligible trial by domain, from the ``Bias`` in the printer's tree."""
    review: Review = printer.tree
    trials, domains = review.bias.trials, review.bias.summary
    height = HEAD + len(trials) * ROW + FOOT
    with style.drawing(printer, "bias-trials", style.FULL_WIDTH, height) as figure:
        axes = figure.add_axes((0, FOOT / height, 1, len(trials) * ROW / height))
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
            write(axes, NAME, line, printer.cell(name, "label"), va="center")
            for x, judgement in zip(xs, trial.domains.values(), strict=True):
                draw_disc(axes, x, line, judgement.judgement, judgement.own)
        axes.plot([0, 1], [len(trials) - 0.45] * 2, color=style.INK, linewidth=0.8, clip_on=False)
        own = any(judgement.own for trial in trials.values() for judgement in trial.domains.values())
        legend(axes, len(trials) + 0.25, own)
    return figure


def two_lines(text: str) -> str:
    """The text broken at the space nearest to its middle."""
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def legend(axes: Axes, y: float, own: bool) -> None:
    for x, judgement in zip((0.02, 0.16, 0.345, 0.485), WORDS, strict=True):
        draw_disc(axes, x, y, judgement, size=9.5)
        text = "not found in the available text" if judgement == NONE else f"{WORDS[judgement]}"
        write(axes, x + 0.02, y, text, va="center", fontsize=style.SMALL)
    if own:
        write(axes, 0.745, y, "square: judged by the project", va="center", fontsize=style.SMALL)


def summary(printer: Printer) -> style.Sheet:
    """Number of eligible trials by judgement in each domain, as bars."""
    review: Review = printer.tree
    domains = review.bias.summary
    height = 0.12 + len(domains) * ROW + 0.46
    with style.drawing(printer, "bias-summary", style.FULL_WIDTH, height) as figure:
        axes = figure.add_axes((0, 0.46 / height, 1, len(domains) * ROW / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(domains) - 0.5, -0.5))
        for line, (key, counts) in enumerate(domains.items()):
            at = f"{judgements_at(printer)}.summary.{key}"
            weight = "bold" if key == "overall" else "normal"
            write(axes, NAME, line, printer(f"{at}.label"), va="center", fontweight=weight)
            left = START
            for judgement, field in FIELDS.items():
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
                        linestyle="--" if judgement == NONE else "-",
                        clip_on=False,
                    )
                )
                said = printer.say(f"{sign} {{.{field}}}", at)
                write(axes, left + width / 2, line, said, ha="center", va="center", color=ink)
                left += width
        legend(axes, len(domains) + 0.15, own=False)
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
    return WORDS[result.judgement] + (" (judged by the project)" if result.own else "")


def summary_alternative(printer: Printer) -> Phrase:
    """The counts of every bar."""
    counts = ", ".join(f"{WORDS[judgement]} {{.{field}}}" for judgement, field in FIELDS.items())
    at = f"{judgements_at(printer)}.summary"
    domains = (printer.say(f" {{.label}}: {counts}.", f"{at}.{key}") for key in printer.tree.bias.summary)
    return style.log_alternative(printer, "bias-summary", phrase("Eligible trials by judgement.", *domains))
