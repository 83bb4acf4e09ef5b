"""The multiverse of choices: each row is the analysis it says it is."""

import math

import numpy as np
import pytest

from analysis.methods.effects import two_proportions
from analysis.methods.errors import InputError
from analysis.methods.models import mantel_haenszel, random_effects
from analysis.methods.robustness import Counts, multiverse
from analysis.methods.robustness.multiverse import ZERO_HANDLING

N_T, N_C = [30, 25, 40, 20, 12], [30, 25, 41, 21, 12]
DATA = {
    "28 days": Counts([5, 3, 8, 0, 0], N_T, [9, 6, 12, 5, 0], N_C),
    "last follow-up": Counts([6, 3, 9, 2, 1], N_T, [9, 7, 12, 5, 0], N_C),
}
INCLUSION = {"all": range(5), "low risk of bias": [0, 2, 3]}


def everything():
    return multiverse(
        DATA,
        measures=("RR", "OR", "RD"),
        tau2=("REML", "DL", "EE", "MH"),
        ci=("wald", "HK", "mHK"),
        zero_handling=tuple(ZERO_HANDLING),
        inclusion=INCLUSION,
    )


def test_number_of_combinations():
    """2 data × 2 inclusions × (RR, OR with 4 ways to treat zeros, RD) × 3 estimators × 3 intervals, and MH."""
    rows = everything().rows
    assert len(rows) == 2 * 2 * (2 * 4 + 1) * 9 + 2 * 2 * 3
    choices = [(r.data, r.inclusion, r.measure, r.zero_handling, r.tau2_method, r.ci_method) for r in rows]
    assert len(set(choices)) == len(choices)


def test_every_row_is_the_analysis_it_names():
    for row in everything().rows:
        counts = DATA[row.data]
        t, n1, c, n2 = (
            np.asarray(x)[list(row.trials)] for x in (counts.events_t, counts.n_t, counts.events_c, counts.n_c)
        )
        assert row.trials == tuple(INCLUSION[row.inclusion])
        if row.tau2_method == "MH":
            alone = mantel_haenszel(t, n1, c, n2, measure=row.measure)
        else:
            settings = ZERO_HANDLING.get(row.zero_handling, {"add_to": "none"})
            sizes = two_proportions(t, n1, c, n2, measure=row.measure, **settings)
            alone = random_effects(sizes.yi, sizes.vi, tau2=row.tau2_method, ci=row.ci_method)
            assert row.k == alone.k == len(row.trials) - len(row.excluded)
            assert row.tau2 == pytest.approx(alone.tau2, rel=1e-9, abs=1e-12)
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(
            (alone.estimate, *alone.ci), rel=1e-9, abs=1e-12
        )
        assert row.favours_treatment == (row.estimate < 0)
        assert (row.verdict == "treatment") == (row.ci_high < 0)


def test_counts_and_selection():
    table = everything()
    assert table.count == len(table.rows)
    assert table.favourable == sum(row.estimate < 0 for row in table.rows)
    assert table.favouring_treatment == sum(row.ci_high < 0 for row in table.rows)
    assert table.favouring_control == 0
    part = table.select(measure="RD", data="28 days", tau2_method="MH")
    assert [row.inclusion for row in part.rows] == ["all", "low risk of bias"]
    turned = multiverse(DATA, favourable="positive")
    assert turned.favourable == 0
    assert turned.favouring_control == multiverse(DATA).favouring_treatment


def test_a_double_zero_trial_is_listed_as_such():
    row = multiverse(DATA, zero_handling=["no correction"]).rows[0]
    assert (row.k, row.excluded) == (3, (3, 4))
    row = multiverse(DATA, zero_handling=["add 0.5 to trials with a zero, drop double zeros"]).rows[0]
    assert (row.k, row.excluded) == (4, (4,))


def test_nothing_to_pool_is_a_row_without_a_verdict():
    table = multiverse(
        DATA, tau2=("REML", "MH"), zero_handling=["no correction"], inclusion={"no events": [4], "some": [0, 1]}
    ).select(data="28 days", inclusion="no events")
    assert [row.verdict for row in table.rows] == ["undefined", "undefined"]
    assert all(math.isnan(row.estimate) and row.k == 0 and not row.favours_treatment for row in table.rows)
    assert table.count == 0


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: multiverse({}), "data"),
        (lambda: multiverse({"a": DATA["28 days"], "b": Counts([1], [9], [2], [9])}), "data"),
        (lambda: multiverse({"a": Counts([10], [9], [2], [9])}), "events_t"),
        (lambda: multiverse(DATA, measures="RR"), "measures"),
        (lambda: multiverse(DATA, measures=[]), "measures"),
        (lambda: multiverse(DATA, measures=["HR"]), "measures"),
        (lambda: multiverse(DATA, ci=["HK", "HK"]), "ci"),
        (lambda: multiverse(DATA, tau2=["XX"]), "tau2"),
        (lambda: multiverse(DATA, zero_handling=["hope"]), "zero_handling"),
        (lambda: multiverse(DATA, inclusion={}), "inclusion"),
        (lambda: multiverse(DATA, inclusion={"none": []}), "inclusion"),
        (lambda: multiverse(DATA, inclusion={"sixth": [5]}), "inclusion"),
        (lambda: multiverse(DATA, inclusion={"twice": [1, 1]}), "inclusion"),
        (lambda: multiverse(DATA, inclusion={"mask": [True, False, True, True, True]}), "inclusion"),
        (lambda: multiverse(DATA, favourable="up"), "favourable"),
        (lambda: multiverse(DATA).select(colour="red"), "choices"),
        (lambda: multiverse(DATA).select(measure="OR"), "choices"),
    ],
)
def test_impossible_input_names_its_argument(call, argument):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.argument == argument
