"""Figures as files of their own: the drawings of the documents, at a journal's width, as TIFF and as vector PDF.

A drawing is taken from the document's one run and set by typst, which also sets it in the document's PDF; nothing is
drawn a second time.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import typst
from lxml import etree
from PIL import Image

from publishing.engine.markdown import to_markdown, write_figures
from publishing.engine.notebook import RASTER_DPI
from publishing.formats import pandoc
from publishing.project.document import Executed
from publishing.project.errors import PublishingError
from publishing.submission.demands import Figures

MM_PER_INCH = 25.4
_POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "in": 72.0, "mm": 72 / MM_PER_INCH, "cm": 720 / MM_PER_INCH}
_LENGTH = re.compile(r"([\d.]+)\s*([a-z]*)")
_SHAPES = ("path", "line", "polyline", "polygon", "circle", "ellipse", "rect", "image", "use")
#: shapes of a drawing without content: the ground of the whole
GROUND = 1
_TYPE_SIZE = re.compile(r"font(?:-size)?:[^;\"']*?([\d.]+)\s*(px|pt)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a document: ``identifier`` of its figure, file, size in millimetres as it was drawn.

    ``only_words`` holds where it shows text on an empty ground: a sentence in place of a drawing.
    """

    identifier: str
    path: Path
    width: float
    height: float
    smallest_type: float | None
    only_words: bool = False


@dataclass(frozen=True, slots=True)
class FigureFile:
    """One figure as it was written: size in millimetres, ``bytes`` of the TIFF, its smallest type in points.

    ``typefaces`` are the names in the vector PDF of those that its texts are set in, "DejaVuSans-Bold" for one.
    """

    identifier: str
    tiff: Path
    pdf: Path
    width: float
    height: float
    bytes: int
    smallest_type: float | None
    typefaces: tuple[str, ...] = ()


def drawings(
    executed: Executed, execute: Mapping[str, Any], folder: Path, identifiers: Sequence[str], root: Path
) -> list[Picture]:
    """The pictures of the figures that ``identifiers`` name, in the document's order.

    Those that cells drew are written into ``folder``; the others are the author's own, below ``root``.
    """
    write_figures(executed, folder)
    markdown = to_markdown(executed, execute, "svg", folder.name).text
    tree = json.loads(pandoc.run(["--to=json"], markdown, cwd=folder.parent)[0])
    wanted = set(identifiers)
    found: dict[str, Picture] = {}
    for identifier, target in _pictures(tree["blocks"], "", wanted):
        if identifier in found:
            raise executed.document.error(
                f"the figure '{identifier}' holds several pictures, which one file of a journal can't.",
                executed.document.line_of(re.escape(identifier)),
                "draw them as one figure, or give each a label.",
            )
        path = folder.parent / unquote(target)
        if not path.is_file():
            path = Path(shutil.copy(root / unquote(target), folder))
        found[identifier] = _drawing(identifier, path)
    return list(found.values())


