"""What an output was made of, as SHA-256 digests: two that are equal stand for the same inputs."""

from __future__ import annotations

from pathlib import Path

from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.files import digest_of, digest_of_files
from publishing.project.input_files import Sort, input_files


def fingerprints(project: Project, document: Document) -> dict[str, str]:
    """Digests of everything that ``document`` was, or would now be, made of; one per kind of input."""
    return fingerprints_of_file(project, document.path)


def fingerprints_of_file(project: Project, path: Path) -> dict[str, str]:
    """The same for the document in the file ``path``, which is not read as one."""
    root = project.root
    bibliography = [root / name for name in project.settings.values.get("bibliography", [])]
    return {
        "data": digest_of_files(root, inputs(project, "data")),
        "code": digest_of_files(root, inputs(project, "code")),
        "configuration": _configuration(project, bibliography),
        "lock file": digest_of_files(root, [root / project.ledger.lock]),
        "document": digest_of_files(root, [path]),
    }


def _configuration(project: Project, bibliography: list[Path]) -> str:
    files = digest_of_files(project.root, [*project.files, *bibliography])
    return digest_of(f"{files}\n{project.overrides}".encode()) if project.overrides else files


def inputs(project: Project, kind: Sort) -> list[Path]:
    """The files in the folders that ``ledger: data`` or ``ledger: code`` names."""
    folders = project.ledger.data if kind == "data" else project.ledger.code
    return list(input_files(project.root, map(str, folders), kind))
