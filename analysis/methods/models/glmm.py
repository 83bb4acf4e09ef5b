"""Random-effects models of the counts themselves: binomial-normal and hypergeometric-normal likelihoods.

Every trial has its own log odds ratio δ = θ + τz, z standard normal, and contributes the likelihood of its counts
averaged over z. Three forms of that likelihood (Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046 [@stijnen2010];
Jackson et al. 2018, Stat Med 37:1059 [@jackson2018]):

* unconditional: two binomials with logits α + δ/2 and α - δ/2, one fixed α per trial;
* conditional: the events of the treatment arm given those of the trial, binomial with logit log(n_t/n_c) + δ. An
  approximation that needs rare events;
* hypergeometric: the same without approximation (Fisher's noncentral hypergeometric distribution).

Empty cells need no correction; trials without events, or with only events, in both arms carry no information in any
of the three. The integral is a trapezoidal sum around each trial's own mode (Liu & Pierce 1994, Biometrika
81:624 [@liu1994], centre and scale it so for Gauss-Hermite sums; a sinh-spaced trapezoidal sum stays exact where an
empty cell makes the integrand lopsided). θ, τ and the α are maximised by Newton's method from every local maximum of
a grid in τ; the highest likelihood wins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods import wording
from analysis.methods.effects import Floats, present_counts
from analysis.methods.errors import InputError, MethodError, Notice, Refusal
from analysis.methods.models import caveats, inputs, trial_likelihoods
from analysis.methods.models.trial_likelihoods import TrialLikelihood

KINDS: dict[str, tuple[Callable[[Floats, Floats, Floats, Floats], TrialLikelihood], str]] = {
    "conditional": (trial_likelihoods.ConditionalBinomial, "conditional binomial-normal model"),
    "unconditional": (trial_likelihoods.TwoBinomials, "unconditional binomial-normal model with fixed trial effects"),
    "hypergeometric": (trial_likelihoods.NoncentralHypergeometric, "hypergeometric-normal model"),
}

_NODES = 81
_REACH = 9.0
# τ tried before the maximisation; log odds ratios hardly ever differ by more between trials.
_GRID = (0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0, 6.0)
_LARGEST_TAU = 20.0
_STEPS = 60
# Promised gain in log-likelihood, relative to its size, below which the next step is the last.
_FLAT = 1e-13
# Share of events above which the binomial approximation of the conditional likelihood misleads.
_RARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class CountModel:
    """A random-effects model of counts.

    Attributes:
        measure: what ``estimate`` is: "OR" and "RR" are natural logarithms, "RD" is a difference.
        estimate, se, ci, statistic, df, p_value: effect, standard error, (low, high), z, infinite df, two-sided p.
        tau2: between-trial variance of the log odds ratio; NaN where the model has none.
        correlation: of participants within an arm of the beta-binomial model; NaN for the others.
        log_likelihood: at the maximum, with all constants.
        k: trials with information. level: of the interval. method: in words fit for print.
        warnings: caveats fit for print.
    """

    measure: str
    estimate: float
    se: float
    ci: tuple[float, float]
    statistic: float
    df: float
    p_value: float
    tau2: float
    correlation: float
    log_likelihood: float
    k: int
    level: float
    method: str
    warnings: tuple[Notice, ...]

    @property
    def ci_low(self) -> float:
        """Lower limit of ``ci``."""
        return self.ci[0]

    @property
    def ci_high(self) -> float:
        """Upper limit of ``ci``."""
        return self.ci[1]


def binomial_normal(
    events_t: ArrayLike,
    n_t: ArrayLike,
    events_c: ArrayLike,
    n_c: ArrayLike,
    kind: str = "conditional",
    level: float = 0.95,
) -> CountModel:
    """Fit a generalised linear mixed model to 2 x 2 tables; the estimate is a log odds ratio.

    Args:
        events_t, n_t, events_c, n_c: events and participants per arm, shape (k,); NaN in both numbers of events marks
            an absent trial, which a notice counts.
        kind: ``"conditional"`` (binomial approximation for rare events), ``"unconditional"`` or ``"hypergeometric"``
            (the exact conditional likelihood; counts must be whole numbers).
        level: level of the interval.

    Raises:
        InputError: as `two_proportions`; unknown kind; counts that are not whole (hypergeometric); level
            outside (0, 1).
        Refusal: "single-study" with fewer than two informative trials; "not-estimable" if the likelihood has no
            maximum at a finite effect or τ.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> tables = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
    >>> fit = binomial_normal(*tables, kind="hypergeometric")
    >>> round(math.exp(fit.estimate), 2)
    0.24
    """
    if kind not in KINDS:
        raise InputError("kind", f"must be one of {', '.join(KINDS)}", value=kind)
    inputs.check_level(level)
    (a, n1, c, n2), present, absent = present_counts(events_t, n_t, events_c, n_c)
    if kind == "hypergeometric":
        for name, column in (("events_t", a), ("n_t", n1), ("events_c", c), ("n_c", n2)):
            if (column != np.round(column)).any():
                place = int(np.argmax(column != np.round(column)))
                study = int(np.flatnonzero(present)[place])
                raise InputError(name, "is not a whole number", study=study, value=float(column[place]))
    informative = (a + c > 0) & (a + c < n1 + n2)
    warnings = absent + _warnings(kind, a, n1, c, n2, informative)
    a, n1, c, n2 = (x[informative] for x in (a, n1, c, n2))
    if a.size < 2:
        raise Refusal(
            "single-study", "Fewer than two trials have information on the odds ratio, so nothing was pooled."
        )
    low, high = trial_likelihoods.supports(kind, a, n1, c, n2)
    if not ((a > low).any() and (a < high).any()):
        raise Refusal(
            "not-estimable",
            "The likelihood has no maximum at a finite odds ratio: all events lie on the same side in every trial.",
        )

    family, words = KINDS[kind]
    model = _Model(family(a, n1, c, n2), a.size)
    theta, tau, alpha, value = model.maximise(trial_likelihoods.crude_log_odds_ratio(a, n1, c, n2))
    se = model.standard_error(theta, tau, alpha)
    return wald_result("OR", theta, se, value, a.size, level, words, warnings, tau2=float(tau) ** 2)


def wald_result(
    measure: str,
    estimate: float,
    se: float,
    log_likelihood: float,
    k: int,
    level: float,
    method: str,
    warnings: tuple[Notice, ...],
    tau2: float = math.nan,
    correlation: float = math.nan,
) -> CountModel:
    """Wrap a maximum-likelihood estimate with its normal inference."""
    from scipy.special import ndtri

    estimate, se = float(estimate), float(se)
    half = float(ndtri(0.5 + level / 2)) * se
    z = estimate / se
    p = math.erfc(abs(z) / math.sqrt(2.0))
    return CountModel(
        measure=measure,
        estimate=estimate,
        se=se,
        ci=(estimate - half, estimate + half),
        statistic=z,
        df=math.inf,
        p_value=p,
        tau2=tau2,
        correlation=correlation,
        log_likelihood=log_likelihood,
        k=k,
        level=level,
        method=method,
        warnings=warnings,
    )


def _warnings(kind: str, a: Floats, n1: Floats, c: Floats, n2: Floats, informative: np.ndarray) -> tuple[Notice, ...]:
    notices = []
    silent = int((~informative).sum())
    if silent:
        trials = wording.trials_first(silent)
        notices.append(
            Notice(
                "double-zero", f"{trials} without events, or with only events, in both arms carried no information."
            )
        )
    if kind == "conditional" and ((a + c) > _RARE * (n1 + n2))[informative].any():
        notices.append(
            Notice(
                "not-rare",
                "Events are not rare in every trial, so the binomial approximation draws the odds ratio towards the "
                "risk ratio; the hypergeometric-normal model has no such bias.",
            )
        )
    k = int(informative.sum())
    if 2 <= k < caveats.FEW_STUDIES:
        notices.append(
            Notice(
                "few-trials",
                f"With {wording.trials(k)} that carry information the between-trial variance is very imprecise "
                "and the normal interval is likely too narrow.",
            )
        )
    return tuple(notices)


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Log-likelihood with gradient and Hessian in (θ, τ), the trials' α profiled out by one Newton step."""

    value: float
    gradient: Floats
    hessian: Floats
    alpha_gradient: Floats
    alpha_hessian: Floats
    mixed: Floats


