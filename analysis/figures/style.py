"""Sizes, type and ink of every figure: legible where it is printed, in grey too: colours only repeat what signs say.

``drawing`` opens a figure, ``write`` puts a text on it together with the keys of the numbers in it, and when the
drawing is done every text of the figure is in the printer's log: a number without a key stops it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from types import MappingProxyType
from typing import Any, TypeVar, cast

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.figures.svg_text import FAMILIES, UNHINTED, Canvas
from analysis.figures.wrapping import POINTS_PER_INCH, wrapped
from analysis.printing.contract import ROW_MARK, DrawnText
from analysis.printing.printer import Phrase, Printed, Printer, phrase

MM_PER_INCH = 25.4
#: inches; 183 mm, the usual full width of a journal page
FULL_WIDTH = 183 / MM_PER_INCH
#: 89 mm, one of two columns
COLUMN_WIDTH = 89 / MM_PER_INCH
INK = "#111111"
SOFT = "#5f5f5f"
FAINT = "#c8c8c8"
FILL = "#e9edf2"
#: colours that all readers tell apart (Okabe M, Ito K: Color Universal Design, 2008), dark enough for white
BLUE, VERMILLION = "#0072b2", "#d55e00"
#: of one trial or other analysis, and of this review's own result
TRIAL, OWN = BLUE, VERMILLION
#: tints of them for areas; what stands on them is ink
BLUE_TINT, VERMILLION_TINT = "#b3d6ea", "#fbdcc6"
#: points: in one column, and on a page, which the text of a PDF prints at 160 mm, where they are 8
SMALL = 8.0
TEXT = 9.2
#: from line to line, in units of the size of type; matplotlib's default
LEADING = 1.2
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
#: inches around a sentence that stands in place of a figure
MARGIN = 0.06
#: what a notebook's engine sets for its own purposes
OF_THE_ENGINE: Any = ("figure.figsize", "figure.dpi", "savefig.dpi")
#: why a text of a figure carries no key
TICK, LABEL = "axis tick", "label"

SETTINGS: Any = {
    "font.family": list(FAMILIES),
    "font.size": TEXT,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    # what names no ink of its own
    "axes.prop_cycle": cycler(color=[INK]),
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "fixed, so that the same figure has the same bytes",
    "svg.fonttype": "none",
    # letters stand where the font says, in pixels too
    "text.hinting": UNHINTED,
}


Chosen = TypeVar("Chosen")
Drawer = TypeVar("Drawer", bound="Callable[..., Sheet]")


def smallest(width: float) -> float:
    """The smallest type of the paper's figures in points: on a page no text is smaller than another."""
    return SMALL if width == COLUMN_WIDTH else TEXT


def leading(width: float) -> float:
    """Inches from line to line of a text in the figure's type."""
    return LEADING * smallest(width) / POINTS_PER_INCH


class UnsupportedWidth(ValueError):
    """A figure was asked for in a width for which it has no layout."""


class TextWithoutKey(ValueError):
    """A figure shows a number that says nothing of its origin."""


class Sheet(Figure):
    """A figure that knows what its texts print; it draws itself by ``svg_text.Canvas``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        Canvas(self)
        self.shown: dict[Text, Phrase] = {}
        #: the same for one column, which the SVG of this one carries
        self.column: Sheet | None = None


def width_of(axes: Axes) -> float:
    """Inches of the sheet that the axes belong to."""
    assert isinstance(axes.figure, Sheet)
    return float(axes.figure.get_figwidth())


def smallest_on(axes: Axes) -> float:
    """The smallest type on the sheet that the axes belong to."""
    return smallest(width_of(axes))


def use() -> None:
    """Make these settings the default of the running interpreter; the documents call it once.

    Of all others only the engine's stay: what a user's ``matplotlibrc`` says reaches no figure.
    """
    kept = {name: matplotlib.rcParams[name] for name in OF_THE_ENGINE}
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(kept | SETTINGS)


@contextmanager
def settings(own: Any = MappingProxyType({})) -> Iterator[None]:
    """Within the block matplotlib's own defaults hold, these settings, and ``own``."""
    with matplotlib.rc_context():
        use()
        matplotlib.rcParams.update(own)
        yield


def laid_out(width: float, full: Chosen, column: Chosen) -> Chosen:
    """The layout for a width in inches. Raises ``UnsupportedWidth``."""
    for known, layout in ((FULL_WIDTH, full), (COLUMN_WIDTH, column)):
        if width == known:
            return layout
    raise UnsupportedWidth(
        f"figures are laid out for {FULL_WIDTH * MM_PER_INCH:.0f} mm and {COLUMN_WIDTH * MM_PER_INCH:.0f} mm, "
        f"not for {width * MM_PER_INCH:g} mm. Remedy: ask for one of these widths"
    )


