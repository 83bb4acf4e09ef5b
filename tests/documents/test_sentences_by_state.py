"""Every sentence of the documents that follows the state of the evidence can be said in each state."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.evidence.rows_question import DIRECTION_ONLY
from analysis.printing.printer import Printer
from analysis.results import searching, states
from analysis.tables import measured, robustness

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("manuscript.qmd", "supplement.qmd")
INLINE = re.compile(r"`\{python\} ((?:states|measured|robustness|searching)\..*?)`")
MARKERS = ("CRP", "IL-6")


def sources():
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}


def said(review):
    """The text of each such expression of the documents."""
    known = {"n": Printer(review), "states": states, "measured": measured, "robustness": robustness}
    known |= {"searching": searching}
    found = [expression for text in sources().values() for expression in INLINE.findall(text)]
    return {one: eval(one, known | {"MARKERS": MARKERS}).text for one in found}


def unpooled(review):
    """The tree in which too few trials have an effect to pool."""
    few = {key: replace(review.outcomes[key], pooled=None, minimum_trials=9) for key in MARKERS}
    return replace(review, outcomes={**review.outcomes, **few})


def complete(review):
    """The tree in which no trial's deaths are missing, and one series was read from a figure."""
    none = {"k_unavailable": 0, "unavailable": {}, "randomised_unavailable": 0, "k_unavailable_sized": 0}
    deaths = replace(review.outcomes["deaths"], **none)
    return replace(review, outcomes={**review.outcomes, "deaths": deaths}, bounds={}, digitised_series=1)


@pytest.mark.parametrize("state", ["none", "one", "several", "pooled", "complete"])
def test_each_sentence_can_be_said(state, tree, review_of_one, invented_review):
    review = {
        "none": tree,
        "one": review_of_one,
        "several": unpooled(invented_review),
        "pooled": invented_review,
        "complete": complete(tree),
    }[state]
    texts = said(review)
    assert len(texts) > 15
    for expression, text in texts.items():
        assert not re.search(r"[{}]|; [A-Z][a-z]", text), (expression, text)
    changed = [expression for expression, text in texts.items() if text != said(tree)[expression]]
    assert bool(changed) == (state != "none")


def test_without_missing_deaths_nothing_is_said_to_be_missing(tree):
    texts = " ".join(text for one, text in said(complete(tree)).items() if "deaths.k_unavailable" in one)
    assert "could not be read" not in texts and "Deaths per arm were read for every eligible trial" in texts


def test_no_sentence_denies_numbers_that_are_there(review_of_one, invented_review):
    for review in (review_of_one, invented_review):
        texts = " ".join(said(review).values())
        for denial in (
            "none had IL-6 per arm",
            "no numbers per arm",
            "no estimate to be certain of",
            "not verifiable",
        ):
            assert denial not in texts


def test_every_outcome_that_can_be_pooled_has_its_panel(tree):
    keys = [asked.key for asked in tree.evidence.outcomes if asked.kind != DIRECTION_ONLY]
    text = "\n".join(sources().values())
    assert sorted(re.findall(r'what_if\.panel\(n, "([\w-]+)"\)', text)) == sorted(keys)


def test_both_documents_stop_at_open_contradictions():
    for text in sources().values():
        assert "contradictions.stop_at_open(result)" in text
