"""What the authors declare, read from the project's metadata, and the sentences of the documents that follow it.

``_quarto.yml`` says once who the authors are and what they did, who paid, which interests compete, where the review
was registered, and where its data lie. A document asks here for each sentence that says any of this, so that all
places agree, and change together. A text in square brackets, or none, is a placeholder: the declaration is open.

``publishing/project/declarations.py`` reads the same keys for the journal's lint, since neither package may import
the other; ``tests/declarations.yml`` holds examples that both are held against.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis import PROJECT
from analysis.printing.printer import Phrase, Printer
from analysis.printing.quantities import quantity

METADATA = PROJECT / "_quarto.yml"
KEY = "declarations"
#: what stands for a text that nobody has given yet
OPEN_SENTENCE = "To be stated by the review's owner."
OPEN_NOTE = "to be stated by the owner of the review"
#: how a declaration stands: given, still to be given, or with nothing to declare
STATED, OPEN, NOTHING = "stated", "open", "nothing to declare"
#: when the review was registered: not at all, after its first decision, or before it
NOT_REGISTERED, AFTERWARDS, IN_ADVANCE = "not registered", "afterwards", "in advance"
#: a cell of the evidence that begins so is said by the declaration that it names
MARK = "as declared: "
#: what a table says of declarations that are made, of some not at all
BRIEF = {
    ("registration", STATED): "stated: registered with {register} ({number}) on {date}",
    ("registration", NOTHING): "stated: not registered",
    ("protocol", STATED): f"stated: {{{KEY}.registration.protocol}}",
    ("protocol", NOTHING): "stated: no protocol was published",
    ("amendments", NOTHING): "no protocol to amend",
}
TEXTS = ("competing-interests", "ethics", "data-address", "automated-tools", "acknowledgements")
REGISTRATION = ("registered", "register", "number", "date", "protocol", "amendments", "reason")
NAMES = ("contributions", "funding", "registration", "protocol", "amendments", *TEXTS)
#: who paid, as the abstract says it: what is given, or the first sentence of ``funding``
IN_BRIEF = "funding-in-brief"
NAMING_PEOPLE = ("contributions", "acknowledgements")
#: short forms and British spelling of the terms of CRediT, as publishing/filters/authors.lua has them
ROLES = {
    "writing": "writing – original draft",
    "analysis": "formal analysis",
    "funding": "funding acquisition",
    "editing": "writing – review & editing",
    "conceptualisation": "conceptualization",
    "visualisation": "visualization",
}
_END_OF_SENTENCE = re.compile(r"[.?!](?=\s+[^\sa-z\d])")
_ABBREVIATED = re.compile(
    r"(?:\b[^\W\d_]|\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|Nr|Inc|Ltd|Co|Corp|Univ|Dept|e\.g|i\.e|cf|vs))$"
)
#: two initials or more with their stops: they end a sentence where a word follows that begins one, as no name does
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?)+[A-Z]$")
_BEGINS = re.compile(
    r"\s+(?:The|This|That|These|Those|It|Its|They|Their|We|Our|He|She|No|Not|None|Neither|Nobody|Both|All|Each|Any|"
    r"A|An|In|For|Other|Further|Funders?|Sponsors?|Authors?|Grants?)\b"
)
PARTS_OF_A_NAME = ("given", "dropping-particle", "non-dropping-particle", "family")


class Undeclared(ValueError):
    """Declarations that cannot be read or do not say enough; the message names the file, the key and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Whether and where the review was registered, as its metadata have it; None where nothing is said."""

    registered: bool | None = None
    day: datetime.date | None = None
    register: str | None = quantity("text", None)
    number: str | None = quantity("text", None)
    date: str | None = quantity("text", None)
    protocol: str | None = quantity("text", None)
    amendments: str | None = quantity("text", None)
    reason: str | None = quantity("text", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """What the authors declare, as the project's metadata have it; None where it is still to be stated."""

    registration: Registration
    authors: tuple[str, ...] = ()
    # these two name people: without a key the appendix of numbers, which reviewers are sent, does not repeat them
    contributions: str | None = None
    acknowledgements: str | None = None
    funding: str | None = quantity("text", None)
    funding_in_brief: str | None = quantity("text", None)
    competing_interests: str | None = quantity("text", None)
    ethics: str | None = quantity("text", None)
    data_address: str | None = quantity("text", None)
    automated_tools: str | None = quantity("text", None)

    def text(self, name: str) -> str | None:
        """What is declared under one of ``NAMES``, or ``IN_BRIEF``; None for a placeholder.

        Raises ``Undeclared`` for another name.
        """
        if name not in (*NAMES, IN_BRIEF):
            raise Undeclared(f"there is no declaration {name!r}. Remedy: name one of {', '.join(NAMES)}")
        if name == "registration":
            return self.registration.number
        holder = self.registration if name in REGISTRATION else self
        value: str | None = getattr(holder, name.replace("-", "_"))
        return value

    def state(self, name: str) -> str:
        """How the declaration stands: ``STATED``, ``OPEN`` or ``NOTHING``."""
        registration = self.registration
        if self.text(name) is not None:
            return STATED
        if name not in ("registration", "protocol", "amendments") or registration.registered is None:
            return OPEN
        if name == "amendments" and (registration.registered or registration.protocol):
            return OPEN
        return NOTHING


