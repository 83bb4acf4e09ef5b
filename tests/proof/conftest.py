"""What the documents of the real paper print, from the logs of its one render."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.printing.log import Log, read
from analysis.results.tree import Review


@pytest.fixture(scope="session")
def in_real_paper(real_paper: Path) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """To be where the documents of the real paper ran."""
    return lambda: contextlib.chdir(real_paper)


@pytest.fixture(scope="session")
def printed_by(tree: Review, in_real_paper: Callable[[], contextlib.AbstractContextManager[None]]) -> dict[str, Log]:
    """Document → its log."""
    with in_real_paper():
        return {name: read(name, tree.data_digest) for name in ("manuscript", "supplement")}
