"""Measures, models, subsets, choices and missing trials: against formulas written here and other code."""

import math
from dataclasses import fields, is_dataclass, replace
from itertools import combinations

import numpy as np
import pytest

from analysis.printing.numbers import RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import look_up
from analysis.results import crosschecks, second_computations, second_multiverse
from analysis.results.claim_printing import ClaimFails, Claims
from analysis.results.second_effects import of_counts
from analysis.synthesis.directions import FAVOURABLE, MIXED, UNFAVOURABLE
from analysis.synthesis.measures import COUNT_MODELS
from analysis.synthesis.outcomes import too_few_for_funnel

OF_METHOD = ("estimator", "interval", "reading", "added", "no_placebo", "largest")


def counts(trials):
    return np.array([(t.events_treatment, t.n_treatment, t.events_control, t.n_control) for t in trials], dtype=float)


def by_other_code(tables):
    """Risk ratio and interval from counts, by none of the code under test."""
    y, v = np.array([of_counts(*row, "RR") for row in tables]).T
    return second_computations.reml_hartung_knapp(y, v, "RR")


def test_peto_equals_the_formula(tree):
    a, n1, c, n2 = counts(t for t in tree.counted("deaths").trials.values() if t.estimable).T
    n, d = n1 + n2, a + c
    expected = n1 * d / n
    variance = n1 * n2 * d * (n - d) / (n**2 * (n - 1))
    log_ratio = (a - expected).sum() / variance.sum()
    pooled = tree.measures["deaths"]["or_peto"].pooled
    assert pooled.estimate == pytest.approx(math.exp(log_ratio), rel=1e-12)
    assert pooled.high == pytest.approx(
        math.exp(log_ratio + 1.959963984540054 / math.sqrt(variance.sum())), rel=1e-12
    )


def test_the_double_zero_trial_enters_differences_and_the_beta_binomial_model_only(tree):
    (double_zero,) = tree.counted("deaths").trials["shi2021"].rows
    for key, variant in tree.measures["deaths"].items():
        enters = (key.startswith("rd_") and not key.endswith("with_events")) or key.endswith("beta_binomial")
        assert (double_zero in variant.pooled.rows) == enters, key
        assert variant.pooled.k == (6 if enters else 5)


def test_the_approximation_for_rare_events_alone_declined_and_says_why(tree):
    """Of the plan of every counted outcome nothing is lost: what gives no result has a sentence."""
    for key, declined in tree.declined.items():
        assert declined.keys() == {f"Odds ratio, {COUNT_MODELS['conditional']}"}, key
        assert "or_conditional" not in tree.measures[key]
        assert {"or_unconditional", "or_hypergeometric", "or_peto"} <= tree.measures[key].keys()
        (sentence,) = declined.values()
        assert "not rare" in sentence


def test_a_difference_with_a_corrected_double_zero_says_so(tree):
    assert any("Half an event" in notice for notice in tree.measures["deaths"]["rd_reml_hk"].pooled.notices)
    assert not tree.measures["deaths"]["rd_mh"].pooled.notices


def test_absolute_effects_are_the_ratio_at_the_stated_risk(tree):
    for name, outcome in (("deaths", tree.counted("deaths")), ("serious", tree.counted("serious"))):
        at = tree.absolute[name].pooled_risk
        assert at.treated == pytest.approx(1000 * outcome.risk_control * outcome.pooled.estimate)
        assert at.difference == pytest.approx(at.treated - at.control)
        assert (at.size, at.direction) == (pytest.approx(-at.difference), "fewer")
        assert at.direction_high == "more" and at.treated_high <= 1000
    assert tree.absolute["deaths"].largest_trial.baseline == pytest.approx(47 / 110)
    assert tree.absolute["serious"].largest_trial.baseline == pytest.approx(6 / 24)


def test_information_size_compares_all_patients_with_one_adequate_trial(tree):
    found = tree.absolute["deaths"].information
    assert found.available == 448 and found.share == pytest.approx(448 / found.required)
    p0, p1 = found.baseline, found.baseline * 0.75
    rough = 2 * (1.959964 + 0.841621) ** 2 * (p0 * (1 - p0) + p1 * (1 - p1)) / (p0 - p1) ** 2
    assert found.required == pytest.approx(rough, rel=0.02)


