"""The authors as the metadata name them: Quarto's author schema, read for the files that no template writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publishing.project.author_keys import PARTS, name_of_author

#: what an unfilled author block begins with
PLACEHOLDER = "["
#: what of an affiliation a text names when it says where somebody works
_WHERE = ("name", "city")


@dataclass(frozen=True, slots=True)
class Author:
    """One author; texts are empty where nothing is given.

    ``places`` are the affiliations in the form in which a sentence would name them: institution and city.
    """

    name: str
    orcid: str = ""
    email: str = ""
    corresponding: bool = False
    phone: str = ""
    affiliations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        return self.name.startswith(PLACEHOLDER)

    def identifying(self) -> tuple[str, ...]:
        """Every text that would tell a reviewer who this is.

        An affiliation does so as a whole, or as institution and city: a department, a hospital or a city by itself
        may be a word of the paper.
        """
        texts = (self.name, self.orcid, self.email, self.phone, *self.affiliations, *self.places)
        return tuple(dict.fromkeys(text for text in texts if text))


def authors(metadata: Mapping[str, Any]) -> tuple[Author, ...]:
    """The authors of a document's merged metadata, in order."""
    named = {
        one["id"]: one for one in _list(metadata.get("affiliations")) if isinstance(one, Mapping) and "id" in one
    }
    return tuple(_author(one, named) for one in _list(metadata.get("author", metadata.get("authors"))))


def _author(one: object, named: Mapping[str, Mapping[str, Any]]) -> Author:
    if not isinstance(one, Mapping):
        return Author(str(one))
    affiliations = [_whole(place, named) for place in _list(one.get("affiliations"))]
    return Author(
        name=name_of_author(one),
        orcid=str(one.get("orcid", "")).rpartition("/")[2],
        email=str(one.get("email", "")),
        phone=str(one.get("phone", "")),
        corresponding=bool(one.get("corresponding")),
        affiliations=tuple(_joined(place, PARTS) for place in affiliations),
        places=tuple(
            _joined(place, _WHERE)
            for place in affiliations
            if isinstance(place, Mapping) and all(part in place for part in _WHERE)
        ),
    )


def _whole(one: object, named: Mapping[str, Mapping[str, Any]]) -> object:
    """An affiliation, or the one that it refers to."""
    if isinstance(one, Mapping) and "ref" in one:
        return named.get(one["ref"], str(one["ref"]))
    return one


def _joined(one: object, parts: Sequence[str]) -> str:
    return ", ".join(str(one[part]) for part in parts if part in one) if isinstance(one, Mapping) else str(one)


def _list(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
