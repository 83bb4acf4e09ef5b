"""Agreement of two assessors: Cohen's kappa."""

import pytest

from analysis.methods.agreement import cohen_kappa, share_agreed


def pairs(table):
    """From a table of counts: rows are the first assessor's categories, columns the second's."""
    return [(str(i), str(j)) for i, row in enumerate(table) for j, number in enumerate(row) for _ in range(number)]


def test_kappa_by_hand():
    # 35 of 50 agree, p_o = 0.7; p_e = 0.5 · 0.6 + 0.5 · 0.4 = 0.5; (0.7 − 0.5) / (1 − 0.5) = 0.4
    judged = pairs([[20, 5], [10, 15]])
    assert share_agreed(judged) == 0.7
    assert cohen_kappa(judged) == pytest.approx(0.4)


def test_kappa_is_1_for_full_agreement_and_0_for_independence():
    assert cohen_kappa(pairs([[7, 0, 0], [0, 2, 0], [0, 0, 4]])) == 1
    assert cohen_kappa(pairs([[4, 6], [8, 12]])) == pytest.approx(0)
    assert cohen_kappa(pairs([[0, 5], [5, 0]])) == -1


def test_kappa_knows_no_order_and_no_names():
    judged = pairs([[5, 2, 1], [0, 6, 3], [1, 1, 9]])
    assert cohen_kappa([(other, one) for one, other in judged]) == pytest.approx(cohen_kappa(judged))
    renamed = [(f"x{2 - int(one)}", f"x{2 - int(other)}") for one, other in judged]
    assert cohen_kappa(renamed) == pytest.approx(cohen_kappa(judged))


def test_chance_that_explains_all_gives_no_kappa_and_nothing_is_refused():
    assert cohen_kappa([("low", "low")] * 3) is None
    with pytest.raises(ValueError, match="no thing was judged"):
        cohen_kappa([])
