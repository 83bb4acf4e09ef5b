"""What the analysis says of itself: every quantity that can be printed, and the claims.

The analysis is asked through commands that ``_quarto.yml`` names under ``ledger``; nothing of it is imported.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.project import hooks
from publishing.project.configuration import Project
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of_files
from publishing.project.fingerprints import inputs
from publishing.verify.contract import FOLDER, Claim, Content, Entry, Row


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``entries``: key → value, kind, texts, code, rows, second computation; ``rows``: row → source and words.

    ``panels``: id → the table that a page's panel looks up (templates/panel.js).
    """

    entries: Mapping[str, Entry]
    rows: Mapping[str, Row]
    claims: Mapping[str, Claim]
    panels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Asked:
    """A question to the analysis that is being answered while other work goes on.

    An answer is kept in the folder until something changes that it depends on: data, code, the lock file, or
    ``_quarto.yml``, whose declarations are results too and which holds the command itself.
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
        """Whether the answer in the folder was given to the same inputs."""
        stamped = self._stamp.read_text(encoding="utf-8") if self._stamp.is_file() else ""
        return stamped == self._digest and self._file.is_file()

    def answer(self) -> Any:
        """The JSON it wrote; raises :class:`PublishingError` with what it said when it fails."""
        said = ""
        if self._process is not None:
            said, _ = self._process.communicate()
            if self._process.returncode == 0 and self._file.is_file():
                self._stamp.write_text(self._digest, encoding="utf-8")
        if self._is_answered():
            return json.loads(self._file.read_text(encoding="utf-8"))
        raise PublishingError(
            f"the command '{self._command}' failed: {hooks.told(said)}",
            source=self._settings.source,
            line=self._settings.line("ledger", self._name),
            remedy="run it by itself to see all it says.",
        )


def _inputs(project: Project) -> str:
    """One digest of all that an answer depends on. Profiles are left out: the command isn't told of them."""
    settings, root = project.settings, project.root
    named = [settings.source, root / settings.values["ledger"]["lock"]]
    return digest_of_files(root, [*inputs(project, "data"), *inputs(project, "code"), *named])


def of_json(content: Content) -> Catalogue:
    """The catalogue from the file that the analysis wrote."""
    return Catalogue(content["entries"], content["rows"], content["claims"], content.get("panels", {}))
