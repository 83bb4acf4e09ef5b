"""Values read from figures are loaded, checked, explained and sealed with the rest of the evidence."""

from __future__ import annotations

import re

import pytest
from data_copy import Copy
from drawn_figures import Drawing, FigureFolder, every_row, exact, sound_figure

from analysis.__main__ import main
from analysis.evidence.checks import seals
from analysis.evidence.digitised.problems import QUESTIONS
from analysis.evidence.load import DATA, DataError, load
from analysis.results.build import build

DEATHS = "deaths-bowdish2023-d30"
SERIES = "digitised-crp-invented2021-msc-d7-a"
POINTS = "data/figures/points.csv"


@pytest.fixture
def figure(copy: Copy) -> FigureFolder:
    """A sound figure of a trial of this review, in a copy of data/ that nobody has sealed since."""
    figure = sound_figure(copy.folder / "figures")
    every_row(trial="bowdish2023")(figure)
    figure.write()
    return figure


@pytest.fixture
def unequal(figure: FigureFolder) -> FigureFolder:
    """The same with whiskers of unequal length, which may be so in the figure."""
    point = figure.project["datasetColl"][0]["data"][2]
    point["y"] -= 20
    del point["value"]
    figure.write()
    return figure


def explain(copy: Copy, value: str, check: str = "unequal whiskers", row: str = SERIES) -> str:
    """Write a row that explains a whisker; its id."""
    rows = copy.rows("exceptions")
    row_id = f"exception-figure-{len(rows)}"
    copy.write("exceptions", [*rows, [row_id, check, row, "whisker", value, "", "so it is drawn"]])
    return row_id


def found(copy: Copy) -> str:
    return "\n".join(str(problem) for problem in copy.problems())


def test_the_evidence_holds_the_series(copy: Copy, figure: FigureFolder) -> None:
    evidence = copy.seal()
    (series,) = evidence.digitised
    assert evidence.series(SERIES) is series and series.mean.value == pytest.approx(47.3)
    with pytest.raises(KeyError, match=f"no series 'crp' was read from a figure; there are: {SERIES}"):
        evidence.series("crp")
    with pytest.raises(KeyError, match="there are: none"):
        load().series(SERIES)


def test_the_results_count_the_series_of_the_evidence(copy: Copy, figure: FigureFolder) -> None:
    copy.seal()
    assert build(copy.folder).digitised_series == 1


def test_faults_of_figures_are_listed_with_all_others(copy: Copy, figure: FigureFolder) -> None:
    copy.put("counts", DEATHS, "events_treatment", "many")
    every_row(unit="")(figure)
    figure.write()
    with pytest.raises(DataError) as caught:
        load(copy.folder)
    files = [problem.file for problem in caught.value.problems]
    assert files == ["data/counts.csv", POINTS, POINTS, POINTS]
    assert caught.value.problems[1].check == "digitised figures"


def test_a_figure_of_no_trial_is_refused(copy: Copy, figure: FigureFolder) -> None:
    every_row(trial="nobody2021")(figure)
    figure.write()
    assert f"{POINTS}, row 1 (line 2), column trial: 'nobody2021' is no key of trials.csv" in found(copy)


def test_the_command_prints_faults_of_figures(
    copy: Copy, figure: FigureFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    figure.project["axesColl"][0]["calibrationPoints"][3]["dy"] = "hundred"
    figure.write()
    assert main(["check-data", str(copy.folder)]) == 1
    printed = capsys.readouterr().out
    assert (
        "data/figures/invented2021-fig2.json, axes XY, y axis, calibration points 3 and 4: 'hundred' is neither"
        in printed
    )
    assert re.search(r"^digitised figures .* 1$", printed, flags=re.M)


def test_an_oddity_of_a_figure_stays_open_until_it_is_explained(
    copy: Copy, unequal: FigureFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check-data", str(copy.folder)]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"^unequal whiskers .* 1 +1 +0 +1$", printed, flags=re.M)
    (value,) = re.findall(rf"{POINTS}, row 1 \(line 2\), column whisker: '([0-9.]+)' mg/L is the difference", printed)
    assert "say why in exceptions.csv (check unequal whiskers)" in printed
    explanation = explain(copy, value)
    evidence = copy.seal()
    (warning,) = evidence.digitised[0].warnings
    assert (warning.explained_by, warning.check) == (explanation, "unequal whiskers")
    assert [one.sentence for one in evidence.warnings if one.row_id == SERIES] == [warning.sentence]
    assert main(["check-data", str(copy.folder)]) == 0
    assert main(["codebook", str(copy.folder)]) == 0
    codebook = (copy.folder / "README.md").read_text(encoding="utf-8")
    assert f"| `{SERIES}` | `whisker` | unequal whiskers | {warning.sentence} | so it is drawn |" in codebook


def test_an_explanation_of_another_value_is_none(copy: Copy, unequal: FigureFolder) -> None:
    explanation = explain(copy, "3")
    assert f"{explanation} explains another value there, 3" in found(copy)
    assert "explains nothing any more" not in found(copy)


def test_an_explanation_of_nothing_is_refused(copy: Copy, figure: FigureFolder) -> None:
    explanation = explain(copy, "3")
    assert f"'{explanation}' explains nothing any more" in found(copy)
    explain(copy, "3", row="digitised-gone-a")
    assert "'digitised-gone-a' is no row of any table" in found(copy)


def test_two_points_of_one_series_are_explained_one_by_one(copy: Copy) -> None:
    drawing = Drawing(100, (0, 30), (0, 150))
    figure = FigureFolder(copy.folder / "figures")
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 100)))
    marks = [("centre", (7, 120)), ("upper whisker", (7, 140)), ("lower whisker", (7, 100))]
    figure.add(exact, drawing, marks, whisker="SD", trial="bowdish2023")
    figure.write()
    rows = copy.rows("exceptions")
    for number, value in enumerate(("1: 120", "2: 140")):
        cells = [f"exception-figure-{number}", "outside calibration", SERIES, "point", value, "", "drawn so"]
        rows.append(cells)
        copy.write("exceptions", rows)
        left = found(copy).count("lies outside the calibrated stretch")
        assert left == 1 - number
    assert len(copy.seal().digitised[0].warnings) == 2


def test_rows_of_figures_are_sealed_with_their_project(copy: Copy, figure: FigureFolder) -> None:
    new = copy.all_problems()
    assert {problem.check for problem in new} == {seals.NAME}
    assert [(problem.file, problem.row, problem.value) for problem in new] == [
        (POINTS, number, f"{SERIES}-1-{role}")
        for number, role in enumerate(("centre", "lower-whisker", "upper-whisker"), start=1)
    ]
    copy.seal()
    figure.rows[1]["pixel_error"] = "0.7"
    figure.write()
    (changed,) = copy.all_problems()
    assert (changed.file, changed.row, changed.column, changed.value) == (POINTS, 2, "pixel_error", "0.7")
    figure.rows[1]["pixel_error"] = ""
    figure.project["measurementColl"].append({})
    figure.write()
    assert {problem.column for problem in copy.all_problems()} == {"project file"}


def test_every_question_is_documented() -> None:
    codebook = (DATA / "README.md").read_text(encoding="utf-8")
    for name, asks in QUESTIONS.items():
        assert f"| {name} | oddity | {asks} |" in codebook
