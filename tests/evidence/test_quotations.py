"""What the readers of quotations make of them."""

from __future__ import annotations

import re
from fractions import Fraction

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
from analysis.methods.consistency import Rounded, rounded, z_from_p


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


@pytest.mark.parametrize(
    ("quotation", "value", "half"),
    [
        ("P = 1×10−5", 1e-5, "5e-6"),
        ("P = 1 × 10⁻⁵", 1e-5, "5e-6"),
        ("P < 1 × 10⁻⁴", 1e-4, "5e-5"),
        ("p=1e-5", 1e-5, "5e-6"),
        ("p=1.0E−05", 1e-5, "5e-7"),
        ("P = 10^-5", 1e-5, "5e-6"),
        ("P = 10⁻⁵", 1e-5, "5e-6"),
        ("P = 10−5", 1e-5, "5e-6"),
        ("P = 2.34 x 10^{-7}", 2.34e-7, "5e-10"),
        ("P = 2.3 · 10 − 4", 2.3e-4, "5e-6"),
        ("P = 2.30*10**-4", 2.3e-4, "5e-7"),
        ("P = 4 × 10<sup>−12</sup>", 4e-12, "5e-13"),
        ("P = 0.00001", 1e-5, "5e-6"),
        ("P = .00010", 1e-4, "5e-6"),
        ("nothing of it", 1e-5, "5e-6"),
        ("nothing of it", 1.25e-9, "5e-12"),
        ("nothing of it", 3e15, "0.5"),
        ("1 × 10⁶ cells per kg", 1e6, "500000"),
        ("1.0 × 106 cells per kg", 1e6, "50000"),
        ("ALT 1.5 × 10^3, 1500.0 later", 1500.0, "0.05"),
    ],
)
def test_a_power_of_ten_keeps_the_width_of_its_last_digit(quotation: str, value: float, half: str) -> None:
    found = as_printed(value, quotation)
    assert float(found.value) == value and found.half == Fraction(half)
    assert as_printed(-value, quotation) == Rounded(-found.value, found.half)


def test_a_p_value_printed_as_a_power_of_ten_can_be_checked() -> None:
    z, plain = z_from_p(as_printed(1e-5, "P = 1×10−5")), z_from_p(rounded("0.00001"))
    assert z == plain and round(z.low, 2) == 4.33 and round(z.high, 2) == 4.56


@pytest.mark.parametrize(
    ("text", "number"),
    [("P = 1×10−5", 1e-5), ("p<2e-7", 2e-7), ("1.2 × 10⁻⁵", 1.2e-5), ("1 × 106 cells", 1e6), ("10^-3", 1e-3)],
)
def test_a_power_of_ten_is_a_number_of_the_text(text: str, number: float) -> None:
    assert number in numbers_in(text)


@pytest.mark.parametrize(
    "text", ["10 (5–12)", "5 × 10 mg", "at day 10", "10.5", "arm 2e", "1 × 1000", "110−5", "1e99999"]
)
def test_other_tens_are_no_powers(text: str) -> None:
    plain = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    assert {abs(number) for number in numbers_in(text)} == plain


def test_p_values_are_those_with_an_equals_sign() -> None:
    text = "P = 1×10−5; p = 3.0e-4; P=10−6, P = 10^-7 and P = 1 × 10"
    assert p_values_in(text) == [
        rounded("1").times_power_of_ten(-5), rounded("3.0").times_power_of_ten(-4),
        rounded("1").times_power_of_ten(-6), rounded("1").times_power_of_ten(-7),
    ]  # fmt: skip
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
