"""What is being done and how long it took, one line a step."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Prints a line when a step ends; safe to use from several threads at once."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._lock = threading.Lock()
        self._started = time.perf_counter()

    def say(self, text: str) -> None:
        with self._lock:
            print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Time the block and print ``title`` with its seconds, also when it fails."""
        started = time.perf_counter()
        outcome = "failed after"
        try:
            yield
            outcome = ""
        finally:
            seconds = f"{outcome} {time.perf_counter() - started:.1f} s".strip()
            self.say(f"  {title:<58} {seconds:>8}")

    def total(self) -> float:
        """Seconds since this object was made."""
        return time.perf_counter() - self._started
