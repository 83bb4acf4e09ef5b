"""Risk-of-bias plots: what is implied looks different from what was published, and the legend says so."""

from dataclasses import replace

import pytest
from matplotlib.patches import Rectangle

from analysis.figures import bias
from analysis.printing.printer import Printer
from analysis.tables import grading


def discs(figure):
    """(x, y) → whether the edge is broken, of every disc of the figure."""
    return {
        tuple(one.get_offsets()[0]): one.get_linestyle()[0][1] is not None
        for axes in figure.axes
        for one in axes.collections
    }


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def without_implied(tree):
    """The tree as if every implied judgement had been published."""
    trials = {
        name: replace(trial, domains={key: replace(one, implied=False) for key, one in trial.domains.items()})
        for name, trial in tree.bias.trials.items()
    }
    summary = {key: replace(one, stated=one.low, implied=0) for key, one in tree.bias.summary.items()}
    judged = replace(tree.bias, trials=trials, summary=summary)
    return replace(tree, bias=judged, biases={**tree.biases, tree.evidence.primary.key: judged})


def test_implied_judgements_have_a_dotted_edge_in_their_places(tree, printer):
    drawn = discs(bias.traffic_light(printer))
    places = {round(y): name for y, name in enumerate(tree.bias.trials)}
    broken = [places.get(round(y)) for (_, y), dotted in drawn.items() if dotted and y == round(y)]
    implied = [
        name for name, trial in tree.bias.trials.items() for one in trial.domains.values() if one.implied
    ]  # fmt: skip
    assert sorted(broken) == sorted(implied) != []


def test_the_legend_explains_the_dots_only_where_there_are_any(tree, printer):
    for draw in (bias.traffic_light, bias.summary):
        assert bias.IMPLIED in texts(draw(printer))
        figure = draw(Printer(without_implied(tree)))
        assert bias.IMPLIED not in texts(figure) and not any(discs(figure).values())


def test_bars_split_low_into_published_and_implied(tree, printer):
    figure = bias.summary(printer)
    dotted = [
        p for axes in figure.axes for p in axes.patches if isinstance(p, Rectangle) and p.get_linestyle() == ":"
    ]
    counts = tree.bias.summary.values()
    assert len(dotted) == sum(bool(one.implied) for one in counts) > 0
    share = dotted[0].get_width() / (0.99 - bias.START)
    first = next(one for one in counts if one.implied)
    assert share == pytest.approx(first.implied / first.trials)


def test_the_words_say_implied(tree, printer):
    assert "missing outcome data low (implied by the overall judgement)" in bias.alternative(printer).text
    assert "low 4 (1 implied)" in bias.summary_alternative(printer).text
    rows = [row for row in grading.bias_by_result(printer).rows if row[0].text == "Monsel 2022"]
    shown = [cell.text for cell in rows[0][2:]]
    assert shown == ["(+) low, implied"] * 5 + ["(+) low"]
