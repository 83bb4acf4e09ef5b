"""Groups, bubbles and funnels: what is drawn is what the results hold, legible in both widths, told in words."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace

import bcg
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.evidence.rows_question import Moderator
from analysis.figures import bubble, funnel, style, subgroups
from analysis.printing.printer import Printer
from analysis.results import explorations
from analysis.results.build import explorations as explored

KEY, LATITUDE, ALLOCATION = bcg.KEY, "absolute_latitude", "allocation"
WIDTHS = {"column": style.COLUMN_WIDTH, "full": style.FULL_WIDTH}
DRAWINGS = {
    "groups": lambda n, width: subgroups.subgroups(n, KEY, ALLOCATION, width),
    "bubbles": lambda n, width: bubble.bubble(n, KEY, LATITUDE, width),
    "funnel": lambda n, width: funnel.funnel(n, KEY, width),
}
TOLD = {
    "groups": lambda n: subgroups.alternative(n, KEY, ALLOCATION),
    "bubbles": lambda n: bubble.alternative(n, KEY, LATITUDE),
    "funnel": lambda n: funnel.alternative(n, KEY),
}


@pytest.fixture(scope="module")
def review(tree):
    """The BCG trials, of which two give no latitude."""
    rows = [row | {"ablat": ""} if row["trial"] in ("3", "9") else row for row in bcg.rows()]
    return bcg.review_of(tree, rows)


@pytest.fixture(scope="module")
def n(review):
    return Printer(review)


@pytest.fixture(scope="module")
def drawn(n):
    return {(name, w): draw(n, width) for name, draw in DRAWINGS.items() for w, width in WIDTHS.items()}


def divided(review, key):
    """A review in which the trials of an outcome fall into two groups by turns."""
    named = [name for name, trial in review.outcomes[key].trials.items() if trial.estimable]
    first = review.evidence.baseline[0]
    baseline = tuple(
        replace(
            first, row_id=f"baseline-{name}-side", trial=name, arm="both", characteristic="side", unit="",
            value=None, value_text=("left", "right")[number % 2], statistic="description",
        )
        for number, name in enumerate(named)
    )  # fmt: skip
    asked = (Moderator(f"moderator-{key.lower()}-side", key, "side", "group", False, "invented"),)
    evidence = replace(review.evidence, baseline=baseline, moderators=asked)
    return replace(review, evidence=evidence, **explored(evidence, review.outcomes))


def visible(figure):
    hidden = {text for axes in figure.axes if not axes.axison for text in axes.xaxis.findobj(Text)}
    hidden |= {text for axes in figure.axes if not axes.axison for text in axes.yaxis.findobj(Text)}
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in hidden]


def assert_legible(figure, smallest):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in visible(figure)]
    assert boxes
    for text, box in boxes:
        assert text.get_fontsize() >= smallest, text
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
    for index, (first, a) in enumerate(boxes):
        for second, b in boxes[index + 1 :]:
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.5 or b.y1 <= a.y0 + 0.5
            assert apart, f"{first.get_text()!r} overlaps {second.get_text()!r}"


def plot_of(figure):
    return next(axes for axes in figure.axes if axes.axison)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_text_is_legible_on_the_sheet_and_free_of_others(drawn, name, width):
    assert_legible(drawn[name, width], style.SMALL)


@pytest.mark.parametrize("name", DRAWINGS)
def test_both_widths_print_the_same_numbers(drawn, name):
    column, full = (
        {pair for said in drawn[name, width].shown.values() for pair in said.pairs() if pair[1]} for width in WIDTHS
    )
    assert column == full
    assert len(column) >= 8


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_each_time(review, name):
    written = []
    for _ in range(2):
        stream = io.BytesIO()
        DRAWINGS[name](Printer(review), style.FULL_WIDTH).canvas.print_figure(stream, format="svg")
        written.append(stream.getvalue())
    assert written[0] == written[1]


#: what of red, green and blue is seen without colour
GREY = np.array([0.299, 0.587, 0.114])


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_depends_on_colour(drawn, name):
    canvas = FigureCanvasAgg(drawn[name, "full"])
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3].astype(int)
    assert len(np.unique(pixels @ GREY // 16)) > 3 and pixels.min() < 50


def test_bubbles_stand_where_the_trials_are_and_have_the_area_of_their_weights(drawn, review):
    found = review.moderators[KEY][LATITUDE]
    circles = plot_of(drawn["bubbles", "full"]).collections[1:]
    assert len(circles) == found.k == 11
    for circle, trial in zip(circles, found.trials.values(), strict=True):
        ((x, y),) = circle.get_offsets()
        assert (x, y) == (trial.value, pytest.approx(review.outcomes[KEY].trials[trial.trial].estimate))
        share = circle.get_sizes()[0] / bubble.LARGEST
        assert share == pytest.approx(trial.weight / max(one.weight for one in found.trials.values()))


def test_the_line_and_its_band_are_those_of_the_regression(drawn, review):
    found = review.moderators[KEY][LATITUDE]
    plot = plot_of(drawn["bubbles", "column"])
    line = next(one for one in plot.lines if len(one.get_xdata()) > 2)
    assert (line.get_xdata()[0], line.get_ydata()[0]) == (found.lowest.value, found.lowest.effect.estimate)
    assert line.get_ydata()[-1] == pytest.approx(found.highest.effect.estimate)
    corners = {tuple(point) for path in plot.collections[0].get_paths() for point in path.vertices}
    for end in (found.lowest, found.highest):
        for bound in (end.effect.low, end.effect.high):
            assert any(x == end.value and y == pytest.approx(bound) for x, y in corners)


def test_the_funnel_holds_every_trial_and_eggers_line(drawn, review):
    found = review.small_studies[KEY]
    plot = plot_of(drawn["funnel", "full"])
    points = [(one.get_xdata()[0], one.get_ydata()[0]) for one in plot.lines if one.get_marker() == "o"]
    assert points == [(pytest.approx(math.exp(one.effect)), pytest.approx(one.se)) for one in found.points.values()]
    line = next(one for one in plot.lines if len(one.get_xdata()) == 50)
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    assert np.log(x) == pytest.approx(found.log_limit + found.bias * y)
    assert plot.get_ylim()[0] > plot.get_ylim()[1] == 0


def test_a_trial_at_the_edge_of_a_contour_has_its_p_value(drawn, review):
    """The inner edge of the first grey is where a trial's own P is 0.1."""
    assert [one.level for one in review.small_studies[KEY].contours.values()] == [0.1, 0.05, 0.01]
    inner = plot_of(drawn["funnel", "full"]).collections[0].get_paths()[0].vertices
    from scipy.stats import norm

    deepest = inner[inner[:, 1] == inner[:, 1].max()]
    x, se = max(deepest[:, 0]), deepest[0, 1]
    assert 2 * norm.sf(abs(math.log(x)) / se) == pytest.approx(0.1)


