"""The specification curve: placebo-controlled analyses by themselves, and every analysis where its numbers say."""

import math
from dataclasses import replace

import numpy as np
import pytest

from analysis.figures import specification_curve as drawn
from analysis.figures import style
from analysis.printing.printer import Printer

KEY = "deaths"


@pytest.fixture(scope="module")
def figure(printer):
    return drawn.curve(printer, KEY)


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def lines_of(figure, colour, width):
    return [
        line
        for line in figure.axes[0].lines
        if line.get_color() == colour and line.get_linewidth() == pytest.approx(width)
    ]


def test_each_part_is_a_rising_curve_of_its_own_with_the_ratios_of_the_tree(tree, figure):
    found = tree.specifications[KEY]
    curves = lines_of(figure, style.INK, 1.3)
    assert len(curves) == len(found.parts) == 2
    for curve, (part, share) in zip(curves, found.parts.items(), strict=True):
        expected = [a.estimate for a in found.curves["RR"] if a.part == part]
        assert list(curve.get_ydata()) == expected == sorted(expected)
        assert len(expected) == share.count
    assert curves[0].get_xdata()[-1] < curves[1].get_xdata()[0] - 1


def test_parts_hold_every_analysis_of_the_measure_once(tree):
    found = tree.specifications[KEY]
    for field in ("count", "favourable", "for_treatment", "for_control"):
        assert sum(getattr(p, field) for p in found.parts.values()) == getattr(found.by_measure["RR"], field)
    assert all("with trials without placebo" not in a.choices.values() for a in found.curves["RR"] if placebo(a))
    assert found.parts["placebo_only"].count == sum(placebo(a) for a in found.curves["RR"])


def placebo(analysis):
    return analysis.choices["no_placebo"].startswith("without")


def test_dark_lines_are_the_intervals_that_exclude_no_effect(tree, figure):
    (dark,) = lines_of(figure, style.BLUE, 0.5)
    xs = {int(x) for x in dark.get_xdata() if not math.isnan(x)}
    where = {
        one.x
        for one in drawn.placed(tree.specifications[KEY], "RR")
        if not one.analysis.low <= 1 <= one.analysis.high
    }
    assert xs == where
    assert len(xs) == tree.specifications[KEY].by_measure["RR"].for_treatment


def test_heads_count_the_parts(tree, figure):
    parts = tree.specifications[KEY].parts
    for share in parts.values():
        assert f"{share.for_treatment:,} of {share.count:,} wholly favour MSC" in texts(figure)


def test_marks_stand_below_the_analyses_that_made_the_choice(tree, figure):
    shown = drawn.placed(tree.specifications[KEY], "RR")
    largest = next(label for label in texts(figure) if label.endswith("(largest)"))
    chosen = [one.x for one in shown if one.analysis.choices["largest"] == largest]
    last = figure.axes[2].collections[-1]
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in last.get_paths()]
    assert all(any(low <= x <= high for low, high in spans) for x in chosen)
    covered = sum(high - low for low, high in spans)
    assert covered < 1.25 * len(chosen) < 1.25 * len(shown)


def test_without_trials_that_have_no_placebo_there_is_one_part(tree):
    figure = drawn.curve(Printer(tree), "serious")
    assert len(lines_of(figure, style.INK, 1.3)) == 1
    assert drawn.HEADS["with_others"] not in texts(figure)


def test_a_changed_ratio_moves_the_curve(tree):
    found = tree.specifications[KEY]
    first, *rest = found.curves["RR"]
    moved = replace(found, curves={**found.curves, "RR": (replace(first, estimate=first.estimate / 2), *rest)})
    figure = drawn.curve(Printer(replace(tree, specifications={KEY: moved})), KEY)
    lowest = min(np.min(line.get_ydata()) for line in lines_of(figure, style.INK, 1.3))
    assert lowest == first.estimate / 2


def test_the_alternative_text_gives_the_counts_of_both_parts(printer, tree):
    said = drawn.alternative(printer, KEY).text
    for share in tree.specifications[KEY].parts.values():
        assert f"{share.for_treatment:,} of {share.count:,}" in said
