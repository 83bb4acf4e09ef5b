"""An executed document → the Markdown Quarto would give pandoc, and the qmd line each of its lines comes from."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing.engine.notebook import MimeBundle, option
from publishing.project.document import Cell, Document, Executed, Inline, Markdown, Shown

MARKDOWN = "text/markdown"
PLAIN = "text/plain"
SVG = "image/svg+xml"
PNG = "image/png"
_SUFFIXES = {SVG: "svg", PNG: "png", "image/jpeg": "jpeg"}
_PREFERENCE = {"svg": (MARKDOWN, SVG, PNG, "image/jpeg", PLAIN), "png": (MARKDOWN, PNG, "image/jpeg", PLAIN)}
# Quarto shows these in HTML only, or instead of the Markdown; a document must look the same in all its formats.
_REFUSED = ("text/html", "text/latex", "application/javascript", "application/vnd.jupyter.widget-view+json")

# Quarto's set, and the marks it lets through to be read as markup; quotation marks stay open to typography.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!,~^$@|])")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# The kernel's name for a cell holds its process number.
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py:\d+: ")
# What a plotting call returns besides its drawing; nobody wants its repr in a paper.
_ARTIST_BESIDE_IMAGE = re.compile(r"[<(\[].*[>)\]]|Text\([-\d].*")
_ARTIST = ("<matplotlib", "[<matplotlib", "<seaborn.")


@dataclass(slots=True)
class Assembled:
    """Markdown text line by line; ``origins[i]`` is the line of the qmd that line i comes from.

    ``pictures`` are the files that cells show, as the Markdown names them.
    """

    document: Document
    lines: list[str] = field(default_factory=lambda: [""])
    origins: list[int] = field(default_factory=lambda: [1])
    pictures: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def source_line(self, number: int) -> int | None:
        """The qmd's line for the 1-based line ``number`` of the Markdown."""
        return self.origins[number - 1] if 0 < number <= len(self.origins) else None

    def find(self, pattern: str) -> int | None:
        """The qmd's line of the first Markdown line in which the regular expression is found."""
        for text, origin in zip(self.lines, self.origins, strict=True):
            if re.search(pattern, text):
                return origin
        return None

    def add(self, text: str, line: int, *, one_place: bool = False) -> None:
        """Append text whose first character is on ``line``; with ``one_place`` all of it comes from that line."""
        first, *rest = text.split("\n")
        if not self.lines[-1]:
            self.origins[-1] = line
        self.lines[-1] += first
        for offset, part in enumerate(rest, start=1):
            self.lines.append(part)
            self.origins.append(line if one_place else line + offset)


def write_figures(executed: Executed, folder: Path) -> None:
    """Write every picture of every cell into ``folder``, in each form it was captured in."""
    for cell, name, output in _display_outputs(executed):
        bundle = output["data"]
        for mime, suffix in _SUFFIXES.items():
            if mime in bundle and MARKDOWN not in bundle:
                _refuse(executed.document, cell.line, bundle)
                folder.mkdir(parents=True, exist_ok=True)
                data = bundle[mime]
                content = data.encode() if mime == SVG else base64.b64decode(data)
                (folder / f"{name}.{suffix}").write_bytes(content)


def to_markdown(executed: Executed, execute: Mapping[str, Any], pictures: str, folder: str) -> Assembled:
    """The document with its results in place.

    ``execute`` holds the document's execution defaults, ``pictures`` the preferred form ("svg" or "png") and
    ``folder`` the folder of the pictures as the Markdown is to name it. Raises :class:`PublishingError` for an output
    that has no Markdown, picture or plain text form.
    """
    assembled = Assembled(executed.document)
    writer = _Writer(executed.document, execute, pictures, folder, assembled.pictures)
    position = 0
    for block, results in zip(executed.document.blocks, executed.results, strict=True):
        if isinstance(block, Markdown):
            _add_markdown(assembled, block, results)
        else:
            position += 1
            text = writer.cell(block, position, results)
            assembled.add(f"\n{text}\n" if text else "\n", block.line, one_place=True)
    return assembled