def test_diamonds_are_as_wide_as_the_intervals_or_the_axis(drawn, review):
    plot = plot_of(drawn["groups", "full"])
    low, high = plot.get_xlim()
    pooled = [group.pooled for group in review.moderators[KEY][ALLOCATION].groups.values()]
    pooled.append(review.outcomes[KEY].pooled)
    corners = [(patch.get_xy()[:, 0].min(), patch.get_xy()[:, 0].max()) for patch in plot.patches]
    assert corners == [(pytest.approx(max(one.low, low)), pytest.approx(min(one.high, high))) for one in pooled]
    squares = [line for line in plot.lines if line.get_marker() == "s"]
    assert len(squares) == review.outcomes[KEY].k


def test_trials_stand_below_the_name_of_their_group(drawn, review):
    words = drawn["groups", "full"].axes[0].texts
    lines = {text.get_text(): text.get_position()[1] for text in words}
    groups = review.moderators[KEY][ALLOCATION].groups
    heads = [lines[group.label.capitalize()] for group in groups.values()]
    assert heads == sorted(heads)
    for number, group in enumerate(groups.values()):
        below = heads[number + 1] if number + 1 < len(heads) else math.inf
        for name in group.trials:
            assert heads[number] < lines[review.outcomes[KEY].trials[name].label] < below


