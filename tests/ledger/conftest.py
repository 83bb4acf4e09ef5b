"""The tree of results is built once for all tests of the ledger."""

import pytest

from analysis.printing.numbers import Printer
from analysis.review.build import build


@pytest.fixture(scope="session")
def tree():
    return build()


@pytest.fixture
def printer(tree):
    return Printer(tree)
