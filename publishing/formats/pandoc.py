"""Calls of pandoc: the binary of the ``pypandoc-binary`` wheel, with every complaint it makes turned into data."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pypandoc

from publishing.project import interruptions

# As Quarto reads it: attributes after a table's caption are for the cross-reference filter.
READER = "markdown-table_attributes"
# Room for pandoc's garbage collector: with its default of 8 MB, large documents take a tenth longer.
_MEMORY = {"GHCRTS": "-A128m"}
# A folder that is not there: templates, filters, defaults and abbreviations of the user's account stay out.
_OWN_DATA = f"--data-dir={Path(__file__).with_name('no-data-of-the-user')}"
_NOT_RENDERED = ("BlockNotRendered", "InlineNotRendered", "SkippedContent")


class Node(TypedDict):
    """An element of pandoc's JSON: its type, and what it holds where its type does not say all."""

    t: str
    c: NotRequired[Any]


class Tree(TypedDict):
    """A document as pandoc has it in JSON."""

    meta: dict[str, Node]
    blocks: list[Node]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something pandoc dropped, guessed or could not do; ``line`` is the input's where pandoc tells."""

    kind: str
    text: str
    line: int | None
    subject: str


class PandocError(Exception):
    """pandoc ended with an error; the message is what it, or a filter, wrote to stderr."""


@cache
def executable() -> str:
    """The path of pandoc's binary."""
    return str(pypandoc.get_pandoc_path())


def run(
    arguments: Sequence[str],
    text: str,
    *,
    cwd: Path,
    reader: str = READER,
    metadata: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[str, list[Complaint]]:
    """Give Markdown, or a tree with ``reader="json"``, to pandoc: what it writes to stdout, and its complaints.

    Text in ``metadata`` is read as Markdown, as in a document's front matter. Raises :class:`PandocError` when pandoc
    or a filter ends with an error.
    """
    with tempfile.TemporaryDirectory(prefix="pandoc-") as folder:
        log, values = Path(folder) / "log.json", Path(folder) / "metadata.json"
        values.write_text(json.dumps(metadata or {}), encoding="utf-8")
        kept = (f"--metadata-file={values}", f"--log={log}")
        done = interruptions.run(
            [executable(), _OWN_DATA, f"--from={reader}", *kept, *arguments],
            input=text,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env=_environment(**(environment or {})),
        )
        if done.returncode != 0:
            raise PandocError(_last_words(done.stderr))
        entries = json.loads(log.read_text(encoding="utf-8")) if log.is_file() else []
    return done.stdout, [complaint for entry in entries if (complaint := _complaint(entry)) is not None]


def convert(path: Path, *, to: str) -> str:
    """A file in the format its name tells, converted. Raises :class:`PandocError` when it can't be read."""
    done = interruptions.run(
        [executable(), _OWN_DATA, str(path), f"--to={to}", "--fail-if-warnings"],
        text=True,
        encoding="utf-8",
        env=_environment(),
    )
    if done.returncode != 0:
        raise PandocError(_last_words(done.stderr))
    return str(done.stdout)


def _environment(**more: str) -> dict[str, str]:
    """pandoc's environment: names of files can be any, whatever the account's language."""
    return {**os.environ, **_MEMORY, "LC_ALL": "C.UTF-8", **more}


def _complaint(entry: Mapping[str, Any]) -> Complaint | None:
    subject = str(entry.get("path") or entry.get("message") or _content(entry))
    dropped = entry["type"] in _NOT_RENDERED and not subject.lstrip().startswith("<!--")
    if entry["verbosity"] != "WARNING" and not dropped:
        return None
    position = entry.get("openpos") or entry.get("position") or entry
    line = position.get("line") if isinstance(position, dict) else None
    return Complaint(entry["type"], " ".join(str(entry["pretty"]).split()), line, subject)


def _content(entry: Mapping[str, Any]) -> str:
    contents = entry.get("contents", "")
    if isinstance(contents, dict) and isinstance(contents.get("c"), list):
        return str(contents["c"][-1])
    return str(contents)


def _last_words(stderr: str) -> str:
    """What a filter or pandoc said, without warnings and Lua's stack trace."""
    lines = [line for line in stderr.strip().split("\n") if not line.startswith("[WARNING]")]
    text = "\n".join(lines).split("stack traceback:")[0].strip()
    return text or "pandoc failed without saying why"
