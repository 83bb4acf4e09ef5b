"""Funding and competing interests in JATS, and in no property of a Word file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from filtering import FRONT_MATTER, ROOT, pandoc
from lxml import etree

AUTHOR = 'author: [{name: Ann Example, corresponding: true, email: "ann@example.org"}]\n'
STATED = 'funding: "Paid by A & B."\ndeclarations: {competing-interests: "Ann sells < 3 engines."}\n'
OPEN = 'funding: "[to be stated]"\ndeclarations: {competing-interests: "[to be stated]"}\n'
# as Quarto hands the text over
QUARTO = 'funding: [{statement: "Paid by A & B."}]\ndeclarations: {competing-interests: "Ann sells < 3 engines."}\n'


def _document(declarations: str) -> str:
    return FRONT_MATTER.replace("---\n\n", f"{AUTHOR}{declarations}---\n\n") + "# Start {#sec-start}\n\nText.\n"


def _jats(declarations: str) -> etree._Element:
    template = str(ROOT / "publishing" / "templates" / "article.jats")
    done = pandoc(_document(declarations), "jats_publishing", "--standalone", "--template", template)
    assert done.returncode == 0, done.stderr.decode()
    return etree.fromstring(done.stdout)


@pytest.mark.parametrize("declarations", [STATED, QUARTO])
def test_jats_states_funding_and_competing_interests_where_a_publisher_looks_for_them(declarations: str) -> None:
    article = _jats(declarations)
    statement = article.find("front/article-meta/funding-group/funding-statement")
    assert statement is not None and statement.text == "Paid by A & B."
    note = article.find("front/article-meta/author-notes/fn[@fn-type='coi-statement']/p")
    assert note is not None and note.text == "Ann sells < 3 engines."


@pytest.mark.parametrize("declarations", [OPEN, ""])
def test_jats_has_no_placeholder(declarations: str) -> None:
    article = _jats(declarations)
    assert article.find(".//funding-group") is None
    assert article.find(".//fn[@fn-type='coi-statement']") is None
    assert "to be stated" not in "".join(article.itertext())


@pytest.mark.parametrize("author", [AUTHOR, ""])
def test_a_word_file_keeps_no_declaration_among_its_properties(tmp_path: Path, author: str) -> None:
    path = tmp_path / "a.docx"
    done = pandoc(_document(STATED).replace(AUTHOR, author), "docx", "--output", str(path))
    assert done.returncode == 0, done.stderr.decode()
    with zipfile.ZipFile(path) as package:
        assert all(b"Paid by" not in package.read(name) for name in package.namelist())
