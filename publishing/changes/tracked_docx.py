"""A document as DOCX with tracked changes: Word accepts them to the new text and rejects them to the old one.

Pandoc writes tracked insertions and deletions of words. Those of whole paragraphs and of rows of tables it does not
know: their places are marked by processing instructions, from which the elements that Word wants are made afterwards.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from docx.oxml.ns import qn
from lxml import etree

from publishing import FILTERS
from publishing.changes.inlines import Inlines, inlines
from publishing.changes.markup import blocks, document
from publishing.changes.passages import Around, PassageKind
from publishing.changes.text_changes import Change, ChangeKind, Piece, TextChanges
from publishing.formats import pandoc
from publishing.formats.word import package
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.reference import write_reference
from publishing.project.errors import PublishingError

_TABLES = FILTERS / "tables.lua"
_BODY = "word/document.xml"
_TARGET = "tracked"
_PARAGRAPH, _ROW = "paragraph", "row"
_SPAN = {ChangeKind.ADDED: "insertion", ChangeKind.REMOVED: "deletion"}
_ELEMENT = {ChangeKind.ADDED: "w:ins", ChangeKind.REMOVED: "w:del"}
_CAPTIONS = {True: "Table Caption", False: "Image Caption"}


@dataclass(frozen=True, slots=True)
class Revision:
    """Who is said to have made the changes, and when (UTC, as ``2026-01-31T12:00:00Z``)."""

    author: str
    moment: str

    @property
    def epoch(self) -> int:
        return int(datetime.fromisoformat(self.moment).timestamp())


@dataclass(frozen=True, slots=True)
class _Tracked:
    """The marks for pandoc. They stand innermost, as Word allows no link inside a tracked change."""

    revision: Revision

    def text(self, piece: Piece) -> Inlines:
        if piece.status is ChangeKind.SAME:
            return inlines(piece.row)

        def mark(content: Inlines) -> Inlines:
            named = [["author", self.revision.author], ["date", self.revision.moment]]
            return [{"t": "Span", "c": [["", [_SPAN[piece.status]], named], content]}]

        return inlines(piece.row, mark)

    def whole(self, status: ChangeKind) -> Inlines:
        return _instruction(_PARAGRAPH, status)

    def whole_row(self, status: ChangeKind) -> Inlines:
        return _instruction(_ROW, status)


def _instruction(what: str, status: ChangeKind) -> Inlines:
    if status not in _ELEMENT:
        return []
    return [{"t": "RawInline", "c": ["openxml", f"<?{_TARGET} {what} {status}?>"]}]


def write_tracked(changes: TextChanges, path: Path, revision: Revision) -> None:
    """Write the document with all its passages. Raises :class:`PublishingError` when pandoc can't."""
    reference = path.with_name(".reference.docx")
    write_reference(reference)
    text = document(blocks(list(_styled(changes.changes)), _Tracked(revision)))
    arguments = ["--from=json", "--to=docx", f"--reference-doc={reference}", f"--lua-filter={_TABLES}"]
    try:
        pandoc.run(
            [*arguments, f"--output={path}"],
            text,
            cwd=path.parent,
            environment={"SOURCE_DATE_EPOCH": str(revision.epoch)},
        )
    except pandoc.PandocError as error:
        raise PublishingError(f"pandoc can't write {path.name}: {error}") from error
    finally:
        reference.unlink(missing_ok=True)
    _complete(path, revision)
    finish_docx(path)


def _styled(changes: tuple[Change, ...]) -> Iterator[Change]:
    """Captions in their styles: one above a table belongs to it, any other to a picture."""

    for change, after in zip(changes, [*changes[1:], None], strict=True):
        passage = change.passage
        if passage.kind is PassageKind.PARAGRAPH and passage.caption and not passage.pictures:
            above_table = after is not None and after.passage.kind is PassageKind.TABLE
            style = Around(_CAPTIONS[above_table])
            change = replace(change, passage=replace(passage, around=(*passage.around, style)))
        yield change


def _complete(path: Path, revision: Revision) -> None:
    """Make tracked paragraphs and rows of the instructions, and give every change a number of its own."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read(_BODY))
    for instruction in list(root.iter(etree.ProcessingInstruction)):
        if instruction.target != _TARGET:
            continue
        what, status = instruction.text.split()
        holder = _paragraph_mark(instruction) if what == _PARAGRAPH else _row_properties(instruction)
        element = etree.SubElement(holder, qn(_ELEMENT[ChangeKind(status)]))
        element.set(qn("w:author"), revision.author)
        element.set(qn("w:date"), revision.moment)
        instruction.getparent().remove(instruction)
    for number, element in enumerate(root.iter(*map(qn, _ELEMENT.values())), start=1):
        element.set(qn("w:id"), str(number))
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package.rewrite(path, {_BODY: content})


def _paragraph_mark(instruction: etree._Element) -> etree._Element:
    """The properties of the mark at the end of the paragraph."""
    paragraph = next(instruction.iterancestors(qn("w:p")))
    return _child(_child(paragraph, "w:pPr", first=True), "w:rPr")


def _row_properties(instruction: etree._Element) -> etree._Element:
    return _child(next(instruction.iterancestors(qn("w:tr"))), "w:trPr", first=True)


def _child(parent: etree._Element, tag: str, *, first: bool = False) -> etree._Element:
    found = parent.find(qn(tag))
    if found is None:
        found = etree.Element(qn(tag))
        parent.insert(0 if first else len(parent), found)
    return found
