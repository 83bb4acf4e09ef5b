"""The text of a PDF by marked content: what stands at each mark of the structure tree, and on which line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_RANGE_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
#: of what is drawn, this alone moves, sets, marks or nests text
_OPERATORS = "q Q cm BT Tm Td TD Tf BDC BMC EMC Tj TJ ' \" Do"
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class PdfPiece:
    """Text set in one go: ``left`` and ``height`` are its start's from the page's left and bottom edge.

    ``size`` is the type's; all are in points.
    """

    text: str
    page: int
    height: float
    size: float
    left: float = 0.0


def marked_text(pdf: pikepdf.Pdf) -> dict[tuple[int, int], list[PdfPiece]]:
    """(index of the page, mark) → the pieces of text that stand there, in the order they are drawn."""
    found: dict[tuple[int, int], list[PdfPiece]] = {}
    fonts: dict[tuple[int, int], dict[bytes, str]] = {}
    for index, page in enumerate(pdf.pages):
        for mark, piece in _Stream(index, fonts).read(page.obj, page.obj.get("/Resources", pikepdf.Dictionary())):
            found.setdefault((index, mark), []).append(piece)
    return found


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class _Stream:
    """Reads one content stream and the forms it draws."""

    def __init__(self, page: int, fonts: dict[tuple[int, int], dict[bytes, str]]) -> None:
        self._page, self._fonts = page, fonts
        self._marks: list[int | None] = []
        self._spoken: list[str | None] = []

    def read(
        self, stream: pikepdf.Object, resources: pikepdf.Object, matrix: Matrix = _UNIT
    ) -> Iterator[tuple[int, PdfPiece]]:
        saved: list[Matrix] = []
        ctm, line, size = matrix, _UNIT, 0.0
        decode: dict[bytes, str] = {}
        for instruction in pikepdf.parse_content_stream(stream, _OPERATORS):
            operands, name = instruction.operands, str(instruction.operator)
            if name == "q":
                saved.append(ctm)
            elif name == "Q" and saved:
                ctm = saved.pop()
            elif name == "cm":
                ctm = _times(_matrix(operands), ctm)
            elif name == "BT":
                line = _UNIT
            elif name == "Tm":
                line = _matrix(operands)
            elif name in ("Td", "TD"):
                line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
            elif name == "Tf":
                size = float(operands[1])
                decode = self._font(resources.Font[str(operands[0])])
            elif name in ("BDC", "BMC"):
                spoken = self._begin(operands, resources)
                if spoken is not None:
                    yield from self._piece(spoken, ctm, line, size)
            elif name == "EMC" and self._marks:
                self._marks.pop()
                self._spoken.pop()
            elif name in ("Tj", "TJ", "'", '"'):
                if not any(text is not None for text in self._spoken):
                    yield from self._piece(_shown(operands[-1], decode), ctm, line, size)
            elif name == "Do":
                form = resources.XObject[str(operands[0])]
                if form.get("/Subtype") == "/Form":
                    inner = _matrix(form.get("/Matrix", _UNIT))
                    yield from self.read(form, form.get("/Resources", resources), _times(inner, ctm))

    def _begin(self, operands: Any, resources: pikepdf.Object) -> str | None:
        properties = operands[1] if len(operands) > 1 else {}
        if isinstance(properties, pikepdf.Name):
            properties = resources.Properties[str(properties)]
        outer = self._marks[-1] if self._marks else None
        self._marks.append(int(properties.get("/MCID", -1 if outer is None else outer)))
        spoken = str(properties["/ActualText"]) if "/ActualText" in properties else None
        first = not any(text is not None for text in self._spoken)
        self._spoken.append(spoken)
        return spoken if first else None

    def _piece(self, text: str, ctm: Matrix, line: Matrix, size: float) -> Iterator[tuple[int, PdfPiece]]:
        mark = self._marks[-1] if self._marks else -1
        if text and mark is not None and mark >= 0:
            place = _times(line, ctm)
            yield mark, PdfPiece(text, self._page, place[5], size * abs(place[3]), place[4])

    def _font(self, font: pikepdf.Object) -> dict[bytes, str]:
        if font.objgen not in self._fonts or font.objgen == (0, 0):
            table = font.get("/ToUnicode")
            self._fonts[font.objgen] = {} if table is None else _character_map(table.read_bytes())
        return self._fonts[font.objgen]


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return (a, b, c, d, e, f)


def _shown(operand: pikepdf.Object, decode: dict[bytes, str]) -> str:
    if not isinstance(operand, pikepdf.Array):
        return _decoded(bytes(operand), decode)
    return "".join(_decoded(bytes(item), decode) for item in operand if isinstance(item, pikepdf.String))


def _decoded(codes: bytes, decode: dict[bytes, str]) -> str:
    width = len(next(iter(decode), b"\0\0"))
    # a code that the font does not explain is shown as such: it equals no expected text
    return "".join(decode.get(codes[i : i + width], "\N{REPLACEMENT CHARACTER}") for i in range(0, len(codes), width))


def _character_map(table: bytes) -> dict[bytes, str]:
    """Code → characters, from a ToUnicode table."""
    found: dict[bytes, str] = {}
    for kind, body in _RANGE_BLOCK.findall(table):
        tokens = list(_HEX.finditer(body))
        position = 0
        step = 2 if kind == b"char" else 3
        while position + step <= len(tokens):
            first = bytes.fromhex(tokens[position][1].decode())
            if kind == b"char":
                found[first] = _characters(tokens[position + 1])
                position += 2
                continue
            last = int.from_bytes(bytes.fromhex(tokens[position + 1][1].decode()))
            codes = [code.to_bytes(len(first)) for code in range(int.from_bytes(first), last + 1)]
            position += 2
            if tokens[position][2]:
                for offset, code in enumerate(codes, start=1):
                    found[code] = _characters(tokens[position + offset])
                position += len(codes) + 2
            else:
                start = _characters(tokens[position])
                for offset, code in enumerate(codes):
                    found[code] = start[:-1] + chr(ord(start[-1]) + offset)
                position += 1
    return found


def _characters(token: re.Match[bytes]) -> str:
    return bytes.fromhex(token[1].decode()).decode("utf-16-be")
