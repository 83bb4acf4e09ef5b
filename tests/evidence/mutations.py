"""Ways to spoil a copy of data/, made systematically from its descriptor and its rows.

A mutation changes the bytes of files and says what must come of it: refused at a place, or harmless. The catalogue is
the same on every machine: rows and values are taken in turn, never at random.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA, Evidence, load
from analysis.evidence.problems import SHOWN_CHARACTERS
from analysis.evidence.rows import Choice, Count
from analysis.evidence.schema import DESCRIPTOR, Field, Table

Files = dict[str, bytes | None]
Rows = list[list[str]]
#: tables whose rows only the loader reads, not the results
BOOKKEEPING = ("seals", "confirmations")
EVENTS = ("events_treatment", "n_treatment", "events_control", "n_control")


@dataclass(frozen=True)
class Mutation:
    """A change of files and where it must be found.

    group: the kind of slip, for the tally; changed: the files that it writes (None: deletes); row: number of the row
    at fault, 0 the header, None any; column: "" for any; says: words of the message. `harmless`: it must load, and
    the results must be the original's.
    """

    name: str
    group: str
    changed: Files
    file: str = ""
    row: int | None = None
    column: str = ""
    says: str = ""
    harmless: bool = False


def files_of(folder: Path) -> Files:
    """The files of a data folder that mutations may change."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}


def rows_of(raw: bytes) -> Rows:
    return list(csv.reader(io.StringIO(raw.decode("utf-8"))))


