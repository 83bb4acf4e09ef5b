"""A document's Markdown read by pandoc once, for all the formats that are written from it.

Reading takes pandoc about as long as filtering and writing one format. Formats differ in the names of their pictures
(SVG or PNG) only, so these are exchanged in what was read.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from publishing.engine.markdown import Assembled
from publishing.formats import pandoc
from publishing.project.errors import PublishingError


class Reading:
    """``markdown`` as pandoc's tree (JSON), read when it is first asked for; safe to use from several threads.

    ``explain`` turns what pandoc complains of into the error that is raised.
    """

    def __init__(
        self, markdown: Assembled, folder: Path, explain: Callable[[Assembled, pandoc.Complaint], PublishingError]
    ) -> None:
        self._markdown, self._folder, self._explain = markdown, folder, explain
        self._lock = threading.Lock()
        self._tree = ""

    def tree(self, markdown: Assembled) -> str:
        """The tree of ``markdown``: of this document, in this or another form of its pictures.

        Raises :class:`PublishingError` for anything that pandoc complains of.
        """
        with self._lock:
            self._tree = self._tree or self._read(self._markdown)
        pairs = {json.dumps(old): json.dumps(new) for old, new in self._exchanges(markdown)}
        if any(old not in self._tree for old in pairs) or not self._serves(markdown):
            return self._read(markdown)
        tree = self._tree
        for old, new in pairs.items():
            tree = tree.replace(old, new)
        return tree

    def _exchanges(self, markdown: Assembled) -> list[tuple[str, str]]:
        pairs = zip(self._markdown.pictures, markdown.pictures, strict=False)
        return [(old, new) for old, new in pairs if old != new]

    def _serves(self, markdown: Assembled) -> bool:
        """Whether ``markdown`` is the same but for the names of its pictures."""
        text = self._markdown.text
        for old, new in self._exchanges(markdown):
            text = text.replace(f"({old})", f"({new})")
        return text == markdown.text

    def _read(self, markdown: Assembled) -> str:
        tree, complaints = pandoc.run(["--to=json"], markdown.text, cwd=self._folder)
        for complaint in complaints:
            raise self._explain(markdown, complaint)
        return tree
