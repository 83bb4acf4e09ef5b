"""One render from start to end: configuration, checks, an engine, and the outputs put in their place."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.engine import quarto
from publishing.engine.source_checks import check_sources, write_registry
from publishing.formats import fonts
from publishing.project import freshness, hooks
from publishing.project.configuration import Project, document_formats, format_options, load_project, merge
from publishing.project.document import Document, read_document
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage, is_handed_on, listing, publish, staging
from publishing.project.progress import Progress

if TYPE_CHECKING:
    from publishing.project.document import Executed
    from publishing.verify.catalogue import Asked

REFERENCE_DOCX = "_build/reference.docx"
# The earliest day a DOCX can be dated, for documents without a date: the same inputs give the same bytes.
_NO_DATE = datetime.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a render holds when its outputs are finished and not yet in their place."""

    project: Project
    executed: list[Executed]
    stage: Stage
    epoch: int
    progress: Progress


def render(
    root: Path,
    chosen: Sequence[Path],
    engine: str,
    output_dir: Path | None,
    profile: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    then: Callable[[Rendered], None] | None = None,
    formats: Sequence[str] | None = None,
    unless_fresh: bool = False,
) -> list[Path]:
    """Render the chosen documents (all when none is) and return the paths of the outputs.

    ``engine`` is "auto" (Quarto where it is installed), "quarto" or "builtin"; ``profile`` and ``overrides`` stand
    above ``_quarto.yml`` (:func:`load_project`). ``then`` is called with the finished outputs and the documents as
    they ran. With ``formats`` ("jats") the built-in engine writes these instead of the documents' own, and the ledger
    stays that of the outputs that are there. With ``unless_fresh`` nothing is done when the documents' own outputs
    are up to date. Raises :class:`PublishingError`; the previous outputs are then as they were.
    """
    progress = Progress()
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
    fresh = None if formats else freshness.of(project, everything, folder)
    made_by = quarto.identity(command)
    if fresh is not None:
        reasons = fresh.stale(documents, made_by)
        if unless_fresh and not reasons:
            progress.say(_up_to_date(folder, root, fresh, progress))
            return list(filter(is_handed_on, fresh.outputs()))
        if unless_fresh:
            progress.say(f"  not up to date: {', '.join(reasons)}")
        fresh.forget()
    with staging(root) as stage:
        with progress.step("check references, citations and constructs"):
            _prepare(project, everything, documents)
        epoch = _epoch(project, documents)
        asked = None if formats else _ask(project)
        executed = None
        if command is not None:
            quarto.render(command, project, documents, stage, epoch, progress)
        else:
            from publishing.engine import builtin

            hooks.run(project, "pre-render", [], stage)
            executed = builtin.render(project, documents, stage, epoch, progress, formats)
            hooks.run(project, "post-render", sorted(stage.out.iterdir()), stage)
        if asked is not None:
            with progress.step("trace every printed number"):
                _write_ledger(project, documents, executed, stage, epoch, asked)
        if not project.keeps_controls:
            _release(stage.out.glob("*.docx"))
        if then is not None:
            if executed is None:
                from publishing.engine import builtin

                executed = builtin.execute(project, documents, epoch)
            then(Rendered(project, executed, stage, epoch, progress))
        paths = publish(stage, folder)
    if fresh is not None:
        fresh.keep(documents, made_by, paths)
    paths = list(filter(is_handed_on, paths))
    progress.say(f"{len(paths)} files in {progress.total():.1f} s:\n{listing(paths, root)}")
    return paths


def _up_to_date(folder: Path, root: Path, fresh: freshness.Freshness, progress: Progress) -> str:
    shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
    return (
        f"{shown} is up to date with data, code, documents, configuration and environment "
        f"(digest {fresh.digest}, {progress.total():.1f} s); --force renders anyway"
    )


def _ask(project: Project) -> Asked | None:
    """Have the catalogue of results made while the documents run, where a ledger is kept."""
    if not project.keeps_ledger:
        return None
    from publishing.verify import catalogue

    catalogue.forget_drawn(project)
    return catalogue.Asked(project, "catalogue")


def _write_ledger(
    project: Project,
    documents: list[Document],
    executed: list[Executed] | None,
    stage: Stage,
    epoch: int,
    asked: Asked,
) -> None:
    from publishing.verify import cards, catalogue, ledger, sources

    engine = "built-in"
    if executed is None:
        # Quarto tells no one which expression printed what
        from publishing.engine import builtin

        executed, engine = builtin.execute(project, documents, epoch), "Quarto"
    results = catalogue.of_json(asked.answer())
    for one in executed:
        page = stage.out / f"{one.document.name}.html"
        if page.is_file():
            cards.embed(page, one.document.path.name, sources.sources(one), results)
    ledger.write(project, executed, stage.out, engine, results)


def prepare(root: Path, profile: str | None = None) -> None:
    """What both engines need before rendering: every source checked, numbers collected, the reference DOCX made."""
    project = load_project(root, profile)
    documents = [read_document(path) for path in project.documents]
    _prepare(project, documents, documents)


def finish(root: Path, paths: Sequence[Path], profile: str | None = None) -> None:
    """What both engines' outputs need after rendering."""
    from publishing.formats import html as page
    from publishing.formats import pdf
    from publishing.formats.word import finish as word

    project = load_project(root, profile)
    layout = word.Layout.of(project.layout)
    for path in paths:
        if path.suffix == ".html":
            page.finish(path)
        elif path.suffix == ".docx":
            word.finish(path, layout)
        elif path.suffix == ".pdf":
            pdf.finish(path)
    if not project.keeps_controls and quarto.KEEPS_CONTROLS not in os.environ:
        _release(path for path in paths if path.suffix == ".docx")


def _release(paths: Iterable[Path]) -> None:
    from publishing.formats.word import controls

    for path in sorted(paths):
        controls.release(path)


def _prepare(project: Project, everything: list[Document], documents: list[Document]) -> None:
    write_registry(project, everything)
    check_sources(project, documents)
    options = [
        format_options(project, document.front, name)
        for document in documents
        for name in document_formats(project, document.front)
    ]
    for one in options:
        one.check_template()
    if any(one.get("reference-doc") == REFERENCE_DOCX for one in options):
        from publishing.formats.word import reference as reference_docx

        reference_docx.write(project.root / REFERENCE_DOCX)
    if any(fonts.FOLDER in one.get("font-paths", []) for one in options):
        fonts.write(project.root / fonts.FOLDER)


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


def _epoch(project: Project, documents: list[Document]) -> int:
    """Seconds since 1970 that every date inside an output is made of: SOURCE_DATE_EPOCH, else the documents' date."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        if not given.isdigit():
            raise PublishingError(f"SOURCE_DATE_EPOCH is {given!r}, not a number of seconds.", remedy="unset it.")
        return int(given)
    dates = [merge(project.settings.values, document.front.values).get("date") for document in documents]
    day = max((datetime.date.fromisoformat(date) for date in dates if date), default=_NO_DATE)
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
