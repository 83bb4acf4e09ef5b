"""Every number in the outputs against the ledger, the results and the other formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from publishing.formats.drawings import COLUMN
from publishing.project.document import Document, Markdown
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG
from publishing.verify.ledger import Ledger, printing
from publishing.verify.log import Drawn
from publishing.verify.numerals import REMEDY, Allowed, Numeral, glued_signs, without_key
from publishing.verify.passages import Kind, Output, Passage, Place
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import Occurrence, differing, folded, occurrences, occurrences_in, solid

#: where a document says itself what a picture shows: behind the picture, as its words, in the div around it
_OWN_ALTERNATIVES = (
    re.compile(r'\bfig-alt="((?:[^"\\]|\\.)*)"'),
    re.compile(r"!\[([^\]]+)\]\("),
    re.compile(r"^:::+\s*\{[^}\n]*\.figure-alt\b[^}\n]*\}\s*\n((?:(?!:::).*\n)+?):::", re.MULTILINE),
)
#: kinds of runs that formats write in ways of their own
_NOT_COMPARED = (Kind.FORMULA, Kind.SCRIPT)


def unkeyed(output: Output, allowed: Allowed, document: Document) -> Iterator[Problem]:
    """Numerals and number words without key, and signs typed before a keyed number."""
    for passage in output.passages:
        for numeral in without_key(output.document, passage, allowed):
            yield Problem(
                output.name,
                _place(numeral, document),
                f"“{numeral.text}” is a number without a key (“…{numeral.context}…”).",
                REMEDY,
            )
        for numeral in glued_signs(passage):
            yield Problem(
                output.name,
                _place(numeral, document),
                f"a sign stands before a printed number: “{numeral.text}” (“…{numeral.context}…”).",
                "let the expression print the sign.",
            )


def _place(numeral: Numeral, document: Document) -> str:
    """Where the numeral stands, with the source's line when its words are found there."""
    line = None
    if numeral.passage.place in (Place.PROSE, Place.HEADING, Place.CAPTION):
        before, _, after = numeral.context.partition(numeral.text)
        own = numeral.text.split()
        for words in ([*before.split()[-3:], *own], [*own, *after.split()[:3]], after.split()[:4]):
            if line is None and len(words) > 2:
                line = document.line_of(r"\W+".join(map(_pattern, words)))
    return numeral.passage.where + (f" ({document.path.name}, line {line})" if line else "")


def _pattern(word: str) -> str:
    return "".join(sign if sign.isalnum() else "." for sign in word).strip(".") or "."


def against_ledger(output: Output, ledger: Ledger) -> Iterator[Problem]:
    """What the output prints, in its order, must be what was printed when it was rendered."""
    found = occurrences(output) + [
        one for place in (Place.ALTERNATIVE, Place.FIGURE) for p in output.passages if p.place is place
        for one in occurrences_in(p)
    ]  # fmt: skip
    kept = [(printing(row), row) for row in ledger.printed(output.document, output.form)]
    yield from _different(
        output.name,
        found,
        [(one.key, folded(one.text)) for one, _ in kept],
        lambda index: f"{kept[index][1]['where']}",
        "the ledger",
    )


def against_other(output: Output, other: Output) -> Iterator[Problem]:
    """Two formats of a document print the same, in the same order."""
    theirs = occurrences(other)
    yield from _different(
        output.name,
        occurrences(output),
        [(one.key, folded(one.text)) for one in theirs],
        lambda index: theirs[index].passage.where,
        other.name,
    )


def _different(
    file: str,
    found: Sequence[Occurrence],
    expected: Sequence[tuple[str, str]],
    where: Callable[[int], str],
    authority: str,
) -> Iterator[Problem]:
    ours = [(one.key, folded(one.text)) for one in found]
    for start, end, low, high in differing(ours, expected):
        for index in range(max(end - start, high - low)):
            mine = found[start + index] if start + index < end else None
            wanted = expected[low + index] if low + index < high else None
            place = mine.passage.where if mine is not None else where(low + index)
            yield Problem(file, place, _sentence(mine, wanted, authority), RENDER)


