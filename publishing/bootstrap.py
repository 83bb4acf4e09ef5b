"""Set the project up in ``.venv``: packages from the lock file, then one attempt at Quarto's installer.

Runs under the system's Python with the standard library alone (``python3 publishing/bootstrap.py``); the
Makefile calls it. What is ready is not done again, and an installer that failed once is not asked again until its
pin changes or ``--retry-quarto`` is given.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STATE = ENVIRONMENT / "bootstrap.json"
OLDEST_PYTHON = (3, 11)
PAPER_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
QUARTO_LOCK = "requirements-quarto.lock"
PATH_FILE = "review_tools.pth"
QUARTO_SECONDS = 600
HEARTBEAT_SECONDS = 15


class SetupError(Exception):
    """A step of the set-up failed; the message says which and what to do."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", action="store_true", help="install what the tests need as well")
    parser.add_argument("--no-quarto", action="store_true", help="do not try Quarto's installer")
    parser.add_argument("--retry-quarto", action="store_true", help="try Quarto's installer again")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    options = parser.parse_args(arguments)
    before = listen()
    try:
        set_up(tests=options.tests, quarto=not options.no_quarto, retry=options.retry_quarto)
    except SetupError as error:
        if options.debug:
            raise
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as asked:
        removed = remove_half()
        said = "; what was half installed is removed, 'make' begins anew" if removed else ""
        print(f"setup: ended by a signal{said}.", file=sys.stderr)
        return 128 + (asked.args[0] if asked.args else signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def listen() -> dict[int, Any]:
    """Let signals that ask for an end raise KeyboardInterrupt with their number, once; what handled them before."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def end(number: int, frame: object) -> None:
        del frame
        for one in heard:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    return {number: signal.signal(number, end) for number in heard}


def remove_half() -> bool:
    """Remove ``.venv`` unless everything that its state names is there; whether it was removed."""
    state = read_state()
    if not ENVIRONMENT.is_dir() or (state.get("packages") and "unfinished" not in state):
        return False
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    return True


def set_up(tests: bool, quarto: bool, retry: bool) -> None:
    """Bring ``.venv`` to the state that the lock files describe; do nothing that is already done."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise SetupError(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}. "
            f"Remedy: install a newer Python, or name one: make PYTHON=python{wanted} paper"
        )
    state = read_state()
    # a set-up that was killed left the packages in an unknown state
    if state.get("python") != python_identity() or "unfinished" in state:
        create_environment()
        state = {"python": python_identity()}
        write_state(state)
    lock = TEST_LOCK if tests or state.get("tests") else PAPER_LOCK
    if state.get("packages") != lock_digest(lock):
        write_state({**state, "unfinished": lock})
        try:
            install(lock)
        except SetupError:
            # pip has undone what it did
            write_state(state)
            raise
        state |= {"packages": lock_digest(lock), "tests": lock == TEST_LOCK}
        write_state(state)
    name_the_tools()
    if quarto:
        state["quarto"] = try_quarto(state.get("quarto"), retry)
        write_state(state)


def create_environment() -> None:
    with step("creating .venv"):
        if ENVIRONMENT.exists():
            shutil.rmtree(ENVIRONMENT)
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            raise SetupError(
                f"Python's venv module could not make .venv ({error}). "
                "Remedy: install it (on Debian and Ubuntu: the package python3-venv) and run make again"
            ) from error


def install(lock: str) -> None:
    count = sum("==" in line for line in (ROOT / lock).read_text().splitlines() if not line.startswith(" "))
    log = ENVIRONMENT / "pip.log"
    with step(f"installing up to {count} packages from {lock}, hashes checked"):
        status = run_command([*pip(), "install", "--require-hashes", "-r", str(ROOT / lock)], log)
    if status != 0:
        raise SetupError(
            f"pip could not install {lock}: {last_line(log)} Remedy: see {log.relative_to(ROOT)}; "
            "a package index must be reachable, with the settings in pip's own configuration"
        )


def name_the_tools() -> None:
    """Let Python in ``.venv`` find the packages of this folder, wherever the review lies that it renders."""
    base = {"base": str(ENVIRONMENT), "platbase": str(ENVIRONMENT)}
    path = Path(sysconfig.get_path("purelib", scheme="venv", vars=base)) / PATH_FILE
    line = f"{ROOT}\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != line:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line, encoding="utf-8")


def try_quarto(before: dict[str, str] | None, retry: bool) -> dict[str, str]:
    """Make sure that Quarto's installer was asked once for the pinned version; return what came of it."""
    pinned = next(
        line.split("==")[1].split()[0]
        for line in (ROOT / QUARTO_LOCK).read_text().splitlines()
        if line.startswith("quarto-cli==")
    )
    places = os.pathsep.join([str(executable().parent), os.environ.get("PATH", "")])
    found = shutil.which("quarto", path=places)
    if found:
        return {"pinned": pinned, "outcome": "present"}
    if before and before.get("pinned") == pinned and before.get("outcome") == "failed" and not retry:
        return before
    log = ENVIRONMENT / "quarto-install.log"
    with step(f"trying Quarto's installer (quarto-cli {pinned})"):
        command = [*pip(), "install", "--no-deps", "--require-hashes", "-r", str(ROOT / QUARTO_LOCK)]
        status = run_command(command, log, seconds=QUARTO_SECONDS)
    if status == 0:
        return {"pinned": pinned, "outcome": "present"}
    print(
        f"      Quarto {pinned} could not be installed here (its installer downloads a release; log: "
        f"{log.relative_to(ROOT)}), so the built-in engine renders. `make quarto` tries again.",
        flush=True,
    )
    return {"pinned": pinned, "outcome": "failed"}


def executable() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip() -> list[str]:
    return [str(executable()), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def run_command(command: list[str], log: Path, seconds: float | None = None) -> int:
    """Run a command with its output in ``log``; 124, as the shell's timeout says, when it took too long."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=os.name == "posix",
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            stop(process)
            return 124
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


def lock_digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def python_identity() -> str:
    return f"{sys.version} at {Path(sys.executable).resolve()}"


def last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["(nothing printed)"])[-1]


def read_state() -> dict[str, Any]:
    try:
        return dict(json.loads(STATE.read_text()))
    except (OSError, ValueError):
        return {}


def write_state(state: dict[str, Any]) -> None:
    partial = STATE.with_suffix(".partial")
    partial.write_text(json.dumps(state, indent=1, sort_keys=True))
    partial.replace(STATE)


if __name__ == "__main__":
    raise SystemExit(main())
