"""PRISMA 2020 flow diagram of the sides that have records: over the full width, or in one column of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from analysis.figures import style
from analysis.figures.style import write
from analysis.figures.wrapping import wrapped
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.synthesis.flow import Flow

#: left edge and width, or lower edge and height, in inches
Span = tuple[float, float]
PHASES = ("Identification", "Screening", "Included")
#: inches: width of a phase's band, space between a box and its text
BAND, PAD = 0.28, 0.06


@dataclass(frozen=True, slots=True)
class Wording:
    """What the boxes of a side say: ``first`` by the side, ``indent`` before a reason, ``joints`` between lines."""

    first: Mapping[str, str]
    assessed: str
    duplicates: str
    not_trial_reports: str
    excluded: str
    indent: str
    mixed: str
    awaiting: str
    joints: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FlowLayout:
    """The diagram over the full width: by side its columns of boxes, for what stays and for what leaves.

    The box of what is included holds two texts; ``second`` is the left edge of the other one.
    """

    height: float
    bands: tuple[Span, Span, Span]
    columns: Mapping[str, tuple[Span, Span]]
    main: tuple[Span, Span, Span]
    out: tuple[Span, Span, Span]
    included: tuple[Span, Span]
    second: float


#: count of the reports read → how a line of the diagram, and its text in words, says it
READ = {
    "article_in_part": ("article read in part", "of {.article_in_part} the article was read in part"),
    "abstract": ("abstract only", "of {.abstract} the abstract only"),
    "register_results": ("register results", "of {.register_results} results in the register only"),
    "register_entry": ("register entry only", "of {.register_entry} the register entry only"),
    "others_only": ("other sources only", "of {.others_only} only what other sources say"),
}
#: before a line that belongs to the one above; an SVG drops ordinary spaces at the start of a line
INDENT = 3 * NO_BREAK
ALONE = Wording(
    first={
        "other_methods": "Records identified by other methods\n(public web text, no database search)",
        "databases_and_registers": "Records identified from\ndatabases and registers",
    },
    assessed="Reports assessed for eligibility",
    duplicates="Copies of the same text removed",
    not_trial_reports="Not a report of a trial (reviews, news, other)",
    excluded="Reports excluded",
    indent=INDENT,
    mixed="Sensitivity analyses only",
    awaiting="Awaiting classification",
    joints=("\n", "\n\n"),
)
BOTH = Wording(
    first={
        "databases_and_registers": "Identified from\ndatabases and registers",
        "other_methods": "Identified by\nother methods",
    },
    assessed="Reports assessed",
    duplicates="Copies removed",
    not_trial_reports="Not a report of a trial",
    excluded="Excluded",
    indent="",
    mixed="Sensitivity only",
    awaiting="Awaiting",
    joints=("\n", "\n"),
)
ONE_SIDE = FlowLayout(
    height=4.95,
    bands=((4.02, 0.88), (1.22, 2.68), (0.05, 1.09)),
    columns=dict.fromkeys(ALONE.first, ((0.42, 3.35), (3.85, 3.33))),
    main=((4.12, 0.68), (3.12, 0.60), (1.92, 0.60)),
    out=((4.20, 0.52), (3.12, 0.60), (1.30, 1.66)),
    included=((0.42, 6.76), (0.12, 0.95)),
    second=3.91,
)
TWO_SIDES = FlowLayout(
    height=5.35,
    bands=((4.02, 1.28), (1.20, 2.70), (0.05, 1.09)),
    columns={
        "databases_and_registers": ((0.40, 1.48), (2.00, 1.76)),
        "other_methods": ((3.82, 1.48), (5.42, 1.76)),
    },
    main=((4.10, 0.62), (3.20, 0.50), (2.10, 0.50)),
    out=((4.10, 0.62), (3.20, 0.50), (1.28, 1.72)),
    included=((0.40, 6.78), (0.12, 0.95)),
    second=3.88,
)


def flow(printer: Printer, width: float = style.FULL_WIDTH) -> style.Sheet:
    """The diagram from the ``Flow`` in the printer's tree, with the sides that have records."""
    draw: Callable[[Printer], style.Sheet] = style.laid_out(width, across, stacked)
    return draw(printer)


# What the boxes say -------------------------------------------------------------------------------------------------


def wording(printer: Printer) -> Wording:
    return ALONE if len(printer.tree.flow.sides) == 1 else BOTH


def counted(printer: Printer, side: str) -> str:
    """The key of the boxes of a side: with one side, those of the whole diagram."""
    return "flow" if len(printer.tree.flow.sides) == 1 else f"flow.sides.{side}"


def passing(printer: Printer, side: str) -> list[Phrase]:
    """The boxes of the main way of a side, from the top, without what is included."""
    words, at = wording(printer), counted(printer, side)
    heads = {"identified": words.first[side], "screened": "Records screened", "assessed": words.assessed}
    return [printer.say(f"{head}\nn = {{.{box}}}", at) for box, head in heads.items()]


