"""Abstract, keywords and author block: out of the body or the metadata, into the place of each format."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from filtering import FRONT_MATTER, convert, pandoc, refused
from lxml import html

from publishing import TEMPLATES
from publishing.formats.word.reference import write_reference

ABSTRACT = """
# Abstract {.unnumbered #abstract}

## Background {.unnumbered}

A number [0.79]{data-key="a.b"}.

## Methods and findings {.unnumbered}

Second part.

::: {.keywords}
one thing; another *thing*.
:::

# Introduction

Text.
"""

AUTHORS = """author:
  - name: Ann Author
    orcid: https://orcid.org/0000-0002-1825-0097
    email: ann@example.org
    corresponding: true
    equal-contributor: true
    roles: [conceptualization, {software: lead}, writing]
    affiliations:
      - {name: First University, city: Town, country: Land}
      - ref: second
  - name: {given: Bob, family: Other}
    affiliation: {ref: second}
affiliations:
  - {id: second, department: Ward, name: Second Hospital}
"""

WITH_AUTHORS = FRONT_MATTER.replace("---\n\n", AUTHORS + "---\n\n")


def page(text: str, front: str = FRONT_MATTER) -> html.HtmlElement:
    done = pandoc(front + text, "html", "--standalone", "--template", str(TEMPLATES / "article.html"), "--toc")
    assert done.returncode == 0, done.stderr.decode()
    return html.fromstring(done.stdout.decode())


def test_abstract_leaves_the_body_for_its_place_in_html() -> None:
    tree = page(ABSTRACT)
    abstract = tree.get_element_by_id("abstract")
    texts = [paragraph.text_content() for paragraph in abstract.iter("p")]
    assert texts == [
        "Background: A number 0.79.",
        "Methods and findings: Second part.",
        "Keywords: one thing; another thing",
    ]
    assert abstract.find(".//span[@data-key='a.b']") is not None
    assert "Background" not in tree.find(".//article").text_content()
    assert [heading.text_content() for heading in tree.find(".//article").iter("h2")] == ["1 Introduction"]


def test_html_page_is_named_and_can_be_reached_by_keyboard() -> None:
    tree = page(ABSTRACT, WITH_AUTHORS)
    assert tree.get("lang") == "en-GB"
    assert tree.find(".//title").text == "A title"
    skip = tree.find(".//a[@class='skip-link']")
    assert tree.get_element_by_id(skip.get("href")[1:]).tag == "main"
    assert [meta.get("content") for meta in tree.findall(".//meta[@name='author']")] == [
        "Ann Author",
        "Bob Other",
    ]
    assert not tree.xpath("//*[starts-with(@src, 'http')] | //link[starts-with(@href, 'http')]")


def test_author_block() -> None:
    block = page("Text.", WITH_AUTHORS).find(".//div[@class='author-block']")
    assert [paragraph.text_content() for paragraph in block.iter("p")] == [
        "Ann Author1,2,*,†, Bob Other2",
        "1 First University, Town, Land",
        "2 Ward, Second Hospital",
        "* Correspondence: Ann Author, ann@example.org",
        "† These authors contributed equally.",
        "ORCID: Ann Author https://orcid.org/0000-0002-1825-0097",
        "Author contributions (CRediT): Ann Author: conceptualization, software (lead), writing – original draft",
    ]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("**Contributions.** Ann Author (AA): conceptualization, software (lead), writing – original draft.", False),
        ("Ann Author: conceptualization, software (lead).", True),
        ("Conceptualization, software (lead), writing – original draft.", True),
        ("**Contributions.** Ann Author wrote.", True),
    ],
)
def test_roles_that_the_text_says_are_not_said_in_the_author_block_too(text: str, again: bool) -> None:
    whole = page(text, WITH_AUTHORS).text_content()
    assert ("CRediT" in whole) == again and "ORCID: Ann Author" in whole


def test_docx_carries_author_block_abstract_and_keywords_in_styles(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    done = pandoc(WITH_AUTHORS + ABSTRACT, "docx", "--output", str(path))
    assert done.returncode == 0, done.stderr.decode()
    styles = [paragraph.style.name for paragraph in docx.Document(str(path)).paragraphs]
    expected = ["Title", "Author", "Affiliation", "Affiliation", *["Author Note"] * 4]
    assert styles[:12] == [*expected, "Abstract Title", "Abstract", "Abstract", "Keywords"]


def test_quarto_hands_over_entries_as_authors_and_names_as_author() -> None:
    front = WITH_AUTHORS.replace("author:\n", "author: [Ann Author, Bob Other]\nauthors:\n", 1)
    assert "First University" in page("Text.", front).find(".//div[@class='author-block']").text_content()


def test_everything_that_may_be_said_of_an_author_is_printed() -> None:
    authors = """author:
  - {name: Ann Example, degrees: [MD, PhD], corresponding: true, phone: "555 0100", note: on leave}
  - name: Bob Sample
    deceased: true
    affiliations:
      - {group: Trials, department: Ward, name: Clinic, address: High Street, city: Town, region: R, state: S,
         postal-code: "12345", country: Land}
