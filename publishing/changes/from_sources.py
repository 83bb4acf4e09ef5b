"""A version of which there are the sources: its documents are run in a folder of their own, its results asked for.

The documents are run and read by pandoc with the project's own filters; no output is made. What they print, and
where, is read from their text; what figures draw, from what they log.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from publishing.changes import data_rows, imports
from publishing.changes.passages import PassageKind, TextPassage, passages
from publishing.changes.versions import Files, Printed, PrintedPlace, Version
from publishing.formats import pandoc
from publishing.formats.pandoc import Tree
from publishing.project import hooks
from publishing.project.configuration import FILE_NAME, Project, format_options, load_project, merge
from publishing.project.document import Document, Executed, read_document
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of_file, digests_of_files
from publishing.project.fingerprints import inputs
from publishing.project.outputs import Stage
from publishing.verify.answers import Answers
from publishing.verify.catalogue import Asked, Catalogue, of_json
from publishing.verify.log import read_drawn

#: every date inside a document that has none: the same inputs give the same text
_EPOCH = 315532800
_PICTURES, _FORM = "png", "docx"


@dataclass(slots=True)
class SourceVersion:
    """The files of a version in a folder that nobody else uses; its results are being asked for once ``ask`` is."""

    root: Path
    name: str
    title: str
    moment: str
    project: Project
    answers: Answers
    asked: Asked | None = None
    known: Files | None = None

    def ask(self) -> Asked:
        """Have the results computed, if they are not already, while other work goes on."""
        self.asked = self.asked or Asked(self.project, "catalogue", answers=self.answers)
        return self.asked

    def ask_about(self, keys: Collection[str]) -> Asked:
        """The same for some of the results, where the project has a command that gives those alone."""
        if self.asked is None and self.project.ledger.values:
            self.asked = Asked(self.project, "values", keys, self.answers)
        return self.ask()

    @property
    def files(self) -> Files:
        """The digests of all that the version is made of; its files stay as they are."""
        self.known = self.known or files(self.project)
        return self.known


def opened(root: Path, name: str, title: str, moment: str, answers: Answers) -> SourceVersion:
    """Read the configuration. ``answers`` are those known of earlier questions.

    Raises :class:`PublishingError` when there is no ledger.
    """
    try:
        project = load_project(root)
    except PublishingError as error:
        raise _of_version(title, error) from error
    if not project.keeps_ledger:
        raise PublishingError(
            f"{title}: the project kept no ledger then, so its numbers have no keys.",
            remedy="compare with a later commit, in which _quarto.yml has 'ledger'.",
        )
    return SourceVersion(root, name, title, moment, project, answers)


def version(sources: SourceVersion) -> Version:
    """Run the documents and wait for the results.

    Expressions that fail (those of a claim that no longer holds do) are passed over and listed; documents that stop
    altogether leave the results to be compared. Raises :class:`PublishingError` when there are no results.
    """
    project, stopped = sources.project, ""
    asked = sources.ask()
    try:
        ran = _run(project)
    except PublishingError as error:
        ran, stopped = _Ran(), str(error)
    try:
        catalogue = of_json(asked.answer())
    except PublishingError as error:
        raise _of_version(sources.title, error) from error
    return replace(
        _results(sources, catalogue),
        printed=ran.printed,
        texts=ran.texts,
        failures=ran.failures,
        stopped=stopped,
        without_text=f"{sources.title}: {stopped}" if stopped else "",
    )


def results(sources: SourceVersion) -> Version:
    """Wait for the results and run nothing. Raises :class:`PublishingError` when there are none."""
    try:
        catalogue = of_json(sources.ask().answer())
    except PublishingError as error:
        raise _of_version(sources.title, error) from error
    return replace(_results(sources, catalogue), is_run=False)


def of_ledger(sources: SourceVersion, content: Mapping[str, Any]) -> Version:
    """The results that a ledger of the version's outputs holds: those that are printed."""
    return _results(sources, Catalogue(content["numbers"], content["rows"], content["claims"]))


def check(root: Path, title: str) -> None:
    """Ask whether results can be made of the data, where the project has a command for it.

    Raises :class:`PublishingError` with all that is wrong.
    """
    project = load_project(root)
    command = project.ledger.check if project.keeps_ledger else ""
    if not command:
        return
    done = hooks.run_command(project, command)
    if done.returncode != 0:
        # a list of what was asked ends with a blank line
        said = (done.stderr.strip() or done.stdout.strip()).split("\n\n", 1)[-1]
        raise PublishingError(
            f"{title} has no results to compare, says '{command}':\n{hooks.told(said)}",
            remedy="do what it says, and compare again.",
        )


def _results(sources: SourceVersion, catalogue: Catalogue) -> Version:
    project = sources.project
    return Version(
        name=sources.name,
        title=sources.title,
        moment=sources.moment,
        entries=catalogue.entries,
        claims=catalogue.claims,
        rows=data_rows.read_rows(sources.root, inputs(project, "data"), _names(catalogue)),
        files=sources.files,
    )


