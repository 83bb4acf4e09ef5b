"""What a finished HTML page gets besides its text: drawings, links, and scripts that help in reading it.

It is complete without the scripts. They stand in the page itself, so that it stays one file; verify/pages.py holds
each of them against its source.
"""

from __future__ import annotations

from pathlib import Path

from publishing import TEMPLATES
from publishing.formats import drawings, page_head
from publishing.project.configuration import Project

#: what runs before the page is shown
FIRST = "theme.js"
#: the script that opens a number's origin; its data come with the ledger (verify/cards.py)
CARDS = "cards.js"
#: the script for the lines of figures, with the same
LINES = "lines.js"
#: what every page gets, in this order: the first is used by those that follow
READING = ("tools.js", "contents.js", "places.js", "previews.js", "panel.js", "tables.js", "drawings.js", "cite.js")


def finish_html(path: Path, project: Project) -> None:
    """Put drawings, links and the reading scripts into the page at ``path``."""
    page = drawings.inlined(path.read_text(encoding="utf-8"))
    page = page_head.with_head(page, project, path.stem)
    page = page.replace("</head>", f"{script(FIRST)}\n</head>", 1)
    path.write_text(page, encoding="utf-8")
    insert(path, *(script(name) for name in READING))


def script(name: str) -> str:
    """A script of the templates as an element."""
    return f"<script>\n{(TEMPLATES / name).read_text(encoding='utf-8')}</script>"


def insert(path: Path, *elements: str) -> None:
    """Put elements at the end of the page's body."""
    head, end, tail = path.read_text(encoding="utf-8").rpartition("</body>")
    path.write_text("\n".join([head, *elements, end + tail]) if end else tail, encoding="utf-8")
