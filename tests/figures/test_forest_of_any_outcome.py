"""Forest plots of what is measured and of printed ratios, in every state of the evidence and both widths."""

from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from test_figures_and_tables import words

from analysis.evidence.rows_question import PrintedWord
from analysis.figures import axis, forest, specification_curve, style, variants
from analysis.printing.printer import Printer
from analysis.synthesis.entries import PrintedEntry
from analysis.synthesis.outcome_shapes import TrialResult

WIDTHS = {"column": style.COLUMN_WIDTH, "full": style.FULL_WIDTH}
MARKERS = ("CRP", "IL-6")


@pytest.fixture(params=["invented_review", "review_of_one"])
def shown(request):
    """A printer of several trials with means, and of one."""
    return Printer(request.getfixturevalue(request.param))


@pytest.fixture
def printed_ratio(tree):
    """The tree where one trial gives a printed ratio for deaths in place of counts."""
    trial = tree.counted("deaths").trials["monsel2022"]
    entry = PrintedEntry(
        trial=trial.trial, role="primary", label="", rows=trial.rows, obtained=("reported",), timepoint_days=None,
        n_treatment=21, n_control=24, marks=("printed",), measure="RR", estimate=1.43, low=0.44, high=4.64,
    )  # fmt: skip
    names = [name for name in TrialResult.__dataclass_fields__ if name not in ("entry", "marks")]
    given = {name: getattr(trial, name) for name in names}
    trials = {**tree.counted("deaths").trials, trial.trial: TrialResult(**given, entry=entry, marks=("printed",))}
    deaths = replace(tree.counted("deaths"), trials=trials, k_printed=1)
    return Printer(replace(tree, outcomes={**tree.outcomes, "deaths": deaths}))


def texts(figure):
    return [text.get_text() for text in words(figure)]


