"""Printed estimates, intervals and p-values against each other and against the counts beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import as_printed, p_values_in
from analysis.evidence.rows import Continuous, Count, PublishedPooled, Tables
from analysis.evidence.rows_question import RATIO_OF_ARMS
from analysis.methods import consistency
from analysis.methods.consistency import Range, Rounded, Scale

CHECK_QUOTATION = "check against the quotation"
RATIOS = ("RR", "OR", "HR", "IRR")
#: a printed standard error may differ from that of the counts by rounding and by this part of it
SE_SLACK = 0.05
#: test statistics of an interval and of a p-value may differ by rounding and by this much (t, rank or score tests)
Z_SLACK = 0.1


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its limits, as printed, and the p-value that belongs to it if there is one."""

    row: Any
    columns: tuple[str, str, str]
    parts: tuple[Rounded, Rounded, Rounded]
    scale: Scale
    symmetric: bool
    p: Rounded | None


def intervals(tables: Tables) -> Iterator[Interval]:
    """Every estimate that comes with an interval, from all tables."""
    for count in tables.counts:
        columns = ("printed_estimate", "printed_low", "printed_high")
        p = None if count.printed_p is None else as_printed(count.printed_p, count.quotation)
        yield from _interval(count, columns, "ratio", p)
    for pooled in tables.published:
        scale: Scale = "ratio" if pooled.measure in RATIOS else "difference"
        stated = p_values_in(pooled.quotation)
        p = stated[-1] if stated else None
        yield from _interval(pooled, ("estimate", "low", "high"), scale, p)
    for outcome in tables.continuous:
        if outcome.statistic.endswith("/95% CI"):
            p = None if outcome.p_value is None else as_printed(outcome.p_value, outcome.quotation)
            # The interval of a median difference comes from ranks and need not be symmetric.
            plain = outcome.statistic != "median difference/95% CI"
            of: Scale = "ratio" if outcome.arm == RATIO_OF_ARMS else "difference"
            yield from _interval(outcome, ("centre", "low", "high"), of, p, plain)


def _interval(
    row: Count | PublishedPooled | Continuous,
    columns: tuple[str, str, str],
    scale: Scale,
    p: Rounded | None,
    symmetric: bool = True,
) -> Iterator[Interval]:
    values = [getattr(row, column) for column in columns]
    if None not in values and values[1] <= values[0] <= values[2]:
        a, b, c = (as_printed(value, row.quotation) for value in values)
        yield Interval(row, columns, (a, b, c), scale, symmetric, p)


def complete(tables: Tables) -> Examined:
    """A printed ratio comes with its measure and both limits."""

    def look(count: Count) -> Iterator[Finding]:
        parts = (count.printed_estimate, count.printed_low, count.printed_high)
        given = sum(part is not None for part in parts)
        if given not in (0, 3) or bool(given) != bool(count.printed_measure):
            yield Finding(
                count, "printed_measure", "does not come with an estimate and both limits", "give all four or none"
            )  # fmt: skip

    return per_row(look, tables.counts)


def enclosing(tables: Tables) -> Examined:
    """Estimates lie within their limits, medians within their quartiles and ranges."""
    nested: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
        (tables.counts, "printed_estimate", ("printed_low", "printed_high")),
        (tables.published, "estimate", ("low", "high")),
        (tables.continuous, "centre", ("low", "high")),
        (tables.continuous, "centre", ("minimum", "maximum")),
        (tables.continuous, "low", ("minimum", "maximum")),
        (tables.continuous, "high", ("minimum", "maximum")),
        (tables.baseline, "value", ("low", "high")),
    )
    for rows, column, limits in nested:
        for row in rows:
            value, low, high = getattr(row, column), *(getattr(row, limit) for limit in limits)
            if value is None or low is None or high is None:
                continue
            inside = low <= value <= high
            yield [] if inside else [Finding(row, column, f"lies outside {low:g} to {high:g}", CHECK_QUOTATION)]


def symmetric(tables: Tables) -> Examined:
    """Estimates lie in the middle of their interval, on the log scale for ratios."""
    for interval in intervals(tables):
        if not interval.symmetric:
            continue
        fits = consistency.symmetric(*interval.parts, interval.scale)
        where = " on the log scale" if interval.scale == "ratio" else ""
        low, high = (getattr(interval.row, column) for column in interval.columns[1:])
        yield [] if fits else [
            Finding(interval.row, interval.columns[0], f"is not the middle of {low:g} to {high:g}{where}",
                    "look for a misprint, a swapped column, or another kind of interval")
        ]  # fmt: skip


