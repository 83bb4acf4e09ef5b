"""The authors as the metadata name them: Quarto's author schema, read for the files that no template writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: what an unfilled author block begins with
PLACEHOLDER = "["
_PARTS = ("given", "dropping-particle", "non-dropping-particle", "family")
_PLACE = ("group", "department", "name", "address", "city", "region", "state", "postal-code", "country")
# A shorter part of an affiliation (a city, a country) tells of nobody.
_TELLING = 12


@dataclass(frozen=True, slots=True)
class Author:
    """One author; texts are empty where nothing is given."""

    name: str
    orcid: str = ""
    email: str = ""
    corresponding: bool = False
    phone: str = ""
    affiliations: tuple[str, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        return self.name.startswith(PLACEHOLDER)

    def identifying(self) -> tuple[str, ...]:
        """Every text that would tell a reviewer who this is; of an affiliation, each part between commas."""
        parts = (part.strip() for affiliation in self.affiliations for part in affiliation.split(","))
        places = [part for part in parts if len(part) >= _TELLING]
        return tuple(text for text in (self.name, self.orcid, self.email, self.phone, *places) if text)


def authors(metadata: Mapping[str, Any]) -> tuple[Author, ...]:
    """The authors of a document's merged metadata, in order."""
    named = {
        one["id"]: _affiliation(one, {})
        for one in _list(metadata.get("affiliations"))
        if isinstance(one, Mapping) and "id" in one
    }
    return tuple(_author(one, named) for one in _list(metadata.get("author", metadata.get("authors"))))


def _author(one: object, named: Mapping[str, str]) -> Author:
    if not isinstance(one, Mapping):
        return Author(str(one))
    return Author(
        name=_name(one["name"]),
        orcid=str(one.get("orcid", "")).rpartition("/")[2],
        email=str(one.get("email", "")),
        phone=str(one.get("phone", "")),
        corresponding=bool(one.get("corresponding")),
        affiliations=tuple(_affiliation(place, named) for place in _list(one.get("affiliations"))),
    )


def _name(name: object) -> str:
    if not isinstance(name, Mapping):
        return str(name)
    return str(name.get("literal") or " ".join(str(name[part]) for part in _PARTS if part in name))


def _affiliation(one: object, named: Mapping[str, str]) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    if "ref" in one:
        return named.get(one["ref"], str(one["ref"]))
    return ", ".join(str(one[part]) for part in _PLACE if part in one)


def _list(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