def numbers(text):
    """Each number of the text, thousands and a true minus sign read as they are meant."""
    found = re.findall(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?", text)
    return [float(one.rstrip(",").replace(",", "").replace("−", "-")) for one in found]


def test_the_alternative_text_of_bubbles_gives_every_trial_and_the_line(n, review):
    said = TOLD["bubbles"](n).text.replace("\N{NO-BREAK SPACE}", " ")
    found = review.moderators[KEY][LATITUDE]
    for trial in found.trials.values():
        (told,) = re.findall(rf"{re.escape(trial.label)}: ([^:]*?%)\.", said)
        value, effect, weight = numbers(told)
        assert value == trial.value
        assert effect == pytest.approx(review.outcomes[KEY].trials[trial.trial].estimate, abs=0.005)
        assert weight == pytest.approx(100 * trial.weight, abs=0.5)
    (told,) = re.findall(r"degrees more: (.*?P = [\d.]+\d)", said)
    effect = found.change
    assert numbers(told) == pytest.approx([effect.estimate, 95, effect.low, effect.high, found.p_value], abs=0.005)
    assert "Rosenthal et al 1960, Coetzee & Berjak 1968" in said


def test_the_alternative_text_of_a_funnel_gives_every_point_and_the_test(n, review):
    said = TOLD["funnel"](n).text.replace("\N{NO-BREAK SPACE}", " ")
    for name, point in review.small_studies[KEY].points.items():
        label = re.escape(review.outcomes[KEY].trials[name].label)
        (told,) = re.findall(rf"{label}: ([\d.]+, standard error [\d.]+)\.", said)
        assert numbers(told) == pytest.approx([math.exp(point.effect), point.se], abs=0.005)
    found = review.small_studies[KEY]
    (told,) = re.findall(r"Egger's test: (.*?) trials", said)
    assert numbers(told) == pytest.approx(
        [found.bias, 95, found.bias_low, found.bias_high, found.p_value, found.k], abs=0.006
    )


def test_the_alternative_text_of_groups_gives_trials_subtotals_and_tests(n, review):
    said = TOLD["groups"](n).text.replace("\N{NO-BREAK SPACE}", " ")
    found = review.moderators[KEY][ALLOCATION]
    parts = re.split(r"Group |All trials: ", said)[1:]
    assert len(parts) == len(found.groups) + 1
    for part, group in zip(parts, found.groups.values(), strict=False):
        assert part.startswith(group.label)
        assert sum(review.outcomes[KEY].trials[name].label in part for name in group.trials) == len(group.trials)
        (told,) = re.findall(r"Subtotal: (.*?)\)", part)
        pooled = group.pooled
        assert numbers(told) == pytest.approx([pooled.estimate, pooled.low, pooled.high], rel=0.03)
    separate, common = found.separate, found.common
    (told,) = re.findall(r"own τ², (.*)\.", parts[-1])
    assert numbers(told.replace("τ²", "")) == pytest.approx(
        [separate.q, separate.q_df, separate.p_value, common.tau2, common.q, common.q_df, common.p_value], abs=0.006
    )


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_refusal_stands_in_place_of_the_figure(tree, name, width):
    rows = [row | {"alloc": "random"} for row in bcg.rows()[:9]]
    refused = Printer(bcg.review_of(tree, rows))
    figure = DRAWINGS[name](refused, WIDTHS[width])
    said = " ".join(" ".join(text.get_text() for text in visible(figure)).split())
    needed = {"groups": "only one group has as many", "bubbles": "needs at least 10", "funnel": "there are 9."}
    assert needed[name] in said
    assert TOLD[name](refused).text == said.replace("  ", " ").replace("’", "'")
    assert_legible(figure, style.SMALL)
    keyed = [key for phrase in figure.shown.values() for text, key in phrase.pairs() if text.isdecimal()]
    assert all(keyed)


@pytest.mark.parametrize("draw", [subgroups.subgroups, subgroups.alternative, bubble.bubble, bubble.alternative])
def test_a_misspelt_characteristic_is_an_error_that_names_the_known_ones(n, printer, draw):
    with pytest.raises(explorations.NotAsked, match=f"'latitud' is not asked .* one of {LATITUDE}, {ALLOCATION}"):
        draw(n, KEY, "latitud")
    with pytest.raises(explorations.NotAsked, match=r"'colour', or by anything, .* write a row there"):
        draw(printer, KEY, "colour")


def test_a_regression_is_no_comparison_of_groups(n):
    with pytest.raises(explorations.NotAsked, match=r"is a group\. Remedy: draw it with subgroups"):
        bubble.alternative(n, KEY, ALLOCATION)
    with pytest.raises(explorations.NotAsked, match=r"is a number\. Remedy: draw it with bubble"):
        subgroups.subgroups(n, KEY, LATITUDE)


def test_a_page_carries_the_groups_of_a_column(n):
    column = subgroups.subgroups(n, KEY, ALLOCATION).column
    assert column.get_figwidth() == style.COLUMN_WIDTH


def test_the_groups_say_which_interval_stands_beside_which_test(drawn):
    for width in WIDTHS:
        said = " ".join(" ".join(text.get_text() for text in visible(drawn["groups", width])).split())
        assert "Diamonds: REML, Hartung-Knapp, a group's from its own trials" in said.replace("’", "'")
        assert "The tests between groups are Wald tests" in said


@pytest.mark.parametrize("width", WIDTHS.values())
def test_groups_with_judgements_of_bias(tree, width):
    review = divided(tree, KEY)
    figure = subgroups.subgroups(Printer(review), KEY, "side", width)
    assert_legible(figure, style.SMALL)
    said = " ".join(text.get_text() for text in visible(figure))
    assert ("Overall risk of bias" if width == style.COLUMN_WIDTH else "All: overall") in " ".join(said.split())
    assert len(figure.axes[0].collections) >= 4


@pytest.mark.parametrize("width", WIDTHS.values())
def test_groups_of_what_is_measured(invented_review, width):
    key = next(key for key, one in invented_review.outcomes.items() if one.measure == "MD" and one.k >= 4)
    review = divided(invented_review, key)
    figure = subgroups.subgroups(Printer(review), key, "side", width)
    assert_legible(figure, style.SMALL)
    assert plot_of(figure).get_xscale() == "linear"
    subtotal = Printer(review)(f"moderators.{key}.side.groups.left.pooled.estimate").text
    assert any(subtotal in text.get_text() for text in visible(figure))
