"""Which trials give numbers per arm of a measured quantity: derived from the rows, so that no text can deny them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.evidence.load import Evidence
from analysis.evidence.rows_question import ARMS, COMPARISONS


class Measured(NamedTuple):
    """A quantity of a trial."""

    trial: str
    quantity: str


def numbers_per_arm(evidence: Evidence, series: Iterable[DigitisedSeries]) -> Mapping[Measured, tuple[str, ...]]:
    """Quantities with both arms, or a comparison of them, on one day → the rows of continuous.csv behind them.

    Values read from figures count like printed ones; no row of a table stands behind these.
    """
    arms: dict[tuple[Measured, int | None], set[str]] = {}
    rows: dict[tuple[Measured, int | None], list[str]] = {}
    for row in evidence.continuous:
        at = Measured(row.trial, row.outcome), row.timepoint_days
        arms.setdefault(at, set()).add(row.arm)
        rows.setdefault(at, []).append(row.row_id)
    for one in series:
        arms.setdefault((Measured(one.trial, one.outcome), one.day), set()).add(one.arm)
    found: dict[Measured, tuple[str, ...]] = {}
    for at, known in arms.items():
        if known & {*COMPARISONS} or known.issuperset(ARMS):
            found[at[0]] = (*found.get(at[0], ()), *rows.get(at, ()))
    return found
