"""The drawings of a page as part of it: their texts can be found, selected and copied, their inks follow the page's.

pandoc, called by either engine, puts a drawing into the page as a picture. Here the picture becomes an ``<svg>``
with names of its own, in an element that is spoken as one picture. What could act, load something or change the
page around it stays a picture.
"""

from __future__ import annotations

import base64
import binascii
import colorsys
import html as entities
import math
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from lxml import etree, html

#: what a drawing may be made of; ``publishing.verify.foreign_html`` refuses anything else within one
PARTS = frozenset(
    "svg g defs style text tspan path use rect circle ellipse line polyline polygon clipPath pattern".split()
)
#: says of what a drawing is: the name that it was logged under, and the row of a line of it
NAME, ROW = "data-figure", "data-row"
#: how a drawing names the group of what belongs to a row
ROW_MARK = "row:"
#: the class of the element that is one picture, and of the drawing for a narrow screen in it
CLASS, NARROW = "drawing", "drawing-column"
#: how a drawing for one column is named after that for the page, which carries it (``analysis.figures.style``)
COLUMN = "-column"

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PICTURE = re.compile(r'<img\b[^>]*\bsrc="(data:image/svg\+xml[^"]*)"[^>]*>')
_FACE = re.compile(r"@font-face\s*\{[^{}]*\}")
_FAMILY = re.compile(r"font-family:\s*'([^']+)'")
_ALL = re.compile(r"(?:^|(?<=\}))\s*\*\s*\{([^{}]*)\}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_INK = re.compile(r"(?<![\w(-])#([0-9a-fA-F]{6})\b")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_TURN = re.compile(r"\brotate\(-?0(?: [^)]*)?\)\s*")
_ROUND = re.compile(r"M \S+ \S+(?: C(?: [-\d.]+){6}){8} z")
_LETTERS = str.maketrans("", "", "MCz")
#: attributes that hold lengths in the drawing's own points
_LENGTHS = ("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "points", "transform")
#: the page's own ground, which what is white becomes in the dark (``templates/article.css``)
WHITE, PAPER = "ffffff", "var(--paper)"
BLACK = "000000"
#: lightness in the dark of what is white on a page, and of what is black; of a colour that is no tint at least
_DARKEST, _LIGHTEST, _LEGIBLE = 0.1, 0.93, 0.6
#: from this lightness on a colour is a tint; from this saturation on an ink is a colour
_TINT, _COLOUR = 0.8, 0.15


class _Unsuitable(ValueError):
    """A drawing that has to stay a picture."""


def inlined(page: str) -> str:
    """The page with its drawings in it. The same page gives the same bytes."""
    inks: set[str] = set()
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        picture = html.fragment_fromstring(match[0])
        said = picture.get("alt") or picture.get("aria-label") or ""
        if not said:
            return match[0]
        own_inks: set[str] = set()
        try:
            found = enumerate(_drawings(match[1]), count + 1)
            parts = [_drawing(svg, f"d{number}", own_inks) for number, svg in found]
        except (_Unsuitable, etree.XMLSyntaxError, binascii.Error):
            return match[0]
        inks.update(own_inks)
        count += len(parts)
        kept = "".join(
            f' {name}="{entities.escape(picture.get(name))}"' for name in ("id", "title") if picture.get(name)
        )
        label = entities.escape(said)
        return f'<span{kept} class="{CLASS}" role="img" aria-label="{label}">{"".join(parts)}</span>'

    page = _PICTURE.sub(one, page)
    return page.replace("</head>", f"<style>\n{_inks(inks)}</style>\n</head>", 1) if inks else page


def _drawings(address: str) -> Iterator[etree._Element]:
    """The drawing that an address holds, and the one for a column that it may carry."""
    header, _, data = address.partition(",")
    data = entities.unescape(data)
    content = base64.b64decode(data) if header.endswith(";base64") else unquote_to_bytes(data)
    svg = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    carried = svg.find(f"{_SVG}metadata[@id='{COLUMN[1:]}']")
    yield svg
    if carried is not None:
        yield etree.fromstring(base64.b64decode(carried.text or ""))


def _drawing(svg: etree._Element, prefix: str, inks: set[str]) -> str:
    """A drawing as HTML, with names that no other drawing of the page has, and inks that can be changed by name."""
    if svg.tag != f"{_SVG}svg":
        raise _Unsuitable
    for part in svg.xpath("//*[local-name() = 'metadata' or local-name() = 'title' or local-name() = 'desc']"):
        part.getparent().remove(part)
    named = svg.find(f"{_SVG}g")
    name = "" if named is None else named.get("id", "")
    size = _size(svg)
    names = {old: f"{prefix}-{number}" for number, old in enumerate(sorted(_referenced(svg)), 1)}
    family = f"{prefix} figure"
    families: set[str] = set()
    for element in svg.iter():
        if not isinstance(element.tag, str) or element.tag.removeprefix(_SVG) not in PARTS:
            raise _Unsuitable
        _check(element)
        if element.tag == f"{_SVG}style":
            families |= _style(element, prefix, family)
    for element in svg.iter():
        _tidy(element, names, inks)
        if families:
            style = element.get("style", "")
            for old in families:
                style = style.replace(f"'{old}'", f"'{family}', '{old}'")
            if style:
                element.set("style", style)
    svg.attrib.clear()
    svg.set("id", prefix)
    # the element around it is spoken; some browsers would read what is drawn as well
    svg.set("aria-hidden", "true")
    svg.set("viewBox", size)
    # what says no ink of its own is black
    svg.set("style", f"fill:var(--i{BLACK})")
    inks.add(BLACK)
    if name:
        svg.set(NAME, name)
    if name.endswith(COLUMN):
        svg.set("class", NARROW)
    for group in reversed(list(svg.iter(f"{_SVG}g"))):
        _opened(group)
    etree.cleanup_namespaces(svg)
    written = etree.tostring(svg, encoding="unicode", with_tail=False)
    written = written.replace(' xmlns="http://www.w3.org/2000/svg"', "").replace("ns0:", "")
    return re.sub(r">\s+<", "><", re.sub(r' xmlns:\w+="[^"]*"', "", written))


def _opened(group: etree._Element) -> None:
    """Put what a group holds in its place where it says nothing of it."""
    parent = group.getparent()
    if parent is None or group.attrib:
        return
    place = parent.index(group)
    for offset, child in enumerate(list(group)):
        parent.insert(place + offset, child)
    parent.remove(group)


def _size(svg: etree._Element) -> str:
    if box := svg.get("viewBox"):
        return str(box)
    sides = [re.match(r"[\d.]+", svg.get(side, "")) for side in ("width", "height")]
    if not all(sides):
        raise _Unsuitable
    return " ".join(["0 0", *(side[0] for side in sides if side)])


def _referenced(svg: etree._Element) -> set[str]:
    found: set[str] = set()
    for element in svg.iter(etree.Element):
        for key, value in element.attrib.items():
            found |= set(_REFERENCE.findall(value))
            if key in (_HREF, "href"):
                found.add(value.removeprefix("#"))
    return found


def _check(element: etree._Element) -> None:
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2]
        is_elsewhere = "url(" in _REFERENCE.sub("", value) or (plain == "href" and not value.startswith("#"))
        if plain.startswith("on") or plain == "class" or is_elsewhere:
            raise _Unsuitable


def _style(element: etree._Element, prefix: str, family: str) -> set[str]:
    """Bind a style sheet to its drawing, with typefaces of its own; the families that it had."""
    sheet = element.text or ""
    rest = _ALL.sub("", _FACE.sub("", sheet))
    faces = _FACE.findall(sheet)
    if rest.strip() or any("url(" in face and "url(data:font/" not in face for face in faces):
        raise _Unsuitable
    families = {found for face in faces for found in _FAMILY.findall(face)}
    own = [_FAMILY.sub(f"font-family:'{family}'", face) for face in faces]
    own += [f"#{prefix} *{{{rule.strip()}}}" for rule in _ALL.findall(sheet)]
    element.text = "".join(own)
    element.attrib.clear()
    return families


def _tidy(element: etree._Element, names: dict[str, str], inks: set[str]) -> None:
    """Own names for own parts, inks by name, no more decimals than can be seen."""
    own = element.attrib.pop("id", None)
    if own in names:
        element.set("id", names[own])
    elif own is not None and own.startswith(ROW_MARK):
        element.set(ROW, own.removeprefix(ROW_MARK))
    for key, value in list(element.attrib.items()):
        if key == _HREF:
            del element.attrib[key]
            key = "href"
        if key == "href":
            value = "#" + names[value.removeprefix("#")]
        value = _REFERENCE.sub(lambda match: f"url(#{names[match[1]]})", value)
        if key in ("style", "fill", "stroke"):
            inks |= {ink.lower() for ink in _INK.findall(value)}
            value = _INK.sub(lambda match: f"var(--i{match[1].lower()})", value)
        if key in _LENGTHS:
            value = " ".join(_TURN.sub("", _LONG.sub(_shorter, value)).split())
        if key == "d":
            value = re.sub(r" ?([A-Za-z]) ?", r"\1", _ROUND.sub(_circle, value))
        if key == "style":
            value = re.sub(r"\s*([:;])\s*", r"\1", value)
        if value:
            element.set(key, value)
        else:
            del element.attrib[key]


def _circle(match: re.Match[str]) -> str:
    """A circle of eight curves as two arcs; anything else of eight curves stays what it is."""
    points = [tuple(map(float, pair)) for pair in re.findall(r"(\S+) (\S+)", match[0].translate(_LETTERS))]
    # after the start each curve has two points that shape it, and its end
    corners = [points[0], *points[3::3]]
    (left, top), (right, bottom) = corners[0], corners[4]
    middle = ((left + right) / 2, (top + bottom) / 2)
    radius = math.dist(corners[0], corners[4]) / 2
    if corners[0] != corners[8] or any(abs(math.dist(middle, one) - radius) > 0.02 for one in corners):
        return match[0]
    half = f"a {radius:.4g} {radius:.4g} 0 1 0 "
    across = [f"{value:.4g}" for value in (right - left, bottom - top, left - right, top - bottom)]
    return f"M {points[0][0]:g} {points[0][1]:g} {half}{across[0]} {across[1]} {half}{across[2]} {across[3]} z"


def _shorter(match: re.Match[str]) -> str:
    # small numbers are factors, or as good as nothing
    rounded = f"{float(match[0]):.2f}" if abs(float(match[0])) >= 1 else f"{float(match[0]):.4f}"
    return rounded.rstrip("0").rstrip(".")


def _inks(inks: set[str]) -> str:
    """What each ink is on the page, and on a dark one."""
    usual = "".join(f"--i{ink}:#{ink};" for ink in sorted(inks))
    dark = "".join(f"--i{ink}:{PAPER if ink == WHITE else in_the_dark(ink)};" for ink in sorted(inks))
    return (
        f":root{{{usual}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}\n"
    )


def in_the_dark(ink: str) -> str:
    """An ink ("rrggbb") with its lightness reversed and its hue kept."""
    red, green, blue = (int(ink[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    reversed_lightness = _LIGHTEST + (_DARKEST - _LIGHTEST) * lightness
    if saturation >= _COLOUR and lightness < _TINT:
        reversed_lightness = max(reversed_lightness, _LEGIBLE)
    turned = colorsys.hls_to_rgb(hue, reversed_lightness, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in turned)