def key_of(name: str) -> str:
    """Where the text of a declaration stands in the tree of results."""
    if name == "registration":
        return f"{KEY}.registration.number"
    return f"{KEY}.{'registration.' if name in REGISTRATION else ''}{name.replace('-', '_')}"


# Reading -----------------------------------------------------------------------------------------------------------


def read_declarations(path: Path = METADATA) -> Declarations:
    """The declarations in the metadata of the project. Raises ``Undeclared``."""
    try:
        # with the base loader a date and a number stay the text that was written
        metadata = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise Undeclared(f"{path.name} cannot be read: {error}. Remedy: restore it") from None
    if not isinstance(metadata, dict):
        raise Undeclared(f"{path.name} is {metadata!r:.60}, no keys with values. Remedy: restore it")
    return declared(metadata, path.name)


def declared(metadata: Mapping[str, object], source: str = METADATA.name) -> Declarations:
    """The declarations in ``metadata``, whose scalars are texts. Raises ``Undeclared``."""
    given = _mapping(metadata.get(KEY, {}), KEY, (*TEXTS, IN_BRIEF, "registration"), source)
    funding, brief = stated(metadata.get("funding")), stated(given.get(IN_BRIEF))
    if brief and not funding:
        raise _fault(source, IN_BRIEF, "is given while funding is not", "state funding too, or delete it")
    authors = _list(metadata.get("author", metadata.get("authors")))
    return Declarations(
        registration=_registration(given.get("registration", {}), source),
        authors=tuple(name for one in authors if (name := stated(_name(one)))),
        contributions=_contributions(authors, (funding, *map(stated, map(given.get, TEXTS)))),
        funding=funding,
        funding_in_brief=brief or first_sentence(funding),
        competing_interests=stated(given.get("competing-interests")),
        ethics=stated(given.get("ethics")),
        data_address=stated(given.get("data-address")),
        automated_tools=stated(given.get("automated-tools")),
        acknowledgements=stated(given.get("acknowledgements")),
    )


