"""The parts that a file is made of, each with a digest, by names that a person can look for.

What differs between a file and the one that was rendered is said by them where the text is the same.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import pikepdf
from lxml import etree, html

from publishing.project.files import SHORT_DIGEST, digest_of

#: parts of a page that are named by themselves; the text of all others is read
_WHOLE = ("style", "script", "noscript", "template", "nav", "img", "math", "svg")
_IN_WORDS = {"style": "style sheet", "nav": "contents", "img": "picture", "math": "formula", "svg": "drawing"}
#: where a DOCX says which program wrote it
_PROGRAM = "docProps/app.xml"
#: name → types and subtypes of the streams of a PDF that it stands for
_STREAMS = {
    "fonts": {"/CIDFontType0C", "/Type1C", "/OpenType", "/CMap"},
    "forms and pictures": {"/XObject", "/Form", "/Image"},
    "attached files": {"/EmbeddedFile"},
}


def parts(path: Path) -> dict[str, str]:
    """Name → digest of each part of the HTML, DOCX or PDF file at ``path``."""
    found = {".html": _of_page, ".docx": _of_package}.get(path.suffix, _of_pdf)(path)
    return {name: digest_of(content)[:SHORT_DIGEST] for name, content in found}


def written_by(path: Path, changed: Collection[str]) -> str:
    """The program that a file says saved it last; "" when it says none, or what it said when it was rendered."""
    if path.suffix == ".docx" and _PROGRAM in changed:
        with zipfile.ZipFile(path) as package:
            said = package.read(_PROGRAM)
        program = re.search(rb"<Application>([^<]+)<", said)
        return program[1].decode(errors="replace") if program else ""
    if path.suffix == ".pdf" and "description" in changed:
        with pikepdf.open(path) as pdf:
            return str(pdf.docinfo.get("/Producer", ""))
    return ""


def _of_package(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as package:
        for name in sorted(package.namelist()):
            yield name, package.read(name)


def _of_page(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    tree = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    counted: dict[str, int] = {}
    for element in tree.iter(*_WHOLE):
        name = _IN_WORDS.get(str(element.tag), str(element.tag))
        counted[name] = counted.get(name, 0) + 1
        yield f"{name} {counted[name]}", etree.tostring(element, with_tail=False)
    head = tree.find("head")
    if head is not None:
        described = [one for one in head if one.tag not in _WHOLE]
        yield "description in the head", b"".join(etree.tostring(one, with_tail=False) for one in described)
    yield "elements and their attributes", "\n".join(_elements(tree)).encode()
    yield "comments", b"".join(etree.tostring(one, with_tail=False) for one in tree.iter(etree.Comment))
    yield "end of the file", content.rpartition(b"</body>")[2]


def _elements(element: html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in (*_WHOLE, "head"):
        return
    yield f"<{element.tag} {sorted(element.attrib.items())}>"
    for child in element:
        yield from _elements(child)
    yield ">"


def _of_pdf(path: Path) -> Iterator[tuple[str, bytes]]:
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            yield f"page {number}", page_content(page)
        described = pdf.Root.get("/Metadata")
        yield "description", repr(pdf.docinfo).encode() + (b"" if described is None else _bytes(described))
        yield "catalogue", "\n".join(_names_of(pdf.Root)).encode()
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        for name, kinds in _STREAMS.items():
            chosen = (one for one in streams if kinds & {str(one.get("/Type")), str(one.get("/Subtype"))})
            yield name, "".join(sorted(digest_of(_bytes(one)) for one in chosen)).encode()


def page_content(page: pikepdf.Page) -> bytes:
    """What is drawn on a page, with the kinds of what lies upon it."""
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    drawn = b"\n".join(_bytes(one) for one in streams if one is not None)
    upon = sorted(str(one.get("/Subtype")) for one in page.obj.get("/Annots", []))
    box = [float(value) for value in page.mediabox]
    return drawn + repr((upon, box, int(page.obj.get("/Rotate", 0)))).encode()


def _bytes(stream: pikepdf.Object) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes())


def _names_of(root: pikepdf.Object) -> Iterator[str]:
    """What the catalogue of a PDF names; what stands under the names is read, or said to be foreign."""
    for name, value in sorted(root.items()):
        inner = sorted(value.keys()) if isinstance(value, pikepdf.Dictionary) and name == "/Names" else []
        yield f"{name} {' '.join(map(str, inner))}"
