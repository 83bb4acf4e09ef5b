"""The forest of measures and models: each result once, on the axis of its measure, and what declined is told."""

from dataclasses import replace

import pytest

from analysis.figures import models
from analysis.printing.printer import Printer

KEY = "deaths"
FACTOR = {"RR": 1, "OR": 1, "RD": 100}


def plots(figure):
    return [axes for axes in figure.axes if axes.axison]


def marks(figure):
    """(estimate, low, high, marker) of every line of every plot, from the top."""
    found = []
    for axes in plots(figure):
        bars = {line.get_ydata()[0]: line.get_xdata() for line in axes.lines if line.get_linewidth() == 1.0}
        for line in axes.lines:
            if line.get_marker() in ("o", "D"):
                low, high = bars[line.get_ydata()[0]]
                found.append((line.get_xdata()[0], low, high, line.get_marker()))
    return found


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [t.get_text() for t in figure.texts]


def test_every_measure_and_model_is_drawn_where_the_tree_has_it(tree, printer):
    drawn = marks(models.models(printer, KEY))
    expected = [
        tuple(FACTOR[p.measure] * value for value in (p.estimate, p.low, p.high))
        for p in (variant.pooled for variant in tree.measures[KEY].values())
    ]
    assert [one[:3] for one in drawn] == [pytest.approx(one) for one in expected]


def test_the_primary_result_alone_has_a_diamond_and_bold_letters(tree, printer):
    figure = models.models(printer, KEY)
    (diamond,) = [one for one in marks(figure) if one[3] == "D"]
    assert diamond[:3] == (
        tree.counted("deaths").pooled.estimate,
        tree.counted("deaths").pooled.low,
        tree.counted("deaths").pooled.high,
    )
    bold = [t.get_text() for axes in figure.axes for t in axes.texts if t.get_fontweight() == "bold"]
    assert (
        printer.short(f"{KEY}.pooled").text in bold and printer.short("measures.deaths.rr_mh.pooled").text not in bold
    )


def test_ratios_and_differences_have_axes_of_their_own(printer):
    ratios, differences = plots(models.models(printer, KEY))
    assert (ratios.get_xscale(), differences.get_xscale()) == ("log", "linear")
    assert ratios.get_xlim()[0] > 0 > differences.get_xlim()[0]


def test_a_bound_beyond_the_axis_ends_in_an_arrowhead(tree, printer):
    (ratios, _) = plots(models.models(printer, "serious"))
    low, high = ratios.get_xlim()
    bounds = [v.pooled for v in tree.measures["serious"].values() if v.pooled.measure in ("RR", "OR")]
    beyond = sum((p.low < low) + (p.high > high) for p in bounds)
    assert beyond == sum(line.get_marker() in ("<", ">") for line in ratios.lines) > 0


def test_models_that_declined_are_named_with_their_reason(tree):
    declined = {KEY: {"A model": "The trials are too few."}, "serious": {}}
    figure = models.models(Printer(replace(tree, declined=declined)), KEY)
    assert "Not shown: A model: The trials are too few." in words(figure)
    with_number = {KEY: {"A model": "It needs at least 10 trials."}}
    said = words(models.models(Printer(replace(tree, declined=with_number)), KEY))
    assert "Not shown: A model declined these data." in said
    assert not any("Not shown" in text for text in words(models.models(Printer(replace(tree, declined={})), KEY)))


def test_a_changed_estimate_moves_its_mark_and_its_text(tree):
    variant = tree.measures[KEY]["rr_mh"]
    changed = replace(variant, pooled=replace(variant.pooled, estimate=0.5))
    spoilt = replace(tree, measures={KEY: {**tree.measures[KEY], "rr_mh": changed}})
    figure = models.models(Printer(spoilt), KEY)
    assert 0.5 in [one[0] for one in marks(figure)]
    assert any(text.startswith("0.50 (") for text in words(figure))


def test_the_alternative_text_gives_every_estimate(tree, printer):
    said = models.alternative(printer, KEY).text
    for name in tree.measures[KEY]:
        assert printer.short(f"measures.{KEY}.{name}.pooled").text in said
    for name, reason in tree.declined[KEY].items():
        assert f"Not shown: {name}: {reason}" in said
