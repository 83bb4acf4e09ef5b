"""The command line of the analysis.

    python -m analysis check-data [folder]                 ask every check, print what each found
    python -m analysis seal --by NAME [--on DATE] [folder] confirm rows that were compared with their quotations
    python -m analysis confirm WHAT --by NAME --from BASIS that a person compared rows, also when nothing changed
    python -m analysis compare-extraction FILE-OR-FOLDER    a second reader's copies of tables, cell by cell
    python -m analysis records import FILES --source NAME --searched DATE --query TEXT   bring a search in
    python -m analysis records sheet FOLDER                 sheets for two screeners
    python -m analysis records screened SHEET SHEET         what they decided, conflicts, agreement
    python -m analysis codebook                            write data/README.md
    python -m analysis references                          write references.bib
    python -m analysis citations                           every reference, and where it is cited
    python -m analysis catalogue --output FILE             every printable quantity with its proof
    python -m analysis trace KEY-OR-TEXT                   where a printed number comes from
    python -m analysis recompute [--output FILE]           every pooled result again, by other code
    python -m analysis export-r FOLDER                      CSV and an R script that pools everything by metafor
    python -m analysis claims [documents]                  what the documents say and the results do not bear
    python -m analysis figures [--width-mm 89] --output DIR the paper's figures as SVG and PDF
    python -m analysis readme                               the answer in numbers, in the README's first screen
    python -m analysis new FOLDER [--outcome NAME …]        the project of another review
    python -m analysis table NAME                           one more table of the data, with its head

A message of one line tells what is wrong; ANALYSIS_TRACEBACK=1 shows where in the program, too.
Exit status: 0 all is well, 1 something is open, 2 the command was not understood.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import analysis.evidence.commands
import analysis.evidence.searching.commands
import analysis.figures.commands
import analysis.proof.commands
import analysis.starting.commands
import analysis.tables.commands
from analysis.evidence.problems import DataError

ROOMS = (
    analysis.evidence.commands,
    analysis.evidence.searching.commands,
    analysis.proof.commands,
    analysis.figures.commands,
    analysis.starting.commands,
    analysis.tables.commands,
)

OF_FILES = "check that it is there, who may read and write it, and that there is room on the disk"

#: set to anything, it shows where in the program an error arose
TRACEBACK = "ANALYSIS_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="Check the evidence, and prove what was printed."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    runs: dict[str, Callable[[argparse.Namespace], int]] = {}
    for room in ROOMS:
        room.add_commands(commands)
        runs |= room.COMMANDS
    options = parser.parse_args(arguments)
    try:
        return runs[options.command](options)
    except DataError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror or error}; {OF_FILES}", file=sys.stderr)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        print(said_of(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped before the end; nothing was written half", file=sys.stderr)
    return 1


def said_of(error: Exception) -> str:
    """One message for an error: its own where it is one of ours, else that the program is at fault, and where."""
    message = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    kind = type(error)
    if kind.__module__.split(".")[0] == analysis.__name__:
        return message
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(analysis.PACKAGE)] or frames
    place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"
    return (
        f"a fault of the program at {place}: {kind.__name__}: {message}; undo the last change of the data or of the "
        f"project to go on, and report it with what the command prints after {TRACEBACK}=1"
    )


if __name__ == "__main__":
    sys.exit(main())
