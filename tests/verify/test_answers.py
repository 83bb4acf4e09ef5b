"""Kept answers of the analysis: given again while nothing changed that they depend on, and never otherwise."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import small_project

from publishing.project.configuration import load_project
from publishing.project.errors import PublishingError
from publishing.verify.answers import MOST, Answers
from publishing.verify.catalogue import Asked

#: tells the data and what it is asked about, and notes outside of the project that it ran
QUICK = """
import json, sys
from pathlib import Path

file, log, *keys = sys.argv[1:]
told = {"data": Path("data/numbers.csv").read_text(), "keys": json.loads(Path(keys[0]).read_text()) if keys else []}
Path(file).write_text(json.dumps(told))
with open(log, "a") as stream:
    stream.write("ran\\n")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = small_project.write(tmp_path / "a paper")
    (found / "code" / "quick.py").write_text(QUICK, encoding="utf-8")
    log = tmp_path / "log"
    log.touch()
    replace(found / "_quarto.yml", "catalogue: python code/results.py {file}", f"catalogue: {command(log)}")
    replace(found / "_quarto.yml", "ledger:\n", f"ledger:\n  values: {command(log)} {{keys}}\n")
    return found


def command(log: Path) -> str:
    return f"python code/quick.py {{file}} {log}"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def ask(folder: Path, name: str = "catalogue", keys: tuple[str, ...] = ()) -> object:
    return Asked(load_project(folder), name, keys).answer()


def times(folder: Path) -> int:
    return len((folder.parent / "log").read_text().splitlines())


def test_the_same_question_is_answered_once(folder: Path) -> None:
    first, second = ask(folder), ask(folder)
    assert first == second
    assert times(folder) == 1


CHANGES: list[Callable[[Path], None]] = [
    lambda folder: replace(folder / "data" / "numbers.csv", "trials,5", "trials,6"),
    lambda folder: replace(folder / "code" / "quick.py", "ran", "was run"),
    lambda folder: replace(folder / "_quarto.yml", "lang: en-GB", "lang: en-US"),
    lambda folder: (folder / "requirements.lock").write_text("numpy==1", encoding="utf-8") and None,
]


@pytest.mark.parametrize("change", CHANGES, ids=["data", "code", "configuration", "lock file"])
def test_whatever_changes_is_asked_again(folder: Path, change: Callable[[Path], None]) -> None:
    ask(folder)
    change(folder)
    told = ask(folder)
    assert times(folder) == 2
    assert told == {"data": (folder / "data" / "numbers.csv").read_text(encoding="utf-8"), "keys": []}


def test_an_earlier_state_is_answered_from_what_was_kept(folder: Path) -> None:
    first = ask(folder)
    replace(folder / "data" / "numbers.csv", "trials,5", "trials,6")
    assert ask(folder) != first
    replace(folder / "data" / "numbers.csv", "trials,6", "trials,5")
    assert ask(folder) == first
    assert times(folder) == 2


def test_other_keys_are_another_question(folder: Path) -> None:
    told = [ask(folder, "values", keys) for keys in (("b", "a"), ("a",), ("a", "b"))]
    assert [one["keys"] for one in told] == [["a", "b"], ["a"], ["a", "b"]]
    assert times(folder) == 2


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def forge(path: Path) -> None:
    """Another answer, compressed as it should be, under the digests of the first."""
    head, _, answer = gzip.decompress(path.read_bytes()).partition(b"\n")
    path.write_bytes(gzip.compress(head + b"\n" + answer.replace(b"trials,5", b"trials,6")))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [damage, forge, empty])
def test_a_damaged_answer_is_never_given(folder: Path, harm: Callable[[Path], None]) -> None:
    first = ask(folder)
    (kept,) = Answers.of(folder).folder.iterdir()
    harm(kept)
    assert ask(folder) == first
    assert times(folder) == 2
    assert ask(folder) == first
    assert times(folder) == 2


def test_an_answer_to_another_question_is_never_given(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    answers.keep("one", b"1")
    answers.keep("two", b"2")
    one, two = sorted(tmp_path.iterdir())
    one.write_bytes(two.read_bytes())
    assert (answers.find("one"), answers.find("two")) == (None, b"2")


def test_what_was_computed_while_the_data_changed_is_not_kept(folder: Path) -> None:
    asked = Asked(load_project(folder), "catalogue")
    replace(folder / "data" / "numbers.csv", "trials,5", "trials,6")
    asked.answer()
    assert not Answers.of(folder).folder.exists()


def test_a_command_that_fails_or_writes_no_json_is_told_and_not_kept(folder: Path) -> None:
    replace(folder / "code" / "quick.py", "json.dumps(told)", '"{"')
    with pytest.raises(PublishingError, match="what it wrote is no JSON"):
        ask(folder)
    replace(folder / "code" / "quick.py", "import json, sys", "import json, sys\nsys.exit('nothing to tell')")
    with pytest.raises(PublishingError, match="failed: nothing to tell"):
        ask(folder)
    assert not Answers.of(folder).folder.exists()


def test_no_more_are_kept_than_are_asked_for(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    for number in range(MOST):
        answers.keep(f"{number}", json.dumps(number).encode())
        os.utime(tmp_path / f"{number}.json.gz", (number, number))
    assert answers.find("0") == b"0"
    answers.keep("last", b"last")
    assert len(list(tmp_path.iterdir())) == MOST
    assert [answers.find(name) for name in ("0", "1", "2", "last")] == [b"0", None, b"2", b"last"]
