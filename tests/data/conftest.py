"""The evidence, and copies of it that tests may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from data_copy import Copy

from analysis.evidence.load import DATA, Evidence, load


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A fresh copy of the repository's data folder."""
    return Copy(Path(shutil.copytree(DATA, tmp_path / "data")))


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """The repository's evidence."""
    return load()
