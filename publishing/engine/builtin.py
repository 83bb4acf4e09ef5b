"""The built-in engine: each document run once, then written by pandoc in every format at the same time.

It gives what Quarto gives for the part of Quarto that ``supported_keys`` lists, and refuses the rest. Every
complaint of pandoc and typst is an error: an output is complete or it is not made.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import typst

from publishing import FILTERS, TEMPLATES
from publishing.engine.markdown import Assembled, to_markdown, write_figures
from publishing.engine.notebook import RASTER_DPI, Run, execute_all
from publishing.engine.reading import Reading
from publishing.engine.source_checks import filter_error, missing_citation
from publishing.formats import fonts, pandoc
from publishing.formats.html import finish_html
from publishing.formats.jats import finish_jats
from publishing.formats.one_file import in_one_file
from publishing.formats.pdf import finish_pdf
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.pages import Layout
from publishing.project import interruptions
from publishing.project.configuration import (
    DEFAULT_FIGURE_SIZE,
    FormatOptions,
    Project,
    document_formats,
    format_options,
    merge,
)
from publishing.project.document import Document, Executed, read_document
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage
from publishing.project.progress import Progress
from publishing.verify import log as printing_log

WORKERS = 4
_UNKNOWN_FONT = re.compile(r"unknown font family: (.+)")
_JATS_TEMPLATE = TEMPLATES / "article.jats"
_JATS_LAST = FILTERS / "jats_writer.lua"


@dataclass(frozen=True, slots=True)
class _Target:
    """One output: a document in a format."""

    executed: Executed
    options: FormatOptions
    markdown: Assembled
    reading: Reading
    stage: Stage
    epoch: int

    @property
    def document(self) -> Document:
        return self.executed.document

    def path(self, suffix: str) -> Path:
        return self.stage.out / f"{self.document.name}.{suffix}"


def render(
    project: Project,
    documents: list[Document],
    stage: Stage,
    epoch: int,
    progress: Progress,
    formats: Sequence[str] | None = None,
) -> list[Executed]:
    """Render ``documents`` in all their formats, or in ``formats``, into ``stage.out``; the documents as they ran.

    Raises :class:`PublishingError` for anything that fails or that an output would lack.
    """
    with progress.step(f"run {', '.join(document.name for document in documents)}"):
        executed = execute(project, documents, epoch)
    write_outputs(project, executed, stage, epoch, progress, formats)
    return executed


def write_outputs(
    project: Project,
    executed: list[Executed],
    stage: Stage,
    epoch: int,
    progress: Progress,
    formats: Sequence[str] | None = None,
) -> None:
    """Write documents that have run into ``stage.out``, without running them again.

    ``formats`` are theirs when none are given; "jats" is not among these. Raises :class:`PublishingError` as
    :func:`render` does.
    """
    targets = [target for one in executed for target in _targets(project, one, stage, epoch, formats)]
    # what takes longest begins first: the longest document, and of that the PDF, which is set after it was written
    targets.sort(key=lambda target: (-len(target.markdown.lines), target.options.name != "typst"))
    pool = ThreadPoolExecutor(WORKERS)
    is_ending = False
    try:
        futures = [pool.submit(_write, target, progress) for target in targets]
        for future in futures:
            future.result()
    except KeyboardInterrupt:
        is_ending = True
        interruptions.stop_all()
        raise
    finally:
        # typst can't be stopped; what it would make is thrown away, and nobody waits for it
        pool.shutdown(wait=not is_ending, cancel_futures=is_ending)


def execute(project: Project, documents: list[Document], epoch: int, *, keep_going: bool = False) -> list[Executed]:
    """Run ``documents``, each once. Raises :class:`PublishingError` naming document and line.

    With ``keep_going`` what fails stands in the text as its failure, which is no document to publish.
    """
    for document in documents:
        printing_log.forget(project.root, document.name)
    return execute_all([(one, replace(run_of(project, one, epoch), keep_going=keep_going)) for one in documents])


def run_of(project: Project, document: Document, epoch: int) -> Run:
    """What ``document`` is run with."""
    values = merge(project.settings.values, document.front.values)
    size = (
        values.get("fig-width", DEFAULT_FIGURE_SIZE[0]),
        values.get("fig-height", DEFAULT_FIGURE_SIZE[1]),
    )
    dpi = format_options(project, document.front, "docx").get("fig-dpi", RASTER_DPI)
    return Run(project.root, values.get("execute", {}), epoch, size, dpi)


def _targets(
    project: Project, executed: Executed, stage: Stage, epoch: int, formats: Sequence[str] | None
) -> list[_Target]:
    document = executed.document
    execute = run_of(project, document, epoch).execute
    folder = f"{document.name}_files"
    write_figures(executed, stage.work / folder)
    names = formats or document_formats(project, document.front)
    forms = dict.fromkeys(WRITERS[name].pictures for name in names)
    markdown = {form: to_markdown(executed, execute, form, folder) for form in forms}
    reading = Reading(next(iter(markdown.values())), project.root, _complaint)
    return [
        _Target(
            executed,
            format_options(project, document.front, name),
            markdown[WRITERS[name].pictures],
            reading,
            stage,
            epoch,
        )
        for name in names
    ]


def _write(target: _Target, progress: Progress) -> None:
    writer = WRITERS[target.options.name]
    with progress.step(f"write {target.document.name}.{writer.suffix}"):
        writer.write(target)


def _html(target: _Target) -> None:
    arguments = ["--to=html5", "--mathml", *(f"--css={path}" for path in target.options.files("css"))]
    output = target.path("html")
    page = in_one_file(_pandoc(target, arguments), (target.stage.work, target.options.project.root))
    if page is None:
        _pandoc(target, [*arguments, "--embed-resources", f"--output={output}"])
    else:
        output.write_text(page, encoding="utf-8")
    finish_html(output, target.options.project)


def _docx(target: _Target) -> None:
    reference = target.options.file("reference-doc")
    arguments = [f"--reference-doc={reference}"] if reference else []
    output = target.path("docx")
    _pandoc(target, ["--to=docx", *arguments, f"--output={output}"])
    finish_docx(output, Layout.of(target.options.project.layout))


def _jats(target: _Target) -> None:
    output = target.path("xml")
    template = [] if target.options.file("template") else [f"--template={_JATS_TEMPLATE}"]
    _pandoc(
        target,
        ["--to=jats_publishing+element_citations", *template, f"--lua-filter={_JATS_LAST}", f"--output={output}"],
    )
    for name in re.findall(r'<(?:inline-)?graphic [^>]*xlink:href="([^"]+)"', output.read_text(encoding="utf-8")):
        _place_picture(target, name, target.stage.out)
    finish_jats(output)


def _companions(target: _Target) -> dict[str, Any]:
    """JATS names the other documents: the project's first is the paper, the others are its supplements."""
    if target.options.name != "jats":
        return {}
    paper, *others = target.options.project.documents
    is_paper = target.document.path.resolve() == paper.resolve()
    titles = [
        {"name": path.stem, "title": read_document(path).front.values["title"]}
        for path in (others if is_paper else [paper])
    ]
    return {"supplements" if is_paper else "supplement-of": titles}


