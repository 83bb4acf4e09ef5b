"""The Bayesian normal-normal random-effects model by numerical integration: no sampling, no seed.

yᵢ ~ N(θᵢ, vᵢ), θᵢ ~ N(μ, τ²), with a flat or normal prior for μ and any proper prior for τ. Given τ everything else
is normal (Gelman et al. 2014, *Bayesian Data Analysis*, 3rd ed., section 5.4 [@gelman2014bda]; Röver 2020, J Stat
Softw 93(6), section 2 [@roever2020bayesmeta]), so only τ is integrated numerically: composite Gauss-Legendre sums on
panels that are halved until halving changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods import wording
from analysis.methods.errors import InputError, Notice, Refusal
from analysis.methods.models import caveats, inputs
from analysis.methods.models.priors import Floats, Normal, TauPrior

_NODES = 14
_RATIO = 1.5
_TOLERANCE = 1e-13
_HALVINGS = 40
# ln of a share of the posterior that is not worth integrating.
_NOTHING = -42.0
# τ² has to stay finite. Of priors whose tail is a power of ln τ less than 1e-10 of the mean lies further out.
_LARGEST = 1e150
# Far below the smallest standard error only the prior changes: wider panels, whose nodes become one in the end.
_RATIO_NEAR_ZERO = 5.0
_NO_MATTER = 1e-9
_WIDTHS = 64


@dataclass(frozen=True, eq=False)
class Summary:
    """A posterior distribution: mean, median, central and shortest interval at the result's level."""

    mean: float
    median: float
    central: tuple[float, float]
    _shortest: Callable[[], tuple[float, float]] = field(repr=False)

    @cached_property
    def shortest(self) -> tuple[float, float]:
        """The narrowest interval of this probability; found when it is first asked for, as that takes long."""
        return self._shortest()


@dataclass(frozen=True, eq=False)
class BayesResult:
    """A posterior.

    Attributes:
        mu, tau, new_trial: summaries of the pooled effect, of τ and of the true effect in a new trial.
        p_mu_negative: posterior probability of μ < 0.
        shrinkage: share of the pooled effect in each trial's own, posterior mean of vᵢ/(vᵢ + τ²), shape of ``yi``;
            NaN for absent trials.
        trial_mean: posterior mean of each trial's true effect, shape of ``yi``.
        k, level, method, warnings: trials used, level of the intervals, method in words, caveats fit for print.
    """

    mu: Summary
    tau: Summary
    new_trial: Summary
    p_mu_negative: float
    shrinkage: Floats
    trial_mean: Floats
    k: int
    level: float
    method: str
    warnings: tuple[Notice, ...]
    _posterior: _Posterior
    _where: np.ndarray

    def p_mu_below(self, x: float) -> float:
        """Posterior probability of μ < x."""
        return self._posterior.mu.below(x)

    def mu_density(self, x: float) -> float:
        """Posterior density of μ at x."""
        return self._posterior.mu.density(x)

    @cached_property
    def trial_intervals(self) -> Floats:
        """Central intervals of the trials' true effects, shape (k_all, 2); NaN for absent trials."""
        out = np.full((self._where.size, 2), np.nan)
        out[self._where] = [self._posterior.trial(i).central(self.level) for i in range(self.k)]
        out.setflags(write=False)
        return out


