"""Small projects for the engine's tests: the real ``_quarto.yml`` and filters, documents of the test's own."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BIBLIOGRAPHY = """
@article{hartung2001,
  title = {A refined method for the meta-analysis of controlled clinical trials with binary outcome},
  author = {Hartung, Joachim and Knapp, Guido}, journal = {Statistics in Medicine}, year = {2001}
}
"""

FRONT = "---\ntitle: A *small* document\n---\n"
PLAIN = FRONT + "\n# Start {#sec-start}\n\nText.\n"


def configuration(old: str = "", new: str = "") -> str:
    """The project's own configuration with absolute paths, without a ledger; optionally one passage replaced."""
    text = (ROOT / "_quarto.yml").read_text(encoding="utf-8").replace("publishing/", f"{ROOT}/publishing/")
    text = re.sub(r"^ledger:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^number-origins: .*\n", "", text, flags=re.MULTILINE)
    assert old in text, old
    return text.replace(old, new) if old else text


def write_project(folder: Path, documents: dict[str, str], settings: str | None = None) -> Path:
    """Write a project with ``manuscript.qmd`` and ``supplement.qmd`` (a plain one where a text is missing)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_quarto.yml").write_text(settings or configuration(), encoding="utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    defaults = {"manuscript": PLAIN, "supplement": PLAIN.replace("sec-start", "sec-supplement")}
    for name, text in {**defaults, **documents}.items():
        (folder / f"{name}.qmd").write_text(text, encoding="utf-8")
    return folder


def line_of(path: Path, passage: str) -> int:
    """The 1-based line of the first line of ``path`` that holds ``passage``."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if passage in line)
