"""Archives as WebPlotDigitizer saves them: plain members in blocks of 512 bytes, filled with zeros to 10240."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

BLOCK, RECORD = 512, 10_240
FILE, FOLDER = b"0", b"5"
IMAGE = b"\x89PNG invented" * 70


def member(name: str, content: bytes = b"", kind: bytes = FILE, size: bytes | None = None) -> bytes:
    """One member: header and content. size: what the header says instead of the true size in octal digits."""
    said = f"{len(content):011o}".encode() + b"\0" if size is None else size
    header = bytearray(BLOCK)
    parts = [(0, name.encode()[:100]), (100, b"0000664\0"), (108, b"0001750\0"), (116, b"0001750\0"), (124, said),
             (136, b"15067234567\0"), (148, b" " * 8), (156, kind), (257, b"ustar\x0000"), (265, b"tarballjs"),
             (297, b"tarballjs")]  # fmt: skip
    for start, part in parts:
        header[start : start + len(part)] = part
    # As the program has it: octal digits without leading zeros, then zero bytes.
    header[148:156] = f"{sum(header):o}".encode().ljust(8, b"\0")
    return bytes(header) + content + b"\0" * (-len(content) % BLOCK)


def joined(members: Iterable[bytes]) -> bytes:
    """The archive of these members."""
    raw = b"".join(members)
    return raw + b"\0" * (-len(raw) % RECORD)


def saved(project: dict[str, Any], name: str = "wpd_project", image: bytes = IMAGE) -> bytes:
    """The archive of a project."""
    info = {"version": [4, 0], "json": "wpd.json", "images": ["image.png"]}
    return joined(
        [
            member(f"{name}/", kind=FOLDER),
            member(f"{name}/info.json", json.dumps(info).encode()),
            member(f"{name}/wpd.json", json.dumps(project).encode()),
            member(f"{name}/image.png", image),
        ]
    )
