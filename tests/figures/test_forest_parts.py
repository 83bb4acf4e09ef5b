"""The parts of a forest plot and of the figures beside it: true areas, titles, alignment, marks and their words."""

import math
from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from scipy import stats
from test_figures_and_tables import words

from analysis.figures import context, forest, models, specification_curve, style, variants
from analysis.figures.forest_rows import at_join, at_point
from analysis.printing.printer import Printer, phrase

WIDTHS = {"column": style.COLUMN_WIDTH, "full": style.FULL_WIDTH}
KEY = "deaths"


def texts(figure):
    return [text.get_text() for text in words(figure)]


def marks(figure, marker):
    return [line for line in figure.axes[1].lines if line.get_marker() == marker]


def changed(tree, **fields):
    """The tree whose pooled deaths have other fields."""
    outcome = tree.outcomes[KEY]
    return with_outcome(tree, replace(outcome, pooled=replace(outcome.result, **fields)))


def with_outcome(tree, outcome):
    return replace(tree, outcomes={**tree.outcomes, KEY: outcome})


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_areas_of_squares_are_to_each_other_as_the_weights(printer, tree, width):
    squares = marks(forest.forest(printer, KEY, width), "s")
    weights = {trial.estimate: trial.weight for trial in tree.outcomes[KEY].trials.values() if trial.estimable}
    areas = {float(line.get_xdata()[0]): line.get_markersize() ** 2 for line in squares}
    assert all(line.get_markeredgewidth() == 0 for line in squares)
    assert {x: area / sum(areas.values()) for x, area in areas.items()} == pytest.approx(weights)


def test_a_square_too_small_to_be_seen_has_a_stroke_and_the_plot_says_so(printer, tree):
    outcome = tree.outcomes[KEY]
    first = next(name for name, trial in outcome.trials.items() if trial.estimable)
    light = replace(outcome.trials[first], weight=0.001)
    faint = with_outcome(tree, replace(outcome, trials={**outcome.trials, first: light}))
    for shown, strokes in ((printer, 0), (Printer(faint), 1)):
        figure = forest.forest(shown, KEY)
        assert len(marks(figure, "|")) == strokes
        assert any(forest.STROKES in text for text in texts(figure)) == bool(strokes)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_prediction_interval_is_hollow_and_names_its_level(tree, width):
    pooled = tree.outcomes[KEY].result
    figure = forest.forest(Printer(changed(tree, level=0.9)), KEY, width)
    assert "90% prediction interval" in texts(figure)
    diamond, bar = figure.axes[1].patches
    assert to_hex(diamond.get_facecolor()) == style.OWN and to_hex(bar.get_facecolor()) == "#ffffff"
    xs = bar.get_xy()[:, 0]
    assert (xs.min(), xs.max()) == pytest.approx((pooled.prediction_low, pooled.prediction_high))
    assert max(bar.get_xy()[:, 1]) - min(bar.get_xy()[:, 1]) < 0.5 * (
        max(diamond.get_xy()[:, 1]) - min(diamond.get_xy()[:, 1])
    )


def test_estimates_stand_below_each_other_by_decimal_sign_and_intervals_by_dash(printer, tree):
    figure = forest.forest(printer, KEY)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    places = {"point": set(), "join": set()}
    keys = [f"{KEY}.trials.{name}" for name, trial in tree.outcomes[KEY].trials.items() if trial.estimable]
    for key in (*keys, f"{KEY}.pooled"):
        number = printer(f"{key}.estimate").text
        interval = phrase("(", printer.interval(key, join="–"), ")")
        for what, said, lead in (
            ("point", number, at_point(number)[0]),
            ("join", interval.text, at_join(interval)[0]),
        ):
            (text,) = [one for one in words(figure) if one.get_text() == said]
            whole = text.get_window_extent().width
            text.set_text(lead)
            part = text.get_window_extent()
            text.set_text(said)
            assert part.width < whole
            places[what].add(round(part.x1))
    assert all(max(found) - min(found) <= 2 for found in places.values()), places


