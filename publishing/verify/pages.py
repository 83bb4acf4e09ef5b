"""What an HTML page runs and looks up: its scripts are the project's own, and the data they show are the results'.

Readers of outputs (read_html.py) pass scripts over, so everything that a script could write into the page at reading
time is held here against where it must come from: code against the templates, data against the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lxml import html

from publishing import TEMPLATES
from publishing.formats import drawings
from publishing.formats.html import CARDS, FIRST, LINES, READING
from publishing.verify import cards, elsewhere
from publishing.verify.catalogue import Catalogue
from publishing.verify.ledger import Ledger
from publishing.verify.problems import RENDER, Problem

DATA = "application/json"
PANEL = "panel"


def check_page(path: Path, source_name: str, ledger: Ledger, catalogue: Catalogue) -> Iterator[Problem]:
    """Everything on the page at ``path``, made of the document ``source_name``, that is not text or picture."""
    tree = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()

    def problem(where: str, message: str) -> Problem:
        return Problem(path.name, where, message, RENDER)

    for element in tree.iter("script"):
        if _is_data(element) and _panel_around(element) is None:
            if element.get("id") == cards.FIGURES_ID:
                yield from _figures(tree, element, catalogue, problem)
            elif element.get("id") == elsewhere.DATA_ID:
                expected = elsewhere.places(tree, path.name, (path.parent,))
                for one in different(_json(element), expected):
                    yield problem("previews", f"what stands in another document is not what is shown of it: {one}.")
            else:
                yield from _cards(tree, element, (source_name, path.stem), ledger, catalogue, problem)
    for panel in tree.find_class(PANEL):
        yield from _panel(panel, catalogue, problem)
    yield from check_scripts(path.name, tree, (FIRST, *READING, LINES, CARDS))


def check_scripts(page: str, tree: html.HtmlElement, names: Sequence[str]) -> Iterator[Problem]:
    """All that runs on the page is one of the scripts ``names``; data of cards and panels are checked elsewhere."""
    own = {_code(name) for name in names}
    for element in tree.iter("script", "noscript"):
        if _panel_around(element) is not None or _is_data(element):
            continue
        if element.tag == "noscript":
            yield Problem(page, "noscript", "words that only some readers see stand outside a panel.", RENDER)
        elif element.get("src") or (element.text or "").strip() not in own:
            message = f"a script is not one of the project's: “{_beginning(element)}”."
            yield Problem(page, "script", message, RENDER)
    for element in tree.iter("*"):
        for name, value in element.attrib.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                yield Problem(page, f"<{element.tag}>", f"the attribute {name} runs a script of its own.", RENDER)


def _is_data(element: html.HtmlElement) -> bool:
    is_known = element.get("id") in (cards.DATA_ID, cards.FIGURES_ID, elsewhere.DATA_ID)
    return is_known and element.get("type") == DATA


def _code(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _beginning(element: html.HtmlElement) -> str:
    return " ".join((element.text or element.get("src") or "").split())[:60]


def _panel_around(element: html.HtmlElement) -> html.HtmlElement | None:
    return next((one for one in element.iterancestors() if PANEL in one.get("class", "").split()), None)


def _panel(
    panel: html.HtmlElement, catalogue: Catalogue, problem: Callable[[str, str], Problem]
) -> Iterator[Problem]:
    """The panel's table is the one that the results give now, and nothing else stands in the panel."""
    name = panel.get("id", "")
    where = f"panel {name}"
    expected = catalogue.panels.get(name)
    if expected is None:
        yield problem(where, "the results have no table for this panel.")
        return
    data, rest = panel.findall("script"), panel.findall("noscript")
    found = _json(data[0]) if len(data) == 1 and data[0].get("type") == DATA else None
    if found is None:
        yield problem(where, "the panel has no table that can be read.")
    else:
        yield from (
            problem(where, f"the table differs from the results: {one}.") for one in different(found, expected)
        )
    words = " ".join("".join(one.text_content() for one in rest).split())
    if words != expected.get("fallback") or len(panel) != len(data) + len(rest) or _loose(panel):
        yield problem(where, f"“{words[:60]}” stands in the panel where only its fallback may.")


def _loose(panel: html.HtmlElement) -> bool:
    return any((text or "").strip() for text in (panel.text, *(child.tail for child in panel)))


def _json(element: html.HtmlElement) -> object:
    try:
        return json.loads(element.text or "")
    except json.JSONDecodeError:
        return None


def different(found: object, expected: object, place: str = "") -> Iterator[str]:
    """The first few places in which two pieces of JSON differ, in words."""
    if found == expected:
        return
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        pairs: Sequence[tuple[object, object, object]] = [(name, found[name], expected[name]) for name in expected]
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = [(index, one, other) for index, (one, other) in enumerate(zip(found, expected, strict=True))]
    else:
        yield f"{place or 'it'} reads {_short(found)}, not {_short(expected)}"
        return
    for name, one, other in pairs:
        yield from different(one, other, f"{place}.{name}" if place else str(name))


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


def _figures(
    tree: html.HtmlElement,
    element: html.HtmlElement,
    catalogue: Catalogue,
    problem: Callable[[str, str], Problem],
) -> Iterator[Problem]:
    """What the page offers as data of its figures, and the cards of their lines, are what the results give now."""
    names, lines = tree.xpath(f"//@{drawings.NAME}"), tree.xpath(f"//@{drawings.ROW}")
    expected = json.loads(json.dumps(cards.of_figures(set(names), set(lines), catalogue)))
    for one in different(_json(element), expected):
        yield problem("data of figures", f"they differ from the results: {one}.")


def _cards(
    tree: html.HtmlElement,
    element: html.HtmlElement,
    names: tuple[str, str],
    ledger: Ledger,
    catalogue: Catalogue,
    problem: Callable[[str, str], Problem],
) -> Iterator[Problem]:
    """What the numbers' cards show is what the results say; their expressions are those of the ledger."""
    source_name, document = names
    found = _json(element)
    if not isinstance(found, Mapping):
        yield problem("cards", "the origins of the numbers cannot be read.")
        return
    printed = {("key", name) for name in tree.xpath("//@data-key")} | {
        ("claim", name) for name in tree.xpath("//@data-claim")
    }
    # through JSON, as the page has it
    expected = json.loads(json.dumps(cards.origins(source_name, printed, [], catalogue)))
    known = {(one["key"], one["expression"], one["line"]) for one in ledger.printed(document, "html")}
    for key, number in found.get("numbers", {}).items():
        for expression, line in number.pop("expressions", []):
            if (key, expression, line) not in known:
                yield problem("cards", f"{key} is not printed by {expression} in line {line}.")
    yield from (problem("cards", f"a card differs from the results: {one}.") for one in different(found, expected))
