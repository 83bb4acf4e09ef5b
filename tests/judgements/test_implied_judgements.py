"""A domain that only a low overall judgement speaks for is marked as implied, and nothing else is."""

from dataclasses import replace

import pytest

from analysis.judgements.bias import Judgement, TrialBias, bias, count


def test_domains_below_a_published_low_overall_judgement_are_implied(tree):
    found = tree.bias.trials["monsel2022"].domains
    assert {key: one.implied for key, one in found.items()} == {key: key != "overall" for key in found}
    assert {one.row for one in found.values()} == {found["overall"].row}


def test_no_other_judgement_is_implied(tree):
    for judged in tree.biases.values():
        for trial in judged.trials.values():
            for one in trial.domains.values():
                assert one.implied == ("implied" in one.by)
                assert not (one.implied and (one.own or one.judgement != "low"))


def test_a_published_domain_is_not_implied(tree):
    overall = tree.bias.trials["monsel2022"].domains["overall"].row
    row = tree.evidence.row(overall)
    published = replace(row, row_id="rob-test", domain="3 missing outcome data", judgement="low")
    evidence = replace(tree.evidence, risk_of_bias=(*tree.evidence.risk_of_bias, published))
    found = bias(evidence, evidence.primary).trials["monsel2022"].domains
    assert (found["missing"].implied, found["missing"].row) == (False, "rob-test")
    assert found["measurement"].implied


def test_a_domain_without_information_is_not_assessed_and_counted(tree):
    """robvis writes "No information" where an assessor found none; a low overall judgement implies nothing of it."""
    row = tree.evidence.row(tree.bias.trials["monsel2022"].domains["overall"].row)
    silent = replace(row, row_id="rob-test", domain="3 missing outcome data", judgement="no information")
    evidence = replace(tree.evidence, risk_of_bias=(*tree.evidence.risk_of_bias, silent))
    found = bias(evidence, evidence.primary)
    domains = found.trials["monsel2022"].domains
    assert (domains["missing"].judgement, domains["missing"].implied) == ("not assessed", False)
    assert domains["measurement"].implied
    before, after = tree.bias.summary["missing"], found.summary["missing"]
    assert (after.low, after.none, after.trials) == (before.low - 1, before.none + 1, before.trials)


def test_every_trial_is_counted_whatever_its_judgement_is_called():
    words = ["low", "low", "some concerns", "high", "not assessed", "no information", "No information", "unclear", ""]
    trials = {
        word + str(i): TrialBias("", "", {"overall": Judgement(word, "", "", False)}) for i, word in enumerate(words)
    }
    found = count("Overall", "overall", trials)
    assert (found.low, found.concerns, found.high, found.none, found.trials) == (2, 1, 1, 5, 9)


@pytest.mark.parametrize("judgement", ["some concerns", "high"])
def test_an_overall_judgement_that_is_not_low_implies_nothing(tree, judgement):
    overall = tree.bias.trials["monsel2022"].domains["overall"].row
    rows = tuple(
        replace(row, judgement=judgement) if row.row_id == overall else row for row in tree.evidence.risk_of_bias
    )
    found = bias(replace(tree.evidence, risk_of_bias=rows), tree.evidence.primary).trials["monsel2022"].domains
    assert not any(one.implied for one in found.values())


def test_low_judgements_are_stated_or_implied(tree):
    for judged in tree.biases.values():
        for key, counts in judged.summary.items():
            implied = sum(trial.domains[key].implied for trial in judged.trials.values())
            assert (counts.stated + counts.implied, counts.implied) == (counts.low, implied)
    assert tree.bias.summary["overall"].implied == 0 < tree.bias.summary["missing"].implied
