"""What a render is to make: read, checked and settled before anything is written."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing.engine import quarto
from publishing.project.configuration import Project, load_project, merge
from publishing.project.document import Document, read_document
from publishing.project.errors import PublishingError
from publishing.project.progress import Progress

# The earliest day a DOCX can be dated, for documents without a date: the same inputs give the same bytes.
_NO_DATE = datetime.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """``documents``, of ``everything`` in the project, go into ``folder``, every date in them made of ``epoch``.

    ``command`` is Quarto's, None for the built-in engine, which alone writes ``formats`` in place of
    the documents' own.
    """

    project: Project
    everything: list[Document]
    documents: list[Document]
    folder: Path
    epoch: int
    command: str | None
    formats: tuple[str, ...]
    progress: Progress

    @classmethod
    def of(
        cls,
        root: Path,
        chosen: Sequence[Path] = (),
        engine: str = "auto",
        output_dir: Path | None = None,
        profile: str | None = None,
        overrides: Mapping[str, object] | None = None,
        formats: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Plan:
        """The chosen documents (all when none is) by ``engine``: "auto" (Quarto if installed), "quarto", "builtin".

        ``profile`` and ``overrides`` stand above ``_quarto.yml`` (:func:`load_project`). Raises
        :class:`PublishingError`.
        """
        progress = progress or Progress()
        with progress.step("read configuration and documents"):
            project = load_project(root, profile, overrides)
            everything = [read_document(path) for path in project.documents]
            documents = _chosen(project, everything, chosen)
        if formats and engine == "quarto":
            raise PublishingError(
                f"only the built-in engine writes {', '.join(formats)} on request.", remedy="leave --engine away."
            )
        command = None if engine == "builtin" or formats else quarto.find(required=engine == "quarto")
        folder = (root / output_dir) if output_dir else project.output_dir
        epoch = epoch_of(project, documents)
        return cls(project, everything, documents, folder, epoch, command, tuple(formats), progress)


def _chosen(project: Project, documents: list[Document], chosen: Sequence[Path]) -> list[Document]:
    wanted = {(project.root / path).resolve() for path in chosen}
    known = {document.path.resolve() for document in documents}
    for path in wanted - known:
        raise PublishingError(
            f"{path.name} is not a document of this project.",
            source=project.settings.source,
            line=project.settings.line("project", "render"),
            remedy="name it under 'project: render:'.",
        )
    return [document for document in documents if not wanted or document.path.resolve() in wanted]


def epoch_of(project: Project, documents: list[Document]) -> int:
    """Seconds since 1970 that every date inside an output is made of: SOURCE_DATE_EPOCH, else the documents' date."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        if not given.isdigit():
            raise PublishingError(f"SOURCE_DATE_EPOCH is {given!r}, not a number of seconds.", remedy="unset it.")
        return int(given)
    dates = [merge(project.settings.values, document.front.values).get("date") for document in documents]
    day = max((datetime.date.fromisoformat(date) for date in dates if date), default=_NO_DATE)
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
