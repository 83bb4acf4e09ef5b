"""Sizes, type and ink of every figure: legible at the width of a journal page, in grey, without colour."""

from __future__ import annotations

from typing import Any

import matplotlib
from matplotlib.figure import Figure

#: inches; 183 mm, the usual full width of a journal page
FULL_WIDTH = 183 / 25.4
INK = "#111111"
SOFT = "#5f5f5f"
FAINT = "#c8c8c8"
FILL = "#e9edf2"
SMALL = 7.0
TEXT = 8.0

SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "fixed, so that the same figure has the same bytes",
    "svg.fonttype": "path",
}


def use() -> None:
    """Make these settings the default of the running interpreter; the documents call it once."""
    matplotlib.rcParams.update(SETTINGS)


def sheet(width: float, height: float) -> Figure:
    """An empty figure of the given size in inches."""
    with matplotlib.rc_context(SETTINGS):
        return Figure(figsize=(width, height))
