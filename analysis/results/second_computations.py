"""Each pooled estimate a second time, by statsmodels, scipy.stats or a formula written out.

Nothing is shared with `analysis.methods`. Effects and variances (shape (k,), ratios as logarithms) come from
`analysis.results.second_effects`. Formulas are those of the papers, written out for clarity and not for
speed; the restricted likelihood is searched over its whole range. The functions only have to be right on these data.
Counts are arrays of shape (k, 4): events and patients with the treatment, then of controls. Estimates are returned on
the natural scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Triple = tuple[float, float, float]
DIFFERENCES = ("RD", "MD", "SMD")
#: points of the grid over which a likelihood is searched
POINTS = 400
#: a mode is found when a step towards it is smaller; the nodes around it need no more
CLOSE = 1e-6


def natural(measure: str, value: float) -> float:
    return value if measure in DIFFERENCES else math.exp(value)


def around(measure: str, mu: float, half: float) -> Triple:
    """Estimate, lower and upper limit on the natural scale."""
    return natural(measure, mu), natural(measure, mu - half), natural(measure, mu + half)


def paule_mandel(y: Floats, v: Floats, measure: str) -> float:
    """statsmodels' combine_effects with its iterated Paule-Mandel τ².

    Its iteration gives τ² = 0 where a step ends below the root by a rounding error, which happens the more often the
    nearer to the root it may go. So the tolerance is loosened as long as a Q above its degrees of freedom, which
    needs a τ² above 0, gets none. Raises ArithmeticError if no tolerance helps.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    for tolerance in (1e-10, 1e-8, 1e-6, 1e-5, 1e-4):
        found = combine_effects(y, v, method_re="iterated", atol=tolerance)
        if found.tau2 > 0 or found.q <= len(y) - 1:
            return natural(measure, found.mean_effect_re)
    raise ArithmeticError("statsmodels' iteration for the Paule-Mandel τ² does not converge")


def reml_hartung_knapp(y: Floats, v: Floats, measure: str) -> Triple:
    """Estimate and Hartung-Knapp interval at the maximum of the restricted likelihood, found by bounded search."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import t

    def negative(tau2: float) -> float:
        w = 1 / (v + tau2)
        mu = np.average(y, weights=w)
        return 0.5 * float(np.log(v + tau2).sum() + np.log(w.sum()) + (w * (y - mu) ** 2).sum())

    upper = 10 * (np.var(y) + v.max())
    found = minimize_scalar(negative, bounds=(0, upper), method="bounded", options={"xatol": 1e-11, "maxiter": 500})
    tau2 = found.x if found.fun < negative(0.0) else 0.0
    w = 1 / (v + tau2)
    mu = float(np.average(y, weights=w))
    half = t.ppf(0.975, len(y) - 1) * math.sqrt((w * (y - mu) ** 2).sum() / ((len(y) - 1) * w.sum()))
    return around(measure, mu, half)


def inverse_variance(y: Floats, v: Floats, measure: str, tau2: str, interval: str) -> Triple:
    """Estimate and limits on the natural scale; a single trial keeps its own normal interval."""
    from scipy.stats import norm, t

    if len(y) == 1:
        return around(measure, float(y[0]), norm.ppf(0.975) * math.sqrt(v[0]))
    between = TAU2[tau2](y, v)
    w = 1 / (v + between)
    mu = float((w * y).sum() / w.sum())
    factor = float((w * (y - mu) ** 2).sum() / (len(y) - 1))
    if interval == "wald":
        half = norm.ppf(0.975) / math.sqrt(w.sum())
    else:
        factor = max(factor, 1.0) if interval == "mHK" else factor
        half = t.ppf(0.975, len(y) - 1) * math.sqrt(factor / w.sum())
    return around(measure, mu, half)


def likeliest(y: Floats, v: Floats, restricted: bool) -> float:
    """τ² at the highest point of the likelihood, or the restricted one: a grid, then a search between its points."""
    from scipy.optimize import minimize_scalar

    def negative(tau2: Floats) -> Floats:
        total = v + np.asarray(tau2)[..., None]
        w = 1 / total
        mu = (w * y).sum(axis=-1, keepdims=True) / w.sum(axis=-1, keepdims=True)
        value = np.log(total).sum(axis=-1) + (w * (y - mu) ** 2).sum(axis=-1)
        return np.asarray(value + np.log(w.sum(axis=-1)) if restricted else value)

    top = 20 * float(np.var(y) + v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1, POINTS) * top])
    best = int(np.argmin(negative(grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, POINTS)]
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


def mantel_haenszel(counts: Floats, measure: str) -> float:
    """RR and OR by statsmodels' StratifiedTable; RD by the formula of Greenland and Robins."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    if measure == "RD":
        a, n1, c, n2 = counts.T
        return float(((a * n2 - c * n1) / (n1 + n2)).sum() / (n1 * n2 / (n1 + n2)).sum())
    tables = [np.array([[a, n1 - a], [c, n2 - c]]) for a, n1, c, n2 in counts]
    table = StratifiedTable(tables)
    return float(table.riskratio_pooled if measure == "RR" else table.oddsratio_pooled)


