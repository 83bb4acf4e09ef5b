"""The ledger itself, held against all that can be computed again: it and its table were not edited by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing.project.document import Document
from publishing.verify import ledger as ledgers
from publishing.verify.catalogue import Catalogue
from publishing.verify.ledger import CSV, JSON, Ledger
from publishing.verify.pages import different
from publishing.verify.passages import Output
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import occurrences
from publishing.verify.sources import expressions

_MOST = 5
_OF_CATALOGUE = ("numbers", "rows", "claims")


def check_ledger(
    folder: Path, ledger: Ledger, catalogue: Catalogue, documents: Sequence[Document], outputs: Sequence[Output]
) -> Iterator[Problem]:
    """Everything in the ledger in ``folder`` that is not what it was when it was written, or not what is so."""
    content = ledger.content
    if (folder / JSON).read_text(encoding="utf-8") != ledgers.json_text(content):
        message = f"{JSON} is not the file that was rendered: its last line holds the digest of another text."
        yield Problem("", "", message, RENDER)
    yield from _table(folder / CSV, content)
    again: dict[str, Any] = {"occurrences": content["occurrences"]}
    ledgers.add_origins(again, catalogue)
    for name in _OF_CATALOGUE:
        for one in _first(different(content[name], again[name], name)):
            yield Problem(JSON, "", f"the ledger differs from the results: {one}.", RENDER)
    for output in outputs:
        yield from _places(output, ledger)
    for document in documents:
        yield from _expressions(document, content)


def _table(path: Path, content: Mapping[str, Any]) -> Iterator[Problem]:
    """The table (CSV) is the one that the ledger makes."""
    if not path.is_file():
        yield Problem(path.name, "", "the ledger's table is not there.", RENDER)
        return
    expected = ledgers.csv_text(content).encode()
    found = path.read_bytes()
    if found == expected:
        return
    yield Problem("", "", f"{path.name} is not the file that was rendered: {JSON} makes another table.", RENDER)
    lines, wanted = (one.decode(errors="replace").split("\n") for one in (found, expected))
    wrong = [number for number, (a, b) in enumerate(zip(lines, wanted, strict=False), start=1) if a != b]
    for number in wrong[:_MOST]:
        here, there = lines[number - 1], wanted[number - 1]
        # from the cell before the one that differs
        alike = next((i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), 0)
        start = here.rfind(",", 0, max(here.rfind(",", 0, alike), 0)) + 1
        message = f"“{here[start : start + 60]}” stands where the ledger has “{there[start : start + 60]}”."
        yield Problem(path.name, f"line {number}", message, RENDER)
    if len(lines) != len(wanted):
        yield Problem(path.name, "", f"it has {len(lines)} lines; the ledger makes {len(wanted)}.", RENDER)


def _places(output: Output, ledger: Ledger) -> Iterator[Problem]:
    """The places that the ledger names are those at which the output prints."""
    rows = ledger.printed(output.document, output.form)
    for found, row in zip(occurrences(output), rows, strict=False):
        passage = found.passage
        so = {
            "section": passage.section,
            "where": passage.where,
            "float": passage.float,
            "place": passage.place.value,
            "page": found.page,
        }
        if found.key == row["key"] and found.text == row["text"]:
            for name, value in so.items():
                if row[name] != value:
                    message = f"{found.key} stands at {name} “{value}”; the ledger says “{row[name]}”."
                    yield Problem(output.name, passage.where, message, RENDER)


def _expressions(document: Document, content: Mapping[str, Any]) -> Iterator[Problem]:
    """The expressions that the ledger names stand in the document, at the line that it names."""
    there = {*expressions(document), ("", None)}
    named = {(one["expression"], one["line"]) for one in content["occurrences"] if one["document"] == document.name}
    for expression, line in _first(sorted(named - there, key=str)):
        message = f"the ledger names {expression!r} in line {line}, where it does not stand."
        yield Problem(JSON, document.path.name, message, RENDER)


def _first(found: Any) -> Iterator[Any]:
    yield from list(found)[:_MOST]
