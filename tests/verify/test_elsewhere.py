"""What a page shows of places in other documents is what stands there."""

from pathlib import Path

import pytest
from lxml import html

from publishing.verify import elsewhere

OWN = """<html><body>
<a class="xref" href="other.html#tbl-a">Table 1</a> <a class="xref" href="other.html#fig-a">Figure 1</a>
<a class="xref" href="other.html#sec-a">Section 1</a> <a class="xref" href="other.html#gone">Table 9</a>
<a class="xref" href="#here">Table 2</a> <a class="xref" href="other.pdf#tbl-a">PDF</a>
<a href="other.html#tbl-a">no</a></body></html>"""
OTHER = """<html><body><h2 id="sec-a"><span>1</span> Search</h2>
<figure id="tbl-a"><figcaption>Table 1: All <b>five</b> trials.</figcaption>
<table><tr><th>Trial</th><th>Deaths</th></tr>{}</table></figure>
<figure id="fig-a"><figcaption>Figure 1: A plot.</figcaption><svg></svg></figure></body></html>"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "own.html").write_text(OWN, encoding="utf-8")
    rows = "".join(f"<tr><td>{name}</td><td>{name * 2}</td></tr>" for name in "abcde")
    (tmp_path / "other.html").write_text(OTHER.format(rows), encoding="utf-8")
    return tmp_path


def places(folder: Path) -> dict:
    return elsewhere.places(html.parse(str(folder / "own.html")).getroot(), "own.html", (folder,))


def test_captions_headings_and_the_first_rows_are_kept(folder):
    assert places(folder) == {
        "other.html#tbl-a": {
            "caption": "Table 1: All five trials.",
            "rows": [["Trial", "Deaths"], ["a", "aa"], ["b", "bb"], ["c", "cc"]],
            "more": True,
        },
        "other.html#fig-a": {"caption": "Figure 1: A plot."},
        "other.html#sec-a": {"caption": "1 Search"},
    }


def test_they_stand_in_the_page_once_and_cannot_end_its_script(folder):
    other = folder / "other.html"
    other.write_text(other.read_text().replace("Figure 1: A plot.", "Figure 1: &lt;/script&gt;"), encoding="utf-8")
    elsewhere.embed([folder / "own.html"], (folder,))
    text = (folder / "own.html").read_text(encoding="utf-8")
    assert text.count(elsewhere.DATA_ID) == 1 and text.count("</script>") == 1
    (data,) = html.document_fromstring(text).xpath(f"//script[@id='{elsewhere.DATA_ID}']")
    assert "<\\/script>" in data.text


def test_a_document_that_is_not_there_gives_nothing(folder):
    (folder / "other.html").unlink()
    assert places(folder) == {}
    elsewhere.embed([folder / "own.html"], (folder,))
    assert elsewhere.DATA_ID not in (folder / "own.html").read_text(encoding="utf-8")
