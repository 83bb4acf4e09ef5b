"""Caveats that inverse-variance results carry, in words fit for print."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods import wording
from analysis.methods.errors import Notice

# Below this many studies τ² is hardly estimable [@bender2018] and a prediction interval very imprecise.
FEW_STUDIES = 5
# A standard error below this share of its estimate is what floats leave of 0.
ROUNDING = 1e-12

INTERVALS = {
    "wald": "Wald",
    "HK": "Hartung-Knapp",
    "mHK": "modified Hartung-Knapp (variance factor at least one)",
}

NO_STUDY = Notice("no-study", "No trial could be analysed.")
SINGLE_STUDY = Notice(
    "single-study",
    "Only one trial could be analysed: nothing was pooled, its own estimate is shown with a normal interval, and "
    "heterogeneity cannot be assessed.",
)
IDENTICAL = Notice(
    "hk-degenerate",
    "All effects are equal, so the Hartung-Knapp variance is zero and its interval has no width; "
    "the Wald or the modified Hartung-Knapp interval should be read instead.",
)
NO_WIDTH = Notice(
    "no-width",
    "No arm of any trial had participants both with and without the event, so that the standard error is estimated "
    "as zero: the interval has no width and there is no P value, which is a lack of information and not certainty.",
)
NARROWER = Notice(
    "hk-narrower-than-wald",
    "The Hartung-Knapp interval is narrower than the Wald interval; the modified Hartung-Knapp interval, whose "
    "variance factor is at least one, is the cautious choice.",
)
TWO_STUDIES = Notice(
    "prediction-df",
    "With two trials the prediction interval would have no degree of freedom; one was used, so it is only "
    "indicative.",
)
EMPTY_INTERVAL = Notice(
    "empty-tau2-interval",
    "The trials agree better than chance would let them, so the Q-profile set for the between-trial variance is "
    "empty and is shown as zero.",
)


def imprecise_prediction(k: int) -> Notice:
    """The caveat on a prediction interval from few studies."""
    return Notice(
        "imprecise-prediction",
        f"With {wording.trials(k)} the between-trial variance and the prediction interval are very imprecise.",
    )


def left_out(number: int) -> Notice:
    """The caveat on studies whose estimated variance is zero."""
    trials = f"{wording.trials_first(number)} {'has' if number == 1 else 'have'}"
    return Notice(
        "zero-variance",
        f"{trials} an estimated variance of zero, hence no finite weight, and took no part in pooling.",
    )


class Fit(Protocol):
    """What the caveats depend on; numbers are plain, or arrays of shape (B,)."""

    @property
    def estimate(self) -> ArrayLike: ...
    @property
    def se(self) -> ArrayLike: ...
    @property
    def hk_factor(self) -> ArrayLike: ...
    @property
    def q(self) -> ArrayLike: ...
    @property
    def level(self) -> float: ...
    @property
    def tau2_method(self) -> str: ...
    @property
    def ci_method(self) -> str: ...
    @property
    def prediction_method(self) -> str: ...


def of_random_effects(result: Fit, k: NDArray[np.intp], vi: NDArray[np.float64]) -> tuple[tuple[Notice, ...], ...]:
    """One tuple of notices per analysis; ``k`` of shape (B,), ``vi`` of shape (B, k)."""
    from scipy.special import chdtri, ndtri, stdtrit

    estimate, se, factor, q = (
        np.atleast_1d(np.asarray(x, dtype=float)) for x in (result.estimate, result.se, result.hk_factor, result.q)
    )
    several = k >= 2
    df = np.maximum(k - 1.0, 1.0)
    upper = 0.5 + result.level / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        narrower = several & (factor > 0) & (stdtrit(df, upper) * np.sqrt(factor) < ndtri(upper))
        empty = several & (q < chdtri(df, upper))
    degenerate = several & (result.ci_method != "wald") & (se <= ROUNDING * np.abs(estimate))
    random = result.tau2_method != "EE"
    zero = np.count_nonzero(vi == 0, axis=1)

    rows = []
    for i, studies in enumerate(k.tolist()):
        row: list[Notice] = []
        if studies == 0:
            row.append(NO_STUDY)
        elif studies == 1:
            row.append(SINGLE_STUDY)
        elif random and studies < FEW_STUDIES:
            row.append(imprecise_prediction(studies))
            if studies == 2 and result.prediction_method == "k-2":
                row.append(TWO_STUDIES)
        if degenerate[i]:
            row.append(IDENTICAL)
        elif narrower[i]:
            row.append(NARROWER)
        if empty[i]:
            row.append(EMPTY_INTERVAL)
        if zero[i]:
            row.append(left_out(int(zero[i])))
        rows.append(tuple(row))
    return tuple(rows)
