"""Changes to finished outputs, as someone or a slip might make them, never through our own readers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"


def replace_nth(text: str, old: str, new: str, number: int = 1) -> str:
    """The ``number``-th occurrence replaced; it must be there."""
    parts = text.split(old)
    assert len(parts) > number, (old, len(parts) - 1)
    return old.join(parts[:number]) + new + old.join(parts[number:])


# HTML ------------------------------------------------------------------------------------------------------------


def in_html(page: Path, old: str, new: str, number: int = 1) -> None:
    page.write_text(replace_nth(page.read_text(encoding="utf-8"), old, new, number), encoding="utf-8")


def in_html_drawing(page: Path, old: str, new: str) -> None:
    """Change the drawing inside the page."""
    head, found, tail = drawing_of(page.read_text(encoding="utf-8"))
    page.write_text(head + replace_nth(found, old, new) + tail, encoding="utf-8")


def drawing_of(text: str) -> tuple[str, str, str]:
    """What stands before the only drawing of a page, the drawing, and what stands behind it."""
    head, found, tail = re.split(r"(<svg\b.*?</svg>)", text, flags=re.DOTALL)
    return head, found, tail


def swap_in_html(page: Path, first: str, second: str) -> None:
    """Give two numbers each other's key, in the text."""
    text = page.read_text(encoding="utf-8")
    a, b = f'data-key="{first}"', f'data-key="{second}"'
    head, body = text.split("<article>")
    body = replace_nth(replace_nth(replace_nth(body, a, "@"), b, a), "@", b)
    page.write_text(f"{head}<article>{body}", encoding="utf-8")


# DOCX ------------------------------------------------------------------------------------------------------------


def in_docx(path: Path, change: Callable[[Any], None], part: str = DOCUMENT) -> None:
    """Change the parsed XML of one part."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts[part])
    change(root)
    parts[part] = etree.tostring(root)
    _write(path, parts)


def _write(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def control(root: Any, key: str, number: int = 1) -> Any:
    """The ``number``-th content control of a key."""
    return [c for c in root.iter(f"{W}sdt") if c.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == key][number - 1]


def write_in_control(key: str, new: str, number: int = 1) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        next(control(root, key, number).iter(f"{W}t")).text = new

    return change


def unwrap_control(key: str, number: int = 1) -> Callable[[Any], None]:
    """Delete a content control and keep its text, as Word's "Remove Content Control" does."""

    def change(root: Any) -> None:
        one = control(root, key, number)
        parent, position = one.getparent(), one.getparent().index(one)
        for offset, child in enumerate(one.find(f"{W}sdtContent")):
            parent.insert(position + offset, child)
        parent.remove(one)

    return change


def swap_controls(first: str, second: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        a, b = (control(root, key).find(f"{W}sdtPr/{W}tag") for key in (first, second))
        a.set(f"{W}val", second)
        b.set(f"{W}val", first)

    return change


def write_in_text(old: str, new: str) -> Callable[[Any], None]:
    """Change text that stands in no content control."""

    def change(root: Any) -> None:
        for node in root.iter(f"{W}t"):
            if old in (node.text or ""):
                node.text = node.text.replace(old, new, 1)
                return
        raise AssertionError(old)

    return change


def change_picture(path: Path) -> None:
    """Another picture of the same size in the place of the first."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = next(name for name in parts if name.endswith(".png"))
    parts[name] = parts[name] + b"\0"
    _write(path, parts)


# PDF -------------------------------------------------------------------------------------------------------------


def in_pdf(path: Path, old: str, new: str, number: int = 1, *, drawn: bool = False) -> None:
    """Change the glyphs of the ``number``-th text shown as ``old`` and leave its link.

    ``drawn``: look in drawings, where each sign is set by itself.
    """
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        left = number
        for page in pdf.pages:
            instructions = list(pikepdf.parse_content_stream(page))
            found = _change(page, instructions, old, new, left, drawn)
            if found == 0:
                page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
                pdf.save(path)
                return
            left = found
    raise AssertionError(old)


def _change(page: Any, instructions: list[Any], old: str, new: str, left: int, drawn: bool) -> int:
    codes: dict[str, bytes] = {}
    window: list[tuple[int, str]] = []
    for index, instruction in enumerate(instructions):
        name = str(instruction.operator)
        if name == "Tf":
            table = page.Resources.Font[str(instruction.operands[0])].ToUnicode.read_bytes()
            pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
            codes = {bytes.fromhex(text.decode()).decode("utf-16-be"): bytes.fromhex(c.decode()) for c, text in pairs}
        if name not in ("Tj", "TJ"):
            continue
        shown = _shown(instruction.operands[0], {code: text for text, code in codes.items()})
        window = [*window[-len(old) :], (index, shown)]
        tail = [one for one in window if len(one[1]) == 1][-len(old) :]
        if not ("".join(text for _, text in tail) == old if drawn else shown == old):
            continue
        left -= 1
        if left == 0:
            pieces = zip([place for place, _ in tail], new, strict=True) if drawn else [(index, new)]
            for place, signs in pieces:
                glyphs = pikepdf.String(b"".join(codes[sign] for sign in signs))
                instructions[place] = pikepdf.ContentStreamInstruction([glyphs], pikepdf.Operator("Tj"))
            return 0
    return left


def places_of(page: Any, instructions: list[Any], text: str) -> list[int]:
    """The instructions that set ``text`` sign by sign."""
    decode: dict[bytes, str] = {}
    single: list[tuple[int, str]] = []
    for index, instruction in enumerate(instructions):
        name = str(instruction.operator)
        if name == "Tf":
            table = page.Resources.Font[str(instruction.operands[0])].ToUnicode.read_bytes()
            pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
            decode = {
                bytes.fromhex(c.decode()): bytes.fromhex(sign.decode()).decode("utf-16-be") for c, sign in pairs
            }
        elif name in ("Tj", "TJ"):
            shown = _shown(instruction.operands[0], decode)
            single = [*single, (index, shown)][-len(text) :] if len(shown) == 1 else []
            if "".join(sign for _, sign in single) == text:
                return [place for place, _ in single]
    return []


def _shown(operand: Any, decode: dict[bytes, str]) -> str:
    pieces = operand if isinstance(operand, pikepdf.Array) else [operand]
    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(decode.get(codes[place : place + 2], "?") for place in range(0, len(codes), 2))


def swap_in_pdf(path: Path, first: str, second: str) -> None:
    """Let the first links of two keys lead to each other's place."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        links = [note for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
        a, b = (next(n for n in links if str(n.A.URI).endswith(f"#n-{key}")) for key in (first, second))
        a.A.URI, b.A.URI = pikepdf.String(str(b.A.URI)), pikepdf.String(str(a.A.URI))
        pdf.save(path)


def set_alternative_in_pdf(path: Path, old: str, new: str) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        changed = 0
        for element in pdf.objects:
            if isinstance(element, pikepdf.Dictionary) and old in str(element.get("/Alt", "")):
                element.Alt = pikepdf.String(str(element.Alt).replace(old, new))
                changed += 1
        assert changed
        pdf.save(path)
