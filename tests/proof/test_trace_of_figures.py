"""The trace of a result that rests on values read from a figure shows where they were read."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from analysis.proof.trace import row_lines


def test_a_series_read_from_a_figure_is_shown_like_a_row(tree):
    series = SimpleNamespace(
        row_id="digitised-crp-invented-d7-a", obtained="digitised", source="invented2021", locator="Figure 2",
        quotation="CRP by day, mean and error", address="https://example.org/figure",
    )  # fmt: skip
    review = replace(tree, evidence=replace(tree.evidence, digitised=(series,)))
    first, words, address = row_lines(review, series.row_id)
    assert first == "  digitised-crp-invented-d7-a: digitised, invented2021, Figure 2"
    assert words.strip() == "“CRP by day, mean and error”" and address.strip() == series.address


def test_an_id_of_nothing_is_an_error(tree):
    with pytest.raises(KeyError, match="no row 'digitised-nothing'"):
        list(row_lines(tree, "digitised-nothing"))
