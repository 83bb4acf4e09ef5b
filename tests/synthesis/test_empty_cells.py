"""Risk differences of the multiverse follow the stated rule for empty cells, as ratios do."""

import numpy as np
import pytest

from analysis.methods.effects import two_proportions
from analysis.methods.errors import Refusal
from analysis.methods.models import random_effects
from analysis.methods.robustness import Counts, multiverse
from analysis.methods.robustness.multiverse import ZERO_HANDLING
from analysis.synthesis.entries import CountedEntry
from analysis.synthesis.outcomes import uncorrected
from analysis.synthesis.pooling import pool_mantel_haenszel

#: events and patients of three trials: none empty, one empty cell, no events at all
COUNTS = Counts([5, 0, 0], [30, 20, 12], [9, 5, 0], [30, 21, 12])
RULES = {
    "add 0.5 to trials with a zero, drop double zeros": 2,
    "add 0.5 to trials with a zero": 3,
    "add 0.5 to all trials": 3,
}


def of_rule(rule):
    (row,) = multiverse(
        {"all": COUNTS}, ("RD",), ("EE",), ("wald",), zero_handling=(rule,), favourable="negative"
    ).rows  # fmt: skip
    return row


@pytest.mark.parametrize("rule", RULES)
def test_a_risk_difference_is_that_of_its_rule(rule):
    sizes = two_proportions(
        COUNTS.events_t, COUNTS.n_t, COUNTS.events_c, COUNTS.n_c, measure="RD", **ZERO_HANDLING[rule]
    )
    alone = random_effects(sizes.yi, sizes.vi, tau2="EE", ci="wald")
    row = of_rule(rule)
    assert (row.k, row.estimate, row.ci_low) == (
        RULES[rule],
        pytest.approx(alone.estimate),
        pytest.approx(alone.ci[0]),
    )


def test_by_hand_with_half_an_event_in_all_cells():
    a, n1, c, n2 = (np.array(column, float) for column in (COUNTS.events_t, COUNTS.n_t, COUNTS.events_c, COUNTS.n_c))
    p, q = (a + 0.5) / (n1 + 1), (c + 0.5) / (n2 + 1)
    w = 1 / (p * (1 - p) / (n1 + 1) + q * (1 - q) / (n2 + 1))
    assert of_rule("add 0.5 to all trials").estimate == pytest.approx(float((w * (p - q)).sum() / w.sum()))


def test_the_rules_make_different_analyses():
    assert len({round(of_rule(rule).estimate, 10) for rule in RULES}) == len(RULES)


def test_the_review_s_risk_differences_know_every_rule(tree):
    """No uncorrected risk difference by inverse variance is left: that of a trial without events has no variance."""
    for found in tree.specifications.values():
        rules = {}
        for analysis in found.curves["RD"]:
            rules.setdefault(analysis.choices["zeros"], set()).add(analysis.choices["estimator"])
        assert rules.pop("no correction") == {"Mantel-Haenszel"}
        assert len(rules) == len(RULES) and all("Mantel-Haenszel" not in used for used in rules.values())


def everybody(trial, n_treatment, n_control):
    """A trial in which every patient had the event."""
    return CountedEntry(
        trial=trial, role="primary", label="", rows=(trial,), obtained=("reported",), timepoint_days=28,
        n_treatment=n_treatment, n_control=n_control, events_treatment=n_treatment, events_control=n_control,
    )  # fmt: skip


@pytest.mark.parametrize("measure", ["RR", "RD"])
def test_a_result_of_no_width_is_not_put_into_the_tree(measure):
    entries = [everybody("one", 12, 10), everybody("two", 9, 14)]
    with pytest.raises(Refusal, match="not certainty"):
        pool_mantel_haenszel(entries, measure)
    assert uncorrected(entries) is None