def peto(counts: Floats) -> float:
    """Observed minus expected over variance, both from scipy's hypergeometric distribution."""
    from scipy.stats import hypergeom

    a, n1, c, n2 = counts.T
    null = hypergeom(n1 + n2, a + c, n1)
    return float(math.exp((a - null.mean()).sum() / null.var().sum()))


def binomial_normal(counts: Floats, kind: str) -> float:
    """Odds ratio by adaptive Gauss-Hermite quadrature of the whole likelihood, maximised without derivatives of ours.

    The nodes lie around each trial's own mode, as wide as its curvature there: trials of any size are narrow peaks.
    """
    from scipy.optimize import minimize

    a, n1, c, n2 = (column[:, None] for column in counts.T)
    node, weight = np.polynomial.hermite.hermgauss(41)
    own = LIKELIHOODS[kind](a, n1, c, n2)
    nuisance = len(counts) if kind == "unconditional" else 0

    def negative(x: Floats) -> float:
        theta, tau = x[0], x[1]
        alpha = x[2:, None] if nuisance else np.zeros_like(a)
        z = np.zeros_like(a)
        for _ in range(60):
            _, slope, curve = own(theta + tau * z, alpha)
            step = np.clip((tau * slope - z) / (1 - tau**2 * curve), -2, 2)
            z = z + step
            if np.abs(step).max() < CLOSE:
                break
        spread = 1 / np.sqrt(1 - tau**2 * own(theta + tau * z, alpha)[2])
        at = z + math.sqrt(2) * spread * node
        terms = own(theta + tau * at, alpha)[0] - at**2 / 2 + node**2 + np.log(weight)
        return -float((np.logaddexp.reduce(terms, axis=1) + np.log(spread[:, 0]) - math.log(math.pi) / 2).sum())

    crude = np.log((a + c + 0.5) / (n1 + n2 - a - c + 0.5))[:, 0]
    middle = float(np.mean(np.log((a + 0.5) * (n2 - c + 0.5) / ((c + 0.5) * (n1 - a + 0.5)))))
    starts = [np.r_[middle, tau, crude[:nuisance]] for tau in (0.0, 0.7)]
    fits = [minimize(negative, start, method="BFGS", options={"gtol": 1e-7}) for start in starts]
    return math.exp(min(fits, key=lambda fit: fit.fun).x[0])


Likelihood = Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]


