"""Small Markdown through pandoc and the project's filters, as both engines call them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pypandoc

ROOT = Path(__file__).parents[2]
FILTERS = ROOT / "publishing" / "filters"
ORDER = ("conditional", "abstract", "authors", "crossref", "tables", "landscape", "formulas", "outline", "keys")

FRONT_MATTER = """---
title: A title
lang: en-GB
number-headings: true
crossref:
  custom:
    - {kind: float, key: sfig, reference-prefix: Figure S, space-before-numbering: false}
    - {kind: float, key: stbl, reference-prefix: Table S, space-before-numbering: false, caption-location: top}
---

"""

TABLE = "| a | b |\n|---|--:|\n| 1 | 2 |\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


def pandoc(
    text: str, to: str, *arguments: str, folder: Path | None = None, registry: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run pandoc with all filters; the caller looks at the status, stdout and stderr."""
    command = [pypandoc.get_pandoc_path(), "--from", "markdown", "--to", to, "--wrap", "none", *arguments]
    for name in ORDER:
        command += ["--lua-filter", str(FILTERS / f"{name}.lua")]
    environment = {key: value for key, value in os.environ.items() if key != "CROSSREF_REGISTRY"}
    if registry is not None:
        environment["CROSSREF_REGISTRY"] = str(registry)
    return subprocess.run(command, input=text.encode(), capture_output=True, cwd=folder, env=environment, check=False)


def convert(text: str, to: str, *arguments: str, folder: Path | None = None, registry: Path | None = None) -> str:
    """The output of pandoc as text; the front matter of these tests is put before `text`."""
    done = pandoc(FRONT_MATTER + text, to, *arguments, folder=folder, registry=registry)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def refused(text: str, to: str = "html") -> str:
    """What the filters say about a document they must refuse."""
    done = pandoc(FRONT_MATTER + text, to)
    assert done.returncode == 1, done.stdout.decode()
    assert not done.stdout
    return done.stderr.decode()


def write_docx(text: str, path: Path, *arguments: str) -> Path:
    """A DOCX of `text`, images read from the file's folder; a picture `x.png` is there."""
    (path.parent / "x.png").write_bytes(PNG)
    done = pandoc(FRONT_MATTER + text, "docx", "--output", str(path), *arguments, folder=path.parent)
    assert done.returncode == 0, done.stderr.decode()
    return path
