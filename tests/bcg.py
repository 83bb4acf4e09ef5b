"""The BCG trials (Colditz et al. 1994, tests/reference/bcg_trials.csv) in the place of this review's evidence.

Thirteen trials, each with a latitude and a kind of allocation, that carry the deaths of the review's tree: enough for
what this review has too few trials for.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.evidence.load import Evidence
from analysis.evidence.rows import Baseline, Choice, Count
from analysis.evidence.rows_question import Moderator
from analysis.judgements.bias import bias
from analysis.results.build import explorations
from analysis.results.tree import Review
from analysis.synthesis.outcomes import outcome

KEY = "deaths"
LATITUDE, ALLOCATION = "absolute latitude", "allocation"
MODERATORS = (
    Moderator("moderator-latitude", KEY, LATITUDE, "number", True, "exposure to other mycobacteria"),
    Moderator("moderator-allocation", KEY, ALLOCATION, "group", False, "bias of allocation"),
)
REFERENCE = Path(__file__).parent / "reference" / "bcg_trials.csv"


def rows() -> list[dict[str, str]]:
    with REFERENCE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def name(row: dict[str, str]) -> str:
    return f"bcg{int(row['trial']):02d}"


def evidence_of(
    evidence: Evidence, trials: Sequence[dict[str, str]], moderators: Sequence[Moderator] = MODERATORS
) -> Evidence:
    """The evidence with these trials, their counts and characteristics, in place of its own."""
    first = evidence.eligible[0]
    asked = evidence.outcome(KEY)
    count = next(row for row in evidence.counts if row.outcome == asked.name)
    choice = next(row for row in evidence.choices if row.analysis == asked.name and row.role == "primary")
    characteristic = evidence.baseline[0]
    counts: list[Count] = []
    choices: list[Choice] = []
    baseline: list[Baseline] = []
    for row in trials:
        key = name(row)
        a, b, c, d = (int(row[column]) for column in ("tpos", "tneg", "cpos", "cneg"))
        counts.append(
            replace(
                count, row_id=f"count-{key}", trial=key,
                events_treatment=a, n_treatment=a + b, events_control=c, n_control=c + d,
            )
        )  # fmt: skip
        choices.append(replace(choice, row_id=f"choice-{KEY}-{key}", trial=key, rows=f"count-{key}"))
        shared = replace(characteristic, trial=key, arm="both", low=None, high=None, statistic="description")
        if row["ablat"]:
            baseline.append(
                replace(
                    shared, row_id=f"baseline-{key}-latitude", characteristic=LATITUDE, unit="degrees",
                    value=float(row["ablat"]), value_text="",
                )
            )  # fmt: skip
        baseline.append(
            replace(
                shared, row_id=f"baseline-{key}-allocation", characteristic=ALLOCATION, unit="", value=None,
                value_text=row["alloc"],
            )
        )  # fmt: skip
    return replace(
        evidence,
        trials=tuple(
            replace(first, row_id=name(row), label=f"{row['author']} {row['year']}", year=int(row["year"]))
            for row in trials
        ),
        counts=tuple(counts),
        choices=tuple(choices),
        baseline=tuple(baseline),
        risk_of_bias=(),
        moderators=tuple(moderators),
    )


def review_of(tree: Review, trials: Sequence[dict[str, str]], moderators: Sequence[Moderator] = MODERATORS) -> Review:
    """The tree in which deaths are those of these trials; nothing else in it is computed anew."""
    evidence = evidence_of(tree.evidence, trials, moderators)
    found = outcome(evidence, evidence.outcome(KEY))
    outcomes = {KEY: found}
    judged = bias(evidence, evidence.outcome(KEY))
    return replace(
        tree,
        evidence=evidence,
        outcomes=outcomes,
        bias=judged,
        biases={KEY: judged},
        **explorations(evidence, outcomes),
    )
