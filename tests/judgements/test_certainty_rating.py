"""Certainty follows from the ratings, and no rating outlives the results it rests on."""

import re
from dataclasses import replace

import pytest

from analysis.judgements.bias import HIGH, LOW, bias
from analysis.judgements.certainty import RatingFails, disputed_severity, rated, standing
from analysis.judgements.certainty_conditions import (
    POOLED,
    Pooling,
    appreciable,
    overlap,
    precise,
    share_disputed,
    weight,
)
from analysis.printing.numbers import CannotPrint
from analysis.printing.printer import Printer
from analysis.tables import grading


def material(tree, key):
    judged = bias(tree.evidence, tree.evidence.outcome(key))
    return Pooling(getattr(tree, key), tree.absolute[key], judged, disputed_severity(tree.evidence))


@pytest.fixture
def deaths(tree):
    return material(tree, "deaths")


def rows_of(tree, outcome):
    return [row for row in tree.evidence.certainty if row.outcome == outcome]


def with_pooled(found, **changes):
    return replace(found, outcome=replace(found.outcome, pooled=replace(found.outcome.pooled, **changes)))


def with_share(found, share):
    information = replace(found.absolute.information, share=share)
    return replace(found, absolute=replace(found.absolute, information=information))


def test_certainty_is_very_low_throughout(tree):
    assert {key: found.certainty for key, found in tree.certainty.items()} == dict.fromkeys(
        ("deaths", "serious", "CRP", "IL-6", "severity"), "very low"
    )
    assert [found.subtracted for found in tree.certainty.values()] == [3, 5, 6, 6, 5]
    assert tree.certainty["deaths"].symbols == "⊕○○○"


def test_what_the_ratings_are_held_against(tree, deaths):
    assert weight(deaths, LOW) == pytest.approx(deaths.outcome.trials["monsel2022"].weight)
    assert weight(deaths, HIGH) == 0
    assert overlap(deaths.outcome) and appreciable(deaths.outcome) == 2 and not precise(deaths)
    assert share_disputed(deaths) == pytest.approx(100 / 448)
    assert share_disputed(material(tree, "serious")) == pytest.approx(100 / 169)


CHANGES = {
    "no appreciable reduction in the interval": (
        lambda m: with_pooled(m, low=0.76),
        "row certainty-death-imprecision",
    ),
    "no appreciable increase in the interval": (
        lambda m: with_pooled(m, high=1.24),
        "row certainty-death-imprecision",
    ),
    "information size reached": (lambda m: with_share(m, 1.0), "row certainty-death-imprecision"),
    "much heterogeneity": (lambda m: with_pooled(m, i2=0.6), "row certainty-death-inconsistency"),
    "severity disputed throughout": (
        lambda m: replace(m, disputed=frozenset(m.outcome.trials)),
        "row certainty-death-indirectness",
    ),
    "many trials without counts": (
        lambda m: replace(m, outcome=replace(m.outcome, k_unavailable=6)),
        "row certainty-death-missing-results",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_rating_that_the_results_no_longer_bear_out_is_refused(tree, deaths, name):
    change, where = CHANGES[name]
    found = rated(rows_of(tree, "death"), POOLED, change(deaths))
    assert (found.certainty, found.symbols) == (None, None)
    assert re.search(f"data/certainty.csv, {where}.*does not hold that.*Remedy", " ".join(found.refused))


def test_no_certainty_is_printed_from_a_rating_that_does_not_stand(tree, deaths):
    refused = rated(rows_of(tree, "death"), POOLED, with_share(deaths, 1.0))
    printer = Printer(replace(tree, certainty={**tree.certainty, "deaths": refused}))
    with pytest.raises(RatingFails, match="row certainty-death-imprecision"):
        grading.summary_of_findings(printer)
    with pytest.raises(CannotPrint, match=r"certainty\.deaths\.certainty"):
        printer("certainty.deaths.certainty")


def test_each_material_bears_out_one_rating_per_domain_and_no_two(deaths):
    """Of two ratings of a domain that exclude each other exactly one holds, whatever the results."""
    materials = [
        deaths,
        *(change(deaths) for change, _ in CHANGES.values()),
        with_pooled(with_share(deaths, 1.2), low=0.8, high=0.9),
    ]
    for found in materials:
        for domain, ratings in {
            "imprecision": ("not serious", "serious", "very serious"),
            "indirectness": ("not serious", "serious"),
            "inconsistency": ("not serious", "serious"),
            "missing results": ("undetected", "suspected"),
            "risk of bias": ("not serious", "serious", "very serious"),
        }.items():
            assert sum(POOLED[domain, rating].holds(found) for rating in ratings) == 1, domain


def test_a_recorded_certainty_that_does_not_follow_is_refused(tree, deaths):
    rows = [replace(row, rating="low") if row.domain == "overall" else row for row in rows_of(tree, "death")]
    (said,) = rated(rows, POOLED, deaths).refused
    assert "recorded as 'low', but the levels taken off leave 'very low'" in said


def test_a_rating_without_a_condition_is_refused(tree, deaths):
    rows = [
        replace(row, rating="very serious") if row.domain == "indirectness" else row for row in rows_of(tree, "death")
    ]
    assert any("no condition is written" in said for said in rated(rows, POOLED, deaths).refused)


def test_a_key_that_leads_nowhere_is_refused(tree):
    found = tree.certainty["deaths"]
    astray = replace(found.ratings["imprecision"], keys=("deaths.pooled.middle",))
    changed = replace(found, ratings={**found.ratings, "imprecision": astray})
    with pytest.raises(RatingFails, match=r"column keys: deaths\.pooled\.middle"):
        standing(replace(tree, certainty={"deaths": changed}), "deaths")


def test_every_rating_stands_now(tree):
    for key in tree.certainty:
        assert standing(tree, key).certainty