def with_column(draw: Drawer) -> Drawer:
    """Let a figure for which no ``width`` is asked bring its version for one column."""
    asked = signature(draw)

    @wraps(draw)
    def both(printer: Printer, *args: Any, **options: Any) -> Sheet:
        figure = draw(printer, *args, **options)
        if "width" not in asked.bind(printer, *args, **options).arguments:
            with printer.log.for_column():
                figure.column = draw(printer, *args, **options | {"width": COLUMN_WIDTH})
        return figure

    return cast("Drawer", both)


def sheet(width: float, height: float) -> Sheet:
    """An empty figure of the given size in inches."""
    with settings():
        return Sheet(figsize=(width, height))


@contextmanager
def drawing(printer: Printer, name: str, width: float, height: float) -> Iterator[Sheet]:
    """A figure to draw on, of that size in inches; its ``name`` (unique in a document) stands in its SVG.

    At the end all its texts are logged. Raises ``TextWithoutKey`` for a digit that ``write`` was not given a key for
    and that no axis bears.
    """
    figure = sheet(width, height)
    name += printer.log.version
    figure.set_gid(name)
    with settings({"font.size": smallest(width)}), printer.log.drawing(name):
        yield figure
    printer.log.drawn(name, list(texts(figure)))


def sentence(printer: Printer, name: str, said: Phrase, width: float = FULL_WIDTH) -> Sheet:
    """The sentence that stands in place of the figure ``name`` where there is nothing to draw: drawn text.

    So the float keeps its place, its number and its caption in every format.
    """
    lines = wrapped(said, width - 2 * MARGIN, smallest(width))
    height = 2 * MARGIN + leading(width) * len(list(lines.lines()))
    with drawing(printer, name, width, height) as sheet:
        # a notebook shows no figure without axes
        axes = sheet.add_axes((0, 0, 1, 1))
        axes.axis("off")
        write(axes, MARGIN / width, 0.5, lines, va="center")
    return sheet


def line_of(trial: str) -> str:
    """The name of a text that marks the line of a trial, which opens its card on a page."""
    return ROW_MARK + trial


def write(place: Axes | Sheet, x: float, y: float, shown: Printed | Phrase | str, **options: Any) -> Text:
    """Put a text on axes or a figure, and remember which keys its numbers print.

    An apostrophe between letters is set as the documents set it: "O’Brien".
    """
    figure = place if isinstance(place, Sheet) else place.figure
    assert isinstance(figure, Sheet)
    said = Phrase(tuple(typeset(part) for part in phrase(shown).parts))
    text = place.text(x, y, said.text, **options)
    figure.shown[text] = said
    return text


def typeset(part: Printed | str) -> Printed | str:
    """A part of a text with the apostrophes of print."""
    if isinstance(part, Printed):
        return Printed(APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", part.text), part.key)
    return APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", part)


def log_alternative(printer: Printer, name: str, said: Phrase) -> Phrase:
    """Log ``said`` as the alternative text of the figure ``name``, and return it."""
    printer.log.alternative(name, said.pairs())
    return said


def texts(figure: Sheet) -> Iterator[DrawnText]:
    """Every line of text on the figure, in parts with their keys, or with the reason why it has none."""
    ticks = {
        label for axes in figure.axes if axes.axison for label in (*axes.get_xticklabels(), *axes.get_yticklabels())
    }
    named = {axis.label for axes in figure.axes if axes.axison for axis in (axes.xaxis, axes.yaxis)}
    hidden = {text for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)} - (
        ticks | named
    )
    for text in figure.findobj(Text):
        if text in hidden or not text.get_visible():
            continue
        said = figure.shown.get(text) or Phrase((text.get_text(),))
        for line in said.lines():
            if not line.text.strip():
                continue
            keyed = any(key for _, key in line.pairs())
            if text not in ticks and any(
                sign.isdecimal() for part, key in line.pairs() if key is None for sign in part
            ):
                raise TextWithoutKey(
                    f"the figure {figure.get_gid()!r} shows {line.text!r}, in which a number has no key. "
                    "Remedy: style.write it from what the printer prints"
                )
            yield {
                "text": line.text,
                "parts": line.pairs(),
                "reason": None if keyed else TICK if text in ticks else LABEL,
            }
