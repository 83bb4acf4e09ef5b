"""The reviews in examples/ render, verify, and hold the results that other software prints for their data."""

from __future__ import annotations

import csv
import os
import re
import shutil
from pathlib import Path

import pytest
from new_reviews import rendered, run, text_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/_quarto.yml"))


def copy_of(example: Path, to: Path) -> Path:
    """The example elsewhere, with the place of the tool-kit corrected."""
    shutil.copytree(example, to, ignore=shutil.ignore_patterns("_output", "_build"))
    tools = Path(os.path.relpath(ROOT, to.resolve())).as_posix()
    for name in ("_quarto.yml", "Makefile"):
        path = to / name
        path.write_text(re.sub(r"(?<![\w.])\.\./\.\.(?=/|$)", tools, path.read_text(), flags=re.M))
    return to


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(request.param, tmp_path_factory.mktemp("example") / request.param.name)


def test_it_renders_and_every_number_has_its_origin(example: Path) -> None:
    text = text_of(rendered(example) / "manuscript.html")
    assert "agree in all digits that are printed there" in text
    assert not re.search(r"\[[A-Z][^\]]{20,}\]", text.split("References")[0]), "a placeholder is left"


def test_every_condition_is_used_and_published_values_bind(example: Path) -> None:
    manuscript = (example / "manuscript.qmd").read_text(encoding="utf-8")
    with (example / "data" / "conditions.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(row["relation"] == "rounds to" for row in rows) >= 5
    assert [row["name"] for row in rows if f'claim("{row["name"]}"' not in manuscript] == []


def test_a_published_value_that_is_not_met_stops_the_paper(example: Path) -> None:
    path = example / "data" / "conditions.csv"
    before = path.read_text(encoding="utf-8")
    (value,) = {row["value"] for row in csv.DictReader(before.splitlines()) if row["name"] == "published-estimate"}
    try:
        path.write_text(before.replace(value, f"{value[:-1]}{(int(value[-1]) + 1) % 10}"), encoding="utf-8")
        done = run(example, "analysis", "claims")
        assert done.returncode == 1 and "published-estimate" in done.stdout + done.stderr
    finally:
        path.write_text(before, encoding="utf-8")


def test_no_line_of_python_was_written(example: Path) -> None:
    assert list(example.rglob("*.py")) == []
