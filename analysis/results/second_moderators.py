"""Regressions, comparisons of groups and tests of funnels a second time: statsmodels, scipy.stats, formulas by hand.

Nothing is shared with `analysis.methods`. Effects and values of characteristics come from the rows of the evidence;
variances between trials from a search of the restricted likelihood, written with determinants of the whole design.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Baseline
from analysis.results import second_computations as second
from analysis.results.second_computations import Floats, natural
from analysis.results.second_effects import effects
from analysis.results.tree import CrossCheck
from analysis.synthesis.limits import Limits
from analysis.synthesis.moderators import Answer, Groups, Regression
from analysis.synthesis.outcome_shapes import Outcome, is_ratio
from analysis.synthesis.small_studies import SmallStudies

#: a formula, and what rests on a searched variance between trials
FORMULA, SEARCH = 1e-9, 1e-5
WLS = "statsmodels WLS at a searched τ²"
OLS = "statsmodels OLS of standardised effects on precision"
BY_HAND = "written out from the groups' numbers"
MIRRORED = "mirrored trials written out"
#: rounds after which trim and fill has settled or never will
ROUNDS = 50


def checks(
    evidence: Evidence,
    outcomes: Mapping[str, Outcome],
    moderators: Mapping[str, Mapping[str, Answer]],
    small_studies: Mapping[str, SmallStudies],
) -> Iterator[CrossCheck]:
    """Every number that a reader is shown of these analyses, outcome by outcome."""
    for key, outcome in outcomes.items():
        for name, found in moderators.get(key, {}).items():
            at = f"moderators.{key}.{name}"
            if isinstance(found, Regression):
                yield from of_regression(evidence, outcome, at, found)
            else:
                yield from of_groups(evidence, outcome, at, found)
        if key in small_studies:
            yield from of_funnel(evidence, outcome, f"small_studies.{key}", small_studies[key])


def of_regression(evidence: Evidence, outcome: Outcome, key: str, found: Regression) -> Iterator[CrossCheck]:
    """Both coefficients with their limits, and the tests."""
    from scipy.stats import chi2

    y, v = of_trials(evidence, outcome, list(found.trials))
    x = np.array([value(evidence, trial.row) for trial in found.trials.values()])
    design = np.column_stack([np.ones(len(x)), x])
    tau2 = likeliest(y, v, design)
    fit = weighted(y, design, v + tau2)
    intervals = fit.conf_int(0.05)
    for position, name in enumerate(("intercept", "slope")):
        low, high = map(float, intervals[position])
        for field, theirs in (("coefficient", float(fit.params[position])), ("low", low), ("high", high)):
            allowed = SEARCH * max(1.0, (high - low) / max(abs(theirs), 1e-300))
            yield CrossCheck(f"{key}.{name}.{field}", WLS, getattr(getattr(found, name), field), theirs, allowed)
    change = found.per * np.array([fit.params[1], *intervals[1]])
    yield from of_limits(f"{key}.change", WLS, found.change, change.tolist(), outcome.measure, SEARCH)
    f = float(fit.tvalues[1] ** 2)
    # the error of t is that of the search, whatever t is
    yield CrossCheck(f"{key}.f", WLS, found.f, f, SEARCH * max(1.0, 1 / math.sqrt(max(f, 1e-300))))
    yield CrossCheck(f"{key}.p_value", WLS, found.p_value, float(fit.pvalues[1]), 10 * SEARCH)
    plain = weighted(y, design, v)
    q = float((plain.resid**2 / v).sum())
    yield CrossCheck(f"{key}.q", "statsmodels WLS", found.q, q, FORMULA)
    yield CrossCheck(f"{key}.q_p_value", "scipy chi2", found.q_p_value, float(chi2.sf(q, len(y) - 2)), 1e-7)


def of_groups(evidence: Evidence, outcome: Outcome, key: str, found: Groups) -> Iterator[CrossCheck]:
    """Each group's pooled effect, and both tests of interaction."""
    from scipy.stats import chi2

    compared = {name: group for name, group in found.groups.items() if group.compared}
    sizes = {name: of_trials(evidence, outcome, group.trials) for name, group in compared.items()}
    means, precisions = [], []
    for name, (y, v) in sizes.items():
        pooled = second.inverse_variance(y, v, outcome.measure, "REML", "HK")
        for field, theirs in zip(("estimate", "low", "high"), pooled, strict=True):
            ours = getattr(compared[name].pooled, field)
            tolerance = SEARCH * stretch(pooled, outcome.measure, theirs)
            yield CrossCheck(f"{key}.groups.{name}.pooled.{field}", "REML written out", ours, theirs, tolerance)
        w = 1 / (v + second.likeliest(y, v, restricted=True))
        means.append(float((w * y).sum() / w.sum()))
        precisions.append(float(w.sum()))
    mean, precision = np.array(means), np.array(precisions)
    q = float((precision * mean**2).sum() - (precision * mean).sum() ** 2 / precision.sum())
    df = len(compared) - 1
    yield from of_test(f"{key}.separate", BY_HAND, found.separate, q, float(chi2.sf(q, df)))
    y, v = (np.concatenate([sizes[name][part] for name in sizes]) for part in (0, 1))
    # a column for each group and none of ones: the contrasts of the others with the first are tested
    design = np.zeros((len(y), len(sizes)))
    design[np.arange(len(y)), np.repeat(np.arange(len(sizes)), [len(one) for one, _ in sizes.values()])] = 1
    fit = weighted(y, design, v + likeliest(y, v, design))
    contrasts = np.column_stack([-np.ones(df), np.eye(df)])
    difference = contrasts @ fit.params
    spread = contrasts @ fit.normalized_cov_params @ contrasts.T
    q = float(difference @ np.linalg.inv(spread) @ difference)
    yield from of_test(f"{key}.common", WLS, found.common, q, float(chi2.sf(q, df)))


