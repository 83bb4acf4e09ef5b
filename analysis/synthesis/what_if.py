"""What an outcome's primary analysis would say with other trials, estimators and intervals: all of it, in a table.

A page can only look things up, so every combination that a reader may choose is computed here and printed by the
rules of ``analysis.printing.numbers``. The table is exploratory: no sentence of the documents rests on it.

The shape of the table (``table``), which a page's script reads without knowing what it is about:

``id``, ``heading``, ``about``, ``reset``, ``fallback``   the panel's words; ``fallback`` where no script runs
``members``   what can be ticked: ``legend`` and ``items`` (name, label, note; ``drawn``: low, estimate, high)
``lines``     how the line of the choice is called in the drawing, and that of the primary analysis
``choices``   one of several: each with name, legend and items
``initial``   the primary analysis: ``members`` as a string of 0 and 1 in the order of the items, and ``choices``
``values``    heads of what each row prints below its headline
``axis``      ``ticks`` (place, text), place of ``no_effect``, and the words on its two sides
``answers``   "<members> <choice> <choice>" → number of the row
``rows``      headline, values, numbers of notes; ``drawn``: places of low, estimate, high, prediction low and high
``notes``     the sentences that rows name

A place is a part of the axis' length; what lies beyond its ends lies outside 0 to 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, product
from typing import Any

import numpy as np

from analysis.evidence.load import Evidence
from analysis.printing.numbers import MINUS, NO_BREAK, RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import look_up
from analysis.synthesis.outcome_shapes import (
    CountedOutcome,
    CountedTrial,
    MeasuredTrial,
    Outcome,
    Pooled,
    TrialResult,
    is_ratio,
    no_effect,
)
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS, pool_each

TAU2 = ("REML", "DL", "PM", "SJ")
CI = ("HK", "mHK", "wald")
#: the primary analysis
FIRST = ("REML", "HK")
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
#: decimals of a place on the axis: a tenth of a thousandth of its length cannot be seen
PLACE_DIGITS = 4
#: twice the table for each further trial
LARGEST_NUMBER_OF_TRIALS = 8
VALUES = ("Prediction interval", "τ²", "I²", "Trials pooled", "Patients")
NONE = "–"


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for the trials that are ``ticked`` (names); None where none of them carries information."""

    ticked: tuple[str, ...]
    tau2: str
    ci: str
    pooled: Pooled | None
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A table as it goes into an HTML page; other formats leave it out."""

    content: dict[str, Any]

    def _repr_markdown_(self) -> str:
        # "</" would end the script element
        if not self.content:
            return ""
        data = json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        return (
            f'```{{=html}}\n<div class="panel" id="{self.content["id"]}">'
            f'<script type="application/json">{data}</script>'
            f"<noscript><p>{self.content['fallback']}</p></noscript></div>\n```\n"
        )


def panel(printer: Printer, name: str) -> Panel:
    """The panel of the ``Outcome`` at ``name`` of the printer's tree; empty where there is nothing to choose."""
    outcome: Outcome = printer.tree.outcomes[name]
    return Panel(table(printer.tree.evidence, name, outcome) if offered(outcome) else {})


def offered(outcome: Outcome) -> bool:
    """Whether there is anything to choose: at least two trials with an effect, and not too many for a page."""
    return outcome.k >= 2 and len(outcome.trials) <= LARGEST_NUMBER_OF_TRIALS


def tables(tree: Any) -> dict[str, dict[str, Any]]:
    """The tables of all panels that can be offered by their ids, computed from the tree of results."""
    outcomes: Mapping[str, Outcome] = tree.outcomes
    found = (table(tree.evidence, name, outcome) for name, outcome in outcomes.items() if offered(outcome))
    return {made["id"]: made for made in found}


def answers(outcome: Outcome) -> Iterator[Answer]:
    """Every set of the outcome's trials (none and all among them) by every estimator of τ² and every interval.

    Raises ``ValueError`` when there are so many trials that a page could not hold the table.
    """
    trials = list(outcome.trials.values())
    if len(trials) > LARGEST_NUMBER_OF_TRIALS:
        raise ValueError(
            f"{outcome.name}: {len(trials)} trials have too many subsets for a table; at most "
            f"{LARGEST_NUMBER_OF_TRIALS} can be offered. Remedy: leave the panel of this outcome out"
        )
    every = list(product((False, True), repeat=len(trials)))
    entries = [trial.entry for trial in trials]
    pooled = {
        methods: pool_each(entries, np.array(every), outcome.measure, *methods) for methods in product(TAU2, CI)
    }
    for (position, ticks), (tau2, ci) in product(enumerate(every), pooled):
        ticked = list(compress(trials, ticks))
        yield Answer(
            ticked=tuple(trial.trial for trial in ticked),
            tau2=tau2,
            ci=ci,
            pooled=pooled[tau2, ci][position] if any(trial.estimable for trial in ticked) else None,
            idle=tuple(f"{trial.label}: {trial.why_not}" for trial in ticked if not trial.estimable),
        )


