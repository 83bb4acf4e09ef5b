"""A PDF output read by its structure tree: passages with the keys of their links, places, texts of its figures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf

from publishing.formats.pdf import address, destinations, link_annotations
from publishing.verify.contract import CLAIM_PLACE, KEY_PLACE
from publishing.verify.identity import Names
from publishing.verify.passages import Collector, Kind, Output, Place, Run
from publishing.verify.pdf_text import PdfPiece, marked_text

_HEADING = re.compile(r"/H([1-6])$")
_SEPARATE = ("/P", "/LI", "/Lbl", "/Note", "/BibEntry")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_SCRIPT = re.compile(r"[_^]\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\S)")
# A line that ends in one of these goes on without a blank.
_BINDING = ("-", "\N{EN DASH}", "\N{EM DASH}", "/", "\N{SOFT HYPHEN}", " ", "\N{NO-BREAK SPACE}")
# A word that begins so may break at any sign; where a line ends between words, the blank is drawn.
_ADDRESS = re.compile(r"https?://")
_EQUATION_NUMBER = re.compile(r"\(\d+\)")
_LABEL = re.compile(r"(?:\w+\s)*S?\d+(?:\.\d+)*(?:\s[^\W\d]+)?")
# places of what is numbered: a reference may be a bare number, as a citation is
_NUMBERED = re.compile(r"[a-z]*(?:fig|tbl|sec|eq)-")
_NUMBER = re.compile(r"\[?\d+\]?")


def read_pdf(path: Path, names: Names, references: str = "References") -> Output:
    """Read the PDF at ``path``.

    ``names`` turns places into keys; ``references`` is the heading that the list of references stands under.
    """
    with pikepdf.open(path) as pdf:
        reader = _Reader(pdf, names, references)
        reader.walk(pdf.Root.StructTreeRoot.K, Run(""))
        reader.collector.close()
        return Output(
            document=path.stem,
            form="pdf",
            passages=tuple(reader.collector.passages),
            places=frozenset(destinations(pdf)),
            links=tuple((target, "") for _, annotation in link_annotations(pdf) if (target := address(annotation))),
            drawn=tuple(reader.drawn),
        )


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf, names: Names, references: str) -> None:
        self.collector = Collector()
        self._names, self._references = names, references
        self._text = marked_text(pdf)
        self._pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self._last: PdfPiece | None = None
        self._row = self._column = 0
        self._in_cell = self._in_figure = False
        self.drawn: list[tuple[str, str]] = []

    def walk(self, element: pikepdf.Object, own: Run, page: int | None = None) -> None:
        """Read a structure element, or its marks on the page it names."""
        if isinstance(element, pikepdf.Array):
            for child in element:
                self.walk(child, own, page)
        elif isinstance(element, int):
            self._mark(page, element, own)
        elif isinstance(element, pikepdf.Dictionary):
            if "/Pg" in element:
                page = self._pages[element.Pg.objgen]
            kind = element.get("/Type")
            if kind == "/MCR":
                self._mark(page, int(element.MCID), own)
            elif kind != "/OBJR":
                self._element(element, own, page)

    def _element(self, element: pikepdf.Object, own: Run, page: int | None) -> None:
        role = str(element.get("/S"))
        heading = _HEADING.match(role)
        if role == "/Formula":
            self._formula(str(element.get("/Alt", "")), self._pieces(element, page))
            return
        if role == "/Figure":
            self._figure(element, page)
            return
        if role == "/Table":
            self._row = 0
        elif role == "/TR":
            self._row, self._column = self._row + 1, 0
        if heading:
            self._open(Place.HEADING, level=int(heading[1]))
        elif role in ("/TD", "/TH"):
            self._column += 1
            self._open(Place.CELL, row=self._row, column=self._column)
            self._in_cell = True
        elif role == "/Caption":
            self._open(Place.CAPTION)
        elif role in _SEPARATE:
            if self._in_cell:
                self.collector.add(Run(" "))
            else:
                self._open(Place.REFERENCES if self.collector.section == self._references else Place.PROSE)
        if role == "/Link":
            own = self._link(element, own)
        elif role == "/Code" and not own.key:
            own = replace(own, kind=Kind.CODE)
        if "/K" in element:
            self.walk(element.K, own, page)
        if role in ("/TD", "/TH"):
            self._in_cell = False
        if heading or role in ("/TD", "/TH", "/Caption"):
            self.collector.close()

    def _open(self, place: Place, **details: Any) -> None:
        self.collector.open(place, **details)
        self._last = None

    def _mark(self, page: int | None, mark: int, own: Run) -> None:
        for piece in self._text.get((-1 if page is None else page, mark), []):
            if self._last is not None and _is_new_line(self._last, piece) and not self._goes_on(self._last, piece):
                self.collector.add(Run(" "))
            self.collector.add(Run(piece.text, own.key, own.claim, own.kind, own.target, piece.page + 1))
            self._last = piece
            if self._in_figure:
                self.drawn.append((piece.text, f"{piece.page + 1} {piece.left:.1f} {piece.height:.1f}"))

    def _goes_on(self, before: PdfPiece, after: PdfPiece) -> bool:
        """Whether a word goes on over the end of the line; a line may also end before an unspaced dash."""
        if before.text.endswith(_BINDING) or after.text.startswith("\N{EM DASH}"):
            return True
        return _ADDRESS.search(self.collector.word()) is not None

    def _figure(self, element: pikepdf.Object, page: int | None) -> None:
        # the structure names the caption first
        label = self.collector.float
        self._open(Place.ALTERNATIVE, float=label)
        self.collector.add(Run(str(element.get("/Alt", ""))))
        self._open(Place.FIGURE, float=label)
        self._in_figure = True
        self.walk(element.K, Run(""), page)
        self._in_figure = False
        self.collector.close()

    def _formula(self, source: str, drawn: list[str]) -> None:
        position = 0
        for script in _SCRIPT.finditer(source):
            self.collector.add(Run(_COMMAND.sub(" ", source[position : script.start()]), kind=Kind.FORMULA))
            self.collector.add(Run(script[0][1:].strip("{} "), kind=Kind.SCRIPT))
            position = script.end()
        self.collector.add(Run(_COMMAND.sub(" ", source[position:]), kind=Kind.FORMULA))
        if drawn and _EQUATION_NUMBER.fullmatch(drawn[-1]):
            self.collector.add(Run(drawn[-1], kind=Kind.LABEL))
        self._last = None

    def _link(self, element: pikepdf.Object, own: Run) -> Run:
        kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                text = "".join(self._pieces(element, None)).replace("\N{SOFT HYPHEN}", "")
                return self._identity(address(kid.Obj), text, own)
        return own

    def _identity(self, target: str, text: str, own: Run) -> Run:
        place = target.partition("#")[2]
        if place.startswith(KEY_PLACE):
            return Run("", self._names.of_place(place), own.claim)
        if place.startswith(CLAIM_PLACE):
            return Run("", own.key, self._names.of_place(place))
        if target.startswith(("https://", "http://", "mailto:")):
            return Run("", own.key, own.claim, Kind.ADDRESS if text == target else None, target)
        is_reference = _NUMBERED.match(place) or (_LABEL.fullmatch(text) and not _NUMBER.fullmatch(text))
        kind = Kind.REFERENCE if is_reference else Kind.CITATION if _NUMBER.fullmatch(text) else None
        return Run("", own.key, own.claim, None if own.key or own.claim else kind, target)

    def _pieces(self, element: pikepdf.Object, page: int | None) -> list[str]:
        """The texts that are drawn for a structure element."""
        if "/Pg" in element:
            page = self._pages[element.Pg.objgen]
        found: list[str] = []
        for kid in element.K if isinstance(element.K, pikepdf.Array) else [element.K]:
            if isinstance(kid, int):
                found += [piece.text for piece in self._text.get((-1 if page is None else page, kid), [])]
            elif kid.get("/Type") == "/MCR":
                found += [piece.text for piece in self._text.get((self._pages[kid.Pg.objgen], int(kid.MCID)), [])]
            elif kid.get("/Type") != "/OBJR":
                found += self._pieces(kid, page)
        return found


def _is_new_line(before: PdfPiece, after: PdfPiece) -> bool:
    size = min(before.size, after.size) or 1.0
    return before.page != after.page or abs(before.height - after.height) > 0.75 * size