def bayes_normal(
    yi: ArrayLike,
    vi: ArrayLike,
    tau_prior: TauPrior,
    mu_prior: Normal | None = None,
    level: float = 0.95,
) -> BayesResult:
    """Pool effect sizes under the normal-normal model.

    Args:
        yi, vi: effects and sampling variances, shape (k,); NaN in both marks an absent trial.
        tau_prior: prior of τ, e.g. ``half_normal(0.5)``.
        mu_prior: ``None`` for a flat prior of μ, or ``normal(mean, sd)``.
        level: level of all intervals.

    Raises:
        InputError: as `random_effects`; a prior of the wrong kind.
        Refusal: "single-study" with fewer than two trials.

    The eight schools of Rubin (1981):

    >>> from analysis.methods.models import half_normal
    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> posterior = bayes_normal(effects, variances, half_normal(25.0))
    >>> round(posterior.mu.mean, 1), round(posterior.tau.median, 1)
    (7.9, 5.0)
    """
    if not hasattr(tau_prior, "log_density"):
        raise InputError("tau_prior", "must be a prior such as half_normal(0.5)", value=tau_prior)
    if mu_prior is not None and not isinstance(mu_prior, Normal):
        raise InputError("mu_prior", "must be None or normal(mean, sd)", value=mu_prior)
    inputs.check_level(level)
    y, v = inputs.effects_and_variances(yi, vi)
    if y.ndim != 1:
        raise InputError("yi", "must be one analysis of shape (k,)")
    inputs.check(y, v)
    present = v > 0
    k = int(present.sum())
    if k < 2:
        raise Refusal("single-study", "Fewer than two trials could be analysed, so nothing was pooled.")

    posterior = _Posterior(y[present], v[present], tau_prior, mu_prior)
    shrinkage, trial_mean = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    shrinkage[present], trial_mean[present] = posterior.shrunken()
    for values in (shrinkage, trial_mean):
        values.setflags(write=False)
    warnings = []
    if k < caveats.FEW_STUDIES:
        sentence = f"With {wording.trials(k)} the posterior of the between-trial variance rests on its prior."
        warnings.append(Notice("prior-matters", sentence))
    if (v == 0).any():
        warnings.append(caveats.left_out(int((v == 0).sum())))
    return BayesResult(
        mu=posterior.mu.summary(level),
        tau=posterior.tau_summary(level),
        new_trial=posterior.new_trial.summary(level),
        p_mu_negative=posterior.mu.below(0.0),
        shrinkage=shrinkage,
        trial_mean=trial_mean,
        k=k,
        level=level,
        method="Bayesian normal-normal random effects, numerical integration",
        warnings=tuple(warnings),
        _posterior=posterior,
        _where=present,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """A mixture of normal distributions: ``share``, ``mean`` and ``sd`` of each component."""

    share: Floats
    mean: Floats
    sd: Floats

    def below(self, x: float) -> float:
        from scipy.special import ndtr

        return float(self.share @ ndtr((x - self.mean) / self.sd))

    def density(self, x: float) -> float:
        z = (x - self.mean) / self.sd
        return float((self.share / self.sd) @ np.exp(-0.5 * z * z)) / math.sqrt(2.0 * math.pi)

    def quantile(self, p: float) -> float:
        from scipy.special import ndtr

        # The smaller tail is solved for: 1 - p would round.
        sign = 1.0 if p <= 0.5 else -1.0
        tail = min(p, 1.0 - p)
        return _root(
            lambda x: float(self.share @ ndtr(sign * (x - self.mean) / self.sd)) - tail,
            float(self.share @ self.mean),
            float(np.median(self.sd)),
        )

    def central(self, level: float) -> tuple[float, float]:
        return self.quantile((1.0 - level) / 2), self.quantile((1.0 + level) / 2)

    def summary(self, level: float) -> Summary:
        shortest = partial(_shortest, self.quantile, self.density, level)
        return Summary(float(self.share @ self.mean), self.quantile(0.5), self.central(level), shortest)


def _root(f: Callable[[float], float], start: float, width: float) -> float:
    from scipy.optimize import brentq

    low = high = start
    sign = f(start)
    while f(low) * sign > 0 and f(high) * sign > 0:
        low, high, width = low - width, high + width, 2.0 * width
    return float(brentq(f, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=500))


def _shortest(
    quantile: Callable[[float], float], density: Callable[[float], float], level: float
) -> tuple[float, float]:
    """The narrowest interval of this probability: equal densities at both ends, or one end at that of the support."""
    from scipy.optimize import brentq

    def imbalance(p: float) -> float:
        return density(quantile(p)) - density(quantile(p + level))

    spare = 1.0 - level
    grid = np.linspace(0.0, 1.0, _WIDTHS + 1)[1:-1] * spare
    widths = [quantile(p + level) - quantile(p) for p in grid]
    best = int(np.argmin(widths))
    low = float(grid[best - 1]) if best else 1e-9 * spare
    high = float(grid[best + 1]) if best + 1 < grid.size else (1.0 - 1e-9) * spare
    if imbalance(low) >= 0.0:
        return quantile(0.0), quantile(level)
    p = brentq(imbalance, low, high, xtol=1e-16, rtol=1e-13) if imbalance(high) > 0 else float(grid[best])
    return quantile(p), quantile(p + level)


class _Posterior:
    """The joint posterior as panels in τ, each with normal conditionals."""

    def __init__(self, y: Floats, v: Floats, tau_prior: TauPrior, mu_prior: Normal | None) -> None:
        self.y, self.v, self.tau_prior, self.mu_prior = y, v, tau_prior, mu_prior
        self.centre = float(y[np.argmin(v)])
        self.x, self.w = np.polynomial.legendre.leggauss(_NODES)
        self.top = 0.0
        edges = self._edges()
        nodes = self._nodes(edges[:-1], edges[1:])
        self.top = float(np.max(self._log_density(nodes.ravel())))
        self.edges, masses = self._refine(self._towards_zero(edges))
        self.total = float(masses.sum())
        self.cumulative = np.r_[0.0, np.cumsum(masses)] / self.total
        nodes = self._nodes(self.edges[:-1], self.edges[1:])
        half = 0.5 * np.diff(self.edges)[:, None]
        self.tau = nodes.ravel()
        density, mean, variance = self._conditional(self.tau)
        share = (half * self.w).ravel() * np.exp(density - self.top) / self.total
        keep = share > 0
        self.tau, self.share = self.tau[keep], share[keep]
        self.mean, self.variance = mean[keep], variance[keep]
        if self.tau_prior.lower > 0:
            self._merge_smallest(_NO_MATTER * math.sqrt(float(v.min())))

    def _merge_smallest(self, limit: float) -> None:
        """One node for all τ below the limit, where μ given τ is the same to the last digit."""
        tiny = self.tau < limit
        if not tiny.any():
            return
        share = self.share[tiny]
        total = float(share.sum())
        merged = (float(share @ self.tau[tiny]) / total, total, self.mean[tiny][-1], self.variance[tiny][-1])
        columns = (self.tau, self.share, self.mean, self.variance)
        self.tau, self.share, self.mean, self.variance = (
            np.append(column[~tiny], value) for column, value in zip(columns, merged, strict=True)
        )

    @property
    def mu(self) -> _Mixture:
        return _Mixture(self.share, self.centre + self.mean, np.sqrt(self.variance))

    @property
    def new_trial(self) -> _Mixture:
        return _Mixture(self.share, self.centre + self.mean, np.sqrt(self.variance + self.tau**2))

    def trial(self, i: int) -> _Mixture:
        """True effect of trial i."""
        pull = self.v[i] / (self.v[i] + self.tau**2)
        own = self.y[i] - self.centre
        mean = self.centre + pull * self.mean + (1.0 - pull) * own
        return _Mixture(self.share, mean, np.sqrt(pull * self.tau**2 + pull**2 * self.variance))

    def shrunken(self) -> tuple[Floats, Floats]:
        """Posterior means of vᵢ/(vᵢ + τ²) and of every trial's true effect."""
        pulls, means = [], []
        for own, variance in zip(self.y - self.centre, self.v, strict=True):
            pull = variance / (variance + self.tau**2)
            pulls.append(self.share @ pull)
            means.append(self.centre + own + self.share @ (pull * (self.mean - own)))
        return np.array(pulls), np.array(means)

    def _conditional(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Log posterior density of τ (no constant), mean and variance of μ - centre given τ."""
        d = self.y - self.centre
        density, mean, variance = (np.empty(tau.shape) for _ in range(3))
        rows = max(200_000 // d.size, 1)
        for i in range(0, tau.size, rows):
            part = slice(i, i + rows)
            spread = self.v + tau[part, None] ** 2
            w = 1.0 / spread
            total, first = w.sum(axis=1), w @ d
            if self.mu_prior is not None:
                precision, m0 = self.mu_prior.sd**-2, self.mu_prior.mean - self.centre
                total, first = total + precision, first + precision * m0
            m = first / total
            quadratic = (w * (d - m[:, None]) ** 2).sum(axis=1)
            if self.mu_prior is not None:
                quadratic = quadratic + precision * (m - m0) ** 2
            log_likelihood = -0.5 * (np.log(spread).sum(axis=1) + np.log(total) + quadratic)
            density[part] = log_likelihood + self.tau_prior.log_density(tau[part])
            mean[part], variance[part] = m, 1.0 / total
        return density, mean, variance

    def _log_density(self, tau: Floats) -> Floats:
        return self._conditional(tau)[0]

    def _edges(self) -> Floats:
        """Panels from 0, growing by a constant factor, to where neither mass nor mean is left."""
        scales = [math.sqrt(self.v.min()), math.sqrt(self.v.max()), float(np.ptp(self.y)), self.tau_prior.typical]
        positive = [s for s in scales if s > 0]
        edge, largest = 1e-3 * min(positive), max(positive)
        edges = [0.0]
        best = -math.inf
        end = min(self.tau_prior.upper, _LARGEST)
        while edge < end:
            edges.append(edge)
            density = float(self._log_density(np.array([edge]))[0])
            best = max(best, density + math.log(edge))
            if edge > largest and density + 2.0 * math.log(edge) < best + math.log(largest) + _NOTHING:
                return np.array(edges)
            edge *= _RATIO
        return np.array([*edges, end])

    def _towards_zero(self, edges: Floats) -> Floats:
        """The same, with panels that shrink by a constant factor in place of the first for a prior steep at 0."""
        lower, first = self.tau_prior.lower, float(edges[1])
        if not 0.0 < lower < first:
            return edges
        panels = math.ceil(math.log(first / lower) / math.log(_RATIO_NEAR_ZERO))
        return np.concatenate(([0.0], np.geomspace(lower, first, panels + 1), edges[2:]))

    def _nodes(self, low: Floats, high: Floats) -> Floats:
        return 0.5 * ((high + low)[:, None] + (high - low)[:, None] * self.x)

    def _masses(self, low: Floats, high: Floats) -> Floats:
        nodes = self._nodes(low, high)
        values = np.exp(self._log_density(nodes.ravel()) - self.top).reshape(nodes.shape)
        return 0.5 * (high - low) * (values @ self.w)

    def _refine(self, edges: Floats) -> tuple[Floats, Floats]:
        """Halve panels until halving moves no more than _TOLERANCE of the whole."""
        low, high = edges[:-1], edges[1:]
        mass = self._masses(low, high)
        done: list[tuple[Floats, Floats, Floats]] = []
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            left, right = self._masses(low, middle), self._masses(middle, high)
            total = mass.sum() + sum(float(m.sum()) for _, _, m in done)
            fine = np.abs(left + right - mass) <= _TOLERANCE * total
            done.append((low[fine], high[fine], mass[fine]))
            rough = ~fine
            if not rough.any():
                break
            low, high = np.r_[low[rough], middle[rough]], np.r_[middle[rough], high[rough]]
            mass = np.r_[left[rough], right[rough]]
        else:
            done.append((low, high, mass))
        low, high, mass = (np.concatenate(parts) for parts in zip(*done, strict=True))
        order = np.argsort(low)
        return np.r_[low[order], high[order][-1]], mass[order]

    def _tau_density(self, tau: float) -> float:
        return float(np.exp(self._log_density(np.array([tau]))[0] - self.top)) / self.total

    def _tau_quantile(self, p: float) -> float:
        from scipy.optimize import brentq

        if p <= 0.0:
            return 0.0
        panel = int(np.clip(np.searchsorted(self.cumulative, p) - 1, 0, self.edges.size - 2))
        low, high = float(self.edges[panel]), float(self.edges[panel + 1])
        rest = (p - float(self.cumulative[panel])) * self.total

        def excess(tau: float) -> float:
            return float(self._masses(np.array([low]), np.array([tau]))[0]) - rest

        if excess(high) <= 0.0:
            return high
        return float(brentq(excess, low, high, xtol=1e-300, rtol=8.9e-16))

    def tau_summary(self, level: float) -> Summary:
        """Summary of τ."""
        central = self._tau_quantile((1.0 - level) / 2), self._tau_quantile((1.0 + level) / 2)
        shortest = partial(_shortest, self._tau_quantile, self._tau_density, level)
        return Summary(float(self.share @ self.tau), self._tau_quantile(0.5), central, shortest)
