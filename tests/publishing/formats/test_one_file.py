"""A page in one file: what our own pages name is put in, and anything else is left to pandoc."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from publishing.formats.one_file import in_one_file

PAGE = '<html><head>\n  <link rel="stylesheet" href="look.css">\n</head><body>{}</body></html>'


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    stage, root = tmp_path / "stage", tmp_path / "root"
    for folder in (stage, root):
        folder.mkdir()
    (root / "look.css").write_text("p { color: #111 }\n", encoding="utf-8")
    (root / "a b.png").write_bytes(b"picture of the root")
    (stage / "a b.png").write_bytes(b"picture of the stage")
    (root / "drawing.svg").write_text("<svg/>", encoding="utf-8")
    return stage, root


def test_style_sheet_and_pictures_are_put_in(folders: tuple[Path, Path]) -> None:
    page = in_one_file(PAGE.format('<p><img src="a%20b.png" alt="A"><img alt="B" src="drawing.svg" /></p>'), folders)
    assert page is not None
    assert '<style type="text/css">\np { color: #111 }\n</style>' in page and "<link" not in page
    assert f'src="data:image/png;base64,{base64.b64encode(b"picture of the stage").decode()}" alt="A"' in page
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(b"<svg/>").decode()}" />' in page


def test_what_a_script_of_the_page_holds_stays_as_it_is(folders: tuple[Path, Path]) -> None:
    script = """<script type="application/json">{"a": "<img src='a%20b.png'> url(x) srcset="}</script>"""
    page = in_one_file(PAGE.format(f'{script}<img src="drawing.svg" alt="B">'), folders)
    assert page is not None and script in page
    assert page.count("data:image/svg+xml") == 1


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://elsewhere.example/a.png">',
        '<img src="//elsewhere.example/a.png">',
        '<img src="missing.png">',
        '<img src="look.css">',
        '<img srcset="a%20b.png 2x" src="a%20b.png">',
        '<script src="a.js"></script>',
        '<script type="text/javascript" defer SRC = a.js></script>',
        "<script>a()</script><style>p { background: url(a.png) }</style>",
        '<p style="background: url(a.png)">',
        '<video poster="a.png"></video>',
        "<iframe></iframe>",
        "<img alt='none'>",
    ],
)
def test_anything_else_is_left_to_pandoc(body: str, folders: tuple[Path, Path]) -> None:
    assert in_one_file(PAGE.format(body), folders) is None


def test_a_style_sheet_that_loads_more_is_left_to_pandoc(folders: tuple[Path, Path]) -> None:
    (folders[1] / "look.css").write_text("@import 'more.css';", encoding="utf-8")
    assert in_one_file(PAGE.format(""), folders) is None
