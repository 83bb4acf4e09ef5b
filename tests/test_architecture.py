"""docs/architecture.md is true: its rooms are the folders and the contract on imports, and what it names exists."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGES = ("analysis", "publishing")
#: folders of publishing that hold no Python
NO_ROOMS = {"filters", "profiles", "templates", "__pycache__"}
NAMES = sorted(set(re.findall(r"\b(?:analysis|publishing)(?:\.[A-Za-z_]+)+\b(?!/)", PAGE)))
PATHS = sorted(set(re.findall(r"\b(?:analysis|publishing|data|tests|docs)/[\w./-]*\w/?", PAGE)))


def contract(package: str) -> list[str]:
    """The rooms of a package in the order of the contract, from the top."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [c["layers"] for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == package]
    return [room.removeprefix(f"{package}.") for layer in layers for room in layer.split(" : ")]


def drawn(package: str) -> list[str]:
    """The rooms of a package in the order of the drawing, from the top."""
    drawing = next(block for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) if block.startswith(PACKAGES))
    split = drawing.index("publishing:")
    sides = [line[:split] if package == "analysis" else line[split:] for line in drawing.splitlines()[1:]]
    rooms = re.findall(r"^  (\w+(?:, \w+)*)(?=  |$)", "\n".join(side.rstrip() for side in sides), re.MULTILINE)
    return [room for line in rooms for room in line.split(", ")]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_rooms_drawn_are_the_folders_in_the_order_of_the_contract(package: str) -> None:
    folders = {path.name for path in (ROOT / package).iterdir() if path.is_dir()} - NO_ROOMS
    assert drawn(package) == contract(package)
    assert set(drawn(package)) == folders | {"__main__"}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_room_has_its_paragraph_from_the_ground_up(package: str) -> None:
    told = re.findall(rf"^### {package}/(\w+)\n\n\S", PAGE, re.MULTILINE)
    levels = contract(package)
    assert sorted(told) == sorted(set(levels) - {"__main__"})
    ground = [room for room in told if room not in ("changes", "paper", "site", "submission")]
    assert ground == [room for room in reversed(levels) if room in ground]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_exists(name: str) -> None:
    try:
        import_module(name)
    except ModuleNotFoundError:
        module, _, last = name.rpartition(".")
        assert hasattr(import_module(module), last)


@pytest.mark.parametrize("path", PATHS)
def test_what_the_page_points_to_exists(path: str) -> None:
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).exists()


def test_the_page_names_enough_to_be_a_guide() -> None:
    assert len(NAMES) > 30 and len(PATHS) > 15
    for page in ("README.md", "CONTRIBUTING.md"):
        assert "docs/architecture.md" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")))
def test_every_file_that_a_page_of_docs_points_to_exists(page: str) -> None:
    named = re.findall(
        r"`((?:analysis|publishing|tests|data|docs|bench)/[\w./-]+)`", (ROOT / page).read_text("utf-8")
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
