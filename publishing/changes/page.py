"""``changes.html``: what changed, on one page that needs nothing else."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

from publishing import TEMPLATES
from publishing.changes import words
from publishing.changes.causes import Cause, Differences
from publishing.changes.data_rows import said
from publishing.changes.numbers import ClaimChange, Comparison, Fate, NumberChange
from publishing.changes.prose_page import prose
from publishing.changes.text_changes import TextChanges
from publishing.changes.versions import PrintedPlace, Version

PAGE_NAME = "changes.html"
_TEMPLATE = TEMPLATES / "changes.html"
_MOST_PLACES, _MOST_ROWS, _MOST_FILES = 3, 3, 40
_NUMBER_HEADS = ("Number", "As printed", "Unrounded", "Change", "Where", "Because of")


def page_text(
    old: Version,
    new: Version,
    comparison: Comparison,
    causes: Mapping[str, Cause],
    found: Differences,
    texts: Sequence[TextChanges],
    without_text: str,
    language: str,
) -> str:
    """The page's HTML."""
    main = "\n".join(
        [
            *_summary(old, new, comparison, texts),
            *_claims(comparison.claims),
            *_numbers(comparison, causes, next(iter(new.texts or old.texts), "")),
            *_inputs(found),
            *_texts(texts, without_text),
        ]
    )
    title = f"Changes from {old.title} to {new.title}"
    template = string.Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(language=escape(language), title=escape(title), main=main)


# Summary ---------------------------------------------------------------------------------------------------------


def _summary(old: Version, new: Version, comparison: Comparison, texts: Sequence[TextChanges]) -> Iterator[str]:
    yield f"<p>From <b>{escape(old.title)}</b> to <b>{escape(new.title)}</b>.</p>"
    for version in (old, new):
        if version.failures:
            places = words.counted(len(version.failures), "place")
            yield (
                f'<div class="stopped"><p><b>{escape(_capital(version.title))} can’t be rendered</b>: its documents '
                f"fail in {places}. The text below says so there, and is not to be published.</p><ul>"
                + "".join(f"<li>{escape(failure)}</li>" for failure in version.failures)
                + "</ul></div>"
            )
        if version.stopped:
            yield (
                f'<p class="stopped"><b>The documents of {escape(version.title)} can’t be run</b>, so what they '
                f"print is not known and their text is not compared. Their results are. What stopped them: "
                f"{escape(version.stopped)}</p>"
            )
    yield "<ul class='summary'>"
    for line in words.summary(comparison, texts):
        yield f"<li>{escape(line)}</li>"
    yield "</ul>"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# Claims ----------------------------------------------------------------------------------------------------------


def _claims(claims: Sequence[ClaimChange]) -> Iterator[str]:
    yield "<h2>Claims</h2>"
    if not claims:
        yield "<p>Every interpretive phrase holds as before, in the same words.</p>"
        return
    rows = []
    for one in claims:
        sign = {"no longer holds": "✗ ", "now holds": "✓ "}.get(words.verdict(one), "")
        predicate = f"<code>{escape(one.new_predicate or one.old_predicate)}</code>"
        if one.old_predicate and one.new_predicate and one.old_predicate != one.new_predicate:
            predicate = _from_to(f"<code>{escape(one.old_predicate)}</code>", predicate)
        rows.append(
            (
                f"<b>{sign}{words.verdict(one)}</b>",
                f"{escape(one.says)}<br><code>{escape(one.name)}</code>",
                _phrases(one),
                predicate,
                _places(one.places),
            )
        )
    yield _table("Claims that changed", ("Verdict", "Claim", "Words", "Condition", "Where"), rows)


def _phrases(claim: ClaimChange) -> str:
    old, new = words.texts(claim.old_texts), words.texts(claim.new_texts)
    return escape(new) if old == new else _from_to(escape(old), escape(new))


# Numbers ---------------------------------------------------------------------------------------------------------


def _numbers(comparison: Comparison, causes: Mapping[str, Cause], first: str) -> Iterator[str]:
    moved = comparison.of(Fate.MOVED)
    visible = [one for one in moved if one.is_visible]
    # what stands only in the other documents (an appendix of all numbers) would bury what authors look for
    leading = [one for one in visible if one.reportable or not first or any(p.document == first for p in one.places)]
    following = [one for one in visible if one not in leading]
    hidden = [one for one in moved if not one.is_visible]
    yield "<h2>Numbers that moved</h2>"
    if not moved:
        yield "<p>No printed number moved.</p>"
    if leading:
        yield _number_table("Numbers that moved, reportable ones first", leading, causes)
    yield from _folded(f"printed outside the {first} only", following, causes)
    yield from _folded("whose printed text stayed", hidden, causes)
    for fate, title in (
        (Fate.REWORDED, "Words of data and results that changed"),
        (Fate.REPRINTED, "Numbers printed otherwise, with the same value"),
        (Fate.NEW, "New numbers"),
        (Fate.GONE, "Numbers that went"),
        (Fate.RENAMED, "Numbers with a new key"),
    ):
        if numbers := comparison.of(fate):
            yield f"<h2>{title}</h2>"
            yield _number_table(title, numbers, causes)
    if comparison.noise:
        noise = words.counted(comparison.noise, "further number")
        yield f"<p>{noise} moved by less than one part in a thousand million: the arithmetic’s own noise.</p>"


