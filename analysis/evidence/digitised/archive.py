"""The archive in which WebPlotDigitizer saves a project unless told otherwise: a tar that holds `<name>/info.json`,
`<name>/wpd.json` (what the export as JSON writes) and the images.

Nothing is written to disk and only these two members are looked at. The program writes plain files and folders only:
an archive with anything else in it (links, devices, extended headers, names that lead out of it) was not saved by it
and is refused as a whole.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from analysis.evidence.digitised.problems import FigureError, figure_error

SUFFIX = ".tar"
PROJECT, INFO = "wpd.json", "info.json"
LARGEST_ARCHIVE = 100_000_000
MOST_MEMBERS = 1_000
BLOCK = 512
COMPRESSED = {b"\x1f\x8b": "compressed by gzip", b"PK\x03\x04": "a ZIP archive", b"BZh": "compressed by bzip2"}
SAVE_AGAIN = "save the project again in WebPlotDigitizer and leave the file as it is, or export it as JSON"


def project_in(file: str, raw: bytes, largest: int) -> bytes:
    """The bytes of the one `wpd.json` in an archive.

    file: for messages; raw: the archive; largest: bytes that the project may have. FigureError if it is no archive of
    the program.
    """
    if raw.lstrip().startswith(b"{"):
        remedy = "give it the ending .json here and in the table"
        raise figure_error(file, "not readable as a tar archive (it is JSON)", remedy)
    if kind := next((words for start, words in COMPRESSED.items() if raw.startswith(start)), ""):
        raise figure_error(file, f"not readable as a tar archive (it is {kind})", SAVE_AGAIN)
    found: dict[str, list[tuple[PurePosixPath, bytes]]] = {PROJECT: [], INFO: []}
    for path, content in _members(file, raw):
        if path.name in found:
            if len(content) > largest:
                raise figure_error(file, f"holds more than {largest} bytes", SAVE_AGAIN, place=str(path))
            found[path.name].append((path, content))
    for name, members in found.items():
        if len(members) != 1:
            problem = f"holds {len(members)} files {name} where a saved project holds one"
            raise figure_error(file, problem, SAVE_AGAIN)
    ((path, project),), ((info_path, info),) = found.values()
    if len(path.parts) != 2 or info_path.parent != path.parent:
        raise figure_error(file, f"holds {PROJECT} and {INFO} in other places than a saved project",
                           SAVE_AGAIN, value=f"{path}, {info_path}")  # fmt: skip
    if _named_in(info) != PROJECT:
        raise figure_error(file, f"does not name {PROJECT} as its project", SAVE_AGAIN, place=str(info_path))
    return project


def is_archive(raw: bytes) -> bool:
    """Whether bytes begin as a tar archive does: with a header whose checksum is right."""
    try:
        tarfile.TarInfo.frombuf(raw[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def _named_in(info: bytes) -> object:
    try:
        content = json.loads(info.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return content.get("json") if isinstance(content, dict) else None


def _members(file: str, raw: bytes) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Path and content of every file in the archive, one after the other."""

    def refuse(problem: str, value: str | None = None) -> FigureError:
        return figure_error(file, problem, SAVE_AGAIN, value=value)

    start, members = 0, 0
    while start < len(raw):
        header = raw[start : start + BLOCK]
        if not header.strip(b"\0"):
            break  # the end, which the program fills with zeros
        try:
            member = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        except (tarfile.TarError, ValueError) as error:
            raise refuse(f"not readable as a tar archive ({error})") from None
        # An undecodable byte of a name is shown, not printed: no terminal could.
        name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        path = PurePosixPath(name)
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
            raise refuse("is neither a file nor a folder", name)
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            raise refuse("is a name that leads out of the archive", name)
        size = 0 if member.isdir() else member.size
        start += BLOCK
        if not 0 <= size <= len(raw) - start:
            raise refuse(f"says it has {size} bytes where {len(raw) - start} are left: the archive is cut off", name)
        if not member.isdir():
            yield path, raw[start : start + size]
        start += -(-size // BLOCK) * BLOCK
        members += 1
        if members > MOST_MEMBERS:
            raise refuse(f"holds more than {MOST_MEMBERS} members")
    if raw[start:].strip(b"\0"):
        raise refuse("has something after its end")
