"""What the analysis says of itself: every quantity that can be printed, and the claims.

The analysis is asked through commands that ``_quarto.yml`` names under ``ledger``; nothing of it is imported.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.project import hooks, interruptions
from publishing.project.configuration import FILE_NAME, Project
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of, digest_of_files, written_whole
from publishing.project.fingerprints import inputs
from publishing.project.input_files import environment
from publishing.verify.answers import Answers
from publishing.verify.contract import FOLDER, Card, Claim, Content, Entry, FigureTable, Row


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``entries``: key → value, kind, texts, code, rows, second computation; ``rows``: row → source and words.

    ``panels``: id → the table that a page's panel looks up (templates/panel.js); ``figures``: name → what a figure
    draws; ``cards``: name → what a line of a figure is about.
    """

    entries: Mapping[str, Entry]
    rows: Mapping[str, Row]
    claims: Mapping[str, Claim]
    panels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    figures: Mapping[str, FigureTable] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)


class Asked:
    """A question to the analysis that is being answered while other work goes on.

    ``name`` is that of the command under ``ledger``; ``keys`` are what it is asked about, where it asks for {keys}.
    Answers are kept with the project, or in ``answers``, and given again while everything is the same that the
    analysis may read: data, code, configuration, lock file, Python and its packages.
    """

    _process: subprocess.Popen[bytes] | None

    def __init__(
        self, project: Project, name: str, keys: Collection[str] = (), answers: Answers | None = None
    ) -> None:
        self._project, self._name = project, name
        self._answers = answers or Answers.of(project.root)
        self._keys = json.dumps(sorted(keys), ensure_ascii=False)
        self._template = str(project.settings.values["ledger"][name])
        self._question = self._asked_now()
        self._known = self._answers.find(self._question)
        self._process = None
        if self._known is not None:
            return
        folder = project.root / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{name}.json"
        self._file.unlink(missing_ok=True)
        asked = folder / f"{name}.keys.json"
        arguments = [
            part.replace("{file}", str(self._file)).replace("{keys}", str(asked))
            for part in shlex.split(self._template)
        ]
        if "{keys}" in self._template:
            with written_whole(asked) as beside:
                beside.write_text(self._keys, encoding="utf-8")
        if arguments[0] == "python":
            arguments[0] = sys.executable
        self._process = interruptions.start(
            arguments,
            cwd=project.root,
            env=hooks.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def answer(self) -> Any:
        """The JSON it wrote; raises :class:`PublishingError` with what it said when it fails."""
        if self._known is not None:
            return json.loads(self._known)
        told = self._told()
        try:
            answer = json.loads(told)
        except ValueError as error:
            raise self._failed(f"what it wrote is no JSON ({error})") from error
        # what was computed while an input changed answers no question
        if self._question == self._asked_now():
            self._answers.keep(self._question, told)
        return answer

    def _told(self) -> bytes:
        assert self._process is not None
        said = self._process.communicate()[0].decode(errors="replace")
        interruptions.ended(self._process)
        if self._process.returncode != 0 or not self._file.is_file():
            raise self._failed(hooks.told(said))
        return self._file.read_bytes()

    def _failed(self, said: str) -> PublishingError:
        settings = self._project.settings
        return PublishingError(
            f"the command '{self._template}' failed: {said}",
            source=settings.source,
            line=settings.line("ledger", self._name),
            remedy="run it by itself to see all it says.",
        )

    def _asked_now(self) -> str:
        """The digest of the question, and of everything on which the answer depends as it is now."""
        project, root = self._project, self._project.root
        others = [root / FILE_NAME, root / project.ledger.lock]
        made_of = digest_of_files(root, [*inputs(project, "data"), *inputs(project, "code"), *others])
        return digest_of(repr((made_of, environment(), self._template, self._keys)).encode())


def of_json(content: Content) -> Catalogue:
    """The catalogue from the file that the analysis wrote."""
    more = (content.get("panels", {}), content.get("figures", {}), content.get("cards", {}))
    return Catalogue(content["entries"], content["rows"], content["claims"], *more)
