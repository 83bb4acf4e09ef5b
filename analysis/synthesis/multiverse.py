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

import numpy as np

from analysis.evidence.load import Evidence
from analysis.evidence.rows_question import COMPUTED_CHANGE, COUNTED, AskedOutcome
from analysis.methods.robustness import Counts, Effects, Specification, multiverse
from analysis.methods.robustness.verdicts import Side
from analysis.printing.quantities import quantity
from analysis.synthesis.chosen import Reading, chosen
from analysis.synthesis.entries import CountedEntry, Entry, MeasuredEntry, PrintedEntry, effects, mixed
from analysis.synthesis.measures import GEOMETRIC
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.synthesis.outcomes import CORRELATIONS
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS, LEVEL, informative, scale

#: decimals to which numbers of two analyses agree when only the order of adding differs
SAME = 10
COUNTED_MEASURES = ("RR", "OR", "RD")
AS_CHOSEN = "as chosen"
RANDOM = ("REML", "DL", "PM", "SJ")
ZERO_HANDLING = {
    "add 0.5 to trials with a zero, drop double zeros": "half an event added to trials with a zero, double zeros out",
    "add 0.5 to trials with a zero": "half an event added to trials with a zero, double zeros in",
    "add 0.5 to all trials": "half an event added to all trials",
}
#: parts of the multiverse, by whether trials without placebo take part
PARTS = {"placebo_only": "{comparator}-controlled trials only", "with_others": "with trials without {comparator}"}
MANTEL_HAENSZEL = "Mantel-Haenszel"
NO_CORRECTION = "no correction"