def table(evidence: Evidence, name: str, outcome: Outcome) -> dict[str, Any]:
    """All answers in the shape that the module's docstring describes."""
    treatment, comparator = evidence.called("treatment"), evidence.called("comparator")
    trials = list(outcome.trials.values())
    axis = axis_of(outcome)
    favoured = (f"favours {treatment}", f"favours {comparator}")
    notes: dict[str, int] = {}
    rows: dict[str, int] = {}
    found: dict[str, int] = {}
    for answer in answers(outcome):
        row = printed(answer, axis)
        row["notes"] = [notes.setdefault(note, len(notes)) for note in row["notes"]]
        number = rows.setdefault(json.dumps(row, ensure_ascii=False), len(rows))
        found[f"{signs(trials, answer.ticked)} {answer.tau2} {answer.ci}"] = number
    return {
        "id": f"what-if-{name}",
        "heading": "What if: exploratory, not a result of the review",
        "about": (
            f"Tick the trials to pool for {outcome.name}, and choose how. The analysis computed every combination "
            "beforehand; the page only looks the results up. The review’s own result stays in grey."
        ),
        "fallback": (
            "Where scripts run, this page offers the same result for any set of trials here. Without them, see the "
            "supplement for the results without each trial and with other estimators and intervals."
        ),
        "reset": "Back to the review’s result",
        "members": {
            "legend": legend(outcome, treatment, comparator),
            "items": [item(trial, axis) for trial in trials],
        },
        "lines": ["Your choice", "The review"],
        "choices": [
            choice("tau2", "Estimator of τ²", [(one, ESTIMATORS[one]) for one in TAU2]),
            choice("ci", "Confidence interval", [(one, INTERVALS[one]) for one in CI]),
        ],
        "initial": {"members": "1" * len(trials), "choices": list(FIRST)},
        "values": list(VALUES),
        "axis": {
            "ticks": [[axis.place(tick), f"{tick:g}".replace("-", MINUS)] for tick in axis.ticks],
            "no_effect": axis.place(no_effect(outcome.measure)),
            "sides": list(favoured if outcome.better == "lower" else reversed(favoured)),
        },
        "answers": found,
        "rows": [json.loads(row) for row in rows],
        "notes": list(notes),
    }


def choice(name: str, legend: str, options: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "legend": legend, "items": [{"name": one, "label": label} for one, label in options]}


def legend(outcome: Outcome, treatment: str, comparator: str) -> str:
    if isinstance(outcome, CountedOutcome):
        return f"Trials (events/patients, {treatment} v {comparator})"
    return f"Trials (mean, patients, {treatment} v {comparator}; {outcome.unit})"


def item(trial: TrialResult, axis: Axis) -> dict[str, Any]:
    """A trial to tick, with its numbers; one without an effect says why."""
    if isinstance(trial, CountedTrial):
        note = f"{trial.events_treatment}/{trial.n_treatment} v {trial.events_control}/{trial.n_control}"
    elif isinstance(trial, MeasuredTrial) and trial.mean_treatment is not None and trial.mean_control is not None:
        one, other = (RULES["measurement"](mean) for mean in (trial.mean_treatment, trial.mean_control))
        note = f"{one}, n {trial.n_treatment} v {other}, n {trial.n_control}"
    else:
        note = "as the report prints it"
    return {
        "name": trial.trial,
        "label": trial.label,
        "note": note + (f", {trial.why_not}" if trial.why_not else ""),
        "drawn": drawn(axis, trial.low, trial.estimate, trial.high) if trial.estimable else None,
    }


def signs(trials: Sequence[TrialResult], ticked: Sequence[str]) -> str:
    return "".join("1" if trial.trial in ticked else "0" for trial in trials)


def printed(answer: Answer, axis: Axis) -> dict[str, Any]:
    """A row of the table: an answer in print."""
    notes = [f"{reason}; without an effect it takes no part." for reason in answer.idle]
    if answer.pooled is None:
        headline = "No trial with an effect is ticked." if answer.idle else "No trial is ticked."
        return {"headline": headline, "values": [NONE] * len(VALUES), "notes": notes, "drawn": None}
    pooled = answer.pooled
    level, estimate, low, high = (text(pooled, one) for one in ("level", "estimate", "low", "high"))
    prediction = NONE
    if pooled.prediction_low is not None:
        prediction = f"{text(pooled, 'prediction_low')} to {text(pooled, 'prediction_high')}"
    shown = (pooled.low, pooled.estimate, pooled.high, pooled.prediction_low, pooled.prediction_high)
    return {
        "headline": f"{pooled.measure}{NO_BREAK}{estimate} ({level}{NO_BREAK}CI {low} to {high})",
        "values": [prediction, *(text(pooled, one) for one in ("tau2", "i2", "k", "participants"))],
        "notes": [*pooled.notices, *notes],
        "drawn": drawn(axis, *shown),
    }


def drawn(axis: Axis, *values: float | None) -> list[float | None]:
    """The places of values on the axis."""
    return [None if value is None else axis.place(value) for value in values]


def text(pooled: Pooled, name: str) -> str:
    """A quantity of a result by the rule of its kind, as the documents print it."""
    found = look_up(pooled, name) if getattr(pooled, name) is not None else None
    return NONE if found is None else RULES[found.kind](found.value)


@dataclass(frozen=True, slots=True)
class Axis:
    """Where the results are drawn: logarithmic for ratios."""

    ticks: tuple[float, ...]
    logarithmic: bool

    def place(self, value: float) -> float:
        """Where a value lies on the axis, as a part of its length; just outside where it lies beyond its ends."""
        first, last = self.ticks[0], self.ticks[-1]
        if self.logarithmic:
            share = math.log(value / first) / math.log(last / first)
        else:
            share = (value - first) / (last - first)
        return round(min(max(share, -1.0), 2.0), PLACE_DIGITS)


def axis_of(outcome: Outcome) -> Axis:
    """For ratios the same for all outcomes; for differences twice as wide as the trials' estimates, and symmetric."""
    if is_ratio(outcome.measure):
        return Axis(TICKS, logarithmic=True)
    widest = max(abs(trial.estimate) for trial in outcome.trials.values() if trial.estimate is not None) or 1.0
    step = 10 ** math.floor(math.log10(widest))
    end = step * math.ceil(2 * widest / step)
    return Axis((-end, -end / 2, 0.0, end / 2, end), logarithmic=False)
