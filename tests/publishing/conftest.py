"""The bundle of the small project, made once for all tests that look into it."""

from __future__ import annotations

import zipfile

import pytest
from submission_project import Made, write_submission

from publishing.submission.bundle import make
from publishing.submission.contents import read_contents
from publishing.submission.measures import Subject


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Made:
    project = write_submission(tmp_path_factory.mktemp("submission") / "project")
    packed = make(project, "plos-one")
    folder = project.parent / "unpacked"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return Made(project, packed, folder)


@pytest.fixture(scope="session")
def small_paper(bundle: Made) -> Subject:
    return Subject(read_contents(bundle.folder / "manuscript.docx", "Declarations"), "", [])
