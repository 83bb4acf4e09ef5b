"""Reading a page in a headless Chromium: previews of citations and references, contents, panel, small screens."""

import pytest

CITATION = "document.querySelector('a[href=\"#ref-hartung2001\"]')"
RANGE = "Array.from(document.querySelectorAll('a[role=doc-biblioref]')).find(a => a.nextSibling.data === '–')"
BOX = "document.querySelector('.preview')"
PANEL = "document.getElementById('mix')"
FOCUSED = "document.activeElement"


@pytest.fixture
def page(tab, paper):
    tab.open(paper / "_output" / "manuscript.html")
    yield tab
    assert tab.faults == []


def tab_to(page, condition):
    for _ in range(60):
        page.press("Tab")
        if page.evaluate(f"Boolean({condition})"):
            return
    raise AssertionError(f"the keyboard never reaches {condition}")


# Previews ------------------------------------------------------------------------------------------------------


def test_the_mouse_on_a_citation_shows_the_reference_until_it_leaves(page):
    page.hover(CITATION)
    page.wait(f"!{BOX}.hidden")
    assert "A refined method" in page.evaluate(f"{BOX}.innerText")
    page.hover(BOX)
    assert not page.evaluate(f"{BOX}.hidden")
    page.hover("document.querySelector('h1')")
    page.wait(f"{BOX}.hidden")


def test_a_range_of_citations_shows_all_of_it(page):
    page.hover(RANGE)
    page.wait(f"!{BOX}.hidden")
    said = page.evaluate(f"{BOX}.innerText")
    assert all(words in said for words in ("A refined method", "Improved tests", "A simple confidence interval"))


def test_the_keyboard_shows_a_reference_tells_of_its_place_and_escape_closes_it(page):
    tab_to(page, f"{FOCUSED} === {CITATION}")
    assert "A refined method" in page.evaluate(f"{BOX}.innerText")
    assert page.evaluate(f"{FOCUSED}.getAttribute('aria-describedby')") == "ref-hartung2001"
    page.press("Escape")
    assert page.evaluate(f"{BOX}.hidden")
    page.press("Enter")
    page.wait("location.hash === '#ref-hartung2001'")


def test_references_to_a_table_a_figure_a_section_and_an_equation_show_them(page):
    for name, part in (("tbl-arms", "table"), ("fig-plot", "svg"), ("sec-introduction", "p"), ("eq-model", "math")):
        page.hover(f"document.querySelector('main a.xref[href=\"#{name}\"]')")
        page.wait(f"!{BOX}.hidden && {BOX}.querySelector('{part}')")
    page.hover("document.querySelector('main a.xref[href=\"#tbl-arms\"]')")
    page.wait(f"!{BOX}.hidden && {BOX}.querySelector('table')")
    assert "Deaths by arm; ratio 0.79." in page.evaluate(f"{BOX}.innerText")


def test_a_preview_adds_no_place_no_number_and_no_stop(page):
    ids = "Array.from(document.querySelectorAll('[id]')).map(e => e.id)"
    before = page.evaluate(ids)
    page.hover("document.querySelector('main a.xref[href=\"#tbl-arms\"]')")
    page.wait(f"!{BOX}.hidden")
    assert page.evaluate(ids) == before
    stops = 'a[href]:not([tabindex="-1"]), [data-key], [tabindex="0"]'
    assert page.evaluate(f"{BOX}.querySelectorAll('{stops}').length") == 0
    assert page.evaluate(f"{BOX}.getAttribute('aria-hidden')") == "true"


