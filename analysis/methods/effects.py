"""Effect sizes of two-arm studies: treatment arm minus (or over) control arm.

Sources
-------
* Higgins JPT et al., *Cochrane Handbook for Systematic Reviews of Interventions*, ch. 10 [@higgins2023handbook];
  Deeks & Higgins, *Statistical algorithms in Review Manager 5* (2010): log RR, log OR, RD, Peto, MD and their
  variances.
* Yusuf S et al. (1985) Prog Cardiovasc Dis 27:335: Peto's one-step log odds ratio [@yusuf1985].
* Rücker G et al. (2009) Stat Med 28:721: difference of arcsine-transformed risks [@ruecker2009arcsine].
* Hedges LV (1981) J Educ Stat 6:107, eq. 6e (exact correction of the standardised mean difference)
  [@hedges1981];
  Hedges LV & Olkin I (1985) *Statistical Methods for Meta-Analysis*, p. 86 (its large-sample variance)
  [@hedges1985].
* Hedges LV, Gurevitch J, Curtis PS (1999) Ecology 80:1150, eq. 1: log ratio of means and its variance
  [@hedges1999ratios].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods import wording
from analysis.methods.arguments import choice, columns_with_absent, require
from analysis.methods.errors import InputError, Notice, Refusal

Floats = NDArray[np.float64]

BINARY_MEASURES = ("RR", "OR", "RD", "PETO", "AS")
CONTINUOUS_MEASURES = ("MD", "SMD", "ROM")
# Ratio of geometric means, which `analysis.methods.log_scale` computes; it needs positive values as ROM does.
RATIOS_OF_MEANS = ("ROM", "GMR")
KINDS = ("final", "change")
ADD_TO = ("only0", "all", "if0all", "none")

ABSENT = Notice("absent", "The trial gives no results, so it has no effect.")
_NO_EVENTS = Notice("no-events", "No events occurred in either arm, so the trial carries no information on a ratio.")
_ALL_EVENTS = Notice(
    "all-events",
    "Every participant of both arms had the event, so the trial carries no information on a ratio.",
)
_ZERO_CELL = Notice(
    "zero-cell",
    "An arm has no events (or only events), so the effect cannot be estimated without a correction.",
)
_ZERO_VARIANCE = Notice(
    "zero-variance", "The estimated sampling variance is zero, so the trial has no finite weight."
)
_OPPOSITE_MEANS = Notice(
    "undefined-ratio", "A ratio of means needs two means of the same sign, neither of them zero."
)
_NO_SPREAD = Notice(
    "no-spread",
    "The pooled standard deviation is zero or has no degree of freedom, so the effect cannot be standardised.",
)


@dataclass(frozen=True, slots=True, eq=False)
class EffectSizes:
    """Effect sizes of k studies.

    Attributes:
        yi: shape (k,), the effects. RR, OR, PETO and ROM are natural logarithms; RD, AS, MD and SMD are on their
            own scale; NaN where not estimable.
        vi: shape (k,), their sampling variances; NaN where ``yi`` is.
        measure: name of the measure.
        notes: one entry per study: what was done to it or why it has no effect size, else ``None``.
    """

    yi: Floats
    vi: Floats
    measure: str
    notes: tuple[Notice | None, ...]

    def __post_init__(self) -> None:
        self.yi.setflags(write=False)
        self.vi.setflags(write=False)


def two_proportions(
    events_t: ArrayLike,
    n_t: ArrayLike,
    events_c: ArrayLike,
    n_c: ArrayLike,
    measure: str = "RR",
    add: float = 0.5,
    add_to: str = "only0",
    drop00: bool = False,
) -> EffectSizes:
    """Compare two proportions in each of k studies.

    Args:
        events_t, n_t: events and participants of the treatment arms, shape (k,). A study with NaN in both numbers of
            events is absent: it has no effect, and its note says so.
        events_c, n_c: the same of the control arms.
        measure: ``"RR"`` and ``"OR"`` (logs), ``"RD"``, ``"PETO"`` (log odds ratio), ``"AS"`` (arcsine difference).
        add: what is added to each of the four cells (two to each arm's total).
        add_to: ``"only0"`` studies with an empty cell, ``"all"`` studies, all studies ``"if0all"`` any has one,
            or ``"none"``.
        drop00: give no effect to studies without events, or with only events, in both arms.

    Raises:
        InputError: names argument and study: empty, mismatched or non-finite input, ``n`` not positive, events
            negative or above ``n``, unknown measure or setting.

    The first trial of BCG vaccine in Colditz (1994):

    >>> sizes = two_proportions([4], [123], [11], [139])
    >>> round(float(sizes.yi[0]), 4), round(float(sizes.vi[0]), 4)
    (-0.8893, 0.3256)
    """
    a, n1, c, n2, absent = counts_of(events_t, n_t, events_c, n_c)
    choice("measure", measure, BINARY_MEASURES)
    choice("add_to", add_to, ADD_TO)
    if not (np.isfinite(add) and add >= 0):
        raise InputError("add", "must be finite and not negative", value=add)

    b, d = n1 - a, n2 - c
    none, every = (a == 0) & (c == 0), (b == 0) & (d == 0)
    has_zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    adding = {
        "none": np.zeros_like(has_zero),
        "only0": has_zero,
        "all": np.ones_like(has_zero),
        "if0all": np.full_like(has_zero, has_zero.any()),
    }[add_to] & (add > 0)
    a, b, c, d = (np.where(adding, cell + add, cell) for cell in (a, b, c, d))
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = _BINARY[measure](a, b, c, d)
    undefined = ~(np.isfinite(yi) & np.isfinite(vi))
    if drop00:
        undefined |= none | every
    yi, vi = np.where(undefined, np.nan, yi), np.where(undefined, np.nan, vi)

    amount = "One half" if add == 0.5 else f"{add:g}"
    corrected = Notice("corrected", f"{amount} was added to each cell of the trial's table.")
    notes: list[Notice | None] = []
    for i in range(len(yi)):
        if absent[i]:
            notes.append(ABSENT)
        elif undefined[i]:
            notes.append(_NO_EVENTS if none[i] else _ALL_EVENTS if every[i] else _ZERO_CELL)
        elif vi[i] == 0:
            notes.append(_ZERO_VARIANCE)
        else:
            notes.append(corrected if adding[i] else None)
    return EffectSizes(yi, vi, measure, tuple(notes))


def counts_of(
    events_t: ArrayLike, n_t: ArrayLike, events_c: ArrayLike, n_c: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, NDArray[np.bool_]]:
    """The checked counts of k studies, NaN in absent ones, and which are absent: NaN in both numbers of events.

    Raises ``InputError`` as `two_proportions`.

    >>> nan = float("nan")
    >>> *_, absent = counts_of([4, nan], [123, 50], [11, nan], [139, nan])
    >>> absent.tolist()
    [False, True]
    """
    (a, n1, c, n2), absent = columns_with_absent(
        ("events_t", "events_c"), events_t=events_t, n_t=n_t, events_c=events_c, n_c=n_c
    )
    for name, n in (("n_t", n1), ("n_c", n2)):
        require(name, n, (n > 0) | absent, "must be positive")
    for name, events, n in (("events_t", a, n1), ("events_c", c, n2)):
        require(name, events, (events >= 0) | absent, "is negative")
        require(name, events, (events <= n) | absent, "exceeds the number of participants")
    return a, n1, c, n2, absent


def present_counts(
    events_t: ArrayLike, n_t: ArrayLike, events_c: ArrayLike, n_c: ArrayLike
) -> tuple[tuple[Floats, Floats, Floats, Floats], NDArray[np.bool_], tuple[Notice, ...]]:
    """The checked counts of the studies that are not absent, which those are, and a notice where some are.

    Raises ``InputError`` as `two_proportions`, and where every study is absent.

    >>> nan = float("nan")
    >>> counts, present, (notice,) = present_counts([4, nan], [123, 50], [11, nan], [139, nan])
    >>> [column.tolist() for column in counts], str(notice)
    ([[4.0], [123.0], [11.0], [139.0]], 'One trial without counts was left out.')
    """
    *counts, absent = counts_of(events_t, n_t, events_c, n_c)
    if absent.all():
        raise InputError("events_t", "and events_c hold no study with counts")
    a, n1, c, n2 = (column[~absent] for column in counts)
    number = int(absent.sum())
    were = "was" if number == 1 else "were"
    notice = Notice("absent", f"{wording.trials_first(number)} without counts {were} left out.")
    return (a, n1, c, n2), ~absent, (notice,) if number else ()


def _log_risk_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    n1, n2 = a + b, c + d
    # 1/a - 1/n written as b/(a n): the difference of two nearly equal reciprocals would lose digits.
    return np.log(a / n1) - np.log(c / n2), b / (a * n1) + d / (c * n2)


def _log_odds_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d


def _risk_difference(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    n1, n2 = a + b, c + d
    return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


def _peto(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    excess, information = peto_parts(a, b, c, d)
    return excess / information, 1 / information


def _arcsine(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    n1, n2 = a + b, c + d
    return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 1 / (4 * n1) + 1 / (4 * n2)


_BINARY = {
    "RR": _log_risk_ratio,
    "OR": _log_odds_ratio,
    "RD": _risk_difference,
    "PETO": _peto,
    "AS": _arcsine,
}


def peto_parts(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Observed minus expected events of the treatment arm and their hypergeometric variance (Yusuf 1985).

    >>> excess, variance = peto_parts(*(np.array([float(cell)]) for cell in (4, 119, 11, 128)))
    >>> round(float(excess[0]), 3), round(float(variance[0]), 3)
    (-3.042, 3.536)
    """
    n1, n2, events, others = a + b, c + d, a + c, b + d
    total = n1 + n2
    # a - n1 (a + c) / N without its cancellation.
    excess = (a * d - b * c) / total
    return excess, (n1 / total) * (n2 / total) * events * others / (total - 1)


def two_means(
    mean_t: ArrayLike,
    sd_t: ArrayLike,
    n_t: ArrayLike,
    mean_c: ArrayLike,
    sd_c: ArrayLike,
    n_c: ArrayLike,
    measure: str = "MD",
) -> EffectSizes:
    """Compare two means in each of k studies.

    Args:
        mean_t, sd_t, n_t: means, standard deviations and sizes of the treatment arms, shape (k,). A study with NaN in
            all means and standard deviations is absent: it has no effect, and its note says so.
        mean_c, sd_c, n_c: the same of the control arms.
        measure: ``"MD"``; ``"SMD"`` (Hedges' g: pooled SD, exact small-sample correction); ``"ROM"`` (log ratio of
            means).

    Raises:
        InputError: names argument and study: empty, mismatched or non-finite input, negative SD, ``n`` below 1,
            unknown measure.

    >>> sizes = two_means([10.0], [2.0], [20], [12.0], [3.0], [20])
    >>> float(sizes.yi[0]), float(sizes.vi[0])
    (-2.0, 0.65)
    """
    (m1, s1, n1, m2, s2, n2), absent = columns_with_absent(
        ("mean_t", "sd_t", "mean_c", "sd_c"),
        mean_t=mean_t, sd_t=sd_t, n_t=n_t, mean_c=mean_c, sd_c=sd_c, n_c=n_c,
    )  # fmt: skip
    choice("measure", measure, CONTINUOUS_MEASURES)
    for name, n in (("n_t", n1), ("n_c", n2)):
        require(name, n, (n >= 1) | absent, "must be at least 1")
    for name, sd in (("sd_t", s1), ("sd_c", s2)):
        require(name, sd, (sd >= 0) | absent, "is negative")

    reason = _ZERO_VARIANCE
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "MD":
            yi, vi = m1 - m2, s1**2 / n1 + s2**2 / n2
        elif measure == "ROM":
            reason = _OPPOSITE_MEANS
            ratio = m1 / m2
            yi = np.log(np.where(ratio > 0, ratio, np.nan))
            vi = s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2)
        else:
            reason = _NO_SPREAD
            df = n1 + n2 - 2
            pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
            yi = hedges_correction(df) * (m1 - m2) / pooled
            vi = 1 / n1 + 1 / n2 + yi**2 / (2 * (n1 + n2))
    undefined = ~(np.isfinite(yi) & np.isfinite(vi))
    yi, vi = np.where(undefined, np.nan, yi), np.where(undefined, np.nan, vi)
    notes = tuple(
        ABSENT if out else reason if gone else _ZERO_VARIANCE if v == 0 else None
        for out, gone, v in zip(absent, undefined, vi, strict=True)
    )
    return EffectSizes(yi, vi, measure, notes)


