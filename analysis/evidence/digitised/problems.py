"""What can be wrong with a digitised figure, said so that whoever digitised it can mend it."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.evidence.problems import DataError, EvidenceWarning, Problem

#: what a second look should settle, by the name of the check that asks
OUTSIDE, TYPED, RECORDED = "outside calibration", "typed value", "recorded value"
REPEATED, UNEQUAL, SKEWED, DAY_ORDER = "repeated readings", "unequal whiskers", "skewed marks", "day order"
QUESTIONS = {
    OUTSIDE: "do marks read from figures lie where their axis is calibrated?",
    TYPED: "is every value of a figure read from its pixel, none typed over?",
    RECORDED: "does the digitising program record the dates that we read?",
    REPEATED: "do readings of the same mark agree as closely as is stated?",
    UNEQUAL: "are both whiskers of an SD, SE or 95% CI equally long?",
    SKEWED: "do medians and quantiles read look like those of a normal sample?",
    DAY_ORDER: "are the marks of a curve drawn in the order of their days?",
}


@dataclass(frozen=True, slots=True)
class FigureProblem(Problem):
    """One fault inside a figure: `file`, `value`, `problem` and `remedy` as in `Problem`, and where in the figure.

    place: the part at fault as the digitising program shows it ("axes XY"), "" for the whole file; dataset: name of
    the dataset, point: the point as the table names it, series: the series that needs it; each "" where none is.
    """

    place: str = ""
    dataset: str = ""
    point: str = ""
    series: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.place]
        parts += [f"{name} {text}" for name, text in self._named() if text]
        found = "" if self.value is None else f"{self.value!r} "
        return f"{', '.join(part for part in parts if part)}: {found}{self.problem}; {self.remedy}"

    def _named(self) -> tuple[tuple[str, str], ...]:
        return ("series", self.series), ("dataset", self.dataset), ("point", self.point)


@dataclass(frozen=True, slots=True)
class FigureWarning(EvidenceWarning):
    """Something about a series that a second look should settle; no fault of the files.

    `row_id` is that of the series, `check` one of `QUESTIONS`, `sentence` value and words together.
    file, row: the table of points and the number of the row in it; value: what was found, short enough to be repeated
    in exceptions.csv; words: what is odd about it; remedy: what to do unless it stands.
    """

    file: str = field(kw_only=True)
    row: int = field(kw_only=True)
    value: str = field(kw_only=True)
    words: str = field(kw_only=True)
    remedy: str = field(kw_only=True)

    @property
    def problem(self) -> Problem:
        """The problem that it is until somebody explains it."""
        return Problem(self.file, self.row, self.column, self.value, self.words, self.remedy, check=self.check)


class FigureError(DataError):
    """The folder of digitised figures cannot be used. `problems` holds every fault found."""


def figure_error(
    file: str,
    problem: str,
    remedy: str,
    *,
    value: str | None = None,
    place: str = "",
    dataset: str = "",
    point: str = "",
    series: str = "",
) -> FigureError:
    """The error of a single `FigureProblem`."""
    return FigureError([FigureProblem(file, None, "", value, problem, remedy, place, dataset, point, series)])
