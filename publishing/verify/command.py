"""``python -m publishing verify``: read all outputs from scratch, ask the analysis, compare."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing.formats.word import controls
from publishing.project import freshness
from publishing.project.configuration import Project, load_project
from publishing.project.document import Document, read_document
from publishing.project.errors import PublishingError
from publishing.project.fingerprints import fingerprints
from publishing.project.outputs import alone
from publishing.verify import (
    check_ledger,
    check_origins,
    checks,
    leftovers,
    pages,
    rendered,
    sentences,
    structure,
)
from publishing.verify.catalogue import Asked, Catalogue, of_json
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.identity import Names
from publishing.verify.ledger import Ledger, load_ledger
from publishing.verify.numerals import REMEDY, Allowed, read_allowed
from publishing.verify.passages import Output, Place
from publishing.verify.problems import Problem, merged
from publishing.verify.reading import forms, is_picture, occurrences_in, read_output, with_authors, with_keys

MOST_SHOWN = 60


def verify(
    root: Path,
    output_dir: Path | None = None,
    profile: str | None = None,
    overrides: Mapping[str, object] | None = None,
    unless_verified: bool = False,
) -> None:
    """Check the outputs in ``output_dir`` (default: the project's); print what was traced.

    ``profile`` and ``overrides`` are those that the outputs were rendered with. With ``unless_verified`` outputs that
    were verified since are left alone, as long as they and all inputs are the same.
    Raises :class:`PublishingError` with every problem, its place and its remedy.
    """
    project = load_project(root, profile, overrides)
    # outputs are not read while a render replaces them
    with alone(project.root):
        _verify(root, project, output_dir, unless_verified)


def _verify(root: Path, project: Project, output_dir: Path | None, unless_verified: bool) -> None:
    started = time.perf_counter()
    settings = project.ledger
    documents = [read_document(path) for path in project.documents]
    folder = (root / output_dir) if output_dir else project.output_dir
    fresh = freshness.Freshness(project, documents, folder)
    if unless_verified and fresh.is_verified():
        print(f"These outputs were verified before (digest {fresh.digest}); 'make verify' does it again.", flush=True)
        return
    proof = fresh.proof()
    ledger = load_ledger(folder)
    asked = Asked(project, "catalogue")
    # the catalogue holds the second computations in Python; only another program needs asking
    asked_again = Asked(project, "recompute") if shutil.which("Rscript") else None
    allowed = read_allowed(root / settings.allowed_numerals)
    outputs = _read_all(project, documents, folder, ledger)
    catalogue = of_json(asked.answer())
    second = _second(catalogue, asked_again.answer() if asked_again else {"computations": []})
    files, details = rendered.check_files(folder, outputs, ledger, project.origins_page, fresh.altered())
    problems = merged(_problems(project, documents, folder, outputs, ledger, catalogue, allowed))
    problems = [*files, *problems, *details]
    problems += check_ledger.check_ledger(folder, ledger, catalogue, documents, outputs)
    for output in outputs:
        if output.form == "html":
            source = next(document.path.name for document in documents if document.name == output.document)
            problems += pages.check_page(folder / output.name, source, ledger, catalogue)
    if project.origins_page is not None:
        page = folder / project.origins_page
        problems += check_origins.check_page(page, ledger, catalogue, documents, outputs)
    problems += _beyond_tolerance(second)
    if problems:
        raise PublishingError(_listing(problems))
    fresh.verified(proof)
    print(_summary(outputs, second, time.perf_counter() - started), flush=True)


def _read_all(project: Project, documents: Sequence[Document], folder: Path, ledger: Ledger) -> list[Output]:
    names = Names(ledger.keys(), ledger.claims())
    outputs: list[Output] = []
    for document in documents:
        read_back = []
        for form in forms(project, document):
            path = folder / f"{document.name}.{form}"
            if not path.is_file():
                raise PublishingError(f"{path.name} is not there.", remedy="run 'make paper'.")
            if form == "docx" and not project.keeps_controls:
                path = controls.check_released(path)
            output = read_output(path, names)
            known = ledger.documents.get(document.name)
            read_back.append(output if known is None else with_keys(output, ledger.drawn(document.name)))
        outputs += with_authors(read_back)
    return outputs


def _problems(
    project: Project,
    documents: Sequence[Document],
    folder: Path,
    outputs: Sequence[Output],
    ledger: Ledger,
    catalogue: Catalogue,
    allowed: Allowed,
) -> Iterator[Problem]:
    yield from checks.stale(ledger, {document.name: fingerprints(project, document) for document in documents})
    by_name = {document.name: document for document in documents}
    places = {output.name: output.places for output in outputs}
    if project.origins_page is not None:
        places[project.origins_page] = check_origins.places(folder / project.origins_page)
    labels = {output.name: structure.labels(output) for output in outputs}
    for output in outputs:
        if output.document not in ledger.documents:
            continue
        first = next(one for one in outputs if one.document == output.document)
        yield from checks.against_ledger(output, ledger)
        if output is not first:
            yield from checks.against_other(output, first)
            yield from checks.same_text(output, first)
        own = checks.own_alternatives(by_name[output.document])
        yield from checks.pictures(output, ledger.drawn(output.document), ledger, own)
        yield from checks.unkeyed(output, allowed, by_name[output.document])
        yield from leftovers.leftovers(output, by_name[output.document])
        yield from structure.numbering(output)
        yield from structure.references(output, labels)
        yield from structure.links(output, places)
        yield from structure.contents(output)
    yield from checks.against_results(outputs, ledger, catalogue)
    yield from checks.unprinted(outputs, catalogue)
    for document in documents:
        for sentence, numeral in sentences.unkeyed(document, allowed):
            where = f"line {sentence.line}"
            yield Problem(document.path.name, where, sentences.fault(numeral), REMEDY)
    for entry in allowed.unused():
        words = entry.text or entry.table
        file = project.ledger.allowed_numerals
        yield Problem(file, "", f"“{words}” is allowed and stands nowhere.", "delete the entry.")


def _second(catalogue: Catalogue, asked_again: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every second computation: key, by, deviation, tolerance."""
    found = [{"key": key, **second} for key, one in catalogue.entries.items() if (second := one.get("second"))]
    return [*found, *asked_again["computations"]]


def _beyond_tolerance(second: Sequence[Mapping[str, Any]]) -> list[Problem]:
    return [
        Problem(
            "results",
            one["key"],
            f"{one['by']} gives another value (relative deviation {one['deviation']:.1e}).",
            "find out which of the two computations is wrong.",
        )
        for one in second
        if not abs(one["deviation"]) <= one["tolerance"]
    ]


def _listing(problems: Sequence[Problem]) -> str:
    lines = [str(problem) for problem in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        lines.append(f"… and {len(problems) - MOST_SHOWN} more.")
    return f"{len(problems)} found in the outputs:\n" + "\n".join(f"  {line}" for line in lines)


def _summary(outputs: Sequence[Output], second: Sequence[Mapping[str, Any]], seconds: float) -> str:
    heads = ("", "numbers traced", "claims", "in drawings", "in alternatives")
    lines = [f"  {heads[0]:<18}" + "".join(f"{head:>17}" for head in heads[1:])]
    for output in outputs:
        counts: Counter[str] = Counter()
        for passage in output.passages:
            for one in occurrences_in(passage):
                kind = (
                    passage.place if is_picture(passage) else "claim" if one.key.startswith(CLAIM_TAG) else "number"
                )
                counts[kind] += 1
        shown = (counts["number"], counts["claim"], counts[Place.FIGURE], counts[Place.ALTERNATIVE])
        lines.append(f"  {output.name:<18}" + "".join(f"{count:>17}" for count in shown))
    greatest = max((abs(one["deviation"]) for one in second), default=0.0)
    lines.append(
        f"  {len(second)} values computed a second time, greatest relative deviation {greatest:.1e}; "
        f"verified in {seconds:.1f} s"
    )
    return "Every number in the outputs has its origin:\n" + "\n".join(lines)
