"""Data and code as they are handed on: the files that git knows, or all files of a project without git."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publishing.project.errors import PublishingError

# Folders of generated files and environments; a leading dot or underscore marks the others.
_GENERATED = ("__pycache__", "node_modules")
_KEPT = "_quarto"


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """``commit`` and its ``day`` are "" without git; ``changes`` are files that are not as in the commit."""

    files: tuple[Path, ...]
    commit: str
    day: str
    changes: tuple[str, ...]

    @property
    def version(self) -> str:
        """The commit, marked when the files are not quite those of the commit."""
        return f"{self.commit} with uncommitted changes" if self.commit and self.changes else self.commit


def project_files(root: Path) -> ProjectFiles:
    """The files of the project in ``root``."""
    top = _git(root, "rev-parse", "--show-toplevel")
    commit = _git(root, "log", "-1", "--format=%H %cs")
    if top is None or commit is None or Path(top.strip()).resolve() != root.resolve():
        return ProjectFiles(tuple(sorted(_walk(root))), "", "", ())
    listed = _git(root, "ls-files", "-z") or ""
    files = tuple(sorted(path for name in listed.split("\0") if name and (path := root / name).is_file()))
    changed = _git(root, "status", "--porcelain", "-z") or ""
    digest, _, day = commit.strip().partition(" ")
    return ProjectFiles(files, digest, day, tuple(entry[3:] for entry in changed.split("\0") if entry[2:3] == " "))


def _git(root: Path, *arguments: str) -> str | None:
    """What git says, or None where there is no git, or no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith((".", "_")) and not path.name.startswith(_KEPT)
        if path.is_file() and not hidden:
            yield path
        elif path.is_dir() and not hidden and path.name not in _GENERATED and not (path / "pyvenv.cfg").exists():
            yield from _walk(path)


def check_licences(root: Path, files: Collection[Path], licences: Iterable[str]) -> None:
    """Raise :class:`PublishingError` for a licence's file that would not be in the archive."""
    for name in licences:
        if root / name not in files:
            raise PublishingError(
                f"the licence {name} is not among the files of the project.",
                remedy="add it (with git: commit it), or correct 'submission: licences' in _quarto.yml.",
            )
