"""Bounds for trials whose results are missing: what would they have to show to change the conclusion?

Trials of known size but unknown events are given every outcome on a grid of assumptions and in extreme cases; the
pooled interval is computed anew each time. This bounds the effect of missing results (Page MJ, Higgins JPT, Sterne
JAC. Cochrane Handbook, chapter 13, section 13.3) in the way that best and worst cases bound missing participants
(Gamble C, Hollis S. J Clin Epidemiol 2005;58:579-588 [@gamble2005]). It needs no model of why results are missing,
and says nothing about how likely any scenario is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.arguments import between, choice, positive, whole
from analysis.methods.conversions import or_to_rr
from analysis.methods.effects import EffectSizes, two_proportions
from analysis.methods.errors import InputError
from analysis.methods.models import RandomEffects, random_effects
from analysis.methods.robustness.verdicts import Side, verdicts

# Symmetric on the log scale, from a sixteenth to sixteenfold in steps of 2^(1/8), with 1 on the grid.
DEFAULT_RISK_RATIOS = tuple(float(2 ** (i / 8)) for i in range(-32, 33))


@dataclass(frozen=True, slots=True)
class MissingTrial:
    """A trial with known arms and unknown events: its name and participants per arm."""

    name: str
    n_t: int
    n_c: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """Assumed results of the missing trials, and the pooled result with them.

    Attributes:
        label: what was assumed, in words.
        control_risk, risk_ratio: assumption common to all missing trials; NaN in extreme cases.
        events_t, events_c: events per missing trial, whole.
        estimate, ci_low, ci_high: pooled result of all trials, on the scale of the measure (RR, OR as logs).
        verdict: side on which the interval lies: ``"treatment"``, ``"control"`` or ``"neither"``.
    """

    label: str
    control_risk: float
    risk_ratio: float
    events_t: tuple[int, ...]
    events_c: tuple[int, ...]
    estimate: float
    ci_low: float
    ci_high: float
    verdict: str


@dataclass(frozen=True, slots=True)
class MissingTrialBounds:
    """Result of `missing_trial_bounds`.

    Attributes:
        observed: pooled result without the missing trials; observed_verdict: side on which its interval lies.
        grid: scenarios with a common control risk and risk ratio; ratios that would exceed a risk of 1 are left out.
        extremes: treatment and control each without any event where the other arms have all of them.
        tipping: per control risk, in ascending order: the risk, and the scenarios nearest to the observed effect with
            a smaller and with a larger risk ratio whose verdict differs from the observed one; ``None`` where none on
            the grid does.
        assumption: one sentence fit for print, free of numerals.
        missing: the trials; control_risks, risk_ratios: the grid, ascending.
    """

    observed: RandomEffects
    observed_verdict: str
    grid: tuple[Scenario, ...]
    extremes: tuple[Scenario, ...]
    tipping: tuple[tuple[float, Scenario | None, Scenario | None], ...]
    assumption: str
    missing: tuple[MissingTrial, ...]
    control_risks: tuple[float, ...]
    risk_ratios: tuple[float, ...]

    @property
    def participants(self) -> int:
        """Participants of the missing trials."""
        return sum(trial.n_t + trial.n_c for trial in self.missing)

    @property
    def changed(self) -> int:
        """Scenarios of the grid whose verdict differs from the observed one."""
        return sum(scenario.verdict != self.observed_verdict for scenario in self.grid)

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest pooled estimate over grid and extremes."""
        estimates = [scenario.estimate for scenario in self.grid + self.extremes]
        return min(estimates), max(estimates)


