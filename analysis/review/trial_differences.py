"""How the trials with deaths per arm differ: cell source, severity, dose, steroids, each beside its risk ratio.

Described and not tested. By the criteria of ICEMAN (Schandelmaier S, Briel M, Varadhan R, et al. CMAJ 2020;192:
E901-E906) a difference between a handful of trials, planned by nobody, has very low credibility as a subgroup effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Baseline
from analysis.printing.quantities import quantity
from analysis.synthesis.outcome_shapes import Outcome, TrialResult

NOT_STATED = "not in the available text"
VENTILATION = "invasive mechanical ventilation"
STEROIDS = "corticosteroid use"
DOSE = "dose per infusion"
ALL, NONE, SOME = "all patients", "no patients", "some patients"


@dataclass(frozen=True, slots=True)
class Traits:
    """What one trial says of each question; ``rows`` are the data rows behind it."""

    rows: tuple[str, ...]
    label: str = quantity("text")
    cells: str = quantity("text")
    ventilation: str = quantity("text")
    dose: str = quantity("text")
    steroids: str = quantity("text")


@dataclass(frozen=True, slots=True)
class Group:
    """Trials that share a value; ``with_events`` have a ratio, ``below_one`` of these have one below 1."""

    label: str = quantity("text")
    trials: int = quantity("count")
    with_events: int = quantity("count")
    below_one: int = quantity("count")
    participants: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Question:
    """One possible reason for different results: the trials grouped by what they say of it."""

    groups: Mapping[str, Group]
    label: str = quantity("text")
    stated: int = quantity("count")
    trials: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Products:
    """Eligible trials, which are the ``rows``, by the source of their cells."""

    rows: tuple[str, ...]
    umbilical: int = quantity("count")
    bone_marrow: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Differences:
    """Traits of each trial with deaths per arm, and the questions that they bear on."""

    trials: Mapping[str, Traits]
    questions: Mapping[str, Question]


def products(evidence: Evidence, primary: Outcome) -> Products:
    """How many eligible trials gave cells of each of the two chief sources; the outcome does not matter."""
    given = [trial.intervention_class for trial in evidence.eligible]
    rows = tuple(trial.row_id for trial in evidence.eligible)
    return Products(rows=rows, umbilical=given.count("umbilical cord"), bone_marrow=given.count("bone marrow"))


def differences(evidence: Evidence, primary: Outcome) -> Differences:
    """Traits and groups of the trials of the primary outcome."""
    trials = {name: traits(evidence, name) for name in primary.trials}
    return Differences(
        trials=trials,
        questions={
            "cells": question("Source of the cells", {name: found.cells for name, found in trials.items()}, primary),
            "severity": question(
                "Severity: invasive ventilation at entry",
                {name: found.ventilation for name, found in trials.items()},
                primary,
            ),
            "dose": question(
                "Dose: how it was set", {name: by_weight(found.dose) for name, found in trials.items()}, primary
            ),
            "steroids": question(
                "Co-treatment with corticosteroids",
                {name: given(found.steroids) for name, found in trials.items()},
                primary,
            ),
        },
    )


def traits(evidence: Evidence, name: str) -> Traits:
    trial = evidence.trial(name)
    rows = [row for row in evidence.baseline if row.trial == name]
    ventilated = [row for row in rows if row.characteristic == VENTILATION and row.statistic != "count"]
    steroids = [row for row in rows if row.characteristic == STEROIDS]
    dose = [row for row in rows if row.characteristic == DOSE]
    return Traits(
        rows=(name, *(row.row_id for row in (*ventilated, *dose, *steroids))),
        label=trial.label,
        cells=trial.intervention_class,
        ventilation=ventilation(ventilated),
        dose=trial.dose,
        steroids="; ".join(reading(row) for row in steroids) or NOT_STATED,
    )


def ventilation(rows: list[Baseline]) -> str:
    """All patients where entry required it or each arm has 100%, none where it was excluded, else some."""
    if not rows:
        return NOT_STATED
    if all(row.value == 100 or row.value_text.startswith("required") for row in rows):
        return ALL
    return NONE if all(row.value == 0 or row.value_text.startswith("not ") for row in rows) else SOME


def reading(row: Baseline) -> str:
    unit = row.unit if row.unit == "%" else ""
    if row.value is not None:
        return f"{row.value:g}{unit}"
    if row.low is not None and row.high is not None:
        return f"{row.low:g} to {row.high:g}{unit}"
    return row.value_text


def by_weight(dose: str) -> str:
    return "by body weight" if "/kg" in dose else "a fixed number of cells" if dose else NOT_STATED


def given(steroids: str) -> str:
    return NOT_STATED if steroids == NOT_STATED else "none" if steroids.lower().startswith("no") else "some patients"


def question(label: str, values: Mapping[str, str], primary: Outcome) -> Question:
    return Question(
        groups=dict(groups(values, primary)),
        label=label,
        stated=sum(value != NOT_STATED for value in values.values()),
        trials=len(values),
    )


def groups(values: Mapping[str, str], primary: Outcome) -> Iterator[tuple[str, Group]]:
    for value in dict.fromkeys(values.values()):
        found: list[TrialResult] = [primary.trials[name] for name, other in values.items() if other == value]
        ratios = [trial.estimate for trial in found if trial.estimate is not None]
        yield (
            value.replace(" ", "_"),
            Group(
                label=value,
                trials=len(found),
                with_events=len(ratios),
                below_one=sum(ratio < 1 for ratio in ratios),
                participants=sum(trial.participants for trial in found),
            ),
        )
