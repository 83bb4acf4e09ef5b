"""Measured outcomes from the tables to the result: what must not matter does not, and few trials are not pooled."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from data_copy import Copy

from analysis.evidence.load import Evidence, load
from analysis.evidence.rows_question import ARMS, BETWEEN_ARMS, RATIO_OF_ARMS
from analysis.results.build import build
from analysis.synthesis.measures import by_measure
from analysis.synthesis.outcome_shapes import MeasuredOutcome, NothingPooled, Outcome, Pooled
from analysis.synthesis.outcomes import outcome

KEYS = ("CRP", "IL-6")
ALMOST = 1e-9
MEASURES = ("MD", "SMD", "ROM", "GMR")
FIVE = ("invented1", "invented2", "invented3", "invented4", "invented5")
NUMBERS = ("centre", "low", "high", "sd", "se")


def found(evidence: Evidence, key: str) -> Outcome:
    return outcome(evidence, evidence.outcome(key))


def pooled(evidence: Evidence, key: str) -> dict[str, Pooled]:
    """The pooled result of an outcome by each measure."""
    results = by_measure(found(evidence, key), evidence.outcome(key).measures).results
    return {measure: results[f"{measure.lower()}_reml_hk"].pooled for measure in MEASURES}


def per_cell(copy: Copy, table: str, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Change the rows of a table, each given as column → cell."""
    names, *rows = copy.rows(table)
    changed = [change(dict(zip(names, row, strict=True))) for row in rows]
    copy.write(table, [names, *([cells[name] for name in names] for cells in changed)])


def exchange_arms(copy: Copy) -> None:
    """Who was treated becomes control in rows and figures; a difference changes its sign, a ratio is turned over."""
    other = dict(zip(ARMS, reversed(ARMS), strict=True))

    def turn(cells: dict[str, str]) -> dict[str, str]:
        if not cells["trial"].startswith("invented"):
            return cells
        arm = other.get(cells["arm"], cells["arm"])
        assert arm != BETWEEN_ARMS
        if arm != RATIO_OF_ARMS:
            # The numbers of both arms stand in the other order in the words too, as a source would print them.
            return cells | {"arm": arm, "quotation": " ".join(reversed(cells["quotation"].split()))}
        return cells | ratio(*(repr(1 / float(cells[name])) for name in ("centre", "high", "low")))

    def turn_sizes(cells: dict[str, str]) -> dict[str, str]:
        if not cells.get("trial", cells["row_id"]).startswith("invented"):
            return cells
        other_arm = {
            f"{part}_{arm}": f"{part}_{other[arm]}" for part in ("randomised", "n", "events") for arm in ARMS
        }
        turned = {name: cells[other_arm.get(name, name)] for name in cells}
        return turned | {"quotation": " ".join(reversed(cells["quotation"].split()))}

    per_cell(copy, "continuous", turn)
    per_cell(copy, "figures/points", turn)
    per_cell(copy, "trials", turn_sizes)
    per_cell(copy, "counts", turn_sizes)


def ratio(centre: str, low: str, high: str) -> dict[str, str]:
    return {"centre": centre, "low": low, "high": high, "quotation": f"ratio {centre} ({low} to {high})"}


def assert_opposite(ours: Pooled, theirs: Pooled, inverted: bool) -> None:
    turned = [1 / x if inverted else -x for x in (theirs.estimate, theirs.high, theirs.low)]
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(turned, rel=ALMOST)
    assert (ours.tau2, ours.p_value) == pytest.approx((theirs.tau2, theirs.p_value), rel=1e-6, abs=ALMOST)
    assert ours.weights == pytest.approx(theirs.weights, rel=1e-6)


def test_arms_exchanged_turn_every_result_over(examples: Copy) -> None:
    # printed ratios that have short decimals both ways, each in the middle of its interval
    for row_id in ("continuous-invented6-crp-d7-ratio", "continuous-invented6-il-6-d7-ratio"):
        for column, cell in ratio("0.8", "0.5", "1.28").items():
            examples.put("continuous", row_id, column, cell)
    first = examples.seal()
    before = {key: pooled(first, key) for key in KEYS}
    exchange_arms(examples)
    evidence = examples.seal()
    for key in KEYS:
        after = pooled(evidence, key)
        for measure in MEASURES:
            assert before[key][measure].estimate != after[measure].estimate
            assert_opposite(after[measure], before[key][measure], inverted=measure in ("ROM", "GMR"))


def scaled(number: str, by: float) -> str:
    return repr(float(number) * by) if number else ""


def in_other_unit(copy: Copy, trial: str, quantity: str, unit: str, by: float) -> None:
    """What a trial reports of CRP in another unit: a quantity of its own, with the factor to that of the outcome."""

    def rewrite(cells: dict[str, str]) -> dict[str, str]:
        if cells["trial"] != trial or cells["outcome"] != "CRP" or cells["arm"] not in ARMS:
            return cells
        numbers = {name: scaled(cells[name], by) for name in NUMBERS}
        quotation = "in other units: " + " ".join(filter(None, numbers.values()))
        return cells | numbers | {"outcome": quantity, "unit": unit, "quotation": quotation}

    per_cell(copy, "continuous", rewrite)
    names, *rows = copy.rows("scales")
    scale = {"row_id": "scale-other", "quantity": quantity, "unit": unit, "kind": "value", "measures": "CRP",
             "factor": repr(1 / by), "whole_numbers": "false", "least": "0"}  # fmt: skip
    copy.write("scales", [names, *rows, [scale.get(name, "") for name in names]])


