"""Every pooled result of the tree computed again from the rows that it names, by code that shares nothing with ours.

The counts are taken from the evidence by row id, so a result that lost, swapped or doubled a trial on its way does
not agree either. Formulas are those of the papers, written out for clarity and not for speed; the restricted
likelihood is searched over a grid of its whole range. Where Rscript and metafor are installed, metafor computes the
same once more (``analysis.proof.metafor``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.review import second_computations as second
from analysis.review.tree import CrossCheck as Computation
from analysis.review.tree import Review
from analysis.synthesis.measures import COUNT_MODELS
from analysis.synthesis.outcome_shapes import Pooled
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS

Floats = NDArray[np.float64]

FORMULA, SEARCH, QUADRATURE = 1e-9, 1e-5, 1e-4
LIMITS = ("estimate", "low", "high")
COLUMNS = ("events_treatment", "n_treatment", "events_control", "n_control")
GRID = 400


@dataclass(frozen=True, slots=True)
class Job:
    """A pooled result to compute again: its key, what it says, its counts of shape (k, 4) and, for inverse variance,
    the short names of its estimator of τ² and of its interval ("" otherwise)."""

    key: str
    pooled: Pooled
    counts: Floats
    tau2: str
    interval: str


def computations(review: Review) -> tuple[Computation, ...]:
    """All second computations in Python: those shown at render, then one for every other pooled result."""
    found = list(review.crosschecks)
    done = {one.key for one in found}
    for job in jobs(review):
        if any(f"{job.key}.{name}" not in done for name in (LIMITS if job.tau2 else LIMITS[:1])):
            found += [one for one in again(job) if one.key not in done]
    return tuple(found)


def jobs(review: Review) -> Iterator[Job]:
    """Every pooled result that hangs from the tree."""
    methods = {
        f"{words}, {ending}": (tau2, interval)
        for tau2, words in ESTIMATORS.items()
        for interval, ending in INTERVALS.items()
    }
    for key, pooled in pooled_results(review):
        tau2, interval = methods.get(pooled.method, ("", ""))
        rows = [review.evidence.row(row_id) for row_id in pooled.rows]
        counts = [[getattr(row, name) for name in COLUMNS] for row in rows]
        yield Job(key, pooled, np.array(counts, dtype=float), tau2, interval)


def pooled_results(here: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(here, Pooled):
        yield prefix, here
    elif is_dataclass(here):
        for one in fields(here):
            yield from pooled_results(getattr(here, one.name), f"{prefix}.{one.name}".lstrip("."))
    elif isinstance(here, Mapping):
        for name, value in here.items():
            yield from pooled_results(value, f"{prefix}.{name}")


def again(job: Job) -> list[Computation]:
    """The result's estimate, and its limits where inverse variance gives them; empty when nothing here can."""
    pooled, measure = job.pooled, job.pooled.measure
    if job.tau2:
        numbers, tolerance = inverse_variance(job.counts, measure, job.tau2, job.interval)
        by = f"{job.tau2} written out from the counts"
        return [
            Computation(f"{job.key}.{name}", by, getattr(pooled, name), theirs, tolerance)
            for name, theirs in zip(LIMITS, numbers, strict=True)
        ]
    for start, by, compute, tolerance in OTHERS:
        if pooled.method.startswith(start):
            theirs = compute(job.counts, measure)
            return [Computation(f"{job.key}.estimate", by, pooled.estimate, theirs, tolerance)]
    return []


