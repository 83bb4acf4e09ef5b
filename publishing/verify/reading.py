"""All outputs of a document, read; and the texts of its pictures given the keys that the figures logged."""

from __future__ import annotations

import difflib
import re
import zipfile
import zlib
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from lxml import etree

from publishing.project.configuration import Project, document_formats
from publishing.project.document import Document
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of_file
from publishing.verify import read_docx, read_html, read_pdf
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.identity import Names
from publishing.verify.log import Drawing, Drawn, Parts
from publishing.verify.passages import Kind, Output, Passage, Place, Run
from publishing.verify.problems import RENDER
from publishing.verify.sources import Printing

#: writer → suffix of its file; the formats that can be read back
FORMS = {"html": "html", "typst": "pdf", "docx": "docx"}

#: what readers meet in a file that is damaged, or another thing than its name says
BROKEN = (
    zipfile.BadZipFile, zlib.error, etree.LxmlError, pikepdf.PdfError, AssertionError, AttributeError, LookupError,
    TypeError, ValueError, NotImplementedError, RecursionError,
)  # fmt: skip
_READ: ContextVar[dict[tuple[str, str], Output] | None] = ContextVar("read", default=None)
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "\u2011": "-"})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A printed text in an output, in its passage. ``key`` is ``claim:<name>`` for a guarded phrase.

    ``page`` is that of a PDF on which it begins, counted from 1; None elsewhere.
    """

    key: str
    text: str
    passage: Passage
    page: int | None = None

    @property
    def printing(self) -> Printing:
        return Printing(self.key, self.text)


def forms(project: Project, document: Document) -> list[str]:
    """The readable forms of a document."""
    return [FORMS[name] for name in document_formats(project, document.front) if name in FORMS]


@contextmanager
def each_once() -> Iterator[None]:
    """Within the block a file is read once: what its bytes said is given again while they are the same."""
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def read_output(path: Path, names: Names) -> Output:
    """Read an output by the reader for its form; raises :class:`PublishingError` for one that can't be read."""
    known = _READ.get()
    if known is None:
        return _read(path, names)
    content = (path.name, digest_of_file(path))
    if content not in known:
        known[content] = _read(path, names)
    return known[content]


def _read(path: Path, names: Names) -> Output:
    try:
        if path.suffix == ".html":
            return read_html.read_html(path)
        return read_docx.read_docx(path, names) if path.suffix == ".docx" else read_pdf.read_pdf(path, names)
    except BROKEN as error:
        why = str(error) or type(error).__name__
        raise PublishingError(
            f"{path.name} is not the file that was rendered: it can't be read as {path.suffix[1:].upper()} ({why}).",
            remedy=RENDER,
        ) from error


def with_authors(outputs: Sequence[Output]) -> list[Output]:
    """The outputs of one document; what one says of the authors is theirs in all, as a PDF marks no authors."""
    theirs = {solid(one.text) for output in outputs for one in output.passages if one.place is Place.AUTHORS}
    return [
        replace(
            output,
            passages=tuple(
                replace(one, place=Place.AUTHORS)
                if one.place is Place.PROSE and theirs and solid(one.text) in theirs
                else one
                for one in output.passages
            ),
        )
        for output in outputs
    ]


def occurrences(output: Output) -> list[Occurrence]:
    """Every printed text of the document's own flow, in its order: what drawings and alternative texts hold apart."""
    return [found for passage in output.passages if not is_picture(passage) for found in occurrences_in(passage)]


def occurrences_in(passage: Passage) -> Iterator[Occurrence]:
    """The printed texts of one passage; a text in several runs (bold, italic) is one."""
    key, text, page = "", "", None
    for run in passage.runs:
        now = run.key or (CLAIM_TAG + run.claim if run.claim else "")
        if now != key:
            if key:
                yield Occurrence(key, text, passage, page)
            key, text, page = now, "", run.page
        text += run.text
    if key:
        yield Occurrence(key, text, passage, page)


