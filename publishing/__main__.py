"""The command line: ``python -m publishing render`` and its siblings."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing.project import interruptions
from publishing.project.errors import PublishingError


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: what it says of itself, its arguments, and what it does."""

    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


# Where Quarto tells its hooks which profile they run for, and a user may say so for every command.
PROFILE_VARIABLE = "QUARTO_PROFILE"
# Added to the number of a signal: the status of a command that was ended by it.
ENDED = 128


def _profile_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        default=os.environ.get(PROFILE_VARIABLE),
        help="what stands in _quarto-PROFILE.yml wins over _quarto.yml (submission: a journal's office layout)",
    )


def _render_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", nargs="*", type=Path, help="documents to render (default: all of the project)")
    parser.add_argument(
        "--engine",
        choices=("auto", "quarto", "builtin"),
        default="auto",
        help="auto: Quarto where it is installed, the built-in engine elsewhere",
    )
    parser.add_argument(
        "--to",
        choices=("jats",),
        help="jats: write JATS XML, and leave the other outputs as they are",
    )
    parser.add_argument("--output-dir", type=Path, help="folder of the outputs (default: as in _quarto.yml)")
    parser.add_argument("--force", action="store_true", help="render outputs that are up to date as well")
    _profile_argument(parser)


def _render(options: argparse.Namespace) -> None:
    from publishing.engine.plan import Plan
    from publishing.engine.render import render

    formats = [options.to] if options.to else []
    plan = Plan.of(
        Path.cwd(), options.documents, options.engine, options.output_dir, options.profile, formats=formats
    )
    render(plan, unless_fresh=not options.force)


def _paper_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=("auto", "quarto", "builtin"), default="auto", help="as for render")
    parser.add_argument("--force", action="store_true", help="render outputs that are up to date as well")
    _profile_argument(parser)


def _paper(options: argparse.Namespace) -> None:
    from publishing.project import unchanged

    # asked before anything else is imported: it is the most frequent answer
    asked = unchanged.asked(options.engine, options.profile)
    told = None if options.force else unchanged.told(Path.cwd(), asked)
    if told is not None:
        print(told)
        return
    from publishing.paper.whole import paper

    paper(Path.cwd(), options.engine, options.profile, force=options.force)


def _watch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("documents", nargs="*", type=Path, help="documents to show (default: all of the project)")
    parser.add_argument("--port", type=int, default=0, help="port on this machine (default: any that is free)")
    _profile_argument(parser)


def _watch(options: argparse.Namespace) -> None:
    from publishing.paper.watch import watch

    watch(Path.cwd(), options.documents, options.profile, options.port)


def _prepare(options: argparse.Namespace) -> None:
    from publishing.engine.render import prepare_sources

    prepare_sources(Path.cwd(), os.environ.get(PROFILE_VARIABLE))


def _finish(options: argparse.Namespace) -> None:
    from publishing.engine.render import finish_outputs

    # Quarto tells its hooks what it made
    made = [Path(line) for line in os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").split("\n") if line]
    finish_outputs(Path.cwd(), made, os.environ.get(PROFILE_VARIABLE))


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-dir", type=Path, help="folder of the outputs (default: as in _quarto.yml)")
    parser.add_argument(
        "--unless-verified",
        action="store_true",
        help="do nothing when these very outputs of these inputs were verified",
    )
    _profile_argument(parser)


def _verify(options: argparse.Namespace) -> None:
    from publishing.verify.command import verify

    verify(Path.cwd(), options.output_dir, options.profile, unless_verified=options.unless_verified)


def _submission_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="PROFILE", help="the journal: a file of publishing/profiles without .yml")
    parser.add_argument("--strict", action="store_true", help="no bundle when a demand of the journal is not met")
    parser.add_argument(
        "--engine",
        choices=("auto", "quarto", "builtin"),
        default="builtin",
        help="builtin runs the documents once and gives the same bytes every time",
    )


def _submission(options: argparse.Namespace) -> None:
    from publishing.submission.bundle import make

    make(Path.cwd(), options.name, options.engine, strict=options.strict)


def _site(options: argparse.Namespace) -> None:
    from publishing.site.command import site

    site(Path.cwd(), options.profile)


