"""A qmd file taken apart: front matter, Markdown blocks with their inline expressions, cells with their options.

jupytext decides what is a cell; this module adds what it does not keep, the line of everything, and refuses what the
engines would not treat alike.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.project.configuration import Settings, read_front_matter, read_settings, read_source
from publishing.project.errors import PublishingError
from publishing.project.lean_imports import without
from publishing.project.supported_keys import CELL

# Quarto's own pattern: a blank or tab after the brace, no back-tick inside.
_INLINE = re.compile(r"(?<!`)`\{python\}[ \t]([^`]+)`")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([^`]*?)\s*$")
_OPTION = re.compile(r"^#\|\s?(.*)$")
# Comments hide nothing from jupytext: "# %magic" must stay the comment it is.
_FORMAT = {"extension": ".Rmd", "format_name": "rmarkdown", "comment_magics": False}

#: what a run gives: an output of a cell as notebooks have it, or the forms of an expression's value by MIME type
Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inline:
    """One `` `{python} expression` ``: its place in the block's text and its line in the file."""

    expression: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text between two cells; ``line`` is the line of its first character."""

    text: str
    line: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A Python cell. ``source`` is all of it, options included; ``line`` is the line of its first line of source."""

    source: str
    line: int
    options: Mapping[str, Any]
    option_lines: int

    @property
    def label(self) -> str | None:
        return self.options.get("label")

    @property
    def code(self) -> str:
        """The source without its options."""
        return "\n".join(self.source.split("\n")[self.option_lines :]).strip("\n")


@dataclass(frozen=True, slots=True)
class Document:
    """A qmd file: ``body`` has as many lines as the file, the front matter's being empty."""

    path: Path
    front: Settings
    body: str
    blocks: tuple[Markdown | Cell, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Cell))

    @property
    def scannable(self) -> str:
        """The body with its cells as ordinary code blocks, line for line, so that pandoc can read it unexecuted."""
        lines = self.body.split("\n")
        for cell in self.cells:
            shown = all(cell.options.get(key, True) for key in ("include", "eval", "output"))
            lines[cell.line - 2] = "```python" if shown else "```text"
        return "\n".join(lines)

    def error(self, message: str, line: int | None, remedy: str | None = None) -> PublishingError:
        return PublishingError(message, source=self.path, line=line, remedy=remedy)

    def line_of(self, pattern: str) -> int | None:
        """The first line of the body that the regular expression is found in, or None."""
        for number, line in enumerate(self.body.split("\n"), start=1):
            if re.search(pattern, line):
                return number
        return None


@dataclass(frozen=True, slots=True)
class Executed:
    """A document after its one run: per block the outputs of the cell or the values of the inline expressions.

    ``failures`` are what a run that keeps going passed over; the text says so in their places.
    """

    document: Document
    results: tuple[tuple[Shown, ...], ...]
    failures: tuple[PublishingError, ...] = ()


def read_document(path: Path) -> Document:
    """Read and validate a qmd file.

    Raises :class:`PublishingError` naming file and line for missing or unknown front matter, an unknown or malformed
    cell option, a cell of another engine, options in the fence line, or a label used twice.
    """
    text = read_source(path)
    lines = text.split("\n")
    end = _front_matter_end(path, lines)
    front = read_front_matter(path, "\n".join(lines[1:end]))
    body = "\n".join([""] * (end + 1) + lines[end + 1 :])
    document = Document(path, front, body, _blocks(path, body, text))
    _check(document)
    return document


def _front_matter_end(path: Path, lines: list[str]) -> int:
    if lines[0].rstrip() == "---":
        for index, line in enumerate(lines[1:], start=1):
            if line.rstrip() in ("---", "..."):
                return index
    raise PublishingError(
        "the document has no front matter.",
        source=path,
        line=1,
        remedy="begin with a line '---', the keys (at least title), and a line '---'.",
    )


