"""Checks of single arguments: each returns the value as a plain number or raises `InputError` naming it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.methods.errors import InputError


def finite(argument: str, value: float, *, study: int | str | None = None) -> float:
    """Return ``value`` as float; it must be a finite real number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(argument, "is not a number", study=study, value=value) from None
    if not math.isfinite(number):
        raise InputError(argument, "is not finite", study=study, value=value)
    return number


def positive(argument: str, value: float, *, study: int | str | None = None) -> float:
    """Return ``value`` as float; it must be finite and greater than 0."""
    number = finite(argument, value, study=study)
    if number <= 0:
        raise InputError(argument, "must be greater than 0", study=study, value=value)
    return number


def between(
    argument: str,
    value: float,
    low: float,
    high: float,
    *,
    closed: bool = False,
    study: int | str | None = None,
) -> float:
    """Return ``value`` as float; it must lie in (low, high), or in [low, high] where ``closed``."""
    number = finite(argument, value, study=study)
    inside = low <= number <= high if closed else low < number < high
    if not inside:
        ends = f"[{low:g}, {high:g}]" if closed else f"({low:g}, {high:g})"
        raise InputError(argument, f"must lie in {ends}", study=study, value=value)
    return number


def whole(argument: str, value: float, minimum: int, *, study: int | str | None = None) -> int:
    """Return ``value`` as int; it must be a whole number of at least ``minimum``."""
    number = finite(argument, value, study=study)
    if number != math.floor(number):
        raise InputError(argument, "must be a whole number", study=study, value=value)
    if number < minimum:
        raise InputError(argument, f"must be at least {minimum}", study=study, value=value)
    return int(number)


def choice(argument: str, value: str, allowed: Sequence[str]) -> str:
    """Return ``value``; it must be one of ``allowed``."""
    if value not in allowed:
        raise InputError(argument, f"must be one of {', '.join(allowed)}", value=value)
    return value


def ordered(**named: float) -> tuple[float, ...]:
    """Return the values as floats; each must be finite and no smaller than the one before it."""
    numbers = tuple(finite(name, value) for name, value in named.items())
    names = tuple(named)
    for i in range(1, len(numbers)):
        if numbers[i] < numbers[i - 1]:
            raise InputError(names[i], f"is smaller than {names[i - 1]}", value=numbers[i])
    return numbers
