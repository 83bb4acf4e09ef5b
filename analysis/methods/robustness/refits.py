"""Pooling again without a study, study by study, and in every subset of studies.

Sources
    Leave-one-out and cumulative meta-analysis: Lau J, Antman EM, Jimenez-Silva J, et al. N Engl J Med
        1992;327:248-254 [@lau1992cumulative]; Viechtbauer W. J Stat Softw 2010;36(3) [@viechtbauer2010metafor].
    All subsets: Olkin I, Dahabreh IJ, Trikalinos TA. Res Synth Methods 2012;3:214-223 (GOSH; here one size)
        [@olkin2012gosh].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.arguments import usable_studies, whole
from analysis.methods.errors import InputError, Notice, Refusal
from analysis.methods.models import RandomEffects, random_effects
from analysis.methods.robustness.verdicts import CONTROL, TREATMENT, Side, is_negative, verdicts

# A batch of this many small fits takes about a second.
LARGEST_NUMBER_OF_SUBSETS = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """Pooled results of one series of study sets.

    Attributes:
        studies: shape (B,), position in the input of the study that row b leaves out (leave-one-out) or adds last
            (cumulative). Studies without an effect size or with a variance of 0 have no row.
        pooled: batch result; its numbers are arrays of shape (B,).
        full: result of all studies together.
        verdict: shape (B,), side on which the interval lies, see `verdicts`.
        full_verdict: the same for ``full``.
        warnings: notices about studies left out.
    """

    studies: NDArray[np.intp]
    pooled: RandomEffects
    full: RandomEffects
    verdict: NDArray[np.str_]
    full_verdict: str
    warnings: tuple[Notice, ...]

    @property
    def changes_verdict(self) -> NDArray[np.bool_]:
        """Shape (B,): whether the interval lies elsewhere than that of all studies."""
        return np.asarray(self.verdict != self.full_verdict)


@dataclass(frozen=True, slots=True, eq=False)
class Subsets:
    """Pooled results of all subsets of one size.

    Attributes:
        members: shape (B, size), positions in the input.
        pooled: batch result; its numbers are arrays of shape (B,).
        verdict: shape (B,), side on which each interval lies, see `verdicts`.
        favourable: subsets whose estimate favours treatment.
        excluding_null: subsets whose interval excludes no effect.
        favouring_treatment, favouring_control: these by side.
        warnings: notices about studies left out.
    """

    members: NDArray[np.intp]
    pooled: RandomEffects
    verdict: NDArray[np.str_]
    favourable: int
    excluding_null: int
    favouring_treatment: int
    favouring_control: int
    warnings: tuple[Notice, ...]

    @property
    def count(self) -> int:
        """Number of subsets B."""
        return len(self.members)


def leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    prediction: str = "k-1",
    favourable: Side = "negative",
) -> Refits:
    """Pool all studies but one, for each in turn.

    Args:
        yi, vi: shape (k,), effects (0 = no effect) and sampling variances; NaN in both for an absent study.
        tau2, ci, level, prediction: as in `analysis.methods.models.random_effects`.
        favourable: side of 0 that favours treatment, for the verdicts.

    Raises:
        Refusal: fewer than two studies.
        InputError: impossible values or settings.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> without = leave_one_out(effects, variances).pooled
    >>> [round(analysis.estimate, 1) for analysis in without.analyses]
    [6.1, 7.6, 8.4, 7.8, 9.9, 8.7, 5.6, 7.5]
    """
    y, v, used, warnings = usable_studies(yi, vi)
    k = len(y)
    if k < 2:
        raise Refusal("too-few-studies", "Leaving one study out needs at least two studies with an effect estimate.")
    left_out = np.eye(k, dtype=bool)
    return _refits(y, v, used, ~left_out, warnings, favourable, (tau2, ci, level, prediction))


def cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    order: Sequence[int] | None = None,
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    prediction: str = "k-1",
    favourable: Side = "negative",
) -> Refits:
    """Pool the first study, the first two, and so on.

    Args:
        yi, vi: shape (k,), effects (0 = no effect) and sampling variances; NaN in both for an absent study.
        order: positions 0 … k − 1 in the order in which studies enter, each once (``numpy.argsort`` of the years,
            say); by default the order of the input.
        tau2, ci, level, prediction: as in `analysis.methods.models.random_effects`.
        favourable: side of 0 that favours treatment, for the verdicts.

    Raises:
        Refusal: no study with an effect estimate.
        InputError: impossible values or settings, or an ``order`` that is no permutation.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> steps = cumulative(effects, variances, order=range(7, -1, -1)).pooled
    >>> [round(analysis.estimate, 1) for analysis in steps.analyses]
    [12.0, 16.6, 10.6, 6.3, 6.5, 5.6, 6.1, 7.7]
    """
    y, v, used, warnings = usable_studies(yi, vi)
    if len(y) == 0:
        raise Refusal("too-few-studies", "No study has an effect estimate, so nothing can be accumulated.")
    if order is not None:
        total = np.atleast_1d(np.asarray(yi, dtype=float)).size
        entering = np.asarray(order)
        if sorted(entering.tolist()) != list(range(total)):
            raise InputError("order", f"must hold each of the positions 0 to {total - 1} once", value=order)
        row_of = np.full(total, -1)
        row_of[used] = np.arange(len(used))
        rows = row_of[entering.astype(np.intp)]
        rows = rows[rows >= 0]
        y, v, used = y[rows], v[rows], used[rows]
    entered = np.tri(len(y), dtype=bool)
    return _refits(y, v, used, entered, warnings, favourable, (tau2, ci, level, prediction))


def subsets(
    yi: ArrayLike,
    vi: ArrayLike,
    size: int,
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    prediction: str = "k-1",
    favourable: Side = "negative",
    absent: bool = False,
) -> Subsets:
    """Pool every subset of ``size`` studies.

    Args:
        yi, vi: shape (k,), effects (0 = no effect) and sampling variances; NaN in both for an absent study.
        size: studies per subset, 1 to k; subsets of one are the studies' own results.
        tau2, ci, level, prediction: as in `analysis.methods.models.random_effects`.
        favourable: side of 0 that favours treatment.
        absent: whether studies without an effect size count as members too; they carry no weight.

    Raises:
        InputError: impossible values or settings, or more than 200,000 subsets.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> found = subsets(effects, variances, size=4, favourable="positive")
    >>> found.count, found.favourable, found.excluding_null
    (70, 70, 3)
    """
    y, v, used, warnings = usable_studies(yi, vi)
    if absent:
        everyone = np.full((2, np.size(yi)), np.nan)
        everyone[:, used] = y, v
        (y, v), used = everyone, np.arange(np.size(yi))
    k = len(y)
    size = whole("size", size, 1)
    if size > k:
        studies = "studies" if absent else "studies with an effect estimate"
        raise InputError("size", f"exceeds the {k} {studies}", value=size)
    number = math.comb(k, size)
    if number > LARGEST_NUMBER_OF_SUBSETS:
        raise InputError(
            "size", f"gives {number:,} subsets of {k} studies, more than {LARGEST_NUMBER_OF_SUBSETS:,}", value=size
        )
    flat = np.fromiter(chain.from_iterable(combinations(range(k), size)), dtype=np.intp, count=number * size)
    rows = flat.reshape(number, size)
    pooled = random_effects(y[rows], v[rows], tau2=tau2, ci=ci, level=level, prediction=prediction)
    verdict = verdicts(*pooled.ci, favourable)
    towards = np.asarray(pooled.estimate) if is_negative(favourable) else -np.asarray(pooled.estimate)
    treatment, control = int(np.sum(verdict == TREATMENT)), int(np.sum(verdict == CONTROL))
    return Subsets(
        members=used[rows],
        pooled=pooled,
        verdict=verdict,
        favourable=int(np.sum(towards < 0)),
        excluding_null=treatment + control,
        favouring_treatment=treatment,
        favouring_control=control,
        warnings=warnings,
    )


def _refits(
    y: NDArray[np.float64],
    v: NDArray[np.float64],
    used: NDArray[np.intp],
    present: NDArray[np.bool_],
    warnings: tuple[Notice, ...],
    favourable: Side,
    settings: tuple[str, str, float, str],
) -> Refits:
    pooled = random_effects(np.where(present, y, np.nan), np.where(present, v, np.nan), *settings)
    full = random_effects(y, v, *settings)
    return Refits(
        studies=used,
        pooled=pooled,
        full=full,
        verdict=verdicts(*pooled.ci, favourable),
        full_verdict=str(verdicts(*full.ci, favourable)),
        warnings=warnings,
    )
