"""The examples in the docstrings of the textbook run and say what they print; no public function is without one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import analysis.methods
from analysis.methods import models, robustness

MODULES = [module.name for module in pkgutil.walk_packages(analysis.methods.__path__, "analysis.methods.")]
#: these serve the other modules and are no methods
SERVING = tuple(f"analysis.methods.{name}" for name in ("arguments", "errors", "wording"))


def public_functions():
    """What the packages offer, and the functions of the modules that lie beside them."""
    for package in (models, robustness):
        yield from (getattr(package, name) for name in package.__all__)
    for module in pkgutil.iter_modules(analysis.methods.__path__):
        beside = importlib.import_module(f"analysis.methods.{module.name}")
        if not module.ispkg and beside.__name__ not in SERVING:
            yield from (found for name, found in vars(beside).items() if not name.startswith("_"))


FUNCTIONS = {
    f"{found.__module__}.{found.__name__}": found
    for found in public_functions()
    if inspect.isfunction(found) and found.__module__ in MODULES and found.__module__ not in SERVING
}


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name):
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_functions_to_look_at():
    assert len(FUNCTIONS) >= 60 and len(MODULES) >= 25


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example(name):
    assert doctest.DocTestFinder(recurse=False).find(FUNCTIONS[name])[0].examples
