"""What documents logged while they ran: their figures' texts are read here, to tell whose numbers a picture shows.

An engine has the logs written, and ends them: only it knows that a document ran to its last line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.verify.contract import FOLDER, SUFFIX, TICK, End, Line

#: pieces of a text: each with the key it prints, or none
Parts = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure's name and its texts in drawing order; ``scale`` says of each whether it belongs to an axis."""

    name: str
    texts: tuple[Parts, ...]
    scale: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a document's figures drew, and their alternative texts."""

    drawings: tuple[Drawing, ...] = ()
    alternatives: tuple[Parts, ...] = ()


def forget(root: Path, document: str) -> None:
    """Delete what a document logged in an earlier run."""
    _path(root, document).unlink(missing_ok=True)


def end(root: Path, document: str) -> None:
    """Say in the log of a document, if it keeps one, that it ran to its end."""
    path = _path(root, document)
    if path.is_file():
        line: End = {"ended": document}
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def read_drawn(root: Path, document: str) -> Drawn:
    """What the document's figures drew in its last run; nothing when it logged nothing."""
    path = _path(root, document)
    if not path.is_file():
        return Drawn()
    lines: list[Line] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    drawings = {line["figure"]: _drawing(line) for line in lines if "texts" in line}
    alternatives = dict.fromkeys(_parts(line["parts"]) for line in lines if "alternative" in line)
    return Drawn(tuple(drawings.values()), tuple(alternatives))


def _path(root: Path, document: str) -> Path:
    return root / FOLDER / f"{document}{SUFFIX}"


def drawn_to_json(drawn: Drawn) -> dict[str, Any]:
    """For the ledger."""
    return {
        "drawings": [
            {
                "figure": one.name,
                "texts": [
                    {"parts": parts, "scale": scale} for parts, scale in zip(one.texts, one.scale, strict=True)
                ],
            }
            for one in drawn.drawings
        ],
        "alternatives": list(drawn.alternatives),
    }


def drawn_of_json(content: Mapping[str, Any]) -> Drawn:
    """From the ledger."""
    drawings = tuple(
        Drawing(
            one["figure"],
            tuple(_parts(text["parts"]) for text in one["texts"]),
            tuple(bool(text["scale"]) for text in one["texts"]),
        )
        for one in content["drawings"]
    )
    return Drawn(drawings, tuple(_parts(parts) for parts in content["alternatives"]))


def _drawing(line: Line) -> Drawing:
    texts = line["texts"]
    return Drawing(
        line["figure"],
        tuple(_parts(text["parts"]) for text in texts),
        tuple(text["reason"] == TICK for text in texts),
    )


def _parts(parts: Sequence[Sequence[Any]]) -> Parts:
    return tuple((str(text), key) for text, key in parts)
