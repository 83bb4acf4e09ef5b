"""Whether everything is as it was when the paper was last rendered and verified: asked first, by digests alone.

To know which files a project is made of, its configuration and documents have to be read, which takes longer than to
digest all of them. So the names are kept with the digest, and whatever could change the names is among the files.
Only the standard library is imported: an answer takes no longer than Python's own start.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from publishing.project.files import digest_of, digest_of_file, written_whole
from publishing.project.input_files import environment, input_files

FILE = Path("_build/unchanged.json")
#: programs that a render or a verification uses where they are installed
PROGRAMS = ("quarto", "Rscript")
#: what of the user's environment reaches the outputs
VARIABLES = ("SOURCE_DATE_EPOCH", "QUARTO_PROFILE")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was looked at, and its digest; ``told`` is what is said while all is the same.

    ``folders`` are those of data and code, ``files`` everything else by its name from the project's folder: what
    went in and what came out. ``asked`` is how the render was asked for.
    """

    asked: Mapping[str, str]
    folders: Mapping[str, list[str]]
    files: list[str]
    told: str
    digest: str = ""


def asked(engine: str, profile: str | None) -> dict[str, str]:
    """How a paper was asked for, as it is kept."""
    return {"engine": engine, "profile": profile or ""}


def told(root: Path, asked: Mapping[str, str]) -> str | None:
    """What to say when nothing differs from what was kept; None when something does, or nothing was kept."""
    try:
        content: dict[str, Any] = json.loads((root / FILE).read_text(encoding="utf-8"))
        kept = Kept(**content)
        is_same = kept.asked == asked and kept.digest == _digest(root, kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return str(kept.told) if is_same else None


def now(root: Path, kept: Kept) -> Kept:
    """``kept`` with the digest of everything that it names, as it is now."""
    return replace(kept, digest=_digest(root, kept))


def keep(root: Path, kept: Kept) -> None:
    """Keep what :func:`now` gave."""
    (root / FILE).parent.mkdir(parents=True, exist_ok=True)
    with written_whole(root / FILE) as beside:
        beside.write_text(json.dumps(asdict(kept), ensure_ascii=False, indent=1), encoding="utf-8")


def forget(root: Path) -> None:
    """Nothing is known to be the same any longer."""
    (root / FILE).unlink(missing_ok=True)


def _digest(root: Path, kept: Kept) -> str:
    named: list[Path] = [root / name for name in kept.files]
    found = {
        "files": _digests(root, named),
        "data": _digests(root, input_files(root, kept.folders["data"], "data")),
        "code": _digests(root, input_files(root, kept.folders["code"], "code")),
    }
    said = [(name, os.environ.get(name)) for name in VARIABLES]
    programs = [(name, _program(name)) for name in PROGRAMS]
    return digest_of(repr((found, said, programs, environment())).encode())


def _digests(root: Path, paths: Iterable[Path]) -> list[tuple[str, str]]:
    """The digest of each file, "" for one that is not there."""
    return sorted((os.path.relpath(path, root), digest_of_file(path) if path.is_file() else "") for path in paths)


def _program(name: str) -> tuple[str, int, int] | None:
    """A program by its place, size and time; to start it and ask for its version would take too long."""
    path = shutil.which(name)
    if path is None:
        return None
    state = os.stat(path)
    return path, state.st_size, state.st_mtime_ns
