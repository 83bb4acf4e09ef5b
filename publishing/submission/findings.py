"""The lint: every demand of a profile as met, broken or unknown, with what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from publishing.project.declarations import NAMES, Declared
from publishing.project.yaml_schema import KeyPath
from publishing.submission.authors import Author
from publishing.submission.contents import Contents
from publishing.submission.demands import Demand
from publishing.submission.measures import MEASURES, Subject
from publishing.submission.profile import Limit, Profile
from publishing.submission.sources import ProjectFiles
from publishing.verify.passages import Kind

_QUOTES = str.maketrans({"’": "'", "‘": "'"})
_OWN = Demand()
_NOT_READ = "could not be read"


class Status(StrEnum):
    """How a demand stands."""

    MET = "met"
    BROKEN = "broken"
    OPEN = "open"
    UNKNOWN = "unknown"
    FREE = "no limit"


#: what ``--strict`` refuses
UNMET = (Status.BROKEN, Status.OPEN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One demand: what it is on, how it stands, what was found and what is asked for.

    ``remedy`` is what to do where it is not met, ``place`` the key of ``_quarto.yml`` to do it at; () where it is
    another file's matter.
    """

    subject: str
    status: Status
    found: str
    wanted: str
    demand: Demand
    remedy: str = "change the documents"
    place: KeyPath = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a project before it is rendered: authors, declarations, files."""

    authors: Sequence[Author]
    declared: Declared | None
    sources: ProjectFiles


def findings(profile: Profile, subject: Subject, standing: Standing, unfinished: Sequence[str] = ()) -> list[Finding]:
    """All demands of ``profile`` and of the bundle itself, in the profile's order.

    unfinished: the words by which the paper says that something is not done.
    """
    return [
        *limits_and_form(profile, subject),
        *left_to_do(subject.contents, unfinished),
        *_statements(profile, subject.contents, standing.declared),
        *known_before(profile, standing),
    ]


def limits_and_form(profile: Profile, subject: Subject) -> list[Finding]:
    """What is measured in the paper and its figures, and the form of the abstract."""
    limits = [_limit(limit, subject) for limit in profile.limits]
    return [*limits, *_typefaces(profile, subject), *_abstract(profile, subject.contents)]


def left_to_do(contents: Contents, words: Sequence[str]) -> Iterator[Finding]:
    """Each sentence by which the paper itself says that something is not done yet."""
    texts = [passage.text for passage in contents.everything.passages]
    for one in words:
        if _any(one, texts):
            yield Finding(
                "the paper’s own words",
                Status.OPEN,
                f"“{one} …”",
                "nothing that the paper calls not done",
                _OWN,
                "do what the sentence asks for; it then follows the state by itself",
            )


def _typefaces(profile: Profile, subject: Subject) -> Iterator[Finding]:
    wanted = profile.figures.typefaces
    if wanted is None:
        return
    used = sorted({name for figure in subject.figures for name in figure.typefaces})
    families = [_letters(family) for family in wanted.families]
    others = [name for name in used if not any(_family(name).startswith(family) for family in families)]
    status = Status.BROKEN if others else Status.MET if used else Status.UNKNOWN
    yield Finding(
        "typefaces in figures",
        status,
        ", ".join(others or used) or "no text in a vector figure",
        f"only {', '.join(wanted.families)}",
        wanted,
        "draw the figures in one of these typefaces, or replace the type in the vector PDFs, which hold it as text, "
        "and make the TIFF of them",
    )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _family(name: str) -> str:
    """The letters of a typeface's name: "Times New Roman" and "TimesNewRomanPSMT" are alike."""
    return _letters(name.partition("-")[0])


def known_before(profile: Profile, standing: Standing) -> list[Finding]:
    """The demands that need no rendered document, without the profile's own statements: authors, declarations."""
    return [
        *_authors(standing.authors),
        *_declarations(profile, standing.declared),
        _commit(standing.sources),
    ]


def open_statements(profile: Profile, declared: Declared | None) -> list[Finding]:
    """The statements of the profile that stay open whatever the documents say: what they state is not declared."""
    return [
        _open(f"statement: {one.name}", one.declaration, declared, one)
        for one in profile.statements
        if _is_open(one.declaration, declared)
    ]


def _is_open(name: str, declared: Declared | None) -> bool:
    """Whether a declaration has a placeholder, or no place at all."""
    return bool(name) and (declared is None or name in declared.open)


def _open(subject: str, name: str, declared: Declared | None, demand: Demand) -> Finding:
    found = "nothing is declared" if declared is None else "a placeholder"
    key = ("author",) if name == "contributions" else ("funding",) if name == "funding" else _declaration(name)
    wanted = f"{NAMES[name]} stated in _quarto.yml"
    remedy = "name every author with roles" if name == "contributions" else f"state it under '{': '.join(key)}'"
    return Finding(subject, Status.OPEN, found, wanted, demand, remedy, key)


def _declaration(name: str) -> KeyPath:
    within = ("registration",) if name in ("protocol", "amendments") else ()
    return ("declarations", *within, name)


