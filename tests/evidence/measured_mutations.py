"""Ways to spoil what outcomes, choices and scales say of measurements, made from invented ones.

Real trials give few numbers per arm of a measured outcome, so the campaign runs on a copy of data/ with the rows of
tests/evidence/invented_measures.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import invented_measures
from invented_measures import MEASURED, Cells, Measured, choices, row_id
from mutations import SPOILT, Files, Mutation, bytes_of, cell, files_of, filled, numbered, other_values, rows_of

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA
from analysis.evidence.schema import Table

TABLES = ("outcomes", "choices", "scales", "continuous")
#: the columns that say how measurements enter an analysis
COLUMNS = {
    "outcomes": (
        "kind", "measure", "further_measures", "unit", "correlation", "from_day", "to_day", "target_day",
        "minimum_trials", "important",
    ),
    "choices": ("analysis", "rows", "role", "enters_as"),
    "scales": ("unit", "kind", "measures", "factor"),
    "continuous": ("outcome", "unit", "timepoint_days", "arm", "statistic"),
}  # fmt: skip
#: slips that a check must find, even if an author sealed them
CHECKED = ("other way", "lost row of a result", "row of another arm", "row of another day", "row of another trial",
           "other quantity", "setting against its kind", "lost setting")  # fmt: skip


def catalogue_of_measured() -> list[Mutation]:
    """All mutations, each with its own name."""
    with TemporaryDirectory() as folder:
        files, described = files_of(invented_measures.sealed(Path(folder) / "data")), read_descriptor(DATA)
    tables = tuple(table for table in described if table.name in TABLES)
    made = [
        *broken_settings(files, tables),
        *other_values(files, described, TABLES, step=1),
        *slips_in_measured_choices(files),
        *slips_in_settings(files),
    ]
    return numbered(made)


def broken_settings(files: Files, tables: tuple[Table, ...]) -> Iterator[Mutation]:
    """A cell of each of the columns, spoilt in two of the ways that its type allows, and unknown codes."""
    turn = count()
    for table in tables:
        rows = rows_of(files[table.path] or b"")
        for position, column in enumerate(table.fields):
            if column.name not in COLUMNS[table.name]:
                continue
            for way in (next(turn), next(turn)):
                number = filled(rows, position, way)
                assert number is not None, f"{table.name}.{column.name} is empty everywhere"
                ways = SPOILT[column.type]
                group, spoil, says = ways[way % len(ways)]
                yield cell(table, rows, number, position, spoil(rows[number][position]), group, says)
            if column.enum:
                yield cell(table, rows, number, position, "somewhat", "unknown code", "is not allowed")


def written(files: Files, name: str, row: str, changes: Cells, group: str, says: str = "") -> Mutation:
    """Some cells of one row written anew, to be found in it, or by what is said of a row that rests on it."""
    rows = rows_of(files[f"{name}.csv"] or b"")
    number = [cells[0] for cells in rows].index(row)
    for column, text in changes.items():
        rows[number][rows[0].index(column)] = text
    changed: Files = {f"{name}.csv": bytes_of(rows)}
    what = f"{group}, {row}, {', '.join(changes)}"
    if says:
        return Mutation(what, group, changed, says=says)
    return Mutation(what, group, changed, f"{name}.csv", number)


def slips_in_measured_choices(files: Files) -> Iterator[Mutation]:
    """Each choice of a measured outcome with other rows, another way or another outcome."""
    for one in choices():
        for group, changes in choice_slips(one):
            yield written(files, "choices", one["row_id"], changes, group)


def choice_slips(one: Cells) -> Iterator[tuple[str, Cells]]:
    if one["role"] == "listed":
        yield "other way", {"enters_as": "final values"}
        yield "changed choice", {"role": "primary"}
        return
    named = one["rows"].split()
    measured = next(m for m in MEASURED if m.trial == one["trial"])
    for way in ("counts", "printed effect", "final values", "changes", "computed changes"):
        if way != one["enters_as"]:
            yield "other way", {"enters_as": way}
    other = next(m for m in MEASURED if m.trial != one["trial"] and m.analysis == measured.analysis)
    yield "row of another trial", {"rows": " ".join([*named[:-1], rows_named(other)[0]])}
    yield "other quantity", {"analysis": "IL-6" if one["analysis"] == "CRP" else "CRP"}
    yield "changed choice", {"role": "sensitivity" if one["role"] == "primary" else "primary"}
    yield "lost row of a result", {"rows": " ".join(named[:-1])}
    if len(named) > 1:
        yield "row of another arm", {"rows": " ".join([named[0], *named[:-1]])}
    others = [row_id(measured, day, arm) for day, arms in measured.arms.items() for arm in arms]
    for row in others:
        if row not in named:
            yield "row of another day", {"rows": f"{named[0]} {row}"}


def rows_named(one: Measured) -> list[str]:
    return [row_id(one, day, arm) for day in one.uses for arm in one.arms[day]]


def slips_in_settings(files: Files) -> Iterator[Mutation]:
    """Settings of outcomes and scales that contradict the rows, and quantities and rows taken for others."""
    for outcome in ("outcome-crp", "outcome-il-6"):
        for column in ("measure", "unit", "minimum_trials"):
            yield written(files, "outcomes", outcome, {column: ""}, "lost setting")
        yield written(files, "outcomes", outcome, {"kind": "counted"}, "setting against its kind")
        yield written(files, "outcomes", outcome, {"measure": "RR"}, "setting against its kind")
        yield written(files, "outcomes", outcome, {"further_measures": "SMD RD"}, "setting against its kind")
        yield written(files, "outcomes", outcome, {"to_day": "1"}, "setting against its kind")
        yield written(files, "outcomes", outcome, {"target_day": "21"}, "setting against its kind")
    # what rests on the setting speaks against the change, and stands in another row
    yield written(files, "outcomes", "outcome-crp", {"correlation": ""}, "lost setting", "needs a correlation")
    yield written(files, "outcomes", "outcome-crp", {"unit": "mg/dL"}, "other quantity", "both units are mg/dL")
    yield written(files, "outcomes", "outcome-crp", {"from_day": "7"}, "other quantity", "is of day 6, outside")
    for scale in ("scale-crp", "scale-crp-change", "scale-crp-dl"):
        lost = {"measures": "", "factor": ""}
        yield written(files, "scales", scale, lost, "other quantity", "does not measure CRP")
        taken = {"measures": "IL-6"}
        yield written(files, "scales", scale, taken, "other quantity", "does not measure CRP")
        kind = {"kind": "value" if scale == "scale-crp-change" else "change"}
        yield written(files, "scales", scale, kind, "other quantity", "make enters_as and the rows agree")
    for scale in ("scale-crp", "scale-il-6"):
        yield written(files, "scales", scale, {"factor": "1000"}, "setting against its kind")
    yield written(files, "scales", "scale-crp-dl", {"factor": ""}, "lost setting", "give the factor between the two")
    yield written(files, "scales", "scale-crp-dl", {"factor": "100"}, "changed factor")
    for one in MEASURED:
        for row in rows_named(one)[:1]:
            quantity = "IL-6" if one.quantity != "IL-6" else "CRP"
            yield written(files, "continuous", row, {"outcome": quantity}, "other quantity", "the unit of")
            yield written(files, "continuous", row, {"trial": "martinez_munoz2024"}, "row of another trial", row)
