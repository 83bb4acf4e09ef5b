"""Log-likelihoods of one trial's counts as functions of its log odds ratio δ, with their first two derivatives.

Every class holds k trials; arguments and results broadcast to (k, m). A nuisance parameter α, where there is one, has
shape (k, 1).
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from analysis.methods.effects import Floats

Derivatives = tuple[Floats, Floats, Floats, Floats, Floats]


class TrialLikelihood(Protocol):
    """What the random-effects model needs to know of a trial."""

    has_nuisance: bool

    def value(self, delta: Floats, alpha: Floats) -> Floats:
        """Log-likelihood, with all its constants."""
        ...

    def derivatives(self, delta: Floats, alpha: Floats) -> Derivatives:
        """d/dδ, d²/dδ², d/dα, d²/dα², d²/dδdα; the last three are not used without a nuisance parameter."""
        ...


class TwoBinomials:
    """Two binomials with logits α + δ/2 (treatment) and α - δ/2 (control)."""

    has_nuisance = True

    def __init__(self, a: Floats, n1: Floats, c: Floats, n2: Floats) -> None:
        self.a, self.n1, self.c, self.n2 = (x[:, None] for x in (a, n1, c, n2))
        self.constant = log_choose(self.n1, self.a) + log_choose(self.n2, self.c)

    def value(self, delta: Floats, alpha: Floats) -> Floats:
        up, down = alpha + 0.5 * delta, alpha - 0.5 * delta
        treated = self.a * up - self.n1 * np.logaddexp(0.0, up)
        return self.constant + treated + self.c * down - self.n2 * np.logaddexp(0.0, down)

    def derivatives(self, delta: Floats, alpha: Floats) -> Derivatives:
        p, q = _logistic(alpha + 0.5 * delta), _logistic(alpha - 0.5 * delta)
        treated, control = self.a - self.n1 * p, self.c - self.n2 * q
        spread_t, spread_c = self.n1 * p * (1.0 - p), self.n2 * q * (1.0 - q)
        both = spread_t + spread_c
        return 0.5 * (treated - control), -0.25 * both, treated + control, -both, -0.5 * (spread_t - spread_c)


class ConditionalBinomial:
    """Events of the treatment arm given all events: binomial with logit log(n_t/n_c) + δ, good for rare events."""

    has_nuisance = False

    def __init__(self, a: Floats, n1: Floats, c: Floats, n2: Floats) -> None:
        self.a, self.events = a[:, None], (a + c)[:, None]
        self.offset = np.log(n1 / n2)[:, None]
        self.constant = log_choose(self.events, self.a)

    def value(self, delta: Floats, alpha: Floats) -> Floats:
        logit = self.offset + delta
        return self.constant + self.a * logit - self.events * np.logaddexp(0.0, logit)

    def derivatives(self, delta: Floats, alpha: Floats) -> Derivatives:
        p = _logistic(self.offset + delta)
        zero = np.zeros_like(p)
        return self.a - self.events * p, -self.events * p * (1.0 - p), zero, zero, zero


class NoncentralHypergeometric:
    """Events of the treatment arm given both margins: Fisher's noncentral hypergeometric distribution."""

    has_nuisance = False

    def __init__(self, a: Floats, n1: Floats, c: Floats, n2: Floats) -> None:
        events = a + c
        self.a = a[:, None]
        self.low = np.maximum(0.0, events - n2)
        self.high = np.minimum(events, n1)
        self._tables = []
        for i in range(a.size):
            x = np.arange(self.low[i], self.high[i] + 1.0)
            weight = log_choose(np.full_like(x, n1[i]), x) + log_choose(np.full_like(x, n2[i]), events[i] - x)
            # Counts from the observed one on: the exponents below stay small where it matters.
            self._tables.append((x - a[i], weight - weight[round(a[i] - self.low[i])]))

    def _terms(self, i: int, delta: Floats) -> tuple[Floats, Floats, Floats]:
        x, weight = self._tables[i]
        exponent = weight + x * delta[:, None]
        top = exponent.max(axis=1, keepdims=True)
        return x, np.exp(exponent - top), top[:, 0]

    def value(self, delta: Floats, alpha: Floats) -> Floats:
        delta = np.broadcast_to(delta, (len(self._tables), delta.shape[1]))
        out = np.empty(delta.shape)
        for i, row in enumerate(delta):
            _, terms, top = self._terms(i, row)
            out[i] = -(np.log(terms.sum(axis=1)) + top)
        return out

    def derivatives(self, delta: Floats, alpha: Floats) -> Derivatives:
        delta = np.broadcast_to(delta, (len(self._tables), delta.shape[1]))
        slope, curvature = np.empty(delta.shape), np.empty(delta.shape)
        for i, row in enumerate(delta):
            x, terms, _ = self._terms(i, row)
            total = terms.sum(axis=1)
            mean = terms @ x / total
            slope[i] = -mean
            curvature[i] = -((terms * (x - mean[:, None]) ** 2).sum(axis=1) / total)
        zero = np.zeros(delta.shape)
        return slope, curvature, zero, zero, zero


def _logistic(x: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(x))


def log_choose(n: Floats, x: Floats) -> Floats:
    """Logarithm of the binomial coefficient, term by term."""
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0))


def supports(kind: str, a: Floats, n1: Floats, c: Floats, n2: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest count of the treatment arm that the model's margins allow."""
    events = a + c
    if kind == "conditional":
        return np.zeros_like(a), events
    return np.maximum(0.0, events - n2), np.minimum(events, n1)


def crude_log_odds_ratio(a: Floats, n1: Floats, c: Floats, n2: Floats) -> float:
    """A start value: all tables added up, ½ in each cell."""
    cells = (a.sum(), (n1 - a).sum(), c.sum(), (n2 - c).sum())
    t, u, v, w = (float(x) + 0.5 for x in cells)
    return math.log(t / u) - math.log(v / w)
