"""What stands at a key: a result of the tree, a cell of the evidence, or a second computation.

``outcome.pooled.estimate``        a quantity of the tree (``analysis.printing.quantities``)
``data.<row>.<column>``            a cell of the evidence (``analysis.printing.cells``)
``second.<key of a result>``       the same result by other code
``deviation.<key of a result>``    the relative deviation between the two
"""

from __future__ import annotations

from typing import Any

from analysis.printing import cells
from analysis.printing.quantities import Found, UnknownKey, look_up

SECOND, DEVIATION = "second.", "deviation."


def find(tree: Any, key: str) -> Found:
    """Value and kind at ``key``. Raises ``UnknownKey``."""
    if key.startswith(cells.PREFIX):
        return cells.look_up_cell(tree.evidence, key)
    if key.startswith(SECOND):
        return Found(crosscheck(tree, key.removeprefix(SECOND)).theirs, "unrounded")
    if key.startswith(DEVIATION):
        return Found(crosscheck(tree, key.removeprefix(DEVIATION)).deviation, "deviation")
    return look_up(tree, key)


def crosscheck(tree: Any, key: str) -> Any:
    """The ``CrossCheck`` of the result at ``key``. Raises ``UnknownKey``."""
    for check in getattr(tree, "crosschecks", ()):
        if check.key == key:
            return check
    raise UnknownKey(f"{key}: this result is not among those computed a second time")
