"""What the analysis says of itself: every quantity that can be printed, the claims, and what the figures drew.

The analysis is asked through commands that ``_quarto.yml`` names under ``ledger``; nothing of it is imported.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from publishing.project import hooks
from publishing.project.configuration import Project
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of_files
from publishing.project.fingerprints import inputs

FOLDER = "_build/ledger"
VARIABLE = "LEDGER_DIR"
_LOG = ".printed.jsonl"

#: pieces of a text: each with the key it prints, or none
Parts = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``entries``: key → value, kind, texts, code, rows, second computation; ``rows``: row → source and words.

    ``panels``: id → the table that a page's panel looks up (templates/panel.js).
    """

    entries: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Mapping[str, Any]]
    panels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


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


class Asked:
    """A question to the analysis that is being answered while other work goes on.

    An answer is kept in the folder until the data, the code or the lock file change.
    """

    _process: subprocess.Popen[str] | None

    def __init__(self, project: Project, name: str) -> None:
        settings = project.settings
        self._settings, self._name = settings, name
        folder = project.root / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{name}.json"
        self._stamp = folder / f"{name}.stamp"
        self._digest = _inputs(project)
        self._command = settings.values["ledger"][name].replace("{file}", str(self._file))
        self._process = None
        if self._is_answered():
            return
        self._stamp.unlink(missing_ok=True)
        self._file.unlink(missing_ok=True)
        arguments = shlex.split(self._command)
        if arguments[0] == "python":
            arguments[0] = sys.executable
        self._process = subprocess.Popen(
            arguments,
            cwd=project.root,
            env=hooks.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def _is_answered(self) -> bool:
        """Whether the answer in the folder is to the same data and the same code."""
        stamped = self._stamp.read_text(encoding="utf-8") if self._stamp.is_file() else ""
        return stamped == self._digest and self._file.is_file()

    def answer(self) -> Any:
        """The JSON it wrote; raises :class:`PublishingError` with its last words when it fails."""
        said = ""
        if self._process is not None:
            said, _ = self._process.communicate()
            if self._process.returncode == 0 and self._file.is_file():
                self._stamp.write_text(self._digest, encoding="utf-8")
        if self._is_answered():
            return json.loads(self._file.read_text(encoding="utf-8"))
        raise PublishingError(
            f"the command '{self._command}' failed: {' '.join(said.split()[-60:])}",
            source=self._settings.source,
            line=self._settings.line("ledger", self._name),
            remedy="run it by itself to see all it says.",
        )


def _inputs(project: Project) -> str:
    settings, root = project.settings.values["ledger"], project.root
    return digest_of_files(root, [*inputs(project, "data"), *inputs(project, "code"), root / settings["lock"]])


def of_json(content: Mapping[str, Any]) -> Catalogue:
    """The catalogue from the file that the analysis wrote."""
    return Catalogue(content["entries"], content["rows"], content["claims"], content.get("panels", {}))


def forget_drawn(project: Project) -> None:
    """Delete what documents logged in earlier runs."""
    for path in (project.root / FOLDER).glob(f"*{_LOG}"):
        path.unlink()


def read_drawn(project: Project, document: str) -> Drawn:
    """What the document's figures drew in its last run; nothing when it logged nothing."""
    path = project.root / FOLDER / f"{document}{_LOG}"
    if not path.is_file():
        return Drawn()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    drawings = {line["figure"]: _drawing(line) for line in lines if "texts" in line}
    alternatives = dict.fromkeys(_parts(line["parts"]) for line in lines if "alternative" in line)
    return Drawn(tuple(drawings.values()), tuple(alternatives))


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


def _drawing(line: Mapping[str, Any]) -> Drawing:
    texts = line["texts"]
    return Drawing(
        line["figure"],
        tuple(_parts(text["parts"]) for text in texts),
        tuple(text.get("reason") == "axis tick" for text in texts),
    )


def _parts(parts: Sequence[Sequence[Any]]) -> Parts:
    return tuple((str(text), key) for text, key in parts)