def inverse_variance(
    counts: Floats, measure: str, tau2: str, interval: str
) -> tuple[tuple[float, float, float], float]:
    """Estimate and limits on the natural scale, and how near two right computations must be."""
    from scipy.stats import norm, t

    y, v = second.effects(counts, measure)
    if len(y) == 1:
        half = norm.ppf(0.975) * math.sqrt(v[0])
        return natural(measure, float(y[0]), half), FORMULA
    between = TAU2[tau2](y, v)
    w = 1 / (v + between)
    mu = float((w * y).sum() / w.sum())
    factor = float((w * (y - mu) ** 2).sum() / (len(y) - 1))
    if interval == "wald":
        half = norm.ppf(0.975) / math.sqrt(w.sum())
    else:
        factor = max(factor, 1.0) if interval == "mHK" else factor
        half = t.ppf(0.975, len(y) - 1) * math.sqrt(factor / w.sum())
    return natural(measure, mu, half), FORMULA if tau2 in ("DL", "HE", "SJ", "EE") else SEARCH


def natural(measure: str, mu: float, half: float) -> tuple[float, float, float]:
    found = [second.natural(measure, value) for value in (mu, mu - half, mu + half)]
    return found[0], found[1], found[2]


def likeliest(y: Floats, v: Floats, restricted: bool) -> float:
    """τ² at the highest point of the likelihood, or the restricted one: a grid, then a search between its points."""
    from scipy.optimize import minimize_scalar

    def negative(tau2: Floats) -> Floats:
        total = v + np.asarray(tau2)[..., None]
        w = 1 / total
        mu = (w * y).sum(axis=-1, keepdims=True) / w.sum(axis=-1, keepdims=True)
        value = np.log(total).sum(axis=-1) + (w * (y - mu) ** 2).sum(axis=-1)
        return value + np.log(w.sum(axis=-1)) if restricted else value

    top = 20 * float(np.var(y) + v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1, GRID) * top])
    best = int(np.argmin(negative(grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]
    found = minimize_scalar(negative, bounds=(low, high), method="bounded", options={"xatol": 1e-13, "maxiter": 500})
    return float(found.x) if found.fun < negative(np.array(0.0)) else 0.0


def generalised_q(y: Floats, v: Floats) -> float:
    """Paule and Mandel: the τ² at which the generalised Q equals k − 1. Morris's empirical Bayes solves the same."""
    from scipy.optimize import brentq

    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum()) - (len(y) - 1)

    top = 20 * float(np.var(y) + v.max())
    return float(brentq(excess, 0.0, top, xtol=1e-15)) if excess(0.0) > 0 else 0.0


def dersimonian_laird(y: Floats, v: Floats) -> float:
    w = 1 / v
    q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    return max(0.0, float((q - (len(y) - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def sidik_jonkman(y: Floats, v: Floats) -> float:
    """From the crude variance of the effects, as Sidik and Jonkman (2005) start."""
    w = 1 / (v / np.mean((y - y.mean()) ** 2) + 1)
    return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum() / (len(y) - 1))


TAU2: dict[str, Callable[[Floats, Floats], float]] = {
    "REML": lambda y, v: likeliest(y, v, restricted=True),
    "ML": lambda y, v: likeliest(y, v, restricted=False),
    "PM": generalised_q,
    "EB": generalised_q,
    "DL": dersimonian_laird,
    "SJ": sidik_jonkman,
    "HE": lambda y, v: max(0.0, float(np.var(y, ddof=1) - v.mean())),
    "EE": lambda y, v: 0.0,
}
#: (how a method's name begins, by what it is computed again, the computation, tolerance)
OTHERS: list[tuple[str, str, Callable[[Floats, str], float], float]] = [
    ("Mantel-Haenszel", "statsmodels StratifiedTable, or formula written out", second.mantel_haenszel, FORMULA),
    ("Peto", "scipy hypergeom", lambda counts, measure: second.peto(counts), FORMULA),
    (
        "beta-binomial",
        "scipy betabinom, simplex search",
        lambda c, measure: second.beta_binomial(c)[measure],
        QUADRATURE,
    ),
    *(
        (
            words,
            "Gauss-Legendre quadrature, BFGS",
            lambda counts, measure, kind=kind: second.binomial_normal(counts, kind),
            QUADRATURE,
        )
        for kind, words in COUNT_MODELS.items()
    ),
]