def missing_trial_bounds(
    events_t: ArrayLike,
    n_t: ArrayLike,
    events_c: ArrayLike,
    n_c: ArrayLike,
    missing: Sequence[MissingTrial],
    measure: str = "RR",
    control_risks: Sequence[float] | None = None,
    risk_ratios: Sequence[float] = DEFAULT_RISK_RATIOS,
    tau2: str = "REML",
    ci: str = "HK",
    level: float = 0.95,
    add: float = 0.5,
    add_to: str = "only0",
    favourable: Side = "negative",
) -> MissingTrialBounds:
    """Pool the observed trials with every assumed result of the missing ones.

    In the grid all missing trials share a control risk p and a risk ratio r; they get round(p n_c) and round(p r n_t)
    events (halves rounded up).

    Args:
        events_t, n_t, events_c, n_c: shape (k,), observed trials.
        missing: trials with known arm sizes and unknown events, at least one.
        measure: ``"RR"``, ``"OR"`` or ``"RD"``.
        control_risks: in (0, 1]; by default lowest (above 0), pooled and highest control risk observed.
        risk_ratios: > 0; by default 1/16 to 16 in 65 steps.
        tau2, ci, level: as in `analysis.methods.models.random_effects`.
        add, add_to: zero cells, as in `analysis.methods.effects.two_proportions` (not ``"if0all"``).
        favourable: side of 0 that favours treatment.

    Raises:
        InputError: impossible counts, sizes or settings, no missing trial, a name twice, or no observed trial with an
            effect size.

    Three of the trials of BCG vaccine in Colditz (1994):

    >>> tables = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
    >>> bounds = missing_trial_bounds(*tables, [MissingTrial("fourth", 200, 200)], ci="wald")
    >>> bounds.observed_verdict, bounds.changed < len(bounds.grid)
    ('treatment', True)
    """
    choice("measure", measure, ("RR", "OR", "RD"))
    choice("add_to", add_to, ("only0", "all", "none"))
    sizes = partial(two_proportions, measure=measure, add=add, add_to=add_to)
    fit = partial(random_effects, tau2=tau2, ci=ci, level=level)
    observed_sizes = sizes(events_t, n_t, events_c, n_c)
    trials = _checked(missing)
    risks = _control_risks(control_risks, events_c, n_c)
    ratios = sorted({positive("risk_ratios", ratio) for ratio in risk_ratios})
    if not ratios:
        raise InputError("risk_ratios", "is empty")
    observed = fit(observed_sizes.yi, observed_sizes.vi)
    observed_verdict = str(verdicts(*observed.ci, favourable))

    assumed = [_common(trials, risk, ratio) for risk in risks for ratio in ratios if risk * ratio <= 1]
    if not assumed:
        raise InputError("risk_ratios", "all imply a risk above 1 at every control risk", value=tuple(ratios))
    extreme = _extremes(trials)
    scenarios = _pool(assumed + extreme, trials, observed_sizes, sizes, fit, favourable)
    grid, extremes = scenarios[: len(assumed)], scenarios[len(assumed) :]
    return MissingTrialBounds(
        observed=observed,
        observed_verdict=observed_verdict,
        grid=grid,
        extremes=extremes,
        tipping=tuple(
            (risk, *_tipping(grid, risk, _as_risk_ratio(float(observed.estimate), measure, risk), observed_verdict))
            for risk in risks
        ),
        assumption=_assumption(trials, given=control_risks is not None),
        missing=trials,
        control_risks=tuple(risks),
        risk_ratios=tuple(ratios),
    )


_Assumed = tuple[str, float, float, tuple[int, ...], tuple[int, ...]]


def _common(trials: tuple[MissingTrial, ...], risk: float, ratio: float) -> _Assumed:
    events_t = tuple(_rounded(risk * ratio * trial.n_t) for trial in trials)
    events_c = tuple(_rounded(risk * trial.n_c) for trial in trials)
    return "common control risk and risk ratio", risk, ratio, events_t, events_c


def _extremes(trials: tuple[MissingTrial, ...]) -> list[_Assumed]:
    none = (0,) * len(trials)
    all_t, all_c = tuple(trial.n_t for trial in trials), tuple(trial.n_c for trial in trials)
    return [
        ("no events with treatment, events in all controls", math.nan, math.nan, none, all_c),
        ("events in all treated, no events in controls", math.nan, math.nan, all_t, none),
    ]


