"""The appendix of numbers: every printed number unrounded, with its method, its code and the rows behind it.

Every key has one place, named ``contract.place_of_key``, to which its printings in both documents lead:

- a result stands in the table of ``origins``, unrounded, with its family: method, code and rows are said once
- a cell of a row that was read somewhere stands in the table of ``rows``, with the words in which it was read
- a cell of a decision of this review, and a second computation, are shown in full where the supplement prints them:
  they need no row here, and the first printing is their place (publishing/filters/keys.lua)

Which keys these are is told by the logs: the document's own so far, since the appendix is the last that it prints,
and those of the other documents, which the engine ran before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.printing import cells, numbers
from analysis.printing.contract import place_of_key, place_of_row
from analysis.printing.keys import DEVIATION, SECOND
from analysis.printing.log import NoLog, read
from analysis.printing.printer import Printed, Printer, escaped
from analysis.proof.meaning import path, words
from analysis.proof.origins import origin
from analysis.review.tree import Review
from analysis.tables.frame import Markdown, Table

#: so many rows of the evidence are named one by one behind a result; of more, only the tables that they stand in
NAMED = 12
#: a row of the table holds so many signs, and at least one result: pages break between rows only
LONGEST = 1600
#: stands for the rows where they differ between the results of a row
EACH = "as said with each"
#: fields that name a result rather than say something about it
NAMES = ("label", "name")
#: part of a key → how it is written; any other part reads as it is, without underscores
SHORT = {
    "pooled": "",
    "p_value": "P",
    "tau2": "τ²",
    "tau2_low": "τ² low",
    "tau2_high": "τ² high",
    "i2": "I²",
    "i2_low": "I² low",
    "i2_high": "I² high",
    "q": "Q",
    "q_df": "Q df",
    "q_p_value": "Q P",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a family: its key, the keys printed of it, its method, and the ids of the rows behind them."""

    at: str
    keys: tuple[str, ...]
    method: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The keys that the documents print, each once, and those that this one prints as text."""

    keys: tuple[str, ...]
    shown_here: frozenset[str]


def origins(printer: Printer, *others: str) -> Table | Markdown:
    """Every result that the documents print, family by family: unrounded, with method, code and rows.

    ``others`` are the names of the other documents.
    """
    return of_documents(printer, others, table_of_origins)


def rows(printer: Printer, *others: str) -> Table | Markdown:
    """Every row of the evidence that a printed number or cell comes from, with the words in which it was read.

    ``others`` as for ``origins``. Decisions of this review that the supplement prints in full are not repeated.
    """
    return of_documents(printer, others, table_of_rows)


def of_documents(
    printer: Printer, others: Sequence[str], table: Callable[[Printer, Explained], Table]
) -> Table | Markdown:
    """The table for what this document printed so far and the others at all; a sentence if that is not known."""
    try:
        logs = [*(read(name, printer.tree.data_digest) for name in others), printer.log]
    except NoLog as unknown:
        if printer.log.path is not None:  # an engine is at work: what it makes is complete, or is not made
            raise
        return Markdown(f"This table is not complete: {escaped(str(unknown))}. Rendering the documents makes it so.")
    keys = dict.fromkeys(key for log in logs for key in log.printed_keys())
    # what the appendix prints is a number's place and needs no other, so it is not logged
    return table(Printer(printer.tree), Explained(tuple(keys), frozenset(printer.log.keys_of_text())))


def table_of_origins(printer: Printer, printed: Explained) -> Table:
    review: Review = printer.tree
    listed = set(listed_rows(review, printed))
    families: dict[str, dict[str, list[str]]] = {}
    for key in printed.keys:
        if not key.startswith((cells.PREFIX, SECOND, DEVIATION)):
            at = result_of(review, key)
            families.setdefault(family_of(review, at), {}).setdefault(at, []).append(key)
    return Table(
        heads=("Results", "Numbers, unrounded", "Method and code", "Rows of the evidence"),
        rows=tuple(
            table_row(printer, family, run, listed)
            for family, found in families.items()
            for alike in by_method(review, family, [result(review, at, keys) for at, keys in found.items()])
            for run in runs(printer, family, alike)
        ),
        align="llll",
    )


def result(review: Review, at: str, keys: Sequence[str]) -> Result:
    telling = [key for key in keys if key not in names(at)] or list(keys)
    behind = dict.fromkeys(row for key in telling for row in origin(review, key).rows)
    return Result(at, tuple(keys), origin(review, telling[-1]).method, tuple(behind))


def names(at: str) -> list[str]:
    return [f"{at}.{field}" for field in NAMES]


def by_method(review: Review, family: str, results: Sequence[Result]) -> Iterator[list[Result]]:
    """The results of a family in groups of one method; those whose names say their methods are one group."""
    groups: dict[str, list[Result]] = {}
    for one in results:
        groups.setdefault("" if one.method in name_of(review, family, one) else one.method, []).append(one)
    yield from groups.values()


def runs(printer: Printer, family: str, results: Sequence[Result]) -> Iterator[list[Result]]:
    """Results in runs that fit into a row of the table."""
    run: list[Result] = []
    length = 0
    for one in results:
        text = explained(printer, family, one, ", ".join(one.rows) if few(one.rows) else "")
        signs = len(re.sub(r"\{[^}]*\}|\(#[^)]*\)", "", text))
        if run and length + signs > LONGEST:
            yield run
            run, length = [], 0
        run.append(one)
        length += signs
    yield run


def table_row(printer: Printer, family: str, run: Sequence[Result], listed: set[str]) -> tuple[object, ...]:
    """Family, numbers, method and code, rows: what the results share is said once, what differs with each."""
    review: Review = printer.tree
    method = escaped(run[0].method.replace("``", "")) if len({one.method for one in run}) == 1 else "as named"
    codes = functions(origin(review, key).code.name for one in run for key in one.keys)
    behind, notes = rows_of_run(review, run, listed)
    said = (explained(printer, family, one, note) for one, note in zip(run, notes, strict=True))
    return (
        ", ".join(words(review, family)) or "the review",
        Markdown(". ".join(said)),
        Markdown(f"{method} ({codes})"),
        Markdown(behind),
    )


def rows_of_run(review: Review, run: Sequence[Result], listed: set[str]) -> tuple[str, list[str]]:
    """The rows behind all results of a run, and for each result what to add: which of them are not behind it."""
    each = [named(review, one.rows, listed) for one in run]
    if len(set(each)) == 1:
        return each[0] or numbers.EN_DASH, [""] * len(run)
    every = list(dict.fromkeys(row for one in run for row in one.rows))
    if not few(every):
        return EACH, [
            "same rows" if text == before else text for text, before in zip(each, ["", *each], strict=False)
        ]
    notes = []
    for one, text in zip(run, each, strict=True):
        missing = [row for row in every if row not in one.rows]
        without = f"without {named(review, missing, listed)}" if missing else ""
        notes.append(without if len(missing) < len(one.rows) else f"from {text}" if text else "")
    return named(review, every, listed), notes


def explained(printer: Printer, family: str, one: Result, note: str) -> str:
    """``*A 2023* (without …): estimate 0.8776595745; low 0.6357507953``, each under its key's anchor."""
    review: Review = printer.tree
    named_by = next((key for key in one.keys if key in names(one.at)), "")
    name = placed(printer.unrounded(named_by)) if named_by else ""
    name = name or escaped(name_of(review, family, one))
    lead = f"*{name}*" if name else ""
    if note:
        lead += f" ({note})"
    values = "; ".join(value(printer, one, key) for key in one.keys if key != named_by)
    return ": ".join(part for part in (lead.strip(), values) if part)


