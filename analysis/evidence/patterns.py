"""Patterns that a descriptor gives for the cells of a column, matched within a time limit.

A pattern such as ``(a+)+b`` tries more ways than there is time for; it is stopped, and refused.
"""

from __future__ import annotations

import re
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import FrameType

LONGEST_PATTERN = 2_000
#: seconds for one cell; a pattern that does its work takes microseconds
LIMIT = 2.0


class NeverEnds(Exception):
    """A pattern took longer than the limit for one cell."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled. ValueError, with the reason, for what is none, or is longer than any is here."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"{len(pattern)} characters, more than {LONGEST_PATTERN}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            return re.compile(pattern)
    except (re.error, RecursionError, OverflowError, FutureWarning) as error:
        raise ValueError(str(error) or type(error).__name__) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the form. NeverEnds where that is not decided within the limit."""
    with limited(LIMIT):
        return compiled(pattern).fullmatch(text) is not None


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise NeverEnds after so many seconds; where there are no timers, or outside of the main thread, never."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise NeverEnds

    before = signal.signal(signal.SIGALRM, stop)
    rest, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, rest, interval)
        signal.signal(signal.SIGALRM, before)