def of_test(key: str, by: str, found: Any, q: float, p_value: float) -> Iterator[CrossCheck]:
    """A chi-squared statistic and its P value; a statistic near 0 is as near as its τ² allows."""
    yield CrossCheck(f"{key}.q", by, found.q, q, SEARCH / min(1.0, max(q, SEARCH)))
    yield CrossCheck(f"{key}.p_value", by, found.p_value, p_value, 10 * SEARCH * max(1.0, q))


def of_funnel(evidence: Evidence, outcome: Outcome, key: str, found: SmallStudies) -> Iterator[CrossCheck]:
    """Egger's test as it was published, a regression of standardised effects, and trim and fill."""
    import statsmodels.api as sm

    y, v = of_trials(evidence, outcome, [name for name, trial in outcome.trials.items() if trial.estimable])
    se = np.sqrt(v)
    fit = sm.OLS(y / se, np.column_stack([1 / se, np.ones(len(y))])).fit()
    intervals = fit.conf_int(0.05)
    bias = (fit.params[1], *intervals[1])
    for field, theirs in zip(("bias", "bias_low", "bias_high"), map(float, bias), strict=True):
        width = float(bias[2] - bias[1]) / max(abs(theirs), 1e-12)
        yield CrossCheck(f"{key}.{field}", OLS, getattr(found, field), theirs, FORMULA * max(1.0, width))
    yield CrossCheck(f"{key}.p_value", OLS, found.p_value, float(fit.pvalues[1]), 1e-7)
    limit = [fit.params[0], *intervals[0]]
    yield from of_limits(f"{key}.limit", OLS, found.limit, limit, outcome.measure, FORMULA)
    if found.filled is not None:
        filled = mirrored(y, v, -1.0 if found.filled.side == "right" else 1.0)
        missing = len(filled[0]) - len(y)
        yield CrossCheck(f"{key}.filled.missing", MIRRORED, found.filled.missing, missing, 0.0)
        adjusted = second.inverse_variance(*filled, outcome.measure, "REML", "HK")
        for field, number in zip(("estimate", "low", "high"), adjusted, strict=True):
            tolerance = SEARCH * stretch(adjusted, outcome.measure, number)
            ours = getattr(found.filled.effect, field)
            yield CrossCheck(f"{key}.filled.effect.{field}", MIRRORED, ours, number, tolerance)


