"""Rendering a new review where it lies, with the tool-kit of this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1790000000", "LC_ALL": "C.UTF-8"}
OUTPUTS = [f"{document}.{ending}" for document in ("manuscript", "supplement") for ending in ("html", "pdf", "docx")]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the tool-kit in the folder of a review."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


def rendered(folder: Path) -> Path:
    """The outputs of the review in ``folder``, rendered and verified."""
    for command in (("publishing", "render", "--engine", "builtin"), ("publishing", "verify")):
        done = run(folder, *command)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    assert {path.name for path in (folder / "_output").iterdir()} >= {*OUTPUTS, "origins.html"}
    return folder / "_output"


def text_of(page: Path) -> str:
    """The words of an HTML page."""
    from lxml import html

    return " ".join(html.parse(str(page)).getroot().text_content().split())
