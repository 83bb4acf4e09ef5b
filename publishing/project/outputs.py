"""Where outputs are made and how they reach their folder: all of them, or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from publishing.project.errors import PublishingError
from publishing.project.files import written_whole

BUILD = "_build"


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder for one render: ``work`` for what is only needed on the way, ``out`` for the outputs."""

    work: Path
    out: Path


@contextmanager
def staging(root: Path) -> Iterator[Stage]:
    """A fresh stage under ``_build/``, removed at the end whatever happens."""
    build = root / BUILD
    build.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="render-", dir=build))
    try:
        out = work / "out"
        out.mkdir()
        yield Stage(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(stage: Stage, destination: Path) -> list[Path]:
    """Move every output into ``destination`` and return their new paths; outputs of other documents stay.

    Each file is put beside its place first, so that a full disk is noticed before anything is replaced.
    """
    files = sorted(path for path in stage.out.rglob("*") if path.is_file())
    targets = [destination / path.relative_to(stage.out) for path in files]
    with ExitStack() as waiting:
        try:
            for path, target in zip(files, targets, strict=True):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, waiting.enter_context(written_whole(target)))
        except OSError as error:
            raise PublishingError(
                f"the outputs can't be written to {destination} ({error.strerror}).",
                remedy="make room or correct the folder's permissions; the previous outputs are as they were.",
            ) from error
    return targets


def is_handed_on(path: Path) -> bool:
    """Whether an output is for its readers: a hidden folder holds what later commands need."""
    return not path.parent.name.startswith(".")


def listing(paths: list[Path], root: Path) -> str:
    """One line a file with its size."""
    lines = []
    for path in paths:
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        lines.append(f"  {shown!s:<52} {path.stat().st_size / 1024:>9,.0f} KiB")
    return "\n".join(lines)
