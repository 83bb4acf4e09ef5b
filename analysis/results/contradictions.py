"""Statements against numbers: does a source say of an outcome what the numbers of the same trial contradict?

A statement and the numbers per arm of one trial contradict each other where they are of comparable time and

- the statement compares the arms and says lower, and the treatment arm's mean is higher, or the other way about;
- it says that there is no clear difference, and the interval of the effect excludes no effect;
- it says that a marker fell or rose within the treatment arm, and the mean change of that arm has the other sign;
- the review itself says that a trial gives no numbers per arm, and rows of the evidence give them.

A row of the protocol or of a checklist that denies a search of a database contradicts one that was brought in.

A contradiction is explained by a row of data/conflicts.csv that names both rows. One that is not stops the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.evidence.rows import BiomarkerStatement
from analysis.evidence.rows_question import ARMS, AskedOutcome
from analysis.printing.declarations import METADATA
from analysis.results.tree import Outcome, Review
from analysis.synthesis.outcome_shapes import MeasuredOutcome, MeasuredTrial, no_effect
from analysis.synthesis.outcomes import NO_NUMBERS

DAY = re.compile(r"\bday (\d+)\b")
BETWEEN, WITHIN, MEASURED_ONLY = "between arms", "within ", "measured only"
LOWER, HIGHER, NO_DIFFERENCE = "lower", "higher", "no clear difference"


#: words that deny a search, in rows that the supplement prints
DENIAL = re.compile(r"\bno (bibliographic )?database was searched|databases could not be searched|\bnot run\b", re.I)


class Contradicted(ValueError):
    """Statements stand against numbers of the same trials, and no row of data/conflicts.csv explains it."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``row`` says what the ``numbers`` (ids of rows) contradict; ``words`` tell both; ``conflict`` explains it."""

    trial: str
    outcome: str
    row: str
    numbers: tuple[str, ...]
    words: str
    conflict: str


def stop_at_open(review: Review) -> None:
    """Raises ``Contradicted`` with the list of all contradictions that nothing explains.

    A decision marked as taken in advance needs a registration or a protocol that could show it.
    """
    registration = review.declarations.registration
    early = [row.row_id for row in review.evidence.protocol if row.prespecified]
    if early and not registration.registered and not registration.protocol:
        raise Contradicted(
            f"data/protocol.csv, row {early[0]}, column prespecified: is true, but the review is declared as neither "
            "registered nor planned in a published protocol. Remedy: write false, or declare registration or "
            f"protocol in {METADATA.name}"
        )
    if review.searches.databases and (denying := denials(review)):
        raise Contradicted(
            f"a database was searched (data/searches.csv), but these rows deny it: {', '.join(denying)}. "
            "Remedy: rewrite them in data/protocol.csv and data/reporting.csv, and seal"
        )
    found = [one for one in contradictions(review) if not one.conflict]
    if found:
        lines = "\n".join(
            f"- {one.trial}, {one.outcome}: {one.row} against {', '.join(one.numbers)}: {one.words}" for one in found
        )
        raise Contradicted(
            f"what is stated and what is given in numbers contradict each other:\n{lines}\n"
            "Remedy: correct a row, or explain it by a row of data/conflicts.csv that names both rows"
        )


def denials(review: Review) -> list[str]:
    """Ids of the rows of the protocol and the checklists that say that no database was searched."""
    texts = {row.row_id: f"{row.decision} {row.reason}" for row in review.evidence.protocol}
    texts |= {row.row_id: row.note for row in review.evidence.reporting}
    return [row_id for row_id, text in texts.items() if DENIAL.search(text)]


def contradictions(review: Review) -> tuple[Contradiction, ...]:
    """Every contradiction, explained or not, in the order of outcomes and trials."""
    return tuple(
        Contradiction(trial, outcome.key, row, numbers, words, explanation(review, row, numbers))
        for outcome in review.outcomes.values()
        if isinstance(outcome, MeasuredOutcome)
        for trial, row, numbers, words in (*against_statements(review, outcome), *denied(review, outcome))
    )


Found = tuple[str, str, tuple[str, ...], str]


def against_statements(review: Review, outcome: Outcome) -> Iterator[Found]:
    """Statements on the trials with an effect or with means."""
    asked = review.evidence.outcome(outcome.key)
    for row in review.evidence.biomarkers:
        trial = outcome.trials.get(row.trial)
        if row.biomarker != asked.name or not isinstance(trial, MeasuredTrial):
            continue
        if comparable(row, trial.timepoint_days, asked) and (words := opposed(row, trial, outcome.measure)):
            yield row.trial, row.row_id, trial.rows, words


def comparable(row: BiomarkerStatement, day: int | None, asked: AskedOutcome) -> bool:
    """Whether a statement is of the day of the numbers, of one in the outcome's window, or of no stated day."""
    stated = DAY.search(row.timepoint_text)
    return stated is None or int(stated[1]) == day or asked.in_window(int(stated[1]))


def opposed(row: BiomarkerStatement, trial: MeasuredTrial, measure: str) -> str:
    """How a statement and the numbers disagree; "" where they do not."""
    if row.comparison.startswith(WITHIN):
        change = trial.mean_treatment if "change" in trial.marks else None
        if change is not None and against(row.direction, change):
            return f"said to be {row.direction} within the arm, but its mean change is {change:g}"
        return ""
    if row.comparison == MEASURED_ONLY or trial.estimate is None or trial.low is None or trial.high is None:
        return ""
    nothing = no_effect(measure)
    if row.direction == NO_DIFFERENCE and (trial.low > nothing or trial.high < nothing):
        return f"said to be no clear difference, but the interval is {trial.low:g} to {trial.high:g}"
    if against(row.direction, trial.estimate - nothing):
        return f"said to be {row.direction}, but the {measure} is {trial.estimate:g}"
    return ""


def against(direction: str, difference: float) -> bool:
    """Whether a difference has the sign that a stated direction excludes."""
    return (direction == LOWER and difference > 0) or (direction == HIGHER and difference < 0)


def denied(review: Review, outcome: Outcome) -> Iterator[Found]:
    """Trials of which the review says that they give no numbers per arm, and rows do."""
    name = review.evidence.outcome(outcome.key).name
    quantities = {scale.quantity for scale in review.evidence.scales if scale.measures == name}
    for trial in outcome.unavailable.values():
        if trial.reason != NO_NUMBERS:
            continue
        rows = [row for row in review.evidence.continuous if row.trial == trial.trial and row.outcome in quantities]
        days = {row.timepoint_days for row in rows}
        for day in sorted(days, key=str):
            here = [row for row in rows if row.timepoint_days == day]
            if {row.arm for row in here}.issuperset(ARMS):
                given = tuple(row.row_id for row in here)
                yield trial.trial, trial.row, given, f"{NO_NUMBERS}, but there are some of day {day}"


def explanation(review: Review, row: str, numbers: tuple[str, ...]) -> str:
    """The id of the conflict that names the statement's row and one with the numbers, "" where there is none."""
    for conflict in review.evidence.conflicts:
        named = {conflict.row_a, conflict.row_b}
        if row in named and named & set(numbers):
            return conflict.row_id
    return ""
