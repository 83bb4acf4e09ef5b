"""The sentence for the present state: each state has its own, a missing or an unknown one is named."""

from dataclasses import replace

import pytest

from analysis.judgements.certainty_conditions import Pooling, interval, precise
from analysis.printing.printer import Printer
from analysis.results.states import (
    NoSentence,
    answered,
    by_number,
    by_part,
    by_state,
    estimate,
    measure_head,
    not_pooled,
    of_all,
    pooled,
    state_of,
    to_read,
    whether,
)
from analysis.synthesis.absolute_effects import absolute

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


def test_each_state_chooses_its_sentence(silent_review, review_of_one, invented_review):
    assert by_state(Printer(silent_review), "CRP", **SENTENCES).text == "nobody gave CRP"
    one = by_state(Printer(review_of_one), "CRP", **SENTENCES)
    assert one.text == "Dilogo 2021 gave mean difference −14.3 (−26.5 to −2.14)\N{NO-BREAK SPACE}mg/L"
    several = by_state(Printer(invented_review), "CRP", **SENTENCES)
    assert several.text == "pooled: −9.71 (−19.9 to 0.47)\N{NO-BREAK SPACE}mg/L"
    assert ("−9.71", "CRP.pooled.estimate") in several.pairs()
    few = with_outcome(invented_review, "CRP", pooled=None, minimum_trials=6)
    assert by_state(Printer(few), "CRP", **SENTENCES).text == "five trials, too few"


def test_numbers_without_an_effect_are_a_state_of_their_own(silent_review, invented_review):
    skewed = invented_review.outcomes["CRP"].trials["pochon2023"]
    unusable = with_outcome(silent_review, "CRP", trials={"pochon2023": skewed}, k_shown=1)
    assert by_state(Printer(unusable), "CRP", **SENTENCES).text == "no effect on CRP"
    assert "No effect on CRP can be had" in not_pooled(Printer(unusable), "CRP").text


def test_some_stands_for_every_state_with_an_effect(silent_review, review_of_one, invented_review):
    for review in (review_of_one, invented_review):
        assert by_state(Printer(review), "CRP", none="none", some="some").text == "some"
    with pytest.raises(NoSentence, match=r"CRP is in the state 'none' .*Remedy: write one for 'none'"):
        by_state(Printer(silent_review), "CRP", some="some")


def test_a_missing_or_unknown_sentence_is_named(silent_review, review_of_one):
    with pytest.raises(NoSentence, match=r"'one' \(1 trials .*among those for none, pooled"):
        by_state(Printer(review_of_one), "CRP", none="a", pooled="b")
    with pytest.raises(NoSentence, match=r"many: no such state of CRP. Remedy: name none"):
        by_state(Printer(silent_review), "CRP", none="a", many="b")


def test_outcomes_share_a_sentence_only_while_none_is_given(silent_review, review_of_one):
    said = {"before": "So: ", "after": "!", "none": "no {name}", "one": "one {name}"}
    assert of_all(Printer(silent_review), MARKERS, "neither", **said).text == "neither"
    assert of_all(Printer(review_of_one), MARKERS, "neither", **said).text == "So: one CRP; one IL-6!"
    assert whether(Printer(silent_review), MARKERS, "neither", "some").text == "neither"
    assert whether(Printer(review_of_one), MARKERS, "neither", "some").text == "some"


@pytest.mark.parametrize(("number", "text"), [(0, "all read"), (1, "one missing"), (4, "four missing")])
def test_a_count_chooses_its_sentence(tree, number, text):
    printer = Printer(with_outcome(tree, "deaths", k_unavailable=number))
    templates = {"zero": "all read", "one": "one missing", "more": "{word:deaths.k_unavailable} missing"}
    assert by_number(printer, "deaths.k_unavailable", **templates).text == text


@pytest.mark.parametrize(
    ("number", "sized", "text"),
    [
        (0, 0, "zero"),
        (1, 1, "one"),
        (4, 4, "more"),
        (4, 2, "partly"),
        (4, 1, "partly one"),
        (4, 0, "none"),
        (1, 0, "none one"),
    ],
)
def test_a_part_of_a_count_chooses_its_sentence(tree, number, sized, text):
    printer = Printer(with_outcome(tree, "deaths", k_unavailable=number, k_unavailable_sized=sized))
    names = ("zero", "one", "more", "partly", "partly_one", "none", "none_one")
    templates = {name: name.replace("_", " ") for name in names}
    assert by_part(printer, "deaths.k_unavailable_sized", "deaths.k_unavailable", **templates).text == text


WITH_LIMITS = {
    "supported by one trial": (-9.0, -1.0),
    "contradicted by one trial": (1.0, 9.0),
    "not confirmed by one trial: the interval includes 0": (-5.0, 5.0),
    "not confirmed by one trial: the interval includes 0 ": (-5.0, 0.0),
}