def name_of(review: Review, family: str, one: Result) -> str:
    """The result's name within its family; "" for what stands directly in the family."""
    here = words(review, one.at)[len(words(review, family)) :]
    return ", ".join(word for word in here if word)


def value(printer: Printer, one: Result, key: str) -> str:
    """``estimate 0.7970476469`` under the key's anchor, with a link to its second computation if there is one."""
    inner = key.removeprefix(f"{one.at}.") if one.at else key
    name = " ".join(filter(None, (SHORT.get(part, part.replace("_", " ")) for part in inner.split("."))))
    checked = any(check.key == key for check in printer.tree.crosschecks)
    again = f" ([recomputed](#{place_of_key(SECOND + key)}))" if checked else ""
    return f"{escaped(name)} {placed(printer.unrounded(key))}{again}"


def placed(printed: Printed) -> str:
    """A printed number that is itself the place of its key."""
    return f'[{escaped(printed.text)}]{{#{place_of_key(printed.key)} data-key="{printed.key}"}}'


def result_of(review: Review, key: str) -> str:
    """The key of the result that ``key`` is explained with: the innermost entry of a mapping, else what holds it."""
    holder = key.rpartition(".")[0]
    if not holder:
        return ""
    steps, found = holder.split("."), path(review, holder)
    entries = [number for number, one in enumerate(found[:-1], start=1) if isinstance(one, Mapping)]
    return ".".join(steps[: entries[-1]]) if entries else holder


