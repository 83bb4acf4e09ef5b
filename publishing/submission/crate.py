"""RO-Crate 1.2 metadata of a bundle: what each file is, whose, under which licence, and what it is made from.

https://www.researchobject.org/ro-crate/specification/1.2/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from publishing.project.files import digest_of_file
from publishing.project.own_keys import Licence
from publishing.submission.authors import Author
from publishing.submission.packing import SUMS

METADATA_NAME = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.2"
_MAKING = "#making"
PICTURES = {".png": "image/png", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".tif": "image/tiff",
    **PICTURES,
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".zip": "application/zip",
    SUMS: "text/plain",
}


class Purpose(StrEnum):
    """What a file of the bundle is there for, as the README says it."""

    UPLOAD = "To upload"
    FORM = "The same in other forms"
    CHECK = "For whoever checks the numbers"
    MACHINES = "For machines"


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the bundle: its name in it, what it is, the files that it was made from, what it is there for."""

    name: str
    description: str
    made_from: tuple[str, ...] = ()
    purpose: Purpose = Purpose.UPLOAD


@dataclass(frozen=True, slots=True)
class Crate:
    """What the metadata say of the bundle as a whole: ``day`` is an ISO date, ``archive`` names data and code."""

    title: str
    description: str
    command: str
    version: str
    day: str
    authors: Sequence[Author]
    licences: Sequence[Licence]
    keywords: Sequence[str]
    archive: str
    items: Sequence[Item]


def write_metadata(crate: Crate, folder: Path) -> None:
    """Write the metadata file of the bundle in ``folder``, whose files must all be items."""
    graph = [
        {
            "@id": METADATA_NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": VERSION},
        },
        _root(crate),
        *(_file(item, crate, folder) for item in crate.items),
        *(_person(author, number) for number, author in enumerate(crate.authors, start=1)),
        *_places(crate.authors),
        *(
            {"@id": one.address, "@type": "CreativeWork", "name": one.name, "description": f"covers {one.covers}"}
            for one in crate.licences
        ),
        _making(crate),
    ]
    content = {"@context": f"{VERSION}/context", "@graph": graph}
    (folder / METADATA_NAME).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _root(crate: Crate) -> dict[str, object]:
    root: dict[str, object] = {
        "@id": "./",
        "@type": "Dataset",
        "name": crate.title,
        "description": crate.description,
        "datePublished": crate.day,
        "author": [{"@id": _of(author, number)} for number, author in enumerate(crate.authors, start=1)],
        "license": [{"@id": one.address} for one in crate.licences],
        "keywords": ", ".join(crate.keywords),
        "hasPart": [{"@id": item.name} for item in crate.items],
        "mentions": {"@id": _MAKING},
    }
    if crate.version:
        root["version"] = crate.version
    return root


def _file(item: Item, crate: Crate, folder: Path) -> dict[str, object]:
    path = folder / item.name
    is_archive = item.name == crate.archive
    entity: dict[str, object] = {
        "@id": item.name,
        "@type": ["File", "SoftwareSourceCode"] if is_archive else "File",
        "name": path.name,
        "description": item.description,
        "encodingFormat": _TYPES[path.suffix or path.name],
        "author": [{"@id": _of(author, number)} for number, author in enumerate(crate.authors, start=1)],
        "license": [{"@id": one.address} for one in crate.licences if is_archive or not one.only_code],
    }
    # the list of checksums is made of this file too, so it can't be measured here
    if item.name != SUMS:
        entity |= {"contentSize": str(path.stat().st_size), "sha256": digest_of_file(path)}
    if item.made_from:
        entity["isBasedOn"] = [{"@id": name} for name in item.made_from]
    return entity


def _of(author: Author, number: int) -> str:
    return f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{number}"


def _person(author: Author, number: int) -> dict[str, object]:
    person: dict[str, object] = {"@id": _of(author, number), "@type": "Person", "name": author.name}
    if author.email:
        person["email"] = author.email
    if author.affiliations:
        person["affiliation"] = [{"@id": _place(one)} for one in author.affiliations]
    return person


def _place(affiliation: str) -> str:
    return "#" + "-".join("".join(sign if sign.isalnum() else " " for sign in affiliation.lower()).split())


def _places(authors: Sequence[Author]) -> list[dict[str, object]]:
    names: Mapping[str, str] = {_place(one): one for author in authors for one in author.affiliations}
    return [{"@id": key, "@type": "Organization", "name": name} for key, name in names.items()]


def _making(crate: Crate) -> dict[str, object]:
    return {
        "@id": _MAKING,
        "@type": "CreateAction",
        "name": crate.command,
        "description": "Run in the folder of the unpacked archive, it makes all other files of this bundle anew.",
        "instrument": {"@id": crate.archive},
        "object": {"@id": crate.archive},
        "result": [{"@id": item.name} for item in crate.items if item.made_from],
    }
