"""The page of origins: one row for each printed number, by either engine, held against ledger and results."""

import csv
import io
import json
import re

import pytest
import tampering
from lxml import html

from publishing.engine import quarto
from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.project.configuration import load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.verify import ledger, origins

#: what the ledger adds to a page of the documents
CARDS = re.compile(rb'<script type="application/json" id="(?:other-places|number-origins)">.*', re.DOTALL)


@pytest.fixture(scope="module")
def page(paper):
    return html.parse(str(paper / "_output" / "origins.html")).getroot()


@pytest.fixture(scope="module")
def kept(paper):
    return ledger.load_ledger(paper / "_output")


def row(page, place):
    (found,) = page.xpath("//tr[@id=$place]", place=place)
    return [" ".join(" ".join(cell.itertext()).split()) for cell in found]


def test_every_printed_number_and_phrase_has_one_row(page, kept):
    places = [name for name in page.xpath("//tr/@id") if not name.startswith("row-")]
    assert len(places) == len(set(places))
    assert set(places) == {f"n-{key}" for key in kept.content["numbers"]} | {"c-favours"}


def test_a_row_says_value_meaning_places_method_and_sources(page):
    printed, what, where, how, read_in = row(page, "n-ratio.estimate")
    assert printed.split() == ["0.79", "unrounded", "0.7912345"]
    assert what == "ratio.estimate ratio, reportable ratio.estimate"
    places = "Manuscript Abstract (p. 1 ); 2 Results (p. 1 ); Table 1 (p. 1 ); Figure 1 (p. 1 )"
    assert where == f"{places} Supplement Table S1 (p. 1 )"
    assert "by hand" in how and "0.7912345 by pencil, relative deviation 0.0e+00" in how and "results: value" in how
    assert read_in == "Smith 2020, Table 2"


def test_a_guarded_phrase_shows_its_condition(page):
    printed, what, _, how, _ = row(page, "c-favours")
    assert printed == "favoured therapy" and what.startswith("stands only while the ratio is below 1")
    assert how == "ratio < 1 holds"


def test_a_row_of_the_evidence_has_its_words_and_its_address(page):
    (source,) = page.xpath("//tr[@id='row-row-1']")
    assert source.xpath("string(.//q)") == "12 of 100 died"
    assert source.xpath(".//a/@href") == ["https://example.org/a"]


def test_the_page_loads_nothing_and_has_the_semantics_of_tables(page):
    assert not page.xpath("//link | //script/@src | //img | //iframe")
    assert not re.search(r"url\(\s*['\"]?https?:|@import", " ".join(page.xpath("//style/text()")))
    for table in page.iter("table"):
        assert table.get("aria-labelledby") in page.xpath("//h2/@id")
        assert all(head.get("scope") == "col" for head in table.xpath("./thead//th"))
        assert all(one.xpath("./th/@scope") == ["row"] for one in table.xpath("./tbody/tr"))


def test_numbers_in_every_document_lead_to_it(paper, page):
    places = set(page.xpath("//@id"))
    for name in ("manuscript", "supplement"):
        document = html.parse(str(paper / "_output" / f"{name}.html")).getroot()
        links = [link.split("#") for link in document.xpath("//a[@data-key or @data-claim]/@href")]
        assert links and all(file == "origins.html" and place in places for file, place in links)


def test_long_lists_of_rows_stand_once(kept, paper):
    rows = {f"row-{number}": kept.content["rows"]["row-1"] for number in range(400)}
    numbers = {key: dict(one) for key, one in kept.content["numbers"].items()}
    for key in ("ratio.estimate", "ratio.low"):
        numbers[key]["rows"] = list(rows)[:25]
    numbers["ratio.high"]["rows"] = list(rows)[:20]
    numbers["trials"]["rows"] = list(rows)
    documents = [read_document(path) for path in load_project(paper).documents]
    text = origins.page_text(ledger.Ledger({**kept.content, "rows": rows, "numbers": numbers}), documents)
    page = html.fromstring(text)
    assert row(page, "n-ratio.estimate")[-1] == row(page, "n-ratio.low")[-1]
    assert row(page, "n-ratio.low")[-1].endswith("all 25 rows of the evidence, with their words")
    assert len(page.xpath("//*[@class='set']")) == 2 and len(page.xpath("//*[@id='set-1']//a")) == 25
    assert len(page.xpath("//*[@id='set-2']//a")) == 400 and page.xpath("//a[@href='#set-2']")
    # whatever the number, a link of its own row leads to the words of what it rests on
    for place, shown in (("n-ratio.high", 20), ("n-ratio.low", 3), ("n-trials", 3)):
        assert len(page.xpath(f"//tr[@id='{place}']/td[last()]/a[starts-with(@href, '#row-')]")) == shown


