"""What a page offers beside its text, in a headless Chromium: figures, tables, lines, places, light and dark."""

import pytest

FIGURE = "document.getElementById('fig-plot')"
TABLE = "document.getElementById('tbl-arms')"
DRAWING = f"{FIGURE}.querySelector('.drawing')"
#: keeps what would be saved instead of saving it
KEEP = """
window.kept = [];
URL.createObjectURL = blob => { window.kept.push(blob); return 'blob:none'; };
HTMLAnchorElement.prototype.click = function () { window.kept.push(this.download); };
"""


@pytest.fixture
def page(tab, paper):
    tab.open(paper / "_output" / "manuscript.html")
    tab.evaluate(KEEP)
    yield tab
    assert tab.faults == []


def button(place: str, words: str) -> str:
    return f"Array.from({place}.querySelectorAll('button')).find(e => e.textContent === '{words}')"


def saved(page, ending: str) -> str:
    page.wait("window.kept.length >= 2")
    assert page.evaluate("window.kept.at(-1)").endswith(ending)
    return page.evaluate("window.kept.at(-2).text()")


def test_the_texts_of_a_drawing_are_found_and_selected(page):
    assert page.evaluate("window.find('0.79 (0.49–1.30)', true, false, true)")
    assert page.evaluate(f"getSelection().removeAllRanges(), {FIGURE}.querySelectorAll('svg text').length") == 3
    page.evaluate(f"getSelection().selectAllChildren({FIGURE}.querySelector('svg text'))")
    assert page.evaluate("getSelection().toString()") == "0.79 (0.49–1.30)"


def test_a_drawing_is_one_picture_to_those_who_listen(page):
    (tree,) = [
        one for one in page.call("Accessibility.getFullAXTree")["nodes"]
        if one.get("role", {}).get("value") == "image" and "A plot of" in one.get("name", {}).get("value", "")
    ]  # fmt: skip
    assert tree["name"]["value"] == "A plot of 0.79 from five trials."
    nodes = {one["nodeId"]: one for one in page.call("Accessibility.getFullAXTree")["nodes"]}
    below = [nodes[name] for name in tree.get("childIds", [])]
    assert all(one["ignored"] or not one["name"]["value"] for one in below)
    assert "favours" not in [one.get("name", {}).get("value") for one in nodes.values() if not one["ignored"]]


