"""Drawings become part of the page: found, named once, spoken as one picture, legible in the dark, and harmless."""

import base64

import pytest
from lxml import html

from publishing.formats import drawings

SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90pt" height="40pt"
 viewBox="0 0 90 40"><metadata>made by a program</metadata>
 <defs><style type="text/css">@font-face{font-family:'Sans';src:url(data:font/woff;base64,AAAA)}*{stroke-linejoin:
 round}</style></defs>
 <g id="forest"><path d="M 1.23456 2.0
L 3.98765 4.5" clip-path="url(#p1)" style="fill: #FFFFFF; stroke: #c8c8c8"/>
 <use xlink:href="#m1" x="1.00000" style="fill: #111111"/>
 <g id="row:smith"><text style="font-size: 8px; font-family: 'Sans'; fill: #111111" x="5"
 transform="rotate(-0 5 6)">0.80</text></g></g>
 <defs><path id="m1" d="M0 0"/><clipPath id="p1"><rect width="9" height="9"/></clipPath></defs>%s</svg>"""
OUTSIDE = "<!DOCTYPE html><html><head></head><body><figure>{}</figure></body></html>"


def picture(svg: str, alt: str = "A plot of 0.80 & more.") -> str:
    data = base64.b64encode(svg.encode()).decode()
    return f'<img role="img" aria-label="{alt}" src="data:image/svg+xml;base64,{data}" alt="{alt}" />'


def page(*pictures: str) -> html.HtmlElement:
    return html.document_fromstring(drawings.inlined(OUTSIDE.format("".join(pictures))))


def test_a_drawing_is_text_of_the_page_and_spoken_as_one_picture():
    (drawing,) = page(picture(SVG % "")).find_class(drawings.CLASS)
    assert drawing.text_content().endswith("0.80") and "made by" not in drawing.text_content()
    assert (drawing.get("role"), drawing.get("aria-label")) == ("img", "A plot of 0.80 & more.")
    (svg,) = drawing.iter("svg")
    assert svg.get(drawings.NAME) == "forest"
    assert [one.get(drawings.ROW) for one in svg.iter("g")] == ["smith"]


def test_two_drawings_share_no_name_and_each_finds_its_own_parts():
    tree = page(picture(SVG % ""), picture(SVG % ""))
    names = tree.xpath("//@id")
    assert len(names) == len(set(names)) == 6
    for svg in tree.iter("svg"):
        own = set(svg.xpath(".//@id"))
        assert {svg.xpath(".//use/@href")[0].removeprefix("#")} < own
        assert svg.xpath(".//path/@clip-path")[0].removeprefix("url(#").removesuffix(")") in own
        sheet = svg.xpath("string(.//style)")
        assert f"#{svg.get('id')} *{{stroke-linejoin" in sheet and "}*{" not in sheet
        family = f"'{svg.get('id')} figure'"
        assert f"font-family:{family}" in sheet and family in svg.xpath("string(.//text/@style)")


def test_inks_have_names_and_decimals_that_nobody_sees_are_gone():
    (svg,) = page(picture(SVG % "")).iter("svg")
    path = next(svg.iter("path"))
    assert path.get("d") == "M1.23 2.0L3.99 4.5"
    assert path.get("style") == "fill:var(--iffffff);stroke:var(--ic8c8c8)"
    assert (
        page(picture(SVG % ""))
        .xpath("string(//head/style)")
        .startswith("\n:root{--i000000:#000000;--i111111:#111111;")
    )
    assert next(svg.iter("text")).get("transform") is None


def test_a_circle_of_curves_becomes_one_of_arcs():
    import matplotlib.path

    unit = matplotlib.path.Path.unit_circle()
    points = iter((2 * unit.vertices + 5).tolist())
    parts = ["M {:.6f} {:.6f}".format(*next(points))]
    parts += ["C " + " ".join("{:.6f} {:.6f}".format(*next(points)) for _ in range(3)) for _ in range(8)]
    (svg,) = page(picture(SVG % f'<path d="{" ".join(parts)} z"/><path d="{" ".join(parts)}"/>')).iter("svg")
    arcs, curves = [path.get("d") for path in svg.iter("path")][-2:]
    assert arcs == "M5 3a2 2 0 1 0 0 4a2 2 0 1 0 0 -4z"
    assert curves.count("C") == 8


def test_the_same_page_gives_the_same_bytes():
    before = OUTSIDE.format(picture(SVG % ""))
    assert drawings.inlined(before) == drawings.inlined(before) != before


def test_the_version_for_one_column_stands_beside_that_for_the_page():
    narrow = (SVG % "").replace('id="forest"', f'id="forest{drawings.COLUMN}"')
    held = f'<metadata id="{drawings.COLUMN[1:]}">{base64.b64encode(narrow.encode()).decode()}</metadata>'
    (drawing,) = page(picture(SVG % held)).find_class(drawings.CLASS)
    assert [svg.get(drawings.NAME) for svg in drawing.iter("svg")] == ["forest", f"forest{drawings.COLUMN}"]
    assert [svg.get("class") for svg in drawing.iter("svg")] == [None, drawings.NARROW]


@pytest.mark.parametrize(
    "what",
    [
        "<script>x()</script>",
        "<foreignObject><p>9</p></foreignObject>",
        '<image href="https://example.org/x.png"/>',
        '<g onclick="x()"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<path style="fill: url(https://example.org/x)"/>',
        "<style>p {display: none}</style>",
        "<animate/>",
        "<broken>",
    ],
)
def test_what_could_act_or_load_something_stays_a_picture(what):
    before = OUTSIDE.format(picture(SVG % what))
    assert drawings.inlined(before) == before


def test_a_picture_of_which_nothing_is_said_stays_one():
    before = OUTSIDE.format(picture(SVG % "", alt=""))
    assert drawings.inlined(before) == before


def luminance(ink: str) -> float:
    parts = [int(ink.lstrip("#")[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", ["111111", "000000", "5f5f5f", "3c3c3c", "1f4e79", "d62728"])
def test_what_can_be_read_on_white_can_be_read_in_the_dark(ink):
    assert contrast(ink, "ffffff") >= 4.5
    assert contrast(drawings.in_the_dark(ink), "14171b") >= 4.5


@pytest.mark.parametrize("tint", ["e9edf2", "d9d9d9"])
def test_a_tint_stays_a_tint(tint):
    assert contrast(drawings.in_the_dark(tint), "14171b") <= 2
    assert contrast(drawings.in_the_dark("111111"), drawings.in_the_dark(tint)) >= 7
