"""Tamperings with a DOCX: what is done to ``manuscript.docx``, and the words by which it must be named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tampering
from cases_html import Case
from docx import Document
from lxml import etree

FILE = "manuscript.docx"
W = tampering.W
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "word/_rels/document.xml.rels"


def part(name: str, edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The bytes of one part changed, or a part added."""

    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            parts = {one: package.read(one) for one in package.namelist()}
        before = parts.get(name, b"")
        parts[name] = edit(before)
        assert parts[name] != before, name
        tampering._write(path, parts)

    return change


def put(old: str, new: str, name: str = tampering.DOCUMENT) -> Callable[[Path], None]:
    def edit(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return part(name, edit)


def tree(change: Callable[[Any], None], name: str = tampering.DOCUMENT) -> Callable[[Path], None]:
    return lambda path: tampering.in_docx(path, change, name)


def of_number(name: str) -> Callable[[Path], None]:
    """A property of characters given to a number."""

    def change(root: Any) -> None:
        run = next(tampering.control(root, "ratio.estimate", 2).iter(f"{W}r"))
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run.insert(0, properties)
        tag, _, value = name.partition("=")
        one = etree.SubElement(properties, f"{W}{tag}")
        if value:
            one.set(f"{W}val", value)

    return tree(change)


def paragraph(xml: str) -> Callable[[Path], None]:
    """A paragraph put at the end of the text."""
    return put("<w:sectPr", f"<w:p>{xml}</w:p><w:sectPr")


def relation(kind: str, target: str, name: str = RELATIONS) -> Callable[[Path], None]:
    one = f'<Relationship Id="rIdX" Type="{KINDS}/{kind}" Target="{target}" TargetMode="External"/>'
    if name == RELATIONS:
        return put("</Relationships>", f"{one}</Relationships>", name)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return part(name, lambda _: f'<Relationships xmlns="{space}">{one}</Relationships>'.encode())


def first_row(change: Callable[[Any], None]) -> Callable[[Path], None]:
    return tree(lambda root: change(list(root.iter(f"{W}tr"))[1]))


def hide(row: Any) -> None:
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = etree.Element(f"{W}trPr")
        row.insert(0, properties)
    etree.SubElement(properties, f"{W}hidden")


def field(instruction: str, shown: str) -> str:
    kinds = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    code, text = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>", f"<w:r><w:t>{shown}</w:t></w:r>"
    return kinds[0] + code + kinds[1] + text + kinds[2]


def change_link(path: Path) -> None:
    put('Target="https://doi.org/10.1002/sim.1482"', 'Target="https://example.org/x"', RELATIONS)(path)


def saved(path: Path) -> None:
    """Opened and saved by another program, nothing changed."""
    document = Document(str(path))
    document.core_properties.last_modified_by = "A reader"
    document.save(str(path))


def packed(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


TEXT = "when it was rendered"
HEADER = "</w:hdr>"
WORDS = "<w:r><w:t>{}</w:t></w:r>"
COMMENT = f'<w:comment w:id="0" w:author="B"><w:p>{WORDS.format("wrong")}</w:p></w:comment>'

CASES: dict[str, Case] = {
    "hidden number": (of_number("vanish"), ("“0.79” is hidden",)),
    "struck number": (of_number("strike"), ("“0.79” is struck out",)),
    "number struck twice": (of_number("dstrike"), ("“0.79” is struck out twice",)),
    "white number": (of_number("color=FFFFFF"), ("“0.79” is set in white or too small",)),
    "tiny number": (of_number("sz=2"), ("“0.79” is set in white or too small",)),
    "other looks of a number": (of_number("shadow"), ("saved again", "word/document.xml")),
    "hidden style": (
        put("<w:rPr>", "<w:rPr><w:vanish/>", "word/styles.xml"),
        ("word/styles.xml", "is hidden"),
    ),
    "header": (
        put(HEADER, f"<w:p>{WORDS.format('RETRACTED')}</w:p>{HEADER}", "word/header1.xml"),
        ("header or footer", "“RETRACTED” stands here"),
    ),
    "comment": (
        part(
            "word/comments.xml",
            lambda one: one.rstrip().removesuffix(b"/>") + b">" + COMMENT.encode() + b"</w:comments>",
        ),
        ("a comment by B: “wrong”",),
    ),
    "inserted words": (
        paragraph(f'<w:ins w:author="B" w:id="9">{WORDS.format("All lived.")}</w:ins>'),
        ("a tracked change by B: “All lived.” is inserted",),
    ),
    "deleted words": (
        put("<w:t xml:space=\"preserve\">As before", '<w:t xml:space="preserve">Before'),
        ("Before", TEXT),
    ),
    "title of a picture": (put("<wp:docPr ", '<wp:docPr title="99 deaths" '), ("has the title “99 deaths”",)),
    "cropped picture": (put("<a:stretch>", '<a:srcRect l="50000"/><a:stretch>'), ("a picture is cropped",)),
    "another picture": (tampering.change_picture, ("the picture is not the one that was rendered",)),
    "picture from elsewhere": (relation("image", "https://example.org/x.png"), ("loads “https://example.org/x.png”",)),
    "template from elsewhere": (
        relation("attachedTemplate", "https://example.org/x.dotm", "word/_rels/settings.xml.rels"),
        ("loads “https://example.org/x.dotm”", "attachedTemplate"),
    ),
    "frame from elsewhere": (relation("frame", "https://example.org/x"), ("(frame)",)),
    "macros": (part("word/vbaProject.bin", lambda _: b"x"), ("word/vbaProject.bin", "code that Word runs")),
    "attached file": (part("word/embeddings/x.xlsx", lambda _: b"x"), ("a file is attached",)),
    "embedded document": (put("<w:sectPr", '<w:altChunk r:id="rIdX"/><w:sectPr'), ("is embedded (w:altChunk)",)),
    "field that starts a program": (paragraph(field("DDEAUTO c:\\x", "x")), ("starts something: “DDEAUTO",)),
    "field that fetches": (paragraph(field('INCLUDETEXT "https://example.org"', "x")), ("“INCLUDETEXT",)),
    "words as the number of a page": (paragraph(field("PAGE", "99")), ("“99” stands in the text as the number",)),
    "box over the text": (
        paragraph("<w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r>"),
        ("a box lies over the text",),
    ),
    "hidden row": (first_row(hide), ("a row is hidden: “MSC12”",)),
    "row gone": (first_row(lambda row: row.getparent().remove(row)), ("nothing carries that key", TEXT)),
    "exchanged rows": (first_row(lambda row: row.getnext().addnext(row)), ("the text differs from", TEXT)),
    "exchanged labels": (
        tree(lambda root: [
            setattr(one, "text", {"MSC": "Control", "Control": "MSC"}[one.text])
            for one in root.iter(f"{W}t") if one.text in ("MSC", "Control")
        ] and None),
        ("“MSC” stands here, and nothing did",),
    ),
    "words": (tree(tampering.write_in_text("of the treated", "of the untreated")), ("the text differs", TEXT)),
    "paragraph added": (paragraph(WORDS.format("Stop the trial.")), ("“Stop the trial.” stands here",)),
    "link of a DOI": (change_link, ("leads to https://example.org/x, and did not",)),
    "link of a table": (put('w:anchor="tbl-arms"', 'w:anchor="fig-plot"'), ("leads to #fig-plot, and did not",)),
    "link of a citation": (put('w:anchor="ref-sidik2002"', 'w:anchor="ref-knapp2003"'), ("#ref-knapp2003",)),
    "key": (tree(tampering.swap_controls("arms.msc.events", "arms.control.events")), ("the ledger has “12”",)),
    "control deleted": (tree(tampering.unwrap_control("trials")), ("“five” is a number without a key",)),
    "digit": (tree(tampering.write_in_control("ratio.low", "0.94")), ("ratio.low reads “0.94” here",)),
    "style": (put('w:val="24"', 'w:val="2"', "word/styles.xml"), ("word/styles.xml",)),
    "settings": (put('w:percent="100"', 'w:percent="90"', "word/settings.xml"), ("saved again", "word/settings.xml")),
    "part added": (part("word/x.xml", lambda _: b"<x/>"), ("word/x.xml (new)",)),
    "author": (put("</cp:coreProperties>", "<x/></cp:coreProperties>", "docProps/core.xml"), ("docProps/core.xml",)),
    "saved again": (saved, ("it was saved again", "docProps/core.xml")),
    "packed again": (packed, ("its parts are the same, packed otherwise",)),
    "part that is no XML": (part("word/theme/theme1.xml", lambda _: b"<a>"), ("a part of it", "can't be read")),
    "not a package": (lambda path: path.write_bytes(b"nothing"), ("can't be read as DOCX",)),
    "half a package": (lambda path: path.write_bytes(path.read_bytes()[:9000]), ("can't be read as DOCX",)),
}  # fmt: skip
