"""The ledger: every printed number of every output with its origin, as JSON and as a table (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.formats.drawings import COLUMN
from publishing.project.configuration import Project
from publishing.project.document import Document
from publishing.project.errors import PublishingError
from publishing.project.files import SHORT_DIGEST, digest_of
from publishing.project.fingerprints import fingerprints
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.footprint import footprint
from publishing.verify.identity import Names
from publishing.verify.log import Drawn, drawn_of_json, drawn_to_json, read_drawn
from publishing.verify.passages import Output, Passage, Place
from publishing.verify.reading import Occurrence, forms, occurrences, occurrences_in, read_output, with_keys
from publishing.verify.sources import Printing, Source, assign, sources

if TYPE_CHECKING:
    from publishing.project.document import Executed

JSON, CSV = "ledger.json", "ledger.csv"
#: letters that a cell may hold in Excel, which cuts what is longer
LONGEST_CELL = 32_767
LEDGER_COLUMNS = (
    "document", "format", "order", "section", "place", "page", "key", "value", "text", "kind", "rule", "expression",
    "line", "code", "rows", "engine", "data", "code_digest", "configuration", "lock_file", "file_digest",
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

    def footprint(self, document: str, form: str) -> Mapping[str, Any] | None:
        """What it keeps of a file that was rendered (``footprint.py``); None when it knows no such file."""
        kept: Mapping[str, Any] | None = self.documents.get(document, {}).get("files", {}).get(form)
        return kept

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
        raise PublishingError(
            "there is no ledger beside the outputs.",
            source=path,
            remedy="run 'make paper'; a plain 'quarto render' keeps none ('make paper ENGINE=quarto' does).",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        # everything that is asked of a ledger stands in these; one that lacks them fails here and not later
        csv_text(content)
        _ = [drawn_of_json(one) for one in content["documents"].values()], content["claims"], content["rows"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"the ledger can't be read, so it is not the one that was written ({error!r})."
        raise PublishingError(message, source=path, remedy="run 'make paper'.") from error
    return Ledger(content)


def write_ledger(
    project: Project,
    executed: Sequence[Executed],
    outputs: Path,
    engine: str,
    catalogue: Catalogue,
    finish: Callable[[], None] = lambda: None,
) -> Ledger:
    """Read the outputs in the folder ``outputs`` and write their ledger beside them; the ledger.

    ``finish`` does what is still to be done to the outputs after they were read; their digests are of what it leaves.
    Documents that were not rendered this time keep what the present ledger says of them.
    """
    printed = {one.document.name: sources(one) for one in executed}
    keys = {p.key for parts in printed.values() for source in parts for p in source.prints}
    names = Names(
        {key for key in keys if not key.startswith(CLAIM_TAG)} | catalogue.entries.keys(),
        {key.removeprefix(CLAIM_TAG) for key in keys if key.startswith(CLAIM_TAG)} | catalogue.claims.keys(),
    )
    content = _previous(project, {one.document.name for one in executed})
    read_back: dict[str, list[Output]] = {}
    for one in executed:
        name = one.document.name
        drawn = read_drawn(project.root, name)
        read_back[name] = [
            with_keys(read_output(outputs / f"{name}.{form}", names), drawn) for form in forms(project, one.document)
        ]
        content["documents"][name] = _of_document(project, one.document, engine, drawn, read_back[name])
        for output in read_back[name]:
            content["occurrences"] += _of_output(output, printed[name])
    add_origins(content, catalogue)
    finish()
    for name, read in read_back.items():
        content["documents"][name]["files"] = {
            output.form: footprint(outputs / output.name, output) for output in read
        }
    (outputs / JSON).write_text(json_text(content), encoding="utf-8")
    (outputs / CSV).write_text(csv_text(content), encoding="utf-8")
    return Ledger(content)


def _previous(project: Project, rendered: set[str]) -> dict[str, Any]:
    content: dict[str, Any] = {"documents": {}, "occurrences": []}
    known = {document.stem for document in project.documents} - rendered
    # a ledger that can't be read says nothing of the others; the verification then asks to render them
    with suppress(PublishingError):
        old = load_ledger(project.output_dir).content if known else content
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
            figure = passage.figure.removesuffix(COLUMN)
            if figure not in seen:
                seen.append(figure)
            index = seen.index(figure)
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


def add_origins(content: dict[str, Any], catalogue: Catalogue) -> None:
    """The numbers, rows and claims that the occurrences name; what the catalogue does not know stays away."""
    printed = {one["key"] for one in content["occurrences"]}
    numbers = {key: catalogue.entries[key] for key in sorted(printed & catalogue.entries.keys())}
    rows = {row for one in numbers.values() for row in one.get("rows") or ()}
    claims = {key.removeprefix(CLAIM_TAG) for key in printed if key.startswith(CLAIM_TAG)}
    content["numbers"] = numbers
    content["rows"] = {row: catalogue.rows[row] for row in sorted(rows & catalogue.rows.keys())}
    content["claims"] = {name: catalogue.claims[name] for name in sorted(claims & catalogue.claims.keys())}


def json_text(content: Mapping[str, Any]) -> str:
    """JSON with one line for each thing that can be named, so that two ledgers can be compared line by line.

    The last line holds the digest of all before it: a ledger that was edited by hand has another one.
    """
    parts = []
    for name in ("documents", "numbers", "claims", "rows"):
        lines = [f"  {_compact(key)}: {_compact(value)}" for key, value in sorted(content[name].items())]
        parts.append(f"{_compact(name)}: {{\n" + ",\n".join(lines) + "\n}")
    lines = [f"  {_compact(one)}" for one in content["occurrences"]]
    parts.append('"occurrences": [\n' + ",\n".join(lines) + "\n]")
    whole = "{\n" + ",\n".join(parts)
    return f'{whole},\n"digest": {_compact(digest_of(whole.encode()))}\n}}\n'


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def rows_cell(rows: Sequence[str]) -> str:
    """The rows behind a number as one cell, which a spreadsheet opens whole: more than it takes are only counted."""
    named = "; ".join(rows)
    return named if len(named) <= LONGEST_CELL else f"{len(rows)} rows, named in {JSON}"


def csv_text(content: Mapping[str, Any]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, LEDGER_COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for one in content["occurrences"]:
        document = content["documents"][one["document"]]
        digests = document["fingerprints"]
        number = content["numbers"].get(one["key"], {})
        writer.writerow(
            {
                **one,
                "value": _compact(number["value"]) if number else "",
                "kind": number.get("kind", "claim" if one["key"].startswith(CLAIM_TAG) else ""),
                "rule": number.get("rule", ""),
                "code": number.get("code", ""),
                "rows": rows_cell(number.get("rows") or ()),
                "engine": document["engine"],
                "data": digests["data"][:SHORT_DIGEST],
                "code_digest": digests["code"][:SHORT_DIGEST],
                "configuration": digests["configuration"][:SHORT_DIGEST],
                "lock_file": digests["lock file"][:SHORT_DIGEST],
                "file_digest": document["files"][one["format"]]["sha256"],
            }
        )
    return stream.getvalue()


def printing(row: Mapping[str, Any]) -> Printing:
    """What a stored occurrence printed."""
    return Printing(row["key"], row["text"])