def test_all_sets_of_four_by_other_code(tree):
    shown = list(tree.counted("deaths").trials.values())
    assert (tree.further["four"].informative.count, tree.further["four"].shown.count) == (
        math.comb(tree.counted("deaths").k, 4),
        math.comb(6, 4),
    )
    assert tree.further["four"].possible == math.comb(len(tree.evidence.eligible), 4)
    for chosen, subset in zip(combinations(shown, 4), tree.further["four"].shown.members.values(), strict=True):
        table = counts(t for t in chosen if t.estimable)
        theirs = by_other_code(table)
        assert (subset.pooled.estimate, subset.pooled.low, subset.pooled.high) == pytest.approx(theirs, rel=1e-5)
    excluding = [s for s in tree.further["four"].shown.members.values() if s.wald.high < 1]
    assert len(excluding) == tree.further["four"].shown.excluding_wald == 2
    assert all("Shi 2021" in subset.label for subset in excluding)


def test_cumulative_results_begin_with_one_trial_and_end_with_the_primary(tree):
    for name, outcome in (("deaths", tree.counted("deaths")), ("serious", tree.counted("serious"))):
        steps = list(tree.cumulative[name].values())
        assert [step.pooled.k for step in steps] == list(range(1, outcome.k + 1))
        last, primary = steps[-1].pooled, outcome.pooled
        assert (last.estimate, last.low, last.high) == pytest.approx(
            (primary.estimate, primary.low, primary.high), rel=1e-12
        )
        assert last.rows == primary.rows
        order = [tree.evidence.trial(trial).published for trial in tree.cumulative[name]]
        assert order == sorted(order)


def test_the_multiverse_holds_the_primary_analysis_and_counts_nothing_twice(tree):
    found = tree.specifications["deaths"]
    primary = tree.counted("deaths").pooled
    assert any((a.estimate, a.high) == pytest.approx((primary.estimate, primary.high)) for a in found.curves["RR"])
    assert found.every.count == sum(len(curve) for curve in found.curves.values()) < found.combinations
    numbers = [
        (a.estimate, a.low, a.high, a.choices["estimator"], a.choices["interval"], a.choices["reading"])
        for a in found.curves["RR"]
    ]
    assert len(set(numbers)) == len(numbers)
    for factor, options in found.factors.items():
        shares = [found.by_choice[f"{factor}_{n + 1}"] for n in range(len(options))]
        assert sum(share.count for share in shares) == found.every.count
        assert sum(share.for_treatment for share in shares) == found.every.for_treatment


@pytest.mark.parametrize("factor", ["reading", "added", "no_placebo", "largest"])
def test_choices_that_change_the_data_have_equally_many_distinct_analyses(tree, factor):
    """A choice between data sets meets every method, so unequal counts would tell of an analysis counted twice."""
    found = tree.specifications["deaths"]
    counts = {found.by_choice[f"{factor}_{n + 1}"].count for n in range(len(found.factors[factor]))}
    assert len(counts) == 1


def test_analyses_that_differ_in_the_last_bit_are_one(tree):
    """As many as enumerated anew by other code; sums that differ in their last bit only are no more analyses."""
    found = tree.specifications["deaths"]
    again = {check.key.rpartition(".")[2]: check.theirs for check in second_multiverse.counts(tree)}
    assert again.keys() == {"count", "favourable", "for_treatment", "for_control"}
    assert {name: getattr(found.every, name) for name in again} == again
    for curve in found.curves.values():
        seen = {
            (*(f"{value:.7g}" for value in (a.estimate, a.low, a.high)), *(a.choices[one] for one in OF_METHOD))
            for a in curve
        }
        assert len(seen) == len(curve)


def test_trials_without_placebo_enter_under_their_rule_only(tree):
    found = tree.specifications["deaths"]
    without = found.by_choice["no_placebo_2"]
    assert without.label.startswith("without trials without placebo")
    assert (without.count, without.for_treatment) == (found.placebo_only.count, found.placebo_only.for_treatment)
    assert not set(tree.counted("deaths").context) & set(tree.counted("deaths").trials)


