"""Prior distributions for the Bayesian normal-normal model.

A prior of τ is a frozen object with ``log_density(tau)`` (up to no constant: it integrates to 1), ``typical``,
a value of τ in its bulk, ``upper``, the end of its support, and ``lower``, a τ below which it holds nothing worth
integrating, 0 where its density has a limit at 0. Choices from the literature: half-normal or
half-Cauchy (Gelman 2006, Bayesian Anal 1:515 [@gelman2006]; Friede et al. 2017, Res Synth Methods 8:79 [@friede2017];
Röver et al. 2021, Res Synth Methods 12:448 [@roever2021]), log-normal for τ² from 14,886 Cochrane meta-analyses
(Turner et al. 2015, Stat Med 34:984 [@turner2015]), log-t for τ² of standardised mean differences from 6,492 of them
(Rhodes et al. 2015, J Clin Epidemiol 68:52 [@rhodes2015]).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.methods.errors import InputError

Floats = NDArray[np.float64]

# ln of the smallest τ, relative to the prior's bulk, at which a prior without a limit at 0 is looked at. With a scale
# of 2.8 for ln τ² that is 280 scales below the bulk, where a t distribution with 5 degrees of freedom has 5e-12 left.
_SMALLEST_LOG = -400.0


class TauPrior(Protocol):
    """A prior distribution of τ."""

    @property
    def typical(self) -> float: ...

    @property
    def lower(self) -> float: ...

    @property
    def upper(self) -> float: ...

    def log_density(self, tau: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class HalfStudentT:
    """Half-t: density ∝ (1 + (τ/scale)²/df)^(-(df+1)/2); df = 1 is half-Cauchy, df = ∞ half-normal."""

    scale: float
    df: float

    @property
    def typical(self) -> float:
        return self.scale

    @property
    def lower(self) -> float:
        return 0.0

    @property
    def upper(self) -> float:
        return math.inf

    def log_density(self, tau: Floats) -> Floats:
        """ln p(τ) for τ ≥ 0."""
        z2 = (tau / self.scale) ** 2
        if math.isinf(self.df):
            return 0.5 * math.log(2.0 / math.pi) - math.log(self.scale) - 0.5 * z2
        v = self.df
        constant = math.lgamma((v + 1) / 2) - math.lgamma(v / 2) - 0.5 * math.log(v * math.pi) + math.log(2.0)
        return constant - math.log(self.scale) - 0.5 * (v + 1) * np.log1p(z2 / v)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """ln τ is normal with this mean and standard deviation."""

    mean: float
    sd: float

    @property
    def typical(self) -> float:
        return math.exp(self.mean)

    @property
    def lower(self) -> float:
        return 0.0

    @property
    def upper(self) -> float:
        return math.inf

    def log_density(self, tau: Floats) -> Floats:
        """ln p(τ) for τ ≥ 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.log(tau)
            value = -0.5 * ((x - self.mean) / self.sd) ** 2 - x - math.log(self.sd) - 0.5 * math.log(2.0 * math.pi)
        return np.where(tau > 0, value, -np.inf)


@dataclass(frozen=True, slots=True)
class LogStudentT:
    """(ln τ − location)/scale has a t distribution with df degrees of freedom.

    The density of τ has no limit at 0: it grows like 1/(τ |ln τ|^(df + 1)), so that much of what lies near 0 lies
    very near it.
    """

    location: float
    scale: float
    df: float

    @property
    def typical(self) -> float:
        return math.exp(self.location)

    @property
    def lower(self) -> float:
        return math.exp(self.location + _SMALLEST_LOG)

    @property
    def upper(self) -> float:
        return math.inf

    def log_density(self, tau: Floats) -> Floats:
        """ln p(τ) for τ ≥ 0; −∞ at 0 itself, which has no share."""
        v = self.df
        constant = math.lgamma((v + 1) / 2) - math.lgamma(v / 2) - 0.5 * math.log(v * math.pi) - math.log(self.scale)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.log(tau)
            value = constant - 0.5 * (v + 1) * np.log1p(((x - self.location) / self.scale) ** 2 / v) - x
        return np.where(tau > 0, value, -np.inf)


@dataclass(frozen=True, slots=True)
class Uniform:
    """τ uniform between 0 and ``upper``."""

    upper: float

    @property
    def typical(self) -> float:
        return self.upper / 2

    @property
    def lower(self) -> float:
        return 0.0

    def log_density(self, tau: Floats) -> Floats:
        """ln p(τ) for 0 ≤ τ ≤ upper."""
        return np.where(tau <= self.upper, -math.log(self.upper), -np.inf)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal prior for the pooled effect."""

    mean: float
    sd: float


def half_normal(scale: float) -> HalfStudentT:
    """τ = |z|·scale with z standard normal. For log ratios 0.5 is vague and 1.0 very vague (Röver et al. 2021).

    >>> half_normal(0.5).scale
    0.5
    """
    return HalfStudentT(_positive("scale", scale), math.inf)


def half_cauchy(scale: float) -> HalfStudentT:
    """The absolute value of a Cauchy variable.

    >>> half_cauchy(0.5).typical
    0.5
    """
    return HalfStudentT(_positive("scale", scale), 1.0)


def half_student_t(scale: float, df: float) -> HalfStudentT:
    """The absolute value of a t variable; df at least 1.

    >>> half_student_t(0.5, df=3).typical
    0.5
    """
    if not df >= 1:
        raise InputError("df", "must be at least 1", value=df)
    return HalfStudentT(_positive("scale", scale), float(df))


def log_normal(mu: float, sd: float, of: str = "tau") -> LogNormal:
    """ln τ ~ N(mu, sd²), or with ``of="tau2"`` ln τ² ~ N(mu, sd²), the form of Turner et al. (2015).

    >>> round(log_normal(-1.975, 0.67).typical, 3)
    0.139
    """
    if of not in ("tau", "tau2"):
        raise InputError("of", "must be tau or tau2", value=of)
    half = 0.5 if of == "tau2" else 1.0
    return LogNormal(_finite("mu", mu) * half, _positive("sd", sd) * half)


def log_student_t(location: float, scale: float, df: float, of: str = "tau2") -> LogStudentT:
    """(ln τ² − location)/scale ~ t with df degrees of freedom, the form of Rhodes et al. (2015); or the same of ln τ.

    Args:
        location, scale: of the logarithm, scale > 0.
        df: finite, at least 3: heavier tails hold too much next to 0 and far out to be integrated to many digits.
        of: ``"tau2"`` or ``"tau"``.

    >>> round(log_student_t(-3.0, 2.5, df=5).typical, 3)
    0.223
    """
    if of not in ("tau", "tau2"):
        raise InputError("of", "must be tau or tau2", value=of)
    if not (math.isfinite(df) and df >= 3):
        raise InputError("df", "must be finite and at least 3", value=df)
    half = 0.5 if of == "tau2" else 1.0
    return LogStudentT(_finite("location", location) * half, _positive("scale", scale) * half, float(df))


def uniform(upper: float) -> Uniform:
    """All τ up to ``upper`` equally likely.

    >>> uniform(4.0).upper
    4.0
    """
    return Uniform(_positive("upper", upper))


def normal(mean: float, sd: float) -> Normal:
    """A normal prior for the pooled effect.

    >>> normal(0.0, 2.0)
    Normal(mean=0.0, sd=2.0)
    """
    return Normal(_finite("mean", mean), _positive("sd", sd))


def _positive(name: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise InputError(name, "must be finite and positive", value=value)
    return float(value)


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise InputError(name, "must be finite", value=value)
    return float(value)
