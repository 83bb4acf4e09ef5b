"""Why a number moved, as far as the ledger and the files tell: rows of the data behind it, else code behind it.

What is recorded is which rows and which code lie behind a number. A changed row among them is a cause as far as
records go; whether it is the only one, no record can say, so all that changed behind the number is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from publishing.changes import data_rows
from publishing.changes.data_rows import FieldChange, RowChange
from publishing.changes.numbers import Fate, NumberChange
from publishing.changes.versions import Row, Version
from publishing.project.configuration import FILE_NAME


class Reason(StrEnum):
    ROWS = "data rows"
    CODE = "code"
    CONFIGURATION = "configuration or lock file"
    DOCUMENT = "document"
    UNKNOWN = "not found"


@dataclass(frozen=True, slots=True)
class Cause:
    """``rows`` changed behind the number, ``entered`` and ``left`` are rows that count now or no longer.

    ``computing`` is the changed file that computes it, ``imported`` the changed files which that one needs.
    ``note`` is the rest: what else is known, in words.
    """

    reason: Reason
    rows: tuple[RowChange, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    computing: str = ""
    imported: tuple[str, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        parts = [str(row) for row in self.rows]
        parts += [f"row {name} now counts" for name in self.entered]
        parts += [f"row {name} no longer counts" for name in self.left]
        parts += [f"{self.computing} changed, which computes it"] if self.computing else []
        parts += [f"behind the code that computes it changed: {', '.join(self.imported)}"] if self.imported else []
        parts += [self.note] if self.note else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two versions apart from what they print."""

    rows: Mapping[str, RowChange]
    data: tuple[str, ...]
    code: tuple[str, ...]
    configuration: tuple[str, ...]
    lock: tuple[str, ...]
    documents: tuple[str, ...]
    are_files_known: bool
    settings: Mapping[str, FieldChange] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        return not any((self.rows, self.data, self.code, self.configuration, self.lock, self.documents))


def differences(old: Version, new: Version) -> Differences:
    """The rows and files that differ; where there are only outputs, the kinds of input whose digests differ."""
    if old.files is not None and new.files is not None:
        a, b = old.files, new.files
        return Differences(
            data_rows.row_changes(old.rows, new.rows),
            _differing(a.data, b.data),
            _differing(a.code, b.code),
            _differing(a.configuration, b.configuration),
            _differing(a.lock, b.lock),
            _differing(a.documents, b.documents),
            True,
            {
                name: FieldChange(name, a.settings.get(name, ""), b.settings.get(name, ""))
                for name in _differing(a.settings, b.settings)
            },
        )
    kinds = _differing(old.digests, new.digests) if old.digests and new.digests else ()
    shared = {name: row for name, row in old.rows.items() if name in new.rows}
    rows = data_rows.row_changes(_alike(shared, new), _alike({n: new.rows[n] for n in shared}, old))

    def of(kind: str) -> tuple[str, ...]:
        return tuple(one for one in kinds if one.startswith(kind))

    return Differences(rows, of("data"), of("code"), of("configuration"), of("lock"), of("document"), False)


def _alike(rows: Mapping[str, Row], other: Version) -> dict[str, Row]:
    """Rows with the fields that the other version tells too: a ledger tells fewer than a table."""
    return {
        name: Row(row.file, {k: v for k, v in row.fields.items() if k in other.rows[name].fields})
        for name, row in rows.items()
    }


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def cause(change: NumberChange, old: Version, new: Version, found: Differences) -> Cause:
    """What lies behind the number and differs."""
    was, now = old.entries.get(change.old_key, {}), new.entries.get(change.key, {})
    before, after = list(was.get("rows") or ()), list(now.get("rows") or ())
    rows = tuple(found.rows[name] for name in dict.fromkeys([*after, *before]) if name in found.rows)
    counted = change.fate in (Fate.MOVED, Fate.REWORDED)
    entered = tuple(name for name in after if counted and name not in before and name not in found.rows)
    left = tuple(name for name in before if counted and name not in after and name not in found.rows)
    files = {str(entry.get("file") or "") for entry in (was, now)}
    computing = next((name for name in sorted(files) if name in found.code), "")
    imported = tuple(name for name in found.code if name != computing and name in _behind(files, old, new))
    if change.fate is Fate.REPRINTED:
        return Cause(Reason.DOCUMENT, note=_reprinted(found))
    if rows or entered or left:
        return Cause(Reason.ROWS, rows, entered, left, computing, imported)
    if change.fate in (Fate.NEW, Fate.GONE) and change.still_computed:
        return Cause(Reason.DOCUMENT, note="computed in both versions, printed in one")
    if computing or imported:
        return Cause(Reason.CODE, computing=computing, imported=imported)
    if found.configuration or found.lock:
        return Cause(Reason.CONFIGURATION, note=_configured(change, found))
    return Cause(Reason.UNKNOWN, note=_unknown(found))


def _configured(change: NumberChange, found: Differences) -> str:
    """The setting that has the number's own key, as a declaration has; else all that changed."""
    for key in dict.fromkeys((change.key, change.old_key)):
        if key in found.settings:
            return f"{FILE_NAME}, {found.settings[key]}"
    files = ", ".join([*found.configuration, *found.lock])
    keys = f" (in it {', '.join(found.settings)})" if found.settings else ""
    return f"{files} changed{keys}; none of the rows and the code recorded behind it did"


def _behind(files: set[str], old: Version, new: Version) -> set[str]:
    return {
        name
        for version in (old, new)
        if version.files is not None
        for file in files
        for name in version.files.reaches.get(file, ())
    }


def _reprinted(found: Differences) -> str:
    changed = ", ".join(found.documents) or "no document"
    return f"the value is the same; {changed} changed, or the rule by which it is printed"


def _unknown(found: Differences) -> str:
    if not found.are_files_known:
        kinds = [*found.data, *found.code, *found.configuration, *found.lock]
        said = f"; the digests of {', '.join(kinds)} differ" if kinds else ""
        return f"cause not found: a ledger does not hold the files{said}"
    counts = {
        "rows": len(found.rows),
        "data files": 0 if found.rows else len(found.data),
        "code files": len(found.code),
    }
    rest = [f"{what} ({count})" for what, count in counts.items() if count]
    said = f"; changed, but not recorded as lying behind it: {', '.join(rest)}" if rest else ""
    return f"cause not found among the rows and the code recorded behind it{said}"
