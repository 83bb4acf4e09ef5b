"""Certainty follows from the ratings, and no rating outlives the results it rests on."""

import re
from dataclasses import replace

import pytest

from analysis.judgements.bias import HIGH, LOW, bias
from analysis.judgements.certainty import RatingFails, disputed_severity, fallen, rated, standing, unrated
from analysis.judgements.certainty_conditions import (
    ESTIMATED,
    PATIENTS_OF_MEANS,
    QUARTER,
    Pooling,
    appreciable,
    half_sd,
    imprecise_twice,
    interval,
    limits,
    overlap,
    precise,
    share_disputed,
    size_reached,
    weight,
)
from analysis.methods.certainty import certainty
from analysis.printing.numbers import CannotPrint
from analysis.printing.printer import Printer
from analysis.synthesis.absolute_effects import absolute
from analysis.tables import grading


def material(tree, key):
    judged = bias(tree.evidence, tree.evidence.outcome(key))
    return Pooling(tree.outcomes[key], tree.absolute.get(key), judged, disputed_severity(tree.evidence))


@pytest.fixture
def deaths(tree):
    return material(tree, "deaths")


@pytest.fixture
def single(review_of_one):
    """What the ratings of a single trial's means are held against."""
    return material(review_of_one, "CRP")


def rows_of(tree, outcome):
    return [row for row in tree.evidence.certainty if row.outcome == outcome]


def with_outcome(found, **changes):
    return replace(found, outcome=replace(found.outcome, **changes))


def with_pooled(found, **changes):
    """Another pooled result, by either interval, and the absolute effects that follow from it."""
    pooled = replace(found.outcome.pooled, **changes)
    changed = with_outcome(found, pooled=pooled, modified=pooled)
    return replace(changed, absolute=absolute(changed.outcome))


def with_share(found, share):
    information = replace(found.absolute.information, share=share)
    return replace(found, absolute=replace(found.absolute, information=information))


def apart(found):
    """The same with the interval of one trial beyond those of all others."""
    trials = found.outcome.trials
    return with_outcome(found, trials={**trials, "bowdish2023": replace(trials["bowdish2023"], low=90.0, high=99.0)})


def with_limits(found, low, high):
    """A single trial with another interval."""
    ((name, trial),) = found.outcome.trials.items()
    return with_outcome(found, trials={name: replace(trial, low=low, high=high)})


def test_certainty_follows_from_the_levels_taken_off(tree):
    for key, found in tree.certainty.items():
        levels = [rating.levels for rating in found.ratings.values()]
        assert found.refused == () and found.subtracted == sum(levels), key
        assert found.certainty == (certainty(levels) if levels else None), key
    assert tree.certainty["deaths"].symbols == "⊕○○○"


def test_what_has_no_estimate_is_not_rated_and_nothing_is_refused(tree):
    for key, outcome in tree.outcomes.items():
        found = tree.certainty[key]
        assert (found.certainty is None) == (outcome.shown is None), key
        assert bool(found.ratings) == (outcome.shown is not None), key
    refused = unrated(rows_of(tree, "death"))
    assert refused.certainty is None
    assert len(refused.refused) == len(rows_of(tree, "death"))
    assert "row certainty-death-imprecision: imprecision of death is rated, but no trial gives" in " ".join(
        refused.refused
    )


def test_what_the_ratings_are_held_against(tree, deaths):
    judged_low = [name for name, trial in deaths.bias.trials.items() if trial.domains["overall"].judgement == LOW]
    shown = [name for name in judged_low if name in deaths.outcome.trials]
    assert shown == ["monsel2022"]
    assert weight(deaths, LOW) == pytest.approx(deaths.outcome.trials["monsel2022"].weight)
    assert weight(deaths, HIGH) == 0
    assert overlap(deaths.outcome) and appreciable(deaths) == 2 and not precise(deaths)
    patients = deaths.outcome.trials["shi2021"].participants
    for key in ("deaths", "serious"):
        whole = sum(trial.participants for trial in tree.outcomes[key].trials.values())
        assert share_disputed(material(tree, key)) == pytest.approx(patients / whole)


def test_what_is_counted_is_held_against_absolute_effects_at_the_risk_of_the_largest_trial(deaths):
    effect, (low, high, important) = deaths.absolute.largest_trial, limits(deaths)
    assert (low, high, important) == (effect.difference_low, effect.difference_high, deaths.outcome.important)
    assert (low, high) == pytest.approx(
        tuple(1000 * 47 / 110 * (ratio - 1) for ratio in (deaths.outcome.pooled.low, deaths.outcome.pooled.high))
    )
    assert limits(with_outcome(deaths, important=None))[2] == pytest.approx(QUARTER * 1000 * 47 / 110)