class _Model:
    """The marginal likelihood of all trials."""

    def __init__(self, trials: TrialLikelihood, k: int) -> None:
        self.trials, self.k = trials, k
        self.u = np.linspace(-1.0, 1.0, _NODES)

    def _nodes(self, theta: float, tau: float, alpha: Floats) -> tuple[Floats, Floats]:
        """Quadrature points z and log weights (with the normal density), around each trial's own mode."""
        z, scale = np.zeros((self.k, 1)), np.ones((self.k, 1))
        if tau > 0:
            low, high = np.full_like(z, -np.inf), np.full_like(z, np.inf)
            for _ in range(_STEPS):
                slope, curvature, *_ = self.trials.derivatives(theta + tau * z, alpha)
                rise = tau * slope - z
                scale = 1.0 / np.sqrt(1.0 - tau**2 * curvature)
                # The log integrand is concave: the sign of its slope says on which side the mode lies.
                low, high = np.where(rise > 0, z, low), np.where(rise > 0, high, z)
                step = rise * scale**2
                after = z + step
                inside = (after > low) & (after < high)
                z = np.where(inside | ~np.isfinite(low + high), after, 0.5 * (low + high))
                # Any points will do; close to the mode few are enough.
                if (np.abs(step) < 1e-5 * scale).all():
                    break
        # z = mode + scale sinh(u): dense where the integrand bends, wide where only the normal density limits it. The
        # integrand is log-concave with curvature below -1, so it is negligible beyond _REACH.
        end = np.arcsinh(_REACH / scale)
        u = end * self.u
        points = z + scale * np.sinh(u)
        spacing = end * (2.0 / (_NODES - 1))
        return points, np.log(spacing * scale * np.cosh(u)) - 0.5 * points**2 - 0.5 * math.log(2.0 * math.pi)

    def value(self, theta: float, tau: float, alpha: Floats) -> float:
        z, log_w = self._nodes(theta, tau, alpha)
        terms = self.trials.value(theta + tau * z, alpha) + log_w
        top = terms.max(axis=1, keepdims=True)
        return float((np.log(np.exp(terms - top).sum(axis=1)) + top[:, 0]).sum())

    def at(self, theta: float, tau: float, alpha: Floats) -> _Point:
        z, log_w = self._nodes(theta, tau, alpha)
        delta = theta + tau * z
        terms = self.trials.value(delta, alpha) + log_w
        top = terms.max(axis=1, keepdims=True)
        share = np.exp(terms - top)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        value = float((np.log(total) + top).sum())
        d, dd, n, nn, dn = self.trials.derivatives(delta, alpha)

        def mean(x: Floats) -> Floats:
            return np.asarray((share * x).sum(axis=1))

        zd = z * d
        e_d, e_zd, e_n = mean(d), mean(zd), mean(n)
        theta2 = mean(dd + d * d) - e_d**2
        cross = mean(z * dd + d * zd) - e_d * e_zd
        tau2 = mean(z * z * dd + zd * zd) - e_zd**2
        gradient = np.array([e_d.sum(), e_zd.sum()])
        hessian = np.array([[theta2.sum(), cross.sum()], [cross.sum(), tau2.sum()]])
        if not self.trials.has_nuisance:
            none = np.zeros(self.k)
            return _Point(value, gradient, hessian, none, none - 1.0, np.zeros((self.k, 2)))
        alpha2 = mean(nn + n * n) - e_n**2
        mixed = np.stack([mean(dn + d * n) - e_d * e_n, mean(z * dn + zd * n) - e_zd * e_n], axis=1)
        gradient = gradient - (mixed / alpha2[:, None]).T @ e_n
        hessian = hessian - (mixed / alpha2[:, None]).T @ mixed
        return _Point(value, gradient, hessian, e_n, alpha2, mixed)

    def climb(self, theta: float, tau: float, alpha: Floats, free_tau: bool) -> tuple[float, float, Floats, float]:
        """Newton's method with step halving from this start; τ stays fixed unless ``free_tau``."""
        free = slice(0, 2 if free_tau else 1)
        here = self.at(theta, tau, alpha)
        for _ in range(_STEPS):
            step = np.zeros(2)
            hessian, gradient = here.hessian[free, free], here.gradient[free]
            curvature, axes = np.linalg.eigh(-hessian)
            # Directions in which the surface is not concave are climbed along the gradient instead.
            curvature = np.maximum(np.abs(curvature), 1e-8 * np.abs(curvature).max() + 1e-300)
            step[free] = axes @ ((axes.T @ gradient) / curvature)
            shift = -(here.alpha_gradient + here.mixed @ step) / here.alpha_hessian
            gain = float(gradient @ step[free]) + float((here.alpha_gradient**2 / -here.alpha_hessian).sum())
            if gain < _FLAT * (1.0 + abs(here.value)):
                # Convergence is quadratic: this step leaves an error below rounding.
                theta, tau, alpha = theta + step[0], abs(tau + step[1]), alpha + shift[:, None]
                break
            length = min(1.0, 2.0 / max(np.abs(step).max(), np.abs(shift).max(), 1e-300))
            while length > 1e-10:
                moved = theta + length * step[0], abs(tau + length * step[1]), alpha + length * shift[:, None]
                there = self.at(*moved)
                if there.value >= here.value - 1e-13 * abs(here.value):
                    break
                length /= 2
            else:
                break
            theta, tau, alpha = moved
            here = there
            if tau > _LARGEST_TAU:
                break
        return theta, tau, alpha, self.value(theta, tau, alpha)

    def maximise(self, start: float) -> tuple[float, float, Floats, float]:
        """(θ, τ, α, log-likelihood) at the highest of all local maxima found."""
        alpha = np.zeros((self.k, 1))
        profile = []
        theta = start
        for tau in _GRID:
            theta, _, alpha, value = self.climb(theta, tau, alpha, free_tau=False)
            profile.append((value, theta, tau, alpha))
        values = [-math.inf, *(p[0] for p in profile), -math.inf]
        best = profile[0]
        for i, (_, theta, tau, alpha) in enumerate(profile):
            if i == 1 or (i > 1 and values[i + 1] >= max(values[i], values[i + 2])):
                theta, tau, alpha, value = self.climb(theta, tau, alpha, free_tau=True)
                if value > best[0] + 1e-10 * (1.0 + abs(value)):
                    best = (value, theta, tau, alpha)
        value, theta, tau, alpha = best
        if tau > _LARGEST_TAU:
            raise Refusal(
                "not-estimable", "The likelihood has no maximum at a finite between-trial variance for these trials."
            )
        return theta, tau, alpha, value

    def standard_error(self, theta: float, tau: float, alpha: Floats) -> float:
        """From the observed information of all parameters; at τ = 0 of all but τ."""
        hessian = -self.at(theta, tau, alpha).hessian
        information = hessian[0, 0] if tau == 0 else hessian[0, 0] - hessian[0, 1] ** 2 / hessian[1, 1]
        if not information > 0:
            raise MethodError("the likelihood is flat in the effect at its maximum, so it has no standard error")
        return 1.0 / math.sqrt(information)