def _sentence(mine: Occurrence | None, wanted: tuple[str, str] | None, authority: str) -> str:
    if mine is None:
        assert wanted is not None
        return f"{authority} has “{wanted[1]}” ({wanted[0]}) here, and nothing carries that key."
    if wanted is None:
        return f"“{mine.text}” carries the key {mine.key}, which {authority} does not have here."
    if wanted[0] == mine.key:
        return f"{mine.key} reads “{mine.text}” here; in {authority} it reads “{wanted[1]}”."
    return f"“{mine.text}” ({mine.key}) stands where {authority} has “{wanted[1]}” ({wanted[0]})."


def same_text(output: Output, other: Output) -> Iterator[Problem]:
    """Passage by passage, two formats have the same words: a change in one of them shows, keyed or not."""
    ours, theirs = (list(_comparable(one)) for one in (output, other))
    for start, end, low, high in differing([text for text, _ in ours], [text for text, _ in theirs]):
        for index in range(max(end - start, high - low)):
            mine = ours[start + index][1] if start + index < end else None
            his = theirs[low + index][1] if low + index < high else None
            shown = mine or his
            assert shown is not None
            yield Problem(
                output.name,
                shown.where,
                f"the text differs from {other.name}: {_difference(mine, his)}.",
                f"if the two sources agree, {RENDER}",
            )


def _comparable(output: Output) -> Iterator[tuple[str, Passage]]:
    for passage in output.passages:
        if passage.place in (Place.MARGIN, Place.FIGURE, Place.ALTERNATIVE):
            continue
        runs = [run for run in passage.runs if run.kind not in _NOT_COMPARED]
        text = "".join(run.text for run in runs if not (run.kind is Kind.LABEL and run.text.startswith("(")))
        if text.strip():
            yield solid(text), passage


def _difference(mine: Passage | None, his: Passage | None) -> str:
    if mine is None or his is None:
        present, absent = ("there", "here") if mine is None else ("here", "there")
        passage = his if mine is None else mine
        assert passage is not None
        return f"“{passage.text[:60]}” stands {present} and not {absent}"
    ours, theirs = folded(mine.text), folded(his.text)
    start = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
    )
    first = max(start - 25, 0)
    return f"“…{ours[first : start + 20]}…” and “…{theirs[first : start + 20]}…”"


def against_results(outputs: Sequence[Output], ledger: Ledger, catalogue: Catalogue) -> Iterator[Problem]:
    """Every printed text is one that its rule makes of the present result; every claim holds."""
    for output in outputs:
        for passage in output.passages:
            for one in occurrences_in(passage):
                problem = _wrong(one, catalogue)
                if problem is not None:
                    yield Problem(output.name, passage.where, *problem)
    for key, number in ledger.content["numbers"].items():
        now = catalogue.entries.get(key)
        if now is not None and now["value"] != number["value"]:
            yield Problem(
                "ledger.json",
                key,
                f"the value is {number['value']!r} here and {now['value']!r} in the results.",
                RENDER,
            )


def _wrong(one: Occurrence, catalogue: Catalogue) -> tuple[str, str] | None:
    if one.key.startswith(CLAIM_TAG):
        claim = catalogue.claims.get(one.key.removeprefix(CLAIM_TAG))
        if claim is None:
            return (
                f"“{one.text}” is bound to the claim {one.key.removeprefix(CLAIM_TAG)}, which does not exist.",
                RENDER,
            )
        if not claim["holds"]:
            return f"“{one.text}” no longer holds ({claim['says']}).", "rewrite the sentence, or correct the data."
        return None
    entry = catalogue.entries.get(one.key)
    if entry is None:
        return f"“{one.text}” carries the key {one.key}, which no result has.", RENDER
    texts = {folded(text) for text in entry["texts"]}
    if folded(one.text) not in texts:
        shown = ", ".join(f"“{text}”" for text in sorted(texts)[:4])
        return f"{one.key} reads “{one.text}”; its value {entry['value']!r} prints as {shown}.", RENDER
    return None


