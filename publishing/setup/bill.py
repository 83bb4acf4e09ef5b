"""The bill of materials of what renders a paper, as CycloneDX 1.6 in JSON, from its lock.

https://cyclonedx.org/docs/1.6/json/

The same lock gives the same bytes. A component's hashes are those of all its files that the lock admits; which of
them was installed depends on the machine.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from publishing.project.errors import PublishingError
from publishing.setup import licences, locks
from publishing.setup.licences import Licence
from publishing.setup.locks import LockError, Pin

NAME = "software.cdx.json"
DESCRIPTION = "Software that makes the documents: each package with version, hashes and licence (CycloneDX)"
_OF_WHAT = uuid.uuid5(uuid.NAMESPACE_URL, "https://cyclonedx.org/schema/bom-1.6.schema.json")


def write(path: Path, lock: Path, title: str) -> None:
    """Write the bill of the packages in ``lock``. Raises :class:`PublishingError` for a lock that pins nothing."""
    try:
        pins = locks.read(lock)
    except LockError as error:
        said, _, remedy = str(error).partition(" Remedy: ")
        raise PublishingError(said, remedy=f"{remedy}.") from error
    path.write_text(text(pins, licences.read(), title), encoding="utf-8")


def text(pins: Iterable[Pin], known: Mapping[tuple[str, str], Licence], title: str) -> str:
    """The bill as text; ``title`` is that of the paper which the packages render."""
    components = [_component(pin, known.get((pin.name, pin.version))) for pin in sorted(pins, key=_order)]
    root = {"type": "application", "bom-ref": "paper", "name": title}
    listed = [str(one["bom-ref"]) for one in components]
    content: dict[str, object] = {
        "metadata": {"component": root},
        "components": components,
        "dependencies": [{"ref": "paper", "dependsOn": listed}],
    }
    serial = uuid.uuid5(_OF_WHAT, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": serial.urn, "version": 1}
    return json.dumps(head | content, indent=1, ensure_ascii=False) + "\n"


def _order(pin: Pin) -> tuple[str, str]:
    return pin.name, pin.version


def _component(pin: Pin, licence: Licence | None) -> dict[str, object]:
    address = f"pkg:pypi/{pin.name}@{pin.version.replace('+', '%2B')}"
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": address,
        "name": pin.name,
        "version": pin.version,
        "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(set(pin.hashes))],
        "purl": address,
    }
    if licence is not None:
        named = {"expression": licence.text} if licence.is_spdx else {"license": {"name": licence.text}}
        component["licenses"] = [named]
    if pin.marker:
        component["properties"] = [{"name": "python:marker", "value": pin.marker}]
    return component
