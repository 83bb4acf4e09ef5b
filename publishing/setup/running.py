"""Commands of the set-up: with their output in a log, a time limit, an end with all that they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HEARTBEAT_SECONDS = 15
#: what the shell's timeout says of a command that took too long
TOOK_TOO_LONG = 124


def run(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    seconds: float | None = None,
) -> int:
    """Run a command in ``folder`` with its output in ``log``; 124 when it took too long, 127 when it can't start."""
    with log.open("wb") as sink:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(environment),
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            sink.write(str(error).encode())
            return 127
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            stop(process)
            return TOOK_TOO_LONG
        except BaseException:
            stop(process)
            raise


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it has started."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def last_line(log: Path) -> str:
    """What a log gives as the reason: the last error with its first cause, or else the last line."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    at = max((number for number, line in enumerate(lines) if line.lower().startswith(("error", "× "))), default=-1)
    if at < 0:
        return lines[-1] if lines else "(nothing printed)"
    cause = next((line for line in lines[at + 1 :] if line.lower().startswith(("cause", "╰─▶"))), "")
    return f"{lines[at]} ({cause.partition(' ')[2]})" if cause else lines[at]


class step:
    """Print what is being done, a sign of life while it takes long, and its time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done = threading.Event()

    def __enter__(self) -> None:
        print(f"setup {self.text} …", flush=True)
        self.start = time.monotonic()
        threading.Thread(target=self.heartbeat, daemon=True).start()

    def heartbeat(self) -> None:
        while not self.done.wait(HEARTBEAT_SECONDS):
            print(f"      still at it after {time.monotonic() - self.start:.0f} s", flush=True)

    def __exit__(self, *_: object) -> None:
        self.done.set()
        print(f"      {time.monotonic() - self.start:.1f} s", flush=True)
