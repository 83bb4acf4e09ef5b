"""Arithmetic behind judgements of certainty (GRADE): absolute effects, optimal information size, levels taken off.

Sources
    Handbook: Schünemann HJ, Vist GE, Higgins JPT, et al. Chapter 15 of the Cochrane Handbook, version 6 (15.4)
        [@higgins2019handbook].
    GRADE 3: Balshem H, Helfand M, Schünemann HJ, et al. GRADE guidelines 3: rating the quality of evidence. J Clin
        Epidemiol 2011;64:401-406 [@balshem2011grade3].
    GRADE 6: Guyatt GH, Oxman AD, Kunz R, et al. GRADE guidelines 6: imprecision. J Clin Epidemiol 2011;64:1283-1293
        [@guyatt2011grade6].
    Fleiss 2003: Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and Proportions, 3rd ed., chapter 4
        [@fleiss2003].
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scipy import special

from analysis.methods.arguments import between, choice, finite, positive, whole
from analysis.methods.conversions import or_to_rr
from analysis.methods.errors import InputError, Notice

#: from the lowest; randomised trials start at the highest (GRADE 3)
CERTAINTIES = ("very low", "low", "moderate", "high")


NO_WIDTH = Notice(
    "no-width", "The interval of the effect has no width, so that its precision is not known and not perfect."
)


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """A relative effect as numbers of people, at one baseline risk.

    Attributes:
        control: events per ``per`` people without treatment.
        treated, treated_ci: events per ``per`` people with treatment, and interval.
        difference, difference_ci: treated − control (negative: fewer events), and interval.
        per: number of people all counts refer to.
        baseline_risk: the risk assumed without treatment, taken as known.
        warnings: notices, e.g. where a limit had to be cut at a risk of 0 or 1.
    """

    control: float
    treated: float
    treated_ci: tuple[float, float]
    difference: float
    difference_ci: tuple[float, float]
    per: float
    baseline_risk: float
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class InformationSize:
    """Participants that one adequately powered trial would need.

    Attributes:
        per_arm_exact: solution of the formula, participants per arm.
        per_arm, total: rounded up to whole people, and both arms together.
        events: events expected among ``total`` participants.
        baseline_risk, treated_risk: risks assumed in the two arms.
        alpha, power: two-sided error of the first kind, and power.
    """

    per_arm_exact: float
    per_arm: int
    total: int
    events: float
    baseline_risk: float
    treated_risk: float
    alpha: float
    power: float

    def reached_by(self, participants: int) -> float:
        """Share of the optimal information size that ``participants`` make up (1 or more: reached)."""
        return whole("participants", participants, 0) / self.total


def absolute_effects(
    estimate: float,
    low: float,
    high: float,
    baseline_risk: float,
    measure: Literal["RR", "OR", "RD"] = "RR",
    per: float = 1000,
) -> AbsoluteEffect:
    """Absolute effect with interval, from a relative effect (or risk difference) at a baseline risk (Handbook 15.4).

    The risk with treatment is p₀ RR, or p₀ OR / (1 − p₀ + p₀ OR), or p₀ + RD; the limits are transformed alike, which
    treats the baseline risk as known.

    Args:
        estimate, low, high: effect and limits on the natural scale (a ratio, not its log), low ≤ estimate ≤ high.
        baseline_risk: p₀, in (0, 1).
        measure: what ``estimate`` is.
        per: number of people the result refers to, > 0.

    Raises:
        InputError: also where the estimate itself implies a risk outside [0, 1]; a limit that does is cut there,
            with a notice.

    >>> effect = absolute_effects(0.7, 0.5, 0.98, baseline_risk=0.3)
    >>> round(effect.control), round(effect.treated), round(effect.difference)
    (300, 210, -90)
    """
    choice("measure", measure, ("RR", "OR", "RD"))
    named = {"low": low, "estimate": estimate, "high": high}
    check = finite if measure == "RD" else positive
    values = {name: check(name, value) for name, value in named.items()}
    if not values["low"] <= values["estimate"] <= values["high"]:
        raise InputError("estimate", f"lies outside its interval [{low:g}, {high:g}]", value=estimate)
    risk = between("baseline_risk", baseline_risk, 0, 1)
    per = positive("per", per)
    treated = {name: _treated_risk(value, risk, measure) for name, value in values.items()}
    if not 0 <= treated["estimate"] <= 1:
        raise InputError(
            "estimate", f"implies a risk of {treated['estimate']:g} at the baseline risk {risk:g}", value=estimate
        )
    cut = {name: min(1.0, max(0.0, value)) for name, value in treated.items()}
    warnings: tuple[Notice, ...] = (NO_WIDTH,) if low == high else ()
    warnings += tuple(
        Notice(
            "risk-limit-cut",
            f"The {word} confidence limit implies a risk outside 0 to 1 at a baseline risk of {risk:g} "
            f"and was set to {cut[name]:g}.",
        )
        for name, word in (("low", "lower"), ("high", "upper"))
        if cut[name] != treated[name]
    )
    return AbsoluteEffect(
        control=per * risk,
        treated=per * cut["estimate"],
        treated_ci=(per * cut["low"], per * cut["high"]),
        difference=per * (cut["estimate"] - risk),
        difference_ci=(per * (cut["low"] - risk), per * (cut["high"] - risk)),
        per=per,
        baseline_risk=risk,
        warnings=warnings,
    )


def optimal_information_size(
    baseline_risk: float, relative_risk_reduction: float = 0.25, alpha: float = 0.05, power: float = 0.8
) -> InformationSize:
    """Optimal information size for two proportions: the sample size of one trial (GRADE 6; Fleiss 2003, chapter 4).

    n per arm = (z_{α/2} √(2 p̄ (1 − p̄)) + z_β √(p₀(1 − p₀) + p₁(1 − p₁)))² / (p₀ − p₁)² with p₁ = p₀ (1 − RRR) and
    p̄ = (p₀ + p₁)/2; two arms of equal size, no continuity correction.

    Args:
        baseline_risk: p₀, in (0, 1).
        relative_risk_reduction: RRR, below 1 and not 0; GRADE suggests 0.2 to 0.3. Negative for an increase in risk.
        alpha: two-sided error of the first kind, in (0, 1).
        power: in (alpha/2, 1).

    The figure of GRADE 6 says "approximately 2000 patients":

    >>> optimal_information_size(0.2, 0.25).total
    1812
    """
    p0 = between("baseline_risk", baseline_risk, 0, 1)
    reduction = finite("relative_risk_reduction", relative_risk_reduction)
    p1 = p0 * (1 - reduction)
    if reduction == 0 or not 0 <= p1 < 1:
        raise InputError(
            "relative_risk_reduction",
            f"must not be 0 and must leave a risk in [0, 1) at the baseline risk {p0:g}",
            value=relative_risk_reduction,
        )
    alpha = between("alpha", alpha, 0, 1)
    power = between("power", power, alpha / 2, 1)
    mean_risk = (p0 + p1) / 2
    z_alpha, z_power = -float(special.ndtri(alpha / 2)), float(special.ndtri(power))
    under_null = z_alpha * math.sqrt(2 * mean_risk * (1 - mean_risk))
    under_alternative = z_power * math.sqrt(p0 * (1 - p0) + p1 * (1 - p1))
    exact = ((under_null + under_alternative) / (p0 - p1)) ** 2
    per_arm = math.ceil(exact)
    return InformationSize(
        per_arm_exact=exact,
        per_arm=per_arm,
        total=2 * per_arm,
        events=per_arm * (p0 + p1),
        baseline_risk=p0,
        treated_risk=p1,
        alpha=alpha,
        power=power,
    )


def certainty(levels: Iterable[int]) -> str:
    """What is left of high certainty when these levels are taken off, never below very low (GRADE 3).

    Args:
        levels: levels taken off in each domain, each 0 or more.

    >>> certainty([1, 1, 0, 0, 0])
    'low'
    """
    taken = sum(whole("levels", level, 0) for level in levels)
    return CERTAINTIES[max(0, len(CERTAINTIES) - 1 - taken)]


def _treated_risk(value: float, risk: float, measure: str) -> float:
    if measure == "RD":
        return risk + value
    return risk * (or_to_rr(value, risk) if measure == "OR" else value)
