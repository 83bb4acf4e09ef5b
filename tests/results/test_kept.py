"""The kept tree: read while nothing changed, computed anew for any change, never taken from a damaged file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from analysis.results import build as builder
from analysis.results import kept
from analysis.results.tree import Review


@pytest.fixture
def computed(tree: Review, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often the results were computed."""
    times: list[int] = []

    def build() -> Review:
        times.append(1)
        return tree

    monkeypatch.setattr(builder, "build", build)
    return times


def test_it_is_computed_once_and_read_again(tmp_path: Path, computed: list[int]) -> None:
    first, second = kept.results(tmp_path), kept.results(tmp_path)
    assert len(computed) == 1 and first is not second
    assert first.primary.pooled == second.primary.pooled
    assert first.evidence == second.evidence


def damage(content: bytes) -> bytes:
    return content[:100] + bytes([content[100] ^ 1]) + content[101:]


@pytest.mark.parametrize("spoil", [damage, lambda content: content[:-5], lambda _: b""], ids=["bit", "cut", "empty"])
def test_a_damaged_file_is_not_believed(tmp_path: Path, computed: list[int], spoil: Callable[[bytes], bytes]) -> None:
    kept.results(tmp_path)
    (file,) = tmp_path.glob("*.pickle")
    file.write_bytes(spoil(file.read_bytes()))
    assert kept.results(tmp_path).primary.pooled is not None
    assert len(computed) == 2
    kept.results(tmp_path)
    assert len(computed) == 2


@pytest.mark.parametrize("place", ["data", "code", "metadata"])
def test_any_change_has_another_digest(
    tmp_path: Path, computed: list[int], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    kept.results(tmp_path)
    files = list(kept.inputs())
    asked = {"data": "counts.csv", "code": "pooling.py", "metadata": "_quarto.yml"}[place]
    (changed,) = (file for file in files if file.name == asked)
    other = tmp_path / changed.name
    other.write_bytes(changed.read_bytes() + b"\n")
    monkeypatch.setattr(kept, "inputs", lambda: (other if file == changed else file for file in files))
    kept.results(tmp_path)
    assert len(computed) == 2


def test_what_changes_meanwhile_is_not_kept(tmp_path: Path, tree: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = iter(["a", "b", "b", "b"])
    monkeypatch.setattr(kept, "digest", lambda: next(digests))
    monkeypatch.setattr(builder, "build", lambda: tree)
    kept.results(tmp_path)
    assert list(tmp_path.glob("*.pickle")) == []
    kept.results(tmp_path)
    assert [file.name for file in tmp_path.glob("*.pickle")] == ["b.pickle"]


def test_few_are_kept(tmp_path: Path, tree: Review) -> None:
    for number in range(kept.MOST + 2):
        kept.write(tmp_path, f"{number}", tree)
    assert len(list(tmp_path.glob("*.pickle"))) == kept.MOST


def test_two_that_ask_at_once_compute_once(tmp_path: Path, computed: list[int]) -> None:
    both = Barrier(2)

    def ask() -> Review:
        both.wait()
        return kept.results(tmp_path)

    with ThreadPoolExecutor(2) as pool:
        first, second = (one.result() for one in [pool.submit(ask), pool.submit(ask)])
    assert len(computed) == 1
    assert first.primary.pooled == second.primary.pooled


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path, computed: list[int]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for _ in range(2):
        assert kept.results(tmp_path / "file" / "results").primary.pooled is not None
    assert len(computed) == 2
