"""Type and ink of the figures: 8 points where they are printed, colours that all readers see and nobody needs."""

import colorsys
import io
import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from analysis.figures import (
    bias,
    context,
    directions,
    flow,
    forest,
    funnel,
    harvest,
    missing_contour,
    models,
    posterior,
    specification_curve,
    style,
    subgroups,
    svg_text,
    variants,
)
from analysis.printing.printer import Printer
from publishing.formats.drawings import in_the_dark

#: the width of the text of the PDFs (``publishing/templates/article.typ``), and of a column
PRINTED = {183: 160, 89: 89}
FIGURES = {
    "flow": flow.flow,
    "forest": lambda n: forest.forest(n, "deaths"),
    "curve": lambda n: specification_curve.curve(n, "deaths"),
    "context": lambda n: context.context(n, "deaths"),
    "bias by trial": bias.traffic_light,
    "bias by domain": bias.summary,
    "variants": lambda n: variants.variants(n, "deaths", ("leave_one_out", "sensitivity")),
    "models": lambda n: models.models(n, "deaths"),
    "posterior": lambda n: posterior.densities(n, "deaths"),
    "contour": lambda n: missing_contour.contour(n, "deaths"),
    "directions": directions.directions,
    "harvest": lambda n: harvest.harvest(n, "severity"),
    "sentence": lambda n: funnel.funnel(n, "deaths"),
}
INK = re.compile(r"#[0-9a-f]{6}")
#: (ground, what stands on it) of the parts of figures that have to be told from what is around them
PAIRS = [
    *((ground, ink) for _, ground, ink in bias.SIGNS.values() if ground != "none"),
    ("#ffffff", style.BLUE),
    ("#ffffff", style.VERMILLION),
    ("#ffffff", style.SOFT),
    (style.FILL, style.SOFT),
    *((ground, style.INK) for ground in (style.BLUE_TINT, style.VERMILLION_TINT, style.FILL)),
    *((ground, style.BLUE) for ground in funnel.GREYS),
]
#: areas that lie beside each other in one figure
AREAS = [
    (posterior.LARGE, posterior.SMALLER),
    (missing_contour.BELOW, missing_contour.ABOVE),
    (style.VERMILLION, subgroups.SUBTOTAL),
    (style.BLUE, style.FAINT),
]
#: linear light → what is seen of it without one kind of cones (Machado GM, Oliveira MM, Fernandes LAF. IEEE Trans Vis
#: Comput Graph 2009;15:1291-1298), severity 1
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def light(ink):
    parts = np.array([int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(ink):
    return float(light(ink) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """The ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def drawings(tree):
    """(name, width in mm) → the SVG."""
    found = {}
    for name, draw in FIGURES.items():
        page = draw(Printer(tree))
        for sheet in (page, page.column):
            found[name, round(sheet.get_figwidth() * style.MM_PER_INCH)] = as_svg(sheet)
    return found


def as_svg(sheet):
    """The SVG alone, without that of a column."""
    sheet.column, column = None, sheet.column
    stream = io.BytesIO()
    # as a notebook asks for it
    sheet.canvas.print_figure(stream, format="svg", bbox_inches="tight")
    sheet.column = column
    return stream.getvalue().decode()


@pytest.mark.parametrize("width", PRINTED)
@pytest.mark.parametrize("name", FIGURES)
def test_all_type_is_of_8_points_where_it_is_printed_and_of_the_text_s_family(drawings, name, width):
    texts = list(ElementTree.fromstring(drawings[name, width]).iter(svg_text.SVG_TEXT))
    assert texts
    for text in texts:
        said = text.get("style")
        (size,) = re.findall(r"font-size: ([\d.]+)px", said)
        assert float(size) * PRINTED[width] / width >= 8, ("".join(text.itertext()), said)
        assert "font-family: 'Libertinus Serif'" in said
    (wide,) = re.findall(r'<svg [^>]*?width="([\d.]+)pt"', drawings[name, width])
    assert float(wide) / 72 * style.MM_PER_INCH == pytest.approx(width, abs=0.01)


def test_the_pdfs_print_drawings_at_that_width_and_in_that_family():
    template = (Path(__file__).parents[2] / "publishing/templates/article.typ").read_text(encoding="utf-8")
    left, right = (int(side) for side in re.search(r"left: (\d+)mm, right: (\d+)mm", template).groups())
    assert 210 - left - right == PRINTED[183]
    assert f'#let serif = ("{svg_text.FAMILY}"' in template


@pytest.mark.parametrize(("ground", "ink"), PAIRS)
def test_what_is_drawn_stands_out_from_its_ground_on_paper_and_in_the_dark(ground, ink):
    assert contrast(ground, ink) >= 3
    paper = {"#ffffff": dark_paper()}
    dark_ground = paper.get(ground) or in_the_dark(ground.removeprefix("#"))
    assert contrast(dark_ground, paper.get(ink) or in_the_dark(ink.removeprefix("#"))) >= 3


def dark_paper():
    css = (Path(__file__).parents[2] / "publishing/templates/article.css").read_text(encoding="utf-8")
    found = dict.fromkeys(re.findall(r"--paper:\s*(#[0-9a-f]{6})", css))
    return min(found, key=luminance)


@pytest.mark.parametrize(("one", "other"), AREAS)
def test_areas_beside_each_other_differ_in_grey_too(one, other):
    assert contrast(one, other) >= 1.8
    dark = [in_the_dark(ink.removeprefix("#")) for ink in (one, other)]
    assert contrast(*dark) >= 1.4


@pytest.mark.parametrize("kind", SEEN)
def test_the_two_colours_differ_for_every_kind_of_vision(kind):
    seen = [np.clip(np.array(SEEN[kind]) @ light(ink), 0, 1) for ink in (style.BLUE, style.VERMILLION)]
    assert np.abs(seen[0] - seen[1]).max() > 0.2


def test_figures_use_no_other_colours(drawings):
    known = {style.BLUE, style.VERMILLION, style.BLUE_TINT, style.VERMILLION_TINT, style.FILL}
    known |= {ink for _, *both in bias.SIGNS.values() for ink in both}
    used = set(itertools.chain.from_iterable(INK.findall(svg) for svg in drawings.values()))
    coloured = {ink for ink in used if saturation(ink) > 0.05}
    assert coloured <= known and {style.BLUE, style.VERMILLION} <= coloured


def saturation(ink):
    return colorsys.rgb_to_hls(*(int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)))[2]


def test_a_sign_that_the_family_lacks_comes_from_the_other(printer):
    with style.drawing(printer, "a-figure", 2, 2) as figure:
        style.write(figure, 0.1, 0.1, "both ✓")
    svg = as_svg(figure)
    assert "@font-face{font-family:'DejaVu Sans'" in svg and "@font-face{font-family:'Libertinus Serif'" in svg
