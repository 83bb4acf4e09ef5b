"""A bundle while it is made: its folder, what is known of the project, and what each file in it is."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing.project.configuration import Project
from publishing.project.own_keys import SubmissionSettings
from publishing.project.progress import Progress
from publishing.submission.crate import Item, Purpose
from publishing.submission.figures import FigureFile, Picture
from publishing.submission.findings import Standing
from publishing.submission.profile import Profile

ARCHIVE = "data-and-code.zip"


@dataclass(slots=True)
class Draft:
    """``folder`` holds the files, ``items`` say what they are.

    ``metadata``, ``epoch``, ``drawings`` and ``figures`` are known once the documents have run.
    """

    project: Project
    profile: Profile
    folder: Path
    settings: SubmissionSettings
    known: Standing
    progress: Progress
    items: list[Item] = field(default_factory=list)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    epoch: int = 0
    drawings: dict[str, list[Picture]] = field(default_factory=dict)
    figures: list[FigureFile] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def day(self) -> str:
        """The document's date, else the commit's, else that of the files."""
        made = datetime.datetime.fromtimestamp(self.epoch, datetime.UTC).date().isoformat()
        return str(self.metadata.get("date") or self.known.sources.day or made)

    def path(self, name: str) -> Path:
        """Where a file of that name goes, its folder made."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def add(self, name: str, description: str, *made_from: str, purpose: Purpose = Purpose.UPLOAD) -> Path:
        self.items.append(Item(name, description, made_from or (ARCHIVE,), purpose))
        return self.path(name)

    def labels(self, document: str) -> dict[str, str]:
        """Identifier → printed label ("fig-flow" → "Figure 1") of all that is numbered in a document."""
        text = (self.project.registry_dir / f"{document}.json").read_text(encoding="utf-8")
        return {identifier: " ".join(entry["text"].split()) for identifier, entry in json.loads(text).items()}
