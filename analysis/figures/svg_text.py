"""Text of a figure as text in its SVG, in the same letters on every machine.

matplotlib can write an SVG's text as outlines, which nobody can search, copy or check, or as text, which looks
different wherever the font is missing. Here it is written as text and the used glyphs of the font travel in the file,
as one subset per family and weight in WOFF (``@font-face`` with a data address). The family is that of the PDFs' text
and stands in ``fonts``; a sign that it lacks is taken from a family that matplotlib brings.
"""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from PIL import Image

from analysis.printing.contract import COLUMN

FAMILY = "Libertinus Serif"
#: the family, and that of the signs that it lacks
FAMILIES = (FAMILY, "DejaVu Sans")
FOLDER = Path(__file__).with_name("fonts")
#: weight → its file
FILES = {"400": "LibertinusSerif-Regular.ttf", "700": "LibertinusSerif-Bold.ttf"}
#: how many colours a PNG has at most, and from where on one of them is white
COLOURS, NEARLY_WHITE = 256, 252
UNHINTED: Any = "no_hinting"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"
#: how matplotlib begins the style sheet of an SVG
STYLE_SHEET = '<style type="text/css">'
PROPERTY = re.compile(r"(?:^|;)\s*(font-[a-z]+):\s*([^;]+)")


class UnknownFont(ValueError):
    """A text asks for a font, style or glyph that cannot be embedded."""


class Canvas(FigureCanvasBase):
    """Draws a figure in any format; an SVG gets text with its glyphs, and no date."""

    def print_figure(self, filename: Any, *args: Any, **options: Any) -> Any:
        """As matplotlib's own; ``filename`` may be a path or a binary stream.

        The sheet is written as large as it is, also for a notebook, which would put a margin around what is drawn and
        so print the type smaller.
        """
        options["bbox_inches"] = None
        kind = options.get("format") or (filename.rpartition(".")[2] if isinstance(filename, str) else "")
        stream = io.BytesIO()
        if kind != "svg":
            with matplotlib.rc_context({"text.hinting": UNHINTED}):
                if kind != "png":
                    return super().print_figure(filename, *args, **options)
                super().print_figure(stream, *args, **options | {"pil_kwargs": {"compress_level": 0}})
            return put(filename, with_palette(stream))
        carried = getattr(self.figure, "column", None)
        settings: Any = {"svg.fonttype": "none", "svg.hashsalt": self.figure.get_gid() or "figure"}
        with matplotlib.rc_context(settings):
            super().print_figure(stream, *args, **options | {"format": "svg", "metadata": {"Date": None}})
        content = with_fonts(stream.getvalue().decode()).encode()
        if carried is not None:
            content = carrying(content, carried)
        return put(filename, content)


def put(place: Any, content: bytes) -> None:
    """Write into a file of that name, or into a binary stream."""
    if isinstance(place, str | Path):
        Path(place).write_bytes(content)
    else:
        place.write(content)


def with_palette(png: io.BytesIO) -> bytes:
    """The PNG with a palette of at most 256 colours: a quarter of its size, as figures have few inks.

    Each colour moves by a few steps of 255 at most; white stays white.
    """
    picture = Image.open(png)
    flat = picture.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
    colours = flat.getpalette() or []
    whitest = [i for i in range(0, len(colours), 3) if min(colours[i : i + 3]) >= NEARLY_WHITE]
    for i in whitest:
        colours[i : i + 3] = (255, 255, 255)
    flat.putpalette(colours)
    stream = io.BytesIO()
    flat.save(stream, "png", dpi=picture.info["dpi"])
    return stream.getvalue()


def carrying(content: bytes, column: Figure) -> bytes:
    """An SVG with that of its version for one column in its metadata, which no program draws."""
    stream = io.BytesIO()
    column.canvas.print_figure(stream, format="svg")
    held = base64.b64encode(stream.getvalue())
    opening = f'<metadata id="{COLUMN.removeprefix("-")}">'.encode()
    return content.replace(b"</svg>", opening + held + b"</metadata>\n</svg>", 1)


def with_fonts(svg: str) -> str:
    """The SVG with the glyphs of its texts embedded. Raises ``UnknownFont``."""
    letters: dict[tuple[str, str], set[str]] = {}
    expected = ", ".join(f"'{family}'" for family in FAMILIES)
    for element in ElementTree.fromstring(svg).iter(SVG_TEXT):
        font = dict(PROPERTY.findall(element.get("style", "")))
        if font.get("font-family") != expected or "font-style" in font:
            raise UnknownFont(f"a text of the figure is set in {element.get('style')!r}, not in upright {FAMILY}")
        weight = font.get("font-weight", "400")
        used = set("".join(element.itertext()))
        lacking = {sign for sign in used if ord(sign) not in signs(FAMILY, weight)}
        for family, some in zip(FAMILIES, (used - lacking, lacking), strict=True):
            if some:
                letters.setdefault((family, weight), set()).update(some)
    faces = "".join(face(*key, "".join(sorted(used))) for key, used in sorted(letters.items()))
    return svg.replace(STYLE_SHEET, STYLE_SHEET + faces, 1)


def bring() -> None:
    """Make matplotlib draw in the files of ``FOLDER``, whatever is installed under their name."""
    known = font_manager.fontManager
    known.ttflist = [one for one in known.ttflist if one.name != FAMILY]
    for name in FILES.values():
        known.addfont(FOLDER / name)


bring()


@lru_cache(maxsize=8)
def file_of(family: str, weight: str) -> Path:
    """The file of a family in a weight."""
    if family == FAMILY:
        return FOLDER / FILES[weight]
    asked = font_manager.FontProperties(family=family, weight=int(weight))
    return Path(font_manager.findfont(asked, fallback_to_default=False))


@lru_cache(maxsize=8)
def signs(family: str, weight: str) -> frozenset[int]:
    """The code points that a family has in a weight. Raises ``UnknownFont`` for a weight that figures don't have."""
    if weight not in FILES:
        raise UnknownFont(f"a text of the figure has the weight {weight}; there are {' and '.join(FILES)}")
    with TTFont(file_of(family, weight), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=64)
def face(family: str, weight: str, letters: str) -> str:
    """The ``@font-face`` of one weight that holds ``letters``."""
    data = base64.b64encode(woff(family, weight, letters)).decode()
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def woff(family: str, weight: str, letters: str) -> bytes:
    """A WOFF with only the glyphs for ``letters``; the same letters give the same bytes. Raises ``UnknownFont``."""
    lacking = sorted(set(map(ord, letters)) - signs(family, weight))
    if lacking:
        raise UnknownFont(f"{' and '.join(FAMILIES)} have no glyph for {', '.join(map(chr, lacking))}")
    font = TTFont(file_of(family, weight), recalcTimestamp=False, lazy=True)
    options = subset.Options(flavor="woff", hinting=False, name_IDs=[1, 2], notdef_outline=True)
    options.layout_features = ["kern", "mark", "mkmk"]
    options.drop_tables += ["FFTM", "GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()
