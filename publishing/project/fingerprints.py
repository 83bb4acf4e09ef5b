"""What an output was made of, as SHA-256 digests: two that are equal stand for the same inputs."""

from __future__ import annotations

import platform
import re
import sysconfig
from pathlib import Path
from typing import Literal

from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.files import digest_of, digest_of_files

#: what editors, spreadsheets and file managers leave beside the data; analysis/evidence/leftovers.py has the same
_LEFT_BEHIND = re.compile(
    r".*~|#.*#|\.#.*|\..*\.sw[a-z]"
    r"|\.~lock\..*#|~\$.*"
    r"|\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|__MACOSX"
    r"|Thumbs\.db|ehthumbs\.db|[Dd]esktop\.ini|\.directory"
    r"|\.ipynb_checkpoints|__pycache__|\..*\.part"
)
_CODE = (".py", ".lua", ".html", ".css", ".js", ".typ", ".csl", ".yml")


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


def inputs(project: Project, kind: Literal["data", "code"]) -> list[Path]:
    """The files in the folders that ``ledger: data`` or ``ledger: code`` names."""
    folders = project.ledger.data if kind == "data" else project.ledger.code
    files = [path for folder in folders for path in (project.root / folder).rglob("*") if path.is_file()]
    if kind == "code":
        return [path for path in files if path.suffix in _CODE]
    return [path for path in files if not any(map(_LEFT_BEHIND.fullmatch, path.relative_to(project.root).parts))]


def environment() -> list[object]:
    """Python and its packages with their versions."""
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return [platform.python_implementation(), platform.python_version(), packages]
