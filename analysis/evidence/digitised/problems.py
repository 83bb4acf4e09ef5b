"""What can be wrong with a digitised figure, said so that whoever digitised it can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.evidence.problems import DataError, Problem


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
