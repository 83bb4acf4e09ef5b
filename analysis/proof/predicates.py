"""The condition behind a claim as the text of its code: what a reader checks is what the program does."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any


def predicate(holds: Callable[..., bool]) -> str:
    """The expression that ``holds`` returns, followed by what the functions in it return and the constants are.

    ``includes_no_effect(review.outcome.pooled), where includes_no_effect(pooled) is pooled.low < 1 < pooled.high``.
    Names that are assigned on the way stand for what they were assigned. The opposite of a condition is shown as
    ``not`` in front of that.
    """
    if not isinstance(holds, FunctionType):
        return str(holds)
    if hasattr(holds, "__wrapped__"):
        expression, where, explanations = predicate(holds.__wrapped__).partition(", where ")
        return f"not ({expression}){where}{explanations}"
    condition = Inlined(definition(holds)).visit(returned(definition(holds)))
    # the names in the order of the expression, each once
    names = dict.fromkeys(node.id for node in ast.walk(condition) if isinstance(node, ast.Name))
    meanings = {name: holds.__globals__.get(name) for name in names}
    parts = [explained(function) for function in meanings.values() if isinstance(function, FunctionType)]
    parts += [f"{name} = {meanings[name]}" for name in sorted(names) if name.isupper()]
    return ", where ".join([ast.unparse(condition), *([" and ".join(parts)] if parts else [])])


class Inlined(ast.NodeTransformer):
    """Puts what a function assigns to names in the place of these names."""

    def __init__(self, node: ast.FunctionDef) -> None:
        self.assigned: dict[str, ast.expr] = {}
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                self.assigned[line.targets[0].id] = self.visit(line.value)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.assigned.get(node.id, node)


def explained(function: Callable[..., Any]) -> str:
    """``width(found) is found.high / found.low``, with the assignments before the return if there are any."""
    node = definition(function)
    settings = [ast.unparse(line) for line in node.body if isinstance(line, ast.Assign)]
    arguments = ", ".join(argument.arg for argument in node.args.args)
    given = f" with {'; '.join(settings)}" if settings else ""
    return f"{node.name}({arguments}) is {ast.unparse(returned(node))}{given}"


def returned(node: ast.FunctionDef) -> ast.expr:
    return next(line.value for line in ast.walk(node) if isinstance(line, ast.Return) and line.value)


def definition(function: Callable[..., Any]) -> ast.FunctionDef:
    """The function's own code, read again."""
    (node,) = ast.parse(inspect.getsource(function)).body
    assert isinstance(node, ast.FunctionDef)
    return node