def _gallery(options: argparse.Namespace) -> None:
    del options
    from publishing.site.gallery import gallery

    gallery(Path.cwd())


def _changes_arguments(parser: argparse.ArgumentParser) -> None:
    what = "a revision (commit, tag, HEAD~3), a ledger.json, or a folder of outputs"
    parser.add_argument("old", help=what)
    parser.add_argument("new", nargs="?", help=f"{what} (default: the files, or the outputs, as they are now)")
    parser.add_argument("--output", type=Path, help="folder to write (default: changes-OLD-NEW beside the outputs)")
    parser.add_argument("--text", action="store_true", help="compare the text even where only the data differ")
    parser.add_argument("--author", help="whom the tracked changes name (default: “Changes between versions”)")


def _changes(options: argparse.Namespace) -> None:
    from publishing.changes.command import AUTHOR, Options, changes

    changes(Path.cwd(), Options(options.old, options.new, options.output, options.author or AUTHOR, options.text))


def _licences(options: argparse.Namespace) -> None:
    del options
    from publishing.setup import licences
    from publishing.setup.places import SetupError

    try:
        count = licences.renew()
    except SetupError as error:
        said, _, remedy = str(error).partition(" Remedy: ")
        raise PublishingError(said, remedy=f"{remedy}.") from error
    print(f"{licences.PAGE.as_posix()}: {count} packages")


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


COMMANDS = {
    "paper": Command("render and verify what is not up to date", _paper_arguments, _paper),
    "render": Command("render the documents to HTML, PDF and DOCX", _render_arguments, _render),
    "watch": Command("show the pages, and make them again after every change", _watch_arguments, _watch),
    "verify": Command("trace every number in the outputs to its origin", _verify_arguments, _verify),
    "submission": Command("make the bundle that goes to a journal", _submission_arguments, _submission),
    "site": Command("make _site from verified outputs, for any static host", _profile_argument, _site),
    "gallery": Command(
        "make the pictures of the README from the outputs (Chromium, pdftoppm)", _no_arguments, _gallery
    ),
    "changes": Command("say what changed between two versions: numbers, causes, text", _changes_arguments, _changes),
    "licences": Command("list the licences of all locked packages anew", _no_arguments, _licences),
    "prepare": Command("make what both engines need (pre-render)", _no_arguments, _prepare),
    "finish": Command("finish what an engine has rendered (post-render)", _no_arguments, _finish),
}


def _is_ours(error: ModuleNotFoundError) -> bool:
    return (error.name or "").partition(".")[0] in ("", "publishing", "analysis")


def _outside(error: ModuleNotFoundError) -> str:
    """What to do where this Python lacks what the commands need: Quarto calls them with the one on the PATH."""
    return (
        f"the Python that runs this, {sys.executable}, has no package '{error.name}'. Remedy: run 'make env' once, "
        "then activate the environment ('. .venv/bin/activate') before 'quarto render', or run .venv/bin/python."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 with one readable message when it did not."""
    parser = argparse.ArgumentParser(prog="python -m publishing", description="Documents to HTML, PDF and DOCX.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        sub = subparsers.add_parser(name, help=command.summary, description=command.summary)
        sub.add_argument("--debug", action="store_true", help="show the traceback of a failure")
        command.arguments(sub)
    options = parser.parse_args(arguments)
    with interruptions.listening():
        try:
            COMMANDS[options.command].run(options)
        except PublishingError as error:
            if options.debug:
                traceback.print_exc()
            print(f"Error: {error}", file=sys.stderr)
            return 1
        except ModuleNotFoundError as error:
            if options.debug or _is_ours(error):
                raise
            print(f"Error: {_outside(error)}", file=sys.stderr)
            return 1
        except OSError as error:
            if options.debug:
                traceback.print_exc()
            place = f"{error.filename}: " if error.filename else ""
            why = error.strerror or str(error)
            print(f"Error: {place}{why}. Remedy: make room, or correct the permissions, there.", file=sys.stderr)
            return 1
        except interruptions.Interrupted as asked:
            print(f"Ended by {asked.name}; the previous outputs are as they were.", file=sys.stderr)
            return ENDED + asked.number
        finally:
            interruptions.stop_all()
    return 0


if __name__ == "__main__":
    status = main()
    if status > ENDED:
        # a thread that can't be stopped is not waited for
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
