"""Means, medians and their spread: units and scales, SE taken for SD, and means that whole numbers cannot have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import as_printed, decimals_in
from analysis.evidence.rows import Baseline, Continuous, Tables
from analysis.evidence.rows_bookkeeping import Scale
from analysis.evidence.rows_question import BETWEEN_ARMS, COMPARISONS, RATIO_OF_ARMS
from analysis.methods.consistency import grim, grimmer, is_se_of, looks_like_se

#: the columns that each kind of statistic fills besides centre
PARTS = {
    "mean/SD": ("sd",),
    "mean/SE": ("se",),
    "mean/95% CI": ("low", "high"),
    "median/IQR": ("low", "high"),
    "median/range": ("minimum", "maximum"),
    "median/IQR/range": ("low", "high", "minimum", "maximum"),
    "median rank/IQR": ("low", "high"),
    "difference/95% CI": ("low", "high"),
    "difference/p": ("p_value",),
    "median difference/95% CI": ("low", "high"),
    "ratio of means/95% CI": ("low", "high"),
    "ratio of geometric means/95% CI": ("low", "high"),
}
#: word of a statistic → what it compares
COMPARED_BY = {"difference": BETWEEN_ARMS, "ratio": RATIO_OF_ARMS}
SPREAD = ("low", "high", "sd", "se", "minimum", "maximum")
#: width of the interquartile range of a normal distribution, in standard deviations
IQR_IN_SD = 1.349
NUMERIC = ("mean", "SD", "median (IQR)")
CHECK_QUOTATION = "check against the quotation"


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean and SD of one arm, each with the row and column it stands in."""

    row: Continuous | Baseline
    column: str
    quantity: str
    arm: str
    key: tuple[object, ...]
    n: int | None
    mean: float
    sd: float | None
    sd_row: Continuous | Baseline | None
    sd_column: str


def spreads(tables: Tables) -> Iterator[Spread]:
    """Every mean that is reported for an arm, with its SD if there is one."""
    for row in tables.continuous:
        if row.statistic in ("mean", "mean/SD"):
            key = (row.trial, row.outcome, row.timepoint_days)
            yield Spread(row, "centre", row.outcome, row.arm, key, row.n, row.centre, row.sd, row, "sd")
    deviations = {(r.trial, r.characteristic, r.arm, r.source): r for r in tables.baseline if r.statistic == "SD"}
    for entry in tables.baseline:
        if entry.statistic != "mean" or entry.value is None:
            continue
        sd = deviations.get((entry.trial, entry.characteristic, entry.arm, entry.source))
        yield Spread(
            entry, "value", entry.characteristic, entry.arm, (entry.trial, entry.characteristic, entry.source),
            entry.n, entry.value, sd.value if sd else None, sd, "value",
        )  # fmt: skip


def parts(tables: Tables) -> Examined:
    """Each statistic fills the columns that belong to it and no other."""

    def look(row: Continuous) -> Iterator[Finding]:
        needed = PARTS.get(row.statistic, ())
        for column in SPREAD:
            filled = getattr(row, column) is not None
            if filled != (column in needed):
                problem = "is empty" if not filled else "is filled"
                yield Finding(
                    row, column, f"{problem} for statistic {row.statistic}", "make column and statistic agree"
                )
        word = next((word for word, arm in COMPARED_BY.items() if word in row.statistic), "")
        if COMPARED_BY.get(word, "") != (row.arm if row.arm in COMPARISONS else ""):
            yield Finding(row, "arm", f"does not go with statistic {row.statistic}", "make arm and statistic agree")

    return per_row(look, tables.continuous)


def scales(tables: Tables) -> Examined:
    """Every number has the unit of its quantity and lies where values of it can lie."""
    by_name = {scale.quantity: scale for scale in tables.scales}
    for row in tables.continuous:
        yield tuple(_on_scale(row, row.unit, by_name[row.outcome], ("centre", *SPREAD), row.arm in COMPARISONS))
    for entry in tables.baseline:
        if not entry.statistic.startswith(NUMERIC):
            continue
        scale = by_name.get(entry.characteristic)
        if scale is None:
            yield [Finding(entry, "characteristic", "is no quantity of scales.csv", "add it there with its unit")]
        else:
            yield tuple(_on_scale(entry, entry.unit, scale, ("value", "low", "high"), entry.statistic == "SD"))


def _on_scale(
    row: Continuous | Baseline, unit: str, scale: Scale, columns: tuple[str, ...], spread_only: bool
) -> Iterator[Finding]:
    if unit != scale.unit:
        yield Finding(
            row, "unit", f"is not {scale.unit}, the unit of {scale.quantity} in scales.csv",
            "convert nothing: use the printed unit, and a quantity of its own if it differs",
        )  # fmt: skip
    for column in columns:
        value = getattr(row, column)
        # Differences, ratios, SDs and standard errors are in the unit but not on the scale.
        if value is None or spread_only or column in ("sd", "se"):
            continue
        if scale.least is not None and value < scale.least:
            yield Finding(row, column, f"is below {scale.least:g}, the least {scale.quantity}", CHECK_QUOTATION)
        if scale.greatest is not None and value > scale.greatest:
            yield Finding(row, column, f"is above {scale.greatest:g}, the greatest {scale.quantity}", CHECK_QUOTATION)


