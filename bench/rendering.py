"""Time the rendering step by step, and against Quarto: ``python -m bench.rendering``.

The project is copied, so nothing is cached and nothing here is touched. Seconds depend on the machine and on what
else it does; the ratio to Quarto, of two runs one after the other, is worth comparing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.methods import verdict
from publishing.engine import quarto
from publishing.project import hooks

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(".*", "_output", "_build", "__pycache__", "*.egg-info")
STEP = re.compile(r"^  (\S.*?) {2,}(\d+\.\d) s$", re.MULTILINE)
# What was set as the goal: ours / Quarto's at most, and seconds when nothing changed.
QUARTO_SHARE = 1 / 4
UNCHANGED_SECONDS = 1.0


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, str]:
    """Seconds that a command takes, and what it says. Ends the bench with the command's words when it fails."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.strip() or done.stdout.strip()}")
    return seconds, done.stdout


def steps(said: str) -> list[tuple[str, float]]:
    """The steps of a render with their seconds, from what it prints."""
    return [(title, float(seconds)) for title, seconds in STEP.findall(said)]


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT, folder, ignore=NOT_COPIED))


def main() -> None:
    environment = hooks.environment()
    publishing = [sys.executable, "-m", "publishing"]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        project = copied(Path(folder) / "ours")
        render = [*publishing, "render", "--engine", "builtin"]
        ours, said = timed(render, project, environment)
        print(f"{'built-in engine, nothing cached':<58}{ours:>8.1f} s   share")
        for title, seconds in steps(said):
            print(f"  {title:<56}{seconds:>8.1f} s{seconds / ours:>8.0%}")
        print("  (documents and formats are written side by side, so shares add up to more than the whole)")
        again, _ = timed(render, project, environment)
        print(f"{'the same again, nothing changed':<58}{again:>8.1f} s   {again / ours:.1%} of the first")
        verified, _ = timed([*publishing, "verify"], project, environment)
        print(f"{'verification':<58}{verified:>8.1f} s   {verified / ours:.0%} of the render")
        command = quarto.find(required=False)
        if command is not None:
            theirs, _ = timed([command, "render"], copied(Path(folder) / "quarto"), environment)
            print(f"{quarto.engine_in_words(command):<58}{theirs:>8.1f} s   ours/its {ours / theirs:.2f}")
    print()
    print(f"unchanged in at most {UNCHANGED_SECONDS:g} s: {verdict(again <= UNCHANGED_SECONDS)}")
    if command is None:
        print(f"at most {QUARTO_SHARE:g} of Quarto's time: not measured, as Quarto is not installed")
    else:
        print(f"at most {QUARTO_SHARE:g} of Quarto's time: {verdict(ours <= QUARTO_SHARE * theirs)}")


if __name__ == "__main__":
    main()
