"""Two readers: published examples of Bland-Altman and ICC(2,1), properties, and comparison from project files."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from drawn_figures import Drawing, FigureFolder, exact, jittery
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis.evidence.digitised.agreement import bland_altman, compare_readers, intraclass_correlation
from analysis.methods.errors import InputError, Refusal

# Shrout & Fleiss 1979, Table 2: six targets rated by four judges.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
# Bland & Altman 1986, Table: first readings of peak expiratory flow (l/min) by Wright and mini Wright meter.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def test_shrout_and_fleiss_1979() -> None:
    result = intraclass_correlation(SHROUT)
    assert round(result.value, 2) == 0.29
    # Published mean squares (Table 3): 11.24 between targets, 32.49 between judges, 1.02 residual.
    by_hand = (11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6)
    assert result.value == pytest.approx(by_hand, abs=5e-4)
    # The interval that R's psych package prints for these data.
    assert (round(result.low, 3), round(result.high, 2)) == (0.019, 0.76)
    assert (result.n, result.readers) == (6, 4)


def test_bland_and_altman_1986() -> None:
    result = bland_altman(WRIGHT, MINI)
    # Published: mean difference −2.1, SD 38.8, 95 % interval of the bias −22.0 to 17.8 l/min.
    assert (round(result.bias.value, 1), round(result.sd, 1)) == (-2.1, 38.8)
    assert (round(result.bias.low, 1), round(result.bias.high, 1)) == (-22.0, 17.8)
    # The paper takes 2 SD for the limits (−79.7 to 75.5); with 1.96, as in 1999, they are a little narrower.
    assert result.lower.value == pytest.approx(-2.1176 - 1.959964 * 38.76513, abs=1e-3)
    assert result.upper.value == pytest.approx(-2.1176 + 1.959964 * 38.76513, abs=1e-3)
    # t(0.975, 16) = 2.119905; standard error of a limit 38.76513 √(1/17 + 1.959964²/32) = 16.395 (paper: 16.3).
    assert result.upper.high - result.upper.value == pytest.approx(2.119905 * 16.395, abs=2e-2)


def test_icc_by_hand() -> None:
    # Rows 1|2, 3|3, 5|7: grand mean 3.5, row means 1.5, 3, 6, column means 3, 4. Mean squares: rows
    # 2 · 10.5/2 = 10.5, columns 3 · 0.5/1 = 1.5, residuals ±0, ±0.5, ∓0.5: 1/2. ICC = 10/(10.5 + 0.5 + 2 · 1/3).
    assert intraclass_correlation([[1, 2], [3, 3], [5, 7]]).value == pytest.approx(10 / (11 + 2 / 3))


def test_a_constant_shift_lowers_absolute_agreement_but_perfect_agreement_is_one() -> None:
    values = np.array([12.0, 30.0, 47.0, 81.0])
    perfect = intraclass_correlation(np.column_stack([values, values]))
    shifted = intraclass_correlation(np.column_stack([values, values + 10]))
    assert (perfect.value, perfect.low, perfect.high) == (1, None, None)
    assert shifted.value < 0.99
    assert shifted.low < shifted.value < shifted.high
    limits = bland_altman(values, values + 10)
    assert (limits.bias.value, limits.sd, limits.lower.value) == (-10, 0, -10)


@settings(max_examples=60, deadline=None)
@given(
    readings=arrays.arrays(float, (6, 2), elements=st.floats(-100, 100).map(lambda x: round(x, 2))),
    scale=st.floats(0.1, 50),
    shift=st.floats(-50, 50),
)
def test_icc_knows_no_unit(readings: np.ndarray, scale: float, shift: float) -> None:
    if np.ptp(readings.mean(axis=1)) < 1:
        return
    result = intraclass_correlation(readings)
    other = intraclass_correlation(scale * readings + shift)
    assert other.value == pytest.approx(result.value, abs=1e-6)
    assert result.value <= 1
    if result.low is not None:
        assert result.low - 1e-9 <= result.value <= result.high + 1e-9


def test_swapping_the_readers_mirrors_the_limits() -> None:
    there, back = bland_altman(WRIGHT, MINI), bland_altman(MINI, WRIGHT)
    assert back.bias.value == -there.bias.value
    assert back.upper.high == pytest.approx(-there.lower.low)
    assert intraclass_correlation(np.column_stack([WRIGHT, MINI])).value == pytest.approx(
        intraclass_correlation(np.column_stack([MINI, WRIGHT])).value
    )


def test_bad_readings_are_refused() -> None:
    with pytest.raises(Refusal, match="at least 3"):
        bland_altman([1, 2], [1, 3])
    with pytest.raises(Refusal, match="do not differ"):
        intraclass_correlation([[2, 2], [2, 2], [2, 2]])
    with pytest.raises(InputError, match="second"):
        bland_altman([1, 2, 3], [1, 2])
    with pytest.raises(InputError, match="not finite"):
        bland_altman([1, 2, math.nan], [1, 2, 3])
    with pytest.raises(InputError, match="one column per reader"):
        intraclass_correlation([1, 2, 3])


CURVE = {0: (88.4, 14.2), 3: (71.9, 12.6), 7: (47.3, 9.9), 14: (21.6, 6.3)}


def read_twice(folder: Path, second_off_by: float) -> FigureFolder:
    """A curve read by two readers, each with a project of their own; the second sees everything higher."""
    drawing = Drawing(200, (-1, 20), (0, 120))
    figure = FigureFolder(folder)
    for reader, seed, off in (("a", 1, 0.0), ("b", 2, second_off_by)):
        click = jittery(seed)
        figure.add_axes({**drawing.xy_axes(click, (0, 20), (0, 120)), "name": f"XY {reader}"})
        for day, (mean, sd) in CURVE.items():
            marks = [("centre", (day, mean + off)), ("upper whisker", (day, mean + off + sd))]
            figure.add(click, drawing, marks, whisker="SD", day=day, series=f"crp-d{day}", reader=reader,
                       dataset=f"values {reader}")  # fmt: skip
    return figure


def test_two_readers_of_one_figure(tmp_path: Path) -> None:
    comparisons = compare_readers(read_twice(tmp_path / "figures", 0).load())
    assert [(one.readers, one.outcome, one.quantity) for one in comparisons] == [
        (("a", "b"), "CRP", "mean"),
        (("a", "b"), "CRP", "SD"),
    ]
    for one in comparisons:
        assert one.series == ("crp-d0", "crp-d14", "crp-d3", "crp-d7")
        assert one.icc.value > 0.99
        assert abs(one.bland_altman.bias.value) < 0.5
        assert not one.refusal


def test_a_reader_who_is_always_higher_is_seen(tmp_path: Path) -> None:
    means, sds = compare_readers(read_twice(tmp_path / "figures", 8).load())
    assert means.bland_altman.bias.value == pytest.approx(-8, abs=0.5)
    assert means.bland_altman.bias.high < 0
    assert means.icc.value < 0.98
    assert abs(sds.bland_altman.bias.value) < 0.5


def test_too_few_series_in_common_are_refused_in_words(tmp_path: Path) -> None:
    figure = read_twice(tmp_path / "figures", 0)
    figure.rows = [row for row in figure.rows if row["reader"] == "a" or row["day"] < 7]
    for one in compare_readers(figure.load()):
        assert one.icc is None and one.bland_altman is None
        assert one.refusal == "Agreement needs at least 3 things read by both; there are 2."


def test_one_reader_is_compared_with_nobody(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
    figure.add(exact, drawing, [("centre", (7, 40))])
    assert compare_readers(figure.load()) == ()
    assert compare_readers(()) == ()
