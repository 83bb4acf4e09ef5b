"""The descriptor of a data folder, `datapackage.json`, read strictly: whatever it says is understood, or refused.

Only the part of the Data Package and Table Schema specifications that the descriptors here use is supported; an
unknown keyword is an error, so that no constraint is ever ignored.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.evidence.patterns import compiled
from analysis.evidence.problems import DataError, Problem
from analysis.evidence.schema import DESCRIPTOR, LARGEST_FILE, TYPES, Field, ForeignKey, Table, contents

FIELD_KEYS = {"name", "type", "title", "description", "unit", "constraints"}
CONSTRAINT_KEYS = {"required", "unique", "enum", "pattern", "minimum", "maximum"}
SCHEMA_KEYS = {"fields", "primaryKey", "foreignKeys", "missingValues"}
RESOURCE_KEYS = {"name", "path", "profile", "title", "description", "format", "mediatype"}
RESOURCE_KEYS |= {"encoding", "dialect", "schema", "licenses", "sources"}
DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}
NUMERIC = ("integer", "number", "year")
NAME = re.compile(r"[A-Za-z0-9_]+")
RESTORE = "compare it with the one in version control"
#: what a value of JSON is called
KINDS: Mapping[type, str] = {
    str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object",
    type(None): "null",
}  # fmt: skip


class Fault(Exception):
    """What is wrong at one place: of a table, or of a column of it."""

    def __init__(self, place: str, value: object, problem: str, remedy: str = RESTORE) -> None:
        super().__init__(problem)
        self.place, self.problem, self.remedy = place, problem, remedy
        self.value = None if value is None else value if isinstance(value, str) else json.dumps(value)


def read_descriptor(folder: Path) -> tuple[Table, ...]:
    """Tables that the folder's `datapackage.json` declares, in its order.

    DataError, which names the table and the column, if the file is missing or anything in it is not understood.
    """
    file = f"{folder.name}/{DESCRIPTOR}"
    if not folder.is_dir():
        problem = "is a file, not a folder" if folder.exists() else "the folder is missing"
        raise DataError([Problem(str(folder), None, "", None, problem, "name the folder that holds the tables")])
    raw = contents(folder / DESCRIPTOR, file)
    if isinstance(raw, Problem):
        raise DataError([raw])
    if raw is None:
        remedy = "restore it: it says what each column means"
        raise DataError([Problem(file, None, "", None, "the file is missing", remedy)])
    return _tables(file, raw)


@lru_cache(maxsize=64)
def _tables(file: str, raw: bytes) -> tuple[Table, ...]:
    try:
        package = _parsed(raw)
        resources = _of(package, "resources", list, "")
        tables = tuple(_table(entry, number) for number, entry in enumerate(resources, start=1))
        for what in ("name", "path"):
            counted = Counter(getattr(table, what) for table in tables)
            for value, times in counted.items():
                if times > 1:
                    raise Fault("", value, f"is the {what} of {times} resources", "keep one of them")
        _check_references(tables)
    except Fault as fault:
        raise DataError([Problem(file, None, fault.place, fault.value, fault.problem, fault.remedy)]) from None
    return tables


def _parsed(raw: bytes) -> Any:
    """The JSON as Python has it, without anything that two readers may understand differently."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1:
                raise Fault("", key, f"stands {times} times in one object", "keep one")
        return dict(pairs)

    def no_number(text: str) -> Any:
        raise Fault("", text, "is no number of JSON", "write a finite number, or leave it out")

    if raw.startswith(b"\xef\xbb\xbf"):
        raise Fault("", None, "the file starts with a byte order mark", "save as UTF-8 without BOM")
    mend = "mend the file or restore it"
    if len(raw) > LARGEST_FILE:
        raise Fault("", None, f"{len(raw)} bytes, more than {LARGEST_FILE}", "check what was written into it")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except RecursionError:
        raise Fault("", None, "not readable as UTF-8 JSON (nested too deeply)", mend) from None
    except ValueError as error:  # bytes that are not UTF-8, what is no JSON, an integer of thousands of digits
        raise Fault("", None, f"not readable as UTF-8 JSON ({error})", mend) from None


def _of(holder: Any, key: str, kind: type, place: str, optional: Any = ...) -> Any:
    """A member of an object, of that kind; the default where it is not there."""
    if not isinstance(holder, dict):
        raise Fault(place, None, f"not a tabular data package: {_called(holder)} stands where an object should")
    if key not in holder:
        if optional is not ...:
            return optional
        raise Fault(place, None, f"not a tabular data package: it lacks {key!r}")
    value = holder[key]
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right:
        raise Fault(place, None, f"not a tabular data package: {key!r} is {_called(value)}, not {KINDS[kind]}")
    return value


def _called(value: object) -> str:
    return KINDS.get(type(value), "something else")


