"""The beta-binomial model: arms as clusters of correlated participants, with trials without any event included.

Events of every arm follow a beta-binomial distribution with the mean risk of its group (treatment or control)
and one correlation ρ common to all arms (Kuss 2015, Stat Med 34:1097 [@kuss2015]; Mathes & Kuss, Res
Synth Methods [@mathes_kuss]). With A = μM, B = (1 - μ)M and M = 1/ρ - 1 the log-likelihood of an arm is

    ln C(n, y) + ln Γ(y + A)/Γ(A) + ln Γ(n - y + B)/Γ(B) - ln Γ(n + M)/Γ(M).

The model compares the groups' marginal risks; it does not use that arms belong to the same trial.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.effects import Floats, present_counts
from analysis.methods.errors import InputError, MethodError, Notice, Refusal
from analysis.methods.models import inputs
from analysis.methods.models.glmm import CountModel, wald_result
from analysis.methods.models.trial_likelihoods import log_choose

MEASURES = ("OR", "RR", "RD")

# Starting correlations, and the largest ln M taken for a correlated model: beyond it the binomial is the limit.
_STARTS = (0.3, 0.05, 0.005, 0.0005)
_LARGEST_LOG_M = 16.0


def beta_binomial(
    events_t: ArrayLike,
    n_t: ArrayLike,
    events_c: ArrayLike,
    n_c: ArrayLike,
    measure: str = "RR",
    level: float = 0.95,
) -> CountModel:
    """Fit the beta-binomial model to 2 x 2 tables by maximum likelihood; double-zero trials contribute.

    Args:
        events_t, n_t, events_c, n_c: events and participants per arm, shape (k,); NaN in both numbers of events marks
            an absent trial, which a notice counts.
        measure: ``"OR"`` and ``"RR"`` (logs) or ``"RD"``, all from the two fitted mean risks.
        level: level of the interval.

    Raises:
        InputError: as `two_proportions`; unknown measure; level outside (0, 1).
        Refusal: "single-study" with fewer than two trials; "not-estimable" if a group has no events or only events.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> tables = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
    >>> round(math.exp(beta_binomial(*tables).estimate), 2)
    0.26
    """
    if measure not in MEASURES:
        raise InputError("measure", f"must be one of {', '.join(MEASURES)}", value=measure)
    inputs.check_level(level)
    (a, n1, c, n2), _, absent = present_counts(events_t, n_t, events_c, n_c)
    if a.size < 2:
        raise Refusal("single-study", "Fewer than two trials were given, so nothing was pooled.")
    for events, n, arm in ((a, n1, "treatment"), (c, n2, "control")):
        if events.sum() in (0.0, n.sum()):
            raise Refusal("not-estimable", f"The {arm} arms of all trials together had no events, or only events.")

    groups = ((a, n1), (c, n2))
    eta, covariance, correlation, value = _maximise(groups)
    estimate, gradient = _effect(measure, eta)
    se = math.sqrt(float(gradient @ covariance @ gradient))
    warnings = (
        *absent,
        Notice(
            "marginal-model",
            "The beta-binomial model compares the mean risks of all treatment and all control arms; it does not use "
            "that arms belong to the same trial.",
        ),
    )
    method = "beta-binomial model with a common correlation"
    return wald_result(measure, estimate, se, value, a.size, level, method, warnings, correlation=correlation)


def _effect(measure: str, eta: Floats) -> tuple[float, Floats]:
    """Effect and its gradient in the two logits."""
    risk = 1.0 / (1.0 + np.exp(-eta))
    sign = np.array([1.0, -1.0])
    if measure == "OR":
        return float(eta[0] - eta[1]), sign
    if measure == "RR":
        return float(np.log(risk[0]) - np.log(risk[1])), sign * (1.0 - risk)
    return float(risk[0] - risk[1]), sign * risk * (1.0 - risk)


def _maximise(groups: tuple[tuple[Floats, Floats], ...]) -> tuple[Floats, Floats, float, float]:
    """Logits of the two mean risks, their covariance, the correlation, the log-likelihood."""
    from scipy.optimize import minimize

    constant = sum(float(log_choose(n, y).sum()) for y, n in groups)
    risk = np.array([float(y.sum() / n.sum()) for y, n in groups])
    eta = np.log(risk / (1.0 - risk))
    totals = np.array([float(n.sum()) for _, n in groups])
    value = constant + float((totals * (risk * np.log(risk) + (1.0 - risk) * np.log1p(-risk))).sum())
    best = (eta, np.diag(1.0 / (totals * risk * (1.0 - risk))), 0.0, value)

    for rho in _STARTS:
        start = np.r_[eta, math.log(1.0 / rho - 1.0)]
        fit = minimize(
            lambda x: -_log_likelihood(groups, x),
            start,
            jac=lambda x: -_derivatives(groups, x)[0],
            hess=lambda x: -_derivatives(groups, x)[1],
            method="trust-exact",
            options={"gtol": 1e-6},
        )
        x = fit.x
        if not np.isfinite(x).all() or x[2] > _LARGEST_LOG_M:
            continue
        x = _polish(groups, x)
        value = constant + _log_likelihood(groups, x)
        information = -_derivatives(groups, x)[1]
        if value > best[3] + 1e-9 and np.linalg.eigvalsh(information)[0] > 0:
            best = (x[:2], np.linalg.inv(information)[:2, :2], 1.0 / (1.0 + math.exp(x[2])), value)
    if not np.isfinite(best[3]):
        raise MethodError("the beta-binomial likelihood is not finite for these counts")
    return best


def _polish(groups: tuple[tuple[Floats, Floats], ...], x: Floats) -> Floats:
    """Newton steps from the optimiser's answer to rounding error."""
    for _ in range(4):
        gradient, hessian = _derivatives(groups, x)
        step = np.linalg.solve(-hessian, gradient)
        if not np.isfinite(step).all() or np.abs(step).max() > 0.1:
            break
        x = x + step
    return x