def of_trials(evidence: Evidence, outcome: Outcome, trials: Sequence[str]) -> tuple[Floats, Floats]:
    """Effects and variances of these trials, from the rows."""
    return effects(evidence, [outcome.trials[trial].entry for trial in trials], outcome.measure)


def value(evidence: Evidence, row_id: str) -> float:
    """The number in a row of baseline.csv."""
    row = evidence.row(row_id)
    assert isinstance(row, Baseline) and row.value is not None
    return row.value


def of_limits(
    key: str, by: str, ours: Limits, theirs: Sequence[float], measure: str, tolerance: float
) -> Iterator[CrossCheck]:
    """An effect and its limits; ``theirs`` stand on the scale of the analysis."""
    shown = [natural(measure, float(number)) for number in theirs]
    for field, number in zip(("estimate", "low", "high"), shown, strict=True):
        allowed = tolerance * stretch(shown, measure, number)
        yield CrossCheck(f"{key}.{field}", by, getattr(ours, field), number, allowed)


def stretch(shown: Sequence[float], measure: str, number: float) -> float:
    """By how much an error of the search grows: with the width of the interval, on the scale of the analysis.

    shown: estimate, low and high on the natural scale; the relative error of a difference grows as it nears 0.
    """
    _, low, high = shown
    if is_ratio(measure):
        return max(1.0, math.log(high / low))
    return max(1.0, (high - low) / max(abs(number), 1e-12))


def weighted(y: Floats, design: Floats, variances: Floats) -> Any:
    """statsmodels' weighted least squares, whose own scale is Knapp and Hartung's."""
    import statsmodels.api as sm

    return sm.WLS(y, design, weights=1 / variances).fit()


def likeliest(y: Floats, v: Floats, design: Floats) -> float:
    """τ² at the highest point of the restricted likelihood: a grid, then a search between its points."""
    from scipy.optimize import minimize_scalar

    def negative(tau2: float) -> float:
        inverse = np.diag(1 / (v + tau2))
        information = design.T @ inverse @ design
        residuals = y - design @ np.linalg.solve(information, design.T @ inverse @ y)
        return float(np.log(v + tau2).sum() + np.linalg.slogdet(information)[1] + residuals @ inverse @ residuals)

    top = 20 * float(np.var(y) + v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1, second.POINTS) * top])
    best = int(np.argmin([negative(tau2) for tau2 in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, second.POINTS)]
    found = minimize_scalar(negative, bounds=(low, high), method="bounded", options={"xatol": 1e-13, "maxiter": 500})
    return float(found.x) if found.fun < negative(0.0) else 0.0


def mirrored(y: Floats, v: Floats, sign: float) -> tuple[Floats, Floats]:
    """Effects and variances with those that trim and fill adds; with ``sign`` −1 they are missing on the right."""
    from scipy.stats import rankdata

    turned = sign * y
    order = np.argsort(turned, kind="stable")
    turned, v = turned[order], v[order]
    k, missing = len(y), 0
    for _ in range(ROUNDS):
        few, few_v = turned[: k - missing], v[: k - missing]
        w = 1 / (few_v + second.likeliest(few, few_v, restricted=True))
        away = turned - (w * few).sum() / w.sum()
        positive = rankdata(np.abs(away), method="ordinal")[away > 0].sum()
        now = min(max(0, round((4 * positive - k * (k + 1)) / (2 * k - 1))), k - 1)
        if now == missing:
            break
        missing = now
    centre = float((w * few).sum() / w.sum())
    filled = 2 * centre - turned[k - missing :]
    return sign * np.concatenate([turned, filled]), np.concatenate([v, v[k - missing :]])
