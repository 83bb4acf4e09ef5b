"""Pooled estimates computed a second time, at every build, by statsmodels: code that shares nothing with ours.

statsmodels' Paule-Mandel τ² and its Mantel-Haenszel ratio are used; its DerSimonian-Laird is not, as that lets τ²
fall below zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from analysis.data import Evidence
from analysis.results import CrossCheck, Outcome

#: statsmodels iterates Paule-Mandel's τ² to an absolute 1e-5; the ratio inherits a part of that
PAULE_MANDEL_TOLERANCE = 1e-3
MANTEL_HAENSZEL_TOLERANCE = 1e-9


class Disagreement(ArithmeticError):
    """Two independent computations of the same estimate differ by more than their tolerance."""


def crosschecks(evidence: Evidence, outcomes: Mapping[str, Outcome]) -> tuple[CrossCheck, ...]:
    """Recompute each outcome's Paule-Mandel and Mantel-Haenszel ratio. Raises ``Disagreement``."""
    checks = []
    for name, outcome in outcomes.items():
        counts = np.array(
            [
                (trial.events_msc, trial.n_msc, trial.events_control, trial.n_control)
                for trial in outcome.trials.values()
                if trial.estimable
            ],
            dtype=float,
        )
        checks.append(
            CrossCheck(
                key=f"{name}.estimators.pm_hk.pooled.estimate",
                by="statsmodels combine_effects (Paule-Mandel)",
                ours=outcome.estimators["pm_hk"].pooled.estimate,
                theirs=paule_mandel(counts),
                tolerance=PAULE_MANDEL_TOLERANCE,
            )
        )
        checks.append(
            CrossCheck(
                key=f"{name}.mantel_haenszel.estimate",
                by="statsmodels StratifiedTable (Mantel-Haenszel)",
                ours=outcome.mantel_haenszel.estimate,
                theirs=mantel_haenszel(counts),
                tolerance=MANTEL_HAENSZEL_TOLERANCE,
            )
        )
    for check in checks:
        if check.deviation > check.tolerance:
            raise Disagreement(
                f"{check.key} is {check.ours!r} by our code and {check.theirs!r} by {check.by}: they differ by "
                f"{check.deviation:.2g}, more than {check.tolerance:.2g}"
            )
    return tuple(checks)


def paule_mandel(counts: np.ndarray) -> float:
    """Risk ratio by statsmodels' Paule-Mandel, from counts of shape (k, 4); half an event added to zero cells."""
    from statsmodels.stats.meta_analysis import combine_effects

    events_msc, n_msc, events_control, n_control = counts.T
    zero = (events_msc == 0) | (events_control == 0) | (events_msc == n_msc) | (events_control == n_control)
    a, c = events_msc + zero / 2, events_control + zero / 2
    n1, n2 = n_msc + zero, n_control + zero
    effect = np.log(a / n1) - np.log(c / n2)
    variance = 1 / a - 1 / n1 + 1 / c - 1 / n2
    return math.exp(combine_effects(effect, variance, method_re="iterated", atol=1e-10).mean_effect_re)


def mantel_haenszel(counts: np.ndarray) -> float:
    """Risk ratio by statsmodels' StratifiedTable, from counts of shape (k, 4)."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = [
        np.array([[events_msc, n_msc - events_msc], [events_control, n_control - events_control]])
        for events_msc, n_msc, events_control, n_control in counts
    ]
    return float(StratifiedTable(tables).riskratio_pooled)
