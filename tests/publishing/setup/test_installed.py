"""What is installed is held against the lock, and every file against its package's own list."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from publishing.setup import installed
from publishing.setup.locks import Pin


def package(folder: Path, name: str, version: str, content: bytes = b"x = 1\n") -> Path:
    """A package of one file, with the list that an installer leaves."""
    file = folder / f"{name}.py"
    file.write_bytes(content)
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    (info / "RECORD").write_text(f"{file.name},sha256={digest},{len(content)}\n{info.name}/RECORD,,\n")
    return file


def pin(name: str, version: str, marker: str = "") -> Pin:
    return Pin(name, version, marker, ("0" * 64,))


def test_what_is_as_locked_has_no_fault(tmp_path: Path) -> None:
    package(tmp_path, "one", "1.0")
    package(tmp_path, "two", "2.1")
    elsewhere = [pin("two", "2.0", "python_version < '3.12'"), pin("two", "2.1", "python_version >= '3.12'")]
    assert installed.faults([pin("one", "1.0"), *elsewhere, pin("win", "1", "os_name == 'nt'")], [tmp_path]) == []


@pytest.mark.parametrize("change", ["other bytes", "gone"])
def test_a_file_that_is_not_its_packages_is_named(tmp_path: Path, change: str) -> None:
    file = package(tmp_path, "one", "1.0")
    file.write_bytes(b"x = 2\n") if change == "other bytes" else file.unlink()
    (fault,) = installed.faults([pin("one", "1.0")], [tmp_path])
    assert str(file) in fault


def test_a_missing_package_and_another_version_are_named(tmp_path: Path) -> None:
    package(tmp_path, "one", "1.1")
    assert installed.faults([pin("one", "1.0"), pin("two", "2.0")], [tmp_path]) == [
        "one 1.1 is installed, locked is 1.0.",
        "two is not installed.",
    ]