def conditional(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Likelihood:
    """Events with the treatment given all events: log-likelihood, slope and curvature in the log odds ratio."""

    def of(delta: Floats, alpha: Floats) -> tuple[Floats, Floats, Floats]:
        logit, m = delta + np.log(n1 / n2), a + c
        p = np.exp(-np.logaddexp(0.0, -logit))
        return a * logit - m * np.logaddexp(0.0, logit), a - m * p, -m * p * (1 - p)

    return of


def unconditional(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Likelihood:
    """Two binomials around the trial's own level alpha."""

    def of(delta: Floats, alpha: Floats) -> tuple[Floats, Floats, Floats]:
        first, second = alpha + delta / 2, alpha - delta / 2
        p, q = np.exp(-np.logaddexp(0.0, -first)), np.exp(-np.logaddexp(0.0, -second))
        value = a * first - n1 * np.logaddexp(0.0, first) + c * second - n2 * np.logaddexp(0.0, second)
        return value, (a - n1 * p - c + n2 * q) / 2, -(n1 * p * (1 - p) + n2 * q * (1 - q)) / 4

    return of


def hypergeometric(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Likelihood:
    """Fisher's noncentral hypergeometric distribution, summed over all tables with the same margins."""
    from scipy.special import gammaln

    x = np.arange(int((a + c).max()) + 1)
    inside = (x <= n1) & (a + c - x >= 0) & (a + c - x <= n2)
    y = np.where(inside, a + c - x, 0)
    ways = -gammaln(x + 1) - gammaln(np.where(inside, n1 - x, 0) + 1) - gammaln(y + 1) - gammaln(n2 - y + 1)
    log_ways = np.where(inside, ways, -np.inf)
    # the likelihood of large trials is a small difference of large numbers unless a constant goes first
    log_ways = log_ways - log_ways.max(axis=1, keepdims=True)

    def of(delta: Floats, alpha: Floats) -> tuple[Floats, Floats, Floats]:
        terms = log_ways[:, None, :] + delta[:, :, None] * x
        top = terms.max(axis=2)
        share = np.exp(terms - top[:, :, None])
        total = share.sum(axis=2)
        mean = (share * x).sum(axis=2) / total
        square = (share * x**2).sum(axis=2) / total
        return np.asarray(a * delta - top - np.log(total)), a - mean, -(square - mean**2)

    return of


LIKELIHOODS: dict[str, Callable[[Floats, Floats, Floats, Floats], Likelihood]] = {
    "conditional": conditional,
    "unconditional": unconditional,
    "hypergeometric": hypergeometric,
}


def beta_binomial(counts: Floats, measure: str) -> float:
    """RR, OR or RD from scipy's beta-binomial distribution, maximised by the simplex method."""
    return marginal(tuple(map(tuple, counts.tolist())))[measure]


@cache
def marginal(counts: tuple[tuple[float, ...], ...]) -> dict[str, float]:
    from scipy.optimize import minimize
    from scipy.stats import betabinom

    a, n1, c, n2 = np.array(counts).T

    def negative(x: Floats) -> float:
        risks, m = 1 / (1 + np.exp(-x[:2])), math.exp(x[2])
        return -sum(
            float(betabinom.logpmf(events, n, risk * m, (1 - risk) * m).sum())
            for events, n, risk in ((a, n1, risks[0]), (c, n2, risks[1]))
        )

    start = np.array([math.log(x.sum() / (n.sum() - x.sum())) for x, n in ((a, n1), (c, n2))] + [1.0])
    options = {"xatol": 1e-8, "fatol": 1e-11, "maxiter": 2000}
    x = minimize(negative, start, method="Nelder-Mead", options=options).x
    first, second = 1 / (1 + np.exp(-x[:2]))
    return {"RR": first / second, "OR": math.exp(x[0] - x[1]), "RD": first - second}


def bayes(
    y: Floats, v: Floats, measure: str, log_prior: Callable[[Floats], Floats], limits: Sequence[float] = ()
) -> tuple[float, ...]:
    """Posterior median and 95% bounds of the effect, and its probability of lying below none, by sums over τ.

    After them the probabilities of lying below each of the ``limits``, which stand on the natural scale.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    # even steps of ln τ: priors of τ² on the log scale hold much just above 0, and far out
    tau = np.exp(np.linspace(-32.0, 7.0, 8001))
    w = 1 / (v + tau[:, None] ** 2)
    total = w.sum(axis=1)
    mu = (w * y).sum(axis=1) / total
    quadratic = (w * (y - mu[:, None]) ** 2).sum(axis=1)
    log_density = log_prior(tau) + np.log(tau) + 0.5 * (np.log(w).sum(axis=1) - np.log(total) - quadratic)
    share = np.exp(log_density - log_density.max())
    # the trapezoidal rule: the end points count half
    share[[0, -1]] /= 2
    share /= share.sum()
    kept = share > 1e-14
    share, mu, sd = share[kept], mu[kept], 1 / np.sqrt(total[kept])

    def below(x: float) -> float:
        return float(share @ ndtr((x - mu) / sd))

    quantiles = [brentq(lambda x, p=p: below(x) - p, -20, 20, xtol=1e-10) for p in (0.5, 0.025, 0.975)]
    middle, low, high = (natural(measure, value) for value in quantiles)
    others = (below(limit if measure in DIFFERENCES else math.log(limit)) for limit in limits)
    return middle, low, high, below(0.0), *others
