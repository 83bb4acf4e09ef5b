"""The licence of every locked package, as its own metadata state it: a table beside this file, and docs/licences.md.

`python -m publishing licences` writes both anew. A package that is not installed here is fetched by its hash into a
folder that is removed again.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from importlib.metadata import distributions
from pathlib import Path
from typing import cast

from publishing.project.files import written_whole
from publishing.setup import locks, places
from publishing.setup.installers import Installers
from publishing.setup.locks import Pin
from publishing.setup.places import SetupError

TABLE = Path(__file__).with_name("licences.csv")
PAGE = Path("docs") / "licences.md"
#: licences in the words of package indexes, and by their identifier in SPDX
_SPDX = {
    "MIT License": "MIT",
    "MIT": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD-2-Clause": "BSD-2-Clause",
}
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60
#: for which machines a package may be meant, as options of uv; the first is this one
_SYSTEMS = [
    (),
    *(
        ("--python-platform", platform, "--python-version", python)
        for python in ("3.11", "3.13")
        for platform in ("windows", "macos", "linux")
    ),
]


@dataclass(frozen=True, slots=True)
class Licence:
    """``text`` is an SPDX expression, or, if not ``is_spdx``, what the package itself says."""

    text: str
    is_spdx: bool


def read() -> dict[tuple[str, str], Licence]:
    """Name and version → licence, as the table has them."""
    if not TABLE.is_file():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(row["package"], row["version"]): Licence(row["licence"], row["spdx"] == "yes") for row in rows}


def stated(metadata: Message) -> Licence:
    """The licence that a package's metadata state."""
    expression = metadata.get("License-Expression")
    if expression:
        return Licence(" ".join(expression.split()), True)
    classifiers = [
        value.removeprefix(_CLASSIFIER)
        for value in metadata.get_all("Classifier", [])
        if value.startswith(_CLASSIFIER)
    ]
    field = " ".join((metadata.get("License") or "").split())
    if field in _SPDX:
        return Licence(_SPDX[field], True)
    if len(classifiers) == 1 and classifiers[0] in _SPDX:
        return Licence(_SPDX[classifiers[0]], True)
    if classifiers:
        return Licence(" or ".join(sorted(classifiers)), False)
    if field and len(field) <= _LONGEST:
        return Licence(field, False)
    return Licence("see the licence in the package", False)


def of_installed(folders: Sequence[Path]) -> dict[tuple[str, str], Licence]:
    """Name and version → licence of the packages in ``folders``."""
    found = distributions(path=[str(folder) for folder in folders])
    return {(locks.normal(one.name), one.version): stated(cast(Message, one.metadata)) for one in found}


def renew() -> int:
    """Write table and page; the number of packages. Raises :class:`SetupError` for a package that can't be had."""
    pins = all_pins()
    known = read() | of_installed(places.packages())
    with tempfile.TemporaryDirectory(prefix="licences-") as folder:
        for number, system in enumerate(_SYSTEMS):
            absent = [pin for pin in pins if (pin.name, pin.version) not in known]
            if absent:
                known |= _fetched(absent, Path(folder) / str(number), system)
        # meant for another implementation of Python
        if absent := [replace(pin, marker="") for pin in pins if (pin.name, pin.version) not in known]:
            known |= _fetched(absent, Path(folder) / "any", ())
    if lacking := [f"{pin.name} {pin.version}" for pin in pins if (pin.name, pin.version) not in known]:
        raise SetupError(
            f"{', '.join(lacking)} could not be fetched as wheels. "
            f"Remedy: see .venv/uv.log, or add rows to {TABLE.name}"
        )
    rows = {(pin.name, pin.version): known[(pin.name, pin.version)] for pin in pins}
    with written_whole(TABLE) as beside:
        beside.write_text(table_text(rows), encoding="utf-8")
    with written_whole(places.ROOT / PAGE) as beside:
        beside.write_text(page_text(rows), encoding="utf-8")
    return len(rows)


def all_pins() -> list[Pin]:
    """Every package of every lock once, by name and version."""
    pins = {(pin.name, pin.version): pin for name in locks.ALL for pin in locks.read(places.ROOT / name)}
    return [pins[key] for key in sorted(pins)]


def table_text(rows: Mapping[tuple[str, str], Licence]) -> str:
    """The table as CSV: package, version, licence, whether that is an SPDX expression."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("package", "version", "licence", "spdx"))
    for (name, version), licence in sorted(rows.items()):
        writer.writerow((name, version, licence.text, "yes" if licence.is_spdx else "no"))
    return made.getvalue()


def page_text(rows: Mapping[tuple[str, str], Licence]) -> str:
    """docs/licences.md."""
    members = {name: {(pin.name, pin.version) for pin in locks.read(places.ROOT / name)} for name in locks.ALL}
    titles = {
        locks.PAPER: ("What a render installs", ()),
        locks.JUPYTER: ("Besides, for Quarto and notebooks", (locks.PAPER,)),
        locks.TESTS: ("Besides, for the tests", (locks.PAPER, locks.JUPYTER)),
        locks.INSTALLER: ("The installer", ()),
        locks.QUARTO: ("Quarto’s installer", ()),
    }
    parts = [
        "# Licences of what is installed\n\n"
        "Written by `python -m publishing licences` from the packages’ own metadata; do not edit. Identifiers are\n"
        "those of SPDX; other words are the package’s own. This repository’s own licences stand in the README.\n"
    ]
    for name, (title, without) in titles.items():
        told = members[name] - {key for other in without for key in members[other]}
        parts.append(f"\n## {title}\n\n`{name}`\n\n| package | version | licence |\n|---|---|---|\n")
        parts += [f"| {key[0]} | {key[1]} | {_cell(rows[key].text)} |\n" for key in sorted(told)]
    return "".join(parts)


def _cell(text: str) -> str:
    return re.sub(r"([|<>*_`\\])", r"\\\1", text)


def _fetched(pins: Sequence[Pin], folder: Path, system: Sequence[str]) -> dict[tuple[str, str], Licence]:
    """The licences of those of ``pins`` that are meant for ``system``, an empty one being this machine."""
    folder.mkdir()
    requirement = folder / "some.lock"
    requirement.write_text("".join(map(_line, pins)), encoding="utf-8")
    target = folder / "packages"
    # what is not to be had leaves nothing here, and is told when all systems have been asked
    Installers().fetch(requirement, target, system)
    return of_installed([target])


def _line(pin: Pin) -> str:
    hashes = " ".join(f"--hash=sha256:{one}" for one in pin.hashes)
    return f"{pin.name}=={pin.version}{f' ; {pin.marker}' if pin.marker else ''} {hashes}\n"