def standard_errors(tables: Tables) -> Examined:
    """No SD is so small beside its peers that it must be a standard error, unless its own stands beside it."""
    found = [spread for spread in spreads(tables) if spread.sd and spread.n and spread.n > 1]
    quartiles = _sd_by_quartiles(tables)
    least = {scale.quantity: scale.least for scale in tables.scales}
    for spread in found:
        assert spread.sd and spread.n and spread.sd_row is not None
        likely = [other.sd for other in found if other.key == spread.key and other.arm != spread.arm and other.sd]
        likely += quartiles.get(spread.quantity, [])
        likely += _sd_at_other_times(spread, found) if least.get(spread.quantity) == 0 else []
        doubtful = [sd for sd in likely if looks_like_se(spread.sd, spread.n, sd)]
        yield [] if not doubtful or _se_stands_beside(spread, tables) else [
            Finding(spread.sd_row, spread.sd_column,
                    f"is far below an SD of {doubtful[0]:.3g} elsewhere; times √{spread.n} it is "
                    f"{spread.sd * spread.n**0.5:.3g}",
                    "see whether the source means a standard error; if so, give it as one")
        ]  # fmt: skip


def _sd_at_other_times(spread: Spread, spreads: Sequence[Spread]) -> list[float]:
    """SDs of the same arm and quantity on other days, in proportion to the mean: both arms may be wrong alike."""
    return [
        other.sd * spread.mean / other.mean
        for other in spreads
        if isinstance(other.row, Continuous) and isinstance(spread.row, Continuous)
        and (other.row.trial, other.quantity, other.arm) == (spread.row.trial, spread.quantity, spread.arm)
        and other.key != spread.key and other.sd and min(other.mean, spread.mean) > 0
    ]  # fmt: skip


def _se_stands_beside(spread: Spread, tables: Tables) -> bool:
    """Whether the standard error of this SD is given too: in its quotation, or in a row of the same arm and time."""
    row = spread.sd_row
    assert spread.sd and spread.n and row is not None
    sd = as_printed(spread.sd, row.quotation)
    errors = decimals_in(row.quotation)
    if isinstance(row, Continuous):
        errors += [
            as_printed(other.se, other.quotation)
            for other in tables.continuous
            if other.se
            and (other.trial, other.outcome, other.arm, other.timepoint_days)
            == (*spread.key[:2], row.arm, row.timepoint_days)
        ]
    return any(is_se_of(error, sd, spread.n) for error in errors)


def deviations(tables: Tables) -> Examined:
    """No standard error is so great beside the SDs of its quantity that it must be an SD."""
    likely = _sd_by_quartiles(tables)
    for spread in spreads(tables):
        if spread.sd:
            likely.setdefault(spread.quantity, []).append(spread.sd)

    def look(row: Continuous) -> Iterator[Finding]:
        if not row.se or row.se < 0 or row.n is None or row.n < 2:
            return
        whole = row.se * row.n**0.5
        doubtful = [sd for sd in likely.get(row.outcome, []) if sd and looks_like_se(sd, row.n, whole)]
        if doubtful:
            yield Finding(row, "se", f"times √{row.n} is {whole:.3g}, far above an SD of {doubtful[0]:.3g} elsewhere",
                          "see whether the source means an SD; if so, give it as one")  # fmt: skip

    return per_row(look, tables.continuous)


def _sd_by_quartiles(tables: Tables) -> dict[str, list[float]]:
    """SDs to be expected of each quantity from the quartiles that any trial reports."""
    found: dict[str, list[float]] = {}

    def note(quantity: str, low: float | None, high: float | None) -> None:
        if low is not None and high is not None and high > low:
            found.setdefault(quantity, []).append((high - low) / IQR_IN_SD)

    for row in tables.continuous:
        if row.statistic == "median/IQR":
            note(row.outcome, row.low, row.high)
    for entry in tables.baseline:
        if entry.statistic == "median (IQR)":
            note(entry.characteristic, entry.low, entry.high)
    return found


def granularity(tables: Tables) -> Examined:
    """Means of whole numbers are possible (GRIM)."""
    for spread in _whole(tables):
        assert spread.n is not None
        fits = grim(as_printed(spread.mean, spread.row.quotation), spread.n)
        yield [] if fits else [
            Finding(spread.row, spread.column, f"is no mean of {spread.n} whole numbers",
                    "check mean, patients and digits; if the source prints it so, explain it")
        ]  # fmt: skip


def granularity_of_spread(tables: Tables) -> Examined:
    """Mean and SD of whole numbers are possible together (GRIMMER)."""
    for spread in _whole(tables):
        assert spread.n is not None
        mean = as_printed(spread.mean, spread.row.quotation)
        if spread.sd is None or spread.sd_row is None or spread.n < 2 or not grim(mean, spread.n):
            continue
        fits = grimmer(mean, as_printed(spread.sd, spread.sd_row.quotation), spread.n)
        yield [] if fits else [
            Finding(spread.sd_row, spread.sd_column,
                    f"is no SD of {spread.n} whole numbers with a mean of {spread.mean:g}",
                    "check SD, mean and patients; if the source prints them so, explain it")
        ]  # fmt: skip


def _whole(tables: Tables) -> Iterator[Spread]:
    whole = {scale.quantity for scale in tables.scales if scale.whole_numbers}
    return (spread for spread in spreads(tables) if spread.quantity in whole and spread.n)


CHECKS = (
    Check("statistic", Kind.SLIP, "does each statistic fill its columns and no other?", parts),
    Check("scale", Kind.SLIP, "does each number have its quantity's unit and a possible value?", scales),
    Check("SE for SD", Kind.ODDITY, "is any SD more credible as a standard error?", standard_errors),
    Check("SD for SE", Kind.ODDITY, "is any standard error more credible as an SD?", deviations),
    Check("GRIM", Kind.ODDITY, "can whole numbers have this mean (Brown & Heathers 2017)?", granularity),
    Check(
        "GRIMMER", Kind.ODDITY, "can they have this SD too (Anaya 2016, Allard 2018)?", granularity_of_spread
    ),
)  # fmt: skip
