"""One at a time: what writes into a project waits for its turn."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NAME = ".turn"
_PAUSE = 0.2
# Tells the commands that a run starts (hooks) whose turn it is: they belong to it.
_VARIABLE = "PUBLISHING_TURN"


@contextmanager
def turn(folder: Path) -> Iterator[bool]:
    """Wait until no other process works in ``folder``, saying so once; whether this is the outermost call here.

    The system gives the turn back when a process ends, however it ends.
    """
    folder = folder.resolve()
    before = os.environ.get(_VARIABLE, "")
    if str(folder) in before.split(os.pathsep):
        yield False
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _NAME).open("a+", encoding="utf-8") as file:
        said = False
        while not _taken(file):
            if not said:
                said = True
                print(f"  another run of this project{_who(file)} is going on; waiting for its end", flush=True)
            time.sleep(_PAUSE)
        os.environ[_VARIABLE] = os.pathsep.join(filter(None, [before, str(folder)]))
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield True
        finally:
            os.environ[_VARIABLE] = before
            file.truncate(0)


def _who(file: IO[str]) -> str:
    try:
        file.seek(0)
        number = file.read(20).strip()
    except OSError:
        number = ""
    return f" (process {number})" if number.isdigit() else ""


def _taken(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # a file system without locks: nobody can be waited for
        return True
    return True
