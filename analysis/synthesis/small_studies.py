"""Small-study effects of one outcome: Egger's test, and trim and fill as the sensitivity analysis that it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from analysis.methods import small_studies as methods
from analysis.methods.errors import MethodError, Refusal
from analysis.printing.quantities import quantity
from analysis.synthesis.entries import effects
from analysis.synthesis.limits import Limits, limits
from analysis.synthesis.outcome_shapes import Outcome
from analysis.synthesis.pooling import LEVEL, informative

#: two-sided levels of the contours (Peters et al., J Clin Epidemiol 2008;61:991-996)
CONTOURS = {"inner": 0.1, "middle": 0.05, "outer": 0.01}
NO_EFFECT = "Egger's test was not done, because no trial has an effect."
CORRELATED = (
    "The standard error of a ratio of counts depends on the ratio itself, so a large effect alone can make Egger's "
    "test significant."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Trim and fill: what the pooled effect would be if asymmetry came from ``missing`` suppressed trials alone.

    ``side`` is the side of the funnel where they would lie. Never a corrected estimate.
    """

    side: str
    effect: Limits
    missing: int = quantity("count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """A level of significance drawn into the funnel, and how many standard errors from no effect it lies."""

    level: float = quantity("unrounded")
    deviate: float = quantity("statistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One trial of the funnel: its standard error, and its effect on the scale of the analysis."""

    effect: float = quantity("unrounded")
    se: float = quantity("statistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudies:
    """Asymmetry of the funnel of one outcome.

    ``bias`` is the slope of effect on standard error (Egger's coefficient), ``limit`` the effect that the line gives
    for an infinitely large trial; ``log_limit`` the same on the scale of the analysis. ``filled`` is None where trim
    and fill refuses. ``contours`` go from the least significant outwards;
    ``points`` are the trials with an effect.
    """

    outcome: str
    measure: str
    rows: tuple[str, ...]
    limit: Limits
    filled: Filled | None
    contours: Mapping[str, Contour]
    points: Mapping[str, Point]
    notice: str = quantity("text")
    k: int = quantity("count")
    bias: float = quantity("statistic")
    bias_low: float = quantity("statistic")
    bias_high: float = quantity("statistic")
    statistic: float = quantity("statistic")
    df: int = quantity("count")
    p_value: float = quantity("probability")
    level: float = quantity("fraction")
    log_limit: float = quantity("unrounded")


@dataclass(frozen=True, slots=True)
class Untested:
    """An outcome whose funnel was not tested, with the sentence that says why.

    ``k`` counts the trials with an effect, ``needed`` how many the test takes.
    """

    sentence: str = quantity("text")
    k: int = quantity("count")
    needed: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Funnels:
    """Every outcome with its test, or with why there is none, by key."""

    tested: dict[str, SmallStudies]
    untested: dict[str, Untested]


def small_studies(outcomes: Mapping[str, Outcome]) -> Funnels:
    """Test the funnel of every outcome that has trials enough."""
    found = Funnels({}, {})
    for key, outcome in outcomes.items():
        try:
            found.tested[key] = tested(outcome)
        except Refusal as refusal:
            found.untested[key] = Untested(sentence=refusal.sentence, k=outcome.k, needed=methods.MINIMUM_STUDIES)
    return found


def tested(outcome: Outcome) -> SmallStudies:
    """Egger's test of the trials with an effect. Raises ``Refusal``, by Egger's test itself."""
    usable = informative(outcome.entries, outcome.measure)
    if not usable:
        raise Refusal("no-effect", NO_EFFECT)
    sizes = effects(usable, outcome.measure)
    test = methods.egger(sizes.yi, sizes.vi, level=LEVEL)
    assert test.df is not None
    try:
        fill = methods.trim_and_fill(sizes.yi, sizes.vi, level=LEVEL)
    except MethodError:
        filled = None
    else:
        adjusted = fill.adjusted.analyses[0]
        filled = Filled(
            side=fill.side,
            missing=fill.missing,
            effect=limits(outcome.measure, adjusted.estimate, *adjusted.ci),
        )
    return SmallStudies(
        outcome=outcome.key,
        measure=outcome.measure,
        rows=tuple(row for entry in usable for row in entry.rows),
        limit=limits(outcome.measure, test.limit, *test.limit_ci),
        filled=filled,
        points={
            entry.trial: Point(effect=effect, se=math.sqrt(variance))
            for entry, effect, variance in zip(usable, sizes.yi.tolist(), sizes.vi.tolist(), strict=True)
        },
        contours={name: Contour(level=p, deviate=-NormalDist().inv_cdf(p / 2)) for name, p in CONTOURS.items()},
        notice=CORRELATED if outcome.measure in ("RR", "OR") else "",
        k=test.k,
        bias=test.bias,
        bias_low=test.bias_ci[0],
        bias_high=test.bias_ci[1],
        statistic=test.statistic,
        df=test.df,
        p_value=test.p_value,
        level=LEVEL,
        log_limit=test.limit,
    )
