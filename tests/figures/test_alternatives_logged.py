"""What a figure says in place of a drawing is logged like any other alternative text."""

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.figures import missing_contour, style
from analysis.printing.printer import Printer

FOLDER = Path(inspect.getfile(style)).parent
#: every function of the figures that gives an alternative text
ALTERNATIVES = [
    pytest.param(node, id=f"{path.stem}.{node.name}")
    for path in sorted(FOLDER.glob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef)
    and node.name.split("_")[-1] == "alternative"
    and node.name != "log_alternative"
]


def test_there_are_alternatives():
    assert len(ALTERNATIVES) > 12


@pytest.mark.parametrize("function", ALTERNATIVES)
def test_every_way_out_logs_the_text(function):
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    assert returned
    for value in returned:
        assert isinstance(value, ast.Call) and ast.unparse(value.func) == "style.log_alternative", ast.unparse(value)


def test_the_sentence_without_missing_trials_is_logged(tree):
    n = Printer(replace(tree, bounds={}))
    said = missing_contour.alternative(n, "deaths")
    assert [one["parts"] for one in n.log.entries if "alternative" in one] == [said.pairs()]