def test_the_lines_below_give_trials_statistic_and_degrees_of_freedom(tree):
    said = " ".join(texts(forest.forest(Printer(tree), KEY))).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Total ({tree.outcomes[KEY].k} trials)" in said
    n, pooled = Printer(tree), tree.outcomes[KEY].result
    assert pooled.df == pooled.k - 1
    assert 2 * stats.t.sf(abs(pooled.statistic), pooled.df) == pytest.approx(pooled.p_value)
    assert f"t {n(f'{KEY}.pooled.statistic').text} on {pooled.df} df, P = {n(f'{KEY}.pooled.p_value').text}" in said
    wald = tree.outcomes[KEY].wald
    assert wald.df is None and 2 * stats.norm.sf(abs(wald.statistic)) == pytest.approx(wald.p_value)
    normal = Printer(changed(tree, df=None, statistic=wald.statistic))
    assert f"z\N{NO-BREAK SPACE}{normal(f'{KEY}.pooled.statistic').text}, P" in forest.tested(normal, KEY).text


def test_every_axis_of_an_effect_has_a_title(printer, invented_review):
    title = "Risk ratio (log scale)"
    for width in WIDTHS.values():
        assert title in texts(forest.forest(printer, KEY, width))
        assert "Ratio (log scale)" in texts(context.context(printer, KEY, width))
        assert any("(log scale)" in text for text in texts(specification_curve.curve(printer, KEY, width)))
    assert title in texts(variants.variants(printer, KEY, ("leave_one_out",)))
    assert {"Ratio (log scale)", "Risk difference, percentage points"} <= set(texts(models.models(printer, KEY)))
    n = Printer(invented_review)
    assert "Mean difference, mg/L" in texts(forest.forest(n, "CRP"))


def test_a_page_shows_the_domains_of_bias_where_they_were_judged(printer, tree):
    figure = forest.forest(printer, KEY)
    judged = [
        one.judgement for name in tree.outcomes[KEY].trials for one in tree.biases[KEY].trials[name].domains.values()
    ]
    assert texts(figure).count("+") == judged.count("low") > len(tree.outcomes[KEY].trials)
    assert {"A", "B", "C", "D", "E", "All"} <= set(texts(figure))
    column = texts(forest.forest(printer, KEY, style.COLUMN_WIDTH))
    assert column.count("+") + column.count("!") == len(tree.outcomes[KEY].trials)
    overall = {
        name: replace(
            trial,
            domains={
                key: one if key == "overall" else replace(one, judgement="not assessed")
                for key, one in trial.domains.items()
            },
        )
        for name, trial in tree.biases[KEY].trials.items()
    }
    without = replace(tree, biases={**tree.biases, KEY: replace(tree.biases[KEY], trials=overall)})
    assert "A" not in texts(forest.forest(Printer(without), KEY))


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_curve_marks_the_review_s_own_analysis(printer, tree, width):
    figure = specification_curve.curve(printer, KEY, width)
    (mark,) = [line for line in figure.axes[0].lines if line.get_marker() == "D"]
    pooled = tree.outcomes[KEY].result
    assert mark.get_ydata()[0] == pytest.approx(pooled.estimate)
    (own,) = [
        one.analysis
        for one in specification_curve.placed(tree.specifications[KEY], "RR")
        if one.x == mark.get_xdata()[0]
    ]
    assert own.choices["estimator"] == "REML" and own.choices["interval"] == "Hartung-Knapp"
    assert any(printer.short(f"{KEY}.pooled").text in text for text in texts(figure))
    assert "Marked is this review's analysis" in specification_curve.alternative(printer, KEY).text
    other = specification_curve.curve(Printer(changed(tree, estimate=0.5)), KEY, width)
    assert not any(line.get_marker() == "D" for line in other.axes[0].lines)


def test_areas_in_the_context_follow_the_patients(printer, tree):
    figure = context.context(printer, KEY)
    diamonds, circles = marks(figure, "D"), marks(figure, "o")
    own = tree.outcomes[KEY].result.participants
    per_patient = diamonds[0].get_markersize() ** 2 / own
    rows = [tree.published[at.partition(".")[2]] for at in context.theirs(printer, KEY)]
    sized = [row for row in rows if row.participants]
    assert len(circles) == len(sized) and len(marks(figure, "s")) == len(rows) - len(sized) > 0
    for row, circle in zip(sized, circles, strict=True):
        outer = circle.get_markersize() + circle.get_markeredgewidth()
        assert math.pi / 4 * outer**2 == pytest.approx(per_patient * row.participants)
    assert "not stated" in texts(figure) and "–" not in texts(figure)
