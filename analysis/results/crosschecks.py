"""Pooled results against their second computation: those of ``AT_BUILD`` at every build, all others on request.

Counts and effects are taken from the evidence by the ids of the rows that a result names, so a result that lost,
swapped or doubled a trial on its way does not agree either. A disagreement at build stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from analysis.evidence.load import Evidence
from analysis.results import second_computations as second
from analysis.results.second_computations import Floats
from analysis.results.second_effects import counts, effects
from analysis.results.tree import CrossCheck
from analysis.synthesis.bayesian import Posterior
from analysis.synthesis.entries import Entry
from analysis.synthesis.measures import COUNT_MODELS
from analysis.synthesis.outcome_shapes import Pooled, is_ratio
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS

FORMULA = 1e-9
#: a bounded search finds the restricted likelihood's flat maximum to about the root of the precision of a float
SEARCH = 1e-5
#: quadrature and optimiser both differ
QUADRATURE = 1e-4
#: statsmodels iterates Paule-Mandel's τ² to an absolute 1e-5; the ratio inherits a part of that
PAULE_MANDEL = 1e-3
#: measures and models of an outcome that are computed again at every build
MODELS = (
    "rr_beta_binomial",
    *(f"{measure}_{model}" for measure in ("or", "rd") for model in ("reml_hk", "mh", "beta_binomial")),
    "or_peto",
    *(f"or_{kind}" for kind in COUNT_MODELS),
)
#: all results of an outcome (*) that are computed again at every build, in the order in which they are shown
AT_BUILD = (
    "*.pooled",
    "*.estimators.pm_hk.pooled",
    "*.mantel_haenszel",
    *(f"measures.*.{model}.pooled" for model in MODELS),
)
LIMITS = ("estimate", "low", "high")
NO_EFFECTS: Floats = np.empty(0)
#: how the method of an inverse-variance result reads → short names of its estimator of τ² and of its interval
METHODS = {
    f"{words}, {ending}": (tau2, interval)
    for tau2, words in ESTIMATORS.items()
    for interval, ending in INTERVALS.items()
}
#: how the method of a count model reads → its kind
KINDS = {words: kind for kind, words in COUNT_MODELS.items()}


class Disagreement(ArithmeticError):
    """Two independent computations of the same estimate differ by more than their tolerance."""


@dataclass(frozen=True, slots=True)
class Job:
    """A pooled result to compute again: its key, and what it says.

    y, v: effects and variances of its trials, shape (k,); counts: of shape (k, 4), (0, 4) where a trial gives none;
    tau2, interval: for inverse variance, short names of the estimator of τ² and of the interval ("" otherwise).
    """

    key: str
    pooled: Pooled
    y: Floats
    v: Floats
    counts: Floats
    tau2: str
    interval: str

    @property
    def at_build(self) -> bool:
        parts = self.key.split(".")
        parts[parts[0] == "measures"] = "*"
        return ".".join(parts) in AT_BUILD


@dataclass(frozen=True, slots=True)
class Way:
    """One way to compute a result again: by what, how near two right answers must be, and the computation of the
    numbers of ``LIMITS`` (of all, or of the estimate only)."""

    by: str
    tolerance: float
    compute: Callable[[], Sequence[float]]


def ways(job: Job) -> Iterator[Way]:
    """How a result is computed again, the preferred way first; none where nothing here can."""
    y, v, counts, measure, method = job.y, job.v, job.counts, job.pooled.measure, job.pooled.method
    if job.at_build and job.tau2 == "REML":
        by = "restricted likelihood written out, bounded search"
        yield Way(by, SEARCH, lambda: second.reml_hartung_knapp(y, v, measure))
    if job.at_build and job.tau2 == "PM":
        by = "statsmodels combine_effects (Paule-Mandel)"
        yield Way(by, PAULE_MANDEL, lambda: (second.paule_mandel(y, v, measure),))
    if job.tau2:
        by = f"{job.tau2} written out from the {'counts' if len(counts) else 'rows'}"
        tolerance = FORMULA if len(y) == 1 or job.tau2 in ("DL", "HE", "SJ", "EE") else SEARCH
        yield Way(by, tolerance, lambda: second.inverse_variance(y, v, measure, job.tau2, job.interval))
    if method.startswith("Mantel-Haenszel"):
        tables, written = "statsmodels StratifiedTable", "formula written out"
        by = (written if measure == "RD" else tables) if job.at_build else f"{tables}, or {written}"
        yield Way(by, FORMULA, lambda: (second.mantel_haenszel(counts, measure),))
    if method == "Peto":
        yield Way("scipy hypergeom", FORMULA, lambda: (second.peto(counts),))
    if method == "beta-binomial":
        by = "scipy betabinom, simplex search"
        yield Way(by, QUADRATURE, lambda: (second.beta_binomial(counts, measure),))
    if method in KINDS:
        by = "adaptive Gauss-Hermite quadrature, BFGS"
        yield Way(by, QUADRATURE, lambda: (second.binomial_normal(counts, KINDS[method]),))


def by_way(job: Job, way: Way) -> list[CrossCheck]:
    found = job.pooled
    return [
        CrossCheck(f"{job.key}.{field}", way.by, getattr(found, field), theirs, near(way.tolerance, theirs, found))
        for field, theirs in zip(LIMITS, way.compute(), strict=False)
    ]


def near(tolerance: float, theirs: float, found: Pooled | Posterior) -> float:
    """The relative tolerance for a number of a result: of a difference near 0, ``tolerance`` of the interval's width.

    A difference of means, or one of its limits, may be as near to 0 as it likes, and the same error is no more then.
    """
    if is_ratio(found.measure):
        return tolerance
    return tolerance * max(1.0, (found.high - found.low) / max(abs(theirs), 1e-12))


def jobs(evidence: Evidence, results: object) -> Iterator[Job]:
    """Every pooled result that hangs from ``results``."""
    for key, pooled in pooled_results(results):
        tau2, interval = METHODS.get(pooled.method, ("", ""))
        entries = named(key, pooled)
        # models of the counts never ask for effects, which a double zero does not have
        y, v = effects(evidence, entries, pooled.measure) if tau2 else (NO_EFFECTS, NO_EFFECTS)
        yield Job(key, pooled, y, v, counts(evidence, entries), tau2, interval)


def named(key: str, found: Pooled | Posterior) -> list[Entry]:
    """The entries whose rows a result names. Raises ``Disagreement`` where it names rows that no entry brings in."""
    brought = {row for entry in found.entries for row in entry.rows}
    if strange := sorted(set(found.rows) - brought):
        raise Disagreement(f"{key} names {', '.join(strange)}, which none of its trials brings in")
    return [entry for entry in found.entries if set(entry.rows) <= set(found.rows)]


def pooled_results(here: object, prefix: str = "") -> Iterator[tuple[str, Pooled]]:
    if isinstance(here, Pooled):
        yield prefix, here
    elif isinstance(here, Mapping):
        for name, value in here.items():
            yield from pooled_results(value, f"{prefix}.{name}".lstrip("."))
    elif is_dataclass(here):
        for field in fields(here):
            at = prefix if field.metadata.get("spread") else f"{prefix}.{field.name}".lstrip(".")
            yield from pooled_results(getattr(here, field.name), at)


def crosschecks(
    evidence: Evidence,
    results: Mapping[str, object],
    bayes: Mapping[str, Mapping[str, Posterior]],
    further: Iterable[CrossCheck] = (),
) -> tuple[CrossCheck, ...]:
    """Compute the results of ``AT_BUILD`` and all posteriors again, outcome by outcome.

    ``results`` holds outcomes by name, and ``measures``; ``further`` are second computations made elsewhere, held to
    the same. Raises ``Disagreement``.
    """
    known = {job.key: job for job in jobs(evidence, results)}
    checks: list[CrossCheck] = []
    for name in results:
        wanted = [known[key] for at in AT_BUILD if (key := at.replace("*", name)) in known]
        checks += [check for job in wanted for check in by_way(job, next(ways(job)))]
        posteriors = bayes.get(name, {}).items()
        checks += [check for key, found in posteriors for check in posterior(evidence, name, key, found)]
    return agreed([*checks, *further])


def agreed(checks: Sequence[CrossCheck]) -> tuple[CrossCheck, ...]:
    """The checks, all of which agree. Raises ``Disagreement``."""
    for check in checks:
        if not check.deviation <= check.tolerance:
            raise Disagreement(
                f"{check.key} is {check.ours!r} by our code and {check.theirs!r} by {check.by}: they differ by "
                f"{check.deviation:.2g}, more than {check.tolerance:.2g}. Tests hold ours against answers of other "
                "software, so look first at whether the second one converges on these data "
                "(analysis/results/second_computations.py); nothing is printed until the two agree"
            )
    return tuple(checks)


def posterior(evidence: Evidence, name: str, key: str, found: Posterior) -> Iterator[CrossCheck]:
    """Median, bounds and probabilities of one posterior; those of important effects where the measure has a rule."""
    y, v = effects(evidence, named(f"bayes.{name}.{key}", found), found.measure)
    limits = [limit for limit in (found.important_low, found.important_high) if limit is not None]
    log_prior = found.under.distribution.log_density
    median, low, high, below_none, *beyond = second.bayes(y, v, found.measure, log_prior, limits)
    theirs = {"estimate": median, "low": low, "high": high, "probability_below_1": below_none}
    if limits:
        sides = ("benefit", "harm") if evidence.outcome(name).better == "lower" else ("harm", "benefit")
        for side, probability in zip(sides, (beyond[0], 1 - beyond[1]), strict=True):
            theirs[f"probability_of_important_{side}"] = probability
    for field, number in theirs.items():
        where = f"bayes.{name}.{key}.{field}"
        tolerance = SEARCH if "probability" in field else near(SEARCH, number, found)
        yield CrossCheck(where, "sums over a grid of τ", getattr(found, field), number, tolerance)
