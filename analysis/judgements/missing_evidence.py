"""Bias due to missing evidence in each synthesis: which eligible trials lack a result, and how much of them there is.

After ROB-ME (Page MJ, Sterne JAC, Boutron I, et al. BMJ 2023;383:e076754 [@page2023robme]), whose answers to
signalling questions are the basis of a judgement for each synthesis. A result may be missing here because its report
could not be read, which is no reporting bias; the judgement is on what that could do to the synthesis all the same.
One rule holds for every outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.judgements.bias import CONCERNS, HIGH, LOW
from analysis.printing.quantities import quantity
from analysis.synthesis.availability import MEASURED, WORDS, Availability
from analysis.synthesis.outcome_shapes import Outcome

#: judgement → what leads to it
RULE = {
    LOW: "no eligible trial lacks a result",
    CONCERNS: "eligible trials lack a result, with fewer patients than those that give one",
    HIGH: "the eligible trials that lack a result have at least as many patients as those that give one",
}
#: the same judgement of trials whose sizes are known in part, or not at all
PARTLY_KNOWN = "eligible trials lack a result; those of known size have fewer patients than the trials that give one"
UNKNOWN = "eligible trials lack a result, and their sizes are not known"


@dataclass(frozen=True, slots=True)
class MissingEvidence:
    """The judgement of one synthesis.

    ``patients_without`` is None where no size of a trial without a result is known. Of the trials without a result
    ``stated`` counts those whose text says that they measured the outcome, or something of it without usable numbers,
    ``silent`` those that do not mention it.
    """

    rows: tuple[str, ...]
    judgement: str = quantity("text")
    reason: str = quantity("text")
    with_result: int = quantity("count")
    without_result: int = quantity("count")
    patients_with: int = quantity("count")
    patients_without: int | None = quantity("count")
    stated: int = quantity("count")
    silent: int = quantity("count")


def missing_evidence(outcomes: Mapping[str, Outcome], available: Availability) -> dict[str, MissingEvidence]:
    """The judgement of each synthesis of numbers, by the key of its outcome."""
    return {key: judged(key, outcome, available) for key, outcome in outcomes.items()}


def judged(key: str, outcome: Outcome, available: Availability) -> MissingEvidence:
    lacking = outcome.unavailable
    patients = outcome.randomised_unavailable
    judgement = LOW if not lacking else HIGH if patients >= outcome.participants_shown else CONCERNS
    reason = RULE[judgement]
    if judgement == CONCERNS and outcome.k_unavailable_sized < len(lacking):
        reason = PARTLY_KNOWN if outcome.k_unavailable_sized else UNKNOWN
    said = [available.trials[name].outcomes[key].status for name in lacking if name in available.trials]
    stated = sum(status in (WORDS, MEASURED) for status in said)
    return MissingEvidence(
        rows=tuple(trial.row for trial in lacking.values()),
        judgement=judgement,
        reason=reason,
        with_result=outcome.k_shown,
        without_result=len(lacking),
        patients_with=outcome.participants_shown,
        patients_without=patients if outcome.k_unavailable_sized or not lacking else None,
        stated=stated,
        silent=len(lacking) - stated,
    )
