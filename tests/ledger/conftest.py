"""The tree of results is built once for all tests of the ledger."""

import pytest

from analysis import review
from analysis.numbers import Printer


@pytest.fixture(scope="session")
def tree():
    return review.build()


@pytest.fixture
def printer(tree):
    return Printer(tree)
