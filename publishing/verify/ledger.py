"""The ledger: every printed number of every output with its origin, as JSON and as a table (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.errors import PublishingError
from publishing.project.files import SHORT_DIGEST
from publishing.project.fingerprints import fingerprints
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.identity import Names
from publishing.verify.log import Drawn, drawn_of_json, drawn_to_json, read_drawn
from publishing.verify.passages import Output, Passage, Place
from publishing.verify.reading import Occurrence, forms, occurrences, occurrences_in, read_output, with_keys
from publishing.verify.sources import Printing, Source, assign, sources

if TYPE_CHECKING:
    from publishing.project.document import Executed

JSON, CSV = "ledger.json", "ledger.csv"
#: the table names so many rows of the evidence; what they say, and all of more, stands in the JSON file
MOST_ROWS = 12
LEDGER_COLUMNS = (
    "document", "format", "order", "section", "place", "page", "key", "value", "text", "kind", "rule", "expression",
    "line", "code", "rows", "engine", "data", "code_digest", "configuration", "lock_file",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as it is stored: ``documents``, ``numbers``, ``rows`` and ``claims`` by name, ``occurrences``."""

    content: Mapping[str, Any]

    @property
    def documents(self) -> Mapping[str, Any]:
        documents: Mapping[str, Any] = self.content["documents"]
        return documents

    def printed(self, document: str, form: str) -> list[Mapping[str, Any]]:
        """What one output prints, in its order."""
        return [one for one in self.content["occurrences"] if (one["document"], one["format"]) == (document, form)]

    def drawn(self, document: str) -> Drawn:
        return drawn_of_json(self.documents[document])

    def keys(self) -> set[str]:
        return set(self.content["numbers"])

    def claims(self) -> set[str]:
        return set(self.content["claims"])

    @property
    def rows(self) -> Mapping[str, Any]:
        rows: Mapping[str, Any] = self.content["rows"]
        return rows


