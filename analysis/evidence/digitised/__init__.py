"""Values read from published figures: a digitised figure → mean, SD and their reading error.

    from analysis.evidence import digitised
    for series in digitised.load():
        series.mean.value, series.mean.standard_error, series.sd, series.conversion

A figure is digitised with WebPlotDigitizer; its saved project and a table that says what each point is go to
data/figures/ (how: the README there). Nothing is taken from the figure but pixels: values are computed here from the
calibration, with what half a pixel makes of them. Why: docs/decisions/0005-digitised-figures.md. The evidence
(analysis.evidence.load) holds all series, with what is odd about them explained.

    folder        everything in data/figures/          problems            faults, and what is odd
    project       reading the saved project            archive             the tar around it
    points        the table                            axes, calibration   from pixel to value
    clicks        a row of the table with its pixels   meaning             from marks to mean and SD, by whose formula
    series        all of it, for one series            reading_error       from pixel error to value error
    agreement     two readers of the same figures
"""

from analysis.evidence.digitised.folder import FIGURES, load
from analysis.evidence.digitised.problems import FigureError, FigureProblem, FigureWarning
from analysis.evidence.digitised.reading_error import Estimate
from analysis.evidence.digitised.series import DigitisedSeries

__all__ = ["FIGURES", "DigitisedSeries", "Estimate", "FigureError", "FigureProblem", "FigureWarning", "load"]