def leaving(printer: Printer, side: str) -> list[Phrase]:
    """Beside each of these boxes: what leaves there."""
    words, at = wording(printer), counted(printer, side)
    lines = [
        printer.say(f"{words.duplicates}\nn = {{.duplicates}}", at),
        printer.say(f"{words.not_trial_reports}\nn = {{.not_trial_reports}}", at),
        printer.say(f"{words.excluded}: n = {{.excluded}}", at),
    ]
    for key, reason in printer.tree.flow.sides[side].reasons.items():
        said = printer.say(f"\n{words.indent}{{reason}}: {{.reasons.{key}.reports}}", at, reason=reason.text)
        lines[2] = phrase(lines[2], said)
    left = f"\n{words.mixed}: n = {{.sensitivity_only}}\n{words.awaiting}: n = {{.awaiting}}"
    return [*lines[:2], phrase(lines[2], printer.say(left, at))]


def included(printer: Printer) -> Phrase:
    """Trials and reports included, and those with the primary outcome per arm."""
    first, second = wording(printer).joints
    return printer.say(
        f"Trials included in the review: n = {{.included_trials}}{first}(reports of included trials: "
        f"n = {{.included_reports}}){second}Trials with {{events}} per arm: n = {{.pooled_trials}}",
        "flow",
        events=printer.tree.evidence.primary.events,
    )


def reports_read(printer: Printer) -> Phrase:
    """How much of the reports of the included trials could be read, line by line; without the lines of none."""
    found: Flow = printer.tree.flow
    lines = [f"{INDENT}{words}: n = {{.{name}}}" for name, (words, _) in READ.items() if getattr(found.read, name)]
    return printer.say("\n".join(["Reports sought: trials n = {.sought}", *lines]), "flow.read")


def alternative(printer: Printer) -> Phrase:
    """The diagram in words and numbers."""
    ways = {"databases_and_registers": "from databases and registers", "other_methods": "by other methods"}
    sides = list(printer.tree.flow.sides)
    how = ways[sides[0]]
    if len(sides) > 1:
        how = " and ".join(f"{{.sides.{side}.identified}} {ways[side]}" for side in sides).join("()")
    said = printer.say(
        f"PRISMA 2020 flow diagram. {{.identified}} records identified {how}; {{.duplicates}} copies removed; "
        "{.screened} screened; {.not_trial_reports} were no trial reports; {.assessed} reports assessed; {.excluded} "
        "excluded with reasons, {.sensitivity_only} kept for a sensitivity analysis, {.awaiting} awaiting "
        "classification; {.included_reports} reports of {.included_trials} trials included, {.pooled_trials} with "
        "{events} per arm. ",
        "flow",
        events=printer.tree.evidence.primary.events,
    )
    how_much = [words for name, (_, words) in READ.items() if getattr(printer.tree.flow.read, name)]
    read = printer.say(f"Reports of {{.sought}} trials were sought: {', '.join(how_much)}.", "flow.read")
    said = phrase(said, read)
    return style.log_alternative(printer, "flow", said)


# What it is drawn of ------------------------------------------------------------------------------------------------


def band(axes: Axes, text: str, bottom: float, height: float) -> None:
    """The name of a phase, written upwards."""
    shape = FancyBboxPatch((0.03, bottom), BAND, height, facecolor=style.FILL, edgecolor="none")
    shape.set_boxstyle("round", pad=0, rounding_size=0.05)
    axes.add_patch(shape)
    middle = (0.03 + BAND / 2, bottom + height / 2)
    size = style.smallest_on(axes)
    axes.text(*middle, text, rotation=90, ha="center", va="center", fontweight="bold", fontsize=size)


def box(axes: Axes, column: Span, bottom: float, height: float, text: Phrase) -> None:
    shape = FancyBboxPatch((column[0], bottom), column[1], height, facecolor="white", edgecolor=style.INK)
    shape.set(boxstyle="square,pad=0", linewidth=0.8)
    axes.add_patch(shape)
    write(axes, column[0] + PAD, bottom + height / 2, text, va="center", linespacing=1.25)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    head = {"arrowstyle": "-|>", "color": style.INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=head)


def centre(span: Span) -> float:
    return span[0] + span[1] / 2


# Over the full width ------------------------------------------------------------------------------------------------


