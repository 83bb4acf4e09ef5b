"""The plane of the missing trials: limits against an independent computation, and regions where they say."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.contour import ContourSet

from analysis.figures import missing_contour, style
from analysis.printing.printer import Printer
from analysis.results.second_computations import inverse_variance
from analysis.synthesis.missing_results import CONTOUR_RISKS, bounds

KEY = "deaths"


def half_up(x):
    return math.floor(x + 0.5 + 1e-9)


def effect(a, n1, c, n2):
    if 0 in (a, c, n1 - a, n2 - c):
        a, c, n1, n2 = a + 0.5, c + 0.5, n1 + 1, n2 + 1
    return math.log(a * n2 / (c * n1)), 1 / a - 1 / n1 + 1 / c - 1 / n2


def independent(tree, risk, ratio, interval):
    """Limits of all trials together, with the missing ones at a risk and a ratio."""
    trials = [trial for trial in tree.counted("deaths").trials.values() if trial.estimable]
    found = [effect(t.events_treatment, t.n_treatment, t.events_control, t.n_control) for t in trials]
    for name in tree.counted("deaths").unavailable:
        record = tree.evidence.trial(name)
        n1, n2 = record.randomised_treatment, record.randomised_control
        if n1 is None or n2 is None:
            continue
        found.append(effect(half_up(risk * ratio * n1), n1, half_up(risk * n2), n2))
    y, v = np.array(found).T
    return inverse_variance(y, v, "RR", "REML", interval)[1:]


@pytest.mark.parametrize(("interval", "short"), [("hk", "HK"), ("wald", "wald")])
@pytest.mark.parametrize(("risk", "ratio"), [(0.2, 0.5), (0.36, 0.5), (0.36, 1.0), (0.5, 2.0), (0.8, 0.25)])
def test_limits_are_those_of_all_trials_together(tree, interval, short, risk, ratio):
    found = tree.bounds[KEY][interval].contour
    row, column = found.control_risks.index(risk), found.ratios.index(ratio)
    limits = (found.low[row][column], found.high[row][column])
    assert limits == pytest.approx(independent(tree, risk, ratio, short), rel=1e-4)


def test_a_ratio_that_needs_a_risk_above_one_is_impossible(tree):
    found = tree.bounds[KEY]["hk"].contour
    assert found.control_risks == CONTOUR_RISKS
    for risk, row in zip(found.control_risks, found.high, strict=True):
        for ratio, limit in zip(found.ratios, row, strict=True):
            assert math.isnan(limit) == (risk * ratio > 1)


def test_points_are_counted_by_side(tree):
    for bound in tree.bounds[KEY].values():
        found = bound.contour
        low, high = np.array(found.low), np.array(found.high)
        assert found.points == np.isfinite(low).sum()
        assert (found.below, found.above) == ((high < 1).sum(), (low > 1).sum())
        assert 0 < found.below < found.points
    assert tree.bounds[KEY]["hk"].contour.above == 0


def test_the_contour_costs_little(tree):
    start = time.process_time()
    bounds(tree.evidence, tree.counted("deaths"))
    assert time.process_time() - start < 2


def regions(figure):
    (plot,) = [axes for axes in figure.axes if axes.axison]
    return [one for one in plot.get_children() if isinstance(one, ContourSet)]


def test_the_region_holds_the_points_at_which_the_interval_excludes_no_effect(tree, printer):
    found = tree.bounds[KEY]["hk"].contour
    (filled,) = [one for one in regions(missing_contour.contour(printer, KEY)) if one.filled]
    (path,) = filled.get_paths()
    for risk, row in zip(found.control_risks[1:-1:6], found.high[1:-1:6], strict=True):
        for ratio, limit in zip(found.ratios[1:-1], row[1:-1], strict=True):
            if not math.isnan(limit) and abs(math.log(limit)) > 0.01:
                assert path.contains_point((risk, ratio)) == (limit < 1), (risk, ratio, limit)


def test_both_intervals_have_a_border_of_their_own(printer):
    borders = [one for one in regions(missing_contour.contour(printer, KEY)) if not one.filled]
    assert {str(one.linestyles) for one in borders} == {"-", "--"}


def test_harm_is_shaded_only_where_the_evidence_allows_it(printer):
    def said(key):
        return [text.get_text().replace("\n", " ") for axes in missing_contour.contour(printer, key).axes
                for text in axes.texts]  # fmt: skip

    harm = "Hartung-Knapp interval of all trials would lie on the side of placebo"
    assert harm not in said(KEY) and harm in said("serious")


def test_trials_and_pooled_ratio_stand_where_the_tree_has_them(tree, printer):
    (plot,) = [axes for axes in missing_contour.contour(printer, KEY).axes if axes.axison]
    points = {
        marker: [(line.get_xdata()[0], line.get_ydata()[0]) for line in plot.lines if line.get_marker() == marker]
        for marker in ("o", "D")
    }
    assert points["D"] == [(tree.counted("deaths").risk_control, tree.counted("deaths").pooled.estimate)]
    assert points["o"] == [
        (t.risk_control, t.estimate) for t in tree.counted("deaths").counted if t.estimate is not None
    ]


def test_without_missing_trials_of_known_size_a_sentence_says_so(tree):
    n = Printer(replace(tree, bounds={}))
    said = missing_contour.contour(n, KEY, style.FULL_WIDTH)
    sentence = "No trial without results for death from any cause has a known size."
    (drawn,) = said.shown
    assert " ".join(drawn.get_text().split()) == sentence
    assert missing_contour.alternative(n, KEY).text == sentence


def test_the_alternative_text_gives_the_ratios_of_the_bounds(tree, printer):
    said = missing_contour.alternative(printer, KEY).text
    first = printer("bounds.deaths.hk.pooled_risk.benefit_from.ratio").text
    last = printer("bounds.deaths.hk.pooled_risk.benefit_to.ratio").text
    assert f"(pooled): {first} to {last} in favour of MSC; none in favour of placebo." in said
    assert f"{tree.bounds[KEY]['hk'].contour.below:,} below no effect, 0 above it" in said


def test_with_every_result_there_a_sentence_says_so(tree):
    full = replace(tree.counted(KEY), unavailable={}, k_unavailable=0, randomised_unavailable=0)
    n = Printer(replace(tree, bounds={}, outcomes={**tree.outcomes, KEY: full}))
    assert missing_contour.alternative(n, KEY).text == "No eligible trial lacks a result for death from any cause."
