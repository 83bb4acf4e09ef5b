"""The line below the byline and the head of a page follow the configuration: a placeholder gives nothing."""

import shutil
from pathlib import Path

import pytest
from lxml import html

from publishing.formats import page_head
from publishing.project.configuration import load_project

ROOT = Path(__file__).resolve().parents[3]
PAGE = (
    "<!DOCTYPE html><html><head></head><body>"
    '<header class="title-block" id="title-block-header"><h1>T</h1></header><main></main></body></html>'
)
AUTHORS = """author:
  - name: {given: Tomás, family: Herrera Vidal}
  - name: Ada Lovelace
keywords: [one, two]
date: 2027-01-05
"""


@pytest.fixture
def project(tmp_path):
    """The project of this repository, of which the given texts are replaced."""

    def made(*pairs: tuple[str, str]):
        text = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "_quarto.yml").write_text(text, encoding="utf-8")
        for name in ("manuscript.qmd", "supplement.qmd"):
            shutil.copyfile(ROOT / name, tmp_path / name)
        return load_project(tmp_path)

    return made


def links(page: str) -> dict[str, str]:
    (nav,) = html.document_fromstring(page).find_class(page_head.LINKS)
    return {link.text_content(): link.get("href") for link in nav.iter("a")}


def described(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in html.document_fromstring(page).xpath("//meta[starts-with(@name, 'citation_')]"):
        found.setdefault(one.get("name"), []).append(one.get("content"))
    return found


PLACEHOLDER = '"[Authors: to be completed by the review’s owner]"'


def test_the_files_that_belong_to_a_page_are_linked(project):
    found = project()
    paper, supplement = (page_head.with_head(PAGE, found, name) for name in ("manuscript", "supplement"))
    assert links(paper) == {
        "PDF": "manuscript.pdf", "Word": "manuscript.docx", "Supplement": "supplement.html",
        "Where each number is from": "origins.html",
    }  # fmt: skip
    assert links(supplement)["Back to the paper"] == "manuscript.html"
    assert links(supplement)["PDF"] == "supplement.pdf"


@pytest.mark.parametrize(
    ("declared", "address"),
    [
        ("https://data.example/1", "https://data.example/1"),
        ("10.5281/zenodo.1234567", "https://doi.org/10.5281/zenodo.1234567"),
        ("doi:10.5281/zenodo.1234567", "https://doi.org/10.5281/zenodo.1234567"),
    ],
)
def test_data_and_code_are_linked_once_their_address_is_declared(project, declared, address):
    old = '"[To be stated by the review’s owner: the address of the repository, best a DOI]"'
    found = project((old, declared))
    assert links(page_head.with_head(PAGE, found, "manuscript"))["Data and code"] == address


def test_reference_managers_are_told_nothing_while_nobody_is_named(project):
    assert described(page_head.with_head(PAGE, project(), "manuscript")) == {}


def test_reference_managers_are_told_what_is_declared(project):
    found = project(
        (f"author:\n  - name: {PLACEHOLDER}\n", AUTHORS), ("article:\n", "article:\n  doi: 10.1234/example\n")
    )
    told = described(page_head.with_head(PAGE, found, "manuscript"))
    (title,) = told.pop("citation_title")
    assert title.startswith("Intravenous Mesenchymal Stromal Cells")
    assert told == {
        "citation_author": ["Herrera Vidal, Tomás", "Ada Lovelace"],
        "citation_publication_date": ["2027/01/05"],
        "citation_doi": ["10.1234/example"],
        "citation_language": ["en"],
        "citation_keywords": ["one", "two"],
    }
    assert described(page_head.with_head(PAGE, found, "supplement")) == {}


def test_a_page_without_our_title_block_is_left_alone(project):
    other = PAGE.replace("title-block-header", "other")
    assert page_head.with_head(other, project(), "manuscript") == other
