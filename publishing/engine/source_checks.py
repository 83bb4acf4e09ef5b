"""What can be known of a document before it is run: its references, citations, pictures and constructs.

The scan reads pandoc's syntax tree of the source, in which a cell is a code block like any other; lines are found
again by searching the source. The numbers that other documents refer to are collected from the same text by
registry.lua.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from publishing.engine import lost_content
from publishing.formats import pandoc
from publishing.project.configuration import Project, document_formats, format_options
from publishing.project.document import Document, Markdown
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of, digest_of_file, digest_of_files
from publishing.project.supported_keys import FORMATS

REGISTRY_FILTER = "registry.lua"
_BUILTIN_KINDS = ("fig", "tbl", "sec", "eq")
# Identifiers that Quarto gives a meaning (theorems, listings, callouts) which the filters don't number.
_FOREIGN_KINDS = tuple("lst thm lem cor prp cnj def exm exr sol rem alg nte tip wrn imp cau".split())
_FOREIGN_CLASS = re.compile(
    r"callout.*|panel-.*|column-(?:page|screen|margin|body).*|aside|margin-caption|layout.*|theorem|proof|hidden|"
    r"list-table|lightbox|email.*|tbl-parent|quarto-.*"
)
_CONDITIONAL = (lost_content.VISIBLE, lost_content.HIDDEN)
_CONDITIONS = (lost_content.WHEN, lost_content.UNLESS)
_OTHER_PDFS = ("pdf", "latex", "beamer")
# What is written as an expression; what of it the engines don't run (Document.blocks) would be printed as code.
_EXPRESSION = re.compile(r"(?P<ticks>`*)\{(?P<language>python|r|julia|ojs)\}")
_SHORTCODE = re.compile(r"\{\{<\s*(\w*)")
_INSTEAD = {
    "include": "copy the text of the file into the document, or print it in a cell.",
    "pagebreak": lost_content.PAGE_BREAK_REMEDY,
}
#: what pandoc told of documents and bibliographies, for a preview that asks again: of so many, the last ones
_MOST_KEPT = 8
#: digest of the question → the numbers of a document, as registry.lua writes them
_NUMBERS: dict[str, bytes] = {}
# Where pandoc's elements hold identifier, classes and attributes.
_ATTRIBUTES_AT = {**dict.fromkeys("Div Span Image Link Code CodeBlock Table Figure".split(), 0), "Header": 1}


@dataclass(frozen=True, slots=True)
class _Found:
    """What the scan collects of one document."""

    citations: tuple[str, ...]
    images: tuple[str, ...]
    blocks: list[pandoc.Node]


def check_sources(project: Project, documents: list[Document]) -> None:
    """Check every document's source.

    Raises :class:`PublishingError` with document and line for an unknown reference or citation, a missing picture, or
    a construct that only Quarto itself gives a meaning.
    """
    known = read_registry(project)
    for document in documents:
        _check_expressions(document)
        kinds = (*_BUILTIN_KINDS, *_custom_kinds(project, document))
        formats = document_formats(project, document.front)
        found = _scan(document, kinds, formats)
        entries = bibliography_keys(project, document)
        for key in found.citations:
            if _is_reference(key, kinds):
                if key[:1].lower() + key[1:] not in known:
                    raise unknown_reference(document, key, known)
            elif key not in entries:
                raise missing_citation(document, key, _line_of_key(document, key), entries)
        for target in found.images:
            _check_image(project, document, target)
        if "typst" in formats:
            lost_content.check_described(document, found.blocks)
            lost_content.check_levels(document, found.blocks)


def write_registry(project: Project, documents: list[Document]) -> None:
    """Collect the numbers of every document's floats, sections and equations into the registry's folder."""
    collect = next((path.with_name(REGISTRY_FILTER) for path in project.filters if path.stem == "crossref"), None)
    project.registry_dir.mkdir(parents=True, exist_ok=True)
    for stale in project.registry_dir.glob("*.json"):
        stale.unlink()
    if collect is None or not collect.is_file():
        return
    filters = digest_of_files(collect.parent, collect.parent.glob("*.lua"))
    for document in documents:
        options = format_options(project, document.front, document_formats(project, document.front)[0])
        arguments = ["--to=plain", f"--lua-filter={collect}", *project.numbering(document.name)]
        arguments += ["--number-sections"] if options.get("number-sections") else []
        numbers = project.registry_dir / f"{document.name}.json"
        asked = digest_of(repr((filters, arguments, document.scannable, options.metadata())).encode())
        if asked in _NUMBERS:
            numbers.write_bytes(_NUMBERS[asked])
            continue
        try:
            pandoc.run(arguments, document.scannable, cwd=project.root, metadata=options.metadata())
        except pandoc.PandocError as error:
            raise filter_error(document, str(error)) from error
        while len(_NUMBERS) >= _MOST_KEPT:
            del _NUMBERS[next(iter(_NUMBERS))]
        _NUMBERS[asked] = numbers.read_bytes()


def read_registry(project: Project) -> dict[str, Any]:
    """Identifier → entry, of all documents."""
    entries: dict[str, Any] = {}
    for path in sorted(project.registry_dir.glob("*.json")):
        entries |= json.loads(path.read_text(encoding="utf-8"))
    return entries


def bibliography_keys(project: Project, document: Document) -> frozenset[str]:
    """The keys of every entry in the document's bibliographies.

    Raises :class:`PublishingError` when a file is missing or can't be read.
    """
    options = format_options(project, document.front, document_formats(project, document.front)[0])
    keys: set[str] = set()
    for path in options.files("bibliography"):
        keys |= _entries(path, digest_of_file(path) if path.is_file() else "")
    return frozenset(keys)


@lru_cache(maxsize=_MOST_KEPT)
def _entries(path: Path, digest: str) -> frozenset[str]:
    """The keys in a bibliography of that ``digest``."""
    try:
        entries = pandoc.convert(path, to="csljson")
    except pandoc.PandocError as error:
        raise PublishingError(str(error), source=path, remedy="correct the entry pandoc stopped at.") from error
    return frozenset(entry["id"] for entry in json.loads(entries))


def unknown_reference(document: Document, key: str, known: Iterable[str]) -> PublishingError:
    """The error for a reference to something no document defines."""
    if key.startswith("eq-") and (line := document.line_of(rf"^:::.*#{re.escape(key)}\b")) is not None:
        return document.error(
            f"#{key} is the label of a div, which makes no numbered equation.",
            line,
            f"write the label behind the formula: $$ … $$ {{#{key}}}.",
        )
    return document.error(
        f"the cross-reference @{key} points to nothing: no document defines #{key}.",
        _line_of_key(document, key),
        f"{_nearest(key, known)}define it, or correct the reference.",
    )


def missing_citation(document: Document, key: str, line: int | None, entries: Iterable[str]) -> PublishingError:
    """The error for a citation that no bibliography has."""
    return document.error(
        f"the citation @{key} is not in the bibliography.",
        line,
        f"{_nearest(key, entries)}add the entry to the file that 'bibliography' names, or correct the key.",
    )


def filter_error(
    document: Document, text: str, find: Callable[[str], int | None] = lambda pattern: None
) -> PublishingError:
    """An error a Lua filter or pandoc ended with, placed at the identifier or the raw content it names.

    ``find`` gives the document's line of a pattern in the text that was read.
    """
    # of several problems the first: the next run says the others
    text = re.split(r"\n(?=crossref: )", text.strip())[0]
    text = re.sub(r"^(?:Error running filter \S+|\w+):\s+", "", " ".join(text.split()))
    message, _, remedy = text.partition("Remedy:")
    named = re.search(r"([#@])([\w-]+)", message)
    line = None
    if named:
        finders = (_line_of_key, _line_of_identifier)
        first, second = finders if named[1] == "@" else finders[::-1]
        line = first(document, named[2]) or second(document, named[2])
    lost = re.fullmatch(r"raw \w+ would be lost in \w+: (.+)", message.strip())
    if lost:
        line = find(r"\s+".join(map(re.escape, lost[1].split())))
    return document.error(
        f"{message.strip().rstrip('.')}.", line, f"{remedy.strip().rstrip('.')}." if remedy else None
    )


def _is_reference(key: str, kinds: tuple[str, ...]) -> bool:
    kind, dash, _ = key.partition("-")
    return bool(dash) and kind[:1].lower() + kind[1:] in kinds


def _check_expressions(document: Document) -> None:
    """Refuse what reads as an inline expression and is none: it would be printed as it stands."""
    for block in document.blocks:
        if not isinstance(block, Markdown):
            continue
        run = {place for one in block.inlines for place in range(one.start, one.end)}
        for found in _EXPRESSION.finditer(block.text):
            if found.start("language") in run:
                continue
            line = block.line + block.text.count("\n", 0, found.start("language"))
            raise document.error(*_not_run(found, block.text, line))


def _not_run(found: re.Match[str], text: str, line: int) -> tuple[str, int, str]:
    """Message, line and remedy for an expression that the engines leave as it is."""
    shown = text[found.start("language") - 1 :].split("\n")[0].partition("`")[0]
    if found["language"] != "python":
        return f"'{shown}' is not run: documents are run in Python.", line, "write `{python} …`."
    if len(found["ticks"]) > 1:
        return (
            f"'{shown}' touches code or another expression before it, so neither would be run as it is meant.",
            line,
            "leave a blank between the two, or <!-- --> where none is to be seen; an expression stands between "
            "single back-ticks.",
        )
    return (
        f"'{shown}' is no expression, and would be printed as it stands.",
        line,
        "write `{python} expression`: one back-tick on either side, and a blank behind the brace.",
    )


def _check_unmixed(document: Document, cited: list[str], kinds: tuple[str, ...]) -> None:
    references = [key for key in cited if _is_reference(key, kinds)]
    if references and len(references) < len(cited):
        raise document.error(
            f"one pair of brackets holds the cross-reference @{references[0]} and a citation.",
            _line_of_key(document, references[0]),
            "write two pairs of brackets.",
        )


def _shortcode(document: Document) -> PublishingError:
    line = document.line_of(_SHORTCODE.pattern)
    found = _SHORTCODE.search(document.body)
    name = found[1] if found else ""
    return document.error(
        f"shortcodes ({{{{< {name or '…'} >}}}}) are not supported.",
        line,
        _INSTEAD.get(name, "write out what it stands for."),
    )


def _scan(document: Document, kinds: tuple[str, ...], formats: Sequence[str]) -> _Found:
    tree, complaints = pandoc.run(["--to=json"], document.scannable, cwd=document.path.parent)
    for complaint in complaints:
        raise document.error(complaint.text, complaint.line, "correct the Markdown there.")
    citations: dict[str, None] = {}
    images: dict[str, None] = {}
    blocks = json.loads(tree)["blocks"]
    for node, shown in _walk(blocks, frozenset(FORMATS)):
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Cite":
            cited = [citation["citationId"] for citation in content[0]]
            _check_unmixed(document, cited, kinds)
            citations |= dict.fromkeys(cited)
        elif kind == "Image":
            images[content[2][0]] = None
        elif kind == "Note":
            raise document.error(
                "footnotes are not supported: each format numbers and places them in its own way, so that numbers in "
                "them could not be traced.",
                document.line_of(r"\[\^[^\]]+\](?!:)|\^\["),
                "say it in the text, in brackets, or below the table.",
            )
        elif kind == "Str" and "{{<" in content:
            raise _shortcode(document)
        elif kind in ("RawBlock", "RawInline"):
            lost_content.check_raw(document, node, shown.intersection(formats))
        elif kind == "CodeBlock":
            lost_content.check_annotations(document, node)
        elif kind in ("Para", "Plain"):
            lost_content.check_linked(document, node)
        _check_attributes(document, node)
        if len(shown) < len(FORMATS):
            _check_unnumbered(document, node, kinds)
    return _Found(tuple(citations), tuple(images), blocks)


def _walk(content: Any, shown: frozenset[str]) -> Iterator[tuple[pandoc.Node, frozenset[str]]]:
    """Every element in document order, and the formats that show it."""
    if isinstance(content, dict):
        if "t" in content:
            node = cast("pandoc.Node", content)
            yield node, shown
            _, classes, attributes = _attributes(node)
            shown = lost_content.shown_in(shown, classes, dict(attributes))
        content = list(content.values())
    if isinstance(content, list):
        for child in content:
            yield from _walk(child, shown)


def _attributes(node: pandoc.Node) -> tuple[str, list[str], list[list[str]]]:
    if node["t"] not in _ATTRIBUTES_AT:
        return "", [], []
    identifier, classes, attributes = node["c"][_ATTRIBUTES_AT[node["t"]]]
    return identifier, classes, attributes


def _check_attributes(document: Document, node: pandoc.Node) -> None:
    identifier, classes, attributes = _attributes(node)
    prefix = identifier.partition("-")[0] if "-" in identifier else ""
    if prefix in _FOREIGN_KINDS:
        raise document.error(
            f"#{identifier}: identifiers that start with '{prefix}-' are Quarto's own and are not supported.",
            _line_of_identifier(document, identifier),
            "choose another identifier.",
        )
    for name in classes if node["t"] in ("Div", "Span", "Header", "Image") else []:
        if _FOREIGN_CLASS.fullmatch(name):
            raise document.error(
                f"the construct '.{name}' is Quarto's own and is not supported.",
                document.line_of(rf"\.{re.escape(name)}\b"),
                "write it as ordinary text, or as a div with a class of your own.",
            )
    if any(name in _CONDITIONAL for name in classes):
        _check_condition(document, classes, attributes)
    if node["t"] in ("Div", "Figure") and any(key.startswith("layout") for key, _ in attributes):
        raise document.error("'layout' is not supported.", document.line_of(r"layout\S*="), "use one figure per div.")


def _check_unnumbered(document: Document, node: pandoc.Node, kinds: tuple[str, ...]) -> None:
    """Nothing numbered may stand in conditional content: the numbers after it would differ between formats."""
    identifier, classes, _ = _attributes(node)
    name, line = identifier, _line_of_identifier(document, identifier)
    if node["t"] == "CodeBlock" and "python" in classes:
        label = re.search(r"^#\|\s*label:\s*[\"']?([\w-]+)", node["c"][1], re.MULTILINE)
        if label:
            name, line = label[1], _line_of_identifier(document, label[1])
    if node["t"] == "Header" or name.partition("-")[0] in kinds:
        raise document.error(
            f"'{name}' is numbered, but stands in content that only some formats show.",
            line,
            "move it out of the conditional content, so that numbers are the same in all formats.",
        )


def _check_condition(document: Document, classes: list[str], attributes: list[list[str]]) -> None:
    for key, value in attributes:
        if key not in _CONDITIONS:
            raise document.error(
                f"the condition '{key}' is not supported.",
                document.line_of(re.escape(key)),
                f"use {' or '.join(_CONDITIONS)}.",
            )
        if value not in FORMATS:
            raise document.error(
                f"there is no format '{value}'.",
                document.line_of(re.escape(value)),
                f"use one of {', '.join(FORMATS)}{' (typst makes the PDF)' if value in _OTHER_PDFS else ''}.",
            )
    if not attributes:
        name = next(name for name in classes if name in _CONDITIONAL)
        raise document.error(
            f"'.{name}' says for no format.",
            document.line_of(rf"\.{name}"),
            'add when-format="html", for example.',
        )


def _check_image(project: Project, document: Document, target: str) -> None:
    line = document.line_of(re.escape(target))
    if re.match(r"[a-z]+:", target):
        raise document.error(
            f"the picture {target} is not a file of the project.",
            line,
            "save it in the project; outputs load nothing.",
        )
    if not (project.root / unquote(target)).is_file():
        raise document.error(f"the picture {target} does not exist.", line, "correct its path, or add the file.")


def _custom_kinds(project: Project, document: Document) -> tuple[str, ...]:
    options = format_options(project, document.front, document_formats(project, document.front)[0])
    return tuple(entry["key"] for entry in options.get("crossref", {}).get("custom", []))


def _line_of_key(document: Document, key: str) -> int | None:
    return document.line_of(rf"@\{{?{re.escape(key)}(?![\w-])")


def _line_of_identifier(document: Document, identifier: str) -> int | None:
    return document.line_of(rf"(?:#|label:\s*[\"']?){re.escape(identifier)}\b")


def _nearest(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, list(known), n=1)
    return f"did you mean @{near[0]}? Otherwise " if near else ""
