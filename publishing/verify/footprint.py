"""What the ledger keeps of each file that was rendered, to know the file again and to say what is different in it.

The digest of the file says whether it is the same. The rest says of one that is not which texts, links and drawn
texts changed, and of which parts it is made that were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.project.files import SHORT_DIGEST, digest_of, digest_of_file
from publishing.verify import parts
from publishing.verify.passages import Output, Passage, Place
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import differing, folded, solid

#: of one file so many changes of a kind are named
_MOST = 8
_LONGEST = 70
_SAME = "; its parts are the same, packed otherwise"
#: parts that saving a file again leaves as they are
_SEEN = ("word/media/", "page ", "fonts", "forms and pictures", "attached files")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not the one that was rendered: ``kinds`` of what was read in it and differs, and its parts."""

    file: str
    kinds: tuple[str, ...]
    parts: tuple[str, ...]
    details: tuple[Problem, ...]


def footprint(path: Path, output: Output) -> dict[str, Any]:
    """For the ledger, of the file at ``path``, which was read as ``output``."""
    return {
        "sha256": digest_of_file(path),
        "texts": [_short(text) for text, _ in _texts(output)],
        "links": [_short(f"{target} {solid(text)}") for target, text in output.links],
        "drawn": list(placed(output)),
        "parts": parts.parts(path),
    }


def placed(output: Output) -> Iterator[tuple[str, str]]:
    """Each text of the drawings with its place, in the order in which they are drawn."""
    pieces = [(solid(text), place) for text, place in output.drawn]
    left, place, index = "", "", 0
    for passage in output.passages:
        if passage.place is not Place.FIGURE:
            continue
        # a PDF sets sign by sign: a text stands where its first sign does
        wanted = len(solid(passage.text))
        start = place if left else ""
        while len(left) < wanted and index < len(pieces):
            left, place, index = left + pieces[index][0], pieces[index][1], index + 1
            start = start or place
        left = left[wanted:]
        yield folded(passage.text), start


def changed(path: Path, output: Output, kept: Mapping[str, Any]) -> Change | None:
    """How the file at ``path``, read as ``output``, differs from what the ledger kept; None when it is the same."""
    if digest_of_file(path) == kept["sha256"]:
        return None
    texts = list(_texts_changed(output, kept["texts"]))
    links = list(_links_changed(output, kept["links"]))
    drawn = list(_drawn_changed(output, kept["drawn"]))
    found = {"texts": texts, "links": links, "places of drawn texts": drawn}
    now, before = parts.parts(path), kept["parts"]
    names = sorted({*now, *before}, key=_natural)
    different = [_named(name, now, before) for name in names if now.get(name) != before.get(name)]
    details = [problem for problems in found.values() for problem in _few(output.name, problems)]
    return Change(
        output.name, tuple(name for name, problems in found.items() if problems), tuple(different), tuple(details)
    )


def sentence(change: Change, path: Path, foreign: Sequence[Problem]) -> Problem:
    """That the file is not the one that was rendered, and in what."""
    more = len(change.parts) - _MOST
    listed = ", ".join(change.parts[:_MOST]) + (f" and {more} more" if more > 0 else "")
    where = f"; what differs: {listed}" if listed else ""
    if change.kinds or foreign:
        said = [f"its {' and '.join(change.kinds)} changed"] if change.kinds else []
        said += ["it holds what no render writes"] if foreign else []
        how = f"{', and '.join(said)} (below)"
    else:
        program = parts.written_by(path, change.parts)
        by = f" by {program}" if program else ""
        is_seen = path.suffix == ".html" or any(part.startswith(_SEEN) for part in change.parts)
        again = "" if is_seen else f"it was saved again{by}, or its looks were changed; "
        how = f"{again}its texts, numbers, links and drawn texts are those that were rendered"
        where = where or ("; only blanks or quotation marks differ" if path.suffix == ".html" else _SAME)
    return Problem("", "", f"{change.file} is not the file that was rendered: {how}{where}.", RENDER)


def _short(text: str) -> str:
    return digest_of(text.encode())[:SHORT_DIGEST]


def _texts(output: Output) -> Iterator[tuple[str, Passage]]:
    """What every reader finds in the file, passage by passage; drawings apart, whose texts have places."""
    for passage in output.passages:
        if passage.place is not Place.FIGURE:
            yield solid(passage.text), passage


def _texts_changed(output: Output, kept: Sequence[str]) -> Iterator[Problem]:
    now = list(_texts(output))
    for start, end, low, high in differing([_short(text) for text, _ in now], kept):
        for index in range(start, end):
            passage = now[index][1]
            is_new = high - low <= index - start
            what = "stands here, and nothing did" if is_new else "is not the text that stood here"
            message = f"“{_cut(passage.text)}” {what} when it was rendered."
            yield Problem(output.name, passage.where, message, RENDER)
        gone = (high - low) - (end - start)
        if gone > 0:
            before = now[end - 1][1] if end else None
            where = before.where if before else "beginning"
            after = f"after “{_cut(before.text)}” " if before else ""
            many = "a passage is gone" if gone == 1 else f"{gone} passages are gone"
            yield Problem(output.name, where, f"{after}{many} that stood here when it was rendered.", RENDER)


def _links_changed(output: Output, kept: Sequence[str]) -> Iterator[Problem]:
    now = [_short(f"{target} {solid(text)}") for target, text in output.links]
    for start, end, low, high in differing(now, kept):
        for target, text in output.links[start:end]:
            shown = f"“{_cut(text)}” " if text.strip() else ""
            message = f"the link {shown}leads to {_cut(target)}, and did not when it was rendered."
            yield Problem(output.name, "links", message, RENDER)
        if (gone := (high - low) - (end - start)) > 0:
            message = "a link is gone" if gone == 1 else f"{gone} links are gone"
            yield Problem(output.name, "links", f"{message} that stood there when it was rendered.", RENDER)


def _drawn_changed(output: Output, kept: Sequence[Sequence[str]]) -> Iterator[Problem]:
    figures = [passage for passage in output.passages if passage.place is Place.FIGURE]
    now = list(placed(output))
    before: dict[str, str] = {place: text for text, place in kept}
    known = {(text, place) for text, place in kept}
    for passage, (text, place) in zip(figures, now, strict=True):
        if (text, place) in known:
            continue
        here = before.get(place)
        what = f"where “{here}” was drawn" if here else "where nothing was drawn"
        yield Problem(output.name, passage.where, f"“{_cut(passage.text)}” stands {what}.", RENDER)
    if len(now) < len(kept):
        message = f"{len(kept) - len(now)} texts are gone from the drawings."
        yield Problem(output.name, "drawings", message, RENDER)


def _few(file: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    yield from problems[:_MOST]
    if len(problems) > _MOST:
        yield Problem(file, "", f"{len(problems) - _MOST} more like the last are not what was rendered.", RENDER)


def _named(name: str, now: Mapping[str, str], before: Mapping[str, str]) -> str:
    return f"{name} (gone)" if name not in now else f"{name} (new)" if name not in before else name


def _natural(name: str) -> tuple[str, int, str]:
    words, _, number = name.rpartition(" ")
    return (words, int(number), "") if number.isdigit() else (name, 0, "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
