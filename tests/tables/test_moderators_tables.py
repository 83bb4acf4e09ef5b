"""Tables of moderators and funnels: the numbers of the results, and sentences where there are none."""

from __future__ import annotations

import re

import bcg
import pytest

from analysis.printing.printer import Printer
from analysis.tables import moderators

KEY = bcg.KEY


@pytest.fixture(scope="module")
def review(tree):
    return bcg.review_of(tree, bcg.rows())


@pytest.fixture(scope="module")
def n(review):
    return Printer(review)


def told(table):
    """The cells of each row, without keys."""
    text = re.sub(r"\[([^]]*)\]\{[^}]*\}", r"\1", table._repr_markdown_()).replace("\N{NO-BREAK SPACE}", " ")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_a_regression_has_two_rows(n):
    intercept, slope = told(moderators.regressions(n, KEY))
    assert intercept[:4] == ["Absolute latitude, degrees: intercept", "0.25 (−0.37 to 0.88)", "0.39", ""]
    assert slope == [
        "Absolute latitude, degrees: slope", "−0.029 (−0.047 to −0.011)", "0.005",
        "0.75 (0.62–0.90) for 10 degrees more", "13", "12.59 (1, 11)", "0.076", "68%", "76%", "yes",
    ]  # fmt: skip


def test_groups_are_those_of_the_results(n):
    rows = told(moderators.groups(n, KEY))
    assert [row[0] for row in rows] == ["Allocation: alternate", "Allocation: random", "Allocation: systematic"]
    assert [row[1] for row in rows] == ["2", "7", "4"]
    assert rows[1][3:6] == ["0.38 (0.20–0.70)", "0.393", "90%"]
    below = moderators.below_groups(n, KEY).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Q 1.86 on 2 df, P = 0.39" in below and "common τ² of 0.362, Q 1.77 on 2 df, P = 0.41" in below
    assert below.endswith("The comparison was not specified in advance.")


def test_the_funnel_has_its_test_and_its_caution(n):
    (row,) = told(moderators.small_studies(n))
    assert row[1:5] == ["13", "−2.11 (−5.43 to 1.21)", "−1.40 (11)", "0.19"]
    assert row[6] == "1 on the right: 0.52 (0.35–0.77)"
    assert "depends on the ratio itself" in moderators.below_small_studies(n).text


def test_nine_trials_have_sentences_in_place_of_tables(tree):
    rows = [row | {"alloc": "random"} for row in bcg.rows()[:9]]
    refused = Printer(bcg.review_of(tree, rows))
    for table, words in (
        (moderators.regressions(refused, KEY), "at least 10 studies"),
        (moderators.groups(refused, KEY), "only one group has as many"),
        (moderators.small_studies(refused), "Egger's test was not done"),
    ):
        assert not table.rows
        assert words in re.sub(r"\[([^]]*)\]\{[^}]*\}", r"\1", table._repr_markdown_())
    assert moderators.below_groups(refused, KEY).text == moderators.below_regressions(refused, KEY).text == ""


def test_a_table_says_below_it_what_was_declined_and_left_out(tree):
    rows = [row | {"ablat": ""} if row["trial"] == "3" else row for row in bcg.rows()]
    said = moderators.below_regressions(Printer(bcg.review_of(tree, rows)), KEY).text
    assert said == "Absolute latitude: Left out, as no value was read: Rosenthal et al 1960."
    asked = (*bcg.MODERATORS, bcg.Moderator("moderator-colour", KEY, "colour", "number", True, "none"))
    both = Printer(bcg.review_of(tree, bcg.rows(), asked))
    assert "Colour: The meta-regression was not done" in moderators.below_regressions(both, KEY).text


def test_a_review_that_asks_nothing_says_so(printer):
    for table in (moderators.regressions(printer, KEY), moderators.groups(printer, KEY)):
        assert table._repr_markdown_() == moderators.NOT_ASKED
    assert moderators.below_groups(printer, KEY).text == ""
