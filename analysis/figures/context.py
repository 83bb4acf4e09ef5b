"""Context plot: this review's estimate of death among the pooled estimates that other reviews printed."""

from __future__ import annotations

from analysis.figures import style
from analysis.figures.forest import TICKS, Span, draw_interval, prepare
from analysis.figures.style import write
from analysis.numbers import EN_DASH, NO_BREAK, Phrase, Printer, phrase
from analysis.results import Review

OUTCOME = "death"
#: parts of the width: left edge, left edge, right edges, plot, left edge
NAME, MEASURE, STUDIES, PATIENTS, PLOT, ESTIMATE = 0.004, 0.372, 0.52, 0.605, (0.63, 0.845), 0.862
#: inches
ROW, NOTE, HEAD, FOOT = 0.21, 0.15, 0.40, 0.48
#: a longer note would not fit below the name of the review, and one with numerals repeats the columns
LONGEST_NOTE = 60


def ours(printer: Printer) -> list[tuple[str, str]]:
    """(words, key) of this review's own lines."""
    return [
        ("This review, Hartung-Knapp interval", "deaths.pooled"),
        ("This review, Wald interval", "deaths.wald"),
    ]


def theirs(printer: Printer) -> list[str]:
    """Keys of the published pooled estimates of death, the widest interval last."""
    review: Review = printer.tree
    rows = [(name, row) for name, row in review.published.items() if row.outcome_class == OUTCOME]
    rows.sort(key=lambda item: item[1].high / item[1].low)
    return [f"published.{name}" for name, _ in rows]


def context(printer: Printer) -> style.Sheet:
    """Ratios with intervals: ours first, then those of others with outcome, measure, studies and patients."""
    review: Review = printer.tree
    own, others = ours(printer), theirs(printer)
    notes = {at: note for at in others if (note := note_of(review, at))}
    inches = len(own) * ROW + 0.35 * ROW + len(others) * ROW + len(notes) * NOTE
    height = HEAD + inches + FOOT
    with style.drawing(printer, "context", style.FULL_WIDTH, height) as figure:
        words = figure.add_axes((0, FOOT / height, 1, inches / height))
        words.axis("off")
        plot = figure.add_axes((PLOT[0], FOOT / height, PLOT[1] - PLOT[0], inches / height))
        for axes in (words, plot):
            axes.set_ylim(inches, 0)
        words.set_xlim(0, 1)
        rows = [review.published[at.partition(".")[2]] for at in others]
        low = min(review.deaths.pooled.low, *(row.low for row in rows))
        span = Span(max(tick for tick in TICKS if tick <= low), 2.0)
        prepare(plot, span, against="control")
        heads = (
            (NAME, "Review, outcome", "left"),
            (MEASURE, "Measure", "left"),
            (STUDIES, "Studies", "right"),
            (PATIENTS, "Patients", "right"),
            (ESTIMATE, phrase("Ratio (", printer("deaths.pooled.level"), f"{NO_BREAK}CI)"), "left"),
        )
        for x, head, side in heads:
            write(words, x, -0.2, head, ha=side, va="center", fontweight="bold", fontsize=style.SMALL)
        words.plot([0, 1], [-0.08, -0.08], color=style.INK, linewidth=0.8, clip_on=False)
        plot.axvline(review.deaths.pooled.estimate, color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        y = ROW / 2
        for text, at in own:
            pooled = getattr(review.deaths, at.partition(".")[2])
            write(words, NAME, y, text, va="center", fontweight="bold")
            write(words, MEASURE, y, pooled.measure, va="center", fontweight="bold")
            write(words, STUDIES, y, printer(f"{at}.k"), ha="right", va="center", fontweight="bold")
            write(words, PATIENTS, y, printer(f"{at}.participants"), ha="right", va="center", fontweight="bold")
            write(words, ESTIMATE, y, printer.short(at), va="center", fontweight="bold", fontsize=style.SMALL)
            draw_interval(plot, pooled.low, pooled.high, y, span, linewidth=1.6)
            plot.plot(pooled.estimate, y, marker="D", markersize=5.5, color=style.INK, zorder=3)
            y += ROW
        words.plot([0, 1], [y - ROW / 2 + 0.03] * 2, color=style.FAINT, linewidth=0.8)
        y += 0.35 * ROW
        for at in others:
            row = review.published[at.partition(".")[2]]
            name = phrase(printer.cell(row.row, "review"), ", ", printer.cell(row.row, "outcome"))
            write(words, NAME, y, name, va="center")
            write(words, MEASURE, y, row.measure, va="center")
            for x, field, value in ((STUDIES, "k", row.k), (PATIENTS, "participants", row.participants)):
                write(words, x, y, EN_DASH if value is None else printer(f"{at}.{field}"), ha="right", va="center")
            write(words, ESTIMATE, y, printer.short(at), va="center", fontsize=style.SMALL)
            draw_interval(plot, row.low, row.high, y, span, linewidth=1.0)
            filled = style.INK if row.measure == "RR" else "white"
            plot.plot(
                row.estimate,
                y,
                marker="o",
                markersize=4.8,
                markerfacecolor=filled,
                markeredgecolor=style.INK,
                zorder=3,
            )
            if at in notes:
                y += NOTE
                write(
                    words,
                    NAME + 0.015,
                    y,
                    printer.cell(row.row, "note"),
                    va="center",
                    color=style.SOFT,
                    fontsize=style.SMALL,
                )
            y += ROW
        legend = "Diamonds: this review; filled circles: risk ratios; open circles: odds ratios of other reviews"
        write(figure, NAME, 0.10 / height, legend, fontsize=style.SMALL)
    return figure


def note_of(review: Review, at: str) -> str:
    """The note kept with a published estimate, if it is short and free of numerals."""
    row = review.evidence.row(review.published[at.partition(".")[2]].row)
    note = getattr(row, "note", "")
    return note if 0 < len(note) <= LONGEST_NOTE and not any(map(str.isdecimal, note)) else ""


def alternative(printer: Printer) -> Phrase:
    """Every ratio of the plot in words and numbers."""
    said = phrase("Pooled ratios for death with ", printer("deaths.pooled.level"), " confidence intervals.")
    for text, at in ours(printer):
        said = phrase(said, f" {text}: risk ratio ", printer.short(at), ".")
    for at in theirs(printer):
        row = printer.tree.published[at.partition(".")[2]]
        said = phrase(
            said, " ", printer.cell(row.row, "review"), ", ", printer.cell(row.row, "outcome"), f": {row.measure} ",
            printer.short(at), ".",
        )  # fmt: skip
    return style.alternative(printer, "context", said)
