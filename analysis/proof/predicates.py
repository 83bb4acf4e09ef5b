"""The condition behind a claim as the text of its code: what a reader checks is what the program does."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any


def predicate(holds: Callable[..., bool]) -> str:
    """The expression that ``holds`` returns, followed by what the functions in it return and the constants are.

    ``includes_no_effect(review.outcome.pooled), where includes_no_effect(pooled) is pooled.low < 1 < pooled.high``.
    """
    condition = returned(definition(holds))
    # the names in the order of the expression, each once
    names = dict.fromkeys(node.id for node in ast.walk(condition) if isinstance(node, ast.Name))
    meanings = {name: holds.__globals__.get(name) for name in names}
    parts = [explained(function) for function in meanings.values() if isinstance(function, FunctionType)]
    parts += [f"{name} = {meanings[name]}" for name in sorted(names) if name.isupper()]
    return ", where ".join([ast.unparse(condition), *([" and ".join(parts)] if parts else [])])


def explained(function: Callable[..., Any]) -> str:
    """``width(found) is found.high / found.low``, with the assignments before the return if there are any."""
    node = definition(function)
    settings = [ast.unparse(line) for line in node.body if isinstance(line, ast.Assign)]
    arguments = ", ".join(argument.arg for argument in node.args.args)
    given = f" with {'; '.join(settings)}" if settings else ""
    return f"{node.name}({arguments}) is {ast.unparse(returned(node))}{given}"


def returned(node: ast.FunctionDef) -> ast.expr:
    return next(line.value for line in ast.walk(node) if isinstance(line, ast.Return) and line.value)


@cache
def definition(function: Callable[..., Any]) -> ast.FunctionDef:
    """The function's own code, read again."""
    (node,) = ast.parse(inspect.getsource(function)).body
    assert isinstance(node, ast.FunctionDef)
    return node
