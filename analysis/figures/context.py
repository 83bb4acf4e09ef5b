"""Context plot: this review's estimate of an outcome among the pooled estimates that other reviews printed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.axis import BELOW, TICKS, Span, draw_interval, prepare
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.tree import Outcome, PublishedEstimate, Review

#: left edge of the words, edges of the columns, and of what stands beside the plot where there are none
NAME, STUDIES, PATIENTS, ESTIMATE, BESIDE = 0.004, 0.335, 0.43, 0.815, 0.785
#: from line to line of a row of several, in inches
LINE, WIDE_LINE = 0.132, 0.152
NOT_STATED = "not stated"
#: diameter of a circle by the side of a square of its area, and the width of an edge in points
ROUND, EDGE = math.sqrt(4 / math.pi), 0.7
#: side in points of the diamond of the most patients; of the squares of reviews that do not state how many
LARGEST, UNSIZED = 9.0, 3.2
#: x as a part of the width, inches below the middle of its row, text, side, size
Cell = tuple[float, float, Phrase | Printed | str, str, float]
LEGEND = (
    "Diamonds: this review; filled circles: risk ratios, open circles: odds ratios of other reviews. "
    "Areas follow the numbers of patients"
)
WITHOUT_SIZE = "; small squares: number not stated"
#: a longer note would not fit below the name of the review, and one with numerals repeats the columns
LONGEST_NOTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says, in the order in which it is read."""

    review: Phrase | str
    outcome: Phrase | str
    measure: str
    studies: Printed | str
    patients: Printed | str
    key: str


@dataclass(frozen=True, slots=True)
class ContextLayout:
    """Where things stand: ``x`` and ``plot`` as parts of the width, ``note_x`` too; everything else in inches.

    A head is (x, template, side). ``cells`` gives the texts of a row.
    """

    plot: tuple[float, float]
    heads: tuple[tuple[float, str, str], ...]
    heads_at: float
    cells: Callable[[Line, Printer], Iterator[Cell]]
    row: float
    note: float
    note_x: float
    note_y: float
    head: float
    foot: float
    legend_at: float


def in_columns(line: Line, printer: Printer) -> Iterator[Cell]:
    """Review above outcome; the counts, and the measure with its value and interval, in columns of their own."""
    yield NAME, -WIDE_LINE / 2, line.review, "left", style.TEXT
    yield NAME, WIDE_LINE / 2, line.outcome, "left", style.TEXT
    yield STUDIES, 0, line.studies or NOT_STATED, "right", style.TEXT
    yield PATIENTS, 0, line.patients or NOT_STATED, "right", style.TEXT
    yield ESTIMATE, 0, printer.say("{measure} {short:.}", line.key, measure=line.measure), "left", style.TEXT


def in_lines(line: Line, printer: Printer) -> Iterator[Cell]:
    """Review, outcome and counts below each other; beside the plot the measure with its value above the interval."""
    if line.studies or line.patients:
        counts = phrase(count_of(line.studies, "studies"), ", ", count_of(line.patients, "patients"))
    else:
        counts = phrase(f"studies and patients {NOT_STATED}")
    for number, text in enumerate((line.review, line.outcome, counts)):
        yield NAME, (number - 1) * LINE, text, "left", style.SMALL
    interval = printer.say("({interval:.|low|high|–})", line.key)
    yield BESIDE, -LINE / 2, printer.say("{measure} {.estimate}", line.key, measure=line.measure), "left", style.SMALL
    yield BESIDE, LINE / 2, interval, "left", style.SMALL


def count_of(number: Printed | str, what: str) -> Phrase:
    """``655 patients``, or that it is not stated."""
    return phrase(number, f" {what}") if number else phrase(f"{what} {NOT_STATED}")


FULL = ContextLayout(
    plot=(0.46, 0.79),
    heads=(
        (NAME, "Review, outcome", "left"),
        (STUDIES, "Studies", "right"),
        (PATIENTS, "Patients", "right"),
        (ESTIMATE, "Ratio ({.pooled.level}~CI)", "left"),
    ),
    heads_at=-0.2,
    cells=in_columns,
    row=0.36,
    note=WIDE_LINE,
    note_x=NAME,
    note_y=1.5 * WIDE_LINE,
    head=0.40,
    foot=BELOW + 0.38,
    legend_at=0.07,
)
COLUMN = ContextLayout(
    plot=(0.45, 0.765),
    heads=(
        (NAME, "Review, outcome,\nstudies and patients", "left"),
        (BESIDE, "Ratio\n({.pooled.level}~CI)", "left"),
    ),
    heads_at=-0.24,
    cells=in_lines,
    row=0.46,
    note=LINE,
    note_x=NAME,
    note_y=2 * LINE,
    head=0.44,
    foot=BELOW + 0.46,
    legend_at=0.07,
)


def ours(outcome: str) -> list[tuple[str, str]]:
    """(words, key) of this review's own lines."""
    return [
        ("This review, Hartung-Knapp interval", f"{outcome}.pooled"),
        ("This review, Wald interval", f"{outcome}.wald"),
    ]


def theirs(printer: Printer, outcome: str) -> list[str]:
    """Keys of the published pooled estimates of the outcome, the widest interval last."""
    review: Review = printer.tree
    wanted = review.evidence.outcome(outcome).name
    rows = [(name, row) for name, row in review.published.items() if row.outcome_class == wanted]
    rows.sort(key=lambda item: item[1].high / item[1].low)
    return [f"published.{name}" for name, _ in rows]


