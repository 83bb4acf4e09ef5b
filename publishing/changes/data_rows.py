"""The rows of a version's tables under the names by which the analysis knows them, and what changed in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from publishing.changes.versions import Row


class RowFate(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.field} {said(self.old)} → {said(self.new)}"


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of a row; numerals first among its fields, as they can move a number by themselves."""

    name: str
    file: str
    fate: RowFate
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}, row {self.name}" if self.file else f"row {self.name}"
        if self.fate is not RowFate.CHANGED:
            return f"{place} {self.fate}"
        return f"{place}: " + "; ".join(map(str, self.fields))

    @property
    def short(self) -> str:
        """The first field alone."""
        if len(self.fields) < 2:
            return str(self)
        return f"{replace(self, fields=self.fields[:1])} and {len(self.fields) - 1} more"


def said(value: str) -> str:
    return value if value else "(empty)"


def read_rows(root: Path, tables: Iterable[Path], names: Iterable[str]) -> dict[str, Row]:
    """The rows of the CSV files whose identifying column holds ``names``, by name.

    The column that identifies the rows is the one without repeats that holds most of the names; a table without one
    is not of rows that the analysis names.
    """
    known = set(names)
    found: dict[str, Row] = {}
    for path in sorted(tables):
        if path.suffix != ".csv":
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
        column = _identifying(lines, known)
        for line in lines if column else ():
            fields = {name: value or "" for name, value in line.items() if isinstance(name, str)}
            found.setdefault(fields[column], Row(path.relative_to(root).as_posix(), fields))
    return found


def _identifying(lines: Sequence[Mapping[str, str]], known: set[str]) -> str:
    best, most = "", 0
    for column in lines[0] if lines else ():
        values = [line.get(column) or "" for line in lines]
        held = len(known.intersection(values))
        if held > most and len(set(values)) == len(values):
            best, most = column, held
    return best


def row_changes(old: Mapping[str, Row], new: Mapping[str, Row]) -> dict[str, RowChange]:
    """The rows that differ, by name, in the order of their files."""
    found = []
    for name in old.keys() | new.keys():
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            row, fate = (after, RowFate.ADDED) if before is None else (before, RowFate.REMOVED)
            found.append(RowChange(name, row.file if row else "", fate))
        elif fields := _fields(before, after):
            found.append(RowChange(name, after.file, RowFate.CHANGED, fields))
    return {one.name: one for one in sorted(found, key=lambda one: (one.file, one.name))}


def _fields(old: Row, new: Row) -> tuple[FieldChange, ...]:
    names = dict.fromkeys([*new.fields, *old.fields])
    pairs = [FieldChange(name, old.fields.get(name, ""), new.fields.get(name, "")) for name in names]
    differing = [one for one in pairs if one.old != one.new]
    return tuple(sorted(differing, key=lambda one: not (_is_numeral(one.old) and _is_numeral(one.new))))


def _is_numeral(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
