"""The commands of ``project: pre-render`` and ``post-render``, run as Quarto runs them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from publishing.project import interruptions
from publishing.project.configuration import Project
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage

# Up to the last line of code that a traceback shows; what follows is the error's own message.
_TRACEBACK = re.compile(r"(?s:^.*)Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*")
#: lines of a command's words that are shown
_MOST_LINES = 40
# The built-in engine does these itself, without starting Python once more.
_OWN = ("python -m publishing prepare", "python -m publishing finish")


def environment(**more: str) -> dict[str, str]:
    """The environment for commands: ``python`` is this interpreter."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "QUARTO_PYTHON": sys.executable, **more}


def run_command(project: Project, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the project's own in its folder; ``python`` is this interpreter."""
    arguments = shlex.split(command)
    if arguments[0] == "python":
        arguments[0] = sys.executable
    return interruptions.run(arguments, cwd=project.root, env=environment(), text=True, encoding="utf-8")


def told(said: str) -> str:
    """What a command that failed said: all of it, but of a traceback of Python its message alone."""
    text = _TRACEBACK.split(said.strip())[-1].rstrip()
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… and {len(lines) - _MOST_LINES} lines more"]
    return "\n".join(lines)


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
            done = interruptions.run(arguments, cwd=project.root, env=variables, text=True)
        except OSError as error:
            raise PublishingError(
                f"the command '{command}' can't be started ({error.strerror}).",
                source=settings.source,
                line=line,
                remedy="correct it.",
            ) from error
        if done.returncode != 0:
            words = told(done.stderr.strip() or done.stdout)
            raise PublishingError(
                f"the command '{command}' failed (status {done.returncode}): {words}",
                source=settings.source,
                line=line,
                remedy="run it by itself to see all it says.",
            )
