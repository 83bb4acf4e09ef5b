"""The tables of the evidence as pandas data frames, for those who want to compute with them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from analysis.evidence.rows import ROW_TYPES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evidence.load import Evidence


def frame(evidence: Evidence, table: str) -> pd.DataFrame:
    """A table of data/ by the name of its file without ``.csv``: a row for each row, columns as in the file.

    Cells are typed as the descriptor says; text that is absent is "", anything else that is absent is missing. A
    table that the review does not keep has no rows. Raises ``KeyError`` naming the tables there are.
    """
    import pandas as pd

    if table not in ROW_TYPES:
        raise KeyError(f"no table {table!r} in the evidence; there are: {', '.join(sorted(ROW_TYPES))}")
    columns = evidence.columns.get(table) or tuple(one.name for one in fields(ROW_TYPES[table]))
    rows = evidence.tables()[table]
    return pd.DataFrame({column: [getattr(row, column) for row in rows] for column in columns}, columns=columns)
