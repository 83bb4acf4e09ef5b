"""What the pages hold for the numbers' cards, found by parsing them; test_cards_in_browser.py uses them."""

import json
import re

import pytest
from lxml import html

from publishing.formats.html import CARDS, FIRST, LINES, READING
from publishing.verify.cards import MOST_ROWS, embed, origins
from publishing.verify.catalogue import Catalogue
from publishing.verify.sources import Printing, Source


@pytest.fixture(scope="module")
def page(paper):
    return html.parse(str(paper / "_output" / "manuscript.html")).getroot()


@pytest.fixture(scope="module")
def data(page):
    (script,) = page.xpath("//script[@id='number-origins']")
    assert script.get("type") == "application/json"
    return json.loads(script.text)


def test_the_page_holds_the_origin_of_each_of_its_numbers_and_of_no_other(page, data):
    assert set(data["numbers"]) == set(page.xpath("//@data-key"))
    assert set(data["claims"]) == set(page.xpath("//@data-claim")) == {"favours"}
    number = data["numbers"]["ratio.estimate"]
    assert number["value"] == 0.7912345 and number["second"]["by"] == "pencil"
    assert number["expressions"][0][0] == 'n("ratio.estimate")'
    assert data["rows"]["row-1"]["quotation"] == "12 of 100 died"
    assert data["claims"]["favours"] == {"says": "the ratio is below 1", "predicate": "ratio < 1", "holds": True}
    assert data["file"] == "manuscript.qmd"


def test_without_the_script_each_number_is_a_link_to_its_row(paper, page):
    places = set(html.parse(str(paper / "_output" / "origins.html")).getroot().xpath("//@id"))
    links = page.xpath("//a[@data-key or @data-claim]/@href")
    assert len(links) == 17
    for link in links:
        file, _, name = link.partition("#")
        assert file == "origins.html" and name in places


def test_numbers_are_no_buttons_and_no_tab_stops_of_their_own(page):
    for number in page.xpath("//a[@data-key or @data-claim]"):
        assert number.get("role") is None and number.get("tabindex") is None


def test_nothing_is_loaded_from_elsewhere(page):
    code = "".join(page.xpath("//script[not(@type)]/text()"))
    # a name, and the address that a citation gives
    code = code.replace("http://www.w3.org/2000/svg", "").replace("https://doi.org/", "")
    assert not page.xpath("//script/@src") and code.count("use strict") == len((FIRST, *READING, CARDS, LINES))
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|https?://", code)


def test_text_that_would_end_the_script_is_kept_inside(tmp_path):
    page = tmp_path / "x.html"
    page.write_text('<html><body><a data-key="a&amp;b">1</a></body></html>')
    evil = "</script><b>out</b>"
    entry = {
        "value": evil,
        "meaning": evil,
        "method": "",
        "code": "x: value",
        "file": "x.py",
        "rows": [],
        "second": None,
    }
    embed(page, "x.qmd", [Source(evil, 3, (Printing("a&b", "1"),))], Catalogue({"a&b": entry}, {}, {}))
    tree = html.fromstring(page.read_text())
    assert not tree.xpath("//b")
    data = json.loads(tree.xpath("//script[@id='number-origins']/text()")[0])
    assert data["numbers"]["a&b"]["value"] == evil and data["numbers"]["a&b"]["expressions"] == [[evil, 3]]


def test_a_page_without_numbers_stays_as_it_is(tmp_path):
    page = tmp_path / "x.html"
    page.write_text("<html><body>Words</body></html>")
    embed(page, "x.qmd", [], Catalogue({}, {}, {}))
    assert page.read_text() == "<html><body>Words</body></html>"


def test_a_number_that_rests_on_very_many_rows_names_none_on_its_card():
    rows = {f"r{i}": {"source": "s"} for i in range(MOST_ROWS + 1)}
    entry = {"value": 13, "meaning": "m", "rows": list(rows)}
    data = origins("x.qmd", [("key", "n")], [], Catalogue({"n": entry}, rows, {}))
    assert data["numbers"]["n"] == {"value": 13, "meaning": "m"} and data["rows"] == {}