@pytest.mark.parametrize(
    ("important", "low", "high", "found"),
    [(25, 0.9, 1.1, 2), (25, 0.9, 1.05, 1), (25, 0.95, 1.05, 0), (10, 0.95, 1.05, 2), (400, 0.5, 1.5, 0)],
)
def test_the_same_interval_is_precise_or_not_by_what_is_important(deaths, important, low, high, found):
    """At 427 deaths per 1,000 controls a ratio of 0.95 is 21 fewer, one of 0.9 is 43 fewer."""
    held = with_outcome(with_pooled(deaths, estimate=1.0, low=low, high=high), important=important)
    assert appreciable(held) == found
    assert imprecise_twice(with_share(held, 0.9)) == (found == 2)
    assert precise(with_share(held, 1.0)) == (found == 0)
    assert not precise(with_share(held, 0.999))


def test_a_ratio_without_absolute_effects_is_held_against_a_quarter(deaths):
    held = replace(deaths, absolute=None)
    assert limits(held) == (deaths.outcome.pooled.low - 1, deaths.outcome.pooled.high - 1, QUARTER)


def test_of_a_single_trial_its_own_interval_weight_and_spread_are_rated(single):
    ((name, trial),) = single.outcome.trials.items()
    assert single.outcome.pooled is None and trial.weight is None
    assert interval(single.outcome) == (trial.low, trial.high)
    judgement = single.bias.trials[name].domains["overall"].judgement
    assert weight(single, judgement) == 1
    assert sum(weight(single, other) for other in (LOW, HIGH) if other != judgement) == 0
    assert overlap(single.outcome)
    assert limits(single) == (trial.low, trial.high, trial.sd_control / 2)
    assert limits(with_outcome(single, important=3))[2] == 3
    assert half_sd(replace(single.outcome, measure="SMD")) == 0.5


@pytest.mark.parametrize(("low", "high", "found"), [(-30, 30, 2), (-30, 1, 1), (-1, 30, 1), (-1, 1, 0)])
def test_a_difference_in_means_is_appreciable_from_half_a_standard_deviation(single, low, high, found):
    half = half_sd(single.outcome)
    held = with_limits(single, low / 30 * half, high / 30 * half)
    assert appreciable(held) == found and imprecise_twice(held) == (found == 2)
    assert not size_reached(held) and not precise(held)
    large = with_outcome(held, participants=PATIENTS_OF_MEANS)
    assert size_reached(large) and precise(large) == (found == 0)
    assert not size_reached(with_outcome(held, participants=PATIENTS_OF_MEANS - 1))


def test_half_a_standard_deviation_is_that_of_the_largest_trial(invented_review):
    trials = invented_review.outcomes["CRP"].trials.values()
    largest = max((t for t in trials if t.sd_control), key=lambda trial: trial.participants)
    assert half_sd(invented_review.outcomes["CRP"]) == largest.sd_control / 2


def test_without_an_estimate_there_is_no_interval_to_rate(tree):
    with pytest.raises(ValueError, match="IL-6 has no estimate whose precision could be rated"):
        interval(tree.outcomes["IL-6"])