def test_missing_trials_tip_the_interval_where_the_bounds_say(tree):
    observed = counts(t for t in tree.counted("deaths").trials.values() if t.estimable)
    sizes = [
        (tree.evidence.trial(t).randomised_treatment, tree.evidence.trial(t).randomised_control)
        for t in tree.counted("deaths").unavailable
    ]
    sizes = [arms for arms in sizes if None not in arms]
    bound = tree.bounds["deaths"]["hk"]
    assert (bound.trials, bound.participants) == (len(sizes), sum(map(sum, sizes)))
    assert bound.trials < tree.counted("deaths").k_unavailable, "trials of unknown size cannot be assumed anything of"
    at = bound.pooled_risk

    def high(ratio):
        def half_up(x):
            return math.floor(x + 0.5)

        added = [(half_up(at.control_risk * ratio * n), n, half_up(at.control_risk * m), m) for n, m in sizes]
        return by_other_code(np.vstack([observed, added]))[2]

    assert high(at.benefit_to.ratio) == pytest.approx(at.benefit_to.high, rel=1e-5)
    assert high(at.benefit_to.ratio) < 1 < high(at.benefit_to.ratio * 2 ** (1 / 8))
    assert high(at.benefit_from.ratio) < 1 < high(at.benefit_from.ratio / 2 ** (1 / 8))


def test_a_vaguer_prior_gives_a_wider_interval(tree):
    for found in tree.bayes.values():
        close, vague = found["half_normal_05"], found["half_normal_10"]
        assert vague.high / vague.low > close.high / close.low
        assert vague.prediction_high / vague.prediction_low > vague.high / vague.low
    assert "turner2015" not in tree.bayes["serious"]


def test_shrunken_trials_lie_between_their_own_estimate_and_the_pooled_one(tree):
    posterior = tree.bayes["deaths"]["half_normal_05"]
    for name, trial in posterior.shrunken.items():
        low, high = sorted((tree.counted("deaths").trials[name].estimate, posterior.estimate))
        assert low * 0.9 <= trial.estimate <= high * 1.15
        assert 0 < trial.shrinkage < 1


def test_directions_of_clinical_severity(tree):
    domain = tree.domains["severity"]
    assert {name: found.direction for name, found in domain.trials.items()} == {
        "lanzoni2021": FAVOURABLE,
        "shi2021": FAVOURABLE,
        "monsel2022": MIXED,
        "bowdish2023": FAVOURABLE,
        "gorman2023": UNFAVOURABLE,
        "martinez_munoz2024": FAVOURABLE,
        "zhu2021": FAVOURABLE,
    }
    test = domain.sign_test
    assert (test.favourable, test.unfavourable, test.mixed) == (4, 1, 1)
    assert test.p_value == pytest.approx(2 * (5 + 1) / 2**5)


def test_a_change_within_the_msc_arm_enters_no_test(tree):
    """One trial compares its arms on CRP, none on IL-6; the others state changes within one arm only."""
    crp, il6 = tree.domains["CRP"], tree.domains["IL-6"]
    for domain in (crp, il6):
        assert domain.sign_test is None
        within = {trial.trial for trial in domain.trials.values() if not trial.between_arms}
        assert domain.between_arms == domain.shown - len(within) < 2 <= len(within)
    assert not il6.between_arms and "no comparison" in il6.no_sign_test
    assert not any(sign.isdecimal() for sign in il6.no_sign_test.replace("IL-6", ""))
    (compared,) = (trial for trial in crp.trials.values() if trial.between_arms)
    assert (
        crp.no_sign_test
        == f"No sign test was done for CRP: one eligible trial only compares its arms, {compared.label}."
    )


def test_judgements_of_others_on_the_final_report_come_first(tree):
    shi = tree.bias.trials["shi2021"].domains
    assert (shi["missing"].judgement, shi["measurement"].judgement) == ("some concerns", "low")
    assert tree.evidence.row(shi["missing"].row).tool == "RoB 2"
    assert tree.bias.published + tree.bias.without <= tree.trials.eligible + tree.bias.own
    for found in tree.bias.summary.values():
        assert found.low + found.concerns + found.high + found.none == found.trials == tree.trials.eligible