def _of_version(title: str, error: PublishingError) -> PublishingError:
    said = PublishingError(error.message, source=error.source, line=error.line)
    return PublishingError(
        f"{title} can't be run with the present installation: {said}",
        remedy="compare with a version that the present 'make paper' can render, or name its ledger.json.",
    )


def _names(catalogue: Catalogue) -> set[str]:
    return {*catalogue.rows, *(row for entry in catalogue.entries.values() for row in entry.get("rows") or ())}


# The documents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ran:
    """What the documents print, what they say, and where they fail."""

    printed: tuple[Printed, ...] = ()
    texts: Mapping[str, tuple[TextPassage, ...]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


def _run(project: Project) -> _Ran:
    # the engine brings a kernel's programs along, and most comparisons run nothing
    from publishing.engine import builtin
    from publishing.engine.source_checks import write_registry

    documents = [read_document(path) for path in project.documents]
    write_registry(project, documents)
    work = project.root / "_build"
    hooks.run_hooks(project, "pre-render", [], Stage(work, work))
    printed: list[Printed] = []
    texts = {}
    all_executed = builtin.execute(project, documents, _EPOCH, keep_going=True)
    failed = [failure for executed in all_executed for failure in executed.failures]
    with ThreadPoolExecutor(len(documents)) as pool:
        read = list(pool.map(lambda executed: _read(project, executed, work), all_executed))
    for executed, (content, pictures) in zip(all_executed, read, strict=True):
        name = executed.document.name
        texts[name] = passages(content, pictures)
        printed += _in_text(name, texts[name])
        printed += _in_figures(project, executed.document)
    failures = [f"{one.source.name if one.source else ''}, line {one.line}: {one.message}" for one in failed]
    return _Ran(tuple(printed), texts, tuple(failures))


def _read(project: Project, executed: Executed, work: Path) -> tuple[Tree, dict[str, str]]:
    """Pandoc's view of the document after all filters, and the digests of its pictures by address."""
    from publishing.engine.markdown import to_markdown, write_figures

    document = executed.document
    folder = f"{document.name}_files"
    write_figures(executed, work / folder)
    options = format_options(project, document.front, _FORM)
    execute = merge(project.settings.values, document.front.values).get("execute", {})
    markdown = to_markdown(executed, execute, _PICTURES, folder)
    filters = [*project.numbering(document.name), *(f"--lua-filter={path}" for path in project.filters)]
    try:
        content, _ = pandoc.run(
            ["--to=json", *filters, "--citeproc"], markdown.text, cwd=project.root, metadata=options.metadata()
        )
    except pandoc.PandocError as error:
        raise document.error(str(error), None) from error
    files = [path for path in (work / folder).glob("*") if path.is_file()]
    return json.loads(content), {f"{folder}/{path.name}": digest_of_file(path) for path in files}


def _in_text(name: str, found: Iterable[TextPassage]) -> Iterator[Printed]:
    """The numbers in the order of the passages; each with the heading above and the caption beside it."""
    for passage in found:
        place = PrintedPlace(name, passage.section, _within(passage))
        rows = [passage.row]
        if passage.table is not None:
            rows = [cell.row for row in passage.table.rows for cell in row.cells]
        for row in rows:
            for token in row:
                for key, text in token.printed:
                    yield Printed(key, text, place)


def _within(passage: TextPassage) -> str:
    if passage.kind is PassageKind.PARAGRAPH:
        return f"caption of {passage.caption}" if passage.caption else "text"
    return passage.caption or str(passage.kind)


def _in_figures(project: Project, document: Document) -> Iterator[Printed]:
    """What the figures drew and say in words, as they logged it while the document ran."""
    drawn = read_drawn(project.root, document.name)
    parts = [(f"drawing “{one.name}”", text) for one in drawn.drawings for text in one.texts]
    parts += [("alternative text", text) for text in drawn.alternatives]
    for within, text in parts:
        for words, key in text:
            if key:
                yield Printed(key, words, PrintedPlace(document.name, "", within))


# The files -------------------------------------------------------------------------------------------------------


def files(project: Project) -> Files:
    """The digests of all that the version is made of."""
    root = project.root
    code = [path for path in inputs(project, "code") if "__pycache__" not in path.parts]
    bibliography = [root / name for name in project.settings.values.get("bibliography", [])]
    return Files(
        data=digests_of_files(root, inputs(project, "data")),
        code=digests_of_files(root, code),
        configuration=digests_of_files(root, [root / FILE_NAME, *bibliography]),
        lock=digests_of_files(root, [root / project.ledger.lock]),
        documents=digests_of_files(root, project.documents),
        reaches=imports.Reaches(root, [path for path in code if path.suffix == ".py"]),
        settings=dict(_settings("", project.settings.values)),
    )


def _settings(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Every single value of the configuration with its key."""
    if isinstance(value, Mapping):
        inner: Iterable[tuple[object, object]] = value.items()
    elif isinstance(value, list | tuple):
        inner = enumerate(value)
    else:
        yield key, str(value).lower() if isinstance(value, bool) else str(value)
        return
    for name, one in inner:
        yield from _settings(f"{key}.{name}" if key else str(name), one)
