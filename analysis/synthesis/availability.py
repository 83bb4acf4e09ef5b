"""Which result of which eligible trial could be read: the matrix behind judgements on missing results (ROB-ME).

Source: Page MJ, Sterne JAC, Boutron I, et al. ROB-ME: a tool for assessing risk of bias due to missing evidence in
systematic reviews with meta-analysis. BMJ 2023;383:e076754. Here a result is missing from the available text; whether
the trial's full report has it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Choice, Trial
from analysis.evidence.rows_question import COUNTED, AskedOutcome
from analysis.printing.quantities import quantity
from analysis.synthesis.directions import Domain
from analysis.synthesis.per_arm import Measured

NUMBERS, WORDS, MEASURED, NOTHING = "numbers", "words only", "measured, no result", "not mentioned"
#: rows of data/counts.csv that say how many patients there were, and nothing of an outcome
SIZES_ONLY = "arm sizes"
#: how the reason of a choice says that the trial measured the outcome
NAMED = "named as an outcome"
MEASURED_ONLY = "measured only"


@dataclass(frozen=True, slots=True)
class Read:
    """What could be read of one result; ``rows`` are the data rows that say so, none where nothing was found."""

    rows: tuple[str, ...]
    status: str = quantity("text")


@dataclass(frozen=True, slots=True)
class TrialResults:
    """What could be read of one trial, by outcome."""

    outcomes: Mapping[str, Read]
    label: str = quantity("text")


@dataclass(frozen=True, slots=True)
class Tally:
    """Eligible trials by what could be read of one outcome."""

    label: str = quantity("text")
    numbers: int = quantity("count")
    words: int = quantity("count")
    measured: int = quantity("count")
    nothing: int = quantity("count")
    trials: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Availability:
    """Eligible trials × outcomes, and the count of each column."""

    trials: Mapping[str, TrialResults]
    outcomes: Mapping[str, Tally]


def availability(
    evidence: Evidence, domains: Mapping[str, Domain], measured: Mapping[Measured, tuple[str, ...]]
) -> Availability:
    """What could be read of every outcome of every eligible trial."""
    eligible = evidence.eligible
    trials = {
        trial.row_id: TrialResults(
            outcomes={asked.key: read(evidence, trial, asked, domains, measured) for asked in evidence.outcomes},
            label=trial.label,
        )
        for trial in eligible
    }
    return Availability(trials=trials, outcomes={asked.key: tally(asked, trials) for asked in evidence.outcomes})


def read(
    evidence: Evidence,
    trial: Trial,
    asked: AskedOutcome,
    domains: Mapping[str, Domain],
    measured: Mapping[Measured, tuple[str, ...]],
) -> Read:
    if asked.kind == COUNTED:
        (choice,) = (
            choice
            for choice in evidence.choices
            if (choice.analysis, choice.trial) == (asked.name, trial.row_id) and choice.role in ("primary", "listed")
        )
        return counted(evidence, choice)
    if any(one.outcome == asked.key for one in evidence.indicators):
        found = domains[asked.key].trials.get(trial.row_id)
        return Read(found.rows, NUMBERS) if found else Read((), NOTHING)
    if (numbers := measured.get(Measured(trial.row_id, asked.name))) is not None:
        return Read(numbers, NUMBERS)
    rows = [row for row in evidence.biomarkers if (row.biomarker, row.trial) == (asked.name, trial.row_id)]
    if not rows:
        return Read((), NOTHING)
    status = MEASURED if all(row.comparison == MEASURED_ONLY for row in rows) else WORDS
    return Read(tuple(row.row_id for row in rows), status)


def counted(evidence: Evidence, choice: Choice) -> Read:
    """A primary choice has counts; a listed one at best a statement or counts that cannot be used."""
    if choice.role == "primary":
        return Read(choice.row_ids, NUMBERS)
    outcomes = {getattr(evidence.row(row_id), "outcome", "") for row_id in choice.row_ids} or {SIZES_ONLY}
    if outcomes != {SIZES_ONLY}:
        return Read(choice.row_ids, WORDS)
    return Read((choice.row_id,), MEASURED) if NAMED in choice.reason else Read((), NOTHING)


def tally(asked: AskedOutcome, trials: Mapping[str, TrialResults]) -> Tally:
    found = [trial.outcomes[asked.key].status for trial in trials.values()]
    return Tally(
        label=asked.head,
        numbers=found.count(NUMBERS),
        words=found.count(WORDS),
        measured=found.count(MEASURED),
        nothing=found.count(NOTHING),
        trials=len(found),
    )
