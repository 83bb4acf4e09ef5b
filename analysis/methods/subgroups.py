"""Whether effects differ between groups of studies.

Two tests of the same question: each group with a variance between studies of its own, whose pooled effects are
compared (`between_groups`), and one model with a variance common to all groups (`common_variance`). The first makes
no assumption on the variances, the second estimates them from more studies.

Sources
    Borenstein M, Higgins JPT. Prev Sci 2013;14:134-143.
    Cochrane Handbook 10.11.3.1 (the test for differences between subgroups), 10.11.5.1 [@higgins2019handbook].
    Viechtbauer W. J Stat Softw 2010;36(3), section 2.2 (QM of a mixed-effects model) [@viechtbauer2010metafor].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.methods.arguments import usable_studies
from analysis.methods.errors import InputError, Refusal
from analysis.methods.meta_regression import MetaRegression, meta_regression
from analysis.methods.wording import trials

#: A group has to hold so many studies to take part in a test, and so many such groups there have to be. With one
#: study a group has no variance between studies that could be estimated. The Handbook (10.11.3, 10.11.5.1) gives no
#: number for groups and warns of few studies: two is where an answer begins to exist, not where it is reliable.
STUDIES_PER_GROUP, GROUPS = 2, 2


@dataclass(frozen=True, slots=True)
class BetweenGroups:
    """Result of `between_groups`: Q between groups, its degrees of freedom, and the P value."""

    q: float
    df: int
    p_value: float


def refuse_if_incomparable(sizes: Sequence[int]) -> None:
    """The rule on the number of studies that a comparison of groups needs, kept here only.

    sizes: studies of each group. Raises ``Refusal``.

    >>> refuse_if_incomparable([7, 1])
    Traceback (most recent call last):
        ...
    analysis.methods.errors.Refusal: Groups were not compared, because at least two groups need two trials each ...
    """
    enough = sum(size >= STUDIES_PER_GROUP for size in sizes)
    if enough < GROUPS:
        groups = {0: "no group has", 1: "only one group has"}[enough]
        raise Refusal(
            "too-few-groups",
            f"Groups were not compared, because at least two groups need {trials(STUDIES_PER_GROUP)} each with an "
            f"effect estimate, and {groups} as many.",
        )


def between_groups(estimates: ArrayLike, variances: ArrayLike) -> BetweenGroups:
    """Q between the pooled effects of independent groups (Borenstein and Higgins 2013, eq. 6 to 8).

    Args:
        estimates, variances: shape (g,), pooled effects and their squared standard errors, g ≥ 2.

    Raises:
        InputError: impossible values, or fewer than two groups.
        Refusal: a group whose standard error is 0, which would otherwise be left out in silence.

    >>> found = between_groups([-0.9710, -0.4813], [0.2760**2, 0.2170**2])
    >>> round(found.q, 2), found.df, round(found.p_value, 2)
    (1.95, 1, 0.16)
    """
    y, v, used, weightless = usable_studies(estimates, variances)
    if weightless:
        raise Refusal(
            "no-width",
            "Groups were not compared, because the standard error of a group is estimated as zero, which is no "
            "certainty.",
        )
    if len(used) < GROUPS:
        raise InputError("estimates", "must hold two groups or more", value=len(used))
    w = 1 / v
    q = float(w @ (y - (w @ y) / w.sum()) ** 2)
    return BetweenGroups(q, len(y) - 1, float(special.chdtrc(len(y) - 1, q)))


def common_variance(yi: ArrayLike, vi: ArrayLike, groups: Sequence[str], level: float = 0.95) -> MetaRegression:
    """The mixed model with one variance between studies; its ``qm`` is the test between groups, chi-squared.

    Args:
        yi, vi: shape (k,), effects and sampling variances.
        groups: of length k, each study's group; coefficients follow the first group met, then the others.
        level: confidence level, in (0, 1).

    Raises:
        Refusal: fewer than two groups of two studies.

    >>> found = common_variance([0.1, 0.3, 0.6, 0.9], [0.04] * 4, ["a", "a", "b", "b"])
    >>> round(found.qm, 2), found.qm_df
    (7.56, 1)
    """
    names = list(dict.fromkeys(groups))
    refuse_if_incomparable([list(groups).count(name) for name in names])
    members = np.array([[group == name for name in names[1:]] for group in groups], dtype=float)
    return meta_regression(yi, vi, members, test="z", level=level, force=True)
