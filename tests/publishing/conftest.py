"""The bundle of the small project, made once for all tests that look into it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from submission_project import Made, write_submission

from publishing.submission import bundle as bundling
from publishing.submission.bundle import make
from publishing.submission.contents import read_contents
from publishing.submission.measures import Subject
from publishing.submission.profile import load_profile


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Made for PLOS ONE as if its reviewers did not know the authors, so that there are blinded files too."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bundling, "load_profile", lambda name: replace(load_profile(name), blinded=True))
        yield _made(tmp_path_factory)


def _made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    project = write_submission(tmp_path_factory.mktemp("submission") / "project")
    packed = make(project, "plos-one")
    folder = project.parent / "unpacked"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return Made(project, packed, folder)


@pytest.fixture(scope="session")
def small_paper(bundle: Made) -> Subject:
    return Subject(read_contents(bundle.folder / "manuscript.docx", "Declarations"), "", [])