def _rounded(expected: float) -> int:
    # The tolerance keeps 0.3 · 45 = 13.499999999999998 from being rounded down.
    return math.floor(expected + 0.5 + 1e-9)


def _pool(
    assumed: list[_Assumed],
    trials: tuple[MissingTrial, ...],
    observed: EffectSizes,
    sizes: Callable[..., EffectSizes],
    fit: Callable[..., RandomEffects],
    favourable: Side,
) -> tuple[Scenario, ...]:
    count, m = len(assumed), len(trials)
    n_t, n_c = (np.tile([getattr(trial, arm) for trial in trials], count) for arm in ("n_t", "n_c"))
    events_t, events_c = (np.array([scenario[arm] for scenario in assumed]).ravel() for arm in (3, 4))
    added = sizes(events_t, n_t, events_c, n_c)
    pooled = fit(
        np.hstack([np.tile(observed.yi, (count, 1)), added.yi.reshape(count, m)]),
        np.hstack([np.tile(observed.vi, (count, 1)), added.vi.reshape(count, m)]),
    )
    sides = verdicts(*pooled.ci, favourable)
    estimate, low, high = (np.asarray(numbers).tolist() for numbers in (pooled.estimate, *pooled.ci))
    return tuple(
        Scenario(*scenario, estimate[b], low[b], high[b], str(sides[b])) for b, scenario in enumerate(assumed)
    )


def _as_risk_ratio(estimate: float, measure: str, risk: float) -> float:
    if measure == "RD":
        return (risk + estimate) / risk
    return or_to_rr(math.exp(estimate), risk) if measure == "OR" else math.exp(estimate)


def _tipping(
    grid: tuple[Scenario, ...], risk: float, observed_ratio: float, verdict: str
) -> tuple[Scenario | None, Scenario | None]:
    changed = [scenario for scenario in grid if scenario.control_risk == risk and scenario.verdict != verdict]
    below = [scenario for scenario in changed if scenario.risk_ratio <= observed_ratio]
    above = [scenario for scenario in changed if scenario.risk_ratio > observed_ratio]
    return (
        max(below, key=lambda scenario: scenario.risk_ratio, default=None),
        min(above, key=lambda scenario: scenario.risk_ratio, default=None),
    )


def _checked(missing: Sequence[MissingTrial]) -> tuple[MissingTrial, ...]:
    if len(missing) == 0:
        raise InputError("missing", "is empty")
    names: set[str] = set()
    for trial in missing:
        if trial.name in names:
            raise InputError("missing", "names a trial twice", study=trial.name)
        names.add(trial.name)
        whole("n_t", trial.n_t, 1, study=trial.name)
        whole("n_c", trial.n_c, 1, study=trial.name)
    return tuple(missing)


def _control_risks(control_risks: Sequence[float] | None, events_c: ArrayLike, n_c: ArrayLike) -> list[float]:
    if control_risks is not None:
        if len(control_risks) == 0:
            raise InputError("control_risks", "is empty")
        return sorted(
            {between("control_risks", positive("control_risks", r), 0, 1, closed=True) for r in control_risks}
        )
    events, n = np.asarray(events_c, dtype=float), np.asarray(n_c, dtype=float)
    present = ~np.isnan(events)
    events, n = events[present], n[present]
    if not events.any():
        raise InputError("control_risks", "must be given, because no control group observed has an event")
    risks = (events / n)[events > 0]
    return sorted({float(risks.min()), float(events.sum() / n.sum()), float(risks.max())})


def _assumption(trials: tuple[MissingTrial, ...], given: bool) -> str:
    names = ", ".join(trial.name for trial in trials)
    risk = "each of the control-group risks examined" if given else "a control-group risk within the range observed"
    who = (
        f"the trial without results ({names}) had"
        if len(trials) == 1
        else f"all trials without results ({names}) shared"
    )
    return (
        f"It was assumed that {who} {risk} and a risk ratio taken in turn from a wide range, with events rounded to "
        "whole numbers; in the two extreme cases one arm had no event and the other only events."
    )