@pytest.mark.parametrize("said", WITH_LIMITS)
def test_a_claim_is_answered_by_the_side_of_the_interval(review_of_one, said):
    (name, trial), *_ = review_of_one.outcomes["CRP"].trials.items()
    low, high = WITH_LIMITS[said]
    limited = with_outcome(review_of_one, "CRP", trials={name: replace(trial, low=low, high=high)})
    assert answered(Printer(limited), "CRP").text == said.strip()


def test_a_claim_of_what_is_better_when_higher_is_answered_the_other_way_round(review_of_one):
    (name, trial), *_ = review_of_one.outcomes["CRP"].trials.items()
    trials = {name: replace(trial, low=1.0, high=9.0)}
    assert answered(Printer(with_outcome(review_of_one, "CRP", trials=trials, better="higher")), "CRP").text == (
        "supported by one trial"
    )


def test_a_claim_is_not_verifiable_without_effects_or_with_too_few_to_pool(silent_review, tree, invented_review):
    assert answered(Printer(silent_review), "CRP").text == "not verifiable"
    few = with_outcome(invented_review, "CRP", pooled=None, minimum_trials=9)
    assert answered(Printer(few), "CRP").text == "not verifiable: too few trials to pool"
    number = Printer(tree).word("deaths.k").text
    assert answered(Printer(tree), "deaths").text == (
        f"not confirmed by {number} trials, pooled: the interval includes 1"
    )
    pooled = replace(tree.counted("deaths").pooled, high=0.99)
    better = with_outcome(tree, "deaths", pooled=pooled, modified=pooled)
    assert answered(Printer(better), "deaths").text == f"supported by {number} trials, pooled"


def test_heads_name_measure_and_unit(tree):
    printer = Printer(tree)
    assert printer.say(measure_head(printer, "deaths")).text == "Risk ratio"
    assert printer.say(measure_head(printer, "CRP")).text == "Mean difference, mg/L"
    assert printer.say(measure_head(printer, "CRP", "SMD")).text == "Standardised mean difference"


def test_today_is_one_of_the_states(tree):
    assert [state_of(tree, key) for key in ("deaths", "serious")] == ["pooled", "pooled"]


def narrowed(review, key):
    """The tree with a primary interval narrower than the modified one, on one side of no effect."""
    return with_outcome(review, key, pooled=replace(review.outcomes[key].pooled, low=-14.6, high=-4.86))


def test_the_wider_interval_is_the_one_to_conclude_from(invented_review):
    same = replace(invented_review.outcomes["CRP"], modified=invented_review.outcomes["CRP"].pooled)
    assert same.wider is None and same.to_read is same.pooled
    outcome = narrowed(invented_review, "CRP").outcomes["CRP"]
    assert outcome.pooled.high < 0 < outcome.modified.high
    assert outcome.to_read is outcome.concluded is outcome.shown is outcome.modified
    printer = Printer(narrowed(invented_review, "CRP"))
    assert answered(printer, "CRP").text == "not confirmed by five trials, pooled: the modified interval includes 0"
    assert to_read(printer, "CRP") == "CRP.modified"


def test_both_intervals_are_printed_where_the_modified_one_is_wider(invented_review):
    printer = Printer(narrowed(invented_review, "CRP"))
    said = pooled(printer, "CRP")
    assert said.text == "−9.71 (−14.6 to −4.86; modified −20.8 to 1.35)"
    assert ("1.35", "CRP.modified.high") in said.pairs()
    assert (
        estimate(printer, "CRP", "MD")
        .text.replace("\N{NO-BREAK SPACE}", " ")
        .endswith("(95% CI −14.6 to −4.86; modified −20.8 to 1.35)")
    )
    sentence = by_state(printer, "CRP", pooled="{measure} {pooled}{unit}, {p:.to_read.p_value}").text
    assert "; modified −20.8 to 1.35)\N{NO-BREAK SPACE}mg/L" in sentence
    assert "CRP.modified.p_value" in dict(by_state(printer, "CRP", pooled="{p:.to_read.p_value}").pairs()).values()


def test_absolute_effects_follow_the_wider_interval(tree):
    serious = tree.outcomes["serious"]
    assert serious.wider is serious.modified, "the modified interval is the wider one in this evidence"
    found = absolute(serious).largest_trial
    assert found.treated_low == pytest.approx(found.control * serious.modified.low)
    assert found.treated_low < found.control * serious.pooled.low


def test_a_rating_of_precision_asks_the_wider_interval(invented_review):
    outcome = narrowed(invented_review, "CRP").outcomes["CRP"]
    assert interval(outcome) == (outcome.modified.low, outcome.modified.high)
    assert not precise(Pooling(replace(outcome, participants=1000, important=5), None, None, frozenset()))
