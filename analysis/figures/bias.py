"""Risk-of-bias plots: a traffic light per trial and domain, and the share of trials by judgement.

Symbols carry the judgement; colours, and their lightness, only repeat it. What is only implied by a published overall
judgement has a dotted edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.transforms import offset_copy

from analysis.figures import legends, style
from analysis.figures.style import write
from analysis.figures.wrapping import POINTS_PER_INCH, length, vertical, wrapped
from analysis.judgements.bias import CONCERNS, HIGH, LOW, NONE, Judgement
from analysis.printing.numbers import MINUS
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.tree import Review
from analysis.results.who_judged import judges

#: judgement → sign, ground of its disc, ink of its sign
SIGNS = {
    LOW: ("+", "#d5efe3", "#00694d"),
    CONCERNS: ("!", "#ffe9b3", "#7a5200"),
    HIGH: (MINUS, "#a83200", "#ffffff"),
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
#: heads of the columns of a narrow plot
LETTERS, OVERALL = "ABCDEFGH", "overall"
#: inches: a row, the heads above the rows, the space above the legend, and from the last column to the right edge
ROW, HEAD, COLUMN_HEAD, APART, LAST = 0.25, 0.50, 0.34, 0.1, {style.FULL_WIDTH: 0.42, style.COLUMN_WIDTH: 0.14}
NAME, FIRST = 0.004, 0.27
DISC = 11.0
#: left edge of the bars of the summary, inches of its rows on a page and in a column, and of the space above them
START, COLUMN_START, SUMMARY_ROWS, TOP = 0.30, 0.36, {True: 0.25, False: 0.33}, 0.06


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
    low, high = vertical(sign, points, weight)
    middle = offset_copy(axes.transData, fig=axes.get_figure(root=True), y=-(low + high) / 2, units="points")
    write(
        axes, x, y, sign, ha="center", va="baseline", color=style.SOFT if implied else ink, fontweight=weight,
        fontsize=points, transform=middle,
    )  # fmt: skip


@style.with_column
def traffic_light(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """RoB 2 judgements of every eligible trial by domain, from the ``Bias`` in the printer's tree."""
    page = style.laid_out(width, True, False)
    trials = printer.tree.bias.trials
    judgements = [judgement for trial in trials.values() for judgement in trial.domains.values()]
    quiet = Printer(printer.tree)
    entries = list(entries_of(judgements, judges(quiet, "bias")))
    if not page:
        entries.append((None, explained(quiet)))
    legend = legends.flowing(entries, width)
    head = HEAD if page else COLUMN_HEAD
    foot = APART + legends.depth(legend, width)
    height = head + len(trials) * ROW + foot
    with style.drawing(printer, "bias-trials", width, height) as figure:
        axes = figure.add_axes((0, foot / height, 1, len(trials) * ROW / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(trials) - 0.5, -0.5))
        names = {name: printer.cell(name, "label") for name in trials}
        xs = columns(list(names.values()), len(printer.tree.bias.summary), width)
        write_heads(axes, printer, xs, width)
        axes.plot([0, 1], [-0.6, -0.6], color=style.INK, linewidth=0.8, clip_on=False)
        for line, (name, trial) in enumerate(trials.items()):
            write(axes, NAME, line, names[name], va="center", gid=style.line_of(name))
            for x, judgement in zip(xs, trial.domains.values(), strict=True):
                draw_disc(axes, x, line, judgement.judgement, judgement.own, implied=judgement.implied)
        axes.plot([0, 1], [len(trials) - 0.45] * 2, color=style.INK, linewidth=0.8, clip_on=False)
        shown = list(entries_of(judgements, judges(printer, "bias")))
        if not page:
            shown.append((None, explained(printer)))
        legends.write_flowing(legends.inches_of(figure), legends.flowing(shown, width), foot - APART)
    return figure


def columns(names: Sequence[Printed], number: int, width: float) -> list[float]:
    """The middles of so many columns of judgements, as parts of the width."""
    longest = max((length(name.text, style.smallest(width)) for name in names), default=0.0) / POINTS_PER_INCH
    first = max(FIRST, NAME + (longest + 0.22) / width)
    last = 1 - LAST[width] / width
    return [first + (last - first) * column / (number - 1) for column in range(number)]


