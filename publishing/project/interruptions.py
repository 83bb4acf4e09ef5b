"""Signals that ask the program to end, and the processes it has started: all end, and what was half done is undone.

SIGINT, SIGTERM and SIGHUP raise :class:`Interrupted` in the main thread, so that everything that cleans up does. What
must not be cut in two is done under :func:`held`. Every process is started here, in a group of its own: a key pressed
in a terminal reaches this program alone, which then ends the groups.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
#: seconds that a process has to end by itself
_PATIENCE = 3.0


class Interrupted(KeyboardInterrupt):
    """The program was asked to end by the signal ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        return signal.Signals(self.number).name


class _State:
    """What the main thread holds back, and what runs."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.running: set[subprocess.Popen[Any]] = set()
        self.holding = 0
        self.pending: int | None = None
        self.is_ending = self.is_asked = False


_state = _State()


@contextmanager
def listening() -> Iterator[None]:
    """Let the signals raise :class:`Interrupted`, once; what they did before is restored at the end."""
    global _state
    _state = _State()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            # whoever ignores one (nohup) goes on ignoring it
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, _on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if not _state.is_asked:
            _state = _State()


def _on_signal(number: int, frame: FrameType | None) -> None:
    del frame
    if _state.is_ending:
        return
    if _state.holding:
        _state.pending = number
        return
    _end(number)


def _end(number: int) -> None:
    _state.is_ending = _state.is_asked = True
    raise Interrupted(number)


@contextmanager
def held() -> Iterator[None]:
    """Hold a signal back until the block has ended; in other threads than the main one nothing can come between."""
    is_main = threading.current_thread() is threading.main_thread()
    _state.holding += is_main
    try:
        yield
    finally:
        _state.holding -= is_main
        number = _state.pending
        if is_main and not _state.holding and number is not None:
            _state.pending = None
            _end(number)


def start(arguments: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a process that ends when this program is asked to; ``options`` are those of ``subprocess.Popen``."""
    with held(), _state.lock:
        if _state.is_ending:
            raise OSError("the program is ending")
        process = subprocess.Popen(arguments, start_new_session=os.name == "posix", **options)
        _state.running.add(process)
    return process


def ended(process: subprocess.Popen[Any]) -> None:
    """Forget a process that has ended."""
    with _state.lock:
        _state.running.discard(process)


def run(
    arguments: Sequence[str], *, input: Any = None, timeout: float | None = None, **options: Any
) -> subprocess.CompletedProcess[Any]:
    """Run a process to its end as ``subprocess.run`` does, with both streams captured unless ``options`` say else."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams["stdin"] = subprocess.DEVNULL if input is None else subprocess.PIPE
    process = start(arguments, **{**streams, **options})
    try:
        out, err = process.communicate(input, timeout)
    except BaseException:
        _stop([process])
        raise
    finally:
        ended(process)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def stop_all() -> None:
    """End every process that still runs, with all that it started; none is started any more."""
    with _state.lock:
        _state.is_ending = True
        running = list(_state.running)
        _state.running.clear()
    _stop(running)


def _stop(processes: Sequence[subprocess.Popen[Any]]) -> None:
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        _send(process, signal.SIGTERM)
    for process in alive:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        # its group may outlive it
        _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)


def _send(process: subprocess.Popen[Any], number: int) -> None:
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.kill()
