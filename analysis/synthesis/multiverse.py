"""The primary question under every defensible combination of choices, and some that we would not defend.

Trials without placebo enter under a labelled rule only, to show what including them does; they are never part of the
primary analysis. Combinations that give the same numbers by the same method (a way to treat empty cells where there
are none, say) are counted once, under the first of their options.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from statistics import median

from analysis.evidence.load import Evidence
from analysis.methods.robustness import Counts, Specification, multiverse
from analysis.printing.quantities import quantity
from analysis.synthesis.outcomes import Chosen, chosen
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS, LEVEL

#: decimals to which numbers of two analyses agree when only the order of adding differs
SAME = 10
MEASURES = ("RR", "OR", "RD")
RANDOM = ("REML", "DL", "PM", "SJ")
ZERO_HANDLING = {
    "add 0.5 to trials with a zero, drop double zeros": "half an event added to trials with a zero, double zeros out",
    "add 0.5 to trials with a zero": "half an event added to trials with a zero, double zeros in",
    "add 0.5 to all trials": "half an event added to all trials",
}
MANTEL_HAENSZEL = "Mantel-Haenszel"
NO_CORRECTION = "no correction"


@dataclass(frozen=True, slots=True)
class Curve:
    """One distinct analysis for the figure: natural scale, and its choices by factor."""

    estimate: float
    low: float
    high: float
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """A group of analyses: how many, how many favour the treatment, how many intervals exclude no effect, by side."""

    label: str = quantity("text")
    count: int = quantity("count")
    favourable: int = quantity("count")
    for_treatment: int = quantity("count")
    for_control: int = quantity("count")
    share_favourable: float = quantity("fraction")
    share_for_treatment: float = quantity("fraction")


@dataclass(frozen=True, slots=True)
class Specifications:
    """All distinct analyses and their shares; ``placebo_only`` leaves out those with trials without placebo.

    ``by_choice`` has one ``Share`` per option of each factor, keyed ``factor_option``; ``curves`` holds the analyses
    by measure, in the order of their estimates. ``lowest``, ``middle`` and ``highest`` are risk ratios.
    """

    factors: Mapping[str, tuple[str, ...]]
    curves: Mapping[str, tuple[Curve, ...]]
    every: Share
    placebo_only: Share
    placebo_only_hk: Share
    by_measure: Mapping[str, Share]
    by_choice: Mapping[str, Share]
    combinations: int = quantity("count")
    lowest: float = quantity("ratio")
    middle: float = quantity("ratio")
    highest: float = quantity("ratio")


def specifications(evidence: Evidence, analysis: str) -> Specifications:
    """The multiverse of one analysis of data/choices.csv.

    Factors: the measure, the estimator of τ², the interval, the treatment of empty cells, alternative readings of a
    trial that is in the primary analysis, and the trials: with or without each double-zero trial, the sensitivity
    trials, the trials without placebo, and the largest trial.
    """
    choices = [choice for choice in evidence.choices if choice.analysis == analysis]
    primary = {c.trial: chosen(evidence, c) for c in choices if c.role == "primary"}
    others = [chosen(evidence, c) for c in choices if c.role == "sensitivity"]
    readings = [row for row in others if row.trial in primary]
    added = {row.trial: row for row in others if row.trial not in primary}
    no_placebo = {c.trial: chosen(evidence, c) for c in choices if c.role == "context"}
    trials = {**primary, **added, **no_placebo}
    order = list(trials)

    data = {"as chosen": columns(trials.values())}
    for row in readings:
        data[row.label] = columns({**trials, row.trial: row}.values())
    largest = max(primary.values(), key=lambda row: row.participants).trial
    double_zero = [name for name, row in primary.items() if row.events_treatment + row.events_control == 0]
    options: dict[str, tuple[str, list[str]]] = {}
    if double_zero:
        options["double_zero"] = (names(evidence, double_zero) + " (no events)", double_zero)
    if added:
        options["mixed"] = (names(evidence, list(added)) + " (mixed severity)", list(added))
    if no_placebo:
        options["no_placebo"] = ("trials without placebo", list(no_placebo))
    options["largest"] = (names(evidence, [largest]) + " (largest)", [largest])

    inclusion: dict[str, list[int]] = {}
    rules: dict[str, dict[str, str]] = {}
    for present in product((True, False), repeat=len(options)):
        members = set(order)
        labels = {}
        for keep, (factor, (label, concerned)) in zip(present, options.items(), strict=True):
            labels[factor] = f"{'with' if keep else 'without'} {label}"
            if not keep:
                members -= set(concerned)
        key = "; ".join(labels.values())
        inclusion[key] = [position for position, name in enumerate(order) if name in members]
        rules[key] = labels
    every = partial(multiverse, data, MEASURES, zero_handling=tuple(ZERO_HANDLING), inclusion=inclusion, level=LEVEL)
    rows = [*every(RANDOM, tuple(INTERVALS)).rows, *every(("EE", "MH"), ("wald",)).rows]
    described = [(row, describe(row, rules)) for row in distinct(rows)]
    return gather(described, combinations=sum(row.verdict != "undefined" for row in rows))


def names(evidence: Evidence, trials: Sequence[str]) -> str:
    return ", ".join(evidence.trial(trial).label for trial in trials)


def columns(rows: Iterable[Chosen]) -> Counts:
    found = list(rows)
    return Counts(
        [row.events_treatment for row in found],
        [row.n_treatment for row in found],
        [row.events_control for row in found],
        [row.n_control for row in found],
    )


def distinct(rows: Sequence[Specification]) -> list[Specification]:
    """The first of all combinations with the same trials' data, methods and numbers.

    Numbers are the same to ten decimals: a trial without events changes nothing but the order of a sum, and so
    perhaps its last bit.
    """
    seen: dict[tuple[object, ...], Specification] = {}
    for row in rows:
        if row.verdict != "undefined":
            key = (
                row.data,
                row.measure,
                row.tau2_method,
                row.ci_method,
                row.k,
                *(round(value, SAME) for value in (row.estimate, row.ci_low, row.ci_high)),
            )
            seen.setdefault(key, row)
    return list(seen.values())


def describe(row: Specification, rules: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    corrected = row.zero_handling in ZERO_HANDLING
    estimator = ESTIMATORS.get(row.tau2_method, MANTEL_HAENSZEL)
    return {
        "measure": row.measure,
        "estimator": estimator,
        "interval": INTERVALS[row.ci_method],
        "zeros": ZERO_HANDLING[row.zero_handling] if corrected else NO_CORRECTION,
        "reading": row.data,
        **rules[row.inclusion],
    }


Described = tuple[Specification, dict[str, str]]


def gather(described: Sequence[Described], combinations: int) -> Specifications:
    factors: dict[str, dict[str, None]] = {}
    for _, choices in described:
        for factor, option in choices.items():
            factors.setdefault(factor, {})[option] = None
    ratios = [math.exp(row.estimate) for row, _ in described if row.measure == "RR"]

    def share(label: str, test: Callable[[Specification, dict[str, str]], bool]) -> Share:
        rows = [row for row, choices in described if test(row, choices)]
        favourable = sum(row.favours_treatment for row in rows)
        for_treatment = sum(row.verdict == "treatment" for row in rows)
        return Share(
            label=label,
            count=len(rows),
            favourable=favourable,
            for_treatment=for_treatment,
            for_control=sum(row.verdict == "control" for row in rows),
            share_favourable=favourable / len(rows) if rows else math.nan,
            share_for_treatment=for_treatment / len(rows) if rows else math.nan,
        )

    def placebo(choices: Mapping[str, str]) -> bool:
        return not choices.get("no_placebo", "").startswith("with ")

    return Specifications(
        factors={factor: tuple(options) for factor, options in factors.items()},
        curves={measure: curve(described, measure) for measure in MEASURES},
        every=share("all analyses", lambda row, choices: True),
        placebo_only=share("placebo-controlled trials only", lambda row, choices: placebo(choices)),
        placebo_only_hk=share(
            "placebo-controlled trials only, Hartung-Knapp intervals",
            lambda row, choices: placebo(choices) and row.ci_method != "wald",
        ),
        by_measure={
            measure: share(measure, lambda row, choices, m=measure: row.measure == m)  # type: ignore[misc]
            for measure in MEASURES
        },
        by_choice={
            key_of(factor, position): share(
                option,
                lambda row, choices, f=factor, o=option: choices[f] == o,  # type: ignore[misc]
            )
            for factor, options in factors.items()
            for position, option in enumerate(options)
        },
        combinations=combinations,
        lowest=min(ratios),
        middle=median(ratios),
        highest=max(ratios),
    )


def key_of(factor: str, position: int) -> str:
    return f"{factor}_{position + 1}"


def curve(described: Sequence[Described], measure: str) -> tuple[Curve, ...]:
    natural: Callable[[float], float] = float if measure == "RD" else math.exp
    rows = [
        Curve(natural(row.estimate), natural(row.ci_low), natural(row.ci_high), choices)
        for row, choices in described
        if row.measure == measure
    ]
    return tuple(sorted(rows, key=lambda row: (row.estimate, row.low)))
