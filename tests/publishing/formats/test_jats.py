"""JATS XML of a small paper and its supplement: what the tag set asks for, and what a publisher's system reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import configuration, write_project
from lxml import etree

from publishing.__main__ import main
from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.formats import jats
from publishing.project.errors import PublishingError

AUTHORS = """author:
  - name: Ann van der Author
    orcid: 0000-0002-1825-0097
    email: ann@example.org
    corresponding: true
    phone: "+44 1"
    equal-contributor: true
    roles: [conceptualization, {software: lead}, writing – review & editing]
    affiliations:
      - {name: First University, city: Town, country: Land, ror: "https://ror.org/00x"}
      - ref: second
  - name: {given: Bob, family: Other}
    email: bob@example.org
    degrees: [MD, PhD]
    deceased: true
    note: Wrote the first draft.
    affiliations: [{ref: second}]
  - name: "[One more: to be named]"
affiliations:
  - {id: second, department: Ward, name: Second Hospital, address: 1 Road, postal-code: X1}
"""

BIBLIOGRAPHY = """
@article{late, author={Zed, Zoe and others}, title={Cited second}, journal={J}, year={2020}, volume={3}, pages={7},
  doi={10.1000/late}, pmid={123}}
@article{early, author={{The Group}}, title={Cited first}, journal={J}, year={2021}, pages={1--9}}
@misc{page, author={{An Office}}, title={A page}, url={https://example.org/x}, urldate={2026-11-22}}
@article{unused, author={No, One}, title={Never cited}, journal={J}, year={2000}}
"""

MANUSCRIPT = """---
title: A *small* & plain paper
article: {type: review-article, heading: Systematic review}
date: 2026-11-22
---

# Abstract {#abstract .unnumbered}

## Background & aims {.unnumbered}

We read [five]{data-key="trials.k"} trials.

## Results {.unnumbered}

It [favoured]{data-claim="direction"} the drug.

::: {.keywords}
first; second < third
:::

# Introduction {#sec-introduction}

As told [@early], again [@late; @page]. See @sec-counts, @fig-one, @tbl-one, @eq-one and @stbl-more.

# Methods {#sec-methods}

$$ x < y $$ {#eq-one}

# Results {#sec-results}

## Counts {#sec-counts}

```{python}
#| label: fig-one
#| fig-cap: "Caption of [0.79]{data-key='rr'}"
#| fig-alt: "A line that rises < falls"
from matplotlib.figure import Figure
figure = Figure(figsize=(2, 1))
figure.subplots().plot([1, 2], [3, 4])
figure
```

::: {#tbl-one}

| Group | n |
|:------|--:|
| A     | [12]{data-key="a.n"} |

Caption of the *table*.
:::

# References {.unnumbered}

::: {#refs}
:::
"""

SUPPLEMENT = """---
title: Supplement
article: {type: other, heading: Supplementary material}
---

# More {#sec-more}

::: {#stbl-more}

| Group | n |
|:------|--:|
| B     | 1 |

More.
:::

::: {#stbl-none}

Nothing is *pooled*: one trial has 3 patients.

What there would be.
:::

See @tbl-one. [Origin]{#n-rr} of the ratio.
"""

# the children of article-meta that can be there, in the order of the tag set
ARTICLE_META = (
    "article-id article-categories title-group contrib-group author-notes pub-date-not-available "
    "supplementary-material history permissions related-article abstract kwd-group counts"
).split()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    unfilled = 'author:\n  - name: "[Authors: to be completed by the review’s owner]"\n'
    settings = configuration(unfilled, AUTHORS)
    root = write_project(
        tmp_path_factory.mktemp("jats"), {"manuscript": MANUSCRIPT, "supplement": SUPPLEMENT}, settings
    )
    (root / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def written(project: Path) -> list[Path]:
    return render(Plan.of(project, [], "auto", formats=["jats"]))


@pytest.fixture(scope="module")
def article(project: Path, written: list[Path]) -> etree._Element:
    return etree.parse(project / "_output" / "manuscript.xml").getroot()


@pytest.fixture(scope="module")
def supplement(project: Path, written: list[Path]) -> etree._Element:
    return etree.parse(project / "_output" / "supplement.xml").getroot()


def text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    assert found is not None, path
    return " ".join("".join(found.itertext()).split())


def test_only_jats_and_its_pictures_are_written(written):
    assert {path.suffix for path in written} == {".xml", ".png"}
    assert [path.name for path in written if path.suffix == ".xml"] == ["manuscript.xml", "supplement.xml"]


def test_document_type_and_kind_of_article(project, article, supplement):
    kinds = [(root.get("article-type"), root.get("dtd-version")) for root in (article, supplement)]
    assert kinds == [("review-article", "1.3"), ("other", "1.3")]
    assert article.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    assert article.getroottree().docinfo.public_id.endswith("Journal Publishing DTD with MathML3 v1.3 20210610//EN")
    assert text(article, ".//article-categories//subject") == "Systematic review"


def test_front_matter_stands_in_the_order_of_the_tag_set(article, supplement):
    for root in (article, supplement):
        found = [ARTICLE_META.index(child.tag) for child in root.find("front/article-meta")]
        assert found == sorted(found)
        # asked for, and not known before a journal takes the manuscript
        assert [child.tag for child in root.find("front/journal-meta")] == ["journal-id", "issn"]


def test_title_licence_keywords_and_date(article):
    meta = article.find("front/article-meta")
    assert text(meta, "title-group/article-title") == "A small & plain paper"
    assert meta.find("title-group/article-title/italic") is not None
    assert text(meta, "title-group/alt-title").startswith("Intravenous")
    assert "Creative Commons" in text(meta, "permissions/license/license-p")
    address = meta.find("permissions/license/{http://www.niso.org/schemas/ali/1.0/}license_ref").text
    assert address == "https://creativecommons.org/licenses/by/4.0/"
    assert [word.text for word in meta.findall("kwd-group/kwd")] == ["first", "second < third"]
    assert meta.find("history/date").get("iso-8601-date") == "2026-11-22"
    assert [(part.tag, part.text) for part in meta.find("history/date")] == [
        ("day", "22"),
        ("month", "11"),
        ("year", "2026"),
    ]


def test_abstract_is_structured(article):
    parts = article.findall("front/article-meta/abstract/sec")
    assert [text(part, "title") for part in parts] == ["Background & aims", "Results"]
    assert text(parts[1], "p") == "It favoured the drug."
    assert "Background" not in "".join(article.find("body").itertext())


def test_authors_with_orcid_roles_and_affiliations(article):
    first, second, third = article.findall(".//contrib")
    assert (first.get("corresp"), first.get("equal-contrib"), second.get("corresp")) == ("yes", "yes", None)
    assert text(first, "contrib-id[@contrib-id-type='orcid']") == "https://orcid.org/0000-0002-1825-0097"
    assert (text(first, "name/surname"), text(first, "name/given-names")) == ("van der Author", "Ann")
    assert (text(second, "name/surname"), text(second, "name/given-names")) == ("Other", "Bob")
    assert text(third, "string-name") == "[One more: to be named]"
    roles = first.findall("role")
    assert [role.text for role in roles] == ["Conceptualization", "Software", "Writing – review & editing"]
    assert [role.get("vocab-term") for role in roles] == [
        "Conceptualization",
        "Software",
        "Writing – review & editing",
    ]
    assert roles[1].get("degree-contribution") == "lead"
    assert roles[1].get("vocab-term-identifier") == "https://credit.niso.org/contributor-roles/software/"
    assert [reference.get("rid") for reference in first.findall("xref[@ref-type='aff']")] == ["aff-1", "aff-2"]
    assert text(article, ".//aff[@id='aff-1']") == "1First Universityhttps://ror.org/00x, Town, Land"
    assert text(article, ".//aff[@id='aff-2']/institution") == "Ward"
    assert [part.tag for part in article.find(".//aff[@id='aff-2']")][3:] == ["addr-line", "postal-code"]
    assert text(article, ".//corresp[@id='cor-1']") == "* Correspondence: Ann van der Author, ann@example.org, +44 1"
    assert text(article, ".//corresp[@id='cor-1']/email") == "ann@example.org"
    assert (second.get("deceased"), text(second, "degrees")) == ("yes", "MD PhD")
    assert text(article, ".//author-notes/fn[@fn-type='other']/p") == "Bob Other: Wrote the first draft."
    assert first.find("email") is None
    assert text(second, "email") == "bob@example.org"


def test_sections_have_number_kind_and_title(article):
    sections = article.findall("body/sec")
    assert [(part.get("sec-type"), text(part, "label"), text(part, "title")) for part in sections] == [
        ("intro", "1", "Introduction"),
        ("methods", "2", "Methods"),
        ("results", "3", "Results"),
    ]
    assert [child.tag for child in sections[2].find("sec")][:2] == ["label", "title"]


def test_floats_and_formulas_carry_identifier_label_and_caption(article):
    figure, table = article.find(".//fig"), article.find(".//table-wrap")
    assert (figure.get("id"), text(figure, "label"), text(figure, "caption")) == (
        "fig-one",
        "Figure 1",
        "Caption of 0.79",
    )
    assert text(figure, "graphic/alt-text") == "A line that rises < falls"
    assert [child.tag for child in table] == ["label", "caption", "table"]
    assert (table.get("id"), text(table, "label"), text(table, "caption/p")) == (
        "tbl-one",
        "Table 1",
        "Caption of the table.",
    )
    assert [cell.get("scope") for cell in table.iter("th")] == ["col", "col"]
    formula = article.find(".//disp-formula")
    assert (formula.get("id"), text(formula, "label")) == ("eq-one", "(1)")


def test_a_sentence_in_the_place_of_an_empty_table_is_a_table_of_one_cell(supplement):
    (table,) = supplement.xpath(".//table-wrap[@id='stbl-none']")
    assert [child.tag for child in table] == ["label", "caption", "table"]
    assert (text(table, "label"), text(table, "caption/p")) == ("Table S2", "What there would be.")
    (cell,) = table.iter("td")
    assert " ".join("".join(cell.itertext()).split()) == "Nothing is pooled: one trial has 3 patients."
    assert not list(table.iter("th"))


def test_references_to_parts_say_what_they_lead_to(article, supplement):
    introduction = article.find("body/sec[@id='sec-introduction']")
    kinds = {reference.get("rid"): reference.get("ref-type") for reference in introduction.iter("xref")}
    assert kinds == {
        **{f"ref-{key}": "bibr" for key in ("early", "late", "page")},
        "sec-counts": "sec",
        "fig-one": "fig",
        "tbl-one": "table",
        "eq-one": "disp-formula",
    }
    link = introduction.find(".//ext-link")
    assert (link.get(f"{jats.XLINK}href"), link.text) == ("supplement.xml#stbl-more", "Table\N{NO-BREAK SPACE}S1")
    assert text(supplement, ".//table-wrap[@id='stbl-more']/label") == "Table S1"
    assert supplement.find(".//ext-link").get(f"{jats.XLINK}href") == "manuscript.xml#tbl-one"


def test_paper_and_supplement_name_each_other(article, supplement):
    material = article.find("front/article-meta/supplementary-material")
    assert (material.get(f"{jats.XLINK}href"), text(material, "caption/title")) == ("supplement.xml", "Supplement")
    related = supplement.find("front/article-meta/related-article")
    assert related.get(f"{jats.XLINK}href") == "manuscript.xml"
    assert text(related, "article-title") == "A small & plain paper"
    assert supplement.find(".//supplementary-material") is None
    assert article.find(".//related-article") is None


def test_references_are_structured_and_in_the_order_of_their_numbers(article):
    entries = article.findall("back/ref-list/ref")
    assert [(entry.get("id"), text(entry, "label")) for entry in entries] == [
        ("ref-early", "1"),
        ("ref-late", "2"),
        ("ref-page", "3"),
    ]
    assert [entry.find("element-citation").get("publication-type") for entry in entries] == [
        "journal",
        "journal",
        "webpage",
    ]
    assert text(entries[0], ".//person-group/collab") == "The Group"
    assert (text(entries[0], ".//fpage"), text(entries[0], ".//lpage")) == ("1", "9")
    assert entries[1].find(".//lpage") is None
    identifiers = {one.get("pub-id-type"): one.text for one in entries[1].iter("pub-id")}
    assert identifiers == {"doi": "10.1000/late", "pmid": "123"}
    assert text(entries[2], ".//uri") == "https://example.org/x"


def test_numbers_and_claims_keep_their_identity(article, supplement):
    def names(kind: str) -> list[tuple[str, str]]:
        found = article.iterfind(f".//named-content[@content-type='{kind}']")
        return [(one.get("specific-use"), one.text) for one in found]

    assert names("data-key") == [("trials.k", "five"), ("rr", "0.79"), ("a.n", "12")]
    assert names("data-claim") == [("direction", "favoured")]
    assert text(supplement, ".//named-content[@id='n-rr']") == "Origin"


def test_counts_are_those_of_the_article(article):
    counts = {one.tag: one.get("count") for one in article.find("front/article-meta/counts")}
    assert counts == {"fig-count": "1", "table-count": "1", "equation-count": "1", "ref-count": "3"}


def test_nothing_is_faulty_and_every_change_for_the_worse_is_noticed(project, article):
    folder = project / "_output"
    assert list(jats.problems(article, folder)) == []
    spoilt = {
        ".//xref": lambda one: one.set("rid", "nowhere"),
        ".//fig": lambda one: one.set("id", "tbl-one"),
        ".//sec": lambda one: one.set("id", "1st"),
        ".//graphic": lambda one: one.set(f"{jats.XLINK}href", "elsewhere.png"),
        ".//alt-text": lambda one: one.getparent().remove(one),
        ".//table-wrap/label": lambda one: one.getparent().remove(one),
        ".//fig/graphic": lambda one: one.getparent().remove(one),
    }
    words = [
        "nowhere",
        "tbl-one is there 2",
        "1st can't",
        "elsewhere.png is not",
        "no alternative",
        "no label",
        "no pic",
    ]
    for (path, spoil), word in zip(spoilt.items(), words, strict=True):
        copy = etree.fromstring(etree.tostring(article))
        spoil(copy.find(path))
        assert any(word in problem for problem in jats.problems(copy, folder)), word


def test_a_faulty_file_is_left_as_it_was(tmp_path):
    path = tmp_path / "x.xml"
    text = '<article><front><article-meta/></front><body><p><xref rid="gone">1</xref></p></body><back/></article>'
    path.write_text(text)
    with pytest.raises(PublishingError, match="“1” refers to gone, which is not in it") as failure:
        jats.finish_jats(path)
    assert failure.value.remedy
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_quarto_is_not_asked_for_jats(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert main(["render", "--to", "jats", "--engine", "quarto"]) == 1
    assert "only the built-in engine writes jats" in capsys.readouterr().err
