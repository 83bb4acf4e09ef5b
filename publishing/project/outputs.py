"""Where outputs are made and how they reach their folder: all of them, or none."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from publishing.project import interruptions
from publishing.project.errors import PublishingError
from publishing.project.turns import turn

BUILD = "_build"
#: how the names of folders begin that are made for one render, and for one bundle
STAGE, BUNDLE = "render-", "submission-"
_ATTEMPTS, _PAUSE = 20, 0.1


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder for one render: ``work`` for what is only needed on the way, ``out`` for the outputs."""

    work: Path
    out: Path


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait until no other process renders or verifies in the project; then it is this one's turn.

    What one that was killed left behind is removed.
    """
    with turn(root / BUILD) as is_outermost:
        if is_outermost:
            for prefix in (STAGE, BUNDLE):
                for left in (root / BUILD).glob(f"{prefix}*/"):
                    _remove(left)
        yield


@contextmanager
def staging(root: Path) -> Iterator[Stage]:
    """A fresh stage under ``_build/``, removed at the end whatever happens."""
    with alone(root):
        work: Path | None = None
        try:
            # a signal that came meanwhile is raised at the end of the block, when the folder is known
            with interruptions.held():
                work = Path(tempfile.mkdtemp(prefix=STAGE, dir=root / BUILD))
            out = work / "out"
            out.mkdir()
            yield Stage(work, out)
        except KeyboardInterrupt:
            # what still writes into the stage ends first
            interruptions.stop_all()
            raise
        finally:
            if work is not None:
                _remove(work)


def _remove(folder: Path) -> None:
    """Remove a folder into which a thread may still write."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


def publish(stage: Stage, destination: Path) -> list[Path]:
    """Move every output into ``destination`` and return their new paths; outputs of other documents stay.

    All are replaced or none: each file is put beside its place first, then the old ones are kept until all new ones
    are there, and put back when one of them can't be replaced. Raises :class:`PublishingError` naming that one.
    """
    files = sorted(path for path in stage.out.rglob("*") if path.is_file())
    targets = [destination / path.relative_to(stage.out) for path in files]
    # a signal waits: it must not come between the first and the last
    with interruptions.held():
        swaps = [Swap(target) for target in targets]
        place: Path | None = None
        try:
            for path, swap in zip(files, swaps, strict=True):
                place = swap.target if swap.target.is_dir() else None
                swap.prepare(path)
            for swap in swaps:
                place = swap.target
                swap.replace()
        except OSError as error:
            for swap in reversed(swaps):
                swap.undo()
            raise _refused(destination, place, error) from error
        finally:
            for swap in swaps:
                swap.clear()
    return targets


class Swap:
    """One file on its way into the place of another."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._new = target.with_name(f".{target.name}.new")
        self._old = target.with_name(f".{target.name}.old")
        self._made: list[Path] = []
        self._is_there = self._is_replaced = False

    def prepare(self, source: Path) -> None:
        """Put the new file, and a second name for the old one, beside the place."""
        self._made = [folder for folder in self.target.parents if not folder.exists()]
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if self.target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder stands in its place")
        self.clear()
        shutil.copyfile(source, self._new)
        self._is_there = self.target.exists()
        if self._is_there:
            try:
                os.link(self.target, self._old)
            except OSError:
                shutil.copy2(self.target, self._old)

    def replace(self) -> None:
        os.replace(self._new, self.target)
        self._is_replaced = True

    def undo(self) -> None:
        """The old file in its place again, as far as it was replaced."""
        with suppress(OSError):
            if self._is_replaced and self._is_there:
                os.replace(self._old, self.target)
            elif self._is_replaced:
                self.target.unlink()
        self.clear()
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()

    def clear(self) -> None:
        for path in (self._new, self._old):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _refused(destination: Path, place: Path | None, error: OSError) -> PublishingError:
    if place is None:
        return PublishingError(
            f"the outputs can't be written to {destination} ({error.strerror}).",
            remedy="make room or correct the folder's permissions; the previous outputs are as they were.",
        )
    return PublishingError(
        f"{place} can't be replaced ({error.strerror}).",
        remedy="close it in other programs (Word keeps what it shows), take a folder of that name away, or correct "
        "the permissions; all previous outputs are as they were.",
    )


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