def _blocks(path: Path, body: str, text: str) -> tuple[Markdown | Cell, ...]:
    lines = body.split("\n")
    blocks: list[Markdown | Cell] = []
    position = 0
    for opening, closing in _cell_fences(path, lines):
        blocks += _markdown(lines[position:opening], position + 1)
        blocks.append(_cell(path, "\n".join(lines[opening + 1 : closing]), opening + 2))
        position = closing + 1
    blocks += _markdown(lines[position:], position + 1)
    _agree_with_jupytext(path, text, [block for block in blocks if isinstance(block, Cell)])
    return tuple(blocks)


def _cell_fences(path: Path, lines: list[str]) -> Iterator[tuple[int, int]]:
    """Indices of the opening and closing fence of each Python cell, other code blocks passed over."""
    position = 0
    while position < len(lines):
        fence = _FENCE.match(lines[position])
        if fence is None:
            position += 1
            continue
        opening = position
        closing = re.compile(rf"\s*{re.escape(fence[1])}{fence[1][0]}*\s*")
        position += 1
        while position < len(lines) and not closing.fullmatch(lines[position]):
            position += 1
        if position == len(lines):
            raise PublishingError(
                "this code block is never closed.",
                source=path,
                line=opening + 1,
                remedy=f"end it with {fence[1]}.",
            )
        if fence[2].startswith("{") and fence[2][1:2] not in (".", "#", "="):
            if lines[opening].rstrip() != "```{python}":
                raise _foreign_cell(path, lines[opening], opening + 1)
            yield opening, position
        position += 1


def _foreign_cell(path: Path, fence: str, line: int) -> PublishingError:
    return PublishingError(
        f"a cell that begins with {fence.strip()} is not supported.",
        source=path,
        line=line,
        remedy="cells begin with ```{python} at the start of the line, their options in '#|' lines; "
        "code that is only shown begins with ```python.",
    )


def _agree_with_jupytext(path: Path, text: str, cells: list[Cell]) -> None:
    # jsonschema builds a grammar of web addresses (1 to 2 s), and jupytext offers itself to a notebook server.
    with without("rfc3987_syntax", "jupyter_server"):
        import jupytext

    theirs = [cell for cell in jupytext.reads(text, fmt=_FORMAT).cells if cell.cell_type == "code"]
    for ours, other in itertools.zip_longest(cells, theirs):
        if ours is None or other is None or ours.source.strip() != other.source.strip():
            raise PublishingError(
                "the cells can't be told apart from the text around them.",
                source=path,
                line=None if ours is None else ours.line,
                remedy="close every fence (```), show no cell inside another code block, and begin with a line of "
                "text where a raw block comes first.",
            )


def _markdown(lines: list[str], first: int) -> list[Markdown | Cell]:
    if not any(line.strip() for line in lines):
        return []
    text = "\n".join(lines)
    found = tuple(
        Inline(match[1].strip(), first + text.count("\n", 0, match.start()), match.start(), match.end())
        for match in _INLINE.finditer(text)
    )
    return [Markdown(text, first, found)]


def _cell(path: Path, source: str, line: int) -> Cell:
    options = []
    for text in source.split("\n"):
        match = _OPTION.match(text)
        if match is None:
            break
        options.append(match[1])
    settings = read_settings(path, "\n".join(options), CELL, offset=line - 1, whole="the options of the cell")
    return Cell(source, line, settings.values, len(options))


def _check(document: Document) -> None:
    labels: dict[str, int] = {}
    for cell in document.cells:
        if cell.label is not None and labels.setdefault(cell.label, cell.line) != cell.line:
            raise document.error(
                f"the label '{cell.label}' is already used in line {labels[cell.label]}.",
                cell.line,
                "rename one.",
            )
        caption, prefix = ("fig-cap", "fig-") if "fig-cap" in cell.options else ("tbl-cap", "tbl-")
        if caption in cell.options and not (cell.label or "").startswith(prefix):
            raise document.error(
                f"the option '{caption}' needs a label that starts with '{prefix}'.",
                cell.line,
                f"add #| label: {prefix}…",
            )
    if not document.cells and any(isinstance(b, Markdown) and b.inlines for b in document.blocks):
        line = next(b.inlines[0].line for b in document.blocks if isinstance(b, Markdown) and b.inlines)
        raise document.error(
            "inline expressions are not evaluated in a document without a code cell (Quarto's rule).",
            line,
            "add a cell, for example one that imports what the expressions use.",
        )
