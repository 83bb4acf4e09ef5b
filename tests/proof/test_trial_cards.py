"""A trial's card says what the forest plot says, in the same words, with its rows and the reasons of bias."""

import pytest

from analysis.judgements.bias import NONE
from analysis.printing.printer import Printer
from analysis.proof import trial_cards
from analysis.synthesis.outcome_shapes import CountedTrial


@pytest.fixture(scope="module")
def cards(tree):
    return trial_cards.cards(tree)


def test_every_trial_with_a_result_or_a_judgement_has_a_card(tree, cards):
    shown = {name for outcome in tree.outcomes.values() for name in outcome.trials} | set(tree.bias.trials)
    assert cards.keys() == shown
    for name, card in cards.items():
        assert card["heading"] == tree.evidence.trial(name).label


@pytest.mark.parametrize("key", ["deaths", "serious"])
def test_a_card_prints_what_the_forest_plot_prints(tree, cards, key):
    n = Printer(tree)
    outcome = tree.outcomes[key]
    for name, trial in outcome.trials.items():
        (part,) = [one for one in cards[name]["parts"] if one["heading"].lower() == outcome.name.lower()]
        said = " ".join(line["text"] for line in part["lines"])
        assert part["rows"] == list(trial.rows)
        if trial.estimable:
            assert n.short(f"{key}.trials.{name}").text in said
        else:
            assert trial.why_not in said or "no events" in said
        if isinstance(trial, CountedTrial):
            for field in ("events_treatment", "n_control"):
                assert n(f"{key}.trials.{name}.{field}").text in said


def test_every_judgement_has_its_reason(tree, cards):
    reasons = 0
    for name, trial in tree.bias.trials.items():
        parts = [one for one in cards[name]["parts"] if one["heading"] == "Risk of bias"]
        if all(one.judgement == NONE for one in trial.domains.values()):
            assert not parts
            continue
        ((lines),) = [part["lines"] for part in parts]
        for line, judgement in zip(lines, trial.domains.values(), strict=True):
            assert line["text"].startswith(judgement.judgement)
            if judgement.row:
                assert line["why"] == tree.evidence.row(judgement.row).reason
                reasons += bool(line["why"])
    assert reasons > 5


def test_the_reference_is_the_one_that_the_trial_is_cited_by(tree, cards):
    cited = {one.key: one for one in tree.evidence.bibliography}
    known = 0
    for name, card in cards.items():
        reference = cited.get(tree.evidence.trial(name).citation)
        if reference is None:
            assert card["reference"] == ""
        else:
            assert reference.title.strip(" .{}") in card["reference"] and card["cited"] == reference.key
            known += 1
    assert known > 5
