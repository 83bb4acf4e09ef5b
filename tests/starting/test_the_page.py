"""docs/a-new-review.md, followed step by step: its commands run, its rows make a paper."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

from new_reviews import rendered, run, text_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "a-new-review.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|csv [\w/.]+)\n(.*?)^```", PAGE, re.M | re.S)


def enter(folder: Path, name: str, rows: str) -> None:
    """The lines of the page below those that the file has, pasted as they stand; every row fills every column."""
    path = folder / name
    head, _, lines = rows.partition("\n")
    assert head == path.read_text(encoding="utf-8").splitlines()[0], f"{name}: the page has another head"
    columns = head.split(",")
    assert all(len(row) == len(columns) for row in csv.reader(io.StringIO(lines)))
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write(lines)


def test_the_page_leads_from_nothing_to_a_paper(tmp_path: Path) -> None:
    review = tmp_path / "bcg-review"
    done = []
    for kind, body in BLOCKS:
        if kind.startswith("csv"):
            enter(review, kind.removeprefix("csv "), body)
            continue
        for line in body.strip().splitlines():
            if line.startswith(".venv/bin/python -m analysis new"):
                words = shlex.split(line.replace("../bcg-review", str(review)))[2:]
                found = run(ROOT, *words)
            elif line.startswith(".venv/bin/python -m "):
                found = run(review, *shlex.split(line)[2:])
            elif line == "make check":
                found = run(review, "analysis", "check-data")
            elif line == "make paper":
                rendered(review)
                done.append(line)
                continue
            else:
                assert line == "cd ../bcg-review"
                continue
            assert found.returncode == 0, f"{line}\n{found.stdout}\n{found.stderr}"
            done.append(line)
    assert done.count("make paper") == 2 and "make check" in done
    text = text_of(review / "_output" / "manuscript.html")
    assert "No search has been entered." in text and "No bibliographic database" not in text
    assert "Three trials were eligible, published from 1948 to 1953." in text
    assert re.search(r"From three trials with 3,863 patients the pooled risk ratio was 0\.\d\d", text)
