"""The tree of results on the real evidence: figures computed independently beforehand, and identities."""

import math

import pytest

from analysis.evidence.rows import Continuous
from analysis.printing.numbers import RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import look_up
from analysis.proof.trace import with_value
from analysis.results.claim_printing import CLAIMS, ClaimFails, Claims, UnknownClaim

FIVE = {
    "bowdish2023": (42, 112, 47, 110),
    "dilogo2021": (10, 20, 16, 20),
    "monsel2022": (5, 21, 4, 24),
    "lanzoni2021": (2, 12, 7, 12),
    "rebelatto2022": (5, 11, 1, 6),
}


def test_deaths_are_those_that_were_read(tree):
    read = {
        name: (trial.events_treatment, trial.n_treatment, trial.events_control, trial.n_control)
        for name, trial in tree.counted("deaths").trials.items()
    }
    assert read == FIVE | {"shi2021": (0, 65, 0, 35)}
    assert [name for name, trial in tree.counted("deaths").trials.items() if not trial.estimable] == ["shi2021"]


def test_pooled_deaths_equal_the_figures_computed_beforehand(printer):
    assert printer.short("deaths.dersimonian_laird").text == "0.79 (0.53–1.18)"
    assert printer("deaths.dersimonian_laird.i2").text == "34%"
    assert printer.short("deaths.pooled").text == "0.80 (0.49–1.30)"
    assert printer("deaths.pooled.tau2").text == "0.010"


def test_sensitivity_equals_the_figures_computed_beforehand(tree):
    from analysis.synthesis.chosen import chosen
    from analysis.synthesis.pooling import pool

    rows = {
        choice.trial: chosen(tree.evidence, choice)
        for choice in tree.evidence.choices
        if choice.analysis == "death" and choice.role == "primary"
    }
    one_of_twelve = chosen(
        tree.evidence, next(c for c in tree.evidence.choices if c.row_id == "choice-death-lanzoni2021-1of12")
    )
    changed = Printer({"pooled": pool([*without(rows, "lanzoni2021"), one_of_twelve], "RR", "DL", "wald")})
    assert (changed.short("pooled").text, changed("pooled.i2").text) == ("0.80 (0.51–1.26)", "42%")
    smaller = Printer({"pooled": pool(without(rows, "bowdish2023"), "RR", "DL", "wald")})
    assert (smaller.short("pooled").text, smaller("pooled.i2").text) == ("0.77 (0.37–1.59)", "43%")


def without(rows, trial):
    return [row for name, row in rows.items() if name != trial]


def test_counts_add_up(tree):
    for outcome in (tree.counted("deaths"), tree.counted("serious")):
        trials = outcome.trials.values()
        assert outcome.events_treatment == sum(trial.events_treatment for trial in outcome.counted)
        assert outcome.k_counted + outcome.k_printed == outcome.k_shown
        assert outcome.participants == sum(trial.participants for trial in trials if trial.estimable)
        assert outcome.k + outcome.k_double_zero == outcome.k_shown == len(outcome.trials)
        assert math.isclose(sum(trial.weight or 0 for trial in trials), 1)
        assert outcome.k == outcome.pooled.k == len(outcome.pooled.rows)
    assert (
        tree.counted("deaths").k_shown + tree.counted("deaths").k_unavailable
        == tree.trials.eligible
        == tree.flow.included_trials
    )
    assert tree.counted("serious").k_shown + tree.counted("serious").k_unavailable == tree.trials.eligible


def test_flow_adds_up(tree):
    flow = tree.flow
    assert flow.identified - flow.duplicates == flow.screened
    assert flow.screened - flow.not_trial_reports == flow.assessed
    assert flow.assessed == flow.excluded + flow.sensitivity_only + flow.awaiting + flow.included_reports
    assert flow.excluded == sum(reason.reports for reason in flow.reasons.values())


def test_leaving_one_trial_out_moves_what_it_should(tree):
    for name, variant in tree.counted("deaths").leave_one_out.items():
        assert variant.pooled.k == tree.counted("deaths").k - 1
        assert not set(tree.counted("deaths").trials[name].rows) & set(variant.pooled.rows)
    assert set(tree.counted("deaths").leave_one_out) == set(FIVE)


def test_second_computations_agree(tree):
    assert len(tree.crosschecks) >= 60
    for check in tree.crosschecks:
        assert check.deviation <= check.tolerance
        assert look_up(tree, check.key).value == check.ours


def test_every_biomarker_statement_comes_from_a_placebo_controlled_trial(tree):
    for name, found in tree.biomarkers.items():
        assert found.statements == found.lower + found.higher + found.no_difference
        assert found.with_numbers == {"CRP": 1, "IL-6": 0}[name]
        for row_id in found.rows:
            row = tree.evidence.row(row_id)
            assert name == (row.outcome if isinstance(row, Continuous) else row.biomarker)
            assert tree.evidence.trial(row.trial).comparator_class == "placebo"


def test_every_claim_holds_now_and_can_fail(tree):
    claims = Claims(tree)
    for name in [name for name, claim in CLAIMS.items() if not claim.other_side_of]:
        assert f'data-claim="{name}"' in str(claims(name, "words"))
    with pytest.raises(UnknownClaim, match="no-such-claim"):
        claims("no-such-claim", "words")


def test_a_claim_that_stops_being_true_stops_the_render(tree):
    worse = with_value(tree, ["deaths", "pooled", "estimate"], 1.2)
    with pytest.raises(ClaimFails, match=r"'deaths-direction'.*'favoured MSC therapy'.*Remedy"):
        Claims(worse)("deaths-direction", "favoured MSC therapy")


def test_each_kind_has_a_rule():
    from analysis.printing.quantities import KINDS

    assert set(RULES) == set(KINDS)
