"""Copies of the evidence that tests may spoil, and checks that remember what they found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import invented_measures
import pytest
from data_copy import Copy
from remembered import remembering
from worked_examples import entered

from analysis.evidence import checks
from analysis.evidence.load import DATA, load
from analysis.results.build import build
from analysis.results.tree import Review


@pytest.fixture(scope="session", autouse=True)
def checks_that_remember() -> Iterator[None]:
    """Ask each check once about the same tables, data/ as it is first; test_mutations shows that nothing is lost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "CHECKS", tuple(map(remembering, checks.CHECKS)))
        load()
        yield


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A fresh copy of the repository's data folder."""
    return Copy(Path(shutil.copytree(DATA, tmp_path / "data")))


@pytest.fixture(scope="session")
def worked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of data/ with the worked examples of the guide, their figures clicked exactly; nobody changes it."""
    return entered(tmp_path_factory.mktemp("worked")).folder


@pytest.fixture(scope="session")
def worked(worked_folder: Path) -> Review:
    """The results of it."""
    return build(worked_folder)


@pytest.fixture
def examples(worked_folder: Path, tmp_path: Path) -> Copy:
    """A fresh copy of it, sealed, to be changed."""
    return Copy(Path(shutil.copytree(worked_folder, tmp_path / "data")))


@pytest.fixture(scope="session")
def measured_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of data/ with invented numbers of measured outcomes, sealed; nobody changes it."""
    return invented_measures.sealed(tmp_path_factory.mktemp("measured") / "data")


@pytest.fixture
def measured(tmp_path: Path, measured_folder: Path) -> Copy:
    """A fresh copy of the data folder with invented numbers of measured outcomes."""
    return Copy(Path(shutil.copytree(measured_folder, tmp_path / "data")))
