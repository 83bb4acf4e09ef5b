"""How many distinct analyses the multiverse of a counted outcome has, and what they say: counted a second time.

The combinations are enumerated anew from the choices and pooled by the formulas of `second_computations`; two are the
same analysis if their data, method, measure, number of trials with an effect, and results to ten decimals agree.
Outcomes with printed ratios among their choices, and measured ones, are not counted again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import numpy as np

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Count
from analysis.evidence.rows_question import COUNTED, COUNTS, AskedOutcome
from analysis.results.second_computations import TAU2, mantel_haenszel
from analysis.results.tree import CrossCheck, Review

Table = tuple[float, float, float, float]
Effect = tuple[float, float]
Analysis = tuple[tuple[int, str, str, int], float, float, float]
#: rules for cells without events: added to trials with one, or to all; and whether a trial without events stays
RULES = ((False, True), (False, False), (True, False))
ESTIMATORS = ("REML", "DL", "PM", "SJ")
#: decimals to which two analyses must agree to be one
SAME = 10
BY = "combinations enumerated anew, formulas written out"


def counts(review: Review) -> Iterator[CrossCheck]:
    """Analyses of each counted outcome: all, those that favour the treatment, those with an interval on one side."""
    for asked in review.evidence.outcomes:
        found = review.specifications.get(asked.key)
        if found is None or not plain(review.evidence, asked):
            continue
        limits = list(dict.fromkeys(analyses(review.evidence, asked)))
        ours = {
            "count": found.every.count,
            "favourable": found.every.favourable,
            "for_treatment": found.every.for_treatment,
            "for_control": found.every.for_control,
        }
        better = 1 if asked.better == "lower" else -1
        sides = Counter(side(low * better, high * better) for *_, low, high in limits)
        theirs = {
            "count": len(limits),
            "favourable": sum(mu * better < 0 for _, mu, _, _ in limits),
            "for_treatment": sides["below"],
            "for_control": sides["above"],
        }
        for name, number in ours.items():
            yield CrossCheck(f"specifications.{asked.key}.every.{name}", BY, number, theirs[name], 0.0)


def plain(evidence: Evidence, asked: AskedOutcome) -> bool:
    """Whether all that may enter is counted."""
    ways = {c.enters_as for c in evidence.choices if c.analysis == asked.name and c.role != "listed"}
    return asked.kind == COUNTED and ways == {COUNTS}


def side(low: float, high: float) -> str:
    """On which side of no effect an interval lies; one without width, of which nothing is known, lies on none."""
    if round(high - low, SAME) == 0:
        return "across"
    return "below" if max(low, high) < 0 else "above" if min(low, high) > 0 else "across"


def analyses(evidence: Evidence, asked: AskedOutcome) -> Iterator[Analysis]:
    """(data and method, estimate, low, high), rounded, of every combination."""
    choices = [choice for choice in evidence.choices if choice.analysis == asked.name and choice.role != "listed"]
    tables = {choice.row_id: table(evidence, choice.rows) for choice in choices}
    primary = {choice.trial: tables[choice.row_id] for choice in choices if choice.role == "primary"}
    other = {choice.row_id: choice.trial for choice in choices if choice.role == "sensitivity"}
    added = {trial: tables[row] for row, trial in other.items() if trial not in primary}
    context = {choice.trial: tables[choice.row_id] for choice in choices if choice.role == "context"}
    chosen = primary | added | context
    data = [chosen, *({**chosen, trial: tables[row]} for row, trial in other.items() if trial in primary)]
    idle = [name for name, (a, _, c, _) in primary.items() if a + c == 0]
    largest = max(primary, key=lambda name: primary[name][1] + primary[name][3])
    groups = [group for group in (idle, list(added), list(context), [largest]) if group]
    for (number, entries), kept in product(enumerate(data), product((True, False), repeat=len(groups))):
        out = {name for keep, group in zip(kept, groups, strict=True) if not keep for name in group}
        trials = tuple(counts for name, counts in entries.items() if name not in out)
        for measure in asked.measures:
            yield from of_trials(trials, measure, number)


def table(evidence: Evidence, row_id: str) -> Table:
    row = evidence.row(row_id)
    assert isinstance(row, Count)
    a, n1, c, n2 = (
        float(number)
        for number in (row.events_treatment, row.n_treatment, row.events_control, row.n_control)
        if number is not None
    )
    return a, n1, c, n2


def of_trials(trials: tuple[Table, ...], measure: str, data: int) -> Iterator[Analysis]:
    for to_all, drop in RULES:
        effects = tuple(
            effect(counts, measure, to_all) for counts in trials if not (drop and counts[0] + counts[2] == 0)
        )
        for name, mu, low, high in pooled(tuple(sorted(effects))) if effects else ():
            key = (data, measure, name, len(effects))
            yield key, round(mu, SAME), round(low, SAME), round(high, SAME)
    informative = [counts for counts in trials if measure == "RD" or counts[0] + counts[2] > 0]
    if informative:
        mu, half = mantel_haenszel_interval(informative, measure)
        key = (data, measure, "MH", len(informative))
        yield key, round(mu, SAME), round(mu - half, SAME), round(mu + half, SAME)


def effect(counts: Table, measure: str, to_all: bool) -> Effect:
    a, n1, c, n2 = counts
    b, d = n1 - a, n2 - c
    if to_all or 0 in (a, b, c, d):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    n1, n2 = a + b, c + d
    if measure == "RR":
        return math.log(a * n2 / (c * n1)), 1 / a - 1 / n1 + 1 / c - 1 / n2
    if measure == "OR":
        return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


@cache
def pooled(effects: tuple[Effect, ...]) -> tuple[tuple[str, float, float, float], ...]:
    """Estimate and limits on the scale of the analysis by every estimator and interval."""
    from scipy.stats import norm, t

    y, v = np.array(effects).T
    z = float(norm.ppf(0.975))
    if len(y) == 1:
        half = z * math.sqrt(v[0])
        names = (*(f"{tau2} {ci}" for tau2, ci in product(ESTIMATORS, ("HK", "mHK", "wald"))), "EE wald")
        return tuple((name, float(y[0]), float(y[0]) - half, float(y[0]) + half) for name in names)
    found = []
    for tau2 in (*ESTIMATORS, "EE"):
        w = 1 / (v + TAU2[tau2](y, v))
        mu = float((w * y).sum() / w.sum())
        factor = float((w * (y - mu) ** 2).sum() / (len(y) - 1))
        wide = float(t.ppf(0.975, len(y) - 1)) / math.sqrt(w.sum())
        halves = {"HK": wide * math.sqrt(factor), "mHK": wide * math.sqrt(max(factor, 1.0))}
        halves["wald"] = z / math.sqrt(w.sum())
        for ci, half in halves.items() if tau2 != "EE" else (("wald", halves["wald"]),):
            found.append((f"{tau2} {ci}", mu, mu - half, mu + half))
    return tuple(found)


def mantel_haenszel_interval(trials: Sequence[Table], measure: str) -> Effect:
    """Estimate on the scale of the analysis and half its interval.

    Variances: risk ratio, Greenland and Robins 1985; odds ratio, Robins, Breslow and Greenland 1986; risk difference,
    Sato, Greenland and Robins 1989.
    """
    from scipy.stats import norm

    a, n1, c, n2 = np.array(trials).T
    b, d, n = n1 - a, n2 - c, n1 + n2
    estimate = mantel_haenszel(np.array(trials), measure)
    if measure == "RR":
        r, s = a * n2 / n, c * n1 / n
        variance = ((n1 * n2 * (a + c) - a * c * n) / n**2).sum() / (r.sum() * s.sum())
    elif measure == "OR":
        r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        total_r, total_s = r.sum(), s.sum()
        variance = (
            (p * r).sum() / (2 * total_r**2)
            + (p * s + q * r).sum() / (2 * total_r * total_s)
            + (q * s).sum() / (2 * total_s**2)
        )
    else:
        p = (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / n**2
        q = (a * d + b * c) / (2 * n)
        variance = (estimate * p.sum() + q.sum()) / (n1 * n2 / n).sum() ** 2
    half = float(norm.ppf(0.975)) * math.sqrt(max(float(variance), 0.0))
    return estimate if measure == "RD" else math.log(estimate), half
