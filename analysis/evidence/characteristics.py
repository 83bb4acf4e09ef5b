"""The values of a characteristic of trials in baseline.csv, for whoever asks whether effects differ by it."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.evidence.rows import Baseline
from analysis.evidence.rows_question import BOTH_ARMS

#: what says how far a value spreads, and is none itself
SPREAD = "SD"


def of_trials(baseline: Iterable[Baseline], characteristic: str) -> tuple[Baseline, ...]:
    """The rows that give it for whole trials, in the order of the file."""
    return tuple(
        row
        for row in baseline
        if row.characteristic == characteristic and row.arm == BOTH_ARMS and row.statistic != SPREAD
    )