def test_a_drawing_is_saved_as_it_is_printed(page):
    page.click(button(FIGURE, "SVG"))
    content = saved(page, ".svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in content and "0.79 (0.49–1.30)" in content
    assert "var(" not in content and 'width="302.4pt"' in content
    page.click(button(FIGURE, "PNG"))
    page.wait("window.kept.length >= 4")
    assert page.evaluate("window.kept.at(-2).type") == "image/png"
    assert page.evaluate("createImageBitmap(window.kept.at(-2)).then(b => [b.width, b.height])") == [1260, 360]


def test_what_a_figure_draws_is_saved_as_a_table(page):
    page.click(button(FIGURE, "Data (CSV)"))
    assert saved(page, "manuscript-figure-1.csv") == '\ufeffarm,deaths\r\n"treated, all",12\r\nothers,\r\n'.lstrip(
        "\ufeff"
    )
    assert page.evaluate("window.kept.at(-2).arrayBuffer().then(b => Array.from(new Uint8Array(b).slice(0, 3)))") == [
        0xEF, 0xBB, 0xBF,
    ]  # fmt: skip


def test_a_table_is_saved_whole(page):
    page.click(button(TABLE, "CSV"))
    assert saved(page, "manuscript-table-1.csv").split("\r\n")[:2] == ["Arm,Deaths", "MSC,12"]


def test_full_size_shows_the_drawing_itself_and_gives_it_back(page):
    opener = button(FIGURE, "Full size")
    page.click(opener)
    page.wait(
        f"document.querySelector('dialog.full-size').open && !{FIGURE}.contains(document.querySelector('.drawing'))"
    )
    assert page.evaluate("document.querySelectorAll('svg text').length") >= 3
    page.press("Escape")
    page.wait(f"{FIGURE}.contains(document.querySelector('.drawing'))")
    assert page.evaluate(f"document.activeElement === {opener}")


def card(page) -> str:
    page.wait("document.querySelector('dialog.line-card')?.open")
    return page.evaluate("document.querySelector('dialog.line-card').innerText")


def test_a_line_of_a_figure_opens_its_card(page):
    page.click(f"{FIGURE}.querySelector('[data-row] text')")
    said = card(page)
    for part in ("Smith", "Treated", "12 of 100", "as counted", "Smith 2020, Table 2", "12 of 100 died", "A trial."):
        assert part in said, part


def test_the_keyboard_opens_it_too(page):
    page.evaluate(f"{FIGURE}.querySelector('details summary').focus()")
    page.press("Enter")
    page.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Smith"
    page.press("Enter")
    assert "12 of 100" in card(page)
    assert page.evaluate("document.activeElement.id") == "line-card-title"


def test_every_section_has_a_link_and_references_lead_back(page):
    headings = page.evaluate("document.querySelectorAll('main :is(h2, h3, h4, h5)[id]:not(.panel-heading)').length")
    assert page.evaluate("document.querySelectorAll('main .permalink').length") == headings > 2
    back = page.evaluate(
        "Array.from(document.querySelectorAll('.cited'), e => [e.textContent.trim(), e.querySelector('a').hash])"
    )
    assert [words for words, _ in back] == ["Cited in 1."] * 3
    for _, place in back:
        assert page.evaluate(f"document.querySelector('{place}').matches('[role=doc-biblioref]')")


def test_a_reference_into_another_document_is_shown(page):
    page.hover("document.querySelector('main a.xref[href=\"supplement.html#stbl-numbers\"]')")
    page.wait("!document.querySelector('.preview').hidden")
    said = page.evaluate("document.querySelector('.preview').innerText")
    assert "Every number." in said and "ratio.estimate" in said


def test_a_page_with_authors_says_how_to_cite_it(page):
    page.click(button("document.querySelector('.page-links')", "Cite"))
    page.wait("document.querySelector('dialog.tool-dialog').open")
    said = page.evaluate("document.querySelector('dialog.tool-dialog').innerText")
    assert "Ann Example, Bob Sample. A small review of COVID-19." in said
    assert "@misc{" in said and "author = {Ann Example and Bob Sample}" in said
    kept = "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }"
    page.evaluate(f"{kept}; undefined")
    page.click(button("document.querySelector('dialog.tool-dialog')", "Copy"))
    page.wait("window.copied")
    assert page.evaluate("window.copied") == "Ann Example, Bob Sample. A small review of COVID-19."


def test_the_link_to_a_choice_is_copied(page):
    page.evaluate(
        "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }; undefined"
    )
    page.click("document.querySelector('#mix .panel-foot a')")
    page.wait("window.copied")
    assert page.evaluate("window.copied.endsWith('#mix?members=a,b&how=plain')")


def test_the_panel_draws_what_it_pools(page):
    names = "Array.from(document.querySelectorAll('#mix .panel-name'), e => e.textContent)"
    assert page.evaluate(names) == ["First", "Yours", "Theirs"]
    page.click("document.querySelector('#mix input[value=a]')")
    assert page.evaluate(names) == ["Yours", "Theirs"]


def test_light_and_dark_are_chosen_and_remembered(tab, paper):
    path = paper / "_output" / "manuscript.html"
    ground = "getComputedStyle(document.body).backgroundColor"
    tab.open(path, dark=True)
    tab.evaluate("localStorage.clear()")
    tab.open(path, dark=True)
    dark = tab.evaluate(ground)
    tab.click("document.querySelector('.theme-toggle')")
    light = tab.evaluate(ground)
    assert light != dark
    tab.open(path, dark=True)
    assert tab.evaluate(ground) == light
    tab.evaluate("localStorage.clear()")
    tab.open(path, dark=False, scripts=False)
    assert tab.evaluate(ground) == light
    tab.open(path, dark=True, scripts=False)
    assert tab.evaluate(ground) == dark


def test_a_drawing_takes_the_inks_of_a_dark_page(tab, paper):
    ink = f"getComputedStyle({FIGURE}.querySelector('svg text')).fill"
    path = paper / "_output" / "manuscript.html"
    tab.open(path)
    light = tab.evaluate(ink)
    tab.open(path, dark=True)
    assert tab.evaluate(ink) != light


def test_a_telephone_has_a_way_back_to_the_contents(tab, paper):
    tab.open(paper / "_output" / "manuscript.html", width=390, touch=True)
    way = "document.querySelector('.to-contents')"
    assert tab.evaluate(f"{way}.hidden")
    tab.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    tab.wait(f"!{way}.hidden")
    tab.tap(way)
    tab.wait("document.querySelector('#TOC details').open")
