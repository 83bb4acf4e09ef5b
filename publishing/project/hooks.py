"""The commands of ``project: pre-render`` and ``post-render``, run as Quarto runs them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from publishing.project.configuration import Project
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage

# The built-in engine does these itself, without starting Python once more.
_OWN = ("python -m publishing prepare", "python -m publishing finish")


def environment(**more: str) -> dict[str, str]:
    """The environment for commands: ``python`` is this interpreter."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "QUARTO_PYTHON": sys.executable, **more}


def run_hooks(project: Project, when: str, outputs: Sequence[Path], stage: Stage) -> None:
    """Run the commands of ``when`` in the project's folder; raises :class:`PublishingError` when one fails."""
    for index, command in enumerate(project.commands(when)):
        if command in _OWN:
            continue
        variables = environment(
            QUARTO_PROFILE=",".join(project.profiles),
            QUARTO_PROJECT_DIR=str(project.root),
            QUARTO_PROJECT_OUTPUT_DIR=str(stage.out),
            QUARTO_PROJECT_OUTPUT_FILES="\n".join(map(str, outputs)),
        )
        arguments = shlex.split(command)
        if arguments[0].endswith(".py"):
            arguments.insert(0, sys.executable)
        settings = project.settings
        line = settings.line("project", when, str(index)) or settings.line("project", when)
        try:
            done = subprocess.run(
                arguments, cwd=project.root, env=variables, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise PublishingError(
                f"the command '{command}' can't be started ({error.strerror}).",
                source=settings.source,
                line=line,
                remedy="correct it.",
            ) from error
        if done.returncode != 0:
            words = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
            raise PublishingError(
                f"the command '{command}' failed (status {done.returncode}): {words}",
                source=settings.source,
                line=line,
                remedy="run it by itself to see all it says.",
            )
