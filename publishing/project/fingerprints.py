"""What an output was made of, as SHA-256 digests: two that are equal stand for the same inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from publishing.project.configuration import Project
from publishing.project.document import Document

_CODE = (".py", ".lua", ".html", ".css", ".js", ".typ", ".csl", ".yml")


def fingerprints(project: Project, document: Document) -> dict[str, str]:
    """Digests of everything that ``document`` was, or would now be, made of; one per kind of input."""
    root = project.root
    bibliography = [root / name for name in project.settings.values.get("bibliography", [])]
    return {
        "data": digest(root, inputs(project, "data")),
        "code": digest(root, inputs(project, "code")),
        "configuration": _configuration(project, bibliography),
        "lock file": digest(root, [root / project.settings.values["ledger"]["lock"]]),
        "document": digest(root, [document.path]),
    }


def _configuration(project: Project, bibliography: list[Path]) -> str:
    files = digest(project.root, [*project.files, *bibliography])
    return hashlib.sha256(f"{files}\n{project.overrides}".encode()).hexdigest() if project.overrides else files


def inputs(project: Project, kind: str) -> list[Path]:
    """The files in the folders that ``ledger: data`` or ``ledger: code`` names."""
    folders = [project.root / folder for folder in project.settings.values["ledger"][kind]]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if kind == "data" or path.suffix in _CODE]


def digest(root: Path, paths: Iterable[Path]) -> str:
    """One digest over the names (relative to ``root``) and contents of files, in the order of their names."""
    whole = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in set(paths)):
        if "__pycache__" in name:
            continue
        whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
