"""The same outputs through the ``quarto`` command, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publishing.project import hooks, interruptions
from publishing.project.configuration import PROFILE_NAME, Project, document_formats
from publishing.project.document import Document
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage
from publishing.project.progress import Progress

OLDEST = (1, 10)
# Tells the pre- and post-render commands that we called Quarto: where a document needs what another printed, these
# have run, and the content controls have still to be read.
CALLED = "PUBLISHING_CALLED_QUARTO"
_SUFFIXES = {"html": "html", "typst": "pdf", "docx": "docx", "jats": "xml"}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_STAGES = re.compile(r"\[\d+/\d+\] \S+$|Executing '")
# Quarto goes on after some of these and leaves the fault in the output.
_FATAL = re.compile(
    r"(?:WARNING|WARN|ERROR)?:?\s*(.*(?:Unable to resolve crossref|citation \S+ not found|[Cc]iteproc: |"
    r"unknown font family|Could not fetch resource|ERROR \().*)"
)


def find(*, required: bool) -> str | None:
    """The path of Quarto's command when there is one that is new enough.

    Raises :class:`PublishingError` when it is ``required`` and missing or too old.
    """
    command = shutil.which("quarto", path=hooks.environment()["PATH"])
    version = _version(command) if command else None
    if version is not None and version >= OLDEST:
        return command
    if not required:
        return None
    needed = ".".join(map(str, OLDEST))
    if command is None or version is None:
        raise PublishingError("Quarto is not installed, or does not start.", remedy=_remedy(needed))
    raise PublishingError(f"Quarto {'.'.join(map(str, version))} is too old.", remedy=_remedy(needed))


def engine_in_words(command: str | None) -> str:
    """The engine in words: Quarto by its version, the built-in one without a command."""
    version = _version(command) if command else None
    return "built-in" if version is None else f"Quarto {'.'.join(map(str, version))}"


def render_with_quarto(
    command: str, project: Project, documents: list[Document], stage: Stage, epoch: int, progress: Progress
) -> None:
    """Render ``documents`` into ``stage.out``.

    Raises :class:`PublishingError` when Quarto fails, warns of something an output lacks, or leaves an output out.
    """
    relative = os.path.relpath(stage.out, project.root)
    complete = len(documents) == len(project.documents)
    # Quarto takes one document or the whole project.
    inputs = [[]] if complete else [[str(document.path.relative_to(project.root))] for document in documents]
    before = _beside(project)
    try:
        with _profiles(project, stage) as profiles:
            for arguments in inputs:
                with progress.step(f"quarto render {' '.join(arguments)}".strip()):
                    call = [command, "render", *arguments, "--output-dir", relative]
                    _call(call, project, profiles, epoch, progress)
    finally:
        # A run that fails leaves what it had made beside the documents.
        for path in _beside(project) - before:
            _remove(path)
    for document in documents:
        for name in document_formats(project, document.front):
            path = stage.out / f"{document.name}.{_SUFFIXES[name]}"
            if not path.is_file():
                raise document.error(f"Quarto made no {path.name}.", None, "run 'quarto render' to see what it says.")
    _remove_leftovers(stage, documents)


@contextmanager
def _profiles(project: Project, stage: Stage) -> Iterator[str]:
    """Quarto's list of profiles; what the caller overrides is one of them for the time of the render."""
    if not project.overrides:
        yield ",".join(project.profiles)
        return
    path = project.root / PROFILE_NAME.format(stage.work.name)
    try:
        path.write_text(project.overrides, encoding="utf-8")
        yield ",".join([stage.work.name, *project.profiles])
    finally:
        path.unlink(missing_ok=True)


def _call(arguments: list[str], project: Project, profiles: str, epoch: int, progress: Progress) -> None:
    variables = hooks.environment(
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH=str(epoch),
        NO_COLOR="1",
        QUARTO_PROFILE=profiles,
        **{CALLED: "1"},
    )
    lines: list[str] = []
    with interruptions.start(
        arguments,
        cwd=project.root,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(_ANSI.sub("", line).rstrip())
            if _STAGES.match(lines[-1]):
                progress.say(f"    {lines[-1]:<56} {progress.total():>6.1f} s")
    interruptions.ended(process)
    said = "\n".join(lines)
    if process.returncode != 0:
        raise PublishingError(_reason(said), remedy=_where(said))
    fault = _FATAL.search(said)
    if fault is not None:
        raise PublishingError(f"Quarto warns: {fault[1].strip()}", remedy="correct it in the document.")


def _reason(said: str) -> str:
    """The line that says why, out of all that Quarto prints."""
    lines = [line.strip() for line in said.strip().split("\n") if line.strip()]
    for pattern in (
        r"^Error: .*, line \d+",
        r"^(?:crossref|abstract|authors|tables): ",
        r"^\w*(?:Error|Exception): ",
        r"^error: ",
        r"^ERROR",
    ):
        for line in lines:
            if re.match(pattern, line) and not line.endswith("error:"):
                return f"Quarto stopped: {line}"
    return f"Quarto stopped: {lines[-1] if lines else 'it says nothing'}"


def _where(said: str) -> str:
    cell = re.findall(r"Cell (\d+)/\d+: '([^']*)'", said)
    last = f"the last cell begun was number {cell[-1][0]} ('{cell[-1][1]}'); " if cell else ""
    return f"{last}'--engine builtin' names document and line."


def _beside(project: Project) -> set[Path]:
    """What stands beside the documents under their names, the documents themselves apart."""
    names = {document.stem for document in project.documents}
    kinds = {".typ", *(f".{suffix}" for suffix in _SUFFIXES.values())}
    found = {path for path in project.root.iterdir() if path.stem in names and path.suffix in kinds}
    return found | {path for name in names for path in project.root.glob(f"{name}_files")}


def _remove_leftovers(stage: Stage, documents: list[Document]) -> None:
    """Loose copies of pictures that are inside the outputs already."""
    wanted = {f"{document.name}.{suffix}" for document in documents for suffix in _SUFFIXES.values()}
    jats = any((stage.out / f"{document.name}.xml").is_file() for document in documents)
    for path in stage.out.iterdir():
        if path.name not in wanted and not (jats and path.name.endswith("_files")):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _version(command: str) -> tuple[int, ...] | None:
    try:
        done = interruptions.run([command, "--version"], text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", done.stdout.strip())
    return tuple(map(int, numbers.groups())) if done.returncode == 0 and numbers else None


def _remedy(needed: str) -> str:
    return f"install Quarto {needed} or newer, or render with --engine builtin."
