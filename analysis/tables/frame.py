"""The tables' frame: rows of cells that were printed by ``analysis.numbers``, written as a Markdown pipe table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from analysis.numbers import Phrase, Printed, escaped

ALIGNMENT = {"l": ":{}-", "r": "-{}:", "c": ":{}:"}
#: pandoc reads the dashes under a pipe table's heads as relative widths once a line is longer than this
WIDE_LINE = 72
DASHES = 100

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
    """A table of printed cells.

    ``widths`` are the columns' relative widths, ``align`` one letter per column (l, r or c). A plain ``str`` in a
    cell is printed letter for letter; ``Printed``, ``Phrase`` and ``Markdown`` bring their own Markdown.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    widths: tuple[float, ...]
    align: str

    def __post_init__(self) -> None:
        columns = len(self.heads)
        if not len(self.widths) == len(self.align) == columns or any(len(row) != columns for row in self.rows):
            raise ValueError(f"a table of {columns} heads needs as many widths, alignments and cells in each row")
        if not self.rows:
            raise ValueError(f"the table with heads {', '.join(self.heads)} has no rows")

    def _repr_markdown_(self) -> str:
        body = [[markdown(cell) for cell in row] for row in self.rows]
        lines = tabulate(body, [escaped(head) for head in self.heads], "pipe", disable_numparse=True).splitlines()
        lines[1] = "|" + "|".join(self.rule()) + "|"
        return "\n".join(lines)

    def rule(self) -> Sequence[str]:
        """The line under the heads; its dashes say the relative widths."""
        total = sum(self.widths)
        counts = [max(round(DASHES * width / total) - 2, 1) for width in self.widths]
        return [ALIGNMENT[a].format("-" * n) for a, n in zip(self.align, counts, strict=True)]


def markdown(cell: Cell | Markdown) -> str:
    text = escaped(cell) if isinstance(cell, str) else str(cell)
    return " ".join(text.split("\n")) or " "