def test_a_second_computation_that_differs_stops_the_build(tree):
    spoilt = replace(
        tree.measures["deaths"]["or_peto"],
        pooled=replace(tree.measures["deaths"]["or_peto"].pooled, estimate=0.7228),
    )
    measures = {**tree.measures, "deaths": {**tree.measures["deaths"], "or_peto": spoilt}}
    with pytest.raises(crosschecks.Disagreement, match=r"measures\.deaths\.or_peto.*scipy hypergeom"):
        crosschecks.crosschecks(tree.evidence, {"deaths": tree.counted("deaths"), "measures": measures}, tree.bayes)


def test_every_measure_has_a_second_computation(tree):
    checked = {check.key for check in tree.crosschecks}
    for name, results in tree.measures.items():
        for key in results:
            same_fit = key.endswith(("_mhk", "_wald", "_with_events")) or key in ("rr_reml_hk", "rr_mh")
            assert same_fit or f"measures.{name}.{key}.pooled.estimate" in checked
    for check in tree.crosschecks:
        assert look_up(tree, check.key).value == check.ours


def with_bounds(tree, **changes):
    return replace(tree, bounds={"deaths": {"hk": replace(tree.bounds["deaths"]["hk"], **changes)}})


SPOILT = {
    "four-all-favourable": lambda t: replace(
        t,
        further={
            **t.further,
            "four": replace(t.further["four"], shown=replace(t.further["four"].shown, favourable=14)),
        },
    ),
    "four-none-excludes": lambda t: replace(
        t,
        further={
            **t.further,
            "four": replace(t.further["four"], shown=replace(t.further["four"].shown, excluding=1)),
        },
    ),
    "missing-never-harm": lambda t: with_bounds(t, for_control=1),
    "multiverse-all-favourable": lambda t: replace(
        t,
        specifications={
            "deaths": replace(
                t.specifications["deaths"], every=replace(t.specifications["deaths"].every, favourable=1)
            )
        },
    ),
    "severity-mostly-favourable": lambda t: replace(
        t, domains={"severity": replace(t.domains["severity"], sign_test=None)}
    ),
    "bias-seldom-judged": lambda t: replace(t, bias=replace(t.bias, published=9)),
    "posterior-probable-not-certain": lambda t: replace(
        t, bayes={"deaths": {"p": replace(t.bayes["deaths"]["turner2015"], probability_below_1=0.99)}}
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_claims_on_further_analyses_fail_with_their_results(tree, name):
    with pytest.raises(ClaimFails, match=name):
        Claims(SPOILT[name](tree))(name, "words")


def keys(tree, path=""):
    if is_dataclass(tree):
        for field in fields(tree):
            if field.name != "evidence":
                here = f"{path}.{field.name}" if path else field.name
                if "kind" in field.metadata:
                    yield here, getattr(tree, field.name)
                else:
                    yield from keys(getattr(tree, field.name), here)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            yield from keys(value, f"{path}.{name}")


def test_everything_that_is_known_can_be_printed(tree):
    printer = Printer(tree)
    found = dict(keys(tree))
    assert len(found) > 3000
    for key, value in found.items():
        if value is not None:
            assert printer(key).text or value == ""


def test_a_probability_is_never_printed_as_certain_and_a_difference_joins_its_bounds_by_a_word(tree):
    rule = RULES["posterior probability"]
    assert (rule(0.9971), rule(0.004), rule(0.852)) == (">99%", "<1%", "85%")
    assert Printer(tree).short("measures.deaths.rd_mh.pooled").text == "−5.9 (−14.0 to 2.1)"


def test_published_crp_rests_mostly_on_trials_without_placebo(tree):
    crp, il6 = tree.published["scrt2023ucmsc_crp"], tree.published["scrt2023ucmsc_il_6"]
    assert (crp.share_without_placebo, il6.share_without_placebo) == pytest.approx((61 / 88, 61 / 185))


def test_a_funnel_is_refused_for_want_of_trials_and_for_nothing_else(tree):
    assert tree.counted("deaths").too_few_for_funnel.startswith(
        "Egger's test was not done, because it needs at least 10 studies"
    )
    five = [trial.entry for trial in tree.counted("deaths").trials.values() if trial.estimable]
    assert too_few_for_funnel(five, "RR") and not too_few_for_funnel(five * 2, "RR")
