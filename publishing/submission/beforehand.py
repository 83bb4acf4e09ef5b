"""What can be known of a bundle before anything is rendered, so that a refusal comes within seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from publishing.project import freshness
from publishing.project.configuration import Project, merge
from publishing.project.declarations import Declared
from publishing.project.document import Document, Markdown
from publishing.project.errors import PublishingError
from publishing.project.fingerprints import inputs
from publishing.project.progress import Progress
from publishing.submission.authors import authors
from publishing.submission.blinding import folded, identifying_texts
from publishing.submission.contents import read_contents
from publishing.submission.findings import (
    UNMET,
    Finding,
    Standing,
    known_before,
    left_to_do,
    limits_and_form,
    open_statements,
)
from publishing.submission.measures import Subject
from publishing.submission.profile import Profile
from publishing.submission.sources import ProjectFiles
from publishing.submission.told import findings_table, refusal
from publishing.verify.numerals import Allowance, read_allowed

_HEADING = re.compile(r"(#+)\s+(.*)")
_FIRST_BOLD = re.compile(r"\*\*(.+?)\*\*")
_INLINE = re.compile(r"`\{python\}([^`]+)`")
_BLANKS = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-"})


def standing(project: Project, documents: Sequence[Document], sources: ProjectFiles) -> Standing:
    """Authors, declarations and files of a project, as its paper's metadata have them."""
    paper = next(one for one in documents if one.name == project.submission.manuscript)
    return Standing(authors(merge(project.settings.values, paper.front.values)), project.declared, sources)


def check_before(
    project: Project,
    documents: Sequence[Document],
    profile: Profile,
    known: Standing,
    progress: Progress,
    *,
    strict: bool,
) -> None:
    """Say which demands are open; raise :class:`PublishingError` for what no rendering could put right.

    That is an allowance that nothing uses, a name in a paper that reviewers are to read without names, a statement
    without which the journal takes no paper, and, if ``strict``, any demand that is known to be unmet. What the last
    render shows of the text is known, as long as that is up to date.
    """
    if project.keeps_ledger:
        _check_allowances(project, documents)
    if profile.blinded:
        _check_names(project, documents, known)
    waiting = open_statements(profile, known.declared)
    text, note = _of_last_render(project, documents, profile)
    unmet = [*waiting, *(one for one in [*text, *known_before(profile, known)] if one.status in UNMET)]
    told = "\n".join([*([findings_table(unmet)] if unmet else []), *note])
    if told:
        progress.say(f"{profile.title} ({profile.name}), known before rendering:\n{told}")
    needed = {f"statement: {one.name}" for one in profile.statements if one.needed}
    refused = [one for one in unmet if strict or one.subject in needed]
    if refused:
        raise refusal(profile, refused, project.settings, strict=strict)


def _of_last_render(
    project: Project, documents: Sequence[Document], profile: Profile
) -> tuple[list[Finding], list[str]]:
    """What the paper's Word file breaks of the limits of the text, if it is up to date; else that it is not measured.

    The bundle's paper has the same words: its layout is another, and its figures are drawn for it, so these are left.
    """
    name = project.submission.manuscript
    path = project.output_dir / f"{name}.docx"
    fresh = freshness.of(project, documents, project.output_dir)
    if fresh is None:
        return [], []
    if not fresh.proof() or not path.is_file():
        why = f"{path.name} of the last 'make paper' is not up to date"
        return [], [f"  later     the abstract's length and other limits are measured after rendering, since {why}"]
    contents = read_contents(path, project.submission.declarations)
    front = next(one.front for one in documents if one.name == name)
    settings = merge(project.settings.values, front.values)
    subject = Subject(contents, str(settings.get("short-title", "")), ())
    return [*limits_and_form(profile, subject), *left_to_do(contents, project.submission.unfinished)], []


def _check_allowances(project: Project, documents: Sequence[Document]) -> None:
    """Whatever is printed was typed somewhere: words that stand in no file of the project stand in no output."""
    path = project.root / project.ledger.allowed_numerals
    names = {document.name for document in documents}
    entries = read_allowed(path).entries
    for entry in entries:
        unknown = sorted(set(entry.documents) - names)
        if unknown:
            raise _unused(path, entry, f"for {', '.join(unknown)}, which is no document")
    text = _all_text(project, documents, path)
    for entry in entries:
        missing = [word for word in (entry.text or entry.table).split() if word not in text]
        if missing:
            raise _unused(path, entry, f"and '{missing[0]}' stands in no document, no data and no code")


def _all_text(project: Project, documents: Sequence[Document], without: Path) -> str:
    files = [*project.files, *inputs(project, "data"), *inputs(project, "code")]
    files += [project.root / name for name in project.settings.values.get("bibliography", [])]
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in files if path != without]
    # what Markdown marks inside a word is no part of it
    bodies = [document.body.replace("*", "").replace("\\", "") for document in documents]
    return "\n".join([*texts, *bodies]).translate(_BLANKS)


def _unused(path: Path, entry: Allowance, why: str) -> PublishingError:
    words = entry.text or entry.table
    line = next(
        (number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if words in line),
        None,
    )
    return PublishingError(f"“{words}” is allowed {why}.", source=path, line=line, remedy="delete the entry.")


def _check_names(project: Project, documents: Sequence[Document], known: Standing) -> None:
    wanted = identifying_texts(known.authors)
    for document in documents:
        for text, line in _shown_to_reviewers(document, project.submission.identifying, known.declared):
            found = next((original for pattern, original in wanted.items() if pattern in folded(text)), None)
            if found is not None:
                raise document.error(
                    f"“{found}” would stand in the blinded {document.name}.",
                    line,
                    "reword the passage, or the declaration that it prints, or name its heading or first bold words "
                    "in _quarto.yml under 'submission: identifying'.",
                )


def _shown_to_reviewers(
    document: Document, identifying: Sequence[str], declared: Declared | None
) -> Iterator[tuple[str, int]]:
    """The paragraphs of the text that the blinded version keeps, with what they print of the declarations; lines."""
    hides = tuple(folded(text) for text in identifying)
    level = 0
    for block in document.blocks:
        for text, line in _paragraphs(block) if isinstance(block, Markdown) else ():
            heading = _HEADING.match(text)
            if heading is not None and level and len(heading[1]) <= level:
                level = 0
            bold = _FIRST_BOLD.match(text)
            named = folded(heading[2] if heading is not None else bold[1] if bold is not None else "")
            hidden = any(pattern in named for pattern in hides)
            if heading is not None and hidden and not level:
                level = len(heading[1])
            if not level and not hidden:
                yield _with_declarations(text, declared), line


def _paragraphs(block: Markdown) -> Iterator[tuple[str, int]]:
    line = block.line
    for paragraph in re.split(r"(\n\s*\n)", block.text):
        if paragraph.strip():
            start = len(paragraph) - len(paragraph.lstrip("\n"))
            yield paragraph.strip(), line + start
        line += paragraph.count("\n")


def _with_declarations(text: str, declared: Declared | None) -> str:
    """A paragraph with the texts of the declarations that its expressions name."""
    asked = " ".join(_INLINE.findall(text))
    texts = declared.texts.items() if declared is not None else ()
    return " ".join([text, *(said for name, said in texts if said and f'"{name}"' in asked)])
