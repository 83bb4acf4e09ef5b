"""The real paper, rendered once however many workers run the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "_build", "_output", "__pycache__", ".*_cache", ".hypothesis")
#: seconds until a worker no longer believes that another one is still rendering
PATIENCE = 900


def render(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Render the project in ``folder`` with the built-in engine."""
    command = [sys.executable, "-m", "publishing", "render", "--engine", "builtin", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def rendered(factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its outputs: the first worker that asks renders, the others wait for it."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, said = shared / "real-paper" / "project", shared / "real-paper" / "said"
    try:
        folder.parent.mkdir()
    except FileExistsError:
        wait_for(said)
    else:
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
        done = render(folder)
        beside = said.with_suffix(".new")
        beside.write_text(f"{done.returncode}\n{done.stderr}", encoding="utf-8")
        beside.rename(said)
    code, _, errors = said.read_text(encoding="utf-8").partition("\n")
    assert code == "0", errors
    return folder


def wait_for(path: Path) -> None:
    begun = time.monotonic()
    while not path.exists():
        assert time.monotonic() - begun < PATIENCE, f"{path} was not written in {PATIENCE} s"
        time.sleep(0.2)
