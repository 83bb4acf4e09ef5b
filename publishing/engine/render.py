"""One render from start to end: checks, an engine, the ledger, and the outputs put in their place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.engine import quarto
from publishing.engine.plan import Plan
from publishing.engine.source_checks import check_sources, write_registry
from publishing.formats import fonts
from publishing.project import freshness, hooks
from publishing.project.configuration import Project, document_formats, format_options, load_project
from publishing.project.document import Document, read_document
from publishing.project.outputs import Stage, alone, is_handed_on, listing, publish, staging

if TYPE_CHECKING:
    from publishing.project.document import Executed
    from publishing.verify.catalogue import Asked

REFERENCE_DOCX = "_build/reference.docx"


def render(plan: Plan, *, unless_fresh: bool = False) -> list[Path]:
    """Render what is planned and return the paths of the outputs.

    With other formats than the documents' own, the ledger stays that of the outputs that are there. With
    ``unless_fresh`` nothing is done when the documents' own outputs are up to date. Raises :class:`PublishingError`;
    the previous outputs are then as they were.
    """
    with alone(plan.project.root):
        return _render(plan, unless_fresh)


def _render(plan: Plan, unless_fresh: bool) -> list[Path]:
    root, progress = plan.project.root, plan.progress
    fresh = None if plan.formats else freshness.of(plan.project, plan.everything, plan.folder)
    made_by = quarto.engine_in_words(plan.command)
    if fresh is not None:
        reasons = fresh.stale(plan.documents, made_by)
        if unless_fresh and not reasons:
            progress.say(_up_to_date(plan, fresh))
            return list(filter(is_handed_on, fresh.outputs()))
        if unless_fresh:
            progress.say(f"  not up to date: {', '.join(reasons)}")
        fresh.forget()
    with staging(root) as stage:
        run_plan(plan, stage)
        paths = publish(stage, plan.folder)
    if fresh is not None:
        fresh.keep(plan.documents, made_by, paths)
    paths = list(filter(is_handed_on, paths))
    progress.say(f"{len(paths)} files in {progress.total():.1f} s:\n{listing(paths, root)}")
    return paths


def run_plan(plan: Plan, stage: Stage) -> list[Executed]:
    """Make the outputs in ``stage.out``, finished and not yet in their place; the documents as they ran.

    Quarto tells no one which expression printed what, so where that is needed the documents are run here first; the
    list is empty where it is not.
    """
    project, documents, progress = plan.project, plan.documents, plan.progress
    with progress.step("check references, citations and constructs"):
        prepare(project, plan.everything, documents)
    asked = None if plan.formats else _ask(project)
    executed: list[Executed] = []
    if plan.command is not None:
        if asked is not None:
            with progress.step(f"run {', '.join(document.name for document in documents)}"):
                executed = execute_plan(plan)
        quarto.render_with_quarto(plan.command, project, documents, stage, plan.epoch, progress)
    else:
        from publishing.engine import builtin

        hooks.run_hooks(project, "pre-render", [], stage)
        executed = builtin.render(project, documents, stage, plan.epoch, progress, plan.formats)
        hooks.run_hooks(project, "post-render", sorted(stage.out.iterdir()), stage)
    if asked is not None:
        with progress.step("trace every printed number"):
            _write_ledger(plan, executed, stage, asked)
    else:
        _release_all(project, stage)
    return executed


def execute_plan(plan: Plan) -> list[Executed]:
    """The planned documents, run and not written."""
    from publishing.engine import builtin

    return builtin.execute(plan.project, plan.documents, plan.epoch)


def _up_to_date(plan: Plan, fresh: freshness.Freshness) -> str:
    root, folder = plan.project.root, plan.folder
    shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
    return (
        f"{shown} is up to date with data, code, documents, configuration and environment "
        f"(digest {fresh.digest}, {plan.progress.total():.1f} s); --force renders anyway"
    )


def _ask(project: Project) -> Asked | None:
    """Have the catalogue of results made while the documents run, where a ledger is kept."""
    if not project.keeps_ledger:
        return None
    from publishing.verify import catalogue

    return catalogue.Asked(project, "catalogue")


def _write_ledger(plan: Plan, executed: list[Executed], stage: Stage, asked: Asked) -> None:
    from publishing.verify import cards, catalogue, elsewhere, ledger, origins, sources

    results = catalogue.of_json(asked.answer())
    pages = [stage.out / f"{one.document.name}.html" for one in executed]
    elsewhere.embed([page for page in pages if page.is_file()], (stage.out, plan.project.output_dir))
    for run_document in executed:
        page = stage.out / f"{run_document.document.name}.html"
        if page.is_file():
            cards.embed(page, run_document.document.path.name, sources.sources(run_document), results)
            cards.embed_figures(page, results)
    engine = "built-in" if plan.command is None else "Quarto"
    release = partial(_release_all, plan.project, stage)
    written = ledger.write_ledger(plan.project, executed, stage.out, engine, results, release)
    if plan.project.origins_page is not None:
        origins.write_page(stage.out / plan.project.origins_page, written, plan.everything)


def prepare_sources(root: Path, profile: str | None = None) -> None:
    """What both engines need before rendering: every source checked, numbers collected, the reference DOCX made."""
    project = load_project(root, profile)
    documents = [read_document(path) for path in project.documents]
    prepare(project, documents, documents)


def _check_sentences(project: Project, documents: Sequence[Document]) -> None:
    """Refuse a sentence of the code that verifying would refuse, also one that other results would print."""
    from publishing.verify import numerals, sentences

    allowed = numerals.read_allowed(project.root / project.ledger.allowed_numerals)
    for document in documents:
        for sentence, numeral in sentences.unkeyed(document, allowed):
            raise document.error(sentences.fault(numeral), sentence.line, numerals.REMEDY)


def finish_outputs(root: Path, paths: Sequence[Path], profile: str | None = None) -> None:
    """What both engines' outputs need after rendering."""
    from publishing.formats.html import finish_html
    from publishing.formats.pdf import finish_pdf
    from publishing.formats.word.finish import finish_docx
    from publishing.formats.word.pages import Layout

    project = load_project(root, profile)
    layout = Layout.of(project.layout)
    for path in paths:
        if path.suffix == ".html":
            finish_html(path, project)
        elif path.suffix == ".docx":
            finish_docx(path, layout)
        elif path.suffix == ".pdf":
            finish_pdf(path)
    if quarto.CALLED in os.environ:
        return
    if not project.keeps_controls:
        _release(path for path in paths if path.suffix == ".docx")
    if project.keeps_ledger:
        print(
            "Not verified, and without cards and page of origins: 'make paper ENGINE=quarto' makes and verifies all."
        )


def _release_all(project: Project, stage: Stage) -> None:
    if not project.keeps_controls:
        _release(stage.out.glob("*.docx"))


def _release(paths: Iterable[Path]) -> None:
    from publishing.formats.word import controls

    for path in sorted(paths):
        controls.release(path)


def prepare(project: Project, everything: list[Document], documents: list[Document]) -> None:
    """Check the sources of ``documents``, and make what they need: numbers of floats, reference DOCX, fonts."""
    write_registry(project, everything)
    check_sources(project, documents)
    if project.keeps_ledger:
        _check_sentences(project, documents)
    options = [
        format_options(project, document.front, name)
        for document in documents
        for name in document_formats(project, document.front)
    ]
    for one in options:
        one.check_template()
    if any(one.get("reference-doc") == REFERENCE_DOCX for one in options):
        from publishing.formats.word.reference import write_reference

        write_reference(project.root / REFERENCE_DOCX)
    if any(fonts.FONTS_FOLDER in one.get("font-paths", []) for one in options):
        fonts.write_fonts(project.root / fonts.FONTS_FOLDER)
