"""Answers that the analysis gave before, by the digest of all that an answer depends on.

An answer is kept with both its digests, that of the question and that of its own bytes, and is given only where both
are right: one of other data or other code, and one that was damaged, is as if it were not there.
"""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from publishing.project.files import digest_of, written_whole
from publishing.project.outputs import BUILD

FOLDER = "answers"
#: so many are kept, those that were asked for last
MOST = 8
_SUFFIX = ".json.gz"
#: answers are read more often than space is short
_QUICK = 1


@dataclass(frozen=True, slots=True)
class Answers:
    """The folder in which a project keeps answers, its own and those of its earlier versions."""

    folder: Path

    @classmethod
    def of(cls, root: Path) -> Answers:
        """Those of the project in ``root``."""
        return cls(root / BUILD / FOLDER)

    def find(self, question: str) -> bytes | None:
        """The answer to the question with this digest; None when it was not kept, or not kept whole."""
        path = self._path(question)
        try:
            head, _, answer = gzip.decompress(path.read_bytes()).partition(b"\n")
        except FileNotFoundError:
            return None
        except (OSError, EOFError, zlib.error):
            head, answer = b"", b""
        if head != _head(question, answer):
            path.unlink(missing_ok=True)
            return None
        os.utime(path)
        return answer

    def keep(self, question: str, answer: bytes) -> None:
        """Keep an answer, and forget those that were asked for longest ago."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_whole(self._path(question)) as beside:
            beside.write_bytes(gzip.compress(_head(question, answer) + b"\n" + answer, _QUICK, mtime=0))
        kept = sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        for path in kept[:-MOST]:
            path.unlink(missing_ok=True)

    def _path(self, question: str) -> Path:
        return self.folder / f"{question}{_SUFFIX}"


def _head(question: str, answer: bytes) -> bytes:
    return f"{question} {digest_of(answer)}".encode()
