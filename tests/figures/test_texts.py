"""Text in figures: it stays text, brings its letters, carries keys, and is the same each time."""

import base64
import io
import re
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from analysis.figures import bias, context, directions, flow, forest, specification_curve, style, svg_text, variants
from analysis.printing.contract import COLUMN
from analysis.printing.numbers import texts
from analysis.printing.printer import Printed, Printer, phrase

FIGURES = {
    "forest of deaths": lambda n: forest.forest(n, "deaths"),
    "forest of serious adverse events": lambda n: forest.forest(n, "serious"),
    "flow": flow.flow,
    "variants": lambda n: variants.variants(n, "deaths", ("leave_one_out", "sensitivity")),
    "directions": directions.directions,
    "traffic light": bias.traffic_light,
    "bias": bias.summary,
    "context": lambda p: context.context(p, "deaths"),
    "specification curve": lambda p: specification_curve.curve(p, "deaths"),
}


SVG = "{http://www.w3.org/2000/svg}"


def as_svg(figure, **options):
    stream = io.BytesIO()
    figure.canvas.print_figure(stream, format="svg", bbox_inches="tight", **options)
    return stream.getvalue().decode()


def written(svg):
    """The texts of the SVG, without the empty one that matplotlib writes for an empty line."""
    said = ("".join(text.itertext()).strip() for text in ElementTree.fromstring(svg).iter(svg_text.SVG_TEXT))
    return sorted(filter(None, said))


@pytest.fixture(scope="module")
def drawn(tree):
    """name here → (SVG, the entry of the log that holds the figure's texts)."""
    found = {}
    for name, draw in FIGURES.items():
        n = Printer(tree)
        figure = draw(n)
        entry, *narrow = [one for one in n.log.entries if "texts" in one]
        assert entry["figure"] == figure.get_gid()
        assert [one["figure"] for one in narrow] == ([figure.get_gid() + COLUMN] if figure.column else [])
        found[name] = (as_svg(figure), entry)
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_the_log_holds_exactly_the_texts_that_the_svg_shows(drawn, name):
    svg, entry = drawn[name]
    assert sorted(text["text"].strip() for text in entry["texts"]) == written(svg)
    assert f'<g id="{entry["figure"]}">' in svg


@pytest.mark.parametrize("name", FIGURES)
def test_every_number_of_a_figure_has_a_key_or_is_a_tick(drawn, printer, name):
    keyed = 0
    for text in drawn[name][1]["texts"]:
        for part, key in text["parts"]:
            if key is None:
                assert text["reason"] == style.TICK or not any(map(str.isdecimal, part)), text
            else:
                keyed += 1
                found = printer.find(key)
                assert part.casefold() in [one.casefold() for one in texts(found.kind, found.value)]
    assert keyed > 5


@pytest.mark.parametrize("name", FIGURES)
def test_the_fonts_in_the_svg_hold_every_letter_in_its_weight(drawn, name):
    svg, _ = drawn[name]
    fonts = {
        weight: set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
        for weight, data in re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", svg)
    }
    assert set(fonts) == {"400", "700"}
    for text in ElementTree.fromstring(svg).iter(svg_text.SVG_TEXT):
        weight = re.search(r"font-weight:\s*(\d+)", text.get("style"))
        assert {ord(sign) for sign in "".join(text.itertext())} <= fonts[weight[1] if weight else "400"]


def test_the_same_figure_has_the_same_bytes_and_no_date(tree):
    svgs = {as_svg(forest.forest(Printer(tree), "deaths")) for _ in range(2)}
    assert len(svgs) == 1
    assert "<dc:date>" not in svgs.pop()


def test_a_notebook_shows_the_figure_with_its_letters(tree):
    from IPython.core.pylabtools import print_figure

    figure = forest.forest(Printer(tree), "deaths")
    assert "@font-face" in print_figure(figure, "svg") and print_figure(figure, "png")[:4] == b"\x89PNG"


def test_a_number_without_a_key_is_refused(printer):
    with (
        pytest.raises(style.TextWithoutKey, match=r"'a-figure' shows 'RR 0\.80'"),
        style.drawing(printer, "a-figure", 2, 2) as figure,
    ):
        style.write(figure, 0.1, 0.1, "RR 0.80")
    with (
        pytest.raises(style.TextWithoutKey),
        style.drawing(printer, "a-figure", 2, 2) as figure,
    ):
        style.write(figure, 0.1, 0.1, phrase(printer("deaths.pooled.estimate"), " of 7"))


def test_a_label_and_a_keyed_number_are_accepted_and_told_apart(printer):
    with style.drawing(printer, "a-figure", 2, 2) as figure:
        style.write(figure, 0.1, 0.1, phrase("Risk ratio\n", printer("deaths.pooled.estimate")))
    drawn = printer.log.entries[-1]["texts"]
    assert [(text["text"], text["reason"]) for text in drawn] == [("Risk ratio", style.LABEL), ("0.80", None)]


def test_a_letter_that_the_font_lacks_is_refused(printer):
    with style.drawing(printer, "a-figure", 2, 2) as figure:
        style.write(figure, 0.1, 0.1, "細胞")
    with pytest.warns(UserWarning, match="missing from font"), pytest.raises(svg_text.UnknownFont, match="no glyph"):
        as_svg(figure)


def test_another_font_is_refused(printer):
    with style.drawing(printer, "a-figure", 2, 2) as figure:
        style.write(figure, 0.1, 0.1, "words", family="DejaVu Serif")
    with pytest.raises(svg_text.UnknownFont, match="DejaVu Serif"):
        as_svg(figure)


def test_alternative_texts_are_logged_with_their_keys(tree):
    n = Printer(tree)
    said = forest.alternative(n, "deaths", "deaths")
    (entry,) = [one for one in n.log.entries if "alternative" in one]
    assert entry["alternative"] == "forest-deaths"
    assert "".join(text for text, _ in entry["parts"]) == said.text
    assert ("0.80", "deaths.pooled.estimate") in entry["parts"]
    assert all(key for text, key in entry["parts"] if any(map(str.isdecimal, text)))


def test_printed_is_plain_text_in_a_figure(printer):
    with style.drawing(printer, "a-figure", 2, 2) as figure:
        text = style.write(figure, 0.1, 0.1, Printed("0.80", "deaths.pooled.estimate"))
    assert text.get_text() == "0.80"


@pytest.mark.parametrize("name", ["forest of deaths", "flow", "specification curve", "context"])
def test_a_figure_carries_its_version_for_one_column_in_what_no_program_draws(tree, name):
    n = Printer(tree)
    figure = FIGURES[name](n)
    svg = ElementTree.fromstring(as_svg(figure))
    (held,) = svg.findall(f"{SVG}metadata[@id='{COLUMN.removeprefix('-')}']")
    column = ElementTree.fromstring(base64.b64decode(held.text or ""))
    assert column.find(f"{SVG}g").get("id") == figure.get_gid() + COLUMN
    assert float(column.get("width").removesuffix("pt")) == pytest.approx(style.COLUMN_WIDTH * 72)
    (_, entry) = [one for one in n.log.entries if "texts" in one]
    assert sorted(text["text"].strip() for text in entry["texts"]) == written(ElementTree.tostring(column))


def test_a_figure_of_which_a_width_is_asked_brings_no_other(tree):
    n = Printer(tree)
    assert forest.forest(n, "deaths", style.FULL_WIDTH).column is None
    assert len([one for one in n.log.entries if "texts" in one]) == 1
