"""The numbers' cards in a headless Chromium: mouse, touch, keyboard alone, and without JavaScript."""

import pytest

ALL = "Array.from(document.querySelectorAll('a.number, a.claim'))"
NUMBER = "document.querySelector('article [data-key=\"ratio.low\"]')"
CLAIM = "document.querySelector('article [data-claim]')"
CARD = "document.querySelector('dialog.number-card')"
FOCUSED = "document.activeElement"


@pytest.fixture
def page(tab, paper):
    tab.open(paper / "_output" / "manuscript.html")
    return tab


def card_text(page) -> str:
    page.wait(f"{CARD}.open")
    return page.evaluate(f"{CARD}.innerText")


def test_a_click_opens_the_card_of_a_number(page):
    page.click(NUMBER)
    said = card_text(page)
    parts = (
        "0.49", "0.4851", "ratio.low", "Smith 2020, Table 2", "12 of 100 died", "reported", "by hand",
        "0.4851 by pencil, relative deviation 0.0e+0", "Code and key",
    )  # fmt: skip
    places = [said.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert "results: value" not in said
    page.click(f"{CARD}.querySelector('summary')")
    for part in ("results: value", 'n.short("ratio")', "(manuscript.qmd, line "):
        assert part in card_text(page), part
    links = page.evaluate(f"Array.from({CARD}.querySelectorAll('a')).map(a => a.getAttribute('href'))")
    assert links == ["https://example.org/a", "origins.html#n-ratio.low"]
    page.press("Escape")
    assert not page.evaluate(f"{CARD}.open")


def test_a_click_opens_the_card_of_a_claim(page):
    page.click(CLAIM)
    said = card_text(page)
    assert "favoured therapy" in said and "the ratio is below 1" in said and "holds" in said
    assert "ratio < 1" not in said and "ratio < 1" in page.evaluate(f"{CARD}.textContent")


def test_a_card_opens_at_its_heading(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", width=390, touch=True)
    tab.tap(NUMBER)
    tab.wait(f"{CARD}.open")
    assert tab.evaluate(f"[{CARD}.scrollTop, {FOCUSED}.id]") == [0, "number-card-title"]


def test_a_second_click_selects_the_number_instead(page):
    x, y = page.centre(NUMBER)
    for count in (1, 2):
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)
    page.evaluate("new Promise(done => setTimeout(done, 600))")
    assert page.evaluate("getSelection().toString().trim()") in ("0.49", "0")
    assert not page.evaluate(f"{CARD}.open")


def test_a_click_beside_the_card_closes_it(page):
    page.click(NUMBER)
    page.wait(f"{CARD}.open")
    page.evaluate("window.scrollTo(0, 0)")
    for kind in ("mousePressed", "mouseReleased"):
        page.call("Input.dispatchMouseEvent", type=kind, x=2, y=790, button="left", clickCount=1)
    assert not page.evaluate(f"{CARD}.open")


def test_a_tap_opens_the_card_and_it_fits_a_small_screen(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", width=360, touch=True)
    tab.tap(NUMBER)
    tab.wait(f"{CARD}.open")
    box = tab.evaluate(f"(b => [b.left, b.right, b.top, b.bottom])({CARD}.getBoundingClientRect())")
    assert box[0] >= 0 and box[1] <= 360 and box[2] >= 0 and box[3] <= 800


def test_the_card_does_not_cover_its_number(page):
    page.click(NUMBER)
    page.wait(f"{CARD}.open")
    boxes = page.evaluate(
        f"[{CARD}, {NUMBER}].map(e => {{ const b = e.getBoundingClientRect(); return [b.top, b.bottom] }})"
    )
    (top, bottom), (number_top, number_bottom) = boxes
    assert top >= number_bottom or bottom <= number_top


def test_reading_meets_no_buttons_or_links_where_numbers_stand(page):
    assert page.evaluate(f"{ALL}.length") == 17
    assert page.evaluate(f"{ALL}.filter(e => e.matches('[href], [role], [tabindex]')).length") == 0


def test_the_keyboard_alone_reaches_every_number(page):
    for _ in range(20):
        page.press("Tab")
        if page.evaluate(f"{FOCUSED}.className") == "numbers-toggle":
            break
    else:
        raise AssertionError("the button is not among the first stops")
    page.press("Enter")
    assert page.evaluate("document.querySelector('.numbers-toggle').getAttribute('aria-pressed')") == "true"
    seen = [page.evaluate(f"{FOCUSED}.dataset.key || {FOCUSED}.dataset.claim")]
    for _ in range(16):
        page.press("ArrowRight")
        seen.append(page.evaluate(f"{FOCUSED}.dataset.key || {FOCUSED}.dataset.claim"))
    assert seen == page.evaluate(f"{ALL}.map(e => e.dataset.key || e.dataset.claim)")
    assert page.evaluate(f"{ALL}.filter(e => e.hasAttribute('tabindex')).length") == 1
    spoken = page.evaluate(f"['role', 'aria-haspopup'].map(name => {FOCUSED}.getAttribute(name))")
    assert spoken == ["button", "dialog"]
    page.press("Home")
    page.press("ArrowRight")
    page.press("Enter")
    assert "trials" in card_text(page) and page.evaluate(f"{CARD}.contains({FOCUSED})")
    page.press("Escape")
    assert page.evaluate(f"{FOCUSED}.dataset.key") == "trials"
    page.press("Escape")
    assert page.evaluate(f"{FOCUSED}.className") == "numbers-toggle"
    assert page.evaluate(f"{ALL}.filter(e => e.hasAttribute('tabindex')).length") == 0


def test_without_javascript_the_number_leads_to_its_origin(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", scripts=False)
    tab.click(NUMBER)
    tab.wait("location.pathname.endsWith('origins.html') && document.readyState === 'complete'")
    assert tab.evaluate("location.hash") == "#n-ratio.low"
    assert tab.evaluate("document.querySelector('tr:target th').innerText").split() == ["0.49", "unrounded", "0.4851"]


def test_without_javascript_the_keyboard_follows_the_link_too(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", scripts=False)
    for _ in range(40):
        tab.press("Tab")
        if tab.evaluate(f"{FOCUSED}.dataset.key") == "trials":
            break
    tab.press("Enter")
    tab.wait("location.hash === '#n-trials'")


def test_the_page_asks_for_nothing(page):
    page.click(NUMBER)
    page.wait(f"{CARD}.open")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in loaded if not name.startswith("data:")] == []
