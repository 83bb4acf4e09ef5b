"""The table behind the what-if panel: every entry is the result that the review computes elsewhere, printed alike."""

import json
from dataclasses import replace

import pytest

from analysis.printing.printer import Printer
from analysis.proof.catalogue import catalogue
from analysis.proof.trace import with_value
from analysis.synthesis import what_if
from analysis.synthesis.pooling import pool

REML_HK = ("REML", "HK")


@pytest.fixture(scope="module")
def table(tree):
    return what_if.table(tree.evidence, "deaths", tree.counted("deaths"))


@pytest.fixture(scope="module")
def row(table):
    """The row for some ticked trials, with its notes in words."""

    def found(ticked, tau2="REML", ci="HK"):
        signs = "".join("1" if item["name"] in ticked else "0" for item in table["members"]["items"])
        one = table["rows"][table["answers"][f"{signs} {tau2} {ci}"]]
        return {**one, "notes": [table["notes"][number] for number in one["notes"]]}

    return found


@pytest.fixture(scope="module")
def names(tree):
    return list(tree.counted("deaths").trials)


def printed_of(pooled, tree):
    """Headline and values of a result, through the printer of the documents."""
    printer = Printer(with_value(tree, ["deaths", "pooled"], pooled))
    values = [printer.prediction("deaths.pooled").text] if pooled.prediction_low is not None else ["–"]
    for name in ("tau2", "i2", "k", "participants"):
        values.append("–" if getattr(pooled, name) is None else printer(f"deaths.pooled.{name}").text)
    return printer.estimate("deaths.pooled", "RR").text, values


def test_every_combination_is_there_once(table, names):
    assert len(table["answers"]) == 2 ** len(names) * len(what_if.TAU2) * len(what_if.CI)
    assert set(table["answers"].values()) == set(range(len(table["rows"])))


def test_all_trials_give_the_primary_result_in_the_paper_s_own_words(row, tree, names, table):
    found = row(names)
    assert (found["headline"], found["values"]) == printed_of(tree.counted("deaths").pooled, tree)
    assert found["notes"] == ["Shi 2021: no events in either arm; without an effect it takes no part."]
    first = " ".join([table["initial"]["members"], *table["initial"]["choices"]])
    assert table["rows"][table["answers"][first]]["headline"] == found["headline"]


@pytest.mark.parametrize(
    ("tau2", "ci", "name"),
    [("REML", "mHK", "modified"), ("REML", "wald", "wald"), ("DL", "wald", "dersimonian_laird")],
)
def test_other_methods_give_the_review_s_other_results(row, tree, names, tau2, ci, name):
    found = row(names, tau2, ci)
    assert (found["headline"], found["values"]) == printed_of(getattr(tree.counted("deaths"), name), tree)


def test_every_estimator_shown_elsewhere_is_the_same_here(row, tree, names):
    for key in ("dl_hk", "pm_hk", "sj_hk"):
        found = row(names, key.partition("_")[0].upper(), "HK")
        assert (found["headline"], found["values"]) == printed_of(tree.counted("deaths").estimators[key].pooled, tree)


def test_leaving_one_out_gives_the_leave_one_out_results(row, tree, names):
    assert len(tree.counted("deaths").leave_one_out) == 5
    for left_out, variant in tree.counted("deaths").leave_one_out.items():
        found = row([name for name in names if name != left_out])
        assert (found["headline"], found["values"]) == printed_of(variant.pooled, tree)


def test_sets_of_four_give_the_results_for_four(row, tree):
    for names, subset in tree.further["four"].shown.members.items():
        ticked = [name for name in tree.counted("deaths").trials if name in names.split("_")]
        found, wald = row(ticked), row(ticked, ci="wald")
        assert (found["headline"], found["values"]) == printed_of(subset.pooled, tree)
        assert (wald["headline"], wald["values"]) == printed_of(subset.wald, tree)


def test_one_trial_is_not_pooled(row, tree):
    printer = Printer(tree)
    for name, trial in tree.counted("deaths").trials.items():
        if trial.estimable:
            found = row([name], "DL", "HK")
            assert found["headline"] == printer.estimate(f"deaths.trials.{name}", "RR").text
            assert found["values"] == ["–", "–", "–", "1", str(trial.participants)]
            assert any("nothing was pooled" in note for note in found["notes"])


def test_nothing_to_pool_says_so(row):
    assert row([])["headline"] == "No trial is ticked." and row([])["drawn"] is None
    double_zero = row(["shi2021"])
    assert double_zero["headline"] == "No trial with an effect is ticked." and double_zero["drawn"] is None
    assert double_zero["values"] == ["–"] * 5 and len(double_zero["notes"]) == 1


def test_places_on_the_axis_follow_the_printed_order(table):
    ticks = [at for at, _ in table["axis"]["ticks"]]
    assert ticks[0] == 0 and ticks[-1] == 1 and ticks == sorted(ticks)
    assert table["axis"]["no_effect"] == {text: at for at, text in table["axis"]["ticks"]}["1"] == 0.5
    for one in table["rows"]:
        if one["drawn"] is not None:
            low, middle, high, below, above = one["drawn"]
            assert low <= middle <= high and (below is None or below <= middle <= above)


def test_the_catalogue_holds_the_very_table_that_a_document_embeds(tree, table):
    markdown = what_if.panel(Printer(tree), "deaths")._repr_markdown_()
    data = markdown.partition('<script type="application/json">')[2].partition("</script>")[0]
    assert json.loads(data) == json.loads(json.dumps(catalogue(tree)["panels"]["what-if-deaths"])) == table


def test_more_trials_than_a_page_can_hold_are_refused(tree):
    trial = tree.counted("deaths").trials["dilogo2021"]
    many = {f"t{number}": replace(trial, trial=f"t{number}") for number in range(9)}
    with pytest.raises(ValueError, match=r"9 trials have too many subsets.*Remedy"):
        list(what_if.answers(replace(tree.counted("deaths"), trials=many)))


def test_an_answer_knows_what_it_is_made_of(tree):
    ticked = tuple(name for name in tree.counted("deaths").trials if name in ("dilogo2021", "shi2021", "bowdish2023"))
    for answer in what_if.answers(tree.counted("deaths")):
        if answer.ticked == ticked and (answer.tau2, answer.ci) == REML_HK:
            entries = [tree.counted("deaths").trials[name].entry for name in answer.ticked]
            assert answer.pooled == pool(entries, "RR")
            assert answer.idle == ("Shi 2021: no events in either arm",)
            return
    raise AssertionError("the set is missing")
