"""The checks of the evidence: every question that is asked of the tables at each load, and their answers.

Each module holds the checks of one subject and lists them in ``CHECKS``; `run` asks them all. A finding that only we
can have made, or that nobody has explained in exceptions.csv, is a problem; problems stop loading.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.evidence.checks import (
    agreeing,
    alike,
    arms,
    choices,
    continuous,
    counts,
    extent,
    identifiers,
    identity,
    ids,
    intervals,
    judgements,
    letters,
    moderators,
    possible,
    quotations,
    searches,
    selection,
    signatures,
    told,
    twins,
    wording,
)
from analysis.evidence.checks.exceptions import Exceptions
from analysis.evidence.checks.findings import Check, Finding, Kind, Noticed, Places, Result
from analysis.evidence.rows import Tables

__all__ = ["CHECKS", "Check", "Finding", "Kind", "Noticed", "Result", "run"]

CHECKS: tuple[Check, ...] = (
    *identity.CHECKS,
    *identifiers.CHECKS,
    *letters.CHECKS,
    *selection.CHECKS,
    *searches.CHECKS,
    *extent.CHECKS,
    *choices.CHECKS,
    *quotations.CHECKS,
    *counts.CHECKS,
    *intervals.CHECKS,
    *continuous.CHECKS,
    *moderators.CHECKS,
    *judgements.CHECKS,
    *signatures.CHECKS,
    *twins.CHECKS,
    *wording.CHECKS,
    *arms.CHECKS,
    *possible.CHECKS,
    *ids.CHECKS,
    *alike.CHECKS,
    *told.CHECKS,
    *agreeing.CHECKS,
)


def run(folder: str, tables: Tables, noticed: Sequence[Noticed] = ()) -> tuple[Result, ...]:
    """Ask every check of the tables. folder: its name, for the messages; noticed: oddities found outside the tables.

    The tables must have passed their schemas and foreign keys.
    """
    places = Places(folder, tables)
    exceptions = Exceptions(tables.exceptions)
    results = []
    for check in CHECKS:
        examined = [tuple(found) for found in check.look(tables)]
        explained, problems = exceptions.sort(check, [one for found in examined for one in found], places)
        results.append(Result(check.name, check.asks, len(examined), explained, problems))
    for one in noticed:
        results.append(Result(one.check, one.asks, len(one.examined), *exceptions.settle(one.odd)))
    results.append(exceptions.idle(CHECKS, noticed, places, tables))
    return tuple(results)
