"""The description of a bundle for machines: every file, whose it is, and what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from submission_project import Made

from publishing.project.configuration import load_project
from publishing.submission import crate
from publishing.verify import ledger

PAPER = Path(__file__).resolve().parents[3]


def _graph(bundle: Made) -> dict[str, Any]:
    content = json.loads((bundle.folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert content["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities = {entity["@id"]: entity for entity in content["@graph"]}
    assert len(entities) == len(content["@graph"])
    return entities


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for child in value:
            yield from _references(child)
    elif isinstance(value, dict):
        yield value["@id"]


def test_the_crate_describes_every_file(bundle: Made) -> None:
    entities = _graph(bundle)
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["about"] == {"@id": "./"} and descriptor["conformsTo"]["@id"].endswith("/ro/crate/1.2")
    assert root["@type"] == "Dataset" and all(
        root[key] for key in ("name", "description", "datePublished", "license")
    )
    files = {path.relative_to(bundle.folder).as_posix() for path in bundle.folder.rglob("*") if path.is_file()}
    assert set(_references(root["hasPart"])) == files - {"ro-crate-metadata.json"}
    for name in files - {"ro-crate-metadata.json", "SHA256SUMS"}:
        content = (bundle.folder / name).read_bytes()
        assert entities[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert entities[name]["contentSize"] == str(len(content))
        assert "File" in entities[name]["@type"] and "/" in entities[name]["encodingFormat"]


def test_the_crate_refers_to_nothing_that_it_does_not_describe(bundle: Made) -> None:
    entities = _graph(bundle)
    for entity in entities.values():
        for key, value in entity.items():
            if not key.startswith("@") and key != "conformsTo":
                assert set(_references(value)) <= entities.keys(), key


def test_the_crate_says_whose_the_files_are_and_what_they_are_made_from(bundle: Made) -> None:
    entities = _graph(bundle)
    first = entities["https://orcid.org/0000-0002-1825-0097"]
    assert (first["@type"], first["name"]) == ("Person", "Ada Lovelace")
    assert entities["figures/Fig1.tif"]["isBasedOn"] == [{"@id": "data-and-code.zip"}]
    assert entities["tables/Table1.csv"]["isBasedOn"] == [{"@id": "manuscript.docx"}]
    assert entities["#making"]["object"] == {"@id": "data-and-code.zip"}


def test_a_licence_of_code_is_not_the_texts(bundle: Made) -> None:
    entities = _graph(bundle)
    code, text = {"@id": "https://spdx.org/licenses/MIT"}, {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert entities["manuscript.pdf"]["license"] == [text]
    assert entities["data-and-code.zip"]["license"] == entities["./"]["license"] == [code, text]


def test_what_the_paper_adds_to_a_bundle_has_a_type() -> None:
    """The small project of these tests keeps no ledger and has no page of origins."""
    for name in (load_project(PAPER).origins_page, ledger.CSV, ledger.JSON):
        assert name and "/" in crate._TYPES[Path(name).suffix]
