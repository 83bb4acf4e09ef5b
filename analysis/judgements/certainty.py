"""Our certainty in the evidence on each outcome (GRADE), from the ratings in data/certainty.csv.

The overall certainty is computed: it starts high, as the trials were randomised, and loses the levels taken off. Each
rating is tied to a condition on the results (`certainty_conditions`), so that it cannot outlive them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.evidence.load import Evidence
from analysis.evidence.rows_judgements import CertaintyRating
from analysis.judgements.certainty_conditions import (
    ESTIMATED,
    INDICATED,
    OVERALL,
    Condition,
    Described,
    Pooling,
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

    ``refused`` says which ratings the results do not bear out. While there is one there is no certainty to print; nor
    is there where nothing gives an estimate, and then nothing is refused.
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
        if material is not None and material.outcome.shown is not None:
            found[asked.key] = rated(asked.name, rows, ESTIMATED, material)
        elif asked.key in indicated:
            found[asked.key] = rated(asked.name, rows, INDICATED, described[asked.key])
        else:
            found[asked.key] = unrated(rows)
    return found


def unrated(rows: list[CertaintyRating]) -> Certainty:
    """No certainty where there is no estimate to be certain of; ratings that are there all the same are refused."""
    return nothing_to_print(
        f"data/certainty.csv, row {row.row_id}: {row.domain} of {row.outcome} is rated, but no trial gives an "
        "estimate of it. Remedy: delete the row"
        for row in rows
    )


def nothing_to_print(refused: Iterable[str]) -> Certainty:
    """A certainty that cannot be printed, and why."""
    return Certainty(ratings={}, row="", refused=tuple(refused), certainty=None, symbols=None, subtracted=0)


def rated(
    name: str,
    rows: list[CertaintyRating],
    conditions: Mapping[tuple[str, str], Condition],
    material: Pooling | Described,
) -> Certainty:
    """One outcome's certainty, every rating held against its condition."""
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
                f"{where}, but it does not hold that {condition.says}. Remedy: rate it anew for the present results; "
                f"what holds now is {holding(conditions, row.domain, material)}"
            )
        ratings[row.domain.replace(" ", "_")] = DomainRating(
            row=row.row_id,
            domain=row.domain,
            rating=row.rating,
            condition=condition.says if condition else "",
            keys=tuple(row.keys.split("; ")),
            levels=row.levels or 0,
        )
    whole = next((row for row in rows if row.domain == OVERALL), None)
    if whole is None:
        return nothing_to_print([unrated_domains(name, rows, conditions, material)])
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


def holding(conditions: Mapping[tuple[str, str], Condition], domain: str, material: Pooling | Described) -> str:
    """The ratings of a domain that the results bear out, each in quotation marks: ``'serious' or 'very serious'``."""
    found = [repr(rating) for (of, rating), one in conditions.items() if of == domain and one.holds(material)]
    return " or ".join(found) or "none of those for which a condition is written"


def unrated_domains(
    name: str,
    rows: Sequence[CertaintyRating],
    conditions: Mapping[tuple[str, str], Condition],
    material: Pooling | Described,
) -> str:
    """Which rows an outcome with an estimate lacks, and the ratings that would stand in them."""
    rated_already = {row.domain for row in rows}
    domains = [domain for domain in dict.fromkeys(of for of, _ in conditions) if domain not in rated_already]
    held = "; ".join(f"{domain} {holding(conditions, domain, material)}" for domain in domains)
    return (
        f"data/certainty.csv: {name} has an estimate and is not rated. Remedy: add a row for each of "
        f"{', '.join((*domains, OVERALL))}; what holds now is {held or 'what is rated already'}, and {OVERALL} is "
        "what the levels taken off leave"
    )


def fallen(tree: Any) -> list[str]:
    """Every rating that does not stand, and every outcome that lacks its ratings, one sentence each."""
    found = []
    for key, one in tree.certainty.items():
        found += one.refused
        if not one.refused:
            try:
                standing(tree, key)
            except RatingFails as error:
                found.append(str(error))
    return found


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