@dataclass(frozen=True, slots=True)
class Curve:
    """One distinct analysis for the figure: natural scale, and its choices by factor."""

    estimate: float
    low: float
    high: float
    choices: Mapping[str, str]

    @property
    def part(self) -> str:
        """The part of the multiverse in which it is shown."""
        return part_of(self.choices)


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
    by measure, in the order of their estimates. Of the primary measure are ``lowest``, ``middle`` and ``highest``,
    and the ``parts``: analyses of ``placebo_only`` trials, and those ``with_others``, where there are any.
    """

    factors: Mapping[str, tuple[str, ...]]
    curves: Mapping[str, tuple[Curve, ...]]
    every: Share
    placebo_only: Share
    placebo_only_hk: Share
    by_measure: Mapping[str, Share]
    parts: Mapping[str, Share]
    by_choice: Mapping[str, Share]
    combinations: int = quantity("count")
    lowest: float = quantity("ratio")
    middle: float = quantity("ratio")
    highest: float = quantity("ratio")


@dataclass(frozen=True, slots=True)
class SpecificationsOfDifferences(Specifications):
    """As `Specifications`, of an outcome whose primary measure is a difference."""

    lowest: float = quantity("mean difference")
    middle: float = quantity("mean difference")
    highest: float = quantity("mean difference")


@dataclass(frozen=True, slots=True)
class Universe:
    """The trials of one outcome, and what can be chosen about them.

    ``trials`` by key, those of the primary analysis first; ``data`` by name: one entry per trial, in that order;
    ``said`` the options of each data by factor; ``options`` the trials that may be left out, by factor: how they are
    called, and which they are; ``only`` further rules: factor, and for each option the trials that it keeps.
    """

    trials: Mapping[str, Entry]
    data: Mapping[str, Sequence[Entry]]
    said: Mapping[str, Mapping[str, str]]
    options: Mapping[str, tuple[str, Sequence[str]]]
    only: Mapping[str, Mapping[str, Sequence[str]]]


def specifications(evidence: Evidence, asked: AskedOutcome) -> Specifications | None:
    """The multiverse of one outcome; None where fewer than two of its trials have an effect.

    Factors: the measure, the estimator of τ², the interval, alternative readings of a trial that is in the primary
    analysis, and the trials: with or without the sensitivity trials, the trials without placebo, and the largest
    trial. Of what is counted also the treatment of empty cells, and each double-zero trial; of what is measured how
    skewed data and computed changes are read, and whether changes from baseline take part.
    """
    universe = universe_of(evidence, asked)
    if len(informative(universe.trials.values(), asked.measure)) < 2:
        return None
    inclusion, rules = inclusion_rules(universe)
    rows = (by_counts if asked.kind == COUNTED else by_effects)(universe, asked, inclusion)
    described = [(row, describe(row, rules, universe)) for row in distinct(rows)]
    return gather(described, asked, sum(row.verdict != "undefined" for row in rows), evidence.called("comparator"))


def universe_of(evidence: Evidence, asked: AskedOutcome) -> Universe:
    """What the choices of an outcome offer."""
    choices = [choice for choice in evidence.choices if choice.analysis == asked.name]
    decided = {c.trial: c for c in choices if c.role == "primary"}
    primary = {trial: chosen(evidence, c) for trial, c in decided.items()}
    others = [chosen(evidence, c) for c in choices if c.role == "sensitivity"]
    readings = [row for row in others if row.trial in primary]
    added = {row.trial: row for row in others if row.trial not in primary}
    no_placebo = {c.trial: chosen(evidence, c) for c in choices if c.role == "context"}
    trials = {**primary, **added, **no_placebo}
    data: dict[str, Sequence[Entry]] = {}
    said: dict[str, dict[str, str]] = {}
    for reading, words in readings_of(trials.values()):
        name = "; ".join((AS_CHOSEN, *words.values())) if reading.words else AS_CHOSEN
        data[name] = [
            chosen(evidence, decided[trial], reading) if reading.words and trial in decided else entry
            for trial, entry in trials.items()
        ]
        said[name] = {"reading": AS_CHOSEN, **words}
    for row in readings:
        data[row.label] = list({**trials, row.trial: row}.values())
        said[row.label] = {**said[AS_CHOSEN], "reading": row.label}
    options: dict[str, tuple[str, Sequence[str]]] = {}
    double_zero = [key for key, entry in primary.items() if isinstance(entry, CountedEntry) and not entry.has_events]
    if double_zero:
        options["double_zero"] = (names(evidence, double_zero) + " (no events)", double_zero)
    printed = [key for key, entry in trials.items() if isinstance(entry, PrintedEntry)]
    if printed:
        options["printed"] = (names(evidence, printed) + " (printed ratio)", printed)
    sensitivity_only = [trial for trial in added if trial not in printed]
    if sensitivity_only:
        options["added"] = (names(evidence, sensitivity_only) + " (sensitivity only)", sensitivity_only)
    if no_placebo:
        options["no_placebo"] = (f"trials without {evidence.called('comparator')}", list(no_placebo))
    if primary:
        largest = max(primary.values(), key=lambda entry: entry.participants).trial
        options["largest"] = (names(evidence, [largest]) + " (largest)", [largest])
    only: dict[str, dict[str, Sequence[str]]] = {}
    if mixed(list(trials.values())):
        changes = [key for key, entry in trials.items() if isinstance(entry, MeasuredEntry) and entry.is_change]
        finals = [key for key in trials if key not in changes]
        only["values"] = {"finals and changes": list(trials), "final values": finals, "changes": changes}
    return Universe(trials, data, said, options, only)


def readings_of(entries: Iterable[Entry]) -> list[tuple[Reading, dict[str, str]]]:
    """How the numbers can be read, with the options that this means; as the evidence says first."""
    measured = [entry for entry in entries if isinstance(entry, MeasuredEntry)]
    skewed = (False, True) if any(entry.skewed for entry in measured) else (False,)
    computed = any(entry.way == COMPUTED_CHANGE for entry in measured)
    correlations: tuple[float | None, ...] = (None, *CORRELATIONS) if computed else (None,)
    found = []
    for despite_skew, correlation in product(skewed, correlations):
        words = {}
        if len(skewed) > 1:
            words["skewed"] = "skewed data converted all the same" if despite_skew else "skewed data left out"
        if computed:
            words["correlation"] = "correlation as stated" if correlation is None else f"correlation {correlation:g}"
        found.append((Reading(despite_skew=despite_skew, correlation=correlation), words))
    return found


def inclusion_rules(universe: Universe) -> tuple[dict[str, list[int]], dict[str, dict[str, str]]]:
    """Every combination of trials: name → positions, and name → option by factor. Empty ones are left out."""
    order = list(universe.trials)
    inclusion: dict[str, list[int]] = {}
    rules: dict[str, dict[str, str]] = {}
    kept = [[(factor, option) for option in options] for factor, options in universe.only.items()]
    for present in product((True, False), repeat=len(universe.options)):
        for rule in product(*kept):
            members = set(order)
            labels = {}
            for keep, (factor, (label, concerned)) in zip(present, universe.options.items(), strict=True):
                labels[factor] = f"{'with' if keep else 'without'} {label}"
                if not keep:
                    members -= set(concerned)
            for factor, option in rule:
                labels[factor] = option
                members &= set(universe.only[factor][option])
            if members:
                key = "; ".join(labels.values())
                inclusion[key] = [position for position, name in enumerate(order) if name in members]
                rules[key] = labels
    return inclusion, rules


def by_counts(universe: Universe, asked: AskedOutcome, inclusion: Mapping[str, list[int]]) -> list[Specification]:
    """All analyses of counts; where trials give a printed ratio only, those with them follow from the effects."""
    order = list(universe.trials)
    counts = {name: columns(entries) for name, entries in universe.data.items()}
    printed = {order[i] for i, entry in enumerate(universe.trials.values()) if not isinstance(entry, CountedEntry)}
    without = {
        name: [i for i in positions if order[i] not in printed]
        for name, positions in inclusion.items()
        if not printed & {order[i] for i in positions} and positions
    }
    rows: list[Specification] = []
    if without:
        every = partial(
            multiverse, counts, asked.measures, zero_handling=tuple(ZERO_HANDLING), inclusion=without, level=LEVEL,
            favourable=side(asked),
        )  # fmt: skip
        rows += [*every(RANDOM, tuple(INTERVALS)).rows, *every(("EE", "MH"), ("wald",)).rows]
    within = {name: positions for name, positions in inclusion.items() if name not in without}
    return rows + (by_effects(universe, asked, within, measures=(asked.measure,)) if within else [])


def by_effects(
    universe: Universe, asked: AskedOutcome, inclusion: Mapping[str, list[int]], measures: Sequence[str] = ()
) -> list[Specification]:
    """All analyses of effects that are known by trial; no mixture of finals and changes where it is forbidden."""
    rows: list[Specification] = []
    for measure in measures or (*asked.measures, GEOMETRIC):
        data = {}
        for name, entries in universe.data.items():
            sizes = effects(entries, measure)
            if np.isfinite(sizes.yi).any():
                data[name] = Effects(sizes.yi, sizes.vi, valid_for=(measure,))
        allowed = {
            name: positions
            for name, positions in inclusion.items()
            if measure != "SMD" or not mixed([list(universe.trials.values())[i] for i in positions])
        }
        if data and allowed:
            every = partial(multiverse, data, (measure,), inclusion=allowed, level=LEVEL, favourable=side(asked))
            rows += [*every(RANDOM, tuple(INTERVALS)).rows, *every(("EE",), ("wald",)).rows]
    return rows


def side(asked: AskedOutcome) -> Side:
    return "negative" if asked.better == "lower" else "positive"


def names(evidence: Evidence, trials: Sequence[str]) -> str:
    return ", ".join(evidence.trial(trial).label for trial in trials)


def columns(entries: Iterable[Entry]) -> Counts:
    """The counts of the trials; one event of two in trials that give none, which no analysis of counts includes."""
    found = [entry.arms if isinstance(entry, CountedEntry) else (1, 2, 1, 2) for entry in entries]
    return Counts(*map(list, zip(*found, strict=True)))


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


def describe(row: Specification, rules: Mapping[str, Mapping[str, str]], universe: Universe) -> dict[str, str]:
    """The options of one analysis by factor."""
    corrected = row.zero_handling in ZERO_HANDLING
    zeros = {"zeros": ZERO_HANDLING[row.zero_handling] if corrected else NO_CORRECTION}
    estimator = ESTIMATORS.get(row.tau2_method, MANTEL_HAENSZEL)
    return {
        "measure": row.measure,
        "estimator": estimator,
        "interval": INTERVALS[row.ci_method],
        **(zeros if row.measure in COUNTED_MEASURES else {}),
        **universe.said[row.data],
        **rules[row.inclusion],
    }


Described = tuple[Specification, dict[str, str]]


def gather(described: Sequence[Described], asked: AskedOutcome, combinations: int, comparator: str) -> Specifications:
    factors: dict[str, dict[str, None]] = {}
    for _, choices in described:
        for factor, option in choices.items():
            factors.setdefault(factor, {})[option] = None
    measures = list(dict.fromkeys(row.measure for row, _ in described))
    natural = scale(asked.measure)
    middle_of = [natural(row.estimate) for row, _ in described if row.measure == asked.measure]
    shape = Specifications if is_ratio(asked.measure) else SpecificationsOfDifferences

    words = {part: said.format(comparator=comparator) for part, said in PARTS.items()}

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

    return shape(
        factors={factor: tuple(options) for factor, options in factors.items()},
        curves={measure: curve(described, measure) for measure in measures},
        every=share("all analyses", lambda row, choices: True),
        placebo_only=share(words["placebo_only"], lambda row, choices: part_of(choices) == "placebo_only"),
        placebo_only_hk=share(
            f"{words['placebo_only']}, Hartung-Knapp intervals",
            lambda row, choices: part_of(choices) == "placebo_only" and row.ci_method != "wald",
        ),
        parts={
            part: share(
                said,
                lambda row, choices, p=part: row.measure == asked.measure and part_of(choices) == p,  # type: ignore[misc]
            )
            for part, said in words.items()
            if any(row.measure == asked.measure and part_of(choices) == part for row, choices in described)
        },
        by_measure={
            measure: share(measure, lambda row, choices, m=measure: row.measure == m)  # type: ignore[misc]
            for measure in measures
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
        lowest=min(middle_of),
        middle=median(middle_of),
        highest=max(middle_of),
    )


def part_of(choices: Mapping[str, str]) -> str:
    """Which of ``PARTS`` an analysis belongs to, by its choices."""
    return "with_others" if choices.get("no_placebo", "").startswith("with ") else "placebo_only"


def key_of(factor: str, position: int) -> str:
    return f"{factor}_{position + 1}"


def curve(described: Sequence[Described], measure: str) -> tuple[Curve, ...]:
    natural = scale(measure)
    rows = [
        Curve(natural(row.estimate), natural(row.ci_low), natural(row.ci_high), choices)
        for row, choices in described
        if row.measure == measure
    ]
    return tuple(sorted(rows, key=lambda row: (row.estimate, row.low)))