@style.with_column
def context(printer: Printer, outcome: str, width: float = style.FULL_WIDTH) -> style.Sheet:
    """Ratios with intervals: ours first, then those of others with outcome, measure, studies and patients."""
    at = style.laid_out(width, FULL, COLUMN)
    review: Review = printer.tree
    own, others = ours(outcome), theirs(printer, outcome)
    result: Outcome = review.outcomes[outcome]
    notes = {key: note for key in others if (note := note_of(review, key))}
    inches = len(own) * at.row + 0.35 * at.row + len(others) * at.row + len(notes) * at.note
    height = at.head + inches + at.foot
    smallest = style.smallest(width)
    with style.drawing(printer, "context", width, height) as figure:
        words = figure.add_axes((0, at.foot / height, 1, inches / height))
        words.axis("off")
        plot = figure.add_axes((at.plot[0], at.foot / height, at.plot[1] - at.plot[0], inches / height))
        for axes in (words, plot):
            axes.set_ylim(inches, 0)
        words.set_xlim(0, 1)
        rows = [review.published[key.partition(".")[2]] for key in others]
        most = max(result.result.participants, *(row.participants or 0 for row in rows))
        low = min(result.result.low, *(row.low for row in rows))
        span = Span(max(tick for tick in TICKS if tick <= low), 2.0)
        prepare(plot, span, printer, "Ratio (log scale)", against="control")
        for x, head, side in at.heads:
            shown = printer.say(head, outcome)
            write(words, x, at.heads_at, shown, ha=side, va="center", fontweight="bold", fontsize=smallest)
        words.plot([0, 1], [-0.08, -0.08], color=style.INK, linewidth=0.8, clip_on=False)
        plot.axvline(result.result.estimate, color=style.SOFT, linewidth=0.7, linestyle=(0, (3, 3)), zorder=0)
        y = at.row / 2
        for text, key in own:
            pooled = getattr(result, key.partition(".")[2])
            write_line(words, y, own_line(printer, text, key, pooled.measure), printer, at, "bold")
            draw_interval(plot, pooled.low, pooled.high, y, span, linewidth=1.6)
            size = side_of(pooled.participants, most)
            plot.plot(pooled.estimate, y, marker="D", markersize=size, markeredgewidth=0, color=style.OWN, zorder=3)
            y += at.row
        words.plot([0, 1], [y - at.row / 2 + 0.03] * 2, color=style.FAINT, linewidth=0.8)
        y += 0.35 * at.row
        for key, row in zip(others, rows, strict=True):
            write_line(words, y, their_line(printer, key, row), printer, at)
            draw_interval(plot, row.low, row.high, y, span, linewidth=1.0)
            filled = style.TRIAL if row.measure == "RR" else "white"
            marker, size = ("o", ROUND * side_of(row.participants, most)) if row.participants else ("s", UNSIZED)
            # the edge lies inside the area
            plot.plot(
                row.estimate,
                y,
                marker=marker,
                markersize=size - EDGE,
                markerfacecolor=filled,
                markeredgecolor=style.TRIAL,
                markeredgewidth=EDGE,
                zorder=3,
            )
            if key in notes:
                said = printer.cell(row.row, "note")
                write(words, at.note_x, y + at.note_y, said, va="center", color=style.SOFT, fontsize=smallest)
                y += at.note
            y += at.row
        unsized = any(not row.participants for row in rows)
        legend = wrapped(LEGEND + (WITHOUT_SIZE if unsized else ""), width * (1 - 2 * NAME), smallest)
        write(figure, NAME, at.legend_at / height, legend, fontsize=smallest)
    return figure


def side_of(participants: int, most: int) -> float:
    """The side in points of a diamond whose area is to the largest as its patients are to the ``most``."""
    return LARGEST * math.sqrt(participants / most)


def own_line(printer: Printer, text: str, key: str, measure: str) -> Line:
    review, _, outcome = text.partition(", ")
    return Line(review, outcome, measure, printer(f"{key}.k"), printer(f"{key}.participants"), key)


def their_line(printer: Printer, key: str, row: PublishedEstimate) -> Line:
    """What another review printed; nothing for a count that it did not give."""
    review, outcome = (phrase(printer.cell(row.row, column)) for column in ("review", "outcome"))
    studies, patients = (printer(f"{key}.{field}") if getattr(row, field) else "" for field in ("k", "participants"))
    return Line(review, outcome, row.measure, studies, patients, key)


def write_line(
    words: Axes, y: float, line: Line, printer: Printer, at: ContextLayout, weight: str = "normal"
) -> None:
    for x, below, text, side, size in at.cells(line, printer):
        write(words, x, y + below, text, ha=side, va="center", fontweight=weight, fontsize=size)


def note_of(review: Review, at: str) -> str:
    """The note kept with a published estimate, if it is short and free of numerals."""
    row = review.evidence.row(review.published[at.partition(".")[2]].row)
    note = getattr(row, "note", "")
    return note if 0 < len(note) <= LONGEST_NOTE and not any(map(str.isdecimal, note)) else ""


def alternative(printer: Printer, outcome: str) -> Phrase:
    """Every ratio of the plot in words and numbers."""
    name = printer.tree.evidence.outcome(outcome).name
    said = printer.say(f"Pooled ratios for {name} with {{.pooled.level}} confidence intervals.", outcome)
    for text, at in ours(outcome):
        said = phrase(said, printer.say(f" {text}: risk ratio {{short:.}}, {{.participants}} patients.", at))
    for at in theirs(printer, outcome):
        row = printer.tree.published[at.partition(".")[2]]
        said = phrase(said, printer.say(" {.review}, {.outcome}", f"data.{row.row}"))
        said = phrase(said, printer.say(": {measure} {short:.}, ", at, measure=row.measure))
        said = phrase(said, count_of(printer(f"{at}.participants") if row.participants else "", "patients"), ".")
    return style.log_alternative(printer, "context", said)
