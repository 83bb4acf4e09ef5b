"""Each claim can fail: one altered result makes its phrase stop the render, and the message names it."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from invented import read, write

from analysis.evidence.load import DATA, seal
from analysis.printing.contract import KEEP_GOING
from analysis.printing.quantities import step
from analysis.proof.trace import with_value
from analysis.results.build import build
from analysis.results.claim_printing import CLAIMS, ClaimFails, Claims, made
from analysis.results.claims import claim

ROOT = Path(__file__).resolve().parents[2]
#: claim of today's evidence → results (key → value) under which it is false; "*" stands for all members of a mapping
ALTERED = {
    "deaths-direction": {"deaths.pooled.estimate": 1.01},
    "deaths-no-effect-included": {"deaths.pooled.high": 0.99, "deaths.modified.high": 0.99},
    "deaths-prediction": {"deaths.pooled.prediction_high": 0.99},
    "deaths-direction-leave-one-out": {"deaths.leave_one_out.bowdish2023.pooled.estimate": 1.01},
    "deaths-direction-other-counts": {"deaths.sensitivity.zhu2021.pooled.estimate": 1.01},
    "deaths-low-risk-other-side": {"deaths.sensitivity.low_risk.pooled.estimate": 0.99},
    "deaths-not-rare": {"declined.deaths": {}},
    "serious-printed-ratio": {"serious.k_printed": 0},
    "serious-printed-highest": {"serious.trials.shi2021.estimate": 3.0},
    "markers-not-contradicted": {"CRP.trials.lanzoni2021.low": 0.1},
    "cytokines-only-comparison": {"evidence.biomarkers": (), "CRP.trials": {}},
    "deaths-conflict-in-one": {"evidence.conflicts": ()},
    "crp-result-high": {"biases.CRP.trials.lanzoni2021.domains.overall.judgement": "low"},
    "deaths-interval-robust": {"deaths.sensitivity.lanzoni2021_1of12.pooled.high": 0.99},
    "deaths-estimators-agree": {"deaths.estimators.sj_hk.pooled.high": 0.99},
    "deaths-modified-not-narrower": {"deaths.estimators.reml_mhk.pooled.high": 0.8},
    "deaths-largest-dominates": {"deaths.trials.bowdish2023.weight": 0.5},
    "deaths-all-counted": {"deaths.k_printed": 1},
    "deaths-missing-stated": {"deaths.unavailable": {}},
    "deaths-double-zero": {"deaths.k_double_zero": 2},
    "serious-uninformative": {"serious.pooled.high": 2.0, "serious.modified.high": 2.0},
    "serious-missing-majority": {"serious.k_unavailable": 3},
    "pooled-results-judged": {"biases.serious.trials.shi2021.domains.overall.judgement": "not assessed"},
    "too-few-for-funnel": {"deaths.too_few_for_funnel": ""},
    "published-crp-favours": {"published.scrt2023ucmsc_crp.high": 0.1},
    "published-il6-no-effect": {"published.scrt2023ucmsc_il_6.high": -0.1},
    "published-deaths-favour": {"published.jtranslmed2024_mortality.estimate": 1.1},
    "published-deaths-some-exclude": {"published.*.high": 1.1},
    "deaths-trials-both-ways": {
        "deaths.trials.monsel2022.estimate": 0.9,
        "deaths.trials.rebelatto2022.estimate": 0.9,
    },
    "deaths-tau2-unknown": {"deaths.pooled.tau2_low": 0.001},
    "deaths-worth-having-and-harm": {"deaths.pooled.low": 0.76, "deaths.modified.low": 0.76},
    "published-crp-mostly-without-placebo": {"published.scrt2023ucmsc_crp.without_placebo": 0},
    "certainty-very-low": {"certainty.deaths.certainty": "low"},
    "certainty-deaths-very-low": {"certainty.deaths.certainty": "low"},
    "not-four-trials": {"trials.eligible": 4},
    "deaths-models-direction": {"measures.deaths.or_peto.pooled.estimate": 1.01},
    "deaths-models-interval": {"measures.deaths.rd_reml_hk.pooled.high": -0.001},
    "serious-models-interval": {"measures.serious.or_mh.pooled.low": 1.01},
    "heterogeneity-depends-on-measure": {"measures.deaths.or_reml_hk.pooled.i2": 0.39},
    "cumulative-never-excludes": {"cumulative.deaths.bowdish2023.pooled.high": 0.99},
    "four-all-favourable": {"four.shown.favourable": 0},
    "four-none-excludes": {"four.shown.excluding": 1},
    "four-few-exclude-by-wald": {"four.shown.excluding_wald": 0},
    "multiverse-all-favourable": {"specifications.deaths.every.favourable": 0},
    "multiverse-placebo-seldom-excludes": {"specifications.deaths.placebo_only.share_for_treatment": 0.05},
    "multiverse-placebo-never-excludes": {"specifications.deaths.placebo_only_hk.for_control": 1},
    "multiverse-no-placebo-moves": {"specifications.deaths.by_choice.no_placebo_1.share_for_treatment": 0.0},
    "missing-never-harm": {"bounds.deaths.*.for_control": 1},
    "missing-could-favour": {"bounds.deaths.hk.pooled_risk.benefit_from": None},
    "missing-low-risk-powerless": {"bounds.deaths.hk.lowest_risk.for_treatment": 1},
    "posterior-probable-not-certain": {"bayes.deaths.*.probability_below_1": 0.96},
    "posterior-no-effect-included": {"bayes.deaths.half_normal_05.high": 0.99},
    "missing-near-pooled-suffices": {"bounds.deaths.hk.pooled_risk.benefit_to.ratio": 0.7},
    "information-short-with-missing": {"deaths.randomised_unavailable": 10_000},
    "information-short": {"absolute.deaths.information.share": 1.0},
    "severity-mostly-favourable": {"domains.severity.sign_test.favourable": 1},
    "severity-sign-test-open": {"domains.severity.sign_test.p_value": 0.05},
    "bias-seldom-judged": {"bias.published": 8},
    "modifiers-do-not-separate": {"differences.questions.cells.groups.umbilical_cord.below_one": 4},
    "serious-largest-unavailable": {"deaths.trials.bowdish2023.participants": 1},
    "hk-wider-than-wald": {"deaths.estimators.reml_wald.pooled.low": 0.1},
    "published-mostly-narrower": {"published.*.high": 100.0},
    "no-database-searched": {"searches.databases": 1},
    "no-register-searched": {"searches.registers": 1},
    "one-screener": {"searches.screening.screened": 2},
    "strategies-not-run": {"searches.registers": 1},
    "published-more-trials": {"published.*.k": 1},
    "published-mostly-further": {"published.*.estimate": 0.95},
}


#: cells of a choice that makes a trial count as missing
LISTED = {"role": "listed", "rows": "", "enters_as": ""}


def altered(tree, changes):
    """The tree with other values at some keys."""
    for key, value in changes.items():
        before, star, after = key.partition(".*.")
        here = tree
        for part in before.split(".") if star else ():
            here, _ = step(here, part)
        for one in [f"{before}.{name}.{after}" for name in here] if star else [key]:
            tree = with_value(tree, one.split("."), value)
    return tree


def test_every_claim_has_results_that_make_it_false(tree):
    """A claim that does not hold now is another side of one that does."""
    assert [name for name in CLAIMS if name in ALTERED] == [
        name for name, claim in CLAIMS.items() if not claim.other_side_of
    ]
    assert all(claim.other_side_of in ALTERED for name, claim in CLAIMS.items() if claim.fault(tree))


@pytest.mark.parametrize("name", ALTERED)
def test_a_claim_that_turns_false_stops_the_render_and_is_named(tree, name):
    assert f'data-claim="{name}"' in str(Claims(tree)(name, "the phrase"))
    with pytest.raises(ClaimFails, match=rf"'{name}' no longer holds .*'the phrase'.*Remedy"):
        Claims(altered(tree, ALTERED[name]))(name, "the phrase")


def test_a_name_belongs_to_one_claim_only():
    def deaths_direction(review):
        return False

    with pytest.raises(ValueError, match="two claims are called 'deaths-direction'"):
        claim("that cannot be")(deaths_direction)
    assert CLAIMS["deaths-direction"].holds is not deaths_direction


def rebuilt(folder, table, row_id, changes, unneeded=""):
    """The tree from a copy of the evidence with some cells of one row changed, confirmed as the author would.

    ``unneeded`` is the exception that explains nothing after the change.
    """
    shutil.copytree(DATA, folder)
    columns, rows = read(folder, table)
    write(folder, table, columns, [row | (changes if row["row_id"] == row_id else {}) for row in rows])
    columns, rows = read(folder, "exceptions")
    write(folder, "exceptions", columns, [row for row in rows if row["row_id"] != unneeded])
    if row_id == "choice-death-bowdish2023":
        # that its counts could enter is asked, and explained here
        with (folder / "exceptions.csv").open("a", encoding="utf-8") as exceptions:
            exceptions.write(f"exception-listed,choices and judgements,{row_id},role,listed,,to see the claim fail\n")
    seal(folder, "the project", date(2026, 11, 22))
    return build(folder)


@pytest.mark.parametrize(
    ("name", "row_id", "unneeded"),
    [
        ("deaths-largest-dominates", "choice-death-bowdish2023", ""),
        ("serious-printed-ratio", "choice-sae-gorman2023", "exception-whole-arms-sae-gorman2023-events-n-control"),
    ],
)
def test_altered_data_make_a_claim_fail(tmp_path, name, row_id, unneeded):
    with pytest.raises(ClaimFails, match=f"'{name}' no longer holds"):
        Claims(rebuilt(tmp_path / "data", "choices", row_id, LISTED, unneeded))(name, "the phrase")


def test_all_failing_claims_of_a_document_are_listed_before_it_runs(tree, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = """claim("deaths-direction", "favoured it")
and claim('deaths-no-effect-included', 'included no effect')

