"""The words quoted hold the numbers they are cited for."""

from __future__ import annotations

import re

import pytest

from analysis import data
from analysis.evidence_checks import MOST_QUOTED_WORDS, numbers_in, quoted_words

NUMBER_WORDS = {
    "zero": 0, "no": 0, "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "twenty": 20,
}  # fmt: skip
READ_AS_PRINTED = {"reported", "secondary source", "company report"}

# Rows whose quotation does not hold the number, and why that is right.
EVENTS_NOT_QUOTED = {
    ("deaths-shu2020-d28-text", "events_msc"): "the text names the three deaths only; Table 3 gives their arm",
    ("deaths-zarrabi2023", "events_control"): "quoted in the row of the second MSC arm, the same sentence",
}
RATIO_NOT_QUOTED = {
    "improvement-lanzoni2021-d60": "printed beside the quoted words, as the note says",
    "imaging-shi2021-month36": "printed beside the quoted words, as the note says",
}


def quoted_numbers(text: str) -> set[float]:
    words = re.findall(r"[a-z]+", text.lower())
    return numbers_in(text) | {NUMBER_WORDS[word] for word in words if word in NUMBER_WORDS}


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


@pytest.mark.parametrize(("text", "words"), [("a b c", 3), ("a | b … c ... d", 4), ("5/21 (24)", 2), ("", 0)])
def test_quoted_words(text: str, words: int) -> None:
    assert quoted_words(text) == words


def test_no_quotation_is_too_long(evidence: data.Evidence) -> None:
    quoted = [row for rows in evidence.tables().values() for row in rows if getattr(row, "quotation", "")]
    assert len(quoted) > 400
    assert max(quoted_words(row.quotation) for row in quoted) <= MOST_QUOTED_WORDS


def test_events_are_quoted(evidence: data.Evidence) -> None:
    missing = {
        (count.row_id, column)
        for count in evidence.counts
        if count.obtained in READ_AS_PRINTED
        for column in ("events_msc", "events_control")
        if getattr(count, column) is not None and getattr(count, column) not in quoted_numbers(count.quotation)
    }
    assert missing == set(EVENTS_NOT_QUOTED)


def test_printed_ratios_and_p_values_are_quoted(evidence: data.Evidence) -> None:
    missing = {
        count.row_id
        for count in evidence.counts
        for column in ("printed_estimate", "printed_low", "printed_high", "printed_p")
        if getattr(count, column) is not None and getattr(count, column) not in numbers_in(count.quotation)
    }
    assert missing == set(RATIO_NOT_QUOTED)
    for row_id in RATIO_NOT_QUOTED:
        count = evidence.row(row_id)
        assert {count.printed_estimate, count.printed_low, count.printed_high} <= numbers_in(count.note)


def test_derived_counts_say_how(evidence: data.Evidence) -> None:
    derived = [c for c in evidence.counts if c.obtained == "derived"]
    assert {c.row_id for c in derived} >= {"deaths-dilogo2021-abstract", "deaths-lanzoni2021-d28-preprint"}
    assert all(count.note for count in derived)


def test_continuous_values_are_quoted(evidence: data.Evidence) -> None:
    for row in evidence.continuous:
        values = {value for value in (row.centre, row.low, row.high, row.sd) if value is not None}
        assert values <= numbers_in(row.quotation), row.row_id


def test_baseline_values_are_quoted_or_derived(evidence: data.Evidence) -> None:
    for row in evidence.baseline:
        values = {value for value in (row.value, row.low, row.high) if value is not None}
        assert values <= quoted_numbers(row.quotation) or (row.obtained == "derived" and row.note), row.row_id


def test_pooled_estimates_are_quoted_but_for_the_explained_one(evidence: data.Evidence) -> None:
    missing = [
        row.row_id for row in evidence.published if not {row.estimate, row.low, row.high} <= numbers_in(row.quotation)
    ]
    assert missing == ["published-jiph2022-adverse-events"]


def test_p_values_of_biomarkers_are_quoted(evidence: data.Evidence) -> None:
    for row in evidence.biomarkers:
        assert numbers_in(row.p_value_text) <= numbers_in(row.quotation), row.row_id
