"""The page of origins in a headless Chromium: search, filters, the row aimed at, telephones, and without scripts."""

import pytest

SHOWN = "Array.from(document.querySelectorAll('tr[id^=n-], tr[id^=c-]')).filter(r => !r.closest('[hidden]'))"
ROWS = f"{SHOWN}.map(r => r.id)"
AIMED = "document.querySelector('tr:target')"


@pytest.fixture
def page(tab, paper):
    tab.open(paper / "_output" / "origins.html")
    yield tab
    assert tab.faults == []


def search(page, words):
    page.evaluate(
        f"(() => {{ const i = document.querySelector('input[type=search]'); i.value = {words!r};"
        "i.dispatchEvent(new Event('input')); })()"
    )


def choose(page, name, value):
    page.evaluate(
        f"(() => {{ const s = Array.from(document.querySelectorAll('form.find label'))"
        f".find(l => l.firstChild.data === {name!r}).querySelector('select');"
        "s.dispatchEvent(new Event('focus'));"
        f"s.value = {value!r}; s.dispatchEvent(new Event('change')); }})()"
    )


def test_a_search_leaves_the_rows_that_have_all_words(page):
    search(page, "0.79 ratio.est")
    page.wait(f"{ROWS}.length === 1")
    assert page.evaluate(ROWS) == ["n-ratio.estimate"]
    assert page.evaluate("document.querySelector('form.find output').textContent") == "1 of 7 rows"


def test_documents_and_kinds_are_chosen_from_those_that_are_there(page):
    choose(page, "Kind", "claim")
    assert page.evaluate(ROWS) == ["c-favours"]
    choose(page, "Kind", "count")
    assert page.evaluate(ROWS) == ["n-trials", "n-arms.msc.events", "n-arms.control.events"]
    choose(page, "Document", "Supplement")
    assert len(page.evaluate(ROWS)) == 3
    page.click("document.querySelector('button[type=reset]')")
    page.wait(f"{ROWS}.length === 7")


def test_the_row_aimed_at_is_marked_in_view_and_shows_the_words_of_its_sources(tab, paper):
    tab.open(paper / "_output" / "origins.html", place="#n-arms.control.events")
    assert tab.evaluate(f"{AIMED}.querySelector('q').textContent") == "12 of 100 died"
    box = f"{AIMED}.getBoundingClientRect()"
    bar = "document.querySelector('form.find').getBoundingClientRect().bottom"
    assert tab.evaluate(f"{box}.top >= {bar} && {box}.top < innerHeight")
    plain = "getComputedStyle(document.getElementById('n-trials')).backgroundColor"
    assert tab.evaluate(f"getComputedStyle({AIMED}).backgroundColor !== {plain}")


def test_a_row_that_is_filtered_away_is_shown_when_it_is_aimed_at(page):
    search(page, "pencil nowhere")
    page.wait(f"{ROWS}.length === 0")
    page.evaluate("location.hash = '#n-trials'")
    page.wait(f"{ROWS}.includes('n-trials') && {AIMED}.id === 'n-trials'")
    quoted = page.evaluate(f"Array.from({AIMED}.querySelectorAll('q')).map(q => q.textContent)")
    assert quoted == ["12 of 100 died", "five trials"]


def test_the_head_of_the_table_stays_below_the_search(page):
    page.evaluate("document.getElementById('n-arms.control.events').scrollIntoView({block: 'end'})")
    page.evaluate("scrollBy(0, 60)")
    bar = "document.querySelector('form.find').getBoundingClientRect()"
    assert page.evaluate(f"{bar}.top") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('thead th')).position") == "sticky"


def test_a_telephone_shows_rows_one_below_the_other_and_never_scrolls_sideways(tab, paper):
    tab.open(paper / "_output" / "origins.html", width=390, touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    cells = "Array.from(document.getElementById('n-trials').cells)"
    assert tab.evaluate(f"new Set({cells}.map(c => c.getBoundingClientRect().left)).size") == 1


def test_without_scripts_every_row_stands_there_and_sources_are_links(tab, paper):
    tab.open(paper / "_output" / "origins.html", scripts=False, place="#n-ratio.low")
    assert tab.evaluate("document.querySelector('form.find')") is None
    assert tab.evaluate(f"{ROWS}.length") == 7
    assert tab.evaluate(f"{AIMED}.querySelector('td:last-child a').hash") == "#row-row-1"
