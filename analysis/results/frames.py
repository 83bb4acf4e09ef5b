"""Any part of the results as a pandas data frame, for those who want to compute with them. Nothing is rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from analysis.printing.quantities import UnknownKey, missing, parts_of, step

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results.tree import Review

PLAIN = (str, bool, int, float)


def frame(review: Review, key: str) -> pd.DataFrame:
    """What stands at ``key``: of a mapping a row for each entry, by its name; of anything else a single row.

    There is a column for each quantity, those of a part after a dot (``pooled.estimate``); what hangs below in
    mappings of its own is left out and has its own key. Values are as they were computed, as
    ``analysis.printing.quantities.KINDS`` describes them. Raises ``UnknownKey``, a ``KeyError`` that names the keys
    there are.
    """
    import pandas as pd

    rows, last = rows_at(review, key)
    names = dict.fromkeys(name for row in rows.values() for name in row)
    # a value that is text in one row and absent in another stays what it is
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(names)).rename_axis(index=last)


def rows_at(review: Review, key: str) -> tuple[dict[Any, dict[str, Any]], str]:
    """The rows of ``frame`` by name, each a quantity's name → value; and the last part of the key."""
    here, kind, walked = review, "", list[str]()
    for part in key.split("."):
        try:
            here, kind = step(here, part)
        except UnknownKey:
            raise UnknownKey(missing(key, walked, part, parts_of(here))) from None
        walked.append(part)
    rows = {name: dict(columns(value)) for name, value in entries(here, kind, walked[-1])}
    if rows and not any(rows.values()):
        within = ", ".join(sorted(f"{key}.{part}" for part in parts_of(here))) or "none"
        raise UnknownKey(f"{key}: no quantities stand there; further keys: {within}")
    return rows, walked[-1]


def entries(here: Any, kind: str, name: str) -> Iterator[tuple[Any, Any]]:
    """The rows of what stands at a key: (name, what is in it)."""
    if isinstance(here, Mapping):
        yield from here.items()
    elif isinstance(here, tuple) and here and all(map(is_dataclass, here)):
        yield from enumerate(here)
    else:
        yield name, ({name: here} if kind else here)


def columns(here: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The quantities of a row and of its parts; all plain fields of what declares none."""
    if isinstance(here, Mapping):
        yield from ((f"{prefix}{name}", value) for name, value in here.items() if isinstance(value, PLAIN))
    elif isinstance(here, PLAIN):
        yield f"{prefix}value", here
    elif is_dataclass(here):
        declared = [one for one in fields(here) if "kind" in one.metadata]
        for one in fields(here):
            value = getattr(here, one.name)
            if one in declared or (not declared and not prefix and isinstance(value, PLAIN)):
                yield f"{prefix}{one.name}", value
            elif is_dataclass(value):
                yield from columns(value, f"{prefix}{one.name}.")