def assert_legible(figure):
    """Every text lies on the sheet, free of the others."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in words(figure)]
    for index, (first, a) in enumerate(boxes):
        assert page.x0 <= a.x0 and a.x1 <= page.x1 and page.y0 <= a.y0 and a.y1 <= page.y1, first
        for second, b in boxes[index + 1 :]:
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.5 or b.y1 <= a.y0 + 0.5
            assert apart, f"{first!r} overlaps {second!r}"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("key", MARKERS)
def test_means_are_legible_on_the_sheet(shown, key, width):
    assert_legible(forest.forest(shown, key, WIDTHS[width]))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_printed_ratio_says_so_in_place_of_counts(printed_ratio, width):
    figure = forest.forest(printed_ratio, "deaths", WIDTHS[width])
    assert_legible(figure)
    said = texts(figure)
    assert "as printed" in said and "Monsel 2022 p" in said
    assert any("p: effect as the report prints it" in text.replace("\n", " ") for text in said)
    assert "effect as the report prints it" in forest.alternative(printed_ratio, "deaths", "deaths").text


def test_the_page_shows_means_effects_weights_and_marks(invented_review):
    said = texts(forest.forest(Printer(invented_review), "CRP"))
    assert {
        "24.60 (19.30), 30",
        "38.90 (27.50), 29",
        "−14.3",
        "(−26.5 to −2.14)",
        "21%",
        "Shi 2021 c d",
        "Rebelatto 2022 Δ",
        "skewed data, not converted",
        "Mean difference,\nmg/L (95%\N{NO-BREAK SPACE}CI)",
        "−9.71",
        "(−19.9 to 0.47)",
        "Mean difference, mg/L",
        "(−29.6 to 10.2)",
        "261 patients",
    } <= set(said)
    assert any(text.startswith("c: mean and standard deviation converted") for text in said)


def test_one_trial_stands_without_a_diamond(review_of_one):
    figure = forest.forest(Printer(review_of_one), "CRP")
    said = texts(figure)
    assert "One trial has an effect on CRP: it is not pooled." in said
    assert not any("Total" in one or "prediction interval" in one for one in said)
    plot = figure.axes[1]
    assert not plot.patches and [line.get_marker() for line in plot.lines].count("s") == 1


def test_without_an_effect_a_sentence_stands_in_place_of_each_figure(silent_review):
    n = Printer(silent_review)
    said = "No trial gives CRP per arm in the available text, so nothing is pooled."
    for figure, alternative in (
        (forest.forest(n, "CRP"), forest.alternative(n, "CRP")),
        (
            variants.variants(n, "CRP", ("leave_one_out",)),
            variants.alternative(n, "CRP", ("leave_one_out",)),
        ),
        (specification_curve.curve(n, "CRP"), specification_curve.alternative(n, "CRP")),
    ):
        assert_legible(figure)
        assert texts(figure) == [said] and alternative.text == said


def test_the_alternative_tells_each_trial_and_the_pooled_result(invented_review):
    said = forest.alternative(Printer(invented_review), "CRP").text
    assert said.startswith("Forest plot of mean differences for CRP in six trials. Shi 2021: mean 18.40 (SD 13.45)")
    assert "Dilogo 2021: mean 24.60 (SD 19.30)" in said
    assert "Pochon 2023: skewed data, not converted." in said
    assert "Shi 2021" in said and "values read from a figure." in said
    assert "Pooled, 5 trials: mean difference −9.71\N{NO-BREAK SPACE}mg/L (−19.9 to 0.47); 95% prediction" in said


def test_sides_follow_what_is_better(invented_review):
    outcome = invented_review.outcomes["CRP"]
    turned = replace(invented_review, outcomes={**invented_review.outcomes, "CRP": replace(outcome, better="higher")})
    for review, left in ((invented_review, "◀ favours MSC"), (turned, "◀ favours placebo")):
        assert left in texts(forest.forest(Printer(review), "CRP"))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((-14.3, -1.5, 0.4, -29.6, 10.2), (-30.0, -20.0, -10.0, 0.0, 10.0, 20.0)),
        ((-0.021, 0.034), (-0.04, -0.02, 0.0, 0.02, 0.04)),
        ((-26609.1, -31000.0), None),
        ((0.0,), None),
    ],
)
def test_ticks_of_differences_are_round_and_hold_all_values(values, ticks):
    span = axis.of_differences(values)
    assert span.low <= min(*values, 0) and max(*values, 0) <= span.high
    assert 0.0 in span.ticks and 3 <= len(span.ticks) <= axis.MOST_TICKS + 1
    if ticks:
        assert span.ticks == pytest.approx(ticks)


def test_numbers_of_ticks_have_signs_and_commas():
    assert [axis.number(tick) for tick in (-20000.0, -0.04, 0.0, 0.5, 30.0)] == ["−20,000", "−0.04", "0", "0.5", "30"]


def test_further_figures_show_differences(invented_review):
    n = Printer(invented_review)
    said = texts(variants.variants(n, "CRP", ("leave_one_out", "sensitivity")))
    assert "Mean difference, mg/L\n(95%\N{NO-BREAK SPACE}CI)" in said
    assert variants.alternative(n, "CRP", ("leave_one_out",)).text.startswith("Mean differences with 95%")
    figure = specification_curve.curve(n, "CRP")
    assert figure.axes[0].get_yscale() == "linear"
    assert "Differences below the line favour MSC" in texts(figure)


def called(tree, treatment, control):
    """The tree in which the arms have other names."""
    words = [word for word in tree.evidence.words if word.name not in ("treatment", "control", "comparator")]
    names = (("treatment", treatment), ("control", control), ("comparator", control))
    words += [PrintedWord(f"word-{name}", name, said, "") for name, said in names]
    return Printer(replace(tree, evidence=replace(tree.evidence, words=tuple(words))))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("treatment", "control"),
    [
        ("lidocaine", "no lidocaine"),
        ("specialist inpatient care", "routine management in a general ward"),
        ("hydroxychloroquine", "hydroxyethyl starch"),
        ("pneumonoultramicroscopicsilicovolcanoconiosis", "electroencephalographically guided sedation"),
    ],
)
def test_long_names_of_arms_never_run_together(tree, invented_review, treatment, control, width):
    for review, key in ((tree, "deaths"), (invented_review, "CRP")):
        figure = forest.forest(called(review, treatment, control), key, WIDTHS[width])
        assert_legible(figure)
        heads = [text.get_text() for text in words(figure) if text.get_fontweight() == "bold"]
        shown = " ".join(heads).replace("-\n", "").replace("\n", " ").lower()
        assert treatment in shown and control in shown


def test_an_apostrophe_reads_as_in_the_documents(tree):
    trials = [
        replace(trial, label="O'Brien 1973") if trial.row_id == "monsel2022" else trial
        for trial in tree.evidence.trials
    ]
    printer = Printer(replace(tree, evidence=replace(tree.evidence, trials=tuple(trials))))
    shown = texts(forest.forest(printer, "deaths"))
    assert "O’Brien 1973" in shown and not any("O'Brien" in text for text in shown)
