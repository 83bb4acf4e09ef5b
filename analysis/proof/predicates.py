"""The condition behind a claim as the text of its code: what a reader checks is what the program does."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any


@cache
def syntax(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def predicate(holds: Callable[..., Any]) -> str:
    """The expression that ``holds`` returns, followed by what the functions of its module in it return.

    ``includes_no_effect(review.deaths.pooled), where includes_no_effect(pooled) is pooled.low < 1 < pooled.high``.
    Raises ``LookupError`` when the expression cannot be found.
    """
    tree = syntax(inspect.getfile(holds))
    body = condition(holds)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parts = [ast.unparse(body)]
    for name in called(body, functions):
        function = functions[name]
        returned = next(node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value)
        settings = [ast.unparse(node) for node in function.body if isinstance(node, ast.Assign)]
        arguments = ", ".join(argument.arg for argument in function.args.args)
        given = f" with {'; '.join(settings)}" if settings else ""
        parts.append(f"{name}({arguments}) is {ast.unparse(returned)}{given}")
    parts += [f"{name} = {value}" for name, value in constants(body, holds.__globals__)]
    return ", where ".join([parts[0], " and ".join(parts[1:])] if parts[1:] else parts)


def constants(body: ast.AST, names: dict[str, Any]) -> list[tuple[str, Any]]:
    """The named numbers in an expression, such as a threshold."""
    used = {node.id for node in ast.walk(body) if isinstance(node, ast.Name) and node.id.isupper()}
    return [(name, names[name]) for name in sorted(used)]


def called(body: ast.AST, functions: dict[str, ast.FunctionDef]) -> list[str]:
    names = [node.id for node in ast.walk(body) if isinstance(node, ast.Name) and node.id in functions]
    return list(dict.fromkeys(names))


def condition(holds: Callable[..., Any]) -> ast.expr:
    """The expression of a lambda: of those that begin in its line, the one with its argument."""
    line, argument = holds.__code__.co_firstlineno, holds.__code__.co_varnames[0]
    for node in ast.walk(syntax(inspect.getfile(holds))):
        if isinstance(node, ast.Lambda) and node.lineno == line and node.args.args[0].arg == argument:
            return node.body
    raise LookupError(f"line {line} of {inspect.getfile(holds)} has no predicate of {argument!r}")
