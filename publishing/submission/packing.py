"""Folders as zip files and lists of checksums: the same contents give the same bytes."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable
from pathlib import Path

from publishing.project.files import digest_of_file

SUMS = "SHA256SUMS"
# The first moment a zip file can hold.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
MEGABYTE = 1_000_000
_FILE, _PROGRAM = 0o100644, 0o100755
# Pictures and zips within zips are compressed already.
_STORED = (".zip", ".docx", ".tif", ".png", ".jpeg")


def pack(root: Path, files: Iterable[Path], target: Path, epoch: int) -> None:
    """Write ``files`` (below ``root``) into the zip ``target``, sorted by name, all dated ``epoch``."""
    day = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    moment = max(_EARLIEST, (day.year, day.month, day.day, day.hour, day.minute, day.second))
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(files, key=lambda one: one.relative_to(root).as_posix()):
            content = path.read_bytes()
            # a file system may know no rights, so a program is told by its first line
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), moment)
            entry.external_attr = (_PROGRAM if content.startswith(b"#!") else _FILE) << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in _STORED else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def write_sums(folder: Path) -> None:
    """Write ``SHA256SUMS``, as ``sha256sum --check`` reads it, of all that is in ``folder``."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{digest_of_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
