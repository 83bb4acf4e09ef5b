"""Both documents can be printed, and say what is now true, after the moves of data that an owner makes most."""

import re
from pathlib import Path

import pytest
from invented import invented
from printed_numerals import unkeyed
from usual_moves import FOUND, FOUND_OF_KNOWN_SIZE, moved

from analysis.proof.document_code import pieces
from analysis.proof.dry_run import dry_run, run
from analysis.results.build import build

ROOT = Path(__file__).resolve().parents[2]
SOME = {trial: FOUND[trial] for trial in ("gorman2023", "pochon2023")}
MOVES = {
    "one count corrected": {"counts": {"deaths-rebelatto2022-tard2023": (4, 11, 1, 6)}},
    "deaths of two more trials": {"found": SOME},
    "deaths of every trial": {
        "found": FOUND,
        "rated": {"imprecision": ("serious", "1"), "missing results": ("undetected", "0"), "overall": ("low", "")},
    },
    "deaths of every trial of known size": {
        "found": FOUND_OF_KNOWN_SIZE,
        "rated": {"imprecision": ("serious", "1")},
    },
    "the other direction": {
        "counts": {"deaths-rebelatto2022-tard2023": (9, 11, 1, 6)},
        "found": {"gorman2023": (20, 30, 5, 30), "soetjahjo2023": (15, 21, 4, 21)},
        "rated": {"inconsistency": ("serious", "1")},
    },
}
#: sentences that must or must not stand after a move
SAID = {
    "one count corrected": (
        "favoured MSCs, its interval included 1",
        "Deaths were missing from nine eligible trials",
    ),
    "deaths of two more trials": ("a reduction by a quarter remains possible, an increase by a quarter does not",),
    "deaths of every trial": (
        "favoured MSCs, its interval lay below 1",
        "Deaths per arm were read for every eligible trial.",
        "No trial is missing, so nothing had to be assumed (@stbl-bounds",
        "therefore holds. The",
        "We are unsure, because the studies were small, and some",
        "Although the trials would be enough for it, no funnel plot was tested",
    ),
    "deaths of every trial of known size": (
        "For five eligible trials, all of unknown size, deaths per arm could not be read, in spite of separate",
        "What would have to be shown to move the interval could therefore not be computed (@stbl-bounds",
        "no trial without them has a known size. Causes of heterogeneity",
        "A benefit was probable under some priors and very probable under others",
    ),
    "the other direction": ("favoured placebo, its interval included 1", "therefore does not hold"),
}
UNSAID = {
    "one count corrected": ("favoured placebo,", "could not be printed"),
    "deaths of two more trials": ("favoured placebo,", "and harm both remain possible", "nine eligible trials"),
    "deaths of every trial": ("included 1 in all", "With so few trials", "as a statement about direction only"),
    "deaths of every trial of known size": (" 0 patients", "nothing had to be assumed", "we computed what"),
    "the other direction": ("favoured MSCs, its", "therefore holds"),
}
#: an empty list counted in words, and an expression without text
NEVER = re.compile(r"(?<!double-)\bzero (?:eligible )?(?:trials|studies)\b|…")


@pytest.fixture(scope="module", params=MOVES)
def after(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("moves") / "data"
    return request.param, build(moved(folder, **MOVES[request.param]))


def words(review, document):
    """The text of a document without its cells."""
    source = (ROOT / document).read_text(encoding="utf-8")
    said: dict[int, str] = {}
    assert not list(run(review, document, source, said))
    text, done = "", 0
    for piece in pieces(source):
        text += source[done : piece.start] + ("" if piece.is_cell else said[piece.start])
        done = piece.end
    return text + source[done:]


def test_nothing_is_left_to_rewrite(after):
    _, review = after
    for document in ("manuscript.qmd", "supplement.qmd"):
        assert [str(fault) for fault in dry_run(review, ROOT / document).unsupported] == []


def test_the_sentences_are_those_of_the_new_results(after):
    move, review = after
    text = words(review, "manuscript.qmd")
    for sentence in SAID[move]:
        assert sentence in text, sentence
    for sentence in UNSAID[move]:
        assert sentence not in text, sentence
    assert NEVER.search(text) is None


def test_every_numeral_has_its_key_as_a_verification_would_ask(after):
    _, review = after
    assert [one for document in ("manuscript.qmd", "supplement.qmd") for one in unkeyed(review, document)] == []


def test_markers_of_five_trials_leave_nothing_to_rewrite(tmp_path):
    review = build(invented(tmp_path / "data"))
    for document in ("manuscript.qmd", "supplement.qmd"):
        assert [str(fault) for fault in dry_run(review, ROOT / document).unsupported] == []
        assert unkeyed(review, document) == []
    text = words(review, "manuscript.qmd")
    assert "or CRP the pooled mean difference was" in text and "could not be verified, since" not in text
    assert "the only such statement of an eligible trial" not in text and "results on CRP and IL-6 are judged" in text
