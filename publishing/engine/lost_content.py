"""What an output would lack, or the PDF could not be set with, told from a document's source before it runs.

The nodes are those of pandoc's JSON. Their lines are found again by searching the source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from publishing.formats.pandoc import Node
from publishing.project.document import Cell, Document

#: classes of content that only some formats show, and their conditions
VISIBLE, HIDDEN = "content-visible", "content-hidden"
WHEN, UNLESS = "when-format", "unless-format"
_RAW = {"html": "html", "html4": "html", "html5": "html", "openxml": "docx", "typst": "typst", "jats": "jats"}
_PAGE_BREAK = re.compile(r"\\(?:newpage|pagebreak|clearpage)\b")
_ENVIRONMENT = re.compile(r"\\begin\{")
# Quarto takes these marks, and the list behind the code, for notes on its lines.
_ANNOTATION = re.compile(r"(?:#|//|--|%|;)\s*<\d+>[ \t]*$", re.MULTILINE)
PAGE_BREAK_REMEDY = "delete it: page breaks are the template's (a wide table can stand in a ::: {.landscape} div)."


def shown_in(formats: Collection[str], classes: Collection[str], attributes: Mapping[str, str]) -> frozenset[str]:
    """Those of ``formats`` that show what an element with these classes and conditions holds."""
    if VISIBLE not in classes and HIDDEN not in classes:
        return frozenset(formats)
    when, unless = attributes.get(WHEN), attributes.get(UNLESS)
    holds = {name for name in formats if (when is None or name == when) and name != unless}
    return frozenset(holds if VISIBLE in classes else set(formats) - holds)


def check_raw(document: Document, node: Node, shown: Collection[str]) -> None:
    """Refuse raw content that some format of those ``shown`` in would leave out without a word."""
    language, text = node["c"]
    if language.startswith("html") and text.lstrip().startswith("<!--"):
        return
    lost = sorted(name for name in shown if name != _RAW.get(language))
    if not lost:
        return
    first = text.strip().split("\n")[0]
    remedy = "write it in Markdown, or for some formats only in a .content-visible div."
    if _PAGE_BREAK.match(first):
        remedy = PAGE_BREAK_REMEDY
    elif _ENVIRONMENT.match(first):
        remedy = "write formulas between $$ and $$, tables and lists in Markdown."
    raise document.error(
        f"'{first}' is raw {language}, which {', '.join(lost)} would leave out.",
        document.line_of(re.escape(first)),
        remedy,
    )


def check_described(document: Document, blocks: Sequence[Node]) -> None:
    """Refuse a picture of the source without alternative text, which a tagged PDF can't do without."""
    for target, words in _pictures(blocks):
        if not words.strip():
            raise document.error(
                f"the picture {target} has no alternative text.",
                document.line_of(re.escape(target)),
                'add it behind the picture, as {fig-alt="…"}, or as a ::: {.figure-alt} block in the div around it.',
            )


def check_linked(document: Document, node: Node) -> None:
    """Refuse a paragraph that is a linked picture: Quarto makes a figure of it, its description the caption."""
    link = _only(node["c"], "Link")
    picture = link and _only(link["c"][1], "Image")
    if picture:
        target = picture["c"][2][0]
        raise document.error(
            f"the picture {target} is a link and a paragraph of its own, which is not supported.",
            document.line_of(re.escape(target)),
            "take the link off the picture and put it into the caption.",
        )


def _only(inlines: Sequence[Node], kind: str) -> Node | None:
    return inlines[0] if len(inlines) == 1 and inlines[0]["t"] == kind else None


def _pictures(content: Any, described: bool = False, alone: bool = False) -> Iterable[tuple[str, str]]:
    """Target and alternative text of every picture; that of one among words is what stands in its brackets.

    ``described``: in a div with a text of its own for the first picture; ``alone``: a picture with a caption.
    """
    if isinstance(content, list):
        for child in content:
            yield from _pictures(child, described, alone)
        return
    if not isinstance(content, dict):
        return
    kind: str = content.get("t", "")
    inner: Any = content.get("c")
    if kind == "Image":
        attributes = dict(inner[0][2])
        words = attributes.get("fig-alt") or attributes.get("alt") or ("" if alone else _words(inner[1]))
        yield inner[2][0], "told by the div" if described and not words else words
        return
    if kind == "Div":
        classes, attributes = inner[0][1], dict(inner[0][2])
        if "figure-alt" in classes:
            return
        described = described or "fig-alt" in attributes or _holds_class(inner[1], "figure-alt")
    elif kind in ("Para", "Plain"):
        alone = len(inner) == 1 and inner[0]["t"] == "Image"
    yield from _pictures(list(content.values()), described, alone)


def _holds_class(blocks: Sequence[Node], name: str) -> bool:
    return any(
        node["t"] == "Div" and (name in node["c"][0][1] or _holds_class(node["c"][1], name)) for node in blocks
    )


def _words(inlines: Any) -> str:
    if isinstance(inlines, dict):
        if inlines.get("t") == "Str":
            return str(inlines["c"])
        inlines = list(inlines.values())
    return "".join(_words(child) for child in inlines) if isinstance(inlines, list) else ""


def check_levels(document: Document, blocks: Sequence[Node]) -> None:
    """Refuse a heading more than one level below the one before it: a tagged PDF has no place for it."""
    before = 0
    for level, words in _headings(blocks):
        if level > before + 1:
            above = f"the heading before it has level {before}" if before else "it is the first"
            raise document.error(
                f"the heading '{words}' has level {level}, but {above}.",
                document.line_of(rf"^\s*{'#' * level}\s"),
                f"give it level {before + 1} ({'#' * (before + 1)}).",
            )
        before = level


def _headings(blocks: Sequence[Node]) -> Iterable[tuple[int, str]]:
    for node in blocks:
        if node["t"] == "Header":
            level, _, inlines = node["c"]
            yield level, _spaced(inlines)
        elif node["t"] == "Div":
            yield from _headings(node["c"][1])


def _spaced(inlines: Sequence[Node]) -> str:
    return "".join(" " if node["t"] in ("Space", "SoftBreak") else _words(node) for node in inlines)


def check_annotations(document: Document, node: Node) -> None:
    """Refuse the marks in shown code that Quarto reads as notes on its lines."""
    _, text = node["c"]
    found = _ANNOTATION.search(text)
    if found is None or _is_hidden(document, text):
        return
    raise document.error(
        f"'{found[0].strip()}' is a mark of Quarto's for notes on code, which is not supported.",
        document.line_of(re.escape(found[0].strip())),
        "say it in the text below the code, or in a comment in words.",
    )


def _is_hidden(document: Document, text: str) -> bool:
    """Whether the code is a cell's: what it shows of its own code is the cell's to say."""
    return any(
        isinstance(block, Cell) and block.source.strip() == text.strip() and not block.options.get("echo", False)
        for block in document.blocks
    )
