"""Whether outputs are up to date: digests of all that went into them and of what came out, in one file a folder.

Only contents count, never times of change. The file is deleted when a render begins and written when it has ended, so
a render that fails leaves none. A project that keeps no ledger does not say what its documents read, so its outputs
are never known to be up to date.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.files import SHORT_DIGEST, digest_of, digest_of_file, digest_of_files, written_whole
from publishing.project.fingerprints import inputs
from publishing.project.input_files import environment
from publishing.project.outputs import BUILD

RECORDS_FOLDER = "rendered"
_LONGEST_NAME = 255
_PICTURE = re.compile(r"\]\(([^)\s]+)|\bsrc=[\"']([^\"']+)")


@dataclass(frozen=True, slots=True)
class Record:
    """What the file holds. ``verified`` is the proof of the outputs that were verified, "" while none were."""

    inputs: Mapping[str, str]
    engine: str
    documents: tuple[str, ...]
    outputs: Mapping[str, str]
    verified: str = ""


class Freshness:
    """The outputs in ``folder`` and what they were made of; ``documents`` are all documents of the project."""

    def __init__(self, project: Project, documents: Sequence[Document], folder: Path) -> None:
        self._project, self._documents, self._folder = project, documents, folder
        name = os.path.relpath(folder, project.root).replace(os.sep, "-").strip("-.") or "root"
        self._file = project.root / BUILD / RECORDS_FOLDER / f"{name}.json"
        self._inputs = digests(project, documents)
        self._record = self._read()

    @property
    def digest(self) -> str:
        """A short digest of all that the outputs are made of."""
        return digest_of(json.dumps(self._inputs, sort_keys=True).encode())[:SHORT_DIGEST]

    def stale(self, chosen: Iterable[Document], engine: str) -> list[str]:
        """Why ``chosen`` need rendering by ``engine``: kinds of inputs, and outputs, that are not what they were."""
        record = self._record
        if record is None:
            return ["never rendered"]
        found = [kind for kind, value in self._inputs.items() if record.inputs.get(kind) != value]
        found += ["engine"] if record.engine != engine else []
        found += [f"{one.name} was not rendered" for one in chosen if one.name not in record.documents]
        return found + self.altered()

    def altered(self) -> list[str]:
        """The names of the outputs that are not, or no longer, the files that were recorded."""
        recorded = {} if self._record is None else self._record.outputs
        return [name for name, value in recorded.items() if value != self._digest_of(name)]

    def outputs(self) -> list[Path]:
        """The outputs that were recorded."""
        return [] if self._record is None else [self._folder / name for name in self._record.outputs]

    def forget(self) -> None:
        """Before a render: whatever it leaves is not known to be up to date."""
        self._file.unlink(missing_ok=True)
        self._record = None

    def keep(self, rendered: Iterable[Document], engine: str, outputs: Iterable[Path]) -> None:
        """After a render: record it, unless an input changed meanwhile."""
        if digests(self._project, self._documents) != self._inputs:
            return
        names = sorted(path.relative_to(self._folder).as_posix() for path in outputs)
        made = {name: self._digest_of(name) for name in names}
        self._write(Record(self._inputs, engine, tuple(one.name for one in rendered), made))

    def proof(self) -> str:
        """What stands for these outputs of these inputs of all documents; "" when they are not up to date."""
        record = self._record
        if record is None or self.stale(self._documents, record.engine):
            return ""
        # verification asks R for a third opinion where it is installed
        return _of_value((record.inputs, record.outputs, shutil.which("Rscript")))

    def is_verified(self) -> bool:
        """Whether these very outputs of these inputs were verified."""
        return self._record is not None and self._record.verified != "" and self._record.verified == self.proof()

    def verified(self, proof: str) -> None:
        """Record that the outputs that ``proof`` stands for were verified."""
        if self._record is not None and proof and proof == self.proof():
            self._write(replace(self._record, verified=proof))

    def _digest_of(self, name: str) -> str:
        path = self._folder / name
        return digest_of_file(path) if path.is_file() else ""

    def _read(self) -> Record | None:
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            return Record(**{**content, "documents": tuple(content["documents"])})
        except (OSError, ValueError, KeyError, TypeError):
            # no record, or one that is not whole: as if never rendered
            return None

    def _write(self, record: Record) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(self._file) as beside:
            beside.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
        self._record = record


def of(project: Project, documents: Sequence[Document], folder: Path) -> Freshness | None:
    """The freshness of ``folder``; None for a project that does not say what its documents read."""
    return Freshness(project, documents, folder) if project.keeps_ledger else None


def digests(project: Project, documents: Sequence[Document]) -> dict[str, str]:
    """Digests of everything that outputs are made of, one per kind of input."""
    root = project.root
    named = names(project, documents)
    return {
        "data": digest_of_files(root, inputs(project, "data")),
        "code": digest_of_files(root, inputs(project, "code")),
        "documents": digest_of_files(root, (document.path for document in documents)),
        "configuration": digest_of(
            repr((digest_of_files(root, project.files), project.profiles, project.overrides)).encode()
        ),
        "files they name": _of_value([(name, _named(root, name)) for name in named]),
        "lock file": digest_of_files(root, [root / project.ledger.lock]),
        "environment": _of_value([*environment(), os.environ.get("SOURCE_DATE_EPOCH")]),
    }


def names(project: Project, documents: Sequence[Document]) -> list[str]:
    """Every text of the configuration and the documents that may name a file."""
    return sorted({name for source in _sources(project, documents) for name in _names(source)})


def files(project: Project, documents: Sequence[Document]) -> list[Path]:
    """Every file that outputs are made of, but those in the folders of data and code; some may not be there."""
    root = project.root
    named = [root / name for name in names(project, documents) if _may_name(name)]
    return [*(document.path for document in documents), *project.files, root / project.ledger.lock, *named]


def _of_value(value: object) -> str:
    return digest_of(repr(value).encode())


def _sources(project: Project, documents: Sequence[Document]) -> Iterator[object]:
    yield project.settings.values
    for document in documents:
        yield document.front.values
        yield [one for found in _PICTURE.findall(document.body) for one in found if one]


def _names(value: object) -> Iterator[str]:
    """Every text in a value of the configuration: any may name a file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _names(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _names(one)


def _named(root: Path, name: str) -> str:
    """Digest of the file of this name; "" for what is none, and for what a render makes itself."""
    if not _may_name(name) or not os.path.isfile(root / name):
        return ""
    return digest_of_file(root / name)


def _may_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and not name.startswith(BUILD) and "\0" not in name
