"""``numbers.csv``: every number that changed, one a row, with all its places and all of its causes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from publishing.changes.causes import Cause
from publishing.changes.numbers import Comparison

TABLE_NAME = "numbers.csv"
TABLE_COLUMNS = (
    "change", "key", "old_key", "meaning", "reportable", "old_value", "new_value", "absolute", "relative", "old_text",
    "new_text", "printings", "places", "reason", "cause",
)  # fmt: skip


def table_text(comparison: Comparison, causes: Mapping[str, Cause]) -> str:
    """The file's text; ``causes`` by key."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(TABLE_COLUMNS)
    for one in comparison.numbers:
        cause = causes[one.key]
        writer.writerow(
            [
                one.fate,
                one.key,
                one.old_key if one.old_key != one.key else "",
                one.meaning,
                "yes" if one.reportable else "no",
                _value(one.old),
                _value(one.new),
                _value(one.absolute),
                _value(one.relative),
                " / ".join(one.old_texts),
                " / ".join(one.new_texts),
                sum(one.places.values()),
                "; ".join(f"{place} (×{count})" if count > 1 else str(place) for place, count in one.places.items()),
                cause.reason,
                str(cause),
            ]
        )
    return stream.getvalue()


def _value(found: object) -> str:
    return "" if found is None else repr(found) if isinstance(found, float) else str(found)
