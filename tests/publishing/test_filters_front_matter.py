"""Abstract, keywords and author block: out of the body or the metadata, into the place of each format."""

from __future__ import annotations

from pathlib import Path

import docx
from filtering import FRONT_MATTER, TEMPLATES, convert, pandoc, refused
from lxml import html

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
    roles: [conceptualization, {software: lead}]
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
    assert [heading.text_content() for heading in tree.find(".//article").iter("h1")] == ["1 Introduction"]


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
        "ORCID: Ann Author 0000-0002-1825-0097",
        "Contributions (CRediT): Ann Author – conceptualization, software",
    ]


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


def test_unfilled_author_is_shown_as_such() -> None:
    front = FRONT_MATTER.replace("---\n\n", 'author:\n  - name: "[Authors: to be completed]"\n---\n\n')
    assert page("Text.", front).find(".//p[@class='byline']").text_content() == "[Authors: to be completed]"


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