def load_ledger(folder: Path) -> Ledger:
    """The ledger beside the outputs. Raises :class:`PublishingError` when there is none."""
    path = folder / JSON
    if not path.is_file():
        raise PublishingError("there is no ledger beside the outputs.", source=path, remedy="run 'make paper'.")
    try:
        return Ledger(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        message = f"the ledger can't be read: {error}."
        raise PublishingError(message, source=path, remedy="run 'make paper'.") from error


def write_ledger(
    project: Project, executed: Sequence[Executed], outputs: Path, engine: str, catalogue: Catalogue
) -> Ledger:
    """Read the outputs in the folder ``outputs`` and write their ledger beside them; the ledger.

    Documents that were not rendered this time keep what the present ledger says of them.
    """
    printed = {one.document.name: sources(one) for one in executed}
    keys = {p.key for parts in printed.values() for source in parts for p in source.prints}
    names = Names(
        {key for key in keys if not key.startswith(CLAIM_TAG)} | catalogue.entries.keys(),
        {key.removeprefix(CLAIM_TAG) for key in keys if key.startswith(CLAIM_TAG)} | catalogue.claims.keys(),
    )
    content = _previous(project, {one.document.name for one in executed})
    for one in executed:
        drawn = read_drawn(project.root, one.document.name)
        read_back = [
            with_keys(read_output(outputs / f"{one.document.name}.{form}", names), drawn)
            for form in forms(project, one.document)
        ]
        content["documents"][one.document.name] = _of_document(project, one.document, engine, drawn, read_back)
        for output in read_back:
            content["occurrences"] += _of_output(output, printed[one.document.name])
    _add_origins(content, catalogue)
    (outputs / JSON).write_text(_json(content), encoding="utf-8")
    (outputs / CSV).write_text(_csv(content), encoding="utf-8")
    return Ledger(content)


def _previous(project: Project, rendered: set[str]) -> dict[str, Any]:
    path = project.output_dir / JSON
    content: dict[str, Any] = {"documents": {}, "occurrences": []}
    if path.is_file():
        known = {document.stem for document in project.documents} - rendered
        old = json.loads(path.read_text(encoding="utf-8"))
        content["documents"] = {name: one for name, one in old["documents"].items() if name in known}
        content["occurrences"] = [one for one in old["occurrences"] if one["document"] in known]
    return content


def _of_document(
    project: Project, document: Document, engine: str, drawn: Drawn, outputs: Sequence[Output]
) -> dict[str, Any]:
    return {
        "engine": engine,
        "fingerprints": fingerprints(project, document),
        "pictures": {output.form: list(output.pictures) for output in outputs if output.pictures},
        **drawn_to_json(drawn),
    }


def _of_output(output: Output, expressions: Sequence[Source]) -> Iterator[dict[str, Any]]:
    flow = occurrences(output)
    alternatives = [passage for passage in output.passages if passage.place is Place.ALTERNATIVE]
    spoken = [one for passage in alternatives for one in occurrences_in(passage)]
    waiting = [source for source in expressions if source.prints]
    pairs: list[tuple[Occurrence, Source | None]] = []
    for part in (flow, spoken):
        pairs += zip(part, assign([one.printing for one in part], waiting), strict=True)
    pairs += _drawn(output, expressions)
    for order, (found, source) in enumerate(pairs, start=1):
        yield _row(output, order, found, source)


def _drawn(output: Output, expressions: Sequence[Source]) -> Iterator[tuple[Occurrence, Source | None]]:
    """What stands in drawings; the first picture is that of the first expression that shows one."""
    pictures = [source for source in expressions for _ in range(source.pictures)]
    seen: list[str] = []
    for passage in output.passages:
        if passage.place is Place.FIGURE:
            if passage.figure not in seen:
                seen.append(passage.figure)
            index = seen.index(passage.figure)
            for found in occurrences_in(passage):
                yield found, pictures[index] if index < len(pictures) else None


def _row(output: Output, order: int, found: Occurrence, source: Source | None) -> dict[str, Any]:
    passage: Passage = found.passage
    return {
        "document": output.document,
        "format": output.form,
        "order": order,
        "section": passage.section,
        "place": passage.place.value,
        "where": passage.where,
        "float": passage.float,
        "page": found.page,
        "key": found.key,
        "text": found.text,
        "expression": "" if source is None else source.expression,
        "line": None if source is None else source.line,
    }


def _add_origins(content: dict[str, Any], catalogue: Catalogue) -> None:
    """The numbers, rows and claims that the occurrences name; what the catalogue does not know stays away."""
    printed = {one["key"] for one in content["occurrences"]}
    numbers = {key: catalogue.entries[key] for key in sorted(printed & catalogue.entries.keys())}
    rows = {row for one in numbers.values() for row in one.get("rows") or ()}
    claims = {key.removeprefix(CLAIM_TAG) for key in printed if key.startswith(CLAIM_TAG)}
    content["numbers"] = numbers
    content["rows"] = {row: catalogue.rows[row] for row in sorted(rows & catalogue.rows.keys())}
    content["claims"] = {name: catalogue.claims[name] for name in sorted(claims & catalogue.claims.keys())}


def _json(content: Mapping[str, Any]) -> str:
    """JSON with one line for each thing that can be named, so that two ledgers can be compared line by line."""
    parts = []
    for name in ("documents", "numbers", "claims", "rows"):
        lines = [f"  {_compact(key)}: {_compact(value)}" for key, value in sorted(content[name].items())]
        parts.append(f"{_compact(name)}: {{\n" + ",\n".join(lines) + "\n}")
    lines = [f"  {_compact(one)}" for one in content["occurrences"]]
    parts.append('"occurrences": [\n' + ",\n".join(lines) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _csv(content: Mapping[str, Any]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, LEDGER_COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for one in content["occurrences"]:
        document = content["documents"][one["document"]]
        digests = document["fingerprints"]
        number = content["numbers"].get(one["key"], {})
        rows = number.get("rows") or []
        writer.writerow(
            {
                **one,
                "value": _compact(number["value"]) if number else "",
                "kind": number.get("kind", "claim" if one["key"].startswith(CLAIM_TAG) else ""),
                "rule": number.get("rule", ""),
                "code": number.get("code", ""),
                "rows": "; ".join(rows) if len(rows) <= MOST_ROWS else f"{len(rows)} rows",
                "engine": document["engine"],
                "data": digests["data"][:SHORT_DIGEST],
                "code_digest": digests["code"][:SHORT_DIGEST],
                "configuration": digests["configuration"][:SHORT_DIGEST],
                "lock_file": digests["lock file"][:SHORT_DIGEST],
            }
        )
    return stream.getvalue()


def printing(row: Mapping[str, Any]) -> Printing:
    """What a stored occurrence printed."""
    return Printing(row["key"], row["text"])
