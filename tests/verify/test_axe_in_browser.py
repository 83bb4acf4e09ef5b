"""The pages of the small paper held against the accessibility rules of axe-core, in a headless Chromium."""

import pytest
from accessibility import grave_findings

CITATION = "document.querySelector('a[href=\"#ref-hartung2001\"]')"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["manuscript", "supplement", "origins"])
def test_a_page_has_no_grave_finding(tab, paper, name, width, dark):
    tab.open(paper / "_output" / f"{name}.html", width=width, touch=width < 500, dark=dark)
    assert grave_findings(tab) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nor_has_the_front_page_of_a_site(tab, with_site, width, dark):
    tab.open(with_site / "_site" / "index.html", width=width, touch=width < 500, dark=dark)
    assert grave_findings(tab) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nor_has_it_with_a_card_or_a_preview_open(tab, paper, dark):
    tab.open(paper / "_output" / "manuscript.html", dark=dark)
    tab.hover(CITATION)
    tab.wait("!document.querySelector('.preview').hidden")
    assert grave_findings(tab) == []
    tab.press("Escape")
    tab.click("document.querySelector('article [data-key=\"ratio.low\"]')")
    tab.wait("document.querySelector('dialog.number-card').open")
    assert grave_findings(tab) == []


def test_axe_finds_what_is_wrong(tab, paper):
    tab.open(paper / "_output" / "manuscript.html")
    tab.evaluate("document.querySelector('.panel input').parentElement.replaceWith(document.createElement('input'))")
    assert ["critical", "label"] in [one[:2] for one in grave_findings(tab)]
