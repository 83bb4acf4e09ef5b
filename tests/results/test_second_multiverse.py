"""The multiverse is counted a second time by other code, and a count that is wrong is not confirmed."""

from dataclasses import replace

import pytest

from analysis.results.second_multiverse import counts, plain, side

NAMES = ("count", "favourable", "for_treatment", "for_control")


def deviating(review):
    return {check.key for check in counts(review) if check.deviation > check.tolerance}


def with_every(tree, **changes):
    found = tree.specifications["deaths"]
    changed = replace(found, every=replace(found.every, **changes))
    return replace(tree, specifications={**tree.specifications, "deaths": changed})


def test_the_review_s_own_counts_are_confirmed(tree):
    assert {check.key for check in counts(tree)} == {f"specifications.deaths.every.{name}" for name in NAMES}
    assert deviating(tree) == set()


@pytest.mark.parametrize("name", NAMES)
def test_one_analysis_more_or_less_is_not_confirmed(tree, name):
    number = getattr(tree.specifications["deaths"].every, name)
    for wrong in (number + 1, number - 1):
        assert deviating(with_every(tree, **{name: wrong})) == {f"specifications.deaths.every.{name}"}


def test_a_choice_that_the_results_do_not_know_is_not_confirmed(tree):
    """Without one choice of a sensitivity analysis there are fewer combinations than the results count."""
    dropped = [c for c in tree.evidence.choices if not (c.analysis == "death" and c.role == "sensitivity")]
    evidence = replace(tree.evidence, choices=tuple(dropped))
    assert "specifications.deaths.every.count" in deviating(replace(tree, evidence=evidence))


def test_a_count_that_was_read_otherwise_is_not_confirmed(tree):
    """More deaths in the treatment arm of one trial: fewer analyses favour the treatment than the results say."""
    choice = next(c for c in tree.evidence.choices if (c.analysis, c.trial) == ("death", "bowdish2023"))
    rows = tuple(
        replace(row, events_treatment=100) if row.row_id == choice.rows else row for row in tree.evidence.counts
    )
    evidence = with_rows(tree.evidence, rows)
    assert "specifications.deaths.every.favourable" in deviating(replace(tree, evidence=evidence))


def with_rows(evidence, rows):
    changed = replace(evidence, counts=rows)
    assert changed.row(rows[0].row_id) is rows[0]
    return changed


def test_an_outcome_with_a_printed_ratio_is_not_counted_again(tree):
    assert plain(tree.evidence, tree.evidence.outcome("deaths"))
    for key in ("serious", "CRP", "severity"):
        assert not plain(tree.evidence, tree.evidence.outcome(key)), key


def test_an_interval_without_width_lies_on_no_side():
    assert [side(-0.3, -0.3), side(0.0, 0.0), side(-0.3, -0.2), side(0.1, 0.2)] == [
        "across", "across", "below", "above",
    ]  # fmt: skip