def family_of(review: Review, at: str) -> str:
    """The key of the family of the result at ``at``: the first step of its key, or two if there a mapping stands."""
    steps = at.split(".")[:2]
    if len(steps) == 2 and isinstance(path(review, ".".join(steps))[-1], Mapping):
        return ".".join(steps)
    return steps[0]


def functions(codes: Iterable[str]) -> str:
    """The functions that set the results, each once; the fields are named beside the numbers."""
    return ", ".join(f"`{name}`" for name in sorted({code.partition(":")[0] for code in codes}))


# Rows of the evidence ----------------------------------------------------------------------------------------------


def table_of_rows(printer: Printer, printed: Explained) -> Table:
    return Table(
        heads=("Row", "Where", "Words read"),
        rows=tuple(
            (
                Markdown(
                    "".join(f"[]{{#{place_of_key(key)}}}" for key in keys)
                    + f"[`{row_id}`]{{#{place_of_row(row_id)}}}"
                ),
                Markdown(where(printer, row_id)),
                words_read(printer, row_id),
            )
            for row_id, keys in listed_rows(printer.tree, printed).items()
        ),
        align="lll",
    )


def listed_rows(review: Review, printed: Explained) -> dict[str, list[str]]:
    """Row → the keys of its cells that have their place in the table of rows."""
    found: dict[str, list[str]] = {}
    for key in printed.keys:
        if key.startswith(cells.PREFIX):
            found.setdefault(cells.row_and_column(key)[0], []).append(key)
        elif not key.startswith((SECOND, DEVIATION)):
            behind = origin(review, key).rows
            for row_id in behind if few(behind) else ():
                found.setdefault(row_id, [])
    for row_id, keys in list(found.items()):
        own = [cells.key_of(row_id, column) for column in proving(review, row_id)]
        if is_decision(review, row_id) and printed.shown_here.issuperset([*keys, *own]):
            del found[row_id]
        else:
            found[row_id] = list(dict.fromkeys([*keys, *own]))
    return found


def is_decision(review: Review, row_id: str) -> bool:
    """Whether the row was decided here and not read somewhere."""
    return not getattr(review.evidence.row(row_id), "locator", "")


def named(review: Review, row_ids: Sequence[str], listed: set[str]) -> str:
    """Links to rows, or the tables that hold them if they are many."""
    if few(row_ids):
        return ", ".join(f"[`{row}`](#{shown_at(review, row, listed)})" for row in row_ids)
    ids = {row.row_id: name for name, found in review.evidence.tables().items() for row in found}
    tables = dict.fromkeys(ids[row] for row in row_ids)
    return "rows of " + ", ".join(f"`data/{name}.csv`" for name in tables)


def few(row_ids: Sequence[str]) -> bool:
    """Whether the rows are named one by one; the log of records is not, as the flow diagram counts it by box."""
    return len(row_ids) <= NAMED and not any(row_id.startswith("record-") for row_id in row_ids)


def shown_at(review: Review, row_id: str, listed: set[str]) -> str:
    """Where a row is shown: in the table of rows, or where the supplement prints its words."""
    if row_id in listed:
        return place_of_row(row_id)
    return place_of_key(cells.key_of(row_id, proving(review, row_id)[-1]))


def where(printer: Printer, row_id: str) -> str:
    """The locator, linked to the address; for a decision of the review, who took it."""
    row = printer.tree.evidence.row(row_id)
    if is_decision(printer.tree, row_id):
        return "decision of this review"
    located_at = printer.cell(row_id, "locator")
    return f"[{located_at}]({row.address})" if getattr(row, "address", "") else str(located_at)


def words_read(printer: Printer, row_id: str) -> Printed | str:
    column = words_column(printer.tree, row_id)
    return printer.cell(row_id, column) if column else numbers.EN_DASH


def words_column(review: Review, row_id: str) -> str:
    """The column with the words behind a row: a quotation, or the reason of a decision."""
    row = review.evidence.row(row_id)
    return next((name for name in ("quotation", "reason", "resolution") if getattr(row, name, "")), "")


def proving(review: Review, row_id: str) -> list[str]:
    """The columns that the table of rows itself prints."""
    located_at = "" if is_decision(review, row_id) else "locator"
    return [column for column in (located_at, words_column(review, row_id)) if column]