def _log_likelihood(groups: tuple[tuple[Floats, Floats], ...], x: Floats) -> float:
    from scipy.special import gammaln

    m = math.exp(min(x[2], 30.0))
    total = 0.0
    for (y, n), eta in zip(groups, x[:2], strict=True):
        mu = 1.0 / (1.0 + math.exp(-eta))
        a, b = mu * m, m / (1.0 + math.exp(eta))
        rising = gammaln(y + a) - gammaln(a) + gammaln(n - y + b) - gammaln(b) - gammaln(n + m) + gammaln(m)
        total += float(rising.sum())
    return total


def _derivatives(groups: tuple[tuple[Floats, Floats], ...], x: Floats) -> tuple[Floats, Floats]:
    """Gradient and Hessian in (logit μ_t, logit μ_c, ln M)."""
    from scipy.special import digamma, polygamma

    m = math.exp(min(x[2], 30.0))
    gradient, hessian = np.zeros(3), np.zeros((3, 3))
    for g, ((y, n), eta) in enumerate(zip(groups, x[:2], strict=True)):
        mu = 1.0 / (1.0 + math.exp(-eta))
        a, b = mu * m, m / (1.0 + math.exp(eta))
        v = a * (1.0 - mu)
        fa = float((digamma(y + a) - digamma(a)).sum())
        fb = float((digamma(n - y + b) - digamma(b)).sum())
        fm = float((digamma(m) - digamma(n + m)).sum())
        faa = float((polygamma(1, y + a) - polygamma(1, a)).sum())
        fbb = float((polygamma(1, n - y + b) - polygamma(1, b)).sum())
        fmm = float((polygamma(1, m) - polygamma(1, n + m)).sum())
        gradient[g] = (fa - fb) * v
        gradient[2] += fa * a + fb * b + fm * m
        hessian[g, g] = (faa + fbb) * v * v + (fa - fb) * v * (1.0 - 2.0 * mu)
        hessian[g, 2] = hessian[2, g] = (faa * a - fbb * b) * v + (fa - fb) * v
        hessian[2, 2] += faa * a * a + fa * a + fbb * b * b + fb * b + fmm * m * m + fm * m
    return gradient, hessian
