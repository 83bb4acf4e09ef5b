"""The sentence for the present state: each state has its own, a missing or an unknown one is named."""

from dataclasses import replace

import pytest

from analysis.printing.printer import Printer
from analysis.review.states import (
    NoSentence,
    by_number,
    by_state,
    measure_head,
    not_pooled,
    of_all,
    state_of,
    whether,
)

MARKERS = ("CRP", "IL-6")
SENTENCES = {
    "none": "nobody gave {name}",
    "unusable": "no effect on {name}",
    "one": "{.only.label} gave {measure} {short:.only}{unit}",
    "several": "{word:.k} trials, too few",
    "pooled": "pooled: {short:.pooled}{unit}",
}


def with_outcome(review, key, **changes):
    """The tree with an outcome changed."""
    return replace(review, outcomes={**review.outcomes, key: replace(review.outcomes[key], **changes)})


def test_each_state_chooses_its_sentence(tree, review_of_one, invented_review):
    assert by_state(Printer(tree), "CRP", **SENTENCES).text == "nobody gave CRP"
    one = by_state(Printer(review_of_one), "CRP", **SENTENCES)
    assert one.text == "Dilogo 2021 gave mean difference −14.30 (−26.46 to −2.14)\N{NO-BREAK SPACE}mg/L"
    pooled = by_state(Printer(invented_review), "CRP", **SENTENCES)
    assert pooled.text == "pooled: −9.71 (−19.89 to 0.47)\N{NO-BREAK SPACE}mg/L"
    assert ("−9.71", "CRP.pooled.estimate") in pooled.pairs()
    few = with_outcome(invented_review, "CRP", pooled=None, minimum_trials=6)
    assert by_state(Printer(few), "CRP", **SENTENCES).text == "five trials, too few"


def test_numbers_without_an_effect_are_a_state_of_their_own(tree, invented_review):
    skewed = invented_review.outcomes["CRP"].trials["pochon2023"]
    unusable = with_outcome(tree, "CRP", trials={"pochon2023": skewed}, k_shown=1)
    assert by_state(Printer(unusable), "CRP", **SENTENCES).text == "no effect on CRP"
    assert "No effect on CRP can be had" in not_pooled(Printer(unusable), "CRP").text


def test_some_stands_for_every_state_with_an_effect(tree, review_of_one, invented_review):
    for review in (review_of_one, invented_review):
        assert by_state(Printer(review), "CRP", none="none", some="some").text == "some"
    with pytest.raises(NoSentence, match=r"CRP is in the state 'none' .*Remedy: write one for 'none'"):
        by_state(Printer(tree), "CRP", some="some")


def test_a_missing_or_unknown_sentence_is_named(tree, review_of_one):
    with pytest.raises(NoSentence, match=r"'one' \(1 trials .*among those for none, pooled"):
        by_state(Printer(review_of_one), "CRP", none="a", pooled="b")
    with pytest.raises(NoSentence, match=r"many: no such state of CRP. Remedy: name none"):
        by_state(Printer(tree), "CRP", none="a", many="b")


def test_outcomes_share_a_sentence_only_while_none_is_given(tree, review_of_one):
    said = {"before": "So: ", "after": "!", "none": "no {name}", "one": "one {name}"}
    assert of_all(Printer(tree), MARKERS, "neither", **said).text == "neither"
    assert of_all(Printer(review_of_one), MARKERS, "neither", **said).text == "So: one CRP; one IL-6!"
    assert whether(Printer(tree), MARKERS, "neither", "some").text == "neither"
    assert whether(Printer(review_of_one), MARKERS, "neither", "some").text == "some"


@pytest.mark.parametrize(("number", "text"), [(0, "all read"), (1, "one missing"), (4, "four missing")])
def test_a_count_chooses_its_sentence(tree, number, text):
    printer = Printer(with_outcome(tree, "deaths", k_unavailable=number))
    templates = {"zero": "all read", "one": "one missing", "more": "{word:deaths.k_unavailable} missing"}
    assert by_number(printer, "deaths.k_unavailable", **templates).text == text


def test_heads_name_measure_and_unit(tree):
    printer = Printer(tree)
    assert printer.say(measure_head(printer, "deaths")).text == "Risk ratio"
    assert printer.say(measure_head(printer, "CRP")).text == "Mean difference, mg/L"
    assert printer.say(measure_head(printer, "CRP", "SMD")).text == "Standardised mean difference"


def test_today_is_one_of_the_states(tree):
    assert [state_of(tree, key) for key in ("deaths", "serious")] == ["pooled", "pooled"]