def _pictures(node: Any, within: str, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """(identifier of the figure, picture) for every image inside a wanted element, or wanted itself."""
    if isinstance(node, list):
        for child in node:
            yield from _pictures(child, within, wanted)
    elif isinstance(node, dict):
        content: Any = node.get("c")
        if node.get("t") in ("Div", "Figure", "Image") and content[0][0] in wanted:
            within = content[0][0]
        if node.get("t") == "Image" and within:
            yield within, content[2][0]
        else:
            yield from _pictures(content, within, wanted)


def _drawing(identifier: str, path: Path) -> Picture:
    if path.suffix != ".svg":
        with Image.open(path) as image:
            dpi = float(image.info.get("dpi", (RASTER_DPI,))[0])
            width, height = (pixels / dpi * MM_PER_INCH for pixels in image.size)
        return Picture(identifier, path, width, height, None)
    text = path.read_text(encoding="utf-8")
    root = etree.fromstring(text.encode())
    width, height = (_points(root.get(side, "")) / 72 * MM_PER_INCH for side in ("width", "height"))
    sizes = [
        float(size) * _per_unit(root) if unit == "px" else float(size) for size, unit in _TYPE_SIZE.findall(text)
    ]
    return Picture(identifier, path, width, height, min(sizes, default=None), _only_words(root))


def _only_words(root: etree._Element) -> bool:
    """Whether a drawing has text and, but for its ground, nothing else that can be seen."""
    shapes = text = 0
    for element in root.iter(etree.Element):
        above = {etree.QName(one).localname for one in element.iterancestors(etree.Element)}
        name = etree.QName(element).localname
        if above & {"defs", "clipPath", "metadata"}:
            continue
        text += name == "text"
        shapes += name in _SHAPES and "text" not in above
    return bool(text) and shapes <= GROUND


def _per_unit(root: etree._Element) -> float:
    """Points per unit of the drawing's own coordinates, in which sizes of type are given."""
    box = [float(value) for value in root.get("viewBox", "").split()]
    return _points(root.get("width", "")) / box[2] if len(box) == 4 else _POINTS["px"]


def _points(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip())
    if found is None or found[2] not in _POINTS:
        raise PublishingError(f"a drawing is '{length}' wide or high, which is no length.", remedy="draw it anew.")
    return float(found[1]) * _POINTS[found[2]]


def size(drawing: Picture, wanted: Figures) -> tuple[float, float]:
    """Width and height in millimetres: the journal's width nearest to the drawn one, never above its height."""
    if wanted.widths_mm:
        width = min(wanted.widths_mm, key=lambda offered: abs(offered - drawing.width))
    else:
        width = min(max(drawing.width, wanted.least_width_mm), wanted.most_width_mm)
    height = width * drawing.height / drawing.width
    if height > wanted.most_height_mm:
        width, height = width * wanted.most_height_mm / height, wanted.most_height_mm
    return width, height


def write_figure(
    drawing: Picture,
    stem: Path,
    title: str,
    alternative: str,
    wanted: Figures,
    fonts: Sequence[Path],
    epoch: int,
) -> FigureFile:
    """Write ``<stem>.tif`` and ``<stem>.pdf``. Raises :class:`PublishingError` when typst can't set the drawing."""
    width, height = size(drawing, wanted)
    source = (
        f"#set document(title: {_quoted(title)})\n"
        f"#set page(width: {width:.4f}mm, height: {height:.4f}mm, margin: 0pt, fill: white)\n"
        f"#image({_quoted(drawing.path.name)}, width: 100%, height: 100%, alt: {_quoted(alternative)})\n"
    ).encode()
    tiff, pdf = (stem.with_name(f"{stem.name}.{suffix}") for suffix in ("tif", "pdf"))
    options: dict[str, Any] = {"root": drawing.path.parent, "font_paths": list(fonts)}
    try:
        pdf.write_bytes(typst.compile(source, **options, timestamp=epoch, pdf_standards=["ua-1"]))
        pixels = typst.compile(source, **options, format="png", ppi=wanted.dpi)
    except typst.TypstError as error:
        raise PublishingError(
            f"typst can't set the figure '{drawing.identifier}' by itself: {error.message}.",
            remedy=" ".join(error.hints) or "draw it anew.",
        ) from error
    with Image.open(io.BytesIO(pixels)) as image:
        flat = image.convert("L" if wanted.colour == "grey" else "RGB")
    flat.save(tiff, compression="tiff_lzw", dpi=(wanted.dpi, wanted.dpi))
    scale = width / drawing.width
    smallest = None if drawing.smallest_type is None else drawing.smallest_type * scale
    return FigureFile(drawing.identifier, tiff, pdf, width, height, tiff.stat().st_size, smallest, _typefaces(pdf))


def _typefaces(path: Path) -> tuple[str, ...]:
    """The names of all typefaces that a PDF sets text in, without the tag of a subset and the encoding."""
    with pikepdf.open(path) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        names = [str(one["/BaseFont"]).lstrip("/").rpartition("+")[2] for one in fonts if "/BaseFont" in one]
    return tuple(sorted({name.removesuffix("-Identity-H") for name in names}))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
