"""The catalogue: every printable quantity with its proof, and the proof holds."""

import ast
import json
from dataclasses import dataclass
from inspect import unwrap
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.printing.numbers import RULES
from analysis.printing.quantities import walk
from analysis.proof.catalogue import catalogue, values
from analysis.proof.code_locations import location
from analysis.proof.predicates import predicate
from analysis.results.claim_printing import CLAIMS
from analysis.results.reportable import reportable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def whole(tree):
    return catalogue(tree)


@pytest.fixture(scope="module")
def printed(printed_by):
    return list(dict.fromkeys(key for log in printed_by.values() for key in log.printed_keys()))


def test_every_key_that_the_documents_print_is_an_entry_with_its_text(whole, printed, printer):
    assert len(printed) > 1000
    for key in printed:
        found = printer.find(key)
        assert RULES[found.kind](found.value) in whole["entries"][key]["texts"]


def test_every_declared_quantity_is_an_entry_unless_no_rule_can_print_it(whole, tree):
    absent = {key for key, _ in walk(tree)} - whole["entries"].keys()
    assert len(absent) < 0.01 * len(whole["entries"])


def test_rows_of_every_entry_exist_and_results_have_some(whole, printed):
    for key in printed:
        rows = whole["entries"][key]["rows"]
        assert set(rows) <= whole["rows"].keys()
        declared = key.startswith("declarations.")
        none = key.startswith("flow.") and "0" in whole["entries"][key]["texts"]
        assert rows or none or declared, key


def test_rows_behind_a_result_are_those_it_was_pooled_from(whole, tree):
    assert whole["entries"]["deaths.pooled.tau2"]["rows"] == list(tree.counted("deaths").pooled.rows)
    missing = whole["entries"]["deaths.k_unavailable"]["rows"]
    assert all(trial in missing for trial in tree.counted("deaths").unavailable)


def test_rows_behind_the_flow_are_as_many_as_it_counts(whole, tree):
    for key, found in walk(tree.flow, "flow."):
        if found.kind == "count" and not key.endswith("pooled_trials"):
            assert len(whole["entries"][key]["rows"]) == found.value, key


def test_rows_carry_the_words_in_which_they_were_read(whole, tree):
    row = whole["rows"]["deaths-bowdish2023-d30"]
    assert row["quotation"] == tree.evidence.row("deaths-bowdish2023-d30").quotation
    assert row["address"].startswith("https://") and row["locator"]


def test_rows_are_called_as_readers_call_them(whole):
    names = {row: whole["rows"][row]["name"] for row in ("deaths-bowdish2023-d30", "deaths-monsel2022-d28")}
    assert names == {
        "deaths-bowdish2023-d30": "Bowdish 2023",
        # what was read in another work says in which; nobody read who wrote this one
        "deaths-monsel2022-d28": "Monsel 2022, in Therapeutic Advances in Respiratory Disease 2023",
    }


def test_the_code_of_a_quantity_is_a_function_that_its_file_defines(whole, printed):
    for key in printed:
        entry = whole["entries"][key]
        function = entry["code"].partition(":")[0]
        assert f"def {function}(" in (ROOT / entry["file"]).read_text(encoding="utf-8"), key
    for key, function in (
        ("deaths.pooled.estimate", "wrap"),
        ("deaths.k_secondary", "outcome"),
        ("deaths.trials.bowdish2023.weight", "results"),
        ("deaths.leave_one_out.bowdish2023.label", "leave_one_out"),
    ):
        assert whole["entries"][key]["code"] == f"{function}: {key.rpartition('.')[2]}"


def test_a_class_that_nothing_makes_has_no_location():
    @dataclass
    class Nothing:
        never_set: int

    with pytest.raises(LookupError, match="makes a Nothing"):
        location(Nothing, "never_set", "deaths.never_set")


def test_places_are_unique(whole):
    anchors = [entry["anchor"] for entry in whole["entries"].values()]
    assert len(set(anchors)) == len(anchors)


def test_everything_reportable_exists_and_is_printed(whole, printed, tree):
    wanted = reportable(tree)
    assert len(wanted) > 40 and all(wanted.values())
    assert wanted.keys() <= whole["entries"].keys()
    assert sorted(wanted.keys() - set(printed)) == []
    assert {key for key, entry in whole["entries"].items() if entry["reportable"]} == wanted.keys()


def test_pooled_estimates_show_their_second_computation(whole):
    ends = ("pooled.estimate", "mantel_haenszel.estimate")
    pooled = [key for key in whole["entries"] if key.endswith(ends) and not key.startswith(("second.", "deviation."))]
    assert len(pooled) > 50
    for key in pooled:
        second = whole["entries"][key]["second"]
        assert second["by"] and second["deviation"] < 1e-3


@pytest.mark.parametrize("name", CLAIMS)
def test_the_condition_that_is_shown_is_the_one_that_is_asked(tree, name):
    shown = predicate(CLAIMS[name].holds).partition(", where ")[0]
    names = unwrap(CLAIMS[name].holds).__globals__ | {"review": tree}
    assert bool(eval(shown, names)) == bool(CLAIMS[name].holds(tree))
    ast.parse(shown, mode="eval")


def test_conditions_explain_the_functions_and_thresholds_in_them():
    assert predicate(CLAIMS["deaths-no-effect-included"].holds) == (
        "includes_no_effect(review.counted('deaths').concluded), "
        "where includes_no_effect(pooled) is pooled.low <= 1 <= pooled.high"
    )
    assert "LITTLE_HETEROGENEITY = 0.4" in predicate(CLAIMS["heterogeneity-depends-on-measure"].holds)


def test_claims_are_listed_with_their_truth(whole, tree):
    assert whole["claims"].keys() == CLAIMS.keys()
    for name, claim in CLAIMS.items():
        assert whole["claims"][name]["holds"] is not bool(claim.fault(tree))


def test_the_command_writes_what_the_function_returns(built, tmp_path, whole):
    path = tmp_path / "ledger" / "catalogue.json"
    assert main(["catalogue", "--output", str(path)]) == 0
    written = json.loads(path.read_text(encoding="utf-8"))
    again = json.loads(json.dumps(whole))
    assert written["digest"].keys() == {"data", "code"} and written["digest"]["data"] == again["digest"]["data"]
    for part in ("entries", "rows", "claims"):
        assert written[part] == again[part]
    assert [found.name for found in path.parent.iterdir()] == ["catalogue.json"]


def test_values_alone_are_those_of_the_whole_file_for_the_keys_asked(whole, tree, printed):
    some = {
        *printed[::7],
        *(key for key in whole["entries"] if key.startswith(("second.", "data.counts"))),
        "no.such.key",
    }
    told = values(tree, some)
    assert set(told["entries"]) == some & whole["entries"].keys()
    for key, one in told["entries"].items():
        assert one == {name: whole["entries"][key][name] for name in one}
    assert set(told["entries"][printed[0]]) == {"value", "kind", "meaning", "texts", "rows", "reportable"}
    assert (told["rows"], told["claims"]) == (whole["rows"], whole["claims"])