def _limit(limit: Limit, subject: Subject) -> Finding:
    measure = MEASURES[limit.measure]
    value = measure.take(subject)
    found = "nothing to measure" if value is None else f"{_number(value)} {measure.unit}".strip()
    least, most = limit.least, limit.most
    if limit.unknown:
        status, wanted = Status.UNKNOWN, _NOT_READ
    elif least is None and most is None:
        status, wanted = Status.FREE, "no limit"
    else:
        bounds = [f"at least {_number(least)}"] if least is not None else []
        bounds += [f"at most {_number(most)}"] if most is not None else []
        wanted = f"{' and '.join(bounds)} {measure.unit}".strip()
        if value is None:
            status = Status.UNKNOWN
        else:
            inside = (least or 0) <= value <= (most if most is not None else value)
            status = Status.MET if inside else Status.BROKEN
    return Finding(measure.name, status, found, wanted, limit)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.1f}"


def _abstract(profile: Profile, contents: Contents) -> Iterator[Finding]:
    wanted = profile.abstract
    headings = contents.abstract_headings()
    form = ", ".join(headings) or "unstructured"
    if wanted is None:
        yield Finding("abstract’s form", Status.UNKNOWN, form, _NOT_READ, _OWN)
        return
    if wanted.structured is not None:
        missing = [one for one in wanted.headings if not _any(one, headings)]
        structured = bool(headings)
        good = structured == wanted.structured and not missing
        kind = "structured" if wanted.structured else "unstructured"
        yield Finding(
            "abstract’s form",
            Status.MET if good else Status.BROKEN,
            form,
            f"{kind}{': ' + ', '.join(wanted.headings) if wanted.headings else ''}",
            wanted,
        )
    if wanted.citations is False:
        cited = sum(run.kind is Kind.CITATION for passage in contents.abstract for run in passage.runs)
        yield Finding("citations in the abstract", Status.BROKEN if cited else Status.MET, str(cited), "none", wanted)


def _statements(profile: Profile, contents: Contents, declared: Declared | None) -> Iterator[Finding]:
    leads = list(contents.leads())
    for statement in profile.statements:
        place = next((lead for words in statement.found_by for lead in leads if _any(words, [lead])), None)
        if place is not None and _is_open(statement.declaration, declared):
            yield _open(f"statement: {statement.name}", statement.declaration, declared, statement)
            continue
        yield Finding(
            f"statement: {statement.name}",
            Status.BROKEN if place is None else Status.MET,
            "no heading or paragraph begins so" if place is None else f"“{place}”",
            " or ".join(f"“{words}”" for words in statement.found_by),
            statement,
        )


def _declarations(profile: Profile, declared: Declared | None) -> Iterator[Finding]:
    """The placeholders that no statement of the profile asks for: a paper is not ready while it has one."""
    asked = {statement.declaration for statement in profile.statements}
    for name in declared.open if declared is not None else ():
        if name not in asked:
            yield _open(f"declaration: {NAMES[name]}", name, declared, _OWN)


def _authors(authors: Sequence[Author]) -> Iterator[Finding]:
    named = [author for author in authors if not author.is_placeholder]
    yield Finding(
        "authors",
        Status.MET if named and len(named) == len(authors) else Status.OPEN,
        f"{len(named)} named",
        "every author named in _quarto.yml",
        _OWN,
        "name them",
        ("author",),
    )
    chosen = [(index, author) for index, author in enumerate(authors) if author.corresponding]
    reachable = [author for _, author in chosen if author.email and not author.is_placeholder]
    place: KeyPath = ("author",)
    found, remedy = ", ".join(author.name for author in reachable), "name one"
    if not reachable and named and not chosen:
        found, remedy = "no author is marked so", "write 'corresponding: true' below the one to be written to"
    elif not reachable and named:
        found = f"{chosen[0][1].name} has no e-mail address"
        remedy, place = f"add 'email:' to the entry of {chosen[0][1].name}", ("author", str(chosen[0][0]), "email")
    yield Finding(
        "corresponding author",
        Status.MET if reachable else Status.BROKEN if named else Status.OPEN,
        found or "no author is named",
        "one with 'corresponding: true' and an e-mail address",
        _OWN,
        remedy,
        place,
    )


def _commit(sources: ProjectFiles) -> Finding:
    wanted = "every file as in one commit"
    if not sources.commit:
        return Finding("data and code", Status.UNKNOWN, "the project is not a git checkout", wanted, _OWN)
    if sources.changes:
        shown = ", ".join(sources.changes[:5]) + (" …" if len(sources.changes) > 5 else "")
        found = f"{len(sources.changes)} uncommitted: {shown}"
        remedy = "commit these files, or name in .gitignore what is none of the project's"
        return Finding("data and code", Status.BROKEN, found, wanted, _OWN, remedy)
    return Finding("data and code", Status.MET, f"commit {sources.commit[:12]}", wanted, _OWN)


def _any(words: str, texts: Sequence[str]) -> bool:
    pattern = re.compile(rf"\b{re.escape(words.translate(_QUOTES))}", re.IGNORECASE)
    return any(pattern.search(text.translate(_QUOTES)) for text in texts)
