"""The tables' frame: rows of cells that were printed by ``analysis.printing``, written as a Markdown pipe table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from analysis.printing.printer import Phrase, Printed, escaped

ALIGNMENT = {"l": "left", "r": "right", "c": "center"}

Cell = Printed | Phrase | str


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that is Markdown already, such as a citation."""

    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Table:
    """A table of printed cells under printed heads.

    ``align`` has one letter per column (l, r or c). A plain ``str`` in a cell is printed letter for letter;
    ``Printed``, ``Phrase`` and ``Markdown`` bring their own Markdown. The page decides the columns' widths.
    """

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Any, ...], ...]
    align: str

    def __post_init__(self) -> None:
        columns = len(self.heads)
        if len(self.align) != columns or any(len(row) != columns for row in self.rows):
            raise ValueError(f"a table of {columns} heads needs as many alignments and cells in each row")
        if not self.rows:
            raise ValueError(f"the table with heads {', '.join(map(str, self.heads))} has no rows")

    def _repr_markdown_(self) -> str:
        body = [[markdown(cell) for cell in row] for row in self.rows]
        align = [ALIGNMENT[letter] for letter in self.align]
        padded = tabulate(
            body, [markdown(head) for head in self.heads], "pipe", colalign=align, disable_numparse=True
        )
        # the padding that lines up the columns for a reader of the source is nine tenths of a large table
        return re.sub(r" {2,}", " ", re.sub(r"-{4,}", "---", padded, count=len(self.heads)))


def markdown(cell: Cell | Markdown) -> str:
    text = escaped(cell) if isinstance(cell, str) else str(cell)
    return " ".join(text.split("\n")) or " "
