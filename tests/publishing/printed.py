"""Small Markdown through the filters and the typst template, to a finished PDF."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pypdf
import typst
from filtering import FRONT_MATTER, pandoc

from publishing import TEMPLATES
from publishing.formats import pdf
from publishing.verify import read_pdf
from publishing.verify.identity import Names
from publishing.verify.passages import Output


def square(path: Path) -> None:
    """A picture as high as wide: two thirds of a page."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(9) * 8)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


class Printed:
    """A PDF made with the template: its pages as drawn, and its passages in the order of the structure."""

    def __init__(self, folder: Path, text: str, front: str = "") -> None:
        square(folder / "x.png")
        template = ("--standalone", "--template", str(TEMPLATES / "article.typ"))
        head = FRONT_MATTER.replace("---\n\n", front + "---\n\n")
        done = pandoc(head + text, "typst", *template, "--output", "d.typ", folder=folder)
        assert done.returncode == 0, done.stderr.decode()
        self.path = folder / "d.pdf"
        typst.compile(folder / "d.typ", output=self.path, pdf_standards=["ua-1"], ignore_system_fonts=True)
        pdf.finish_pdf(self.path)
        self.pages = [page.extract_text() for page in pypdf.PdfReader(self.path).pages]

    def read(self) -> Output:
        return read_pdf.read_pdf(self.path, Names([], []))

    def page_of(self, words: str) -> int:
        return next(number for number, text in enumerate(self.pages) if words in text)
