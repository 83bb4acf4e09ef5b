"""``python -m publishing changes OLD NEW``: compare two versions, write what changed, say the most important."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from publishing.changes import (
    causes,
    data_only,
    from_ledger,
    from_sources,
    number_table,
    page,
    text_changes,
    tracked_docx,
    words,
)
from publishing.changes.causes import Cause
from publishing.changes.from_sources import SourceVersion
from publishing.changes.git import Checkout
from publishing.changes.numbers import Comparison, Fate, NumberChange, compare_numbers
from publishing.changes.text_changes import TextChanges
from publishing.changes.tracked_docx import Revision
from publishing.changes.versions import Version
from publishing.project.configuration import Project, load_project
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage, listing, publish, staging
from publishing.project.progress import Progress
from publishing.verify.answers import Answers

AUTHOR = "Changes between versions"
WORK_TREE = "working-tree"
_WORK_TREE_TITLE = "the working tree"
#: the date of changes between outputs, which tell no date
_NO_MOMENT = "1980-01-01T00:00:00Z"
_MOST_MOVES = 5


@dataclass(frozen=True, slots=True)
class Options:
    """What to compare, where to write it and whom the tracked changes name.

    With ``text`` the documents are run even where the data alone differ.
    """

    old: str
    new: str | None = None
    output: Path | None = None
    author: str = AUTHOR
    text: bool = False


def changes(root: Path, options: Options) -> Path:
    """Compare, write, and print a summary; the folder written to.

    Raises :class:`PublishingError` for versions that can't be read or run; nothing is then written.
    """
    progress = Progress()
    project = load_project(root)
    with ExitStack() as stack:
        old, new = _versions(project, options, stack, progress)
        with progress.step("compare numbers and text"):
            comparison = compare_numbers(old, new)
            found = causes.differences(old, new)
            reasons = {one.key: causes.cause(one, old, new, found) for one in comparison.numbers}
            texts, without_text = _texts(old, new)
    folder = options.output or project.output_dir / f"changes-{old.name}-{new.name}"
    folder = folder if folder.is_absolute() else root / folder
    revision = Revision(options.author, new.moment or old.moment or _NO_MOMENT)
    with staging(root) as stage, progress.step("write"):
        language = str(project.settings.values.get("lang", "en"))
        html = page.page_text(old, new, comparison, reasons, found, texts, without_text, language)
        (stage.out / page.PAGE_NAME).write_text(html, encoding="utf-8")
        (stage.out / number_table.TABLE_NAME).write_text(
            number_table.table_text(comparison, reasons), encoding="utf-8"
        )
        for one in texts:
            tracked_docx.write_tracked(one, stage.out / f"changes-{one.document}.docx", revision)
        paths = _published(stage, folder)
    progress.say(f"Changes from {old.title} to {new.title}:")
    progress.say("\n".join(_summary(old, new, comparison, reasons, texts, without_text)))
    progress.say(listing(paths, root))
    return folder


def _published(stage: Stage, folder: Path) -> list[Path]:
    paths = publish(stage, folder)
    for path in folder.glob("changes-*.docx"):
        if path not in paths:
            path.unlink()
    return paths


# Versions --------------------------------------------------------------------------------------------------------


def _versions(project: Project, options: Options, stack: ExitStack, progress: Progress) -> tuple[Version, Version]:
    new, old = _both(project, options, stack, progress)
    if isinstance(old, SourceVersion) and isinstance(new, SourceVersion) and not options.text:
        ledger = data_only.kept(old, new, project.output_dir)
        if ledger is not None:
            with progress.step("ask for the results, as the data alone differ"):
                try:
                    return data_only.compared(old, new, ledger)
                except PublishingError:
                    if options.new is None:
                        from_sources.check(new.root, new.title)
                    raise
    if isinstance(new, SourceVersion) and options.new is None:
        with progress.step(f"check {new.title}"):
            from_sources.check(new.root, new.title)
    found = []
    for one in (old, new):
        # the results of both are being computed while documents run
        if isinstance(one, SourceVersion):
            one.ask()
    for one in (old, new):
        with progress.step(f"read {one.title}"):
            found.append(one if isinstance(one, Version) else from_sources.version(one))
    return found[0], found[1]


def _both(
    project: Project, options: Options, stack: ExitStack, progress: Progress
) -> tuple[Version | SourceVersion, Version | SourceVersion]:
    """The new version and the old one."""
    if options.new is not None:
        old = _given(project, options.old, stack)
        return _given(project, options.new, stack), old
    if _is_output(project, options.old):
        old = _given(project, options.old, stack)
        return _outputs(project), old
    checkout = Checkout(project.root)
    checkout.commit(options.old)
    folder = _folder(stack)
    checkout.copy_work_tree(folder)
    moment, answers = checkout.commit("HEAD").moment, Answers.of(project.root)
    new = from_sources.opened(folder, WORK_TREE, _WORK_TREE_TITLE, moment, answers)
    return new, _given(project, options.old, stack)


def _is_output(project: Project, name: str) -> bool:
    return from_ledger.is_ledger(project.root / name) or from_ledger.is_folder(project.root / name)


def _given(project: Project, name: str, stack: ExitStack) -> Version | SourceVersion:
    path = project.root / name
    if from_ledger.is_ledger(path):
        return from_ledger.of_file(path)
    if from_ledger.is_folder(path):
        return from_ledger.of_folder(path)
    checkout = Checkout(project.root)
    commit = checkout.commit(name)
    folder = _folder(stack)
    checkout.export(commit, folder)
    title = f"{name} ({commit.short}, {commit.day})" if name != commit.short else f"{name} ({commit.day})"
    return from_sources.opened(folder, commit.short, title, commit.moment, Answers.of(project.root))


def _outputs(project: Project) -> Version:
    """The project's outputs, with which others are compared when no second version is named."""
    if not from_ledger.is_folder(project.output_dir):
        raise PublishingError(
            f"there is no ledger in {project.output_dir.name} to compare with.",
            remedy="run 'make paper', or name a second ledger or folder.",
        )
    return from_ledger.of_folder(project.output_dir)