CHANGES = {
    "no important reduction in the interval": (
        lambda m: with_pooled(m, estimate=1.0, low=0.96, high=1.3),
        "row certainty-death-imprecision",
    ),
    "no important increase in the interval": (
        lambda m: with_pooled(m, high=1.04),
        "row certainty-death-imprecision",
    ),
    "information size reached": (lambda m: with_share(m, 1.0), "row certainty-death-imprecision"),
    "much heterogeneity": (lambda m: with_pooled(m, i2=0.6), "row certainty-death-inconsistency"),
    "severity disputed throughout": (
        lambda m: replace(m, disputed=frozenset(m.outcome.trials)),
        "row certainty-death-indirectness",
    ),
    "no trial without a result": (lambda m: with_outcome(m, k_unavailable=0), "row certainty-death-missing-results"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_rating_that_the_results_no_longer_bear_out_is_refused(tree, deaths, name):
    change, where = CHANGES[name]
    found = rated("death", rows_of(tree, "death"), ESTIMATED, change(deaths))
    assert (found.certainty, found.symbols) == (None, None)
    (said,) = found.refused
    assert re.search(f"data/certainty.csv, {where}.*does not hold that.*Remedy", said)


def test_no_certainty_is_printed_from_a_rating_that_does_not_stand(tree, deaths):
    refused = rated("death", rows_of(tree, "death"), ESTIMATED, with_share(deaths, 1.0))
    printer = Printer(replace(tree, certainty={**tree.certainty, "deaths": refused}))
    with pytest.raises(RatingFails, match="row certainty-death-imprecision"):
        grading.summary_of_findings(printer)
    with pytest.raises(RatingFails, match="row certainty-death-imprecision"):
        grading.lowered_for(printer, "deaths")
    with pytest.raises(CannotPrint, match=r"certainty\.deaths\.certainty"):
        printer("certainty.deaths.certainty")


def test_each_material_bears_out_one_rating_per_domain_and_no_two(deaths):
    """Of two ratings of a domain that exclude each other exactly one holds, whatever the results."""
    materials = [
        deaths,
        *(change(deaths) for change, _ in CHANGES.values()),
        with_pooled(deaths, i2=0.8),
        apart(with_pooled(deaths, i2=0.74)),
        apart(with_pooled(deaths, i2=0.75)),
        with_share(with_pooled(deaths, estimate=0.85, low=0.8, high=0.9), 1.2),
    ]
    for found in materials:
        for domain, ratings in {
            "imprecision": ("not serious", "serious", "very serious"),
            "indirectness": ("not serious", "serious"),
            "inconsistency": ("not serious", "serious"),
            "missing results": ("undetected", "suspected"),
            "risk of bias": ("not serious", "serious", "very serious"),
        }.items():
            assert sum(ESTIMATED[domain, rating].holds(found) for rating in ratings) == 1, domain
        if ESTIMATED["inconsistency", "very serious"].holds(found):
            assert ESTIMATED["inconsistency", "serious"].holds(found)
    considerable = [ESTIMATED["inconsistency", "very serious"].holds(found) for found in materials]
    assert considerable.count(True) == 1


def test_a_recorded_certainty_that_does_not_follow_is_refused(tree, deaths):
    rows = [replace(row, rating="low") if row.domain == "overall" else row for row in rows_of(tree, "death")]
    (said,) = rated("death", rows, ESTIMATED, deaths).refused
    assert "recorded as 'low', but the levels taken off leave 'very low'" in said


def test_a_rating_without_a_condition_is_refused(tree, deaths):
    rows = [
        replace(row, rating="very serious") if row.domain == "indirectness" else row for row in rows_of(tree, "death")
    ]
    assert any("no condition is written" in said for said in rated("death", rows, ESTIMATED, deaths).refused)


def test_a_key_that_leads_nowhere_is_refused(tree):
    found = tree.certainty["deaths"]
    astray = replace(found.ratings["imprecision"], keys=("deaths.pooled.middle",))
    changed = replace(found, ratings={**found.ratings, "imprecision": astray})
    with pytest.raises(RatingFails, match=r"column keys: deaths\.pooled\.middle"):
        standing(replace(tree, certainty={"deaths": changed}), "deaths")


def test_every_rating_stands_now(tree):
    for key, outcome in tree.outcomes.items():
        assert (standing(tree, key).certainty is not None) == (outcome.shown is not None)


def test_a_sentence_names_the_domains_that_took_levels_off(tree):
    found = tree.certainty["deaths"]

    def said(**levels):
        ratings = {name: replace(rating, levels=levels.get(name, 0)) for name, rating in found.ratings.items()}
        changed = replace(tree, certainty={"deaths": replace(found, ratings=ratings)})
        return grading.lowered_for(Printer(changed), "deaths").text

    assert said() == "nothing"
    assert said(imprecision=1) == "imprecision"
    assert said(imprecision=2, missing_results=1) == "imprecision and missing results"
    assert said(risk_of_bias=1, imprecision=2, missing_results=1) == "risk of bias, imprecision and missing results"


def test_tables_say_of_an_unrated_outcome_that_it_is_not_rated(tree):
    (row,) = (row for row in grading.certainty(Printer(tree)).rows if str(getattr(row[0], "text", row[0])) == "IL-6")
    told = [str(getattr(cell, "text", cell)) for cell in row]
    assert told == ["IL-6", "overall", "not rated: no estimate", "–", grading.NO_ESTIMATE]
    names = [str(getattr(row[0], "text", row[0])) for row in grading.summary_of_findings(Printer(tree)).rows]
    finding = grading.summary_of_findings(Printer(tree)).rows[names.index("IL-6")]
    assert "not rated" in " ".join(str(getattr(cell, "text", cell)) for cell in finding)


def test_a_rating_that_fails_says_which_would_hold_now(deaths, tree):
    rows = [
        replace(row, rating="not serious", levels=0) if row.domain == "imprecision" else row
        for row in rows_of(tree, "death")
    ]
    found = rated("death", rows, ESTIMATED, deaths).refused
    assert any("imprecision of death is rated 'not serious', but" in one for one in found)
    assert any("what holds now is 'very serious'" in one for one in found)


def test_an_outcome_without_ratings_is_told_each_that_it_needs(deaths):
    (said,) = rated("death", [], ESTIMATED, deaths).refused
    assert "death has an estimate and is not rated" in said
    for wanted in ("risk of bias", "inconsistency", "indirectness", "imprecision", "missing results", "overall"):
        assert wanted in said
    assert "imprecision 'very serious'" in said and "missing results 'suspected'" in said


def test_every_fallen_rating_is_listed_at_once(tree):
    outcomes = {key: replace(tree.certainty[key], refused=(f"{key} fails",)) for key in ("deaths", "serious")}
    assert fallen(tree) == []
    assert fallen(replace(tree, certainty={**tree.certainty, **outcomes})) == ["deaths fails", "serious fails"]
