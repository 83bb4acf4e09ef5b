"""What no render writes into a PDF: actions, attached files, forms, layers, text that its structure does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf

_IN_CATALOGUE = {
    "/OpenAction": "something happens when the file is opened",
    "/AA": "something happens when the file is printed, saved or closed",
    "/AcroForm": "the file holds a form",
    "/OCProperties": "the file has layers that can be hidden",
    "/AF": "files are attached",
    "/Collection": "files are attached",
}
_IN_NAMES = {
    "/JavaScript": "the file runs JavaScript",
    "/EmbeddedFiles": "files are attached",
    "/AP": "annotations have other looks",
}
_LEADING = ("/URI", "/GoTo")
_OPENING = ("javascript:", "data:", "file:", "vbscript:")
#: text that is not painted
_INVISIBLE = 3


def foreign(path: Path, changed: bool) -> Iterator[tuple[str, str]]:
    """Where and what, of the PDF at ``path``."""
    with pikepdf.open(path) as pdf:
        yield from (("catalogue", f"{what}.") for name, what in _IN_CATALOGUE.items() if name in pdf.Root)
        names = pdf.Root.get("/Names", pikepdf.Dictionary())
        yield from (("catalogue", f"{what}.") for name, what in _IN_NAMES.items() if name in names)
        for number, page in enumerate(pdf.pages, start=1):
            where = f"page {number}"
            if "/AA" in page.obj:
                yield where, "something happens when the page is shown."
            for note in page.obj.get("/Annots", []):
                yield from ((where, message) for message in _annotation(note))
            if changed:
                yield from ((where, message) for message in _loose_text(page))


def _annotation(note: pikepdf.Object) -> Iterator[str]:
    kind = str(note.get("/Subtype"))
    if kind == "/FileAttachment":
        yield "a file is attached."
    elif kind != "/Link":
        yield f"a note of the kind {kind[1:]} lies on the page: “{str(note.get('/Contents', ''))[:70]}”."
    action = note.get("/A")
    if "/AA" in note:
        yield "a link does something besides leading somewhere."
    if isinstance(action, pikepdf.Dictionary):
        name, address = str(action.get("/S")), str(action.get("/URI", ""))
        if name not in _LEADING or "/Next" in action or address.strip().lower().startswith(_OPENING):
            yield f"a link starts something ({name[1:]} “{address[:70]}”)."


def _loose_text(page: pikepdf.Page) -> Iterator[str]:
    """Text outside all marks, which no reader of the structure finds, and text that is not painted."""
    depth, mode = 0, 0
    loose = unseen = 0
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name == "Tr":
            mode = int(instruction.operands[0])
        elif name in ("Tj", "TJ", "'", '"'):
            loose += depth <= 0
            unseen += mode == _INVISIBLE
    if loose:
        yield f"text is drawn outside of the structure, {loose} times: it is seen and belongs to nothing."
    if unseen:
        yield f"text is there that is not painted, {unseen} times."
