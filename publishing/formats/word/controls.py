"""A DOCX without its content controls, for journals whose systems stumble over them.

The controls carry the keys of printed numbers, which verification reads. So the file that is handed on is made of the
verified one, and that one is kept beside it.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from docx.oxml.ns import qn
from lxml import etree

from publishing.formats.word import package
from publishing.project.errors import PublishingError

#: folder beside the outputs with the files as they were before
TRACED_FOLDER = ".traced"
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def traced(path: Path) -> Path:
    """Where the file with the controls is kept."""
    return path.parent / TRACED_FOLDER / path.name


def release(path: Path) -> None:
    """Take the controls out of the DOCX at `path`; what it was is kept as `traced(path)`."""
    kept = traced(path)
    kept.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, kept)
    _take_out(path)


def check_released(path: Path) -> Path:
    """The file that `path` was made of.

    Raises `PublishingError` when it is missing, or when `path` is anything else than that file without its controls.
    """
    kept = traced(path)
    if not kept.is_file():
        raise PublishingError("the file with its content controls is not there.", source=kept, remedy="render again.")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(kept) as original:
        made = {name: archive.read(name) for name in archive.namelist()}
        expected = {name: original.read(name) for name in original.namelist()}
    expected |= {name: _without_controls(expected[name]) for name in _PARTS if name in expected}
    if made != expected:
        raise PublishingError(
            "this is not the verified file without its content controls.", source=path, remedy="render again."
        )
    return kept


def _take_out(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in _PARTS if name in archive.namelist()}
    package.rewrite(path, {name: _without_controls(content) for name, content in parts.items()})


def _without_controls(content: bytes) -> bytes:
    """Replace every control that has a tag by what it holds; others (a contents list) stay."""
    root = etree.fromstring(content)
    for control in list(root.iter(qn("w:sdt"))):
        if control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}") is None:
            continue
        for child in list(control.find(qn("w:sdtContent"))):
            control.addprevious(child)
        control.getparent().remove(control)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
