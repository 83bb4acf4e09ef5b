"""The pages of the small paper held against the accessibility rules of axe-core, in a headless Chromium."""

from importlib.resources import files

import browser
import pytest
from conftest import PROGRAM

GRAVE = ("serious", "critical")
AXE = files("axe_playwright_python").joinpath("axe.min.js")
FINDINGS = (
    "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map("
    "one => [one.impact, one.id, one.nodes.length, one.nodes[0].html.slice(0, 120)]))"
)
CITATION = "document.querySelector('a[href=\"#ref-hartung2001\"]')"


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    assert PROGRAM
    with browser.running(PROGRAM, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def findings(tab):
    """What axe-core holds against the page as it is now: impact, rule, number of elements, the first one."""

    def run():
        tab.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        return tab.evaluate(FINDINGS)

    return run


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["manuscript", "supplement"])
def test_a_page_has_no_grave_finding(tab, paper, findings, name, width, dark):
    tab.open(paper / "_output" / f"{name}.html", width=width, touch=width < 500, dark=dark)
    assert [one for one in findings() if one[0] in GRAVE] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nor_has_it_with_a_card_or_a_preview_open(tab, paper, findings, dark):
    tab.open(paper / "_output" / "manuscript.html", dark=dark)
    tab.hover(CITATION)
    tab.wait("!document.querySelector('.preview').hidden")
    assert [one for one in findings() if one[0] in GRAVE] == []
    tab.press("Escape")
    tab.click("document.querySelector('article [data-key=\"ratio.low\"]')")
    tab.wait("document.querySelector('dialog.number-card').open")
    assert [one for one in findings() if one[0] in GRAVE] == []


def test_axe_finds_what_is_wrong(tab, paper, findings):
    tab.open(paper / "_output" / "manuscript.html")
    tab.evaluate("document.querySelector('.panel input').parentElement.replaceWith(document.createElement('input'))")
    assert ["critical", "label"] in [one[:2] for one in findings()]