def across(printer: Printer) -> style.Sheet:
    """The diagram over the full width, the sides beside each other."""
    sides = list(printer.tree.flow.sides)
    at = ONE_SIDE if len(sides) == 1 else TWO_SIDES
    with style.drawing(printer, "flow", style.FULL_WIDTH, at.height) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.FULL_WIDTH), ylim=(0, at.height))
        axes.axis("off")
        for phase, extent in zip(PHASES, at.bands, strict=True):
            band(axes, phase, *extent)
        for side in sides:
            for extent, text in zip(at.main, passing(printer, side), strict=True):
                box(axes, at.columns[side][0], *extent, text)
        box(axes, at.included[0], *at.included[1], included(printer))
        write(axes, at.second, centre(at.included[1]), reports_read(printer), va="center", linespacing=1.25)
        for side in sides:
            for extent, text in zip(at.out, leaving(printer, side), strict=True):
                box(axes, at.columns[side][1], *extent, text)
        for side in sides:
            stays, leaves = at.columns[side]
            for above, below in pairwise((*at.main, at.included[1])):
                arrow(axes, (centre(stays), above[0]), (centre(stays), sum(below)))
            for extent in at.main:
                arrow(axes, (sum(stays), centre(extent)), (leaves[0], centre(extent)))
    return figure


# In one column ------------------------------------------------------------------------------------------------------

#: what is included lies below both columns
MAIN: Span = (0.46, 1.20)
OUT: Span = (1.84, 1.64)
BELOW: Span = (0.46, 3.02)
#: where a line leads past the boxes of another side, in inches from the left
PAST = 0.375
#: inches, as all heights: a line of text, the space between rows and at the edge
LINE, GAP, EDGE = 0.132, 0.20, 0.04
#: a phase whose name is written upwards needs as much
LEAST = {"Identification": 0.86, "Included": 0.62}


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text in lines; ``top`` is measured downwards."""

    column: Span
    top: float
    height: float
    text: Phrase

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def draw(self, axes: Axes) -> None:
        box(axes, self.column, self.top, self.height, self.text)


Row = tuple[Box, Box]


def stacked(printer: Printer) -> style.Sheet:
    """The diagram in one column, the sides below each other and the boxes as high as their text needs."""
    review_flow: Flow = printer.tree.flow
    # what is printed is logged with the figure that it stands in, whose height follows from it
    with printer.log.drawing("flow"):
        sides = [(passing(printer, side), leaving(printer, side)) for side in review_flow.sides]
        last = phrase(included(printer), "\n", reports_read(printer))
    y = EDGE
    placed: list[list[Row]] = []
    for main, out in sides:
        placed.append(rows_of(main, out, y))
        y = bottom(placed[-1]) + GAP
    end = fitted(BELOW, y, last, LEAST["Included"])
    height = end.bottom + EDGE
    with style.drawing(printer, "flow", style.COLUMN_WIDTH, height) as figure:
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.COLUMN_WIDTH), ylim=(height, 0))
        axes.axis("off")
        for rows in placed:
            draw_side(axes, rows)
        band(axes, "Included", end.top, end.height)
        end.draw(axes)
        for rows in placed[:-1]:
            lead_past(axes, rows[-1][0], end)
        arrow(axes, (centre(MAIN), placed[-1][-1][0].bottom), (centre(MAIN), end.top))
    return figure


def rows_of(main: Sequence[Phrase], out: Sequence[Phrase], y: float) -> list[Row]:
    """The boxes of a side from ``y`` downwards; what leaves is level with its box, or its top is, if it is higher."""
    rows: list[Row] = []
    for number, (stays, leaves) in enumerate(zip(main, out, strict=True)):
        left = fitted(MAIN, y, stays, LEAST["Identification"] if number == 0 else 0)
        right = fitted(OUT, y, leaves)
        if right.height < left.height:
            right = Box(OUT, left.middle - right.height / 2, right.height, right.text)
        rows.append((left, right))
        y = bottom(rows) + GAP
    return rows


def fitted(column: Span, top: float, text: Phrase, least: float = 0) -> Box:
    """A box as high as the lines of the text in it."""
    said = wrapped(text, column[1] - 2 * PAD, style.SMALL)
    return Box(column, top, max(least, len(list(said.lines())) * LINE + 2 * PAD), said)


def bottom(rows: Sequence[Row]) -> float:
    return max(side.bottom for side in rows[-1])


def draw_side(axes: Axes, rows: Sequence[Row]) -> None:
    """Both columns of a side, with the arrows between them and the bands of its phases."""
    first, second = rows[0][0], rows[1][0]
    band(axes, "Identification", first.top, bottom(rows[:1]) - first.top)
    band(axes, "Screening", second.top, bottom(rows) - second.top)
    for stays, leaves in rows:
        stays.draw(axes)
        leaves.draw(axes)
        arrow(axes, (sum(MAIN), stays.middle), (OUT[0], stays.middle))
    for (above, _), (below, _) in pairwise(rows):
        arrow(axes, (centre(MAIN), above.bottom), (centre(MAIN), below.top))


def lead_past(axes: Axes, start: Box, end: Box) -> None:
    """From a box of a side past the sides below it to what is included."""
    ys = [start.middle, start.middle, end.middle]
    axes.plot([MAIN[0], PAST, PAST], ys, color=style.INK, linewidth=0.8, solid_joinstyle="miter")
    arrow(axes, (PAST, end.middle), (BELOW[0], end.middle))
