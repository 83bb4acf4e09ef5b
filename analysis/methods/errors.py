"""Typed errors, notices and refusals shared by everything in ``analysis.methods``.

Three things can go wrong with a statistical question, and callers treat them differently:

* the *input* is impossible (an `InputError`): stop, and name the study and the argument;
* the *question* should not be asked of these data (a `Refusal`): print its sentence instead of a number;
* the answer stands but needs a caveat (a `Notice` in a result's ``warnings``): print it beside the number.
"""

from __future__ import annotations

from dataclasses import dataclass


class MethodError(ValueError):
    """Base of every error raised by `analysis.methods`."""


class InputError(MethodError):
    """An argument cannot be used.

    Args:
        argument: name of the offending argument as the caller wrote it.
        problem: what is wrong, e.g. ``"is negative"``.
        study: position (0-based), ``(row, position)`` of a batch, or label of the study at fault;
            ``None`` if no single study is.
        value: the offending value, shown with ``repr``; leave out when there is none.
    """

    _MISSING = object()

    def __init__(
        self,
        argument: str,
        problem: str,
        *,
        study: int | str | tuple[int, ...] | None = None,
        value: object = _MISSING,
    ) -> None:
        self.argument = argument
        self.problem = problem
        self.study = study
        self.value = None if value is InputError._MISSING else value
        where = "" if study is None else f"study {study}: "
        shown = "" if value is InputError._MISSING else f" (got {value!r})"
        super().__init__(f"{where}{argument} {problem}{shown}")


class Refusal(MethodError):
    """The method declines to answer; ``sentence`` says why in words fit for print.

    Args:
        code: stable short name for programs, e.g. ``"too-few-studies"``.
        sentence: one complete sentence for readers.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Notice:
    """A caveat that travels with a result.

    Attributes:
        code: stable short name for programs, e.g. ``"imprecise-prediction"``.
        sentence: one complete sentence fit for print.
    """

    code: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence
