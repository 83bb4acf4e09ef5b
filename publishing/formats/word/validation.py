"""What Word would repair, or show as an error, in a finished DOCX; found here instead.

The schema's order of elements is held by the tests, with a validator of the Open XML schemas. This module checks on
every file what no schema says: that parts, bookmarks, fields and identifiers belong together.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from docx.oxml.ns import qn
from lxml import etree

from publishing.project.errors import PublishingError

_STORIES = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_TYPES = "[Content_Types].xml"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REFERENCE = re.compile(r"\s*REF\s+(\S+)")
_READ = [qn(f"w:{tag}") for tag in "bookmarkStart bookmarkEnd fldChar instrText t".split()]
# Word opens no file in which one of these is longer
_LONGEST = {"bookmark": 40, "tag": 64}


def check_docx(path: Path, name: str | None = None) -> None:
    """Raise `PublishingError` with all that is wrong in the DOCX at `path`, which its author knows as `name`."""
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    faults = [*_package(parts)]
    for member in sorted(parts):
        if _STORIES.fullmatch(member):
            relations = parts.get(_relations_of(member), b"<none/>")
            known = {str(relation.get("Id")) for relation in etree.fromstring(relations)}
            faults += [f"{member}: {fault}" for fault in _Story(etree.fromstring(parts[member]), known).faults()]
    if faults:
        raise PublishingError(
            f"Word would find this file damaged: {'; '.join(faults[:10])}.",
            source=name or path,
            remedy="this is a fault of publishing/formats/word or of a filter, not of the document's text.",
        )


def _relations_of(member: str) -> str:
    folder, name = posixpath.split(member)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _package(parts: dict[str, bytes]) -> Iterator[str]:
    """Parts without a type, and relations to parts that are not there."""
    types = etree.fromstring(parts[_TYPES])
    named = {str(one.get("PartName")).lstrip("/") for one in types if one.get("PartName")}
    suffixes = {str(one.get("Extension")).lower() for one in types if one.get("Extension")}
    for member in parts:
        if member != _TYPES and member not in named and member.rpartition(".")[2].lower() not in suffixes:
            yield f"{member} has no content type"
    for member in named - parts.keys():
        yield f"{member} has a content type and is not there"
    for member, content in parts.items():
        if not member.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(member))
        for relation in etree.fromstring(content).iter(_RELATION):
            target = unquote(str(relation.get("Target")))
            place = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            if relation.get("TargetMode") != "External" and place not in parts:
                yield f"{member} leads to {place}, which is not there"


class _Story:
    """One part with text, read once from start to end."""

    def __init__(self, root: etree._Element, relations: set[str]) -> None:
        self._root, self._relations = root, relations
        instructions = (_REFERENCE.match(one.text or "") for one in root.iter(qn("w:instrText")))
        self._wanted = {reference[1] for reference in instructions if reference}
        self._open: dict[str, str] = {}
        self._names: set[str] = set()
        self._covered: dict[str, str] = {}
        self._fields: list[list[str]] = []
        self._results: list[tuple[str, str]] = []
        self._found: list[str] = []

    def faults(self) -> list[str]:
        for element in self._root.iter(*_READ):
            if element.tag == qn("w:bookmarkStart"):
                self._begin(element)
            elif element.tag == qn("w:bookmarkEnd"):
                self._end(element)
            elif element.tag == qn("w:fldChar"):
                self._field(element.get(qn("w:fldCharType")))
            elif element.tag in (qn("w:t"), qn("w:instrText")):
                self._text(element)
        self._found += [f"the bookmark {name} has no end" for name in self._open.values()]
        self._found += ["a field has no end"] * len(self._fields)
        self._found += self._about_references()
        self._found += self._about_identifiers()
        return self._found

    def _begin(self, mark: etree._Element) -> None:
        identifier, name = str(mark.get(qn("w:id"))), str(mark.get(qn("w:name")))
        if identifier in self._open:
            self._found.append(f"two bookmarks have the id {identifier}")
        if name in self._names:
            self._found.append(f"two bookmarks are called {name}")
        if len(name) > _LONGEST["bookmark"]:
            self._found.append(f"the bookmark {name} has too long a name")
        self._open[identifier] = name
        self._names.add(name)
        if name in self._wanted:
            self._covered[name] = ""

    def _end(self, mark: etree._Element) -> None:
        identifier = str(mark.get(qn("w:id")))
        if self._open.pop(identifier, None) is None:
            self._found.append(f"a bookmark with the id {identifier} ends that never began")

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(["", ""])
        elif not self._fields:
            self._found.append(f"a field has a mark '{kind}' without a begin")
        elif kind == "end":
            instruction, result = self._fields.pop()
            reference = _REFERENCE.match(instruction)
            if reference:
                self._results.append((reference[1], result))

    def _text(self, element: etree._Element) -> None:
        text = element.text or ""
        if element.tag == qn("w:instrText"):
            if not self._fields:
                self._found.append(f"the instruction '{text.strip()}' stands outside a field")
            else:
                self._fields[-1][0] += text
            return
        for field in self._fields:
            field[1] += text
        for name in self._wanted & set(self._open.values()):
            self._covered[name] += text

    def _about_references(self) -> Iterator[str]:
        for name, result in self._results:
            if name not in self._covered:
                yield f"a field refers to {name}, which is nowhere"
            elif result != self._covered[name]:
                yield f"a field shows “{result}” for {name}, which says “{self._covered[name]}”"
        for link in self._root.iter(qn("w:hyperlink")):
            anchor = link.get(qn("w:anchor"))
            if anchor and link.get(qn("r:id")) is None and anchor not in self._names:
                yield f"a link leads to {anchor}, which is nowhere"

    def _about_identifiers(self) -> Iterator[str]:
        used = {str(value) for value in self._root.xpath("//@r:*", namespaces={"r": _OFFICE})}
        for value in sorted(used - self._relations):
            yield f"the relation {value} is none"
        for what, tag, attribute in (
            ("pictures", qn("wp:docPr"), "id"),
            ("content controls", f"{qn('w:sdtPr')}/{qn('w:id')}", qn("w:val")),
        ):
            for doubled in _doubled(element.get(attribute) for element in self._root.findall(f".//{tag}")):
                yield f"two {what} have the id {doubled}"
        for tag in self._root.iter(qn("w:tag")):
            if len(tag.get(qn("w:val")) or "") > _LONGEST["tag"]:
                yield f"the tag {tag.get(qn('w:val'))} is too long"


def _doubled(values: Iterable[str | None]) -> list[str | None]:
    return [value for value, count in Counter(values).items() if count > 1]
