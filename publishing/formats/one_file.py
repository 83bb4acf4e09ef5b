"""A page in one file: its style sheets and pictures put into it.

pandoc can do that too, by reading and writing the whole page as markup once more, which takes longer than to make it.
Here the addresses that our own template and pandoc's writer produce are replaced, and nothing else is touched; a page
that holds any other address is left to pandoc.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Container, Iterable
from pathlib import Path
from urllib.parse import unquote

_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]*)"\s*/?>')
_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')
#: a script that stands in the page: what it holds are no addresses of the page
_HELD = re.compile(r"(<script\b(?![^>]*\bsrc\s*=)[^>]*>.*?</script\s*>)", re.IGNORECASE | re.DOTALL)
#: what else loads something: each is pandoc's to deal with
_OTHER = re.compile(
    r"<script\b[^>]*\bsrc\s*=|<(?:iframe|embed|object|video|audio|source|track|link|base|input)\b|\b(?:srcset|poster|background)\s*="
    r"|@import|\burl\(|<img\b(?![^>]*\bsrc=\")",
    re.IGNORECASE,
)


def in_one_file(page: str, folders: Iterable[Path]) -> str | None:
    """The page with what it names, found in the first of ``folders`` that has it; None where it names anything else.

    A file that is not there is left named, as it is for pandoc to complain of.
    """
    folders = list(folders)
    # text of the page and scripts in it, in turn
    parts = _HELD.split(page)
    texts = "".join(parts[::2])
    if _OTHER.search(_SHEET.sub("", texts)):
        return None
    sheets = {name: _found(name, folders, (".css",)) for name in _SHEET.findall(texts)}
    named = (name for _, name, _ in _PICTURE.findall(texts) if not name.startswith("data:"))
    pictures = {name: _found(name, folders, _TYPES) for name in named}
    if None in sheets.values() or None in pictures.values():
        return None
    styles = {name: path.read_text(encoding="utf-8") for name, path in sheets.items() if path is not None}
    if any(_OTHER.search(style) for style in styles.values()):
        return None
    data = {name: _data(path) for name, path in pictures.items() if path is not None}

    def put_in(text: str) -> str:
        text = _SHEET.sub(lambda found: f'<style type="text/css">\n{styles[found[1]]}</style>', text)
        return _PICTURE.sub(lambda found: found[1] + data.get(found[2], found[2]) + found[3], text)

    return "".join(part if number % 2 else put_in(part) for number, part in enumerate(parts))


def _found(name: str, folders: Iterable[Path], types: Container[str]) -> Path | None:
    """The file of one of these types that an address names; None for one that is elsewhere, missing, or another."""
    path = unquote(html.unescape(name))
    if re.match(r"[a-z][a-z0-9+.-]+:|//", path, re.IGNORECASE):
        return None
    for folder in folders:
        file = folder / path
        if file.is_file() and file.suffix.lower() in types:
            return file
    return None


def _data(path: Path) -> str:
    return f"data:{_TYPES[path.suffix.lower()]};base64,{base64.b64encode(path.read_bytes()).decode()}"
