"""Which tables and columns of the evidence a review must have, and what stands for those that it leaves away.

A review needs trials, the outcomes it asks for, and counts or means with their sources. Any other table that its
descriptor does not declare has no rows, and any other column that a table of it lacks is empty in every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from analysis.evidence.rows import ROW_TYPES

REQUIRED_TABLES = ("trials", "outcomes")
#: columns without which a table says nothing; of any other table all that are not about where a fact was read
ESSENTIAL: Mapping[str, frozenset[str]] = {
    "trials": frozenset({"row_id", "label", "eligibility", "address", "locator"}),
    "outcomes": frozenset({"row_id", "key", "name", "kind", "role", "better", "measure"}),
    "counts": frozenset(
        {"row_id", "trial", "outcome", "events_treatment", "n_treatment", "events_control", "n_control"}
        | {"address", "locator", "quotation"}
    ),
    "continuous": frozenset(
        {"row_id", "trial", "outcome", "unit", "arm", "n", "statistic", "centre", "address", "locator", "quotation"}
    ),
    "baseline": frozenset(
        {"row_id", "trial", "arm", "characteristic", "statistic", "address", "locator", "quotation"}
    ),
    "risk_of_bias": frozenset({"row_id", "trial", "outcome", "tool", "domain", "judgement", "assessed_by"}),
    "bibliography": frozenset({"key", "type", "title", "year"}),
    "words": frozenset({"row_id", "name", "words"}),
    "protocol": frozenset({"row_id", "topic", "decision", "reason", "prespecified", "decided_on"}),
    "claims": frozenset({"row_id", "claim", "address", "locator"}),
    "scales": frozenset({"row_id", "quantity", "unit", "kind"}),
    "seals": frozenset({"table", "row", "digest", "cells", "sealed_on", "sealed_by"}),
}
WHERE_READ = frozenset({"source", "address", "locator", "quotation", "obtained", "note"})
#: what a text is where its column is left away, if not ""
USUAL: Mapping[tuple[str, str], Any] = {
    ("trials", "randomised"): "yes",
    ("trials", "obtained"): "reported",
    ("counts", "obtained"): "reported",
    ("continuous", "obtained"): "reported",
    ("baseline", "obtained"): "reported",
    ("counts", "counted_unit"): "patients",
    ("counts", "timepoint_text"): "as reported",
}


def essential(table: str) -> frozenset[str]:
    """The columns that a table must have if it is there."""
    columns = {column.name for column in fields(ROW_TYPES[table])}
    return ESSENTIAL.get(table, frozenset(columns - WHERE_READ))


def absent(table: str, columns: frozenset[str]) -> dict[str, Any]:
    """Column → its value in every row, for each column of the row type that is not among ``columns``."""
    return {
        column.name: USUAL.get((table, column.name), _nothing(str(column.type)))
        for column in fields(ROW_TYPES[table])
        if column.name not in columns
    }


def _nothing(annotation: str) -> str | bool | None:
    """What an absent cell of this type is."""
    if annotation == "str":
        return ""
    return False if annotation == "bool" else None


def fits(declared: Mapping[str, str], table: str) -> bool:
    """Whether columns, each with its annotation, are those of the row type; one may be required."""
    known = {column.name: str(column.type) for column in fields(ROW_TYPES[table])}
    if not essential(table) <= declared.keys() or not declared.keys() <= known.keys():
        return False
    plain = {name: kind.removesuffix(" | None") for name, kind in known.items()}
    return all(kind in (known[name], plain[name]) for name, kind in declared.items())
