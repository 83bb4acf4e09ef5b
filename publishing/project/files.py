"""Files written whole or not at all, and the digests that stand for their contents."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: signs of a digest that are shown to people
SHORT_DIGEST = 12


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A new file beside ``path`` to write to. It takes the place of ``path`` at the end, or is gone when that fails.

    It is made as any new file is, so it is readable by whoever may read new files.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        yield beside
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def digest_of(content: bytes) -> str:
    """SHA-256 in hexadecimal signs."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    return digest_of(path.read_bytes())


def digests_of_files(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """The digest of each file by its path from ``root``, in the order of the paths."""
    return {name: digest_of_file(path) for name, path in sorted((_name(root, path), path) for path in set(paths))}


def digest_of_files(root: Path, paths: Iterable[Path]) -> str:
    """One digest over names (paths from ``root``) and contents; what Python compiled for itself does not count."""
    kept = (path for path in paths if "__pycache__" not in _name(root, path))
    lines = (f"{name}\0{digest}\n" for name, digest in digests_of_files(root, kept).items())
    return digest_of("".join(lines).encode())


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