def is_picture(passage: Passage) -> bool:
    return passage.place in (Place.FIGURE, Place.ALTERNATIVE)


def folded(text: str) -> str:
    """Text without the typographic choices that formats make: quotation marks and kinds of blanks."""
    return " ".join(text.translate(_TYPOGRAPHY).replace("--", "–").replace("...", "…").split())


def solid(text: str) -> str:
    """Folded text without blanks: where lines break is the page's choice."""
    return re.sub(r"\s", "", folded(text))


def with_keys(output: Output, drawn: Drawn) -> Output:
    """The output with its pictures' texts split into the parts that the figures logged, where they agree."""
    passages: list[Passage] = []
    figures = list(drawn.drawings)
    position = 0
    while position < len(output.passages):
        passage = output.passages[position]
        if passage.place is Place.FIGURE:
            group = [passage]
            while position + len(group) < len(output.passages) and _same_drawing(
                passage, output.passages[position + len(group)]
            ):
                group.append(output.passages[position + len(group)])
            passages += _drawing_with_keys(group, figures)
            position += len(group)
            continue
        if passage.place is Place.ALTERNATIVE:
            passage = _alternative_with_keys(passage, drawn.alternatives)
        passages.append(passage)
        position += 1
    return replace(output, passages=tuple(passages))


def _same_drawing(first: Passage, second: Passage) -> bool:
    return second.place is Place.FIGURE and (second.float, second.figure) == (first.float, first.figure)


def _drawing_with_keys(group: Sequence[Passage], figures: list[Drawing]) -> list[Passage]:
    """The texts of one drawing: together they must be those that a figure logged, in whatever order it drew them.

    Of one whose texts no figure logged the name says nothing, so it is taken off.
    """
    text = solid("".join(passage.text for passage in group))
    # two versions of a drawing may have the same texts
    for drawing in sorted(figures, key=lambda one: one.name != group[0].figure):
        logged = [solid(_plain(parts)) for parts in drawing.texts]
        order = _order(text, logged)
        if order is not None:
            return [
                replace(
                    group[0],
                    figure=drawing.name,
                    runs=_runs(drawing.texts[index], Kind.SCALE if drawing.scale[index] else None, group[0].page),
                )
                for index in order
            ]
    return [replace(passage, figure="") for passage in group]


def _order(text: str, pieces: Sequence[str]) -> list[int] | None:
    """The order in which the pieces, each used once, make up the text; None when they do not."""
    if len(text) != sum(map(len, pieces)):
        return None
    longest_first = sorted(range(len(pieces)), key=lambda index: -len(pieces[index]))
    chosen: list[int] = []
    tried: set[tuple[int, frozenset[int]]] = set()

    def go_on(position: int) -> bool:
        state = (position, frozenset(chosen))
        if state in tried:
            return False
        tried.add(state)
        if position == len(text):
            return True
        alike: set[str] = set()
        for index in longest_first:
            piece = pieces[index]
            if index in chosen or piece in alike or not piece or not text.startswith(piece, position):
                continue
            alike.add(piece)
            chosen.append(index)
            if go_on(position + len(piece)):
                return True
            chosen.pop()
        return False

    return chosen if go_on(0) else None


def _alternative_with_keys(passage: Passage, alternatives: Sequence[Parts]) -> Passage:
    for parts in alternatives:
        if solid(_plain(parts)) == solid(passage.text):
            return replace(passage, runs=_runs(parts, None, passage.page))
    return passage


def _plain(parts: Parts) -> str:
    return "".join(text for text, _ in parts)


def _runs(parts: Parts, kind: Kind | None, page: int | None) -> tuple[Run, ...]:
    return tuple(Run(text, key=key, kind=None if key else kind, page=page) for text, key in parts)


def differing(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches (start and end in either) in which two sequences differ."""
    # to find no difference would take longer than all reading: many cells of tables are alike
    if list(ours) == list(theirs):
        return
    for kind, *stretch in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            start, end, low, high = stretch
            yield start, end, low, high
