"""The command that begins another review."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUMMARY = "write the project of a new review, which renders at once with empty tables"


def add_commands(commands: Any) -> None:
    """Add it to the subparsers of ``python -m analysis``."""
    new = commands.add_parser("new", help=SUMMARY, description=SUMMARY)
    new.add_argument("folder", type=Path, help="where; the folder must be empty or not there")
    new.add_argument("--title", default="A new systematic review", help="title of the review")
    new.add_argument("--treatment", default="treatment", help="what the first arm is called in print")
    new.add_argument("--control", default="control", help="what the other arm is called in print")
    new.add_argument(
        "--outcome", action="append", metavar="NAME[:measured:UNIT]", help="an outcome, the primary one first"
    )


def new(options: argparse.Namespace) -> int:
    """Write the folder and say what to do next."""
    from analysis.starting.new import CannotBegin, asked, begin

    try:
        outcomes = [asked(text) for text in options.outcome or ["main outcome"]]
        written = begin(options.folder, options.title, options.treatment, options.control, outcomes)
    except CannotBegin as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"  {path}" for path in written))
    print(f"{len(written)} files in {options.folder}. Next: cd {options.folder} && make paper; then its README.md")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"new": new}
