"""Further figures at both widths: legible, no overlaps, every number with its key, and sentences in their place."""

import io
from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.figures import harvest, missing_contour, models, posterior, style
from analysis.printing.numbers import texts
from analysis.printing.printer import Printer

DRAWINGS = {
    "harvest of severity": lambda n, width: harvest.harvest(n, "severity", width),
    "missing deaths": lambda n, width: missing_contour.contour(n, "deaths", width),
    "missing serious adverse events": lambda n, width: missing_contour.contour(n, "serious", width),
    "models of deaths": lambda n, width: models.models(n, "deaths", width),
    "models of serious adverse events": lambda n, width: models.models(n, "serious", width),
    "posteriors of deaths": lambda n, width: posterior.densities(n, "deaths", width),
    "posteriors of serious adverse events": lambda n, width: posterior.densities(n, "serious", width),
}
ALTERNATIVES = {
    "harvest of severity": lambda n: harvest.alternative(n, "severity"),
    "missing deaths": lambda n: missing_contour.alternative(n, "deaths"),
    "missing serious adverse events": lambda n: missing_contour.alternative(n, "serious"),
    "models of deaths": lambda n: models.alternative(n, "deaths"),
    "models of serious adverse events": lambda n: models.alternative(n, "serious"),
    "posteriors of deaths": lambda n: posterior.alternative(n, "deaths"),
    "posteriors of serious adverse events": lambda n: posterior.alternative(n, "serious"),
}
#: numbers of a figure whose axes say the rest
LEAST = {"missing deaths": 4, "missing serious adverse events": 4}
WIDTHS = {"column": style.COLUMN_WIDTH, "full": style.FULL_WIDTH}


STANDS_THERE = ("No effect on ", "No trial gives ", "No sign test was done.")


def emptied(tree):
    """The tree of a review in which nothing is pooled."""
    outcomes = {key: replace(found, pooled=None, k=0) for key, found in tree.outcomes.items()}
    silent = {"trials": {}, "sign_test": None, "no_sign_test": "No sign test was done."}
    domains = {key: replace(found, **silent) for key, found in tree.domains.items()}
    return replace(tree, outcomes=outcomes, domains=domains, bayes={}, measures={}, bounds={}, declined={})


@pytest.fixture(scope="module")
def drawn(tree):
    """(name, width) → figure and printer."""
    found = {}
    for name, draw in DRAWINGS.items():
        for width, inches in WIDTHS.items():
            n = Printer(tree)
            found[name, width] = draw(n, inches), n
    return found


def visible(figure):
    """Every text that is printed, those of the axes' ticks included."""
    hidden = {text for axes in figure.axes if not axes.axison for text in axes.xaxis.findobj(Text)}
    hidden |= {text for axes in figure.axes if not axes.axison for text in axes.yaxis.findobj(Text)}
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in hidden]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_text_is_legible_on_the_sheet_and_free_of_others(drawn, name, width):
    figure, _ = drawn[name, width]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    assert figure.get_figwidth() == WIDTHS[width]
    boxes = [(text, Text.get_window_extent(text, canvas.get_renderer())) for text in visible(figure)]
    assert len(boxes) > 8
    for text, box in boxes:
        assert text.get_fontsize() >= style.SMALL, text
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
    for index, (first, a) in enumerate(boxes):
        for second, b in boxes[index + 1 :]:
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.5 or b.y1 <= a.y0 + 0.5
            assert apart, f"{first.get_text()!r} overlaps {second.get_text()!r}"


@pytest.mark.parametrize("name", DRAWINGS)
def test_both_widths_print_the_same_numbers(drawn, name):
    column, full = (
        {pair for said in drawn[name, width][0].shown.values() for pair in said.pairs() if pair[1]}
        for width in WIDTHS
    )
    assert column == full
    assert len(column) >= LEAST.get(name, 9)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_number_has_a_key_that_prints_it(drawn, name):
    figure, n = drawn[name, "full"]
    (entry,) = [one for one in n.log.entries if "texts" in one]
    assert entry["figure"] == figure.get_gid()
    for text in entry["texts"]:
        for part, key in text["parts"]:
            if key is None:
                assert text["reason"] == style.TICK or not any(map(str.isdecimal, part)), text
            else:
                found = n.find(key)
                assert part.casefold() in [one.casefold() for one in texts(found.kind, found.value)]


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_picture_says_as_much_in_grey(drawn, name):
    import numpy as np
    from PIL import Image

    stream = io.BytesIO()
    drawn[name, "full"][0].savefig(stream, format="png", dpi=60)
    grey = np.asarray(Image.open(stream).convert("L"))
    assert len(np.unique(grey // 16)) > 3 and grey.min() < 50


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_width_without_layout_is_refused(printer, name):
    with pytest.raises(style.UnsupportedWidth, match="laid out for 183 mm and 89 mm, not for 100 mm"):
        DRAWINGS[name](printer, 100 / style.MM_PER_INCH)


@pytest.mark.parametrize("name", DRAWINGS)
def test_without_a_pooled_result_a_sentence_stands_in_place_of_the_figure(tree, name):
    n = Printer(emptied(tree))
    (drawn,) = DRAWINGS[name](n, style.FULL_WIDTH).shown
    said = " ".join(drawn.get_text().split())
    assert said.startswith(STANDS_THERE)
    assert ALTERNATIVES[name](n).text == said
    (logged,) = (one["texts"] for one in n.log.entries if "texts" in one)
    assert [" ".join(one["text"].split()) for one in logged] == [said]


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_alternative_text_is_logged_under_the_figure_with_its_numbers(tree, drawn, name):
    n = Printer(tree)
    said = ALTERNATIVES[name](n)
    (entry,) = [one for one in n.log.entries if "alternative" in one]
    assert entry["alternative"] == drawn[name, "full"][0].get_gid()
    assert all(key for text, key in said.pairs() if any(map(str.isdecimal, text)))
    assert sum(key is not None for _, key in said.pairs()) > 8
