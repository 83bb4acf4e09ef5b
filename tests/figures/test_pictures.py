"""A picture for Word has few colours, all near those that were drawn, and says how large it is printed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from analysis.figures import bias, forest, style
from analysis.printing.printer import Printer
from analysis.results.tree import Review

DPI = 150


@pytest.fixture(scope="module", params=["forest", "bias"])
def sheet(request: pytest.FixtureRequest, tree: Review) -> style.Sheet:
    printer = Printer(tree, document="manuscript")
    if request.param == "bias":
        return bias.traffic_light(printer)
    return forest.forest(printer, tree.evidence.primary.key)


def pixels(sheet: style.Sheet) -> np.ndarray:
    """As matplotlib draws it, in every colour."""
    stream = io.BytesIO()
    sheet.canvas.print_figure(stream, format="rgba", dpi=DPI)
    width, height = (int(inches * DPI) for inches in sheet.get_size_inches())
    drawn = np.frombuffer(stream.getvalue(), dtype=np.uint8).reshape(height, width, 4)
    return drawn[..., :3].astype(int)


def test_a_palette_moves_no_colour_far_and_leaves_white_white(sheet: style.Sheet) -> None:
    stream = io.BytesIO()
    sheet.canvas.print_figure(stream, format="png", dpi=DPI)
    picture = Image.open(stream)
    assert picture.mode == "P"
    assert picture.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    seen, drawn = np.asarray(picture.convert("RGB")).astype(int), pixels(sheet)
    assert seen.shape == drawn.shape
    assert np.abs(seen - drawn).max() <= 20 and np.abs(seen - drawn).mean() < 1
    white = (drawn == 255).all(axis=-1)
    assert white.any() and (seen[white] == 255).all()


def test_the_same_figure_has_the_same_bytes(sheet: style.Sheet) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        sheet.canvas.print_figure(stream, format="png", dpi=DPI)
    assert first.getvalue() == second.getvalue()
