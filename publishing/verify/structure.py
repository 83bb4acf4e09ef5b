"""What the outputs number and link by themselves, counted again: sections, floats, equations, references, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from publishing.verify.passages import Kind, Output, Passage, Place
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import folded

_OUTSIDE = ("http://", "https://", "mailto:", "data:")
_CORRECT = "correct the reference or define its target."
# where a label's number is: "Figure 1", "(1)" of an equation, "S1 Table"
_NUMBER = re.compile(r"\d+(?=\)?$|\s\w+$)")
_ENTRY = re.compile(r"\[?(\d+)[.\]]")


def numbering(output: Output) -> Iterator[Problem]:
    """Numbers of sections, floats and equations run on from one."""
    sections: list[int] = []
    counts: dict[str, int] = {}
    for passage in output.passages:
        for run in passage.runs:
            if run.kind is not Kind.LABEL:
                continue
            label = folded(run.text).rstrip(":. ")
            if passage.place is Place.HEADING:
                expected = _next_section(sections, passage.level)
            else:
                words = _NUMBER.sub("#", label)
                counts[words] = counts.get(words, 0) + 1
                expected = words.replace("#", str(counts[words]))
            if label != expected:
                yield Problem(output.name, passage.where, f"“{label}” should be “{expected}”.", RENDER)


def _next_section(sections: list[int], level: int) -> str:
    sections += [0] * (level - len(sections))
    del sections[level:]
    sections[level - 1] += 1
    return ".".join(map(str, sections))


def labels(output: Output) -> set[str]:
    """The labels that references may name: "Figure 1", "Section 2.1", "Equation 1"."""
    found = set()
    for passage in output.passages:
        for run in passage.runs:
            if run.kind is Kind.LABEL:
                label = folded(run.text).rstrip(":. ")
                if passage.place is Place.HEADING:
                    label = f"Section {label}"
                found.add(f"Equation {label.strip('()')}" if label.startswith("(") else label)
    return found


def _names_one(text: str, there: set[str]) -> bool:
    """Whether a reference names one of the labels: whole, or by what tells it apart ("S2", "Tables S2")."""
    if text in there or f"Section {text}" in there:
        return True
    parts = [label.split() for label in there]
    told_apart = {part for label in parts for part in label if any(map(str.isdigit, part))}
    *own_words, last = text.split() or [""]
    words = {part for label in parts for part in label} - told_apart
    return last in told_apart and not words.intersection(own_words)


def references(output: Output, of_others: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Cross-references name a label that exists; citations name an entry of the reference list."""
    entries = {
        match[1]
        for p in output.passages
        if p.place is Place.REFERENCES and (match := _ENTRY.match(p.text)) is not None
    }
    own = labels(output)
    for passage in output.passages:
        for run in passage.runs:
            text = folded(run.text).strip()
            if run.kind is Kind.REFERENCE:
                file = (run.target or "").partition("#")[0]
                there = of_others.get(file, set()) if file else own
                if not _names_one(text, there):
                    yield Problem(output.name, passage.where, f"the reference “{text}” names nothing.", _CORRECT)
            elif run.kind is Kind.CITATION:
                for number in re.findall(r"\d+", text):
                    if number not in entries:
                        message = f"the citation “{text}” names no entry of the reference list."
                        yield Problem(output.name, passage.where, message, _CORRECT)


def links(output: Output, places: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Links within the set of outputs lead to a place that is there; ``places`` has those of each file."""
    for target, text in sorted(set(output.links)):
        if target.startswith(_OUTSIDE):
            continue
        file, _, name = target.partition("#")
        there = places.get(file or output.name)
        if there is None:
            message = f"the link “{text or target}” leads to {file}, which is not among the outputs."
            yield Problem(output.name, "", message, _CORRECT)
        elif name and name not in there:
            yield Problem(output.name, "", f"the link “{text or name}” leads to #{name}, which is nowhere.", _CORRECT)


def contents(output: Output) -> Iterator[Problem]:
    """The table of contents repeats headings word for word."""
    headings = {folded(passage.text) for passage in _headings(output.passages)}
    for entry in output.contents:
        if folded(entry) not in headings:
            yield Problem(output.name, "contents", f"“{entry}” is no heading of the document.", RENDER)


def _headings(passages: Sequence[Passage]) -> Iterator[Any]:
    return (passage for passage in passages if passage.place is Place.HEADING)
