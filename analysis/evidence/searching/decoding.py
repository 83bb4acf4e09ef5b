"""Bytes of an export to text: UTF-8, UTF-16 with its mark, else Windows-1252, which Latin-1 files fit into."""

from __future__ import annotations

import codecs

from analysis.evidence.searching.exported import refused

AGAIN = "export it again and choose UTF-8, or save it from a text editor as UTF-8"
#: how a file begins that is no text, and what it is
NO_TEXT = {
    b"PK\x03\x04": ("is a spreadsheet (XLSX) or an archive", "save the sheet as CSV (UTF-8), or unpack the archive"),
    b"\xd0\xcf\x11\xe0": ("is a spreadsheet (XLS)", "save the sheet as CSV (UTF-8)"),
    b"%PDF": ("is a PDF", "export RIS, NBIB, CSV or XML from the database"),
    b"\x1f\x8b": ("is compressed", "unpack it"),
}


def decoded(file: str, raw: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises DataError for what is no text or in no encoding that is known."""
    if not raw.strip():
        raise refused(file, None, None, "is empty", "export it again")
    for start, (problem, remedy) in NO_TEXT.items():
        if raw.startswith(start):
            raise refused(file, None, None, problem, remedy)
    for mark, encoding, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if raw.startswith(mark):
            return attempt(file, raw, encoding, name), name
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        line = raw.count(b"\n", 0, at) + 1
        raise refused(file, line, None, "holds a NUL byte: UTF-16 without its mark, or no text", AGAIN)
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return attempt(file, raw, "windows-1252", "Windows-1252"), "Windows-1252"


def attempt(file: str, raw: bytes, encoding: str, name: str) -> str:
    """The text in this encoding. Raises DataError at the line of the byte that does not fit."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = raw[error.start : error.start + 1].hex()
        raise refused(file, line, None, f"holds the byte 0x{found}, which is no sign in {name}", AGAIN) from None
