"""The tables' frame: rows of cells that were printed by ``analysis.printing``, written as a Markdown pipe table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tabulate import tabulate

from analysis.evidence.rows import Row
from analysis.printing.cells import PREFIX
from analysis.printing.printer import Phrase, Printed, Printer, escaped
from analysis.results.tree import Review

ALIGNMENT = {"l": "left", "r": "right", "c": "center"}

Result = TypeVar("Result")
Read = TypeVar("Read", bound=Row)


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that is Markdown already, such as a citation."""

    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


Cell = Printed | Phrase | Markdown | str
#: head and alignment of a column, and its cells: a template, or a function of a row's key and result
Column = tuple[str | Phrase, str, str | Callable[[str, Result], Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of printed cells under printed heads.

    ``align`` has one letter per column (l, r or c). A plain ``str`` in a cell is printed letter for letter;
    ``Printed``, ``Phrase`` and ``Markdown`` bring their own Markdown. The page decides the columns' widths.
    ``nothing`` is the sentence that stands in place of a table without rows; without it no rows are an error.
    """

    heads: tuple[Cell, ...]
    rows: tuple[tuple[object, ...], ...]
    align: str
    nothing: Phrase | str = ""

    def __post_init__(self) -> None:
        columns = len(self.heads)
        if len(self.align) != columns or any(len(row) != columns for row in self.rows):
            raise ValueError(f"a table of {columns} heads needs as many alignments and cells in each row")
        if not self.rows and not self.nothing:
            raise ValueError(f"the table with heads {', '.join(map(str, self.heads))} has no rows")

    def _repr_markdown_(self) -> str:
        if not self.rows:
            return markdown(self.nothing)
        body = [[markdown(cell) for cell in row] for row in self.rows]
        align = [ALIGNMENT[letter] for letter in self.align]
        padded = tabulate(
            body, [markdown(head) for head in self.heads], "pipe", colalign=align, disable_numparse=True
        )
        # the padding that lines up the columns for a reader of the source is nine tenths of a large table
        return re.sub(r" {2,}", " ", re.sub(r"-{4,}", "---", padded, count=len(self.heads)))


def by_columns(
    printer: Printer,
    rows: Iterable[tuple[str, Result]],
    *columns: Column[Result],
    nothing: Phrase | str = "",
    **heads_print: str,
) -> Table:
    """A table of one row per result, told column by column. ``rows`` gives the key of each result and the result.

    Heads and cells are templates of ``Printer.say``; the keys in a cell go on from the key of its row. The keys of
    ``heads_print`` are printed once, after the rows, for the heads that hold their names. ``nothing`` stands in place
    of a table without rows, whose heads print nothing.
    """
    cells = tuple(
        tuple(printer.say(cell, at) if isinstance(cell, str) else cell(at, result) for _, _, cell in columns)
        for at, result in rows
    )
    if not cells and nothing:
        return Table(("",) * len(columns), (), "".join(align for _, align, _ in columns), nothing)
    pieces: dict[str, Printed | Phrase | str] = {name: printer(key) for name, key in heads_print.items()}
    heads = tuple(head if isinstance(head, Phrase) else printer.say(head, "", **pieces) for head, _, _ in columns)
    return Table(heads, cells, "".join(align for _, align, _ in columns))


def under(key: str, results: Mapping[str, Result]) -> Iterator[tuple[str, Result]]:
    """(key, result) of each result of the mapping at ``key``."""
    return ((f"{key}.{name}", result) for name, result in results.items())


def read(rows: Iterable[Read]) -> Iterator[tuple[str, Read]]:
    """(key, row) of each row of the evidence."""
    return ((f"{PREFIX}{row.row_id}", row) for row in rows)


def cite(name: Printed | str, citation: str) -> Markdown:
    """A trial's or review's name with its reference."""
    return Markdown(f"{name} [@{citation}]" if citation else f"{name}")


def cite_trial(printer: Printer, name: str) -> Markdown:
    review: Review = printer.tree
    return cite(printer.cell(name, "label"), review.evidence.trial(name).citation)


def markdown(cell: object) -> str:
    text = escaped(cell) if isinstance(cell, str) else str(cell)
    return " ".join(text.split("\n")) or " "