def _folded(what: str, numbers: Sequence[NumberChange], causes: Mapping[str, Cause]) -> Iterator[str]:
    if numbers:
        title = f"{words.counted(len(numbers), 'number')} {what}"
        yield f"<details><summary>{escape(title)}</summary>{_number_table(title, numbers, causes)}</details>"


def _number_table(caption: str, numbers: Sequence[NumberChange], causes: Mapping[str, Cause]) -> str:
    return _table(caption, _NUMBER_HEADS, [_number(one, causes[one.key]) for one in numbers])


def _number(one: NumberChange, cause: Cause) -> tuple[str, ...]:
    name = f"{escape(one.meaning)}<br>" if one.meaning and one.meaning != one.key else ""
    key = f"<code>{escape(one.key)}</code>"
    if one.fate is Fate.RENAMED:
        key = _from_to(f"<code>{escape(one.old_key)}</code>", key)
    badge = "<br><b>main result</b>" if one.reportable else ""
    old, new = escape(words.texts(one.old_texts)), escape(words.texts(one.new_texts))
    values = [escape(words.value(value)) for value in (one.old, one.new)]
    unrounded = values[1] if values[0] == values[1] else _from_to(*values)
    if one.fate in (Fate.NEW, Fate.GONE):
        unrounded = values[one.fate is Fate.NEW]
    if all(value is None or isinstance(value, str) for value in (one.old, one.new)):
        # a text is printed whole
        unrounded = ""
    change = f"{words.absolute(one)}<br>{words.relative(one)}" if one.absolute else ""
    return (
        f"{name}{key}{badge}",
        {Fate.NEW: new, Fate.GONE: old}.get(one.fate, new if old == new else _from_to(old, new)),
        unrounded,
        change,
        _places(one.places),
        _cause(cause),
    )


def _from_to(old: str, new: str) -> str:
    return f'<span class="was">{old}</span> → <b>{new}</b>'


def _places(places: Mapping[PrintedPlace, int]) -> str:
    lines = [f"{escape(str(place))}{f' (×{count})' if count > 1 else ''}" for place, count in places.items()]
    shown = "".join(f"<li>{line}</li>" for line in lines[:_MOST_PLACES])
    rest = "".join(f"<li>{line}</li>" for line in lines[_MOST_PLACES:])
    if rest:
        number = len(lines) - _MOST_PLACES
        shown += f"<li><details><summary>{number} more</summary><ul>{rest}</ul></details></li>"
    return f"<ul>{shown}</ul>" if shown else ""


def _cause(cause: Cause) -> str:
    lines = [f'<a href="#{quote(_row_id(row.name))}">{escape(row.short)}</a>' for row in cause.rows[:_MOST_ROWS]]
    if len(cause.rows) > _MOST_ROWS:
        lines.append(f"and {words.counted(len(cause.rows) - _MOST_ROWS, 'more row')}")
    for names, what in ((cause.entered, "now counts"), (cause.left, "no longer counts")):
        lines += [f"row {escape(name)} {what}" for name in names[:_MOST_ROWS]]
        if len(names) > _MOST_ROWS:
            lines.append(f"and {len(names) - _MOST_ROWS} more that {what.replace('counts', 'count')}")
    if cause.computing:
        lines.append(f"<code>{escape(cause.computing)}</code> changed, which computes it")
    if cause.imported:
        files = words.listed(cause.imported, _MOST_ROWS)
        lines.append(f"behind the code that computes it changed: <code>{escape(files)}</code>")
    if cause.note:
        lines.append(escape(cause.note))
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


# Inputs ----------------------------------------------------------------------------------------------------------


def _inputs(found: Differences) -> Iterator[str]:
    yield "<h2>What went in</h2>"
    if found.is_nothing:
        yield "<p>Data, code, configuration and lock file are the same.</p>"
        return
    rows = []
    for row in found.rows.values():
        fields = "".join(
            f"<li><code>{escape(one.field)}</code>: {_from_to(escape(said(one.old)), escape(said(one.new)))}</li>"
            for one in row.fields
        )
        name = f'<span id="{_row_id(row.name)}"><code>{escape(row.name)}</code></span>'
        rows.append((escape(row.file), name, str(row.fate), f"<ul>{fields}</ul>" if fields else ""))
    if rows:
        yield _table("Rows of the data that differ", ("File", "Row", "", "Fields"), rows)
    for names, what in (
        (found.data, "Data"),
        (found.code, "Code"),
        (found.configuration, "Configuration and references"),
        (found.lock, "Lock file"),
        (found.documents, "Documents"),
    ):
        if names:
            yield f"<p>{what}: <code>{escape(words.listed(names, _MOST_FILES))}</code></p>"


def _row_id(name: str) -> str:
    return escape("row-" + "_".join(name.split()))


# Text ------------------------------------------------------------------------------------------------------------


def _texts(texts: Sequence[TextChanges], without_text: str) -> Iterator[str]:
    for one in texts:
        yield f"<h2>Text: {escape(one.document)}</h2>"
        yield '<section class="prose">' + prose(one) + "</section>"
    if without_text:
        yield f"<h2>Text</h2><p>The texts are not compared: {escape(without_text)}</p>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )
