"""What a finished HTML page gets besides its text: scripts that help in reading it. It is complete without them.

They stand in the page itself, so that it stays one file; verify/pages.py holds each of them against its source.
"""

from __future__ import annotations

from pathlib import Path

from publishing import TEMPLATES

#: the script that opens a number's origin; its data come with the ledger (verify/cards.py)
CARDS = "cards.js"
#: what every page gets
READING = ("contents.js", "figures.js", "previews.js", "panel.js")


def finish_html(path: Path) -> None:
    """Put the reading scripts into the page at ``path``."""
    insert(path, *(script(name) for name in READING))


def script(name: str) -> str:
    """A script of the templates as an element."""
    return f"<script>\n{(TEMPLATES / name).read_text(encoding='utf-8')}</script>"


def insert(path: Path, *elements: str) -> None:
    """Put elements at the end of the page's body."""
    head, end, tail = path.read_text(encoding="utf-8").rpartition("</body>")
    path.write_text("\n".join([head, *elements, end + tail]) if end else tail, encoding="utf-8")
