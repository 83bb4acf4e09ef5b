"""The paper's figures in one column of a journal page: layouts of their own, with the same numbers, still legible."""

import re
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.__main__ import main
from analysis.figures import bias, commands, context, directions, flow, forest, specification_curve, style, variants
from analysis.figures.wrapping import length, wrapped
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Printed, phrase

SMALLEST = {"column": style.SMALL, "full": style.TEXT}
#: module → how the names of its figures begin
DRAWN_AS = {
    "flow": "flow", "forest": "forest-", "specification_curve": "specifications-", "context": "context",
    "bias": "bias-", "variants": "variants-", "models": "models-", "posterior": "posterior-",
    "missing_contour": "missing-", "directions": "directions", "harvest": "harvest-", "funnel": "funnel-",
}  # fmt: skip
DRAWINGS = {
    "flow": flow.flow,
    "forest of deaths": lambda n, width: forest.forest(n, "deaths", width),
    "forest of serious adverse events": lambda n, width: forest.forest(n, "serious", width),
    "specification curve": lambda n, width: specification_curve.curve(n, "deaths", width),
    "specification curve of serious adverse events": lambda n, width: specification_curve.curve(n, "serious", width),
    "context": lambda n, width: context.context(n, "deaths", width),
    "bias by trial": bias.traffic_light,
    "bias by domain": bias.summary,
    "directions": directions.directions,
    "variants": lambda n, width: variants.variants(n, "deaths", ("leave_one_out", "sensitivity"), width),
    "cumulative": lambda n, width: variants.variants(n, "deaths", ("cumulative",), width),
}
WIDTHS = {"column": style.COLUMN_WIDTH, "full": style.FULL_WIDTH}


@pytest.fixture(scope="module")
def drawn(printer):
    """(name, width) → figure."""
    return {(name, w): draw(printer, width) for name, draw in DRAWINGS.items() for w, width in WIDTHS.items()}


def visible(figure):
    """Every text that is printed, those of the axes' ticks included."""
    hidden = {text for axes in figure.axes if not axes.axison for text in axes.xaxis.findobj(Text)}
    hidden |= {text for axes in figure.axes if not axes.axison for text in axes.yaxis.findobj(Text)}
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in hidden]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_text_is_legible_on_the_sheet_and_free_of_others(drawn, name, width):
    figure = drawn[name, width]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    assert figure.get_figwidth() == WIDTHS[width]
    boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in visible(figure)]
    assert len(boxes) > 8
    for text, box in boxes:
        assert text.get_fontsize() >= SMALLEST[width], text
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
    for index, (first, a) in enumerate(boxes):
        for second, b in boxes[index + 1 :]:
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.5 or b.y1 <= a.y0 + 0.5
            assert apart, f"{first.get_text()!r} overlaps {second.get_text()!r}"


@pytest.mark.parametrize("name", [name for name in DRAWINGS if not name.startswith("bias")])
def test_both_widths_print_the_same_numbers(drawn, name):
    # the domains of bias have columns on a page only
    column, full = (
        {
            pair
            for said in drawn[name, width].shown.values()
            for pair in said.pairs()
            if pair[1] and not pair[1].startswith("biases.")
        }
        for width in WIDTHS
    )
    assert column == full
    assert len(column) > 8


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_width_without_layout_is_refused(printer, name):
    with pytest.raises(style.UnsupportedWidth, match="laid out for 183 mm and 89 mm, not for 100 mm"):
        DRAWINGS[name](printer, 100 / style.MM_PER_INCH)


def test_the_command_writes_the_figures_of_both_documents_the_same_each_time(built, tmp_path, capsys):
    written = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        assert main(["figures", "--width-mm", "89", "--output", str(folder)]) == 0
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    first, second = written
    assert first == second
    assert {name.rpartition(".")[2] for name in first} == {"svg", "pdf"}
    manuscript = (Path(__file__).parents[2] / "manuscript.qmd").read_text(encoding="utf-8")
    supplement = (Path(__file__).parents[2] / "supplement.qmd").read_text(encoding="utf-8")
    drawn = re.findall(r"^(?:flow|forest|specification_curve|context)\.\w+\(n\b.*\)$", manuscript, re.MULTILINE)
    assert len(drawn) == len(re.findall(r"^::: \{#fig-", manuscript, re.MULTILINE)) > 0
    names = {name.rpartition(".")[0] for name in first}
    for document in (manuscript, supplement):
        # what logs an alternative text for a figure names it as its file is named
        assert set(re.findall(r"^(\w+)\.\w+\(n\b.*\)$", document, re.MULTILINE)) & set(DRAWN_AS)
        for module, rest in re.findall(r"^(\w+)\.(\w+\(n\b.*\))$", document, re.MULTILINE):
            if module in DRAWN_AS:
                assert any(name.startswith(DRAWN_AS[module]) for name in names), (module, rest)
    assert {"bias-trials", "bias-summary", "variants-deaths-cumulative", "harvest-severity"} <= names
    assert len(names) > 20
    for name, content in first.items():
        assert f'<g id="{Path(name).stem}">'.encode() in content if name.endswith("svg") else content[:5] == b"%PDF-"
        assert size_in_mm(content)[0] == pytest.approx(89, abs=0.01)
    said = capsys.readouterr().out
    assert f"{len(first)} files at 89 mm" in said and all(name in said for name in names)


def size_in_mm(content):
    """Width and height of an SVG or a PDF of one page."""
    number = rb"([\d.]+)"
    svg = re.search(rb'<svg [^>]*?width="%spt" height="%spt"|<svg [^>]*?height="%spt"' % ((number,) * 3), content)
    found = svg or re.search(rb"/MediaBox \[ ?0 0 %s %s" % (number, number), content)
    return [float(value) / 72 * style.MM_PER_INCH for value in found.groups()[:2]]


def test_the_command_refuses_other_widths_in_one_line(tmp_path, capsys):
    assert main(["figures", "--width-mm", "120", "--output", str(tmp_path / "never")]) == 1
    message = capsys.readouterr().err
    assert "laid out for 183 mm and 89 mm, not for 120 mm" in message and message.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_a_folder_that_it_cannot_write_to(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(commands, "drawings", lambda width: {"fig-flow.svg": b"<svg/>"})
    (tmp_path / "taken").write_text("a file")
    assert main(["figures", "--width-mm", "89", "--output", str(tmp_path / "taken")]) == 1
    assert "taken: File exists" in capsys.readouterr().err
    assert (tmp_path / "taken").read_text() == "a file"


def test_lines_break_at_spaces_only_and_fit():
    number = Printed("0.80 (unbroken)", "deaths.pooled.estimate")
    said = phrase("A first line\n", f"{NO_BREAK * 2}an indented line with ", number, " and the rest of it")
    broken = wrapped(said, 1.2, 7)
    assert broken.text.replace(f"\n{NO_BREAK * 2}", " ").split() == said.text.replace("\n", " ").split()
    assert all(line.text.startswith(NO_BREAK * 2) for line in list(broken.lines())[1:])
    assert len(list(broken.lines())) > 2 and number in broken.parts
    assert all(length(line.text, 7) <= 1.2 * 72 for line in broken.lines())
    assert wrapped(said, 9, 7) == said
    assert wrapped(phrase("Trials: n = ", number), 0.1, 7).text == "Trials:\nn = 0.80 (unbroken)"
