"""Text of a figure as text in its SVG, in the same letters on every machine.

matplotlib can write an SVG's text as outlines, which nobody can search, copy or check, or as text, which looks
different wherever the font is missing. Here it is written as text and the used glyphs of the font travel in the file,
as one subset per weight in WOFF (``@font-face`` with a data address). PDF writers that ignore such fonts need
``DejaVuSans.ttf`` and ``DejaVuSans-Bold.ttf`` in their font path; matplotlib brings both.
"""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

from analysis.printing.contract import COLUMN

FAMILY = "DejaVu Sans"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"
#: how matplotlib begins the style sheet of an SVG
STYLE_SHEET = '<style type="text/css">'
PROPERTY = re.compile(r"(?:^|;)\s*(font-[a-z]+):\s*([^;]+)")


class UnknownFont(ValueError):
    """A text asks for a font, style or glyph that cannot be embedded."""


class Canvas(FigureCanvasBase):
    """Draws a figure in any format; an SVG gets text with its glyphs, and no date."""

    def print_figure(self, filename: Any, *args: Any, **options: Any) -> Any:
        """As matplotlib's own; ``filename`` may be a path or a binary stream."""
        kind = options.get("format") or (filename.rpartition(".")[2] if isinstance(filename, str) else "")
        if kind != "svg":
            return super().print_figure(filename, *args, **options)
        stream = io.BytesIO()
        carried = getattr(self.figure, "column", None)
        settings: Any = {"svg.fonttype": "none", "svg.hashsalt": self.figure.get_gid() or "figure"}
        with matplotlib.rc_context(settings):
            super().print_figure(stream, *args, **options | {"format": "svg", "metadata": {"Date": None}})
        content = with_fonts(stream.getvalue().decode()).encode()
        if carried is not None:
            content = carrying(content, carried)
        if isinstance(filename, str):
            with open(filename, "wb") as file:
                file.write(content)
        else:
            filename.write(content)
        return None


def carrying(content: bytes, column: Figure) -> bytes:
    """An SVG with that of its version for one column in its metadata, which no program draws."""
    stream = io.BytesIO()
    column.canvas.print_figure(stream, format="svg")
    held = base64.b64encode(stream.getvalue())
    opening = f'<metadata id="{COLUMN.removeprefix("-")}">'.encode()
    return content.replace(b"</svg>", opening + held + b"</metadata>\n</svg>", 1)


def with_fonts(svg: str) -> str:
    """The SVG with the glyphs of its texts embedded. Raises ``UnknownFont``."""
    letters: dict[str, set[str]] = {}
    for element in ElementTree.fromstring(svg).iter(SVG_TEXT):
        font = dict(PROPERTY.findall(element.get("style", "")))
        if font.get("font-family") != f"'{FAMILY}'" or "font-style" in font:
            raise UnknownFont(f"a text of the figure is set in {element.get('style')!r}, not in upright {FAMILY}")
        letters.setdefault(font.get("font-weight", "400"), set()).update("".join(element.itertext()))
    faces = "".join(face(weight, "".join(sorted(used))) for weight, used in sorted(letters.items()))
    return svg.replace(STYLE_SHEET, STYLE_SHEET + faces, 1)


@lru_cache(maxsize=64)
def face(weight: str, letters: str) -> str:
    """The ``@font-face`` of one weight that holds ``letters``."""
    data = base64.b64encode(woff(weight, letters)).decode()
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def woff(weight: str, letters: str) -> bytes:
    """A WOFF with only the glyphs for ``letters``; the same letters give the same bytes. Raises ``UnknownFont``."""
    path = font_manager.findfont(
        font_manager.FontProperties(family=FAMILY, weight=int(weight)), fallback_to_default=False
    )
    font = TTFont(path, recalcTimestamp=False, lazy=True)
    lacking = sorted(set(map(ord, letters)) - set(font.getBestCmap()))
    if lacking:
        raise UnknownFont(f"{FAMILY} has no glyph for {', '.join(map(chr, lacking))}")
    options = subset.Options(flavor="woff", hinting=False, name_IDs=[1, 2], notdef_outline=True)
    options.drop_tables += ["FFTM", "GPOS", "GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()
