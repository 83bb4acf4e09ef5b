"""The set-up from start to end: what is ready is not done again, what is half done is done anew, one at a time."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from publishing.project.turns import turn
from publishing.setup import installers, locks, places, quarto
from publishing.setup.installers import Installers
from publishing.setup.places import SetupError
from publishing.setup.running import step

PATH_FILE = "review_tools.pth"


def main(arguments: list[str] | None = None) -> int:
    """Set up; 0, or 1 with one readable message, or 128 with the number of the signal that ended it."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set the project up in .venv.")
    parser.add_argument("--tests", action="store_true", help="install what the tests need as well")
    parser.add_argument("--jupyter", action="store_true", help="install Jupyter as well")
    parser.add_argument("--no-quarto", action="store_true", help="do not look for Quarto")
    parser.add_argument("--retry-quarto", action="store_true", help="try Quarto's installer again")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    options = parser.parse_args(arguments)
    wanted = [lock for lock, asked in ((locks.TESTS, options.tests), (locks.JUPYTER, options.jupyter)) if asked]
    before = listen()
    try:
        set_up(wanted, with_quarto=not options.no_quarto, retry=options.retry_quarto)
    except (SetupError, locks.LockError) as error:
        if options.debug:
            raise
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if options.debug:
            raise
        place = f"{error.filename}: " if error.filename else ""
        print(
            f"setup: {place}{error.strerror or error}. Remedy: make room, or correct the permissions, there.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt as asked:
        removed = "removed" in asked.args
        said = "; what was half installed is removed, 'make' begins anew" if removed else ""
        print(f"setup: ended by a signal{said}.", file=sys.stderr)
        return 128 + next((one for one in asked.args if isinstance(one, int)), signal.SIGINT)
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


def set_up(wanted: Sequence[str] = (), *, with_quarto: bool = True, retry: bool = False) -> None:
    """Bring ``.venv`` to the state that the locks describe, ``wanted`` among them, while no other set-up runs."""
    # beside the environment itself, which several trees may share
    with turn(places.ENVIRONMENT.resolve().parent / ".venv-turn"):
        try:
            _bring(wanted, with_quarto=with_quarto, retry=retry)
        except KeyboardInterrupt as asked:
            raise KeyboardInterrupt(*asked.args, *(["removed"] if remove_half() else [])) from None


def remove_half() -> bool:
    """Remove ``.venv`` unless everything that its state names is there; whether it was removed."""
    state = read_state()
    if not places.ENVIRONMENT.is_dir() or (state.get("installed") and "unfinished" not in state):
        return False
    installers.remove_environment()
    return True


def _bring(wanted: Sequence[str], *, with_quarto: bool, retry: bool) -> None:
    state = read_state()
    if stale(state, wanted):
        with step("creating .venv"):
            installers.create_environment()
        state = {"python": python_identity(), "installed": {}}
        write_state(state)
    chosen = list(wanted) or [locks.PAPER]
    if with_quarto and quarto.present():
        chosen.append(locks.JUPYTER)
    tools = Installers()
    # twice: an installer that fails empties the environment, once at most
    for lock in chosen * 2:
        _install(tools, state, lock)
    name_the_tools()
    if with_quarto:
        state["quarto"] = quarto.bring(
            tools, state.get("quarto"), lambda: _install(tools, state, locks.JUPYTER), retry=retry
        )
        write_state(state)


def stale(state: dict[str, Any], wanted: Sequence[str]) -> bool:
    """Whether ``.venv`` must be made anew: of another Python, left unfinished, or filled from locks that changed."""
    recorded = state.get("installed")
    if state.get("python") != python_identity() or "unfinished" in state or recorded is None:
        return True
    asked = {locks.PAPER, *wanted}
    return any(name in asked and value != places.lock_digest(name) for name, value in recorded.items())


def _install(tools: Installers, state: dict[str, Any], lock: str) -> None:
    """Install ``lock`` unless it is there, and record it with the locks whose packages it holds."""
    recorded = state["installed"]
    if recorded.get(lock) == places.lock_digest(lock):
        return
    # a set-up that is killed, or fails, from here on leaves packages in an unknown state
    write_state({**state, "unfinished": lock})
    count = len({pin.name for pin in locks.read(places.ROOT / lock)})
    with step(f"installing up to {count} packages from {lock}, hashes checked"):
        state["installer"] = tools.install(lock)
    if tools.emptied:
        recorded.clear()
        tools.emptied = False
    for name in (lock, *locks.HOLDS.get(lock, ())):
        recorded[name] = places.lock_digest(name)
    write_state(state)


def name_the_tools() -> None:
    """Let Python in ``.venv`` find the packages of this folder, wherever the review lies that it renders."""
    path = places.packages()[0] / PATH_FILE
    line = f"{places.ROOT}\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != line:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line, encoding="utf-8")


def python_identity() -> str:
    return f"{sys.version} at {Path(sys.executable).resolve()}"


def read_state() -> dict[str, Any]:
    try:
        return dict(json.loads(_state_file().read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_state(state: dict[str, Any]) -> None:
    partial = _state_file().with_suffix(".partial")
    partial.write_text(json.dumps(state, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(_state_file())


def _state_file() -> Path:
    return places.ENVIRONMENT / "bootstrap.json"
