"""An interval without width, or no P value, is never handed on as certainty: a notice or a refusal goes with it."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from analysis.methods.certainty import absolute_effects
from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import Refusal
from analysis.methods.models import beta_binomial, binomial_normal, mantel_haenszel, peto, random_effects
from analysis.methods.models.counts import MEASURES, PooledTables
from analysis.methods.robustness import influence
from analysis.methods.robustness.refits import leave_one_out
from analysis.methods.robustness.verdicts import verdicts
from analysis.methods.small_studies import begg, trim_and_fill
from analysis.methods.subgroups import between_groups

Tables = tuple[list[int], list[int], list[int], list[int]]
NOBODY: Tables = ([0] * 4, [10, 15, 20, 25], [0] * 4, [10, 10, 30, 20])
EVERYBODY: Tables = ([10, 15], [10, 15], [10, 9], [10, 9])
ALL_OR_NONE: Tables = ([10, 7], [10, 7], [0, 0], [13, 9])


def codes(fit: PooledTables) -> list[str]:
    return [notice.code for notice in fit.warnings]


@pytest.mark.parametrize(
    ("tables", "measure", "estimate"),
    [(NOBODY, "RD", 0.0), (EVERYBODY, "RD", 0.0), (EVERYBODY, "RR", 0.0), (ALL_OR_NONE, "RD", 1.0)],
)
def test_tables_in_which_nothing_varies(tables: Tables, measure: str, estimate: float) -> None:
    fit = mantel_haenszel(*tables, measure=measure)
    assert fit.estimate == pytest.approx(estimate) and fit.ci == (fit.estimate, fit.estimate)
    assert math.isnan(fit.p_value) and "no-width" in codes(fit)


@pytest.mark.parametrize(
    ("tables", "measure"), [(NOBODY, "RR"), (NOBODY, "OR"), (EVERYBODY, "OR"), (ALL_OR_NONE, "RR")]
)
def test_where_even_the_estimate_is_missing_it_is_refused(tables: Tables, measure: str) -> None:
    with pytest.raises(Refusal):
        mantel_haenszel(*tables, measure=measure)


@pytest.mark.parametrize("tables", [NOBODY, EVERYBODY])
def test_other_models_of_such_tables_refuse(tables: Tables) -> None:
    for model in (peto, binomial_normal, beta_binomial):
        with pytest.raises(Refusal):
            model(*tables)


def test_large_arms_leave_no_rounding_error_as_a_standard_error() -> None:
    n1, n2 = [1_000_003, 33_331, 7], [999_983, 77_773, 11]
    for tables in ((n1, n1, n2, n2), (n1, n1, [0] * 3, n2), ([0] * 3, n1, [0] * 3, n2)):
        fit = mantel_haenszel(*tables, measure="RD")
        assert fit.se == 0 and "no-width" in codes(fit)


def test_every_table_says_so_exactly_where_the_variance_is_zero() -> None:
    """Random sets of small tables, with the variance of the risk difference in fractions."""
    draw = random.Random(7)
    seen = set()
    for _ in range(400):
        k = draw.randint(1, 3)
        n1, n2 = ([draw.randint(1, 5) for _ in range(k)] for _ in range(2))
        a, c = ([draw.choice([0, n, draw.randint(0, n)]) for n in sizes] for sizes in (n1, n2))
        for measure in MEASURES:
            try:
                fit = mantel_haenszel(a, n1, c, n2, measure=measure)
            except Refusal:
                continue
            without = fit.se == 0 or not math.isfinite(fit.p_value) or not fit.ci[0] < fit.ci[1]
            assert without == ("no-width" in codes(fit))
            seen.add((measure, without))
            if measure == "RD":
                assert without == (_variance_of_difference(a, n1, c, n2) == 0)
    assert seen == {("RR", True), ("RR", False), ("OR", False), ("RD", True), ("RD", False)}


def _variance_of_difference(a: list[int], n1: list[int], c: list[int], n2: list[int]) -> Fraction:
    """Sato, Greenland and Robins 1989, up to the square of the sum of weights."""
    rows = list(zip(a, n1, c, n2, strict=True))
    weight = sum(Fraction(m * n, m + n) for _, m, _, n in rows)
    difference = sum(Fraction(x * n - y * m, m + n) for x, m, y, n in rows) / weight
    p = sum((m**2 * y - n**2 * x + Fraction(m * n * (n - m), 2)) / (m + n) ** 2 for x, m, y, n in rows)
    q = sum(Fraction(x * (n - y) + y * (m - x), 2 * (m + n)) for x, m, y, n in rows)
    return difference * p + q


def test_effects_without_variance_carry_a_note() -> None:
    for sizes in (two_proportions(*NOBODY, measure="RD", add=0), two_means([3], [0], [9], [2], [0], [8])):
        assert all(note is not None and note.code == "zero-variance" for note in sizes.notes)


@pytest.mark.parametrize("effects", [[0.3] * 3, [0.1 + 0.2, 0.3, 0.3], [0.0] * 3, [1e9 + 0.1 + 0.2, 1e9 + 0.3]])
def test_effects_that_are_equal_but_for_rounding(effects: list[float]) -> None:
    fit = random_effects(effects, [0.1, 0.2, 0.1][: len(effects)], ci="HK")
    found = {notice.code for notice in fit.warnings}
    assert "hk-degenerate" in found and "hk-narrower-than-wald" not in found
    assert verdicts(*fit.ci) == "neither"
    wald = random_effects(effects, [0.1, 0.2, 0.1][: len(effects)], ci="wald")
    assert "hk-degenerate" not in {notice.code for notice in wald.warnings} and wald.ci[0] < wald.ci[1]


def test_an_interval_without_width_lies_on_no_side() -> None:
    assert verdicts([-0.3, 0.0, -0.3], [-0.3, 0.0, -0.2]).tolist() == ["neither", "neither", "treatment"]
    refits = leave_one_out([-0.3, -0.3, -0.9], [0.1, 0.1, 0.1], ci="HK")
    assert refits.verdict.tolist()[2] == "neither"


def test_diagnostics_that_divide_by_zero_say_so() -> None:
    found = influence([-0.3, -0.3, -0.3, -0.9], [0.1] * 4, ci="HK")
    assert not np.isfinite(found.deleted_residual).all() or not np.isfinite(found.dffits).all()
    assert [notice.code for notice in found.warnings] == ["undefined-diagnostics"]
    assert not influence([-0.3, -0.3, -0.3, -0.9], [0.1] * 4, ci="wald").warnings


def test_a_group_without_a_standard_error_is_not_left_out_in_silence() -> None:
    with pytest.raises(Refusal, match="zero"):
        between_groups([-0.9, -0.4, 0.1], [0.07, 0.0, 0.05])


def test_one_study_with_all_the_weight() -> None:
    rest = np.linspace(0.1, 1.0, 9)
    with pytest.raises(Refusal, match="all of the weight"):
        begg([0.0, *rest], [1e-30, *rest])
    assert math.isfinite(begg([0.0, *rest], [0.05, *rest]).p_value)


def test_a_standard_error_of_missing_studies_that_is_not_known() -> None:
    draw = np.random.default_rng(5)
    seen = set()
    for _ in range(60):
        yi, vi = draw.exponential(size=10), draw.uniform(0.01, 1.0, size=10)
        found = trim_and_fill(yi, vi, side=draw.choice(["left", "right"]), tau2="DL")
        unknown = math.isnan(found.missing_se)
        assert unknown == ("no-standard-error" in {notice.code for notice in found.warnings})
        seen.add(unknown)
    assert seen == {True, False}


def test_an_absolute_effect_of_an_interval_without_width() -> None:
    assert [notice.code for notice in absolute_effects(0.7, 0.7, 0.7, 0.3).warnings] == ["no-width"]
    assert not absolute_effects(0.7, 0.6, 0.8, 0.3).warnings
