"""One render of a small paper for all tests of the verification."""

import shutil
from collections.abc import Callable
from pathlib import Path

import browser
import pytest
import small_project

from publishing.errors import PublishingError
from publishing.verify.command import verify

# A machine with Python alone has no browser; what a page holds is then tested by parsing it only.
PROGRAM = browser.find()
IN_BROWSER = ("test_axe_in_browser.py", "test_cards_in_browser.py", "test_page_in_browser.py")
collect_ignore = [] if PROGRAM else [*IN_BROWSER]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said = f"tested in {PROGRAM}" if PROGRAM else "no Chromium on this machine, so their pages were only parsed"
    terminalreporter.write_line(f"Cards of the numbers: {said}.")


@pytest.fixture(scope="session")
def paper(tmp_path_factory) -> Path:
    """The small project with its outputs, which nobody changes."""
    folder = small_project.write(tmp_path_factory.mktemp("small") / "paper")
    done = small_project.run(folder, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy(paper, tmp_path) -> Path:
    """A copy of the project to tamper with."""
    return Path(shutil.copytree(paper, tmp_path / "paper"))


@pytest.fixture
def found() -> Callable[[Path], str]:
    """What the verification of a project says against it; "" when nothing."""

    def verified(folder: Path) -> str:
        try:
            verify(folder)
        except PublishingError as error:
            return str(error)
        return ""

    return verified
