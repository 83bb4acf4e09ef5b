"""The reviewer's notebook runs from beginning to end, and stores nothing of what it showed."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "check-the-numbers.ipynb"
SECONDS = 600


@pytest.fixture(scope="module")
def shown() -> str:
    """All that the notebook prints and shows when it is run in its folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("text", "") or output["data"]["text/plain"] for output in outputs)


def test_the_file_holds_no_outputs() -> None:
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert len(cells) > 5
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []


def test_it_computes_the_primary_result_again(shown: str, tree) -> None:
    pooled = tree.outcomes["deaths"].result
    (line,) = [line for line in shown.splitlines() if line.startswith("statsmodels")]
    theirs, ours = (re.findall(r"\d+\.\d+", part)[:3] for part in line.split("here"))
    wanted = pytest.approx([pooled.estimate, pooled.low, pooled.high], abs=1e-5)
    assert [float(number) for number in theirs] == wanted and [float(number) for number in ours] == wanted


def test_it_shows_the_trials_and_the_words_that_were_read(shown: str, tree) -> None:
    for row in tree.outcomes["deaths"].result.rows:
        assert row in shown
    assert "results in reproduce.R" in shown
