"""The heads of a forest plot's columns: each within the room that its neighbours leave, in the lines it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.forest_layout import NAME, ForestLayout
from analysis.figures.forest_rows import level
from analysis.figures.style import write
from analysis.figures.wrapping import POINTS_PER_INCH, SLACK, length, wrapped
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import measure_head

#: inches for the head of the effects of what is measured
EFFECT = 1.0
#: inches between the heads of two columns, and from line to line of a head in units of its type size
BETWEEN, SPACING = 0.06, style.LEADING
#: lines of the heads that the layouts have room for: with a column for each arm, and without
LINES, LINES_BELOW = 2, 3
BOLD = "bold"


def room(at: ForestLayout, x: float, side: str, width: float) -> float | None:
    """The inches that a head may take; None for one that has its lines already."""
    if side == "center" and at.control is not None and x in (at.treatment, at.control):
        return (at.control - at.treatment) * width - BETWEEN
    if x == NAME:
        return ((at.plot[0] if at.control is None else at.treatment) - x) * width - BETWEEN
    return None


def said(printer: Printer, key: str, at: ForestLayout, width: float) -> Iterator[tuple[float, Phrase, str]]:
    """Each head with its place, in its lines. A word that is longer than its room is broken with a hyphen."""
    events = printer.tree.evidence.outcome(key).events
    measure, shown_level = printer.say(measure_head(printer, key)), level(printer, key)
    effect = wrapped(phrase(measure, " (", shown_level, f"{NO_BREAK}CI)"), EFFECT, at.type_size)
    for x, head, side in at.heads:
        text = printer.say(head, key, events=events, measure=measure, level=shown_level, effect=effect)
        inches = room(at, x, side, width)
        if inches is not None:
            text = wrapped(phrase(*broken(text, inches, at.type_size)), inches, at.type_size, BOLD)
        yield x, text, side


def broken(text: Phrase, inches: float, points: float) -> Iterator[Phrase | str]:
    """The parts of a head, in which words without a number that are longer than the room have hyphens."""
    for part in text.parts:
        if not isinstance(part, str):
            yield phrase(part)
            continue
        for number, word in enumerate(part.split(" ")):
            yield " " if number else ""
            yield "\n".join(pieces(line, inches, points) for line in word.split("\n"))


def pieces(word: str, inches: float, points: float) -> str:
    """The word, or its parts that fit, with hyphens and spaces between them."""
    limit = inches * POINTS_PER_INCH * SLACK
    if length(word, points, BOLD) <= limit:
        return word
    end = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or length(f"{word[:n]}-", points, BOLD) <= limit))
    return f"{word[:end]}- {pieces(word[end:], inches, points)}"


def fits(printer: Printer, key: str, at: ForestLayout, width: float) -> bool:
    """Whether every word of the arms' heads fits its column."""
    names = " ".join(str(printer.names[name]) for name in ("Treatment", "Comparator"))
    inches = room(at, at.treatment, "center", width)
    limit = (inches or width) * POINTS_PER_INCH * SLACK
    return all(length(word, at.type_size, BOLD) <= limit for word in names.split())


def with_room(printer: Printer, key: str, at: ForestLayout, width: float) -> ForestLayout:
    """The layout with room for as many lines as its heads have."""
    # a printer of its own: what is only measured is not printed
    lines = max(len(list(text.lines())) for _, text, _ in said(Printer(printer.tree), key, at, width))
    more = max(0, lines - (LINES_BELOW if at.control is None else LINES)) * at.type_size * SPACING / POINTS_PER_INCH
    return replace(at, head=at.head + more, heads_at=at.heads_at - more / 2 / at.row) if more else at


def write_heads(words: Axes, printer: Printer, key: str, at: ForestLayout, width: float) -> None:
    """Write them, and the line below."""
    for x, text, side in said(printer, key, at, width):
        write(
            words,
            x,
            at.heads_at,
            text,
            ha=side,
            va="center",
            fontweight=BOLD,
            fontsize=at.type_size,
        )
    words.plot([0, 1], [-0.6, -0.6], color=style.INK, linewidth=0.8, clip_on=False)
    words.set_xlim(0, 1)
