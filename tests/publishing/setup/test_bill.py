"""The bill of materials: its components are the lock's, whole and the same each time."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from publishing.project.errors import PublishingError
from publishing.setup import bill, licences, locks
from publishing.submission import parts
from publishing.submission.crate import Purpose

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", params=[locks.PAPER, locks.TESTS])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    path = tmp_path_factory.mktemp("bill") / bill.NAME
    bill.write(path, ROOT / request.param, "A paper")
    return request.param, json.loads(path.read_text(encoding="utf-8"))


def test_its_components_are_those_of_the_lock(made: tuple[str, dict[str, Any]]) -> None:
    lock, content = made
    listed = {
        (one["name"], one["version"], tuple(sorted(each["content"] for each in one["hashes"])))
        for one in content["components"]
    }
    assert listed == {(pin.name, pin.version, tuple(sorted(pin.hashes))) for pin in locks.read(ROOT / lock)}
    assert len(content["components"]) == len(listed)


def test_every_component_has_its_address_and_its_licence(made: tuple[str, dict[str, Any]]) -> None:
    _, content = made
    known = licences.read()
    for one in content["components"]:
        assert one["purl"] == one["bom-ref"] == f"pkg:pypi/{one['name']}@{one['version']}"
        (stated,) = one["licenses"]
        text = stated.get("expression") or stated["license"]["name"]
        assert text == known[(one["name"], one["version"])].text


def test_the_paper_depends_on_each_of_them(made: tuple[str, dict[str, Any]]) -> None:
    _, content = made
    (paper,) = content["dependencies"]
    assert paper["ref"] == content["metadata"]["component"]["bom-ref"]
    assert paper["dependsOn"] == [one["bom-ref"] for one in content["components"]]


def test_it_is_the_same_each_time_and_another_for_another_lock(tmp_path: Path) -> None:
    bill.write(tmp_path / "one", ROOT / locks.PAPER, "A paper")
    bill.write(tmp_path / "two", ROOT / locks.PAPER, "A paper")
    bill.write(tmp_path / "three", ROOT / locks.TESTS, "A paper")
    one, two, three = ((tmp_path / name).read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert json.loads(one)["serialNumber"] != json.loads(three)["serialNumber"]


class Draft(Namespace):
    """As much of a bundle's draft as the bill needs."""

    def add(self, name: str, description: str, *, purpose: Purpose) -> Path:
        self.added = [*getattr(self, "added", []), (name, purpose)]
        return Path(self.root) / name


@pytest.mark.parametrize("keeps", [True, False])
def test_a_bundle_has_the_bill_of_the_lock_that_the_project_names(tmp_path: Path, keeps: bool) -> None:
    (tmp_path / "my.lock").write_text(f"one==1.0 --hash=sha256:{'0' * 64}\n")
    draft = Draft(root=tmp_path, project=Namespace(keeps_ledger=keeps, ledger=Namespace(lock=Path("my.lock"))))
    parts.software(draft, Namespace(title="A paper"))  # type: ignore[arg-type]
    assert getattr(draft, "added", []) == ([(bill.NAME, Purpose.MACHINES)] if keeps else [])
    assert (tmp_path / bill.NAME).exists() == keeps
    if keeps:
        assert [one["purl"] for one in json.loads((tmp_path / bill.NAME).read_text())["components"]] == [
            "pkg:pypi/one@1.0"
        ]


def test_a_lock_that_pins_nothing_makes_no_bill(tmp_path: Path) -> None:
    (tmp_path / "x.lock").write_text("numpy>=2\n")
    with pytest.raises(PublishingError, match="numpy>=2"):
        bill.write(tmp_path / "bill", tmp_path / "x.lock", "A paper")
    assert not (tmp_path / "bill").exists()
