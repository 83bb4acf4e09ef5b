"""What an output was made of, as SHA-256 digests: two that are equal stand for the same inputs."""

from __future__ import annotations

from pathlib import Path

from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.files import digest_of, digest_of_files

_CODE = (".py", ".lua", ".html", ".css", ".js", ".typ", ".csl", ".yml")


def fingerprints(project: Project, document: Document) -> dict[str, str]:
    """Digests of everything that ``document`` was, or would now be, made of; one per kind of input."""
    root = project.root
    bibliography = [root / name for name in project.settings.values.get("bibliography", [])]
    return {
        "data": digest_of_files(root, inputs(project, "data")),
        "code": digest_of_files(root, inputs(project, "code")),
        "configuration": _configuration(project, bibliography),
        "lock file": digest_of_files(root, [root / project.settings.values["ledger"]["lock"]]),
        "document": digest_of_files(root, [document.path]),
    }


def _configuration(project: Project, bibliography: list[Path]) -> str:
    files = digest_of_files(project.root, [*project.files, *bibliography])
    return digest_of(f"{files}\n{project.overrides}".encode()) if project.overrides else files


def inputs(project: Project, kind: str) -> list[Path]:
    """The files in the folders that ``ledger: data`` or ``ledger: code`` names."""
    folders = [project.root / folder for folder in project.settings.values["ledger"][kind]]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if kind == "data" or path.suffix in _CODE]
