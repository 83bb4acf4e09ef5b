"""What the readers of quotations make of them."""

from __future__ import annotations

import pytest

from analysis.evidence.load import Evidence
from analysis.evidence.quoted import (
    MOST_QUOTED_WORDS,
    as_printed,
    counts_in_order,
    numbers_in,
    numbers_told_by,
    p_values_in,
    quoted_words,
)
from analysis.methods.consistency import rounded


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("42 (37.5) | 47 (42.7) | 0.88 (0.64–1.21)", {42, 37.5, 47, 42.7, 0.88, 0.64, 1.21, -1.21}),
        ("MD = − 32.49; 95% CI = − 48.43, − 16.56", {32.49, -32.49, 95, 48.43, -48.43, 16.56, -16.56}),
        ("(P = .047)", {0.047}),
        ("no number at all", set()),
    ],
)
def test_numbers_in(text: str, numbers: set[float]) -> None:
    assert numbers_in(text) == numbers


def test_small_numbers_are_read_in_words_too() -> None:
    assert numbers_told_by("Six of the 21; none in placebo") == {6, 21, 0}
    assert counts_in_order("three of 12 and six of 13") == [3, 12, 6, 13]


@pytest.mark.parametrize(
    ("value", "quotation", "printed"),
    [
        (0.3, "OR, 0.30; 95% CI, 0.02–4.41", "0.30"),
        (0.047, "(P = .047)", "0.047"),
        (-32.49, "MD = − 32.49", "-32.49"),
        (12.0, "12 (5, 19)", "12"),
        (0.33, "AEs: OR, 33", "0.33"),
    ],
)
def test_a_number_has_the_digits_that_the_quotation_gives_it(value: float, quotation: str, printed: str) -> None:
    assert as_printed(value, quotation) == rounded(printed)


def test_p_values_are_those_with_an_equals_sign() -> None:
    assert p_values_in("RR 0.66, p =.04; P = 0.53; P < 0.05; I2 = 0%") == [rounded("0.04"), rounded("0.53")]


@pytest.mark.parametrize(("text", "words"), [("a b c", 3), ("a | b … c ... d", 4), ("5/21 (24)", 2), ("", 0)])
def test_quoted_words(text: str, words: int) -> None:
    assert quoted_words(text) == words


def test_no_quotation_is_too_long(evidence: Evidence) -> None:
    quoted = [row for rows in evidence.tables().values() for row in rows if getattr(row, "quotation", "")]
    assert len(quoted) > 400
    assert max(quoted_words(row.quotation) for row in quoted) <= MOST_QUOTED_WORDS


def test_derived_counts_say_how(evidence: Evidence) -> None:
    derived = [c for c in evidence.counts if c.obtained == "derived"]
    assert {c.row_id for c in derived} >= {"deaths-dilogo2021-abstract", "deaths-lanzoni2021-d28-preprint"}
    assert all(count.note for count in derived)