def stated(value: object) -> str | None:
    """A text that was given; None for one in square brackets, for an empty one and for none."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return None if not text or text.startswith("[") else text


def first_sentence(text: str | None) -> str | None:
    """The text up to the first mark that ends a sentence; an initial or an abbreviation before it ends none.

    Initials of a person end it where a word follows that no name begins with: "to N.O. The funder …".
    """
    for found in _END_OF_SENTENCE.finditer(text or ""):
        before = (text or "")[: found.start()]
        initials = _INITIALS.search(before) and _BEGINS.match(text or "", found.end())
        if initials or not _ABBREVIATED.search(before):
            return before + found[0]
    return text


def _registration(value: object, source: str) -> Registration:
    given = _mapping(value, f"{KEY}: registration", REGISTRATION, source)
    said = given.get("registered")
    if said not in (None, "true", "false"):
        raise _fault(source, "registration: registered", f"cannot be {said!r}", "write true or false")
    texts = {name: stated(given.get(name)) for name in REGISTRATION[1:]}
    day = _day(texts["date"], source)
    at = ("register", "number", "date")
    if said == "true" and (missing := [name for name in at if not texts[name]]):
        raise _fault(source, "registration", f"lacks {', '.join(missing)}", "add them, or write registered: false")
    if said != "true" and (beyond := [name for name in at if texts[name]]):
        raise _fault(source, f"registration: {beyond[0]}", "is given for no registration", "write registered: true")
    return Registration(
        registered=None if said is None else said == "true",
        day=day,
        register=texts["register"],
        number=texts["number"],
        date=f"{day:%-d %B %Y}" if day else None,
        protocol=texts["protocol"],
        amendments=texts["amendments"],
        reason=texts["reason"],
    )


def _day(text: str | None, source: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise _fault(source, "registration: date", f"cannot be {text!r}", "write the day as YYYY-MM-DD") from None


def _contributions(authors: Sequence[object], texts: Iterable[str | None]) -> str | None:
    """Every author with the roles of CRediT; None while one of them has no name or no role.

    Whoever is named by initials in one of ``texts`` has them behind the name, so that they can be told.
    """
    words = {word for text in texts for word in re.findall(r"[^\W\d_]+", (text or "").replace(".", ""))}
    said = []
    for author in authors:
        name, roles = stated(_name(author)), _roles(author)
        if name is None or not roles:
            return None
        found = next((letters for letters in _initials(name) if letters in words), "")
        said.append(f"{name}{f' ({found})' if found else ''}: {', '.join(roles)}")
    return "; ".join(said) or None


def _initials(name: str) -> Iterator[str]:
    """The initials of a name, of both parts of a double name and of its first part alone, and with its particles."""
    for pattern in (r"[^\W\d_]+", r"[^\W\d_][^\s]*"):
        letters = "".join(part[0] for part in re.findall(pattern, name) if part[0].isupper())
        if len(letters) > 1:
            yield letters
    whole = "".join(part[0] for part in re.findall(r"[^\W\d_]+", name))
    yield from dict.fromkeys((whole, whole.upper()))


def _roles(author: object) -> list[str]:
    roles = _list(author.get("roles")) if isinstance(author, Mapping) else ()
    found = []
    for role in roles:
        for name, degree in role.items() if isinstance(role, Mapping) else ((role, ""),):
            called = ROLES.get(str(name).lower(), str(name))
            found.append(f"{called} ({degree})" if degree else called)
    return found


def _name(author: object) -> str:
    name = author.get("name", "") if isinstance(author, Mapping) else author
    if not isinstance(name, Mapping):
        return str(name)
    return str(name.get("literal") or " ".join(str(name[part]) for part in PARTS_OF_A_NAME if part in name))


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else () if value is None else (value,)


def _mapping(value: object, key: str, known: Sequence[str], source: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _fault(source, key.removeprefix(f"{KEY}: "), "is no mapping", f"give {', '.join(known)} below it")
    unknown = [str(name) for name in value if name not in known]
    if unknown:
        raise _fault(source, unknown[0], f"is not known below {key}", f"use one of {', '.join(known)}")
    return value


def _fault(source: str, key: str, message: str, remedy: str) -> Undeclared:
    return Undeclared(f"{source}, {KEY}: {key} {message}. Remedy: {remedy}")


# Saying ------------------------------------------------------------------------------------------------------------


def say(
    printer: Printer, name: str, template: str = "{.}", otherwise: str = OPEN_SENTENCE, nothing: str = ""
) -> Phrase:
    """The sentence on one declaration: ``template``, in which ``{.}`` is what was declared, or one for its absence.

    ``otherwise`` is said while the declaration is open, ``nothing`` where there is nothing to declare. Raises
    ``Undeclared`` for an unknown name.
    """
    found = declarations(printer)
    chosen = {STATED: template, OPEN: otherwise, NOTHING: nothing}[found.state(name)]
    if name in NAMING_PEOPLE:
        return printer.say(chosen.replace("{.}", "{text}"), text=found.text(name) or "")
    return printer.say(chosen, key_of(name))


def registered(printer: Printer, none: str, afterwards: str, in_advance: str) -> Phrase:
    """The sentence for when the review was registered; ``{register}``, ``{number}`` and ``{date}`` print in it.

    ``none`` is said while nothing is declared too: what nobody has registered is not registered.
    """
    chosen = {NOT_REGISTERED: none, AFTERWARDS: afterwards, IN_ADVANCE: in_advance}[when(printer)]
    return printer.say(_registered_at(chosen))


def _registered_at(template: str) -> str:
    for name in ("register", "number", "date"):
        template = template.replace(f"{{{name}}}", f"{{{KEY}.registration.{name}}}")
    return template


def when(printer: Printer) -> str:
    """Whether the review was registered before the first of its decisions was taken."""
    day = declarations(printer).registration.day
    if day is None:
        return NOT_REGISTERED
    first = min((row.decided_on for row in printer.tree.evidence.protocol), default=day)
    return IN_ADVANCE if day < first else AFTERWARDS


def named_in(cell: str) -> str:
    """The declaration that a cell of the evidence leaves its content to; "" for a cell with words of its own."""
    return cell.removeprefix(MARK) if cell.startswith(MARK) else ""


def with_words(cell: str) -> tuple[str, str]:
    """The words of a cell that goes on with a declaration, and its name: ``one reader; as declared: funding``."""
    words, mark, name = cell.partition(f"; {MARK}")
    return (words, name) if mark else (cell, "")


def brief(printer: Printer, name: str) -> Phrase:
    """How a declaration stands, for a cell of a table; nothing where it says all in its own place of the paper."""
    state = declarations(printer).state(name)
    return printer.say(OPEN_NOTE if state == OPEN else _registered_at(BRIEF.get((name, state), "")))


def by_authors(printer: Printer, unnamed: str, named: str) -> Phrase:
    """The sentence for a review that has authors, or for one whose authors are not named yet."""
    return printer.say(named if declarations(printer).authors else unnamed)


def declarations(printer: Printer) -> Declarations:
    """Those of the printer's tree."""
    found: Declarations = printer.tree.declarations
    return found
