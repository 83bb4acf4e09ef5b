"""The multiverse of choices: each row is the analysis it says it is."""

import math

import numpy as np
import pytest

from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import InputError
from analysis.methods.models import mantel_haenszel, random_effects
from analysis.methods.robustness import Counts, Effects, Means, multiverse
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
    """2 data × 2 inclusions × 3 measures × 4 ways to treat zeros × 3 estimators × 3 intervals, and MH."""
    rows = everything().rows
    assert len(rows) == 2 * 2 * 3 * len(ZERO_HANDLING) * 9 + 2 * 2 * 3
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


MEAN_T, SD_T, MEAN_C, SD_C = [20, 34, 11.5, 42], [15, 21, 8, 30], [31, 40, 18, 39], [20, 25, 11, 28]
MEASURED = Means(MEAN_T, SD_T, N_T[:4], MEAN_C, SD_C, N_C[:4])
PRINTED = Effects([-0.4, -0.2, math.nan, 0.1], [0.04, 0.02, math.nan, 0.09], ("ROM",))


def test_measured_data_need_no_zero_handling_and_each_row_is_the_analysis_it_names():
    table = multiverse(
        {"as chosen": MEASURED},
        measures=("MD", "SMD", "ROM"),
        tau2=("REML", "DL"),
        ci=("HK", "wald"),
        zero_handling=tuple(ZERO_HANDLING),
        inclusion={"all": range(4), "first three": range(3)},
    )
    assert len(table.rows) == 3 * 2 * 2 * 2
    for row in table.rows:
        arms = [np.asarray(x)[list(row.trials)] for x in (MEAN_T, SD_T, N_T[:4], MEAN_C, SD_C, N_C[:4])]
        sizes = two_means(*arms, measure=row.measure)
        alone = random_effects(sizes.yi, sizes.vi, tau2=row.tau2_method, ci=row.ci_method)
        assert row.zero_handling == "not needed"
        assert (row.estimate, row.ci_low, row.ci_high, row.tau2) == pytest.approx(
            (alone.estimate, *alone.ci, alone.tau2), rel=1e-9, abs=1e-12
        )


def test_a_variant_has_rows_only_with_measures_it_is_valid_for():
    """Changes mixed with final values serve MD alone; printed ratios serve ROM alone."""
    mixed = Means(MEAN_T, SD_T, N_T[:4], MEAN_C, SD_C, N_C[:4], valid_for=("MD",))
    table = multiverse({"final": MEASURED, "mixed": mixed, "printed": PRINTED}, measures=("MD", "SMD", "ROM"))
    assert [(row.data, row.measure) for row in table.rows] == [
        ("final", "MD"),
        ("final", "SMD"),
        ("final", "ROM"),
        ("mixed", "MD"),
        ("printed", "ROM"),
    ]
    printed = table.rows[-1]
    alone = random_effects([-0.4, -0.2, 0.1], [0.04, 0.02, 0.09])
    assert (printed.estimate, printed.k, printed.excluded) == (pytest.approx(alone.estimate, rel=1e-12), 3, (2,))


def test_parts_of_one_variant_serve_different_measures():
    only_differences = Means(MEAN_T, SD_T, N_T[:4], MEAN_C, SD_C, N_C[:4], valid_for=("MD", "SMD"))
    joined = multiverse({"as chosen": (only_differences, PRINTED)}, measures=("ROM", "MD"))
    apart = multiverse({"printed": PRINTED, "means": only_differences}, measures=("ROM", "MD"))
    assert [(row.data, row.measure) for row in joined.rows] == [("as chosen", "ROM"), ("as chosen", "MD")]
    assert [row.estimate for row in joined.rows] == [row.estimate for row in apart.rows]


def test_mantel_haenszel_takes_the_counts_of_mixed_data():
    counts = Counts([5, 3, 8, 0], N_T[:4], [9, 6, 12, 5], N_C[:4])
    table = multiverse({"events": counts, "levels": MEASURED}, measures=("RR", "MD"), tau2=("REML", "MH"))
    assert [(row.data, row.measure, row.tau2_method) for row in table.rows] == [
        ("events", "RR", "REML"),
        ("levels", "MD", "REML"),
        ("events", "RR", "MH"),
    ]


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: multiverse({"a": MEASURED}), "measures"),
        (lambda: multiverse({"a": MEASURED}, measures=["MD"], tau2=["MH"]), "tau2"),
        (lambda: multiverse({"a": ()}), "data"),
        (lambda: multiverse({"a": (MEASURED, PRINTED)}, measures=["ROM"]), "valid_for"),
        (lambda: multiverse({"a": Effects([1, 2], [1, 1], "MD")}, measures=["MD"]), "valid_for"),
        (lambda: multiverse({"a": Effects([1, 2], [1, 1], ())}, measures=["MD"]), "valid_for"),
        (lambda: multiverse({"a": Counts([1], [9], [2], [9], valid_for=("MD",))}, measures=["MD"]), "valid_for"),
        (lambda: multiverse({"a": Effects([1, 2], [1, -1], ("MD",))}, measures=["MD"]), "vi"),
        (lambda: multiverse({"a": Effects([1, 2], [1, 1], ("HR",)), "b": PRINTED}, measures=["HR"]), "data"),
        (lambda: multiverse({"a": Means([1], [-1], [9], [2], [1], [9])}, measures=["MD"]), "sd_t"),
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