def _add_markdown(assembled: Assembled, block: Markdown, values: tuple[MimeBundle, ...]) -> None:
    end, line = 0, block.line
    for inline, bundle in zip(block.inlines, values, strict=False):
        literal = block.text[end : inline.start]
        assembled.add(literal, line)
        assembled.add(inline_text(assembled.document, inline, bundle), inline.line, one_place=True)
        line = block.line + block.text.count("\n", 0, inline.end)
        end = inline.end
    assembled.add(block.text[end:] + "\n", line)


def inline_text(document: Document, inline: Inline, bundle: MimeBundle) -> str:
    """What stands in the place of an inline expression: Markdown as it is, a string escaped and without quotes."""
    _refuse(document, inline.line, bundle)
    if MARKDOWN in bundle:
        return str(bundle[MARKDOWN])
    plain = str(bundle[PLAIN])
    if plain[:1] in ("'", '"') and plain[-1:] == plain[:1]:
        return _SPECIAL.sub(r"\\\1", " ".join(str(ast.literal_eval(plain)).split("\n")))
    return plain


def _refuse(document: Document, line: int, bundle: MimeBundle) -> None:
    for mime in _REFUSED:
        if mime in bundle:
            raise document.error(
                f"an output of type {mime} can't be shown alike in all formats.",
                line,
                "give the object a _repr_markdown_ and no _repr_html_ or _repr_latex_ (for a table, "
                "IPython.display.Markdown(table.to_markdown())).",
            )


def _figure_name(cell: Cell, position: int, index: int) -> str:
    label = re.sub(r"[^\w-]", "-", cell.label) if cell.label else f"cell-{position}"
    return f"{label}-output-{index + 1}"