claim("multiverse-no-placebo-moves", "moved it"), claim("no-such-claim", "words")
"""
    (tmp_path / "paper.qmd").write_text(source)
    gone = with_value(tree, ["specifications", "deaths", "by_choice"], {})
    with pytest.raises(ClaimFails) as failure:
        Claims(altered(gone, {"deaths.pooled.estimate": 1.01}), "paper")
    first, *lines, remedy = str(failure.value).splitlines()
    assert first == "3 claims do not stand on the present results:" and remedy.startswith("Remedy: rewrite")
    assert [line.partition(":")[0] for line in lines] == [f"- paper.qmd, line {number}" for number in (1, 4, 4)]
    assert "'deaths-direction' no longer holds (the pooled risk ratio for death is below 1)" in lines[0]
    assert "'multiverse-no-placebo-moves' cannot be decided" in lines[1]
    assert lines[1].split("):")[1].startswith(" the results have no 'no_placebo_1'")
    assert "'no-such-claim' is the name of no claim" in lines[2]


def test_what_is_not_pooled_makes_a_claim_undecidable_not_a_crash(tree):
    unpooled = with_value(tree, ["deaths", "pooled"], None)
    with pytest.raises(ClaimFails, match=r"cannot be decided .* trials have an effect, and at least 2 are needed"):
        Claims(unpooled)("deaths-direction", "favoured it")


def test_the_documents_make_their_claims_where_the_list_finds_them():
    source = (ROOT / "manuscript.qmd").read_text(encoding="utf-8")
    assert len(list(made(source))) == source.count("claim(") + source.count("claim.either(") > 80


def test_an_engine_that_keeps_going_meets_each_failure_where_it_stands(tree, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(KEEP_GOING, "yes")
    (tmp_path / "paper.qmd").write_text('claim("deaths-direction", "favoured it")')
    claims = Claims(altered(tree, {"deaths.pooled.estimate": 1.01}), "paper")
    with pytest.raises(ClaimFails, match="'deaths-direction' no longer holds"):
        claims("deaths-direction", "favoured it")