def _folder(stack: ExitStack) -> Path:
    """A folder for one version's files that is gone at the end; the work tree is never touched.

    When one version fails, the results of the other may still be being computed there.
    """
    return Path(
        stack.enter_context(tempfile.TemporaryDirectory(prefix="version-", ignore_cleanup_errors=True))
    ).resolve()


def _texts(old: Version, new: Version) -> tuple[tuple[TextChanges, ...], str]:
    """The documents' changes, and why there are none."""
    if old.without_text or new.without_text:
        return (), " ".join(dict.fromkeys(filter(None, (old.without_text, new.without_text))))
    if (old.files is None) != (new.files is None):
        return (), "the text of outputs and of sources is not read alike; compare two revisions or two folders."
    names = dict.fromkeys([*new.texts, *old.texts])
    found = [text_changes.compare_texts(name, old.texts.get(name, ()), new.texts.get(name, ())) for name in names]
    return tuple(found), ""


# What is said ----------------------------------------------------------------------------------------------------


def _summary(
    old: Version,
    new: Version,
    comparison: Comparison,
    reasons: Mapping[str, Cause],
    texts: Sequence[TextChanges],
    without_text: str,
) -> Iterator[str]:
    for version in (old, new):
        if version.failures:
            places = words.counted(len(version.failures), "place")
            yield f"  {version.title} can't be rendered, its documents fail in {places}:"
            yield from (f"    {failure}" for failure in version.failures)
        if version.stopped:
            yield f"  the documents of {version.title} can't be run: {version.stopped}"
    yield from (f"  {line}" for line in words.summary(comparison, texts))
    if without_text and not (old.stopped or new.stopped):
        yield f"  no text: {without_text}"
    flipped = [one for one in comparison.claims if one.is_flipped]
    for claim in flipped:
        yield f"  claim {words.verdict(claim)}: {claim.name} ({claim.says})"
    if largest := _largest(comparison.of(Fate.MOVED)):
        yield "  the largest moves:"
        said = ""
        for one in largest:
            yield f"    {one.key}  {words.move(one)}"
            because = words.short_cause(reasons[one.key])
            if because != said:
                yield f"      because of {because}"
            said = because


def _largest(moved: Sequence[NumberChange]) -> list[NumberChange]:
    """Of what readers see, main results first, the greatest relative moves."""
    visible = [one for one in moved if one.is_visible and one.relative is not None]
    return sorted(visible, key=lambda one: (not one.reportable, -abs(one.relative or 0.0)))[:_MOST_MOVES]
