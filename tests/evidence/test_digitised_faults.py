"""What is wrong with a digitised figure is refused, by name of file, dataset, point and value, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_figures import Drawing, FigureFolder, every_row, exact, sound_figure

from analysis.evidence import digitised
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.digitised.calibration import days
from analysis.evidence.load import DataError, load
from analysis.evidence.rows_question import ARMS


@pytest.fixture
def figure(tmp_path: Path) -> FigureFolder:
    return sound_figure(tmp_path / "data" / "figures")


def test_the_sound_figure_is_read(figure: FigureFolder) -> None:
    series = figure.only()
    assert series.mean.value == pytest.approx(47.3) and series.sd.value == pytest.approx(12.9)
    assert series.row_id == "digitised-crp-invented2021-msc-d7-a"
    assert series.obtained == "digitised" and not series.warnings


def calibration(figure: FigureFolder, number: int) -> dict:
    return figure.project["axesColl"][0]["calibrationPoints"][number - 1]


def axes(figure: FigureFolder) -> dict:
    return figure.project["axesColl"][0]


def points(figure: FigureFolder) -> list[dict]:
    return figure.project["datasetColl"][0]["data"]


def without_recorded_values(figure: FigureFolder) -> None:
    for point in points(figure):
        del point["value"]


def coincident(figure: FigureFolder) -> None:
    calibration(figure, 4).update(px=calibration(figure, 3)["px"] + 1, py=calibration(figure, 3)["py"])


def collinear(figure: FigureFolder) -> None:
    calibration(figure, 4).update(px=calibration(figure, 3)["px"] + 300, py=calibration(figure, 3)["py"] + 9)


def log_axis_from_zero(figure: FigureFolder) -> None:
    axes(figure)["isLogY"] = True


def upside_down(figure: FigureFolder) -> None:
    calibration(figure, 3)["dy"], calibration(figure, 4)["dy"] = "120", "0"
    without_recorded_values(figure)


def beyond_all_numbers(figure: FigureFolder) -> None:
    calibration(figure, 3)["dy"], calibration(figure, 4)["dy"] = "-1e308", "1e308"
    without_recorded_values(figure)


def decades_beyond_all_numbers(figure: FigureFolder) -> None:
    axes(figure)["isLogY"] = True
    calibration(figure, 3)["dy"], calibration(figure, 4)["dy"] = "1e300", "1e306"
    points(figure)[2]["y"] = -800
    without_recorded_values(figure)


def cut_whisker(figure: FigureFolder) -> None:
    points(figure)[2].update(y=points(figure)[0]["y"] - 0.4)
    without_recorded_values(figure)


FIGURE = "data/figures/invented2021-fig2.json"
IN_THE_PROJECT: dict[str, tuple[Callable[[FigureFolder], object], tuple[str, ...]]] = {
    "version 3": (
        lambda f: f.project.update(version=[3, 8]),
        (f"{FIGURE}, version: '[3, 8]' is not a format version that can be read", "export it again"),
    ),
    "old layout": (lambda f: f.project.update(wpd={"version": [3, 8]}), ("'[3, 8]' is not a format version",)),
    "no version": (lambda f: f.project.pop("version"), ("'null' is not a format version",)),
    "no datasets": (lambda f: f.project.pop("datasetColl"), ("has no axes and datasets",)),
    "unknown axes": (
        lambda f: axes(f).update(type="HexAxes"),
        (f"{FIGURE}, axes XY: 'HexAxes' is an unknown type of axes", "calibrate the figure as XYAxes or BarAxes"),
    ),
    "polar axes": (lambda f: axes(f).update(type="PolarAxes"), ("'PolarAxes' is of a kind that no series",)),
    "three calibration points": (
        lambda f: axes(f)["calibrationPoints"].pop(),
        ("'3' calibration points where XYAxes need 4",),
    ),
    "coincident": (coincident, ("axes XY, y axis, calibration points 3 and 4", "are coincident in the image")),
    "collinear": (collinear, ("the four calibration points are collinear",)),
    "same value": (lambda f: calibration(f, 2).update(dx="0"), ("x axis", "'0, 0' are the same value")),
    "log axis from 0": (
        log_axis_from_zero,
        ("axes XY, y axis, calibration points 3 and 4: '0' is not above 0 on a log axis", "unset the log scale"),
    ),
    "no number": (lambda f: calibration(f, 4).update(dy="10^2"), ("'10^2' is neither a number nor a date",)),
    "decimal comma": (lambda f: calibration(f, 4).update(dy="1,5"), ("'1,5' is neither a number nor a date",)),
    "date with hyphens": (lambda f: calibration(f, 2).update(dx="2020-03-05"), ("'2020-03-05' is neither",)),
    "time without date": (lambda f: calibration(f, 2).update(dx="12:30"), ("a time needs its date",)),
    "date and number": (lambda f: calibration(f, 2).update(dx="2020/03/05"), ("mixes a number and a date",)),
    "calibration without pixel": (
        lambda f: calibration(f, 2).update(px=None),
        ("axes XY, calibration point 2", "has no pixel"),
    ),
    "point without pixel": (
        lambda f: points(f)[1].update(y="high"),
        (f"{FIGURE}, dataset values, point 2:", "has no pixel", "click it again"),
    ),
    "axes of the dataset missing": (
        lambda f: f.project["datasetColl"][0].update(axesName="other"),
        ("dataset values: 'other' names axes that are not in the project",),
    ),
    "recorded value edited": (
        lambda f: points(f)[0].update(value=[7, 50.0]),
        ("dataset values, point 1: 50 is recorded where the calibration gives 47.3",),
    ),
    "doubled dataset": (
        lambda f: f.project["datasetColl"].append(f.project["datasetColl"][0]),
        ("'values' is the name of more than one dataset",),
    ),
    "upside down": (
        upside_down,
        (
            "series crp-invented2021-msc-d7, dataset values, point 3: '59.8' read as upper whisker lies below the",
            "below the centre (72.7)",
        ),
    ),
    "point outside any image": (lambda f: points(f)[1].update(y=1e9), ("dataset values, point 2:", "has no pixel")),
    "whisker of no length": (cut_whisker, ("point 3", "read as upper whisker is no further from the centre")),
}


@pytest.mark.parametrize(("spoil", "expected"), IN_THE_PROJECT.values(), ids=IN_THE_PROJECT)
def test_fault_in_the_project(figure: FigureFolder, spoil: Callable, expected: tuple[str, ...]) -> None:
    spoil(figure)
    error = figure.refused()
    assert isinstance(error, DataError)
    for words in expected:
        assert words in str(error)
    for problem in error.problems:
        assert problem.file == FIGURE and problem.remedy


IN_THE_TABLE: dict[str, tuple[Callable[[FigureFolder], object], tuple[str, ...]]] = {
    "missing dataset": (
        every_row(dataset="CRP MSC"),
        (f"{FIGURE}, dataset CRP MSC: is not in the project; use one of those there are: 'values'",),
    ),
    "missing point": (
        lambda f: f.rows[1].update(point=9),
        (f"{FIGURE}, dataset values, point 9: is not in the dataset; use a number from 1 to 3",),
    ),
    "missing project": (every_row(project="gone.json"), ("data/figures/gone.json: the file is missing", "no row of")),
    "same point twice": (lambda f: f.rows[1].update(point=1), ("points.csv, row 2", "is used by row 1 too")),
    "n differs": (lambda f: f.rows[2].update(n=19), ("row 3 (line 4), column n: '19' differs from row 1",)),
    "n missing": (every_row(whisker="SE", n=""), ("row 1 (line 2), column n:", "give the participants")),
    "n of one": (every_row(whisker="SE", n=1), ("gives no mean and SD: n must be at least 2",)),
    "unknown role": (lambda f: f.rows[1].update(role="whisker"), ("column role: 'whisker' is not allowed",)),
    "unknown whisker": (every_row(whisker="SEM"), ("column whisker: 'SEM' is not allowed",)),
    "role doubled": (lambda f: f.rows[1].update(role="centre"), ("repeats row 1",)),
    "roles that make no series": (
        lambda f: f.rows[1].update(role="q1"),
        (
            "column whisker: 'SD' and the roles of series crp-invented2021-msc-d7",
            "read by a (q1, centre, upper whisker) make no series",
        ),
    ),
    "whiskers of nothing": (every_row(whisker=""), ("make no series", "centre with one or both whiskers")),
    "whiskers swapped": (
        lambda f: (f.rows[1].update(role="upper whisker"), f.rows[2].update(role="lower whisker")),
        ("point 3: '60.2' read as lower whisker lies above the centre (47.3)", "point 2: '34.4' read as upper"),
    ),
    "quartiles swapped": (
        lambda f: [
            row.update(role=role, whisker="") for row, role in zip(f.rows, ("median", "q3", "q1"), strict=True)
        ],
        ("point 3: '60.2' read as q1 lies above the median (47.3)",),
    ),
    "small sample": (every_row(whisker="IQR", n=4), ("gives no mean and SD: n must be at least 5",)),
    "long quotation": (every_row(quotation="word " * 25 + "word"), ("has 26 words",)),
    "sub-pixel claim": (every_row(pixel_error="0.1"), ("'0.1' is below 0.5",)),
    "formula": (every_row(note="=1+1"), ("looks like a spreadsheet formula",)),
}


@pytest.mark.parametrize(("spoil", "expected"), IN_THE_TABLE.values(), ids=IN_THE_TABLE)
def test_fault_in_the_table(figure: FigureFolder, spoil: Callable, expected: tuple[str, ...]) -> None:
    spoil(figure)
    error = figure.refused()
    for words in expected:
        assert words in str(error)
    assert all(problem.remedy for problem in error.problems)


@pytest.mark.parametrize("spoil", [beyond_all_numbers, decades_beyond_all_numbers])
@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered:RuntimeWarning")
def test_no_value_is_infinite(figure: FigureFolder, spoil: Callable) -> None:
    spoil(figure)
    assert "points.csv, row 1 (line 2): 'crp-invented2021-msc-d7' is read as no finite number" in str(
        figure.refused()
    )


def test_all_faults_are_listed_at_once(figure: FigureFolder) -> None:
    calibration(figure, 2)["dx"] = "ten"
    calibration(figure, 4)["dy"] = "hundred"
    assert [problem.value for problem in figure.refused().problems] == ["ten", "hundred"]


def test_the_error_names_its_parts(figure: FigureFolder) -> None:
    upside_down(figure)
    (low, high) = figure.refused().problems
    assert isinstance(low, digitised.FigureProblem)
    assert (low.file, low.dataset, low.point, low.series) == (FIGURE, "values", "2", "crp-invented2021-msc-d7")
    assert float(high.value) == pytest.approx(59.8)


def test_not_json(figure: FigureFolder) -> None:
    figure.write()
    (figure.folder / figure.name).write_bytes(b"\xff\xd8 an image")
    with pytest.raises(digitised.FigureError, match=r"invented2021-fig2\.json: not readable as UTF-8 JSON"):
        digitised.load(figure.folder)


def test_unknown_trial(figure: FigureFolder) -> None:
    figure.write()
    with pytest.raises(digitised.FigureError, match=r"column trial: 'invented2021' is no key of trials\.csv"):
        digitised.load(figure.folder, trials=("bowdish2023",))
    assert len(digitised.load(figure.folder, trials=("invented2021",))) == 1


def test_value_axis_of_a_bar_chart(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 2), (0, 120))
    figure = FigureFolder(tmp_path / "data" / "figures")
    figure.add_axes(drawing.bar_axes(exact, 0, 120))
    figure.add(exact, drawing, [("centre", (1, 47))], value_axis="y")
    assert "a bar chart has one axis only" in str(figure.refused())


def test_points_by_label_and_by_group(tmp_path: Path) -> None:
    drawing = Drawing(100, (0, 3), (0, 120))
    figure = FigureFolder(tmp_path / "data" / "figures")
    figure.add_axes(drawing.bar_axes(exact, 0, 120))
    figure.add(exact, drawing, [("centre", (1, 47)), ("upper whisker", (1, 60))], whisker="SD")
    dataset = figure.project["datasetColl"][0]
    dataset.update(metadataKeys=["Label"], groupNames=["Bar", "Upper"])
    points(figure)[0].update(metadata=["MSC day 7"])  # as format 4.0 lists it
    points(figure)[1].update(metadata={"label": "tip"}, tuple=0, group=1)
    for names in (("MSC day 7", "tip"), ("1", "1 Upper")):
        for row, name in zip(figure.rows, names, strict=True):
            row["point"] = name
        series = figure.only()
        assert (series.mean.value, series.sd.value) == pytest.approx((47, 13))
    points(figure)[1]["metadata"] = {"label": "MSC day 7"}
    figure.rows[0]["point"] = "MSC day 7"
    assert "point MSC day 7: names 2 points; give the point by its number" in str(figure.refused())


def test_version_5_with_the_same_keys_is_read(figure: FigureFolder) -> None:
    figure.project["version"] = [5, 2]
    assert figure.only().mean.value == pytest.approx(47.3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970/01/02", 1.0), ("2020/3", 18322.0), ("2020/03/01", 18322.0), ("2020/03/01 12", 18322.5),
        ("2020/03/01 06:30:36", 18322 + 6.51 / 24), ("1969/12/31", -1.0), ("2020/02/30", None), ("2020", None),
        ("12:30", None), ("2020/13/01", None),
    ],
)  # fmt: skip
def test_dates(text: str, expected: float | None) -> None:
    assert days(text) == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_the_folder_of_the_repository_is_part_of_the_evidence() -> None:
    evidence = load()
    read = digitised.load(trials=[trial.row_id for trial in evidence.trials])
    assert [one.row_id for one in read] == [one.row_id for one in evidence.digitised]


def test_no_folder_is_no_figure(tmp_path: Path) -> None:
    assert digitised.load(tmp_path / "data" / "figures") == ()


def test_a_project_nobody_describes_is_refused(figure: FigureFolder) -> None:
    figure.write()
    header = (figure.folder / "points.csv").read_text(encoding="utf-8").split("\n")[0]
    (figure.folder / "points.csv").write_text(header + "\n", encoding="utf-8")
    with pytest.raises(digitised.FigureError, match=r"no row of data/figures/points\.csv uses it"):
        digitised.load(figure.folder)


def test_every_column_is_described() -> None:
    (table,) = read_descriptor(digitised.FIGURES)
    for field in table.fields:
        assert field.description
        assert field.unit or field.type not in ("integer", "number")
    readme = (digitised.FIGURES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{field.name}`" in readme for field in table.fields)


def test_figures_count_in_the_digest_of_the_evidence(copy) -> None:
    before = load(copy.folder).digest
    (copy.folder / "figures" / "README.md").write_text("another", encoding="utf-8")
    assert load(copy.folder).digest != before


def test_arms_are_coded_as_in_all_tables() -> None:
    (table,) = read_descriptor(digitised.FIGURES)
    assert table.field("arm").enum == ARMS


def test_no_two_series_share_an_id() -> None:
    (table,) = read_descriptor(digitised.FIGURES)
    # "digitised-a-b-c" would be series a-b read by c as well as series a read by b-c.
    assert "-" not in table.field("reader").pattern.replace("a-z0-9", "")
