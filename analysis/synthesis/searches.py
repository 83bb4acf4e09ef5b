"""The searches that were run, what each brought, and how far two screeners agreed (PRISMA 2020, items 6 to 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.evidence.load import Evidence
from analysis.evidence.rows_bookkeeping import Search
from analysis.methods.agreement import cohen_kappa, share_agreed
from analysis.printing.quantities import quantity

DATABASE, REGISTER = "bibliographic database", "trial register"


@dataclass(frozen=True, slots=True)
class Brought:
    """One search: the records that it brought, and the copies among them that were removed."""

    rows: tuple[str, ...]
    search: str
    label: str
    records: int = quantity("count")
    copies: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Screening:
    """Records on which two decided by title and abstract before they spoke of them; Cohen's kappa where it exists."""

    rows: tuple[str, ...]
    screened: int = quantity("count")
    agreed: int = quantity("count")
    conflicts: int = quantity("count")
    agreement: float | None = quantity("fraction", None)
    kappa: float | None = quantity("statistic", None)


@dataclass(frozen=True, slots=True)
class Searches:
    """All searches by name; how many were of a ``databases`` or ``registers``, not of a copy that others made."""

    rows: tuple[str, ...]
    runs: Mapping[str, Brought]
    screening: Screening
    databases: int = quantity("count")
    registers: int = quantity("count")


def searches(evidence: Evidence) -> Searches:
    """The searches of data/searches.csv with what became of their records."""
    kinds = [search.kind for search in evidence.searches]
    return Searches(
        rows=tuple(search.row_id for search in evidence.searches),
        runs={name_of(search): brought(evidence, search) for search in evidence.searches},
        screening=screening(evidence),
        databases=kinds.count(DATABASE),
        registers=kinds.count(REGISTER),
    )


def name_of(search: Search) -> str:
    """The key of a search: ``embase_2026_12_01``."""
    return search.row_id.removeprefix("search-").replace("-", "_")


def brought(evidence: Evidence, search: Search) -> Brought:
    records = [record for record in evidence.records if record.search == search.row_id]
    return Brought(
        # a search that found nothing is proved by its own row
        rows=tuple(record.row_id for record in records) or (search.row_id,),
        search=search.row_id,
        label=search.database,
        records=len(records),
        copies=sum(record.is_duplicate for record in records),
    )


def screening(evidence: Evidence) -> Screening:
    """Agreement of the two on the records that both decided on."""
    both = [record for record in evidence.records if record.screener_1 and record.screener_2]
    pairs = [(record.screener_1, record.screener_2) for record in both]
    agreed = sum(one == other for one, other in pairs)
    return Screening(
        rows=tuple(record.row_id for record in both),
        screened=len(both),
        agreed=agreed,
        conflicts=len(both) - agreed,
        agreement=share_agreed(pairs) if pairs else None,
        kappa=cohen_kappa(pairs) if pairs else None,
    )
