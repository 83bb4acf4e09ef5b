"""Copies of the evidence that tests may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from data_copy import Copy

from analysis.evidence.load import DATA


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A fresh copy of the repository's data folder."""
    return Copy(Path(shutil.copytree(DATA, tmp_path / "data")))
