"""Seals of the descriptor: what it said of each table and column when somebody last stood for it.

A rule that is gone refuses nothing any more, and a column that is described as another one makes every number of it
mean something else, without a single cell changed. So each table and column that is declared has a seal beside those
of the rows; it keeps the words too, so that a change can be told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analysis.evidence.checks.seals import NAME, Sealable
from analysis.evidence.problems import Problem
from analysis.evidence.rows_bookkeeping import Seal
from analysis.evidence.schema import DESCRIPTOR, Field, Table

#: how seals.csv calls the descriptor in the place of a table, and that of the figures
DESCRIPTORS = (DESCRIPTOR.removesuffix(".json"), f"figures/{DESCRIPTOR.removesuffix('.json')}")
CONFIRM_NEW = 'look at what it says, then run: python -m analysis seal --by "your name"'
CONFIRM = 'restore it, or confirm what it says now by running: python -m analysis seal --by "your name"'
Meaning = Mapping[str, Any]


def declared(tables: Iterable[Table], descriptor: str = DESCRIPTORS[0]) -> tuple[Sealable, ...]:
    """What a descriptor says of each table and of each of its columns, to be sealed."""
    return tuple(
        _sealable(descriptor, "/".join(place), meaning)
        for table in tables
        for place, meaning in (
            ((table.name,), _of_table(table)),
            *(((table.name, column.name), _of_column(column)) for column in table.fields),
        )
    )


def _sealable(descriptor: str, place: str, meaning: Meaning) -> Sealable:
    said = {name: value for name, value in meaning.items() if value or (value == 0 and value is not False)}
    text = json.dumps(said, ensure_ascii=False)
    return Sealable(descriptor, 0, f"{descriptor}/{place}", "", ("meaning",), (text,), text)


def _of_table(table: Table) -> Meaning:
    return {
        "description": table.description,
        "primary key": list(table.primary_key),
        "foreign keys": [f"{key.field} in {key.target}.{key.target_field}" for key in table.foreign_keys],
    }


def _of_column(column: Field) -> Meaning:
    return {
        "type": column.type,
        "unit": column.unit,
        "required": column.required,
        "unique": column.unique,
        "enum": list(column.enum),
        "pattern": column.pattern,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "description": column.description,
    }


def broken(folder: str, found: Sequence[Sealable], seals: Sequence[Seal]) -> Iterator[Problem]:
    """What a descriptor says otherwise than when it was sealed: tables and columns new, gone or others."""
    for descriptor in DESCRIPTORS:
        now = {one.row_id: one for one in found if one.table == descriptor}
        then = {seal.row: seal for seal in seals if seal.table == descriptor}
        file = f"{folder}/{descriptor}.json"
        if now and not then:
            problem = f"is not sealed: nobody has confirmed what it says of {len(now)} tables and columns"
            yield Problem(file, None, "", None, problem, CONFIRM, check=NAME)
            continue
        for row, one in now.items():
            if row not in then:
                yield from _alone(file, row, now, then, "is new: nobody has sealed it", CONFIRM_NEW)
            elif then[row].digest != one.digest:
                since = f"since {then[row].sealed_by} sealed it on {then[row].sealed_on}"
                for change in changes(then[row].meaning, one.meaning):
                    yield Problem(file, None, _called(row), None, f"{change}, {since}", CONFIRM, check=NAME)
            elif then[row].meaning not in ("", one.meaning):
                problem = f"the words sealed for {_called(row)} are not those of its digest"
                remedy = "restore seals.csv, it is written by python -m analysis seal alone"
                yield Problem(f"{folder}/{NAME}.csv", None, "meaning", None, problem, remedy, check=NAME)
        for row, seal in then.items():
            if row not in now:
                yield from _alone(file, row, then, now, f"is gone, sealed on {seal.sealed_on}", CONFIRM)


def _alone(
    file: str, row: str, those: Mapping[str, object], others: Mapping[str, object], problem: str, remedy: str
) -> Iterator[Problem]:
    """One message for a table or column that only one side has; a column of such a table goes with it."""
    table = row.rpartition("/")[0]
    if table in those and table not in others:
        return
    columns = sum(other.startswith(f"{row}/") for other in those)
    with_columns = f", with {columns} columns" if columns else ""
    yield Problem(file, None, _called(row), None, f"{problem}{with_columns}", remedy, check=NAME)


def _called(row: str) -> str:
    """A table or column as messages call it: counts.events."""
    return ".".join(row.partition(f"{DESCRIPTOR.removesuffix('.json')}/")[2].split("/"))


def changes(before: str, after: str) -> list[str]:
    """In words how two meanings differ; "is another" where the seal kept no words."""
    if not before or not after:
        return ["is another"]
    was, now = json.loads(before), json.loads(after)
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return [change for name in names for change in _change(name, was.get(name), now.get(name))] or ["is another"]


def _change(name: str, was: Any, now: Any) -> list[str]:
    if isinstance(was or now, list):
        lost = [one for one in was or () if one not in (now or ())]
        gained = [one for one in now or () if one not in (was or ())]
        if not now:
            return [f"{name} is dropped, which had {_listed(lost)}"]
        told = [f"{name} lost {_listed(lost)}"] if lost else []
        told += [f"{name} gained {_listed(gained)}"] if gained else []
        return told or [f"{name} stands in another order"]
    if was is True or now is True:
        return [f"is no longer {name}" if was else f"is {name} now"]
    if now is None:
        return [f"{name} {was!r} is dropped"]
    return [f"{name} {now!r} is new"] if was is None else [f"{name} was {was!r}, is {now!r}"]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