"""
    block = page("Text.", FRONT_MATTER.replace("---\n\n", authors + "---\n\n")).find(".//div[@class='author-block']")
    assert [paragraph.text_content() for paragraph in block.iter("p")] == [
        "Ann Example MD PhD*, Bob Sample1,‡",
        "1 Trials, Ward, Clinic, High Street, Town, R, S, 12345, Land",
        "* Correspondence: Ann Example, 555 0100",
        "‡ Deceased.",
        "Notes: Ann Example: on leave",
    ]


def test_docx_links_orcid_and_address(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    assert pandoc(WITH_AUTHORS + "Text.", "docx", "--output", str(path)).returncode == 0
    notes = [paragraph for paragraph in docx.Document(str(path)).paragraphs if paragraph.style.name == "Author Note"]
    links = {link.text: link.address for note in notes for link in note.hyperlinks}
    assert links == {
        "ann@example.org": "mailto:ann@example.org",
        "https://orcid.org/0000-0002-1825-0097": "https://orcid.org/0000-0002-1825-0097",
    }


UNFILLED = FRONT_MATTER.replace("---\n\n", 'author:\n  - name: "[Authors: to be completed]"\n---\n\n')


def test_unfilled_author_is_marked_in_every_format(tmp_path: Path) -> None:
    marked = page("Text.", UNFILLED).find(".//p[@class='byline']/span[@class='unfilled']")
    assert marked.text_content() == "[Authors: to be completed]"
    path = tmp_path / "a.docx"
    reference = write_reference(tmp_path / "reference.docx")
    assert pandoc(UNFILLED + "Text.", "docx", "--output", str(path), f"--reference-doc={reference}").returncode == 0
    (run,) = next(p for p in docx.Document(str(path)).paragraphs if p.style.name == "Author").runs
    shade = run.style.element.find(f".//{qn('w:shd')}").get(qn("w:fill"))
    assert (run.text, shade) == ("[Authors: to be completed]", "FFFF00")
    done = pandoc(UNFILLED + "Text.", "typst", "--standalone", "--template", str(TEMPLATES / "article.typ"))
    assert "#highlight(fill:" in done.stdout.decode()


def test_typst_template_gets_the_same_lines() -> None:
    done = pandoc(WITH_AUTHORS + ABSTRACT, "typst", "--standalone", "--template", str(TEMPLATES / "article.typ"))
    written = done.stdout.decode()
    assert "#strong[Background:] A number 0.79." in written
    assert "author: (plain([Ann Author]),plain([Bob Other]),)" in written
    assert 'lang: "en", region: "GB"' in written


def test_conditional_content_is_decided_before_counting() -> None:
    text = '::: {.content-visible when-format="docx"}\n![a](x.svg){#fig-a}\n:::\n\n![b](x.svg){#fig-b}\n\n@fig-b'
    assert "Figure\u00a01" in convert(text, "html")
    assert "Figure~2" not in convert(text, "typst")


def test_refusals() -> None:
    assert "the section #abstract is empty" in refused("# Abstract {.unnumbered #abstract}\n\n# Next")
    assert "two abstracts" in refused(ABSTRACT + ABSTRACT)
    bad = WITH_AUTHORS.replace("ref: second", "ref: third", 1)
    done = pandoc(bad + "Text.", "html")
    assert done.returncode == 1
    assert 'no affiliation has the id "third"' in done.stderr.decode()
    nameless = FRONT_MATTER.replace("---\n\n", "author:\n  - email: a@b.org\n---\n\n")
    assert "author 1 has no name" in pandoc(nameless + "Text.", "html").stderr.decode()
