"""The locks: a version with hashes in every line, the paper in all of them, nothing that no render asks for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from publishing.setup import locks

ROOT = Path(__file__).resolve().parents[3]
#: imported name → package, where they differ
CALLED = {
    "docx": "python-docx",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "pypandoc": "pypandoc-binary",
    "IPython": "ipython",
}
LAZY = {"pymare"}


@pytest.mark.parametrize("name", locks.ALL)
def test_every_line_pins_a_version_and_has_hashes(name: str) -> None:
    pins = locks.read(ROOT / name)
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if "==" in line]
    assert len(pins) == len(lines) > 0
    hashes = (ROOT / name).read_text("utf-8").count("--hash=")
    assert hashes == sum(len(set(pin.hashes)) for pin in pins)


@pytest.mark.parametrize("name", [locks.JUPYTER, locks.TESTS])
def test_the_papers_packages_are_the_same_everywhere(name: str) -> None:
    def versions(lock: str) -> set[tuple[str, str]]:
        return {(pin.name, pin.version) for pin in locks.read(ROOT / lock)}

    assert versions(locks.PAPER) < versions(name)


@pytest.mark.parametrize(
    "line",
    [
        "one==1.0",
        "one>=1.0 --hash=sha256:" + "0" * 64,
        "one==1.0 --hash=sha256:00",
        "one==1.0 --hash=md5:" + "0" * 64,
        "one @ file:///x --hash=sha256:" + "0" * 64,
        "--index-url x",
        "-r other.lock",
        "-e .",
    ],
)
def test_what_pins_nothing_is_refused_with_file_and_entry(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.lock").write_text(f"# why\nzero==1 --hash=sha256:{'1' * 64}\n{line}\n")
    with pytest.raises(locks.LockError, match=r"x\.lock, entry 3"):
        locks.read(tmp_path / "x.lock")


def test_the_uv_that_installs_is_there_for_all_usual_machines() -> None:
    (pin,) = locks.read(ROOT / locks.INSTALLER)
    # Linux with either libc, macOS and Windows, each on two processors at least
    assert pin.name == "uv" and len(pin.hashes) >= 8


def imported(*folders: str) -> set[str]:
    found = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    local = {path.stem for path in (ROOT / "tests").rglob("*.py")} | {"analysis", "publishing", "tests", "bench"}
    return {locks.normal(CALLED.get(one, one)) for one in found - local - set(sys.stdlib_module_names) - LAZY}


def test_what_the_code_imports_is_locked_for_a_render() -> None:
    assert imported("analysis", "publishing") <= {pin.name for pin in locks.read(ROOT / locks.PAPER)}


def test_what_the_tests_import_is_locked_for_the_tests() -> None:
    renamed = {"bs4": "beautifulsoup4", "websocket": "websocket-client", "openxml-audit": "openxml-audit"}
    wanted = {renamed.get(one, one) for one in imported("tests", "bench")}
    assert wanted <= {pin.name for pin in locks.read(ROOT / locks.TESTS)}


def test_a_render_installs_no_notebook_server_and_no_tests() -> None:
    paper = {pin.name for pin in locks.read(ROOT / locks.PAPER)}
    assert not paper & {"jupyter", "jupyterlab", "notebook", "jupyter-server", "nbconvert", "pytest", "ruff", "mypy"}


def test_all_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, direct in (
        (locks.PAPER, project["dependencies"]),
        (locks.JUPYTER, extras["quarto"]),
        (locks.TESTS, extras["test"]),
    ):
        named = {locks.normal(re.split(r"[\[<>=!~; ]", one)[0]) for one in direct}
        assert named <= {pin.name for pin in locks.read(ROOT / lock)}
