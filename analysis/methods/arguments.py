"""Checks of arguments: each returns what it was given as plain numbers or raises `InputError` naming the argument."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.errors import InputError, Notice


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


def columns(**arguments: ArrayLike) -> list[NDArray[np.float64]]:
    """Every argument as a finite float vector of one common length, one value a study."""
    return columns_with_absent((), **arguments)[0]


def columns_with_absent(
    results: Sequence[str], **arguments: ArrayLike
) -> tuple[list[NDArray[np.float64]], NDArray[np.bool_]]:
    """As `columns`, where studies may be absent: one rule for every function of `analysis.methods`.

    A study is absent where all its results are NaN, whatever its sizes. A NaN in one result beside another that is
    known, or in a size beside results, is a fault and no absence.

    results: names of the arguments that are results. Returns the vectors, NaN throughout in absent studies, and which
    studies are absent.
    """
    found: list[NDArray[np.float64]] = []
    for name, values in arguments.items():
        try:
            column = np.atleast_1d(np.array(values, dtype=float))
        except (TypeError, ValueError) as error:
            raise InputError(name, "is not numeric", value=values) from error
        if column.ndim != 1:
            raise InputError(name, f"must be one value per study, not an array of shape {column.shape}")
        if column.size == 0:
            raise InputError(name, "is empty: at least one study is needed")
        if found and column.shape != found[0].shape:
            raise InputError(name, f"has {column.size} studies where {next(iter(arguments))} has {found[0].size}")
        found.append(column)
    named = dict(zip(arguments, found, strict=True))
    missing = [np.isnan(named[name]) for name in results]
    absent = np.logical_and.reduce(missing) if missing else np.zeros(found[0].shape, dtype=bool)
    problem = "is not finite" + (f" (an absent study has NaN in {', '.join(results)})" if results else "")
    for name, column in named.items():
        require(name, column, np.isfinite(column) | (absent & np.isnan(column)), problem)
    return [np.where(absent, np.nan, column) for column in found], absent


def require(name: str, values: NDArray[np.float64], holds: NDArray[np.bool_], problem: str) -> None:
    """Raise `InputError` for the first study at which ``holds`` is false."""
    if not holds.all():
        study = int(np.argmin(holds))
        raise InputError(name, problem, study=study, value=float(values[study]))


def usable_studies(
    yi: ArrayLike, vi: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], tuple[Notice, ...]]:
    """Effects and variances of the studies that can be weighted, their positions, and what was left out.

    Args:
        yi, vi: shape (k,). NaN in both marks an absent study (see `columns_with_absent`); it is left out in silence,
            because whoever computed the effect sizes has noted why. A variance of 0 is left out with a notice.

    Raises:
        InputError: other shapes, infinite effects, negative or infinite variances, NaN in one of the two only.
    """
    try:
        y, v = np.atleast_1d(np.asarray(yi, dtype=float)), np.atleast_1d(np.asarray(vi, dtype=float))
    except (TypeError, ValueError):
        raise InputError("yi", "or vi holds something that is not a number") from None
    if y.ndim != 1:
        raise InputError("yi", f"must hold one value per study, not shape {y.shape}")
    if y.shape != v.shape:
        raise InputError("vi", f"has shape {v.shape} where yi has {y.shape}")
    if y.size == 0:
        raise InputError("yi", "is empty")
    absent = np.isnan(y) & np.isnan(v)
    for name, values, wrong, problem in (
        ("yi", y, ~absent & ~np.isfinite(y), "is not finite"),
        ("vi", v, ~absent & ~np.isfinite(v), "is not finite"),
        ("vi", v, v < 0, "is negative"),
    ):
        for i in np.flatnonzero(wrong):
            raise InputError(name, problem, study=int(i), value=float(values[i]))
    used = np.flatnonzero(~absent & (v > 0))
    weightless = int(np.count_nonzero(v == 0))
    warnings = (
        (
            Notice(
                "zero-variance",
                f"{weightless} {'study' if weightless == 1 else 'studies'} with a sampling variance of zero "
                f"could not be weighted and {'was' if weightless == 1 else 'were'} left out.",
            ),
        )
        if weightless
        else ()
    )
    return y[used], v[used], used, warnings
