"""moderators.csv in a copy of data/, declared as its guide says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from data_copy import Copy

GUIDE = Path(__file__).parents[2] / "docs" / "moderators.md"
COLUMNS = ["row_id", "outcome", "characteristic", "kind", "prespecified", "reason"]


def declare(copy: Copy) -> None:
    """Add the table to the descriptor; its file is still to be written."""
    (declared,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    path = copy.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"].append(json.loads(declared))
    path.write_text(json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def asks_by_nothing(copy: Copy) -> None:
    """A row that asks for a characteristic that no trial gives."""
    declare(copy)
    copy.write("moderators", [COLUMNS, ["moderator-colour", "deaths", "colour", "group", "true", "invented"]])
