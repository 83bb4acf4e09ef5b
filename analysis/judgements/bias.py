"""Risk-of-bias judgements of the eligible trials in one shape: RoB 2, by trial, result and domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.evidence.assessors import is_own
from analysis.evidence.load import Evidence
from analysis.evidence.rows import RiskOfBias
from analysis.evidence.rows_question import AskedOutcome
from analysis.printing.quantities import quantity

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
#: of a domain on which an assessor found nothing, in the words of robvis: it is not assessed, whatever the whole is
NO_INFORMATION = "no information"
TOOL = "RoB 2"
#: the words of published judgements over all results
ALL_OUTCOMES = ("worst over outcomes", "all outcomes")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement; ``by`` is "" and ``row`` is "" where none was found. ``own`` marks this review's own.

    ``implied`` marks one that nobody published: it follows from a low overall judgement, whose row it names.
    """

    judgement: str
    by: str
    row: str
    own: bool
    implied: bool = False


@dataclass(frozen=True, slots=True)
class TrialBias:
    """One trial's judgements by domain, for the results named."""

    label: str
    results: str
    domains: Mapping[str, Judgement]


@dataclass(frozen=True, slots=True)
class DomainCounts:
    """Eligible trials by judgement in one domain; ``low`` is the sum of those ``stated`` and those ``implied``.

    ``none`` counts those not assessed, which is what has no judgement of RoB 2, "no information" included.
    """

    label: str = quantity("text")
    low: int = quantity("count")
    stated: int = quantity("count")
    implied: int = quantity("count")
    concerns: int = quantity("count")
    high: int = quantity("count")
    none: int = quantity("count")
    trials: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Bias:
    """RoB 2 judgements of every eligible trial, and how many of each there are in a domain.

    ``published`` and ``own`` count the trials with at least one judgement of others and of this review.
    """

    trials: Mapping[str, TrialBias]
    summary: Mapping[str, DomainCounts]
    published: int = quantity("count")
    own: int = quantity("count")
    without: int = quantity("count")


def bias(evidence: Evidence, asked: AskedOutcome) -> Bias:
    """Judgements of the eligible trials' results for one outcome.

    Published judgements come first: on the final report before those on an earlier one. Our own, which are made for
    one result, stand where others give none, or give one for all outcomes without naming this one.
    """
    eligible = evidence.eligible
    ours = [row for row in evidence.risk_of_bias if is_own(row, evidence.assessors)]
    theirs = [row for row in evidence.risk_of_bias if not is_own(row, evidence.assessors)]
    trials = {}
    for trial in eligible:
        own = [row for row in ours if row.trial == trial.row_id and row.outcome.startswith(asked.name)]
        published = [row for row in theirs if row.trial == trial.row_id and concerns(row, asked)]
        domains = {key: judge(published, own, start, asked) for key, (start, _) in DOMAINS.items()}
        results = next((row.outcome for row in (*own, *published) if row.judgement in JUDGED), "")
        trials[trial.row_id] = TrialBias(trial.label, results, domains)
    found = [[j for j in trial.domains.values() if j.judgement in JUDGED] for trial in trials.values()]
    return Bias(
        trials=trials,
        summary={key: count(label, key, trials) for key, (_, label) in DOMAINS.items()},
        published=sum(any(not j.own for j in judgements) for judgements in found),
        own=sum(any(j.own for j in judgements) for judgements in found),
        without=sum(not judgements for judgements in found),
    )


def concerns(row: RiskOfBias, asked: AskedOutcome) -> bool:
    """Whether a published row of RoB 2 judges the result for this outcome, by name or among all outcomes."""
    return row.tool.startswith(TOOL) and (names(row, asked) or row.outcome.startswith(ALL_OUTCOMES))


def names(row: RiskOfBias, asked: AskedOutcome) -> bool:
    return asked.judged_as != "" and asked.judged_as in row.outcome


def judge(published_rows: list[RiskOfBias], own_rows: list[RiskOfBias], start: str, asked: AskedOutcome) -> Judgement:
    """The judgement of one domain; where the overall one published is low, RoB 2 implies that this one is."""
    published, own = best(published_rows, start), best(own_rows, start)
    if own and not (published and names(published, asked)):
        return Judgement(own.judgement, own.assessed_by, own.row_id, True)
    if published:
        return Judgement(published.judgement, published.assessed_by, published.row_id, False)
    whole = best(published_rows, DOMAINS["overall"][0])
    unknown = any(of_domain(row, start) and row.judgement == NO_INFORMATION for row in published_rows)
    if whole and whole.judgement == LOW and not unknown:
        return Judgement(
            LOW, f"{whole.assessed_by}, implied by its overall judgement", whole.row_id, False, implied=True
        )
    return Judgement(NONE, "", "", False)


def best(rows: list[RiskOfBias], start: str) -> RiskOfBias | None:
    found = [row for row in rows if of_domain(row, start) and row.judgement in JUDGED]
    return min(found, key=lambda row: row.tool != TOOL, default=None)


def of_domain(row: RiskOfBias, start: str) -> bool:
    return row.domain.split()[:1] == [start]


def count(label: str, key: str, trials: Mapping[str, TrialBias]) -> DomainCounts:
    found = [trial.domains[key].judgement for trial in trials.values()]
    implied = sum(trial.domains[key].implied for trial in trials.values())
    return DomainCounts(
        label=label,
        low=found.count(LOW),
        stated=found.count(LOW) - implied,
        implied=implied,
        concerns=found.count(CONCERNS),
        high=found.count(HIGH),
        none=sum(judgement not in JUDGED for judgement in found),
        trials=len(found),
    )
