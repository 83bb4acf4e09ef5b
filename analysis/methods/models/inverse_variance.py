"""Pooling by inverse variance: equal and random effects, with Wald or Hartung-Knapp inference.

Sources
-------
* DerSimonian & Laird (1986) Control Clin Trials 7:177: the random-effects estimate and its Wald interval
  [@dersimonian1986].
* Hartung & Knapp (2001) Stat Med 20:3875 [@hartung2001refined]; Sidik & Jonkman (2002) Stat Med 21:3153 [@sidik2002]:
  the variance Σw(y - μ)²/((k - 1)Σw) with k - 1 degrees of freedom. Röver, Knapp & Friede (2015) BMC Med Res Methodol
  15:99 [@roever2015]: its factor Σw(y - μ)²/(k - 1) kept at 1 or above.
* Higgins, Thompson & Spiegelhalter (2009) J R Stat Soc A 172:137, eq. 12: prediction interval with k - 2
  degrees of freedom [@higgins2009; @riley2011]; Cochrane Handbook, section 10.10.4.3 [@higgins2023handbook] and
  Viechtbauer (2010) J Stat Softw 36(3) [@viechtbauer2010metafor]: k - 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.errors import InputError, Notice
from analysis.methods.models import caveats, fitting, inputs
from analysis.methods.models import heterogeneity as between
from analysis.methods.models.fitting import Value
from analysis.methods.models.moments import Floats, Studies, arrange

CI_METHODS = ("wald", "HK", "mHK")
PREDICTIONS = ("k-1", "k-2")

Interval = tuple[Value, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """One analysis in plain numbers: the attributes of `RandomEffects` of the same names.

    ``weights`` has shape (k,) over the studies as they were given, 0 for absent ones.
    """

    estimate: float
    se: float
    ci: tuple[float, float]
    p_value: float
    tau2: float
    tau2_ci: tuple[float, float]
    i2: float
    i2_ci: tuple[float, float]
    q: float
    q_p_value: float
    prediction: tuple[float, float]
    k: int
    weights: Floats
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, eq=False)
class RandomEffects:
    """A pooled result; for a batch every number is an array of shape (B,).

    Attributes:
        estimate, se, ci, statistic, df, p_value: pooled effect on the scale of ``yi``, its standard error, interval
            (low, high), test statistic against 0, degrees of freedom (inf = normal) and two-sided p.
        tau2: between-study variance. q: Cochran's Q. k: studies used.
        level: level of every interval. tau2_method, ci_method, prediction_method: as asked for.
        hk_factor: Hartung-Knapp variance factor in use; NaN for Wald intervals and k = 1.
    """

    estimate: Value
    se: Value
    ci: Interval
    statistic: Value
    df: Value
    p_value: Value
    tau2: Value
    q: Value
    k: int | NDArray[np.intp]
    hk_factor: Value
    level: float
    tau2_method: str
    ci_method: str
    prediction_method: str
    _yi: Floats = field(repr=False)
    _vi: Floats = field(repr=False)

    @cached_property
    def _studies(self) -> Studies:
        return arrange(np.atleast_2d(self._yi), np.atleast_2d(self._vi))

    def _give(self, values: Floats) -> Value:
        return values if self._yi.ndim == 2 else float(values[0])

    def _column(self, value: Value) -> Floats:
        return np.atleast_1d(np.asarray(value, dtype=float))

    @property
    def ci_low(self) -> Value:
        """Lower limit of ``ci``."""
        return self.ci[0]

    @property
    def ci_high(self) -> Value:
        """Upper limit of ``ci``."""
        return self.ci[1]

    @property
    def method(self) -> str:
        """The method in words fit for print."""
        if self.tau2_method == "EE":
            model = "inverse variance, equal effects"
        else:
            model = f"inverse variance, random effects ({self.tau2_method})"
        return f"{model}, {caveats.INTERVALS[self.ci_method]} interval"

    @cached_property
    def se_tau2(self) -> Value:
        """Asymptotic standard error of τ²; NaN for EE and k = 1."""
        return self._give(between.standard_error(self._studies, self._column(self.tau2), self.tau2_method))

    @cached_property
    def tau2_ci(self) -> Interval:
        """Q-profile interval of τ² (whatever the estimator); (0, 0) where the set is empty, NaN for k = 1."""
        low, high = between.q_profile(self._studies, self.level)
        return self._give(low), self._give(high)

    @cached_property
    def _typical(self) -> Floats:
        return between.typical_variance(self._studies)

    def _i2_of(self, tau2: Value) -> Floats:
        t, typical = self._column(tau2), self._typical
        return np.where(self._studies.k >= 2, t / (t + np.where(typical > 0, typical, 1.0)), 0.0)

    @cached_property
    def i2(self) -> Value:
        """I² as a fraction of 1, from τ² and the typical variance; from Q for equal effects. 0 for k = 1."""
        if self.tau2_method != "EE":
            return self._give(self._i2_of(self.tau2))
        q, df = self._column(self.q), self._studies.k - 1.0
        return self._give(np.where(q > df, (q - df) / np.where(q > 0, q, 1.0), 0.0))

    @cached_property
    def h2(self) -> Value:
        """H² = 1 + τ²/typical variance; Q/(k - 1) for equal effects. 1 for k = 1."""
        several = self._studies.k >= 2
        if self.tau2_method == "EE":
            ratio = self._column(self.q) / np.maximum(self._studies.k - 1, 1)
        else:
            ratio = 1.0 + self._column(self.tau2) / np.where(several, self._typical, 1.0)
        return self._give(np.where(several, ratio, 1.0))

    @cached_property
    def i2_ci(self) -> Interval:
        """Interval of I² from that of τ²; NaN for k = 1."""
        several = self._studies.k >= 2
        low, high = (np.where(several, self._i2_of(end), np.nan) for end in self.tau2_ci)
        return self._give(low), self._give(high)

    @cached_property
    def q_p_value(self) -> Value:
        """p of Cochran's Q on k - 1 degrees of freedom; 1 for k = 1."""
        from scipy.special import chdtrc

        df = self._studies.k - 1.0
        return self._give(np.where(df >= 1, chdtrc(np.maximum(df, 1.0), self._column(self.q)), 1.0))

    @cached_property
    def prediction(self) -> Interval:
        """Interval for the true effect in a new study; NaN for equal effects and for k = 1.

        t quantile with k - 1 or k - 2 (at least 1) degrees of freedom times √(τ² + se²).
        """
        from scipy.special import stdtrit

        k = self._studies.k
        df = np.maximum(k - (1.0 if self.prediction_method == "k-1" else 2.0), 1.0)
        half = stdtrit(df, 0.5 + self.level / 2) * np.sqrt(self._column(self.tau2) + self._column(self.se) ** 2)
        half = np.where((k >= 2) & (self.tau2_method != "EE"), half, np.nan)
        middle = self._column(self.estimate)
        return self._give(middle - half), self._give(middle + half)

    @cached_property
    def weights(self) -> Floats:
        """Share of each study in the estimate, shape of ``yi``: sums to 1; 0 for absent studies."""
        present = self._vi > 0
        v = np.where(present, self._vi, np.inf)
        tau2 = np.asarray(self.tau2)
        w: Floats = 1.0 / (v + (tau2[:, None] if v.ndim == 2 else tau2))
        total = w.sum(axis=-1, keepdims=True)
        w = w / np.where(total > 0, total, 1.0)
        w.setflags(write=False)
        return w

    @cached_property
    def _notices(self) -> tuple[tuple[Notice, ...], ...]:
        return caveats.of_random_effects(self, self._studies.k, np.atleast_2d(self._vi))

    @property
    def warnings(self) -> tuple[Notice, ...] | tuple[tuple[Notice, ...], ...]:
        """Caveats fit for print; for a batch one tuple per analysis."""
        return self._notices if self._yi.ndim == 2 else self._notices[0]

    @cached_property
    def analyses(self) -> tuple[Analysis, ...]:
        """Each analysis of the batch in plain numbers; one where there was no batch."""

        def plain(value: Value) -> list[float]:
            return [float(number) for number in self._column(value)]

        def pairs(interval: Interval) -> list[tuple[float, float]]:
            return list(zip(plain(interval[0]), plain(interval[1]), strict=True))

        columns = zip(
            plain(self.estimate),
            plain(self.se),
            pairs(self.ci),
            plain(self.p_value),
            plain(self.tau2),
            pairs(self.tau2_ci),
            plain(self.i2),
            pairs(self.i2_ci),
            plain(self.q),
            plain(self.q_p_value),
            pairs(self.prediction),
            self._studies.k.tolist(),
            np.atleast_2d(self.weights),
            self._notices,
            strict=True,
        )
        return tuple(Analysis(*numbers) for numbers in columns)


