"""CSV files against a Frictionless Data Package: strict reading, typed cells, every fault named.

The descriptor, which `analysis.evidence.descriptor` reads, follows the Data Package and Table Schema specifications
(specs.frictionlessdata.io). The lexical rules are narrower than the specification's: one spelling per value, so that
no two programs can read a cell differently. Why no package does this: docs/decisions/0003-data-validation.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from analysis.evidence import characters
from analysis.evidence.patterns import NeverEnds, matches
from analysis.evidence.problems import SHOWN_CHARACTERS, DataError, Problem

DESCRIPTOR = "datapackage.json"
#: the table that a command writes, and how
SEALS = "seals"
SEAL = 'run: python -m analysis seal --by "your name"'
LARGEST_FILE = 5_000_000
#: what spreadsheets put between columns where it is not commas
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ":": "colons", " ": "spaces"}
#: what some spreadsheets write above the header
SEPARATOR_TOLD = re.compile(r"sep=.$", re.M)
FORMULA_STARTS = ("=", "+", "-", "@")

Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class CellType:
    """How one Table Schema type is written, how it is read once the spelling is right, and its Python type."""

    spelling: re.Pattern[str]
    read: Callable[[str], Cell]
    annotation: str
    article: str
    remedy: str


TYPES = {
    "string": CellType(re.compile(r".+", re.S), str, "str", "text", "write text"),
    "integer": CellType(
        re.compile(r"-?(0|[1-9][0-9]{0,14})"), int, "int", "an integer", "write a whole number such as 12"
    ),
    "number": CellType(
        re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,30})?"),
        float,
        "float",
        "a number",
        "write digits with a decimal point, such as 0.88",
    ),
    "boolean": CellType(
        re.compile(r"true|false"), lambda text: text == "true", "bool", "a yes/no value", "write true or false"
    ),
    "date": CellType(
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        date.fromisoformat,
        "date",
        "a date",
        "write year-month-day, 2026-11-22",
    ),
    "year": CellType(re.compile(r"[0-9]{4}"), int, "int", "a year", "write four digits, such as 2021"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type and the constraints on its cells."""

    name: str
    type: str
    description: str
    unit: str
    required: bool
    unique: bool
    enum: tuple[str, ...]
    pattern: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`field` must hold a value of column `target_field` in table `target` (an empty cell refers to nothing)."""

    field: str
    target: str
    target_field: str


@dataclass(frozen=True, slots=True)
class Table:
    """One resource of the package: a CSV file and its schema."""

    name: str
    path: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def field(self, name: str) -> Field:
        """The column of that name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no column {name}")


@dataclass(frozen=True, slots=True, eq=False)
class TypedRow:
    """One data row: its number (1 below the header), typed cells by column, and the text they were read from.

    A row is equal to itself only, so that what follows from a table can be remembered for its rows.
    """

    number: int
    cells: dict[str, Cell]
    texts: dict[str, str]


#: the rows of a table and what is wrong with it
Read = tuple[tuple[TypedRow, ...], tuple[Problem, ...]]


def read_table(folder: Path, table: Table, may_be_empty: bool = False) -> Read:
    """Typed rows of one CSV file and all faults in it; rows with a fault are left out.

    may_be_empty: whether a header without rows will do.
    """
    file = f"{folder.name}/{table.path}"
    raw = contents(folder / table.path, file)
    if raw is None and (other := _called_otherwise(folder / table.path)):
        problem, remedy = f"the file is missing, but there is {other}", f"rename it to {table.path}"
        return (), (Problem(file, None, "", None, problem, remedy),)
    if isinstance(raw, Problem):
        return (), (raw,)
    try:
        return _read(file, raw, table, may_be_empty)
    except DataError as error:
        place = {"file": f"{folder.name}/{DESCRIPTOR}", "column": f"{table.name}.{error.column}"}
        raise DataError([replace(problem, **place) for problem in error.problems]) from None  # type: ignore[arg-type]


def _called_otherwise(path: Path) -> str:
    """A file beside this path with its name in other letters, or with an ending more, as other systems show none."""
    wanted = path.name.casefold()
    known = (wanted, f"{wanted}.txt", f"{wanted}.csv", wanted.removesuffix(".csv"))
    there = path.parent.iterdir() if path.parent.is_dir() else ()
    return min((one.name for one in there if one.name.casefold() in known and one.is_file()), default="")


