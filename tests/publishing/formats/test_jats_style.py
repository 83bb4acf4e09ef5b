"""What PMC's style checker asks for beyond the tag set, as far as it can be told from the XML alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import configuration, write_project
from lxml import etree

from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.formats import jats

MATHML = "{http://www.w3.org/1998/Math/MathML}"
MANUSCRIPT = """---
title: A paper
---

# Methods {#sec-methods}

With $x < y$, twice $x$, and

$$ x^2 < y $$ {#eq-one}

See @eq-one and @stbl-more.
"""
SUPPLEMENT = """---
title: Supplement
---

# More {#sec-more}

::: {#stbl-more}

| Group | n |
|:------|--:|
| []{#n-data.a.place}A | []{#n-data.b}[]{#n-data.c}[1]{data-key="a.n"} |
| B []{#n-data.d} | []{#n-data.e}[]{#n-data.f} |

More.
:::

[]{#n-p}A paragraph, [see A](#n-data.a.place), [B](#n-data.b), [C](#n-data.c), [D](#n-data.d), [E](#n-data.e),
[F](#n-data.f) and [this](#n-p). $z$ too.
"""
PLACE_IN_JOURNAL = """journal: {title: A Journal, abbreviation: aj, issn: 1234-5678, publisher: P}
article:
  doi: 10.1000/x
  published: "2026-12-03"
  volume: "7"
  issue: "2"
  elocation-id: e12
"""
PLACES = {"n-data.a.place", "n-data.b", "n-data.c", "n-data.d", "n-data.e", "n-data.f", "n-p"}


def complaints(root: etree._Element) -> list[str]:
    """Breaches of the rules, in the checker's words."""
    found = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        content = "".join(element.itertext()).strip()
        if element.tag == "named-content" and not content:
            found.append("named-content should not be empty")
        if element.tag in ("tex-math", f"{MATHML}math", "related-article", "disp-formula") and not element.get("id"):
            found.append(f"{etree.QName(element).localname} must have an id")
        if element.tag == "tex-math" and not all(part in content for part in ("\\documentclass", "\\end{document}")):
            found.append("tex-math must contain a complete LaTeX document")
        if element.tag == "issn" and content and not element.get("pub-type"):
            found.append("issn must have a pub-type")
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, etree._Element]:
    settings = configuration("article:\n", PLACE_IN_JOURNAL)
    root = write_project(
        tmp_path_factory.mktemp("style"), {"manuscript": MANUSCRIPT, "supplement": SUPPLEMENT}, settings
    )
    render(Plan.of(root, [], "auto", formats=["jats"]))
    return {name: etree.parse(root / "_output" / f"{name}.xml").getroot() for name in ("manuscript", "supplement")}


@pytest.mark.parametrize("name", ["manuscript", "supplement"])
def test_no_rule_of_the_style_checker_is_broken(written: dict[str, etree._Element], name: str) -> None:
    assert complaints(written[name]) == []


def test_every_formula_is_mathematics_with_an_identifier(written: dict[str, etree._Element]) -> None:
    found = [element.get("id") for root in written.values() for element in root.iter(f"{MATHML}math")]
    assert len(found) == 4 and [len(set(root.xpath("//@id"))) for root in written.values()] == [
        len(root.xpath("//@id")) for root in written.values()
    ]
    assert not [root for root in written.values() if root.find(".//tex-math") is not None]


def test_places_keep_their_identifiers_and_stand_on_content(written: dict[str, etree._Element]) -> None:
    root = written["supplement"]
    at = {element.get("id"): element for element in root.iterfind(".//*[@id]") if element.get("id") in PLACES}
    assert set(at) == PLACES
    assert at["n-data.a.place"].tag == "td" and "".join(at["n-data.a.place"].itertext()) == "A"
    assert at["n-data.b"].tag == "td" and "".join(at["n-data.c"].itertext()) == "1"
    assert (at["n-data.e"].tag, at["n-data.f"].tag, at["n-p"].tag) == ("td", "tr", "p")
    assert {reference.get("rid") for reference in root.iter("xref")} >= PLACES


def test_what_is_configured_of_journal_and_publication_stands_in_the_front(
    written: dict[str, etree._Element],
) -> None:
    front = written["manuscript"].find("front")
    issn, meta = front.find("journal-meta/issn"), front.find("article-meta")
    assert (issn.text, issn.get("pub-type")) == ("1234-5678", "epub")
    names = ["pub-date", "volume", "issue", "elocation-id"]
    assert [child.tag for child in meta if child.tag in (*names, "pub-date-not-available")] == names
    assert [(part.tag, part.text) for part in meta.find("pub-date")] == [
        ("day", "03"), ("month", "12"), ("year", "2026"),
    ]  # fmt: skip
    assert meta.find("pub-date").get("iso-8601-date") == "2026-12-03" and meta.findtext("elocation-id") == "e12"


def test_the_end_of_an_article_is_not_empty(written: dict[str, etree._Element]) -> None:
    assert all(root.find("back") is None or len(root.find("back")) for root in written.values())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<p><q id="a"/>x</p>', '<p id="a">x</p>'),
        ('<p id="b"><q id="a"/>x<i>y</i></p>', '<p id="b"><q id="a">x</q><i>y</i></p>'),
        ('<p>w <q id="a"/><i>y</i> z</p>', '<p>w <i id="a">y</i> z</p>'),
        ('<p>w <q id="a"/></p>', '<p id="a">w </p>'),
        ('<p id="b">w <q id="a"/></p>', '<p id="b"><q id="a">w </q></p>'),
        ('<p id="b">w <q id="a"/><i id="c">y</i> z</p>', '<p id="b">w <q id="a"><i id="c">y</i></q> z</p>'),
        ('<p id="b"><i id="c">y</i><q id="a"/></p>', '<p id="b"><q id="a"><i id="c">y</i></q></p>'),
        ('<p><q id="a"/><q id="d"/>x</p>', '<p id="a"><q id="d">x</q></p>'),
        ('<p><q id="a">x</q></p>', '<p><q id="a">x</q></p>'),
    ],
)
def test_where_the_identifier_of_an_empty_place_goes(before: str, after: str) -> None:
    def named(text: str) -> str:
        return f"<body>{text}</body>".replace("<q", "<named-content").replace("</q>", "</named-content>")

    root = etree.fromstring(named(before))
    jats._fill_places(root)
    assert etree.tostring(root).decode() == named(after)


def test_tex_that_has_no_mathml_becomes_a_document() -> None:
    root = etree.fromstring('<p id="math-1"><inline-formula><tex-math>\\foo{x}</tex-math></inline-formula></p>')
    jats._identify_mathematics(root)
    tex = root.find(".//tex-math")
    assert tex.get("id") == "math-2" and "$\\foo{x}$" in tex.text and complaints(root) == []
    jats._identify_mathematics(root)
    assert tex.text.count("documentclass") == 1


def test_a_place_that_names_nothing_is_a_problem(tmp_path: Path) -> None:
    root = etree.fromstring('<body><p><named-content id="x"/></p></body>')
    assert list(jats.problems(root, tmp_path)) == ["the place x names nothing"]