def _place_picture(target: _Target, name: str, folder: Path) -> None:
    """Put a picture of the document or of its author where ``folder`` is the root, for files that only name it."""
    name = unquote(html.unescape(name))
    place = folder / name
    sources = (root / name for root in (target.stage.work, target.options.project.root))
    source = next((path for path in sources if path.is_file()), None)
    if source is None or place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # Another document may be placing the same picture at this moment.
    beside = place.with_name(f"{place.name}.{target.document.name}-{target.options.name}")
    shutil.copyfile(source, beside)
    beside.replace(place)


def _typst(target: _Target) -> None:
    source = _pandoc(target, ["--to=typst-citations"])
    project = target.options.project
    for name in re.findall(r'image\("([^"]+)"', source):
        _place_picture(target, name, target.stage.work)
    standards: Any = target.options.get("pdf-standard", [])
    folders = [project.root / folder for folder in target.options.get("font-paths", [])]
    try:
        # the fonts of this machine are looked at only for what the others lack: a typeface, or signs
        content, warnings = _set(target, source, folders, standards, ignore_system_fonts=fonts.covers(source))
        if any(_UNKNOWN_FONT.match(warning.message) for warning in warnings):
            content, warnings = _set(target, source, folders, standards, ignore_system_fonts=False)
    except typst.TypstError as error:
        raise _typst_error(target, source, error) from error
    for warning in warnings:
        raise _typst_warning(target, warning.message)
    target.path("pdf").write_bytes(content)
    finish_pdf(target.path("pdf"))


