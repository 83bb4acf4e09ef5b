"""The curves of the posteriors: their areas, what the shades stand for, and the probabilities beside them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb

from analysis.figures import posterior
from analysis.printing.printer import Printer
from analysis.results import crosschecks

KEY = "deaths"
FIELDS = ("probability_of_important_benefit", "probability_below_1", "probability_of_important_harm")


def area(curve, low=-math.inf, high=math.inf):
    """Area under the curve of a logarithm between two ratios, by the trapezoidal rule."""
    xs, ys = np.array(curve).T
    ends = [end for end in (low, high) if xs[0] < end < xs[-1]]
    points = np.sort(np.append(xs[(xs >= low) & (xs <= high)], ends))
    return float(np.trapezoid(np.interp(points, xs, ys), np.log(points)))


def shades(figure, grey):
    return [
        one for axes in figure.axes for one in axes.collections
        if isinstance(one, PolyCollection) and np.allclose(one.get_facecolor()[0][:3], grey, atol=0.01)
    ]  # fmt: skip


def test_each_curve_holds_nearly_all_of_its_posterior_and_the_stated_probabilities(tree):
    for found in tree.bayes.values():
        for one in found.values():
            assert 0.995 < area(one.curve) <= 1.0
            for field, low, high in zip(FIELDS, (0, 0, one.important_high), (one.important_low, 1, 99), strict=True):
                assert area(one.curve, low, high) == pytest.approx(getattr(one, field), abs=0.003), field


def test_probabilities_are_ordered_and_important_ones_are_computed_a_second_time(tree):
    checked = {check.key: check for check in tree.crosschecks}
    for key, found in tree.bayes.items():
        for name, one in found.items():
            assert one.probability_of_important_benefit < one.probability_below_1
            assert one.probability_of_important_harm < 1 - one.probability_below_1
            for field in FIELDS:
                check = checked[f"bayes.{key}.{name}.{field}"]
                assert check.ours == getattr(one, field) and check.deviation < 1e-8


def test_a_wrong_probability_of_an_important_effect_stops_the_build(tree):
    first, one = next(iter(tree.bayes[KEY].items()))
    for field in ("probability_of_important_benefit", "probability_of_important_harm"):
        spoilt = {KEY: {first: replace(one, **{field: getattr(one, field) * 1.001})}}
        with pytest.raises(crosschecks.Disagreement, match=field):
            crosschecks.crosschecks(tree.evidence, {KEY: tree.outcomes[KEY]}, spoilt)


def test_of_an_outcome_better_when_higher_benefit_lies_above(tree):
    from analysis.synthesis import bayesian

    turned = bayesian.posterior(
        replace(tree.counted("deaths"), better="higher"), bayesian.HALF_NORMAL["half_normal_05"], False
    )
    asked = tree.bayes[KEY]["half_normal_05"]
    assert turned.probability_of_important_benefit == pytest.approx(asked.probability_of_important_harm)
    assert turned.probability_of_important_harm == pytest.approx(asked.probability_of_important_benefit)
    n = Printer(
        replace(tree, bayes={KEY: {"p": turned}}, outcomes={KEY: replace(tree.counted("deaths"), better="higher")})
    )
    said = [t.get_text() for axes in posterior.densities(n, KEY).axes for t in axes.texts]
    assert said.index("38%") < said.index("85%") < said.index("4%")


def test_a_measure_without_a_rule_has_no_important_effects(tree):
    from analysis.synthesis import bayesian

    prior = replace(bayesian.HALF_NORMAL["half_normal_05"], measure="OR")
    one = bayesian.posterior(tree.counted("deaths"), prior, False)
    assert one.important_low is None and one.probability_of_important_benefit is None
    n = Printer(replace(tree, bayes={KEY: {"p": one}}))
    figure = posterior.densities(n, KEY)
    said = " ".join(t.get_text() for axes in figure.axes for t in axes.texts)
    assert said.count("below") == 1 and "odds ratio" in said
    assert not shades(figure, (0.373, 0.373, 0.373))


def test_shades_end_where_important_effects_begin(tree, printer):
    figure = posterior.densities(printer, KEY)
    dark, light = shades(figure, to_rgb(posterior.LARGE)), shades(figure, to_rgb(posterior.SMALLER))
    assert len(dark) == len(light) == len(tree.bayes[KEY])
    for one in dark:
        assert one.get_paths()[0].vertices[:, 0].max() == pytest.approx(0.75)
    for one in light:
        xs = one.get_paths()[0].vertices[:, 0]
        assert (xs.min(), xs.max()) == pytest.approx((0.75, 1.0))
    hatched = [one for axes in figure.axes for one in axes.collections if one.get_hatch()]
    assert [one.get_paths()[0].vertices[:, 0].min() for one in hatched] == pytest.approx([1.25] * len(hatched))


def test_curves_and_medians_are_those_of_the_tree(tree, printer):
    figure = posterior.densities(printer, KEY)
    (plot,) = [axes for axes in figure.axes if axes.axison]
    medians = [line.get_xdata()[0] for line in plot.lines if line.get_marker() == "D"]
    assert medians == [one.estimate for one in tree.bayes[KEY].values()]
    curves = [line for line in plot.lines if line.get_linewidth() == 0.9]
    tops = [max(-np.diff([line.get_ydata().max(), line.get_ydata().min()])) for line in curves]
    peaks = [max(density for _, density in one.curve) for one in tree.bayes[KEY].values()]
    assert np.array(tops) / tops[0] == pytest.approx(np.array(peaks) / peaks[0], rel=0.01)


def test_the_alternative_text_gives_every_probability(tree, printer):
    said = posterior.alternative(printer, KEY).text
    assert "below 0.75 38%, below one 85%, above 1.25 4%" in said
    assert len(said.split("median")) == len(tree.bayes[KEY]) + 1