def bytes_of(rows: Rows, quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[call-overload]
    return text.getvalue().encode()


def catalogue() -> list[Mutation]:
    """All mutations, each with its own name."""
    files, tables = files_of(DATA), read_descriptor(DATA)
    made = [
        *broken_files(files, tables),
        *broken_cells(files, tables),
        *other_values(files, tables),
        *moved_rows(files, tables),
        *slips_in_counts(files),
        *slips_in_choices(files),
        *slips_of_units(files),
        *harmless(files, tables),
        *other_descriptors(files),
    ]
    return numbered(made)


def numbered(made: Sequence[Mutation]) -> list[Mutation]:
    """The mutations, those of the same name told apart by a number."""
    numbers: dict[str, Iterator[int]] = {}
    return [replace(m, name=f"{m.name}-{next(numbers.setdefault(m.name, count(1)))}") for m in made]


BYTES: dict[str, tuple[Callable[[bytes], bytes | None], int | None, str]] = {
    "BOM": (lambda raw: b"\xef\xbb\xbf" + raw, 0, "byte order mark"),
    "CRLF": (lambda raw: raw.replace(b"\n", b"\r\n"), 0, "carriage return"),
    "Latin-1": (lambda raw: raw.replace(b"a", b"\xe4", 1), None, "not UTF-8"),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16-le"), None, "NUL byte"),
    "empty file": (lambda raw: b"", None, "the file is empty"),
    "header only": (lambda raw: raw[: raw.index(b"\n") + 1], None, "holds no rows"),
    "cut off": (lambda raw: raw[:-7], None, "does not end with a line end"),
    "huge file": (lambda raw: raw + b"x" * 6_000_000, None, "more than 5000000"),
    "semicolons": (lambda raw: raw.replace(b",", b";"), 0, "columns are separated by semicolons, not by commas"),
    "tabs": (lambda raw: raw.replace(b",", b"\t"), 0, "columns are separated by tabs, not by commas"),
    "missing file": (lambda raw: None, None, "the file is missing"),
    "blank line": (lambda raw: raw + b"\n", None, "blank row"),
    "header twice": (lambda raw: raw[: raw.index(b"\n") + 1] + raw, 1, ""),
}


def broken_files(files: Files, tables: tuple[Table, ...]) -> Iterator[Mutation]:
    """Each table in three ways, so that each way meets several tables."""
    ways = list(BYTES)
    for number, table in enumerate(tables):
        for step in range(3):
            way = ways[(3 * number + step) % len(ways)]
            change, row, says = BYTES[way]
            raw = files[table.path]
            assert raw is not None
            if change(raw) == raw:
                continue
            yield Mutation(f"{way} in {table.name}", way, {table.path: change(raw)}, table.path, row, "", says)
    stray: Files = {"counts_old.csv": files["counts.csv"]}
    yield Mutation("undeclared file", "undeclared file", stray, "counts_old.csv", says="is not declared")


#: type → (kind of slip, how it spoils a cell, what the message says)
SPOILT: dict[str, tuple[tuple[str, Callable[[str], str], str], ...]] = {
    "integer": (
        ("wrong type", lambda text: f"{text}x", "is not an integer"),
        ("comma decimal", lambda text: f"{text},0", "is not an integer"),
        ("trailing space", lambda text: f"{text} ", "starts or ends with a space"),
        ("formula text", lambda text: "=1+1", "looks like a spreadsheet formula"),
        ("wrong type", lambda text: f"{text}.0", "is not an integer"),
    ),
    "number": (
        ("comma decimal", lambda text: text.replace(".", ",") if "." in text else f"{text},0", "is not a number"),
        ("wrong type", lambda text: "NaN", "is not a number"),
        ("wrong type", lambda text: f"{text}e0", "is not a number"),
        ("formula text", lambda text: f"={text}", "looks like a spreadsheet formula"),
    ),
    "boolean": (("wrong type", lambda text: text.upper(), "is not a yes/no value"),),
    "date": (("wrong type", lambda text: "22/11/2026", "is not a date"),),
    "year": (("wrong type", lambda text: text[2:], "is not a year"),),
    "string": (
        ("formula text", lambda text: "=1+1", "looks like a spreadsheet formula"),
        ("trailing space", lambda text: f"{text} ", "starts or ends with a space"),
        ("control character", lambda text: f"{text}\tx", "holds a control character"),
        ("leading space", lambda text: f" {text}", "starts or ends with a space"),
    ),
}


def broken_cells(files: Files, tables: tuple[Table, ...]) -> Iterator[Mutation]:
    """One cell of every second column of each table, spoilt in turn in each way that its type allows."""
    turn = count()
    for table in tables:
        rows = rows_of(files[table.path] or b"")
        for position, field in list(enumerate(table.fields))[next(turn) % 3 :: 3]:
            number = filled(rows, position, next(turn))
            if number is None:
                continue
            ways = SPOILT[field.type]
            group, spoil, says = ways[number % len(ways)]
            yield cell(table, rows, number, position, spoil(rows[number][position]), group, says)
        for position, field in enumerate(table.fields):
            number = filled(rows, position, next(turn))
            if number is None:
                continue
            if field.enum and next(turn) % 2:
                yield cell(table, rows, number, position, "somewhat", "unknown code", "is not allowed")
            elif field.required and field.type == "string" and next(turn) % 4 == 0:
                yield cell(table, rows, number, position, "", "empty cell", "is empty")
        for key in table.foreign_keys:
            position = [field.name for field in table.fields].index(key.field)
            number = filled(rows, position, next(turn))
            if number is not None:
                yield cell(table, rows, number, position, "nobody", "dangling key", "is no ")


def filled(rows: Rows, position: int, turn: int) -> int | None:
    """Number of a row whose cell is not empty, another one at each turn."""
    numbers = [number for number, row in enumerate(rows) if number and row[position]]
    return numbers[7 * turn % len(numbers)] if numbers else None


def cell(
    table: Table, rows: Rows, number: int, position: int, text: str, group: str, says: str = "", column: str = ""
) -> Mutation:
    """One cell written anew, to be found there."""
    changed = [list(row) for row in rows]
    changed[number][position] = text
    name = table.fields[position].name
    files: Files = {table.path: bytes_of(changed)}
    return Mutation(f"{group}, {table.name}.{name}", group, files, table.path, number, column or name, says)


def other_values(
    files: Files, tables: tuple[Table, ...], names: Sequence[str] = (), step: int = 2
) -> Iterator[Mutation]:
    """In every column a cell that is sound but wrong: the value of another row, another code, a digit more.

    names: of the tables, all but those of bookkeeping if empty; step: 1 takes every column, 2 every second.
    """
    turn = count()
    for table in tables:
        if table.name not in names if names else table.name in BOOKKEEPING:
            continue
        rows = rows_of(files[table.path] or b"")
        referred = {key.target_field for other in tables for key in other.foreign_keys if key.target == table.name}
        for position, field in list(enumerate(table.fields))[next(turn) % step :: step]:
            number = filled(rows, position, next(turn)) or 1
            old = rows[number][position]
            new = sound_but_wrong(rows, position, number, field)
            if new is None:
                continue
            mutation = cell(table, rows, number, position, new, "wrong value")
            if field.name in referred:
                # Rows that refer to the old key come first in the messages.
                mutation = replace(mutation, file="", row=None, column="", says=old)
            yield mutation


def sound_but_wrong(rows: Rows, position: int, number: int, field: Field) -> str | None:
    """Another value that the column could hold."""
    old = rows[number][position]
    if field.name == "row_id" or field.unique:
        return f"{old}2"
    others = [row[position] for row in rows[1:] if row[position] not in ("", old)]
    if others:
        return others[number % len(others)]
    if field.enum:
        return next(code for code in field.enum if code != old)
    return {"string": f"{old}2", "boolean": "false" if old == "true" else "true"}.get(field.type)


def moved_rows(files: Files, tables: tuple[Table, ...]) -> Iterator[Mutation]:
    """Rows lost, doubled and shifted in each table."""
    for turn, table in enumerate(tables):
        rows = rows_of(files[table.path] or b"")
        if len(rows) < 3:  # one row alone has no other place, and to lose it is to have the header only
            continue
        # The first seals are those of the descriptor, which is called otherwise in the messages.
        number = len(rows) - 1 if table.name == "seals" else 1 + 5 * turn % (len(rows) - 1)
        lost = [row for place, row in enumerate(rows) if place != number]
        # Rows that refer to the lost outcome come first in the messages, and call it by its name.
        named = {"seals": "row", "outcomes": "name", "scales": "quantity"}.get(table.name, rows[0][0])
        key = rows[number][rows[0].index(named)][: SHOWN_CHARACTERS - 1]  # a message shows no more of a long name
        yield Mutation(f"lost row, {table.name}", "lost row", {table.path: bytes_of(lost)}, says=key)
        doubled: Files = {table.path: bytes_of([*rows, rows[number]])}
        yield Mutation(
            f"doubled row, {table.name}", "doubled row", doubled, table.path, len(rows), says="repeats row"
        )
        without = [list(row) for row in rows]
        del without[number][-2]
        yield Mutation(
            f"shifted columns, {table.name}", "shifted columns", {table.path: bytes_of(without)}, table.path, number,
            says="cells where the header has",
        )  # fmt: skip
        last = [list(row) for row in rows]
        last[number] = [last[number][0], *last[number][2:], last[number][1]]
        yield Mutation(
            f"shifted columns, {table.name}", "shifted columns", {table.path: bytes_of(last)}, table.path, number
        )
        turned: Files = {table.path: bytes_of([rows[0], *rows[:0:-1]])}
        says = "stands in another place than when it was sealed" if table.name != "records" else "stands at place 1"
        where = "" if table.name in BOOKKEEPING else table.path
        yield Mutation(f"rows turned, {table.name}", "rows in another order", turned, where, says=says)
        renamed = [[f"{rows[0][0]} ", *rows[0][1:]], *rows[1:]]
        yield Mutation(
            f"renamed column, {table.name}", "renamed column", {table.path: bytes_of(renamed)}, table.path, 0,
            says="missing column",
        )  # fmt: skip


def slips_in_counts(files: Files) -> Iterator[Mutation]:
    """Slips in the counts that results rest on: arms swapped, digits and sizes changed, arms or rows confused."""
    evidence = load()
    rows = rows_of(files["counts.csv"] or b"")
    at = [rows[0].index(name) for name in EVENTS]
    used = {choice.rows for choice in evidence.choices if choice.role != "listed"}
    for number, row in enumerate(rows):
        if row[0] not in used:
            continue
        count_row = evidence.row(row[0])
        assert isinstance(count_row, Count)
        for group, change in slips(count_row):
            values = [str(getattr(count_row, name)) for name in EVENTS]
            new = [str(value) for value in change]
            if new == values:
                continue
            changed = [list(line) for line in rows]
            for position, text in zip(at, new, strict=True):
                changed[number][position] = text
            yield Mutation(f"{group}, {row[0]}", group, {"counts.csv": bytes_of(changed)}, "counts.csv", number)


def slips(row: Count) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    a, n1, c, n2 = (getattr(row, name) for name in EVENTS)
    yield "swapped arms", (c, n2, a, n1)
    yield "swapped events", (c, n1, a, n2)
    yield "changed count", (a + 1, n1, c, n2)
    yield "changed count", (a, n1, max(c - 1, 0), n2)
    yield "changed arm size", (a, n1 - 1, c, n2)
    yield "changed arm size", (a, n1, c, n2 + 1)
    yield "digits transposed", tuple(int(str(value)[::-1]) for value in (a, n1, c, n2))  # type: ignore[misc]
    yield "survivors for deaths", (n1 - a, n1, n2 - c, n2)


def slips_in_choices(files: Files) -> Iterator[Mutation]:
    """Another row of counts chosen, another role given, a choice lost or made twice."""
    evidence = load()
    rows = rows_of(files["choices.csv"] or b"")
    names = rows[0]
    for number, choice in enumerate(evidence.choices, start=1):
        for group, changes in choice_slips(evidence, choice):
            changed = [list(row) for row in rows]
            for column, text in changes.items():
                changed[number][names.index(column)] = text
            yield Mutation(
                f"{group}, {choice.row_id}", group, {"choices.csv": bytes_of(changed)}, "choices.csv", number
            )


def choice_slips(evidence: Evidence, choice: Choice) -> Iterator[tuple[str, dict[str, str]]]:
    others = [
        row.row_id for row in evidence.counts
        if row.trial == choice.trial and row.outcome == choice.analysis and row.row_id != choice.rows
    ]  # fmt: skip
    if others:
        yield "changed choice", {"rows": others[0]}
    roles = {"primary": "listed", "listed": "primary", "sensitivity": "primary", "context": "sensitivity"}
    yield "changed choice", {"role": roles[choice.role]}


UNITS = {
    ("continuous", "unit", "mm Hg"): "kPa",
    ("continuous", "unit", "days"): "hours",
    ("continuous", "unit", "mg/L"): "mg/dL",
    ("baseline", "unit", "years"): "months",
    ("baseline", "unit", "mm Hg"): "kPa",
    ("scales", "unit", "days"): "weeks",
    ("counts", "counted_unit", "patients"): "events",
    ("counts", "counted_unit", "events"): "patients",
    ("continuous", "statistic", "median/IQR"): "mean/95% CI",
    ("continuous", "statistic", "mean/SD"): "mean/SE",
    ("published", "measure", "RR"): "OR",
    ("published", "measure", "MD"): "SMD",
}


def slips_of_units(files: Files) -> Iterator[Mutation]:
    """A unit, a measure or a statistic that is another one."""
    for (table, column, old), new in UNITS.items():
        rows = rows_of(files[f"{table}.csv"] or b"")
        position = rows[0].index(column)
        for number in [place for place, row in enumerate(rows) if row[position] == old][:2]:
            changed = [list(row) for row in rows]
            changed[number][position] = new
            found: Files = {f"{table}.csv": bytes_of(changed)}
            # A scale's unit contradicts the rows that use it, which come first in the messages.
            name = f"wrong unit, {table}.{column}"
            if table == "scales":
                yield Mutation(name, "wrong unit", found, says=f"is not {new}")
            else:
                yield Mutation(name, "wrong unit", found, f"{table}.csv", number)


def harmless(files: Files, tables: tuple[Table, ...]) -> Iterator[Mutation]:
    """What another program may do to a file without changing what it says."""
    for table in tables[::3]:
        quoted: Files = {table.path: bytes_of(rows_of(files[table.path] or b""), csv.QUOTE_ALL)}
        yield Mutation(f"all cells quoted, {table.name}", "all cells quoted", quoted, harmless=True)
    yield Mutation("codebook changed", "codebook changed", {"README.md": b"# Notes\n"}, harmless=True)
    yield Mutation("note added", "file of notes", {"notes.txt": b"to do\n"}, harmless=True)


def other_descriptors(files: Files) -> Iterator[Mutation]:
    """A descriptor that asks less, more, or something else."""

    def edited(name: str, change: Callable[[list], object], says: str = "", at: str = DESCRIPTOR) -> Mutation:
        package = json.loads(files[DESCRIPTOR] or b"")
        change(package["resources"])
        text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
        changed: Files = {DESCRIPTOR: text.encode()}
        return Mutation(f"descriptor: {name}", "changed descriptor", changed, at, says=says)

    def events(resources: list) -> dict:
        return resources[1]["schema"]["fields"][6]

    yield edited("integer as number", lambda r: events(r).update(type="number"), "other columns or types")
    yield edited("integer as text", lambda r: events(r).update(type="string"), "of a column of type string")
    yield edited("column lost", lambda r: r[1]["schema"]["fields"].pop(6), "other columns or types")
    yield edited("table lost", lambda r: r.pop(3), "is not declared in datapackage.json", at="biomarkers.csv")
    yield edited("unknown constraint", lambda r: events(r)["constraints"].update(maxLength=3), "not supported")
    yield edited("other delimiter", lambda r: r[1]["dialect"].update(delimiter=";"), "unknown dialect")
    yield edited("no minimum", lambda r: events(r).pop("constraints"), "minimum 0 is dropped")
    yield edited("other words", lambda r: events(r).update(description="deaths"), "is 'deaths', since")
    yield edited("no foreign keys", lambda r: r[1]["schema"].pop("foreignKeys"), "foreign keys is dropped")
    yield Mutation("descriptor: not JSON", "changed descriptor", {DESCRIPTOR: b"{"}, DESCRIPTOR, says="not readable")
    yield Mutation("descriptor: lost", "changed descriptor", {DESCRIPTOR: None}, DESCRIPTOR, says="missing")
