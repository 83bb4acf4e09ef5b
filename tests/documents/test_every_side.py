"""Every side of every sentence of the documents can be printed and verified, whatever results it needs to stand."""

from pathlib import Path

import pytest

from analysis.results.claim_printing import made
from publishing.project.document import read_document
from publishing.verify.numerals import Allowed, read_allowed
from publishing.verify.sentences import sentences, unkeyed

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("manuscript.qmd", "supplement.qmd")
ALLOWED = ROOT / "publishing" / "allowed_numerals.yml"


@pytest.fixture(params=DOCUMENTS)
def document(request):
    return read_document(ROOT / request.param)


def test_no_side_holds_a_numeral_that_may_not_stand(document):
    found = list(unkeyed(document, read_allowed(ALLOWED)))
    assert [(sentence.line, numeral.context) for sentence, numeral in found] == []


def test_no_sentence_holds_a_reference_which_would_be_printed_letter_for_letter(document):
    assert [sentence for sentence in sentences(document) if "@" in sentence.text] == []


def test_all_sides_of_all_claims_are_read(document):
    texts = {sentence.text for sentence in sentences(document)}
    source = document.path.read_text(encoding="utf-8")
    sides = [phrase for claim in made(source) for _, phrase in claim.sides if " " in phrase and "{" not in phrase]
    assert sides and set(sides) <= texts


def test_without_its_allowance_a_side_that_does_not_stand_now_is_found():
    manuscript = read_document(ROOT / "manuscript.qmd")
    assert not list(unkeyed(manuscript, read_allowed(ALLOWED)))
    fewer = Allowed([entry for entry in read_allowed(ALLOWED).entries if entry.text != "one side of 1"])
    assert {numeral.text for _, numeral in unkeyed(manuscript, fewer)} == {"1"}
