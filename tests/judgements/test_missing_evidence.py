"""ROB-ME: one rule judges what the eligible trials without a result may do to each synthesis."""

from dataclasses import replace

import pytest

from analysis.judgements.bias import CONCERNS, HIGH, LOW
from analysis.judgements.missing_evidence import PARTLY_KNOWN, RULE, UNKNOWN, judged, missing_evidence
from analysis.synthesis.availability import MEASURED, NOTHING, WORDS, Read


def lacking(tree, patients, sized=4):
    """The deaths with so many patients in the trials without them."""
    return replace(tree.counted("deaths"), randomised_unavailable=patients, k_unavailable_sized=sized)


@pytest.mark.parametrize(("difference", "judgement"), [(-1, CONCERNS), (0, HIGH), (1, HIGH)])
def test_as_many_patients_without_a_result_as_with_one_are_a_high_risk(tree, difference, judgement):
    shown = tree.counted("deaths").participants_shown
    found = judged("deaths", lacking(tree, shown + difference), tree.availability)
    assert (found.judgement, found.reason) == (judgement, PARTLY_KNOWN if judgement == CONCERNS else RULE[HIGH])
    assert found.patients_without - found.patients_with == difference


def test_without_missing_results_the_risk_is_low(tree):
    whole = replace(tree.counted("deaths"), unavailable={}, randomised_unavailable=0)
    found = judged("deaths", whole, tree.availability)
    assert (found.judgement, found.without_result, found.rows, found.stated, found.silent) == (LOW, 0, (), 0, 0)
    assert found.with_result == tree.counted("deaths").k_shown


def test_trials_of_unknown_size_alone_raise_concerns(tree):
    found = judged("deaths", lacking(tree, 0, sized=0), tree.availability)
    assert (found.judgement, found.reason, found.patients_without) == (CONCERNS, UNKNOWN, None)


def test_only_where_all_sizes_are_known_the_patients_are_compared_without_reserve(tree):
    everything = len(tree.counted("deaths").unavailable)
    assert judged("deaths", lacking(tree, 9, sized=everything), tree.availability).reason == RULE[CONCERNS]
    assert judged("deaths", lacking(tree, 9, sized=1), tree.availability).reason == PARTLY_KNOWN


def test_a_trial_counts_as_stated_where_its_text_names_the_outcome(tree):
    names = list(tree.counted("deaths").unavailable)

    def found(*statuses):
        """Statuses of the first trials; the others say nothing."""
        told = dict(zip(names, statuses, strict=False))
        trials = {
            name: replace(trial, outcomes={**trial.outcomes, "deaths": Read((), told.get(name, NOTHING))})
            for name, trial in tree.availability.trials.items()
        }
        return judged("deaths", tree.counted("deaths"), replace(tree.availability, trials=trials))

    assert (found().stated, found().silent) == (0, len(names))
    assert (found(WORDS, MEASURED, NOTHING).stated, found(WORDS, MEASURED).silent) == (2, len(names) - 2)


def test_every_synthesis_of_the_review_is_judged_by_the_rule(tree):
    assert missing_evidence(tree.outcomes, tree.availability) == tree.missing_evidence
    assert tree.missing_evidence.keys() == tree.outcomes.keys()
    for key, found in tree.missing_evidence.items():
        outcome = tree.outcomes[key]
        assert found.with_result + found.without_result == tree.trials.eligible
        assert found.stated + found.silent == found.without_result == len(found.rows) == outcome.k_unavailable
        assert (found.judgement == LOW) == (outcome.k_unavailable == 0)
        if outcome.k_unavailable:
            assert (found.judgement == HIGH) == (found.patients_without >= found.patients_with)