@pytest.mark.parametrize("trial", ["invented1", "invented2"], ids=["mean and SD", "median and quartiles"])
def test_a_trial_in_another_unit_gives_the_same_result(examples: Copy, trial: str) -> None:
    before = pooled(load(examples.folder), "CRP")
    in_other_unit(examples, trial, "CRP in mg/dL", "mg/dL", 0.1)
    evidence = examples.seal()
    assert any(row.unit == "mg/dL" for row in evidence.continuous if row.trial == trial)
    for measure, ours in pooled(evidence, "CRP").items():
        assert (ours.estimate, ours.low, ours.high, ours.tau2) == pytest.approx(
            (before[measure].estimate, before[measure].low, before[measure].high, before[measure].tau2), rel=1e-6
        )


def test_an_outcome_in_another_unit_scales_differences_and_leaves_ratios(examples: Copy) -> None:
    """Figures and printed ratios included."""
    before = pooled(load(examples.folder), "CRP")
    examples.put("outcomes", "outcome-crp", "unit", "mg/dL")
    per_cell(
        examples, "scales", lambda cells: cells | {"factor": "0.1"} if cells["measures"] == "CRP" else cells
    )  # fmt: skip
    after = pooled(examples.seal(), "CRP")
    for measure, ours in after.items():
        theirs, by = before[measure], 0.1 if measure == "MD" else 1.0
        limits = [by * x for x in (theirs.estimate, theirs.low, theirs.high)]
        assert (ours.estimate, ours.low, ours.high) == pytest.approx(limits, rel=1e-6), measure
        assert ours.tau2 == pytest.approx(theirs.tau2 * by**2, rel=1e-4, abs=1e-12)
        assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_does_not_matter(examples: Copy, seed: int) -> None:
    before = load(examples.folder)
    order = random.Random(seed)
    for table in ("trials", "continuous", "choices", "scales", "bibliography", "figures/points"):
        names, *rows = examples.rows(table)
        order.shuffle(rows)
        examples.write(table, [names, *rows])

    def shuffled(cells: dict[str, str]) -> dict[str, str]:
        ids = cells["rows"].split()
        order.shuffle(ids)
        return cells | {"rows": " ".join(ids)}

    per_cell(examples, "choices", shuffled)
    after = examples.seal()
    assert [row.row_id for row in after.continuous] != [row.row_id for row in before.continuous]
    for key in KEYS:
        one, other = found(before, key), found(after, key)
        assert list(one.trials) == list(other.trials)
        for measure, ours in pooled(after, key).items():
            theirs = pooled(before, key)[measure]
            assert (ours.estimate, ours.low, ours.high, ours.tau2, ours.weights) == (
                theirs.estimate, theirs.low, theirs.high, theirs.tau2, theirs.weights,
            )  # fmt: skip
        assert {name: variant.pooled.estimate for name, variant in one.sensitivity.items()} == {
            name: variant.pooled.estimate for name, variant in other.sensitivity.items()
        }


def keep(copy: Copy, *kept: str) -> None:
    """List what all other trials give of the two outcomes."""

    def listed(cells: dict[str, str]) -> dict[str, str]:
        if cells["analysis"] not in KEYS or cells["trial"] in kept or cells["role"] != "primary":
            return cells
        return cells | {"role": "listed", "enters_as": ""}

    per_cell(copy, "choices", listed)


STATES = {0: "none", 1: "one", 2: "several", 5: "several"}


@pytest.mark.parametrize("count", STATES)
@pytest.mark.parametrize("key", KEYS)
def test_what_is_pooled_follows_from_the_number_of_trials(examples: Copy, key: str, count: int) -> None:
    keep(examples, *FIVE[:count])
    evidence = examples.seal()
    one = found(evidence, key)
    assert isinstance(one, MeasuredOutcome)
    assert (one.k, one.state, one.minimum_trials) == (count, STATES[count], 2)
    assert [trial for trial, result in one.trials.items() if result.estimable] == list(FIVE[:count])
    assert (one.pooled is None) == (count < 2)
    assert bool(one.estimators) == (count >= 2) and bool(one.leave_one_out) == (count > 2)
    if count < 2:
        assert by_measure(one, evidence.outcome(key).measures).results == {}
        assert one.sensitivity == {}
        with pytest.raises(NothingPooled, match=f"{key}: {count} of {count} trials have an effect, and at least 2"):
            _ = one.result
    else:
        assert one.result.k == count


@pytest.mark.parametrize(("least", "count", "pools"), [(3, 2, False), (3, 3, True), (5, 4, False), (5, 5, True)])
def test_nothing_is_pooled_below_the_least_number_of_trials(
    examples: Copy, least: int, count: int, pools: bool
) -> None:
    keep(examples, *FIVE[:count])
    examples.put("outcomes", "outcome-crp", "minimum_trials", str(least))
    one = found(examples.seal(), "CRP")
    assert one.state == "several" and (one.pooled is not None) == pools
    assert all(result.estimate is not None for result in one.trials.values())


def test_the_review_stands_with_one_trial(examples: Copy) -> None:
    keep(examples, *FIVE[:1])
    examples.seal()
    review = build(examples.folder)
    for key in KEYS:
        assert review.outcomes[key].state == "one" and review.outcomes[key].pooled is None
        assert key not in review.measures and key not in review.bayes and key not in review.cumulative
        assert not [check for check in review.crosschecks if re.match(rf"(measures\.)?{key}\.", check.key)]


def test_the_review_stands_with_two_trials(examples: Copy) -> None:
    keep(examples, *FIVE[:2])
    examples.seal()
    review = build(examples.folder)
    for key in KEYS:
        assert review.outcomes[key].result.k == 2
        checked = [check for check in review.crosschecks if check.key == f"{key}.pooled.estimate"]
        assert [check.deviation <= check.tolerance for check in checked] == [True]
