"""Reported statistics of continuous outcomes to what a synthesis can use, row by row, with the method and its source.

Nothing is converted in silence: a row that needs no conversion says so, and one that does not allow any (no spread,
ranks, skewed or piled up at the end of its scale) says why and has no mean. Skewness is tested twice: from quantiles
(Shi 2023) and, where a scale has an end, from the distance of the mean to it in SDs (Handbook 10.5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from analysis.evidence.digitised import DigitisedSeries
from analysis.evidence.load import Evidence
from analysis.evidence.quoted import as_printed
from analysis.evidence.rows import Continuous
from analysis.evidence.rows_bookkeeping import Scale
from analysis.methods import consistency, log_scale
from analysis.methods import conversions as convert
from analysis.methods.errors import InputError
from analysis.methods.log_scale import LogArm
from analysis.methods.quantile_summaries import SMALLEST_SAMPLE
from analysis.printing.quantities import quantity

PREFIX = "continuous-"
HANDBOOK = "higgins2019handbook"
#: papers that the names in a conversion's source stand for → keys in references.bib
CITATIONS = {
    "Luo 2018": "luo2018",
    "Wan 2014": "wan2014",
    "Shi 2020": "shi2020sd",
    "Shi 2023": "shi2023skewness",
    "Hozo 2005": "hozo2005",
    "Bland 2015": "bland2015",
    "Handbook": HANDBOOK,
}
NO_SPREAD = "no measure of spread is in the available text"
SKEWNESS_TEST = "test of Shi 2023 from quartiles or range, 5% level"
#: SDs between the mean and an end of the scale: below two skewness is likely, below one hardly in doubt
LIKELY_SKEWED, SKEWED = 2, 1


@dataclass(frozen=True, slots=True)
class Conversion:
    """One row of continuous.csv made usable, or the reason why it is not.

    ``mean`` with ``sd`` is an arm's, ``mean`` with ``se`` a difference between arms (treatment minus control); all
    are in the row's unit. ``source`` names papers and equations, ``citations`` their keys in references.bib;
    ``skewed`` tells that quantiles contradict a normal distribution. A change from baseline has its own spread: no
    correlation was assumed anywhere.
    """

    row: str
    trial: str
    converted: bool
    skewed: bool
    citations: tuple[str, ...]
    warnings: tuple[str, ...]
    method: str = quantity("text")
    source: str = quantity("text")
    note: str = quantity("text")
    n: int | None = quantity("count", None)
    mean: float | None = quantity("measurement", None)
    sd: float | None = quantity("measurement", None)
    se: float | None = quantity("measurement", None)

    @property
    def usable(self) -> bool:
        """Whether there is a mean with an SD or a standard error."""
        return self.mean is not None and (self.sd is not None or self.se is not None)


def conversions(evidence: Evidence) -> Mapping[str, Conversion]:
    """Every row of continuous.csv and every series read from a figure, by id without prefix and with underscores."""
    scales = {scale.quantity: scale for scale in evidence.scales}
    found = {}
    for row in evidence.continuous:
        key = row.row_id.removeprefix(PREFIX).replace("-", "_")
        found[key] = converted(evidence, row, scales[row.outcome])
    for series in evidence.digitised:
        if series.outcome in scales:
            found[series_key(series)] = of_series(series, scales[series.outcome])
    return found


def series_key(series: DigitisedSeries) -> str:
    """The key of what a series read from a figure becomes."""
    return series.row_id.replace("-", "_")


def converted(evidence: Evidence, row: Continuous, scale: Scale, despite_skew: bool = False) -> Conversion:
    """What one row becomes; ``despite_skew``: convert quantiles of skewed data all the same, to see what follows."""
    if row.statistic in QUANTILES:
        result = from_quantiles(row, scale, despite_skew)
    elif row.statistic in BY_STATISTIC:
        result = BY_STATISTIC[row.statistic](row, scale)
    elif row.statistic == "difference/p":
        result = difference_from_p(evidence, row)
    else:
        result = unusable(row, REASONS[row.statistic])
    if scale.kind == "change" and result.usable:
        result = replace(result, warnings=(*result.warnings, "change from baseline, with its own spread"))
    result = near_an_end(scale, result, despite_skew)
    return replace(result, note="; ".join(result.warnings))


def of_series(series: DigitisedSeries, scale: Scale, despite_skew: bool = False) -> Conversion:
    """What a series read from a figure becomes: its mean and SD, unless its marks speak against them."""
    result = Conversion(
        row=series.row_id,
        trial=series.trial,
        converted=series.conversion.source != "as drawn",
        skewed=bool(series.conversion.skewed),
        citations=tuple(key for name, key in CITATIONS.items() if name in series.conversion.source),
        warnings=(),
        method=f"{series.conversion.name}: {series.conversion.formula}",
        source=series.conversion.source,
        note=reading_error(series),
        n=series.n,
        mean=series.mean.value,
        sd=None if series.sd is None else series.sd.value,
    )
    if result.sd is None:
        return without_mean(result, NO_SPREAD)
    if result.skewed and not despite_skew:
        return without_mean(result, "skewed")
    return near_an_end(scale, result, despite_skew)


def reading_error(series: DigitisedSeries) -> str:
    """How far the values read may be off, in words."""
    spread = "" if series.sd is None else f", SD {series.sd.low:.3g} to {series.sd.high:.3g}"
    return (
        f"read from a figure: mean {series.mean.low:.4g} to {series.mean.high:.4g}{spread} within the reading error"
    )


def without_mean(result: Conversion, why: str) -> Conversion:
    """The same without mean and spread, and why."""
    return replace(result, converted=False, method=f"not converted: {why}", source="", mean=None, sd=None, se=None)


def near_an_end(scale: Scale, result: Conversion, despite_skew: bool = False) -> Conversion:
    """Refuse or flag a mean that lies within a few SDs of an end of its scale (Handbook 10.5.3)."""
    if result.mean is None or not result.sd or scale.kind != "value":
        return result
    nearest = min((abs(result.mean - end) / result.sd for end in _ends(scale)), default=float("inf"))
    if nearest >= LIKELY_SKEWED:
        return result
    words = f"the mean lies {nearest:.1f} SD from the end of the scale (Handbook 10.5.3)"
    if nearest < SKEWED and result.converted and not despite_skew:
        return replace(without_mean(result, "skewed"), citations=(), skewed=True, warnings=(words,))
    return replace(result, skewed=True, warnings=(*result.warnings, f"probably skewed: {words}"))


def unusable(row: Continuous, why: str, *, skewed: bool = False, warnings: tuple[str, ...] = ()) -> Conversion:
    return Conversion(
        row=row.row_id, trial=row.trial, converted=False, skewed=skewed, citations=(), warnings=warnings,
        method=f"not converted: {why}", source="", note="", n=row.n,
    )  # fmt: skip


def usable(
    row: Continuous, method: str, source: str, mean: float, *, sd: float | None = None, se: float | None = None
) -> Conversion:
    return Conversion(
        row=row.row_id,
        trial=row.trial,
        converted=bool(source),
        skewed=False,
        citations=tuple(key for name, key in CITATIONS.items() if name in source),
        warnings=(),
        method=method,
        source=source,
        note="",
        n=row.n,
        mean=mean,
        sd=sd,
        se=se,
    )


def as_reported(row: Continuous, scale: Scale) -> Conversion:
    return usable(row, "mean and SD as reported", "", row.centre, sd=row.sd)


def from_se(row: Continuous, scale: Scale) -> Conversion:
    if row.n is None or row.n < 2:
        return unusable(row, "the number of patients is not in the available text")
    assert row.se is not None
    sd = convert.sd_from_se(row.se, row.n)
    return usable(row, "SD from the standard error", "Handbook 6.5.2.2", row.centre, sd=sd)


def from_ci(row: Continuous, scale: Scale) -> Conversion:
    if row.n is None or row.n < 2:
        return unusable(row, "the number of patients is not in the available text")
    assert row.low is not None and row.high is not None
    sd = convert.sd_from_ci(row.low, row.high, row.n)
    return usable(row, "SD from the confidence interval of the mean", "Handbook 6.5.2.2", row.centre, sd=sd)


def difference_from_ci(row: Continuous, scale: Scale) -> Conversion:
    assert row.low is not None and row.high is not None
    printed = [as_printed(value, row.quotation) for value in (row.centre, row.low, row.high)]
    if not consistency.symmetric(printed[0], printed[1], printed[2], "difference"):
        return unusable(row, "the difference is not the middle of its interval, so that no normal one is meant")
    se = convert.se_from_ci(row.low, row.high)
    return usable(row, "standard error from the confidence interval", "Handbook 6.3.1", row.centre, se=se)


def difference_from_p(evidence: Evidence, row: Continuous) -> Conversion:
    trial = evidence.trial(row.trial)
    n1, n2 = trial.randomised_treatment, trial.randomised_control
    if row.centre == 0 or n1 is None or n2 is None:
        return unusable(row, "the difference is 0 or an arm's size is not in the available text")
    assert row.p_value is not None
    sd = convert.sd_from_p(row.centre, row.p_value, n1, n2)
    result = usable(
        row, "standard error from the p-value of a t test", "Handbook 6.5.2.3", row.centre,
        se=sd * (1 / n1 + 1 / n2) ** 0.5,
    )  # fmt: skip
    return replace(result, warnings=("arm sizes as randomised",))


def from_quantiles(row: Continuous, scale: Scale, despite_skew: bool = False) -> Conversion:
    """Mean and SD from a median with quartiles, range or both, unless the quantiles speak against it."""
    named = {"q1": row.low, "q3": row.high, "minimum": row.minimum, "maximum": row.maximum}
    given = {name: value for name, value in named.items() if value is not None}
    if row.n is None or row.n < SMALLEST_SAMPLE:
        return unusable(row, f"the methods need at least {SMALLEST_SAMPLE} patients")
    if len(set(given.values())) == 1:
        return unusable(row, "quartiles or range without width")
    at_the_end = [value for name, value in given.items() if name in ("q1", "q3") and value in _ends(scale)]
    if at_the_end and not despite_skew:
        return unusable(
            row, f"a quartile lies at the end of the scale, {at_the_end[0]:g}", skewed=True,
            warnings=("values pile up at an end of the scale",),
        )  # fmt: skip
    test = convert.skewness_test(row.n, median=row.centre, **given)
    if test.skewed and not despite_skew:
        return unusable(
            row, f"skewed, {test.statistic:.2f} above {test.critical:.2f}", skewed=True, warnings=(SKEWNESS_TEST,)
        )
    if "minimum" not in given:
        found = convert.mean_sd_from_quartiles(given["q1"], row.centre, given["q3"], row.n)
        method = "mean and SD from median and quartiles"
    elif "q1" not in given:
        found = convert.mean_sd_from_range(given["minimum"], row.centre, given["maximum"], row.n)
        method = "mean and SD from median and range"
    else:
        found = convert.mean_sd_from_five_numbers(
            given["minimum"], given["q1"], row.centre, given["q3"], given["maximum"], row.n
        )
        method = "mean and SD from median, quartiles and range"
    return usable(row, method, found.source, found.mean, sd=found.sd)


def log_arm(row: Continuous | DigitisedSeries, scale: Scale, result: Conversion, factor: float) -> LogArm | None:
    """The logarithm of an arm's values, multiplied by ``factor``: from its quantiles, else from its mean and SD.

    Of a figure the mean and SD are taken, whatever was drawn.

    None where values may be 0 or below, where they are changes, or where there is no spread.
    """
    if scale.kind != "value" or scale.least is None or scale.least < 0 or result.n is None:
        return None
    try:
        if isinstance(row, DigitisedSeries) or row.statistic not in QUANTILES:
            if result.mean is None or result.sd is None:
                return None
            return log_scale.log_arm_from_mean_sd(factor * result.mean, factor * result.sd, result.n)
        median, n = factor * row.centre, result.n
        low, high, least, most = (
            None if value is None else factor * value for value in (row.low, row.high, row.minimum, row.maximum)
        )
        if low is None or high is None:
            return log_scale.log_arm_from_range(least or 0.0, median, most or 0.0, n)
        if least is None or most is None:
            return log_scale.log_arm_from_quartiles(low, median, high, n)
        return log_scale.log_arm_from_five_numbers(least, low, median, high, most, n)
    except InputError:
        return None


def _ends(scale: Scale) -> set[float]:
    return {end for end in (scale.least, scale.greatest) if end is not None}


BY_STATISTIC: dict[str, Callable[[Continuous, Scale], Conversion]] = {
    "mean/SD": as_reported,
    "mean/SE": from_se,
    "mean/95% CI": from_ci,
    "difference/95% CI": difference_from_ci,
}
QUANTILES = ("median/IQR", "median/range", "median/IQR/range")
RATIO = "a ratio between arms has no mean; it enters as it is printed"
REASONS = {
    "ratio of means/95% CI": RATIO,
    "ratio of geometric means/95% CI": RATIO,
    "mean": NO_SPREAD,
    "median": NO_SPREAD,
    "median rank/IQR": "ranks have no unit",
    "median difference/95% CI": "a difference of medians is not a difference of means",
    "centre only (mean or median not stated)": f"mean or median not stated, and {NO_SPREAD}",
    "centre only (stay; median implied)": f"mean or median not stated, and {NO_SPREAD}",
}