def contents(path: Path, file: str) -> bytes | Problem | None:
    """The bytes of a file, None if there is none; what is wrong if it can't be read. file: its name in messages."""

    def refused(problem: str, remedy: str) -> Problem:
        return Problem(file, None, "", None, problem, remedy)

    try:
        if path.is_dir():
            return refused("is a folder, not a file", "move it elsewhere and restore the file")
        if not path.is_file():
            return None
        if (size := path.stat().st_size) > LARGEST_FILE:
            return refused(f"{size} bytes, more than {LARGEST_FILE}", "check what was written into it")
        return path.read_bytes()
    except OSError as error:
        return refused(f"can't be read ({error.strerror})", "check who may read it, and whether it is open elsewhere")


@lru_cache(maxsize=64)
def _read(file: str, raw: bytes | None, table: Table, may_be_empty: bool) -> Read:
    """What the bytes of a file say (None: there is none), read once: it depends on nothing else."""
    names = [field.name for field in table.fields]
    lines, faults = _lines(raw, file, names)
    if faults:
        return (), tuple(faults)
    header = lines[0]
    if header != names:
        return (), (_header_problem(file, header, names),)
    rows: list[TypedRow] = []
    problems: list[Problem] = []
    columns = [_Column(field) for field in table.fields]
    for number, texts in enumerate(lines[1:], start=1):
        found = list(_row_problems(file, number, texts, columns))
        problems += found
        if not found:
            cells = {column.field.name: column[text][1] for column, text in zip(columns, texts, strict=True)}
            rows.append(TypedRow(number, cells, dict(zip(names, texts, strict=True))))
    if len(lines) == 1 and not may_be_empty:
        remedy = SEAL if Path(file).stem == SEALS else "enter its rows, or restore those that were there"
        problems.append(Problem(file, None, "", None, "holds no rows", remedy))
    problems += _repeated(file, rows, table)
    return tuple(rows), tuple(problems)


def dangling(
    folder: Path, table: Table, rows: Sequence[TypedRow], tables: Mapping[str, Sequence[TypedRow]]
) -> Iterator[Problem]:
    """Cells of foreign-key columns that name nothing in the table they refer to."""
    for key in table.foreign_keys:
        known = {row.cells[key.target_field] for row in tables[key.target]}
        for row in rows:
            if row.texts[key.field] and row.cells[key.field] not in known:
                yield Problem(
                    f"{folder.name}/{table.path}",
                    row.number,
                    key.field,
                    row.texts[key.field],
                    f"is no {key.target_field} of {key.target}.csv",
                    f"use one that is listed there or add it to {key.target}.csv",
                )


def _lines(raw: bytes | None, file: str, names: Sequence[str]) -> tuple[list[list[str]], list[Problem]]:
    def fault(
        problem: str, remedy: str, row: int | None = None, value: str | None = None
    ) -> tuple[list[list[str]], list[Problem]]:
        return [], [Problem(file, row, "", value, problem, remedy)]

    if raw is None:
        return fault("the file is missing", "restore it, or remove it from datapackage.json")
    if not raw:
        return fault("the file is empty", "restore it")
    if raw.startswith(b"\xef\xbb\xbf"):
        return fault("starts with a byte order mark", "save as UTF-8 without BOM", 0)
    if b"\0" in raw:
        return fault("holds a NUL byte, as UTF-16 does", "save as UTF-8")
    if b"\r" in raw:
        return fault("has a carriage return", "save with Unix line ends (LF)", raw[: raw.index(b"\r")].count(b"\n"))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n")
        return fault("is a byte that is not UTF-8", "save the file as UTF-8", row, f"0x{raw[error.start]:02x}")
    if not text.endswith("\n"):
        return fault("does not end with a line end", "check that no line was cut off and end the file with one")
    if told := SEPARATOR_TOLD.match(text):
        return fault("is no header but a note of a spreadsheet", "delete the first line", 0, told[0])
    if separator := _other_separator(text.partition("\n")[0], names):
        problem = f"missing column {names[0]} and all others: columns are separated by {separator}, not by commas"
        return fault(problem, "save the table as CSV with commas between the columns and points in the numbers", 0)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return fault(f"not readable as CSV ({error})", "check the quotation marks")
    # One record per line keeps "row 7" and "line 8" the same place in any editor.
    if len(lines) != text.count("\n"):
        row = next(i for i, cells in enumerate(lines) if any("\n" in cell for cell in cells))
        return fault("holds a line break inside a cell", "write the cell on one line", row)
    return lines, []


def _other_separator(head: str, names: Sequence[str]) -> str:
    """What stands between the columns of a header, in words; "" where it is commas, or nobody can tell."""
    known = set(names)

    def columns(separator: str) -> int:
        return len({cell.strip().strip('"') for cell in head.split(separator)} & known)

    most = max(SEPARATORS, key=columns)
    return SEPARATORS[most] if columns(most) > max(columns(","), 1) else ""


