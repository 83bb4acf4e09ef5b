"""Pooling 2 x 2 tables directly: Mantel-Haenszel and Peto. Neither needs a correction for empty cells.

Sources
-------
* Mantel & Haenszel (1959) J Natl Cancer Inst 22:719 (odds ratio) [@mantel1959]; Robins, Breslow & Greenland (1986)
  Biometrics 42:311 (variance of its logarithm) [@robins1986].
* Greenland & Robins (1985) Biometrics 41:55 (risk ratio, risk difference, variance of the log risk ratio)
  [@greenland1985];
  Sato, Greenland & Robins (1989) Biometrics 45:1323 (variance of the risk difference, consistent both for few large
  and for many small trials) [@sato1989].
* Yusuf et al. (1985) Prog Cardiovasc Dis 27:335 (Peto) [@yusuf1985].
* Cochrane Handbook, section 10.4 [@higgins2023handbook]; Deeks & Higgins (2010), *Statistical algorithms in Review
  Manager 5*.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods import wording
from analysis.methods.effects import Floats, peto_parts, present_counts, two_proportions
from analysis.methods.errors import InputError, Notice, Refusal
from analysis.methods.models import caveats, inputs

MEASURES = ("RR", "OR", "RD")


def _not_estimable() -> Refusal:
    return Refusal(
        "not-estimable",
        "The pooled effect cannot be estimated without a correction: one of the two arms had no events in any trial "
        "with information on it.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class PooledTables:
    """A pooled effect of 2 x 2 tables under one common effect.

    Attributes:
        measure: "RR", "OR" and "PETO" are natural logarithms, "RD" is a difference.
        estimate, se, ci, statistic, df, p_value: effect, standard error, (low, high), z, infinite df, two-sided p.
        q, q_df, q_p_value, i2, h2: Cochran's Q of the trials' own effects (single empty cells corrected by ½) around
            the pooled one; I² as a fraction of 1, H² = Q/df. With fewer than two such effects 0, 0, 1, 0 and 1.
        k: trials that entered. level: of the interval. method: in words fit for print.
        weights: share of each trial, shape (k_all,): sums to 1; 0 where the trial carries no information.
        warnings: caveats fit for print.
    """

    measure: str
    estimate: float
    se: float
    ci: tuple[float, float]
    statistic: float
    df: float
    p_value: float
    q: float
    q_df: int
    q_p_value: float
    i2: float
    h2: float
    k: int
    level: float
    method: str
    weights: Floats
    warnings: tuple[Notice, ...]

    @property
    def ci_low(self) -> float:
        """Lower limit of ``ci``."""
        return self.ci[0]

    @property
    def ci_high(self) -> float:
        """Upper limit of ``ci``."""
        return self.ci[1]


def mantel_haenszel(
    events_t: ArrayLike,
    n_t: ArrayLike,
    events_c: ArrayLike,
    n_c: ArrayLike,
    measure: str = "RR",
    add: float = 0.0,
    level: float = 0.95,
) -> PooledTables:
    """Pool 2 x 2 tables by Mantel and Haenszel.

    Args:
        events_t, n_t, events_c, n_c: events and participants per arm, shape (k,); NaN in both numbers of events marks
            an absent trial, which a notice counts.
        measure: ``"RR"``, ``"OR"`` (both pooled and returned as logs) or ``"RD"``.
        add: added to every cell of trials with an empty cell, after dropping trials without events, or with only
            events, in both arms. The default 0 leaves the tables as they are: no correction is needed.
        level: level of the interval.

    Raises:
        InputError: as `two_proportions`; level outside (0, 1).
        Refusal: "not-estimable" if an arm has no events in any informative trial.

    Where no arm of any trial has participants both with and without the event, the standard error is 0 and the
    P value NaN, and a notice ("no-width") says that this is no certainty.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> tables = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
    >>> round(math.exp(mantel_haenszel(*tables, measure="RR").estimate), 2)
    0.26
    """
    if measure not in MEASURES:
        raise InputError("measure", f"must be one of {', '.join(MEASURES)}", value=measure)
    own = two_proportions(events_t, n_t, events_c, n_c, measure, drop00=True)
    (a, n1, c, n2), entering, absent = present_counts(events_t, n_t, events_c, n_c)
    b, d = n1 - a, n2 - c
    warnings = absent + _double_zeros(a, b, c, d, measure, dropped=add > 0)
    if add > 0:
        kept = ~(((a == 0) & (c == 0)) | ((b == 0) & (d == 0)))
        empty = (a == 0) | (b == 0) | (c == 0) | (d == 0)
        a, b, c, d = (np.where(empty, cell + add, cell)[kept] for cell in (a, b, c, d))
        entering[entering] = kept
    n1, n2 = a + b, c + d
    if n1.size == 0:
        raise _not_estimable()
    pool = {"RR": _risk_ratio, "OR": _odds_ratio, "RD": _risk_difference}[measure]
    estimate, variance, share = pool(a, b, c, d, n1, n2, n1 + n2)
    weights = np.zeros(entering.shape)
    weights[entering] = share / share.sum()
    words = {"RR": "risk ratio", "OR": "odds ratio", "RD": "risk difference"}[measure]
    corrected = f", {add:g} added to trials with an empty cell" if add > 0 else ""
    method = f"Mantel-Haenszel {words}{corrected}"
    return _result(measure, method, estimate, variance, weights, own.yi, own.vi, level, warnings, int(entering.sum()))


def _risk_ratio(
    a: Floats, b: Floats, c: Floats, d: Floats, n1: Floats, n2: Floats, total: Floats
) -> tuple[float, float, Floats]:
    r, s = a * n2 / total, c * n1 / total
    top, bottom = float(r.sum()), float(s.sum())
    if top == 0 or bottom == 0:
        raise _not_estimable()
    # n1 n2 (a + c) - a c N without its cancellation: exactly 0 where no arm varies.
    variance = float(((n1 * a * d + n2 * c * b) / total**2).sum()) / (top * bottom)
    return math.log(top / bottom), variance, s


def _odds_ratio(
    a: Floats, b: Floats, c: Floats, d: Floats, n1: Floats, n2: Floats, total: Floats
) -> tuple[float, float, Floats]:
    p, q, r, s = (a + d) / total, (b + c) / total, a * d / total, b * c / total
    top, bottom = float(r.sum()), float(s.sum())
    if top == 0 or bottom == 0:
        raise _not_estimable()
    variance = 0.5 * (
        float((p * r).sum()) / top**2
        + float((p * s + q * r).sum()) / (top * bottom)
        + float((q * s).sum()) / bottom**2
    )
    return math.log(top / bottom), variance, s


def _risk_difference(
    a: Floats, b: Floats, c: Floats, d: Floats, n1: Floats, n2: Floats, total: Floats
) -> tuple[float, float, Floats]:
    w = n1 * n2 / total
    sum_w = float(w.sum())
    estimate = float((a * n2 / total - c * n1 / total).sum()) / sum_w
    # P and Q of Sato, Greenland & Robins (1989).
    p = (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / total**2
    q = (a * d + c * b) / (2 * total)
    skewed, plain = estimate * float(p.sum()), float(q.sum())
    variance = skewed + plain
    # The two cancel where no arm varies; what is left of them then is rounding.
    return estimate, 0.0 if variance <= caveats.ROUNDING * plain else variance / sum_w**2, w


def peto(
    events_t: ArrayLike, n_t: ArrayLike, events_c: ArrayLike, n_c: ArrayLike, level: float = 0.95
) -> PooledTables:
    """Pool 2 x 2 tables by Peto's one-step method; the estimate is a log odds ratio.

    Good for rare events, balanced arms and small effects, biased otherwise (Handbook 10.4.2); arms whose sizes differ
    more than threefold in some trial bring a warning.

    Args:
        events_t, n_t, events_c, n_c: events and participants per arm, shape (k,); NaN in both numbers of events marks
            an absent trial, which a notice counts.
        level: level of the interval.

    Raises:
        InputError: as `two_proportions`; level outside (0, 1).
        Refusal: "not-estimable" if no trial has both events and non-events.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> tables = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
    >>> round(math.exp(peto(*tables).estimate), 2)
    0.29
    """
    own = two_proportions(events_t, n_t, events_c, n_c, "PETO", add=0.0, add_to="none")
    (a, n1, c, n2), present, absent = present_counts(events_t, n_t, events_c, n_c)
    excess, information = peto_parts(a, n1 - a, c, n2 - c)
    # A trial of one participant has 0/0.
    information = np.where(np.isfinite(information), information, 0.0)
    total = float(information.sum())
    if total == 0:
        raise Refusal(
            "not-estimable",
            "Peto's method cannot be used: no trial had both participants with and without the event.",
        )
    warnings = list(absent + _double_zeros(a, n1 - a, c, n2 - c, "PETO", dropped=False))
    if (np.maximum(n1, n2) > 3 * np.minimum(n1, n2)).any():
        warnings.append(
            Notice("peto-imbalance", "Arm sizes differ more than threefold in a trial; Peto's method is biased then.")
        )
    estimate = float(excess.sum()) / total
    weights = np.zeros(present.shape)
    weights[present] = information / total
    return _result(
        "PETO",
        "Peto odds ratio",
        estimate,
        1.0 / total,
        weights,
        own.yi,
        own.vi,
        level,
        tuple(warnings),
        a.size,
    )


def _double_zeros(a: Floats, b: Floats, c: Floats, d: Floats, measure: str, dropped: bool) -> tuple[Notice, ...]:
    none = int(((a == 0) & (c == 0)).sum())
    every = int(((b == 0) & (d == 0)).sum())
    # A risk difference of 0 and, without a correction, a risk ratio of 1 from all-event trials do enter.
    silent = {"RR": none, "RD": 0}.get(measure, none + every) if not dropped else none + every
    if silent == 0:
        return ()
    trials = wording.trials_first(silent)
    kind = "no events" if every == 0 or silent == none else "no events, or only events,"
    return (Notice("double-zero", f"{trials} with {kind} in both arms carried no weight in the pooled effect."),)


def _result(
    measure: str,
    method: str,
    estimate: float,
    variance: float,
    weights: Floats,
    yi: Floats,
    vi: Floats,
    level: float,
    warnings: tuple[Notice, ...],
    k: int,
) -> PooledTables:
    from scipy.special import chdtrc, ndtri

    inputs.check_level(level)
    se = math.sqrt(max(variance, 0.0))
    half = float(ndtri(0.5 + level / 2)) * se
    z = estimate / se if se > 0 else math.nan
    if se == 0:
        warnings += (caveats.NO_WIDTH,)
    usable = vi > 0
    df = int(usable.sum()) - 1
    q = float(((yi[usable] - estimate) ** 2 / vi[usable]).sum())
    several = df >= 1
    weights.setflags(write=False)
    return PooledTables(
        measure=measure,
        estimate=estimate,
        se=se,
        ci=(estimate - half, estimate + half),
        statistic=z,
        df=math.inf,
        p_value=math.erfc(abs(z) / math.sqrt(2.0)),
        q=q if several else 0.0,
        q_df=max(df, 0),
        q_p_value=float(chdtrc(df, q)) if several else 1.0,
        i2=max((q - df) / q, 0.0) if several and q > 0 else 0.0,
        h2=q / df if several else 1.0,
        k=k,
        level=level,
        method=method,
        weights=weights,
        warnings=warnings,
    )
