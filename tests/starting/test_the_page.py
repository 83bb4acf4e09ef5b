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
    """The rows of the page, in the columns that the file has."""
    path = folder / name
    heads = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    found = list(csv.DictReader(io.StringIO(rows)))
    assert found and set(found[0]) <= set(heads), f"{name}: {set(found[0]) - set(heads)}"
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, heads, restval="", lineterminator="\n").writerows(found)


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
    assert "Three trials were eligible, published from 1948 to 1953." in text
    assert re.search(r"From three trials with 3,863 patients the pooled risk ratio was 0\.\d\d", text)
