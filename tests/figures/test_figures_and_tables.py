"""Figures and tables show the numbers of the tree, and nothing falls outside the page."""

import re

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.figures import axis, bias, context, directions, flow, forest, specification_curve, style, variants
from analysis.results.claim_printing import Claims
from analysis.tables import manuscript, robustness, supplement
from analysis.tables.frame import Table

FIGURES = {
    "forest of deaths": lambda p: forest.forest(p, "deaths"),
    "forest of serious adverse events": lambda p: forest.forest(p, "serious"),
    "flow": flow.flow,
    "variants": lambda p: variants.variants(p, "deaths", ("leave_one_out", "sensitivity")),
    "cumulative": lambda p: variants.variants(p, "deaths", ("cumulative",)),
    "cumulative serious adverse events": lambda p: variants.variants(p, "serious", ("cumulative",)),
    "directions": directions.directions,
    "specification curve": lambda p: specification_curve.curve(p, "deaths"),
    "specification curve of serious adverse events": lambda p: specification_curve.curve(p, "serious"),
    "context": lambda p: context.context(p, "deaths"),
    "risk of bias by trial": bias.traffic_light,
    "risk of bias by domain": bias.summary,
}


def words(figure):
    axes_texts = [text for axes in figure.axes for text in axes.texts]
    return [text for text in (*figure.texts, *axes_texts) if text.get_text().strip()]


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_leaves_the_figure_and_none_overlap(printer, name):
    figure = FIGURES[name](printer)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in words(figure)]
    assert len(boxes) > 8
    for text, box in boxes:
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
    for index, (first, a) in enumerate(boxes):
        for second, b in boxes[index + 1 :]:
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.5 or b.y1 <= a.y0 + 0.5
            assert apart, f"{first!r} overlaps {second!r}"


@pytest.mark.parametrize("name", FIGURES)
def test_figures_fit_a_journal_page_and_stay_legible(printer, name):
    figure = FIGURES[name](printer)
    assert figure.get_figwidth() == pytest.approx(style.FULL_WIDTH)
    assert min(text.get_fontsize() for text in words(figure)) >= 7


def test_forest_shows_the_counts_and_estimates_of_the_tree(printer):
    shown = {text.get_text() for text in words(forest.forest(printer, "deaths"))}
    assert {"42/112", "47/110", "0/65", "0/35", "no events in either arm", "64/241", "75/207"} <= shown
    assert {printer("deaths.pooled.estimate").text, f"({printer.interval('deaths.pooled', join='–').text})"} <= shown
    assert f"({printer.prediction('deaths.pooled', '–').text})" in shown


def test_alternative_texts_state_the_result(printer):
    text = forest.alternative(printer, "deaths", "deaths").text
    assert "Bowdish 2023: 42 of 112 against 47 of 110" in text
    assert f"Pooled, 5 trials: risk ratio {printer('deaths.pooled.estimate').text}" in text
    assert printer("flow.identified").text in flow.alternative(printer).text
    assert len(variants.alternative(printer, "deaths", ("leave_one_out",)).text.split(". ")) >= 6


def tables(printer):
    claim = Claims(printer.tree)
    yield manuscript.trials(printer, "deaths")
    yield manuscript.verdicts(
        printer, ("harm", "{word:.k} trials", "serious", str(claim("serious-uninformative", "x")))
    )
    for name in "conflicts sources biomarkers published risk_of_bias near_misses protocol".split():
        yield getattr(supplement, name)(printer)
    for key in ("deaths", "serious"):
        yield supplement.unavailable(printer, key)
        for group in ("estimators", "leave_one_out", "sensitivity"):
            yield supplement.variants(printer, key, group, "Analysis")
        yield robustness.measures(printer, key)
        yield robustness.specifications(printer, key)
    for name in "shrinkage four_trials bounds".split():
        yield getattr(robustness, name)(printer, "deaths")
    for name in "posteriors directions placebo_share".split():
        yield getattr(robustness, name)(printer)


def test_tables_are_whole_pipe_tables(printer):
    for table in tables(printer):
        lines = table._repr_markdown_().splitlines()
        assert len(lines) == len(table.rows) + 2
        for line in lines:
            assert len(re.findall(r"(?<!\\)\|", line)) == len(table.heads) + 1
        assert re.fullmatch(r"\|(:?-+:?\|)+", lines[1])


def test_every_eligible_trial_is_in_table_one_with_its_citation(printer):
    text = manuscript.trials(printer, "deaths")._repr_markdown_()
    for trial in printer.tree.evidence.trials:
        eligible = trial.eligibility == "eligible"
        assert (f'data-key="data.{trial.row_id}.label"' in text) == eligible, trial.row_id
        if trial.citation:
            assert (f"[@{trial.citation}]" in text) == eligible, trial.row_id
    assert "[@]" not in text


def test_all_conflicts_of_the_evidence_are_shown(printer):
    assert len(supplement.conflicts(printer).rows) == len(printer.tree.evidence.conflicts) > 20


def test_a_crooked_table_is_refused():
    with pytest.raises(ValueError, match="as many alignments"):
        Table(("a", "b"), (("1",),), "ll")
    with pytest.raises(ValueError, match="no rows"):
        Table(("a",), (), "l")


ALTERNATIVES = {
    "directions": (directions.alternative, "Sign test of the eligible trials: 4 favourable, 1 unfavourable"),
    "specification curve": (
        lambda p: specification_curve.alternative(p, "deaths"),
        "of those with placebo-controlled trials only, {0.for_treatment} of {0.count:,}.",
    ),
    "context": (
        lambda p: context.alternative(p, "deaths"),
        "This review, Hartung-Knapp interval: risk ratio 0.80 (0.49–1.30)",
    ),
    "risk of bias by trial": (bias.alternative, "Shi 2021: randomisation low"),
    "risk of bias by domain": (
        bias.summary_alternative,
        "Overall: low {1.low}, some concerns {1.concerns}, high {1.high}, not assessed {1.none}",
    ),
}


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_alternative_texts_of_further_figures_give_numbers(printer, name):
    alternative, said = ALTERNATIVES[name]
    results = printer.tree.specifications["deaths"].placebo_only, printer.tree.bias.summary["overall"]
    assert said.format(*results) in alternative(printer).text


def test_symbols_tell_comparisons_with_placebo_from_changes_within_an_arm(printer):
    figure = directions.directions(printer)
    faces = {line.get_markerfacecolor() for line in figure.axes[0].lines if line.get_marker() in ("^", "v")}
    assert faces == {style.BLUE, style.VERMILLION, "white"}


def test_every_judgement_has_its_own_sign_beside_its_colour():
    signs = [sign for sign, _, _ in bias.SIGNS.values()]
    assert len(set(signs)) == len(signs) == len(bias.WORDS)


def test_ticks_never_touch():
    spread = axis.spaced(axis.Span(0.02, 50), 1.5)
    assert {0.02, 1.0, 50.0} <= set(spread) < set(axis.TICKS)


def test_the_forest_shows_the_overall_judgement_of_each_trial(printer):
    figure = forest.forest(printer, "deaths", style.COLUMN_WIDTH)
    shown = [text.get_text() for text in words(figure)]
    assert shown.count("+") == 1 and shown.count("!") == 5
