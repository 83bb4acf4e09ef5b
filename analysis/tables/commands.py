"""The command that writes the answer into the README: ``readme``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis import PROJECT

SUMMARY = "write the answer in numbers into the README, between its two comments"


def add_commands(commands: Any) -> None:
    """Add it to the subparsers of ``python -m analysis``."""
    command = commands.add_parser("readme", help=SUMMARY, description=SUMMARY)
    command.add_argument("file", nargs="?", type=Path, default=PROJECT / "README.md", help="the project's README.md")
    command.add_argument("--check", action="store_true", help="only say whether it is up to date; status 1 if not")


def readme(options: argparse.Namespace) -> int:
    """Bring the README up to date, or say whether it is."""
    from analysis.judgements.certainty import RatingFails
    from analysis.results.kept import results
    from analysis.tables.readme import NoPlace, update

    try:
        was_there = update(options.file, results(), options.check)
    except (NoPlace, RatingFails, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    name = options.file.name
    if was_there:
        print(f"{name} has the present answer")
    elif options.check:
        print(f"{name} has not the present answer. Remedy: python -m analysis readme", file=sys.stderr)
    else:
        print(f"{name}: the answer is written from the present results")
    return 0 if was_there or not options.check else 1


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"readme": readme}