def unprinted(outputs: Iterable[Output], catalogue: Catalogue) -> Iterator[Problem]:
    """Results marked reportable that no document prints."""
    printed = {one.key for output in outputs for passage in output.passages for one in occurrences_in(passage)}
    for key, entry in catalogue.entries.items():
        if entry.get("reportable") and key not in printed:
            yield Problem(
                "all documents", "", f"the result {key} ({entry['meaning']}) is printed nowhere.",
                "print it, or say in the analysis why it need not be reported.",
            )  # fmt: skip


def pictures(output: Output, drawn: Drawn, ledger: Ledger, own: Collection[str] = ()) -> Iterator[Problem]:
    """Drawings and alternative texts are those that the figures logged; pictures of pixels have their digests.

    ``own`` are the alternative texts that the author wrote for pictures (:func:`own_alternatives`).
    """
    known = {drawing.name for drawing in drawn.drawings}
    alternatives = {solid("".join(text for text, _ in parts)) for parts in drawn.alternatives}
    alternatives |= {solid(text) for text in own}
    reported: set[str] = set()
    for passage in output.passages:
        name = passage.float or passage.section
        if passage.place is Place.FIGURE and passage.figure not in known and name not in reported:
            reported.add(name)
            yield Problem(
                output.name, passage.where, "the texts of the drawing are not those it was drawn with.", RENDER
            )
        if passage.place is Place.ALTERNATIVE and solid(passage.text) not in alternatives:
            message = f"the alternative text is not the one that was printed: “{passage.text[:60]}…”."
            yield Problem(output.name, passage.where, message, RENDER)
    if output.form != "docx":
        shown = {passage.figure for passage in output.passages if passage.place is Place.FIGURE}
        narrow = COLUMN if output.form != "html" else None
        for drawing in drawn.drawings:
            # what is drawn for narrow screens is nowhere else
            if narrow is not None and drawing.name.endswith(narrow):
                continue
            if drawing.name not in shown and not reported:
                yield Problem(output.name, drawing.name, "a drawing was logged and is not there.", RENDER)
    expected = ledger.documents[output.document]["pictures"].get(output.form, [])
    for number, (digest, kept) in enumerate(zip(output.pictures, expected, strict=False), start=1):
        if digest != kept:
            yield Problem(output.name, f"picture {number}", "the picture is not the one that was rendered.", RENDER)
    if len(output.pictures) != len(expected):
        message = f"there are {len(output.pictures)} pictures; {len(expected)} were rendered."
        yield Problem(output.name, "", message, RENDER)


def own_alternatives(document: Document) -> set[str]:
    """The alternative texts that stand in a document's own words: of its pictures, divs and cells."""
    found = {str(cell.options["fig-alt"]) for cell in document.cells if "fig-alt" in cell.options}
    for block in document.blocks:
        if isinstance(block, Markdown):
            for pattern in _OWN_ALTERNATIVES:
                found |= {re.sub(r"\\(.)", r"\1", text) for text in pattern.findall(block.text)}
    return found


def stale(ledger: Ledger, now: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Inputs that changed after a document was rendered from them; ``now`` has their present digests."""
    for name, digests in now.items():
        kept = ledger.documents.get(name)
        if kept is None:
            yield Problem(name, "", "the ledger does not know this document.", RENDER)
            continue
        changed = [kind for kind, digest in digests.items() if kept["fingerprints"].get(kind) != digest]
        if changed:
            message = f"the outputs are stale: {', '.join(changed)} changed after they were rendered."
            yield Problem(name, "", message, RENDER)
