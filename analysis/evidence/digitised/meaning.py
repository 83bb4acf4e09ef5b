"""What the marks of a series say: which roles together give which mean and standard deviation, and by whose formula.

Sources are those of `analysis.methods.conversions`: the Cochrane Handbook, chapter 6, for standard errors and
intervals; Wan 2014, Luo 2018 and Shi 2020 for quantiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.methods.conversions import (
    MeanSD,
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
    sd_from_ci,
    sd_from_se,
)

CENTRE, LOWER, UPPER = "centre", "lower whisker", "upper whisker"
MINIMUM, Q1, MEDIAN, Q3, MAXIMUM = "minimum", "q1", "median", "q3", "maximum"
ROLES = (CENTRE, LOWER, UPPER, MINIMUM, Q1, MEDIAN, Q3, MAXIMUM)
# From the bottom of the figure to the top: each role of a series must have a larger value than the one before it.
ASCENDING = (MINIMUM, LOWER, Q1, MEDIAN, CENTRE, Q3, UPPER, MAXIMUM)

SD, SE, CI, IQR, RANGE = "SD", "SE", "95% CI", "IQR", "range"

Marks = Mapping[str, float]
Converted = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How mean and SD came from the marks: formula in words, source, and whether the marks contradict its assumption.

    skewed: verdict of the test of Shi 2023 on medians with quartiles or range; None where no assumption is made.
    """

    name: str
    formula: str
    source: str
    skewed: bool | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A set of marks that can be turned into mean and SD. `needs_n`: whether the formula needs the participants."""

    name: str
    roles: frozenset[str]
    whisker: str
    needs_n: bool
    formula: str
    source: str
    convert: Callable[[Marks, int], Converted]
    quantiles: Callable[[Marks, int], MeanSD] | None = None

    def conversion(self, marks: Marks, n: int | None) -> Conversion:
        """The record of this conversion for these marks."""
        if self.quantiles is None or n is None:
            return Conversion(self.name, self.formula, self.source)
        result = self.quantiles(marks, n)
        return Conversion(self.name, self.formula, result.source, result.skewed)


def form_of(roles: frozenset[str], whisker: str) -> Form | None:
    """The form that these roles and this meaning of the whiskers make, None if they make none."""
    return next((form for form in FORMS if form.roles == roles and form.whisker == whisker), None)


def in_words() -> str:
    """The sets of roles that make a series, for error messages."""
    whiskers = f"{CENTRE} with one or both whiskers ({SD}, {SE} or {CI}), or with both ({IQR} or {RANGE})"
    return f"{whiskers}; {Q1}, {MEDIAN}, {Q3} with or without {MINIMUM} and {MAXIMUM}; {MINIMUM}, {MEDIAN}, {MAXIMUM}"


def _half(marks: Marks) -> float:
    """Length of a whisker: half the distance of both, or the distance of the one there is from the centre."""
    if LOWER in marks and UPPER in marks:
        return (marks[UPPER] - marks[LOWER]) / 2
    return marks[UPPER] - marks[CENTRE] if UPPER in marks else marks[CENTRE] - marks[LOWER]


def _by_sd(marks: Marks, n: int) -> Converted:
    return marks[CENTRE], _half(marks)


def _by_se(marks: Marks, n: int) -> Converted:
    return marks[CENTRE], sd_from_se(_half(marks), n)


def _by_interval(marks: Marks, n: int) -> Converted:
    low, high = (marks[CENTRE] - _half(marks), marks[CENTRE] + _half(marks))
    return marks[CENTRE], sd_from_ci(low, high, n)


def _centre_alone(marks: Marks, n: int) -> Converted:
    return marks[CENTRE], None


def _untangled(marks: Marks, low: str, middle: str, high: str) -> tuple[float, float, float]:
    """The three values with both neighbours held on their side of the middle: marks that coincide in the figure may
    be read in the wrong order by less than the reading error."""
    return min(marks[low], marks[middle]), marks[middle], max(marks[high], marks[middle])


def _quartiles(low: str, middle: str, high: str) -> Callable[[Marks, int], MeanSD]:
    return lambda marks, n: mean_sd_from_quartiles(*_untangled(marks, low, middle, high), n)


def _range(low: str, middle: str, high: str) -> Callable[[Marks, int], MeanSD]:
    return lambda marks, n: mean_sd_from_range(*_untangled(marks, low, middle, high), n)


def _five(marks: Marks, n: int) -> MeanSD:
    q1, median, q3 = _untangled(marks, Q1, MEDIAN, Q3)
    return mean_sd_from_five_numbers(min(marks[MINIMUM], q1), q1, median, q3, max(marks[MAXIMUM], q3), n)


def _forms() -> tuple[Form, ...]:
    handbook = "Cochrane Handbook for Systematic Reviews of Interventions, version 6, section"
    symmetric = (
        (SD, False, "SD = length of the whisker", "as drawn", _by_sd),
        (SE, True, "SD = SE √n, SE = length of the whisker", f"{handbook} 6.5.2.2", _by_se),
        (
            CI,
            True,
            "SD = √n (high − low)/(2 t), t with n − 1 degrees of freedom",
            f"{handbook} 6.5.2.2",
            _by_interval,
        ),
    )
    forms = [
        Form("centre alone", frozenset({CENTRE}), "", False, "no dispersion was drawn", "as drawn", _centre_alone)
    ]
    for whisker, needs_n, formula, source, convert in symmetric:
        for ends in ((UPPER,), (LOWER,), (LOWER, UPPER)):
            roles = frozenset({CENTRE, *ends})
            by = f"{ends[0]} alone, taken to be symmetric" if len(ends) == 1 else "both whiskers"
            forms.append(Form(f"mean and {whisker} ({by})", roles, whisker, needs_n, formula, source, convert))
    quantiles = (
        (f"median and {IQR} whiskers", (LOWER, CENTRE, UPPER), IQR, _quartiles(LOWER, CENTRE, UPPER), "quartiles"),
        (f"median and {RANGE} whiskers", (LOWER, CENTRE, UPPER), RANGE, _range(LOWER, CENTRE, UPPER), "the range"),
        ("box without whiskers", (Q1, MEDIAN, Q3), "", _quartiles(Q1, MEDIAN, Q3), "quartiles"),
        ("median and extremes", (MINIMUM, MEDIAN, MAXIMUM), "", _range(MINIMUM, MEDIAN, MAXIMUM), "the range"),
        ("box plot", (MINIMUM, Q1, MEDIAN, Q3, MAXIMUM), "", _five, "the five-number summary"),
    )
    for name, roles_drawn, whisker, summary, what in quantiles:
        forms.append(
            Form(
                name,
                frozenset(roles_drawn),
                whisker,
                True,
                f"mean and SD estimated from the median and {what}",
                "Luo 2018, Wan 2014, Shi 2020",
                _mean_and_sd(summary),
                summary,
            )
        )
    return tuple(forms)


def _mean_and_sd(summary: Callable[[Marks, int], MeanSD]) -> Callable[[Marks, int], Converted]:
    def convert(marks: Marks, n: int) -> Converted:
        result = summary(marks, n)
        return result.mean, result.sd

    return convert


FORMS = _forms()
