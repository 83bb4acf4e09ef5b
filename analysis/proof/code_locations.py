"""Where in the code a quantity of the tree is computed: the function that gives the field its value.

A result is a frozen dataclass, so there is one call that makes it; it is found by reading the syntax of our modules.
Among several calls the one in a function whose name is part of the key is taken (``leave_one_out``). What is printed
is a name and no line, so that code can move without changing the paper.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analysis import HOME, PACKAGE

#: a call that names its class by a variable counts if it sets at least this many fields, and nothing else
ENOUGH = 5
#: rooms in which no result of the tree is made: the textbook, and those that only read results
WITHOUT_RESULTS = frozenset(("methods", "proof", "figures", "tables", "starting"))
#: syntax below which no call stands
LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.cmpop)


class Location(NamedTuple):
    """The name to print, ``wrap: estimate`` (function and field), and the file that holds the function."""

    name: str
    file: str


@cache
def where(function: Callable[..., object]) -> Location:
    """The location of a function that is known."""
    file = Path(function.__code__.co_filename).resolve().relative_to(HOME)
    return Location(function.__name__, file.as_posix())


@dataclass(frozen=True, slots=True)
class Making:
    """A call that may make a result: the file, the name called, the function it stands in, and its keywords."""

    file: str
    name: str
    function: str
    keywords: frozenset[str]


@cache
def makings() -> tuple[Making, ...]:
    """Every call with a plain name in the modules of ``analysis`` in which results are made.

    A mapping in a function, with names as its keys, counts as well, under no name: a call may take its arguments
    from it.
    """
    found: list[Making] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in WITHOUT_RESULTS:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            add_calls(found, tree, path.relative_to(HOME).as_posix(), "")
    return tuple(found)


def add_calls(found: list[Making], node: ast.AST, file: str, function: str) -> None:
    """Add the calls and mappings below ``node`` in their order; ``function`` is the one that it stands in."""
    for value in vars(node).values():
        for child in value if isinstance(value, list) else (value,):
            if not isinstance(child, ast.AST) or isinstance(child, LEAVES):
                continue
            inside = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
                keywords = frozenset(word.arg for word in child.keywords if word.arg)
                found.append(Making(file, child.func.id, function, keywords))
            elif isinstance(child, ast.Dict) and inside:
                # what a function gathers by name, to be handed to a call later; a mapping of a module holds words
                names = (key.value for key in child.keys if isinstance(key, ast.Constant))
                found.append(Making(file, "", inside, frozenset(name for name in names if isinstance(name, str))))
            add_calls(found, child, file, inside)


def location(holder: type, field: str, key: str) -> Location:
    """The function in which ``field`` of a result of the class ``holder`` gets its value.

    Raises ``LookupError`` when no call in our code makes such a result.
    """
    functions = {making.function for making in makers(holder)}
    making = chosen(holder, field, frozenset(functions.intersection(key.split("."))))
    return Location(f"{making.function or making.name}: {field}", making.file)


@cache
def makers(holder: type) -> tuple[Making, ...]:
    """The calls that may make a result of this class."""
    names = {one.name for one in fields(holder)}
    return tuple(
        making
        for making in makings()
        if making.name == holder.__name__ or ENOUGH <= len(making.keywords) == len(names & making.keywords)
    )


@cache
def chosen(holder: type, field: str, functions: frozenset[str]) -> Making:
    """The best among the calls that make such a result: one that names the field, then one in the named functions."""
    if not makers(holder):
        raise LookupError(f"no call in {PACKAGE.name} makes a {holder.__name__}")

    def fit(making: Making) -> tuple[bool, bool, bool, int]:
        named = making.name == holder.__name__
        return field in making.keywords, named, making.function in functions, len(making.keywords)

    return max(makers(holder), key=fit)
