"""What a check finds: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

RENDER = "render again ('make paper')."


@dataclass(frozen=True, slots=True)
class Problem:
    """``file`` is an output, or several ("manuscript.html, .pdf"); ``where`` the place in it, in words.

    Without ``file`` the message names it.
    """

    file: str
    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.message} Remedy: {self.remedy}" if place else f"{self.message} Remedy: {self.remedy}"


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """The same problem in several forms of a document as one, with all their suffixes."""
    found: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        stem, dot, suffix = problem.file.rpartition(".")
        name = (stem if dot else suffix, problem.where, problem.message)
        if name not in found:
            found[name] = problem
        elif not found[name].file.endswith(f".{suffix}"):
            found[name] = replace(found[name], file=f"{found[name].file}, .{suffix}")
    return list(found.values())
