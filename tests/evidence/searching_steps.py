"""Steps of a search in tests: bringing invented exports in, and filling the sheets of two screeners."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from data_copy import Copy
from invented_exports import scenario

from analysis.evidence.searching.importing import Imported, Searched, bring_in
from analysis.evidence.searching.screening import write_sheets

DAY = date(2026, 11, 24)


def bring(copy: Copy, content: str, source: str = "Embase", query: str = "extract", name: str = "export") -> Imported:
    path = copy.folder.parent / name
    path.write_text(content, encoding="utf-8", newline="")
    return bring_in(copy.folder, [path], Searched(source, DAY, query))


def bring_all(copy: Copy) -> dict[str, Imported]:
    return {name: bring(copy, text, source, query, name) for name, (source, query, text) in scenario().items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


def filled(path: Path, decisions: list[str], reason: str = "") -> Path:
    """A sheet with these decisions on its records, in order, as a spreadsheet program saves it."""
    raw = path.read_bytes()
    saved = b";" in raw.partition(b"\n")[0]
    sheet = io.StringIO(raw.decode("windows-1252" if saved else "utf-8-sig"), newline="")
    rows = list(csv.DictReader(sheet, delimiter=";" if saved else ","))
    for row, decision in zip(rows, decisions, strict=True):
        row.update(decision=decision, reason=reason if decision == "exclude" else "")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("windows-1252"))
    return path


#: of 32 records 8 included by both, 2 by the first only, 3 by the second only, 19 by none
FIRST = ["include"] * 10 + ["exclude"] * 22
SECOND = ["include"] * 8 + ["exclude"] * 2 + ["include"] * 3 + ["exclude"] * 19
#: agreed 27/32; by chance (10 * 11 + 22 * 21) / 32^2
KAPPA = (27 / 32 - 572 / 1024) / (1 - 572 / 1024)


def sheets_of(copy: Copy) -> tuple[Path, Path]:
    bring_all(copy)
    (one, other), records = write_sheets(copy.folder, copy.folder.parent / "screening")
    assert records == 32
    return filled(one, FIRST, "wrong patients"), filled(other, SECOND, "no trial")