def ratio(tables: Tables) -> Examined:
    """Printed ratios are those of the counts beside them."""

    def look(count: Count) -> Iterator[Finding]:
        crude = consistency.crude_ratio(count.printed_measure, *_counts(count))
        if crude is None or count.printed_estimate is None:
            return
        printed = as_printed(count.printed_estimate, count.quotation)
        # Half a unit for its own rounding, half for that of percentages that it may have been computed from.
        if not Range(crude, crude).meets(printed.range, printed.unit / 2):
            yield Finding(
                count, "printed_estimate",
                f"is printed as {count.printed_measure}, but {count.events_treatment}/{count.n_treatment} against "
                f"{count.events_control}/{count.n_control} {count.counted_unit} gives {crude:.2f}",
                "check the counts; if the source prints both, explain it",
            )  # fmt: skip

    return per_row(look, [row for row in _possible(tables) if row.printed_measure])


def ratio_interval(tables: Tables) -> Examined:
    """Printed intervals are as wide as the counts beside them allow."""

    def look(count: Count) -> Iterator[Finding]:
        expected = consistency.log_ratio_se(count.printed_measure, *_counts(count))
        if expected is None or count.printed_low is None or count.printed_high is None:
            return
        low, high = (as_printed(value, count.quotation) for value in (count.printed_low, count.printed_high))
        given = consistency.log_se_range(low, high)
        if given is not None and not given.meets(Range(expected, expected), SE_SLACK * expected):
            yield Finding(
                count, "printed_low",
                f"to {count.printed_high:g} has a standard error of {given.low:.2f} to {given.high:.2f} on the log "
                f"scale, but the counts give {expected:.2f}",
                "check the counts and the limits; if the source prints both, explain it",
            )  # fmt: skip

    return per_row(look, [row for row in _possible(tables) if row.printed_measure])


def _possible(tables: Tables) -> list[Count]:
    """Rows whose four counts are there and no more than their totals; the others are told by another check."""
    return [
        row for row in tables.counts
        if row.complete and row.events_treatment <= row.n_treatment and row.events_control <= row.n_control  # type: ignore[operator]
    ]  # fmt: skip


def _counts(count: Count) -> tuple[int, int, int, int]:
    assert count.events_treatment is not None and count.n_treatment is not None
    assert count.events_control is not None and count.n_control is not None
    return count.events_treatment, count.n_treatment, count.events_control, count.n_control


def p_against_interval(tables: Tables) -> Examined:
    """P-values are those of the intervals beside them (Altman & Bland 2011)."""
    for interval in intervals(tables):
        if interval.p is None:
            continue
        z = consistency.z_from_interval(*interval.parts, interval.scale)
        if z is None or z.meets(consistency.z_from_p(interval.p), Z_SLACK):
            yield []
            continue
        implied = sorted(consistency.p_from_z(value) for value in z)
        printed = float(interval.p.value)
        yield [
            Finding(interval.row, interval.columns[0],
                    f"and its limits mean P = {implied[0]:.2g} to {implied[1]:.2g}, but P = {printed:g} is printed",
                    "check them; a P of heterogeneity or of another test must be explained")
        ]  # fmt: skip


def p_against_counts(tables: Tables) -> Examined:
    """P-values without an interval are those that a usual test gives the counts beside them."""
    rows = [row for row in _possible(tables) if row.printed_p is not None and not row.printed_measure]

    def look(count: Count) -> Iterator[Finding]:
        assert count.printed_p is not None
        possible = consistency.p_of_counts(*_counts(count))
        if not possible.meets(as_printed(count.printed_p, count.quotation).range):
            yield Finding(
                count, "printed_p",
                f"is none of the p-values that Fisher's test or χ² give "
                f"{count.events_treatment}/{count.n_treatment} against {count.events_control}/{count.n_control}: "
                f"{possible.low:.3g} to {possible.high:.3g}",
                "check the counts and the p-value; another test must be explained",
            )  # fmt: skip

    return per_row(look, rows)


CHECKS = (
    Check("printed ratio whole", Kind.SLIP, "do ratios come with measure and both limits?", complete),
    Check("limits", Kind.ODDITY, "do estimates lie within their limits?", enclosing),
    Check("symmetry", Kind.ODDITY, "do estimates lie in the middle of their interval?", symmetric),
    Check("printed ratio", Kind.ODDITY, "are printed ratios those of their counts?", ratio),
    Check("printed interval", Kind.ODDITY, "are printed intervals those of their counts?", ratio_interval),
    Check("p and interval", Kind.ODDITY, "are p-values those of their intervals?", p_against_interval),
    Check("p and counts", Kind.ODDITY, "are p-values those of their counts?", p_against_counts),
)