def write_heads(axes: Axes, printer: Printer, xs: Sequence[float], width: float) -> None:
    """The domains by name, or in a column by letter."""
    page = style.laid_out(width, True, False)
    y = -1.4 if page else -1.05
    bold = {"va": "center", "fontweight": "bold"}
    write(axes, NAME, y, "Trial", **bold)
    for x, (key, letter) in zip(xs, lettered(printer).items(), strict=True):
        head = two_lines(printer(f"{judgements_at(printer)}.summary.{key}.label").text) if page else letter
        write(axes, x, y, head, ha="center", **bold)


def lettered(printer: Printer) -> dict[str, str]:
    """Domain → the letter that stands for it in a column."""
    domains = [key for key in printer.tree.bias.summary if key != OVERALL]
    letters = dict(zip(domains, LETTERS, strict=False))
    return {key: letters.get(key, "All") for key in printer.tree.bias.summary}


def explained(printer: Printer) -> Phrase:
    """What the letters stand for."""
    said = phrase()
    for key, letter in lettered(printer).items():
        label = printer(f"{judgements_at(printer)}.summary.{key}.label")
        said = phrase(said, "; " if said.text else "", f"{letter}:\N{NO-BREAK SPACE}", label)
    return said


def two_lines(text: str) -> str:
    """The text broken at the space nearest to its middle."""
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    if not spaces:
        return text
    cut = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def disc(judgement: str, implied: bool = False) -> legends.Drawing:
    """What draws a judgement in a legend."""
    return lambda axes, x, y: draw_disc(axes, x, y, judgement, size=9.5, implied=implied)


def entries_of(
    judgements: Sequence[Judgement], judged: Phrase
) -> Iterator[tuple[legends.Drawing | None, Phrase | str]]:
    """What the signs mean, and where there are any the squares, with who ``judged``, and the dotted edges."""
    for judgement in WORDS:
        text = "not found in the available text" if judgement == NONE else WORDS[judgement]
        yield disc(judgement), text
    if any(one.own for one in judgements):
        yield None, phrase("square: judged by ", judged)
    if any(one.implied for one in judgements):
        yield disc(LOW, implied=True), IMPLIED


@style.with_column
def summary(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """Number of eligible trials by judgement in each domain, as bars."""
    start = style.laid_out(width, START, COLUMN_START)
    review: Review = printer.tree
    domains = review.bias.summary
    implied = any(counts.implied for counts in domains.values())
    entries = [(disc(judgement), "not found in the available text" if judgement == NONE else said)
               for judgement, said in WORDS.items()]  # fmt: skip
    entries += [(disc(LOW, implied=True), IMPLIED)] if implied else []
    legend = legends.flowing(entries, width)
    foot = APART + legends.depth(legend, width)
    row = SUMMARY_ROWS[width == style.FULL_WIDTH]
    height = TOP + len(domains) * row + foot
    with style.drawing(printer, "bias-summary", width, height) as figure:
        axes = figure.add_axes((0, foot / height, 1, len(domains) * row / height))
        axes.axis("off")
        axes.set(xlim=(0, 1), ylim=(len(domains) - 0.5, -0.5))
        for line, key in enumerate(domains):
            at = f"{judgements_at(printer)}.summary.{key}"
            weight = "bold" if key == OVERALL else "normal"
            label = wrapped(printer(f"{at}.label").text, (start - NAME) * width - 0.05, style.smallest(width), weight)
            write(axes, NAME, line, label, va="center", fontweight=weight)
            draw_bar(axes, printer, at, line, start)
        legends.write_flowing(legends.inches_of(figure), legend, foot - APART)
    return figure


def draw_bar(axes: Axes, printer: Printer, at: str, line: int, start: float) -> None:
    """The judgements of one domain in parts of a bar that begins at ``start``."""
    counts = printer.tree.bias.summary[at.rpartition(".")[2]]
    left = start
    for judgement, field, edge in PARTS:
        number = getattr(counts, field)
        if not number:
            continue
        width = (0.99 - start) * number / counts.trials
        sign, fill, ink = SIGNS[judgement]
        axes.add_patch(
            Rectangle(
                (left, line - 0.36), width, 0.72, facecolor="white" if fill == "none" else fill,
                edgecolor=style.INK, linewidth=0.8, linestyle=edge, clip_on=False,
            )
        )  # fmt: skip
        said = printer.say(f"{sign} {{.{field}}}", at)
        write(axes, left + width / 2, line, said, ha="center", va="center", color=ink)
        left += width


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
