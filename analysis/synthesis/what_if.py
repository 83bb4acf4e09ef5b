"""What an outcome's primary analysis would say with other trials, estimators and intervals: all of it, in a table.

A page can only look things up, so every combination that a reader may choose is computed here and printed by the
rules of ``analysis.printing.numbers``. The table is exploratory: no sentence of the documents rests on it.

The shape of the table (``table``), which a page's script reads without knowing what it is about:

``id``, ``heading``, ``about``, ``reset``, ``fallback``   the panel's words; ``fallback`` where no script runs
``members``   what can be ticked: ``legend`` and ``items`` (name, label, note)
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, product
from typing import Any

import numpy as np

from analysis.evidence.load import Evidence
from analysis.printing.numbers import NO_BREAK, RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import look_up
from analysis.synthesis.outcome_shapes import Outcome, Pooled, TrialResult
from analysis.synthesis.pooling import ESTIMATORS, INTERVALS, has_events, pool_each

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
        data = json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        return (
            f'```{{=html}}\n<div class="panel" id="{self.content["id"]}">'
            f'<script type="application/json">{data}</script>'
            f"<noscript><p>{self.content['fallback']}</p></noscript></div>\n```\n"
        )


def panel(printer: Printer, name: str) -> Panel:
    """The panel of the ``Outcome`` at ``name`` of the printer's tree."""
    return Panel(table(printer.tree.evidence, name, getattr(printer.tree, name)))


def tables(tree: Any) -> dict[str, dict[str, Any]]:
    """The tables of all panels by their ids, computed from the tree of results: that of the primary outcome."""
    name = tree.evidence.primary.key
    found = table(tree.evidence, name, getattr(tree, name))
    return {found["id"]: found}


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
    pooled = {methods: pool_each(trials, np.array(every), *methods) for methods in product(TAU2, CI)}
    for (position, ticks), (tau2, ci) in product(enumerate(every), pooled):
        ticked = list(compress(trials, ticks))
        yield Answer(
            ticked=tuple(trial.trial for trial in ticked),
            tau2=tau2,
            ci=ci,
            pooled=pooled[tau2, ci][position] if any(map(has_events, ticked)) else None,
            idle=tuple(trial.label for trial in ticked if not has_events(trial)),
        )


def table(evidence: Evidence, name: str, outcome: Outcome) -> dict[str, Any]:
    """All answers in the shape that the module's docstring describes."""
    treatment, comparator = evidence.called("treatment"), evidence.called("comparator")
    trials = list(outcome.trials.values())
    notes: dict[str, int] = {}
    rows: dict[str, int] = {}
    found: dict[str, int] = {}
    for answer in answers(outcome):
        row = printed(answer)
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
            "legend": f"Trials (events/patients, {treatment} v {comparator})",
            "items": [item(trial) for trial in trials],
        },
        "choices": [
            choice("tau2", "Estimator of τ²", [(one, ESTIMATORS[one]) for one in TAU2]),
            choice("ci", "Confidence interval", [(one, INTERVALS[one]) for one in CI]),
        ],
        "initial": {"members": "1" * len(trials), "choices": list(FIRST)},
        "values": list(VALUES),
        "axis": {
            "ticks": [[place(tick), f"{tick:g}"] for tick in TICKS],
            "no_effect": place(1.0),
            "sides": [f"favours {treatment}", f"favours {comparator}"],
        },
        "answers": found,
        "rows": [json.loads(row) for row in rows],
        "notes": list(notes),
    }


def choice(name: str, legend: str, options: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "legend": legend, "items": [{"name": one, "label": label} for one, label in options]}


def item(trial: TrialResult) -> dict[str, str]:
    """A trial to tick, with its counts; a double zero says so."""
    note = f"{trial.events_treatment}/{trial.n_treatment} v {trial.events_control}/{trial.n_control}"
    return {"name": trial.trial, "label": trial.label, "note": note + ("" if has_events(trial) else ", no events")}


def signs(trials: Sequence[TrialResult], ticked: Sequence[str]) -> str:
    return "".join("1" if trial.trial in ticked else "0" for trial in trials)


def printed(answer: Answer) -> dict[str, Any]:
    """A row of the table: an answer in print."""
    notes = [f"{label} had no events in either arm and carries no information on the ratio." for label in answer.idle]
    if answer.pooled is None:
        headline = "No trial with events is ticked." if answer.idle else "No trial is ticked."
        return {"headline": headline, "values": [NONE] * len(VALUES), "notes": notes, "drawn": None}
    pooled = answer.pooled
    level, estimate, low, high = (text(pooled, one) for one in ("level", "estimate", "low", "high"))
    prediction = NONE
    if pooled.prediction_low is not None:
        prediction = f"{text(pooled, 'prediction_low')} to {text(pooled, 'prediction_high')}"
    drawn = (pooled.low, pooled.estimate, pooled.high, pooled.prediction_low, pooled.prediction_high)
    return {
        "headline": f"{pooled.measure}{NO_BREAK}{estimate} ({level}{NO_BREAK}CI {low} to {high})",
        "values": [prediction, *(text(pooled, one) for one in ("tau2", "i2", "k", "participants"))],
        "notes": [*pooled.notices, *notes],
        "drawn": [None if value is None else place(value) for value in drawn],
    }


def text(pooled: Pooled, name: str) -> str:
    """A quantity of a result by the rule of its kind, as the documents print it."""
    found = look_up(pooled, name) if getattr(pooled, name) is not None else None
    return NONE if found is None else RULES[found.kind](found.value)


def place(ratio: float) -> float:
    """Where a ratio lies on the logarithmic axis; just outside where it lies beyond its ends."""
    first, last = TICKS[0], TICKS[-1]
    share = math.log(ratio / first) / math.log(last / first)
    return round(min(max(share, -1.0), 2.0), PLACE_DIGITS)