def _header_problem(file: str, header: list[str], names: list[str]) -> Problem:
    remedy = f"the columns are: {', '.join(names)}"
    missing = [name for name in names if name not in header]
    extra = [name for name in header if name not in names]
    if missing or extra:
        parts = []
        if missing:
            parts.append(f"missing column {', '.join(missing)}")
        if extra:
            parts.append(f"unknown column {', '.join(repr(name) for name in extra)}")
        return Problem(file, 0, "", None, "; ".join(parts), remedy)
    return Problem(file, 0, "", None, "columns repeated or in another order", remedy)


class _Column(dict[str, tuple[tuple[str, str] | None, Cell]]):
    """Cells of one column by their text: fault and value. Most texts stand in many rows and are read once."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def __missing__(self, text: str) -> tuple[tuple[str, str] | None, Cell]:
        fault = cell_fault(self.field, text)
        self[text] = fault, None if fault else _cell(self.field, text)
        return self[text]


def _row_problems(file: str, number: int, texts: list[str], columns: list[_Column]) -> Iterator[Problem]:
    if not any(text.strip() for text in texts):
        yield Problem(file, number, "", None, "blank row", "delete the line")
        return
    if len(texts) != len(columns):
        yield Problem(
            file, number, "", None, f"{len(texts)} cells where the header has {len(columns)}",
            "check for a missing or extra comma, or text with commas that is not in quotation marks",
        )  # fmt: skip
        return
    for column, text in zip(columns, texts, strict=True):
        fault = column[text][0]
        if fault is not None:
            yield Problem(file, number, column.field.name, text, *fault)


def cell_fault(field: Field, text: str) -> tuple[str, str] | None:
    """Problem and remedy of one cell, None if it is sound. DataError if the pattern of the column never ends."""
    if text != text.strip():
        return "starts or ends with a space", "delete the space"
    if not text:
        return ("is empty", f"it is required: {field.description}") if field.required else None
    if fault := characters.cell_fault(field.name, text):
        return fault
    kind = TYPES[field.type]
    # A negative number is no formula, not even in a column of text.
    if text.startswith(FORMULA_STARTS) and not TYPES["number"].spelling.fullmatch(text):
        return "looks like a spreadsheet formula", "write the value, not a formula"
    if not kind.spelling.fullmatch(text):
        return f"is not {kind.article}", kind.remedy
    if field.type == "string" and (fault := characters.text_fault(text)):
        return fault
    try:
        value = kind.read(text)
    except ValueError:
        return f"is not {kind.article}", kind.remedy
    if field.enum and text not in field.enum:
        return "is not allowed", f"use one of: {' | '.join(field.enum)}"
    if field.pattern and not _has_form(field, text):
        return "does not have the form required", f"{field.description} (pattern {field.pattern})"
    if isinstance(value, int | float):
        if field.minimum is not None and value < field.minimum:
            return f"is below {field.minimum}", f"write a value of at least {field.minimum}"
        if field.maximum is not None and value > field.maximum:
            return f"is above {field.maximum}", f"write a value of at most {field.maximum}"
    return None


def _has_form(field: Field, text: str) -> bool:
    try:
        return matches(field.pattern, text)
    except NeverEnds:
        problem = f"comes to no end on the cell {text[:SHOWN_CHARACTERS]!r}"
        remedy = "write the pattern without a repeated part inside of a repeated part"
        raise DataError([Problem(DESCRIPTOR, None, field.name, field.pattern, problem, remedy)]) from None


def _cell(field: Field, text: str) -> Cell:
    """Typed value of a sound cell; an empty cell is "" for text, None for everything else."""
    if not text:
        return "" if field.type == "string" else None
    return TYPES[field.type].read(text)


def _repeated(file: str, rows: list[TypedRow], table: Table) -> Iterator[Problem]:
    keys = [table.primary_key] + [(field.name,) for field in table.fields if field.unique]
    for columns in dict.fromkeys(keys):
        first: dict[tuple[Cell, ...], int] = {}
        for row in rows:
            key = tuple(row.cells[name] for name in columns)
            if all(part in (None, "") for part in key):
                continue
            if key in first:
                yield Problem(
                    file, row.number, ", ".join(columns), " ".join(row.texts[name] for name in columns),
                    f"repeats row {first[key]}", "every row needs its own; delete the copy or rename it",
                )  # fmt: skip
            first.setdefault(key, row.number)