def test_the_table_of_the_ledger_names_every_row(kept):
    rows = [f"row-{number}" for number in range(400)]
    numbers = {key: dict(one) for key, one in kept.content["numbers"].items()}
    numbers["ratio.estimate"]["rows"] = rows
    text = ledger.csv_text({**kept.content, "numbers": numbers})
    cells = [line["rows"] for line in csv.DictReader(io.StringIO(text)) if line["key"] == "ratio.estimate"]
    assert cells and set(cells) == {"; ".join(rows)}


@pytest.mark.parametrize(("number", "shown"), [(3276, None), (3277, "3277 rows, named in ledger.json")])
def test_a_spreadsheet_opens_every_cell_of_the_table_whole(kept, number, shown):
    # each takes ten letters with what joins it to the next, of which the last has none
    rows = [f"row-{place:04}" for place in range(number)]
    numbers = {key: dict(one) for key, one in kept.content["numbers"].items()}
    numbers["ratio.estimate"]["rows"] = rows
    text = ledger.csv_text({**kept.content, "numbers": numbers})
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["rows"] for line in lines if line["key"] == "ratio.estimate"} == {shown or "; ".join(rows)}
    assert max(len(cell) for line in lines for cell in line.values()) <= 32_767


def test_either_engine_makes_the_same_page(paper, copy, monkeypatch):
    before = (paper / "_output" / "origins.html").read_bytes()

    def rendered(command, project, documents, stage, *_):
        for document in documents:
            for path in (paper / "_output").glob(f"{document.name}.*"):
                text = path.read_bytes()
                if path.suffix == ".html":  # as it is before the ledger is made
                    text = CARDS.sub(b"</body></html>", text)
                (stage.out / path.name).write_bytes(text)

    monkeypatch.setattr(quarto, "find", lambda **_: "quarto")
    monkeypatch.setattr(quarto, "engine_in_words", lambda _: "Quarto")
    monkeypatch.setattr(quarto, "render_with_quarto", rendered)
    monkeypatch.syspath_prepend(str(copy / "code"))
    paths = render(Plan.of(copy, [], "quarto"))
    assert "origins.html" in [path.name for path in paths]
    assert (copy / "_output" / "origins.html").read_bytes() == before
    content = json.loads((copy / "_output" / "ledger.json").read_text())
    assert content["documents"]["manuscript"]["engine"] == "Quarto"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<data>0.7912345</data>", "<data>0.7812345</data>", "ratio.estimate is 0.7912345 in the results"),
        ("<data>0.79</data>", "<data>0.78</data>", "ratio.estimate is not printed as this row says: “0.78”, “0.79”"),
        ('id="n-arms.msc.events"', 'id="n-arms"', "arms.msc.events is printed and has no row"),
        ('id="n-arms.msc.events"', 'id="n-arms"', "n-arms: this row is of nothing that is printed"),
        ('id="n-ratio.low"', 'id="n-ratio.high"', "n-ratio.high: two places have this name"),
        ("12 of 100 died", "10 of 100 died", "the words of this row are not those of the evidence"),
        ("<code>ratio &lt; 1</code>", "<code>ratio &lt; 2</code>", "does not show the condition of the results"),
        ("0.7912345 by pencil", "0.7912346 by pencil", "is not the one that the ledger makes"),
        ("manuscript.pdf#page=1", "manuscript.pdf#page=7", "leads to a page without any number"),
        ('href="#row-row-1"', 'href="#row-row-3"', "the link to #row-row-3 leads nowhere"),
        ("const WAIT = 150", "const WAIT = 1500", "a script is not one of the project's"),
        ("<main ", '<main onclick="alert(1)" ', "the attribute onclick runs a script"),
    ],
)  # fmt: skip
def test_a_change_in_the_page(copy, found, old, new, said):
    tampering.in_html(copy / "_output" / "origins.html", old, new)
    problems = found(copy)
    assert "origins.html" in problems and said in problems


def test_a_page_that_is_not_there(copy, found):
    (copy / "_output" / "origins.html").unlink()
    problems = found(copy)
    assert "origins.html: the page that shows where numbers are from is not there" in problems
    assert "leads to #n-ratio.estimate, which is nowhere" in problems


@pytest.mark.parametrize(
    ("settings", "said"),
    [("number-origins: supplement\n", "would overwrite: 'supplement'"), ("", "needs the ledger")],
    ids=["a document's name", "no ledger"],
)
def test_a_page_that_could_not_be_made_is_refused(copy, settings, said):
    path = copy / "_quarto.yml"
    text = re.sub(r"^number-origins: .*\n", settings or r"\g<0>", path.read_text(), flags=re.MULTILINE)
    path.write_text(text if settings else re.sub(r"^ledger:\n(?:  .*\n)+", "", text, flags=re.MULTILINE))
    with pytest.raises(PublishingError, match=said):
        assert load_project(copy).origins_page
