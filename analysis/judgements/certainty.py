"""Our certainty in the evidence on each outcome (GRADE), from the ratings in data/certainty.csv.

The overall certainty is computed: it starts high, as the trials were randomised, and loses the levels taken off. Each
rating is tied to a condition on the results (`certainty_conditions`), so that it cannot outlive them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.evidence.load import Evidence
from analysis.evidence.rows_judgements import CertaintyRating
from analysis.judgements.certainty_conditions import (
    INDICATED,
    ON_RESULTS,
    OVERALL,
    POOLED,
    STATED,
    UNPOOLED,
    Condition,
    Described,
    Pooling,
    Unpooled,
)
from analysis.methods.certainty import CERTAINTIES, certainty
from analysis.printing import keys
from analysis.printing.quantities import UnknownKey, quantity

#: topic in data/conflicts.csv of trials whose severity others code differently
DISPUTED_SEVERITY = "severity of the patients"
FILLED, OPEN = "⊕", "○"


class RatingFails(ValueError):
    """A rating of certainty that the results do not bear out, or that rests on a result that is not there."""


@dataclass(frozen=True, slots=True)
class DomainRating:
    """One domain's rating; ``row`` is its row in data/certainty.csv, ``condition`` what has to hold, in words."""

    row: str
    domain: str
    rating: str
    condition: str
    keys: tuple[str, ...]
    levels: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Certainty:
    """Certainty in the evidence on one outcome; ``subtracted`` counts the levels taken off high.

    ``refused`` says which ratings the results do not bear out. While there is one there is no certainty to print.
    """

    ratings: Mapping[str, DomainRating]
    row: str
    refused: tuple[str, ...]
    certainty: str | None = quantity("text")
    symbols: str | None = quantity("text")
    subtracted: int = quantity("count")


def certainties(
    evidence: Evidence, pooling: Mapping[str, Pooling], described: Mapping[str, Described]
) -> dict[str, Certainty]:
    """The certainty of every outcome, each rating held against its material."""
    found = {}
    indicated = {indicator.outcome for indicator in evidence.indicators}
    for asked in evidence.outcomes:
        rows = [row for row in evidence.certainty if row.outcome == asked.name]
        material = pooling.get(asked.key)
        if material is not None and material.outcome.pooled is not None:
            found[asked.key] = rated(rows, POOLED, material, asked.key)
        elif material is not None and material.outcome.k and asked.key in described:
            found[asked.key] = rated(rows, UNPOOLED, Unpooled(material, described[asked.key]), asked.key)
        elif asked.key not in described:
            found[asked.key] = rated(rows, {}, None)
        else:
            found[asked.key] = rated(rows, INDICATED if asked.key in indicated else STATED, described[asked.key])
    return found


def rated(
    rows: list[CertaintyRating],
    conditions: Mapping[tuple[str, str], Condition],
    material: Pooling | Unpooled | Described | None,
    outcome: str = "",
) -> Certainty:
    """One outcome's certainty, every rating held against its condition.

    Where trials of the ``outcome`` have an effect, its ratings of bias and precision must rest on a key below it:
    those written while there was none rest on statements, and their words would not be true any more.
    """
    ratings, refused = {}, []
    for row in rows:
        if row.domain == OVERALL:
            continue
        condition = conditions.get((row.domain, row.rating))
        where = f"data/certainty.csv, row {row.row_id}: {row.domain} of {row.outcome} is rated {row.rating!r}"
        if condition is None:
            refused.append(f"{where}, for which no condition is written. Remedy: rate it otherwise, or write one")
        elif not condition.holds(material):
            refused.append(
                f"{where}, but it does not hold that {condition.says}. Remedy: rate it anew for the present results"
            )
        elif outcome and row.domain in ON_RESULTS and not rests_on(row, outcome):
            refused.append(
                f"{where}, but rests on {row.keys}, not on the results that trials give now. Remedy: rate it anew, "
                f"and name keys that begin with {outcome}"
            )
        ratings[row.domain.replace(" ", "_")] = DomainRating(
            row=row.row_id,
            domain=row.domain,
            rating=row.rating,
            condition=condition.says if condition else "",
            keys=tuple(row.keys.split("; ")),
            levels=row.levels or 0,
        )
    (whole,) = (row for row in rows if row.domain == OVERALL)
    left = certainty(rating.levels for rating in ratings.values())
    if left != whole.rating:
        refused.append(
            f"data/certainty.csv, row {whole.row_id}: the overall certainty is recorded as {whole.rating!r}, but the "
            f"levels taken off leave {left!r}. Remedy: correct the row or a domain"
        )
    steps = CERTAINTIES.index(left) + 1
    return Certainty(
        ratings=ratings,
        row=whole.row_id,
        refused=tuple(refused),
        certainty=None if refused else left,
        symbols=None if refused else FILLED * steps + OPEN * (len(CERTAINTIES) - steps),
        subtracted=sum(rating.levels for rating in ratings.values()),
    )


def rests_on(row: CertaintyRating, outcome: str) -> bool:
    """Whether one of a rating's keys names a result of the outcome."""
    return any(key.startswith(f"{outcome}.") for key in row.keys.split("; "))


def standing(tree: Any, key: str) -> Certainty:
    """The certainty at ``certainty.<key>``, if its ratings stand and rest on results that are there.

    Raises ``RatingFails`` naming the row in data/certainty.csv.
    """
    found: Certainty = tree.certainty[key]
    if found.refused:
        raise RatingFails("; ".join(found.refused))
    for rating in found.ratings.values():
        for name in rating.keys:
            try:
                keys.find(tree, name)
            except UnknownKey as error:
                raise RatingFails(f"data/certainty.csv, row {rating.row}, column keys: {error}") from None
    return found


def disputed_severity(evidence: Evidence) -> frozenset[str]:
    """Trials whose severity others code differently."""
    return frozenset(row.trial for row in evidence.conflicts if row.topic == DISPUTED_SEVERITY)
