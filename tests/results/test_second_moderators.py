"""Regressions, groups and funnels agree with their second computation, which notices what is changed in them."""

from __future__ import annotations

import math
from dataclasses import replace

import bcg
import numpy as np
import pytest

from analysis.printing.printer import Printer
from analysis.printing.quantities import walk
from analysis.proof.meaning import meaning
from analysis.proof.origins import origin
from analysis.results.build import explorations
from analysis.results.crosschecks import Disagreement, agreed
from analysis.results.second_moderators import checks
from analysis.synthesis.outcomes import outcome

REGRESSION, GROUPS, FUNNEL = (
    f"moderators.{bcg.KEY}.absolute_latitude", f"moderators.{bcg.KEY}.allocation", f"small_studies.{bcg.KEY}",
)  # fmt: skip


@pytest.fixture(scope="module")
def review(tree):
    return bcg.review_of(tree, bcg.rows())


def second(review, **changed):
    found = {"moderators": review.moderators, "small_studies": review.small_studies} | changed
    return list(checks(review.evidence, review.outcomes, found["moderators"], found["small_studies"]))


def test_every_kind_of_number_is_computed_again_and_agrees(review):
    made = agreed(second(review))
    limits = ("estimate", "low", "high")
    expected = {
        *(
            f"{REGRESSION}.{name}.{part}"
            for name in ("intercept", "slope")
            for part in ("coefficient", "low", "high")
        ),
        *(f"{REGRESSION}.change.{limit}" for limit in limits),
        *(f"{REGRESSION}.{name}" for name in ("f", "p_value", "q", "q_p_value")),
        *(
            f"{GROUPS}.groups.{name}.pooled.{limit}"
            for name in ("alternate", "random", "systematic")
            for limit in limits
        ),
        *(f"{GROUPS}.{test}.{name}" for test in ("separate", "common") for name in ("q", "p_value")),
        *(f"{FUNNEL}.{name}" for name in ("bias", "bias_low", "bias_high", "p_value", "filled.missing")),
        *(f"{FUNNEL}.{name}.{limit}" for name in ("limit", "filled.effect") for limit in limits),
    }
    assert {check.key for check in made} == expected
    assert max(check.deviation for check in made) < 1e-5


@pytest.mark.parametrize("measure", ["OR", "RD"])
def test_other_measures_agree_too(tree, measure):
    evidence = bcg.evidence_of(tree.evidence, bcg.rows())
    asked = replace(evidence.outcome(bcg.KEY), measure=measure)
    found = {bcg.KEY: outcome(evidence, asked)}
    explored = explorations(evidence, found)
    assert len(agreed(list(checks(evidence, found, explored["moderators"], explored["small_studies"])))) == 37


def spoilt(review, key, field, factor=1.001):
    """The moderators with one number of one of them changed by a thousandth."""
    whole = review.moderators[bcg.KEY]
    holder = whole[key]
    *above, last = field.split(".")
    here = holder
    parents = []
    for part in above:
        parents.append((here, part))
        here = getattr(here, part)
    here = replace(here, **{last: getattr(here, last) * factor})
    for parent, part in reversed(parents):
        here = replace(parent, **{part: here})
    return {bcg.KEY: {**whole, key: here}}


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("absolute_latitude", "change.estimate"),
        ("absolute_latitude", "intercept.high"),
        ("absolute_latitude", "f"),
        ("absolute_latitude", "p_value"),
        ("allocation", "separate.q"),
        ("allocation", "common.q"),
        ("allocation", "common.p_value"),
    ],
)
def test_a_number_that_is_a_thousandth_off_stops_the_build(review, key, field):
    with pytest.raises(Disagreement, match=field.rpartition(".")[2]):
        agreed(second(review, moderators=spoilt(review, key, field)))


def test_a_funnel_that_is_a_thousandth_off_stops_the_build(review):
    found = review.small_studies[bcg.KEY]
    for changed in (
        replace(found, bias=found.bias * 1.001),
        replace(found, filled=replace(found.filled, missing=found.filled.missing + 1)),
    ):
        with pytest.raises(Disagreement):
            agreed(second(review, small_studies={bcg.KEY: changed}))


def test_values_are_taken_from_the_rows(review):
    """A latitude that changed on its way from the table is noticed."""
    baseline = tuple(
        replace(row, value=row.value + 5) if row.row_id == "baseline-bcg04-latitude" else row
        for row in review.evidence.baseline
    )
    other = replace(review, evidence=replace(review.evidence, baseline=baseline))
    with pytest.raises(Disagreement):
        agreed(second(other))


def test_a_number_leads_to_the_rows_behind_it(review):
    rows = origin(review, f"{REGRESSION}.slope.coefficient").rows
    assert {"moderator-latitude", "baseline-bcg04-latitude", "count-bcg04"} <= set(rows)
    assert len(rows) == 1 + 2 * 13
    assert set(origin(review, f"{FUNNEL}.bias").rows) == {f"count-bcg{n:02d}" for n in range(1, 14)}
    assert set(origin(review, f"{GROUPS}.groups.alternate.pooled.low").rows) == {"count-bcg05", "count-bcg06"}


def test_every_number_can_be_printed_and_traced(review):
    printer = Printer(review)
    keys = [key for key, _ in walk(review) if key.startswith(("moderators", "small_studies"))]
    assert len(keys) > 150
    for key in keys:
        assert printer(key).text or printer.find(key).value == ""
        found = origin(review, key)
        assert found.rows and found.code.name and meaning(review, key)


def invented(seed):
    """Twelve trials with counts, latitudes and allocations by chance; of every third draw the variance is 0."""
    draw = np.random.default_rng(seed)
    spread = (0.0, 0.3, 1.2)[seed % 3]
    rows = []
    for number in range(1, 13):
        n1, n2 = (int(size) for size in draw.integers(20, 1500, 2))
        x, risk = float(draw.integers(0, 60)), draw.uniform(0.05, 0.5)
        a = int(draw.binomial(n1, min(risk * math.exp(draw.normal(-0.01 * x, spread)), 0.95)))
        c = int(draw.binomial(n2, risk))
        counts = {"tpos": a, "tneg": n1 - a, "cpos": c, "cneg": n2 - c, "ablat": 1950 + x}
        named = {"trial": number, "author": "Invented", "year": 1950 + number, "alloc": "abc"[number % 3]}
        rows.append({key: str(value) for key, value in (counts | named).items()})
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_trials_by_chance_agree(tree, seed):
    review = bcg.review_of(tree, invented(seed))
    assert len(agreed(second(review))) == 37
