"""A version of which there are only outputs: a ledger, or a folder with a ledger and the documents beside it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from publishing.changes.passages import TextPassage, passages
from publishing.changes.versions import Printed, PrintedPlace, Row, Version
from publishing.formats import pandoc
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of
from publishing.verify import ledger

_NEEDED = ("documents", "numbers", "rows", "claims", "occurrences")
_DOCX = ".docx"
_WORD = "word/"
_MEDIA = f"{_WORD}media/"


def is_ledger(path: Path) -> bool:
    return path.is_file() and path.suffix == ".json"


def is_folder(path: Path) -> bool:
    return path.is_dir() and (path / ledger.JSON).is_file()


def of_file(path: Path) -> Version:
    """Raises :class:`PublishingError` when the file is no ledger."""
    return _version(path, path.resolve().parent.name, f"the ledger {path}", {}, "a ledger holds no text.")


def of_folder(path: Path) -> Version:
    """The ledger in a folder with the text of the DOCX files beside it."""
    content = _read(path / ledger.JSON)
    files = [path / f"{name}{_DOCX}" for name in content["documents"]]
    missing = ", ".join(file.name for file in files if not file.is_file())
    without = f"{missing} is not in the folder {path}." if missing else ""
    texts = {} if missing else {file.stem: _text(file) for file in files}
    return _version(path / ledger.JSON, path.resolve().name, f"the outputs in {path}", texts, without)


def _version(
    path: Path, name: str, title: str, texts: Mapping[str, tuple[TextPassage, ...]], without_text: str
) -> Version:
    content = _read(path)
    digests = {
        f"{kind} of {document}" if kind == "document" else kind: digest
        for document, one in content["documents"].items()
        for kind, digest in one["fingerprints"].items()
    }
    return Version(
        name=name,
        title=title,
        moment="",
        entries=content["numbers"],
        claims=content["claims"],
        rows={row: Row("", {k: str(v) for k, v in said.items()}) for row, said in content["rows"].items()},
        printed=printed(content),
        texts=texts,
        digests=digests,
        without_text=without_text,
    )


def _read(path: Path) -> dict[str, Any]:
    remedy = "name the ledger.json that a render writes, or a folder that holds one."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishingError(f"the ledger can't be read ({error}).", source=path, remedy=remedy) from error
    if not isinstance(content, dict) or any(name not in content for name in _NEEDED):
        raise PublishingError("this JSON file is no ledger.", source=path, remedy=remedy)
    return content


def printed(content: Mapping[str, Any]) -> tuple[Printed, ...]:
    """What the documents of a ledger print, and where."""
    return tuple(_printed(content["occurrences"]))


def _printed(occurrences: Iterable[Mapping[str, Any]]) -> Iterable[Printed]:
    """Each printing once, though it stands in several formats: the format that shows most stands for all."""
    by_form: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in occurrences:
        by_form.setdefault((one["document"], one["format"]), []).append(one)
    for document in dict.fromkeys(name for name, _ in by_form):
        forms = [found for (name, _), found in by_form.items() if name == document]
        for one in max(forms, key=len):
            section, within = one["section"], one["where"]
            within = within.removesuffix(f", section “{section}”").partition(", row ")[0]
            yield Printed(
                one["key"], one["text"], PrintedPlace(document, section, "text" if within == "prose" else within)
            )


def _text(path: Path) -> tuple[TextPassage, ...]:
    try:
        return passages(json.loads(pandoc.convert(path, to="json")), _pictures(path))
    except (pandoc.PandocError, zipfile.BadZipFile) as error:
        raise PublishingError(
            f"pandoc can't read it: {error}", source=path, remedy="take the file as it was rendered."
        ) from error


def _pictures(path: Path) -> dict[str, str]:
    """Digests of the pictures by the addresses that pandoc gives them."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith(_MEDIA)]
        return {name.removeprefix(_WORD): digest_of(archive.read(name)) for name in names}