def check_mixture(kinds: Sequence[str], measure: str) -> Notice | None:
    """Whether final values and changes from baseline may be pooled on this measure (Handbook 10.5.2).

    A difference in means of changes estimates what that of final values does. Their SDs differ, so that standardised
    differences do not; and a change, which may be 0 or negative, has no ratio.

    Args:
        kinds: ``"final"`` or ``"change"``, one a study.
        measure: ``"MD"``, ``"SMD"``, ``"ROM"`` or ``"GMR"``.

    Returns:
        A caveat where both kinds are pooled as MD, else ``None``.

    Raises:
        InputError: no study, another kind or measure.
        Refusal: "mixed-scales" for both kinds in SMD; "ratio-of-changes" for any change in ROM or GMR.

    >>> check_mixture(["final", "final"], "SMD") is None, check_mixture(["final", "change"], "MD").code
    (True, 'final-and-change')
    """
    choice("measure", measure, (*CONTINUOUS_MEASURES, "GMR"))
    if isinstance(kinds, str) or len(kinds) == 0:
        raise InputError("kinds", "must list one kind a study", value=kinds)
    for study, kind in enumerate(kinds):
        if kind not in KINDS:
            raise InputError("kinds", f"must be of {', '.join(KINDS)}", study=study, value=kind)
    changes = sum(kind == "change" for kind in kinds)
    if measure in RATIOS_OF_MEANS and changes:
        raise Refusal(
            "ratio-of-changes",
            "A change from baseline may be zero or negative, so that changes have no ratio; only final values were "
            "compared as ratios.",
        )
    if not 0 < changes < len(kinds):
        return None
    if measure == "SMD":
        raise Refusal(
            "mixed-scales",
            "Final values and changes from baseline have different standard deviations, so that standardised "
            "differences of the two were not pooled.",
        )
    return Notice(
        "final-and-change",
        "Final values and changes from baseline were pooled as differences in means, which estimate the same effect "
        "in randomised trials.",
    )


def hedges_correction(df: ArrayLike) -> Floats:
    """Hedges' exact correction J(df) = Γ(df/2) / (√(df/2) Γ((df-1)/2)) (Hedges 1981, eq. 6e); NaN below 2 degrees.

    >>> round(float(hedges_correction(10)), 4)
    0.9227
    """
    from scipy.special import poch

    m = np.asarray(df, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The rising factorial is the ratio of the two gammas without the overflow of either.
        return np.where(m >= 2, poch((m - 1) / 2, 0.5) / np.sqrt(m / 2), np.nan)
