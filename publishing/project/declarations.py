"""What the authors declare in ``_quarto.yml``, and which of it is still a placeholder.

A text in square brackets, or none, is a placeholder. ``analysis/printing/declarations.py`` reads the same keys for
the sentences of the documents; ``tests/declarations.yml`` holds examples that both are held against.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from publishing.project.author_keys import name_of_author
from publishing.project.yaml_schema import Checked, KeyPath, Text

PLACEHOLDER = "["
_KEY = "declarations"


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    """Whether the text is an address alone, or a placeholder: no sentence, and no full stop behind it."""
    address = r"(?:https?://|www\.|doi:|10\.\d{4,}/)\S*[^\s.,;:!?]"
    return not text.strip() or text.startswith(PLACEHOLDER) or re.fullmatch(address, text) is not None


_ADDRESS = "the address alone, such as https://doi.org/10.5281/zenodo.1234567, without words or a full stop"
_Day = Annotated[str, Checked("the day as YYYY-MM-DD", accepts=_is_day)]


@dataclass(frozen=True, slots=True)
class RegistrationSettings:
    """``declarations: registration``: whether, where, under which number and when the review was registered."""

    registered: bool
    register: str = ""
    number: str = ""
    date: _Day = ""
    protocol: Annotated[str, Checked(_ADDRESS, accepts=_is_address)] = ""
    amendments: str = ""
    reason: Annotated[str, Text("why it was registered, or not")] = ""


@dataclass(frozen=True, slots=True)
class DeclarationSettings:
    """``declarations``: what the authors declare, beside ``author`` with its roles and ``funding``."""

    competing_interests: str = ""
    registration: RegistrationSettings | None = None
    ethics: str = ""
    data_address: Annotated[str, Checked(_ADDRESS, accepts=_is_address)] = ""
    automated_tools: str = ""
    acknowledgements: str = ""
    funding_in_brief: Annotated[str, Text("who paid, for the abstract")] = ""


#: what the abstract says of funding; no declaration of its own
IN_BRIEF = "funding-in-brief"
#: declarations by name, and what they are called in a report
NAMES: Mapping[str, str] = {
    "contributions": "authors’ contributions",
    "funding": "funding",
    "competing-interests": "competing interests",
    "registration": "registration",
    "protocol": "protocol",
    "amendments": "amendments of the protocol",
    "ethics": "ethics",
    "data-address": "address of data and code",
    "automated-tools": "use of automated tools",
    "acknowledgements": "acknowledgements",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of a project by name (``NAMES``): the text that was given, or None for a placeholder.

    A name is missing where there is nothing to declare: of a review that is not registered, its amendments.
    ``IN_BRIEF`` is there once funding is stated, with its own text or with that of funding.
    """

    texts: Mapping[str, str | None]

    @property
    def open(self) -> tuple[str, ...]:
        """The names of those that are still to be stated."""
        return tuple(name for name, text in self.texts.items() if text is None)


def declared(settings: DeclarationSettings, metadata: Mapping[str, Any]) -> Declared:
    """What ``settings`` and the authors and funding in ``metadata`` declare."""
    funding = stated(metadata.get("funding"))
    texts = {
        "contributions": _contributions(metadata),
        "funding": funding,
        **({IN_BRIEF: stated(settings.funding_in_brief) or funding} if funding else {}),
        "competing-interests": stated(settings.competing_interests),
        **_registration(settings.registration),
        "ethics": stated(settings.ethics),
        "data-address": stated(settings.data_address),
        "automated-tools": stated(settings.automated_tools),
        "acknowledgements": stated(settings.acknowledgements),
    }
    return Declared(texts)


def stated(value: object) -> str | None:
    """A text that was given; None for one in square brackets, for an empty one and for none."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return None if not text or text.startswith(PLACEHOLDER) else text


def faults(settings: DeclarationSettings, metadata: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str, str]]:
    """What the keys by themselves don't say: the path of the key, what is wrong, what to do."""
    if stated(settings.funding_in_brief) and not stated(metadata.get("funding")):
        message = f"'{IN_BRIEF}' is given while 'funding' is not."
        yield (_KEY, IN_BRIEF), message, "state funding too, or delete it."
    yield from _faults_of_registration(settings.registration)


def _faults_of_registration(registration: RegistrationSettings | None) -> Iterator[tuple[KeyPath, str, str]]:
    if registration is None:
        return
    path = (_KEY, "registration")
    at = {"register": registration.register, "number": registration.number, "date": registration.date}
    missing = [key for key, text in at.items() if not stated(text)]
    given = [key for key, text in at.items() if stated(text)]
    if registration.registered and missing:
        yield (
            (*path, "registered"),
            f"the registration lacks {', '.join(missing)}.",
            "add them, or write 'registered: false'.",
        )
    if not registration.registered and given:
        yield (*path, given[0]), f"'{given[0]}' is given for no registration.", "write 'registered: true'."


def _registration(settings: RegistrationSettings | None) -> Mapping[str, str | None]:
    if settings is None:
        return {"registration": None, "protocol": None, "amendments": None}
    protocol, amendments = stated(settings.protocol), stated(settings.amendments)
    found: dict[str, str | None] = {"registration": stated(settings.number)} if settings.registered else {}
    if protocol:
        found["protocol"] = protocol
    if protocol or settings.registered or amendments:
        found["amendments"] = amendments
    return found


def _contributions(metadata: Mapping[str, Any]) -> str | None:
    """The names of the authors, once each of them has a name and a role."""
    authors = _list(metadata.get("author", metadata.get("authors")))
    if not authors or not all(
        isinstance(one, Mapping) and stated(name_of_author(one)) and one.get("roles") for one in authors
    ):
        return None
    return "; ".join(name_of_author(one) for one in authors)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
