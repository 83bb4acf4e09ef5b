"""Every locked package has its licence in the table, as its metadata state it; the page is that of the table."""

from __future__ import annotations

from email.message import Message
from pathlib import Path

import pytest

from publishing.setup import licences, locks, places
from publishing.setup.licences import Licence

ROOT = Path(__file__).resolve().parents[3]
MENDED = "run 'python -m publishing licences'"


def test_the_table_has_every_locked_package_and_no_other() -> None:
    assert set(licences.read()) == {(pin.name, pin.version) for pin in licences.all_pins()}, MENDED


def test_the_page_is_that_of_the_table() -> None:
    page = (ROOT / licences.PAGE).read_text(encoding="utf-8")
    assert page == licences.page_text(licences.read()), MENDED


def test_what_is_installed_says_what_the_table_says() -> None:
    known = licences.read()
    here = {key: value for key, value in licences.of_installed(places.packages()).items() if key in known}
    assert here and {key: known[key] for key in here} == here, MENDED


def test_nothing_forbids_what_this_repository_does() -> None:
    """A render is no distribution, yet a licence that is none, or not for all uses, must be seen by a person."""
    doubtful = ("AGPL", "PROPRIETARY", "NON-COMMERCIAL", "SSPL", "BUSL", "COMMONS CLAUSE", "ALL RIGHTS")
    paper = {(pin.name, pin.version) for pin in locks.read(ROOT / locks.PAPER)}
    found = {key: one.text for key, one in licences.read().items() if key in paper}
    assert [key for key, text in found.items() if any(word in text.upper() for word in doubtful)] == []
    assert [key for key, text in found.items() if text.startswith("see the licence")] == []


def metadata(*lines: tuple[str, str]) -> Message:
    made = Message()
    for name, value in lines:
        made[name] = value
    return made


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("License-Expression", "MIT OR Apache-2.0"), ("License", "other")], Licence("MIT OR Apache-2.0", True)),
        ([("License", "BSD 3-Clause")], Licence("BSD-3-Clause", True)),
        ([("Classifier", "License :: OSI Approved :: MIT License")], Licence("MIT", True)),
        ([("Classifier", "License :: OSI Approved :: BSD License")], Licence("BSD License", False)),
        (
            [("Classifier", "Topic :: X"), ("License", "words " * 30)],
            Licence("see the licence in the package", False),
        ),
        ([("License", "Public domain")], Licence("Public domain", False)),
        ([], Licence("see the licence in the package", False)),
    ],
)
def test_a_licence_is_read_from_the_field_that_says_most(lines: list[tuple[str, str]], expected: Licence) -> None:
    assert licences.stated(metadata(*lines)) == expected
