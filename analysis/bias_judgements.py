"""Risk-of-bias judgements of the eligible trials in one shape: RoB 2, by trial and domain, with who judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.data import Evidence
from analysis.evidence_types import RiskOfBias
from analysis.quantities import quantity

#: key → first word of the domain in data/risk_of_bias.csv, and how it reads
DOMAINS = {
    "randomisation": ("1", "Randomisation"),
    "deviations": ("2", "Deviations from interventions"),
    "missing": ("3", "Missing outcome data"),
    "measurement": ("4", "Measurement of the outcome"),
    "reporting": ("5", "Selection of the result"),
    "overall": ("Overall", "Overall"),
}
LOW, CONCERNS, HIGH, NONE = "low", "some concerns", "high", "not assessed"
JUDGED = (LOW, CONCERNS, HIGH)
TOOL = "RoB 2"
PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement; ``by`` is "" and ``row`` is "" where none was found. ``own`` marks the project's own."""

    judgement: str
    by: str
    row: str
    own: bool


@dataclass(frozen=True, slots=True)
class TrialBias:
    """One trial's judgements by domain, for the results named."""

    label: str
    results: str
    domains: Mapping[str, Judgement]


@dataclass(frozen=True, slots=True)
class DomainCounts:
    """Eligible trials by judgement in one domain."""

    label: str = quantity("text")
    low: int = quantity("count")
    concerns: int = quantity("count")
    high: int = quantity("count")
    none: int = quantity("count")
    trials: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Bias:
    """RoB 2 judgements of every eligible trial, and how many of each there are in a domain.

    ``published`` and ``own`` count the trials with at least one judgement of others and of the project.
    """

    trials: Mapping[str, TrialBias]
    summary: Mapping[str, DomainCounts]
    published: int = quantity("count")
    own: int = quantity("count")
    without: int = quantity("count")


def bias(evidence: Evidence) -> Bias:
    """Judgements of others on the final report come first, then theirs on an earlier one, then the project's own."""
    eligible = sorted(
        (trial for trial in evidence.trials if trial.eligibility == "eligible"),
        key=lambda trial: (trial.year or 0, trial.label),
    )
    trials = {}
    for trial in eligible:
        rows = [row for row in evidence.risk_of_bias if row.trial == trial.row_id and row.tool.startswith(TOOL)]
        domains = {key: judge(rows, start) for key, (start, _) in DOMAINS.items()}
        results = next((row.outcome for row in rows if row.judgement in JUDGED), "")
        trials[trial.row_id] = TrialBias(trial.label, results, domains)
    found = [[j for j in trial.domains.values() if j.judgement in JUDGED] for trial in trials.values()]
    return Bias(
        trials=trials,
        summary={key: count(label, key, trials) for key, (_, label) in DOMAINS.items()},
        published=sum(any(not j.own for j in judgements) for judgements in found),
        own=sum(any(j.own for j in judgements) for judgements in found),
        without=sum(not judgements for judgements in found),
    )


def judge(rows: list[RiskOfBias], start: str) -> Judgement:
    found = [row for row in rows if row.domain.split()[:1] == [start] and row.judgement in JUDGED]
    if not found:
        return Judgement(NONE, "", "", False)
    best = min(found, key=lambda row: (PROJECT in row.assessed_by, row.tool != TOOL))
    return Judgement(best.judgement, best.assessed_by, best.row_id, PROJECT in best.assessed_by)


def count(label: str, key: str, trials: Mapping[str, TrialBias]) -> DomainCounts:
    found = [trial.domains[key].judgement for trial in trials.values()]
    return DomainCounts(
        label=label,
        low=found.count(LOW),
        concerns=found.count(CONCERNS),
        high=found.count(HIGH),
        none=found.count(NONE),
        trials=len(found),
    )