def random_effects(
    yi: ArrayLike,
    vi: ArrayLike,
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    prediction: str = "k-1",
) -> RandomEffects:
    """Pool effect sizes.

    Args:
        yi, vi: effects and sampling variances, shape (k,), or (B, k) for B analyses at once. A study with NaN
            in both is absent. One with variance 0 has no finite weight; it is left out and a warning says so.
        tau2: ``"EE"`` (τ² = 0), ``"DL"``, ``"HE"``, ``"SJ"``, ``"ML"``, ``"REML"``, ``"PM"``, ``"EB"``.
            Estimates are truncated at 0; ML and REML are global maxima.
        ci: ``"wald"``, ``"HK"`` (Hartung-Knapp), ``"mHK"`` (Hartung-Knapp with its factor at least 1).
        level: level of all intervals.
        prediction: degrees of freedom of the prediction interval.

    A single study is not pooled: its own estimate is returned with a normal interval, whatever was asked for,
    τ² = 0 by convention and a warning. Analyses of a batch without any study are NaN.

    Raises:
        InputError: names argument and study: empty, mismatched or non-finite input, negative or missing
            variance, level outside (0, 1), unknown method, no study at all.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> fit = random_effects(effects, variances, tau2="REML", ci="HK")
    >>> round(fit.estimate, 1), round(fit.ci_low, 1), round(fit.ci_high, 1), fit.tau2
    (7.7, -0.2, 15.6, 0.0)
    """
    if tau2 not in between.METHODS:
        raise InputError("tau2", f"must be one of {', '.join(between.METHODS)}", value=tau2)
    if ci not in CI_METHODS:
        raise InputError("ci", f"must be one of {', '.join(CI_METHODS)}", value=ci)
    if prediction not in PREDICTIONS:
        raise InputError("prediction", f"must be one of {', '.join(PREDICTIONS)}", value=prediction)
    inputs.check_level(level)
    y, v = inputs.effects_and_variances(yi, vi)
    numbers = fitting.fit_one(y, v, tau2, ci, level) if y.ndim == 1 else None
    if numbers is None:
        inputs.check(y, v)
        numbers = fitting.fit_blocks(np.atleast_2d(y), np.atleast_2d(v), tau2, ci, level)
        if y.ndim == 1:
            numbers = fitting.Numbers(*(np.asarray(values).item() for values in numbers))
    return RandomEffects(
        estimate=numbers.estimate,
        se=numbers.se,
        ci=(numbers.low, numbers.high),
        statistic=numbers.statistic,
        df=numbers.df,
        p_value=numbers.p_value,
        tau2=numbers.tau2,
        q=numbers.q,
        k=numbers.k,
        hk_factor=numbers.hk_factor,
        level=level,
        tau2_method=tau2,
        ci_method=ci,
        prediction_method=prediction,
        _yi=y,
        _vi=v,
    )
