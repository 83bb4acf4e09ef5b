"""Cross-references of a DOCX as fields, so that Word keeps them right when a figure, table or section is moved.

A caption's number is a SEQ field (crossref_floats.lua). A reference to it is a link; inside the link its text becomes
a REF field on a bookmark around the caption's label ("Figure 1"), or around the number alone where the reference has
words of its own ("Section 2.1"). References to another document stay links: Word has no field that reads its numbers.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from publishing.formats.word.pages import style_of
from publishing.project.files import digest_of

_CAPTIONS = ("ImageCaption", "TableCaption")
_HEADING = re.compile(r"Heading\d$")
_SECTION_NUMBER = re.compile(r"\d+(?:\.\d+)*")
# Word allows no more in the name of a bookmark, and hides those that begin with an underscore from its list
_LONGEST_NAME = 40
_PREFIX = "_Ref_"


@dataclass(frozen=True, slots=True)
class _Passage:
    """Consecutive runs of a caption or heading, and what they say."""

    runs: Sequence[etree._Element]

    @property
    def text(self) -> str:
        return printed_text(self.runs)


@dataclass(frozen=True, slots=True)
class _Target:
    """What references can repeat: the number, and the label that holds it (a heading has no label)."""

    number: _Passage
    label: _Passage | None = None


def printed_text(elements: Sequence[etree._Element]) -> str:
    """The text of elements as printed, fields by their stored results."""
    return "".join(node.text or "" for element in elements for node in element.iter(qn("w:t")))


def refer(body: etree._Element) -> None:
    """Make fields of the references within the document."""
    targets = dict(_targets(body))
    marks = _Marks(body)
    for link in list(body.iter(qn("w:hyperlink"))):
        target = None if link.get(qn("r:id")) else targets.get(link.get(qn("w:anchor")))
        if target is not None and next(link.iter(qn("w:fldChar")), None) is None:
            _make_field(link, target, marks)


def _targets(body: etree._Element) -> Iterator[tuple[str, _Target]]:
    for start in body.iter(qn("w:bookmarkStart")):
        name = start.get(qn("w:name"))
        paragraph = start.getparent()
        if paragraph.tag == qn("w:p") and style_of(paragraph) in _CAPTIONS:
            label = _label(start)
            field = _field_in(label)
            if field:
                yield name, _Target(_Passage(field), _Passage(label))
            continue
        heading = start.getnext()
        while heading is not None and heading.tag == qn("w:bookmarkStart"):
            heading = heading.getnext()
        if heading is not None and heading.tag == qn("w:p") and _HEADING.match(style_of(heading)):
            first = heading.find(qn("w:r"))
            if first is not None and _SECTION_NUMBER.fullmatch(printed_text([first])):
                yield name, _Target(_Passage([first]))


def _label(start: etree._Element) -> list[etree._Element]:
    """The runs from a bookmark's start to its end."""
    runs: list[etree._Element] = []
    for element in start.itersiblings():
        if element.tag == qn("w:bookmarkEnd") and element.get(qn("w:id")) == start.get(qn("w:id")):
            return runs
        if element.tag == qn("w:r"):
            runs.append(element)
    return []


def _field_in(runs: Sequence[etree._Element]) -> list[etree._Element]:
    """The runs of the one field among ``runs``, from its begin to its end."""
    borders = [index for index, run in enumerate(runs) if run.find(qn("w:fldChar")) is not None]
    return list(runs[borders[0] : borders[-1] + 1]) if borders else []


class _Marks:
    """The bookmarks that fields need, each made once."""

    def __init__(self, body: etree._Element) -> None:
        self._next = 1 + max((int(mark.get(qn("w:id"))) for mark in body.iter(qn("w:bookmarkStart"))), default=0)
        self._made: set[str] = set()

    def around(self, passage: _Passage, anchor: str, part: str) -> str:
        """The name of a bookmark around ``passage``."""
        name = _PREFIX + re.sub(r"\W", "_", anchor) + part
        if len(name) > _LONGEST_NAME:
            digest = digest_of(f"{anchor} {part}".encode())[:8]
            name = f"{name[: _LONGEST_NAME - 9]}_{digest}"
        if name not in self._made:
            self._made.add(name)
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            for mark in (start, end):
                mark.set(qn("w:id"), str(self._next))
            start.set(qn("w:name"), name)
            passage.runs[0].addprevious(start)
            passage.runs[-1].addnext(end)
            self._next += 1
        return name


def _make_field(link: etree._Element, target: _Target, marks: _Marks) -> None:
    runs = link.findall(qn("w:r"))
    text, number = printed_text(runs), target.number.text
    anchor = link.get(qn("w:anchor"))
    if target.label is not None and text == target.label.text:
        _enclose(runs, marks.around(target.label, anchor, ""))
    elif len(runs) == 1 and text.endswith(number) and not text[: -len(number)][-1:].isdigit():
        if text != number:
            words = copy.deepcopy(runs[0])
            _set_text(words, text[: -len(number)])
            runs[0].addprevious(words)
            _set_text(runs[0], number)
        _enclose(runs, marks.around(target.number, anchor, "_no"))


def _set_text(run: etree._Element, text: str) -> None:
    first, *others = run.findall(qn("w:t"))
    first.text = text
    first.set(qn("xml:space"), "preserve")
    for other in others:
        run.remove(other)


def _enclose(runs: Sequence[etree._Element], name: str) -> None:
    """Make ``runs`` the stored result of a REF field, which keeps their formatting when Word updates it."""
    instruction = OxmlElement("w:instrText")
    instruction.text = f" REF {name} \\h \\* MERGEFORMAT "
    instruction.set(qn("xml:space"), "preserve")
    for element in (_mark("begin"), instruction, _mark("separate")):
        runs[0].addprevious(_run_like(runs[0], element))
    runs[-1].addnext(_run_like(runs[-1], _mark("end")))


def _run_like(other: etree._Element, content: etree._Element) -> etree._Element:
    """A run with the formatting of another one: LibreOffice shows a field as its marks are formatted."""
    run = OxmlElement("w:r")
    properties = other.find(qn("w:rPr"))
    if properties is not None:
        run.append(copy.deepcopy(properties))
    run.append(content)
    return run


def _mark(kind: str) -> etree._Element:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark
