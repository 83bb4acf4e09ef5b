"""Where in the code a quantity of the tree is computed: the line that gives the field its value.

A result is a frozen dataclass, so there is one call that makes it; it is found by reading the syntax of our modules.
Among several calls the one in a function whose name is part of the key is taken (``leave_one_out``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
#: a call that names its class by a variable counts if it sets at least this many fields, and nothing else
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Making:
    """A call that may make a result: the name called, the function it stands in, and the line of each keyword."""

    place: str
    line: int
    name: str
    function: str
    keywords: dict[str, int]
    literals: dict[str, int]


@cache
def makings() -> tuple[Making, ...]:
    """Every call with a plain name in the modules at the top of ``analysis``."""
    found: list[Making] = []
    for path in sorted(PACKAGE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        literals = {
            key.value: key.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict)
            for key in node.keys
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        found += calls(tree, f"{PACKAGE.name}/{path.name}", "", literals)
    return tuple(found)


def calls(node: ast.AST, place: str, function: str, literals: dict[str, int]) -> Iterator[Making]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            keywords = {word.arg: word.value.lineno for word in child.keywords if word.arg}
            yield Making(place, child.lineno, child.func.id, function, keywords, literals)
        yield from calls(child, place, inside, literals)


def location(holder: type, field: str, key: str) -> str:
    """``analysis/pooling.py:161``: where ``field`` of a result of the class ``holder`` gets its value.

    Raises ``LookupError`` when no call in our code makes such a result.
    """
    functions = {making.function for making in makers(holder)}
    return chosen(holder, field, frozenset(functions.intersection(key.split("."))))


@cache
def makers(holder: type) -> tuple[Making, ...]:
    """The calls that may make a result of this class."""
    names = {one.name for one in fields(holder)}
    return tuple(
        making
        for making in makings()
        if making.name == holder.__name__ or ENOUGH <= len(making.keywords) == len(names & making.keywords.keys())
    )


@cache
def chosen(holder: type, field: str, functions: frozenset[str]) -> str:
    """The place among the calls that make such a result, one in the named functions before all others."""
    if not makers(holder):
        raise LookupError(f"no call in {PACKAGE.name} makes a {holder.__name__}")

    def fit(making: Making) -> tuple[bool, bool, bool, int]:
        named = making.name == holder.__name__
        return named, making.function in functions, field in making.keywords, len(making.keywords)

    best = max(makers(holder), key=fit)
    line = best.keywords.get(field) or best.literals.get(field, best.line)
    return f"{best.place}:{line}"
