"""Whatever a figure shows, the second computation gets mean and SD that the first one got, from the marks alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn_figures import Drawing, FigureFolder, Point, whole_pixels

from analysis.results.second_effects import of_marks

#: what is drawn → role and value of each mark, and what the whiskers are
FORMS: dict[str, tuple[dict[str, float], str]] = {
    "SD, upper": ({"centre": 40, "upper whisker": 52}, "SD"),
    "SD, both": ({"centre": 40, "lower whisker": 28, "upper whisker": 52}, "SD"),
    "SE, lower": ({"centre": 40, "lower whisker": 35}, "SE"),
    "CI, both": ({"centre": 40, "lower whisker": 34, "upper whisker": 46}, "95% CI"),
    "CI, upper": ({"centre": 40, "upper whisker": 46}, "95% CI"),
    "IQR": ({"centre": 40, "lower whisker": 31, "upper whisker": 50}, "IQR"),
    "range": ({"centre": 40, "lower whisker": 12, "upper whisker": 70}, "range"),
    "box": ({"q1": 31, "median": 40, "q3": 50}, ""),
    "extremes": ({"minimum": 12, "median": 40, "maximum": 70}, ""),
    "box plot": ({"minimum": 12, "q1": 31, "median": 40, "q3": 50, "maximum": 70}, ""),
}


@pytest.mark.parametrize("form", FORMS)
def test_mean_and_sd_of_the_marks(tmp_path: Path, form: str) -> None:
    values, whisker = FORMS[form]
    drawing = Drawing(200, (0, 30), (0, 100))
    figure = FigureFolder(tmp_path / "figures")
    figure.add_axes(drawing.xy_axes(whole_pixels, (0, 30), (0, 100)))
    marks: list[tuple[str, Point]] = [(role, (7, value)) for role, value in values.items()]
    figure.add(whole_pixels, drawing, marks, whisker=whisker, n=23)
    series = figure.only()
    assert series.sd is not None and series.sd.value > 0
    assert of_marks(series, 23) == pytest.approx((series.mean.value, series.sd.value), rel=1e-12)
