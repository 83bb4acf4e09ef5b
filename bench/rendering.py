"""Time the steps of a paper, now and at a reference commit, side by side: ``python -m bench.rendering [--write]``.

Both states are copied, so nothing is cached and nothing here is touched. Seconds depend on the machine and on what
else it does; ratios of two runs one after the other are worth comparing, those of CPU time most. ``--write`` keeps
the table in ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.cost import Cost, Failed, cost
from publishing.engine import quarto
from publishing.project import hooks
from publishing.project.files import written_whole

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
NOT_COPIED = shutil.ignore_patterns(".*", "_output", "_build", "_site", "__pycache__", "*.egg-info")
#: what is timed against, unless another commit is named
REFERENCE = "a36cc07"
STEP = re.compile(r"^  (\S.*?) {2,}(\d+\.\d) s$", re.MULTILINE)
PUBLISHING = [sys.executable, "-m", "publishing"]
RENDER = [*PUBLISHING, "render", "--engine", "builtin"]
#: the steps that a reference commit has too
STEPS: dict[str, list[str]] = {
    "render, nothing cached": RENDER,
    "render, nothing changed": RENDER,
    "verify": [*PUBLISHING, "verify"],
}
SENTENCE, PAPER = "one sentence changed, its page seen", "paper, nothing changed, verification included"


def steps(said: str) -> list[tuple[str, float]]:
    """The steps of a render with their seconds, from what it prints."""
    return [(title, float(seconds)) for title, seconds in STEP.findall(said)]


def now(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, Cost]]:
    """The steps of the project as it is, in a copy."""
    project = Path(shutil.copytree(ROOT, folder, ignore=NOT_COPIED))
    for name, command in STEPS.items():
        yield name, cost(command, project, environment)
    paper = [*PUBLISHING, "paper", "--engine", "builtin"]
    cost(paper, project, environment)
    yield PAPER, cost(paper, project, environment)
    for document in ("manuscript.qmd", "supplement.qmd"):
        whole = cost([sys.executable, "-m", "bench.sentence", str(project), document], ROOT, environment)
        told = json.loads(whole.said.splitlines()[-1])
        yield f"{SENTENCE} ({document})", Cost(told["wall"], told["cpu"], whole.memory)


def at(commit: str, folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, Cost]]:
    """The same steps of an earlier commit, run with the packages that are installed now."""
    content = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")
    for name, command in STEPS.items():
        yield name, cost(command, folder, environment)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rendering", description=__doc__)
    parser.add_argument("--reference", default=REFERENCE, help=f"commit to time against (default: {REFERENCE})")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    # both states import their own modules, whatever is installed
    environment = {**hooks.environment(), "PYTHONPATH": ".", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    ours: dict[str, Cost] = {}
    theirs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name, found in now(Path(folder) / "now", environment):
            ours[name] = found
            print(f"  {name:<66}{found.wall:>7.1f} s {found.cpu:>7.1f} s CPU {found.memory:>6.0f} MiB", flush=True)
            if name == next(iter(STEPS)):
                # documents and formats are written side by side, so shares add up to more than the whole
                for title, seconds in steps(found.said):
                    print(f"    {title:<64}{seconds:>7.1f} s{seconds / found.wall:>6.0%}", flush=True)
        try:
            for name, found in at(options.reference, Path(folder) / "before", environment):
                theirs[name] = found
                print(f"  {options.reference}: {name:<57}{found.wall:>7.1f} s {found.cpu:>7.1f} s CPU", flush=True)
        except (Failed, subprocess.CalledProcessError, OSError) as error:
            print(f"  {options.reference} can't be timed here: {error}", flush=True)
        command = quarto.find(required=False)
        if command is not None:
            project = Path(shutil.copytree(ROOT, Path(folder) / "quarto", ignore=NOT_COPIED))
            theirs["quarto"] = cost([command, "render"], project, environment)
    for name, *others in ((SENTENCE, "render, nothing cached"), (PAPER, "render, nothing changed", "verify")):
        # there was no such command: an author rendered, and verified, the whole paper
        if all(other in theirs for other in others):
            spent = [theirs[other] for other in others]
            whole = Cost(sum(one.wall for one in spent), sum(one.cpu for one in spent), max(s.memory for s in spent))
            theirs.update({one: whole for one in ours if one.startswith(name)})
    table = "\n".join(_table(ours, theirs, options.reference))
    print(f"\n{table}")
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
        with written_whole(PAGE) as beside:
            beside.write_text(f"{text[:start]}\n{table}\n{text[end:]}", encoding="utf-8")


def _table(ours: Mapping[str, Cost], theirs: Mapping[str, Cost], reference: str) -> Iterator[str]:
    yield f"| step | now, s | CPU s | MiB | `{reference}`, s | CPU s | ratio of s | ratio of CPU |"
    yield "|:--|--:|--:|--:|--:|--:|--:|--:|"
    for name, one in ours.items():
        other = theirs.get(name)
        before = ["–"] * 4
        if other is not None:
            ratios = (one.wall / other.wall, one.cpu / other.cpu)
            before = [f"{other.wall:.1f}", f"{other.cpu:.1f}", *(f"{ratio:.2f}" for ratio in ratios)]
        yield f"| {' | '.join([name, f'{one.wall:.1f}', f'{one.cpu:.1f}', f'{one.memory:.0f}', *before])} |"
    if "quarto" in theirs:
        one, other = ours["render, nothing cached"], theirs["quarto"]
        ratios = f"{one.wall / other.wall:.2f} | {one.cpu / other.cpu:.2f}"
        yield f"| render, nothing cached, against Quarto | | | | {other.wall:.1f} | {other.cpu:.1f} | {ratios} |"
    yield ""
    yield f"Python {platform.python_version()}, {platform.machine()}."


if __name__ == "__main__":
    main()
