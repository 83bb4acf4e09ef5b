"""One render of a small paper for all tests of the verification."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import pytest
import small_project

from publishing.project.errors import PublishingError
from publishing.verify.command import verify

# A machine with Python alone has no browser; what a page holds is then tested by parsing it only.
IN_BROWSER = tuple(path.name for path in Path(__file__).parent.glob("test_*_in_browser.py"))
collect_ignore = [] if browser.PROGRAM else list(IN_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    program = browser.PROGRAM
    said = f"tested in {program}" if program else "no Chromium on this machine, so their pages were only parsed"
    terminalreporter.write_line(f"Cards of the numbers: {said}.")


@pytest.fixture(scope="session")
def paper(tmp_path_factory) -> Path:
    """The small project with its outputs, which nobody changes."""
    folder = small_project.write(tmp_path_factory.mktemp("small") / "paper")
    done = small_project.run(folder, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def with_site(paper, tmp_path_factory) -> Path:
    """A project whose outputs were verified, with a README and its site; nobody changes it."""
    folder = Path(shutil.copytree(paper, tmp_path_factory.mktemp("site") / "paper"))
    (folder / "README.md").write_text("# A paper\n", encoding="utf-8")
    for arguments in (["render", "--engine", "builtin", "--force"], ["verify"], ["site"]):
        done = small_project.run(folder, *arguments)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> Iterator[browser.Page]:
    """A browser's one page."""
    assert browser.PROGRAM
    with browser.running(browser.PROGRAM, tmp_path_factory.mktemp("profile")) as page:
        yield page


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
