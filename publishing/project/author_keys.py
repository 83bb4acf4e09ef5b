"""The keys of ``author`` and ``affiliations``, and what each may hold: Quarto's schema, with the terms of CRediT."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from publishing.project.yaml_schema import (
    Checked,
    Choice,
    Either,
    Entries,
    Flag,
    KeyPath,
    Keys,
    ListOf,
    Origin,
    Text,
    name_of_key,
)

#: https://credit.niso.org
CREDIT = (
    "conceptualization", "data curation", "formal analysis", "funding acquisition", "investigation", "methodology",
    "project administration", "resources", "software", "supervision", "validation", "visualization",
    "writing – original draft", "writing – review & editing",
)  # fmt: skip
#: short forms and British spelling, as publishing/filters/authors.lua has them
SHORT_ROLES = ("writing", "analysis", "funding", "editing", "conceptualisation", "visualisation")
#: what of an affiliation is printed
PARTS = "group department name address city region state postal-code country".split()


def _is_orcid(text: str) -> bool:
    """Whether the text is an ORCID whose last sign fits the others (ISO 7064, MOD 11-2)."""
    signs = re.fullmatch(r"(?:https?://orcid\.org/)?((?:\d{4}-){3}\d{3}[\dX])", text)
    if signs is None:
        return False
    digits = signs[1].replace("-", "")
    total = functools.reduce(lambda before, digit: (before + int(digit)) * 2, digits[:-1], 0)
    return (12 - total % 11) % 11 == (10 if digits[-1] == "X" else int(digits[-1]))


def _is_mail(text: str) -> bool:
    return re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+", text) is not None


def _plain(role: str) -> str:
    """A role without differences of case, dashes and blanks, as publishing/filters/jats_authors.lua reads it."""
    return re.sub(r"[\s&–-]+", "-", role.lower())


@dataclass(frozen=True, slots=True)
class Role(Text):
    """A term of CRediT, or a short form of one."""

    what: str = "a role of CRediT"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> str:
        role = Text.read(self, node, origin, path)
        known = {_plain(one): one for one in (*CREDIT, *SHORT_ROLES)}
        if _plain(role) in known:
            return role
        near = difflib.get_close_matches(_plain(role), known, n=1)
        hint = f"did you mean '{known[near[0]]}'? " if near else ""
        message = f"{name_of_key(path)} can't be '{role}', which is no role of CRediT."
        raise origin.fail(node, message, f"{hint}The roles are {'; '.join(CREDIT)}.")


AFFILIATION = Keys({key: Text() for key in ["id", "ref", *PARTS, "ror", "isni"]})
_DEGREE = Choice(("lead", "equal", "supporting"))
_AUTHOR = Keys(
    {
        "id": Text(),
        "name": Either(
            scalar=Text(),
            mapping=Keys({key: Text() for key in ("given", "family", "literal", "non-dropping-particle")}),
        ),
        "orcid": Checked("an ORCID, such as 0000-0002-1825-0097; its last sign is a check digit", accepts=_is_orcid),
        "email": Checked("an e-mail address, such as name@example.org, or leave the key away", accepts=_is_mail),
        "phone": Text(),
        "note": Text(),
        "corresponding": Flag(),
        "equal-contributor": Flag(),
        "deceased": Flag(),
        "degrees": ListOf(Text(), single=True),
        "affiliations": Either(
            scalar=Text(), sequence=ListOf(Either(scalar=Text(), mapping=AFFILIATION)), mapping=AFFILIATION
        ),
        "roles": ListOf(Either(scalar=Role(), mapping=Entries(_DEGREE, key=Role())), single=True),
    },
    required=("name",),
    named_by="name",
)
AUTHORS = Either(scalar=Text(), sequence=ListOf(Either(scalar=Text(), mapping=_AUTHOR)), mapping=_AUTHOR)


def faults_of_affiliations(metadata: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str, str]]:
    """What the keys by themselves don't say of affiliations: the path of the key, what is wrong, what to do."""
    named: dict[str, object] = {}
    for index, one in enumerate(metadata.get("affiliations", ())):
        name = one.get("id", "")
        if name in named:
            message = f"two entries of 'affiliations' have the id '{name}'."
            yield ("affiliations", str(index)), message, "give each an id of its own."
        named[name] = one
    named.pop("", None)
    for path, author in _authors(metadata):
        for place, one in _places((*path, "affiliations"), author.get("affiliations", ())):
            yield from ((place, *fault) for fault in _fault(str(name_of_author(author)), one, named))


def _fault(author: str, one: object, named: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    known = ", ".join(f"'{name}'" for name in named) or "none"
    if isinstance(one, str) and one in named:
        yield f"{author}: the affiliation '{one}' is the id of one.", f"write 'ref: {one}'."
    if not isinstance(one, Mapping):
        return
    if "ref" in one and one["ref"] not in named:
        message = f"{author}: no affiliation has the id '{one['ref']}'; those under 'affiliations' have {known}."
        yield message, f"correct it, or add '- id: {one['ref']}' with its name to 'affiliations'."
    if "ref" not in one and not any(part in one for part in PARTS):
        yield f"{author}: an affiliation has no name.", f"add name:, or write ref: with a known id ({known})."


def _authors(metadata: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    for key in ("author", "authors"):
        for place, author in _places((key,), metadata.get(key, ())):
            if isinstance(author, Mapping):
                yield place, author


def _places(path: KeyPath, value: object) -> Iterator[tuple[KeyPath, Any]]:
    """The entries of a list with their paths, or the one entry that stands for a list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (((*path, str(index)), one) for index, one in enumerate(value))
    else:
        yield path, value


def name_of_author(author: object) -> str:
    """The name in one text."""
    name = author["name"] if isinstance(author, Mapping) else author
    if not isinstance(name, Mapping):
        return str(name)
    parts = ("given", "dropping-particle", "non-dropping-particle", "family")
    return str(name.get("literal") or " ".join(str(name[part]) for part in parts if part in name))
