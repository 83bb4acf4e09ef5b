"""moderators.csv in a copy of data/, declared as the command declares it."""

from __future__ import annotations

from data_copy import Copy

from analysis.starting.new import add_table

COLUMNS = ["row_id", "outcome", "characteristic", "kind", "prespecified", "reason"]


def declare(copy: Copy) -> None:
    """Add the table to the descriptor, with a head and no rows."""
    add_table(copy.folder, "moderators")


def asks_by_nothing(copy: Copy) -> None:
    """A row that asks for a characteristic that no trial gives."""
    declare(copy)
    copy.write("moderators", [COLUMNS, ["moderator-colour", "deaths", "colour", "group", "true", "invented"]])
