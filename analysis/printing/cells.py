"""A cell of the evidence as something that can be printed: its key is ``data.<row>.<column>``."""

from __future__ import annotations

import re
from typing import Any

from analysis.evidence.load import Evidence
from analysis.printing.quantities import Found, UnknownKey

PREFIX = "data."
KIND = "as read"
#: the column whose codes print in the words of the review
ARM = "arm"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def key_of(row_id: str, column: str) -> str:
    return f"{PREFIX}{row_id}.{column}"


def row_and_column(key: str) -> tuple[str, str]:
    """The two parts of a cell's key. Raises ``UnknownKey``."""
    row_id, dot, column = key.removeprefix(PREFIX).rpartition(".")
    if not key.startswith(PREFIX) or not dot:
        raise UnknownKey(f"{key}: the key of a cell reads {PREFIX}<row>.<column>")
    return row_id, column


def look_up_cell(evidence: Evidence, key: str) -> Found:
    """The value of the cell at ``key``, of the kind "as read". Raises ``UnknownKey``."""
    row_id, column = row_and_column(key)
    try:
        row = evidence.row(row_id)
    except KeyError as error:
        raise UnknownKey(f"{key}: {error.args[0]}") from None
    if not hasattr(row, column):
        raise UnknownKey(f"{key}: the row {row_id!r} has no column {column!r}")
    value = getattr(row, column)
    return Found(evidence.arm_in_print(value) if column == ARM else value, KIND)


def as_read(value: Any) -> str:
    """The cell's own words with the signs that plain text could not hold.

    10^6 prints as 10⁶, "2 x 3" as "2 × 3", +/- as ±, a hyphen before a number that begins there as a minus sign.
    Numbers are not rounded; a whole one has no decimals.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"(?<=10)\^(\d+)", lambda power: power[1].translate(SUPERSCRIPTS), str(value))
    text = re.sub(r"(?<![^\s(\[=–])-(?=\.?\d)", "\N{MINUS SIGN}", text)
    return re.sub(r"(?<=[\d)\w]) x (?=[\d(])", " × ", text).replace("+/-", "±")