def _table(entry: Any, number: int) -> Table:
    place = f"resource {number}"
    name = _of(entry, "name", str, place)
    if not NAME.fullmatch(name):
        raise Fault(place, name, "is no name of a table", "use letters, digits and underscores")
    place = name
    if _of(entry, "encoding", str, place) != "utf-8" or _of(entry, "dialect", dict, place) != DIALECT:
        raise Fault(place, None, f"resource {name}: unknown dialect", f"use utf-8 and {json.dumps(DIALECT)}")
    path = _of(entry, "path", str, place)
    if path != f"{name}.csv":
        raise Fault(place, path, "is not the path of this table", f"write {name}.csv, beside the descriptor")
    schema = _of(entry, "schema", dict, place)
    listed = _of(schema, "fields", list, place)
    fields = tuple(_field(one, name, at) for at, one in enumerate(listed, start=1))
    unknown = {*(set(entry) - RESOURCE_KEYS), *(set(schema) - SCHEMA_KEYS)}
    if unknown:
        raise Fault(place, None, f"resource {name}: {', '.join(sorted(unknown))} is not supported by the loader",
                    "use what analysis/evidence/descriptor.py knows, or teach it")  # fmt: skip
    if _of(schema, "missingValues", list, place, [""]) != [""]:
        raise Fault(place, schema["missingValues"], "are not the missing values read here",
                    'write [""]: only an empty cell is missing')  # fmt: skip
    names = [field.name for field in fields]
    for column, times in Counter(names).items():
        if times > 1:
            raise Fault(f"{name}.{column}", None, f"the column is declared {times} times", "keep one")
    primary = schema.get("primaryKey")
    keys = [primary] if isinstance(primary, str) else _of(schema, "primaryKey", list, place)
    for key in keys:
        _column(key, names, f"{name}, primary key")
    return Table(
        name=name,
        path=path,
        description=_of(entry, "description", str, place),
        fields=fields,
        primary_key=tuple(keys),
        foreign_keys=tuple(_foreign(one, name, names) for one in _of(schema, "foreignKeys", list, place, [])),
    )


def _column(value: Any, names: Sequence[str], place: str) -> str:
    if not isinstance(value, str):
        raise Fault(place, value, f"is {_called(value)}, not the name of a column")
    if value not in names:
        raise Fault(place, value, "is no column of the table", f"the columns are: {', '.join(names)}")
    return value


def _foreign(entry: Any, table: str, names: Sequence[str]) -> ForeignKey:
    place = f"{table}, foreign key"
    if not isinstance(entry, dict):
        raise Fault(place, entry, f"is {_called(entry)}, not an object")
    field = _column(entry.get("fields"), names, place)
    place += f" of {field}"
    reference = _of(entry, "reference", dict, place)
    target = _of(reference, "resource", str, place) or table
    return ForeignKey(field, target, _of(reference, "fields", str, place))


def _check_references(tables: Sequence[Table]) -> None:
    """Refuse foreign keys to tables or columns that are not declared."""
    columns = {table.name: [field.name for field in table.fields] for table in tables}
    for table in tables:
        for key in table.foreign_keys:
            place = f"{table.name}, foreign key of {key.field}"
            if key.target not in columns:
                raise Fault(place, key.target, "is no resource of this descriptor",
                            f"there are: {', '.join(columns)}")  # fmt: skip
            _column(key.target_field, columns[key.target], f"{place} to {key.target}")


def _field(entry: Any, table: str, number: int) -> Field:
    place = f"{table}, field {number}"
    name = _of(entry, "name", str, place)
    place = f"{table}.{name}"
    if not NAME.fullmatch(name):
        raise Fault(place, name, "is no name of a column", "use letters, digits and underscores")
    kind = _of(entry, "type", str, place)
    constraints = _of(entry, "constraints", dict, place, {})
    unknown = (set(entry) - FIELD_KEYS) | (set(constraints) - CONSTRAINT_KEYS)
    unknown |= set() if kind in TYPES else {f"type {kind}"}
    if unknown:
        raise Fault(place, None, f"{', '.join(sorted(unknown))} is not supported by the loader",
                    "use what analysis/evidence/descriptor.py knows, or teach it")  # fmt: skip
    low, high = (_bound(constraints, key, kind, place) for key in ("minimum", "maximum"))
    if low is not None and high is not None and low > high:
        raise Fault(place, None, f"its minimum {low} is above its maximum {high}", "exchange or mend them")
    return Field(
        name=name,
        type=kind,
        description=_of(entry, "description", str, place),
        unit=_of(entry, "unit", str, place, ""),
        required=_of(constraints, "required", bool, place, False),
        unique=_of(constraints, "unique", bool, place, False),
        enum=tuple(_codes(_of(constraints, "enum", list, place, []), place)),
        pattern=_pattern(_of(constraints, "pattern", str, place, ""), place),
        minimum=low,
        maximum=high,
    )


def _codes(codes: list[Any], place: str) -> Iterator[str]:
    for code in codes:
        if not isinstance(code, str) or not code:
            raise Fault(place, code, f"is {_called(code)} among the codes of enum", "list texts that are not empty")
        if codes.count(code) > 1:
            raise Fault(place, code, "stands twice among the codes of enum", "keep one")
        yield code


def _bound(constraints: dict[str, Any], key: str, kind: str, place: str) -> float | None:
    value = constraints.get(key)
    if key not in constraints:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Fault(place, value, f"is {_called(value)}, but {key} is a number", "write it without quotation marks")
    if kind not in NUMERIC:
        raise Fault(place, value, f"is the {key} of a column of type {kind}", "leave it out: only numbers have one")
    return value


def _pattern(pattern: str, place: str) -> str:
    try:
        compiled(pattern)
    except ValueError as error:
        remedy = "mend it; https://docs.python.org/3/library/re.html says how patterns are written"
        raise Fault(place, pattern, f"is no pattern ({error})", remedy) from None
    return pattern