def _set(
    target: _Target, source: str, folders: Any, standards: Any, *, ignore_system_fonts: bool
) -> tuple[bytes, list[Any]]:
    content, warnings = typst.compile_with_warnings(
        source.encode(),
        root=target.stage.work,
        font_paths=folders,
        timestamp=target.epoch,
        pdf_standards=standards,
        format="pdf",
        ignore_system_fonts=ignore_system_fonts,
    )
    assert isinstance(content, bytes)
    return content, list(warnings)


def _typst_error(target: _Target, source: str, error: typst.TypstError) -> PublishingError:
    silent = re.search(r'^(?!#\[#set image\(alt).*\n.*\bimage\("([^"]+)"(?!.*\balt:)', source, re.MULTILINE)
    if "missing alt text" in error.message and silent:
        return target.document.error(
            f"the picture {Path(silent[1]).name} has no alternative text.",
            target.markdown.find(re.escape(silent[1])),
            "add #| fig-alt to its cell, or a ::: {.figure-alt} block to the div around it.",
        )
    remedy = " ".join(error.hints) or "look at the typst template."
    return target.document.error(f"typst can't set the PDF: {error.message}.", None, remedy)


def _typst_warning(target: _Target, message: str) -> PublishingError:
    font = _UNKNOWN_FONT.match(message)
    if font is None:
        return target.document.error(f"typst warns: {message}.", None, "change the text or the typst template.")
    return target.document.error(
        f"the PDF asks for the font '{font[1]}', which is not installed.",
        None,
        "install it, name its folder in 'font-paths', or choose another in the typst options or template.",
    )


def _pandoc(target: _Target, arguments: list[str]) -> str:
    options, document = target.options, target.document
    metadata = {**options.metadata(), **_companions(target)}
    try:
        output, complaints = pandoc.run(
            [*_common_arguments(target), *options.project.numbering(document.name), *arguments],
            target.reading.tree(target.markdown),
            reader="json",
            cwd=options.project.root,
            metadata=metadata,
            environment={"SOURCE_DATE_EPOCH": str(target.epoch)},
        )
    except pandoc.PandocError as error:
        raise filter_error(document, str(error), target.markdown.find) from error
    for complaint in complaints:
        raise _complaint(target.markdown, complaint, f"in {target.options.name}, ")
    return output


def _common_arguments(target: _Target) -> list[str]:
    options = target.options
    template = options.file("template")
    arguments = ["--standalone", "--wrap=none", f"--resource-path={target.stage.work}:{options.project.root}"]
    arguments += [f"--template={template}"] if template else []
    arguments += ["--number-sections"] if options.get("number-sections") else []
    if options.get("toc"):
        arguments += ["--table-of-contents", f"--toc-depth={options.get('toc-depth', 3)}"]
    for key in ("include-in-header", "include-before-body", "include-after-body"):
        arguments += [f"--{key}={path}" for path in options.files(key)]
    arguments += [f"--lua-filter={path}" for path in options.project.filters]
    return [*arguments, "--citeproc"]


def _complaint(markdown: Assembled, complaint: pandoc.Complaint, where: str = "") -> PublishingError:
    document = markdown.document
    missing = re.match(r"citation (.+) not found", complaint.subject)
    if missing:
        return missing_citation(document, missing[1], markdown.find(rf"@\{{?{re.escape(missing[1])}(?![\w-])"), ())
    # what is written is written from pandoc's tree, whose lines are none of the document
    line = markdown.source_line(complaint.line) if complaint.line and not where else None
    if line is None and complaint.subject:
        line = markdown.find(re.escape(complaint.subject.strip().split("\n")[0]))
    formula = re.search(r"TeX math (.+?)\s*, rendering", complaint.text)
    if line is None and formula:
        line = markdown.find(r"\s+".join(map(re.escape, formula[1].split())))
    remedy = "correct the source there."
    if "NotRendered" in complaint.kind:
        remedy = "write it in Markdown, or for some formats only in a .content-visible div."
    return document.error(f"{where}pandoc says: {complaint.text}", line, remedy)


@dataclass(frozen=True, slots=True)
class _Writer:
    suffix: str
    pictures: str
    write: Callable[[_Target], None]


WRITERS = {
    "html": _Writer("html", "svg", _html),
    "typst": _Writer("pdf", "svg", _typst),
    "docx": _Writer("docx", "png", _docx),
    "jats": _Writer("xml", "png", _jats),
}