def test_a_finger_sees_the_reference_first_and_follows_it_second(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", width=390, touch=True)
    tab.tap(CITATION)
    tab.wait(f"!{BOX}.hidden")
    left, right = tab.evaluate(f"(b => [b.left, b.right])({BOX}.getBoundingClientRect())")
    assert left >= 0 and right <= 390 and tab.evaluate("location.hash") == ""
    tab.tap(CITATION)
    tab.wait("location.hash === '#ref-hartung2001'")
    assert tab.evaluate(f"{BOX}.hidden")


# Contents and small screens ------------------------------------------------------------------------------------


def test_the_contents_mark_the_section_that_is_read(page):
    marked = "Array.from(document.querySelectorAll('#TOC [aria-current]')).map(a => a.hash)"
    assert page.evaluate(marked) == []
    page.evaluate("document.getElementById('sec-results').scrollIntoView({behavior: 'instant'})")
    page.wait(f"{marked}[0] === '#sec-results'")
    assert page.evaluate(f"{marked}.length") == 1
    assert page.evaluate("getComputedStyle(document.getElementById('TOC')).position") == "sticky"


def test_a_telephone_folds_the_contents_and_never_scrolls_sideways(tab, paper):
    for name in ("manuscript", "supplement"):
        tab.open(paper / "_output" / f"{name}.html", width=390, touch=True)
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        assert tab.evaluate("document.querySelector('#TOC details').open") is False
        frames = "Array.from(document.querySelectorAll('.table-scroll'))"
        assert tab.evaluate(f"{frames}.every(e => e.matches('.fits') || getComputedStyle(e).overflowX === 'auto')")
        assert tab.evaluate("document.querySelector('.table-scroll').tabIndex") == 0
        size = {"height": 800, "deviceScaleFactor": 1, "mobile": False}
        tab.call("Emulation.setDeviceMetricsOverride", width=1280, **size)
        tab.wait("document.querySelector('#TOC details').open")


def test_the_first_stop_skips_to_the_text(page):
    page.press("Tab")
    assert page.evaluate(f"{FOCUSED}.className") == "skip-link"
    assert page.evaluate(f"{FOCUSED}.getBoundingClientRect().left") == 0
    page.press("Enter")
    page.wait(f"{FOCUSED} === document.querySelector('main')")


# The panel -----------------------------------------------------------------------------------------------------


def shown(page):
    """Headline, values and notes of the panel."""
    return page.evaluate(
        f"[{PANEL}.querySelector('.panel-headline').textContent,"
        f"Array.from({PANEL}.querySelectorAll('dd')).map(e => e.textContent),"
        f"Array.from({PANEL}.querySelectorAll('.panel-notes li')).map(e => e.textContent)]"
    )


def box(name):
    return f"{PANEL}.querySelector('input[value={name}]')"


def test_a_tick_and_a_choice_show_the_table_s_own_words(page):
    assert shown(page) == ["Ratio 0.79 plain", ["2"], []]
    page.click(box("careful"))
    assert shown(page) == ["Ratio 0.79 careful", ["2"], []]
    page.click(box("b"))
    assert shown(page) == ["Ratio of first 0.60", ["1"], ["One trial only."]]
    page.click(box("a"))
    assert shown(page) == ["Nothing is ticked.", ["–"], []]
    assert page.evaluate(f"{PANEL}.querySelectorAll('.panel-own').length") == 0


def test_the_choice_is_in_the_address_and_reset_takes_it_out(page):
    page.click(box("a"))
    kept = page.evaluate("location.hash")
    assert kept == "#mix?members=b&how=plain"
    assert page.evaluate(f"{PANEL}.querySelector('.panel-foot a').getAttribute('href')") == kept
    page.click(f"{PANEL}.querySelector('button')")
    assert page.evaluate("location.hash") == "" and shown(page) == ["Ratio 0.79 plain", ["2"], []]


def test_a_link_brings_the_choice_back(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", place="#mix?members=b&how=careful")
    assert shown(tab) == ["Ratio of second 1.10", ["1"], ["One trial only."]]
    assert tab.evaluate(f"{box('careful')}.checked && !{box('a')}.checked")
    tab.evaluate("location.hash = '#mix?members=a,b&how=careful'")
    tab.wait(f"{PANEL}.querySelector('.panel-headline').textContent === 'Ratio 0.79 careful'")
    assert tab.faults == []


@pytest.mark.parametrize(
    "place",
    [
        "#mix?members=zoe&how=plain",
        "#mix?members=a",
        "#mix?members=a,a&how=plain",
        "#mix?members=a&how=best",
        "#mix?%",
    ],
)
def test_a_link_that_does_not_fit_is_ignored_and_said_so(tab, paper, place):
    tab.open(paper / "_output" / "manuscript.html", place=place)
    assert shown(tab) == ["Ratio 0.79 plain", ["2"], []]
    assert "was ignored" in tab.evaluate(f"{PANEL}.querySelector('.panel-notice').textContent")
    tab.click(box("a"))
    assert tab.evaluate(f"{PANEL}.querySelector('.panel-notice').textContent") == ""
    assert tab.faults == []


def test_the_panel_works_by_keyboard_and_is_spoken(page):
    tab_to(page, f"{FOCUSED} === {box('a')}")
    page.press(" ")
    assert shown(page)[0] == "Ratio of second 1.10"
    page.press("Tab")
    page.press("Tab")
    page.press("ArrowRight")
    assert page.evaluate(f"{box('careful')}.checked")
    assert (
        page.evaluate(f"{PANEL}.getAttribute('role') + {PANEL}.querySelector('.panel-result').role") == "regionstatus"
    )
    legends = page.evaluate(f"Array.from({PANEL}.querySelectorAll('fieldset > legend')).map(e => e.textContent)")
    assert legends == ["Trials", "How"]


def test_without_scripts_the_page_says_so_in_the_panel_s_place(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", scripts=False)
    assert tab.evaluate(f"{PANEL}.innerText").strip() == "Nothing to choose from here."
    tab.click(CITATION)
    tab.wait("location.hash === '#ref-hartung2001'")


def test_print_leaves_the_panel_and_the_contents_out(page):
    page.call("Emulation.setEmulatedMedia", media="print")
    shown_as = "Array.from(document.querySelectorAll('.panel, #TOC')).map(e => getComputedStyle(e).display)"
    assert page.evaluate(shown_as) == ["none", "none"]
    page.call("Emulation.setEmulatedMedia", media="")