def _display_outputs(executed: Executed) -> Iterator[tuple[Cell, str, Shown]]:
    position = 0
    for block, results in zip(executed.document.blocks, executed.results, strict=True):
        if isinstance(block, Cell):
            position += 1
            for index, output in enumerate(results):
                if "data" in output:
                    yield block, _figure_name(block, position, index), output


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes cells the way Quarto does, for one document and one form of picture."""

    document: Document
    execute: Mapping[str, Any]
    pictures: str
    folder: str
    shown: list[str]

    def cell(self, cell: Cell, position: int, outputs: tuple[Shown, ...]) -> str:
        """The whole cell: a div holding code (if echoed) and outputs; empty when there is nothing to show."""
        if not option(cell, self.execute, "include"):
            return ""
        asis = option(cell, self.execute, "output") == "asis"
        shown = list(self._shown(cell, outputs))
        data = sum("data" in output for _, output in shown)
        # A lone picture or text carries the label itself; anything else is labelled as a whole.
        whole = cell.label is not None and (data != 1 or cell.label.startswith("tbl-"))
        parts = [_code(cell)] if option(cell, self.execute, "echo") and cell.code else []
        number = 0
        for index, output in shown:
            number += "data" in output
            label = f"{cell.label}-{number}" if whole else cell.label
            caption = cell.options.get("fig-cap", "") if "data" in output and number == 1 else ""
            name = _figure_name(cell, position, index)
            parts.append(self._output(cell, output, name, label, caption, asis))
        if not parts:
            return ""
        attributes = [f"#{cell.label}"] if whole else []
        attributes += [".cell", *self._forwarded(cell)]
        if asis and not whole and len(attributes) == 1:
            return "".join(parts)
        return f"::: {{{' '.join(attributes)}}}\n{''.join(parts)}:::\n"

    def _shown(self, cell: Cell, outputs: tuple[Shown, ...]) -> Iterator[tuple[int, Shown]]:
        if not option(cell, self.execute, "output"):
            return
        pictured = any(self._mime(cell, output) in _SUFFIXES for output in outputs if "data" in output)
        for index, output in enumerate(outputs):
            warned = output["output_type"] == "stream" and output["name"] == "stderr"
            if warned and not option(cell, self.execute, "warning"):
                continue
            if not _is_artist(output, pictured):
                yield index, output

    def _mime(self, cell: Cell, output: Shown) -> str:
        bundle = output["data"]
        _refuse(self.document, cell.line, bundle)
        for mime in _PREFERENCE[self.pictures]:
            if mime in bundle:
                return mime
        raise self.document.error(
            f"the cell shows something as {', '.join(bundle)}, which is not supported.",
            cell.line,
            f"show Markdown, a picture or plain text ({', '.join(_PREFERENCE[self.pictures])}).",
        )

    def _output(self, cell: Cell, output: Shown, name: str, label: str | None, caption: str, asis: bool) -> str:
        if "data" not in output:
            kind = output.get("name", "error")
            if asis and kind == "stdout":
                return str(output["text"])
            text = output["text"] if "text" in output else _error_text(output)
            content = _verbatim(text)
            return content if asis else f"\n::: {{.cell-output .cell-output-{kind}}}\n{content}:::\n"
        mime = self._mime(cell, output)
        classes = [".cell-output", ".cell-output-display"]
        if mime in _SUFFIXES:
            path = f"{self.folder}/{name}.{_SUFFIXES[mime]}"
            self.shown.append(path)
            content = _image(cell, path, caption, label, output.get("metadata", {}).get(mime, {}))
        else:
            content = f"{output['data'][mime]}\n" if mime == MARKDOWN else _verbatim(output["data"][mime])
            content += f"\n{caption}\n" if caption else ""
            classes += [".cell-output-markdown"] if mime == MARKDOWN else []
            if label and not (cell.label or "").startswith("tbl-"):
                classes.insert(0, f"#{label}")
        return content if asis else f"\n::: {{{' '.join(classes)}}}\n{content}:::\n"

    @staticmethod
    def _forwarded(cell: Cell) -> Iterator[str]:
        if "tbl-cap" in cell.options:
            yield f"tbl-cap={_quoted(cell.options['tbl-cap'])}"
        if "tbl-colwidths" in cell.options:
            yield f"tbl-colwidths={_quoted(json.dumps(cell.options['tbl-colwidths'], separators=(',', ':')))}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


def _code(cell: Cell) -> str:
    ticks = _ticks(cell.code)
    return f"{ticks} {{.python .cell-code}}\n{cell.code}\n{ticks}\n"


def _verbatim(text: str) -> str:
    text = _CELL_FILE.sub("", _ANSI.sub("", text))
    ticks = _ticks(text)
    return f"{ticks}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{ticks}\n"


def _ticks(text: str) -> str:
    return "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 0)


def _error_text(output: Shown) -> str:
    return "\n".join([f"{output['ename']}: {output['evalue']}", *output["traceback"]])


def _image(cell: Cell, path: str, caption: str, label: str | None, size: Mapping[str, Any]) -> str:
    attributes = [f"#{label}"] if label else []
    attributes += [f"{side}={size[side]}" for side in ("width", "height") if side in size]
    if "fig-alt" in cell.options:
        attributes.append(f"fig-alt={_quoted(cell.options['fig-alt'])}")
    braces = f"{{{' '.join(attributes)}}}" if attributes else ""
    return f"![{' '.join(caption.split())}]({path}){braces}\n"


def _is_artist(output: Shown, pictured: bool) -> bool:
    if output["output_type"] != "execute_result" or set(output["data"]) != {PLAIN}:
        return False
    text = str(output["data"][PLAIN]).strip()
    if not pictured:
        return text.startswith(_ARTIST)
    return "<matplotlib." in text if "\n" in text else bool(_ARTIST_BESIDE_IMAGE.fullmatch(text))
